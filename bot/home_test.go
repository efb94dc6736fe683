package bot_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
	"smallchanges/internal/store/storetest"
)

// A pulse opened before somebody joined, or on days they do not work, did not invite them.
// Their Home page is there all the same.
func TestHomeOfSomebodyWhomThePulseDidNotInvite(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.fail = t.Fatalf
	s.openPulse([]string{"baseline"})
	file := storetest.File()
	willow := &file.Services[0].Teams[0]
	willow.Members = append(willow.Members, programme.MemberEntry{Name: "Iva Reed", Slack: "U0IVA0099"})
	if _, err := s.Apply(t.Context(), file, storetest.Weekly, false); err != nil {
		t.Fatal(err)
	}
	for who, invited := range map[string]bool{"iva": false, "ana": true} {
		s.as(who)
		home, ok := s.bot.Handle(t.Context(), chat.Event{At: s.Clock.Now(), Actor: s.who, Did: chat.HomeOpened{}}).(chat.Home)
		if !ok || home.Card.Kind != "home" || strings.Contains(home.Card.Plain(), "A pulse is open") != invited {
			t.Errorf("%s sees:\n%s", who, home.Card.Plain())
		}
	}
}

// A leader finds first what was to be answered first, whatever was touched last.
func TestALeaderSeesFirstWhatIsDueFirst(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	service := f.Team("Willow").Service
	for i, by := range []programme.Day{"2026-12-08", "2026-12-20", "2026-12-01", "2026-12-15", "2026-12-18", "2026-12-04"} {
		c := f.Idea("ana", "Idea number "+string(by))
		f.Clock.Add(time.Minute)
		_, err := f.EditChange(t.Context(), f.By("ana", ""), c.Number, func(c *programme.Change) (programme.History, []programme.Notice, error) {
			return c.Ask(programme.Request{Scope: programme.Manager, Service: service, Own: service.ID, By: by, Version: 1}, f.Person("ana"), f.Clock.Now())
		})
		if err != nil {
			t.Fatal(i, err)
		}
	}
	home, ok := handle(t, f, "grace", chat.HomeOpened{}).(chat.Home)
	if !ok {
		t.Fatal("no Home came")
	}
	var order []string
	for line := range strings.Lines(home.Card.Plain()) {
		if ref, found := strings.CutSuffix(strings.TrimSpace(line), " waits for your yes"); found {
			order = append(order, ref)
		}
	}
	if want := []string{"SC-3", "SC-6", "SC-1", "SC-4", "SC-5"}; !slices.Equal(order, want) {
		t.Errorf("Grace sees %v, want %v", order, want)
	}
}

// What was in the way of a change stays among its facts. Where nobody works on it any more,
// a list does not call it a trouble.
func TestAListNamesNoTroubleOfWhatIsOver(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	f.Idea("ana", "One form")
	for _, e := range []programme.Edit{
		{Blocked: "The server is slow", BlockedRole: "Head of IT", Version: 1},
		{Blocked: "The server is slow", BlockedRole: "Head of IT", Version: 2, To: programme.Stopped, Words: "Too slow."},
	} {
		list := shownBy(handle(t, f, "ben", chat.Command{Name: "smallchange", Words: chat.Words("list")}))
		if strings.Contains(list, "In the way") != (e.Version == 2) {
			t.Errorf("before %+v Ben sees:\n%s", e, list)
		}
		_, err := f.EditChange(t.Context(), f.By("ana", ""), 1, func(c *programme.Change) (programme.History, []programme.Notice, error) {
			return c.Apply(e, f.Person("ana"), f.Clock.Now())
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for words, named := range map[string]bool{"list": false, "show 1": true} {
		seen := shownBy(handle(t, f, "ben", chat.Command{Name: "smallchange", Words: chat.Words(words)}))
		if strings.Contains(seen, "In the way: The server is slow") != named {
			t.Errorf("%s: Ben sees:\n%s", words, seen)
		}
	}
}
