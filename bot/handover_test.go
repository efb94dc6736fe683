package bot_test

import (
	"strconv"
	"strings"
	"testing"

	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
	"smallchanges/internal/store/storetest"
)

// leaving is a stage where Dan looks after two small changes, and leaves.
func leaving(t *testing.T) *stage {
	t.Helper()
	s := newStage(t)
	s.fail = t.Fatalf
	for _, title := range []string{"Voice notes", "A team charter"} {
		c := s.Idea("cora", title)
		_, err := s.EditChange(t.Context(), s.By("dan", ""), c.Number, func(c *programme.Change) (programme.History, []programme.Notice, error) {
			return c.TakeOn(s.Person("dan"), s.Clock.Now())
		})
		s.must(err)
	}
	s.leaves("dan")
	return s
}

// button is the first one with this label on somebody's Home page.
func (s *stage) button(who, label string) (chat.Button, bool) {
	s.as(who)
	home, ok := s.bot.Handle(s.ctx, chat.Event{At: s.Clock.Now(), Actor: s.who, Did: chat.HomeOpened{}}).(chat.Home)
	if !ok {
		s.fail("%s has no Home page", who)
	}
	for _, b := range buttons(home.Card) {
		if b.Label == label {
			return b, true
		}
	}
	return chat.Button{}, false
}

func (s *stage) text(did chat.Act) string {
	s.count++
	reply := s.bot.Handle(s.ctx, chat.Event{Key: s.who.ID + strings.Repeat("x", s.count), At: s.Clock.Now(), Actor: s.who, Did: did})
	switch r := reply.(type) {
	case chat.Tell:
		return r.Card.Plain()
	case chat.Replace:
		return r.Card.Plain()
	case chat.Home:
		return r.Card.Plain()
	case chat.Ask:
		words := r.Form.Plain()
		for _, problem := range r.Problems {
			words += "\n! " + problem
		}
		return words
	}
	return ""
}

// Champion and deputy press at once: the second is told who was first, and by form as well.
func TestTheSecondToHandOverIsToldWhoWasFirst(t *testing.T) {
	t.Parallel()
	s := leaving(t)
	press, ok := s.button("ela", "Hand over")
	if !ok {
		t.Fatal("the deputy cannot hand over")
	}
	cora := idOf(s.Person("cora"))
	s.as("ana")
	if got := s.text(chat.Submit{Form: "handover", State: press.Arg, Values: chat.Values{"owner": cora}}); !strings.Contains(got, "Cora Singh looks after them now") {
		t.Errorf("Ana reads %s", got)
	}
	s.as("ela")
	for name, did := range map[string]chat.Act{
		"the button": chat.Press{Button: press.ID, Arg: press.Arg},
		"the form":   chat.Submit{Form: "handover", State: press.Arg, Values: chat.Values{"owner": idOf(s.Person("ben"))}},
	} {
		if got := s.text(did); !strings.Contains(got, "Ana Ortiz handed them over already") || !strings.Contains(got, "looked after by Cora Singh") {
			t.Errorf("by %s Ela reads %s", name, got)
		}
	}
	if _, ok := s.button("ela", "Hand over"); ok {
		t.Error("Home still asks to hand over")
	}
}

// An event that comes again says nothing new: it was this one that handed over.
func TestAHandOverThatComesAgainSaysNothing(t *testing.T) {
	t.Parallel()
	s := leaving(t)
	press, _ := s.button("ana", "Hand over")
	send := func() chat.Reply {
		return s.bot.Handle(t.Context(), chat.Event{Key: "once", At: s.Clock.Now(), Actor: s.who, Did: chat.Submit{
			Form: "handover", State: press.Arg, Values: chat.Values{"owner": idOf(s.Person("cora"))},
		}})
	}
	if _, ok := send().(chat.Replace); !ok {
		t.Fatal("nothing is handed over")
	}
	if again, ok := send().(chat.Done); !ok {
		t.Errorf("the same event again says %+v", again)
	}
}

func idOf(m programme.Member) string { return strconv.FormatInt(m.ID, 10) }

