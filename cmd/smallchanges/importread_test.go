package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// readAs reads a file of this name with this text.
func readAs(t testing.TB, name string, text []byte) (*changeFile, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return readChanges(path)
}

// One list is understood however a spreadsheet wrote it.
func TestReadingUnderstandsWhatSpreadsheetsWrite(t *testing.T) {
	t.Parallel()
	want := []changeRow{
		{2, map[string]string{"title": "Shorter forms", "team": "Willow", "why": "Two\nlines", "supporters": "3"}},
		{4, map[string]string{"title": "=1+1", "team": "Rowan"}},
	}
	for name, text := range map[string]string{
		"plain.csv":     "title,team,why,supporters\nShorter forms,Willow,\"Two\nlines\",3\n\n'=1+1,Rowan,,\n",
		"mark.csv":      "\ufeff\"Title\",TEAM,why, supporters \nShorter forms,Willow,\"Two\nlines\",3\n,,,\n'=1+1,Rowan,,",
		"semicolon.csv": "title;team;why;supporters;;\r\nShorter forms;Willow;\"Two\r\nlines\";3;;\r\n\r\n'=1+1;Rowan;;;;\r\n",
		"tabs.csv":      "title\tteam\twhy\tsupporters\nShorter forms\tWillow\t\"Two\nlines\"\t3\n \t\t\t\n=1+1\tRowan",
		"old.csv":       "title,team,why,supporters\rShorter forms,Willow,\"Two\rlines\",3\r\r=1+1,Rowan,,\r",
		"list.json": `[{"supporters": 3, "title": "Shorter forms", "team": "Willow", "why": "Two\nlines", "owner": null}, {},
			{"title": "=1+1", "team": "Rowan", "why": " "}]`,
		"LIST.JSON": "\ufeff" + `[{"team": "Willow", "title": "Shorter forms", "why": "Two\nlines", "supporters": "3"}, {}, {"title": "=1+1", "team": "Rowan"}]`,
	} {
		f, err := readAs(t, name, []byte(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(want, f.rows, cmp.AllowUnexported(changeRow{})); diff != "" || len(f.wrong) > 0 {
			t.Errorf("%s: %s %v", name, diff, f.wrong)
		}
	}
}

// workbook is a spreadsheet as a person makes one, with dates that are dates.
func workbook(t *testing.T, sheets ...string) []byte {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	var wrong error
	note := func(err error) {
		if err != nil {
			wrong = err
		}
	}
	note(book.SetSheetName("Sheet1", sheets[0]))
	for _, name := range sheets[1:] {
		_, err := book.NewSheet(name)
		note(err)
	}
	last := sheets[len(sheets)-1]
	note(book.SetSheetRow(last, "A1", &[]any{"Title", "team", "review_on", "created_at", "minutes_per_time"}))
	day := time.Date(2026, time.December, 7, 0, 0, 0, 0, time.UTC)
	note(book.SetSheetRow(last, "A2", &[]any{"'=Shorter forms", "Willow", day, day.Add(9*time.Hour + 30*time.Minute), 15}))
	note(book.SetSheetRow(last, "A5", &[]any{2026, "Rowan", "2026-12-07", "2026-12-07", "15"}))
	if wrong != nil {
		t.Fatal(wrong)
	}
	var text bytes.Buffer
	if err := book.Write(&text); err != nil {
		t.Fatal(err)
	}
	return text.Bytes()
}

func TestReadingWorkbooks(t *testing.T) {
	t.Parallel()
	want := []changeRow{
		{2, map[string]string{"title": "'=Shorter forms", "team": "Willow", "review_on": "2026-12-07", "created_at": "2026-12-07T09:30:00Z", "minutes_per_time": "15"}},
		{5, map[string]string{"title": "2026", "team": "Rowan", "review_on": "2026-12-07", "created_at": "2026-12-07", "minutes_per_time": "15"}},
	}
	for _, sheets := range [][]string{{"Tabelle1"}, {"Notes", "Changes"}} {
		f, err := readAs(t, "list.xlsx", workbook(t, sheets...))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, f.rows, cmp.AllowUnexported(changeRow{})); diff != "" {
			t.Errorf("%v: %s", sheets, diff)
		}
	}
	if _, err := readAs(t, "list.xlsx", workbook(t, "One", "Two")); !strings.Contains(fault.Words(err), "One and Two") {
		t.Errorf("two sheets: %v", err)
	}
}

// What cannot be read is refused with what to do about it.
func TestReadingRefusesInWords(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, say string }{
		"list.txt":       {"title", ".csv, .json or .xlsx"},
		"latin.csv":      {"title,team\nCaf\xe9,Willow\n", "CSV UTF-8"},
		"latin.json":     {"[{\"title\": \"Caf\xe9\"}]", "CSV UTF-8"},
		"quote.csv":      {"title,team\nA \"quote,Willow\n", "line 2"},
		"wide.csv":       {"title" + strings.Repeat(",", 500), "more than 200 columns"},
		"long.csv":       {"title\n" + strings.Repeat("x\n", 20_001), "more than 20000 rows"},
		"large.csv":      {"title\n" + strings.Repeat("x", 20<<20), "larger than 20 MB"},
		"object.json":    {`{"changes": []}`, "no list of changes"},
		"words.json":     {`["title"]`, "no list of changes"},
		"cut.json":       {`[{"title": "Shorter`, "in row 2"},
		"more.json":      {`[] []`, "follows the end"},
		"workbook.xlsx":  {"PK\x03\x04", "as a workbook"},
		"workbook2.xlsx": {"title,team", "as a workbook"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := readAs(t, name, []byte(test.text)); !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Words(err), test.say) {
				t.Errorf("%v %q", err, fault.Words(err))
			}
		})
	}
	if _, err := readChanges(filepath.Join(t.TempDir(), "none.csv")); !fault.Is(err, fault.Invalid) {
		t.Errorf("a file that is not there: %v", err)
	}
}

