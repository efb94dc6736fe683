package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
	"smallchanges/migrations"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Settings travel with the connection string, so that every connection has them.
// busy_timeout comes first: the others may have to wait for a lock. FULL keeps the mark
// "sending" through a power cut. secure_delete overwrites what is deleted.
const (
	writerSettings = "?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
		"&_pragma=foreign_keys(1)&_pragma=secure_delete(1)&_pragma=journal_size_limit(67108864)" +
		"&_pragma=trusted_schema(0)&_dqs=0&_txlock=immediate"
	readerSettings = "?mode=ro&_pragma=busy_timeout(5000)&_pragma=query_only(1)&_pragma=trusted_schema(0)&_dqs=0"
	copierSettings = "?mode=ro&_pragma=busy_timeout(5000)&_pragma=trusted_schema(0)&_dqs=0" // query_only refuses VACUUM INTO
	readers        = 4
)

// leaveJSON is the leave of a member m as a list, and nothing where there is none.
const leaveJSON = `(SELECT json_group_array(json_object('id', l.id, 'first', l.first_day, 'last', l.last_day) ORDER BY l.first_day)
	FROM leave l WHERE l.member_id = m.id)`

// Open opens the database at a URL such as "sqlite:smallchanges.db" and makes the file,
// readable by its owner only, when there is none. It changes no schema: that is Migrate.
// A schema newer than this program is refused. now is the clock of what no event dates.
func Open(ctx context.Context, databaseURL string, now func() time.Time) (*Store, error) {
	path, err := Path(databaseURL)
	if err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fault.Hide(fault.Invalid, err, "The database file "+path+" cannot be opened. Check that its folder exists and may be written to.")
	}
	if err := file.Close(); err != nil {
		return nil, err
	}
	s := &Store{now: now, path: path, turn: make(chan struct{}, 1)}
	if s.write, err = pool(path, writerSettings, 1); err != nil {
		return nil, err
	}
	if s.read, err = pool(path, readerSettings, readers); err != nil {
		return nil, errors.Join(err, s.write.Close())
	}
	if err := s.refuseNewer(ctx); err != nil {
		return nil, errors.Join(err, s.read.Close(), s.write.Close())
	}
	return s, nil
}

// Path is the file that a database URL names.
func Path(databaseURL string) (string, error) {
	path, ok := strings.CutPrefix(databaseURL, "sqlite:")
	if !ok || path == "" || strings.HasPrefix(path, ":") {
		return "", fault.New(fault.Invalid, "The database address must be sqlite: and a file, such as sqlite:smallchanges.db.")
	}
	if real, err := filepath.EvalSymlinks(path); err == nil { // one file has one lock, whatever leads to it
		return real, nil
	}
	return filepath.Clean(path), nil
}

func pool(path, settings string, most int) (*sql.DB, error) {
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()+settings)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	db.SetMaxOpenConns(most)
	db.SetMaxIdleConns(most)
	return db, nil
}

// refuseNewer stops an older program from working on tables that it does not know.
func (s *Store) refuseNewer(ctx context.Context) error {
	have, newest, err := s.versions(ctx)
	if broken, ok := errors.AsType[*sqlite.Error](err); ok && broken.Code() == sqlite3.SQLITE_NOTADB {
		return fault.Hide(fault.Invalid, err, "The file "+s.path+" holds something other than a database. Set DATABASE_URL to another file, or restore a backup there.")
	}
	if err != nil {
		return err
	}
	if have > newest {
		return fault.New(fault.Invalid, fmt.Sprintf(
			"The database has schema %d, but this program knows only %d. Start the newer program, or restore an older backup.", have, newest))
	}
	return nil
}

// versions are the schema of the database (0 when it is new) and the newest that the program knows.
func (s *Store) versions(ctx context.Context) (have, newest int64, err error) {
	steps, err := s.steps()
	if err != nil {
		return 0, 0, err
	}
	for _, source := range steps.ListSources() {
		newest = max(newest, source.Version)
	}
	tables, err := one(ctx, s.write, "", number, `SELECT count(*) FROM sqlite_schema WHERE name = 'goose_db_version'`)
	if err != nil || tables == 0 {
		return 0, newest, err
	}
	have, err = one(ctx, s.write, "", number, `SELECT COALESCE(max(version_id), 0) FROM goose_db_version WHERE is_applied = 1`)
	return have, newest, err
}

