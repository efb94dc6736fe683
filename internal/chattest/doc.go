// Package chattest holds a chat platform to what the bot relies on: one suite, run over
// every adapter.
//
// It knows the vocabulary of chat and what people can see and do. It must not know any
// platform's wire format: the adapter under test brings a [Rig], which is its platform with
// people in front of it.
//
//	chattest.Exercise(t, func(t *testing.T, bot chat.Handler) chattest.Rig { return newRig(t, bot) })
//
// Why a rig and not calls of the adapter (November 2026): what counts is what a person sees
// in the end. An adapter that returns no error and shows nothing has failed. The price is
// that each platform needs an emulator that people can act in.
package chattest

import (
	"context"
	"testing"
	"time"

	"smallchanges/internal/chat"
)

// Sender is what the bot's deliveries need of an adapter.
type Sender interface {
	Send(ctx context.Context, to chat.Place, card chat.Card, key string) (chat.Message, error)
	Edit(ctx context.Context, at chat.Message, card chat.Card) error
}

// Rig is an adapter connected to a platform of its own, where two people share a channel
// that the bot is in. What people do returns when the platform has taken it; what they see
// may follow a moment later.
type Rig interface {
	Sender
	Ana() chat.Person
	Ben() chat.Person
	Channel() chat.Place

	// Types sends a command, with its words, from the channel.
	Types(who chat.Person, command, words string)
	// Presses presses the first button with this id that the person sees in the channel.
	Presses(who chat.Person, button string)
	// Sends fills in the form that is open, and sends it.
	Sends(who chat.Person, fill chat.Values)
	// Sees is the plain text of all messages the person sees in a place, the oldest first:
	// those that stand by themselves, or with a thread those under that message.
	Sees(who chat.Person, in chat.Place) []string
	// Pictures are all pictures the person sees in a place, the oldest first.
	Pictures(who chat.Person, in chat.Place) [][]byte
	// Files are all files that came to the person in a place, the oldest first.
	Files(who chat.Person, in chat.Place) []chat.File
	// Form is the form in front of the person; its ID is "" when none is.
	Form(who chat.Person) Form
	// Until waits until the condition holds. It ends the test when that takes too long.
	Until(what string, holds func() bool)

	// Twice makes the platform deliver the next thing somebody does twice.
	Twice()
	// Busy makes the platform refuse the next message: there are too many.
	Busy(wait time.Duration)
	// Gone takes the channel away.
	Gone()
}

// Form is an open form as a person sees it.
type Form struct {
	Title    string
	Values   chat.Values       // what its fields hold
	Problems map[string]string // what stands beside its fields
}

// Open reports whether there is a form at all.
func (f Form) Open() bool { return f.Title != "" }

// New connects an adapter, which hands what people do to the bot.
type New func(t *testing.T, bot chat.Handler) Rig
