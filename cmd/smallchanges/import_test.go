package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
	"smallchanges/internal/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// bring imports a file with this text, and returns what was printed.
func bring(t *testing.T, f *storetest.Fixture, name, text string, c importChangesCmd) (string, error) {
	t.Helper()
	c.File = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(c.File, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	p, out := at(t, f)
	err := c.Run(p)
	return out.String(), err
}

// eventful is a council whose changes say everything that a change can.
func eventful(t *testing.T) *storetest.Fixture {
	t.Helper()
	f := storetest.Open(t)
	people := []string{"ana", "ben", "jo", "kit"}
	titles := []string{
		formula, "+1", "-1 form", "@all read this", "'=1+1", "''@all", "'tis shorter", "“Quoted”, \"twice\"; and more", "A 🙂 in it, é",
		"_x0041_ as it is", "<b>&amp;</b>", "007", "1e5", "TRUE", "2026-12-07", "null", "a\u2028b",
	}
	for i, state := range append(programme.States, programme.States...) {
		f.Clock.Add(time.Hour + 1234*time.Millisecond)
		by := f.By(people[i%len(people)], "")
		c, err := programme.Propose(titles[i%len(titles)], "=why\n\n\"not\" 'so', then;\n-end "+fmt.Sprint(i), by.Member, by.At)
		if err != nil {
			t.Fatal(err)
		}
		c, err = f.Propose(t.Context(), by, c)
		if err != nil {
			t.Fatal(err)
		}
		_, err = f.EditChange(t.Context(), by, c.Number, func(c *programme.Change) (programme.History, []programme.Notice, error) {
			c.State, c.Learning, c.Impact = state, "@learned\n= more", "-5 hours"
			c.Scope = []programme.Scope{"", programme.Ours, programme.Manager, programme.OtherService, programme.National}[i%5]
			c.Barrier, c.Strand = "=typed twice", f.Team(c.Team).Strands[0]
			c.Guess = programme.TimeGiven{Minutes: 15, Times: 3, People: 1 + i}
			c.EarlierSupporters, c.ReviewOn = i*7, "2026-12-07"
			if i%2 == 1 {
				c.Blocked, c.BlockedRole, c.ReplyBy = "The service (ours) has to agree", "Youth service manager :)", "2026-12-10"
				c.Owner, c.Lineage = f.Person("lena").Ref(), "SC-1"
			}
			if state == programme.Merged {
				c.MergedInto = 1 + i%3
			}
			return programme.History{At: by.At, What: programme.Edited}, nil, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err = f.Support(t.Context(), f.By("dan", ""), c.Number, true); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

// What is exported and imported elsewhere is exported from there just the same.
func TestImportAndExportLoseNothing(t *testing.T) {
	t.Parallel()
	from := eventful(t)
	for _, format := range []string{"csv", "json", "xlsx"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			to := storetest.Open(t)
			text := export(t, from, exportCmd{What: "changes", Format: format})
			if said, err := bring(t, to, "list."+format, text, importChangesCmd{}); err != nil || said != "18 changes imported.\n" {
				t.Fatalf("said %q, %v", said, err)
			}
			for _, as := range []string{"csv", "json", "xlsx"} {
				had, has := export(t, from, exportCmd{What: "changes", Format: as}), export(t, to, exportCmd{What: "changes", Format: as})
				if had != has {
					if as == "xlsx" {
						t.Errorf("the workbooks differ")
						continue
					}
					t.Errorf("as %s: %s", as, cmp.Diff(had, has))
				}
			}
			if text == export(t, storetest.Open(t), exportCmd{What: "changes", Format: format}) {
				t.Error("the export is empty")
			}
		})
	}
}

// crowd is a list of so many changes, of every state, as an export writes it.
func crowd(t *testing.T, n int) string {
	t.Helper()
	var text strings.Builder
	out := csv.NewWriter(&text)
	lines := [][]string{strings.Split(changeColumns, ", ")}
	places := [][]string{
		{"Willow", "Early help", "Ana Ortiz", "Meetings"},
		{"Rowan", "Early help", "Jo Barker", "Time with families"},
		{"Alder", "Children looked after", "Kit Moore", "Working with partners"},
	}
	for i := range n {
		state, lineage, place := programme.States[i%len(programme.States)], "", places[i%len(places)]
		if state == programme.Merged {
			lineage = "into " + programme.Ref(1+(i*7)%n/9*9) // each ninth from the first is an idea
		}
		lines = append(lines, []string{
			programme.Ref(i + 1), fmt.Sprintf("Idea, number %d of a longer list", i), fmt.Sprintf("Because of\nthe forms, %d", i), place[3],
			"Notes are typed twice", "team", string(state), "The form has to change (IT lead, by 2026-12-10)", place[2], place[2], place[0], place[1],
			fmt.Sprint(i % 40), "Less typing", "15", "3", "8", "2026-12-07", fmt.Sprintf("'=learned, %d", i), lineage,
			"2026-01-02T03:04:05Z", fmt.Sprintf("2026-11-%02dT10:00:00Z", 1+i%25),
		})
	}
	if err := out.WriteAll(lines); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// Thousands of rows come in as they are, and go out again the same.
func TestImportOfThousands(t *testing.T) {
	t.Parallel()
	rows := 5000
	if underRace { // each row takes twenty times as long
		rows = 500
	}
	f := storetest.Open(t)
	text, start := crowd(t, rows), time.Now()
	if said, err := bring(t, f, "list.csv", text, importChangesCmd{}); err != nil || said != fmt.Sprintf("%d changes imported.\n", rows) {
		t.Fatalf("said %.200q, %v", said, err)
	}
	t.Logf("%d rows took %v", rows, time.Since(start))
	if diff := cmp.Diff(text, export(t, f, exportCmd{What: "changes", Format: "csv"})); diff != "" {
		t.Errorf("%.2000s", diff)
	}
	small := storetest.Open(t)
	if _, err := bring(t, small, "list.csv", crowd(t, 300), importChangesCmd{}); err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"json", "xlsx"} {
		again := storetest.Open(t)
		had := export(t, small, exportCmd{What: "changes", Format: format})
		if _, err := bring(t, again, "list."+format, had, importChangesCmd{}); err != nil {
			t.Fatal(err)
		}
		if has := export(t, again, exportCmd{What: "changes", Format: format}); has != had {
			t.Errorf("%d bytes of %s are %d after a round trip", len(had), format, len(has))
		}
	}
}

// Everything wrong is told together, by row and column, and nothing is kept.
func TestImportRefusesAFileAsAWhole(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	f.Idea("ana", "Here already")
	text := "ref;title;team;state;owner;minutes_per_time;review_on;lineage;strand;colour\r\n" +
		"SC-1;Good;Willow;;;;;;;\r\n" +
		"\r\n" +
		"SC-5;\"Two\nlines\";Wilow;dreaming;Nobody Known;12.5;7/12/26;;;\r\n" +
		";;;;;;;;;\r\n" +
		"SC-5;;Willow;merged;;;;into SC-77;Gardening;red\r\n"
	_, err := bring(t, f, "list.csv", text, importChangesCmd{})
	want := `The file needs mending. Nothing was imported.
row 1, colour: This is not a column we know. Take it away, or rename it. docs/import.md lists them all.
row 2, ref: SC-1 is taken here already. Leave it empty for the next number.
row 4, state: “dreaming” is not known here. Write one of: idea, chosen, trying, reviewing, kept, stopped, parked, passed on, merged.
row 4, owner: There is nobody called “Nobody Known” in this council. Write the name as the council file has it, or leave it empty.
row 4, team: There is no team “Wilow”. The teams are Alder, Rowan, Willow.
row 4, minutes_per_time: Give a whole number from 1 to 480, or leave all three empty.
row 4, times_per_week: Give a whole number from 1 to 200, or leave all three empty.
row 4, people: Give a whole number from 1 to 1000, or leave all three empty.
row 4, review_on: “7/12/26” is not a day. Write it like 2026-12-07.
row 6, ref: SC-5 is in row 4 already. Leave it empty for the next number.
row 6, title: Say in one line what you would change.
row 6, strand: Willow has no strand “Gardening”. It has: Effective recording practices, Meetings.
row 6, lineage: There is no SC-77 here or in the file, so this cannot be part of it.`
	if diff := cmp.Diff(want, fault.Words(err)); diff != "" || !fault.Is(err, fault.Invalid) {
		t.Error(diff, err)
	}
	if rows := exportRows(t, f, "changes"); len(rows) != 1 {
		t.Errorf("%d changes are kept", len(rows))
	}
	said, err := bring(t, f, "list.csv", text, importChangesCmd{JSON: true})
	var told imported
	if wrong := json.Unmarshal([]byte(said), &told); wrong != nil || err == nil || len(told.Mistakes) != 13 || told.Imported != 0 || told.Mistakes[0].Column != "colour" {
		t.Errorf("for programs: %s %v %v", said, wrong, err)
	}
}

func TestImportShowsTheFirstMistakes(t *testing.T) {
	t.Parallel()
	_, err := bring(t, storetest.Open(t), "list.csv", "title,team\n"+strings.Repeat("Shorter forms,Oak\n", 512), importChangesCmd{})
	shown := strings.Split(fault.Words(err), "\n")
	if len(shown) != 202 || shown[201] != "and 312 more" || !strings.HasPrefix(shown[200], "row 201, team: ") {
		t.Errorf("%d lines, the last %q", len(shown), shown[len(shown)-1])
	}
}

// The refused file in the page about it is refused so.
func TestImportPageTellsTheTruth(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "import.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(page), "```\n")
	if len(blocks) != 7 {
		t.Fatalf("the page has %d parts", len(blocks))
	}
	_, err = bring(t, storetest.Open(t), "list.csv", blocks[3], importChangesCmd{})
	if diff := cmp.Diff(strings.TrimSuffix(blocks[5], "\n"), fault.Words(err)); diff != "" {
		t.Error(diff)
	}
	for _, column := range strings.Split(changeColumns, ", ") {
		if !strings.Contains(string(page), "`"+column+"`") {
			t.Errorf("the page does not tell of %s", column)
		}
	}
}

// A dry run checks all and keeps nothing; what may surprise is told.
func TestImportDryRunKeepsNothing(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	text := "title,team,service,lineage\nShorter forms,willow,Other,SC-9\n"
	said, err := bring(t, f, "list.csv", text, importChangesCmd{DryRun: true})
	want := "Note: row 2, service: willow belongs to Early help here, so “Other” is not kept.\n" +
		"Note: row 2, lineage: There is no SC-9 here or in the file. It is kept as words.\n" +
		"1 change would be imported. Nothing was kept. To import, leave out --dry-run.\n"
	if diff := cmp.Diff(want, said); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if rows := exportRows(t, f, "changes"); len(rows) != 0 {
		t.Errorf("%d changes are kept", len(rows))
	}
	said, err = bring(t, f, "list.csv", text, importChangesCmd{JSON: true})
	var told imported
	if wrong := json.Unmarshal([]byte(said), &told); wrong != nil || err != nil || told.Imported != 1 || told.Changes[0] != (importedRow{2, "SC-1"}) || len(told.Warnings) != 2 {
		t.Errorf("for programs: %s %v %v", said, wrong, err)
	}
}

// Whatever a cell says, its apostrophe is put there and taken away again.
func TestApostrophesComeAndGo(t *testing.T) {
	t.Parallel()
	for typed, written := range map[string]string{
		"=1": "'=1", "'=1": "''=1", "''=1": "'''=1", "-": "'-", "\tx": "'\tx", "'": "'", "''": "''", "'tis": "'tis", "": "", "a=1": "a=1",
	} {
		if got := harmless(typed); got != written {
			t.Errorf("%q is written %q, want %q", typed, got, written)
		}
		if got := asTyped(written); got != typed {
			t.Errorf("%q is read %q, want %q", written, got, typed)
		}
	}
	if got := asTyped("-1 form"); got != "-1 form" {
		t.Errorf("what people wrote themselves is read %q", got)
	}
}
