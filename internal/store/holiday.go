package store

import (
	"context"
	"fmt"
	"slices"

	"smallchanges/internal/programme"
)

// ownDay is one day on which a council differs from its nation: a bank holiday that is worked
// there, or a day more on which it is closed.
type ownDay struct {
	day    programme.Day
	worked bool
}

func ownDays(ctx context.Context, q querier, council int64) ([]ownDay, error) {
	return all(ctx, q, func(row scanner) (d ownDay, err error) {
		return d, row.Scan(&d.day, &d.worked)
	}, `SELECT day, worked FROM holiday WHERE council_id = $1 ORDER BY day`, council)
}

// applyHolidays makes the council's own days those of the file. A day that is not in it any
// more is as its nation has it.
func (a *application) applyHolidays(ctx context.Context, c programme.CouncilEntry) error {
	wanted := map[programme.Day]bool{}
	for _, day := range c.WorkedBankHolidays {
		wanted[day] = true
	}
	for _, day := range c.BankHolidays {
		wanted[day] = false
	}
	for _, day := range slices.Concat(c.BankHolidays, c.WorkedBankHolidays) {
		kind := "bank holiday"
		if wanted[day] {
			kind = "worked bank holiday"
		}
		err := a.put(ctx, fmt.Sprintf("council %s: %s %s", c.Name, kind, day), `
			INSERT INTO holiday (council_id, day, worked) VALUES ($1, $2, $3) ON CONFLICT (council_id, day) DO NOTHING`, `
			UPDATE holiday SET worked = $3 WHERE council_id = $1 AND day = $2 AND worked <> $3`,
			a.council, day, flag(wanted[day]))
		if err != nil {
			return err
		}
	}
	have, err := ownDays(ctx, a.tx, a.council)
	if err != nil {
		return err
	}
	for _, d := range have {
		if _, stays := wanted[d.day]; stays {
			continue
		}
		if _, err := exec(ctx, a.tx, `DELETE FROM holiday WHERE council_id = $1 AND day = $2`, a.council, d.day); err != nil {
			return err
		}
		a.say("council %s: %s is as the nation has it", c.Name, d.day)
	}
	return nil
}

// declareHolidays writes the council's own days as a council file has them.
func declareHolidays(ctx context.Context, q querier, council int64, into *programme.CouncilEntry) error {
	days, err := ownDays(ctx, q, council)
	for _, d := range days {
		if d.worked {
			into.WorkedBankHolidays = append(into.WorkedBankHolidays, d.day)
		} else {
			into.BankHolidays = append(into.BankHolidays, d.day)
		}
	}
	return err
}

// Calendar is on which days a council is closed.
func (s *Store) Calendar(ctx context.Context, council int64) (programme.Calendar, error) {
	return calendarOf(ctx, s.read, council)
}

func calendarOf(ctx context.Context, q querier, council int64) (programme.Calendar, error) {
	nation, err := one(ctx, q, "That council is not here.", word, `SELECT nation FROM council WHERE id = $1`, council)
	if err != nil {
		return programme.Calendar{}, err
	}
	days, err := ownDays(ctx, q, council)
	own := make(map[programme.Day]bool, len(days))
	for _, d := range days {
		own[d.day] = d.worked
	}
	return programme.Calendar{Nation: nation, Own: own}, err
}
