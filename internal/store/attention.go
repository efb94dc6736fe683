package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// staleAfter is how long a message that was let go may stay unsent before it is looked at
// again: it could be night, or a holiday, when a program that was down comes back. What a
// person wanted sent at once is no exception then.
const staleAfter = time.Hour

// stale are the parcels that were let go before $1 and not sent. An index of their own serves it.
const stale = ` state = 'due' AND handed_at <= $1`

// ToLookAt are the members for whom something waits that is to be looked at now, of every
// council. What was let go long ago and never sent waits again, and is among it.
func (s *Store) ToLookAt(ctx context.Context, now time.Time) ([]int64, error) {
	old, err := one(ctx, s.read, "", number, `SELECT EXISTS (SELECT 1 FROM outbox WHERE`+stale+`)`, millis(now.Add(-staleAfter)))
	if err != nil {
		return nil, err
	}
	if old != 0 {
		if err := s.waitAnew(ctx, now); err != nil {
			return nil, err
		}
	}
	return all(ctx, s.read, number, `SELECT member_id FROM outbox WHERE state = 'waiting' AND look_at <= $1 GROUP BY member_id ORDER BY min(look_at), member_id`, millis(now))
}

// waitAnew has parcels wait again that were let go long ago and never sent, and what rode
// along in them.
func (s *Store) waitAnew(ctx context.Context, now time.Time) error {
	return s.within(ctx, func(tx *sql.Tx) error {
		old := millis(now.Add(-staleAfter))
		_, err := exec(ctx, tx, `
			UPDATE outbox SET state = 'waiting', carrier_id = NULL, look_at = $2
			WHERE state = 'merged' AND carrier_id IN (SELECT id FROM outbox WHERE`+stale+`)`, old, millis(now))
		if err != nil {
			return err
		}
		_, err = exec(ctx, tx, `UPDATE outbox SET state = 'waiting', handed_at = NULL, look_at = $2 WHERE`+stale, old, millis(now))
		return err
	})
}

// recall has wait again what was let go for a member and is not on its way yet, with what
// rides along in it: they have just said that they want to be left alone, or their team.
func recall(ctx context.Context, tx *sql.Tx, council, member int64, now time.Time) error {
	const going = ` council_id = $1 AND member_id = $2 AND state = 'due' AND handed_at IS NOT NULL`
	_, err := exec(ctx, tx, `UPDATE outbox SET state = 'waiting', carrier_id = NULL, look_at = $3
		WHERE state = 'merged' AND carrier_id IN (SELECT id FROM outbox WHERE`+going+`)`, council, member, millis(now))
	if err != nil {
		return err
	}
	_, err = exec(ctx, tx, `UPDATE outbox SET state = 'waiting', handed_at = NULL, look_at = $3 WHERE`+going, council, member, millis(now))
	return err
}

// HandOut looks at all that waits for some members and lets go what each can bear now, in one
// message (programme.Attention.Hand).
func (s *Store) HandOut(ctx context.Context, members []int64, now time.Time) error {
	return s.within(ctx, func(tx *sql.Tx) error {
		calendars := map[int64]programme.Calendar{}
		for _, member := range members {
			if err := handOut(ctx, tx, member, now, calendars); err != nil {
				return fmt.Errorf("hand out to member %d: %w", member, err)
			}
		}
		return nil
	})
}

func handOut(ctx context.Context, tx *sql.Tx, member int64, now time.Time, calendars map[int64]programme.Calendar) error {
	a, err := attentionOf(ctx, tx, member, now)
	if fault.Is(err, fault.Missing) { // they have left
		return dropWaiting(ctx, tx, member, "they are not here any more")
	}
	if err != nil {
		return err
	}
	calendar, ok := calendars[a.Member.CouncilID]
	if !ok {
		if calendar, err = calendarOf(ctx, tx, a.Member.CouncilID); err != nil {
			return err
		}
		calendars[a.Member.CouncilID] = calendar
	}
	return handed(ctx, tx, a, a.Hand(now, calendar.Holiday), now)
}

