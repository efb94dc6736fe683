package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

const noRound = "No prompt is open for your team just now. You can still write a reflection of your own."

const roundRows = `
	SELECT r.id, r.council_id, r.team_id, r.schedule_id, r.slot, r.prompt, r.opens_at, r.closes_at,
		r.closed_at IS NOT NULL, r.asked
	FROM round r`

func scanRound(row scanner) (r programme.Round, err error) {
	var opens, closes sql.NullInt64
	err = row.Scan(&r.ID, &r.CouncilID, &r.TeamID, &r.Schedule, &r.Slot, fromJSON{&r.Prompt}, &opens, &closes, &r.Closed, &r.Asked)
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
			RETURNING id, council_id, team_id, schedule_id, slot, prompt, opens_at, closes_at, closed_at IS NOT NULL, asked`,
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
		WHERE r.council_id = $1 AND r.team_id = $2 AND r.closed_at IS NULL AND r.opens_at <= $3 AND r.closes_at > $3
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

// CloseRound closes a round and, with the same commit, puts its digest into the outbox
// when there is one. A round that is closed already stays as it is.
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
		return postAll(ctx, tx, council, round, []programme.Notice{*digest})
	})
}

// reflectionRows selects reflections with their authors.
const reflectionRows = `
	SELECT r.id, r.council_id, r.team_id, COALESCE(r.round_id, 0), r.member_id, m.name, r.words, r.share, r.skipped, r.at
	FROM reflection r JOIN member m ON m.id = r.member_id`

// sharedOnly leaves out what is for its author alone, and "not this week".
const sharedOnly = ` r.share IN ('named', 'unnamed') AND r.skipped = 0 `

func scanReflection(row scanner) (r programme.Reflection, err error) {
	var at sql.NullInt64
	err = row.Scan(&r.ID, &r.CouncilID, &r.TeamID, &r.Round, &r.Author.ID, &r.Author.Name, &r.Words, &r.Share, &r.Skipped, &at)
	r.At = instant(at)
	return r, err
}

// scanShared reads a reflection for others than its author: what was shared without a name has none.
func scanShared(row scanner) (programme.Reflection, error) {
	r, err := scanReflection(row)
	if r.Share != programme.ShareNamed {
		r.Author = programme.Who{}
	}
	return r, err
}

// Reflect keeps an answer of by.Member: one a person and round, and a second one edits the
// first. A first answer to a round of another team is fault.Missing, to a closed one
// fault.Closed. Without a round it is a thought of one's own, and each is kept.
func (s *Store) Reflect(ctx context.Context, by programme.By, r programme.Reflection) (kept programme.Reflection, err error) {
	r.CouncilID, r.TeamID, r.Author, r.At = by.Council, by.Member.TeamID, by.Member.Ref(), by.At
	err = s.within(ctx, func(tx *sql.Tx) error {
		if err := once(ctx, tx, by); err != nil {
			return err
		}
		if err := takesAnswer(ctx, tx, r); err != nil {
			return err
		}
		r.ID, err = one(ctx, tx, "", number, `
			INSERT INTO reflection (council_id, team_id, round_id, member_id, words, share, skipped, at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (round_id, member_id) WHERE round_id IS NOT NULL
			DO UPDATE SET words = excluded.words, share = excluded.share, skipped = excluded.skipped, at = excluded.at
			RETURNING id`,
			r.CouncilID, r.TeamID, id(r.Round), r.Author.ID, r.Words, r.Share, flag(r.Skipped), millis(r.At))
		if err != nil {
			return fmt.Errorf("keep a reflection: %w", err)
		}
		return dirtyOwn(ctx, tx, by)
	})
	return r, err
}

// takesAnswer refuses an answer to a round that is not its author's team's, or is over.
// Who answered in time may edit the answer at any time.
func takesAnswer(ctx context.Context, tx *sql.Tx, r programme.Reflection) error {
	if r.Round == 0 {
		return nil
	}
	round, err := roundOf(ctx, tx, r.CouncilID, r.Round)
	if err != nil {
		return err
	}
	if round.TeamID != r.TeamID {
		return fault.New(fault.Missing, "That prompt was for another team.")
	}
	if round.Open(r.At) {
		return nil
	}
	_, err = reflectionOf(ctx, tx, r.CouncilID, r.Round, r.Author.ID)
	if fault.Is(err, fault.Missing) {
		return fault.New(fault.Closed, "This question has closed. A new one comes soon; /reflect keeps a thought at any time.")
	}
	return err
}

// Reflection is one member's answer to a round. fault.Missing when there is none yet.
func (s *Store) Reflection(ctx context.Context, council, round, member int64) (programme.Reflection, error) {
	return reflectionOf(ctx, s.read, council, round, member)
}

func reflectionOf(ctx context.Context, q querier, council, round, member int64) (programme.Reflection, error) {
	return one(ctx, q, "You have not answered this one yet.", scanReflection,
		reflectionRows+` WHERE r.council_id = $1 AND r.round_id = $2 AND r.member_id = $3`, council, round, member)
}

// SharedReflections are a round's answers that the team may read, in the order they came.
// Those shared without a name come without their author.
func (s *Store) SharedReflections(ctx context.Context, council, round int64) ([]programme.Reflection, error) {
	return all(ctx, s.read, scanShared, reflectionRows+` WHERE r.council_id = $1 AND r.round_id = $2 AND `+sharedOnly+` ORDER BY r.id`, council, round)
}

// SharedCount is how many answers of a round the team may read.
func (s *Store) SharedCount(ctx context.Context, council, round int64) (int, error) {
	n, err := one(ctx, s.read, "", number,
		`SELECT count(*) FROM reflection r WHERE r.council_id = $1 AND r.round_id = $2 AND `+sharedOnly, council, round)
	return int(n), err
}
