package schedule_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
	"smallchanges/internal/schedule"

	"pgregory.net/rapid"
)

// A place with its clock changes to 2035, a time that never comes in spring, and one that
// comes twice in autumn. Lord Howe moves by half an hour only; Adelaide is half an hour off.
var changes = []struct {
	zone                 string
	never, twice         string        // wall times
	neverAhead, twiceOff time.Duration // offset from UTC that these are read with
	spring, autumn       string        // days, one a year from 2026 to 2035
}{
	{
		"Europe/London", "01:30", "01:30", 0, time.Hour,
		"2026-03-29 2027-03-28 2028-03-26 2029-03-25 2030-03-31 2031-03-30 2032-03-28 2033-03-27 2034-03-26 2035-03-25",
		"2026-10-25 2027-10-31 2028-10-29 2029-10-28 2030-10-27 2031-10-26 2032-10-31 2033-10-30 2034-10-29 2035-10-28",
	},
	{
		"Australia/Lord_Howe", "02:15", "01:45", 630 * time.Minute, 660 * time.Minute,
		"2026-10-04 2027-10-03 2028-10-01 2029-10-07 2030-10-06 2031-10-05 2032-10-03 2033-10-02 2034-10-01 2035-10-07",
		"2026-04-05 2027-04-04 2028-04-02 2029-04-01 2030-04-07 2031-04-06 2032-04-04 2033-04-03 2034-04-02 2035-04-01",
	},
	{
		"Australia/Adelaide", "02:30", "02:30", 570 * time.Minute, 630 * time.Minute,
		"2026-10-04 2027-10-03 2028-10-01 2029-10-07 2030-10-06 2031-10-05 2032-10-03 2033-10-02 2034-10-01 2035-10-07",
		"2026-04-05 2027-04-04 2028-04-02 2029-04-01 2030-04-07 2031-04-06 2032-04-04 2033-04-03 2034-04-02 2035-04-01",
	},
}

func TestPreviewAtEveryClockChange(t *testing.T) {
	t.Parallel()
	for _, c := range changes {
		for _, day := range strings.Fields(c.spring) {
			checkDay(t, c.zone, day, c.never, c.neverAhead)
		}
		for _, day := range strings.Fields(c.autumn) {
			checkDay(t, c.zone, day, c.twice, c.twiceOff)
		}
	}
}

// checkDay asks for a daily time from two days before a clock change, and wants that day's
// slot once, at the instant read with this offset, and the four days around it.
func checkDay(t *testing.T, zone, day, clock string, offset time.Duration) {
	t.Helper()
	wall, err := time.Parse("2006-01-02T15:04", day+"T"+clock)
	if err != nil {
		t.Fatal(err)
	}
	expr := fmt.Sprintf("%d %d * * *", wall.Minute(), wall.Hour())
	slots, err := schedule.Preview(expr, zone, wall.AddDate(0, 0, -2).Add(-offset-time.Hour), 5)
	if err != nil {
		t.Fatal(err)
	}
	for i, slot := range slots {
		if want := wall.AddDate(0, 0, i-2).Format("2006-01-02T15:04"); slot.Wall != want {
			t.Errorf("%s %s: slot %d is %s, want %s", zone, day, i, slot.Wall, want)
		}
	}
	if want := wall.Add(-offset); !slots[2].At.Equal(want) {
		t.Errorf("%s %s is at %s, want %s", zone, slots[2].Wall, slots[2].At.UTC(), want)
	}
}

func TestPreviewWhereMidnightNeverComes(t *testing.T) {
	t.Parallel()
	for zone, day := range map[string]string{"America/Havana": "2026-03-08", "Asia/Beirut": "2026-03-29", "Africa/Cairo": "2026-04-24"} {
		where, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		from, err := time.ParseInLocation(time.DateOnly, day, where)
		if err != nil {
			t.Fatal(err)
		}
		slots, err := schedule.Preview("0 0 * * *", zone, from.Add(-26*time.Hour), 4)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(slots, func(s programme.Slot) bool { return s.Wall == day+"T00:00" })
		if i < 0 {
			t.Fatalf("%s: no slot on %s in %v", zone, day, slots)
		}
		if got := slots[i].At.In(where).Format("2006-01-02T15:04"); got != day+"T01:00" {
			t.Errorf("%s: midnight of %s moves to %s", zone, day, got)
		}
	}
}

func TestPreviewOfADayThatNeverCame(t *testing.T) {
	t.Parallel()
	from := time.Date(2011, 12, 30, 22, 0, 0, 0, time.UTC)                   // noon on the 31st, there
	slots, err := schedule.Preview("30 23 30 12 *", "Pacific/Apia", from, 2) // Samoa left out 30 December 2011
	if err != nil {
		t.Fatal(err)
	}
	if slots[0].Wall != "2011-12-30T23:30" || slots[1].Wall != "2012-12-30T23:30" {
		t.Errorf("got %v", slots)
	}
}

