// Package programme is the nouns and rules of the small changes method: councils,
// teams and members, small changes, reflection rounds, pulses, celebrations, and the
// notices that tell people what happened.
//
// It knows what may be done, by whom, and in which words it is refused. It must not
// know storage, platforms, files or the clock: everything comes in as an argument,
// so every rule is a small function that a table or a property can test.
//
//	notices, err := change.Step(programme.Step{To: programme.Trying, Owner: ana}, ben, now)
//
// Why one package (November 2026): the rules refer to each other all the time, and one
// file per noun keeps them easy to find. The price is one large vocabulary.
package programme

import (
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

// By says who does something, through which event, and when. The event's key is
// recorded with the effect, so the same event delivered again has no second effect.
type By struct {
	Council int64
	Member  Member
	Key     string // empty for what the program does by itself
	At      time.Time
}

// Day is a date without a clock or zone, written "2026-12-07"; "" is no day.
type Day string

// DayOf is the date at an instant, in a zone.
func DayOf(t time.Time, zone *time.Location) Day { return Day(t.In(zone).Format(time.DateOnly)) }

// ParseDay accepts "2026-12-07" or "".
func ParseDay(s string) (Day, error) {
	if s == "" {
		return "", nil
	}
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return "", fmt.Errorf("day %q is not like 2026-12-07: %w", s, err)
	}
	return Day(s), nil
}

// Add is the day so many days later.
func (d Day) Add(days int) Day {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return d
	}
	return Day(t.AddDate(0, 0, days).Format(time.DateOnly))
}

// Monday is the day on which a day's week began.
func (d Day) Monday() Day {
	at, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return d
	}
	return d.Add(-(int(at.Weekday()) + 6) % 7)
}

// String is the date as people read it: "Monday 7 December", with the year when it is
// not this year's business to know, "Monday 7 December 2026".
func (d Day) String() string {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return string(d)
	}
	return t.Format("Monday 2 January 2006")
}

// Short is the date without its year: "Monday 7 December".
func (d Day) Short() string {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return string(d)
	}
	return t.Format("Monday 2 January")
}

// Clock is a time of day as people read it: "9am", "12:30pm", in the given zone.
func Clock(t time.Time, zone *time.Location) string {
	t = t.In(zone)
	if t.Minute() == 0 {
		return t.Format("3pm")
	}
	return t.Format("3:04pm")
}

// When is an instant as people read it: "Monday 7 December at 9am".
func When(t time.Time, zone *time.Location) string {
	return t.In(zone).Format("Monday 2 January") + " at " + Clock(t, zone)
}

// Zone is the named time zone, Europe/London when the name is empty or unknown.
// Names are checked when a council file is applied, so unknown does not happen there.
func Zone(name string) *time.Location {
	if known, ok := zones.Load(name); ok {
		return known.(*time.Location)
	}
	loc, err := time.LoadLocation(name)
	if err != nil || name == "" {
		loc, err = time.LoadLocation("Europe/London")
	}
	if err != nil {
		return time.UTC
	}
	zones.Store(name, loc)
	return loc
}

// zones are those that were read from the disk, by name: every date that people see needs one.
var zones sync.Map

// CleanLine is typed words as one line: no control characters, single spaces, trimmed, and
// "" when nothing of them can be seen.
// NUL bytes and broken UTF-8 go too, since PostgreSQL refuses them (STORAGE.md 4.3).
func CleanLine(s string) string {
	return strings.Join(strings.Fields(clean(s, false)), " ")
}

// CleanText is typed words with their line breaks kept, otherwise like CleanLine.
func CleanText(s string) string {
	return strings.TrimSpace(clean(strings.ReplaceAll(s, "\r\n", "\n"), true))
}

func clean(s string, keepLines bool) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "")
	}
	if !strings.ContainsFunc(s, isSeen) {
		return ""
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' && keepLines:
			return r
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), isDirection(r):
			return -1
		}
		return r
	}, s)
}

// isSeen finds characters that leave a mark by themselves. Joiners and selectors leave none,
// but belong inside words and pictures, so they are kept there.
func isSeen(r rune) bool {
	switch r {
	case '\u2800', '\u3164', '\uffa0', '\u115f', '\u1160': // blank letters: Braille and Hangul
		return false
	}
	return unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.Mn, r)
}

// isDirection finds characters that change the reading direction of what follows,
// with which a name or title could be made to look like another.
func isDirection(r rune) bool {
	return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// wrongFields collects what is wrong with a form, the first thing for each field; the refusal
// of it is fault.Wrong.
type wrongFields map[string]string

func (w wrongFields) when(bad bool, field, say string) {
	if bad && w[field] == "" {
		w[field] = say
	}
}

func tooLong(s string, most int) bool { return utf8.RuneCountInString(s) > most }

// Count is a number with its noun: "1 reply", "3 replies".
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
