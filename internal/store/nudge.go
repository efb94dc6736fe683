package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"smallchanges/internal/programme"
)

// NudgeDays are the teams of every council with the day for which each was last looked at.
func (s *Store) NudgeDays(ctx context.Context) ([]programme.NudgeDay, error) {
	return all(ctx, s.read, func(row scanner) (n programme.NudgeDay, err error) {
		return n, row.Scan(&n.TeamID, &n.CouncilID, &n.Zone, &n.Looked, &n.Noted)
	}, `SELECT t.id, t.council_id, COALESCE(NULLIF(t.zone, ''), c.zone), t.nudged_on, t.noted_on
		FROM team t JOIN council c ON c.id = t.council_id ORDER BY t.id`)
}

// Remind looks at the small changes of a team whose day has begun and posts what each reminds
// somebody of, in one transaction. On days off and in a pause nothing is looked at.
func (s *Store) Remind(ctx context.Context, t programme.NudgeDay, now time.Time) (reminded int, err error) {
	err = s.within(ctx, func(tx *sql.Tx) error {
		restored, err := restoredAt(ctx, tx)
		if err != nil {
			return err
		}
		calendar, err := calendarOf(ctx, tx, t.CouncilID)
		if err != nil {
			return err
		}
		reminded, err = remindTeam(ctx, tx, t, now, restored, calendar)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("remind team %d: %w", t.TeamID, err)
	}
	return reminded, nil
}

// reminding is looking at one team on one day.
type reminding struct {
	tx    *sql.Tx
	team  programme.NudgeDay
	today programme.Day
	due   time.Time
	// silent is when the database came back from a backup: what was due until then may have
	// been sent, so it is noted and not sent. "" when it never did.
	silent programme.Day
	posted int
}

func remindTeam(ctx context.Context, tx *sql.Tx, t programme.NudgeDay, now, restored time.Time, calendar programme.Calendar) (int, error) {
	zone := programme.Zone(t.Zone)
	r := reminding{tx: tx, team: t, today: programme.DayOf(now, zone), due: now}
	if !restored.IsZero() {
		r.silent = programme.DayOf(restored, zone)
	}
	_, err := exec(ctx, tx, `UPDATE team SET nudged_on = $3 WHERE council_id = $1 AND id = $2`, t.CouncilID, t.TeamID, r.today)
	if err != nil {
		return 0, err
	}
	until, err := paused(ctx, tx, t.CouncilID, t.TeamID, r.today)
	if err != nil || until != "" || calendar.DayOff(r.today) {
		return 0, err
	}
	if err := r.changes(ctx); err != nil {
		return 0, err
	}
	if err := r.snoozed(ctx); err != nil {
		return 0, err
	}
	return r.posted, r.note(ctx, now, zone)
}

// changes reminds of every change of the team that asks for it.
func (r *reminding) changes(ctx context.Context) error {
	list, err := all(ctx, r.tx, scanChange, changeRows+`
		WHERE c.council_id = $1 AND c.team_id = $2 AND c.urgency IN (1, 2, 3, 4) AND (c.urgency IN (1, 2) OR c.blocked <> '' OR c.permission <> '')
		ORDER BY c.number`, r.team.CouncilID, r.team.TeamID)
	if err != nil {
		return err
	}
	given, err := r.given(ctx)
	if err != nil {
		return err
	}
	for _, c := range list {
		for _, reminder := range c.Reminders(r.today) {
			if given[givenOnce{reminder.Kind, c.ID, reminder.About}] {
				continue
			}
			if err := r.remind(ctx, c, reminder); err != nil {
				return fmt.Errorf("%s: %w", c.Ref(), err)
			}
		}
	}
	return nil
}

// givenOnce is what somebody was reminded of already.
type givenOnce struct {
	kind   programme.NoticeKind
	change int64
	about  string
}

// given are the reminders of the team's small changes so far.
func (r *reminding) given(ctx context.Context) (map[givenOnce]bool, error) {
	list, err := all(ctx, r.tx, func(row scanner) (g givenOnce, err error) {
		return g, row.Scan(&g.kind, &g.change, &g.about)
	}, `SELECT kind, change_id, about FROM nudge WHERE council_id = $1 AND team_id = $2`, r.team.CouncilID, r.team.TeamID)
	given := make(map[givenOnce]bool, len(list))
	for _, g := range list {
		given[g] = true
	}
	return given, err
}

// remind gives one reminder to those it is for.
func (r *reminding) remind(ctx context.Context, c programme.Change, reminder programme.Reminder) error {
	who, err := r.reminded(ctx, c, reminder.Kind)
	if err != nil {
		return err
	}
	for _, member := range who {
		id, err := one(ctx, r.tx, "", number, `
			INSERT INTO nudge (council_id, team_id, member_id, kind, change_id, about, asked_on) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
			c.CouncilID, c.TeamID, member, reminder.Kind, c.ID, reminder.About, r.today)
		if err != nil {
			return err
		}
		if reminder.Since <= r.silent {
			continue
		}
		if err := r.post(ctx, programme.Notice{Key: fmt.Sprintf("nudge:%d", id), Kind: reminder.Kind, Subject: id, Member: member}); err != nil {
			return err
		}
	}
	return nil
}

func (r *reminding) post(ctx context.Context, n programme.Notice) error {
	n.Council, n.Due = r.team.CouncilID, r.due
	r.posted++
	return post(ctx, r.tx, n)
}

// reminded are those a reminder is for: whoever looks after the change, else its proposer; and
// of an overdue yes the leaders of the service. Who does not want it is left out.
func (r *reminding) reminded(ctx context.Context, c programme.Change, kind programme.NoticeKind) ([]int64, error) {
	const wants = ` AND NOT EXISTS (SELECT 1 FROM nudge_off o WHERE o.member_id = m.id AND o.kind = $3 AND o.change_id IN (0, $4))`
	if kind == programme.NoticeNudgePermission {
		return all(ctx, r.tx, number, `
			SELECT m.id FROM member m JOIN team t ON t.id = m.team_id
			WHERE m.council_id = $1 AND t.service_id = $2 AND m.left_at IS NULL AND m.roles LIKE '%"leader"%'`+wants,
			c.CouncilID, c.Permission.Service.ID, kind, c.ID)
	}
	return all(ctx, r.tx, number, `
		SELECT m.id FROM member m WHERE m.council_id = $1 AND m.left_at IS NULL
			AND m.id = (SELECT COALESCE((SELECT id FROM member WHERE id = $5 AND left_at IS NULL), $2))`+wants,
		c.CouncilID, c.Proposer.ID, kind, c.ID, c.Owner.ID)
}

// snoozed gives the reminders again whose week is over.
func (r *reminding) snoozed(ctx context.Context) error {
	list, err := all(ctx, r.tx, scanNudge, nudgeRows+` WHERE council_id = $1 AND team_id = $2 AND again_on > $4 AND again_on <= $3`,
		r.team.CouncilID, r.team.TeamID, r.today, r.today.Add(-28)) // its day may have been one off
	if err != nil {
		return err
	}
	for _, n := range list {
		if n.Again <= r.silent {
			continue
		}
		err := r.post(ctx, programme.Notice{Key: fmt.Sprintf("nudge:%d:%s", n.ID, string(n.Again)), Kind: n.Kind, Subject: n.ID, Member: n.Member})
		if err != nil {
			return err
		}
	}
	return nil
}

// note has the champion's note of the week written, once.
func (r *reminding) note(ctx context.Context, now time.Time, zone *time.Location) error {
	due := programme.NoteDue(now, zone)
	monday := programme.DayOf(due, zone)
	if now.Before(due) || r.team.Noted >= monday {
		return nil
	}
	_, err := exec(ctx, r.tx, `UPDATE team SET noted_on = $3 WHERE council_id = $1 AND id = $2`, r.team.CouncilID, r.team.TeamID, monday)
	if err != nil || monday <= r.silent || now.After(due.Add(programme.NoteGrace)) {
		return err
	}
	members, err := all(ctx, r.tx, scanMember, memberRows+` AND m.team_id = $2
		AND NOT EXISTS (SELECT 1 FROM nudge_off o WHERE o.member_id = m.id AND o.kind = $3) ORDER BY m.id`,
		r.team.CouncilID, r.team.TeamID, programme.NoticeChampionsNote)
	if err != nil {
		return err
	}
	noted := programme.Noted(members, now)
	if len(noted) == 0 {
		return nil
	}
	if err := r.raise(ctx); err != nil {
		return err
	}
	for _, m := range noted {
		n := programme.Notice{
			Key: fmt.Sprintf("note:%d:%s:%d", r.team.TeamID, string(monday), m.ID), Kind: programme.NoticeChampionsNote,
			Subject: r.team.TeamID, Member: m.ID, Until: due.AddDate(0, 0, 6),
		}
		if err := r.post(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

const nudgeRows = `SELECT id, council_id, team_id, member_id, change_id, kind, about, asked_on, again_on, raised_on FROM nudge`

func scanNudge(row scanner) (n programme.Nudge, err error) {
	return n, row.Scan(&n.ID, &n.CouncilID, &n.TeamID, &n.Member, &n.ChangeID, &n.Kind, &n.About, &n.Asked, &n.Again, &n.Raised)
}

// Nudge is one reminder of a member. Somebody else's is fault.Missing.
func (s *Store) Nudge(ctx context.Context, council, member, id int64) (programme.Nudge, error) {
	return nudgeOf(ctx, s.read, council, member, id)
}

func nudgeOf(ctx context.Context, q querier, council, member, id int64) (programme.Nudge, error) {
	return one(ctx, q, "That reminder is not here any more.", scanNudge, nudgeRows+` WHERE council_id = $1 AND member_id = $2 AND id = $3`, council, member, id)
}

// SnoozeNudge puts a member's reminder off by a week.
func (s *Store) SnoozeNudge(ctx context.Context, by programme.By, id int64) (n programme.Nudge, err error) {
	err = s.within(ctx, func(tx *sql.Tx) error {
		if err := once(ctx, tx, by); err != nil {
			return err
		}
		if n, err = nudgeOf(ctx, tx, by.Council, by.Member.ID, id); err != nil {
			return err
		}
		n = n.Snoozed(programme.DayOf(by.At, by.Member.Location()))
		_, err := exec(ctx, tx, `UPDATE nudge SET again_on = $3 WHERE council_id = $1 AND id = $2`, by.Council, id, n.Again)
		return err
	})
	return n, err
}

// StopNudges keeps that a member does not want to be reminded any more: of one change, or with
// change 0 by any message of this kind. Again is no change.
func (s *Store) StopNudges(ctx context.Context, by programme.By, kind programme.NoticeKind, change int64) error {
	return s.within(ctx, func(tx *sql.Tx) error {
		if err := once(ctx, tx, by); err != nil {
			return err
		}
		_, err := exec(ctx, tx, `INSERT INTO nudge_off (member_id, kind, change_id, council_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
			by.Member.ID, kind, change, by.Council)
		return err
	})
}

// AllowNudges takes back all that a member did not want to be reminded of.
func (s *Store) AllowNudges(ctx context.Context, by programme.By) error {
	return s.within(ctx, func(tx *sql.Tx) error {
		if err := once(ctx, tx, by); err != nil {
			return err
		}
		_, err := exec(ctx, tx, `DELETE FROM nudge_off WHERE council_id = $1 AND member_id = $2`, by.Council, by.Member.ID)
		return err
	})
}

// StoppedNudges counts what a member does not want to be reminded of.
func (s *Store) StoppedNudges(ctx context.Context, council, member int64) (int, error) {
	n, err := one(ctx, s.read, "", number, `SELECT count(*) FROM nudge_off WHERE council_id = $1 AND member_id = $2`, council, member)
	return int(n), err
}

// Stopped reports whether a member does not want a kind of message about a change.
func (s *Store) Stopped(ctx context.Context, council, member int64, kind programme.NoticeKind, change int64) (bool, error) {
	n, err := one(ctx, s.read, "", number, `SELECT count(*) FROM nudge_off WHERE council_id = $1 AND member_id = $2 AND kind = $3 AND change_id IN (0, $4)`,
		council, member, kind, change)
	return n > 0, err
}

// Unheeded are the changes of a team that its champion is told of this week, since a reminder
// of them had no effect, as far as they remind of it still.
func (s *Store) Unheeded(ctx context.Context, council, team int64, today programme.Day) ([]programme.Change, error) {
	list, err := all(ctx, s.read, scanNudge, nudgeRows+` WHERE council_id = $1 AND team_id = $2 AND raised_on >= $3 ORDER BY id`, council, team, today.Monday())
	if err != nil {
		return nil, err
	}
	var changes []programme.Change
	for _, n := range list {
		c, err := s.ChangeByID(ctx, council, n.ChangeID)
		if err != nil {
			return nil, err
		}
		if c.Reminds(n.Kind, n.About, today) && !slices.ContainsFunc(changes, func(o programme.Change) bool { return o.ID == c.ID }) {
			changes = append(changes, c)
		}
	}
	return changes, nil
}

// raise passes on to the champion, once, what had no effect for a week after it reached
// somebody. Who does not want to be reminded of something has decided, and nobody else is told.
func (r *reminding) raise(ctx context.Context) error {
	list, err := all(ctx, r.tx, scanNudge, nudgeRows+` WHERE council_id = $1 AND team_id = $2 AND raised_on = ''
		AND NOT EXISTS (SELECT 1 FROM nudge_off o WHERE o.member_id = nudge.member_id AND o.kind = nudge.kind AND o.change_id IN (0, nudge.change_id))
		AND NOT EXISTS (SELECT 1 FROM outbox o LEFT JOIN outbox c ON c.id = o.carrier_id
			WHERE o.kind = nudge.kind AND o.subject = nudge.id AND o.member_id = nudge.member_id
				AND (COALESCE(c.state, o.state) IN ('waiting', 'due', 'sending') OR COALESCE(c.handed_at, o.handed_at) > $3))`,
		r.team.CouncilID, r.team.TeamID, millis(r.due.Add(-programme.RaiseAfter)))
	if err != nil {
		return err
	}
	for _, n := range list {
		if !n.Raises(r.today) {
			continue
		}
		if _, err := exec(ctx, r.tx, `UPDATE nudge SET raised_on = $3 WHERE council_id = $1 AND id = $2`, n.CouncilID, n.ID, r.today); err != nil {
			return err
		}
	}
	return nil
}

// Silent counts, for those of a team, how many of the last questions that reached them they
// let pass without a word, one after the other, since they were asked again the last time.
func (s *Store) Silent(ctx context.Context, council, team int64) (map[int64]int, error) {
	type asked struct {
		member   int64
		answered bool
	}
	list, err := all(ctx, s.read, func(row scanner) (a asked, err error) { return a, row.Scan(&a.member, &a.answered) }, `
		SELECT o.member_id, EXISTS (SELECT 1 FROM reflection r WHERE r.round_id = o.subject AND r.member_id = o.member_id)
		FROM member m JOIN outbox o ON o.member_id = m.id AND o.kind = 'round.prompt'
		JOIN round rd ON rd.id = o.subject LEFT JOIN quiet q ON q.member_id = m.id LEFT JOIN outbox c ON c.id = o.carrier_id
		WHERE m.council_id = $1 AND m.team_id = $2 AND m.left_at IS NULL AND COALESCE(c.state, o.state) IN ('sent', 'unknown') AND o.at_once = 0
			AND rd.closed_at IS NOT NULL AND rd.opens_at > COALESCE(q.asked_since, 0)
			AND (rd.cut = 0 OR EXISTS (SELECT 1 FROM reflection r WHERE r.round_id = rd.id AND r.member_id = m.id)) AND rd.opens_at > $3
		ORDER BY o.member_id, o.id DESC`, council, team, millis(s.now().AddDate(0, -6, 0)))
	if err != nil {
		return nil, err
	}
	silent, over := map[int64]int{}, map[int64]bool{}
	for _, a := range list {
		over[a.member] = over[a.member] || a.answered
		if !over[a.member] {
			silent[a.member]++
		}
	}
	return silent, nil
}

// StopAsking has a member asked the reflection questions no more, and tells them so once.
func (s *Store) StopAsking(ctx context.Context, council, member int64, due time.Time) error {
	return s.within(ctx, func(tx *sql.Tx) error {
		m, err := memberByID(ctx, tx, council, member)
		if err != nil {
			return err
		}
		m.Quiet.Asks = programme.AsksStopped
		by := programme.By{Council: council, Member: m, At: s.now()}
		if err := putQuiet(ctx, tx, m, m.Quiet, by); err != nil {
			return err
		}
		if err := dirtyOwn(ctx, tx, by); err != nil {
			return err
		}
		return post(ctx, tx, programme.Notice{
			Key: fmt.Sprintf("stopped:%d:%d", member, due.UnixMilli()), Council: council, Kind: programme.NoticeAsksStopped, Subject: m.TeamID, Member: member, Due: due,
		})
	})
}
