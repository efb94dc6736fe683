package bot_test

import (
	"context"
	"log/slog"
	"testing"

	"smallchanges/bot"
	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
	"smallchanges/internal/store"
	"smallchanges/internal/store/storetest"
)

// late is a store that never finishes in time.
type late struct{ *store.Store }

func (late) Propose(context.Context, programme.By, programme.Change, ...programme.Rule) (programme.Change, error) {
	return programme.Change{}, context.DeadlineExceeded
}

// The database does not come round in time: what was typed comes back, with what to do next.
func TestNoTypedWordIsLostWhenThereIsNoTimeToKeepIt(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	ana := f.Person("ana")
	b := bot.New(bot.Config{Store: late{f.Store}, Now: f.Clock.Now, Log: slog.New(slog.DiscardHandler)})
	reply := b.Handle(t.Context(), chat.Event{
		Key: "k1", Actor: chat.Person{Workspace: storetest.Workspace, ID: ana.Account.ID},
		Place: chat.Place{Workspace: storetest.Workspace, ID: "C0WILLOW1"},
		Did:   chat.Submit{Form: "change.new", Values: chat.Values{"title": "One form", "why": "Six ask the same"}},
	})
	ask, ok := reply.(chat.Ask)
	if !ok {
		t.Fatalf("the form did not come back: %#v", reply)
	}
	typed := map[string]string{}
	for _, field := range ask.Form.Fields {
		typed[field.ID] = field.Value
	}
	if typed["title"] != "One form" || typed["why"] != "Six ask the same" {
		t.Errorf("what was typed is lost: %v", typed)
	}
	if got := ask.Problems["title"]; got != "We are very busy just now. Please try again in a moment." {
		t.Errorf("the person is told %q", got)
	}
}
