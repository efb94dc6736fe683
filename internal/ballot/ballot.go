// Package ballot holds open pulses, apart from the main database: one file and one random
// key for each, made when a pulse opens and destroyed when it closes.
//
// It knows one-way tokens of members and running totals of answers. It must never know
// which token gave which answer, in which order replies came, or when; and nothing of it
// goes into a backup, export, log or metric.
//
//	err := ballots.Cast(ctx, pulse.ID, member.ID, reply)
//
// Threat model. Whoever sees reports, the web, backups, exports, logs or a copy of the main
// database, at any time, learns nothing about one person's reply. An operator who watches
// the running process, or copies the ballot file between two replies and compares, could:
// the totals change by one person's answers. After closing, nobody can.
//
// Why a file of its own (November 2026): a table in the main database would be in every
// backup and replica, and could not be destroyed with its free pages and write-ahead log.
// The price is one small SQLite file while a pulse is open.
package ballot

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"

	_ "modernc.org/sqlite" // the driver
)

// Ballots keeps the ballots of open pulses in one folder. It is safe for use by many at once.
type Ballots struct {
	dir string
	mu  sync.Mutex // one reply at a time: a ballot is small and short
}

// New uses a folder, made with rights for its owner only.
func New(dir string) (*Ballots, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("folder for ballots: %w", err)
	}
	return &Ballots{dir: dir}, nil
}

const schema = `
CREATE TABLE IF NOT EXISTS invited (token BLOB PRIMARY KEY, replied INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS total (question TEXT, option INTEGER, count INTEGER NOT NULL, PRIMARY KEY (question, option)) STRICT, WITHOUT ROWID;`

// Open makes the ballot of a pulse: a token for each invited member, and totals of zero. A
// ballot that is already there is left as it is.
func (b *Ballots) Open(ctx context.Context, p programme.Pulse, members []int64) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	key, err := b.makeKey(p.ID)
	if err != nil {
		return err
	}
	return b.with(ctx, p.ID, true, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, schema); err != nil {
			return fmt.Errorf("tables of a ballot: %w", err)
		}
		for _, m := range members {
			if _, err := tx.ExecContext(ctx, `INSERT INTO invited (token, replied) VALUES ($1, 0) ON CONFLICT DO NOTHING`, token(key, m)); err != nil {
				return fmt.Errorf("invite to a ballot: %w", err)
			}
		}
		for _, q := range p.Questions {
			for i := range q.Options {
				if _, err := tx.ExecContext(ctx, `INSERT INTO total (question, option, count) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING`, q.ID, i); err != nil {
					return fmt.Errorf("totals of a ballot: %w", err)
				}
			}
		}
		return nil
	})
}

// Cast counts one member's reply, once. fault.Closed when they have replied already or the
// ballot is gone, fault.Denied when they were not invited.
func (b *Ballots) Cast(ctx context.Context, pulse, member int64, reply programme.Reply) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	key, err := b.key(pulse)
	if err != nil {
		return err
	}
	return b.with(ctx, pulse, false, func(tx *sql.Tx) error {
		if err := takeTurn(ctx, tx, token(key, member)); err != nil {
			return err
		}
		for question, option := range reply {
			done, err := tx.ExecContext(ctx, `UPDATE total SET count = count + 1 WHERE question = $1 AND option = $2`, question, option)
			if err != nil {
				return fmt.Errorf("add a reply: %w", err)
			}
			if n, err := done.RowsAffected(); err != nil || n != 1 {
				return errors.Join(fault.New(fault.Invalid, "That answer is not one of this pulse’s. Please open it again."), err)
			}
		}
		return nil
	})
}

func takeTurn(ctx context.Context, tx *sql.Tx, token []byte) error {
	var replied bool
	err := tx.QueryRowContext(ctx, `SELECT replied FROM invited WHERE token = $1`, token).Scan(&replied)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return fault.New(fault.Denied, "This pulse opened before you joined the team. You will be asked next time.")
	case err != nil:
		return fmt.Errorf("look for an invitation: %w", err)
	case replied:
		return fault.New(fault.Closed, "You have already replied, and each person is counted once. These answers were not kept.")
	}
	_, err = tx.ExecContext(ctx, `UPDATE invited SET replied = 1 WHERE token = $1`, token)
	return err
}

// Replied tells whether a member has replied, never what. It is false for a ballot that is gone.
func (b *Ballots) Replied(ctx context.Context, pulse, member int64) (bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	key, err := b.key(pulse)
	if fault.Is(err, fault.Closed) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	var replied bool
	err = b.with(ctx, pulse, false, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `SELECT replied FROM invited WHERE token = $1`, token(key, member)).Scan(&replied)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return replied, err
}

