package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// Limits of a file of changes.
const (
	mostImportFile    = 20 << 20
	mostImportRows    = 20_000
	mostImportColumns = 200 // those without a name too
)

// changeFile is a file of changes as it is read: its columns, its rows that say anything,
// and what is wrong with it before anybody asks what the rows mean.
type changeFile struct {
	known   []string // the columns it may have
	columns []string // those it has, known or not
	rows    []changeRow
	wrong   []programme.Mistake
}

// changeRow is a row with what it says by column.
type changeRow struct {
	row   int // as a spreadsheet numbers it: the names of the columns are row 1
	cells map[string]string
}

// readChanges reads a file of changes in the format that its name ends in.
func readChanges(path string) (*changeFile, error) {
	read := map[string]func(*changeFile, []byte) error{
		".csv": (*changeFile).readCSV, ".json": (*changeFile).readJSON, ".xlsx": (*changeFile).readXLSX,
	}[strings.ToLower(filepath.Ext(path))]
	if read == nil {
		return nil, fault.New(fault.Invalid, "The file's name must end in .csv, .json or .xlsx, so that we know how to read it.")
	}
	text, err := readAtMost(path, mostImportFile)
	if err != nil {
		return nil, err
	}
	f := &changeFile{known: strings.Split(changeColumns, ", ")}
	if err := read(f, text); err != nil {
		return nil, err
	}
	f.needTitle()
	return f, nil
}

// readAtMost reads a file, or refuses it when it is larger. It counts what it reads, since
// what comes through a pipe has no size.
func readAtMost(path string, most int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fault.Hide(fault.Invalid, err, "The file "+path+" cannot be read. Check its name and its rights.")
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, most+1))
	if err != nil {
		return nil, fault.Hide(fault.Invalid, err, "The file "+path+" cannot be read. Check that it is a file.")
	}
	if int64(len(text)) > most {
		return nil, fault.New(fault.Invalid, fmt.Sprintf("The file %s is larger than %d MB. Split it into several.", path, most>>20))
	}
	return text, nil
}

// header takes the names of the columns, of which each may stand there once.
func (f *changeFile) header(row int, names []string) error {
	for _, name := range names {
		name = strings.ToLower(programme.CleanLine(name))
		if name != "" && slices.Contains(f.columns, name) {
			f.complain(row, name, "This column is there twice. Take one away.")
		}
		if err := f.column(row, name); err != nil {
			return err
		}
	}
	return nil
}

// column takes one more column. One without a name is refused only where a row has
// something under it: spreadsheets like to add some.
func (f *changeFile) column(row int, name string) error {
	if len(f.columns) == mostImportColumns {
		return fault.New(fault.Invalid, fmt.Sprintf("The file has more than %d columns. Is it a list of changes? docs/import.md lists the %d it may have.", mostImportColumns, len(f.known)))
	}
	if name != "" && !slices.Contains(f.known, name) {
		f.complain(row, name, "This is not a column we know. Take it away, or rename it. docs/import.md lists them all.")
	}
	f.columns = append(f.columns, name)
	return nil
}

func (f *changeFile) complain(row int, column, say string) {
	f.wrong = append(f.wrong, programme.Mistake{Row: row, Column: shortened(column), Say: say})
}

// shortened is a name of a column that can be long in a file that is no list.
func shortened(name string) string {
	if letters := []rune(name); len(letters) > 40 {
		return string(letters[:40]) + "…"
	}
	return name
}

// add takes a row in the order of the columns; one without words is only counted.
func (f *changeFile) add(row int, values []string) error {
	cells, nameless := map[string]string{}, false
	for i, value := range values {
		switch {
		case strings.TrimSpace(value) == "":
		case i >= len(f.columns) || f.columns[i] == "":
			if !nameless {
				f.complain(row, fmt.Sprintf("column %d", i+1), "This column has no name. Name it in the first row, or empty the cell.")
			}
			nameless = true
		case cells[f.columns[i]] == "":
			cells[f.columns[i]] = value
		}
	}
	return f.take(row, cells)
}

// take takes a row by its columns.
func (f *changeFile) take(row int, cells map[string]string) error {
	if len(cells) == 0 {
		return nil
	}
	if len(f.rows) == mostImportRows {
		return fault.New(fault.Invalid, fmt.Sprintf("The file has more than %d rows. Split it into several.", mostImportRows))
	}
	f.rows = append(f.rows, changeRow{row, cells})
	return nil
}

// needTitle refuses a file without titles. Its rows are not looked at: all would be wrong.
func (f *changeFile) needTitle() {
	if slices.Contains(f.columns, "title") || len(f.columns) == 0 {
		return
	}
	f.complain(1, "title", "This column is missing. Name the column that says in one line what each change is.")
	f.rows = nil
}

// entries are the rows as changes, each with what is wrong in it.
func (f *changeFile) entries(now time.Time) []programme.Entry {
	list := make([]programme.Entry, len(f.rows))
	for i, r := range f.rows {
		list[i] = programme.ReadEntry(r.row, r.cells, now)
	}
	return list
}

const notUTF8 = "The file is not UTF-8, so letters such as é would be lost. In a spreadsheet, save it as “CSV UTF-8”."

// readCSV reads what people and spreadsheets write as CSV: with commas, semicolons or tabs.
func (f *changeFile) readCSV(text []byte) error {
	if !utf8.Valid(text) {
		return fault.New(fault.Invalid, notUTF8)
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if !bytes.Contains(text, []byte("\n")) { // as old spreadsheets end their lines
		text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
	}
	in := csv.NewReader(bytes.NewReader(text))
	in.Comma, in.FieldsPerRecord = f.separator(text), -1
	var row, lines int
	var at int64
	for {
		values, err := in.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
			return fault.Hide(fault.Invalid, err, fmt.Sprintf("The quotes in line %d do not pair up, so the file cannot be read. Nothing was imported.", wrong.Line))
		}
		if err != nil {
			return err
		}
		// A row may have several lines, and the reader skips those that are empty.
		line, _ := in.FieldPos(0)
		row += line - lines
		lines += bytes.Count(text[at:in.InputOffset()], []byte("\n"))
		at = in.InputOffset()
		if err := f.csvRow(row, values); err != nil {
			return err
		}
	}
}

func (f *changeFile) csvRow(row int, values []string) error {
	for i, value := range values {
		values[i] = asTyped(value)
	}
	if f.columns == nil {
		return f.header(row, values)
	}
	return f.add(row, values)
}

// separator is the one that finds most columns in the first line.
func (f *changeFile) separator(text []byte) rune {
	best, most := ',', 0
	first, _, _ := bytes.Cut(bytes.TrimLeft(text, "\r\n"), []byte("\n"))
	for _, separator := range []rune{',', ';', '\t'} {
		in := csv.NewReader(bytes.NewReader(first))
		in.Comma = separator
		names, err := in.Read()
		if err != nil {
			continue
		}
		found := 0
		for _, name := range names {
			if slices.Contains(f.known, strings.ToLower(programme.CleanLine(name))) {
				found++
			}
		}
		if found > most {
			best, most = separator, found
		}
	}
	return best
}
