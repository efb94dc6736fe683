package schedule

import (
	"fmt"
	"math/bits"
	"strings"
	"time"

	"smallchanges/internal/programme"
)

// star is how the cron parser marks a field that was left open.
const star = 1 << 63

// The bits of Monday to Friday, and of the whole week, in a day-of-week field.
const (
	weekdays     = 0b0111110
	everyWeekday = 0b1111111
)

// Words are the rhythm as people say it, "Thursdays at 9am". A rhythm that is not at one
// time a day, or on both sorts of day, stays in cron's own words.
func (c Cron) Words() string {
	minute, hour := only(c.spec.Minute), only(c.spec.Hour)
	days := c.days()
	if minute < 0 || hour < 0 || days == "" {
		return inOwnWords(c)
	}
	at := time.Date(2000, time.January, 1, hour, minute, 0, 0, time.UTC)
	return days + " at " + programme.Clock(at, time.UTC)
}

// Words are an expression's rhythm as people say it. What cannot be read stays as it is.
func Words(expr string) string {
	c, err := Parse(expr)
	if err != nil {
		c.expr = expr
		return inOwnWords(c)
	}
	return c.Words()
}

func inOwnWords(c Cron) string { return "as “" + c.expr + "” says" }

// mostDates is how many days of the month, or weekdays of its weeks, are said in words.
const mostDates = 4

// days says on which days, or "" when that takes more than a few words.
func (c Cron) days() string {
	anyDay, anyMonth, anyWeekday := c.spec.Dom&star != 0, c.spec.Month&star != 0, c.spec.Dow&star != 0
	month := only(c.spec.Month)
	switch {
	case c.nth.count() > mostDates:
		return ""
	case c.nth != nil:
		return "On the " + c.nth.words() + c.ofMonths()
	case anyDay && c.spec.Dow&everyWeekday == everyWeekday:
		return "Every day" + c.inMonths()
	case anyDay:
		return weekdayWords(c.spec.Dow) + c.inMonths()
	case !anyWeekday || bits.OnesCount64(c.spec.Dom) > mostDates:
		return ""
	case !anyMonth && month > 0 && only(c.spec.Dom) > 0:
		return fmt.Sprintf("On %d %s each year", only(c.spec.Dom), time.Month(month))
	}
	var dates []string
	for day := 1; day <= 31; day++ {
		if c.spec.Dom&(1<<day) != 0 {
			dates = append(dates, ordinal(day))
		}
	}
	return "On the " + listed(dates) + c.ofMonths()
}

// ofMonths goes after something that comes once a month.
func (c Cron) ofMonths() string {
	if c.spec.Month&star != 0 {
		return " of each month"
	}
	return " of " + monthWords(c.spec.Month)
}

// inMonths goes after something that comes in every week.
func (c Cron) inMonths() string {
	if c.spec.Month&star != 0 {
		return ""
	}
	return " in " + monthWords(c.spec.Month)
}

func monthWords(set uint64) string {
	var names []string
	for month := time.January; month <= time.December; month++ {
		if set&(1<<month) != 0 {
			names = append(names, month.String())
		}
	}
	return listed(names)
}

// listed joins words as people do: "March, June and September".
func listed(names []string) string {
	last := len(names) - 1
	if last == 0 {
		return names[0]
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

func weekdayWords(set uint64) string {
	if set == weekdays {
		return "Monday to Friday"
	}
	var names []string
	for _, day := range fromMonday {
		if set&(1<<day) != 0 {
			names = append(names, day.String()+"s")
		}
	}
	return listed(names)
}

// only is the one number in a field, or -1 when there are more.
func only(set uint64) int {
	if bits.OnesCount64(set) != 1 {
		return -1
	}
	return bits.TrailingZeros64(set)
}

func ordinal(n int) string {
	suffix := "th"
	switch {
	case n%100 >= 11 && n%100 <= 13:
	case n%10 == 1:
		suffix = "st"
	case n%10 == 2:
		suffix = "nd"
	case n%10 == 3:
		suffix = "rd"
	}
	return fmt.Sprint(n) + suffix
}
