package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// Merge makes a change part of another with the rule's leave, and gives its supporters and
// its proposer's backing to that other, in one transaction. fault.Missing when either is
// not in the council.
func (s *Store) Merge(ctx context.Context, by programme.By, number, into int, e programme.Ending) (merged programme.Change, err error) {
	err = s.within(ctx, func(tx *sql.Tx) error {
		if err := once(ctx, tx, by); err != nil {
			return err
		}
		other, err := changeByNumber(ctx, tx, by.Council, into)
		if err != nil {
			return fault.Field("into", "There is no "+programme.Ref(into)+" here. Check the number.")
		}
		was := programme.Change{}
		merged, err = editChange(ctx, tx, by, number, func(c *programme.Change) (programme.History, []programme.Notice, error) {
			was = *c
			return c.Merge(other, e, by.Member, by.At)
		})
		if err != nil {
			return err
		}
		_, err = editChange(ctx, tx, by, into, func(c *programme.Change) (programme.History, []programme.Notice, error) {
			return c.Join(was, by.Member, by.At), nil, nil
		})
		if err != nil {
			return err
		}
		return moveSupport(ctx, tx, was, other, by.At)
	})
	return merged, err
}

// moveSupport gives a change's supporters, and whoever proposed it, to another as well.
// They stay where they were too, as the past of the merged one, and follow the other from now.
func moveSupport(ctx context.Context, tx *sql.Tx, from, to programme.Change, now time.Time) error {
	_, err := exec(ctx, tx, `
		INSERT INTO support (council_id, change_id, member_id, at)
		SELECT council_id, $3, member_id, $5 FROM support WHERE council_id = $1 AND change_id = $2 AND member_id <> $4
		ON CONFLICT DO NOTHING`, from.CouncilID, from.ID, to.ID, to.Proposer.ID, millis(now))
	if err == nil && from.Proposer.ID != 0 && from.Proposer.ID != to.Proposer.ID {
		_, err = exec(ctx, tx, `
			INSERT INTO support (council_id, change_id, member_id, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
			from.CouncilID, to.ID, from.Proposer.ID, millis(now))
	}
	if err != nil {
		return fmt.Errorf("move the support of %s: %w", from.Ref(), err)
	}
	return nil
}

// takeBack takes from a change the earlier supporters that one of those merged into it lent,
// when that one goes its own way again. Members who support both stay with both.
func takeBack(ctx context.Context, tx *sql.Tx, was, c programme.Change) error {
	if was.MergedInto == 0 || c.MergedInto != 0 || was.Lent == 0 {
		return nil
	}
	_, err := exec(ctx, tx, `UPDATE change SET earlier_supporters = earlier_supporters - $3 WHERE council_id = $1 AND number = $2`,
		c.CouncilID, was.MergedInto, was.Lent)
	return err
}

// Adopt files a change of another team as one that the member's own team tries too, with
// word to those who follow it. A team that tries it already is fault.Conflict.
func (s *Store) Adopt(ctx context.Context, by programme.By, number int) (made programme.Change, err error) {
	err = s.within(ctx, func(tx *sql.Tx) error {
		if err := once(ctx, tx, by); err != nil {
			return err
		}
		origin, err := goesOn(ctx, tx, by.Council, number)
		if err != nil {
			return err
		}
		if err := adoptedOnce(ctx, tx, origin, by.Member); err != nil {
			return err
		}
		made, err = origin.Adopt(by.Member, by.At)
		if err != nil {
			return err
		}
		if made, err = file(ctx, tx, by, made); err != nil {
			return err
		}
		_, err = editChange(ctx, tx, by, origin.Number, func(c *programme.Change) (programme.History, []programme.Notice, error) {
			h, notices := c.AdoptedBy(made, by.Member, by.At)
			return h, notices, nil
		})
		return err
	})
	return made, err
}

// adoptedOnce refuses a second adoption by the same team while the first goes on.
func adoptedOnce(ctx context.Context, tx *sql.Tx, origin programme.Change, by programme.Member) error {
	have, err := one(ctx, tx, "", number, `
		SELECT COALESCE((SELECT number FROM change
			WHERE council_id = $1 AND team_id = $2 AND lineage = $3 AND state NOT IN ('stopped', 'merged') LIMIT 1), 0)`,
		origin.CouncilID, by.TeamID, origin.Ref())
	if err == nil && have != 0 {
		return fault.New(fault.Conflict, "Your team has it already, as "+programme.Ref(int(have))+". You can support that one.")
	}
	return err
}

// Barriers are what stops a team from working as it wants to: what its council file says,
// and the changes that it passed on.
func (s *Store) Barriers(ctx context.Context, council, team int64) ([]programme.Barrier, error) {
	list, err := all(ctx, s.read, func(row scanner) (b programme.Barrier, err error) { return b, row.Scan(&b.What, &b.Scope) },
		`SELECT what, scope FROM barrier WHERE council_id = $1 AND team_id = $2 AND ended_at IS NULL ORDER BY id`, council, team)
	if err != nil {
		return nil, err
	}
	passed, err := s.Changes(ctx, council, programme.ChangeFilter{Team: team, States: []programme.State{programme.PassedOn}, Limit: 10_000})
	for _, c := range passed {
		if b, ok := c.Systemic(); ok {
			list = append(list, b)
		}
	}
	return list, err
}
