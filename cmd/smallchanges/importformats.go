package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"smallchanges/internal/fault"

	"github.com/xuri/excelize/v2"
)

const notAList = "The file is no list of changes. Write it as smallchanges export changes --format json does."

// readJSON reads a list of objects with words or numbers. The first is row 2, as it would be
// in a spreadsheet.
func (f *changeFile) readJSON(text []byte) error {
	if !utf8.Valid(text) {
		return fault.New(fault.Invalid, notUTF8)
	}
	in := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	in.UseNumber()
	if token, err := in.Token(); err != nil || token != json.Delim('[') {
		return fault.Hide(fault.Invalid, errors.Join(err, errors.New("it does not begin with [")), notAList)
	}
	for row := 2; in.More(); row++ {
		if err := f.readObject(in, row); err != nil {
			return err
		}
	}
	if _, err := in.Token(); err != nil {
		return notJSON(err, 0)
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return fault.New(fault.Invalid, "Something follows the end of the list. Take it away.")
	}
	return nil
}

func (f *changeFile) readObject(in *json.Decoder, row int) error {
	if token, err := in.Token(); err != nil || token != json.Delim('{') {
		return fault.Hide(fault.Invalid, errors.Join(err, fmt.Errorf("row %d is no object", row)), notAList)
	}
	cells, seen := map[string]string{}, map[string]bool{}
	for in.More() {
		token, err := in.Token()
		if err != nil {
			return notJSON(err, row)
		}
		name, _ := token.(string)
		if seen[name] {
			f.complain(row, name, "This is there twice. Take one away.")
		}
		seen[name] = true
		if !slices.Contains(f.columns, name) {
			if err := f.column(row, name); err != nil {
				return err
			}
		}
		var value any
		if err := in.Decode(&value); err != nil {
			return notJSON(err, row)
		}
		switch v := value.(type) {
		case nil:
		case string:
			if strings.TrimSpace(v) != "" {
				cells[name] = v
			}
		case json.Number:
			cells[name] = v.String()
		default:
			f.complain(row, name, "Write words in quotes, or a number.")
		}
	}
	if _, err := in.Token(); err != nil {
		return notJSON(err, row)
	}
	return f.take(row, cells)
}

func notJSON(err error, row int) error {
	where := ""
	if row > 0 {
		where = fmt.Sprintf(" in row %d", row)
	}
	return fault.Hide(fault.Invalid, err, "The file is not JSON that can be read"+where+". Nothing was imported.")
}

// mostUnpacked is how large a workbook may be once it is unpacked: it can hold far more
// than its size says.
const mostUnpacked = 200 << 20

// readXLSX reads the sheet called changes, or the only one.
func (f *changeFile) readXLSX(text []byte) (err error) {
	// A broken workbook must not end the program, wherever its parser stumbles.
	defer func() {
		if trouble := recover(); trouble != nil {
			err = fault.Hide(fault.Invalid, fmt.Errorf("read workbook: %v", trouble), notAWorkbook)
		}
	}()
	book, err := excelize.OpenReader(bytes.NewReader(text), excelize.Options{RawCellValue: true, UnzipSizeLimit: mostUnpacked})
	if err != nil {
		return fault.Hide(fault.Invalid, err, notAWorkbook)
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	sheet, err := sheetOfChanges(book.GetSheetList())
	if err != nil {
		return err
	}
	properties, err := book.GetWorkbookProps()
	if err != nil {
		return fault.Hide(fault.Invalid, err, notAWorkbook)
	}
	since1904 := properties.Date1904 != nil && *properties.Date1904
	rows, err := book.Rows(sheet)
	if err != nil {
		return fault.Hide(fault.Invalid, err, notAWorkbook)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for row := 1; rows.Next(); row++ {
		values, err := rows.Columns()
		if err != nil {
			return fault.Hide(fault.Invalid, err, notAWorkbook)
		}
		if err := f.xlsxRow(row, values, since1904); err != nil {
			return err
		}
	}
	if err := rows.Error(); err != nil {
		return fault.Hide(fault.Invalid, err, notAWorkbook)
	}
	return nil
}

const notAWorkbook = "The file cannot be read as a workbook. Save it again as .xlsx, without a password."

func sheetOfChanges(sheets []string) (string, error) {
	for _, name := range sheets {
		if strings.EqualFold(name, "changes") {
			return name, nil
		}
	}
	if len(sheets) == 1 {
		return sheets[0], nil
	}
	return "", fault.New(fault.Invalid, "The workbook has several sheets: "+and(sheets)+". Call the one with the changes “changes”.")
}

func (f *changeFile) xlsxRow(row int, values []string, since1904 bool) error {
	if f.columns == nil {
		if strings.TrimSpace(strings.Join(values, "")) == "" {
			return nil
		}
		return f.header(row, values)
	}
	for i := range min(len(values), len(f.columns)) {
		switch f.columns[i] {
		case "review_on":
			values[i] = dateOf(values[i], since1904, time.DateOnly)
		case "created_at", "updated_at":
			values[i] = dateOf(values[i], since1904, time.RFC3339)
		}
	}
	return f.add(row, values)
}

// dateOf is a date as a spreadsheet keeps it, a number of days, in our writing. Words stay.
func dateOf(value string, since1904 bool, layout string) string {
	days, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return value
	}
	at, err := excelize.ExcelDateToTime(days, since1904)
	if err != nil {
		return value
	}
	return at.Round(time.Second).Format(layout)
}
