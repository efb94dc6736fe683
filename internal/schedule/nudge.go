package schedule

import (
	"context"
	"slices"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// remind looks, once a day for each team, at what its small changes remind somebody of.
func (r *Runner) remind(ctx context.Context, now time.Time) error {
	if now.Before(r.quiet) {
		return nil
	}
	teams, err := r.store.NudgeDays(ctx)
	if err != nil {
		return err
	}
	next := now.Add(time.Hour) // a team that is made meanwhile does not wait for long
	var begun []programme.NudgeDay
	for _, t := range teams {
		if at := t.Next(now); at.After(now) {
			next = earlier(next, at)
		} else {
			begun = append(begun, t)
		}
	}
	err = each(ctx, just(begun), func(ctx context.Context, t programme.NudgeDay) error {
		reminded, err := r.store.Remind(ctx, t, now)
		if reminded > 0 {
			r.log.InfoContext(ctx, "reminders written", "team", t.TeamID, "reminders", reminded)
		}
		return err
	})
	if err != nil {
		return err
	}
	r.quiet = next
	return nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// just is a list that is there already.
func just[T any](list []T) func(context.Context) ([]T, error) {
	return func(context.Context) ([]T, error) { return list, nil }
}

// mostHanded is how many members one transaction looks at: others write in between.
const mostHanded = 25

// handOut lets go what waits for members, as far as each can bear it now. Trouble with one of
// them does not keep the others waiting.
func (r *Runner) handOut(ctx context.Context, now time.Time) error {
	members, err := r.store.ToLookAt(ctx, now)
	if err != nil {
		return err
	}
	return each(ctx, just(slices.Collect(slices.Chunk(members, mostHanded))), func(ctx context.Context, some []int64) error {
		if err := fault.Catch(func() error { return r.store.HandOut(ctx, some, now) }); err == nil || len(some) == 1 {
			return err
		}
		return each(ctx, just(some), func(ctx context.Context, one int64) error { return r.store.HandOut(ctx, []int64{one}, now) })
	})
}
