package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"smallchanges/internal/programme"
)

const noRound = "No prompt is open for your team just now. You can still write a reflection of your own."

const roundRows = `
	SELECT r.id, r.council_id, r.team_id, r.schedule_id, r.slot, r.prompt, r.opens_at, r.closes_at,
		r.closed_at IS NOT NULL, r.asked, r.cut
	FROM round r`

func scanRound(row scanner) (r programme.Round, err error) {
	var opens, closes sql.NullInt64
	err = row.Scan(&r.ID, &r.CouncilID, &r.TeamID, &r.Schedule, &r.Slot, fromJSON{&r.Prompt}, &opens, &closes, &r.Closed, &r.Asked, &r.Cut)
	r.Opens, r.Closes = instant(opens), instant(closes)
	return r, err
}

// OpenRound opens a round in one transaction: its slot, the round, its notices and the
// schedule's next slot. Of any number of processes one opens it; opened is false for the
// others, who only move the schedule on if it stands still.
func (s *Store) OpenRound(ctx context.Context, r programme.Round, notices []programme.Notice, next programme.Slot) (made programme.Round, opened bool, err error) {
	err = s.within(ctx, func(tx *sql.Tx) error {
		opened, err = takeSlot(ctx, tx, r.CouncilID, r.Schedule, r.Slot, "opened", "", next, s.now())
		if err != nil || !opened {
			return err
		}
		made, err = one(ctx, tx, "", scanRound, `
			INSERT INTO round AS r (council_id, team_id, schedule_id, slot, prompt_id, prompt, asked, opens_at, closes_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
			RETURNING id, council_id, team_id, schedule_id, slot, prompt, opens_at, closes_at, closed_at IS NOT NULL, asked, cut`,
			r.CouncilID, r.TeamID, r.Schedule, r.Slot, r.Prompt.ID, toJSON(r.Prompt), r.Asked, millis(r.Opens), millis(r.Closes))
		if err != nil {
			return fmt.Errorf("open a round of %s: %w", r.Schedule, err)
		}
		if err := dirtyTeam(ctx, tx, r.CouncilID, r.TeamID, s.now()); err != nil {
			return err
		}
		return postAll(ctx, tx, r.CouncilID, made.ID, notices)
	})
	return made, opened, err
}

// OpenRoundOf is a team's latest round that takes answers. fault.Missing when none does.
func (s *Store) OpenRoundOf(ctx context.Context, council, team int64, now time.Time) (programme.Round, error) {
	return one(ctx, s.read, noRound, scanRound, roundRows+`
		WHERE r.council_id = $1 AND r.team_id = $2 AND r.closed_at IS NULL AND r.cut = 0 AND r.opens_at <= $3 AND r.closes_at > $3
		ORDER BY r.opens_at DESC, r.id DESC LIMIT 1`, council, team, millis(now))
}

// Round is one round.
func (s *Store) Round(ctx context.Context, council, id int64) (programme.Round, error) {
	return roundOf(ctx, s.read, council, id)
}

func roundOf(ctx context.Context, q querier, council, id int64) (programme.Round, error) {
	return one(ctx, q, "That prompt is not here any more.", scanRound, roundRows+` WHERE r.council_id = $1 AND r.id = $2`, council, id)
}

// RoundsToClose are the rounds of every council whose window is over.
func (s *Store) RoundsToClose(ctx context.Context, now time.Time) ([]programme.Round, error) {
	return all(ctx, s.read, scanRound, roundRows+` WHERE r.closed_at IS NULL AND r.closes_at <= $1 ORDER BY r.closes_at, r.id`, millis(now))
}

// Windows are the open rounds of every council, the next to close first. It is for operators only.
func (s *Store) Windows(ctx context.Context) ([]programme.Window, error) {
	return all(ctx, s.read, func(row scanner) (w programme.Window, err error) {
		var closes sql.NullInt64
		err = row.Scan(&w.Round, &w.Team, &w.Zone, &w.Slot, &closes)
		w.Closes = instant(closes)
		return w, err
	}, `SELECT r.id, t.name, COALESCE(NULLIF(t.zone, ''), c.zone), r.slot, r.closes_at
		FROM round r JOIN team t ON t.id = r.team_id JOIN council c ON c.id = r.council_id
		WHERE r.closed_at IS NULL ORDER BY r.closes_at, r.id`)
}

// CloseRound closes a round and, with the same commit, puts its digest into the outbox
// when there is one and anything was shared. A digest that is there already, of another round, tells of this one as
// well. A round that is closed already stays as it is.
func (s *Store) CloseRound(ctx context.Context, council, round int64, digest *programme.Notice) error {
	return s.within(ctx, func(tx *sql.Tx) error {
		n, err := exec(ctx, tx, `UPDATE round SET closed_at = $3 WHERE council_id = $1 AND id = $2 AND closed_at IS NULL`,
			council, round, millis(s.now()))
		if err != nil || n == 0 {
			return err
		}
		if err := dirtyTeamOf(ctx, tx, council, `SELECT team_id FROM round WHERE council_id = $1 AND id = $2`, round, s.now()); err != nil || digest == nil {
			return err
		}
		if shared, err := sharedOf(ctx, tx, council, round); err != nil || len(shared) == 0 {
			return err
		}
		return tellOf(ctx, tx, council, round, *digest, s.now())
	})
}

// LastClose is when the last of a team's open rounds closes that do so before an instant.
// It is the zero time when none does.
func (s *Store) LastClose(ctx context.Context, council, team int64, before time.Time) (time.Time, error) {
	var ms sql.NullInt64
	err := s.read.QueryRowContext(ctx, `
		SELECT max(closes_at) FROM round WHERE council_id = $1 AND team_id = $2 AND closed_at IS NULL AND closes_at < $3`,
		council, team, millis(before)).Scan(&ms)
	return instant(ms), err
}
