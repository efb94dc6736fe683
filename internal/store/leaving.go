package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// Leave marks by.Member as having left, since their account on the platform is closed, and
// does what follows. Who has left already stays so.
func (s *Store) Leave(ctx context.Context, by programme.By) error {
	return s.within(ctx, func(tx *sql.Tx) error {
		if err := once(ctx, tx, by); err != nil {
			return err
		}
		n, err := exec(ctx, tx, `UPDATE member SET left_at = $3, account_closed = 1 WHERE council_id = $1 AND id = $2 AND left_at IS NULL`,
			by.Council, by.Member.ID, millis(by.At))
		if err != nil || n == 0 {
			return err
		}
		return gone(ctx, tx, by.Council, by.At, by.Member.ID)
	})
}

// cameBack takes back that an account is closed, for whoever acts through it now. Someone who
// left in another way, as by the council file, does not come back like this.
func cameBack(ctx context.Context, tx *sql.Tx, workspace, account string) error {
	_, err := exec(ctx, tx, `
		UPDATE member SET left_at = NULL, account_closed = 0 WHERE account_closed = 1 AND id IN (
			SELECT a.member_id FROM workspace w JOIN account a ON a.council_id = w.council_id AND a.platform = w.platform
			WHERE w.id = $1 AND a.account = $2)`, workspace, account)
	return err
}

// gone does what follows when members have left, who are marked so already: nothing more is
// sent to them, and somebody hears what they looked after. What they were to hand over
// themselves goes to the next who may.
func gone(ctx context.Context, tx *sql.Tx, council int64, now time.Time, members ...int64) error {
	left := members
	for _, m := range members {
		others, err := all(ctx, tx, number, `
			SELECT subject FROM outbox o WHERE council_id = $1 AND kind = $2 AND member_id = $3 AND (state IN ('due', 'waiting')
				OR state = 'merged' AND EXISTS (SELECT 1 FROM outbox c WHERE c.id = o.carrier_id AND c.state = 'due')) ORDER BY id`,
			council, programme.NoticeHandOver, m)
		if err != nil {
			return err
		}
		left = append(left[:len(left):len(left)], others...)
		_, err = exec(ctx, tx, `UPDATE outbox SET state = 'dropped', reason = 'they have left' WHERE council_id = $1 AND member_id = $2 AND state IN ('due', 'waiting')`, council, m)
		if err != nil {
			return fmt.Errorf("drop the messages to member %d: %w", m, err)
		}
		if _, err := exec(ctx, tx, `DELETE FROM home WHERE council_id = $1 AND member_id = $2`, council, m); err != nil {
			return err
		}
	}
	for _, m := range left {
		if err := askToHandOver(ctx, tx, council, m, now); err != nil {
			return fmt.Errorf("hand over what member %d looked after: %w", m, err)
		}
	}
	return nil
}

// movedOn does what follows when members are in another team now: somebody of the old one hears
// what they looked after there.
func movedOn(ctx context.Context, tx *sql.Tx, council int64, now time.Time, members ...int64) error {
	for _, m := range members {
		if err := askToHandOver(ctx, tx, council, m, now); err != nil {
			return fmt.Errorf("hand over what member %d looked after in another team: %w", m, err)
		}
	}
	return nil
}