// Who may is refused or let through in words, and nobody is chosen who was not offered.
func TestWhoMayHandOver(t *testing.T) {
	t.Parallel()
	s := leaving(t)
	press, _ := s.button("ana", "Hand over")
	for who, may := range map[string]bool{
		"ana": true, "ela": true, "grace": true, "kit": true, // champion, deputy, leader of the service, coordinator
		"ben": false, "ines": false, // in the team, and champion of another
	} {
		if _, shown := s.button(who, "Hand over"); shown != may {
			t.Errorf("%s sees the button: %v", who, shown)
		}
		got := s.text(chat.Press{Button: press.ID, Arg: press.Arg})
		if refused := strings.Contains(got, "Only a champion or deputy of Willow"); refused == may {
			t.Errorf("%s reads %s", who, got)
		}
	}
	s.as("kit")
	if got := s.text(chat.Submit{Form: "handover", State: press.Arg, Values: chat.Values{"owner": idOf(s.Person("ines"))}}); !strings.Contains(got, "! Choose somebody of Willow.") {
		t.Errorf("of another team: %s", got)
	}
	if got := s.text(chat.Submit{Form: "handover", State: press.Arg, Values: chat.Values{"owner": "0"}}); !strings.Contains(got, "Nobody looks after them yet") {
		t.Errorf("nobody yet: %s", got)
	}
}

// Whoever is in another team has not left, and no page says so.
func TestWhoIsInAnotherTeamHasNotLeft(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.fail = t.Fatalf
	c := s.Idea("cora", "Voice notes")
	_, err := s.EditChange(t.Context(), s.By("dan", ""), c.Number, func(c *programme.Change) (programme.History, []programme.Notice, error) {
		return c.TakeOn(s.Person("dan"), s.Clock.Now())
	})
	s.must(err)
	dan := storetest.File().Services[0].Teams[0].Members[3]
	_, err = s.ApplyTeam(t.Context(), s.By("kit", ""), s.Team("Rowan").ID, func(set *programme.Setup) error {
		set.Entry.Members = append(set.Entry.Members, dan)
		return nil
	}, storetest.Weekly)
	s.must(err)
	s.work()
	s.mu.Lock()
	letters := s.mail[s.Person("ana").Account.ID]
	s.mu.Unlock()
	if len(letters) != 1 || letters[0].card.Title != "Dan Okoro is in another team now" || strings.Contains(letters[0].card.Plain(), "not asked anything") {
		t.Errorf("the champion is told %+v", letters)
	}
	press, ok := s.button("ana", "Hand over")
	if !ok {
		t.Fatal("the champion cannot hand over")
	}
	if home := s.text(chat.HomeOpened{}); strings.Contains(home, "Dan Okoro has left") || !strings.Contains(home, "Dan Okoro is in another team now") {
		t.Errorf("Home says\n%s", home)
	}
	if got := s.text(chat.Press{Button: press.ID, Arg: press.Arg}); !strings.Contains(got, "Dan Okoro has left Willow, and looked after:") {
		t.Errorf("the form says\n%s", got)
	}
	if got := s.text(chat.Submit{Form: "handover", State: press.Arg, Values: chat.Values{"owner": idOf(s.Person("cora"))}}); !strings.Contains(got, "Cora Singh looks after them now") {
		t.Errorf("Ana reads %s", got)
	}
}

// Dan is back before anybody handed over: he goes on looking after what was his.
func TestWhoIsBackKeepsTheirSmallChanges(t *testing.T) {
	t.Parallel()
	s := leaving(t)
	press, _ := s.button("ana", "Hand over")
	dan := "dan@northshire.example"
	if _, _, err := s.LinkAccount(t.Context(), s.who.Workspace, "U0DAN0004", dan); err != nil {
		t.Fatal(err)
	}
	s.as("ana")
	if got := s.text(chat.Press{Button: press.ID, Arg: press.Arg}); !strings.Contains(got, "Dan Okoro is back and looks after them.") {
		t.Errorf("Ana reads %s", got)
	}
}
