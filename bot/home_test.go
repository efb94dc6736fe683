package bot_test

import (
	"strings"
	"testing"

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
