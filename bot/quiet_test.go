package bot_test

import (
	"strings"
	"testing"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// Only those who may say "not now" for a team can begin or end it, also with a card from when
// they could, and nobody for a team of another council.
func TestWhoEndsAPause(t *testing.T) {
	t.Parallel()
	s := newSetter(t, nil)
	willow := s.Team("Willow").ID
	if err := s.PauseTeam(t.Context(), s.By("ana", "pause"), willow, programme.Pause{Until: "2026-12-11", Reason: "Inspection"}); err != nil {
		t.Fatal(err)
	}
	today := programme.DayOf(s.Clock.Now(), s.Team("Willow").Location())
	for _, arg := range []string{s.willow() + " quiet", s.willow() + " setup", "", "x", "999999 quiet"} {
		for _, did := range []chat.Act{
			chat.Press{Button: "pause.end", Arg: arg},
			chat.Press{Button: "pause", Arg: arg},
			chat.Submit{Form: "pause", State: arg, Values: chat.Values{"until": "2026-12-31"}},
		} {
			if reply, refused := s.does("ben", did).(chat.Tell); !refused || reply.Card.Kind == "quiet" {
				t.Errorf("%+v gives Ben %+v", did, reply)
			}
		}
	}
	if p, err := s.Pause(t.Context(), s.Council, willow, today); err != nil || p.Until != "2026-12-11" {
		t.Errorf("the pause is %+v, %v", p, err)
	}
	if _, done := s.does("grace", chat.Press{Button: "pause.end", Arg: s.willow() + " quiet"}).(chat.Replace); !done {
		t.Error("Grace, who leads the team, cannot end it")
	}
	if _, err := s.Pause(t.Context(), s.Council, willow, today); !fault.Is(err, fault.Missing) {
		t.Errorf("the pause goes on: %v", err)
	}
}

// What no form of ours says is refused in words, and what was chosen is not lost.
func TestAQuietFormThatIsNotOurs(t *testing.T) {
	t.Parallel()
	s := newSetter(t, nil)
	good := chat.Values{"budget": "3", "works": "mon wed", "other": "", "from": "540", "to": "1020", "zone": "", "asked": "yes"}
	for field, value := range map[string]string{"budget": "many", "works": "someday", "other": "someday", "from": "x", "to": "99999"} {
		values := chat.Values{}
		for id, v := range good {
			values[id] = v
		}
		values[field] = value
		switch reply := s.does("ben", chat.Submit{Form: "quiet.change", State: "2026-11-26", Values: values}).(type) {
		case chat.Ask:
			if len(reply.Problems) == 0 {
				t.Errorf("%s=%s: no problem is named", field, value)
			}
		case chat.Tell:
			if !strings.Contains(reply.Card.Plain(), "too old") {
				t.Errorf("%s=%s gives %s", field, value, reply.Card.Plain())
			}
		default:
			t.Errorf("%s=%s gives %+v", field, value, reply)
		}
	}
	if q := s.Person("ben").Quiet; q.Budget != programme.UsualBudget {
		t.Errorf("it was kept: %+v", q)
	}
	if _, done := s.does("ben", chat.Submit{Form: "quiet.change", State: "2026-11-26", Values: good}).(chat.Replace); !done {
		t.Error("a good one is refused")
	}
	if q := s.Person("ben").Quiet; q.Budget != 3 || q.Works != nil || q.Zone != "" || q.From != 540 {
		t.Errorf("kept is %+v", q)
	}
}
