package store

import (
	"context"
	"database/sql"
	"time"

	"smallchanges/internal/programme"
)

// Exports read everything of a council, or of one of its teams when team is not 0, the
// oldest first. What is private to a member is never among it.

// ExportChanges are all changes.
func (s *Store) ExportChanges(ctx context.Context, council, team int64) ([]programme.Change, error) {
	return all(ctx, s.read, scanChange, changeRows+` WHERE c.council_id = $1 AND $2 IN (0, c.team_id) ORDER BY c.number`, council, team)
}

// ExportHistory is the past of all changes.
func (s *Store) ExportHistory(ctx context.Context, council, team int64) ([]programme.History, error) {
	return all(ctx, s.read, scanHistory, historyRows+` WHERE h.council_id = $1 AND $2 IN (0, c.team_id) ORDER BY h.id`, council, team)
}

// ExportReflections are the shared reflections. Those shared without a name have no author.
func (s *Store) ExportReflections(ctx context.Context, council, team int64) ([]programme.Reflection, error) {
	return all(ctx, s.read, scanShared, reflectionRows+` WHERE r.council_id = $1 AND $2 IN (0, r.team_id) AND `+sharedOnly+` ORDER BY r.id`, council, team)
}

// ExportCelebrations are the celebrations. A team's are those that its members gave, or that name one of them.
func (s *Store) ExportCelebrations(ctx context.Context, council, team int64) ([]programme.Celebration, error) {
	list, err := all(ctx, s.read, scanCelebration, celebrationRows+`
		WHERE c.council_id = $1 AND ($2 IN (0, COALESCE(m.team_id, 0)) OR EXISTS (
			SELECT 1 FROM celebrated p JOIN member named ON named.id = p.member_id
			WHERE p.celebration_id = c.id AND named.team_id = $2)) ORDER BY c.id`, council, team)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].People, err = celebrated(ctx, s.read, council, list[i].ID); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// ExportPulses are the released pulses, with what their release rule showed.
func (s *Store) ExportPulses(ctx context.Context, council, team int64) ([]programme.Pulse, error) {
	return all(ctx, s.read, scanPulse, pulseRows+`
		WHERE p.council_id = $1 AND $2 IN (0, p.team_id) AND p.released_at IS NOT NULL ORDER BY p.id`, council, team)
}

// Participation is how many were asked in one reflection round, and how many wrote something.
type Participation struct {
	Team            string
	Opened          time.Time
	Asked, Answered int
}

// ExportParticipation counts each round's answers, also those nobody else may read. A round
// that a pause cut short is left out.
func (s *Store) ExportParticipation(ctx context.Context, council, team int64) ([]Participation, error) {
	return all(ctx, s.read, func(row scanner) (p Participation, err error) {
		var opened sql.NullInt64
		err = row.Scan(&p.Team, &opened, &p.Asked, &p.Answered)
		p.Opened = instant(opened)
		return p, err
	}, `SELECT t.name, r.opens_at, r.asked,
			(SELECT count(*) FROM reflection a WHERE a.round_id = r.id AND a.skipped = 0)
		FROM round r JOIN team t ON t.id = r.team_id
		WHERE r.council_id = $1 AND $2 IN (0, r.team_id) AND r.cut = 0 ORDER BY r.id`, council, team)
}
