package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

const noChange = "There is no small change with that reference. Try /smallchange list."

// changeRows selects changes c with the names of what they refer to.
const changeRows = `
	SELECT c.id, c.council_id, c.team_id, c.number, c.title, c.why, COALESCE(c.strand_id, 0), COALESCE(st.name, ''),
		c.barrier, c.scope, c.state, c.blocked, c.impact, COALESCE(c.proposer_id, 0), COALESCE(p.name, 'a colleague'),
		COALESCE(c.owner_id, 0), COALESCE(o.name, ''), c.review_on, c.learning, c.minutes_per_time, c.times_per_week,
		c.people, c.lineage, t.name, s.name, (SELECT count(*) FROM support WHERE change_id = c.id),
		c.version, c.created_at, c.updated_at
	FROM change c
	JOIN team t ON t.id = c.team_id
	JOIN service s ON s.id = t.service_id
	LEFT JOIN strand st ON st.id = c.strand_id
	LEFT JOIN member p ON p.id = c.proposer_id
	LEFT JOIN member o ON o.id = c.owner_id`

func scanChange(row scanner) (programme.Change, error) {
	var c programme.Change
	var created, updated sql.NullInt64
	err := row.Scan(&c.ID, &c.CouncilID, &c.TeamID, &c.Number, &c.Title, &c.Why, &c.Strand.ID, &c.Strand.Name,
		&c.Barrier, &c.Scope, &c.State, &c.Blocked, &c.Impact, &c.Proposer.ID, &c.Proposer.Name,
		&c.Owner.ID, &c.Owner.Name, &c.ReviewOn, &c.Learning, &c.MinutesPerTime, &c.TimesPerWeek,
		&c.People, &c.Lineage, &c.Team, &c.Service, &c.Supporters, &c.Version, &created, &updated)
	c.Created, c.Updated = instant(created), instant(updated)
	return c, err
}

// Propose keeps a new change and gives it the council's next number.
func (s *Store) Propose(ctx context.Context, by programme.By, c programme.Change) (made programme.Change, err error) {
	err = s.within(ctx, func(tx *sql.Tx) error {
		if err := once(ctx, tx, by); err != nil {
			return err
		}
		if _, err := teamOf(ctx, tx, by.Council, c.TeamID); err != nil {
			return err
		}
		next, err := one(ctx, tx, "That council is not here.", number,
			`UPDATE council SET last_number = last_number + 1 WHERE id = $1 RETURNING last_number`, by.Council)
		if err != nil {
			return err
		}
		c.CouncilID, c.Number = by.Council, int(next)
		if err := insertChange(ctx, tx, c); err != nil {
			return fmt.Errorf("propose %s: %w", c.Ref(), err)
		}
		if made, err = changeByNumber(ctx, tx, by.Council, c.Number); err != nil {
			return err
		}
		return remember(ctx, tx, by, made, programme.History{At: by.At, What: "proposed", To: made.State})
	})
	return made, err
}

func insertChange(ctx context.Context, tx *sql.Tx, c programme.Change) error {
	_, err := exec(ctx, tx, `
		INSERT INTO change (council_id, team_id, number, title, why, strand_id, barrier, scope, state, blocked,
			impact, proposer_id, owner_id, review_on, learning, minutes_per_time, times_per_week, people, lineage,
			version, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)`,
		c.CouncilID, c.TeamID, c.Number, c.Title, c.Why, id(c.Strand.ID), c.Barrier, c.Scope, c.State, c.Blocked,
		c.Impact, id(c.Proposer.ID), id(c.Owner.ID), c.ReviewOn, c.Learning, c.MinutesPerTime, c.TimesPerWeek,
		c.People, c.Lineage, c.Version, millis(c.Created), millis(c.Updated))
	return err
}

// EditChange reads a change, lets a rule edit it, and keeps what the rule made of it with
// its history and notices: all of it, or nothing when the rule refuses. Of several people
// at once each sees what the one before left, so the rule can refuse by version.
func (s *Store) EditChange(ctx context.Context, by programme.By, number int,
	edit func(*programme.Change) (programme.History, []programme.Notice, error),
) (edited programme.Change, err error) {
	err = s.within(ctx, func(tx *sql.Tx) error {
		if err := once(ctx, tx, by); err != nil {
			return err
		}
		c, err := changeByNumber(ctx, tx, by.Council, number)
		if err != nil {
			return err
		}
		h, notices, err := edit(&c)
		if err != nil {
			return err
		}
		if err := updateChange(ctx, tx, c); err != nil {
			return fmt.Errorf("edit %s: %w", c.Ref(), err)
		}
		if err := remember(ctx, tx, by, c, h); err != nil {
			return err
		}
		if err := tell(ctx, tx, c, notices); err != nil {
			return err
		}
		edited, err = changeByNumber(ctx, tx, by.Council, number)
		return err
	})
	return edited, err
}

