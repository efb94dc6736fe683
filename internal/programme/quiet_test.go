package programme_test

import (
	"slices"
	"testing"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"

	"pgregory.net/rapid"
)

func never(programme.Day) bool { return false }

// inLondon reads a time on the wall in London; "" is the zero time.
func inLondon(t *testing.T, wall string) time.Time {
	t.Helper()
	if wall == "" {
		return time.Time{}
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", wall, programme.Zone("Europe/London"))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestReach(t *testing.T) {
	t.Parallel()
	only := func(days ...time.Weekday) programme.Quiet {
		q := programme.UsualQuiet()
		q.Works = days
		return q
	}
	fortnight := only(time.Thursday)
	fortnight.Other, fortnight.Fortnight = []time.Weekday{time.Friday}, "2026-11-30" // that week Thursdays, the next Fridays
	noon := programme.UsualQuiet()
	noon.From, noon.To = 12*60, 15*60
	leave := programme.UsualQuiet()
	leave.Leave = []programme.Leave{{First: "2026-12-03", Last: "2026-12-04"}, {First: "2026-12-07", Last: "2026-12-07"}}
	snoozed := programme.UsualQuiet()
	snoozed.Snoozed = "2026-12-08"
	away := programme.UsualQuiet()
	away.Away = inLondon(t, "2026-12-03 14:10")
	usual := programme.UsualQuiet()
	for name, test := range map[string]struct {
		quiet       programme.Quiet
		holiday     programme.Day
		from, until string
		want        string // "" when there is no such time
	}{
		"today":                      {usual, "", "2026-12-03 09:00", "2026-12-07 09:00", "2026-12-03 09:00"},
		"tomorrow":                   {only(time.Friday), "", "2026-12-03 09:00", "2026-12-07 09:00", "2026-12-04 09:00"},
		"over a weekend":             {usual, "", "2026-12-05 09:00", "2026-12-09 09:00", "2026-12-07 09:00"},
		"when it just closes":        {only(time.Monday), "", "2026-12-03 09:00", "2026-12-07 09:00", ""},
		"not in the window":          {only(time.Wednesday), "", "2026-12-03 09:00", "2026-12-07 09:00", ""},
		"a holiday":                  {usual, "2026-12-25", "2026-12-25 09:00", "2026-12-30 09:00", "2026-12-28 09:00"},
		"clocks go forward":          {only(time.Monday), "", "2027-03-25 09:00", "2027-03-30 09:00", "2027-03-29 09:00"},
		"clocks go back":             {only(time.Monday), "", "2027-10-28 09:00", "2027-11-02 09:00", "2027-11-01 09:00"},
		"nothing is ever open":       {usual, "", "2026-12-03 09:00", "2026-12-03 09:00", ""},
		"too early in the day":       {usual, "", "2026-12-03 06:30", "", "2026-12-03 08:00"},
		"too late in the day":        {usual, "", "2026-12-03 18:00", "", "2026-12-04 08:00"},
		"late on a Friday":           {usual, "", "2026-12-04 21:00", "", "2026-12-07 08:00"},
		"their own hours":            {noon, "", "2026-12-03 09:00", "", "2026-12-03 12:00"},
		"after their own hours":      {noon, "", "2026-12-03 15:00", "", "2026-12-04 12:00"},
		"the first week of two":      {fortnight, "", "2026-12-01 09:00", "", "2026-12-03 09:00"},
		"the second week of two":     {fortnight, "", "2026-12-07 09:00", "", "2026-12-11 09:00"},
		"long before the fortnight":  {fortnight, "", "2026-11-23 09:00", "", "2026-11-27 09:00"},
		"on leave, twice":            {leave, "", "2026-12-03 09:00", "", "2026-12-08 09:00"},
		"left alone for a while":     {snoozed, "", "2026-12-03 09:00", "", "2026-12-08 09:00"},
		"away, as their status says": {away, "", "2026-12-03 09:00", "", "2026-12-03 14:10"},
	} {
		m := programme.Member{Zone: "Europe/London", Quiet: test.quiet}
		holiday := func(d programme.Day) bool { return d == test.holiday }
		due, ok := m.Reach(inLondon(t, test.from), inLondon(t, test.until), holiday)
		if ok != (test.want != "") || ok && !due.Equal(inLondon(t, test.want)) {
			t.Errorf("%s: %s, %v; want %s", name, due, ok, test.want)
		}
	}
}

func drawDays(t *rapid.T, what string) []time.Weekday {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) time.Weekday {
		return time.Weekday(rapid.IntRange(0, 6).Draw(t, "day"))
	}), 1, 7).Draw(t, what)
}

