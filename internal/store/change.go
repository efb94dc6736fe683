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

const noChange = "There is no small change with that reference. Try /smallchange list."

// changeRows selects changes c with the names of what they refer to. All are left joins, so
// that the changes are always read first, by an index that has their order.
const changeRows = `
	SELECT c.id, c.council_id, c.team_id, c.number, c.title, c.why, COALESCE(c.strand_id, 0), COALESCE(st.name, ''),
		c.barrier, c.scope, c.state, c.blocked, c.blocked_role, c.reply_by,
		c.permission, COALESCE(c.permission_service_id, 0), COALESCE(ps.name, ''), c.permission_by, c.permission_words,
		COALESCE(c.permission_asker_id, 0), c.permission_round,
		c.impact, COALESCE(c.proposer_id, 0), COALESCE(p.name, 'a colleague'),
		COALESCE(c.owner_id, 0), COALESCE(o.name, ''), c.review_on, c.learning, c.minutes_per_time, c.times_per_week,
		c.people, c.lineage, COALESCE(mi.number, 0), t.name, s.name, COALESCE(NULLIF(t.zone, ''), co.zone),
		c.earlier_supporters + (SELECT count(*) FROM support WHERE change_id = c.id), c.earlier_supporters, c.lent,
		c.version, c.created_at, c.updated_at
	FROM change c
	LEFT JOIN team t ON t.id = c.team_id
	LEFT JOIN service s ON s.id = t.service_id
	LEFT JOIN council co ON co.id = c.council_id
	LEFT JOIN strand st ON st.id = c.strand_id
	LEFT JOIN service ps ON ps.id = c.permission_service_id
	LEFT JOIN member p ON p.id = c.proposer_id
	LEFT JOIN member o ON o.id = c.owner_id
	LEFT JOIN change mi ON mi.id = c.merged_into`

func scanChange(row scanner) (programme.Change, error) {
	var c programme.Change
	var created, updated sql.NullInt64
	p := &c.Permission
	err := row.Scan(&c.ID, &c.CouncilID, &c.TeamID, &c.Number, &c.Title, &c.Why, &c.Strand.ID, &c.Strand.Name,
		&c.Barrier, &c.Scope, &c.State, &c.Blocked, &c.BlockedRole, &c.ReplyBy,
		&p.Answer, &p.Service.ID, &p.Service.Name, &p.By, &p.Words, &p.Asker, &p.Round,
		&c.Impact, &c.Proposer.ID, &c.Proposer.Name,
		&c.Owner.ID, &c.Owner.Name, &c.ReviewOn, &c.Learning, &c.Guess.Minutes, &c.Guess.Times,
		&c.Guess.People, &c.Lineage, &c.MergedInto, &c.Team, &c.Service, &c.Zone,
		&c.Supporters, &c.EarlierSupporters, &c.Lent, &c.Version, &created, &updated)
	c.Created, c.Updated = instant(created), instant(updated)
	return c, err
}

// Propose keeps a new change and gives it the council's next number. What its proposer said
// of it at once is done in the same transaction.
func (s *Store) Propose(ctx context.Context, by programme.By, c programme.Change, then ...programme.Rule) (made programme.Change, err error) {
	err = s.within(ctx, func(tx *sql.Tx) error {
		if err := once(ctx, tx, by); err != nil {
			return err
		}
		made, err = file(ctx, tx, by, c)
		for _, rule := range then {
			if err == nil {
				made, err = editChange(ctx, tx, by, made.Number, rule)
			}
		}
		return err
	})
	return made, err
}

// file gives a new change its number and keeps it with the first line of its past.
func file(ctx context.Context, tx *sql.Tx, by programme.By, c programme.Change) (programme.Change, error) {
	if _, err := teamOf(ctx, tx, by.Council, c.TeamID); err != nil {
		return c, err
	}
	next, err := one(ctx, tx, "That council is not here.", number,
		`UPDATE council SET last_number = last_number + 1 WHERE id = $1 RETURNING last_number`, by.Council)
	if err != nil {
		return c, err
	}
	c.CouncilID, c.Number = by.Council, int(next)
	if err := insertChange(ctx, tx, c); err != nil {
		return c, fmt.Errorf("propose %s: %w", c.Ref(), err)
	}
	made, err := changeByNumber(ctx, tx, by.Council, c.Number)
	if err != nil {
		return c, err
	}
	h := programme.History{At: by.At, What: programme.Proposed, To: made.State}
	return made, errors.Join(remember(ctx, tx, by, made, h), dirtyHomes(ctx, tx, made, by.At))
}

