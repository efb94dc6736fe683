package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"smallchanges/internal/programme"
	"smallchanges/internal/schedule"
	"smallchanges/internal/store"
	"smallchanges/internal/store/storetest"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// at is the program on a fixture's database, with what it printed.
func at(t *testing.T, f *storetest.Fixture) (*program, *bytes.Buffer) {
	t.Helper()
	var out bytes.Buffer
	return &program{ctx: t.Context(), out: &out, config: config{DatabaseURL: f.URL, LogLevel: "error", LogFormat: "text"}}, &out
}

func export(t *testing.T, f *storetest.Fixture, c exportCmd) string {
	t.Helper()
	p, out := at(t, f)
	if err := c.Run(p); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func exportRows(t *testing.T, f *storetest.Fixture, what string) []map[string]any {
	t.Helper()
	var rows []map[string]any
	if err := json.Unmarshal([]byte(export(t, f, exportCmd{What: what, Format: "json"})), &rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

const formula = `=HYPERLINK("http://evil.example","Read me")`

// lived is a council in which something has happened.
func lived(t *testing.T) *storetest.Fixture {
	t.Helper()
	f := storetest.Open(t)
	by := f.By("ana", "")
	c, err := programme.Propose(formula, "-1 form\nless <typing>", by.Member, by.At)
	if err != nil {
		t.Fatal(err)
	}
	if c, err = f.Propose(t.Context(), by, c); err != nil {
		t.Fatal(err)
	}
	if _, err = f.Support(t.Context(), f.By("ines", ""), c.Number, true); err != nil {
		t.Fatal(err)
	}
	f.Idea("jo", "Shorter meetings")
	thanks, err := programme.Celebrate("@all thank you", []programme.Who{f.Person("ben").Ref(), f.Person("jo").Ref()}, c.Number)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = f.Celebrate(t.Context(), by, thanks); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestExportsHoldTheContractsFields(t *testing.T) {
	t.Parallel()
	f := lived(t)
	want := map[string]any{
		"ref": "SC-1", "title": formula, "why": "-1 form\nless <typing>", "strand": "", "barrier": "", "scope": "", "state": "idea",
		"blocked": "", "owner": "", "proposer": "Ana Ortiz", "team": "Willow", "service": "Early help", "supporters": 1.0,
		"intended_impact": "", "minutes_per_time": 0.0, "times_per_week": 0.0, "people": 0.0, "review_on": "", "learning": "",
		"lineage": "", "created_at": "2026-11-26T09:00:00Z", "updated_at": "2026-11-26T09:00:00Z",
	}
	if diff := cmp.Diff(want, exportRows(t, f, "changes")[0]); diff != "" {
		t.Error(diff)
	}
	past := map[string]any{"ref": "SC-1", "at": "2026-11-26T09:00:00Z", "who": "Ana Ortiz", "what": "proposed", "from": "", "to": "idea", "words": ""}
	if diff := cmp.Diff(past, exportRows(t, f, "history")[0]); diff != "" {
		t.Error(diff)
	}
	thanks := map[string]any{"at": "2026-11-26T09:00:00Z", "by": "Ana Ortiz", "people": []any{"Ben Hale", "Jo Barker"}, "ref": "SC-1", "words": "@all thank you"}
	if diff := cmp.Diff([]map[string]any{thanks}, exportRows(t, f, "celebrations")); diff != "" {
		t.Error(diff)
	}
	if text := export(t, f, exportCmd{What: "changes", Format: "json"}); strings.Index(text, `"ref"`) > strings.Index(text, `"title"`) || !strings.Contains(text, "less <typing>") {
		t.Errorf("fields in order, words as they are: %s", text)
	}
}

func TestExportOfOneTeamHoldsNoOther(t *testing.T) {
	t.Parallel()
	text := export(t, lived(t), exportCmd{What: "changes", Format: "json", Team: "rowan"})
	if !strings.Contains(text, "Shorter meetings") || strings.Contains(text, "Willow") {
		t.Errorf("Rowan's changes: %s", text)
	}
}

// Whatever people typed, no spreadsheet takes it for a formula.
func TestExportedWordsAreNoFormulas(t *testing.T) {
	t.Parallel()
	f := lived(t)
	folder := filepath.Join(t.TempDir(), "all")
	export(t, f, exportCmd{What: "all", Format: "csv", Out: folder})
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(files) != len(exports) {
		t.Fatalf("files: %v %v", files, err)
	}
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, cell := range slices.Concat(rows...) {
			if strings.IndexAny(cell, "=+-@\t\r") == 0 {
				t.Errorf("%s: a cell begins a formula: %q", path, cell)
			}
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v %v", path, info.Mode(), err)
		}
	}
	for cell, want := range map[string]string{"=1": "'=1", "+1": "'+1", "-1": "'-1", "@x": "'@x", "\tx": "'\tx", "\rx": "'\rx", "x=1": "x=1", "": "", "7": "7"} {
		if got := harmless(cell); got != want {
			t.Errorf("harmless(%q) = %q", cell, got)
		}
	}
}

func TestWorkbookHasOneSheetForEach(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "all.xlsx")
	export(t, lived(t), exportCmd{What: "all", Format: "xlsx", Out: path})
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	want := []string{"changes", "history", "reflections", "celebrations", "pulse", "participation"}
	if diff := cmp.Diff(want, book.GetSheetList()); diff != "" {
		t.Error(diff)
	}
	title, err := book.GetCellValue("changes", "B2")
	typed, ofType := book.GetCellType("changes", "B2")
	code, ofCode := book.GetCellFormula("changes", "B2")
	if title != formula || code != "" || typed == excelize.CellTypeFormula || err != nil || ofType != nil || ofCode != nil {
		t.Errorf("title %q, formula %q, type %v, %v %v %v", title, code, typed, err, ofType, ofCode)
	}
}

// What was shared without a name has none, and neither its time nor its place in the file
// tells whose it was. What is private is not there.
func TestExportedReflectionsKeepTheirPromise(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	for _, said := range []struct {
		who, words string
		share      programme.Share
	}{
		{"ana", "C named", programme.ShareNamed}, {"ben", "B unnamed", programme.ShareUnnamed}, {"cora", "A named", programme.ShareNamed}, {"dan", "Secret", programme.SharePrivate},
	} {
		f.Clock.Add(time.Minute)
		r, err := programme.Reflect(said.words, said.share)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Reflect(t.Context(), f.By(said.who, ""), r); err != nil {
			t.Fatal(err)
		}
	}
	want := "day,team,prompt,author,share,words\n" +
		"2026-11-26,Willow,,Cora Singh,named,A named\n" +
		"2026-11-26,Willow,,,unnamed,B unnamed\n" +
		"2026-11-26,Willow,,Ana Ortiz,named,C named\n"
	if diff := cmp.Diff(want, export(t, f, exportCmd{What: "reflections", Format: "csv"})); diff != "" {
		t.Error(diff)
	}
}

// pulseOf opens a pulse of a team, lets some of its members reply alike, and closes it.
func pulseOf(t *testing.T, f *storetest.Fixture, team programme.Pulse, replies int, closes bool) {
	t.Helper()
	p, _ := at(t, f)
	ballots, err := p.ballots()
	if err != nil {
		t.Fatal(err)
	}
	err = p.withRunner(func(db *store.Store, r *schedule.Runner) error {
		team.CouncilID, team.Set = f.Council, programme.ImpactSet
		team.Title, team.Questions, _ = programme.Set(programme.ImpactSet)
		pulse, err := r.OpenPulse(t.Context(), team, 5*24*time.Hour)
		if err != nil {
			return err
		}
		members, err := db.Members(t.Context(), f.Council, team.TeamID)
		if err != nil {
			return err
		}
		for _, m := range members[:replies] {
			reply := programme.Reply{}
			for _, q := range pulse.Questions {
				reply[q.ID] = q.Split
			}
			if err := ballots.Cast(t.Context(), pulse.ID, m.ID, reply); err != nil {
				return err
			}
		}
		if closes {
			_, err = r.ClosePulse(t.Context(), pulse.ID)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// An open pulse is in no export; a released one shows what its release rule allows.
func TestExportedPulsesAreReleased(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	willow, rowan, alder := f.Team("Willow").ID, f.Team("Rowan").ID, f.Team("Alder").ID
	pulseOf(t, f, programme.Pulse{TeamID: rowan}, 1, false)
	if rows := exportRows(t, f, "pulse"); len(rows) != 0 {
		t.Errorf("an open pulse is exported: %v", rows)
	}
	pulseOf(t, f, programme.Pulse{TeamID: willow, OpenMode: true}, 8, true)
	pulseOf(t, f, programme.Pulse{TeamID: alder}, 1, true)
	pulseOf(t, f, programme.Pulse{TeamID: willow}, 6, true)
	rows := exportRows(t, f, "pulse")
	_, questions, _ := programme.Set(programme.ImpactSet)
	if len(rows) != 3*len(questions) {
		t.Fatalf("%d rows for three pulses of %d questions", len(rows), len(questions))
	}
	q := questions[0]
	for i, want := range []map[string]any{
		{"pulse": 2.0, "team": "Willow", "question": q.Text, "asked": 8.0, "replied": 8.0, "shown": "8 of 8 said " + q.Upper + " (100%)", "moderate_or_large": 8.0, "total": 8.0},
		{"pulse": 3.0, "team": "Alder", "question": q.Text, "asked": 2.0, "replied": nil, "shown": "Fewer than 5 replies, so nothing is shown."},
		{"pulse": 4.0, "team": "Willow", "question": q.Text, "asked": 8.0, "replied": 6.0, "shown": "5 or 6 of 6 said " + q.Upper},
	} {
		if diff := cmp.Diff(want, rows[i*len(questions)]); diff != "" {
			t.Error(diff)
		}
	}
	p, out := at(t, f)
	if err := (&pulseResultsCmd{ID: 2, JSON: true}).Run(p); err != nil {
		t.Fatal(err)
	}
	var shown released
	if err := json.Unmarshal(out.Bytes(), &shown); err != nil || *shown.Replied != 8 || *shown.Findings[0].Upper != 8 || len(shown.Findings[0].Options) == 0 {
		t.Errorf("results %s %v", out, err)
	}
}

// A file appears whole or not at all, and takes an older one's place.
func TestWriteReplacesWholeFiles(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	folder := t.TempDir()
	path := filepath.Join(folder, "changes.json")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	export(t, f, exportCmd{What: "changes", Format: "json", Out: path})
	text, err := os.ReadFile(path)
	if err != nil || string(text) != "[]\n" {
		t.Errorf("%q %v", text, err)
	}
	left, err := os.ReadDir(folder)
	if err != nil || len(left) != 1 {
		t.Errorf("the folder holds %v %v", left, err)
	}
}
