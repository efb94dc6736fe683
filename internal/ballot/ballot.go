// Package ballot takes the replies to open pulses, apart from the main database. A reply is
// never stored: it becomes a mark beside a one-way token, and one more in the totals.
//
// It knows which tokens may reply and did, and how many chose each option. It must not know
// what one member chose, when anybody replied, or in which order; it keeps no member's id,
// no time, and nothing after the pulse has closed.
//
//	ballots, err := ballot.New("data/ballots")
//	err = ballots.Open(ctx, pulse, members)          // a file and a random key, for this pulse alone
//	err = ballots.Cast(ctx, pulse.ID, ana.ID, reply) // once: the second time is fault.Closed
//	tally, err := ballots.Tally(ctx, pulse.ID)       // no more replies; then the release rule, and
//	err = ballots.Destroy(ctx, pulse.ID)             // nothing reopens
//
// # Who could learn what
//
// Whoever sees reports, the web, backups, exports, logs or a copy of the main database, at
// any time, learns nothing about one person's reply. Nothing of a ballot is in any of them.
//
// A copy of an open ballot with its key tells who has replied, and the totals so far. It
// does not tell who chose what: the file is the same, byte for byte, in whichever order the
// same replies came. But an operator who copies the file before and after one reply sees
// what was added, and so what that person chose; so does one who watches the running
// process. Totals that all agree tell what everyone chose. We cannot prevent this, so we say it.
//
// Destroying overwrites the key first, which makes every token meaningless, then the file.
// A file system that writes in new places, an SSD, or a snapshot of the disk taken while the
// pulse was open may keep old bytes. Exclude the folder from snapshots.
//
// Why a file for each pulse (November 2026): SQLite can wipe a row, but only removing a
// whole file leaves nothing to wonder about. Backups of the main database cannot hold it by
// mistake. The price is a second place to keep, and no single commit over both: a crash
// between the result and the destruction leaves a ballot, which Sweep destroys at start.
package ballot

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sync"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// lanes is how many ballots can be at work at the same time, each with one open file.
const lanes = 16

// Ballots are the open ballots of one folder. All methods may be called at the same time.
type Ballots struct {
	dir   string
	lanes [lanes]sync.Mutex // one ballot is always in the same lane, so its replies come one by one
}

// The totals start here, not at 0, so that each keeps its two bytes and its place in the
// file: a total that moves would tell which options were chosen first.
const start = 1024

const schema = `
	CREATE TABLE invited (token BLOB PRIMARY KEY, replied INTEGER NOT NULL) STRICT, WITHOUT ROWID;
	CREATE TABLE total (question TEXT, option INTEGER, count INTEGER NOT NULL, PRIMARY KEY (question, option)) STRICT, WITHOUT ROWID;`