// askToHandOver tells one person, once, of a leaver whose changes go on. When
// there is nobody to tell, the Home pages of those who may hand over still show it.
func askToHandOver(ctx context.Context, tx *sql.Tx, council, leaver int64, now time.Time) error {
	list, err := leavers(ctx, tx, council, ` AND m.id = $2`, leaver)
	if err != nil {
		return err
	}
	for _, l := range list {
		if err := dirtyTeam(ctx, tx, council, l.TeamID, now); err != nil {
			return err
		}
		who, err := one(ctx, tx, "There is nobody to tell.", scanMember,
			memberRows+` AND `+handsOver+` IS NOT NULL ORDER BY `+handsOver+`, m.name, m.id LIMIT 1`, council, l.TeamID, l.Service)
		if fault.Is(err, fault.Missing) {
			continue
		}
		if err != nil {
			return err
		}
		err = post(ctx, tx, programme.Notice{ // one message, however many teams they looked after changes of
			Key: fmt.Sprintf("left:%d:%d:%d", leaver, who.ID, now.UnixMilli()), Council: council, Kind: programme.NoticeHandOver,
			Subject: leaver, Member: who.ID, Due: now,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// handsOver is the order in which a member is asked to hand over changes of team $2 of
// service $3; NULL for who may not (programme.Leaver.Here).
const handsOver = `CASE
	WHEN m.team_id = $2 AND m.roles LIKE '%"champion"%' THEN 1
	WHEN m.team_id = $2 AND m.roles LIKE '%"deputy"%' THEN 2
	WHEN m.roles LIKE '%"leader"%' AND m.team_id IN (SELECT id FROM team WHERE council_id = $1 AND service_id = $3) THEN 3
	WHEN m.roles LIKE '%"coordinator"%' THEN 4 END`

// goingOn are the states of programme.GoingOn, as the generated column of change has them.
const goingOn = ` c.urgency IN (1, 2, 3, 4, 7)`

// leaverRows selects who looks after changes of council $1 that go on in a team they are not
// in. It starts from the few who have left or were moved: each Home page asks it, and most
// changes are nobody's business here.
const leaverRows = `SELECT m.id, m.name, m.left_at IS NULL, t.id, t.name, t.service_id, count(*), min(c.number)
	FROM member m CROSS JOIN change c ON c.owner_id = m.id JOIN team t ON t.id = c.team_id
	WHERE m.council_id = $1 AND (m.left_at IS NOT NULL OR m.astray = 1) AND (m.left_at IS NOT NULL OR m.team_id <> c.team_id)
		AND c.council_id = $1 AND` + goingOn

func leavers(ctx context.Context, q querier, council int64, which string, args ...any) ([]programme.Leaver, error) {
	return all(ctx, q, func(row scanner) (l programme.Leaver, err error) {
		return l, row.Scan(&l.Who.ID, &l.Who.Name, &l.Moved, &l.TeamID, &l.Team, &l.Service, &l.Changes, &l.First)
	}, leaverRows+which+`
		GROUP BY m.id, m.name, t.id, t.name, t.service_id ORDER BY t.name, m.name, m.id`, append([]any{council}, args...)...)
}

// Leavers are those of a council who have left, or are in another team now, and whose changes
// go on without anybody, by team.
func (s *Store) Leavers(ctx context.Context, council int64) ([]programme.Leaver, error) {
	return leavers(ctx, s.read, council, "")
}

// HandOver gives all that a leaver looked after in a team to somebody else of
// it, or to nobody yet: all in one transaction, or nothing when a rule refuses. Nothing left
// to hand over is fault.Conflict. Whoever looks after them now hears it in one message.
func (s *Store) HandOver(ctx context.Context, by programme.By, h programme.HandOver) (handed []programme.Change, err error) {
	err = s.within(ctx, func(tx *sql.Tx) error {
		if err := once(ctx, tx, by); err != nil {
			return err
		}
		to, err := receiver(ctx, tx, by, h)
		if err != nil {
			return err
		}
		list, err := all(ctx, tx, scanChange, changeRows+` WHERE c.council_id = $1 AND c.owner_id = $2 AND c.team_id = $3 AND`+goingOn+`
			ORDER BY c.urgency, c.number`, by.Council, h.Leaver, h.Team)
		if err != nil {
			return err
		}
		for _, c := range list {
			c, err := editChange(ctx, tx, by, c.Number, func(c *programme.Change) (programme.History, []programme.Notice, error) {
				return c.HandOn(to, by.Member, by.At)
			})
			if err != nil {
				return err
			}
			handed = append(handed, c)
		}
		if err := dirtyTeam(ctx, tx, by.Council, h.Team, by.At); err != nil {
			return err
		}
		return tellReceiver(ctx, tx, by, to, list[0])
	})
	return handed, err
}

// receiver is who is to look after a leaver's changes now, when this may be done.
func receiver(ctx context.Context, tx *sql.Tx, by programme.By, h programme.HandOver) (to programme.Who, err error) {
	list, err := leavers(ctx, tx, by.Council, ` AND m.id = $2 AND t.id = $3`, h.Leaver, h.Team)
	if err != nil {
		return to, err
	}
	if len(list) == 0 {
		return to, fault.New(fault.Conflict, "There is nothing to hand over any more.")
	}
	own, err := teamOf(ctx, tx, by.Council, by.Member.TeamID)
	if err != nil {
		return to, err
	}
	if err := list[0].May(by.Member, own); err != nil || h.To.ID == 0 {
		return to, err
	}
	m, err := one(ctx, tx, "", scanMember, memberRows+` AND m.id = $2 AND m.team_id = $3`, by.Council, h.To.ID, h.Team)
	if fault.Is(err, fault.Missing) {
		return to, fault.Field("owner", "They are not in "+list[0].Team+" any more. Choose somebody else.")
	}
	return m.Ref(), err
}

// tellReceiver tells whoever looks after a leaver's changes now of all of them at once. The
// first line of history stands for them.
func tellReceiver(ctx context.Context, tx *sql.Tx, by programme.By, to programme.Who, first programme.Change) error {
	if to.ID == 0 || to.ID == by.Member.ID {
		return nil
	}
	line, err := one(ctx, tx, "", number, `SELECT max(id) FROM history WHERE council_id = $1 AND change_id = $2`, by.Council, first.ID)
	if err != nil {
		return err
	}
	return post(ctx, tx, programme.Notice{
		Key: fmt.Sprintf("handed:%d", line), Council: by.Council, Kind: programme.NoticeHanded, Subject: line, Member: to.ID, Due: by.At,
	})
}

// Handed are the changes that were handed over together with the one of this line of history,
// as far as this member looks after them still.
func (s *Store) Handed(ctx context.Context, council, line, member int64) ([]programme.Change, error) {
	return all(ctx, s.read, scanChange, changeRows+`
		WHERE c.council_id = $1 AND c.owner_id = $3 AND EXISTS (
			SELECT 1 FROM history f JOIN history h ON h.at = f.at AND h.member_id = f.member_id AND h.what = f.what
			WHERE f.council_id = $1 AND f.id = $2 AND h.change_id = c.id)
		ORDER BY c.urgency, c.number`, council, line, member)
}