// What is wrong with columns and kinds of value is gathered, since it can be told with the rest.
func TestReadingGathersMistakes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text string
		want []programme.Mistake
	}{
		"twice.csv":   {"title,title\n", []programme.Mistake{{Row: 1, Column: "title", Say: "This column is there twice. Take one away."}}},
		"none.csv":    {"why\nx\n", []programme.Mistake{{Row: 1, Column: "title", Say: "This column is missing. Name the column that says in one line what each change is."}}},
		"over.csv":    {"title\nx,,y,z\n", []programme.Mistake{{Row: 2, Column: "column 3", Say: "This column has no name. Name it in the first row, or empty the cell."}}},
		"kinds.json":  {`[{"title": ["x"], "why": true, "why": 1}]`, []programme.Mistake{{Row: 2, Column: "title", Say: "Write words in quotes, or a number."}, {Row: 2, Column: "why", Say: "Write words in quotes, or a number."}, {Row: 2, Column: "why", Say: "This is there twice. Take one away."}}},
		"empty.csv":   {"", nil},
		"empty.json":  {"[]", nil},
		"header.csv":  {"\n\ntitle,team\n", nil},
		"unknown.csv": {"title," + strings.Repeat("x", 60) + "\n", []programme.Mistake{{Row: 1, Column: strings.Repeat("x", 40) + "…", Say: "This is not a column we know. Take it away, or rename it. docs/import.md lists them all."}}},
	} {
		f, err := readAs(t, name, []byte(test.text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(test.want, f.wrong); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// Any bytes give rows, or a refusal in words.
func FuzzReadingChanges(f *testing.F) {
	var book bytes.Buffer
	if err := writeXLSX(&book, []table{{name: "changes", columns: []string{"title", "supporters"}, rows: [][]any{{"Shorter forms", 3}}}}); err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{
		"title;team\r\n'=1;\"Wil\nlow\"\r\n;\r\n", "\ufefftitle\tteam\n\"", "title\r\rx,y,z", `[{"title": 1, "why": null}, {"x": [{}]}]`, `[{"title": "x"`,
		"ref,title,state,lineage,blocked\nSC-1,x,merged,\"SC-2, into SC-1\",\"It (IT, by 2026-12-10)\"\n", book.String(),
	} {
		for i := range 3 {
			f.Add(byte(i), []byte(seed))
		}
	}
	f.Fuzz(func(t *testing.T, kind byte, text []byte) {
		file, err := readAs(t, []string{"list.csv", "list.json", "list.xlsx"}[kind%3], text)
		if err != nil {
			if !fault.Is(err, fault.Invalid) || fault.Words(err) == "" {
				t.Errorf("refused without words: %v", err)
			}
			return
		}
		roster := programme.Roster{Teams: []programme.Team{{ID: 1, Name: "Willow"}}}
		entries := file.entries(time.Unix(0, 0))
		roster.Match(entries)
		for _, e := range entries {
			if e.Row < 1 || len(e.Wrong) == 0 && (e.Change.Title == "" || e.Change.TeamID == 0 || e.Change.Number == 0) {
				t.Errorf("taken as right: %+v", e)
			}
		}
	})
}
