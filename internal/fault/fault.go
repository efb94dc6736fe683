// Package fault is the one error type of the program. An error has two voices:
// words for the person, who needs a next step, and a cause for the operator.
//
// It knows kinds of trouble and how to carry words. It must not know platforms,
// storage or the domain, and it imports nothing of ours.
//
//	return fault.Hide(fault.Busy, err, "Slack is not answering. Your words are saved; we will post in a few minutes.")
//
// Why one type: whoever speaks to people (bot.Handle, the commands) can turn any
// error into words in one function, and whoever retries (outbox) can decide from
// the kind alone, without status codes of any platform.
package fault

import (
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

// Kind says what sort of trouble it is, and so what a caller may do about it.
type Kind int

const (
	// Broken is our own failure; the person is told a reference, not the cause.
	Broken Kind = iota
	// Invalid is input that can be mended; Fields may say what is wrong with each field.
	Invalid
	// Denied is something this person may not do.
	Denied
	// Missing is a thing, person or place that is not there (or not there any more).
	Missing
	// Closed is something that is over, or already in another state.
	Closed
	// Conflict is somebody else's step that came first.
	Conflict
	// Busy is trouble that passes; trying again after Wait makes sense.
	Busy
	// Repeated is an event that was already handled; there is nothing more to do.
	Repeated
	// Stale is a message that is no longer true and should be dropped, with Say as the reason.
	Stale
	// Unsure is a delivery whose outcome is not known: it may or may not have arrived.
	Unsure
)

var names = [...]string{
	"broken", "invalid", "denied", "missing", "closed",
	"conflict", "busy", "repeated", "stale", "unsure",
}

// String is the kind as one word for logs and metrics.
func (k Kind) String() string { return names[k] }

// Error carries both voices. The zero Kind is Broken.
type Error struct {
	Kind   Kind
	Say    string            // words for the person; empty when nobody gave any
	Fields map[string]string // words per form field, by field id
	Wait   time.Duration     // with Busy: how long to wait; 0 lets the caller choose
	Cause  error             // for operators only, never shown
}

// Error is the operator's voice: the cause when there is one, else the words.
func (e *Error) Error() string {
	if e.Cause != nil {
		return e.Cause.Error()
	}
	if e.Say != "" {
		return e.Say
	}
	return e.Kind.String()
}

// Unwrap gives errors.Is and errors.As the cause.
func (e *Error) Unwrap() error { return e.Cause }

// New is an error with words and no hidden cause.
func New(kind Kind, say string) *Error { return &Error{Kind: kind, Say: say} }

// Hide gives an error words for the person and keeps its cause for the operator.
func Hide(kind Kind, cause error, say string) *Error {
	return &Error{Kind: kind, Say: say, Cause: cause}
}

// Field is one wrong form field: which one, and what to do about it.
func Field(id, say string) *Error {
	return &Error{Kind: Invalid, Say: say, Fields: map[string]string{id: say}}
}

// Wrong are several wrong form fields, each with what to do about it. None wrong is no error.
func Wrong(fields map[string]string) error {
	if len(fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Say: "Some answers need another look.", Fields: fields}
}

// After is trouble that passes: try again when wait is over.
func After(wait time.Duration, cause error) *Error {
	return &Error{Kind: Busy, Wait: wait, Cause: cause}
}

// Of is the kind of any error; an error without a kind is Broken.
func Of(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Broken
}

// Is reports whether err is trouble of this kind. A nil error is of no kind.
func Is(err error, kind Kind) bool { return err != nil && Of(err) == kind }

// Words are what the person may read, or "" when nobody gave this error words.
func Words(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Say
	}
	return ""
}

// Fields are the words per form field, or nil.
func Fields(err error) map[string]string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Fields
	}
	return nil
}

// Wait is how long a Busy error asks to wait; 0 when it does not say.
func Wait(err error) time.Duration {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Wait
	}
	return 0
}

// Catch does work and turns a panic into an error, so that one broken event, message or
// schedule costs itself and not the process, which would meet it again at the next start.
// The error says where it was and not what: a panic's own words may hold anything.
func Catch(do func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic with a %T\n%s", r, debug.Stack())
		}
	}()
	return do()
}
