package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

const (
	choosingRows = `SELECT r.id, r.council_id, r.team_id, r.opens_at, r.closes_at, r.closed_at IS NOT NULL, r.people, r.grid FROM choosing r`
	noChoosing   = "Your team is not choosing just now. Start a round with: /smallchange choose"
)

func scanChoosing(row scanner) (c programme.Choosing, err error) {
	var opens, closes sql.NullInt64
	err = row.Scan(&c.ID, &c.CouncilID, &c.TeamID, &opens, &closes, &c.Closed, &c.People, fromJSON{&c.Grid})
	c.Opens, c.Closes = instant(opens), instant(closes)
	return c, err
}

// OpenChoosing keeps a new round with its ideas, and puts word of it for the team's channel
// into the outbox. A team that has one open is fault.Closed.
func (s *Store) OpenChoosing(ctx context.Context, by programme.By, c programme.Choosing) (made programme.Choosing, err error) {
	err = s.within(ctx, func(tx *sql.Tx) error {
		if err := once(ctx, tx, by); err != nil {
			return err
		}
		team, err := teamOf(ctx, tx, by.Council, c.TeamID)
		if err != nil {
			return err
		}
		id, err := one(ctx, tx, "", number, `
			INSERT INTO choosing (council_id, team_id, opened_by, opens_at, closes_at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT DO NOTHING RETURNING id`, by.Council, c.TeamID, id(by.Member.ID), millis(c.Opens), millis(c.Closes))
		if fault.Is(err, fault.Missing) {
			return fault.Hide(fault.Closed, err, team.Name+" is choosing already. Type /smallchange choose to put your dots.")
		}
		if err != nil {
			return err
		}
		for place, idea := range c.Ideas {
			_, err := exec(ctx, tx, `INSERT INTO choosing_idea (choosing_id, place, council_id, change_id)
				SELECT $1, $2, council_id, id FROM change WHERE council_id = $3 AND id = $4`, id, place, by.Council, idea.ID)
			if err != nil {
				return fmt.Errorf("offer %s: %w", idea.Ref(), err)
			}
		}
		if made, err = choosingBy(ctx, tx, by.Council, `r.id = $2`, id); err != nil {
			return err
		}
		if err := dirtyTeam(ctx, tx, by.Council, team.ID, by.At); err != nil {
			return err
		}
		return postTo(ctx, tx, team, programme.Notice{
			Key: fmt.Sprintf("choosing:%d", id), Council: by.Council, Kind: programme.NoticeChoosing, Subject: id, Due: by.At,
		})
	})
	return made, err
}

// postTo puts a notice for a team's channel into the outbox. A team without one hears of
// it in other ways.
func postTo(ctx context.Context, tx *sql.Tx, team programme.Team, n programme.Notice) error {
	if team.Channel.ID == "" {
		return nil
	}
	n.Channel = team.Channel.ID
	return post(ctx, tx, n)
}

// choosingBy is the round that a condition finds, with its ideas. $1 is the council.
func choosingBy(ctx context.Context, q querier, council int64, where string, arg any) (programme.Choosing, error) {
	c, err := one(ctx, q, noChoosing, scanChoosing, choosingRows+` WHERE r.council_id = $1 AND `+where+` ORDER BY r.id DESC LIMIT 1`, council, arg)
	if err != nil {
		return c, err
	}
	c.Ideas, err = all(ctx, q, scanChange, changeRows+`
		JOIN choosing_idea i ON i.change_id = c.id WHERE i.council_id = $1 AND i.choosing_id = $2 ORDER BY i.place`, council, c.ID)
	return c, err
}

// Choosing is one round, as its messages name it.
func (s *Store) Choosing(ctx context.Context, council, id int64) (programme.Choosing, error) {
	return choosingBy(ctx, s.read, council, `r.id = $2`, id)
}

// LastChoosing is a team's latest round, open or closed. fault.Missing when it never had one.
func (s *Store) LastChoosing(ctx context.Context, council, team int64) (programme.Choosing, error) {
	return choosingBy(ctx, s.read, council, `r.team_id = $2`, team)
}

