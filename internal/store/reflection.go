package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// reflectionRows selects reflections with their authors and what was asked.
const reflectionRows = `
	SELECT r.id, r.council_id, r.team_id, COALESCE(r.round_id, 0), q.prompt, m.id, m.name, r.words, r.share, r.skipped, r.at
	FROM reflection r JOIN member m ON m.id = r.member_id LEFT JOIN round q ON q.id = r.round_id`

// sharedOnly leaves out what is for its author alone, and "not this week".
const sharedOnly = ` r.share IN ('named', 'unnamed') AND r.skipped = 0 `

// sharedOrder puts what has a name first, as it came. The rest stands in the order of its
// words: the order in which it came could give somebody away.
const sharedOrder = ` r.share = 'unnamed', CASE r.share WHEN 'unnamed' THEN r.words ELSE '' END, r.id `

func scanReflection(row scanner) (r programme.Reflection, err error) {
	var at sql.NullInt64
	var asked programme.Prompt
	err = row.Scan(&r.ID, &r.CouncilID, &r.TeamID, &r.Round, fromJSON{&asked}, &r.Author.ID, &r.Author.Name, &r.Words, &r.Share, &r.Skipped, &at)
	r.At, r.Question = instant(at), asked.Text
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
// fault.Closed. Without a round it is a thought of one's own, and each is kept; with an ID it
// edits that one, and is fault.Missing when it is not by.Member's. Where the team has read
// it, what stands in the channel follows.
func (s *Store) Reflect(ctx context.Context, by programme.By, r programme.Reflection) (kept programme.Reflection, err error) {
	r.CouncilID, r.TeamID, r.Author, r.At = by.Council, by.Member.TeamID, by.Member.Ref(), by.At
	err = s.within(ctx, func(tx *sql.Tx) error {
		if err := once(ctx, tx, by); err != nil {
			return err
		}
		if r.Round == 0 {
			r.ID, err = keepThought(ctx, tx, r)
		} else {
			r.ID, err = keepAnswer(ctx, tx, r)
		}
		if err != nil {
			return err
		}
		return dirtyOwn(ctx, tx, by)
	})
	return r, err
}

func keepThought(ctx context.Context, tx *sql.Tx, r programme.Reflection) (int64, error) {
	if r.ID == 0 {
		return one(ctx, tx, "", number, `
			INSERT INTO reflection (council_id, team_id, member_id, words, share, at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
			r.CouncilID, r.TeamID, r.Author.ID, r.Words, r.Share, millis(r.At))
	}
	return one(ctx, tx, withdrawn, number, `
		UPDATE reflection SET words = $4, share = $5, at = $6
		WHERE council_id = $1 AND member_id = $2 AND id = $3 AND round_id IS NULL RETURNING id`,
		r.CouncilID, r.Author.ID, r.ID, r.Words, r.Share, millis(r.At))
}

func keepAnswer(ctx context.Context, tx *sql.Tx, r programme.Reflection) (int64, error) {
	before, err := reflectionOf(ctx, tx, r.CouncilID, r.Round, r.Author.ID)
	if fault.Is(err, fault.Missing) {
		err = takesAnswer(ctx, tx, r)
	}
	if err != nil {
		return 0, err
	}
	id, err := one(ctx, tx, "", number, `
		INSERT INTO reflection (council_id, team_id, round_id, member_id, words, share, skipped, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (round_id, member_id) WHERE round_id IS NOT NULL
		DO UPDATE SET words = excluded.words, share = excluded.share, skipped = excluded.skipped, at = excluded.at
		RETURNING id`,
		r.CouncilID, r.TeamID, r.Round, r.Author.ID, r.Words, r.Share, flag(r.Skipped), millis(r.At))
	if err != nil {
		return 0, fmt.Errorf("keep a reflection: %w", err)
	}
	if before.ID != 0 && (before.Shared() || r.Shared()) {
		err = redraw(ctx, tx, r.CouncilID, r.Round, r.At)
	}
	return id, err
}

// takesAnswer refuses a first answer to a round that is not its author's team's, or is
// over. Who answered in time may edit the answer at any time, from any team.
func takesAnswer(ctx context.Context, tx *sql.Tx, r programme.Reflection) error {
	round, err := roundOf(ctx, tx, r.CouncilID, r.Round)
	if err != nil {
		return err
	}
	if round.TeamID != r.TeamID {
		return fault.New(fault.Missing, "That prompt was for another team.")
	}
	if !round.Open(r.At) {
		return fault.New(fault.Closed, "This question has closed. A new one comes soon; /reflect keeps a thought at any time.")
	}
	return nil
}

const withdrawn = "That reflection is not here any more. You may have withdrawn it."

// Withdraw deletes a reflection of by.Member, and has what stands of it in a channel drawn
// again without it. It is fault.Missing when there is no such reflection of theirs.
func (s *Store) Withdraw(ctx context.Context, by programme.By, id int64) error {
	if err := s.withdraw(ctx, by, id); err != nil {
		return err
	}
	return s.emptyJournal(ctx) // it held the words too
}

func (s *Store) withdraw(ctx context.Context, by programme.By, id int64) error {
	return s.within(ctx, func(tx *sql.Tx) error {
		if err := once(ctx, tx, by); err != nil {
			return err
		}
		r, err := ownReflection(ctx, tx, by.Council, by.Member.ID, id)
		if err != nil {
			return err
		}
		if _, err := exec(ctx, tx, `DELETE FROM reflection WHERE council_id = $1 AND member_id = $2 AND id = $3`, by.Council, by.Member.ID, id); err != nil {
			return fmt.Errorf("withdraw a reflection: %w", err)
		}
		if err := wasHeard(ctx, tx, by); err != nil {
			return err
		}
		if r.Shared() && r.Round != 0 {
			if err := redraw(ctx, tx, by.Council, r.Round, by.At); err != nil {
				return err
			}
		}
		return dirtyOwn(ctx, tx, by)
	})
}

// wasHeard has the silence of a member count from now on: they answered, whatever is left of it.
func wasHeard(ctx context.Context, tx *sql.Tx, by programme.By) error {
	_, err := exec(ctx, tx, `
		INSERT INTO quiet (council_id, member_id, asked_since) VALUES ($1, $2, $3)
		ON CONFLICT (member_id) DO UPDATE SET asked_since = excluded.asked_since`, by.Council, by.Member.ID, millis(by.At))
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

// OwnReflection is a reflection of one member. fault.Missing when it is not theirs or gone.
func (s *Store) OwnReflection(ctx context.Context, council, member, id int64) (programme.Reflection, error) {
	return ownReflection(ctx, s.read, council, member, id)
}

func ownReflection(ctx context.Context, q querier, council, member, id int64) (programme.Reflection, error) {
	return one(ctx, q, withdrawn, scanReflection, reflectionRows+` WHERE r.council_id = $1 AND r.member_id = $2 AND r.id = $3`, council, member, id)
}

const lastReflection = reflectionRows + `
	WHERE r.council_id = $1 AND r.member_id = $2 AND r.round_id IS NOT NULL AND ($3 = 0 OR r.round_id < $3) AND r.skipped = 0
	ORDER BY r.id DESC LIMIT 1`

// LastReflection is a member's last answer in words to a question asked before a round, or
// to any question when round is 0. fault.Missing when there is none.
func (s *Store) LastReflection(ctx context.Context, council, member, round int64) (programme.Reflection, error) {
	return one(ctx, s.read, "You have not answered a question yet.", scanReflection, lastReflection, council, member, round)
}

const myReflections = reflectionRows + `
	WHERE r.council_id = $1 AND r.member_id = $2 AND ($3 = 0 OR r.id < $3) AND r.skipped = 0 ORDER BY r.id DESC LIMIT $4`

// MyReflections are what a member wrote, the latest first, of those before one of them (0:
// from the latest on). They are for their author alone.
func (s *Store) MyReflections(ctx context.Context, council, member, before int64, limit int) ([]programme.Reflection, error) {
	return all(ctx, s.read, scanReflection, myReflections, council, member, before, limit)
}

const sharedReflections = reflectionRows + ` WHERE r.council_id = $1 AND r.round_id = $2 AND ` + sharedOnly + ` ORDER BY ` + sharedOrder

// SharedReflections are a round's answers that the team may read, those with a name first.
// Those shared without a name come without their author.
func (s *Store) SharedReflections(ctx context.Context, council, round int64) ([]programme.Reflection, error) {
	return sharedOf(ctx, s.read, council, round)
}

func sharedOf(ctx context.Context, q querier, council, round int64) ([]programme.Reflection, error) {
	return all(ctx, q, scanShared, sharedReflections, council, round)
}

// teamShared narrows reflections to what a team may read of its closed rounds.
const teamShared = ` WHERE q.council_id = $1 AND q.team_id = $2 AND q.opens_at >= $3 AND q.closed_at IS NOT NULL AND ` + sharedOnly

const teamReflections = reflectionRows + teamShared + ` ORDER BY q.opens_at DESC, q.id DESC, ` + sharedOrder + ` LIMIT $4 OFFSET $5`

// TeamReflections are what a team shared in rounds that opened since an instant and have
// closed: by round, the latest first. skip is how many come before the page. Those shared
// without a name come without their author.
func (s *Store) TeamReflections(ctx context.Context, council, team int64, since time.Time, skip, limit int) ([]programme.Reflection, error) {
	return all(ctx, s.read, scanShared, teamReflections, council, team, since.UnixMilli(), limit, skip)
}

// TeamShared is how many answers a team shared in rounds that opened since an instant and
// have closed, and how many questions they answer.
func (s *Store) TeamShared(ctx context.Context, council, team int64, since time.Time) (questions, answers int, err error) {
	err = s.read.QueryRowContext(ctx, `
		SELECT count(DISTINCT q.id), count(*) FROM reflection r JOIN round q ON q.id = r.round_id`+teamShared,
		council, team, since.UnixMilli()).Scan(&questions, &answers)
	return questions, answers, err
}
