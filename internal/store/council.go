package store

import (
	"context"
	"database/sql"
	"strings"

	"smallchanges/internal/programme"
)

// The platforms a workspace can be on.
const (
	slack = "slack"
	teams = "teams"
)

// Register notes a workspace that the program is connected to. When exactly one council
// has no workspace of this platform and exactly one workspace has no council, they belong
// together; otherwise an operator has to say which, and nothing is guessed.
func (s *Store) Register(ctx context.Context, platform, workspace string) error {
	return s.within(ctx, func(tx *sql.Tx) error {
		_, err := exec(ctx, tx, `INSERT INTO workspace (id, platform) VALUES ($1, $2) ON CONFLICT DO NOTHING`, workspace, platform)
		if err != nil {
			return err
		}
		return join(ctx, tx, platform)
	})
}

// join gives the only workspace without a council to the only council without a workspace.
func join(ctx context.Context, tx *sql.Tx, platform string) error {
	_, err := exec(ctx, tx, `
		UPDATE workspace SET council_id = (
			SELECT c.id FROM council c WHERE NOT EXISTS (
				SELECT 1 FROM workspace w WHERE w.council_id = c.id AND w.platform = $1))
		WHERE platform = $1 AND council_id IS NULL
			AND 1 = (SELECT count(*) FROM workspace w WHERE w.platform = $1 AND w.council_id IS NULL)
			AND 1 = (SELECT count(*) FROM council c WHERE NOT EXISTS (
				SELECT 1 FROM workspace w WHERE w.council_id = c.id AND w.platform = $1))`, platform)
	return err
}

// councils selects councils with their workspace, Slack's before another.
const councils = `
	SELECT c.id, c.name, c.nation, c.zone, c.celebrations, c.email_domains,
		COALESCE((SELECT w.id FROM workspace w WHERE w.council_id = c.id ORDER BY w.platform LIMIT 1), '')
	FROM council c`

func scanCouncil(row scanner) (c programme.Council, err error) {
	return c, row.Scan(&c.ID, &c.Name, &c.Nation, &c.Zone, &c.Celebrations, fromJSON{&c.EmailDomains}, &c.Workspace)
}

// Councils lists every council, by name. It is for operators only.
func (s *Store) Councils(ctx context.Context) ([]programme.Council, error) {
	return all(ctx, s.read, scanCouncil, councils+` ORDER BY c.name`)
}

// Council is one council.
func (s *Store) Council(ctx context.Context, council int64) (programme.Council, error) {
	return one(ctx, s.read, "That council is not here.", scanCouncil, councils+` WHERE c.id = $1`, council)
}

// teamRows selects teams with what they have from their service and council.
const teamRows = `
	SELECT t.id, t.council_id, t.name, s.id, s.name, COALESCE(NULLIF(t.zone, ''), c.zone), c.nation, t.at_once,
		t.vision, t.vision_values, t.channel, t.teams_channel, c.celebrations,
		COALESCE((SELECT w.id FROM workspace w WHERE w.council_id = c.id AND w.platform = 'slack'), ''),
		COALESCE((SELECT w.id FROM workspace w WHERE w.council_id = c.id AND w.platform = 'teams'), '')
	FROM team t JOIN service s ON s.id = t.service_id JOIN council c ON c.id = t.council_id`

func scanTeam(row scanner) (t programme.Team, err error) {
	var channel, teamsChannel, celebrations, onSlack, onTeams string
	err = row.Scan(&t.ID, &t.CouncilID, &t.Name, &t.Service.ID, &t.Service.Name, &t.Zone, &t.Nation, &t.AtOnce,
		&t.Vision, fromJSON{&t.Values}, &channel, &teamsChannel, &celebrations, &onSlack, &onTeams)
	if channel == "" {
		channel = teamsChannel
	}
	t.Channel = channelIn(channel, onSlack, onTeams)
	t.Celebrations = channelIn(celebrations, onSlack, onTeams)
	return t, err
}

// channelIn is a channel with the workspace it must be in: only Microsoft Teams has ids
// that begin with "19:". No channel is nowhere.
func channelIn(channel, onSlack, onTeams string) programme.Address {
	switch {
	case channel == "":
		return programme.Address{}
	case strings.HasPrefix(channel, "19:"):
		return programme.Address{Workspace: onTeams, ID: channel}
	default:
		return programme.Address{Workspace: onSlack, ID: channel}
	}
}

// Team is one team with its current strands. fault.Missing when the council has none such.
func (s *Store) Team(ctx context.Context, council, team int64) (programme.Team, error) {
	return teamOf(ctx, s.read, council, team)
}

func teamOf(ctx context.Context, q querier, council, team int64) (programme.Team, error) {
	t, err := one(ctx, q, "That team is not here.", scanTeam, teamRows+` WHERE t.council_id = $1 AND t.id = $2`, council, team)
	if err != nil {
		return programme.Team{}, err
	}
	t.Strands, err = all(ctx, q, scanStrand,
		`SELECT id, name FROM strand WHERE council_id = $1 AND team_id = $2 AND ended_at IS NULL ORDER BY id`, council, team)
	return t, err
}

func scanStrand(row scanner) (st programme.Strand, err error) { return st, row.Scan(&st.ID, &st.Name) }

// Teams lists a council's teams by name, without their strands.
func (s *Store) Teams(ctx context.Context, council int64) ([]programme.Team, error) {
	return all(ctx, s.read, scanTeam, teamRows+` WHERE t.council_id = $1 ORDER BY t.name`, council)
}

// Services lists a council's services by name.
func (s *Store) Services(ctx context.Context, council int64) ([]programme.Service, error) {
	return all(ctx, s.read, func(row scanner) (v programme.Service, err error) { return v, row.Scan(&v.ID, &v.Name) },
		`SELECT id, name FROM service WHERE council_id = $1 ORDER BY name`, council)
}
