package main

import (
	"context"
	"sync"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// clock is the time of the demo: the real one, moved forward as people like.
type clock struct {
	mu    sync.Mutex
	ahead time.Duration
	up    chan struct{} // closed when the bot is connected
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

// jump moves the clock to a time that is later than now.
func (c *clock) jump(to time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ahead := time.Until(to); ahead > c.ahead {
		c.ahead = ahead
	}
}

func (c *clock) ready() chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.up == nil {
		c.up = make(chan struct{})
	}
	return c.up
}

// target is where a move ends.
func target(now time.Time, to string) (time.Time, error) {
	switch to {
	case "+1h":
		return now.Add(time.Hour), nil
	case "+1d":
		return now.AddDate(0, 0, 1), nil
	case "+7d":
		return now.AddDate(0, 0, 7), nil
	case "monday-0900":
		zone := programme.Zone("Europe/London")
		wall := programme.Wall(now, zone)
		day := time.Date(wall.Year(), wall.Month(), wall.Day(), 9, 0, 0, 0, time.UTC)
		for day.Weekday() != time.Monday || !day.After(wall) {
			day = day.AddDate(0, 0, 1)
		}
		return programme.Instant(day, zone), nil
	}
	return time.Time{}, fault.New(fault.Invalid, "The clock can go to Monday 9am, or an hour, a day or a week on.")
}

// move moves the clock, doing on the way all that falls due, in order, as if the time had
// really passed.
func (d *demo) move(ctx context.Context, to string) (time.Time, error) {
	select {
	case <-d.clock.ready():
	case <-ctx.Done():
		return time.Time{}, ctx.Err()
	}
	until, err := target(d.clock.now(), to)
	if err != nil {
		return time.Time{}, err
	}
	for {
		at, ok, err := d.next(ctx)
		if err != nil {
			return time.Time{}, err
		}
		if !ok || at.After(until) {
			break
		}
		d.clock.jump(at)
		if err := d.work(ctx); err != nil {
			return time.Time{}, err
		}
	}
	d.clock.jump(until)
	return d.clock.now(), d.work(ctx)
}

// next is when something falls due next, in the clockwork or the outbox.
func (d *demo) next(ctx context.Context) (time.Time, bool, error) {
	at, ok, err := d.runner.Next(ctx)
	if err != nil {
		return at, ok, err
	}
	due, waiting, err := d.db.NextDue(ctx)
	if waiting && due.After(d.clock.now()) && (!ok || due.Before(at)) {
		return due, true, err
	}
	return at, ok, err
}

func (d *demo) work(ctx context.Context) error {
	if err := d.runner.Tick(ctx); err != nil {
		return err
	}
	if err := d.worker.Drain(ctx); err != nil {
		return err
	}
	return d.homes.Drain(ctx)
}
