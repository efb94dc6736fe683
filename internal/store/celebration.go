package store

import (
	"context"
	"database/sql"
	"fmt"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

const celebrationRows = `
	SELECT c.id, c.council_id, COALESCE(c.member_id, 0), COALESCE(m.name, 'a colleague'), COALESCE(ch.number, 0), c.words, c.at
	FROM celebration c LEFT JOIN member m ON m.id = c.member_id LEFT JOIN change ch ON ch.id = c.change_id`

func scanCelebration(row scanner) (c programme.Celebration, err error) {
	var at sql.NullInt64
	err = row.Scan(&c.ID, &c.CouncilID, &c.By.ID, &c.By.Name, &c.Change, &c.Words, &at)
	c.At = instant(at)
	return c, err
}

// Celebrate keeps a celebration and, with the same commit, puts it into the outbox for the
// council's celebration channel. fault.Missing when the council has no such channel, when
// the change is not there, or when a person named is not of this council.
func (s *Store) Celebrate(ctx context.Context, by programme.By, c programme.Celebration) (kept programme.Celebration, err error) {
	c.CouncilID, c.By, c.At = by.Council, by.Member.Ref(), by.At
	err = s.within(ctx, func(tx *sql.Tx) error {
		if err := once(ctx, tx, by); err != nil {
			return err
		}
		channel, err := one(ctx, tx, "That council is not here.", word, `SELECT celebrations FROM council WHERE id = $1`, by.Council)
		if err != nil {
			return err
		}
		if channel == "" {
			return fault.New(fault.Missing, "There is no celebration channel yet. Ask your coordinator to choose one.")
		}
		made, err := insertCelebration(ctx, tx, c)
		if err != nil {
			return err
		}
		if kept, err = celebrationOf(ctx, tx, by.Council, made); err != nil {
			return err
		}
		return post(ctx, tx, programme.Notice{
			Key: fmt.Sprintf("celebration:%d", made), Council: by.Council, Kind: programme.NoticeCelebration,
			Subject: made, Channel: channel, Due: by.At,
		})
	})
	return kept, err
}

func insertCelebration(ctx context.Context, tx *sql.Tx, c programme.Celebration) (int64, error) {
	var about int64
	if c.Change != 0 {
		change, err := changeByNumber(ctx, tx, c.CouncilID, c.Change)
		if err != nil {
			return 0, err
		}
		about = change.ID
	}
	made, err := one(ctx, tx, "", number, `
		INSERT INTO celebration (council_id, member_id, change_id, words, at) VALUES ($1, $2, $3, $4, $5) RETURNING id`,
		c.CouncilID, id(c.By.ID), id(about), c.Words, millis(c.At))
	if err != nil {
		return 0, fmt.Errorf("keep a celebration: %w", err)
	}
	for place, person := range c.People {
		n, err := exec(ctx, tx, `
			INSERT INTO celebrated (celebration_id, place, council_id, member_id)
			SELECT $1, $2, council_id, id FROM member WHERE council_id = $3 AND id = $4 AND left_at IS NULL`,
			made, place, c.CouncilID, person.ID)
		if err != nil {
			return 0, fmt.Errorf("keep who is celebrated: %w", err)
		}
		if n == 0 {
			return 0, fault.New(fault.Missing, "One of the people you named is not in this council's programme.")
		}
	}
	return made, nil
}

// Celebration is one celebration with the people it names, in the order they were named.
func (s *Store) Celebration(ctx context.Context, council, id int64) (programme.Celebration, error) {
	return celebrationOf(ctx, s.read, council, id)
}

func celebrationOf(ctx context.Context, q querier, council, id int64) (programme.Celebration, error) {
	c, err := one(ctx, q, "That celebration is not here any more.", scanCelebration,
		celebrationRows+` WHERE c.council_id = $1 AND c.id = $2`, council, id)
	if err != nil {
		return programme.Celebration{}, err
	}
	c.People, err = celebrated(ctx, q, council, id)
	return c, err
}

func celebrated(ctx context.Context, q querier, council, celebration int64) ([]programme.Who, error) {
	return all(ctx, q, scanWho, `
		SELECT m.id, m.name FROM celebrated p JOIN member m ON m.id = p.member_id
		WHERE p.council_id = $1 AND p.celebration_id = $2 ORDER BY p.place`, council, celebration)
}

func scanWho(row scanner) (w programme.Who, err error) { return w, row.Scan(&w.ID, &w.Name) }
