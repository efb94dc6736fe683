package schedule

import (
	"context"
	"fmt"
	"slices"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// openScheduledPulse opens the pulse of a schedule's slot. fault.Closed while the team has
// one open.
func (r *Runner) openScheduledPulse(ctx context.Context, o opening) (asked int, err error) {
	s := o.schedule
	title, questions, ok := programme.Set(s.Set)
	if !ok {
		return 0, fmt.Errorf("there is no set of questions called %q", s.Set)
	}
	team, members, err := r.store.Roster(ctx, s.CouncilID, s.TeamID)
	if err != nil {
		return 0, err
	}
	p := programme.Pulse{
		CouncilID: s.CouncilID, TeamID: s.TeamID, Set: s.Set, Title: title, Questions: questions,
		Opens: o.slot.At, Closes: closing(o.slot.At, s.OpenFor, team.Location()),
	}
	if !o.extra {
		p.Schedule, p.Slot = s.ID, o.slot.Wall
	}
	who, err := r.invitees(ctx, o, participants(members), p.Closes)
	if err != nil {
		return 0, err
	}
	p, err = r.openPulse(ctx, p, who, o.next, o.extra)
	return p.Asked, err
}

// OpenPulse opens a pulse for a team now, with the set, title, questions and mode given, and
// invites its members. closeAfter is from an hour to 90 days, else fault.Invalid.
// fault.Closed when the team has one open already.
func (r *Runner) OpenPulse(ctx context.Context, p programme.Pulse, closeAfter time.Duration) (programme.Pulse, error) {
	if closeAfter < time.Hour || closeAfter > 90*24*time.Hour {
		return p, wrong("A pulse can stay open from an hour to 90 days, such as 5d.")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	team, members, err := r.store.Roster(ctx, p.CouncilID, p.TeamID)
	if err != nil {
		return p, err
	}
	p.Opens = r.now()
	p.Closes = closing(p.Opens, closeAfter, team.Location())
	who := invitees(participants(members), p.Opens, p.Closes, noHoliday)
	return r.openPulse(ctx, p, who, programme.Slot{}, false)
}

// participants are the members who take part in a pulse: all but those who only read along.
func participants(members []programme.Member) []programme.Member {
	return slices.DeleteFunc(members, func(m programme.Member) bool { return m.Observer })
}

// openPulse opens a pulse for these members. When another process opened its slot first,
// it asks nobody.
func (r *Runner) openPulse(ctx context.Context, p programme.Pulse, who []invitee, next programme.Slot, atOnce bool) (programme.Pulse, error) {
	if len(who) == 0 {
		return p, fault.New(fault.Closed, nobody)
	}
	p.Asked = len(who)
	made, first, err := r.store.OpenPulse(ctx, p, next)
	if err != nil || !first {
		return made, err
	}
	r.saw(ctx, programme.PulseSchedule, opened, "pulse", made.ID)
	return made, r.invite(ctx, made, who, atOnce)
}

func noHoliday(programme.Day) bool { return false }

// inviteLate does what a crash between a pulse and its invitations left undone.
func (r *Runner) inviteLate(ctx context.Context, p programme.Pulse) error {
	_, members, err := r.store.Roster(ctx, p.CouncilID, p.TeamID)
	if err != nil {
		return err
	}
	return r.invite(ctx, p, invitees(participants(members), p.Opens, p.Closes, noHoliday), false)
}

// invite makes the ballot of a pulse and only then its invitations: whoever is invited can
// reply.
func (r *Runner) invite(ctx context.Context, p programme.Pulse, who []invitee, atOnce bool) error {
	ids := make([]int64, len(who))
	notices := make([]programme.Notice, len(who))
	for i, in := range who {
		ids[i] = in.member
		notices[i] = programme.Notice{
			Key:     fmt.Sprintf("pulse:%d:%d", p.ID, in.member),
			Council: p.CouncilID, Kind: programme.NoticePulse, Subject: p.ID, Member: in.member, Due: in.due,
			Until: p.Closes, AtOnce: atOnce,
		}
	}
	if err := r.ballots.Open(ctx, p, ids); err != nil {
		return err
	}
	return r.store.Invite(ctx, p.CouncilID, notices)
}

func (r *Runner) closePulses(ctx context.Context, now time.Time) error {
	over := func(ctx context.Context) ([]programme.Pulse, error) { return r.store.PulsesToClose(ctx, now) }
	return each(ctx, over, func(ctx context.Context, p programme.Pulse) error {
		team, _, err := r.store.Roster(ctx, p.CouncilID, p.TeamID)
		if err != nil {
			return err
		}
		due, err := r.speaks(ctx, team, now)
		if err != nil {
			return err
		}
		return r.release(ctx, p, due)
	})
}

// ClosePulse closes a pulse before its time and returns it with its result. fault.Closed
// when it was released already.
func (r *Runner) ClosePulse(ctx context.Context, id int64) (programme.Pulse, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, err := r.store.PulseByID(ctx, id)
	if err != nil {
		return p, err
	}
	if p.Result != nil {
		return p, fault.New(fault.Closed, fmt.Sprintf("Pulse %d has closed already. See it with: smallchanges pulse results %d", id, id))
	}
	if err := r.release(ctx, p, r.now()); err != nil { // a person closes it, and sees the result now
		return p, err
	}
	return r.store.PulseByID(ctx, id)
}

// release reads the totals, keeps what the release rule allows, and only then destroys the
// ballot. A ballot that is gone counts as no replies, so nothing is shown. The result is told
// from due on.
func (r *Runner) release(ctx context.Context, p programme.Pulse, due time.Time) error {
	tally, err := r.ballots.Tally(ctx, p.ID)
	if err != nil && !fault.Is(err, fault.Closed) {
		return err
	}
	team, _, err := r.store.Roster(ctx, p.CouncilID, p.TeamID)
	if err != nil {
		return err
	}
	restored, err := r.store.Restored(ctx)
	if err != nil {
		return err
	}
	if !p.Closes.After(restored) { // it closed before the database came back, and its ballot is gone
		return r.store.ReleasePulse(ctx, p.CouncilID, p.ID, programme.LostResult(p), nil)
	}
	notice := programme.Notice{
		Key: fmt.Sprintf("result:%d", p.ID), Council: p.CouncilID, Kind: programme.NoticePulseResult,
		Subject: p.ID, Channel: team.Channel.ID, Due: due,
	}
	if err := r.store.ReleasePulse(ctx, p.CouncilID, p.ID, programme.Release(p, tally), &notice); err != nil {
		return err
	}
	r.saw(ctx, programme.PulseSchedule, closed, "pulse", p.ID)
	if err := r.ballots.Destroy(ctx, p.ID); err != nil {
		r.swept = false // the next tick tries again
		return err
	}
	return nil
}

// sweep destroys ballots that a crash between a result and the end of its ballot left
// behind: once after the start, and after one could not be destroyed.
func (r *Runner) sweep(ctx context.Context) error {
	if r.swept {
		return nil
	}
	if err := r.ballots.Sweep(ctx, r.store.OpenPulses); err != nil {
		return err
	}
	r.swept = true
	return nil
}
