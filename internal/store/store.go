// Package store keeps the programme in SQLite: people and places, changes with their
// history, rounds, pulses, celebrations, schedules, and the outbox of messages to send.
//
// It knows tables and transactions, and calls rules of package programme inside them. It
// must not know what a message says, which platform carries it, or a pulse's replies:
// those have their own ballot. Every query names the council it is for.
//
//	changed, err := st.EditChange(ctx, by, 12, func(c *programme.Change) (programme.History, []programme.Notice, error) {
//		return c.Apply(edit, by.Member, by.At)
//	})
//
// Why one writer and a read-only pool (November 2026): SQLite has one writer anyway. Waiting
// for it in the program keeps order and never fails as busy, and readers do not wait at all.
//
// Why SQL by hand with $1 (November 2026): both SQLite and PostgreSQL read it. What only
// SQLite knows is in sqlite.go and in the migrations.
package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// Store is an open database. All its methods may be called at the same time.
type Store struct {
	write *sql.DB
	read  *sql.DB
	turn  chan struct{} // held by the writer; whoever waits longest is next
	now   func() time.Time
	path  string
}

// querier is a pool or a transaction.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// scanner is a row being read.
type scanner interface{ Scan(into ...any) error }

// within does work in one transaction: all of it, or nothing when it returns an error.
// It waits for its turn here, since database/sql takes anybody of those who wait.
func (s *Store) within(ctx context.Context, work func(tx *sql.Tx) error) (err error) {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return busy(err)
	}
	defer func() { err = errors.Join(err, ignoreDone(tx.Rollback())) }() // also when work panics: nobody else could write any more
	if err := work(tx); err != nil {
		return busy(err)
	}
	return busy(tx.Commit())
}

// ignoreDone forgets that a transaction was already over, as after a cancelled context.
func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

// once records an event's key in the transaction of its effect. An event that was
// recorded before is fault.Repeated; what has no key is not an event.
func once(ctx context.Context, tx *sql.Tx, by programme.By) error {
	if by.Key == "" {
		return nil
	}
	n, err := exec(ctx, tx, `INSERT INTO event (key, at) VALUES ($1, $2) ON CONFLICT DO NOTHING`, by.Key, millis(by.At))
	if err != nil {
		return fmt.Errorf("record event: %w", err)
	}
	if n == 0 {
		return fault.New(fault.Repeated, "That is already done.")
	}
	return nil
}

// Fresh is fault.Repeated for an event that had its effect already, for whoever has to know
// that before they look at anything else.
func (s *Store) Fresh(ctx context.Context, by programme.By) error {
	n, err := one(ctx, s.read, "", number, `SELECT count(*) FROM event WHERE key = $1`, by.Key)
	if err == nil && n > 0 {
		return fault.New(fault.Repeated, "That is already done.")
	}
	return err
}

// PruneEvents forgets events older than before. Platforms deliver again for hours, not weeks.
func (s *Store) PruneEvents(ctx context.Context, before time.Time) error {
	_, err := exec(ctx, s.write, `DELETE FROM event WHERE at < $1`, millis(before))
	return err
}

// Writable keeps a small row, as proof that something can be kept now: a full disk or a lost
// folder is seen by nothing less. PruneEvents takes the row away.
func (s *Store) Writable(ctx context.Context) error {
	return s.within(ctx, func(tx *sql.Tx) error {
		_, err := exec(ctx, tx, `INSERT INTO event (key, at) VALUES ('writable', $1) ON CONFLICT (key) DO UPDATE SET at = excluded.at`, millis(s.now()))
		return err
	})
}

// exec changes rows and says how many.
func exec(ctx context.Context, q querier, query string, args ...any) (int64, error) {
	result, err := q.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// all reads every row of a query.
func all[T any](ctx context.Context, q querier, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, rows.Err()
}

// one reads the only row of a query. No row is fault.Missing, with these words.
func one[T any](ctx context.Context, q querier, missing string, scan func(scanner) (T, error), query string, args ...any) (T, error) {
	value, err := scan(q.QueryRowContext(ctx, query, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return value, fault.Hide(fault.Missing, err, missing)
	}
	return value, err
}

// number and word scan rows of one column.
func number(row scanner) (n int64, err error) { return n, row.Scan(&n) }
func word(row scanner) (s string, err error)  { return s, row.Scan(&s) }

// millis is an instant as it is stored; the zero time is stored as nothing.
func millis(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

// instant is a stored time; nothing is the zero time.
func instant(ms sql.NullInt64) time.Time {
	if !ms.Valid {
		return time.Time{}
	}
	return time.UnixMilli(ms.Int64).UTC()
}

// id is a reference as it is stored; 0 refers to nothing.
func id(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

// flag is a boolean as it is stored.
func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// toJSON writes a list or a frozen value. Only values of our own types come here, and they always can be written.
func toJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic("a stored type cannot be written as JSON: " + err.Error()) // found by any test
	}
	return string(text)
}

// listJSON writes a list; none is [] and not null.
func listJSON[T any](list []T) string {
	if list == nil {
		list = []T{}
	}
	return toJSON(list)
}

// fromJSON scans a JSON column into a value; NULL leaves it as it is.
type fromJSON struct{ into any }

// Scan reads the column.
func (j fromJSON) Scan(column any) error {
	switch text := column.(type) {
	case nil:
		return nil
	case string:
		return json.Unmarshal([]byte(text), j.into)
	case []byte:
		return json.Unmarshal(text, j.into)
	default:
		return fmt.Errorf("a JSON column holds %T", column)
	}
}
