// Package chat is the vocabulary that the bot and the platforms share: what a
// person did comes in as an Event, what they should see goes out as a Reply.
//
// It knows messages, forms and people in general. It must not know any platform's
// wire format, any rule of the programme, or how anything is stored, and it
// imports nothing of ours.
//
//	reply := bot.Handle(ctx, chat.Event{Key: "e-1", Actor: ana, Did: chat.Command{Name: "smallchange"}})
//
// Why values and not calls (November 2026): Slack lets a bot call back, Teams wants
// the answer in the response. A handler that returns a value fits both, and can be
// tested without either. The price is that one event gives one answer; everything
// for other people goes through the outbox.
package chat

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"time"
)

type (
	// Person is one person on one platform. Two people are never the same because
	// their names match: the pair of Workspace and ID is who they are.
	Person struct{ Workspace, ID, Name string }

	// Place is where a message is or goes: a channel, or with Direct the direct
	// messages between the bot and the person whose ID it holds.
	Place struct {
		Workspace, ID string
		Direct        bool
		// Thread is the ID of a Message in this place that a message goes under, as an
		// answer to it; "" is none. Only a place to send to has one: neither that of an
		// event nor that of a message which was posted does.
		Thread string
	}

	// Message is where a card was posted, in the platform's own ids.
	Message struct {
		Place Place
		ID    string
	}

	// Values are what was typed into a form, by field id. A People field holds
	// platform ids with one space between them.
	Values map[string]string
)

// Event is one thing one person did.
type Event struct {
	Key   string // the platform's id for this delivery; one key has one effect
	At    time.Time
	Actor Person
	Place Place // where it happened; zero on a Home page
	On    *Message
	Did   Act
}

// Reference is a short name for the event that a person can read out and an operator can
// find in the log. The key itself, which can open a dialog at Slack, is never logged.
func (e Event) Reference() string {
	sum := sha256.Sum256([]byte(e.Key))
	return base32.StdEncoding.EncodeToString(sum[:])[:6]
}

// Act is what was done: a Command, Press, Submit, Shortcut, HomeOpened, Left or Away.
type Act interface{ act() }

type (
	// Command is a typed command. Words is the rest of the line, with people as mentions.
	Command struct {
		Name  string // without the slash, e.g. "smallchange"
		Words Text
	}
	// Press is a pressed button. Event.On is the message it stands on, if any.
	Press struct{ Button, Arg string }
	// Submit is a form that was sent. Event.On is the message whose button opened it, if any.
	Submit struct {
		Form, State string
		Values      Values
	}
	// Shortcut is a menu action: on nothing in particular, or on a message (Words, Author).
	Shortcut struct {
		Name   string
		Words  string
		Author Person
	}
	// HomeOpened is a person looking at the bot's Home page.
	HomeOpened struct{}
	// Left is a person whose account was closed. They see no answer any more.
	Left struct{}
	// Away is what a person's chat status hints at: they are on holiday, ill, or asked not to
	// be disturbed, until an instant. The zero time means they are back. Platforms tell when a
	// status changes and nobody is asked, so it may be old, and it is no answer to anything:
	// what a member said in person goes first. The actor sees no answer.
	Away struct{ Until time.Time }
)

func (Command) act()    {}
func (Press) act()      {}
func (Submit) act()     {}
func (Shortcut) act()   {}
func (HomeOpened) act() {}
func (Left) act()       {}
func (Away) act()       {}

// Handler is the bot as a platform sees it. It returns after the effect is on disk.
type Handler func(context.Context, Event) Reply
