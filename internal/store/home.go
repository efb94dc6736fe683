package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"smallchanges/internal/programme"
)

// homeRest is how long a Home page waits to be drawn again after something changed, so that
// several things that happen together are one drawing.
const homeRest = 5 * time.Second

// HomeOpened notes that a member looks at their Home page and what they were shown: from now
// on it is kept fresh. It is compared once more when the rest is over, since another page
// may be on its way to them at this moment.
func (s *Store) HomeOpened(ctx context.Context, m programme.Member, shown string, now time.Time) error {
	_, err := exec(ctx, s.write, `
		INSERT INTO home (member_id, council_id, shown, due_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (member_id) DO UPDATE SET shown = excluded.shown, due_at = excluded.due_at, news = home.news + 1`,
		m.ID, m.CouncilID, shown, millis(now.Add(homeRest)))
	return err
}

// dirty begins the statement that has pages of council $1 drawn again at $2, if they were
// opened. One that is due before waits no longer. That there is news is counted, so that a
// page which is being drawn at this moment is drawn once more.
const dirty = `UPDATE home SET news = news + 1, due_at = CASE WHEN due_at <= $2 THEN due_at ELSE $2 END WHERE council_id = $1 AND member_id IN `

// dirtyHomes has the pages drawn again that show a change: those of its team, of those who
// follow it, and of those whose yes it needs.
func dirtyHomes(ctx context.Context, tx *sql.Tx, c programme.Change, now time.Time) error {
	_, err := exec(ctx, tx, dirty+`(
			SELECT id FROM member WHERE council_id = $1 AND team_id = $4
			UNION SELECT proposer_id FROM change WHERE council_id = $1 AND id = $3
			UNION SELECT owner_id FROM change WHERE council_id = $1 AND id = $3
			UNION SELECT member_id FROM support WHERE council_id = $1 AND change_id = $3
			UNION SELECT m.id FROM member m JOIN team t ON t.id = m.team_id
				WHERE m.council_id = $1 AND t.service_id = $5 AND m.roles LIKE '%"leader"%'
			UNION SELECT id FROM member WHERE council_id = $1 AND roles LIKE '%"coordinator"%')`,
		c.CouncilID, millis(now.Add(homeRest)), c.ID, c.TeamID, c.Permission.Service.ID)
	if err != nil {
		return fmt.Errorf("pages that show %s: %w", c.Ref(), err)
	}
	return nil
}

// dirtyTeam has the pages of a team's members, of the leaders of its service and of the
// coordinators drawn again.
func dirtyTeam(ctx context.Context, tx *sql.Tx, council, team int64, now time.Time) error {
	_, err := exec(ctx, tx, dirty+`(
			SELECT id FROM member WHERE council_id = $1 AND (team_id = $3 OR roles LIKE '%"coordinator"%')
			UNION SELECT m.id FROM member m JOIN team t ON t.id = m.team_id
				WHERE m.council_id = $1 AND m.roles LIKE '%"leader"%' AND t.service_id = (SELECT service_id FROM team WHERE id = $3))`,
		council, millis(now.Add(homeRest)), team)
	if err != nil {
		return fmt.Errorf("pages of team %d: %w", team, err)
	}
	return nil
}

// dirtyCouncil has all pages of a council drawn again.
func dirtyCouncil(ctx context.Context, tx *sql.Tx, council int64, now time.Time) error {
	_, err := exec(ctx, tx, dirty+`(SELECT member_id FROM home WHERE council_id = $1)`, council, millis(now.Add(homeRest)))
	return err
}

// dirtyTeamOf is dirtyTeam for the team that a query finds.
func dirtyTeamOf(ctx context.Context, tx *sql.Tx, council int64, query string, id int64, now time.Time) error {
	team, err := one(ctx, tx, "", number, query, council, id)
	if err != nil {
		return err
	}
	return dirtyTeam(ctx, tx, council, team, now)
}

// dirtyOwn has a member's own page drawn again.
func dirtyOwn(ctx context.Context, tx *sql.Tx, by programme.By) error {
	_, err := exec(ctx, tx, dirty+`($3)`, by.Council, millis(by.At.Add(homeRest)), by.Member.ID)
	return err
}

// DueHomes are pages to draw again, of every council but some, the longest due first. The
// page of somebody who has left is not among them: it is kept fresh no more.
func (s *Store) DueHomes(ctx context.Context, now time.Time, most int, besides []int64) ([]programme.HomePage, error) {
	w := conditions{args: []any{millis(now), most}}
	for _, council := range besides {
		w.add("h.council_id <> ?", council)
	}
	return all(ctx, s.read, func(row scanner) (h programme.HomePage, err error) {
		var due sql.NullInt64
		err = row.Scan(&h.CouncilID, &h.Member, &due, &h.Shown, &h.News)
		h.Due = instant(due)
		return h, err
	}, `SELECT h.council_id, h.member_id, h.due_at, h.shown, h.news FROM home h JOIN member m ON m.id = h.member_id
		WHERE `+strings.Join(append([]string{"h.due_at <= $1", "m.left_at IS NULL"}, w.parts...), " AND ")+`
		ORDER BY h.due_at, h.member_id LIMIT $2`, w.args...)
}

// HomeDrawn keeps what a page shows now. When there was news meanwhile, it is drawn again
// after a rest.
func (s *Store) HomeDrawn(ctx context.Context, h programme.HomePage) error {
	_, err := exec(ctx, s.write, `
		UPDATE home SET shown = $3, due_at = CASE WHEN news = $4 THEN NULL ELSE $5 END WHERE council_id = $1 AND member_id = $2`,
		h.CouncilID, h.Member, h.Shown, h.News, millis(s.now().Add(homeRest)))
	return err
}

// HomeLater puts a page off that could not be drawn or shown. News brings it forward again.
func (s *Store) HomeLater(ctx context.Context, h programme.HomePage, until time.Time) error {
	_, err := exec(ctx, s.write, `UPDATE home SET due_at = $3 WHERE council_id = $1 AND member_id = $2`, h.CouncilID, h.Member, millis(until))
	return err
}

// daySpread is how long the pages of a council are drawn again after midnight, one after the
// other, since all at once would keep others waiting.
const daySpread = time.Hour

// NewDay makes the pages due of each council where a day has begun since it was last asked:
// what is due today is another thing than yesterday. Only pages that were opened count.
func (s *Store) NewDay(ctx context.Context, now time.Time) error {
	type place struct {
		council int64
		zone    string
		day     programme.Day
	}
	places, err := all(ctx, s.read, func(row scanner) (p place, err error) {
		return p, row.Scan(&p.council, &p.zone, &p.day)
	}, `SELECT id, zone, home_day FROM council`)
	if err != nil {
		return err
	}
	for _, p := range places {
		today := programme.DayOf(now, programme.Zone(p.zone))
		if p.day >= today {
			continue
		}
		err := s.within(ctx, func(tx *sql.Tx) error {
			n, err := exec(ctx, tx, `UPDATE council SET home_day = $2 WHERE id = $1 AND home_day < $2`, p.council, today)
			if err != nil || n == 0 {
				return err
			}
			_, err = exec(ctx, tx, `UPDATE home SET due_at = $2 + (member_id * 7919000) % $3 WHERE council_id = $1 AND due_at IS NULL`,
				p.council, millis(now), daySpread.Milliseconds())
			return err
		})
		if err != nil {
			return fmt.Errorf("begin %s for council %d: %w", today, p.council, err)
		}
	}
	return nil
}
