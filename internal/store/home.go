package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"smallchanges/internal/programme"
)

// homeRest is how long a Home page waits to be drawn again after something changed, so that
// several things that happen together are one drawing.
const homeRest = 5 * time.Second

// HomeOpened notes that a member looks at their Home page: from now on it is kept fresh.
func (s *Store) HomeOpened(ctx context.Context, m programme.Member) error {
	_, err := exec(ctx, s.write, `
		INSERT INTO home (member_id, council_id) VALUES ($1, $2) ON CONFLICT (member_id) DO UPDATE SET shown = '', due_at = NULL`,
		m.ID, m.CouncilID)
	return err
}

// dirtyHomes says that the pages which show a change are to be drawn again: of its team, of
// those who follow it, and of those whose yes it needs. Only pages that were opened count. One
// that is due already waits no longer, unless it may be being drawn at this moment.
func dirtyHomes(ctx context.Context, tx *sql.Tx, c programme.Change, now time.Time) error {
	_, err := exec(ctx, tx, `
		UPDATE home SET due_at = $4 WHERE council_id = $1 AND (due_at IS NULL OR due_at <= $6) AND member_id IN (
			SELECT id FROM member WHERE council_id = $1 AND team_id = $3
			UNION SELECT proposer_id FROM change WHERE council_id = $1 AND id = $2
			UNION SELECT owner_id FROM change WHERE council_id = $1 AND id = $2
			UNION SELECT member_id FROM support WHERE council_id = $1 AND change_id = $2
			UNION SELECT m.id FROM member m JOIN team t ON t.id = m.team_id
				WHERE m.council_id = $1 AND t.service_id = $5 AND m.roles LIKE '%"leader"%'
			UNION SELECT id FROM member WHERE council_id = $1 AND roles LIKE '%"coordinator"%')`,
		c.CouncilID, c.ID, c.TeamID, millis(now.Add(homeRest)), c.Permission.Service.ID, millis(now))
	if err != nil {
		return fmt.Errorf("pages that show %s: %w", c.Ref(), err)
	}
	return nil
}

// dirtyTeam says that the pages of a team's members, of the leaders of its service and of the
// coordinators are to be drawn again.
func dirtyTeam(ctx context.Context, tx *sql.Tx, council, team int64, now time.Time) error {
	_, err := exec(ctx, tx, `
		UPDATE home SET due_at = $3 WHERE council_id = $1 AND (due_at IS NULL OR due_at <= $4) AND member_id IN (
			SELECT id FROM member WHERE council_id = $1 AND (team_id = $2 OR roles LIKE '%"coordinator"%')
			UNION SELECT m.id FROM member m JOIN team t ON t.id = m.team_id
				WHERE m.council_id = $1 AND m.roles LIKE '%"leader"%' AND t.service_id = (SELECT service_id FROM team WHERE id = $2))`,
		council, team, millis(now.Add(homeRest)), millis(now))
	if err != nil {
		return fmt.Errorf("pages of team %d: %w", team, err)
	}
	return nil
}

// DueHomes are pages to draw again, of every council, the longest due first. The page of
// somebody who has left is not among them: it is kept fresh no more.
func (s *Store) DueHomes(ctx context.Context, now time.Time, most int) ([]programme.HomePage, error) {
	return all(ctx, s.read, func(row scanner) (h programme.HomePage, err error) {
		var due sql.NullInt64
		err = row.Scan(&h.CouncilID, &h.Member, &due, &h.Shown)
		h.Due = instant(due)
		return h, err
	}, `SELECT h.council_id, h.member_id, h.due_at, h.shown FROM home h JOIN member m ON m.id = h.member_id
		WHERE h.due_at <= $1 AND m.left_at IS NULL ORDER BY h.due_at LIMIT $2`, millis(now), most)
}

// HomeDrawn keeps what a page shows now. It stays due when something changed meanwhile.
func (s *Store) HomeDrawn(ctx context.Context, h programme.HomePage) error {
	_, err := exec(ctx, s.write, `
		UPDATE home SET shown = $3, due_at = CASE WHEN due_at = $4 THEN NULL ELSE due_at END
		WHERE council_id = $1 AND member_id = $2`, h.CouncilID, h.Member, h.Shown, millis(h.Due))
	return err
}
