package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"smallchanges/internal/programme"
)

// tellOf puts the digest of a closed round into the outbox. When the digest is there
// already, it tells of this round as well: if it is posted, it is drawn again.
func tellOf(ctx context.Context, tx *sql.Tx, council, round int64, digest programme.Notice, now time.Time) error {
	if err := postAll(ctx, tx, council, round, []programme.Notice{digest}); err != nil {
		return err
	}
	_, err := exec(ctx, tx, `UPDATE round SET digest_id = (SELECT id FROM outbox WHERE council_id = $1 AND key = $3) WHERE council_id = $1 AND id = $2`,
		council, round, digest.Key)
	if err != nil {
		return fmt.Errorf("note the digest of a round: %w", err)
	}
	return redraw(ctx, tx, council, round, now)
}

// redraw has the messages drawn again that tell what was shared in a round: those posted at
// once, and one that is being sent at this moment as soon as that is settled. One that was
// dropped, since there was nothing to tell, has its turn after all.
func redraw(ctx context.Context, tx *sql.Tx, council, round int64, now time.Time) error {
	_, err := exec(ctx, tx, `
		UPDATE outbox SET redraw = 1, attempts = CASE state WHEN 'sending' THEN attempts ELSE 0 END,
			due_at = CASE state WHEN 'sending' THEN due_at ELSE $4 END,
			state = CASE state WHEN 'sending' THEN state ELSE 'due' END
		WHERE council_id = $1 AND state IN ('sent', 'dropped', 'sending') AND id IN (
			SELECT digest_id FROM round WHERE council_id = $1 AND id = $2
			UNION SELECT id FROM outbox WHERE kind = $3 AND subject = $2)`,
		council, round, programme.NoticeDetails, millis(now))
	if err != nil {
		return fmt.Errorf("draw a digest again: %w", err)
	}
	return nil
}

// postDetails puts the answers in whole into the outbox, to go under a digest that was just
// posted or edited. Any other parcel has none.
func postDetails(ctx context.Context, tx *sql.Tx, parcel int64, due time.Time) error {
	type told struct {
		round, council int64
		channel        string
	}
	rounds, err := all(ctx, tx, func(row scanner) (t told, err error) {
		return t, row.Scan(&t.round, &t.council, &t.channel)
	}, `SELECT r.id, r.council_id, o.channel FROM round r JOIN outbox o ON o.id = r.digest_id WHERE r.digest_id = $1 ORDER BY r.id`, parcel)
	if err != nil {
		return err
	}
	for _, t := range rounds {
		shared, err := sharedOf(ctx, tx, t.council, t.round)
		if err != nil {
			return err
		}
		var notices []programme.Notice
		for page := range programme.Pages(shared) {
			notices = append(notices, programme.Notice{Key: programme.DetailsKey(t.round, page), Kind: programme.NoticeDetails, Channel: t.channel, Due: due})
		}
		if err := postAll(ctx, tx, t.council, t.round, notices); err != nil {
			return err
		}
		if err := lookFirst(ctx, tx, t.council, t.round, parcel); err != nil {
			return err
		}
	}
	return nil
}

// lookFirst has the answers under a digest looked for before they are sent, when the digest
// fell due before the database came back from a backup: they may be there.
func lookFirst(ctx context.Context, tx *sql.Tx, council, round, digest int64) error {
	restored, err := restoredAt(ctx, tx)
	if err != nil || restored.IsZero() {
		return err
	}
	_, err = exec(ctx, tx, `
		UPDATE outbox SET state = 'sending', attempted_at = d.due_at FROM outbox d
		WHERE outbox.council_id = $1 AND outbox.kind = $2 AND outbox.subject = $3 AND outbox.state = 'due' AND outbox.attempts = 0
			AND d.id = $4 AND d.due_at <= $5`, council, programme.NoticeDetails, round, digest, millis(restored))
	return err
}

// Digest is the digest that tells of a round, with all rounds it tells of. It is the zero
// one when there is none: the round is open, or nothing was shared when it closed.
func (s *Store) Digest(ctx context.Context, council, round int64) (d programme.Digest, err error) {
	err = s.read.QueryRowContext(ctx, `
		SELECT o.state, o.message_ref FROM round r JOIN outbox o ON o.id = r.digest_id WHERE r.council_id = $1 AND r.id = $2`,
		council, round).Scan(&d.State, &d.Message)
	if errors.Is(err, sql.ErrNoRows) {
		return programme.Digest{}, nil
	}
	if err != nil {
		return d, err
	}
	d.Rounds, err = all(ctx, s.read, scanRound, roundRows+`
		WHERE r.council_id = $1 AND r.digest_id = (SELECT digest_id FROM round WHERE council_id = $1 AND id = $2) ORDER BY r.opens_at, r.id`,
		council, round)
	return d, err
}