// drawQuiet is anything that somebody could have said about being written to.
func drawQuiet(t *rapid.T) programme.Quiet {
	q := programme.UsualQuiet()
	q.Budget = rapid.IntRange(0, programme.MostBudget).Draw(t, "budget")
	q.From = rapid.IntRange(0, 22*60).Draw(t, "from")
	q.To = rapid.IntRange(q.From+60, 24*60).Draw(t, "to")
	if rapid.Bool().Draw(t, "own days") {
		q.Works = drawDays(t, "works")
	}
	if rapid.Bool().Draw(t, "fortnight") {
		q.Other, q.Fortnight = drawDays(t, "other"), "2026-11-30"
	}
	for range rapid.IntRange(0, 3).Draw(t, "leaves") {
		first := programme.Day("2026-12-01").Add(rapid.IntRange(0, 60).Draw(t, "first"))
		q.Leave = append(q.Leave, programme.Leave{First: first, Last: first.Add(rapid.IntRange(0, 20).Draw(t, "length"))})
	}
	if rapid.Bool().Draw(t, "snoozed") {
		q.Snoozed = programme.Day("2026-12-01").Add(rapid.IntRange(0, 60).Draw(t, "until"))
	}
	return q
}

var placesToWork = []string{"Europe/London", "America/Havana", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"}

// Whatever somebody said, nothing reaches them outside it, and nothing that could have come
// earlier comes later.
func TestReachKeepsToWhatSomebodySaid(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := programme.Member{Zone: rapid.SampledFrom(placesToWork).Draw(t, "zone"), Quiet: drawQuiet(t)}
		from := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 40*24*60).Draw(t, "at")) * time.Minute)
		closed := func(d programme.Day) bool { return d == "2026-12-25" || d == "2026-12-28" }
		at, ok := m.Reach(from, time.Time{}, closed)
		if !ok {
			t.Fatal("nobody rests for two years")
		}
		if at.Before(from) || !reachable(m, at, closed) {
			t.Fatalf("%s reaches nobody from %s", at.In(m.Location()), from.In(m.Location()))
		}
		if reachable(m, from, closed) && !at.Equal(from) {
			t.Fatalf("%s, but it could have come at once", at)
		}
		for day := programme.DayOf(from, m.Location()).Add(1); day < programme.DayOf(at, m.Location()); day = day.Add(1) {
			if m.WorksOn(day) && !closed(day) && !m.Quiet.Resting(day) {
				t.Fatalf("%s, but they work on %s", at, day)
			}
		}
	})
}

func reachable(m programme.Member, at time.Time, closed func(programme.Day) bool) bool {
	wall := programme.Wall(at, m.Location())
	day, minute := programme.DayOf(at, m.Location()), wall.Hour()*60+wall.Minute()
	return m.WorksOn(day) && !closed(day) && !m.Quiet.Resting(day) && minute >= m.Quiet.From && minute < m.Quiet.To
}

func TestWordOfOthersWaitsOnlyForLeave(t *testing.T) {
	t.Parallel()
	m := programme.Member{Zone: "Europe/London", Quiet: programme.UsualQuiet()}
	night := inLondon(t, "2026-12-05 23:00")
	if got := m.Back(night, never); !got.Equal(night) {
		t.Errorf("at night it waits until %s", got)
	}
	m.Quiet.Leave = []programme.Leave{{First: "2026-12-01", Last: "2026-12-11"}}
	if got := m.Back(night, never); !got.Equal(inLondon(t, "2026-12-14 08:00")) {
		t.Errorf("on leave it waits until %s", got)
	}
}

