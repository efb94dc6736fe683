package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// planFollowUps plans coming back to a change that was just kept, and ends what was planned
// or asked for one that is kept no more.
func planFollowUps(ctx context.Context, tx *sql.Tx, was, c programme.Change, now time.Time) error {
	if was.State == programme.Kept {
		_, err := exec(ctx, tx, `UPDATE follow_up SET ended_at = $3 WHERE council_id = $1 AND change_id = $2 AND ended_at IS NULL`,
			c.CouncilID, c.ID, millis(now))
		return err
	}
	if c.State != programme.Kept {
		return nil
	}
	for _, f := range c.FollowUps(now) {
		_, err := exec(ctx, tx, `INSERT INTO follow_up (council_id, change_id, weeks, due_at) VALUES ($1, $2, $3, $4)`,
			f.CouncilID, f.ChangeID, f.Weeks, millis(f.Due))
		if err != nil {
			return fmt.Errorf("plan to come back to %s: %w", c.Ref(), err)
		}
	}
	return nil
}

// laterAsked is whether a question that was planned later was asked: it takes the place of
// one before it.
const laterAsked = `EXISTS (SELECT 1 FROM follow_up later WHERE later.council_id = f.council_id AND later.change_id = f.change_id
	AND later.due_at > f.due_at AND later.asked_at IS NOT NULL AND later.ended_at IS NULL)`

const followUpRows = `
	SELECT f.id, f.council_id, f.change_id, f.weeks, f.due_at, f.asked_at IS NOT NULL, f.ended_at IS NOT NULL OR ` + laterAsked + `, c.number, t.name,
		COALESCE(NULLIF(t.zone, ''), co.zone)
	FROM follow_up f JOIN change c ON c.id = f.change_id JOIN team t ON t.id = c.team_id JOIN council co ON co.id = f.council_id`

func scanFollowUp(row scanner) (f programme.FollowUp, err error) {
	var due sql.NullInt64
	var ref int
	err = row.Scan(&f.ID, &f.CouncilID, &f.ChangeID, &f.Weeks, &due, &f.Asked, &f.Ended, &ref, &f.Team, &f.Zone)
	f.Due, f.Ref = instant(due), programme.Ref(ref)
	return f, err
}

// FollowUps lists what is still to be asked, of every council, the next due first. It is
// for operators only.
func (s *Store) FollowUps(ctx context.Context) ([]programme.FollowUp, error) {
	return all(ctx, s.read, scanFollowUp, followUpRows+` WHERE f.asked_at IS NULL AND f.ended_at IS NULL ORDER BY f.due_at, f.id`)
}

// DueFollowUps are those whose time has come.
func (s *Store) DueFollowUps(ctx context.Context, now time.Time) ([]programme.FollowUp, error) {
	return all(ctx, s.read, scanFollowUp, followUpRows+`
		WHERE f.asked_at IS NULL AND f.ended_at IS NULL AND f.due_at <= $1 ORDER BY f.due_at, f.id`, millis(now))
}

// FollowUp is one coming back, as its message names it.
func (s *Store) FollowUp(ctx context.Context, council, id int64) (programme.FollowUp, error) {
	return one(ctx, s.read, "That question is not here any more.", scanFollowUp, followUpRows+` WHERE f.council_id = $1 AND f.id = $2`, council, id)
}

// FollowUpByID is one coming back, of any council. It is for operators only.
func (s *Store) FollowUpByID(ctx context.Context, id int64) (programme.FollowUp, error) {
	return one(ctx, s.read, "There is no such follow-up. See them with: smallchanges schedule list", scanFollowUp, followUpRows+` WHERE f.id = $1 AND f.ended_at IS NULL`, id)
}

// FollowersOf are the members who follow a change, with its team.
func (s *Store) FollowersOf(ctx context.Context, council, change int64) (programme.Team, []programme.Member, error) {
	c, err := s.ChangeByID(ctx, council, change)
	if err != nil {
		return programme.Team{}, nil, err
	}
	team, err := s.Team(ctx, council, c.TeamID)
	if err != nil {
		return programme.Team{}, nil, err
	}
	members, err := all(ctx, s.read, scanMember, followers+` ORDER BY m.id`, council, change)
	return team, members, err
}

// AskFollowUp marks a follow-up as asked and puts its questions into the outbox, in one
// transaction. first is false when another process asked it.
func (s *Store) AskFollowUp(ctx context.Context, f programme.FollowUp, notices []programme.Notice) (first bool, err error) {
	err = s.within(ctx, func(tx *sql.Tx) error {
		n, err := exec(ctx, tx, `UPDATE follow_up SET asked_at = $3
			WHERE council_id = $1 AND id = $2 AND asked_at IS NULL AND ended_at IS NULL`, f.CouncilID, f.ID, millis(s.now()))
		if err != nil || n == 0 {
			return err
		}
		first = true
		if err := dirtyFollowers(ctx, tx, f, s.now()); err != nil {
			return err
		}
		return postAll(ctx, tx, f.CouncilID, f.ID, notices)
	})
	return first, err
}

