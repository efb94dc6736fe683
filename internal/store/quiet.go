package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// ChooseQuiet keeps what a member chose about being written to, and has what waits for them
// looked at again.
func (s *Store) ChooseQuiet(ctx context.Context, by programme.By, c programme.QuietChoice) (m programme.Member, err error) {
	return s.quieten(ctx, by, func(tx *sql.Tx, m programme.Member) error {
		q, err := m.Choose(c, programme.DayOf(by.At, m.Location()))
		if err != nil {
			return err
		}
		return putQuiet(ctx, tx, m, q, by)
	})
}

// Snooze leaves a member alone until a day; a day that has come ends it.
func (s *Store) Snooze(ctx context.Context, by programme.By, until programme.Day) (programme.Member, error) {
	return s.quieten(ctx, by, func(tx *sql.Tx, m programme.Member) error {
		q := m.Quiet
		if q.Snoozed = until; until <= programme.DayOf(by.At, m.Location()) {
			q.Snoozed = ""
		}
		return putQuiet(ctx, tx, m, q, by)
	})
}

// AskAgain has a member asked the reflection questions again, from the next one on.
func (s *Store) AskAgain(ctx context.Context, by programme.By) (programme.Member, error) {
	return s.quieten(ctx, by, func(tx *sql.Tx, m programme.Member) error {
		q := m.Quiet
		q.Asks = programme.AsksYes
		return putQuiet(ctx, tx, m, q, by)
	})
}

// TakeLeave keeps days on which a member is not written to.
func (s *Store) TakeLeave(ctx context.Context, by programme.By, l programme.Leave) (programme.Member, error) {
	return s.quieten(ctx, by, func(tx *sql.Tx, m programme.Member) error {
		l, err := m.TakeLeave(l, programme.DayOf(by.At, m.Location()))
		if err != nil {
			return err
		}
		_, err = exec(ctx, tx, `INSERT INTO leave (council_id, member_id, first_day, last_day) VALUES ($1, $2, $3, $4)`,
			by.Council, m.ID, l.First, l.Last)
		return err
	})
}

// DropLeave takes back a leave. One that is not there any more is no error.
func (s *Store) DropLeave(ctx context.Context, by programme.By, leave int64) (programme.Member, error) {
	return s.quieten(ctx, by, func(tx *sql.Tx, m programme.Member) error {
		_, err := exec(ctx, tx, `DELETE FROM leave WHERE council_id = $1 AND member_id = $2 AND id = $3`, by.Council, m.ID, leave)
		return err
	})
}

// quieten does something to what a member has said about being written to, with the event's
// key, and has their page drawn and what waits for them looked at again.
func (s *Store) quieten(ctx context.Context, by programme.By, do func(tx *sql.Tx, m programme.Member) error) (m programme.Member, err error) {
	err = s.within(ctx, func(tx *sql.Tx) error {
		if err := once(ctx, tx, by); err != nil {
			return err
		}
		if m, err = memberByID(ctx, tx, by.Council, by.Member.ID); err != nil {
			return err
		}
		if err := do(tx, m); err != nil {
			return err
		}
		if err := errors.Join(recall(ctx, tx, by.Council, m.ID, by.At), lookAgain(ctx, tx, by.Council, m.ID, by.At)); err != nil {
			return err
		}
		if err := dirtyOwn(ctx, tx, by); err != nil {
			return err
		}
		m, err = memberByID(ctx, tx, by.Council, by.Member.ID)
		return err
	})
	return m, err
}

// putQuiet keeps all that a member has said. Who is asked again starts anew: silence before
// does not count.
func putQuiet(ctx context.Context, tx *sql.Tx, m programme.Member, q programme.Quiet, by programme.By) error {
	var since any // as it was
	if q.Asks == programme.AsksYes && m.Quiet.Asks != programme.AsksYes {
		since = millis(by.At)
	}
	var works, other any
	if q.Works != nil {
		works = toJSON(q.Works)
	}
	if q.Other != nil {
		other = toJSON(q.Other)
	}
	_, err := exec(ctx, tx, `
		INSERT INTO quiet (member_id, council_id, budget, works, other_works, fortnight_from, hours_from, hours_to, zone, snoozed_until, asks, asked_since, away_until)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (member_id) DO UPDATE SET budget = excluded.budget, works = excluded.works, other_works = excluded.other_works,
			fortnight_from = excluded.fortnight_from, hours_from = excluded.hours_from, hours_to = excluded.hours_to, zone = excluded.zone,
			snoozed_until = excluded.snoozed_until, asks = excluded.asks, asked_since = COALESCE(excluded.asked_since, quiet.asked_since)`,
		m.ID, m.CouncilID, q.Budget, works, other, q.Fortnight, q.From, q.To, q.Zone, q.Snoozed, q.Asks, since, millis(q.Away))
	if err != nil {
		return fmt.Errorf("keep what member %d said: %w", m.ID, err)
	}
	return nil
}

