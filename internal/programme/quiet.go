package programme

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"smallchanges/internal/fault"
)

// What holds for somebody who has said nothing else (DOMAIN.md section 8).
const (
	UsualBudget = 2 // messages that the bot may start in a working week
	MostBudget  = 5
	dayStarts   = 8 * 60 // minutes of the day: 8am to 6pm
	dayEnds     = 18 * 60
)

// Asks says whether somebody is asked the reflection questions of their team.
type Asks string

// The answers. AsksAsFile is what the council file says: everybody but observers.
const (
	AsksAsFile  Asks = ""
	AsksYes     Asks = "yes"
	AsksNo      Asks = "no"
	AsksStopped Asks = "stopped" // by the bot, after three questions without a word
)

// Leave is days on which somebody is not written to, the first and the last among them.
type Leave struct {
	ID    int64 `json:"id"`
	First Day   `json:"first"`
	Last  Day   `json:"last"`
}

// Quiet is what a member has said about being written to.
type Quiet struct {
	Budget    int            // messages that the bot may start in a working week, 0 to 5
	Works     []time.Weekday // their own working days; nil: those of the council file
	Other     []time.Weekday // working days of every other week, when Fortnight says which
	Fortnight Day            // a Monday on which a week with Works began; "" when every week is the same
	From, To  int            // working hours, in minutes of the day; the end is not among them
	Zone      string         // where they live; "" is their team's
	Snoozed   Day            // the first day on which they are written to again; "" or past: now
	Asks      Asks
	Away      time.Time // until when their chat status says that they are away: a hint
	Leave     []Leave
}

// UsualQuiet is what holds for somebody who has said nothing.
func UsualQuiet() Quiet { return Quiet{Budget: UsualBudget, From: dayStarts, To: dayEnds} }

// Location is the zone in which the member works.
func (m Member) Location() *time.Location { return Zone(m.Zone) }

// IsAsked reports whether the member is asked the reflection questions of their team.
func (m Member) IsAsked() bool {
	if m.Quiet.Asks == AsksAsFile {
		return !m.Observer
	}
	return m.Quiet.Asks == AsksYes
}

// WorksOn reports whether a day is one of the member's working days: Monday to Friday unless
// something else is known.
func (m Member) WorksOn(d Day) bool {
	at, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return false
	}
	works := m.Works
	if m.Quiet.Works != nil {
		works = m.Quiet.Works
	}
	if from, err := time.Parse(time.DateOnly, string(m.Quiet.Fortnight)); err == nil && m.Quiet.secondWeek(from, at) {
		return slices.Contains(m.Quiet.Other, at.Weekday())
	}
	if len(works) == 0 {
		return at.Weekday() >= time.Monday && at.Weekday() <= time.Friday
	}
	return slices.Contains(works, at.Weekday())
}

// Weeks are the working days of the week around a day and of the one after it, from Monday.
func (m Member) Weeks(d Day) (this, next []time.Weekday) {
	first := d.Monday()
	for i := range 7 {
		weekday := time.Weekday((i + 1) % 7)
		if m.WorksOn(first.Add(i)) {
			this = append(this, weekday)
		}
		if m.WorksOn(first.Add(7 + i)) {
			next = append(next, weekday)
		}
	}
	return this, next
}

// secondWeek reports whether a day is in the second week of the two that began on a Monday.
func (Quiet) secondWeek(monday, day time.Time) bool {
	const fortnight = 14 * 24 * time.Hour
	since := day.Sub(monday) % fortnight
	if since < 0 {
		since += fortnight
	}
	return since >= fortnight/2
}

// LeaveOn is the leave that a day is part of.
func (q Quiet) LeaveOn(d Day) (Leave, bool) {
	for _, l := range q.Leave {
		if l.First <= d && d <= l.Last {
			return l, true
		}
	}
	return Leave{}, false
}

// Resting reports whether the member wants to be left alone on a day: on leave, or for a while.
func (q Quiet) Resting(d Day) bool {
	_, onLeave := q.LeaveOn(d)
	return onLeave || d < q.Snoozed
}

// hours are the working hours, in minutes of the day.
func (q Quiet) hours() (from, to int) {
	if q.From >= q.To {
		return dayStarts, dayEnds
	}
	return q.From, q.To
}

// farAhead is how far Reach looks where nothing ends the search.
const farAhead = 2 * 366 * 24 * time.Hour

// Reach is the first instant from which something may reach the member: in their working
// hours on a working day that is no bank holiday (closed), when they are not on leave, left
// alone for a while, or away as their chat status says. On a later day than from it is the
// same time of day, as far as they work then. ok is false when no such instant comes before
// until; the zero until is two years ahead.
func (m Member) Reach(from, until time.Time, closed func(Day) bool) (at time.Time, ok bool) {
	if m.Quiet.Away.After(from) {
		from = m.Quiet.Away
	}
	if until.IsZero() {
		until = from.Add(farAhead)
	}
	zone := m.Location()
	wall := Wall(from, zone)
	starts, ends := m.Quiet.hours()
	clock := max(wall.Hour()*60+wall.Minute(), starts)
	for day, first := startOf(wall), true; ; day, first = day.AddDate(0, 0, 1), false {
		if clock >= ends { // too late on the first day; early on the next
			clock = starts
			continue
		}
		at := Instant(day.Add(time.Duration(clock)*time.Minute), zone)
		if first && at.Before(from) { // in this very minute
			at = from
		}
		if !at.Before(until) {
			return time.Time{}, false
		}
		if d := Day(day.Format(time.DateOnly)); m.WorksOn(d) && !closed(d) && !m.Quiet.Resting(d) {
			return at, true
		}
	}
}

