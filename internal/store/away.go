package store

import (
	"context"
	"database/sql"
	"time"
)

// Hint notes until when a member's chat status hints that they are away; the zero time notes
// that they are here. Of several hints the longest counts until they are here: a snooze of an
// hour does not end a holiday. Whom the council does not know is left out. What waits for them is looked at again.
func (s *Store) Hint(ctx context.Context, council, member int64, until time.Time) error {
	return s.within(ctx, func(tx *sql.Tx) error {
		if until.IsZero() {
			n, err := exec(ctx, tx, `
				UPDATE quiet SET away_until = NULL WHERE council_id = $1 AND member_id = $2 AND away_until IS NOT NULL`, council, member)
			if err != nil || n == 0 {
				return err
			}
			return lookAgain(ctx, tx, council, member, s.now())
		}
		_, err := exec(ctx, tx, `
			INSERT INTO quiet (council_id, member_id, away_until)
			SELECT council_id, id, $3 FROM member WHERE council_id = $1 AND id = $2 AND left_at IS NULL
			ON CONFLICT (member_id) DO UPDATE SET away_until = excluded.away_until
			WHERE quiet.away_until IS NULL OR quiet.away_until < excluded.away_until`, council, member, millis(until))
		return err
	})
}
