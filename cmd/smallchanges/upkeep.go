package main

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/slack"
	"smallchanges/internal/store"
)

type manifestCmd struct {
	Slack manifestSlackCmd `cmd:"" help:"For Slack. Example: smallchanges manifest slack --http https://bot.example"`
}

type manifestSlackCmd struct {
	HTTP string `name:"http" help:"Public address for HTTP mode; left out means Socket Mode."`
}

func (c *manifestSlackCmd) Run(p *program) error {
	_, err := fmt.Fprintln(p.out, string(slack.Manifest(strings.TrimSuffix(c.HTTP, "/"))))
	return err
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

type restoreCmd struct {
	File  string `arg:"" help:"The backup; see backup."`
	Force bool   `help:"Replace the database that is there. It is kept beside the new one."`
}

// Run needs the database for itself: whoever serves it would go on with the old one.
func (c *restoreCmd) Run(p *program) (err error) {
	unlock, err := store.Lock(p.config.DatabaseURL)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	replaced, err := store.Restore(p.ctx, p.config.DatabaseURL, c.File, c.Force, time.Now)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "The database is as %s had it. What was sent since then is not sent again; this week nothing more is sent by itself.\n", c.File)
	if replaced != "" {
		fmt.Fprintf(p.out, "The one before is kept as %s. Delete it when you do not need it any more.\n", replaced)
	}
	return nil
}

type checkCmd struct {
	JSON bool `help:"For programs."`
}

// checked is what check found, for programs.
type checked struct {
	OK       bool     `json:"ok"`
	Schema   int64    `json:"schema"`
	Problems []string `json:"problems"`
}

func (c *checkCmd) Run(p *program) error {
	return p.withStore(func(db *store.Store) error {
		problems, err := db.Check(p.ctx)
		if err != nil {
			return err
		}
		schema, _, err := db.Schema(p.ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			if err := writeJSON(p.out, checked{len(problems) == 0, schema, append([]string{}, problems...)}); err != nil {
				return err
			}
		}
		if len(problems) > 0 {
			return fault.New(fault.Broken, "The database has problems. Restore a backup.\n"+strings.Join(problems, "\n"))
		}
		if !c.JSON {
			fmt.Fprintln(p.out, "The database is whole: integrity, references and schema are right.")
		}
		return nil
	})
}

type versionCmd struct {
	JSON bool `help:"For programs."`
}

func (c *versionCmd) Run(p *program) error {
	v := struct {
		Version string `json:"version"`
		Commit  string `json:"commit"`
		Go      string `json:"go"`
	}{"unknown", "unknown", runtime.Version()}
	if info, ok := debug.ReadBuildInfo(); ok {
		v.Version = info.Main.Version
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				v.Commit = s.Value
			}
		}
	}
	if c.JSON {
		return writeJSON(p.out, v)
	}
	_, err := fmt.Fprintf(p.out, "smallchanges %s, commit %s, %s\n", v.Version, v.Commit, v.Go)
	return err
}
