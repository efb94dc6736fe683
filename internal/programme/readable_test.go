package programme_test

import (
	"math"
	"strings"
	"testing"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// TestGrade compares with the formula by hand: words a sentence, syllables a word.
func TestGrade(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]float64{
		"":             0,
		"What helped?": 0.39*2 + 11.8 - 15.59,
		"Think about the set-up, not the person. What helped?":                  0.39*9/2 + 11.8*12/9 - 15.59,
		"Which organisational responsibilities inhibit effective collaboration": 0.39*6 + 11.8*24/6 - 15.59,
	} {
		if got := programme.Grade(text); math.Abs(got-want) > 0.01 {
			t.Errorf("%q has grade %.2f, want %.2f", text, got, want)
		}
	}
}

// TestTheBankKeepsItsPromises holds the prompts that come with the program to what a team's
// own must keep, and to what their file says of them.
func TestTheBankKeepsItsPromises(t *testing.T) {
	t.Parallel()
	bank := programme.Bank{}
	if n := len(programme.Prompts()); n != 40 {
		t.Errorf("there are %d prompts", n)
	}
	for _, p := range programme.Prompts() {
		if _, err := programme.NewPrompt(p.Text, p.Theme, p.ShareDefault, p.Moment); err != nil {
			t.Errorf("%s: %v", p.ID, fault.Fields(err))
		}
		if own := (programme.Prompt{Text: strings.ToUpper(p.Text) + " "}); bank.Put(own, "") == nil {
			t.Errorf("%s could be added once more", p.ID)
		}
	}
}

func TestNewPrompt(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text, wrong, says string
	}{
		"a question":      {" What made you  smile this week? ", "", ""},
		"an invitation":   {"Think of one thing that you would like to try.", "", ""},
		"25 words":        {strings.Repeat("We ask. ", 12) + "Why?", "", ""},
		"26 words":        {strings.Repeat("We ask. ", 12) + "Why not?", "text", "26 words"},
		"no words":        {" ?", "text", "Write a question"},
		"digits":          {"What could we do in 5 minutes?", "text", "digits"},
		"no end":          {"What made you smile", "text", "question mark"},
		"a shout":         {"Think of a good day!", "text", "question mark"},
		"too hard":        {"Which organisational responsibilities inhibit effective collaboration?", "text", "“organisational”, “responsibilities”, “collaboration”"},
		"too long-winded": {"What do you think that we could all do to make it so that each of us has the time that we need to do the work?", "text", "25"},
	} {
		p, err := programme.NewPrompt(test.text, "team", "team", programme.AnyMoment)
		if words := fault.Fields(err)[test.wrong]; (err == nil) != (test.wrong == "") || !strings.Contains(words, test.says) {
			t.Errorf("%s (grade %.1f): %v", name, programme.Grade(p.Text), fault.Fields(err))
		}
	}
	_, err := programme.NewPrompt("", "weather", "everybody", "never")
	if len(fault.Fields(err)) != 4 {
		t.Errorf("with everything wrong: %v", fault.Fields(err))
	}
}

func TestABankKeepsEightPrompts(t *testing.T) {
	t.Parallel()
	var b programme.Bank
	var last error
	for _, p := range programme.Prompts() {
		if last = b.Switch(p.ID, false); last != nil {
			break
		}
	}
	if len(b.On()) != programme.LeastPrompts || !fault.Is(last, fault.Closed) {
		t.Fatalf("%d are on, %v", len(b.On()), last)
	}
	own, err := programme.NewPrompt("What made you smile this week?", "team", "private", programme.StartMoment)
	if err != nil || b.Put(own, "") != nil {
		t.Fatal(err)
	}
	b.Own[0].ID = programme.OwnPrompt(7)
	if n, ok := programme.OwnNumber(b.Own[0].ID); n != 7 || !ok || !b.IsOn("own-7") || len(b.All()) != 41 {
		t.Errorf("the bank is %+v", b)
	}
	if err := b.Put(own, ""); fault.Fields(err)["text"] == "" {
		t.Errorf("added twice: %v", err)
	}
	changed, seen := b.Own[0], b.Own[0].Mark()
	changed.Text = "What made you smile this week."
	if err := b.Put(changed, seen); err != nil || b.Own[0].Text != changed.Text || len(b.Own) != 1 {
		t.Errorf("a change of it: %v, %+v", err, b.Own)
	}
	if err := b.Put(changed, seen); !fault.Is(err, fault.Conflict) {
		t.Errorf("a change of what was changed meanwhile: %v", err)
	}
	if err := b.Switch(b.Off[0], false); err != nil || len(b.On()) != programme.LeastPrompts+1 {
		t.Errorf("what is off is switched off: %v, %d on", err, len(b.On()))
	}
	if err := b.Switch("tea-06", false); err != nil {
		t.Error(err)
	}
	if err := b.Remove("own-7"); !fault.Is(err, fault.Closed) {
		t.Errorf("the ninth is removed: %v", err)
	}
	if err := b.Switch("rel-01", true); err != nil || !b.IsOn("rel-01") {
		t.Errorf("switching on: %v", err)
	}
	if err := b.Remove("own-7"); err != nil || len(b.Own) != 0 {
		t.Errorf("removing: %v", err)
	}
	for name, err := range map[string]error{
		"switching": b.Switch("own-7", true), "removing": b.Remove("own-7"), "changing": b.Put(changed, seen),
	} {
		if !fault.Is(err, fault.Missing) {
			t.Errorf("%s what is not there: %v", name, err)
		}
	}
}

func TestABankIsNeverEmpty(t *testing.T) {
	t.Parallel()
	var b programme.Bank
	for _, p := range programme.Prompts() {
		b.Off = append(b.Off, p.ID)
	}
	if len(b.On()) != 40 {
		t.Errorf("%d are on", len(b.On()))
	}
}
