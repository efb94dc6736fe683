package programme_test

import (
	"testing"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"

	"pgregory.net/rapid"
)

func TestAnAnswerAboutTimeIsWhole(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		given programme.TimeGiven
		wrong int
	}{
		"nothing said":    {programme.TimeGiven{}, 1},
		"a guess":         {programme.TimeGiven{Minutes: 10, Times: 5, People: 8}, 0},
		"nobody has it":   {programme.TimeGiven{Minutes: 10, Times: 5}, 1},
		"less than none":  {programme.TimeGiven{Minutes: -1, Times: -1, People: -1}, 3},
		"over a day":      {programme.TimeGiven{Minutes: 481, Times: 5, People: 8}, 1},
		"more than there": {programme.TimeGiven{Minutes: 10, Times: 201, People: 1001}, 2},
	} {
		if err := test.given.Check(); len(fault.Fields(err)) != test.wrong {
			t.Errorf("%s: %v", name, fault.Fields(err))
		}
	}
}

func TestTimeRangeWords(t *testing.T) {
	t.Parallel()
	for want, r := range map[string]programme.TimeRange{
		"":                                     {},
		"about 1 minute a week (1 answer)":     {Low: 1, High: 1, Answers: 1, Guessed: true},
		"1 answer so far":                      {Low: 1, High: 1, Answers: 1},
		"about 119 minutes a week (2 answers)": {Low: 119, High: 119, Answers: 2},
		"50 minutes to 6½ hours a week (3 answers)": {Low: 50, High: 400, Answers: 3},
		"2 hours to 10 hours a week (2 answers)":    {Low: 120, High: 600, Answers: 2},
	} {
		if got := r.Words(); got != want {
			t.Errorf("%+v: %q, want %q", r, got, want)
		}
	}
}

// A single answer is one person's, unless it came with the idea for all to read.
func TestATimeTotalTellsNobodysOwn(t *testing.T) {
	t.Parallel()
	for want, r := range map[string]programme.TimeRange{
		"about 30 minutes a week, from 1 answer about 1 of 3 kept changes": {Low: 30, High: 30, Answers: 1, Guessed: true},
		"1 answer so far, about 1 of 3 kept changes":                       {Low: 30, High: 30, Answers: 1},
	} {
		if got := (programme.TimeTotal{TimeRange: r, Kept: 3, Answered: 1}).Words(); got != want {
			t.Errorf("%+v: %q, want %q", r, got, want)
		}
	}
}

// In whatever order people answer, the range holds every answer and counts each.
func TestTimeRangeHoldsEveryAnswer(t *testing.T) {
	t.Parallel()
	n := rapid.IntRange(1, 100)
	rapid.Check(t, func(t *rapid.T) {
		answers := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) programme.TimeGiven {
			return programme.TimeGiven{Minutes: n.Draw(t, "minutes"), Times: n.Draw(t, "times"), People: n.Draw(t, "people")}
		}), 1, 20).Draw(t, "answers")
		var r programme.TimeRange
		for _, a := range answers {
			r = r.And(a)
		}
		low, high := false, false
		for _, a := range answers {
			low, high = low || a.PerWeek() == r.Low, high || a.PerWeek() == r.High
			if a.PerWeek() < r.Low || a.PerWeek() > r.High {
				t.Fatalf("%+v leaves out %+v", r, a)
			}
		}
		if r.Answers != len(answers) || !low || !high {
			t.Fatalf("%+v of %+v", r, answers)
		}
	})
}