// dirtyFollowers has the pages drawn again that ask a follow-up's question.
func dirtyFollowers(ctx context.Context, tx *sql.Tx, f programme.FollowUp, now time.Time) error {
	_, err := exec(ctx, tx, dirty+`(
			SELECT proposer_id FROM change WHERE council_id = $1 AND id = $3
			UNION SELECT owner_id FROM change WHERE council_id = $1 AND id = $3
			UNION SELECT member_id FROM support WHERE council_id = $1 AND change_id = $3)`,
		f.CouncilID, millis(now.Add(homeRest)), f.ChangeID)
	if err != nil {
		return fmt.Errorf("pages that ask of %s: %w", f.Ref, err)
	}
	return nil
}

// OpenFollowUps are the questions that a member was asked since a time and has not answered,
// about changes that are kept still, the latest first.
func (s *Store) OpenFollowUps(ctx context.Context, council, member int64, since time.Time) ([]programme.FollowUp, error) {
	return all(ctx, s.read, scanFollowUp, `
		SELECT f.id, f.council_id, f.change_id, f.weeks, f.due_at, 1, 0, c.number, t.name, COALESCE(NULLIF(t.zone, ''), co.zone)
		FROM (SELECT id FROM change WHERE proposer_id = $2 UNION SELECT id FROM change WHERE owner_id = $2
			UNION SELECT change_id FROM support WHERE member_id = $2) mine
		CROSS JOIN follow_up f ON f.change_id = mine.id
		JOIN change c ON c.id = f.change_id JOIN team t ON t.id = c.team_id JOIN council co ON co.id = f.council_id
		WHERE f.council_id = $1 AND f.asked_at >= $3 AND f.ended_at IS NULL AND c.state = 'kept' AND NOT `+laterAsked+`
			AND NOT EXISTS (SELECT 1 FROM follow_up_answer WHERE follow_up_id = f.id AND member_id = $2)
			AND NOT EXISTS (SELECT 1 FROM nudge_off o WHERE o.member_id = $2 AND o.kind = 'change.still' AND o.change_id IN (0, c.id))
		ORDER BY f.due_at DESC, f.id DESC LIMIT 3`, council, member, millis(since))
}

// AnswerFollowUp keeps a person's answer in place of any they gave before. Only those who
// follow the change are asked; anybody else is fault.Denied. A question that is asked no
// more is fault.Closed.
func (s *Store) AnswerFollowUp(ctx context.Context, by programme.By, followUp int64, answer programme.Still) error {
	return s.within(ctx, func(tx *sql.Tx) error {
		if _, err := asked(ctx, tx, by, followUp); err != nil {
			return err
		}
		_, err := exec(ctx, tx, `
			INSERT INTO follow_up_answer (follow_up_id, member_id, council_id, answer, at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (follow_up_id, member_id) DO UPDATE SET answer = excluded.answer, at = excluded.at`,
			followUp, by.Member.ID, by.Council, answer, millis(by.At))
		if err != nil {
			return err
		}
		return dirtyOwn(ctx, tx, by)
	})
}

// SnoozeFollowUp puts a member's question off by a week. One that is asked no more is
// fault.Closed, and somebody who does not follow the change is fault.Denied.
func (s *Store) SnoozeFollowUp(ctx context.Context, by programme.By, followUp int64) error {
	return s.within(ctx, func(tx *sql.Tx) error {
		f, err := asked(ctx, tx, by, followUp)
		if err != nil {
			return err
		}
		due := by.At.AddDate(0, 0, 7)
		return post(ctx, tx, programme.Notice{
			Key: fmt.Sprintf("still:%d:%d:%s", f.ID, by.Member.ID, string(programme.DayOf(due, by.Member.Location()))), Council: by.Council,
			Kind: programme.NoticeFollowUp, Subject: f.ID, Member: by.Member.ID, Due: due,
		})
	})
}

// asked is a question that by.Member may say something to, with the event's key.
func asked(ctx context.Context, tx *sql.Tx, by programme.By, followUp int64) (f programme.FollowUp, err error) {
	if err := once(ctx, tx, by); err != nil {
		return f, err
	}
	f, err = one(ctx, tx, "That question is not here any more.", scanFollowUp, followUpRows+` WHERE f.council_id = $1 AND f.id = $2`, by.Council, followUp)
	if err != nil {
		return f, err
	}
	return f, errors.Join(f.MayAnswer(), follows(ctx, tx, f.ChangeID, by))
}

// follows refuses who does not follow a change.
func follows(ctx context.Context, tx *sql.Tx, change int64, by programme.By) error {
	_, err := one(ctx, tx, "", scanMember, followers+` AND m.id = $3`, by.Council, change, by.Member.ID)
	if fault.Is(err, fault.Missing) {
		return fault.Hide(fault.Denied, err, "This is for those who proposed, look after or support it. Support it first.")
	}
	return err
}

// FollowUpAnswer is what a member answered; fault.Missing when they have not.
func (s *Store) FollowUpAnswer(ctx context.Context, council, followUp, member int64) (programme.Still, error) {
	text, err := one(ctx, s.read, "There is no answer yet.", word,
		`SELECT answer FROM follow_up_answer WHERE council_id = $1 AND follow_up_id = $2 AND member_id = $3`, council, followUp, member)
	return programme.Still(text), err
}