func TestNextAfterYearsWithoutARun(t *testing.T) {
	t.Parallel()
	c, err := schedule.Parse("* * * * *")
	if err != nil {
		t.Fatal(err)
	}
	after := time.Date(2033, 5, 2, 8, 59, 0, 0, time.UTC)
	if got := c.Next(time.UTC, "1970-01-01T00:00", after); got.Wall != "2033-05-02T09:00" {
		t.Errorf("got %v", got)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for expr, want := range map[string]string{
		"":                                  "five",
		"0 9 * *":                           "4 fields",
		"0 0 9 * * THU":                     "6 fields",
		"@every 1h":                         "without @",
		"CRON_TZ=Europe/London":             "without @ or a zone",
		"TZ=UTC 0 9 * * *":                  "without @ or a zone",
		"60 9 * * *":                        "minute cannot be “60”",
		"0 24 * * *":                        "hour cannot be “24”",
		"0 9 0 * *":                         "day of the month cannot be “0”",
		"0 9 * 13 *":                        "month cannot be “13”",
		"0 9 * * 7":                         "day of the week cannot be “7”",
		"0 9 L * *":                         "day of the month cannot be “L”",
		"0 0 31 2 *":                        "never run",
		"0 0 31 4,6,9,11 *":                 "never run",
		strings.Repeat("1,", 60) + " * * *": "at most",
	} {
		_, err := schedule.Parse(expr)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Words(err), want) {
			t.Errorf("%q: %v, %q; want words with %q", expr, err, fault.Words(err), want)
		}
	}
}

func TestPreviewRefuses(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"", "Local", "Europe/Nowhere", "../etc/passwd"} {
		if _, err := schedule.Preview("0 9 * * *", zone, time.Time{}, 1); !fault.Is(err, fault.Invalid) {
			t.Errorf("zone %q: %v", zone, err)
		}
	}
	for _, count := range []int{-1, 0, 1001} {
		if _, err := schedule.Preview("0 9 * * *", "UTC", time.Time{}, count); !fault.Is(err, fault.Invalid) {
			t.Errorf("count %d: %v", count, err)
		}
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for expr, want := range map[string]string{
		"0 9 * * THU":         "Thursdays at 9am",
		"30 12 * * mon,wed":   "Mondays and Wednesdays at 12:30pm",
		"0 9 * * SUN,SAT,FRI": "Fridays, Saturdays and Sundays at 9am",
		"0 9 * * 1-5":         "Monday to Friday at 9am",
		"0 0 * * *":           "Every day at 12am",
		"0 10 1 * *":          "On the 1st of each month at 10am",
		"0 10 22 * *":         "On the 22nd of each month at 10am",
		"0 10 13 * *":         "On the 13th of each month at 10am",
		"0 10 3 12 *":         "On 3 December each year at 10am",
		"0 10 1 3,6,9,12 *":   "On the 1st of March, June, September and December at 10am",
		"*/5 9 * * *":         "as “*/5 9 * * *” says",
		"0 9 1 * MON":         "as “0 9 1 * MON” says",
		"0 9,17 * * *":        "as “0 9,17 * * *” says",
	} {
		c, err := schedule.Parse(expr)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Words(); got != want || schedule.Words(expr) != want {
			t.Errorf("%q is %q, want %q", expr, got, want)
		}
	}
	if got := schedule.Words("hourly"); got != "as “hourly” says" {
		t.Errorf("what cannot be read is %q", got)
	}
}

// zones have every sort of clock change there is: an hour, half an hour, at midnight, in
// the southern half, none, and off by part of an hour.
var zones = []string{
	"Europe/London", "America/New_York", "America/Havana", "Asia/Beirut", "Africa/Cairo",
	"Australia/Lord_Howe", "Australia/Adelaide", "Pacific/Chatham", "America/St_Johns", "Asia/Kathmandu", "UTC",
}

// rhythm is a random expression with the sets it stands for, so that a walk over every
// minute can say which walls match, without any cron parser.
type rhythm struct{ minutes, hours, days []int }

func (r rhythm) String() string {
	list := func(numbers []int) string {
		words := make([]string, len(numbers))
		for i, n := range numbers {
			words[i] = strconv.Itoa(n)
		}
		return strings.Join(words, ",")
	}
	return list(r.minutes) + " " + list(r.hours) + " * * " + list(r.days)
}

func (r rhythm) matches(wall time.Time) bool {
	return slices.Contains(r.minutes, wall.Minute()) && slices.Contains(r.hours, wall.Hour()) &&
		slices.Contains(r.days, int(wall.Weekday()))
}

