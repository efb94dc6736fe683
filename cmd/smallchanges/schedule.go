package main

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
	"smallchanges/internal/schedule"
	"smallchanges/internal/store"
)

type scheduleCmd struct {
	List    scheduleListCmd    `cmd:"" help:"Every schedule with its next time. Example: smallchanges schedule list --json"`
	Preview schedulePreviewCmd `cmd:"" help:"When an expression falls due. Example: smallchanges schedule preview --cron '0 9 * * THU' --tz Europe/London"`
	Run     scheduleRunCmd     `cmd:"" help:"Open one extra round now. Example: smallchanges schedule run willow-reflection"`
	Pause   schedulePauseCmd   `cmd:"" help:"Stop a schedule until it is resumed. Example: smallchanges schedule pause willow-reflection"`
	Resume  scheduleResumeCmd  `cmd:"" help:"Let a paused schedule go on. Example: smallchanges schedule resume willow-reflection"`
}

type scheduleListCmd struct {
	JSON bool `help:"For programs."`
}

// scheduled is a schedule for programs: next is the instant of its next slot and local the
// same on its team's wall. A paused one has neither.
type scheduled struct {
	ID     string `json:"id"`
	Kind   string `json:"kind"`
	Team   string `json:"team"`
	Words  string `json:"words"`
	Cron   string `json:"cron"`
	Zone   string `json:"zone"`
	Paused bool   `json:"paused"`
	Local  string `json:"local"`
	Next   string `json:"next"`
}

func (c *scheduleListCmd) Run(p *program) error {
	return p.withStore(func(db *store.Store) error {
		all, err := db.Schedules(p.ctx)
		if err != nil {
			return err
		}
		followUps, err := db.FollowUps(p.ctx)
		if err != nil {
			return err
		}
		list := make([]scheduled, len(all))
		for i, s := range all {
			list[i] = scheduled{s.ID, string(s.Kind), s.Team, s.Cron, s.Cron, s.Zone, s.Paused, s.NextWall, stamp(s.NextRun)}
			if cron, err := schedule.Parse(s.Cron); err == nil {
				list[i].Words = cron.Words()
			}
			if s.Paused {
				list[i].Local, list[i].Next = "", ""
			}
		}
		for _, f := range followUps {
			list = append(list, scheduled{
				ID: followUpID + strconv.FormatInt(f.ID, 10), Kind: string(programme.FollowUpSchedule), Team: f.Team, Zone: f.Zone,
				Words: fmt.Sprintf("%d weeks after %s was kept", f.Weeks, f.Ref),
				Local: programme.Wall(f.Due, programme.Zone(f.Zone)).Format("2006-01-02T15:04"), Next: stamp(f.Due),
			})
		}
		if c.JSON {
			return writeJSON(p.out, list)
		}
		table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "ID\tKIND\tTEAM\tWHEN\tCRON\tZONE\tNEXT")
		for _, s := range list {
			next := s.Local
			if s.Paused {
				next = "paused"
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", s.ID, s.Kind, s.Team, s.Words, s.Cron, s.Zone, next)
		}
		return table.Flush()
	})
}

type schedulePreviewCmd struct {
	Cron  string `required:"" help:"Five fields: minute, hour, day, month, weekday."`
	TZ    string `name:"tz" help:"Time zone, such as Europe/London; TIME_ZONE when left out."`
	From  string `help:"Start after this time, such as 2027-03-26T00:00:00Z; now when left out."`
	Count int    `default:"5" help:"How many, up to 1,000."`
	JSON  bool   `help:"For programs."`
}

// previewed is one slot for programs.
type previewed struct {
	Local string `json:"local"`
	UTC   string `json:"utc"`
}

func (c *schedulePreviewCmd) Run(p *program) error {
	from := time.Now()
	if c.From != "" {
		var err error
		if from, err = time.Parse(time.RFC3339, c.From); err != nil {
			return fault.Hide(fault.Invalid, err, "--from must look like 2027-03-26T00:00:00Z.")
		}
	}
	slots, err := schedule.Preview(c.Cron, cmp.Or(c.TZ, p.config.TimeZone), from, c.Count)
	if err != nil {
		return err
	}
	list := make([]previewed, len(slots))
	for i, slot := range slots {
		list[i] = previewed{slot.Wall, stamp(slot.At)}
	}
	if c.JSON {
		return writeJSON(p.out, list)
	}
	table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "LOCAL\tUTC")
	for _, slot := range list {
		fmt.Fprintf(table, "%s\t%s\n", slot.Local, slot.UTC)
	}
	return table.Flush()
}

type scheduleRunCmd struct {
	ID string `arg:"" help:"Of the schedule; see schedule list."`
}

func (c *scheduleRunCmd) Run(p *program) error {
	return p.withRunner(func(_ *store.Store, r *schedule.Runner) error {
		asked, err := runNow(p.ctx, r, c.ID)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.out, "%s: %d asked. Their messages go out as soon as serve runs.\n", c.ID, asked)
		return nil
	})
}

// followUpID begins the id of a follow-up in the list of the clockwork.
const followUpID = "follow-up-"

func runNow(ctx context.Context, r *schedule.Runner, id string) (asked int, err error) {
	number, ok := strings.CutPrefix(id, followUpID)
	if followUp, err := strconv.ParseInt(number, 10, 64); ok && err == nil {
		return r.RunFollowUp(ctx, followUp)
	}
	return r.RunNow(ctx, id)
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
