package store

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"

	"github.com/google/go-cmp/cmp"
)

// openAt opens and migrates a database in a file.
func openAt(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), "sqlite:"+path, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() }) // some tests close it themselves
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestEveryConnectionIsSet asks eight connections of each kind for their settings.
func TestEveryConnectionIsSet(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a folder with #% in it.db")
	openAt(t, path)
	for _, kind := range []struct {
		settings string
		want     map[string]string
	}{
		{writerSettings, map[string]string{
			"busy_timeout": "5000", "journal_mode": "wal", "synchronous": "2", "foreign_keys": "1",
			"secure_delete": "1", "journal_size_limit": "67108864", "trusted_schema": "0", "query_only": "0",
		}},
		{readerSettings, map[string]string{
			"busy_timeout": "5000", "journal_mode": "wal", "trusted_schema": "0", "query_only": "1",
		}},
	} {
		db, err := pool(path, kind.settings, 8)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		for i, conn := range connections(t, db, 8) {
			for pragma, want := range kind.want {
				var got string
				if err := conn.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
					t.Errorf("connection %d: %s is %q (%v), want %q", i, pragma, got, err, want)
				}
			}
			if _, err := conn.ExecContext(t.Context(), `SELECT "no column"`); err == nil {
				t.Errorf("connection %d takes a mistyped column for a string", i)
			}
		}
	}
}

func connections(t *testing.T, db *sql.DB, n int) []*sql.Conn {
	t.Helper()
	var open []*sql.Conn
	for range n {
		conn, err := db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		open = append(open, conn)
	}
	return open
}

func TestReadersCannotWrite(t *testing.T) {
	t.Parallel()
	s := openAt(t, filepath.Join(t.TempDir(), "test.db"))
	if _, err := s.read.ExecContext(t.Context(), `DELETE FROM event`); err == nil {
		t.Error("a reader wrote")
	}
}

