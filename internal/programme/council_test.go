package programme_test

import (
	"testing"
	"time"

	"smallchanges/internal/programme"

	"pgregory.net/rapid"
)

func never(programme.Day) bool { return false }

func TestFirstWorkingDay(t *testing.T) {
	t.Parallel()
	london := programme.Zone("Europe/London")
	at := func(wall string) time.Time {
		when, err := time.ParseInLocation("2006-01-02 15:04", wall, london)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	for name, test := range map[string]struct {
		works       []time.Weekday
		holiday     programme.Day
		from, until string
		want        string // "" when there is no such day
	}{
		"today":                {nil, "", "2026-12-03 09:00", "2026-12-07 09:00", "2026-12-03 09:00"},
		"tomorrow":             {[]time.Weekday{time.Friday}, "", "2026-12-03 09:00", "2026-12-07 09:00", "2026-12-04 09:00"},
		"over a weekend":       {nil, "", "2026-12-05 09:00", "2026-12-09 09:00", "2026-12-07 09:00"},
		"when it just closes":  {[]time.Weekday{time.Monday}, "", "2026-12-03 09:00", "2026-12-07 09:00", ""},
		"not in the window":    {[]time.Weekday{time.Wednesday}, "", "2026-12-03 09:00", "2026-12-07 09:00", ""},
		"a holiday":            {nil, "2026-12-25", "2026-12-25 09:00", "2026-12-30 09:00", "2026-12-28 09:00"},
		"clocks go forward":    {[]time.Weekday{time.Monday}, "", "2027-03-25 09:00", "2027-03-30 09:00", "2027-03-29 09:00"},
		"clocks go back":       {[]time.Weekday{time.Monday}, "", "2027-10-28 09:00", "2027-11-02 09:00", "2027-11-01 09:00"},
		"a time that is not":   {[]time.Weekday{time.Sunday}, "", "2027-03-25 01:30", "2027-03-30 09:00", "2027-03-28 02:30"},
		"nothing is ever open": {nil, "", "2026-12-03 09:00", "2026-12-03 09:00", ""},
	} {
		m := programme.Member{Works: test.works}
		holiday := func(d programme.Day) bool { return d == test.holiday }
		due, ok := m.FirstWorkingDay(at(test.from), at(test.until), london, holiday)
		if ok != (test.want != "") || ok && !due.Equal(at(test.want)) {
			t.Errorf("%s: %s, %v; want %s", name, due, ok, test.want)
		}
	}
}

func TestFirstWorkingDayIsInTheWindowAtTheSameWallTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		zone := programme.Zone(rapid.SampledFrom([]string{"Europe/London", "America/Havana", "Australia/Lord_Howe"}).Draw(t, "zone"))
		from := time.Unix(rapid.Int64Range(1.7e9, 2.1e9).Draw(t, "from"), 0)
		until := from.Add(time.Duration(rapid.IntRange(0, 30*24).Draw(t, "hours")) * time.Hour)
		m := programme.Member{Works: rapid.SliceOf(rapid.Custom(func(t *rapid.T) time.Weekday {
			return time.Weekday(rapid.IntRange(0, 6).Draw(t, "day"))
		})).Draw(t, "works")}
		due, ok := m.FirstWorkingDay(from, until, zone, never)
		if !ok {
			if until.Sub(from) > 8*24*time.Hour {
				t.Fatalf("no working day in more than a week")
			}
			return
		}
		if due.Before(from) || !due.Before(until) || !m.WorksOn(due.In(zone).Weekday()) {
			t.Fatalf("%s is not a working day from %s to %s", due, from, until)
		}
		moved := programme.Wall(due, zone).Sub(programme.Wall(from, zone)) % (24 * time.Hour)
		if moved != 0 && moved != time.Hour && moved != 30*time.Minute {
			t.Fatalf("%s is not at the wall time of %s", due.In(zone), from.In(zone))
		}
	})
}

func TestMember(t *testing.T) {
	t.Parallel()
	m := programme.Member{ID: 7, Name: "Ana Ortiz", Roles: []programme.Role{programme.Champion}}
	if !m.Is(programme.Leader, programme.Champion) || m.Is(programme.Leader) || m.Is() {
		t.Error("Ana is a champion, and only that")
	}
	if m.FirstName() != "Ana" || m.Ref() != (programme.Who{ID: 7, Name: "Ana Ortiz"}) {
		t.Errorf("%q, %v", m.FirstName(), m.Ref())
	}
	if !m.WorksOn(time.Friday) || m.WorksOn(time.Saturday) || m.WorksOn(time.Sunday) {
		t.Error("without working days it is Monday to Friday")
	}
}