func insertChange(ctx context.Context, tx *sql.Tx, c programme.Change) error {
	_, err := exec(ctx, tx, `
		INSERT INTO change (council_id, team_id, number, title, why, strand_id, barrier, scope, state, blocked,
			impact, proposer_id, owner_id, review_on, learning, minutes_per_time, times_per_week, people, lineage,
			version, created_at, updated_at, earlier_supporters)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)`,
		c.CouncilID, c.TeamID, c.Number, c.Title, c.Why, id(c.Strand.ID), c.Barrier, c.Scope, c.State, c.Blocked,
		c.Impact, id(c.Proposer.ID), id(c.Owner.ID), c.ReviewOn, c.Learning, c.Guess.Minutes, c.Guess.Times,
		c.Guess.People, c.Lineage, c.Version, millis(c.Created), millis(c.Updated), c.EarlierSupporters)
	return err
}

// EditChange reads a change, lets a rule edit it, and keeps what the rule made of it with
// its history and notices: all of it, or nothing when the rule refuses. Of several people
// at once each sees what the one before left, so the rule can refuse by version.
func (s *Store) EditChange(ctx context.Context, by programme.By, number int, edit programme.Rule) (edited programme.Change, err error) {
	err = s.within(ctx, func(tx *sql.Tx) error {
		if err := once(ctx, tx, by); err != nil {
			return err
		}
		edited, err = editChange(ctx, tx, by, number, edit)
		return err
	})
	return edited, err
}

func editChange(ctx context.Context, tx *sql.Tx, by programme.By, number int, edit programme.Rule) (programme.Change, error) {
	c, err := changeByNumber(ctx, tx, by.Council, number)
	if err != nil {
		return c, err
	}
	if err := besides(ctx, tx, &c); err != nil {
		return c, err
	}
	was := c
	h, notices, err := edit(&c)
	if err != nil || h == (programme.History{}) {
		return c, err
	}
	if err := updateChange(ctx, tx, c); err != nil {
		return c, fmt.Errorf("edit %s: %w", c.Ref(), err)
	}
	if err := remember(ctx, tx, by, c, h); err != nil {
		return c, err
	}
	if err := moved(ctx, tx, was, c, by.At); err != nil {
		return c, err
	}
	if err := tell(ctx, tx, c, notices); err != nil {
		return c, err
	}
	return changeByNumber(ctx, tx, by.Council, number)
}

// besides fills in what else the change's team works on now, and the most it may.
func besides(ctx context.Context, tx *sql.Tx, c *programme.Change) error {
	return tx.QueryRowContext(ctx, `
		SELECT t.at_once, (SELECT count(*) FROM change
			WHERE council_id = $1 AND team_id = $2 AND urgency IN (1, 2, 3) AND id <> $3)
		FROM team t WHERE t.council_id = $1 AND t.id = $2`, c.CouncilID, c.TeamID, c.ID).Scan(&c.AtOnce, &c.Others)
}

// moved does what follows from a step: a kept change is come back to, and the Home pages
// that show it are drawn again.
func moved(ctx context.Context, tx *sql.Tx, was, c programme.Change, now time.Time) error {
	if was.State != c.State {
		if err := planFollowUps(ctx, tx, was, c, now); err != nil {
			return err
		}
		if err := takeBack(ctx, tx, was, c); err != nil {
			return err
		}
	}
	if was.Permission.Service.ID != c.Permission.Service.ID { // those leaders are asked no more
		if err := dirtyHomes(ctx, tx, was, now); err != nil {
			return err
		}
	}
	return dirtyHomes(ctx, tx, c, now)
}

