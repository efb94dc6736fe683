package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
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
	List    scheduleListCmd    `cmd:"" help:"Everything that comes by itself, with its next time. Example: smallchanges schedule list --json"`
	Skipped scheduleSkippedCmd `cmd:"" help:"What was left out in the last 60 days, and why. Example: smallchanges schedule skipped --team Willow"`
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
		list, err := clockwork(p.ctx, db)
		if err != nil {
			return err
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

// clockwork is everything that comes by itself: schedules, follow-ups, and the digests of
// open rounds.
func clockwork(ctx context.Context, db *store.Store) ([]scheduled, error) {
	all, err := db.Schedules(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]scheduled, len(all))
	for i, s := range all {
		list[i] = scheduled{s.ID, string(s.Kind), s.Team, schedule.Words(s.Cron), s.Cron, s.Zone, s.Paused, s.NextWall, stamp(s.NextRun)}
		if s.Paused {
			list[i].Local, list[i].Next = "", ""
		}
	}
	once := func(id string, number int64, kind programme.ScheduleKind, team, zone, words string, at time.Time) {
		list = append(list, scheduled{
			ID: id + strconv.FormatInt(number, 10), Kind: string(kind), Team: team, Zone: zone, Words: words,
			Local: programme.Wall(at, programme.Zone(zone)).Format("2006-01-02T15:04"), Next: stamp(at),
		})
	}
	followUps, err := db.FollowUps(ctx)
	if err != nil {
		return nil, err
	}
	for _, f := range followUps {
		once(followUpID, f.ID, programme.FollowUpSchedule, f.Team, f.Zone, fmt.Sprintf("%d weeks after %s was kept", f.Weeks, f.Ref), f.Due)
	}
	windows, err := db.Windows(ctx)
	for _, w := range windows {
		once(digestID, w.Round, programme.DigestSchedule, w.Team, w.Zone, "when the question of "+programme.Slot{Wall: w.Slot}.Day().Short()+" closes", w.Closes)
	}
	return list, err
}

type scheduleSkippedCmd struct {
	Team string `help:"Only of this team; all teams when left out."`
	JSON bool   `help:"For programs."`
}

// skippedSlot is a slot that was left out, for programs.
type skippedSlot struct {
	ID     string `json:"id"`
	Kind   string `json:"kind"`
	Team   string `json:"team"`
	Local  string `json:"local"`
	Reason string `json:"reason"`
}

// Run lists the slots that were left out in the last 60 days, the latest first.
func (c *scheduleSkippedCmd) Run(p *program) error {
	return p.withStore(func(db *store.Store) error {
		skips, err := c.skips(p, db)
		if err != nil {
			return err
		}
		list := make([]skippedSlot, len(skips))
		for i, s := range skips {
			list[i] = skippedSlot{s.Schedule, string(s.Kind), s.Team, s.Slot, s.Reason}
		}
		if c.JSON {
			return writeJSON(p.out, list)
		}
		if len(list) == 0 {
			fmt.Fprintln(p.out, "Nothing was left out in the last 60 days.")
			return nil
		}
		table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "ID\tKIND\tTEAM\tSLOT\tREASON")
		for _, s := range list {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", s.ID, s.Kind, s.Team, s.Local, s.Reason)
		}
		return table.Flush()
	})
}

func (c *scheduleSkippedCmd) skips(p *program, db *store.Store) (skips []programme.Skip, err error) {
	if c.Team != "" {
		team, err := p.team(db, c.Team)
		if err != nil {
			return nil, err
		}
		return db.Skipped(p.ctx, team.CouncilID, team.ID)
	}
	councils, err := db.Councils(p.ctx)
	if err != nil {
		return nil, err
	}
	for _, council := range councils {
		some, err := db.Skipped(p.ctx, council.ID, 0)
		if err != nil {
			return nil, err
		}
		skips = append(skips, some...)
	}
	slices.SortStableFunc(skips, func(a, b programme.Skip) int { return cmp.Compare(b.Slot, a.Slot) })
	return skips, nil
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

// What the ids of a follow-up and of a digest begin with in the list of the clockwork.
const (
	followUpID = "follow-up-"
	digestID   = "digest-"
)

func runNow(ctx context.Context, r *schedule.Runner, id string) (asked int, err error) {
	number, ok := strings.CutPrefix(id, followUpID)
	if followUp, err := strconv.ParseInt(number, 10, 64); ok && err == nil {
		return r.RunFollowUp(ctx, followUp)
	}
	if strings.HasPrefix(id, digestID) {
		return 0, fault.New(fault.Invalid, "A digest comes when its question closes, and not before. To open another question, run its schedule.")
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
