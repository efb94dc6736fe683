package schedule

import (
	"context"
	"errors"
	"fmt"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// openScheduledPulse opens the pulse of a schedule's slot. While the team has one open, the
// slot is skipped.
func (r *Runner) openScheduledPulse(ctx context.Context, o opening) (asked int, err error) {
	s := o.schedule
	title, questions, ok := programme.Set(s.Set)
	if !ok {
		return 0, fmt.Errorf("there is no set of questions called %q", s.Set)
	}
	p := programme.Pulse{CouncilID: s.CouncilID, TeamID: s.TeamID, Set: s.Set, Title: title, Questions: questions}
	if !o.extra {
		p.Schedule, p.Slot = s.ID, o.slot.Wall
	}
	p, first, err := r.openPulse(ctx, p, o.slot.At.Add(openFor(s.OpenFor)), o.next)
	if fault.Is(err, fault.Closed) && !o.extra {
		return 0, &skipError{pulseThere}
	}
	if err != nil || !first {
		return 0, err
	}
	return p.Asked, r.invite(ctx, p)
}

// OpenPulse opens a pulse for a team now, with the set, title, questions and mode given, and
// invites its members. fault.Closed when the team has one open already.
func (r *Runner) OpenPulse(ctx context.Context, p programme.Pulse, closeAfter time.Duration) (programme.Pulse, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, _, err := r.openPulse(ctx, p, r.now().Add(openFor(closeAfter)), programme.Slot{})
	if err != nil {
		return p, err
	}
	return p, r.invite(ctx, p)
}

func (r *Runner) openPulse(ctx context.Context, p programme.Pulse, closes time.Time, next programme.Slot) (programme.Pulse, bool, error) {
	team, members, err := r.store.Roster(ctx, p.CouncilID, p.TeamID)
	if err != nil {
		return p, false, err
	}
	p.Opens, p.Closes = r.now(), closes
	p.Asked = len(invitees(members, p.Opens, p.Closes, team.Location(), noHoliday))
	if p.Asked == 0 {
		return p, false, errors.Join(&skipError{nobody}, fault.New(fault.Missing, "Nobody in "+team.Name+" works while this pulse is open. Keep it open longer."))
	}
	p, first, err := r.store.OpenPulse(ctx, p, next)
	if err == nil && first {
		r.saw(ctx, programme.PulseSchedule, opened, "pulse", p.ID)
	}
	return p, first, err
}

func noHoliday(programme.Day) bool { return false }

// invite makes the ballot of a pulse and only then its invitations. A crash between the two
// is mended by the next tick.
func (r *Runner) invite(ctx context.Context, p programme.Pulse) error {
	team, members, err := r.store.Roster(ctx, p.CouncilID, p.TeamID)
	if err != nil {
		return err
	}
	who := invitees(members, p.Opens, p.Closes, team.Location(), noHoliday)
	ids := make([]int64, len(who))
	notices := make([]programme.Notice, len(who))
	for i, in := range who {
		ids[i] = in.member
		notices[i] = programme.Notice{
			Key:     fmt.Sprintf("pulse:%d:%d", p.ID, in.member),
			Council: p.CouncilID, Kind: programme.NoticePulse, Subject: p.ID, Member: in.member, Due: in.due,
		}
	}
	if err := r.ballots.Open(ctx, p, ids); err != nil {
		return err
	}
	return r.store.Invite(ctx, p.CouncilID, notices)
}

func (r *Runner) closePulses(ctx context.Context, now time.Time) error {
	over := func(ctx context.Context) ([]programme.Pulse, error) { return r.store.PulsesToClose(ctx, now) }
	return each(ctx, over, r.release)
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
	if err := r.release(ctx, p); err != nil {
		return p, err
	}
	return r.store.PulseByID(ctx, id)
}

// release reads the totals, keeps what the release rule allows, and only then destroys the
// ballot. A ballot that is gone counts as no replies, so nothing is shown.
func (r *Runner) release(ctx context.Context, p programme.Pulse) error {
	tally, err := r.ballots.Tally(ctx, p.ID)
	if err != nil && !fault.Is(err, fault.Missing) && !fault.Is(err, fault.Closed) {
		return err
	}
	team, _, err := r.store.Roster(ctx, p.CouncilID, p.TeamID)
	if err != nil {
		return err
	}
	notice := programme.Notice{
		Key: fmt.Sprintf("result:%d", p.ID), Council: p.CouncilID, Kind: programme.NoticePulseResult,
		Subject: p.ID, Channel: team.Channel.ID, Due: r.now(),
	}
	if err := r.store.ReleasePulse(ctx, p.CouncilID, p.ID, programme.Release(p, tally), notice); err != nil {
		return err
	}
	r.saw(ctx, programme.PulseSchedule, closed, "pulse", p.ID)
	return r.ballots.Destroy(ctx, p.ID)
}

// sweep destroys, once after the start, what a crash between a result and the end of its
// ballot left behind.
func (r *Runner) sweep(ctx context.Context) error {
	if r.swept {
		return nil
	}
	open, err := r.store.OpenPulses(ctx)
	if err != nil {
		return err
	}
	if err := r.ballots.Sweep(ctx, open); err != nil {
		return err
	}
	r.swept = true
	return nil
}