// PauseTeam leaves a team alone from today until a day: its questions that are open close
// without a digest and count in no figure. An empty day ends a pause. Who may not say so is
// fault.Denied.
func (s *Store) PauseTeam(ctx context.Context, by programme.By, team int64, p programme.Pause) error {
	return s.within(ctx, func(tx *sql.Tx) error {
		if err := once(ctx, tx, by); err != nil {
			return err
		}
		if err := by.Member.AllowsPause(team); err != nil {
			return err
		}
		t, err := teamOf(ctx, tx, by.Council, team)
		if err != nil {
			return err
		}
		today := programme.DayOf(by.At, t.Location())
		if err := endPause(ctx, tx, t, today); err != nil {
			return err
		}
		if p.Until != "" {
			if p, err = programme.NewPause(p, today); err != nil {
				return err
			}
			_, err := exec(ctx, tx, `INSERT INTO pause (council_id, team_id, first_day, until_day, reason, member_id) VALUES ($1, $2, $3, $4, $5, $6)`,
				by.Council, team, p.First, p.Until, p.Reason, by.Member.ID)
			if err != nil {
				return fmt.Errorf("pause team %d: %w", team, err)
			}
			members, err := all(ctx, tx, number, `SELECT id FROM member WHERE council_id = $1 AND team_id = $2 AND left_at IS NULL`, by.Council, team)
			if err != nil {
				return err
			}
			for _, m := range members {
				if err := recall(ctx, tx, by.Council, m, by.At); err != nil {
					return err
				}
			}
			if err := cutRounds(ctx, tx, by.Council, team); err != nil {
				return err
			}
		}
		_, err = exec(ctx, tx, `UPDATE outbox SET look_at = `+notBeforeDue+` WHERE state = 'waiting' AND council_id = $1
			AND member_id IN (SELECT id FROM member WHERE team_id = $2)`, by.Council, team, millis(by.At))
		if err != nil {
			return err
		}
		return dirtyTeam(ctx, tx, by.Council, team, by.At)
	})
}

// cutRounds has the open questions of a team close without a word, and not sent to anybody else.
func cutRounds(ctx context.Context, tx *sql.Tx, council, team int64) error {
	_, err := exec(ctx, tx, `UPDATE round SET cut = 1 WHERE council_id = $1 AND team_id = $2 AND closed_at IS NULL`, council, team)
	if err != nil {
		return err
	}
	_, err = exec(ctx, tx, `
		UPDATE outbox SET state = 'dropped', reason = $4
		WHERE council_id = $1 AND kind = $3 AND state = 'waiting' AND subject IN (SELECT id FROM round WHERE team_id = $2 AND cut = 1 AND closed_at IS NULL)`,
		council, team, programme.NoticePrompt, hadSaidNotNow)
	return err
}

// hadSaidNotNow is why a question was not sent.
const hadSaidNotNow = "the team had said not now"

// endPause ends what pause a team has on a day. One that began on this day was a slip: the
// questions that it cut short go on.
func endPause(ctx context.Context, tx *sql.Tx, t programme.Team, today programme.Day) error {
	n, err := exec(ctx, tx, `DELETE FROM pause WHERE council_id = $1 AND team_id = $2 AND first_day = $3`, t.CouncilID, t.ID, today)
	if err != nil {
		return err
	}
	if n > 0 {
		_, err = exec(ctx, tx, `
			UPDATE outbox SET state = 'waiting', reason = '', look_at = due_at WHERE council_id = $1 AND state = 'dropped' AND reason = $3
				AND subject IN (SELECT id FROM round WHERE team_id = $2 AND cut = 1 AND closed_at IS NULL)`, t.CouncilID, t.ID, hadSaidNotNow)
		if err != nil {
			return err
		}
		if _, err := exec(ctx, tx, `UPDATE round SET cut = 0 WHERE council_id = $1 AND team_id = $2 AND closed_at IS NULL`, t.CouncilID, t.ID); err != nil {
			return err
		}
	}
	_, err = exec(ctx, tx, `UPDATE pause SET until_day = $3 WHERE council_id = $1 AND team_id = $2 AND until_day > $3`, t.CouncilID, t.ID, today)
	return err
}

// Pause is the pause that a team is in on a day. fault.Missing when it is in none.
func (s *Store) Pause(ctx context.Context, council, team int64, on programme.Day) (programme.Pause, error) {
	return pauseOf(ctx, s.read, council, team, on)
}

func pauseOf(ctx context.Context, q querier, council, team int64, on programme.Day) (programme.Pause, error) {
	return one(ctx, q, "The team is not paused.", func(row scanner) (p programme.Pause, err error) {
		return p, row.Scan(&p.ID, &p.TeamID, &p.First, &p.Until, &p.Reason)
	}, `SELECT id, team_id, first_day, until_day, reason FROM pause
		WHERE council_id = $1 AND team_id = $2 AND first_day <= $3 AND until_day > $3 ORDER BY until_day DESC LIMIT 1`, council, team, on)
}

// paused is until when a team is left alone on a day; "" when it is not.
func paused(ctx context.Context, q querier, council, team int64, on programme.Day) (programme.Day, error) {
	p, err := pauseOf(ctx, q, council, team, on)
	if fault.Is(err, fault.Missing) {
		return "", nil
	}
	return p.Until, err
}
