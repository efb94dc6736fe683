package main

import (
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// birds is a set of questions whose answers cannot be mistaken for anything else.
const birds = `
name: birds
title: Birds of the week
questions:
  - {id: weekbird, kind: choice, text: "Which bird was your week?", options: [Bittern, Curlew, Dunnock, Fieldfare, Goldcrest, Hoopoe, Kestrel, Lapwing], upper: [Bittern, Curlew, Dunnock, Fieldfare]}
`

// answers are those of the eight people, one each.
var answers = []string{"Bittern", "Curlew", "Dunnock", "Fieldfare", "Goldcrest", "Hoopoe", "Kestrel", "Lapwing"}

// Eight people answer a pulse, each differently, in the real dialog of the running program.
// Their answers change nothing in the database. While the pulse is open its ballot is there
// to be found; once it has closed, nothing in the whole folder leads to anybody's answer.
func TestNoTraceIsLeftWhenAPulseHasClosed(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	bot := o.serve()
	o.openBirds()
	before := rowsOf(t, o.database())
	for i, bird := range answers {
		person := o.people[i].ID
		form := o.opens(person, func() error { return o.space.As(person).Say(willowChannel, "/pulse") })
		o.sends(person, form, bird)
	}
	if diff := cmp.Diff(before, rowsOf(t, o.database())); diff != "" {
		t.Errorf("eight answers changed the database (-before +after):\n%s", diff)
	}
	o.run("backup", filepath.Join(o.folder, "backup.db")) // made at the worst time, and searched with the rest
	search := o.secrets()
	search.mustFindTheBallot(t, o.folder)

	o.run("pulse", "close", "1")
	o.hears("4 of 8 said") // so the eight answers did arrive, and only their totals came out
	search.mustFindNothing(t, o.folder)
	search.mustHaveRead(t, "smallchanges.db", "smallchanges.db-wal", "smallchanges.db-shm", "smallchanges.log", "backup.db")
	bot.stop()
	search.mustFindNothing(t, o.folder)
	search.mustFindPlants(t, o.folder)
}

// openBirds opens the pulse for fourteen days, in which everybody works, and so is invited,
// on whichever day the test runs.
func (o *office) openBirds() {
	o.t.Helper()
	set := filepath.Join(o.t.TempDir(), "birds.yaml")
	o.must(os.WriteFile(set, []byte(birds), 0o600))
	if out := o.run("pulse", "open", "--team", "Willow", "--set", set, "--close-after", "14d"); !strings.Contains(out, "8 asked") {
		o.t.Fatal(out)
	}
}

// hears waits until the team's channel has a message with these words.
func (o *office) hears(words string) {
	o.t.Helper()
	o.must(o.space.Wait(o.t.Context(), func() bool {
		messages, err := o.reads(o.people[0].ID, willowChannel)
		o.must(err)
		for _, m := range messages {
			if !m.Ephemeral && strings.Contains(m.Text, words) {
				return true
			}
		}
		return false
	}))
}

// secrets are what a search must not find: the key and tokens as the open ballot has them,
// and answers where people are.
func (o *office) secrets() *search {
	o.t.Helper()
	ballots := filepath.Join(o.folder, "ballots")
	key, err := os.ReadFile(filepath.Join(ballots, "1.key"))
	o.must(err)
	s := &search{secrets: map[string][]byte{"key": key}, answers: append(slices.Clone(answers), "weekbird")}
	db := openRead(o.t, filepath.Join(ballots, "1.ballot"))
	defer db.Close()
	for i, token := range columnOf[[]byte](o.t, db, `SELECT token FROM invited WHERE replied = 1`) {
		s.secrets[fmt.Sprint("token ", i+1)] = token
	}
	if len(s.secrets) != 1+len(o.people) {
		o.t.Fatalf("the ballot counts %d replies", len(s.secrets)-1)
	}
	for _, p := range o.people {
		s.people = append(s.people, p.ID, p.Name, p.Email)
	}
	return s
}

// mustFindTheBallot shows that the search can find what it looks for, and that an open
// ballot is nowhere but in its own files.
func (s *search) mustFindTheBallot(t *testing.T, folder string) {
	t.Helper()
	want := []string{"1.ballot is there", "1.ballot-journal is there", "1.key holds key", "1.key is there"}
	for i := range answers {
		want = append(want, fmt.Sprint("1.ballot holds token ", i+1))
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, s.in(t, folder)); diff != "" {
		t.Errorf("while the pulse is open (-want +got):\n%s", diff)
	}
}

func (s *search) mustFindNothing(t *testing.T, folder string) {
	t.Helper()
	for _, trace := range s.in(t, folder) {
		t.Errorf("after the pulse has closed: %s", trace)
	}
}

// mustHaveRead shows that a search was not quiet because it had looked at nothing.
func (s *search) mustHaveRead(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if !s.read[name] {
			t.Errorf("%s was not there to be searched", name)
		}
	}
}

// mustFindPlants plants traces, as a careless program would leave them, in copies of the
// folder in which nothing was found, and expects the search to find each.
func (s *search) mustFindPlants(t *testing.T, folder string) {
	t.Helper()
	key, token := s.secrets["key"], s.secrets["token 3"]
	for _, plant := range []struct {
		file, text string // text is added to the file, or is a statement when the file is a database
		want       string
	}{
		{"smallchanges.log", fmt.Sprintf("cast token=%x", token), "smallchanges.log holds token 3"},
		{"smallchanges.log", "sent values=map[weekbird:3]", "smallchanges.log holds weekbird beside a person"},
		{"smallchanges.db.old", string(token), "smallchanges.db.old holds token 3"},
		{"core.12", "memory" + string(key[15:]), "core.12 holds key"},
		{"replies.json", base64.StdEncoding.EncodeToString(key), "replies.json holds key"},
		{"replies.csv", "Ana Ortiz,2026-12-01,KESTREL", "replies.csv holds Kestrel beside a person"},
		{"ballots/1.ballot-journal", "", "1.ballot-journal is there"},
		{"smallchanges.db", `INSERT INTO event VALUES ('U0BEN0002/weekbird/2', 0)`, "smallchanges.db: a row of event holds weekbird and a person"},
		{"smallchanges.db", `INSERT INTO reflection (council_id, team_id, member_id, words, share, at)
			SELECT council_id, team_id, id, 'hoopoe', 'private', 0 FROM member`, "smallchanges.db: a row of reflection holds Hoopoe and a person"},
		{"backup.db", `UPDATE member SET works = 'Lapwing'`, "backup.db: a row of member holds Lapwing and a person"},
	} {
		copied := t.TempDir()
		if err := errors.Join(os.CopyFS(copied, os.DirFS(folder)), sow(t, filepath.Join(copied, plant.file), plant.text)); err != nil {
			t.Fatal(err)
		}
		if found := s.in(t, copied); !slices.Contains(found, plant.want) {
			t.Errorf("planted %q in %s: found %q", plant.text, plant.file, found)
		}
	}
}

func sow(t *testing.T, path, text string) error {
	t.Helper()
	if strings.HasSuffix(path, ".db") {
		db, err := sql.Open("sqlite", "file:"+path)
		if err != nil {
			return err
		}
		_, err = db.ExecContext(t.Context(), text)
		return errors.Join(err, db.Close())
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	return errors.Join(err, file.Close())
}
