package programme

import (
	"time"
)

// ScheduleKind is what a schedule starts when it is due.
type ScheduleKind string

// The kinds of clockwork.
const (
	ReflectionSchedule ScheduleKind = "reflection"
	PulseSchedule      ScheduleKind = "pulse"
	FollowUpSchedule   ScheduleKind = "follow-up" // made by a change that is kept, not by the council file
	ChoosingSchedule   ScheduleKind = "choosing"  // opened by a person
	DigestSchedule     ScheduleKind = "digest"    // made by a round that opens
)

// Schedule is a rhythm of one team, in wall-clock time of its zone.
type Schedule struct {
	ID           string // given by the council file, e.g. "willow-reflection"
	CouncilID    int64
	TeamID       int64
	Team         string
	Kind         ScheduleKind
	Cron, Zone   string
	Nation       string
	OpenFor      time.Duration
	SkipHolidays bool
	Set          string // for a pulse: baseline or impact
	Paused       bool
	NextRun      time.Time // the instant of the next slot; zero when there is none
	NextWall     string    // the same slot as local wall time, "2026-12-03T09:00"
}

// Slot is one time a schedule falls due.
type Slot struct {
	Wall string    // local wall time in the schedule's zone, "2026-12-03T09:00"
	At   time.Time // the same as an instant
}

// Day is the day of a slot, where its team is.
func (s Slot) Day() Day { return Day(s.Wall[:min(len(s.Wall), len(time.DateOnly))]) }

// Clock is the time of a slot on its day, "12:30pm", where its team is.
func (s Slot) Clock() string {
	const layout = "2006-01-02T15:04"
	wall, err := time.Parse(layout, s.Wall[:min(len(s.Wall), len(layout))])
	if err != nil {
		return s.Wall
	}
	return Clock(wall, time.UTC)
}

// Wall is an instant as the clock on the wall of a zone shows it, written as if it were UTC.
// Such a time has no clock changes, so days and hours can be added to it.
func Wall(t time.Time, zone *time.Location) time.Time {
	_, offset := t.In(zone).Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// Instant is when the clock on the wall of a zone shows a time (see Wall). A time that
// comes twice, in autumn, is the first of the two. One that never comes, in spring, moves
// forward by what was left out: 01:30 becomes 02:30.
//
// time.Date alone will not do: where a time never comes it moves forward in London and
// back in New York.
func Instant(wall time.Time, zone *time.Location) time.Time {
	offset := func(t time.Time) time.Duration { return Wall(t, zone).Sub(t) }
	before, after := offset(wall.Add(-24*time.Hour)), offset(wall.Add(24*time.Hour))
	for _, ahead := range []time.Duration{max(before, after), min(before, after)} {
		if t := wall.Add(-ahead); offset(t) == ahead {
			return t
		}
	}
	return wall.Add(-before)
}

// Round is one asking of one prompt to one team.
type Round struct {
	ID, CouncilID, TeamID int64
	Schedule, Slot        string // the slot is local wall time: with the schedule it is unique for ever
	Prompt                Prompt
	Opens, Closes         time.Time
	Closed                bool
	Asked                 int
	Cut                   bool // by a pause: it has no digest and counts in no figure
}

// Window is an open round as the clockwork sees it: when it closes, its team hears what it shared.
type Window struct {
	Round      int64
	Team, Zone string
	Slot       string // local wall time, "2026-12-03T09:00"
	Closes     time.Time
}

// Open reports whether answers may still join.
func (r Round) Open(now time.Time) bool { return !r.Closed && now.Before(r.Closes) }
