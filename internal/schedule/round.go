package schedule

import (
	"context"
	"fmt"
	"slices"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// openRound opens a round in one transaction with a message for each member it reaches.
func (r *Runner) openRound(ctx context.Context, o opening) (asked int, err error) {
	s := o.schedule
	closes := closing(o.slot.At, s.OpenFor, programme.Zone(s.Zone))
	who, err := r.asked(ctx, o, closes)
	if err != nil {
		return 0, err
	}
	prompt, err := r.nextPrompt(ctx, s, o.slot.At, programme.Zone(s.Zone))
	if err != nil {
		return 0, err
	}
	notices := make([]programme.Notice, len(who))
	for i, in := range who {
		notices[i] = programme.Notice{
			Key:     fmt.Sprintf("prompt:%s:%s:%d", s.ID, o.slot.Wall, in.member),
			Council: s.CouncilID, Kind: programme.NoticePrompt, Member: in.member, Due: in.due, Until: closes, AtOnce: o.extra,
		}
	}
	_, first, err := r.store.OpenRound(ctx, programme.Round{
		CouncilID: s.CouncilID, TeamID: s.TeamID, Schedule: s.ID, Slot: o.slot.Wall,
		Prompt: prompt, Opens: o.slot.At, Closes: closes, Asked: len(who),
	}, notices, o.next)
	if err == nil && !first && o.extra {
		err = fault.New(fault.Conflict, "An extra round of this schedule was opened a moment ago.")
	}
	if err != nil || !first {
		return 0, err
	}
	r.saw(ctx, s.Kind, opened, "schedule", s.ID, "slot", o.slot.Wall)
	return len(who), nil
}

// asked are the members whom a round asks. Those who let the last questions pass are told,
// once, that they are asked no more. Nobody at all is fault.Closed.
func (r *Runner) asked(ctx context.Context, o opening, closes time.Time) ([]invitee, error) {
	s := o.schedule
	_, members, err := r.store.Roster(ctx, s.CouncilID, s.TeamID)
	if err != nil {
		return nil, err
	}
	silent, err := r.store.Silent(ctx, s.CouncilID, s.TeamID)
	if err != nil {
		return nil, err
	}
	var stopped []programme.Member
	members = slices.DeleteFunc(members, func(m programme.Member) bool {
		stops := m.IsAsked() && programme.StopsAsking(silent[m.ID]) && !o.extra
		if stops {
			stopped = append(stopped, m)
		}
		return stops || !m.IsAsked()
	})
	who, err := r.invitees(ctx, o, members, closes)
	if err != nil {
		return nil, err
	}
	told, err := r.invitees(ctx, o, stopped, closes)
	if err != nil {
		return nil, err
	}
	for _, in := range told {
		if err := r.store.StopAsking(ctx, s.CouncilID, in.member, in.due); err != nil {
			return nil, err
		}
	}
	switch {
	case len(members) == 0:
		return nil, fault.New(fault.Closed, noneAsked)
	case len(who) == 0:
		return nil, fault.New(fault.Closed, nobody)
	}
	return who, nil
}

// closeRounds closes what is over, with one digest where somebody shared something.
func (r *Runner) closeRounds(ctx context.Context, now time.Time) error {
	over := func(ctx context.Context) ([]programme.Round, error) { return r.store.RoundsToClose(ctx, now) }
	return each(ctx, over, r.closeRound)
}

func (r *Runner) closeRound(ctx context.Context, round programme.Round) error {
	team, _, err := r.store.Roster(ctx, round.CouncilID, round.TeamID)
	if err != nil {
		return err
	}
	digest, err := r.digest(ctx, round, team)
	if err != nil {
		return err
	}
	if err := r.store.CloseRound(ctx, round.CouncilID, round.ID, digest); err != nil {
		return err
	}
	r.saw(ctx, programme.ReflectionSchedule, closed, "schedule", round.Schedule, "slot", round.Slot)
	return nil
}

// digest is the message that tells a team what it shared: one for all its rounds that close
// on the same day, when the last of them has, in working hours. There is none for a round that
// a pause cut short, nor for one that may have had its digest before the database came back
// from a backup: a channel cannot be searched for it.
func (r *Runner) digest(ctx context.Context, round programme.Round, team programme.Team) (*programme.Notice, error) {
	restored, err := r.store.Restored(ctx)
	if err != nil || team.Channel.ID == "" || round.Cut || !round.Closes.After(restored) {
		return nil, err
	}
	day := programme.DayOf(round.Closes, team.Location())
	last, err := r.store.LastClose(ctx, round.CouncilID, round.TeamID, programme.Tonight(round.Closes, team.Location()))
	if err != nil {
		return nil, err
	}
	due, err := r.speaks(ctx, team, later(r.now(), last))
	if err != nil {
		return nil, err
	}
	return &programme.Notice{
		Key: fmt.Sprintf("digest:%d:%s", round.TeamID, string(day)), Council: round.CouncilID, Kind: programme.NoticeDigest,
		Subject: round.ID, Channel: team.Channel.ID, Due: due,
	}, nil
}

// speaks is the first instant from which a team's channel is written to: in working hours, and
// when the team is left alone for a while, after that.
func (r *Runner) speaks(ctx context.Context, team programme.Team, from time.Time) (time.Time, error) {
	calendar, err := r.store.Calendar(ctx, team.CouncilID)
	if err != nil {
		return from, err
	}
	pause, err := r.store.Pause(ctx, team.CouncilID, team.ID, programme.DayOf(from, team.Location()))
	switch {
	case err == nil:
		from = pause.Ends(team.Location())
	case !fault.Is(err, fault.Missing):
		return from, err
	}
	return calendar.Open(from, team.Location()), nil
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