// Stills counts the answers to a change's follow-ups since it was kept last, by weeks and
// answer. It tells nobody's own.
func (s *Store) Stills(ctx context.Context, council, change int64) (map[int]map[programme.Still]int, error) {
	type counted struct {
		weeks, n int
		answer   programme.Still
	}
	rows, err := all(ctx, s.read, func(row scanner) (c counted, err error) { return c, row.Scan(&c.weeks, &c.answer, &c.n) }, `
		SELECT f.weeks, a.answer, count(*) FROM follow_up f JOIN follow_up_answer a ON a.follow_up_id = f.id
		WHERE f.council_id = $1 AND f.change_id = $2 AND f.ended_at IS NULL GROUP BY f.weeks, a.answer`, council, change)
	counts := map[int]map[programme.Still]int{}
	for _, row := range rows {
		if counts[row.weeks] == nil {
			counts[row.weeks] = map[programme.Still]int{}
		}
		counts[row.weeks][row.answer] = row.n
	}
	return counts, err
}

// Estimate keeps what a person thinks a change gives back, in place of what they thought
// before: somebody who follows it, or who may change it.
func (s *Store) Estimate(ctx context.Context, by programme.By, ref int, t programme.TimeGiven) (c programme.Change, err error) {
	err = s.within(ctx, func(tx *sql.Tx) error {
		if err := once(ctx, tx, by); err != nil {
			return err
		}
		if c, err = changeByNumber(ctx, tx, by.Council, ref); err != nil {
			return err
		}
		if err := t.Check(); err != nil {
			return err
		}
		if c.MayUpdate(by.Member) != nil {
			if err := follows(ctx, tx, c.ID, by); err != nil {
				return err
			}
		}
		_, err = exec(ctx, tx, `
			INSERT INTO estimate (council_id, change_id, member_id, minutes_per_time, times_per_week, people, at)
			VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (change_id, member_id) DO UPDATE SET
				minutes_per_time = excluded.minutes_per_time, times_per_week = excluded.times_per_week,
				people = excluded.people, at = excluded.at`,
			by.Council, c.ID, by.Member.ID, t.Minutes, t.Times, t.People, millis(by.At))
		return err
	})
	return c, err
}

// TimeGiven is the range of what a change gives back by all who answered: the proposer's
// guess too, unless they have answered since.
func (s *Store) TimeGiven(ctx context.Context, c programme.Change) (r programme.TimeRange, err error) {
	type estimate struct {
		programme.TimeGiven
		member int64
	}
	answers, err := all(ctx, s.read, func(row scanner) (e estimate, err error) {
		return e, row.Scan(&e.Minutes, &e.Times, &e.People, &e.member)
	}, `SELECT minutes_per_time, times_per_week, people, member_id FROM estimate WHERE council_id = $1 AND change_id = $2`, c.CouncilID, c.ID)
	guessed := c.Guess == programme.TimeGiven{}
	for _, e := range answers {
		guessed = guessed || e.member == c.Proposer.ID
		if e.TimeGiven != (programme.TimeGiven{}) {
			r = r.And(e.TimeGiven)
		}
	}
	if !guessed {
		r.Guessed = true
		r = r.And(c.Guess)
	}
	return r, err
}

// TimeGivenBack is what the kept changes of a team, or with team 0 of the council, give back
// in all: the least and the most that people say of each, added up.
func (s *Store) TimeGivenBack(ctx context.Context, council, team int64) (t programme.TimeTotal, err error) {
	var low, high, answers, guesses sql.NullInt64
	err = s.read.QueryRowContext(ctx, `
		WITH answer AS (
			SELECT c.id, e.minutes_per_time * e.times_per_week * e.people AS minutes, 0 AS guess
			FROM estimate e JOIN change c ON c.id = e.change_id
			WHERE e.council_id = $1 AND $2 IN (0, c.team_id) AND c.state = 'kept' AND e.minutes_per_time > 0
			UNION ALL
			SELECT c.id, c.minutes_per_time * c.times_per_week * c.people, 1 FROM change c
			WHERE c.council_id = $1 AND $2 IN (0, c.team_id) AND c.state = 'kept' AND c.minutes_per_time > 0
				AND NOT EXISTS (SELECT 1 FROM estimate WHERE change_id = c.id AND member_id = c.proposer_id)),
		span AS (SELECT id, min(minutes) AS low, max(minutes) AS high, count(*) AS answers, sum(guess) AS guesses FROM answer GROUP BY id)
		SELECT count(*), sum(low), sum(high), sum(answers), sum(guesses),
			(SELECT COALESCE(sum(count), 0) FROM change_count WHERE council_id = $1 AND $2 IN (0, team_id) AND state = 'kept')
		FROM span`, council, team).Scan(&t.Answered, &low, &high, &answers, &guesses, &t.Kept)
	t.Low, t.High, t.Answers = int(low.Int64), int(high.Int64), int(answers.Int64)
	t.Guessed = guesses.Int64 > 0
	return t, err
}
