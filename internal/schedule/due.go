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
	tooLate = "The program was not running at the time."
	bankDay = "It was a bank holiday."
	nobody  = "Nobody in the team works during that time."
)

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

// invitees are those an opening asks: everybody at once for an extra one, else each on
// their first working day.
func (o opening) invitees(members []programme.Member, until time.Time, zone *time.Location) []invitee {
	if o.extra {
		return atOnce(members, o.slot.At)
	}
	closedOn := noHoliday
	if o.schedule.SkipHolidays {
		closedOn = func(d programme.Day) bool { return programme.Holiday(o.schedule.Nation, d) }
	}
	return invitees(members, o.slot.At, until, zone, closedOn)
}

func atOnce(members []programme.Member, now time.Time) []invitee {
	list := make([]invitee, len(members))
	for i, m := range members {
		list[i] = invitee{m.ID, now}
	}
	return list
}

// closing is when something that opens at an instant ends: that much later by the clock on
// the wall, so that four days from Thursday 9am are Monday 9am in any week of the year.
func closing(opens time.Time, after time.Duration, zone *time.Location) time.Time {
	return programme.Instant(programme.Wall(opens, zone).Add(after), zone)
}

// due uses a schedule's slot that has come, or skips it with a reason.
func (r *Runner) due(ctx context.Context, s programme.Schedule, now time.Time) error {
	c, err := Parse(s.Cron)
	if err != nil {
		return err
	}
	zone := programme.Zone(s.Zone)
	slot := programme.Slot{Wall: s.NextWall, At: s.NextRun}
	if oldest := now.Add(-grace(s.Kind)); slot.At.Before(oldest) {
		late := slot
		slot = c.Next(zone, late.Wall, oldest)
		if err := r.skip(ctx, s, late, tooLate, slot); err != nil || slot.At.After(now) || slot.Wall == "" {
			return err
		}
	}
	slot, next := latest(c, zone, slot, now)
	if s.SkipHolidays && programme.Holiday(s.Nation, dayOf(slot)) {
		return r.skip(ctx, s, slot, bankDay, next)
	}
	_, err = r.open(ctx, opening{schedule: s, slot: slot, next: next})
	return err
}

// latest is the last slot that has come, and the one after it. Of several that were
// missed only this one is used: nobody wants them all at once.
func latest(c Cron, zone *time.Location, slot programme.Slot, now time.Time) (last, next programme.Slot) {
	for {
		next = c.Next(zone, slot.Wall, slot.At)
		if next.Wall == "" || next.At.After(now) {
			return slot, next
		}
		slot = next
	}
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

// invitees are the members who work while something is open, each on their first day.
func invitees(members []programme.Member, from, until time.Time, zone *time.Location, holiday func(programme.Day) bool) []invitee {
	var list []invitee
	for _, m := range members {
		if due, ok := m.FirstWorkingDay(from, until, zone, holiday); ok {
			list = append(list, invitee{m.ID, due})
		}
	}
	return list
}
