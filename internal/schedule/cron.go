package schedule

import (
	"fmt"
	"math/bits"
	"strings"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"

	"github.com/robfig/cron/v3"
)

// wallLayout writes a slot's wall time. In this form earlier times sort before later ones.
const wallLayout = "2006-01-02T15:04"

// Limits of what an operator can ask for.
const (
	maxExpression = 100  // characters of a cron expression
	maxPreview    = 1000 // slots of one preview
)

// Cron is a rhythm: a cron expression of five fields, without a zone.
// As in any cron, when both a day of the month and a day of the week are given, either will do.
type Cron struct {
	expr string
	spec *cron.SpecSchedule // walked in UTC only, which has no clock changes
	nth  nth                // which weekdays of the month; nil for all
}

// field is one of the five fields of an expression, with what may stand in it.
type field struct{ name, allows string }

var fields = [5]field{
	{"minute", "0 to 59"},
	{"hour", "0 to 23"},
	{"day of the month", "1 to 31"},
	{"month", "1 to 12, or JAN to DEC"},
	{"day of the week", "0 (Sunday) to 6, or SUN to SAT, with #1 to #4 or #L for one week of the month"},
}

var parser = cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow)

// Parse reads a cron expression of five fields. Anything else, and a date that never
// comes, is fault.Invalid with words that say what would be right.
//
// MON#1 to MON#4 are the first to fourth Monday of the month, and MON#L the last. This is an
// addition to standard cron, which cannot say it: a day of the month beside a weekday is
// joined by "or" there, so “0 9 1-7 * MON” comes on seven dates and on every Monday too.
func Parse(expr string) (Cron, error) {
	parts := strings.Fields(expr)
	switch {
	case len(expr) > maxExpression:
		return Cron{}, wrong("A schedule is at most %d characters long.", maxExpression)
	case strings.ContainsAny(expr, "=@"):
		return Cron{}, wrong("Write the schedule as five fields, without @ or a zone, such as “0 9 * * THU”. The zone is the team’s.")
	case len(parts) != len(fields):
		return Cron{}, wrong("“%s” has %s. A schedule has five: minute, hour, day of the month, month, day of the week. An example is “0 9 * * THU”.",
			expr, programme.Count(len(parts), "field", "fields"))
	}
	plain, nth, err := readNth(parts)
	if err != nil {
		return Cron{}, err
	}
	for i, part := range plain {
		if err := checkField(i, part); err != nil {
			return Cron{}, err
		}
	}
	parsed, err := parser.Parse(strings.Join(plain, " "))
	spec, ok := parsed.(*cron.SpecSchedule)
	if err != nil || !ok {
		return Cron{}, fault.Hide(fault.Invalid, err, "That schedule cannot be read. An example is “0 9 * * THU”.")
	}
	spec.Location = time.UTC
	leapYear := time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC)
	if spec.Next(leapYear).IsZero() {
		return Cron{}, wrong("No month in “%s” has that day, so it would never run.", expr)
	}
	return Cron{expr: strings.Join(parts, " "), spec: spec, nth: nth}, nil
}

// checkField tries one field on its own, so that the words can name it.
func checkField(i int, part string) error {
	alone := [5]string{"*", "*", "*", "*", "*"}
	alone[i] = part
	if _, err := parser.Parse(strings.Join(alone[:], " ")); err != nil {
		return fault.Hide(fault.Invalid, err, fmt.Sprintf("The %s cannot be “%s”. It can be %s, or * for any.",
			fields[i].name, part, fields[i].allows))
	}
	return nil
}

func wrong(format string, args ...any) error {
	return fault.New(fault.Invalid, fmt.Sprintf(format, args...))
}

// Next is the first slot whose wall time comes after wall ("2026-12-03T09:00", "" for the
// start of time) and whose instant comes after the given one. The zero Slot means none.
//
// Every wall time is one slot, on both clock changes: a time that comes twice is the first
// of the two, and one that never comes moves forward (see programme.Instant). One that moved
// so far that a later wall time comes before it is one with that. After years without a run
// this costs no more than after a minute.
func (c Cron) Next(zone *time.Location, wall string, after time.Time) programme.Slot {
	first := c.next(zone, wall, after)
	if first.Wall == "" {
		return first
	}
	for later := c.next(zone, first.Wall, after); later.Wall != "" && later.Wall < programme.Wall(first.At, zone).Format(wallLayout); later = c.next(zone, later.Wall, after) {
		if later.At.Before(first.At) {
			return later
		}
	}
	return first
}

// next is the first slot in the order of wall times.
func (c Cron) next(zone *time.Location, wall string, after time.Time) programme.Slot {
	// No clock change moves a time by more than a day (Samoa left one out in 2011), so
	// what is two days older than the instant cannot come after it.
	from := programme.Wall(after, zone).Add(-48 * time.Hour)
	if last, err := time.Parse(wallLayout, wall); err == nil && last.After(from) {
		from = last
	}
	for at := c.match(from); !at.IsZero(); at = c.match(at) {
		if instant := programme.Instant(at, zone); instant.After(after) {
			return programme.Slot{Wall: at.Format(wallLayout), At: instant}
		}
	}
	return programme.Slot{}
}

// String is the rhythm as an expression, in the words of whoever wrote it.
func (c Cron) String() string { return c.expr }

// Hours are the first and the last time of the day at which it comes, since midnight.
func (c Cron) Hours() (first, last time.Duration) {
	ends := func(set uint64) (low, high time.Duration) {
		set &^= star
		return time.Duration(bits.TrailingZeros64(set)), time.Duration(bits.Len64(set) - 1)
	}
	firstHour, lastHour := ends(c.spec.Hour)
	firstMinute, lastMinute := ends(c.spec.Minute)
	return firstHour*time.Hour + firstMinute*time.Minute, lastHour*time.Hour + lastMinute*time.Minute
}

// match is the first wall time after another that the expression means, zero for none.
func (c Cron) match(after time.Time) time.Time {
	at := c.spec.Next(after)
	for !at.IsZero() && !c.nth.has(at) {
		midnight := time.Date(at.Year(), at.Month(), at.Day()+1, 0, 0, 0, 0, time.UTC)
		at = c.spec.Next(midnight.Add(-time.Second)) // not this day
	}
	return at
}

// Next is the first slot of an expression after an instant, in a zone named as IANA does.
func Next(expr, zone string, after time.Time) (programme.Slot, error) {
	slots, err := Preview(expr, zone, after, 1)
	if err != nil {
		return programme.Slot{}, err
	}
	return slots[0], nil
}

// Preview lists the slots of an expression after an instant, in the order of their wall
// times, from 1 to 1,000 of them. The zone is named as IANA does, "Europe/London".
func Preview(expr, zone string, from time.Time, count int) ([]programme.Slot, error) {
	c, err := Parse(expr)
	if err != nil {
		return nil, err
	}
	where, err := time.LoadLocation(zone)
	if err != nil || zone == "" || zone == "Local" {
		return nil, fault.Hide(fault.Invalid, err, fmt.Sprintf("There is no time zone “%s”. An example is Europe/London.", zone))
	}
	if count < 1 || count > maxPreview {
		return nil, wrong("Ask for 1 to %d times.", maxPreview)
	}
	slots := make([]programme.Slot, 0, count)
	slot := programme.Slot{}
	for range count {
		if slot = c.next(where, slot.Wall, from); slot.Wall == "" {
			return nil, wrong("“%s” has no more times after %s.", expr, from.UTC().Format(time.DateOnly))
		}
		slots = append(slots, slot)
	}
	return slots, nil
}