// updateChange writes what can change of a change: all but its council, team, number and birth.
// A strand must be of the change's team and an owner of its council.
func updateChange(ctx context.Context, tx *sql.Tx, c programme.Change) error {
	n, err := exec(ctx, tx, `
		UPDATE change SET title = $3, why = $4, strand_id = $5, barrier = $6, scope = $7, state = $8, blocked = $9,
			impact = $10, owner_id = $11, review_on = $12, learning = $13, minutes_per_time = $14,
			times_per_week = $15, people = $16, lineage = $17, version = $18, updated_at = $19
		WHERE council_id = $1 AND id = $2
			AND ($5 IS NULL OR EXISTS (SELECT 1 FROM strand WHERE id = $5 AND team_id = change.team_id))
			AND ($11 IS NULL OR EXISTS (SELECT 1 FROM member WHERE id = $11 AND council_id = $1))`,
		c.CouncilID, c.ID, c.Title, c.Why, id(c.Strand.ID), c.Barrier, c.Scope, c.State, c.Blocked,
		c.Impact, id(c.Owner.ID), c.ReviewOn, c.Learning, c.MinutesPerTime, c.TimesPerWeek, c.People, c.Lineage,
		c.Version, millis(c.Updated))
	if err == nil && n == 0 {
		return fault.New(fault.Invalid, "That strand or person does not belong to this team. Choose one from the list.")
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

// Support gives or takes back a member's backing. Doing either twice is doing it once.
func (s *Store) Support(ctx context.Context, by programme.By, number int, on bool) (c programme.Change, err error) {
	err = s.within(ctx, func(tx *sql.Tx) error {
		if err := once(ctx, tx, by); err != nil {
			return err
		}
		if c, err = changeByNumber(ctx, tx, by.Council, number); err != nil {
			return err
		}
		if on {
			_, err = exec(ctx, tx, `
				INSERT INTO support (council_id, change_id, member_id, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
				by.Council, c.ID, by.Member.ID, millis(by.At))
		} else {
			_, err = exec(ctx, tx, `DELETE FROM support WHERE council_id = $1 AND change_id = $2 AND member_id = $3`,
				by.Council, c.ID, by.Member.ID)
		}
		if err != nil {
			return fmt.Errorf("support %s: %w", c.Ref(), err)
		}
		c, err = changeByNumber(ctx, tx, by.Council, number)
		return err
	})
	return c, err
}

// Supports reports whether a member backs a change.
func (s *Store) Supports(ctx context.Context, council, member int64, ref int) (bool, error) {
	n, err := one(ctx, s.read, "", number, `
		SELECT count(*) FROM support s JOIN change c ON c.id = s.change_id
		WHERE c.council_id = $1 AND c.number = $2 AND s.member_id = $3`, council, ref, member)
	return n > 0, err
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
	SELECT c.number, h.at, COALESCE(m.name, 'a colleague'), h.what, h.from_state, h.to_state, h.words
	FROM history h JOIN change c ON c.id = h.change_id LEFT JOIN member m ON m.id = h.member_id`

func scanHistory(row scanner) (h programme.History, err error) {
	var ref int
	var at sql.NullInt64
	err = row.Scan(&ref, &at, &h.Who, &h.What, &h.From, &h.To, &h.Words)
	h.Ref, h.At = programme.Ref(ref), instant(at)
	return h, err
}

// Changes lists a council's changes, newest first, as the filter says.
func (s *Store) Changes(ctx context.Context, council int64, f programme.ChangeFilter) ([]programme.Change, error) {
	query, args := listQuery(council, f)
	return all(ctx, s.read, scanChange, query, args...)
}

// conditions are the parts of a query that narrow it, with what each compares with.
type conditions struct {
	parts []string
	args  []any
}

// add narrows by a part in which ? stands for the value.
func (w *conditions) add(part string, value any) {
	w.args = append(w.args, value)
	w.parts = append(w.parts, strings.ReplaceAll(part, "?", fmt.Sprintf("$%d", len(w.args))))
}

// addIn narrows to rows whose column is one of these.
func (w *conditions) addIn(column string, states []programme.State) {
	marks := make([]string, len(states))
	for i, state := range states {
		w.args = append(w.args, state)
		marks[i] = fmt.Sprintf("$%d", len(w.args))
	}
	w.parts = append(w.parts, column+" IN ("+strings.Join(marks, ", ")+")")
}

func listQuery(council int64, f programme.ChangeFilter) (string, []any) {
	var w conditions
	w.add("c.council_id = ?", council)
	if f.Team != 0 {
		w.add("c.team_id = ?", f.Team)
	}
	if f.Member != 0 {
		w.add(`c.id IN (SELECT id FROM change WHERE proposer_id = ? UNION SELECT id FROM change WHERE owner_id = ?
			UNION SELECT change_id FROM support WHERE member_id = ?)`, f.Member)
	}
	if len(f.States) > 0 {
		w.addIn("c.state", f.States)
	}
	if f.Blocked {
		w.add("c.blocked <> ?", "")
	}
	if f.Due != "" {
		w.add("c.state = 'trying' AND c.review_on <> '' AND c.review_on <= ?", f.Due)
	}
	if words := search(f.Words); words != "" {
		w.add(matching, words)
	}
	if f.Before != 0 {
		w.add("c.number < ?", f.Before)
	}
	query := changeRows + " WHERE " + strings.Join(w.parts, " AND ") + " ORDER BY c.number DESC LIMIT " + fmt.Sprint(limit(f.Limit))
	return query, w.args
}

// limit is how many changes a list may hold: 20 when nobody said, and never over 10,000.
func limit(asked int) int {
	if asked <= 0 {
		return 20
	}
	return min(asked, 10_000)
}
