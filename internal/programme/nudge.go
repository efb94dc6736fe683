package programme

import (
	"time"

	"smallchanges/internal/fault"
)

// NudgeHour is when reminders are written, on the clock of the team's zone.
const NudgeHour = 9

// RaiseAfter is how long a reminder has to have an effect before the champion hears of it.
const RaiseAfter = raiseAfter * 24 * time.Hour

// When a reminder comes, in days.
const (
	silentAfter  = 14 // no word of a change that is being tried
	blockedAfter = 14 // something in the way, and no word
	reviewNear   = 7  // a review that comes so soon is reminder enough
	raiseAfter   = 7  // after the reminder, without a step: to the champion, once
	snoozeFor    = 7
)

// Reminder is what a small change reminds somebody of: once for each state of things, then
// once to the champion, then never.
type Reminder struct {
	Kind  NoticeKind
	About string // the state of things: another one is another reminder
	Since Day    // the first day on which it was due
}

// Reminders are what a change reminds somebody of on a day: its owner at most of one thing,
// and the leaders whose yes is overdue.
func (c Change) Reminders(today Day) []Reminder {
	var list []Reminder
	if c.Permission.Overdue(today) && c.goesOn() {
		list = append(list, Reminder{NoticeNudgePermission, c.Permission.By.stateOf("by"), c.Permission.By.Add(1)})
	}
	heard := DayOf(c.Updated, Zone(c.Zone))
	tried := c.State == Trying || c.State == Reviewing
	switch {
	case tried && c.ReviewOn != "" && c.ReviewOn <= today:
		return append(list, Reminder{NoticeNudgeReview, c.ReviewOn.stateOf("review"), c.ReviewOn})
	case c.Blocked != "" && c.goesOn() && c.ReplyBy != "":
		if c.ReplyBy < today {
			list = append(list, Reminder{NoticeNudgeBlocked, c.ReplyBy.stateOf("by"), c.ReplyBy.Add(1)})
		}
	case c.Blocked != "" && c.goesOn() && heard.Add(blockedAfter) <= today:
		return append(list, Reminder{NoticeNudgeBlocked, heard.stateOf("heard"), heard.Add(blockedAfter)})
	case c.State == Trying && heard.Add(silentAfter) <= today && (c.ReviewOn == "" || c.ReviewOn > today.Add(reviewNear)):
		return append(list, Reminder{NoticeNudgeSilent, heard.stateOf("heard"), heard.Add(silentAfter)})
	}
	return list
}

func (d Day) stateOf(what string) string { return what + " " + string(d) }

// Reminds reports whether a change still reminds of something: of this kind, in this state of things.
func (c Change) Reminds(kind NoticeKind, about string, today Day) bool {
	for _, r := range c.Reminders(today) {
		if r.Kind == kind && r.About == about {
			return true
		}
	}
	return false
}

// Nudge is a reminder that was given to one member.
type Nudge struct {
	ID, CouncilID, TeamID, Member, ChangeID int64
	Kind                                    NoticeKind
	About                                   string
	Asked                                   Day // when
	Again                                   Day // snoozed until; "" when it is not
	Raised                                  Day // when it went on to the champion; "" when it has not
}

// Raises reports whether a reminder goes on to the champion: a week after it was given, or
// given again, with nothing done.
func (n Nudge) Raises(today Day) bool {
	return n.Raised == "" && max(n.Asked, n.Again).Add(raiseAfter) <= today
}

// Snoozed is the nudge put off by a week.
func (n Nudge) Snoozed(today Day) Nudge {
	n.Again = today.Add(snoozeFor)
	return n
}

// Nudged reports whether a kind of message is a reminder about a small change, which can be
// snoozed and stopped.
func (k NoticeKind) Nudged() bool {
	switch k {
	case NoticeNudgeReview, NoticeNudgeSilent, NoticeNudgeBlocked, NoticeNudgePermission:
		return true
	}
	return false
}

// Nudges lists the kinds of reminders about small changes.
var Nudges = []NoticeKind{NoticeNudgePermission, NoticeNudgeReview, NoticeNudgeBlocked, NoticeNudgeSilent}

// Stop says what a member does not want to be reminded of any more.
type Stop string

// The answers of the form.
const (
	StopWeek Stop = "week" // not for a week
	StopThis Stop = "this" // never about this one
	StopKind Stop = "kind" // none of this kind
)

// MayStop refuses what is no answer of the form.
func MayStop(s Stop) error {
	if s != StopThis && s != StopKind {
		return fault.Field("stop", "Choose one of these.")
	}
	return nil
}

// silentRounds are how many questions without a word make the bot stop asking (DOMAIN.md section 5).
const silentRounds = 3

// StopsAsking reports whether somebody who let so many questions pass, one after the other,
// is asked no more.
func StopsAsking(silent int) bool { return silent >= silentRounds }

// NoteGrace is how late the champion's note is written all the same: on Wednesday morning
// still, which follows two days of Christmas.
const NoteGrace = 49 * time.Hour

// NoteDue is when the champion's note of the week around an instant is written: Monday at
// the hour of reminders.
func NoteDue(now time.Time, zone *time.Location) time.Time {
	from, _ := WeekOf(now, zone)
	return Instant(Wall(from, zone).Add(NudgeHour*time.Hour), zone)
}

// NudgeDay is a team with the day for which its small changes were last looked at.
type NudgeDay struct {
	TeamID, CouncilID int64
	Zone              string
	Looked            Day // "" is never
	Noted             Day // the Monday whose champion's note was written last
}

// Next is when to look at the team's small changes: at once when today's hour has come and
// nobody looked, else at the next day's hour.
func (n NudgeDay) Next(now time.Time) time.Time {
	zone := Zone(n.Zone)
	day := startOf(Wall(now, zone))
	if n.Looked >= Day(day.Format(time.DateOnly)) {
		day = day.AddDate(0, 0, 1)
	}
	return Instant(day.Add(NudgeHour*time.Hour), zone)
}

// Noted are those of a team who get the champion's note of this week: its champions who work
// this week, else its deputies who do.
func Noted(members []Member, now time.Time) []Member {
	for _, role := range []Role{Champion, Deputy} {
		var here []Member
		for _, m := range members {
			_, nextWeek := WeekOf(now, m.Location())
			if _, works := m.Reach(now, nextWeek, func(Day) bool { return false }); m.Is(role) && works {
				here = append(here, m)
			}
		}
		if len(here) > 0 {
			return here
		}
	}
	return nil
}

// StillGoing is one tap for a change that goes on as it did: a word of it, and no step.
func (c *Change) StillGoing(by By) (History, []Notice, error) {
	if err := c.MayUpdate(by.Member); err != nil {
		return History{}, nil, err
	}
	c.touched(by.At)
	return c.line(Edited, by.Member, by.At, "It goes on."), nil, nil
}

// Lift takes away what is in the way of a change. When nothing is, somebody was first:
// fault.Conflict.
func (c *Change) Lift(by By) (History, []Notice, error) {
	if err := c.MayUpdate(by.Member); err != nil {
		return History{}, nil, err
	}
	if c.Blocked == "" {
		return History{}, nil, fault.New(fault.Conflict, "Nothing is in the way of "+c.Ref()+" any more.")
	}
	was := c.Blocked
	c.Blocked, c.BlockedRole, c.ReplyBy = "", "", ""
	c.touched(by.At)
	return c.line(Edited, by.Member, by.At, "Not in the way any more: "+was), nil, nil
}
