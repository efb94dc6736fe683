package main

import (
	"bytes"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// search looks through every byte and every row of a folder for what leads to an answer.
type search struct {
	secrets map[string][]byte // must be nowhere, by what they are
	answers []string          // must not stand beside anybody
	people  []string          // by id, name and e-mail address
	read    map[string]bool   // the files of the last search, to tell a clean folder from an empty one
}

// in returns what it found, in order, each as "file: what".
func (s *search) in(t *testing.T, folder string) (traces []string) {
	t.Helper()
	s.read = map[string]bool{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name := filepath.Base(path)
		s.read[name] = true
		if filepath.Base(filepath.Dir(path)) == "ballots" {
			traces = append(traces, name+" is there")
		}
		traces = append(traces, s.inBytes(name, content)...)
		if strings.HasSuffix(name, ".db") {
			traces = append(traces, s.inRows(name, rowsOf(t, path))...)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(traces)
	return slices.Compact(traces)
}

// inBytes looks at a file as it lies on the disk, whatever it means: deleted rows, old
// pages and journals too. A log has no business with answers at all.
func (s *search) inBytes(name string, content []byte) (traces []string) {
	for what, secret := range s.secrets {
		if slices.ContainsFunc(spellings(secret), func(piece []byte) bool { return bytes.Contains(content, piece) }) {
			traces = append(traces, name+" holds "+what)
		}
	}
	small := bytes.ToLower(content)
	for _, answer := range s.answers {
		for _, at := range regexp.MustCompile(regexp.QuoteMeta(strings.ToLower(answer))).FindAllIndex(small, -1) {
			around := string(small[max(0, at[0]-beside):min(len(small), at[1]+beside)])
			if strings.HasSuffix(name, ".log") || s.names(around) {
				traces = append(traces, name+" holds "+answer+" beside a person")
			}
		}
	}
	return traces
}

// beside is how near to an answer a person must not be, in bytes.
const beside = 256

// names reports whether a text in small letters names anybody.
func (s *search) names(text string) bool {
	return slices.ContainsFunc(s.people, func(person string) bool { return strings.Contains(text, strings.ToLower(person)) })
}

// spellings are the ways in which a secret could be written down: raw, in hex and in both
// kinds of base64, in two pieces, so that half of it would be found too. Base64 writes
// three bytes at a time, so a piece of fifteen reads the same within the whole.
func spellings(secret []byte) (pieces [][]byte) {
	for piece := range slices.Chunk(secret[:30], 15) {
		h := hex.EncodeToString(piece)
		pieces = append(pieces, piece, []byte(h), []byte(strings.ToUpper(h)),
			[]byte(base64.StdEncoding.EncodeToString(piece)), []byte(base64.URLEncoding.EncodeToString(piece)))
	}
	return pieces
}

// row is one row of a database in words, and whether a column of it refers to a member.
type row struct {
	Words  string
	Member bool
}

// inRows looks at what a database says: no row knows both a person and an answer.
func (s *search) inRows(name string, tables map[string][]row) (traces []string) {
	for table, rows := range tables {
		for _, r := range rows {
			words := strings.ToLower(r.Words)
			for _, answer := range s.answers {
				if strings.Contains(words, strings.ToLower(answer)) && (r.Member || s.names(words)) {
					traces = append(traces, fmt.Sprintf("%s: a row of %s holds %s and a person", name, table, answer))
				}
			}
		}
	}
	return traces
}

// delivery are the columns that say how far a message has got, which changes by itself.
var delivery = []string{"due_at", "state", "was", "attempts", "attempted_at", "lease_until", "reason", "message_ref"}

// rowsOf reads every table of a database.
func rowsOf(t *testing.T, path string) map[string][]row {
	t.Helper()
	db := openRead(t, path)
	defer db.Close()
	tables := map[string][]row{}
	for _, name := range columnOf[string](t, db, `SELECT name FROM sqlite_schema WHERE type = 'table'`) {
		members := columnOf[string](t, db, `SELECT "from" FROM pragma_foreign_key_list($1) WHERE "table" = 'member'`, name)
		tables[name] = tableOf(t, db, name, members)
	}
	return tables
}

func tableOf(t *testing.T, db *sql.DB, table string, members []string) (all []row) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `SELECT * FROM "`+table+`"`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	for err == nil && rows.Next() {
		values := make([]any, len(names))
		into := make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		err = rows.Scan(into...)
		all = append(all, rowOf(table, names, values, members))
	}
	if err := errors.Join(err, rows.Err()); err != nil {
		t.Fatal(err)
	}
	return all
}

// columnOf is the answer to a query of one column.
func columnOf[T any](t testing.TB, db *sql.DB, query string, args ...any) (all []T) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for err == nil && rows.Next() {
		var v T
		err = rows.Scan(&v)
		all = append(all, v)
	}
	if err := errors.Join(err, rows.Err()); err != nil {
		t.Fatal(err)
	}
	return all
}

// openRead opens a database to look at it, while others may be writing.
func openRead(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func rowOf(table string, names []string, values []any, members []string) (r row) {
	for i, name := range names {
		if table == "outbox" && slices.Contains(delivery, name) {
			continue
		}
		if blob, ok := values[i].([]byte); ok {
			values[i] = string(blob)
		}
		r.Words += fmt.Sprintf("%s=%v ", name, values[i])
		r.Member = r.Member || values[i] != nil && slices.Contains(members, name)
	}
	return r
}