// handed keeps what was decided.
func handed(ctx context.Context, tx *sql.Tx, a programme.Attention, h programme.Handing, now time.Time) error {
	for _, id := range h.Drop {
		_, err := exec(ctx, tx, `UPDATE outbox SET state = 'dropped', reason = 'its time was over before it could be sent' WHERE id = $1`, id)
		if err != nil {
			return err
		}
	}
	for i, id := range h.Go {
		var err error
		if i == 0 {
			_, err = exec(ctx, tx, `UPDATE outbox SET state = 'due', due_at = $2, handed_at = $2, look_at = NULL WHERE id = $1`, id, millis(now))
		} else {
			_, err = exec(ctx, tx, `UPDATE outbox SET state = 'merged', carrier_id = $2, look_at = NULL WHERE id = $1`, id, h.Go[0])
		}
		if err != nil {
			return err
		}
	}
	look := h.Look
	if look.IsZero() {
		look = now // what still waits is due on another day
	}
	_, err := exec(ctx, tx, `UPDATE outbox SET look_at = `+notBeforeDue+` WHERE council_id = $1 AND member_id = $2 AND state = 'waiting' AND look_at <= $4`,
		a.Member.CouncilID, a.Member.ID, millis(look), millis(now))
	return err
}

// notBeforeDue is the instant $3, or when a parcel is due if that is later.
const notBeforeDue = `CASE WHEN due_at > $3 THEN due_at ELSE $3 END`

func dropWaiting(ctx context.Context, tx *sql.Tx, member int64, why string) error { // they are of no council any more
	_, err := exec(ctx, tx, `UPDATE outbox SET state = 'dropped', reason = $2 WHERE member_id = $1 AND state = 'waiting'`, member, why)
	return err
}

// lookAgain has what waits for a member looked at again.
func lookAgain(ctx context.Context, tx *sql.Tx, council, member int64, now time.Time) error {
	_, err := exec(ctx, tx, `UPDATE outbox SET look_at = `+notBeforeDue+` WHERE council_id = $1 AND member_id = $2 AND state = 'waiting'`, council, member, millis(now))
	return err
}

// Attention is what waits for a member, and how much of their week is used.
func (s *Store) Attention(ctx context.Context, council, member int64, now time.Time) (programme.Attention, error) {
	a, err := attentionOf(ctx, s.read, member, now)
	if err == nil && a.Member.CouncilID != council {
		return programme.Attention{}, fault.New(fault.Missing, "That person is not here any more.")
	}
	return a, err
}

// attentionOf reads all that decides what a member is written now. A member of any council:
// the outbox is worked for all of them.
func attentionOf(ctx context.Context, q querier, member int64, now time.Time) (a programme.Attention, err error) {
	council, err := one(ctx, q, "", number, `SELECT council_id FROM member WHERE id = $1`, member)
	if err != nil {
		return a, err
	}
	if a.Member, err = memberByID(ctx, q, council, member); err != nil {
		return a, err
	}
	zone := a.Member.Location()
	if a.Paused, err = paused(ctx, q, council, a.Member.TeamID, programme.DayOf(now, zone)); err != nil {
		return a, err
	}
	week, nextWeek := programme.WeekOf(now, zone)
	tonight := programme.Tonight(now, zone)
	a.Waiting, err = all(ctx, q, scanWaiting, `
		SELECT id, key, kind, subject, due_at, until_at FROM outbox
		WHERE council_id = $1 AND member_id = $2 AND state = 'waiting' AND due_at < $3 ORDER BY id`, council, member, millis(tonight))
	if err != nil {
		return a, err
	}
	used, err := one(ctx, q, "", number, `
		SELECT count(*) FROM outbox WHERE council_id = $3 AND member_id = $1 AND handed_at >= $2 AND state NOT IN ('dropped', 'dead')`, member, millis(week), council)
	if err != nil {
		return a, err
	}
	restored, err := restoredAt(ctx, q)
	if err != nil {
		return a, err
	}
	if a.Used = int(used); !restored.Before(week) { // nobody knows any more what else was sent this week
		a.Used = max(a.Used, a.Member.Quiet.Budget)
	}
	a.Coming, err = coming(ctx, q, a.Member, now, nextWeek)
	return a, err
}