// Open makes the ballot of a pulse, for these members. Opening it again changes nothing.
// A ballot that is being destroyed is fault.Closed.
func (b *Ballots) Open(ctx context.Context, pulse programme.Pulse, members []int64) error {
	defer b.lane(pulse.ID)()
	key, err := b.makeKey(pulse.ID)
	if err != nil {
		return fmt.Errorf("make the key of pulse %d: %w", pulse.ID, err)
	}
	if err := b.makeFile(pulse.ID); err != nil {
		return fmt.Errorf("make the ballot of pulse %d: %w", pulse.ID, err)
	}
	return b.within(ctx, pulse.ID, func(tx *sql.Tx) error {
		var tables int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema`).Scan(&tables); err != nil || tables > 0 {
			return err
		}
		return fill(ctx, tx, key, pulse, members)
	})
}

// fill writes the tokens in their own order, which is no order of people.
func fill(ctx context.Context, tx *sql.Tx, key []byte, pulse programme.Pulse, members []int64) error {
	if _, err := tx.ExecContext(ctx, schema); err != nil {
		return err
	}
	tokens := make([][]byte, len(members))
	for i, m := range members {
		tokens[i] = token(key, m)
	}
	slices.SortFunc(tokens, slices.Compare)
	for _, t := range tokens {
		if _, err := tx.ExecContext(ctx, `INSERT INTO invited (token, replied) VALUES ($1, 0) ON CONFLICT DO NOTHING`, t); err != nil {
			return err
		}
	}
	for _, q := range pulse.Questions {
		for option := range q.Options {
			_, err := tx.ExecContext(ctx, `INSERT INTO total (question, option, count) VALUES ($1, $2, $3)`, q.ID, option, start)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// token is a member's one-way token. Without the key it cannot be made or traced.
func token(key []byte, member int64) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(member)))
	return mac.Sum(nil)
}

// Cast counts a member's reply, all of it or nothing. A second reply and a ballot that is
// gone are fault.Closed, a member who was not invited fault.Denied, and a reply that does
// not answer each question once fault.Invalid. Errors never hold an answer or a member.
func (b *Ballots) Cast(ctx context.Context, pulse, member int64, reply programme.Reply) error {
	defer b.lane(pulse)()
	key, err := b.key(pulse)
	if err != nil {
		return err
	}
	return b.within(ctx, pulse, func(tx *sql.Tx) error {
		if err := stillOpen(ctx, tx); err != nil {
			return err
		}
		if err := mark(ctx, tx, token(key, member)); err != nil {
			return err
		}
		return count(ctx, tx, reply)
	})
}

// sealed is the file's user_version once its totals were read.
const sealed = 1

func stillOpen(ctx context.Context, tx *sql.Tx) error {
	var version int
	err := tx.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version)
	if err == nil && version == sealed {
		return fault.New(fault.Closed, "This pulse is just closing, so your answers were not counted. Nothing of them was kept.")
	}
	return err
}

func mark(ctx context.Context, tx *sql.Tx, token []byte) error {
	replied, err := repliedOf(ctx, tx, token)
	if err != nil {
		return err
	}
	if replied {
		return fault.New(fault.Closed, "You have already replied to this pulse. Your first reply was counted.")
	}
	_, err = tx.ExecContext(ctx, `UPDATE invited SET replied = 1 WHERE token = $1`, token)
	return err
}

func repliedOf(ctx context.Context, tx *sql.Tx, token []byte) (replied bool, err error) {
	err = tx.QueryRowContext(ctx, `SELECT replied FROM invited WHERE token = $1`, token).Scan(&replied)
	if errors.Is(err, sql.ErrNoRows) {
		return false, fault.New(fault.Denied, "You joined after this pulse opened, so it did not invite you. The next one will.")
	}
	return replied, err
}

func count(ctx context.Context, tx *sql.Tx, reply programme.Reply) error {
	var questions int
	if err := tx.QueryRowContext(ctx, `SELECT count(DISTINCT question) FROM total`).Scan(&questions); err != nil {
		return err
	}
	wrong := fault.New(fault.Invalid, "Please answer each question once. Nothing was counted yet.")
	if len(reply) != questions {
		return wrong
	}
	for question, option := range reply {
		done, err := tx.ExecContext(ctx, `UPDATE total SET count = count + 1 WHERE question = $1 AND option = $2`, question, option)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return errors.Join(wrong, err)
		}
	}
	return nil
}

// Replied reports whether a member has replied, never what. fault.Closed when the ballot is
// gone, fault.Denied when the member was not invited.
func (b *Ballots) Replied(ctx context.Context, pulse, member int64) (replied bool, err error) {
	defer b.lane(pulse)()
	key, err := b.key(pulse)
	if err != nil {
		return false, err
	}
	err = b.within(ctx, pulse, func(tx *sql.Tx) error {
		replied, err = repliedOf(ctx, tx, token(key, member))
		return err
	})
	return replied, err
}

// Tally ends a ballot and reads the totals: from now on a reply is fault.Closed, so that
// whoever was told that they are counted is in the result. Doing it again gives the same, for
// after a crash. Only what the release rule makes of it may be kept. fault.Closed when the
// ballot is gone.
func (b *Ballots) Tally(ctx context.Context, pulse int64) (t programme.Tally, err error) {
	defer b.lane(pulse)()
	if _, err := b.key(pulse); err != nil {
		return t, err
	}
	err = b.within(ctx, pulse, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, fmt.Sprintf(`PRAGMA user_version = %d`, sealed)); err != nil {
			return err
		}
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM invited WHERE replied = 1`).Scan(&t.Replies); err != nil {
			return err
		}
		t.Counts, err = totals(ctx, tx)
		return err
	})
	return t, err
}

func totals(ctx context.Context, tx *sql.Tx) (map[string][]int, error) {
	rows, err := tx.QueryContext(ctx, `SELECT question, count - $1 FROM total ORDER BY question, option`, start)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	counts := map[string][]int{}
	for rows.Next() {
		var question string
		var n int
		if err := rows.Scan(&question, &n); err != nil {
			return nil, err
		}
		counts[question] = append(counts[question], n)
	}
	return counts, rows.Err()
}
