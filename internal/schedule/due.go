package schedule

import (
	"context"
	"fmt"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// Why a slot was not used. Champions read these words.
const (
	tooLate    = "The program was not running at the time."
	overtaken  = "It came late, and so did the one after it."
	bankDay    = "It was a bank holiday."
	notNow     = "The team had said “not now”."
	mayBeTwice = "The database came back from a backup, and this may have been asked before."
	noneAsked  = "Nobody in the team is asked at the moment."
	nobody     = "Nobody in the team works during that time."
)

// mostSkipped is how many missed slots of one schedule are recorded at once, the latest of
// them. More is nobody's weekly rhythm.
const mostSkipped = 100

// The grace of each kind: a slot found later than this is skipped. A prompt at the wrong
// time of day is a nuisance; a pulse stays open for days (STORAGE.md section 2.3).
const (
	promptGrace = 2 * time.Hour
	pulseGrace  = 12 * time.Hour
)

func grace(kind programme.ScheduleKind) time.Duration {
	if kind == programme.PulseSchedule {
		return pulseGrace
	}
	return promptGrace
}

// opening is one slot of a schedule about to be used.
type opening struct {
	schedule programme.Schedule
	slot     programme.Slot
	next     programme.Slot // where the schedule goes on; zero for an extra opening
	extra    bool           // asked for by a person: everybody is asked at once
}

// invitees are those of some members that an opening asks: everybody at once for an extra
// one, but for who is on leave or wants to be left alone; else each on their first working day.
func (r *Runner) invitees(ctx context.Context, o opening, members []programme.Member, until time.Time) ([]invitee, error) {
	if o.extra {
		return atOnce(members, o.slot.At), nil
	}
	calendar, err := r.store.Calendar(ctx, o.schedule.CouncilID)
	if err != nil || !o.schedule.SkipHolidays {
		return invitees(members, o.slot.At, until, noHoliday), err
	}
	return invitees(members, o.slot.At, until, calendar.Holiday), nil
}

func atOnce(members []programme.Member, now time.Time) []invitee {
	var list []invitee
	for _, m := range members {
		if !m.Quiet.Resting(programme.DayOf(now, m.Location())) {
			list = append(list, invitee{m.ID, now})
		}
	}
	return list
}

// closing is when something that opens at an instant ends: that much later by the clock on
// the wall, so that four days from Thursday 9am are Monday 9am in any week of the year.
func closing(opens time.Time, after time.Duration, zone *time.Location) time.Time {
	return programme.Instant(programme.Wall(opens, zone).Add(after), zone)
}

// due uses a schedule's slot that has come, or skips it with a reason. Of several that came
// while the program was down only the last is used, if it is not too late: nobody wants them
// all at once.
func (r *Runner) due(ctx context.Context, s programme.Schedule, now time.Time) error {
	c, err := Parse(s.Cron)
	if err != nil {
		return err
	}
	slots, next := missed(c, programme.Zone(s.Zone), programme.Slot{Wall: s.NextWall, At: s.NextRun}, now)
	for i, slot := range slots {
		after := next
		if i+1 < len(slots) {
			after = slots[i+1]
		}
		why, err := r.unusable(ctx, s, slot, now, i+1 < len(slots))
		switch {
		case err != nil:
			return err
		case why != "":
			err = r.skip(ctx, s, slot, why, after)
		default:
			_, err = r.open(ctx, opening{schedule: s, slot: slot, next: after})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// missed are the slots that have come since the first one, with it, and the one after them.
func missed(c Cron, zone *time.Location, first programme.Slot, now time.Time) (slots []programme.Slot, next programme.Slot) {
	for next = first; next.Wall != "" && !next.At.After(now); next = c.Next(zone, next.Wall, next.At) {
		slots = append(slots, next)
		if len(slots) > mostSkipped {
			slots = slots[1:]
		}
	}
	return slots, next
}

// unusable is why a slot that has come is not used; "" when it is.
func (r *Runner) unusable(ctx context.Context, s programme.Schedule, slot programme.Slot, now time.Time, another bool) (string, error) {
	restored, err := r.store.Restored(ctx)
	if err != nil {
		return "", err
	}
	calendar, err := r.store.Calendar(ctx, s.CouncilID)
	if err != nil {
		return "", err
	}
	paused, err := r.store.Pause(ctx, s.CouncilID, s.TeamID, dayOf(slot))
	switch {
	case err != nil && !fault.Is(err, fault.Missing):
		return "", err
	case !slot.At.After(restored):
		return mayBeTwice, nil
	case err == nil && paused.On(dayOf(slot)):
		return notNow, nil
	case s.SkipHolidays && calendar.Holiday(dayOf(slot)):
		return bankDay, nil
	case slot.At.Before(now.Add(-grace(s.Kind))):
		return tooLate, nil
	case another:
		return overtaken, nil
	}
	return "", nil
}

func dayOf(slot programme.Slot) programme.Day { return programme.Day(slot.Wall[:len(time.DateOnly)]) }

// open uses a slot. What cannot be opened, since nobody can be asked or a pulse is still
// open, is fault.Closed: a scheduled slot is then skipped with the words as its reason.
func (r *Runner) open(ctx context.Context, o opening) (asked int, err error) {
	if o.schedule.Kind == programme.PulseSchedule {
		asked, err = r.openScheduledPulse(ctx, o)
	} else {
		asked, err = r.openRound(ctx, o)
	}
	if fault.Is(err, fault.Closed) && !o.extra {
		return 0, r.skip(ctx, o.schedule, o.slot, fault.Words(err), o.next)
	}
	return asked, err
}

func (r *Runner) skip(ctx context.Context, s programme.Schedule, slot programme.Slot, reason string, next programme.Slot) error {
	if err := r.store.SkipSlot(ctx, s, slot.Wall, reason, next); err != nil {
		return fmt.Errorf("skip slot %s: %w", slot.Wall, err)
	}
	r.saw(ctx, s.Kind, skipped, "schedule", s.ID, "slot", slot.Wall, "reason", reason)
	return nil
}

// RunNow opens one extra round or pulse of a schedule, whatever the day or hour, and asks
// every member at once; asked is how many. The schedule itself goes on as before. A second
// one within the same second is fault.Conflict, and a pulse beside an open one fault.Closed.
func (r *Runner) RunNow(ctx context.Context, id string) (asked int, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s, err := r.store.Schedule(ctx, id)
	if err != nil {
		return 0, err
	}
	now, zone := r.now(), programme.Zone(s.Zone)
	// A slot of the schedule itself has no seconds, so an extra one never takes its place.
	slot := programme.Slot{Wall: programme.Wall(now, zone).Format(wallLayout + ":05"), At: now}
	return r.open(ctx, opening{schedule: s, slot: slot, extra: true})
}

// invitee is a member with the instant at which a message should reach them.
type invitee struct {
	member int64
	due    time.Time
}

// invitees are the members who work while something is open, each on their first day. What a
// chat status hints at is not known days ahead, and left out here.
func invitees(members []programme.Member, from, until time.Time, holiday func(programme.Day) bool) []invitee {
	var list []invitee
	for _, m := range members {
		m.Quiet.Away = time.Time{}
		if due, ok := m.Reach(from, until, holiday); ok {
			list = append(list, invitee{m.ID, due})
		}
	}
	return list
}
