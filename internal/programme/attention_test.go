package programme_test

import (
	"slices"
	"testing"
	"time"

	"smallchanges/internal/programme"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// waits are messages of these kinds, numbered from 1, due in the morning of 3 December.
func waits(t *testing.T, kinds ...programme.NoticeKind) []programme.Waiting {
	t.Helper()
	list := make([]programme.Waiting, len(kinds))
	for i, kind := range kinds {
		list[i] = programme.Waiting{ID: int64(i + 1), Notice: programme.Notice{Kind: kind, Due: inLondon(t, "2026-12-03 09:00")}}
	}
	return list
}

const (
	review = programme.NoticeNudgeReview
	silent = programme.NoticeNudgeSilent
	prompt = programme.NoticePrompt
	pulse  = programme.NoticePulse
)

func TestWhatGoesOutNow(t *testing.T) {
	t.Parallel()
	at := func(walls ...string) (times []time.Time) {
		for _, wall := range walls {
			times = append(times, inLondon(t, wall))
		}
		return times
	}
	for name, test := range map[string]struct {
		waiting []programme.Waiting
		used    int
		coming  []time.Time
		paused  programme.Day
		now     string
		goes    []int64
		look    string
	}{
		"one goes":                       {waits(t, review), 0, nil, "", "2026-12-03 09:00", []int64{1}, "2026-12-04 08:00"},
		"several go together":            {waits(t, review, prompt, silent), 0, nil, "", "2026-12-03 09:00", []int64{2, 1, 3}, "2026-12-04 08:00"},
		"six are too many at once":       {waits(t, silent, silent, review, silent, silent, silent), 0, nil, "", "2026-12-03 09:00", []int64{3, 1, 2, 4, 5}, "2026-12-04 08:00"},
		"the week is used up":            {waits(t, prompt), 2, nil, "", "2026-12-03 09:00", nil, "2026-12-07 08:00"},
		"a question today takes it":      {waits(t, review), 0, at("2026-12-03 14:00"), "", "2026-12-03 09:00", nil, "2026-12-03 14:00"},
		"a question tomorrow leaves one": {waits(t, review), 0, at("2026-12-04 09:00"), "", "2026-12-03 09:00", []int64{1}, "2026-12-04 08:00"},
		"the last is for the question":   {waits(t, review), 1, at("2026-12-04 09:00"), "", "2026-12-03 09:00", nil, "2026-12-04 08:00"},
		"questions do not wait so":       {waits(t, pulse), 1, at("2026-12-04 09:00"), "", "2026-12-03 09:00", []int64{1}, "2026-12-04 08:00"},
		"at night":                       {waits(t, review), 0, nil, "", "2026-12-03 23:00", nil, "2026-12-04 08:00"},
		"on a bank holiday":              {waits(t, review), 0, nil, "", "2026-12-25 09:00", nil, "2026-12-28 09:00"},
		"not now":                        {waits(t, review), 0, nil, "2026-12-14", "2026-12-03 09:00", nil, "2026-12-14 08:00"},
	} {
		a := programme.Attention{
			Member:  programme.Member{Zone: "Europe/London", Quiet: programme.UsualQuiet()},
			Waiting: test.waiting, Used: test.used, Coming: test.coming, Paused: test.paused,
		}
		h := a.Hand(inLondon(t, test.now), func(d programme.Day) bool { return d == "2026-12-25" })
		if diff := cmp.Diff(programme.Handing{Go: test.goes, Look: inLondon(t, test.look)}, h); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestWhatIsOverIsDropped(t *testing.T) {
	t.Parallel()
	list := waits(t, prompt, review, silent)
	list[0].Notice.Until = inLondon(t, "2026-12-07 09:00")
	a := programme.Attention{Member: programme.Member{Quiet: programme.UsualQuiet()}, Waiting: list}
	h := a.Hand(inLondon(t, "2026-12-07 09:00"), never)
	if !slices.Equal(h.Drop, []int64{1}) || !slices.Equal(h.Go, []int64{2, 3}) {
		t.Errorf("%+v", h)
	}
	if h = a.Hand(inLondon(t, "2027-01-04 09:00"), never); len(h.Drop) != 3 || len(h.Go) > 0 {
		t.Errorf("after four weeks: %+v", h)
	}
}

var rationedKinds = []programme.NoticeKind{prompt, pulse, review, silent, programme.NoticeFollowUp, programme.NoticeChampionsNote}

// A month of anybody's life: whatever falls due, no week has more messages than they want,
// none comes when they are not to be written to, nothing goes twice, and each thing is sent,
// dropped because its time is over, or still waits.
func TestNobodyGetsMoreThanTheyCanBear(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := programme.Member{Zone: rapid.SampledFrom(placesToWork).Draw(t, "zone"), Quiet: drawQuiet(t)}
		start := time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)
		closed := func(d programme.Day) bool { return d == "2026-12-25" || d == "2026-12-28" }
		var waiting []programme.Waiting
		for i := range rapid.IntRange(1, 25).Draw(t, "messages") {
			due := start.Add(time.Duration(rapid.IntRange(0, 30*24).Draw(t, "due")) * time.Hour)
			n := programme.Notice{Kind: rapid.SampledFrom(rationedKinds).Draw(t, "kind"), Due: due}
			if rapid.Bool().Draw(t, "closes") {
				n.Until = due.Add(96 * time.Hour)
			}
			waiting = append(waiting, programme.Waiting{ID: int64(i + 1), Notice: n})
		}
		weeks, gone := map[time.Time]int{}, map[int64]bool{}
		look := start
		for now := start; now.Before(start.AddDate(0, 0, 40)); now = now.Add(30 * time.Minute) {
			here := slices.Collect(func(yield func(programme.Waiting) bool) {
				for _, w := range waiting {
					if !gone[w.ID] && !w.Notice.Due.After(now) && !yield(w) {
						return
					}
				}
			})
			if now.Before(look) && !slices.ContainsFunc(here, func(w programme.Waiting) bool { return now.Sub(w.Notice.Due) < 30*time.Minute }) {
				continue
			}
			week, _ := programme.WeekOf(now, m.Location())
			h := programme.Attention{Member: m, Waiting: here, Used: weeks[week]}.Hand(now, closed)
			if len(h.Go) > 0 {
				weeks[week]++
				if !reachable(m, now, closed) {
					t.Fatalf("written to at %s", now.In(m.Location()))
				}
			}
			if weeks[week] > m.Quiet.Budget {
				t.Fatalf("%d messages in the week of %s", weeks[week], week)
			}
			if left := len(here) - len(h.Go) - len(h.Drop); left > 0 && !h.Look.After(now) {
				t.Fatalf("%d wait, to be looked at again at once", left)
			}
			for _, id := range slices.Concat(h.Go, h.Drop) {
				if gone[id] {
					t.Fatalf("%d twice", id)
				}
				gone[id] = true
			}
			if look = h.Look; look.IsZero() {
				look = now
			}
		}
	})
}
