package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"smallchanges/internal/programme"
)

// stepHour is when word of a step comes that had to wait for another day, in the team's zone.
const stepHour = 9

// tell puts a change's notices into the outbox. A step without addressee goes to those who
// follow the change, and a request for a yes to the leaders of the service.
func tell(ctx context.Context, tx *sql.Tx, c programme.Change, notices []programme.Notice) error {
	for _, n := range notices {
		n.Council = c.CouncilID
		var err error
		switch {
		case n.Member != 0 || n.Channel != "":
			err = post(ctx, tx, n)
		case n.Kind == programme.NoticePermission:
			err = askLeaders(ctx, tx, c, n)
		default:
			err = tellFollowers(ctx, tx, c, n)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// askLeaders asks each leader of the service for a yes.
func askLeaders(ctx context.Context, tx *sql.Tx, c programme.Change, n programme.Notice) error {
	leaders, err := leadersOf(ctx, tx, c.CouncilID, c.Permission.Service.ID)
	if err != nil {
		return err
	}
	for _, m := range leaders {
		if m.ID == n.Except {
			continue
		}
		n.Member = m.ID
		n.Key = fmt.Sprintf("ask:%d:%d:%d", c.ID, c.Version, m.ID)
		if err := post(ctx, tx, n); err != nil {
			return err
		}
	}
	return nil
}

// tellFollowers tells a step to everybody who follows the change and is still here, at most
// once a day each (DOMAIN.md section 8). Steps that come together are told together: the
// message is drawn when it is sent.
func tellFollowers(ctx context.Context, tx *sql.Tx, c programme.Change, n programme.Notice) error {
	team, err := teamOf(ctx, tx, c.CouncilID, c.TeamID)
	if err != nil {
		return err
	}
	list, err := all(ctx, tx, scanMember, followers+` AND m.id NOT IN ($3, $4) ORDER BY m.id`, c.CouncilID, c.ID, n.Except, n.Besides)
	if err != nil {
		return err
	}
	for _, m := range list {
		n.Member = m.ID
		n.Key = fmt.Sprintf("step:%d:%d:%d", c.ID, c.Version, m.ID)
		if err := tellOnceADay(ctx, tx, m, n, team.Location()); err != nil {
			return err
		}
	}
	return nil
}

// LastTold is when a member was last told of a change's steps, or else when they began to
// follow it by proposing or supporting it; the zero time when neither.
func (s *Store) LastTold(ctx context.Context, council, change, member int64) (time.Time, error) {
	at, err := one(ctx, s.read, "", func(row scanner) (at sql.NullInt64, err error) { return at, row.Scan(&at) }, `
		SELECT COALESCE(
			(SELECT max(attempted_at) FROM outbox
				WHERE council_id = $1 AND kind = $2 AND subject = $3 AND member_id = $4 AND state IN ('sent', 'unknown')),
			(SELECT created_at FROM change WHERE council_id = $1 AND id = $3 AND proposer_id = $4),
			(SELECT at FROM support WHERE council_id = $1 AND change_id = $3 AND member_id = $4))`,
		council, programme.NoticeStep, change, member)
	return instant(at), err
}

func tellOnceADay(ctx context.Context, tx *sql.Tx, m programme.Member, n programme.Notice, zone *time.Location) error {
	waiting, err := steps(ctx, tx, n, `state = 'due'`)
	if err != nil || waiting > 0 {
		return err
	}
	told, err := steps(ctx, tx, n, `state IN ('sending', 'sent', 'unknown') AND attempted_at >= $5`, millis(startOfDay(n.Due, zone)))
	if err != nil {
		return err
	}
	if told > 0 {
		if n.Due, err = nextMorning(ctx, tx, m, n.Due, zone); err != nil {
			return err
		}
	}
	return post(ctx, tx, n)
}

// steps counts the messages about this change to this member that are in some state.
func steps(ctx context.Context, tx *sql.Tx, n programme.Notice, state string, args ...any) (int64, error) {
	return one(ctx, tx, "", number,
		`SELECT count(*) FROM outbox WHERE council_id = $1 AND kind = $2 AND subject = $3 AND member_id = $4 AND `+state,
		append([]any{n.Council, n.Kind, n.Subject, n.Member}, args...)...)
}

// startOfDay is the first instant of a day in a zone.
func startOfDay(t time.Time, zone *time.Location) time.Time {
	local := t.In(zone)
	return time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, zone)
}

// nextMorning is when the member works next on a later day, from 9am on.
func nextMorning(ctx context.Context, q querier, m programme.Member, t time.Time, zone *time.Location) (time.Time, error) {
	calendar, err := calendarOf(ctx, q, m.CouncilID)
	if err != nil {
		return t, err
	}
	local := t.In(zone)
	morning := time.Date(local.Year(), local.Month(), local.Day()+1, stepHour, 0, 0, 0, zone)
	if at, ok := m.Reach(morning, time.Time{}, calendar.Holiday); ok {
		return at, nil
	}
	return morning, nil
}
