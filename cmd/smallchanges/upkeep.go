package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"smallchanges/bot"
	"smallchanges/internal/fault"
	"smallchanges/internal/slack"
	"smallchanges/internal/store"
)

type manifestCmd struct {
	Slack manifestSlackCmd `cmd:"" help:"For Slack. Example: manifest slack, or with --http https://bot.example"`
}

type manifestSlackCmd struct {
	HTTP string `name:"http" help:"Public address for HTTP mode; left out means Socket Mode."`
}

func (c *manifestSlackCmd) Run(p *program) error {
	_, err := fmt.Fprintln(p.out, string(slack.Manifest(strings.TrimSuffix(c.HTTP, "/"))))
	return err
}

type cardsCmd struct{}

func (c *cardsCmd) Run(p *program) error {
	show := bot.Gallery()
	for _, card := range show.Cards {
		fmt.Fprintf(p.out, "== card %s\n%s\n\n", card.Kind, card.Plain())
	}
	for _, form := range show.Forms {
		fmt.Fprintf(p.out, "== form %s\n%s\n\n", form.ID, form.Plain())
	}
	return nil
}

type backupCmd struct {
	File string `arg:"" help:"Where to write the copy; it must not exist yet."`
}

func (c *backupCmd) Run(p *program) error {
	return p.withStore(func(db *store.Store) error {
		if err := db.Backup(p.ctx, c.File); err != nil {
			return err
		}
		fmt.Fprintf(p.out, "The database is copied to %s and checked.\n", c.File)
		return nil
	})
}

type checkCmd struct{}

func (c *checkCmd) Run(p *program) error {
	return p.withStore(func(db *store.Store) error {
		problems, err := db.Check(p.ctx)
		if err != nil {
			return err
		}
		if len(problems) > 0 {
			return fault.New(fault.Broken, "The database has problems. Restore a backup.\n"+strings.Join(problems, "\n"))
		}
		fmt.Fprintln(p.out, "The database is whole: integrity, references and schema are right.")
		return nil
	})
}

type versionCmd struct{}

func (c *versionCmd) Run(p *program) error {
	version, commit := "unknown", "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				commit = s.Value
			}
		}
	}
	_, err := fmt.Fprintf(p.out, "smallchanges %s, commit %s, %s\n", version, commit, runtime.Version())
	return err
}
