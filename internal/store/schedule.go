package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// scheduleRows selects schedules s that are in the council file.
const scheduleRows = `
	SELECT s.id, s.council_id, s.team_id, t.name, s.kind, s.cron, s.zone, c.nation, s.open_for, s.skip_holidays,
		s.set_name, s.paused, s.next_run, s.next_wall
	FROM schedule s JOIN team t ON t.id = s.team_id JOIN council c ON c.id = s.council_id
	WHERE s.ended_at IS NULL`

func scanSchedule(row scanner) (s programme.Schedule, err error) {
	var next sql.NullInt64
	var openFor int64
	err = row.Scan(&s.ID, &s.CouncilID, &s.TeamID, &s.Team, &s.Kind, &s.Cron, &s.Zone, &s.Nation, &openFor, &s.SkipHolidays,
		&s.Set, &s.Paused, &next, &s.NextWall)
	s.OpenFor, s.NextRun = time.Duration(openFor)*time.Millisecond, instant(next)
	return s, err
}

// Schedules lists the schedules of every council, the next due first and paused ones last.
// It is for operators only.
func (s *Store) Schedules(ctx context.Context) ([]programme.Schedule, error) {
	return all(ctx, s.read, scanSchedule, scheduleRows+` ORDER BY s.paused, s.next_run NULLS LAST, s.id`)
}

// Schedule is one schedule, by the id that the council file gave it.
func (s *Store) Schedule(ctx context.Context, id string) (programme.Schedule, error) {
	return one(ctx, s.read, noSchedule(id), scanSchedule, scheduleRows+` AND s.id = $1`, id)
}

func noSchedule(id string) string {
	return fmt.Sprintf("There is no schedule %q. See the ids with: smallchanges schedule list", id)
}

// DueSchedules are those whose next slot has come, the longest due first.
func (s *Store) DueSchedules(ctx context.Context, now time.Time) ([]programme.Schedule, error) {
	return all(ctx, s.read, scanSchedule, scheduleRows+` AND s.paused = 0 AND s.next_run <= $1 ORDER BY s.next_run, s.id`, millis(now))
}

// PauseSchedule stops a schedule until it is resumed (on false). What is open stays open.
// Slots that pass meanwhile are late when it resumes, and the runner skips them.
func (s *Store) PauseSchedule(ctx context.Context, id string, on bool) error {
	n, err := exec(ctx, s.write, `UPDATE schedule SET paused = $2 WHERE id = $1 AND ended_at IS NULL`, id, flag(on))
	if err == nil && n == 0 {
		return fault.New(fault.Missing, noSchedule(id))
	}
	return err
}

// SkipSlot keeps for ever that a slot was passed over, and why, and moves the schedule on.
func (s *Store) SkipSlot(ctx context.Context, sch programme.Schedule, slot, reason string, next programme.Slot) error {
	return s.within(ctx, func(tx *sql.Tx) error {
		_, err := takeSlot(ctx, tx, sch.CouncilID, sch.ID, slot, "skipped", reason, next, s.now())
		return err
	})
}

// takeSlot settles what becomes of a slot, which only the first can do, and moves the
// schedule on to next unless it stands later than the slot already. A zero next leaves
// the schedule as it is: the slot was an extra one.
func takeSlot(ctx context.Context, tx *sql.Tx, council int64, schedule, wall, outcome, reason string, next programme.Slot, now time.Time) (bool, error) {
	n, err := exec(ctx, tx, `
		INSERT INTO slot (schedule_id, wall, council_id, outcome, reason, at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (schedule_id, wall) DO NOTHING`, schedule, wall, council, outcome, reason, millis(now))
	if err != nil {
		return false, fmt.Errorf("take slot %s of %s: %w", wall, schedule, err)
	}
	if next.Wall != "" {
		_, err = exec(ctx, tx, `
			UPDATE schedule SET next_run = $3, next_wall = $4 WHERE council_id = $1 AND id = $2 AND next_wall <= $5`,
			council, schedule, millis(next.At), next.Wall, wall)
	}
	return n > 0, err
}

// NextEvent is when the clockwork has something to do next: a slot, the close of a round,
// of choosing or of a pulse, or a follow-up. ok is false when there is nothing.
func (s *Store) NextEvent(ctx context.Context) (at time.Time, ok bool, err error) {
	return s.earliest(ctx, `
		SELECT min(at) FROM (
			SELECT min(next_run) AS at FROM schedule WHERE paused = 0 AND ended_at IS NULL
			UNION ALL SELECT min(closes_at) FROM round WHERE closed_at IS NULL
			UNION ALL SELECT min(closes_at) FROM choosing WHERE closed_at IS NULL
			UNION ALL SELECT min(look_at) FROM outbox WHERE state = 'waiting'
			UNION ALL SELECT min(due_at) FROM follow_up WHERE asked_at IS NULL AND ended_at IS NULL
			UNION ALL SELECT min(closes_at) FROM pulse WHERE released_at IS NULL) AS events`)
}