func TestHistoryIsOnlyAddedTo(t *testing.T) {
	t.Parallel()
	s := seeded(t, 3)
	for _, query := range []string{`DELETE FROM history`, `UPDATE history SET words = 'other'`} {
		if _, err := s.write.ExecContext(t.Context(), query); err == nil || !strings.Contains(err.Error(), "only added to") {
			t.Errorf("%s: %v", query, err)
		}
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	s := openAt(t, path)
	if _, err := s.write.ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9000, 1)`); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), "sqlite:"+path, time.Now)
	if !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Words(err), "schema 9000") {
		t.Errorf("a newer schema opened: %v", err)
	}
}

// TestDamageIsFound makes a row refer to nothing and looks whether Check says so.
func TestDamageIsFound(t *testing.T) {
	t.Parallel()
	s := seeded(t, 1)
	if wrong, err := s.Check(t.Context()); err != nil || len(wrong) > 0 {
		t.Fatalf("a sound database: %v, %v", wrong, err)
	}
	for _, query := range []string{`PRAGMA foreign_keys = 0`, `DELETE FROM team`} {
		if _, err := s.write.ExecContext(t.Context(), query); err != nil {
			t.Fatal(err)
		}
	}
	wrong, err := s.Check(t.Context())
	if err != nil || !strings.Contains(strings.Join(wrong, "\n"), "change refers to a missing team") {
		t.Errorf("missing teams were not found: %v, %v", wrong, err)
	}
}

// TestListsUseIndexes asks the engine how it would read the lists people wait for.
func TestListsUseIndexes(t *testing.T) {
	t.Parallel()
	s := seeded(t, 200)
	if _, err := s.write.ExecContext(t.Context(), `PRAGMA optimize`); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		filter programme.ChangeFilter
		want   string
	}{
		"council":              {programme.ChangeFilter{}, "SEARCH c USING INDEX change_by_council (council_id=?"},
		"page":                 {programme.ChangeFilter{After: "4.90.91.91"}, "SEARCH c USING INDEX change_by_council (council_id=? AND (urgency,recency,newness)>(?,?,?))"},
		"team":                 {programme.ChangeFilter{Team: 1}, "SEARCH c USING INDEX change_by_team (council_id=? AND team_id=?"},
		"kept":                 {programme.ChangeFilter{Team: 1, States: []programme.State{programme.Kept}}, "SEARCH c USING INDEX change_by_team (council_id=? AND team_id=? AND urgency=?"},
		"words":                {programme.ChangeFilter{Words: "notes"}, "SCAN found VIRTUAL TABLE"},
		"mine":                 {programme.ChangeFilter{Member: 1}, "SEARCH change USING COVERING INDEX change_of_proposer (proposer_id=?)"},
		"stuck":                {programme.ChangeFilter{Team: 1, Stuck: true, Today: "2026-12-07", Limit: 9}, "change_stuck_in_team (council_id=? AND team_id=?)"},
		"stuck in the council": {programme.ChangeFilter{Stuck: true, Today: "2026-12-07", Limit: 9}, "change_stuck (council_id=?)"},
		"mine, due":            {programme.ChangeFilter{Mine: 1, Due: "2026-12-07"}, "SCAN wanted"},
		"waiting":              {programme.ChangeFilter{Waiting: true, Service: 1}, "SEARCH change USING INDEX change_waiting"},
	} {
		words, err := s.search(t.Context(), test.filter)
		if err != nil {
			t.Fatal(err)
		}
		query, args := listQuery(1, test.filter, words)
		plan := explain(t, s, query, args...)
		if !strings.Contains(plan, test.want) {
			t.Errorf("%s: want %s in\n%s", name, test.want, plan)
		}
		plan = strings.TrimSuffix(plan, "USE TEMP B-TREE FOR ORDER BY\n") // the page itself, once it is found
		if strings.Contains(plan, "SCAN c\n") || !slices.Contains([]string{"words", "mine", "stuck", "waiting", "mine, due", "stuck in the council"}, name) && strings.Contains(plan, "TEMP B-TREE FOR ORDER BY") {
			t.Errorf("%s: reads or sorts the whole table:\n%s", name, plan)
		}
	}
	claim := explain(t, s, `SELECT id FROM outbox WHERE state IN ('due', 'sending') AND due_at <= $1 AND lease_until <= $1 ORDER BY due_at, id LIMIT $2`, 1, 10)
	if !strings.Contains(claim, "USING INDEX outbox_claim") || strings.Contains(claim, "TEMP B-TREE") {
		t.Errorf("claiming reads or sorts the whole outbox:\n%s", claim)
	}
}

func explain(t *testing.T, s *Store, query string, args ...any) string {
	t.Helper()
	lines, err := all(t.Context(), s.read, func(row scanner) (string, error) {
		var id, parent, unused int
		var detail string
		return detail, row.Scan(&id, &parent, &unused, &detail)
	}, "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n") + "\n"
}

func TestSearchQuotesEveryWord(t *testing.T) {
	t.Parallel()
	s := seeded(t, 100)
	for typed, want := range map[string]string{
		"":                  "",
		`  "" `:             `"*"`, // not nothing, which would find everything
		"voice notes":       `("voice" OR "voices") AND (("notes" OR "note") OR "notes"*)`,
		"way shorter":       `"way" AND ("shorter" OR "shorters")`, // a page of changes has it, so it is finished
		`title:x OR NEAR(y`: `("title:x" OR "title:xs") AND "OR" AND (("NEAR(y" OR "NEAR(ys") OR "NEAR(y"*)`,
		`say "hello"`:       `"say" AND ("""hello""" OR """hello"""*)`,
	} {
		got, err := s.search(t.Context(), programme.ChangeFilter{Words: typed})
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%q: %s, %v", typed, diff, err)
		}
	}
}

// seeded is a database with a council of ten teams and n changes between them.
func seeded(t testing.TB, n int) *Store {
	t.Helper()
	s := openAt(t, filepath.Join(t.TempDir(), "test.db"))
	if err := s.within(t.Context(), func(tx *sql.Tx) error { return seed(t.Context(), tx, n) }); err != nil {
		t.Fatal(err)
	}
	return s
}

func seed(ctx context.Context, tx *sql.Tx, n int) error {
	for _, query := range []string{
		`INSERT INTO council (id, name) VALUES (1, 'Northshire')`,
		`INSERT INTO service (id, council_id, name) VALUES (1, 1, 'Early help')`,
	} {
		if _, err := tx.ExecContext(ctx, query); err != nil {
			return err
		}
	}
	for i := range 10 {
		if _, err := tx.ExecContext(ctx, `INSERT INTO team (council_id, service_id, name) VALUES (1, 1, $1)`, fmt.Sprint("Team ", i)); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO member (council_id, team_id, name) VALUES (1, $1, $2)`, i+1, fmt.Sprint("Member ", i)); err != nil {
			return err
		}
	}
	words := []string{"notes", "meetings", "visits", "forms", "interpreters", "vouchers", "inductions"}
	for i := range n {
		c := programme.Change{
			CouncilID: 1, TeamID: int64(i%10 + 1), Number: i + 1, State: programme.Idea, Version: 1,
			Title: fmt.Sprintf("Shorter %s, way %d", words[i%len(words)], i), Proposer: programme.Who{ID: int64(i%10 + 1)},
			Created: time.UnixMilli(int64(i)), Updated: time.UnixMilli(int64(i)),
		}
		if err := insertChange(ctx, tx, c); err != nil {
			return err
		}
		c.ID = int64(i + 1)
		if err := remember(ctx, tx, programme.By{Member: programme.Member{ID: c.Proposer.ID}}, c, programme.History{At: c.Created, What: "proposed"}); err != nil {
			return err
		}
	}
	return nil
}