func scanWaiting(row scanner) (w programme.Waiting, err error) {
	var due, until sql.NullInt64
	err = row.Scan(&w.ID, &w.Notice.Key, &w.Notice.Kind, &w.Notice.Subject, &due, &until)
	w.Notice.Due, w.Notice.Until = instant(due), instant(until)
	return w, err
}

// coming is when the questions that reach a member this week come, those included
// that wait for another day of theirs. Two that come at once will be one message.
func coming(ctx context.Context, q querier, m programme.Member, now, until time.Time) ([]time.Time, error) {
	type window struct{ opens, closes time.Time }
	windows, err := all(ctx, q, func(row scanner) (w window, err error) {
		var at, open sql.NullInt64
		err = row.Scan(&at, &open)
		w.opens = instant(at)
		w.closes = w.opens.Add(time.Duration(open.Int64) * time.Millisecond)
		return w, err
	}, `
		SELECT next_run AS at, open_for FROM schedule
		WHERE council_id = $1 AND team_id = $2 AND paused = 0 AND ended_at IS NULL AND next_run > $4 AND next_run < $5
			AND (kind = 'pulse' AND $7 = 0 OR kind = 'reflection' AND $6 = 1)
		UNION
		SELECT due_at, 86400000 FROM outbox WHERE council_id = $1 AND member_id = $3 AND state = 'waiting' AND kind IN ('round.prompt', 'pulse.invite') AND due_at > $4 AND due_at < $5
		ORDER BY at`, m.CouncilID, m.TeamID, m.ID, millis(now), millis(until), flag(m.IsAsked()), flag(m.Observer))
	var times []time.Time
	m.Quiet.Away = time.Time{} // only a hint, and of today
	for _, w := range windows {
		at, ok := m.Reach(w.opens, w.closes, func(programme.Day) bool { return false })
		if ok && at.Before(until) && !slices.ContainsFunc(times, at.Equal) {
			times = append(times, at)
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	return times, err
}

// Riding are the notices that go out in a member's message of another, in the order they came.
func (s *Store) Riding(ctx context.Context, council, member int64, key string) ([]programme.Notice, error) {
	list, err := all(ctx, s.read, scanWaiting, `
		SELECT r.id, r.key, r.kind, r.subject, r.due_at, r.until_at FROM outbox o JOIN outbox r ON r.carrier_id = o.id
		WHERE o.council_id = $1 AND o.key = $2 AND o.member_id = $3 ORDER BY r.id`, council, key, member)
	return notices(list, council, member), err
}

// Together is what a message of a member was sent for, when it was for several things, without
// what was put off since. For one thing, or none that is known, it is nothing.
func (s *Store) Together(ctx context.Context, council, member int64, message string) ([]programme.Notice, error) {
	type thing struct {
		programme.Waiting
		putOff bool
	}
	things, err := all(ctx, s.read, func(row scanner) (t thing, err error) {
		var due, until sql.NullInt64
		err = row.Scan(&t.ID, &t.Notice.Key, &t.Notice.Kind, &t.Notice.Subject, &due, &until, &t.putOff)
		t.Notice.Due, t.Notice.Until = instant(due), instant(until)
		return t, err
	}, `
		SELECT r.id, r.key, r.kind, r.subject, r.due_at, r.until_at, EXISTS (
			SELECT 1 FROM outbox again WHERE again.member_id = r.member_id AND again.kind = r.kind AND again.subject = r.subject AND again.id > r.id)
		FROM outbox o JOIN outbox r ON r.id = o.id OR r.carrier_id = o.id
		WHERE o.council_id = $1 AND o.member_id = $2 AND o.message_ref = $3 AND o.handed_at IS NOT NULL
		ORDER BY r.carrier_id NULLS FIRST, r.id`, council, member, message)
	if err != nil || len(things) < 2 {
		return nil, err
	}
	var list []programme.Waiting
	for _, t := range things {
		if !t.putOff {
			list = append(list, t.Waiting)
		}
	}
	return notices(list, council, member), nil
}

func notices(list []programme.Waiting, council, member int64) []programme.Notice {
	out := make([]programme.Notice, len(list))
	for i, w := range list {
		out[i] = w.Notice
		out[i].Council, out[i].Member = council, member
	}
	return out
}
