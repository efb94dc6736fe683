package store

import (
	"context"
	"database/sql"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// stranger is said to somebody whom the council file does not name.
const stranger = "I do not know you yet. Ask your champion or coordinator to add you to a team."

// memberColumns are a member m with an account a in a workspace w, and what they have said
// about being written to (q).
const memberColumns = `
	SELECT m.id, m.council_id, m.team_id, m.name, m.email, m.roles, m.works, COALESCE(w.id, ''), COALESCE(a.account, ''),
		COALESCE(NULLIF(q.zone, ''), (SELECT COALESCE(NULLIF(mt.zone, ''), mc.zone) FROM team mt JOIN council mc ON mc.id = mt.council_id WHERE mt.id = m.team_id)),
		m.observer, m.joined_at, q.budget, q.works, q.other_works, COALESCE(q.fortnight_from, ''), q.hours_from, q.hours_to,
		COALESCE(q.zone, ''), COALESCE(q.snoozed_until, ''), COALESCE(q.asks, ''), q.away_until, ` + leaveJSON

// memberRows selects members who have not left, with their account: Slack's before another.
const memberRows = memberColumns + `
	FROM member m LEFT JOIN quiet q ON q.member_id = m.id
	LEFT JOIN account a ON a.member_id = m.id AND a.platform = (SELECT min(platform) FROM account WHERE member_id = m.id)
	LEFT JOIN workspace w ON w.council_id = m.council_id AND w.platform = a.platform
	WHERE m.left_at IS NULL AND m.council_id = $1`

func scanMember(row scanner) (m programme.Member, err error) {
	q := programme.UsualQuiet()
	var joined, away, budget, from, to sql.NullInt64
	err = row.Scan(&m.ID, &m.CouncilID, &m.TeamID, &m.Name, &m.Email,
		fromJSON{&m.Roles}, fromJSON{&m.Works}, &m.Account.Workspace, &m.Account.ID, &m.Zone, &m.Observer, &joined,
		&budget, fromJSON{&q.Works}, fromJSON{&q.Other}, &q.Fortnight, &from, &to, &q.Zone, &q.Snoozed, &q.Asks, &away, fromJSON{&q.Leave})
	if budget.Valid {
		q.Budget = int(budget.Int64)
	}
	if from.Valid && to.Valid {
		q.From, q.To = int(from.Int64), int(to.Int64)
	}
	m.Joined, q.Away = instant(joined), instant(away)
	m.Quiet = q
	return m, err
}

// Member finds who speaks, from the workspace's and the person's id on the platform, with
// their team. Somebody unknown, or who left, is fault.Missing. It changes nothing.
func (s *Store) Member(ctx context.Context, workspace, account string) (programme.Member, programme.Team, error) {
	return memberAt(ctx, s.read, workspace, account)
}

func memberAt(ctx context.Context, q querier, workspace, account string) (programme.Member, programme.Team, error) {
	m, err := one(ctx, q, stranger, scanMember, memberColumns+`
		FROM workspace w
		JOIN account a ON a.council_id = w.council_id AND a.platform = w.platform
		JOIN member m ON m.id = a.member_id LEFT JOIN quiet q ON q.member_id = m.id
		WHERE w.id = $1 AND a.account = $2 AND m.left_at IS NULL`, workspace, account)
	if err != nil {
		return programme.Member{}, programme.Team{}, err
	}
	t, err := teamOf(ctx, q, m.CouncilID, m.TeamID)
	return m, t, err
}

// LinkAccount is the first contact of somebody whom the council file knows by e-mail only:
// the account is theirs from now on. The e-mail must be the platform's word, not typed.
// No such e-mail is fault.Missing; one that has another account already is fault.Denied.
// Who had left since their account was closed is back with it.
func (s *Store) LinkAccount(ctx context.Context, workspace, account, email string) (m programme.Member, t programme.Team, err error) {
	err = s.within(ctx, func(tx *sql.Tx) error {
		if err := cameBack(ctx, tx, workspace, account); err != nil {
			return err
		}
		_, err := exec(ctx, tx, `
			INSERT INTO account (council_id, platform, account, member_id)
			SELECT w.council_id, w.platform, $2, m.id
			FROM workspace w JOIN member m ON m.council_id = w.council_id
			WHERE w.id = $1 AND m.email <> '' AND lower(m.email) = lower($3) AND m.left_at IS NULL
			ON CONFLICT (council_id, platform, account) DO NOTHING`, workspace, account, email)
		if doubled(err) {
			return fault.Hide(fault.Denied, err, "Your e-mail already belongs to another account here. Ask your coordinator to mend it.")
		}
		if err != nil {
			return err
		}
		m, t, err = memberAt(ctx, tx, workspace, account)
		return err
	})
	return m, t, err
}

// MemberByID is one member. Somebody who left is fault.Missing.
func (s *Store) MemberByID(ctx context.Context, council, member int64) (programme.Member, error) {
	return memberByID(ctx, s.read, council, member)
}

func memberByID(ctx context.Context, q querier, council, member int64) (programme.Member, error) {
	return one(ctx, q, "That person is not here any more.", scanMember, memberRows+` AND m.id = $2`, council, member)
}

// Members lists a team by name.
func (s *Store) Members(ctx context.Context, council, team int64) ([]programme.Member, error) {
	return all(ctx, s.read, scanMember, memberRows+` AND m.team_id = $2 ORDER BY m.name, m.id`, council, team)
}

// Colleagues finds those of a council's members who have one of these accounts, on any
// platform, in the order of the accounts. Accounts nobody has are left out.
func (s *Store) Colleagues(ctx context.Context, council int64, accounts []string) ([]programme.Member, error) {
	var found []programme.Member
	for _, account := range accounts {
		some, err := all(ctx, s.read, scanMember, memberRows+`
			AND m.id IN (SELECT member_id FROM account WHERE council_id = $1 AND account = $2)`, council, account)
		if err != nil {
			return nil, err
		}
		found = append(found, some...)
	}
	return found, nil
}

// Roster is a team and its members, as a schedule asks them.
func (s *Store) Roster(ctx context.Context, council, team int64) (programme.Team, []programme.Member, error) {
	t, err := s.Team(ctx, council, team)
	if err != nil {
		return programme.Team{}, nil, err
	}
	members, err := s.Members(ctx, council, team)
	return t, members, err
}

// leadersOf are the leaders in the teams of a service.
func leadersOf(ctx context.Context, q querier, council, service int64) ([]programme.Member, error) {
	return all(ctx, q, scanMember, memberRows+`
		AND m.roles LIKE '%"leader"%' AND m.team_id IN (SELECT id FROM team WHERE service_id = $2) ORDER BY m.name, m.id`, council, service)
}

// Leaders are those who can give the yes of a service.
func (s *Store) Leaders(ctx context.Context, council, service int64) ([]programme.Member, error) {
	return leadersOf(ctx, s.read, council, service)
}
