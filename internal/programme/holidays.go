package programme

import (
	"slices"
	"time"
)

// The nations whose bank holidays are known, as council files write them.
const (
	england  = "england"
	wales    = "wales"
	scotland = "scotland"
	ireland  = "northern-ireland"
)

// proclaimed are single days added by royal proclamation (Banking and Financial Dealings
// Act 1971, section 1(3)). No rule foresees them: add the next one here.
var proclaimed = map[Day][]string{
	"2026-06-15": {scotland}, // the men's football World Cup
}

// Calendar is on which days a council is closed: the bank holidays of its nation, and what
// differs from them in this council. The zero Calendar has no such days.
type Calendar struct {
	Nation string       // england, wales, scotland or northern-ireland
	Own    map[Day]bool // true: a bank holiday that is worked; false: one day more
}

// Holiday reports whether the council is closed on a day. What the council says itself counts
// before what its nation has.
func (c Calendar) Holiday(d Day) bool {
	if worked, own := c.Own[d]; own {
		return !worked
	}
	return Holiday(c.Nation, d)
}

// Holiday reports whether a day is a bank holiday in a nation: england, wales, scotland or
// northern-ireland. Any other nation has none.
//
// The days follow the Banking and Financial Dealings Act 1971, schedule 1, with the days
// proclaimed every year (New Year's Day, the May Day holiday and substitute days), as
// published on gov.uk/bank-holidays. They hold from 2024; Parliament may change them.
func Holiday(nation string, d Day) bool {
	day, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return false
	}
	return slices.Contains(proclaimed[d], nation) || slices.ContainsFunc(holidays(nation, day.Year()), day.Equal)
}

// holidays are a nation's bank holidays in a year, in no order.
func holidays(nation string, year int) []time.Time {
	easter := easterSunday(year)
	goodFriday, easterMonday := easter.AddDate(0, 0, -2), easter.AddDate(0, 0, 1)
	days := []time.Time{goodFriday, firstMonday(year, time.May), lastMonday(year, time.May)}
	days = append(days, onWeekdays(date(year, time.December, 25), date(year, time.December, 26))...)
	newYear := date(year, time.January, 1)
	switch nation {
	case england, wales:
		days = append(days, onWeekdays(newYear)...)
		return append(days, easterMonday, lastMonday(year, time.August))
	case ireland:
		days = append(days, onWeekdays(newYear)...)
		days = append(days, onWeekdays(date(year, time.March, 17))...) // St Patrick's Day
		days = append(days, onWeekdays(date(year, time.July, 12))...)  // Battle of the Boyne
		return append(days, easterMonday, lastMonday(year, time.August))
	case scotland: // no Easter Monday, and the summer holiday is four weeks earlier
		days = append(days, onWeekdays(newYear, newYear.AddDate(0, 0, 1))...)
		days = append(days, onWeekdays(date(year, time.November, 30))...) // St Andrew's Day
		return append(days, firstMonday(year, time.August))
	}
	return nil
}

// onWeekdays moves each day that falls on a weekend to a substitute: the next weekday that
// the days before it have not taken. Of a Sunday Christmas and its Boxing Day, Monday and
// Tuesday are holidays; which is the substitute of which does not matter here.
func onWeekdays(days ...time.Time) []time.Time {
	var moved []time.Time
	for _, day := range days {
		for weekend(day) || slices.ContainsFunc(moved, day.Equal) {
			day = day.AddDate(0, 0, 1)
		}
		moved = append(moved, day)
	}
	return moved
}

func weekend(day time.Time) bool {
	return day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
}

func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

func firstMonday(year int, month time.Month) time.Time {
	day := date(year, month, 1)
	return day.AddDate(0, 0, (8-int(day.Weekday()))%7)
}

func lastMonday(year int, month time.Month) time.Time {
	return firstMonday(year, month+1).AddDate(0, 0, -7)
}

// easterSunday is Western Easter by the "anonymous Gregorian" method, first printed in
// Nature, 20 April 1876. The letters are those of the method.
func easterSunday(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	f := (b + 8) / 25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return date(year, time.Month(n/31), n%31+1)
}

// DayOff reports whether nobody of the council is reminded of anything on a day: on a weekend,
// or when it is closed.
func (c Calendar) DayOff(d Day) bool {
	day, err := time.Parse(time.DateOnly, string(d))
	return err == nil && (weekend(day) || c.Holiday(d))
}

// Open is the first instant from which a channel is written to: on a working day that is no
// bank holiday, from 8am to 6pm in its zone. What comes at another time waits for 8am.
func (c Calendar) Open(at time.Time, zone *time.Location) time.Time {
	team := Member{Zone: zone.String(), Quiet: UsualQuiet()}
	open, ok := team.Reach(at, time.Time{}, c.Holiday)
	if !ok || open.Equal(at) {
		return at
	}
	morning, _ := team.Reach(Instant(startOf(Wall(open, zone)), zone), time.Time{}, c.Holiday)
	return morning
}
