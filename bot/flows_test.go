package bot_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"smallchanges/internal/chat"
)

// flow is one common thing that people do, as they do it. Lines before "count" lead up to it.
type flow struct {
	title string
	steps []string
}

var flows = []flow{
	{"Propose a small change, typed", []string{"as ana", "count", "say /smallchange propose Shorter team meetings"}},
	{"Propose a small change, from a button", []string{"as ana", "say /smallchange", "count", "press Propose a small change", "send title=Shorter team meetings|scope=team"}},
	{"Say whose it is to change", []string{"as ana", "say /smallchange propose Shorter team meetings", "count", "press Our team can do it now"}},
	{"Say that only national change can solve it", []string{"as ana", "say /smallchange propose Fewer returns", "count", "press It needs national change"}},
	{"Ask for a manager’s yes", []string{"as ana", "say /smallchange propose Shorter team meetings", "count", "press It needs a manager’s yes", "send"}},
	{"Give a yes", []string{"as ana", "say /smallchange propose Shorter team meetings", "press It needs a manager’s yes", "send", "as grace", "inbox", "count", "press Yes"}},
	{"Say not yet, and why", []string{"as ana", "say /smallchange propose Shorter team meetings", "press It needs a manager’s yes", "send", "as grace", "inbox", "count", "press Not yet", "send words=Finance first."}},
	{"Say “ask me about it”", []string{"as ana", "say /smallchange propose Shorter team meetings", "press It needs a manager’s yes", "send", "as grace", "inbox", "count", "press Ask me about it"}},
	{"Go on past like ideas", []string{"as ana", "say /smallchange propose Voice notes for visits", "as ben", "count", "say /smallchange propose Voice notes for visits and calls", "send"}},
	{"Try what another team tries", []string{"as ines", "say /smallchange propose Voice notes", "as ana", "say /smallchange show SC-1", "count", "press Tried here too"}},
	{"Support a small change", []string{"as ana", "say /smallchange propose Voice notes", "as ben", "say /smallchange show SC-1", "count", "press Support"}},
	{"Look after a small change", []string{"as ana", "say /smallchange propose Voice notes", "as ben", "say /smallchange show SC-1", "count", "press I will look after it"}},
	{"Choose a small change", []string{"as ana", "say /smallchange propose Voice notes", "say /smallchange show SC-1", "count", "press Choose it", "send strand=Meetings|impact=Less typing"}},
	{"Start trying it", []string{"as ana", "say /smallchange propose Voice notes", "press Add more", "send to=chosen|strand=Meetings|impact=Less typing", "count", "press Start trying", "send"}},
	{"Keep it, with what was learned", []string{
		"as ana", "say /smallchange propose Voice notes", "press Add more", "send to=chosen|strand=Meetings|impact=Less typing",
		"press Update", "send to=trying|owner=Ana Ortiz|review_on=2026-12-10", "press Review it", "send", "count", "press Keep it", "send words=It works.",
	}},
	{"Say whether it is still happening", []string{
		"as ana", "say /smallchange propose Voice notes", "press Add more", "send to=chosen|strand=Meetings|impact=Less typing",
		"press Update", "send to=trying|owner=Ana Ortiz|review_on=2026-12-10", "press Update", "send to=reviewing", "press Update", "send to=kept|words=It works.",
		"clock +35d", "inbox", "count", "press The same",
	}},
	{"Open a round of choosing", []string{"as ana", "say /smallchange propose Voice notes", "say /smallchange propose Walking supervision", "count", "say /smallchange choose", "send"}},
	{"Put two dots", []string{
		"as ana", "say /smallchange propose Voice notes", "say /smallchange propose Walking supervision", "say /smallchange choose", "send", "channel C0WILLOW1",
		"count", "press Put my two dots", "send idea1=SC-1 Voice notes|difference1=Big|effort1=Little|idea2=SC-2 Walking supervision|difference2=Big|effort2=Some",
	}},
	{"Find a small change", []string{"as ana", "say /smallchange propose Voice notes", "count", "say /smallchange list voice", "press Show"}},
	{"See what your team works on", []string{"as ana", "count", "say /smallchange list"}},
	{"Say “not this week” to a question", []string{"as ana", "clock +7d", "inbox", "count", "press Not this week"}},
	{"Say when your team is asked", []string{"as ana", "count", "say /smallchange setup", "press Change", "send when=first Monday of the month at 10", "send"}},
	{"Answer a question", []string{"as ana", "clock +7d", "inbox", "count", "press Answer", "send words=Tea helped."}},
	{"Withdraw an answer", []string{"as ana", "clock +7d", "inbox", "press Answer", "send words=Tea helped.", "count", "press Withdraw", "press Withdraw it"}},
	{"Read what I wrote before", []string{"as ana", "home", "count", "press My reflections"}},
	{"Look back over three months with the team", []string{"as ana", "home", "press My reflections", "count", "press Team’s reflections", "press Last three months"}},
	{"Add a prompt of your team’s own", []string{"as ana", "count", "say /smallchange setup", "press Prompts", "press Add a prompt", "send text=What made you smile this week?"}},
	{"See how often you are written to", []string{"as ben", "home", "count", "press Quiet"}},
	{"Be left alone for a week", []string{"as ben", "say /smallchange quiet", "count", "press No messages for a week"}},
	{"Add leave", []string{"as ben", "say /smallchange quiet", "count", "press Add leave", "send first=2026-12-14|last=2026-12-18"}},
	{"Change your working days", []string{"as ben", "say /smallchange quiet", "count", "press Change", "send works=Monday, Wednesday, Friday"}},
	{"Get fewer messages", []string{"as ben", "say /smallchange quiet", "count", "press Change", "send budget=1"}},
	{"Say “not now” for the team", []string{"as ana", "say /smallchange quiet", "count", "press Not now for the team", "send until=2026-12-11|reason=Inspection"}},
	{"Celebrate colleagues, typed", []string{"as ana", "count", "say /celebrate @ben @cora for the new rota"}},
}

