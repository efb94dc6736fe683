package chattest

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"reflect"
	"strings"
	"sync"
	"testing"

	"smallchanges/internal/chat"
)

// bot gives its replies in turn, each event one, and keeps what it heard. Like the real one
// it does nothing for a key it knows.
type bot struct {
	mu      sync.Mutex
	replies []chat.Reply
	heard   []chat.Event
	known   map[string]bool
}

func replying(replies ...chat.Reply) *bot {
	return &bot{replies: replies, known: map[string]bool{}}
}

// Handle is a chat.Handler.
func (b *bot) Handle(_ context.Context, e chat.Event) chat.Reply {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.heard = append(b.heard, e)
	if b.known[e.Key] || len(b.replies) == 0 {
		return chat.Done{}
	}
	b.known[e.Key] = true
	next := b.replies[0]
	b.replies = b.replies[1:]
	return next
}

// events are what was heard so far.
func (b *bot) events() []chat.Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]chat.Event(nil), b.heard...)
}

// bench is a rig under test, and the bot behind it.
type bench struct {
	Rig
	*bot
	t *testing.T
}

func set(t *testing.T, connect New, replies ...chat.Reply) bench {
	t.Helper()
	b := replying(replies...)
	return bench{Rig: connect(t, b.Handle), bot: b, t: t}
}

// event is what was heard at this place of the order.
func (b bench) event(n int) chat.Event {
	b.t.Helper()
	b.Until("the bot hears of it", func() bool { return len(b.events()) > n })
	return b.events()[n]
}

// sent posts a card that must arrive.
func (b bench) sent(to chat.Place, c chat.Card) chat.Message {
	b.t.Helper()
	at, err := b.Send(b.t.Context(), to, c, c.Kind)
	if err != nil {
		b.t.Fatalf("send: %v", err)
	}
	return at
}

// times is how often a person sees words in a place.
func (b bench) times(who chat.Person, in chat.Place, words string) int {
	n := 0
	for _, message := range b.Sees(who, in) {
		if strings.Contains(message, words) {
			n++
		}
	}
	return n
}

// sees waits until the person sees the words in the channel, and then wants them there once.
func (b bench) sees(who chat.Person, words string) {
	b.t.Helper()
	b.Until(who.ID+" sees "+words, func() bool { return b.times(who, b.Channel(), words) > 0 })
	if n := b.times(who, b.Channel(), words); n != 1 {
		b.t.Errorf("%s sees %q %d times", who.ID, words, n)
	}
}

// misses fails the test when the person sees the words in the channel.
func (b bench) misses(who chat.Person, words string) {
	b.t.Helper()
	if n := b.times(who, b.Channel(), words); n != 0 {
		b.t.Errorf("%s sees %q, which is not for them", who.ID, words)
	}
}

// shows fails the test unless the picture of this card is the only one in the channel.
func (b bench) shows(who chat.Person, c chat.Card) {
	b.t.Helper()
	want, _ := c.Body[0].(chat.Picture)
	if got := b.Pictures(who, b.Channel()); len(got) != 1 || !bytes.Equal(got[0], want.PNG) {
		b.t.Errorf("%s sees %d pictures, or another one", who.ID, len(got))
	}
}

// got fails the test unless these are the files that came to somebody in their direct messages.
func (b bench) got(who chat.Person, want ...chat.File) {
	b.t.Helper()
	b.Until(who.ID+" has the files", func() bool { return len(b.Files(who, directly(who))) >= len(want) })
	if got := b.Files(who, directly(who)); !reflect.DeepEqual(got, want) {
		b.t.Errorf("%s has the files %q, want %q", who.ID, got, want)
	}
	for _, other := range []chat.Person{b.Ana(), b.Ben()} {
		if n := len(b.Files(other, b.Channel())); n != 0 {
			b.t.Errorf("%s sees %d files in the channel", other.ID, n)
		}
	}
}

// directly is the direct messages between the bot and a person.
func directly(who chat.Person) chat.Place {
	return chat.Place{Workspace: who.Workspace, ID: who.ID, Direct: true}
}

// pictured is a card with a drawing of one colour.
func pictured(words string, c color.Color) chat.Card {
	drawing := image.NewGray(image.Rect(0, 0, 8, 8))
	draw.Draw(drawing, drawing.Bounds(), image.NewUniform(c), image.Point{}, draw.Src)
	var out bytes.Buffer
	if err := png.Encode(&out, drawing); err != nil {
		panic(err) // a buffer takes everything
	}
	return chat.Card{Kind: "chattest.pictured", Body: []chat.Node{chat.Picture{Name: "dots", Alt: words, PNG: out.Bytes()}}}
}

// fileCard is a card with a file.
func fileCard(words string, f chat.File) chat.Card {
	return chat.Card{Kind: "chattest.file", Body: []chat.Node{chat.P(words), f}}
}

func card(words string, buttons ...chat.Button) chat.Card {
	return chat.Card{Kind: "chattest.card", Body: []chat.Node{chat.P(words)}, Buttons: buttons}
}
