package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// post puts one notice into the outbox. A key that is there already is the same message.
// What takes something of its member's week waits there until they can bear it (HandOut);
// word of what somebody else did waits only while they are on leave.
func post(ctx context.Context, tx *sql.Tx, n programme.Notice) error {
	state, look, handed := programme.Due, any(nil), any(nil)
	switch rationed := n.Member != 0 && n.Kind.Worth() > 0; {
	case rationed && n.AtOnce:
		handed = millis(n.Due)
	case rationed:
		state, look = programme.Held, millis(n.Due)
	case n.Member != 0:
		var err error
		if n.Due, err = afterLeave(ctx, tx, n); err != nil {
			return err
		}
	}
	_, err := exec(ctx, tx, `
		INSERT INTO outbox (key, council_id, kind, subject, member_id, channel, due_at, state, look_at, handed_at, until_at, at_once)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (key) DO NOTHING`,
		n.Key, n.Council, n.Kind, n.Subject, id(n.Member), n.Channel, millis(n.Due), state, look, handed, millis(n.Until), flag(n.AtOnce))
	if err != nil {
		return fmt.Errorf("put %s into the outbox: %w", n.Kind, err)
	}
	return nil
}

// afterLeave is when a notice may reach its member, who may be on leave.
func afterLeave(ctx context.Context, tx *sql.Tx, n programme.Notice) (time.Time, error) {
	m, err := memberByID(ctx, tx, n.Council, n.Member)
	if fault.Is(err, fault.Missing) { // they have left, and the outbox says so
		return n.Due, nil
	}
	if err != nil || !m.Quiet.Resting(programme.DayOf(n.Due, m.Location())) {
		return n.Due, err
	}
	calendar, err := calendarOf(ctx, tx, n.Council)
	return m.Back(n.Due, calendar.Holiday), err
}

// postAll puts notices about one thing of one council into the outbox.
func postAll(ctx context.Context, tx *sql.Tx, council, subject int64, notices []programme.Notice) error {
	for _, n := range notices {
		n.Council = council
		if n.Subject == 0 {
			n.Subject = subject
		}
		if err := post(ctx, tx, n); err != nil {
			return err
		}
	}
	return nil
}

// Claim takes up to limit parcels that are due, the longest due first, and marks them as
// being sent, so that nobody else takes them before the lease is over. A parcel whose
// former lease ran out comes back with State Sending and the time of its former attempt:
// it may have been sent, so look for it first. One that comes with a Message was sent, and
// is to be edited since what it says has changed.
//
// What was let go for a member's attention, and not sent within an hour, is not taken: it
// needs another look first (HandOut).
//
// One statement takes and marks, so that two processes never take the same parcel.
func (s *Store) Claim(ctx context.Context, now time.Time, lease time.Duration, limit int) ([]programme.Parcel, error) {
	parcels, err := all(ctx, s.write, scanParcel, `
		UPDATE outbox SET was = state, state = 'sending', redraw = 0, attempts = attempts + 1, lease_until = $2,
			attempted_at = CASE WHEN state = 'sending' THEN attempted_at ELSE $1 END
		WHERE id IN (
			SELECT id FROM outbox WHERE state IN ('due', 'sending') AND due_at <= $1 AND lease_until <= $1 AND `+fresh("$4")+`
			ORDER BY due_at, id LIMIT $3)
		RETURNING id, key, council_id, kind, subject, COALESCE(member_id, 0), channel, due_at,
			was, attempts, attempted_at, reason, message_ref`,
		millis(now), millis(now.Add(lease)), limit, millis(now.Add(-staleAfter)))
	if err != nil {
		return nil, fmt.Errorf("claim parcels: %w", busy(err))
	}
	slices.SortFunc(parcels, func(a, b programme.Parcel) int { // RETURNING promises no order
		return cmp.Or(a.Notice.Due.Compare(b.Notice.Due), cmp.Compare(a.ID, b.ID))
	})
	return parcels, nil
}

func scanParcel(row scanner) (p programme.Parcel, err error) {
	var due, attempted sql.NullInt64
	n := &p.Notice
	err = row.Scan(&p.ID, &n.Key, &n.Council, &n.Kind, &n.Subject, &n.Member, &n.Channel, &due,
		&p.State, &p.Attempts, &attempted, &p.Reason, &p.Message)
	n.Due, n.Posted, p.AttemptedAt = instant(due), p.Message != "", instant(attempted)
	return p, err
}