// Tally is the totals and the number of replies. fault.Closed when the ballot is gone.
func (b *Ballots) Tally(ctx context.Context, pulse int64) (programme.Tally, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	t := programme.Tally{Counts: map[string][]int{}}
	if _, err := b.key(pulse); err != nil {
		return t, err
	}
	err := b.with(ctx, pulse, false, func(tx *sql.Tx) error {
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM invited WHERE replied = 1`).Scan(&t.Replies); err != nil {
			return fmt.Errorf("count replies: %w", err)
		}
		rows, err := tx.QueryContext(ctx, `SELECT question, count FROM total ORDER BY question, option`)
		if err != nil {
			return fmt.Errorf("read totals: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			var question string
			var count int
			if err := rows.Scan(&question, &count); err != nil {
				return fmt.Errorf("read a total: %w", err)
			}
			t.Counts[question] = append(t.Counts[question], count)
		}
		return rows.Err()
	})
	return t, err
}

// Destroy overwrites and removes a ballot and its key. Doing it twice is harmless.
func (b *Ballots) Destroy(_ context.Context, pulse int64) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	var errs []error
	for _, path := range []string{b.keyPath(pulse), b.path(pulse), b.path(pulse) + "-journal"} {
		errs = append(errs, shred(path))
	}
	return errors.Join(errs...)
}

// shred overwrites a file before it is removed. On storage that writes elsewhere than it
// is told (SSDs, copy-on-write) the key's removal is what makes the tokens meaningless.
func shred(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("destroy a ballot: %w", err)
	}
	info, err := f.Stat()
	if err == nil {
		_, err = f.Write(make([]byte, info.Size()))
	}
	err = errors.Join(err, f.Sync(), f.Close(), os.Remove(path))
	if err != nil {
		return fmt.Errorf("destroy a ballot: %w", err)
	}
	return nil
}

// Sweep destroys the ballots of all pulses but those open: what a crash between a result
// and its ballot's end left behind.
func (b *Ballots) Sweep(ctx context.Context, open []int64) error {
	entries, err := os.ReadDir(b.dir)
	if err != nil {
		return fmt.Errorf("look for ballots: %w", err)
	}
	var errs []error
	for _, e := range entries {
		name, _, _ := strings.Cut(strings.TrimPrefix(e.Name(), "pulse-"), ".")
		id, err := strconv.ParseInt(name, 10, 64)
		if err == nil && !slices.Contains(open, id) {
			errs = append(errs, b.Destroy(ctx, id))
		}
	}
	return errors.Join(errs...)
}

func (b *Ballots) path(pulse int64) string {
	return filepath.Join(b.dir, fmt.Sprintf("pulse-%d.ballot", pulse))
}

func (b *Ballots) keyPath(pulse int64) string {
	return filepath.Join(b.dir, fmt.Sprintf("pulse-%d.key", pulse))
}

const keySize = 32

// makeKey reads a pulse's key, or makes it with its first opening. The key is on disk
// before any token made with it.
func (b *Ballots) makeKey(pulse int64) ([]byte, error) {
	key, err := b.key(pulse)
	if !fault.Is(err, fault.Closed) {
		return key, err
	}
	key = make([]byte, keySize)
	rand.Read(key) // never fails, by its documentation
	f, err := os.OpenFile(b.keyPath(pulse), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("key of a ballot: %w", err)
	}
	_, err = f.Write(key)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, fmt.Errorf("key of a ballot: %w", err)
	}
	return key, nil
}

func (b *Ballots) key(pulse int64) ([]byte, error) {
	key, err := os.ReadFile(b.keyPath(pulse))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Hide(fault.Closed, err, "This pulse has closed.")
	}
	if err != nil {
		return nil, fmt.Errorf("key of a ballot: %w", err)
	}
	if len(key) != keySize {
		return nil, fmt.Errorf("key of ballot %d has %d bytes, not %d", pulse, len(key), keySize)
	}
	return key, nil
}

// token is a member in a ballot: one way, and different in every pulse.
func token(key []byte, member int64) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(member)))
	return mac.Sum(nil)
}

// with runs work in one transaction on a ballot's file, which is open only meanwhile.
func (b *Ballots) with(ctx context.Context, pulse int64, create bool, work func(*sql.Tx) error) (err error) {
	path := b.path(pulse)
	if create {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return fmt.Errorf("make a ballot: %w", err)
		}
		if err := f.Close(); err != nil {
			return fmt.Errorf("make a ballot: %w", err)
		}
	}
	db, err := sql.Open("sqlite", "file:"+path+"?mode=rw&_pragma=busy_timeout(5000)&_pragma=journal_mode(TRUNCATE)&_pragma=synchronous(FULL)&_pragma=secure_delete(1)&_pragma=trusted_schema(0)&_dqs=0&_txlock=immediate")
	if err != nil {
		return fmt.Errorf("open a ballot: %w", err)
	}
	db.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, db.Close()) }()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("open a ballot: %w", err)
	}
	if err := work(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}
