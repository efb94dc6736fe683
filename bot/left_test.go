package bot_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"smallchanges/bot"
	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
	"smallchanges/internal/store"
	"smallchanges/internal/store/storetest"
)

// Dan leaves between being thanked and the message: the others are still thanked, and so is he.
func TestSomebodyWhoLeftIsThankedAllTheSame(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	c, err := programme.Celebrate("For the rota", []programme.Who{f.Person("ben").Ref(), f.Person("dan").Ref()}, 0)
	if err != nil {
		t.Fatal(err)
	}
	c.By, c.CouncilID, c.At = f.Person("ana").Ref(), f.Council, f.Clock.Now()
	if c, err = f.Celebrate(t.Context(), f.By("ana", "thanks"), c); err != nil {
		t.Fatal(err)
	}
	file := storetest.File()
	willow := &file.Services[0].Teams[0]
	willow.Members = slices.DeleteFunc(willow.Members, func(m programme.MemberEntry) bool { return m.Name == "Dan Okoro" })
	if _, err := f.Apply(t.Context(), file, storetest.Weekly, false); err != nil {
		t.Fatal(err)
	}
	b := bot.New(bot.Config{Store: f.Store, Now: f.Clock.Now, Log: slog.New(slog.DiscardHandler)})
	_, card, err := b.Draw(t.Context(), programme.Notice{Council: f.Council, Kind: programme.NoticeCelebration, Subject: c.ID, Channel: "C0WINS001"})
	if err != nil || !strings.Contains(card.Plain(), "Ben Hale, Dan Okoro") {
		t.Errorf("the channel reads %q (%v)", card.Plain(), err)
	}
}

// A sign that pages use is an ordinary sign when somebody types it.
func TestTypedWordsOfASearchAreNoPage(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	f.Idea("ana", "One form")
	tell, ok := handle(t, f, "ana", chat.Command{Name: "smallchange", Words: chat.Words("list form|1")}).(chat.Tell)
	if !ok || !strings.Contains(tell.Card.Plain(), "form|1") {
		t.Errorf("Ana sees %#v", tell)
	}
}

// blind is a store that keeps support, and then cannot be read.
type blind struct{ *store.Store }

func (blind) Change(context.Context, int64, int) (programme.Change, []programme.History, error) {
	return programme.Change{}, nil, errors.New("no answer")
}

func TestWhatWasKeptIsNotCalledFailed(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	f.Idea("ana", "One form")
	ben := f.Person("ben")
	b := bot.New(bot.Config{Store: blind{f.Store}, Now: f.Clock.Now, Log: slog.New(slog.DiscardHandler)})
	reply := b.Handle(t.Context(), chat.Event{
		Key: "k", Actor: chat.Person{Workspace: storetest.Workspace, ID: ben.Account.ID},
		Did: chat.Command{Name: "smallchange", Words: chat.Words("support SC-1")},
	})
	shown, ok := reply.(chat.Replace)
	if !ok || !strings.Contains(shown.Card.Plain(), "Remove my support") {
		t.Errorf("Ben sees %#v", reply)
	}
}

// counting is a directory that counts how often it is asked.
type counting struct {
	directory
	asked *int
}

func (c counting) Email(ctx context.Context, p chat.Person) (string, error) {
	*c.asked++
	return c.directory.Email(ctx, p)
}

func TestAStrangerIsLookedUpOnceInAWhile(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	asked := 0
	b := bot.New(bot.Config{
		Store: f.Store, Now: f.Clock.Now, Log: slog.New(slog.DiscardHandler),
		Directory: counting{directory{"guest@elsewhere.example": "U0GUEST"}, &asked},
	})
	visit := func() {
		b.Handle(t.Context(), chat.Event{Actor: chat.Person{Workspace: storetest.Workspace, ID: "U0GUEST", Name: f.Clock.Now().String()}, Did: chat.HomeOpened{}})
		f.Clock.Add(time.Minute)
	}
	for range 5 {
		visit()
	}
	if asked != 1 {
		t.Errorf("asked %d times within minutes", asked)
	}
	f.Clock.Add(10 * time.Minute) // the roster may hold them by now
	if visit(); asked != 2 {
		t.Errorf("asked %d times in all", asked)
	}
}