func TestChoosingHowToBeWrittenTo(t *testing.T) {
	t.Parallel()
	const today = programme.Day("2026-12-03")
	m := programme.Member{Zone: "Europe/London", Quiet: programme.UsualQuiet()}
	good := programme.QuietChoice{Budget: 2, Works: []time.Weekday{time.Monday}, From: 9 * 60, To: 17 * 60, Asked: true}
	q, err := m.Choose(good, today)
	if err != nil || q.Asks != programme.AsksAsFile || q.Fortnight != "" || !slices.Equal(q.Works, good.Works) {
		t.Errorf("%+v, %v", q, err)
	}
	for field, wrong := range map[string]func(*programme.QuietChoice){
		"budget": func(c *programme.QuietChoice) { c.Budget = 6 },
		"works":  func(c *programme.QuietChoice) { c.Works = nil },
		"other":  func(c *programme.QuietChoice) { c.Fortnight = true },
		"to":     func(c *programme.QuietChoice) { c.To = c.From },
		"zone":   func(c *programme.QuietChoice) { c.Zone = "Mars/Olympus" },
		"snooze": func(c *programme.QuietChoice) { c.Snoozed = "2027-04-01" },
	} {
		c := good
		wrong(&c)
		if _, err := m.Choose(c, today); fault.Fields(err)[field] == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
	c := good
	c.Fortnight, c.Other, c.Asked, c.Snoozed = true, []time.Weekday{time.Friday}, false, "2026-12-01"
	if q, err = m.Choose(c, today); err != nil || q.Fortnight != "2026-11-30" || q.Asks != programme.AsksNo || q.Snoozed != "" {
		t.Errorf("%+v, %v", q, err)
	}
}

func TestLeave(t *testing.T) {
	t.Parallel()
	const today = programme.Day("2026-12-03")
	m := programme.Member{}
	if l, err := m.TakeLeave(programme.Leave{First: "2026-12-10"}, today); err != nil || l.Last != "2026-12-10" {
		t.Errorf("one day: %+v, %v", l, err)
	}
	for field, l := range map[string]programme.Leave{
		"first": {Last: "2026-12-10"}, "last": {First: "2026-12-10", Last: "2026-12-09"},
	} {
		if _, err := m.TakeLeave(l, today); fault.Fields(err)[field] == "" {
			t.Errorf("%+v: %v", l, err)
		}
	}
	if _, err := m.TakeLeave(programme.Leave{First: "2026-11-01", Last: "2026-11-09"}, today); fault.Fields(err)["last"] == "" {
		t.Error("what is over cannot be taken")
	}
	if _, err := m.TakeLeave(programme.Leave{First: "2026-12-10", Last: "2029-01-01"}, today); fault.Fields(err)["last"] == "" {
		t.Error("two years are no leave")
	}
}

func TestNotNow(t *testing.T) {
	t.Parallel()
	const today = programme.Day("2026-12-03")
	p, err := programme.NewPause(programme.Pause{Until: "2026-12-14", Reason: " Inspection "}, today)
	if err != nil || p.Words() != "Until Monday 14 December: Inspection" || !p.On(today) || p.On("2026-12-14") {
		t.Errorf("%+v, %v", p, err)
	}
	for _, until := range []programme.Day{"", today, "2027-06-01"} {
		if _, err := programme.NewPause(programme.Pause{Until: until}, today); fault.Fields(err)["until"] == "" {
			t.Errorf("until %s: %v", until, err)
		}
	}
}

// A champion, deputy or leader has their own team left alone, a coordinator any.
func TestWhoSaysNotNow(t *testing.T) {
	t.Parallel()
	for role, may := range map[programme.Role][2]bool{ // their own team, another
		programme.Practitioner: {false, false}, programme.Champion: {true, false}, programme.Deputy: {true, false},
		programme.Leader: {true, false}, programme.Coordinator: {true, true},
	} {
		m := programme.Member{TeamID: 1, Roles: []programme.Role{role}}
		for i, team := range []int64{1, 2} {
			if err := m.AllowsPause(team); (err == nil) != may[i] || err != nil && !fault.Is(err, fault.Denied) {
				t.Errorf("%s for team %d: %v", role, team, err)
			}
		}
	}
}

// The weeks are those around a day, and a choice that was made in one of them keeps them.
func TestWeeksTakeTurns(t *testing.T) {
	t.Parallel()
	const saw, today = programme.Day("2026-12-06"), programme.Day("2026-12-07") // a Sunday, and the Monday after
	one, other := []time.Weekday{time.Monday, time.Wednesday}, []time.Weekday{time.Monday, time.Friday, time.Sunday}
	m := programme.Member{Zone: "Europe/London", Quiet: programme.UsualQuiet()}
	c := programme.QuietChoice{Works: one, Other: other, Fortnight: true, From: 9 * 60, To: 17 * 60, Asked: true, Seen: saw}
	var err error
	if m.Quiet, err = m.Choose(c, today); err != nil || m.Quiet.Fortnight != "2026-11-30" {
		t.Fatalf("%+v, %v", m.Quiet, err)
	}
	for day, want := range map[programme.Day][2][]time.Weekday{
		saw: {one, other}, today: {other, one}, "2026-12-20": {one, other}, "2025-12-01": {one, other},
	} {
		if this, next := m.Weeks(day); !slices.Equal(this, want[0]) || !slices.Equal(next, want[1]) {
			t.Errorf("around %s: %v, then %v", day, this, next)
		}
	}
}

// Working days that were left as the council file has them stay the council file's to say.
func TestWorkingDaysThatWereLeftAlone(t *testing.T) {
	t.Parallel()
	m := programme.Member{Works: []time.Weekday{time.Wednesday, time.Monday}, Quiet: programme.UsualQuiet()}
	c := programme.QuietChoice{Works: []time.Weekday{time.Monday, time.Wednesday}, From: 9 * 60, To: 17 * 60, Asked: true}
	if q, err := m.Choose(c, "2026-12-07"); err != nil || q.Works != nil {
		t.Errorf("the same: %+v, %v", q, err)
	}
	c.Works = c.Works[:1]
	if q, err := m.Choose(c, "2026-12-07"); err != nil || !slices.Equal(q.Works, c.Works) {
		t.Errorf("others: %+v, %v", q, err)
	}
}
