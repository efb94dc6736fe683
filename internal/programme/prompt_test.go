package programme_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"smallchanges/internal/programme"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var (
	london   = programme.Zone("Europe/London")
	thursday = time.Date(2026, time.November, 26, 9, 0, 0, 0, time.UTC)
)

const aWeek = 7 * 24 * time.Hour

func TestMomentsOf(t *testing.T) {
	t.Parallel()
	day := func(s string) time.Time {
		at, err := time.Parse(time.DateTime, s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	first := day("2026-09-01 09:00:00")
	start, trying, review := programme.StartMoment, programme.TryingMoment, programme.ReviewMoment
	for name, test := range map[string]struct {
		so   programme.SoFar
		now  string
		want []programme.Moment
	}{
		"before anything":              {programme.SoFar{}, "2026-11-05 09:00:00", []programme.Moment{start}},
		"tried, but never asked":       {programme.SoFar{Tried: true, Trying: true}, "2026-11-05 09:00:00", []programme.Moment{start, trying}},
		"five weeks in":                {programme.SoFar{First: first, Tried: true}, "2026-10-13 08:59:59", []programme.Moment{start}},
		"six weeks in":                 {programme.SoFar{First: first, Tried: true}, "2026-10-13 09:00:00", nil},
		"long, and nothing tried":      {programme.SoFar{First: first}, "2027-10-13 09:00:00", []programme.Moment{start}},
		"being tried":                  {programme.SoFar{First: first, Tried: true, Trying: true}, "2026-11-05 09:00:00", []programme.Moment{trying}},
		"in review":                    {programme.SoFar{First: first, Tried: true, Reviewing: true}, "2026-11-05 09:00:00", []programme.Moment{review}},
		"ended 13 days ago":            {programme.SoFar{First: first, Tried: true, Ended: day("2026-11-01 12:00:00")}, "2026-11-15 11:59:59", []programme.Moment{review}},
		"ended 14 days ago":            {programme.SoFar{First: first, Tried: true, Ended: day("2026-11-01 12:00:00")}, "2026-11-15 12:00:00", nil},
		"before a month's last week":   {programme.SoFar{First: first, Tried: true}, "2026-11-23 09:00:00", nil},
		"in a month's last week":       {programme.SoFar{First: first, Tried: true}, "2026-11-24 09:00:00", []programme.Moment{review}},
		"on a month's last day":        {programme.SoFar{First: first, Tried: true}, "2026-11-30 09:00:00", []programme.Moment{review}},
		"already there, in London":     {programme.SoFar{First: first, Tried: true}, "2027-05-24 23:30:00", []programme.Moment{review}},
		"all at once":                  {programme.SoFar{First: first, Tried: true, Trying: true, Reviewing: true}, "2026-09-02 09:00:00", []programme.Moment{start, trying, review}},
		"the last week of a February":  {programme.SoFar{First: first, Tried: true}, "2027-02-22 09:00:00", []programme.Moment{review}},
		"before it, in a leap year":    {programme.SoFar{First: first, Tried: true}, "2028-02-22 09:00:00", nil},
		"the last week of a leap year": {programme.SoFar{First: first, Tried: true}, "2028-02-23 09:00:00", []programme.Moment{review}},
	} {
		if diff := cmp.Diff(test.want, programme.MomentsOf(test.so, day(test.now), london)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// asks keeps what a team is asked.
type asks struct {
	programme.SoFar
	log []programme.PastPrompt // all of it
}

func (a *asks) next(bank []programme.Prompt, now time.Time) programme.Prompt {
	p := programme.NextPrompt(bank, a.SoFar, now, london)
	if a.First.IsZero() {
		a.First = now
	}
	past := programme.PastPrompt{Prompt: p, At: now}
	a.Past = append(slices.DeleteFunc(slices.Clone(a.Past), func(b programme.PastPrompt) bool { return b.Prompt.ID == p.ID }), past)
	a.log = append(a.log, past)
	return p
}

func (a *asks) since(id string) time.Time {
	for _, p := range a.Past {
		if p.Prompt.ID == id {
			return p.At
		}
	}
	return time.Time{}
}

// TestNextPromptOfTheBank asks a team that tries its first change after ten weeks for two years.
func TestNextPromptOfTheBank(t *testing.T) {
	t.Parallel()
	bank, a := programme.Prompts(), &asks{}
	for n := range 104 {
		a.Tried, a.Trying = n >= 10, n >= 10 && n%20 < 10
		a.next(bank, thursday.Add(time.Duration(n)*aWeek))
	}
	used := map[string]bool{}
	for n, p := range a.log {
		used[p.Prompt.ID] = true
		if n > 0 && a.log[n-1].Prompt.Theme == p.Prompt.Theme {
			t.Errorf("week %d has the theme %s again", n, p.Prompt.Theme)
		}
		if n < 10 && p.Prompt.Moment == programme.TryingMoment {
			t.Errorf("week %d asks about what is not tried yet: %s", n, p.Prompt.Text)
		}
	}
	if len(used) < 38 {
		t.Errorf("two years used only %d of 40 prompts", len(used))
	}
	starts := 0
	for _, p := range a.log[:6] {
		if p.Prompt.Moment == programme.StartMoment {
			starts++
		}
	}
	if starts < 3 {
		t.Errorf("of the first six prompts only %d are for a start", starts)
	}
}

// bankOf draws a bank with these ids.
func bankOf(t *rapid.T, ids string, most int) []programme.Prompt {
	bank := make([]programme.Prompt, rapid.IntRange(1, most).Draw(t, ids))
	for i := range bank {
		bank[i] = programme.Prompt{
			ID:    fmt.Sprint(ids, i),
			Theme: rapid.SampledFrom([]string{"one", "two", "three", "four", "five", "six"}).Draw(t, "theme"),
			Moment: rapid.SampledFrom([]programme.Moment{
				programme.AnyMoment, programme.StartMoment, programme.TryingMoment, programme.ReviewMoment,
			}).Draw(t, "moment"),
		}
	}
	return bank
}

// TestNextPromptOfAnyBank simulates two years of any team, asked once or twice a week: of
// what is on, nothing returns within 20 weeks while there is a choice, and otherwise the one
// asked longest ago does; every theme comes up; and the same facts give the same prompt.
func TestNextPromptOfAnyBank(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all, a := bankOf(t, "bank", 60), &asks{}
		off := map[string]bool{}
		step := rapid.SampledFrom([]time.Duration{aWeek, aWeek / 2}).Draw(t, "step")
		for now := thursday; now.Before(thursday.AddDate(2, 0, 0)); now = now.Add(step) {
			if rapid.IntRange(0, 9).Draw(t, "something changes") == 0 {
				id := rapid.SampledFrom(all).Draw(t, "switched").ID
				off[id] = !off[id]
				a.Trying = rapid.Bool().Draw(t, "trying")
				a.Tried = a.Tried || a.Trying
				a.Reviewing = rapid.Bool().Draw(t, "reviewing")
			}
			bank := slices.DeleteFunc(slices.Clone(all), func(p programme.Prompt) bool { return off[p.ID] })
			if len(bank) == 0 {
				continue
			}
			before := *a
			p := a.next(bank, now)
			mayCome(t, bank, before, p, now)
			if again := programme.NextPrompt(bank, before.SoFar, now, london); again != p {
				t.Fatalf("the same facts give %v and %v", p, again)
			}
		}
	})
}

func mayCome(t *rapid.T, bank []programme.Prompt, before asks, p programme.Prompt, now time.Time) {
	if !slices.Contains(bank, p) {
		t.Fatalf("%v is not among those that are on", p)
	}
	fresh := slices.ContainsFunc(bank, func(b programme.Prompt) bool {
		at := before.since(b.ID)
		return at.IsZero() || now.Sub(at) >= programme.NoRepeat
	})
	at := before.since(p.ID)
	if fresh && !at.IsZero() && now.Sub(at) < programme.NoRepeat {
		t.Fatalf("%s was asked %v ago, and there is a choice", p.ID, now.Sub(at))
	}
	for _, b := range bank {
		if !fresh && before.since(b.ID).Before(at) {
			t.Fatalf("%s was asked before %s, and not since", b.ID, p.ID)
		}
	}
}

// TestEveryThemeComesUp holds the turns of themes to a time, whatever a team tries. No theme
// of a bank waits much longer than 20 weeks and a turn of all themes, as long as it has a
// prompt that may come.
func TestEveryThemeComesUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		bank := bankOf(t, "bank", 60)
		a := &asks{SoFar: programme.SoFar{Tried: rapid.Bool().Draw(t, "tried"), Trying: rapid.Bool().Draw(t, "trying")}}
		for n := range 104 {
			a.next(bank, thursday.Add(time.Duration(n)*aWeek))
		}
		for _, p := range bank {
			came := 0
			for _, past := range a.log {
				if past.Prompt.Theme == p.Theme {
					came++
				}
			}
			if came < 2 {
				t.Fatalf("the theme %s came up %d times in two years", p.Theme, came)
			}
		}
	})
}

