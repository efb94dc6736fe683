package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"smallchanges/internal/fault"
)

// Restore puts a backup in the place of a database, and what was there beside it, under a
// name that is returned ("" when there was nothing). Only with force does it replace one. No
// process may serve the database meanwhile: take the Lock.
//
// What was sent after the backup was made is not known any more. So whatever fell due before
// now is not sent again unless the platform says that it is not there (see restored), and no
// number that was given out since then is given out again.
func Restore(ctx context.Context, databaseURL, backup string, force bool, now func() time.Time) (replaced string, err error) {
	path, err := Path(databaseURL)
	if err != nil {
		return "", err
	}
	if len(present(path)) > 0 && !force {
		return "", fault.New(fault.Invalid, "There is a database already at "+path+". To replace it, add --force; it is kept beside the new one.")
	}
	if err := checkCopy(ctx, backup); err != nil {
		return "", fault.Hide(fault.Invalid, err, "The file "+backup+" is no whole backup. Nothing was changed.")
	}
	draft, err := os.CreateTemp(filepath.Dir(path), ".restore-*")
	if err != nil {
		return "", fault.Hide(fault.Invalid, err, "The backup cannot be copied beside "+path+". Nothing was changed.")
	}
	defer os.Remove(draft.Name()) // gone already when all went well
	if err := errors.Join(draft.Close(), copyDatabase(ctx, backup, draft.Name())); err != nil {
		return "", fault.Hide(fault.Invalid, err, "The backup cannot be copied beside "+path+". Nothing was changed.")
	}
	if err := cameBackFrom(ctx, draft.Name(), now); err != nil {
		return "", err
	}
	if replaced, err = putAside(path, now()); err != nil {
		return "", err
	}
	if err := os.Rename(draft.Name(), path); err != nil {
		return replaced, err
	}
	return replaced, syncFolder(filepath.Dir(path))
}

// copyDatabase writes a database as it is at one moment into an empty file, with what is only
// in its journal so far.
func copyDatabase(ctx context.Context, from, to string) error {
	db, err := pool(from, copierSettings, 1)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `VACUUM INTO $1`, to)
	return errors.Join(err, db.Close())
}

// parts are what a database can consist of, beside each other. A journal without its file
// would be read into the next one of that name.
var parts = []string{"", "-wal", "-shm", "-journal"}

// present are the parts of a database that are there.
func present(path string) []string {
	return slices.DeleteFunc(slices.Clone(parts), func(part string) bool {
		_, err := os.Lstat(path + part)
		return err != nil
	})
}

// putAside gives a database, with its journal, another name, which nothing has yet.
func putAside(path string, now time.Time) (string, error) {
	have := present(path)
	if len(have) == 0 {
		return "", nil
	}
	name := path + ".replaced-" + now.UTC().Format("20060102T150405Z")
	aside := name
	for n := 2; len(present(aside)) > 0; n++ {
		aside = fmt.Sprintf("%s-%d", name, n)
	}
	for _, part := range slices.Backward(have) { // the file last: until then it is whole
		if err := os.Rename(path+part, aside+part); err != nil {
			return "", err
		}
	}
	return aside, nil
}

// idsAhead is how far new ids stay ahead of any that were given out after a backup: buttons
// in chat name what they are about by its id, and must never mean something else.
const idsAhead = 1_000_000

// refsAhead is the same for the numbers that people use.
const refsAhead = 100

// cameBackFrom brings a restored file up to date and notes in it that, and when, it came back.
func cameBackFrom(ctx context.Context, file string, now func() time.Time) (err error) {
	s, err := Open(ctx, "sqlite:"+file, now)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.Migrate(ctx); err != nil {
		return err
	}
	return s.within(ctx, func(tx *sql.Tx) error { return restored(ctx, tx, now()) })
}

// restored notes that a database came back. Messages that were due are looked for on the
// platform before they are sent; what waited for somebody's attention may have ridden along in
// another message, which cannot be looked for, so it is dropped with a reason.
func restored(ctx context.Context, tx *sql.Tx, now time.Time) error {
	for _, query := range []string{
		`INSERT INTO restored (at) VALUES ($1) ON CONFLICT DO NOTHING`,
		`UPDATE outbox SET state = 'sending', attempted_at = due_at, lease_until = 0 WHERE state = 'due' AND due_at <= $1`,
		`UPDATE outbox SET state = 'dropped', reason = 'the database came back from a backup, and this may have been sent before' WHERE state = 'waiting' AND due_at <= $1`,
	} {
		if _, err := exec(ctx, tx, query, millis(now)); err != nil {
			return fmt.Errorf("note that the database came back: %w", err)
		}
	}
	if _, err := exec(ctx, tx, `UPDATE sqlite_sequence SET seq = seq + $1`, idsAhead); err != nil {
		return err
	}
	_, err := exec(ctx, tx, `UPDATE council SET last_number = last_number + $1`, refsAhead)
	return err
}

// Restored is when the database came back from a backup the last time; the zero time when it
// never did.
func (s *Store) Restored(ctx context.Context) (time.Time, error) { return restoredAt(ctx, s.read) }

func restoredAt(ctx context.Context, q querier) (time.Time, error) {
	return one(ctx, q, "", func(row scanner) (time.Time, error) {
		var at sql.NullInt64
		err := row.Scan(&at)
		return instant(at), err
	}, `SELECT max(at) FROM restored`)
}
