package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
	"smallchanges/internal/schedule"
	"smallchanges/internal/store"

	"go.yaml.in/yaml/v3"
)

// mostCouncilFile is the largest council file that is read, in bytes.
const mostCouncilFile = 4 << 20

type applyCmd struct {
	File    string `arg:"" optional:"" help:"The council file. A complete one: docs/example-council.yaml"`
	DryRun  bool   `help:"Print what would change, and change nothing."`
	Print   bool   `help:"Print the council as a file, as it is now, and change nothing. Save it with: smallchanges apply --print > council.yaml"`
	Council string `help:"With --print, of this council; needed only when there are several."`
}

// Validate refuses a command without a file, and one that would both read and print.
func (c *applyCmd) Validate() error {
	switch {
	case c.Print && (c.File != "" || c.DryRun):
		return fault.New(fault.Invalid, "--print only prints. Leave out the file and --dry-run.")
	case !c.Print && c.File == "":
		return fault.New(fault.Invalid, "Say which council file, such as council.yaml. To print the council as a file, use --print.")
	case !c.Print && c.Council != "":
		return fault.New(fault.Invalid, "--council goes with --print. A file names its own council.")
	}
	return nil
}

// Run makes the database as a council file says, or prints what it says now.
func (c *applyCmd) Run(p *program) error {
	if c.Print {
		return p.withStore(func(db *store.Store) error { return c.print(p, db) })
	}
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

// print writes the council as a file. What was set up in the chat since the last file is in it,
// so that applying it changes nothing.
func (c *applyCmd) print(p *program, db *store.Store) error {
	council, err := p.council(db, c.Council)
	if err != nil {
		return err
	}
	file, err := db.CouncilFile(p.ctx, council.ID)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "# %s as it was on %s. Every key is explained in docs/council-file.md.\n",
		programme.CleanLine(council.Name), time.Now().UTC().Format("2 January 2006 at 15:04 UTC"))
	return writeCouncil(p.out, file)
}

// writeCouncil writes a council file that readCouncil reads.
func writeCouncil(to io.Writer, file programme.CouncilFile) error {
	encoder := yaml.NewEncoder(to)
	encoder.SetIndent(2)
	return errors.Join(encoder.Encode(file), encoder.Close())
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
