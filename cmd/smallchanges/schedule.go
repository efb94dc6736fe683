package main

import (
	"fmt"
	"text/tabwriter"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/schedule"
	"smallchanges/internal/store"
)

type scheduleCmd struct {
	List    scheduleListCmd    `cmd:"" help:"Every schedule with its next time."`
	Preview schedulePreviewCmd `cmd:"" help:"When an expression falls due. Example: schedule preview --cron '0 9 * * THU' --tz Europe/London"`
	Run     scheduleRunCmd     `cmd:"" help:"Open one extra round now. Example: schedule run willow-reflection"`
	Pause   schedulePauseCmd   `cmd:"" help:"Stop a schedule until it is resumed."`
	Resume  scheduleResumeCmd  `cmd:"" help:"Let a paused schedule go on."`
}

type scheduleListCmd struct{}

func (c *scheduleListCmd) Run(p *program) error {
	return p.withStore(func(db *store.Store) error {
		all, err := db.Schedules(p.ctx)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "ID\tKIND\tTEAM\tWHEN\tCRON\tZONE\tNEXT")
		for _, s := range all {
			when, next := s.Cron, s.NextWall
			if cron, err := schedule.Parse(s.Cron); err == nil {
				when = cron.Words()
			}
			if s.Paused {
				next = "paused"
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", s.ID, s.Kind, s.Team, when, s.Cron, s.Zone, next)
		}
		return table.Flush()
	})
}

type schedulePreviewCmd struct {
	Cron  string `required:"" help:"Five fields: minute, hour, day, month, weekday."`
	TZ    string `name:"tz" default:"Europe/London" help:"Time zone, such as Europe/London."`
	From  string `help:"Start after this time, such as 2027-03-26T00:00:00Z; now when left out."`
	Count int    `default:"5" help:"How many, up to 1,000."`
}

func (c *schedulePreviewCmd) Run(p *program) error {
	from := time.Now()
	if c.From != "" {
		var err error
		if from, err = time.Parse(time.RFC3339, c.From); err != nil {
			return fault.Hide(fault.Invalid, err, "--from must look like 2027-03-26T00:00:00Z.")
		}
	}
	slots, err := schedule.Preview(c.Cron, c.TZ, from, c.Count)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "LOCAL\tUTC")
	for _, slot := range slots {
		fmt.Fprintf(table, "%s\t%s\n", slot.Wall, slot.At.UTC().Format(time.RFC3339))
	}
	return table.Flush()
}

type scheduleRunCmd struct {
	ID string `arg:"" help:"Of the schedule; see schedule list."`
}

func (c *scheduleRunCmd) Run(p *program) error {
	return p.withRunner(func(_ *store.Store, r *schedule.Runner) error {
		asked, err := r.RunNow(p.ctx, c.ID)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.out, "%s: %d asked. Their messages go out as soon as serve runs.\n", c.ID, asked)
		return nil
	})
}

type schedulePauseCmd struct {
	ID string `arg:"" help:"Of the schedule; see schedule list."`
}

func (c *schedulePauseCmd) Run(p *program) error {
	return p.withStore(func(db *store.Store) error { return db.PauseSchedule(p.ctx, c.ID, true) })
}

type scheduleResumeCmd struct {
	ID string `arg:"" help:"Of the schedule; see schedule list."`
}

func (c *scheduleResumeCmd) Run(p *program) error {
	return p.withStore(func(db *store.Store) error { return db.PauseSchedule(p.ctx, c.ID, false) })
}
