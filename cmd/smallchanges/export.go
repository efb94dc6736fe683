package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
	"smallchanges/internal/store"
)

type exportCmd struct {
	What    string `arg:"" enum:"changes,history,reflections,celebrations,pulse,participation,all" help:"changes, history, reflections (shared ones), celebrations, pulse (released results), participation (counts), or all."`
	Format  string `enum:"json,csv,xlsx" default:"json" help:"json, csv or xlsx."`
	Team    string `help:"Only of this team; all teams when left out."`
	Council string `help:"Of this council; needed only when there are several."`
	Out     string `help:"File to write, or with all and csv the folder; printed when left out."`
}

func (c *exportCmd) Run(p *program) error {
	if c.What == "all" && c.Format == "csv" && c.Out == "" {
		return fault.New(fault.Invalid, "All of it as CSV is several files. Say into which folder: --out FOLDER")
	}
	if c.Format == "xlsx" && c.Out == "" && isScreen(p.out) {
		return fault.New(fault.Invalid, "A spreadsheet cannot be shown here. Say into which file: --out FILE.xlsx")
	}
	return p.withStore(func(db *store.Store) error {
		tables, err := c.read(p, db)
		if err != nil {
			return err
		}
		if c.What == "all" && c.Format == "csv" {
			return c.folder(p, tables)
		}
		return p.write(c.Out, func(to io.Writer) error { return c.encode(to, tables) })
	})
}

// isScreen reports whether somebody would see raw bytes.
func isScreen(out io.Writer) bool {
	file, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// read makes the tables that were asked for.
func (c *exportCmd) read(p *program, db *store.Store) ([]table, error) {
	where, err := c.scope(p, db)
	if err != nil {
		return nil, err
	}
	var tables []table
	for _, e := range exports {
		if c.What != "all" && c.What != e.what {
			continue
		}
		t, err := e.read(p.ctx, where)
		if err != nil {
			return nil, fmt.Errorf("export %s: %w", e.what, err)
		}
		t.name = e.what
		tables = append(tables, t)
	}
	return tables, nil
}

// scope is what part of the database is exported. It is always of one council: references
// such as SC-12 mean something in their own council only.
func (c *exportCmd) scope(p *program, db *store.Store) (scope, error) {
	council, err := p.council(db, c.Council)
	if err != nil {
		return scope{}, err
	}
	where := scope{db: db, council: council.ID}
	if c.Team == "" {
		return where, nil
	}
	team, err := p.teamIn(db, []programme.Council{council}, c.Team)
	where.team = team.ID
	return where, err
}

// council is the one of this name, or the only one when no name is given.
func (p *program) council(db *store.Store, name string) (programme.Council, error) {
	councils, err := db.Councils(p.ctx)
	if err != nil {
		return programme.Council{}, err
	}
	var names []string
	var chosen []programme.Council
	for _, council := range councils {
		names = append(names, council.Name)
		if name == "" || strings.EqualFold(council.Name, name) {
			chosen = append(chosen, council)
		}
	}
	switch {
	case len(councils) == 0:
		return programme.Council{}, fault.New(fault.Missing, "There is no council yet. Declare one with: smallchanges apply FILE.yaml")
	case len(chosen) == 0:
		return programme.Council{}, fault.New(fault.Missing, fmt.Sprintf("There is no council called %q. There is %s.", name, and(names)))
	case len(chosen) > 1:
		return programme.Council{}, fault.New(fault.Invalid, "There are several councils: "+and(names)+". Say which one: --council NAME")
	}
	return chosen[0], nil
}

func (c *exportCmd) encode(to io.Writer, tables []table) error {
	switch c.Format {
	case "csv":
		return writeCSV(to, tables[0])
	case "xlsx":
		return writeXLSX(to, tables)
	}
	if c.What == "all" {
		return writeJSON(to, together(tables))
	}
	return writeJSON(to, tables[0])
}

// folder writes one CSV file for each table.
func (c *exportCmd) folder(p *program, tables []table) error {
	if err := makeFolder(c.Out); err != nil {
		return err
	}
	for _, t := range tables {
		path := filepath.Join(c.Out, t.name+".csv")
		if err := p.write(path, func(to io.Writer) error { return writeCSV(to, t) }); err != nil {
			return err
		}
	}
	return nil
}

// write prints, or writes a file and says so.
func (p *program) write(path string, content func(io.Writer) error) error {
	if path == "" {
		return content(p.out)
	}
	if err := writeFile(path, content); err != nil {
		return err
	}
	_, err := fmt.Fprintf(p.out, "%s is written.\n", path)
	return err
}

// writeFile makes a file that its owner alone can read, in place of an older one. It has
// its name only once it is complete.
func writeFile(path string, content func(io.Writer) error) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fault.New(fault.Invalid, path+" is a folder. Name a file in it.")
	}
	draft, err := os.CreateTemp(filepath.Dir(path), ".smallchanges-*")
	if err != nil {
		return fault.Hide(fault.Invalid, err, path+" cannot be written. Check that its folder exists and may be written to.")
	}
	defer os.Remove(draft.Name()) // gone already when all went well
	err = content(draft)
	if err == nil {
		err = draft.Sync()
	}
	if err = errors.Join(err, draft.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := os.Rename(draft.Name(), path); err != nil {
		return fault.Hide(fault.Invalid, err, path+" cannot be written. Choose another name.")
	}
	return nil
}

// and joins words as people do: "Alder, Rowan and Willow".
func and(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