// Settle keeps what became of claimed parcels, all in one commit. A parcel that is not
// being sent any more is left as it is.
func (s *Store) Settle(ctx context.Context, outcomes []programme.Outcome) error {
	return s.within(ctx, func(tx *sql.Tx) error {
		for _, o := range outcomes {
			if err := settle(ctx, tx, o); err != nil {
				return fmt.Errorf("settle parcel %d: %w", o.ID, err)
			}
		}
		return nil
	})
}

func settle(ctx context.Context, tx *sql.Tx, o programme.Outcome) error {
	uncounted := flag(o.At.IsZero()) // no call was made
	var err error
	switch o.State {
	case programme.Due:
		_, err = exec(ctx, tx, `
			UPDATE outbox SET state = 'due', due_at = $2, lease_until = 0, reason = $3, attempts = attempts - $4
			WHERE id = $1 AND state = 'sending'`, o.ID, millis(o.Due), o.Reason, uncounted)
	case programme.Sending:
		_, err = exec(ctx, tx, `
			UPDATE outbox SET lease_until = $2, reason = $3, attempts = attempts - $4
			WHERE id = $1 AND state = 'sending'`, o.ID, millis(o.Due), o.Reason, uncounted)
	default:
		_, err = exec(ctx, tx, `
			UPDATE outbox SET state = CASE WHEN $2 = 'sent' AND redraw = 1 THEN 'due' ELSE $2 END,
				reason = $3, message_ref = $4, lease_until = 0
			WHERE id = $1 AND state = 'sending'`, o.ID, o.State, o.Reason, o.Message)
	}
	if err == nil && o.State == programme.Dead { // what rode along in it tries on its own
		_, err = exec(ctx, tx, `UPDATE outbox SET state = 'waiting', carrier_id = NULL, look_at = due_at WHERE state = 'merged' AND carrier_id = $1`, o.ID)
	}
	if err != nil || o.State != programme.Sent {
		return err
	}
	return postDetails(ctx, tx, o.ID, o.At)
}

// Release frees the leases of a process that died. Call it before the first Claim, and
// only with the Lock, which proves that no other process is sending.
func (s *Store) Release(ctx context.Context) error {
	_, err := exec(ctx, s.write, `UPDATE outbox SET lease_until = 0 WHERE state = 'sending'`)
	return err
}

// NextDue is when the next parcel can be claimed. ok is false when there is none.
func (s *Store) NextDue(ctx context.Context) (due time.Time, ok bool, err error) {
	return s.earliest(ctx, `
		SELECT min(CASE WHEN lease_until > due_at THEN lease_until ELSE due_at END)
		FROM outbox WHERE state IN ('due', 'sending') AND `+fresh("$1"), millis(s.now().Add(-staleAfter)))
}

// fresh leaves out what was let go before an instant and not sent.
func fresh(since string) string {
	return `(handed_at IS NULL OR state = 'sending' OR handed_at > ` + since + `)`
}

// earliest reads a query that finds one time, or none.
func (s *Store) earliest(ctx context.Context, query string, args ...any) (time.Time, bool, error) {
	var ms sql.NullInt64
	err := s.read.QueryRowContext(ctx, query, args...).Scan(&ms)
	return instant(ms), ms.Valid, err
}

// OutboxDepth counts parcels by state, and says when the oldest of those still to be sent
// was due (the zero time when there is none).
func (s *Store) OutboxDepth(ctx context.Context) (depth map[programme.Delivery]int, oldest time.Time, err error) {
	type group struct {
		state programme.Delivery
		count int
	}
	groups, err := all(ctx, s.read, func(row scanner) (g group, err error) {
		return g, row.Scan(&g.state, &g.count)
	}, `SELECT state, count(*) FROM outbox GROUP BY state`)
	if err != nil {
		return nil, time.Time{}, err
	}
	depth = map[programme.Delivery]int{}
	for _, g := range groups {
		depth[g.state] = g.count
	}
	oldest, _, err = s.earliest(ctx, `SELECT min(due_at) FROM outbox WHERE state IN ('due', 'sending')`)
	return depth, oldest, err
}