// steps are the migrations over the writer. The provider is not closed: it would close the database.
func (s *Store) steps() (*goose.Provider, error) {
	return goose.NewProvider(goose.DialectSQLite3, s.write, migrations.SQLite(), goose.WithDisableGlobalRegistry(true))
}

// Migrate brings the schema up to date. Each step is one transaction.
func (s *Store) Migrate(ctx context.Context) error {
	steps, err := s.steps()
	if err != nil {
		return err
	}
	if _, err := steps.Up(ctx); err != nil {
		return fmt.Errorf("bring the database up to date: %w", err)
	}
	return nil
}

// Close ends all work, and leaves one file without a journal beside it.
func (s *Store) Close() error {
	readers := s.read.Close()
	ctx := context.Background() // the end comes after the program's own context has ended
	_, optimized := s.write.ExecContext(ctx, `PRAGMA optimize`)
	_, emptied := s.write.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
	return errors.Join(readers, optimized, emptied, s.write.Close())
}

// emptyJournal brings what was committed into the file and leaves nothing in the journal
// beside it, also of what was deleted since.
func (s *Store) emptyJournal(ctx context.Context) error {
	_, err := s.write.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
	return err
}

// busy gives the driver's "locked" its kind, so that whoever retries may. Another process
// held the file for more than five seconds.
func busy(err error) error {
	if broken, ok := errors.AsType[*sqlite.Error](err); ok && broken.Code()&0xff == sqlite3.SQLITE_BUSY {
		return fault.Hide(fault.Busy, err, "The database is busy. Please try again in a moment.")
	}
	return err
}

// doubled reports whether a row was refused because another has its unique value.
func doubled(err error) bool {
	broken, ok := errors.AsType[*sqlite.Error](err)
	return ok && (broken.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || broken.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}

// thenEach joins what is named next to each row of what is named before it, in this order:
// SQLite would sometimes rather read the larger one first.
const thenEach = "CROSS JOIN"

// bestFirst orders what is found by how well it matches.
const bestFirst = "found.rank"

// found are changes c found by their words. CROSS JOIN asks the index of words first.
const found = `change_fts found CROSS JOIN change c ON c.id = found.rowid`

// matching is a condition on what is found: that it holds the words of a search.
const matching = `change_fts MATCH ?`

// search is the words of a filter as a search of the index; "" when there are none. Each
// word stands for its singular and plural too. The last one may not be finished yet: unless
// a page of changes has it as it is, since looking up beginnings that very many words have
// takes long.
func (s *Store) search(ctx context.Context, f programme.ChangeFilter) (string, error) {
	terms, sign := strings.Fields(programme.CleanLine(f.Words)), " AND "
	if f.Any { // one is enough, but not one that every text has
		terms, sign = programme.Telling(f.Words), " OR "
	}
	if len(terms) == 0 {
		return "", nil
	}
	terms = slices.DeleteFunc(terms, func(term string) bool { return !strings.ContainsFunc(term, isWordy) })
	if len(terms) == 0 {
		return quoted("*"), nil // signs alone find nothing, where no words would find everything
	}
	last := terms[len(terms)-1]
	for i, term := range terms {
		terms[i] = inflected(term)
	}
	page := int64(limit(f.Limit))
	rows, err := one(ctx, s.read, "", number, `SELECT count(*) FROM (SELECT 1 FROM change_fts WHERE change_fts MATCH $1 LIMIT $2)`, inflected(last), page)
	if rows < page {
		terms[len(terms)-1] = "(" + inflected(last) + " OR " + quoted(last) + "*)"
	}
	return strings.Join(terms, sign), err
}

// isWordy finds what the index of words keeps.
func isWordy(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// inflected finds a word with and without the end of a plural. Each is quoted, so that
// nothing typed is an operator.
func inflected(word string) string {
	if end, _ := utf8.DecodeLastRuneInString(word); len(word) < 4 || !unicode.IsLetter(end) {
		return quoted(word)
	}
	if one, ok := strings.CutSuffix(strings.ToLower(word), "s"); ok {
		return "(" + quoted(word) + " OR " + quoted(one) + ")"
	}
	return "(" + quoted(word) + " OR " + quoted(word+"s") + ")"
}

func quoted(word string) string { return `"` + strings.ReplaceAll(word, `"`, `""`) + `"` }
