package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
	"smallchanges/internal/store"
)

// mostMistakes is how many mistakes of a file are shown: nobody reads thousands.
const mostMistakes = 200

type importCmd struct {
	Changes importChangesCmd `cmd:"" help:"Bring a list of changes that was kept elsewhere. Example: smallchanges import changes list.csv --dry-run"`
}

type importChangesCmd struct {
	File    string `arg:"" help:"The list, as .csv, .json or .xlsx. Its columns: docs/import.md"`
	Council string `help:"Into this council; needed only when there are several."`
	DryRun  bool   `help:"Check the file and say what would be imported, and keep nothing."`
	JSON    bool   `name:"json" help:"For programs."`
}

// imported is what an import did, for programs.
type imported struct {
	DryRun   bool                `json:"dry_run"`
	Imported int                 `json:"imported"` // with a dry run: how many would be
	Changes  []importedRow       `json:"changes"`
	Warnings []programme.Mistake `json:"warnings"`
	Mistakes []programme.Mistake `json:"mistakes"`
}

type importedRow struct {
	Row int    `json:"row"`
	Ref string `json:"ref"`
}

func (c *importChangesCmd) Run(p *program) error {
	file, err := readChanges(c.File)
	if err != nil {
		return err
	}
	return p.withStore(func(db *store.Store) error {
		council, err := p.council(db, c.Council)
		if err != nil {
			return err
		}
		by := programme.By{Council: council.ID, At: time.Now()}
		entries := file.entries(by.At)
		// What is wrong with the file itself is told together with what is wrong in its rows.
		done, err := db.ImportChanges(p.ctx, by, entries, c.DryRun || len(file.wrong) > 0)
		if err != nil {
			return err
		}
		done.Wrong = append(file.wrong, done.Wrong...)
		return c.say(p, done)
	})
}

// say prints what the import did, or refuses the file with all that is wrong in it.
func (c *importChangesCmd) say(p *program, done programme.Import) error {
	sorted(done.Warnings)
	if c.JSON {
		if err := writeJSON(p.out, c.result(done)); err != nil {
			return err
		}
		return mistakes(done.Wrong)
	}
	if len(done.Wrong) > 0 {
		return mistakes(done.Wrong)
	}
	for _, line := range lines(done.Warnings) {
		fmt.Fprintln(p.out, "Note: "+line)
	}
	count := programme.Count(len(done.Entries), "change", "changes")
	switch {
	case len(done.Entries) == 0:
		fmt.Fprintln(p.out, "There is no change in the file, so nothing was imported.")
	case c.DryRun:
		fmt.Fprintf(p.out, "%s would be imported. Nothing was kept. To import, leave out --dry-run.\n", count)
	default:
		fmt.Fprintf(p.out, "%s imported.\n", count)
	}
	return nil
}

func (c *importChangesCmd) result(done programme.Import) imported {
	r := imported{
		DryRun: c.DryRun, Changes: []importedRow{},
		Warnings: append([]programme.Mistake{}, done.Warnings...), Mistakes: append([]programme.Mistake{}, done.Wrong...),
	}
	sorted(r.Mistakes)
	if len(done.Wrong) > 0 {
		return r
	}
	r.Imported = len(done.Entries)
	for _, e := range done.Entries {
		r.Changes = append(r.Changes, importedRow{e.Row, e.Change.Ref()})
	}
	return r
}

// mistakes is the refusal of a file with these mistakes; none is no refusal.
func mistakes(wrong []programme.Mistake) error {
	if len(wrong) == 0 {
		return nil
	}
	sorted(wrong)
	return fault.New(fault.Invalid, "The file needs mending. Nothing was imported.\n"+strings.Join(lines(wrong), "\n"))
}

// sorted puts mistakes in the order of the file: by row, and there by column.
func sorted(wrong []programme.Mistake) {
	columns := strings.Split(changeColumns, ", ")
	slices.SortStableFunc(wrong, func(a, b programme.Mistake) int {
		return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(slices.Index(columns, a.Column), slices.Index(columns, b.Column)))
	})
}

// lines are mistakes in words, at most so many.
func lines(wrong []programme.Mistake) []string {
	var list []string
	for i, m := range wrong {
		if i == mostMistakes {
			return append(list, fmt.Sprintf("and %d more", len(wrong)-i))
		}
		list = append(list, fmt.Sprintf("row %d, %s: %s", m.Row, m.Column, m.Say))
	}
	return list
}