// BenchmarkList10000 reads lists out of 10,000 changes: all of them newest first, a page
// of a team, and a page of what holds a word.
func BenchmarkList10000(b *testing.B) {
	s := seeded(b, 10_000)
	if _, err := s.write.ExecContext(b.Context(), `PRAGMA optimize`); err != nil {
		b.Fatal(err)
	}
	for _, list := range []struct {
		name   string
		filter programme.ChangeFilter
		want   int
	}{
		{"all", programme.ChangeFilter{Limit: 9_999}, 9_999},
		{"page", programme.ChangeFilter{After: "4.5000.5001.5001"}, 20},
		{"team", programme.ChangeFilter{Team: 3}, 20},
		{"mine", programme.ChangeFilter{Member: 3}, 20},
		{"words", programme.ChangeFilter{Words: "shorter vouch"}, 20},
	} {
		b.Run(list.name, func(b *testing.B) {
			for b.Loop() {
				got, err := s.Changes(b.Context(), 1, list.filter)
				if err != nil || len(got) != list.want {
					b.Fatalf("%d changes, %v", len(got), err)
				}
			}
		})
	}
}

// Writers come one by one, in the order in which they asked: on a busy morning nobody is
// passed over until there is no time left.
func TestWritersAreServedInTheirOrder(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	synctest.Test(t, func(t *testing.T) {
		s := openAt(t, path)
		const writers = 20
		var order []int
		busy, free := make(chan struct{}), make(chan struct{})
		var work sync.WaitGroup
		work.Go(func() {
			_ = s.within(t.Context(), func(*sql.Tx) error {
				close(busy)
				<-free
				return nil
			})
		})
		<-busy
		for i := range writers {
			work.Go(func() {
				_ = s.within(t.Context(), func(*sql.Tx) error {
					order = append(order, i)
					return nil
				})
			})
			synctest.Wait() // until this one waits for its turn
		}
		close(free)
		work.Wait()
		if len(order) != writers || !slices.IsSorted(order) {
			t.Errorf("served in the order %v", order)
		}
	})
}

// What cannot be written is seen by writing, and forgotten when it can again.
func TestWritableIsProvedByWriting(t *testing.T) {
	t.Parallel()
	s := openAt(t, filepath.Join(t.TempDir(), "test.db"))
	for _, step := range []struct {
		readOnly string
		works    bool
	}{{"0", true}, {"1", false}, {"0", true}, {"0", true}} {
		if _, err := s.write.ExecContext(t.Context(), "PRAGMA query_only = "+step.readOnly); err != nil {
			t.Fatal(err)
		}
		if err := s.Writable(t.Context()); (err == nil) != step.works {
			t.Errorf("read only %s: %v", step.readOnly, err)
		}
	}
	if n, err := one(t.Context(), s.read, "", number, `SELECT count(*) FROM event`); err != nil || n != 1 {
		t.Errorf("%d rows were left (%v)", n, err)
	}
}

func TestAForeignFileIsRefusedInWordsAndLeftAsItIs(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "letter.txt")
	words := strings.Repeat("Dear colleagues, ", 1000)
	if err := os.WriteFile(path, []byte(words), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), "sqlite:"+path, time.Now); !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Words(err), path) {
		t.Errorf("opened: %v", err)
	}
	if left, err := os.ReadFile(path); err != nil || string(left) != words {
		t.Errorf("the file was changed (%v)", err)
	}
}
