package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// writeJSON writes a value for programs, and for people who look at it.
func writeJSON(to io.Writer, value any) error {
	encoder := json.NewEncoder(to)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// MarshalJSON writes a table as a list of objects, their fields in the order of its columns.
func (t table) MarshalJSON() ([]byte, error) {
	rows := make([]object, len(t.rows))
	for i, row := range t.rows {
		for j, value := range row {
			if _, none := value.(absent); !none {
				rows[i] = append(rows[i], field{t.columns[j], value})
			}
		}
	}
	return encoded(rows)
}

// together is several tables as one object, by their names.
func together(tables []table) object {
	var all object
	for _, t := range tables {
		all = append(all, field{t.name, t})
	}
	return all
}

// object is a JSON object that keeps the order of its fields.
type object []field

type field struct {
	name  string
	value any
}

// MarshalJSON writes the fields in their order.
func (o object) MarshalJSON() ([]byte, error) {
	var text bytes.Buffer
	for i, f := range o {
		name, err := encoded(f.name)
		if err != nil {
			return nil, err
		}
		value, err := encoded(f.value)
		if err != nil {
			return nil, err
		}
		separator := ","
		if i == 0 {
			separator = "{"
		}
		fmt.Fprintf(&text, "%s%s:%s", separator, name, value)
	}
	if len(o) == 0 {
		return []byte("{}"), nil
	}
	text.WriteByte('}')
	return text.Bytes(), nil
}

// encoded is JSON with < and > as they are: people read it too.
func encoded(value any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSpace(text.Bytes()), err
}

// writeCSV writes a table with its column names.
func writeCSV(to io.Writer, t table) error {
	out := csv.NewWriter(to)
	lines := [][]string{t.columns}
	for _, row := range t.rows {
		line := make([]string, len(row))
		for i, value := range row {
			line[i] = harmless(cell(value))
		}
		lines = append(lines, line)
	}
	return out.WriteAll(lines)
}

// cell is a value in words.
func cell(value any) string {
	switch v := value.(type) {
	case nil, absent:
		return ""
	case []string:
		return strings.Join(v, ", ")
	default:
		return fmt.Sprint(v)
	}
}

// harmless keeps a spreadsheet from taking somebody's words for a formula, with an
// apostrophe. Words that begin with apostrophes and then like a formula get one more, so
// that asTyped can tell them from those that had none.
func harmless(cell string) string {
	if couldRun(strings.TrimLeft(cell, "'")) {
		return "'" + cell
	}
	return cell
}

// asTyped takes away what harmless added, and nothing else.
func asTyped(cell string) string {
	if rest, found := strings.CutPrefix(cell, "'"); found && couldRun(strings.TrimLeft(rest, "'")) {
		return rest
	}
	return cell
}

// couldRun reports whether a spreadsheet could take words for a formula.
func couldRun(cell string) bool { return strings.IndexAny(cell, "=+-@\t\r") == 0 }

// writeXLSX writes a workbook with a sheet for each table. Words are typed as text there,
// so none of them can be a formula.
func writeXLSX(to io.Writer, tables []table) (err error) {
	book := excelize.NewFile()
	defer func() { err = errors.Join(err, book.Close()) }()
	for i, t := range tables {
		if i == 0 {
			err = book.SetSheetName(book.GetSheetName(0), t.name)
		} else {
			_, err = book.NewSheet(t.name)
		}
		if err != nil {
			return err
		}
		if err := writeSheet(book, t); err != nil {
			return fmt.Errorf("sheet %s: %w", t.name, err)
		}
	}
	return book.Write(to)
}

func writeSheet(book *excelize.File, t table) error {
	sheet, err := book.NewStreamWriter(t.name)
	if err != nil {
		return err
	}
	// The column names stay in sight.
	if err := sheet.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	names := make([]any, len(t.columns))
	for i, name := range t.columns {
		names[i] = name
	}
	for i, row := range append([][]any{names}, t.rows...) {
		cells := make([]any, len(row))
		for j, value := range row {
			switch value.(type) {
			case int, int64:
				cells[j] = value
			default:
				cells[j] = cell(value)
			}
		}
		if err := sheet.SetRow(fmt.Sprintf("A%d", i+1), cells); err != nil {
			return err
		}
	}
	return sheet.Flush()
}
