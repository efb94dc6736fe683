package main

import (
	"fmt"
	"os"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
	"smallchanges/internal/schedule"
	"smallchanges/internal/store"
)

type pulseCmd struct {
	Open    pulseOpenCmd    `cmd:"" help:"Open a pulse for a team. Example: smallchanges pulse open --team Willow --set impact"`
	Close   pulseCloseCmd   `cmd:"" help:"Close a pulse before its time. Nothing opens it again. Example: smallchanges pulse close 4"`
	Results pulseResultsCmd `cmd:"" help:"What a pulse released. Example: smallchanges pulse results 4 --json"`
}

type pulseOpenCmd struct {
	Team       string         `required:"" help:"The team's name."`
	Set        string         `required:"" help:"baseline, impact, or a file of questions ending in .yaml."`
	OpenMode   bool           `help:"Show exact numbers from 8 replies. Only if the team chose so."`
	CloseAfter programme.Span `default:"5d" help:"How long it takes replies, such as 5d or 12h."`
}

func (c *pulseOpenCmd) Run(p *program) error {
	pulse, err := readSet(c.Set)
	if err != nil {
		return err
	}
	return p.withRunner(func(db *store.Store, r *schedule.Runner) error {
		team, err := p.team(db, c.Team)
		if err != nil {
			return err
		}
		pulse.CouncilID, pulse.TeamID, pulse.OpenMode = team.CouncilID, team.ID, c.OpenMode
		pulse, err = r.OpenPulse(p.ctx, pulse, time.Duration(c.CloseAfter))
		if err != nil {
			return err
		}
		fmt.Fprintf(p.out, "Pulse %d is open for %s: %d asked, until %s.\n", pulse.ID, team.Name, pulse.Asked, programme.When(pulse.Closes, team.Location()))
		return nil
	})
}

// readSet is a built-in set of questions, or one from a file.
func readSet(set string) (programme.Pulse, error) {
	if title, questions, ok := programme.Set(set); ok {
		return programme.Pulse{Set: set, Title: title, Questions: questions}, nil
	}
	file, err := os.ReadFile(set)
	if err != nil {
		return programme.Pulse{}, fault.Hide(fault.Invalid, err, "--set must be baseline, impact, or a file of questions that can be read.")
	}
	name, title, questions, err := programme.ParseSet(file)
	return programme.Pulse{Set: name, Title: title, Questions: questions}, err
}

type pulseCloseCmd struct {
	ID int64 `arg:"" help:"Number of the pulse."`
}

func (c *pulseCloseCmd) Run(p *program) error {
	return p.withRunner(func(_ *store.Store, r *schedule.Runner) error {
		pulse, err := r.ClosePulse(p.ctx, c.ID)
		if err != nil {
			return err
		}
		return printResult(p, pulse, false)
	})
}

type pulseResultsCmd struct {
	ID   int64 `arg:"" help:"Number of the pulse."`
	JSON bool  `help:"For programs."`
}

func (c *pulseResultsCmd) Run(p *program) error {
	return p.withStore(func(db *store.Store) error {
		pulse, err := db.PulseByID(p.ctx, c.ID)
		if err != nil {
			return err
		}
		if pulse.Result == nil {
			return fault.New(fault.Closed, fmt.Sprintf("Pulse %d is still open, so there is nothing to show yet.", c.ID))
		}
		return printResult(p, pulse, c.JSON)
	})
}

// printResult prints what the release rule let through: there is nothing else to print.
func printResult(p *program, pulse programme.Pulse, asJSON bool) error {
	if asJSON {
		return writeJSON(p.out, releasedOf(pulse, *pulse.Result))
	}
	fmt.Fprintf(p.out, "%s, %s\n%s\n", pulse.Team, pulse.Title, pulse.Result.Words())
	for _, f := range pulse.Result.Findings {
		fmt.Fprintf(p.out, "\n%s\n  %s\n", f.Text, f.Shown)
		if spread := f.Spread(); spread != "" {
			fmt.Fprintf(p.out, "  %s\n", spread)
		}
	}
	return nil
}

// released is what a pulse released, for programs. Its names are those of the export.
type released struct {
	Pulse    int64            `json:"pulse"`
	Team     string           `json:"team"`
	Title    string           `json:"title"`
	Asked    int              `json:"asked"`
	Replied  *int             `json:"replied"` // null when withheld
	OpenMode bool             `json:"open_mode"`
	Shown    string           `json:"shown"`
	Findings []releasedAnswer `json:"findings"`
}

type releasedAnswer struct {
	Question string           `json:"question"`
	Shown    string           `json:"shown"`
	Upper    *int             `json:"moderate_or_large,omitempty"`
	Total    *int             `json:"total,omitempty"`
	Options  []releasedOption `json:"options,omitempty"`
}

type releasedOption struct {
	Label string `json:"label"`
	Count int    `json:"count"`
}

func releasedOf(pulse programme.Pulse, r programme.Result) released {
	out := released{
		Pulse: pulse.ID, Team: pulse.Team, Title: pulse.Title, Asked: r.Asked, OpenMode: r.OpenMode,
		Shown: r.Words(), Findings: []releasedAnswer{},
	}
	if !r.Withheld {
		out.Replied = &r.Replied
	}
	for _, f := range r.Findings {
		answer := releasedAnswer{Question: f.Text, Shown: f.Shown, Upper: f.Upper, Total: f.Total}
		for _, o := range f.Options {
			answer.Options = append(answer.Options, releasedOption(o))
		}
		out.Findings = append(out.Findings, answer)
	}
	return out
}
