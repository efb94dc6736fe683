package bot_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
	"smallchanges/internal/schedule"
	"smallchanges/internal/store/storetest"
)

// sends sends a form with these values, and gives what is seen then.
func (s *setter) sends(who string, f chat.Form, values chat.Values) (chat.Form, map[string]string) {
	s.t.Helper()
	switch reply := s.does(who, chat.Submit{Form: f.ID, State: f.State, Values: values}).(type) {
	case chat.Ask:
		for _, field := range reply.Form.Fields {
			if typed := values[field.ID]; typed != field.Value {
				s.t.Errorf("%q was typed into %s, and %q came back", typed, field.ID, field.Value)
			}
		}
		return reply.Form, reply.Problems
	case chat.Replace:
		return chat.Form{Title: reply.Card.Plain()}, nil
	default:
		s.t.Fatalf("%s sees %#v", who, reply)
		return chat.Form{}, nil
	}
}

func (s *setter) schedule(id string) programme.Schedule {
	s.t.Helper()
	kept, err := s.Schedule(s.t.Context(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	return kept
}

// A schedule is written in words and its dates are shown first. Whatever would give other
// dates shows them again; what would not is saved with them.
func TestNoScheduleIsSavedBeforeItsDatesWereSeen(t *testing.T) {
	t.Parallel()
	s := newSetter(t, nil)
	arg := s.willow() + " willow-reflection"
	form, values := s.opens("ana", "setup.schedule", arg)
	if values["when"] != "Thursdays at 9am" || values["open"] != "4d" {
		t.Errorf("it opens on %v", values)
	}
	for _, typed := range []string{"last Friday of the month at 2pm", "every Tuesday at 9.30"} {
		values["when"] = typed
		form, _ = s.sends("ana", form, values)
		if form.Title != "Check the dates" || s.schedule("willow-reflection").Cron != "0 9 * * THU" {
			t.Fatalf("%q: %s", typed, form.Plain())
		}
	}
	values["holidays"] = "ask"
	if form, _ = s.sends("ana", form, values); !strings.Contains(form.Plain(), "Tuesday 1 December, 9:30am, goes with the pulse at 10am") {
		t.Errorf("with bank holidays the dates are\n%s", form.Plain())
	}
	values["open"] = "2d"
	form, _ = s.sends("ana", form, values)
	kept := s.schedule("willow-reflection")
	if kept.Cron != "30 9 * * TUE" || kept.OpenFor != 48*time.Hour || kept.SkipHolidays || kept.NextWall != "2026-12-01T09:30" {
		t.Errorf("after %s it is %+v", form.Title, kept)
	}
}

// What cannot be understood, or would be read at night, is refused beside the words.
func TestAScheduleThatCannotBeIsRefusedBesideItsWords(t *testing.T) {
	t.Parallel()
	s := newSetter(t, nil)
	form, values := s.opens("ana", "setup.schedule.pulse", s.willow())
	for typed, want := range map[string]string{
		"fortnightly": "cannot count weeks", "every moon": "“moon”", "": "Say when", "Thursday at 7am": "at 7am. Nobody is written to",
		"Thursday at 6pm": "before 8am or from 6pm", "1st of each month at 10am": "just like this",
	} {
		values["when"] = typed
		if back, problems := s.sends("ana", form, values); !strings.Contains(problems["when"], want) {
			t.Errorf("%q: %v\n%s", typed, problems, back.Plain())
		}
	}
	if set, err := s.TeamSetup(t.Context(), s.Council, s.Team("Willow").ID); err != nil || len(set.Entry.Schedules) != 2 {
		t.Errorf("left are %+v, %v", set.Entry.Schedules, err)
	}
}

// What a council file says beyond the form stays while it is left alone: a rhythm that words
// cannot say, at an hour at which nobody is written to, open for hours.
func TestAScheduleThatWordsCannotSayStays(t *testing.T) {
	t.Parallel()
	s := newSetter(t, nil)
	file := storetest.File()
	odd := &file.Services[0].Teams[0].Schedules[0]
	odd.Cron, odd.OpenFor = "45 6,20 * * MON", programme.Span(12*time.Hour)
	if _, err := s.Apply(t.Context(), file, schedule.Next, false); err != nil {
		t.Fatal(err)
	}
	form, values := s.opens("ana", "setup.schedule", s.willow()+" "+odd.ID)
	if values["when"] != odd.Cron || !strings.Contains(form.Plain(), "12 hours") {
		t.Errorf("it opens on\n%s", form.Plain())
	}
	values["holidays"] = "ask"
	form, _ = s.sends("ana", form, values)
	s.sends("ana", form, values)
	if kept := s.schedule(odd.ID); kept.Cron != odd.Cron || kept.OpenFor != 12*time.Hour || kept.SkipHolidays {
		t.Errorf("left is %+v", kept)
	}
}

// Two people at once: whoever comes second reads the news with every word, and a schedule that
// was removed meanwhile comes back under its own name.
func TestAScheduleThatSomebodyElseRemovedComesBack(t *testing.T) {
	t.Parallel()
	s := newSetter(t, nil)
	arg := s.willow() + " willow-reflection"
	form, values := s.opens("ana", "setup.schedule", arg)
	values["when"] = "Mondays at noon"
	form, _ = s.sends("ana", form, values)
	if _, done := s.does("ela", chat.Press{Button: "setup.schedule.remove", Arg: arg}).(chat.Replace); !done {
		t.Fatal("Ela removes nothing")
	}
	if _, done := s.does("ela", chat.Press{Button: "setup.schedule.remove", Arg: arg}).(chat.Replace); done {
		t.Error("it is removed twice")
	}
	if _, opened := s.does("ela", chat.Press{Button: "setup.schedule", Arg: arg}).(chat.Ask); opened {
		t.Error("what was removed can be changed")
	}
	form, _ = s.sends("ana", form, values)
	if plain := form.Plain(); !strings.Contains(plain, "Somebody else changed the setup") || strings.Contains(plain, "Reflection:") {
		t.Errorf("Ana reads\n%s", plain)
	}
	form, _ = s.sends("ana", form, values)
	s.sends("ana", form, values)
	if kept := s.schedule("willow-reflection"); kept.Cron != "0 12 * * MON" {
		t.Errorf("it is %+v", kept)
	}
}

// The dates say what leaves a day out: the nation's bank holidays, the council's own, and the
// team that has said "not now". What else is asked that day is only said where it comes.
func TestTheDatesSayWhatLeavesADayOut(t *testing.T) {
	t.Parallel()
	s := newSetter(t, nil)
	file := storetest.File()
	file.Council.BankHolidays = []programme.Day{"2026-12-10"}
	if _, err := s.Apply(t.Context(), file, schedule.Next, false); err != nil {
		t.Fatal(err)
	}
	pause := programme.Pause{Until: "2026-12-04"} // from today
	if err := s.PauseTeam(t.Context(), s.By("ana", "pause"), s.Team("Willow").ID, pause); err != nil {
		t.Fatal(err)
	}
	form, values := s.opens("ana", "setup.schedule.pulse", s.willow())
	values["when"] = "every Thursday at 10"
	form, _ = s.sends("ana", form, values)
	for _, want := range []string{
		"Thursday 26 November, 10am: left out, your team has said “not now”", "Thursday 3 December, 10am: left out, your team has said “not now”",
		"Thursday 10 December, 10am: left out, it is a bank holiday", "Thursday 17 December, 10am, goes with the reflection at 9am",
	} {
		if !strings.Contains(form.Plain(), want+"\n") {
			t.Errorf("no %q in\n%s", want, form.Plain())
		}
	}
	values["holidays"] = "ask"
	form, _ = s.sends("ana", form, values)
	if want := "Thursday 10 December, 10am (a bank holiday)\n"; !strings.Contains(form.Plain(), want) {
		t.Errorf("no %q in\n%s", want, form.Plain())
	}
}

// The card says which of the last slots were left out, and why.
func TestTheCardSaysWhatWasLeftOut(t *testing.T) {
	t.Parallel()
	s := newSetter(t, nil)
	for _, day := range []string{"2026-12-03", "2026-12-10", "2026-12-17", "2026-12-24"} {
		s.Clock.Add(7 * 24 * time.Hour)
		if err := s.SkipSlot(t.Context(), s.schedule("willow-reflection"), day+"T09:00", "It was a bank holiday.", programme.Slot{}); err != nil {
			t.Fatal(err)
		}
	}
	told, ok := s.does("ana", chat.Command{Name: "smallchange", Words: chat.Words("setup")}).(chat.Tell)
	if !ok {
		t.Fatal("no card came")
	}
	plain := told.Card.Plain()
	for day, shown := range map[string]bool{"24": true, "17": true, "10": true, "3": false} {
		if words := "Thursday " + day + " December was left out: it was a bank holiday."; strings.Contains(plain, words) != shown {
			t.Errorf("%s is shown: %v\n%s", words, !shown, plain)
		}
	}
}

// A council file may have more schedules, and longer ids, than the card has room for.
func TestTheCardFitsWhateverTheCouncilFileHas(t *testing.T) {
	t.Parallel()
	s := newSetter(t, nil)
	file := storetest.File()
	willow := &file.Services[0].Teams[0]
	for i := range 15 {
		e := willow.Schedules[0]
		e.ID = strconv.Itoa(i) + strings.Repeat(" long", 200)
		willow.Schedules = append(willow.Schedules, e)
	}
	if _, err := s.Apply(t.Context(), file, schedule.Next, false); err != nil {
		t.Fatal(err)
	}
	told, ok := s.does("ana", chat.Command{Name: "smallchange", Words: chat.Words("setup")}).(chat.Tell)
	if !ok {
		t.Fatal("no card came")
	}
	if problems := chat.CheckCard(told.Card); problems != nil || !strings.Contains(told.Card.Plain(), "There are 7 more") {
		t.Errorf("%q\n%s", problems, told.Card.Plain())
	}
	form, values := s.opens("ana", "setup.schedule.reflection", s.willow())
	values["when"] = "Mondays"
	if _, problems := s.sends("ana", form, values); !strings.Contains(problems["when"], "has 17 schedules") {
		t.Errorf("one more is refused with %v", problems)
	}
}
