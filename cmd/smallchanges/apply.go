package main

import (
	"cmp"
	"fmt"
	"os"

	"smallchanges/internal/fault"
	"smallchanges/internal/schedule"
	"smallchanges/internal/store"
)

// mostCouncilFile is the largest council file that is read, in bytes.
const mostCouncilFile = 4 << 20

type applyCmd struct {
	File   string `arg:"" help:"The council file. A complete one: docs/example-council.yaml"`
	DryRun bool   `help:"Print what would change, and change nothing."`
}

func (c *applyCmd) Run(p *program) error {
	text, err := readBounded(c.File, mostCouncilFile)
	if err != nil {
		return err
	}
	council, err := readCouncil(text)
	if err != nil {
		return err
	}
	council.Council.TimeZone = cmp.Or(council.Council.TimeZone, p.config.TimeZone)
	return p.withStore(func(db *store.Store) error {
		did, err := db.Apply(p.ctx, council, schedule.Next, c.DryRun)
		if err != nil {
			return err
		}
		for _, line := range did {
			fmt.Fprintln(p.out, line)
		}
		switch {
		case len(did) == 0:
			fmt.Fprintln(p.out, "Nothing to change: all is as the file says.")
		case c.DryRun:
			fmt.Fprintln(p.out, "Nothing was changed. To apply it, leave out --dry-run.")
		}
		return nil
	})
}

func readBounded(path string, most int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fault.Hide(fault.Invalid, err, "The file "+path+" cannot be read. Check its name.")
	}
	if info.Size() > most {
		return nil, fault.New(fault.Invalid, fmt.Sprintf("The file %s is larger than %d bytes, so it is not read.", path, most))
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fault.Hide(fault.Invalid, err, "The file "+path+" cannot be read. Check its rights.")
	}
	return text, nil
}
