package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

const pulseRows = `
	SELECT p.id, p.council_id, p.team_id, t.name, p.set_name, p.title, p.questions, p.open_mode, p.schedule_id, p.slot,
		p.opens_at, p.closes_at, p.asked, p.result
	FROM pulse p JOIN team t ON t.id = p.team_id`

func scanPulse(row scanner) (p programme.Pulse, err error) {
	var opens, closes sql.NullInt64
	err = row.Scan(&p.ID, &p.CouncilID, &p.TeamID, &p.Team, &p.Set, &p.Title, fromJSON{&p.Questions}, &p.OpenMode,
		&p.Schedule, &p.Slot, &opens, &closes, &p.Asked, fromJSON{&p.Result})
	p.Opens, p.Closes = instant(opens), instant(closes)
	return p, err
}

// OpenPulse opens a pulse in one transaction: its slot when a schedule opens it, the pulse
// with its settings frozen, and the schedule's next slot. opened is false when another
// process opened that slot. fault.Closed when the team has one open already.
func (s *Store) OpenPulse(ctx context.Context, p programme.Pulse, next programme.Slot) (made programme.Pulse, opened bool, err error) {
	err = s.within(ctx, func(tx *sql.Tx) error {
		opened = true
		if p.Schedule != "" {
			opened, err = takeSlot(ctx, tx, p.CouncilID, p.Schedule, p.Slot, "opened", "", next, s.now())
			if err != nil || !opened {
				return err
			}
		}
		if made, err = insertPulse(ctx, tx, p); err != nil {
			return err
		}
		return dirtyTeam(ctx, tx, p.CouncilID, p.TeamID, s.now())
	})
	return made, opened && err == nil, err
}

func insertPulse(ctx context.Context, tx *sql.Tx, p programme.Pulse) (programme.Pulse, error) {
	if _, err := teamOf(ctx, tx, p.CouncilID, p.TeamID); err != nil {
		return programme.Pulse{}, err
	}
	made, err := one(ctx, tx, "", number, `
		INSERT INTO pulse (council_id, team_id, set_name, title, questions, open_mode, schedule_id, slot, asked, opens_at, closes_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id`,
		p.CouncilID, p.TeamID, p.Set, p.Title, toJSON(p.Questions), flag(p.OpenMode), p.Schedule, p.Slot, p.Asked,
		millis(p.Opens), millis(p.Closes))
	if doubled(err) {
		return programme.Pulse{}, fault.Hide(fault.Closed, err, "This team has a pulse open already. Only one can be open at a time.")
	}
	if err != nil {
		return programme.Pulse{}, fmt.Errorf("open a pulse: %w", err)
	}
	return pulseOf(ctx, tx, p.CouncilID, made)
}

// Invite puts a pulse's invitations into the outbox. Doing it again adds none.
func (s *Store) Invite(ctx context.Context, council int64, notices []programme.Notice) error {
	return s.within(ctx, func(tx *sql.Tx) error { return postAll(ctx, tx, council, 0, notices) })
}

// Pulse is one pulse.
func (s *Store) Pulse(ctx context.Context, council, id int64) (programme.Pulse, error) {
	return pulseOf(ctx, s.read, council, id)
}

func pulseOf(ctx context.Context, q querier, council, id int64) (programme.Pulse, error) {
	return one(ctx, q, "That pulse is not here.", scanPulse, pulseRows+` WHERE p.council_id = $1 AND p.id = $2`, council, id)
}

// PulseByID is one pulse of any council, for operators, who name it by its id alone.
func (s *Store) PulseByID(ctx context.Context, id int64) (programme.Pulse, error) {
	return one(ctx, s.read, fmt.Sprintf("There is no pulse %d.", id), scanPulse, pulseRows+` WHERE p.id = $1`, id)
}

// OpenPulseOf is the pulse a team can reply to now. fault.Missing when there is none.
func (s *Store) OpenPulseOf(ctx context.Context, council, team int64, now time.Time) (programme.Pulse, error) {
	return one(ctx, s.read, "No pulse is open for your team just now.", scanPulse, pulseRows+`
		WHERE p.council_id = $1 AND p.team_id = $2 AND p.released_at IS NULL AND p.closes_at > $3`, council, team, millis(now))
}

// LastPulse is the pulse that a team saw released last. fault.Missing when there is none.
func (s *Store) LastPulse(ctx context.Context, council, team int64) (programme.Pulse, error) {
	return one(ctx, s.read, "Your team has no pulse results yet.", scanPulse, pulseRows+`
		WHERE p.council_id = $1 AND p.team_id = $2 AND p.released_at IS NOT NULL ORDER BY p.released_at DESC, p.id DESC LIMIT 1`, council, team)
}

// OpenPulses are the ids of the pulses of every council that are not released: only these may have a ballot.
func (s *Store) OpenPulses(ctx context.Context) ([]int64, error) {
	return all(ctx, s.read, number, `SELECT id FROM pulse WHERE released_at IS NULL ORDER BY id`)
}

// PulsesToInvite are the open pulses of every council that nobody was invited to yet: just
// opened, or left so by a crash.
func (s *Store) PulsesToInvite(ctx context.Context) ([]programme.Pulse, error) {
	return all(ctx, s.read, scanPulse, pulseRows+` WHERE p.released_at IS NULL AND NOT EXISTS (
		SELECT 1 FROM outbox o WHERE o.kind = $1 AND o.subject = p.id) ORDER BY p.id`, programme.NoticePulse)
}

// PulsesToClose are the pulses of every council whose time is over and that are not released.
func (s *Store) PulsesToClose(ctx context.Context, now time.Time) ([]programme.Pulse, error) {
	return all(ctx, s.read, scanPulse, pulseRows+` WHERE p.released_at IS NULL AND p.closes_at <= $1 ORDER BY p.closes_at, p.id`, millis(now))
}

// ReleasePulse keeps what a pulse may show and, with the same commit, tells the team. A
// pulse that is released already stays as it is: nothing reopens it.
func (s *Store) ReleasePulse(ctx context.Context, council, pulse int64, r programme.Result, notice *programme.Notice) error {
	return s.within(ctx, func(tx *sql.Tx) error {
		n, err := exec(ctx, tx, `
			UPDATE pulse SET result = $3, released_at = $4 WHERE council_id = $1 AND id = $2 AND released_at IS NULL`,
			council, pulse, toJSON(r), millis(s.now()))
		if err != nil || n == 0 {
			return err
		}
		if err := dirtyTeamOf(ctx, tx, council, `SELECT team_id FROM pulse WHERE council_id = $1 AND id = $2`, pulse, s.now()); err != nil {
			return err
		}
		if notice == nil {
			return nil
		}
		return postAll(ctx, tx, council, pulse, []programme.Notice{*notice})
	})
}
