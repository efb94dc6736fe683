package schedule

import (
	"context"
	"fmt"
	"time"

	"smallchanges/internal/programme"
)

// defaultOpen is how long a round or pulse takes answers when the council file does not say.
const defaultOpen = 4 * 24 * time.Hour

func openFor(d time.Duration) time.Duration {
	if d <= 0 {
		return defaultOpen
	}
	return d
}

// openRound opens a round in one transaction with a message for each member it reaches.
func (r *Runner) openRound(ctx context.Context, o opening) (asked int, err error) {
	s := o.schedule
	team, members, err := r.store.Roster(ctx, s.CouncilID, s.TeamID)
	if err != nil {
		return 0, err
	}
	before, err := r.store.RecentPrompts(ctx, s.CouncilID, s.TeamID, len(programme.Prompts()))
	if err != nil {
		return 0, err
	}
	closes := o.slot.At.Add(openFor(s.OpenFor))
	who := o.invitees(members, r.now(), closes, team.Location())
	if len(who) == 0 {
		return 0, &skipError{nobody}
	}
	notices := make([]programme.Notice, len(who))
	for i, in := range who {
		notices[i] = programme.Notice{
			Key:     fmt.Sprintf("prompt:%s:%s:%d", s.ID, o.slot.Wall, in.member),
			Council: s.CouncilID, Kind: programme.NoticePrompt, Member: in.member, Due: in.due,
		}
	}
	_, first, err := r.store.OpenRound(ctx, programme.Round{
		CouncilID: s.CouncilID, TeamID: s.TeamID, Schedule: s.ID, Slot: o.slot.Wall,
		Prompt: programme.NextPrompt(programme.Prompts(), before), Opens: r.now(), Closes: closes, Asked: len(who),
	}, notices, o.next)
	if err != nil || !first {
		return 0, err
	}
	r.saw(ctx, s.Kind, opened, "schedule", s.ID, "slot", o.slot.Wall)
	return len(who), nil
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
	shared, err := r.store.SharedCount(ctx, round.CouncilID, round.ID)
	if err != nil {
		return err
	}
	var digest *programme.Notice
	if shared > 0 && team.Channel.ID != "" {
		digest = &programme.Notice{
			Key: fmt.Sprintf("digest:%d", round.ID), Council: round.CouncilID, Kind: programme.NoticeDigest,
			Subject: round.ID, Channel: team.Channel.ID, Due: r.now(),
		}
	}
	if err := r.store.CloseRound(ctx, round.CouncilID, round.ID, digest); err != nil {
		return err
	}
	r.saw(ctx, programme.ReflectionSchedule, closed, "schedule", round.Schedule, "slot", round.Slot)
	return nil
}