// startOf is midnight of a wall time's day.
func startOf(wall time.Time) time.Time {
	return time.Date(wall.Year(), wall.Month(), wall.Day(), 0, 0, 0, 0, time.UTC)
}

// Back is when word of what somebody else did may reach the member: at once, unless they are
// on leave or left alone for a while. Then it waits for their first morning back.
func (m Member) Back(at time.Time, closed func(Day) bool) time.Time {
	if !m.Quiet.Resting(DayOf(at, m.Location())) {
		return at
	}
	m.Quiet.Away = time.Time{} // only a hint, which does not hold back what people tell each other
	if back, ok := m.Reach(at, time.Time{}, closed); ok {
		return back
	}
	return at
}

// WeekOf is the working week around an instant: from Monday, midnight, to the next.
func WeekOf(t time.Time, zone *time.Location) (from, until time.Time) {
	day := startOf(Wall(t, zone))
	monday := day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
	return Instant(monday, zone), Instant(monday.AddDate(0, 0, 7), zone)
}

// Limits of what a member can say about being written to.
const (
	maxSnooze = 92  // days
	maxLeave  = 400 // days, as parental leave
	mostLeave = 10  // of them planned at once
)

// QuietChoice is what a member chose on the page about being written to.
type QuietChoice struct {
	Budget       int
	Works, Other []time.Weekday
	Fortnight    bool // Other holds for every other week
	Seen         Day  // when they chose: Works are the days of its week, Other those of the next; "" is today
	From, To     int  // minutes of the day
	Zone         string
	Asked        bool // asked the reflection questions
	Snoozed      Day
}

// Choose checks what a member chose, and is what is kept of it. Wrong is fault.Invalid beside
// its field: budget, works, other, from, to, zone, snooze.
func (m Member) Choose(c QuietChoice, today Day) (Quiet, error) {
	wrong := wrongFields{}
	wrong.when(c.Budget < 0 || c.Budget > MostBudget, "budget", fmt.Sprintf("Choose from 0 to %d.", MostBudget))
	wrong.when(len(c.Works) == 0, "works", "Choose at least one day. For time off, use leave.")
	wrong.when(c.Fortnight && len(c.Other) == 0, "other", "Choose at least one day, or every week the same.")
	wrong.when(c.From < 0 || c.To > 24*60 || c.From >= c.To, "to", "The day must end after it starts.")
	wrong.when(c.To-c.From < 60 && c.From < c.To, "to", "Leave at least one hour.")
	_, err := time.LoadLocation(c.Zone)
	wrong.when(err != nil || c.Zone == "Local", "zone", "There is no such time zone. An example is Europe/London.")
	wrong.when(c.Snoozed > today.Add(maxSnooze), "snooze", "Choose a day within three months. For longer, use leave.")
	if err := fault.Wrong(wrong); err != nil {
		return Quiet{}, err
	}
	q := m.Quiet
	q.Budget, q.Works, q.Other, q.Fortnight, q.From, q.To, q.Zone = c.Budget, c.Works, nil, "", c.From, c.To, c.Zone
	m.Quiet.Works, m.Quiet.Fortnight = nil, ""
	if usual, _ := m.Weeks(today); slices.Equal(c.Works, usual) {
		q.Works = nil // what they did not touch stays as the council file says
	}
	if c.Fortnight {
		q.Other, q.Fortnight = c.Other, cmp.Or(c.Seen, today).Monday()
	}
	if q.Snoozed = c.Snoozed; q.Snoozed <= today {
		q.Snoozed = ""
	}
	if c.Asked != m.IsAsked() { // as with the days
		q.Asks = AsksNo
		if c.Asked {
			q.Asks = AsksYes
		}
	}
	return q, nil
}

// TakeLeave checks a leave before it is kept. Wrong is fault.Invalid beside its field: first, last.
func (m Member) TakeLeave(l Leave, today Day) (Leave, error) {
	if l.Last == "" {
		l.Last = l.First
	}
	wrong := wrongFields{}
	wrong.when(l.First == "", "first", "Choose the first day.")
	wrong.when(l.First != "" && l.Last < l.First, "last", "The last day comes before the first.")
	wrong.when(l.Last != "" && l.Last < today, "last", "That is over already.")
	wrong.when(l.First != "" && l.Last > l.First.Add(maxLeave), "last", "Please keep one leave under 13 months.")
	planned := 0
	for _, other := range m.Quiet.Leave {
		if other.Last >= today {
			planned++
		}
	}
	wrong.when(planned >= mostLeave, "first", fmt.Sprintf("You have %d already. Remove one first.", mostLeave))
	return l, fault.Wrong(wrong)
}

// newFor is how long somebody is new in a team.
const newFor = 7 * 24 * time.Hour

// Newcomers are those of a team who joined it in the last week, when others were there for
// longer: where a team is made, nobody is new.
func Newcomers(members []Member, now time.Time) []Member {
	first := now
	for _, m := range members {
		if m.Joined.Before(first) {
			first = m.Joined // zero for who was here before anybody wrote it down
		}
	}
	var fresh []Member
	for _, m := range members {
		if m.Joined.Sub(first) > 24*time.Hour && now.Sub(m.Joined) < newFor {
			fresh = append(fresh, m)
		}
	}
	return fresh
}