// TestMomentsDoNotUseUpATheme keeps half of a theme's turns for prompts of any time while a
// change is tried for ever.
func TestMomentsDoNotUseUpATheme(t *testing.T) {
	t.Parallel()
	var bank []programme.Prompt
	for i := range 40 {
		bank = append(bank, programme.Prompt{
			ID: fmt.Sprint(i), Theme: []string{"one", "two"}[i%2],
			Moment: []programme.Moment{programme.AnyMoment, programme.TryingMoment}[i/2%2],
		})
	}
	a := &asks{SoFar: programme.SoFar{Tried: true, Trying: true, First: thursday.AddDate(-1, 0, 0)}}
	for n := range 8 {
		got := a.next(bank, thursday.Add(time.Duration(n)*aWeek)).Moment
		if want := []programme.Moment{programme.TryingMoment, programme.AnyMoment}[n/2%2]; got != want {
			t.Errorf("week %d has a prompt for %s, want %s", n, got, want)
		}
	}
}

func TestPromptShare(t *testing.T) {
	t.Parallel()
	if got := (programme.Prompt{ShareDefault: "private"}).Share(); got != programme.SharePrivate {
		t.Errorf("a private prompt starts on %s", got)
	}
	if got := (programme.Prompt{ShareDefault: "team"}).Share(); got != programme.ShareNamed {
		t.Errorf("a team's prompt starts on %s", got)
	}
}
