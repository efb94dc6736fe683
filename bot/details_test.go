package bot_test

import (
	"strings"
	"testing"

	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
	"smallchanges/internal/store/storetest"
)

// edits opens the Edit form of SC-1, gives the minutes that stand in it, and sends it with
// what is typed.
func edits(t *testing.T, f *storetest.Fixture, who string, typed chat.Values) (minutes string) {
	t.Helper()
	form := opened(t, f, who, "change.details", "SC-1")
	values := chat.Values{}
	for _, field := range form.Fields {
		values[field.ID] = field.Value
	}
	minutes = values["minutes_per_time"]
	for id, words := range typed {
		values[id] = words
	}
	handle(t, f, who, chat.Submit{Form: form.ID, State: form.State, Values: values})
	return minutes
}

// How much time somebody thinks a change gives back is theirs: nobody else sees it in a
// form, or writes over it.
func TestAnEditKeepsEachPersonsTimeApart(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	f.Idea("ana", "One form")
	edits(t, f, "ana", chat.Values{"minutes_per_time": "10", "times_per_week": "1", "people": "3"})
	if seen := edits(t, f, "ben", chat.Values{"minutes_per_time": "20", "times_per_week": "1", "people": "2"}); seen != "" {
		t.Errorf("Ben sees Ana's %s minutes", seen)
	}
	edits(t, f, "cora", chat.Values{"title": "One short form"})
	c, history, err := f.Change(t.Context(), f.Council, 1)
	if err != nil || c.Guess != (programme.TimeGiven{Minutes: 10, Times: 1, People: 3}) || c.Title != "One short form" {
		t.Errorf("kept is %+v (%v)", c, err)
	}
	for _, h := range history {
		if h.Who == "Ben Hale" {
			t.Errorf("its past says who answered: %+v", h)
		}
	}
	given, err := f.TimeGiven(t.Context(), c)
	if want := "30 minutes to 40 minutes a week (2 answers)"; err != nil || given.Words() != want {
		t.Errorf("it gives back %q, want %q (%v)", given.Words(), want, err)
	}
	if seen := edits(t, f, "ana", nil); seen != "10" {
		t.Errorf("Ana sees %q minutes, and not her own", seen)
	}
}

// Ben's is the only answer, so that its time would be his.
func TestASingleAnswerIsCountedAndNotShown(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	keeps(t, f)
	edits(t, f, "ben", chat.Values{"minutes_per_time": "20", "times_per_week": "1", "people": "2"})
	for _, words := range []string{"show SC-1", "list counts"} {
		tell, _ := handle(t, f, "cora", chat.Command{Name: "smallchange", Words: chat.Words(words)}).(chat.Tell)
		if plain := tell.Card.Plain(); !strings.Contains(plain, "1 answer so far") || strings.Contains(plain, "40 minutes") {
			t.Errorf("after %s Cora sees:\n%s", words, plain)
		}
	}
}
