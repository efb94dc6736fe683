package store

import (
	"context"
	"fmt"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// applyMember adds a member, or updates the one whom the Slack id or else the e-mail names:
// also into another team, and back after leaving.
func (a *application) applyMember(ctx context.Context, team int64, teamName string, e programme.MemberEntry) error {
	member, err := a.findMember(ctx, e)
	if err != nil {
		return err
	}
	if a.members[member] {
		return fault.New(fault.Invalid, e.Name+" shares an e-mail or Slack id with somebody else. Each person needs their own.")
	}
	if err := a.leaveTeam(ctx, member, team); err != nil {
		return err
	}
	member, did, err := a.putMember(ctx, member, team, e)
	if doubled(err) {
		return fault.Hide(fault.Invalid, err, e.Name+" has the e-mail of somebody else in this council. Each person needs their own.")
	}
	if err != nil {
		return fmt.Errorf("member %s: %w", e.Name, err)
	}
	a.members[member] = true
	linked, err := a.applyAccount(ctx, member, e.Slack)
	if err != nil {
		return err
	}
	if did == "" && linked {
		did = "update"
	}
	if did != "" {
		a.say("team %s: %s member %s", teamName, did, e.Name)
	}
	return nil
}

// leaveTeam notes that a member leaves their team for another, and has the pages drawn again
// of those who stay.
func (a *application) leaveTeam(ctx context.Context, member, team int64) error {
	was, err := all(ctx, a.tx, number, `SELECT team_id FROM member WHERE council_id = $1 AND id = $2 AND team_id <> $3`, a.council, member, team)
	if err != nil || len(was) == 0 {
		return err
	}
	a.moved = append(a.moved, member)
	if _, err := exec(ctx, a.tx, `UPDATE member SET astray = 1 WHERE council_id = $1 AND id = $2`, a.council, member); err != nil {
		return err
	}
	return dirtyTeam(ctx, a.tx, a.council, was[0], a.now)
}

// putMember writes an entry as a new member (0) or over an old one, and says which it did:
// nothing when the old one is like the entry already. Whose account is closed does not come
// back because the file still names them.
func (a *application) putMember(ctx context.Context, member, team int64, e programme.MemberEntry) (id int64, did string, err error) {
	works, err := programme.ParseWorks(e.Works)
	if err != nil {
		return 0, "", err
	}
	roles := e.Roles
	if len(roles) == 0 {
		roles = []programme.Role{programme.Practitioner}
	}
	if member == 0 {
		id, err = one(ctx, a.tx, "", number, `
			INSERT INTO member (council_id, team_id, name, email, roles, works, observer, joined_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`,
			a.council, team, e.Name, e.Email, toJSON(roles), listJSON(works), flag(e.Observer), millis(a.now))
		return id, "add", err
	}
	n, err := exec(ctx, a.tx, `
		UPDATE member SET team_id = $3, name = $4, email = $5, roles = $6, works = $7, observer = $8,
			left_at = CASE account_closed WHEN 1 THEN left_at END
		WHERE council_id = $1 AND id = $2 AND NOT (team_id = $3 AND name = $4 AND email = $5 AND roles = $6
			AND works = $7 AND observer = $8 AND (left_at IS NULL OR account_closed = 1))`,
		a.council, member, team, e.Name, e.Email, toJSON(roles), listJSON(works), flag(e.Observer))
	if n > 0 {
		did = "update"
	}
	return member, did, err
}

// findMember is the member whom an entry means, or 0. The Slack id counts before the e-mail.
func (a *application) findMember(ctx context.Context, e programme.MemberEntry) (int64, error) {
	return one(ctx, a.tx, "", number, `
		SELECT COALESCE(
			(SELECT member_id FROM account WHERE council_id = $1 AND platform = 'slack' AND account = $2 AND $2 <> ''),
			(SELECT id FROM member WHERE council_id = $1 AND lower(email) = lower($3) AND $3 <> ''),
			0)`, a.council, e.Slack, e.Email)
}

// applyAccount gives a member the Slack id of the file. Without one, what a first contact
// linked stays.
func (a *application) applyAccount(ctx context.Context, member int64, account string) (linked bool, err error) {
	if account == "" {
		return false, nil
	}
	n, err := exec(ctx, a.tx, `
		INSERT INTO account (council_id, platform, account, member_id) VALUES ($1, 'slack', $2, $3)
		ON CONFLICT (member_id, platform) DO UPDATE SET account = excluded.account WHERE account.account <> excluded.account`,
		a.council, account, member)
	if err != nil {
		return false, fmt.Errorf("link account of member %d: %w", member, err)
	}
	if n > 0 { // with another account they are here, whatever became of the old one
		_, err = exec(ctx, a.tx, `UPDATE member SET left_at = NULL, account_closed = 0 WHERE council_id = $1 AND id = $2 AND account_closed = 1`, a.council, member)
	}
	return n > 0, err
}

// leave marks who is not in the file as having left, with what follows. Who had left with
// their account does not come back with it any more. Of one team, whose setup does not hold
// those who left with their account, only who is here can leave; team 0 is the council.
func (a *application) leave(ctx context.Context, team int64) error {
	type present struct {
		member, teamID int64
		name, team     string
		left           bool
	}
	have, err := all(ctx, a.tx, func(row scanner) (p present, err error) {
		return p, row.Scan(&p.member, &p.teamID, &p.name, &p.team, &p.left)
	}, `SELECT m.id, t.id, m.name, t.name, m.left_at IS NOT NULL FROM member m JOIN team t ON t.id = m.team_id
		WHERE m.council_id = $1 AND (m.left_at IS NULL OR m.account_closed = 1 AND $2 = 0) AND $2 IN (0, m.team_id)
		ORDER BY t.name, m.name`, a.council, team)
	if err != nil {
		return err
	}
	var leaving []int64
	for _, p := range have {
		if a.members[p.member] {
			continue
		}
		_, err := exec(ctx, a.tx, `UPDATE member SET left_at = COALESCE(left_at, $2), account_closed = 0 WHERE council_id = $3 AND id = $1`, p.member, millis(a.now), a.council)
		if err != nil {
			return err
		}
		if !p.left {
			leaving = append(leaving, p.member)
			a.say("team %s: %s has left", p.team, p.name)
			if err := dirtyTeam(ctx, a.tx, a.council, p.teamID, a.now); err != nil {
				return err
			}
		}
	}
	if err := gone(ctx, a.tx, a.council, a.now, leaving...); err != nil {
		return err
	}
	return movedOn(ctx, a.tx, a.council, a.now, a.moved...)
}