// PlaceDots keeps a person's dots in place of those they put before, while the round is
// open. Only members of the round's team put dots: others are fault.Denied.
func (s *Store) PlaceDots(ctx context.Context, by programme.By, choosing int64, dots []programme.Dot) error {
	return s.within(ctx, func(tx *sql.Tx) error {
		if err := once(ctx, tx, by); err != nil {
			return err
		}
		c, err := choosingBy(ctx, tx, by.Council, `r.id = $2`, choosing)
		if err != nil {
			return err
		}
		if err := c.Place(dots, by.Member, by.At); err != nil {
			return err
		}
		if _, err := exec(ctx, tx, `DELETE FROM dot WHERE council_id = $1 AND choosing_id = $2 AND member_id = $3`, by.Council, choosing, by.Member.ID); err != nil {
			return err
		}
		for _, d := range dots {
			_, err := exec(ctx, tx, `INSERT INTO dot (council_id, choosing_id, member_id, change_id, difference, effort) VALUES ($1, $2, $3, $4, $5, $6)`,
				by.Council, choosing, by.Member.ID, d.Change, d.Difference, d.Effort)
			if err != nil {
				return fmt.Errorf("keep a dot: %w", err)
			}
		}
		return dirtyOwn(ctx, tx, by)
	})
}

func scanDot(row scanner) (d programme.Dot, err error) {
	return d, row.Scan(&d.Change, &d.Difference, &d.Effort)
}

// Dots are what a person put into an open round, for nobody but them.
func (s *Store) Dots(ctx context.Context, council, choosing, member int64) ([]programme.Dot, error) {
	return all(ctx, s.read, scanDot, `SELECT change_id, difference, effort FROM dot
		WHERE council_id = $1 AND choosing_id = $2 AND member_id = $3 ORDER BY change_id`, council, choosing, member)
}

// ChoosingsToClose are open rounds, of every council, whose time is over.
func (s *Store) ChoosingsToClose(ctx context.Context, now time.Time) ([]programme.Choosing, error) {
	return all(ctx, s.read, scanChoosing, choosingRows+` WHERE r.closed_at IS NULL AND r.closes_at <= $1 ORDER BY r.closes_at`, millis(now))
}

// CloseChoosing closes a round: it keeps the grid and how many people put dots, deletes the
// dots, so that nobody can learn who put which, and puts the result into the outbox.
func (s *Store) CloseChoosing(ctx context.Context, council, choosing int64) error {
	if err := s.closeChoosing(ctx, council, choosing); err != nil {
		return err
	}
	return s.emptyJournal(ctx) // it held the dots too
}

func (s *Store) closeChoosing(ctx context.Context, council, choosing int64) error {
	return s.within(ctx, func(tx *sql.Tx) error {
		c, err := choosingBy(ctx, tx, council, `r.id = $2`, choosing)
		if err != nil || c.Closed {
			return err
		}
		team, err := teamOf(ctx, tx, council, c.TeamID)
		if err != nil {
			return err
		}
		dots, err := all(ctx, tx, scanDot, `SELECT change_id, difference, effort FROM dot WHERE council_id = $1 AND choosing_id = $2`, council, choosing)
		if err != nil {
			return err
		}
		_, err = exec(ctx, tx, `
			UPDATE choosing SET closed_at = $3, grid = $4,
				people = (SELECT count(DISTINCT member_id) FROM dot WHERE council_id = $1 AND choosing_id = $2)
			WHERE council_id = $1 AND id = $2`, council, choosing, millis(s.now()), toJSON(c.Tally(dots)))
		if err != nil {
			return fmt.Errorf("close choosing %d: %w", choosing, err)
		}
		if _, err := exec(ctx, tx, `DELETE FROM dot WHERE council_id = $1 AND choosing_id = $2`, council, choosing); err != nil {
			return err
		}
		if err := dirtyTeam(ctx, tx, council, team.ID, s.now()); err != nil {
			return err
		}
		if restored, err := restoredAt(ctx, tx); err != nil || !c.Closes.After(restored) {
			return err // it may have been told before, and a backup holds no dots
		}
		return postTo(ctx, tx, team, programme.Notice{
			Key: fmt.Sprintf("chosen:%d", choosing), Council: council, Kind: programme.NoticeChosen, Subject: choosing, Due: s.now(),
		})
	})
}
