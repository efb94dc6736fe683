package bot

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
)

// explain turns an error into words for the person, and into one log line without content.
// This is the only place where either is made.
func (b *Bot) explain(ev chat.Event, err error) chat.Reply {
	kind := fault.Of(err)
	words := fault.Words(err)
	switch {
	case kind == fault.Repeated:
		return chat.Done{}
	case errors.Is(err, context.DeadlineExceeded):
		b.log.Error("an event took too long", "workspace", ev.Place.Workspace, "error", err)
		words = "We are very busy just now. Please try again in a moment."
	case kind == fault.Broken, words == "":
		ref := reference(ev.Key)
		b.log.Error("an event failed", "reference", ref, "workspace", ev.Place.Workspace, "kind", kind.String(), "error", err)
		words = "That did not work on our side. Please try again. If it happens again, tell your coordinator this reference: " + ref + "."
	default:
		b.log.Info("an event was refused", "kind", kind.String(), "workspace", ev.Place.Workspace)
	}
	if form := (unsent{}); errors.As(err, &form) {
		return chat.Ask{Form: form.Form, Problems: form.Beside(map[string]string{"": words})}
	}
	card := chat.Card{Kind: "refused", Body: []chat.Node{chat.P(words)}}
	if _, home := ev.Did.(chat.HomeOpened); home {
		card.Title = "Small Changes"
		return chat.Home{Card: card}
	}
	return chat.Tell{Card: card}
}

// reference is a short name for an event that a person can read out.
func reference(key string) string {
	sum := sha256.Sum256([]byte(key))
	return base32.StdEncoding.EncodeToString(sum[:])[:6]
}

// unsent is a form that could not be taken, through no mistake in a field of it.
type unsent struct {
	chat.Form
	cause error
}

func (u unsent) Error() string { return u.cause.Error() }
func (u unsent) Unwrap() error { return u.cause }

// again shows a refused form with every typed word and the problems beside their fields.
// Any other error goes on to explain, with the form, so that no typed word is lost.
func again(f chat.Form, typed chat.Values, err error) (chat.Reply, error) {
	problems := fault.Fields(err)
	if problems == nil {
		return nil, unsent{f.Filled(typed), err}
	}
	return chat.Ask{Form: f.Filled(typed), Problems: f.Beside(problems)}, nil
}
