package schedule

import (
	"context"
	"time"

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
	if len(begun) > 0 {
		reminded, err := r.store.Remind(ctx, begun, now)
		if err != nil {
			return err
		}
		if reminded > 0 {
			r.log.InfoContext(ctx, "reminders written", "reminders", reminded)
		}
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

// handOut lets go what waits for members, as far as each can bear it now.
func (r *Runner) handOut(ctx context.Context, now time.Time) error {
	for {
		more, err := r.store.HandOut(ctx, now)
		if err != nil || !more {
			return err
		}
	}
}
