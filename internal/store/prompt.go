package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"smallchanges/internal/programme"
)

// Bank is what a team can be asked: the program's prompts without those switched off, and
// the team's own. It is never empty.
func (s *Store) Bank(ctx context.Context, council, team int64) ([]programme.Prompt, error) {
	bank, err := bankOf(ctx, s.read, council, team)
	return bank.On(), err
}

func bankOf(ctx context.Context, q querier, council, team int64) (b programme.Bank, err error) {
	b.Off, err = all(ctx, q, word, `SELECT prompt_id FROM prompt_off WHERE council_id = $1 AND team_id = $2 ORDER BY prompt_id`, council, team)
	if err != nil {
		return b, err
	}
	b.Own, err = all(ctx, q, func(row scanner) (p programme.Prompt, err error) {
		var number int64
		err = row.Scan(&number, &p.Text, &p.Theme, &p.ShareDefault, &p.Moment)
		p.ID = programme.OwnPrompt(number)
		return p, err
	}, `SELECT id, text, theme, share_default, moment FROM team_prompt
		WHERE council_id = $1 AND team_id = $2 AND removed_at IS NULL ORDER BY id`, council, team)
	return b, err
}

// AddPrompt adds a prompt of a team's own, or changes the one that has its id and that its
// writer saw with this mark (see Bank.Put). Who may is as for the rest of a team's setup:
// fault.Denied for anybody else. Field: text.
func (s *Store) AddPrompt(ctx context.Context, by programme.By, team int64, p programme.Prompt, seen string) (programme.Setup, error) {
	rule := func(b *programme.Bank) error { return b.Put(p, seen) }
	return s.changePrompts(ctx, by, team, rule, func(tx *sql.Tx) error {
		if number, own := programme.OwnNumber(p.ID); own {
			_, err := exec(ctx, tx, `
				UPDATE team_prompt SET text = $4, theme = $5, share_default = $6, moment = $7
				WHERE council_id = $1 AND team_id = $2 AND id = $3`, by.Council, team, number, p.Text, p.Theme, p.ShareDefault, p.Moment)
			return err
		}
		_, err := exec(ctx, tx, `
			INSERT INTO team_prompt (council_id, team_id, text, theme, share_default, moment, member_id, at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			by.Council, team, p.Text, p.Theme, p.ShareDefault, p.Moment, by.Member.ID, millis(by.At))
		return err
	})
}

// RemovePrompt takes out a prompt of a team's own. Rounds that asked it keep it, and so does
// the storage, with the time. fault.Missing when it is not there, fault.Closed when too few
// would be left.
func (s *Store) RemovePrompt(ctx context.Context, by programme.By, team int64, prompt string) (programme.Setup, error) {
	rule := func(b *programme.Bank) error { return b.Remove(prompt) }
	return s.changePrompts(ctx, by, team, rule, func(tx *sql.Tx) error {
		number, _ := programme.OwnNumber(prompt)
		_, err := exec(ctx, tx, `UPDATE team_prompt SET removed_at = $4 WHERE council_id = $1 AND team_id = $2 AND id = $3`,
			by.Council, team, number, millis(by.At))
		return err
	})
}

// SwitchPrompt switches one of the program's prompts off for a team, or on again. The same
// again is no change. fault.Closed when too few would be left.
func (s *Store) SwitchPrompt(ctx context.Context, by programme.By, team int64, prompt string, on bool) (programme.Setup, error) {
	rule := func(b *programme.Bank) error { return b.Switch(prompt, on) }
	return s.changePrompts(ctx, by, team, rule, func(tx *sql.Tx) error {
		query := `INSERT INTO prompt_off (council_id, team_id, prompt_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
		if on {
			query = `DELETE FROM prompt_off WHERE council_id = $1 AND team_id = $2 AND prompt_id = $3`
		}
		_, err := exec(ctx, tx, query, by.Council, team, prompt)
		return err
	})
}

// changePrompts asks, in one transaction with the event's key, whether somebody may change a
// team's prompts and whether a rule takes the change, and writes it. It returns the team's
// setup as it is now.
func (s *Store) changePrompts(ctx context.Context, by programme.By, team int64, rule programme.BankRule, write func(*sql.Tx) error) (set programme.Setup, err error) {
	err = s.within(ctx, func(tx *sql.Tx) error {
		if err := once(ctx, tx, by); err != nil {
			return err
		}
		if set, err = setupOf(ctx, tx, by.Council, team); err != nil {
			return err
		}
		if err := set.Allows(by.Member); err != nil {
			return err
		}
		if err := rule(&set.Bank); err != nil {
			return err
		}
		if err := write(tx); err != nil {
			return fmt.Errorf("change the prompts of a team: %w", err)
		}
		set.Bank, err = bankOf(ctx, tx, by.Council, team)
		return err
	})
	return set, err
}

// SoFar is what a team was asked and has tried, as of a time. Every schedule of the team
// counts. A change that was taken up again has not ended.
func (s *Store) SoFar(ctx context.Context, council, team int64, now time.Time) (so programme.SoFar, err error) {
	so.Past, err = all(ctx, s.read, scanPast, `
		SELECT r.prompt, r.opens_at FROM round r
		JOIN (SELECT max(id) AS id FROM round WHERE council_id = $1 AND team_id = $2 GROUP BY prompt_id) AS latest ON latest.id = r.id
		WHERE r.council_id = $1 ORDER BY r.opens_at DESC, r.id DESC`, council, team)
	if err != nil {
		return so, err
	}
	so, err = one(ctx, s.read, "", func(row scanner) (programme.SoFar, error) {
		var first, ended sql.NullInt64
		err := row.Scan(&first, &so.Tried, &so.Trying, &so.Reviewing, &ended)
		so.First, so.Ended = instant(first), instant(ended)
		return so, err
	}, `SELECT (SELECT min(opens_at) FROM round WHERE council_id = $1 AND team_id = $2),
			EXISTS (SELECT 1 FROM change WHERE council_id = $1 AND team_id = $2
				AND (state IN ('trying', 'reviewing', 'kept') OR state = 'stopped' AND learning <> '')),
			EXISTS (SELECT 1 FROM change WHERE council_id = $1 AND team_id = $2 AND state = 'trying'),
			EXISTS (SELECT 1 FROM change WHERE council_id = $1 AND team_id = $2 AND state = 'reviewing'),
			(SELECT max(h.at) FROM change c JOIN history h ON h.change_id = c.id
				WHERE c.council_id = $1 AND c.team_id = $2 AND c.urgency IN (5, 6) AND c.recency <= $3
					AND h.at >= -$3 AND h.from_state IN ('trying', 'reviewing') AND h.to_state = c.state)`,
		council, team, -now.Add(-programme.EndedLasts).UnixMilli())
	return so, err
}

func scanPast(row scanner) (p programme.PastPrompt, err error) {
	var at sql.NullInt64
	err = row.Scan(fromJSON{&p.Prompt}, &at)
	p.At = instant(at)
	return p, err
}
