package offline_test

import (
	"context"
	"testing"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/offline"
)

func wordless(context.Context, chat.Event) chat.Reply { return chat.Done{} }

// After a crash the outbox asks whether a message arrived, also when it went under another.
func TestADeliveryIsFoundUnderItsMessage(t *testing.T) {
	t.Parallel()
	r := newRig(t, wordless, true)
	since := time.Now()
	to := chat.Place{Workspace: r.space.TeamID(), ID: "U0ANA", Direct: true}
	card := chat.Card{Kind: "t", Body: []chat.Node{chat.P("A question")}}
	send := func(to chat.Place, key string) chat.Message {
		t.Helper()
		at, err := r.Send(t.Context(), to, card, key)
		r.must(err)
		return at
	}
	find := func(what string, to chat.Place, key string, want chat.Message) {
		t.Helper()
		got, found, err := r.Find(t.Context(), to, key, since)
		if err != nil || found != (want != chat.Message{}) || got != want {
			t.Errorf("%s: %+v %v %v, want %+v", what, got, found, err, want)
		}
	}
	question := send(to, "question")
	under := to
	under.Thread = question.ID
	answer := send(under, "answer")
	find("under it", under, "answer", answer)
	find("never sent", under, "another", chat.Message{})
	find("by itself", to, "question", question)

	gone := to
	gone.Thread = "D0ANA/1.000000"
	find("under nothing, by itself", gone, "lost", send(gone, "lost"))
}

func TestAStatusAndASnoozeReachTheBot(t *testing.T) {
	t.Parallel()
	heard := make(chan chat.Event, 8)
	r := newRig(t, func(_ context.Context, e chat.Event) chat.Reply {
		heard <- e
		return chat.Done{}
	}, false)
	until := time.Now().Add(3 * time.Hour).Truncate(time.Second).UTC()
	ana := r.space.As("U0ANA")
	hears := func(what string, want chat.Away) {
		t.Helper()
		if e := <-heard; e.Did != want || e.Actor.ID != "U0ANA" {
			t.Errorf("%s: %+v, want %+v", what, e, want)
		}
	}
	r.must(ana.SetStatus(offline.Status{Emoji: ":palm_tree:", Until: until}))
	hears("on holiday", chat.Away{Until: until})
	r.must(ana.SetStatus(offline.Status{}))
	hears("back", chat.Away{})
	r.must(ana.Snooze(until))
	hears("a snooze", chat.Away{Until: until})
}
