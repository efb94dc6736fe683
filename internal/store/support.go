package store

import (
	"context"
	"database/sql"
	"fmt"

	"smallchanges/internal/programme"
)

// Support gives or takes back a member's backing. Doing either twice is doing it once. What
// was merged has its support where it is part of now: that change is what comes back.
func (s *Store) Support(ctx context.Context, by programme.By, number int, on bool) (c programme.Change, err error) {
	err = s.within(ctx, func(tx *sql.Tx) error {
		if err := once(ctx, tx, by); err != nil {
			return err
		}
		if c, err = goesOn(ctx, tx, by.Council, number); err != nil {
			return err
		}
		if err := c.Backable(by.Member); on && err != nil {
			return err
		}
		if err := dirtyHomes(ctx, tx, c, by.At); err != nil { // before who takes it back follows it no more
			return err
		}
		if on {
			err = back(ctx, tx, c, by)
		} else {
			_, err = exec(ctx, tx, `DELETE FROM support WHERE council_id = $1 AND member_id = $3
				AND change_id IN (SELECT id FROM change WHERE id = $2 OR merged_into = $2)`, by.Council, c.ID, by.Member.ID)
		}
		if err != nil {
			return fmt.Errorf("support %s: %w", c.Ref(), err)
		}
		if err := dirtyHomes(ctx, tx, c, by.At); err != nil { // and after who gives it follows it
			return err
		}
		c, err = changeByNumber(ctx, tx, by.Council, c.Number)
		return err
	})
	return c, err
}

func back(ctx context.Context, tx *sql.Tx, c programme.Change, by programme.By) error {
	_, err := exec(ctx, tx, `
		INSERT INTO support (council_id, change_id, member_id, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
		by.Council, c.ID, by.Member.ID, millis(by.At))
	return err
}

// goesOn is a change, or the one that it was merged into, and so on to the one that goes on.
func goesOn(ctx context.Context, q querier, council int64, number int) (programme.Change, error) {
	c, err := changeByNumber(ctx, q, council, number)
	for err == nil && c.MergedInto != 0 { // Merge refuses what is merged, so this ends
		c, err = changeByNumber(ctx, q, council, c.MergedInto)
	}
	return c, err
}

// Supports reports whether a member backs a change.
func (s *Store) Supports(ctx context.Context, council, member int64, ref int) (bool, error) {
	n, err := one(ctx, s.read, "", number, `
		SELECT count(*) FROM support s JOIN change c ON c.id = s.change_id
		WHERE c.council_id = $1 AND c.number = $2 AND s.member_id = $3`, council, ref, member)
	return n > 0, err
}

// followers selects the members who follow a change: who proposed it, looks after it,
// supports it, or asked for the yes that it waits for. $1 is the council and $2 the change.
const followers = memberRows + ` AND m.id IN (
	SELECT proposer_id FROM change WHERE council_id = $1 AND id = $2
	UNION SELECT owner_id FROM change WHERE council_id = $1 AND id = $2
	UNION SELECT permission_asker_id FROM change WHERE council_id = $1 AND id = $2
	UNION SELECT member_id FROM support WHERE council_id = $1 AND change_id = $2)`
