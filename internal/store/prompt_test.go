package store_test

import (
	"fmt"
	"testing"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
	"smallchanges/internal/store/storetest"

	"github.com/google/go-cmp/cmp"
)

func own(t *testing.T, text string) programme.Prompt {
	t.Helper()
	p, err := programme.NewPrompt(text, "team", "private", programme.StartMoment)
	must(t, err)
	return p
}

func TestATeamsPrompts(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	willow, rowan, by := f.Team("Willow").ID, f.Team("Rowan").ID, f.By("ana", "e1")
	set, err := f.AddPrompt(t.Context(), by, willow, own(t, "What made you smile?"), "")
	if err != nil || len(set.Bank.Own) != 1 {
		t.Fatalf("%+v, %v", set.Bank, err)
	}
	want := own(t, "What made you smile?")
	want.ID = set.Bank.Own[0].ID
	if diff := cmp.Diff([]programme.Prompt{want}, set.Bank.Own); diff != "" {
		t.Error(diff)
	}
	if _, err := f.AddPrompt(t.Context(), by, willow, own(t, "What made you laugh?"), ""); !fault.Is(err, fault.Repeated) {
		t.Errorf("the same event twice: %v", err)
	}
	by.Key = ""
	if _, err := f.AddPrompt(t.Context(), by, willow, own(t, "What made you smile."), ""); fault.Fields(err)["text"] == "" {
		t.Errorf("the same words twice: %v", err)
	}
	seen := want.Mark()
	want.Text, want.Theme, want.ShareDefault, want.Moment = "What made you laugh?", "learning", "team", programme.AnyMoment
	_, err = f.AddPrompt(t.Context(), by, willow, want, seen)
	must(t, err)
	for range 2 { // a card that was read before it was pressed
		_, err = f.SwitchPrompt(t.Context(), by, willow, "rel-01", false)
		must(t, err)
	}
	set, err = f.TeamSetup(t.Context(), f.Council, willow)
	if diff := cmp.Diff(programme.Bank{Off: []string{"rel-01"}, Own: []programme.Prompt{want}}, set.Bank); err != nil || diff != "" {
		t.Error(diff, err)
	}
	for team, want := range map[int64]int{willow: 40, rowan: 40} {
		if on, err := f.Bank(t.Context(), f.Council, team); err != nil || len(on) != want {
			t.Errorf("team %d has %d prompts, %v", team, len(on), err)
		}
	}
	_, err = f.SwitchPrompt(t.Context(), by, willow, "rel-01", true)
	must(t, err)
	if set, err = f.RemovePrompt(t.Context(), by, willow, want.ID); err != nil || len(set.Bank.Own)+len(set.Bank.Off) != 0 || set.Entry.Name != "Willow" {
		t.Errorf("%+v, %v", set, err)
	}
	if _, err := f.RemovePrompt(t.Context(), by, willow, want.ID); !fault.Is(err, fault.Missing) {
		t.Errorf("removed twice: %v", err)
	}
}

func TestWhoMayChangeATeamsPrompts(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	willow := f.Team("Willow").ID
	for name, may := range map[string]bool{"ana": true, "ela": true, "kit": true, "ben": false, "grace": false, "ines": false} {
		_, err := f.SwitchPrompt(t.Context(), f.By(name, ""), willow, "rel-01", false)
		if (err == nil) != may || err != nil && !fault.Is(err, fault.Denied) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, id := range []string{"", "rel-99", "own-1"} {
		if _, err := f.SwitchPrompt(t.Context(), f.By("ana", ""), willow, id, false); !fault.Is(err, fault.Missing) {
			t.Errorf("switching %q: %v", id, err)
		}
	}
}

// TestEightPromptsStayOn switches off as many as can be at once, from eight places.
func TestEightPromptsStayOn(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	willow, list, by := f.Team("Willow").ID, programme.Prompts(), f.By("ana", "")
	for _, err := range together(8, func(i int) error {
		for n := i; n < len(list); n += 8 {
			if _, err := f.SwitchPrompt(t.Context(), by, willow, list[n].ID, false); err != nil && !fault.Is(err, fault.Closed) {
				return err
			}
		}
		return nil
	}) {
		must(t, err)
	}
	if on, err := f.Bank(t.Context(), f.Council, willow); err != nil || len(on) != programme.LeastPrompts {
		t.Errorf("%d are on, %v", len(on), err)
	}
}

func TestSoFar(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	willow, start := f.Team("Willow").ID, f.Clock.Now()
	so := func() programme.SoFar {
		t.Helper()
		so, err := f.SoFar(t.Context(), f.Council, willow, f.Clock.Now())
		must(t, err)
		return so
	}
	if diff := cmp.Diff(programme.SoFar{}, so()); diff != "" {
		t.Error(diff)
	}
	var want []programme.PastPrompt
	for i, id := range []string{"p1", "p2", "p1"} { // by two schedules
		r := round(f, fmt.Sprint("slot", i))
		r.Schedule, r.Prompt.ID = []string{"willow-reflection", "another"}[i%2], id
		_, _, err := f.OpenRound(t.Context(), r, nil, programme.Slot{})
		must(t, err)
		want = append([]programme.PastPrompt{{Prompt: r.Prompt, At: r.Opens}}, want...)
		f.Clock.Add(time.Hour)
	}
	if diff := cmp.Diff(programme.SoFar{First: start, Past: want[:2]}, so()); diff != "" {
		t.Error(diff)
	}
	number := f.Idea("ana", "Protected afternoons").Number
	goes(t, f, number, programme.Chosen, programme.Trying)
	if so := so(); !so.Tried || !so.Trying || so.Reviewing {
		t.Errorf("while it is tried: %+v", so)
	}
	goes(t, f, number, programme.Reviewing)
	if so := so(); !so.Tried || so.Trying || !so.Reviewing || !so.Ended.IsZero() {
		t.Errorf("in review: %+v", so)
	}
	goes(t, f, number, programme.Kept)
	ended := f.Clock.Now()
	f.Clock.Add(13 * 24 * time.Hour)
	if so := so(); !so.Tried || so.Reviewing || !so.Ended.Equal(ended) {
		t.Errorf("kept 13 days ago: %+v, want %v", so, ended)
	}
	f.Clock.Add(2 * 24 * time.Hour)
	if so := so(); !so.Tried || !so.Ended.IsZero() {
		t.Errorf("kept 15 days ago: %+v", so)
	}
	goes(t, f, number, programme.Reviewing, programme.Stopped)
	if so := so(); !so.Tried || so.Reviewing || !so.Ended.Equal(f.Clock.Now()) {
		t.Errorf("stopped after all: %+v", so)
	}
	goes(t, f, f.Idea("ben", "Never tried").Number, programme.Stopped)
	other, err := f.SoFar(t.Context(), f.Council, f.Team("Rowan").ID, f.Clock.Now())
	if diff := cmp.Diff(programme.SoFar{}, other); err != nil || diff != "" {
		t.Error("another team: ", diff, err)
	}
}
