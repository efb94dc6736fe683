package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"smallchanges/internal/programme"
)

// ImportChanges keeps the rows of a file as changes of a council, in one transaction: all of
// them, or none when anything is wrong in any row, and then the import says what. A dry run
// keeps none either.
//
// Nobody is told, and what was kept is not come back to: an import is about the past.
func (s *Store) ImportChanges(ctx context.Context, by programme.By, entries []programme.Entry, dryRun bool) (programme.Import, error) {
	done := programme.Import{Entries: slices.Clone(entries)}
	err := s.within(ctx, func(tx *sql.Tx) error {
		if err := once(ctx, tx, by); err != nil {
			return err
		}
		r, err := roster(ctx, tx, by.Council)
		if err != nil {
			return err
		}
		done.Warnings = r.Match(done.Entries)
		if done.Wrong = wrongIn(done.Entries); len(done.Wrong) > 0 {
			return errDry
		}
		if err := importAll(ctx, tx, by, done.Entries); err != nil {
			return err
		}
		if dryRun {
			return errDry
		}
		return nil
	})
	if err != nil && !errors.Is(err, errDry) {
		return programme.Import{}, err
	}
	return done, nil
}

// wrongIn gathers what is wrong in all rows.
func wrongIn(entries []programme.Entry) []programme.Mistake {
	var list []programme.Mistake
	for _, e := range entries {
		for column, say := range e.Wrong {
			list = append(list, programme.Mistake{Row: e.Row, Column: column, Say: say})
		}
	}
	slices.SortFunc(list, func(a, b programme.Mistake) int {
		return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(a.Column, b.Column))
	})
	return list
}

// roster is everything of a council that a row can name.
func roster(ctx context.Context, tx *sql.Tx, council int64) (r programme.Roster, err error) {
	last, err := one(ctx, tx, "That council is not here.", number, `SELECT last_number FROM council WHERE id = $1`, council)
	if err != nil {
		return r, err
	}
	r.Last = int(last)
	if r.Teams, err = all(ctx, tx, scanTeam, teamRows+` WHERE t.council_id = $1 ORDER BY t.name`, council); err != nil {
		return r, err
	}
	for i := range r.Teams {
		r.Teams[i].Strands, err = all(ctx, tx, scanStrand,
			`SELECT id, name FROM strand WHERE council_id = $1 AND team_id = $2 ORDER BY id`, council, r.Teams[i].ID)
		if err != nil {
			return r, err
		}
	}
	if r.Numbers, err = all(ctx, tx, func(row scanner) (n int, err error) { return n, row.Scan(&n) },
		`SELECT number FROM change WHERE council_id = $1`, council); err != nil {
		return r, err
	}
	named := func(row scanner) (m programme.Member, err error) {
		return m, row.Scan(&m.ID, &m.TeamID, &m.Name, &m.Email)
	}
	if r.Members, err = all(ctx, tx, named,
		`SELECT id, team_id, name, email FROM member WHERE council_id = $1 AND left_at IS NULL`, council); err != nil {
		return r, err
	}
	r.Left, err = all(ctx, tx, named,
		`SELECT id, team_id, name, email FROM member WHERE council_id = $1 AND left_at IS NOT NULL`, council)
	return r, err
}

// importAll keeps every row with the first line of its past, then what leads from one to
// another, which may come later in the file.
func importAll(ctx context.Context, tx *sql.Tx, by programme.By, entries []programme.Entry) error {
	before, err := one(ctx, tx, "", number, `SELECT COALESCE(max(id), 0) FROM change WHERE council_id = $1`, by.Council)
	if err != nil {
		return err
	}
	if err := importRows(ctx, tx, by.Council, entries); err != nil {
		return err
	}
	_, err = exec(ctx, tx, `
		UPDATE member SET astray = 1 WHERE id IN (SELECT m.id FROM change c JOIN member m ON m.id = c.owner_id
			WHERE c.council_id = $1 AND c.id > $2 AND m.team_id <> c.team_id)`, by.Council, before)
	if err != nil {
		return fmt.Errorf("find owners in other teams: %w", err)
	}
	_, err = exec(ctx, tx, `
		INSERT INTO history (council_id, change_id, at, what, to_state)
		SELECT council_id, id, $3, $4, state FROM change WHERE council_id = $1 AND id > $2 ORDER BY id`,
		by.Council, before, millis(by.At), programme.Imported)
	if err != nil {
		return fmt.Errorf("begin the history of what is imported: %w", err)
	}
	highest := 0
	for _, e := range entries {
		highest = max(highest, e.Change.Number)
		if e.Change.MergedInto == 0 {
			continue
		}
		_, err := exec(ctx, tx, `
			UPDATE change SET merged_into = (SELECT id FROM change WHERE council_id = $1 AND number = $3)
			WHERE council_id = $1 AND number = $2`, by.Council, e.Change.Number, e.Change.MergedInto)
		if err != nil {
			return fmt.Errorf("import %s: %w", e.Change.Ref(), err)
		}
	}
	if _, err = exec(ctx, tx, `UPDATE council SET last_number = $2 WHERE id = $1 AND last_number < $2`, by.Council, highest); err != nil {
		return err
	}
	return dirtyCouncil(ctx, tx, by.Council, by.At)
}

// importBatch is how many rows one statement keeps. After each statement the index of words
// is written out, and within one the driver looks for each value among all of them.
const importBatch = 10

func importRows(ctx context.Context, tx *sql.Tx, council int64, entries []programme.Entry) error {
	for batch := range slices.Chunk(entries, importBatch) {
		var w conditions
		rows := make([]string, len(batch))
		for i, e := range batch {
			c := e.Change
			var marks []string
			for _, value := range []any{
				council, c.TeamID, c.Number, c.Title, c.Why, id(c.Strand.ID), c.Barrier, c.Scope, c.State, c.Blocked,
				c.BlockedRole, c.ReplyBy, c.Impact, id(c.Proposer.ID), id(c.Owner.ID), c.ReviewOn, c.Learning, c.Guess.Minutes,
				c.Guess.Times, c.Guess.People, c.Lineage, c.Version, millis(c.Created), millis(c.Updated), c.EarlierSupporters,
			} {
				marks = append(marks, w.value(value))
			}
			rows[i] = "(" + strings.Join(marks, ", ") + ")"
		}
		_, err := exec(ctx, tx, `
			INSERT INTO change (council_id, team_id, number, title, why, strand_id, barrier, scope, state, blocked,
				blocked_role, reply_by, impact, proposer_id, owner_id, review_on, learning, minutes_per_time,
				times_per_week, people, lineage, version, created_at, updated_at, earlier_supporters)
			VALUES `+strings.Join(rows, ", "), w.args...)
		if err != nil {
			return fmt.Errorf("import rows %d to %d: %w", batch[0].Row, batch[len(batch)-1].Row, err)
		}
	}
	return nil
}