func drawRhythm(t *rapid.T) rhythm {
	return rhythm{
		minutes: rapid.SliceOfNDistinct(rapid.IntRange(0, 59), 1, 3, rapid.ID).Draw(t, "minutes"),
		hours:   rapid.SliceOfNDistinct(rapid.IntRange(0, 23), 1, 4, rapid.ID).Draw(t, "hours"),
		days:    rapid.SliceOfNDistinct(rapid.IntRange(0, 6), 1, 7, rapid.ID).Draw(t, "days"),
	}
}

func drawFrom(t *rapid.T) time.Time {
	minutes := rapid.IntRange(0, 12*365*24*60).Draw(t, "from")
	return time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(minutes) * time.Minute)
}

func TestNoWallTimeIsLeftOutOrDoubled(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		zone, r, from := rapid.SampledFrom(zones).Draw(t, "zone"), drawRhythm(t), drawFrom(t)
		where, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		slots, err := schedule.Preview(r.String(), zone, from, 40)
		if err != nil {
			t.Fatal(err)
		}
		wall, i := programme.Wall(from, where).Add(-48*time.Hour), 0
		for ; i < len(slots); wall = wall.Add(time.Minute) {
			at := programme.Instant(wall, where)
			if !r.matches(wall) || !at.After(from) {
				continue
			}
			if want := wall.Format("2006-01-02T15:04"); slots[i].Wall != want || !slots[i].At.Equal(at) {
				t.Fatalf("%s in %s: slot %d is %v, want %s at %s", r, zone, i, slots[i], want, at)
			}
			checkInstant(t, wall, at, where)
			i++
		}
	})
}

// checkInstant holds an instant against the zone alone: it shows the wall time, as the
// first to do so; or nothing shows it, and it is moved forward by less than three hours.
func checkInstant(t *rapid.T, wall, at time.Time, where *time.Location) {
	shows := func(at time.Time) bool { return programme.Wall(at, where).Equal(wall) }
	if shows(at) {
		if shows(at.Add(-30*time.Minute)) || shows(at.Add(-time.Hour)) {
			t.Fatalf("%s in %s comes before %s", wall, where, at)
		}
		return
	}
	if moved := programme.Wall(at, where).Sub(wall); moved < 0 || moved > 3*time.Hour {
		t.Fatalf("%s in %s moved by %s", wall, where, moved)
	}
	for around := -4 * time.Hour; around <= 4*time.Hour; around += time.Minute {
		if shows(at.Add(around)) {
			t.Fatalf("%s in %s does come, at %s", wall, where, at.Add(around))
		}
	}
}

func TestRunningEachSlotLeavesNoInstantOut(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		zone, r, from := rapid.SampledFrom(zones).Draw(t, "zone"), drawRhythm(t), drawFrom(t)
		where, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		c, err := schedule.Parse(r.String())
		if err != nil {
			t.Fatal(err)
		}
		planned, err := schedule.Preview(r.String(), zone, from, 30)
		if err != nil {
			t.Fatal(err)
		}
		var ran []programme.Slot
		for slot := (programme.Slot{At: from}); len(ran) < len(planned); {
			next := c.Next(where, slot.Wall, slot.At)
			if !next.At.After(slot.At) || next.Wall <= slot.Wall {
				t.Fatalf("%v comes after %v", next, slot)
			}
			slot = next
			ran = append(ran, slot)
		}
		for _, p := range planned {
			if !slices.ContainsFunc(ran, func(s programme.Slot) bool { return s.At.Equal(p.At) }) && !moved(p, where) {
				t.Fatalf("%s in %s: %v never ran", r, zone, p)
			}
		}
	})
}

// moved reports whether a slot's wall time never comes. Moved forward it may come after
// slots with a later wall time, and then is one with them.
func moved(s programme.Slot, where *time.Location) bool {
	return programme.Wall(s.At, where).Format("2006-01-02T15:04") != s.Wall
}

// On the Chatham Islands the clocks go forward at a quarter to three: 03:00 never comes and
// moves to 04:00, past 03:45, which does come.
func TestASlotThatMovedPastAnotherKeepsNoneOut(t *testing.T) {
	t.Parallel()
	c, err := schedule.Parse("0,45 3 * * 0")
	if err != nil {
		t.Fatal(err)
	}
	zone := programme.Zone("Pacific/Chatham")
	slot := c.Next(zone, "2024-09-22T03:45", time.Date(2024, 9, 28, 0, 0, 0, 0, time.UTC))
	if slot.Wall != "2024-09-29T03:45" || programme.Wall(slot.At, zone).Format("15:04") != "03:45" {
		t.Errorf("got %v", slot)
	}
}