// updateChange writes what can change of a change: all but its council, team, number and birth.
// A strand must be of the change's team, an owner and a service of its council.
func updateChange(ctx context.Context, tx *sql.Tx, c programme.Change) error {
	n, err := exec(ctx, tx, `
		UPDATE change SET title = $3, why = $4, strand_id = $5, barrier = $6, scope = $7, state = $8, blocked = $9,
			impact = $10, owner_id = $11, review_on = $12, learning = $13, minutes_per_time = $14,
			times_per_week = $15, people = $16, lineage = $17, version = $18, updated_at = $19,
			blocked_role = $20, reply_by = $21, permission = $22, permission_service_id = $23, permission_by = $24,
			permission_words = $25, merged_into = (SELECT id FROM change WHERE council_id = $1 AND number = $26),
			earlier_supporters = $27, lent = $28, permission_asker_id = $29, permission_round = $30
		WHERE council_id = $1 AND id = $2
			AND ($5 IS NULL OR EXISTS (SELECT 1 FROM strand WHERE id = $5 AND team_id = change.team_id))
			AND ($11 IS NULL OR EXISTS (SELECT 1 FROM member WHERE id = $11 AND council_id = $1))
			AND ($23 IS NULL OR EXISTS (SELECT 1 FROM service WHERE id = $23 AND council_id = $1))`,
		c.CouncilID, c.ID, c.Title, c.Why, id(c.Strand.ID), c.Barrier, c.Scope, c.State, c.Blocked,
		c.Impact, id(c.Owner.ID), c.ReviewOn, c.Learning, c.Guess.Minutes, c.Guess.Times, c.Guess.People, c.Lineage,
		c.Version, millis(c.Updated), c.BlockedRole, c.ReplyBy, c.Permission.Answer, id(c.Permission.Service.ID),
		c.Permission.By, c.Permission.Words, c.MergedInto, c.EarlierSupporters, c.Lent, id(c.Permission.Asker), c.Permission.Round)
	if err == nil && n == 0 {
		return fault.New(fault.Invalid, "That strand, person or service does not belong to this council. Choose one from the list.")
	}
	return err
}

// remember adds a line to a change's past.
func remember(ctx context.Context, tx *sql.Tx, by programme.By, c programme.Change, h programme.History) error {
	_, err := exec(ctx, tx, `
		INSERT INTO history (council_id, change_id, at, member_id, what, from_state, to_state, words)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		c.CouncilID, c.ID, millis(h.At), id(by.Member.ID), h.What, h.From, h.To, h.Words)
	if err != nil {
		return fmt.Errorf("add to the history of %s: %w", c.Ref(), err)
	}
	return nil
}

// Change is one change by its number, with its past, the oldest line first.
func (s *Store) Change(ctx context.Context, council int64, number int) (programme.Change, []programme.History, error) {
	c, err := changeByNumber(ctx, s.read, council, number)
	if err != nil {
		return programme.Change{}, nil, err
	}
	past, err := all(ctx, s.read, scanHistory, historyRows+` WHERE h.council_id = $1 AND h.change_id = $2 ORDER BY h.id`, council, c.ID)
	return c, past, err
}

// ChangeByID is one change by its id, as notices name it.
func (s *Store) ChangeByID(ctx context.Context, council, id int64) (programme.Change, error) {
	return one(ctx, s.read, noChange, scanChange, changeRows+` WHERE c.council_id = $1 AND c.id = $2`, council, id)
}

func changeByNumber(ctx context.Context, q querier, council int64, number int) (programme.Change, error) {
	return one(ctx, q, noChange, scanChange, changeRows+` WHERE c.council_id = $1 AND c.number = $2`, council, number)
}

// historyRows selects lines of history with the change's number and the member's name.
const historyRows = `
	SELECT c.number, h.at, COALESCE(m.name, 'a colleague'), COALESCE(h.member_id, 0), h.what, h.from_state, h.to_state, h.words
	FROM history h JOIN change c ON c.id = h.change_id LEFT JOIN member m ON m.id = h.member_id`

func scanHistory(row scanner) (h programme.History, err error) {
	var ref int
	var at sql.NullInt64
	err = row.Scan(&ref, &at, &h.Who, &h.WhoID, &h.What, &h.From, &h.To, &h.Words)
	h.Ref, h.At = programme.Ref(ref), instant(at)
	return h, err
}
