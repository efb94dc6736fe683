package store

import (
	"context"
	"time"

	"smallchanges/internal/programme"
)

// skipsAreKnown is for how long anybody asks why a slot was skipped.
const skipsAreKnown = 60 * 24 * time.Hour

// allSkips is more slots than any council skips in that time.
const allSkips = 100_000

// Skipped are the slots of a team's schedules, or with 0 of the whole council's, that were
// passed over in the last 60 days, the latest first.
func (s *Store) Skipped(ctx context.Context, council, team int64) ([]programme.Skip, error) {
	return skippedOf(ctx, s.read, council, team, s.now(), allSkips)
}

func skippedOf(ctx context.Context, q querier, council, team int64, now time.Time, limit int) ([]programme.Skip, error) {
	return all(ctx, q, func(row scanner) (p programme.Skip, err error) {
		return p, row.Scan(&p.Schedule, &p.Team, &p.Kind, &p.Slot, &p.Reason)
	}, `SELECT s.id, t.name, s.kind, x.wall, x.reason
		FROM slot x JOIN schedule s ON s.council_id = x.council_id AND s.id = x.schedule_id JOIN team t ON t.id = s.team_id
		WHERE x.council_id = $1 AND x.outcome = 'skipped' AND $2 IN (0, s.team_id) AND x.at >= $3
		ORDER BY x.at DESC, x.wall DESC, s.id LIMIT $4`, council, team, millis(now.Add(-skipsAreKnown)), limit)
}
