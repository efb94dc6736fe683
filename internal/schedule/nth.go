package schedule

import (
	"math/bits"
	"slices"
	"strings"
	"time"
)

// nth is which weeks of the month each weekday is in. nil is every one of every week.
type nth map[time.Weekday]weeks

// weeks is a set of weeks of the month: bits 1 to 4, and lastWeek.
type weeks uint8

const lastWeek = 5

// weekMarks are how an expression writes the weeks, by their bits.
var weekMarks = map[string]int{"1": 1, "2": 2, "3": 3, "4": 4, "L": lastWeek}

// weekWords are how people say them, by their bits.
var weekWords = [...]string{1: "first", 2: "second", 3: "third", 4: "fourth", lastWeek: "last"}

// has reports whether a day is one of these weekdays of its month.
func (n nth) has(day time.Time) bool {
	if n == nil {
		return true
	}
	set := n[day.Weekday()]
	week := (day.Day()-1)/7 + 1
	last := day.AddDate(0, 0, 7).Month() != day.Month()
	return week < lastWeek && set&(1<<week) != 0 || last && set&(1<<lastWeek) != 0
}

// readNth takes the weeks of the month from the weekday of an expression, and leaves
// standard cron: “MON#1,MON#3” becomes “MON,MON”.
func readNth(parts []string) (plain []string, n nth, err error) {
	const days, weekday = 2, 4
	if !strings.Contains(parts[weekday], "#") {
		return parts, nil, nil
	}
	if parts[days] != "*" {
		return nil, nil, wrong("With “%s” the day of the month has to be *, since the two cannot go together.", parts[weekday])
	}
	plain, n = slices.Clone(parts), nth{}
	var names []string
	for _, item := range strings.Split(parts[weekday], ",") {
		name, mark, _ := strings.Cut(item, "#")
		day, known := cronDay(name)
		week := weekMarks[strings.ToUpper(mark)]
		if !known || week == 0 {
			return nil, nil, wrong("The day of the week cannot be “%s”. With # it is one weekday and its week of the month: MON#1 to MON#4, or MON#L for the last.", item)
		}
		n[day] |= 1 << week
		names = append(names, name)
	}
	plain[weekday] = strings.Join(names, ",")
	return plain, n, nil
}

// cronDay is one weekday as cron writes it: 0 (Sunday) to 6, or SUN to SAT.
func cronDay(name string) (time.Weekday, bool) {
	for day := time.Sunday; day <= time.Saturday; day++ {
		if name == string('0'+rune(day)) || strings.EqualFold(name, day.String()[:3]) {
			return day, true
		}
	}
	return 0, false
}

// count is how many days of a month these are.
func (n nth) count() int {
	days := 0
	for _, set := range n {
		days += bits.OnesCount8(uint8(set))
	}
	return days
}

// words are the weekdays with their weeks: “first and third Monday and last Friday”.
func (n nth) words() string {
	var groups []string
	for _, day := range fromMonday {
		if n[day] == 0 {
			continue
		}
		var names []string
		for week := 1; week <= lastWeek; week++ {
			if n[day]&(1<<week) != 0 {
				names = append(names, weekWords[week])
			}
		}
		groups = append(groups, listed(names)+" "+day.String())
	}
	return strings.Join(groups, " and the ")
}

// expression is how cron writes it: “MON#1,MON#3”.
func (n nth) expression() string {
	var items []string
	for _, day := range fromMonday {
		for _, mark := range []string{"1", "2", "3", "4", "L"} {
			if n[day]&(1<<weekMarks[mark]) != 0 {
				items = append(items, cronName(day)+"#"+mark)
			}
		}
	}
	return strings.Join(items, ",")
}

// fromMonday are the weekdays as weeks have them.
var fromMonday = [7]time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}