// effort counts what a person does in a flow.
type effort struct{ taps, lines, sentences int }

// fill counts what it takes to fill a field: one tap for an option in sight, two for one in
// a list or calendar, which has to be opened first, and a sentence for words.
func (e *effort) fill(f, after chat.Field) {
	switch f.Kind {
	case chat.Pick:
		e.taps++
	case chat.Several:
		for _, o := range f.Options {
			if f.Holds(o) != after.Holds(o) {
				e.taps++
			}
		}
	case chat.Choice, chat.Day, chat.People:
		e.taps += 2
	default:
		e.sentences++
	}
}

// perform does one step of a flow and counts it.
func (e *effort) perform(t *testing.T, s *stage, step string) {
	word, rest, _ := strings.Cut(step, " ")
	switch word {
	case "as":
		s.as(rest)
	case "say":
		e.lines++
		s.say(rest)
	case "press":
		e.taps++
		s.press([]string{rest})
	case "home":
		s.home()
	case "inbox":
		s.read(s.who.ID)
	case "channel":
		s.read(rest)
	case "clock":
		s.clock(rest)
	case "send":
		e.send(s, rest)
	default:
		t.Fatalf("no step %q", step)
	}
}

func (e *effort) send(s *stage, rest string) {
	var fields []string
	if rest != "" {
		fields = strings.Split(rest, "|")
	}
	form := s.forms[s.who.ID]
	for _, field := range form.Fields {
		for _, set := range fields {
			if typed, ok := strings.CutPrefix(set, field.ID+"="); ok {
				after := field
				after.Value = s.typed(form, field.ID, typed)
				e.fill(field, after)
			}
		}
	}
	e.taps++
	s.send(fields)
	if now, open := s.forms[s.who.ID]; open && now.ID == form.ID {
		s.fail("the form was not taken:\n%s", now.Plain())
	}
}

// TestFlows does every common flow and holds docs/flows.md to what it took. Proposing takes
// one line, or at most three taps and one sentence.
func TestFlows(t *testing.T) {
	t.Parallel()
	var table strings.Builder
	for _, f := range flows {
		s := newStage(t)
		s.fail = t.Fatalf
		var e effort
		for _, step := range f.steps {
			if step == "count" {
				e = effort{}
				continue
			}
			e.perform(t, s, step)
		}
		if strings.HasPrefix(f.title, "Propose") && (e.taps > 3 || e.lines+e.sentences > 1) {
			t.Errorf("%s takes %+v", f.title, e)
		}
		fmt.Fprintf(&table, "| %s | %d | %d | %d |\n", f.title, e.lines, e.taps, e.sentences)
	}
	const path = "../docs/flows.md"
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(string(page), "| flow |")
	want := head + "| flow | typed lines | taps | sentences |\n|---|---|---|---|\n" + table.String()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	} else if string(page) != want {
		t.Errorf("docs/flows.md says otherwise; write it anew with: go test ./bot -run TestFlows -args -update\n%s", table.String())
	}
}
