package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// TeamSetup reads a team as a council file would declare it, with the rest of its council
// that it has to fit in. Team 0 is one that is to be made.
func (s *Store) TeamSetup(ctx context.Context, council, team int64) (programme.Setup, error) {
	return s.shownSetup(ctx, s.read, council, team)
}

// ApplyTeam lets a rule change a team's setup and makes the database say so, with the code
// that applies a council file, in one transaction: read, rule, write, and the event's key.
// No other team is touched, except that a person the rule brings in leaves theirs. Whoever
// the rule leaves out has left. Team 0 makes a new one. It returns the team as it is now.
func (s *Store) ApplyTeam(ctx context.Context, by programme.By, team int64, rule programme.SetupRule, next Next) (set programme.Setup, err error) {
	err = s.within(ctx, func(tx *sql.Tx) error {
		if err := once(ctx, tx, by); err != nil {
			return err
		}
		if set, err = setupOf(ctx, tx, by.Council, team); err != nil {
			return err
		}
		if err := rule(&set); err != nil {
			return err
		}
		a := &application{tx: tx, now: s.now(), next: next, council: by.Council, zone: set.Around.Zone, members: map[int64]bool{}}
		made, err := a.applyOne(ctx, team, set)
		if err != nil {
			return err
		}
		set, err = s.shownSetup(ctx, tx, by.Council, made)
		return err
	})
	return set, err
}

func (a *application) applyOne(ctx context.Context, team int64, set programme.Setup) (int64, error) {
	service, err := a.service(ctx, set.Service)
	if err != nil {
		return 0, err
	}
	for _, m := range set.Entry.Members {
		if err := a.isHere(ctx, m.Slack); err != nil {
			return 0, err
		}
	}
	for i := range set.Entry.Schedules {
		if err := a.ownID(ctx, team, &set.Entry.Schedules[i]); err != nil {
			return 0, err
		}
	}
	team, err = a.applyTeam(ctx, service, set.Entry)
	if err != nil {
		return 0, err
	}
	if err := a.leave(ctx, team); err != nil {
		return 0, err
	}
	return team, a.endSchedules(ctx, team, ids(set.Entry.Schedules))
}

// isHere takes back that somebody's account is closed: whoever sets up a team chooses among
// people whom the platform shows.
func (a *application) isHere(ctx context.Context, account string) error {
	_, err := exec(ctx, a.tx, `
		UPDATE member SET account_closed = 0 WHERE council_id = $1 AND account_closed = 1 AND id = (
			SELECT member_id FROM account WHERE council_id = $1 AND platform = 'slack' AND account = $2)`, a.council, account)
	return err
}

// mostSkips is how many skipped slots a setup shows.
const mostSkips = 3

// mostAlike is how many teams in the database may have ids of schedules that are alike.
const mostAlike = 1000

// ownID gives a schedule another id when the one it has belongs to another team. Ids are
// unique in the whole database, which nobody in one council can know. All that is told of
// another council is that an id is taken.
func (a *application) ownID(ctx context.Context, team int64, e *programme.ScheduleEntry) error {
	wanted := e.ID
	for n := 2; n < mostAlike; n++ {
		taken, err := one(ctx, a.tx, "", number, `
			SELECT count(*) FROM schedule WHERE id = $1 AND NOT (council_id = $2 AND team_id = $3)`, e.ID, a.council, team)
		if err != nil || taken == 0 {
			return err
		}
		e.ID = fmt.Sprintf("%s-%d", wanted, n)
	}
	return fault.New(fault.Invalid, "Too many teams have this name. Choose another name for the team.")
}

func setupOf(ctx context.Context, q querier, council, team int64) (set programme.Setup, err error) {
	set.TeamID = team
	if set.Around, err = aroundOf(ctx, q, council, team); err != nil || team == 0 {
		set.Entry.AtOnce = programme.DefaultAtOnce
		return set, err
	}
	if set.Service, set.Entry, err = entryOf(ctx, q, council, team); err != nil {
		return set, err
	}
	set.Bank, err = bankOf(ctx, q, council, team)
	return set, err
}

// shownSetup is a setup with what people read beside it, and no rule needs.
func (s *Store) shownSetup(ctx context.Context, q querier, council, team int64) (programme.Setup, error) {
	set, err := setupOf(ctx, q, council, team)
	if err != nil || team == 0 {
		return set, err
	}
	if set.Skipped, err = skippedOf(ctx, q, council, team, s.now(), mostSkips); err != nil {
		return set, err
	}
	today := programme.DayOf(s.now(), programme.Zone(set.Zone()))
	set.Pause, err = pauseOf(ctx, q, council, team, today)
	if fault.Is(err, fault.Missing) {
		err = nil
	}
	return set, err
}

// entryOf is a team as the council file that declares it would have it.
func entryOf(ctx context.Context, q querier, council, team int64) (service string, e programme.TeamEntry, err error) {
	e, err = one(ctx, q, "That team is not here.", func(row scanner) (e programme.TeamEntry, err error) {
		return e, row.Scan(&service, &e.Name, &e.TimeZone, &e.Channel, &e.TeamsChannel, &e.AtOnce,
			&e.Vision.Statement, fromJSON{&e.Vision.Values})
	}, `SELECT s.name, t.name, t.zone, t.channel, t.teams_channel, t.at_once, t.vision, t.vision_values
		FROM team t JOIN service s ON s.id = t.service_id WHERE t.council_id = $1 AND t.id = $2`, council, team)
	if err != nil {
		return "", e, err
	}
	e.Strands, err = all(ctx, q, word, `
		SELECT name FROM strand WHERE council_id = $1 AND team_id = $2 AND ended_at IS NULL ORDER BY id`, council, team)
	if err != nil {
		return "", e, err
	}
	e.Barriers, err = all(ctx, q, func(row scanner) (b programme.BarrierEntry, err error) {
		return b, row.Scan(&b.What, &b.Scope)
	}, `SELECT what, scope FROM barrier
		WHERE council_id = $1 AND team_id = $2 AND ended_at IS NULL ORDER BY id`, council, team)
	if err != nil {
		return "", e, err
	}
	people, err := all(ctx, q, scanSettled, settledRows+` AND m.team_id = $2 ORDER BY m.id`, council, team)
	if err != nil {
		return "", e, err
	}
	for _, p := range people {
		e.Members = append(e.Members, p.MemberEntry)
	}
	e.Schedules, err = all(ctx, q, scanScheduleEntry, `
		SELECT id, kind, cron, open_for, skip_holidays, set_name FROM schedule
		WHERE council_id = $1 AND team_id = $2 AND ended_at IS NULL ORDER BY id`, council, team)
	return service, e, err
}

func scanScheduleEntry(row scanner) (e programme.ScheduleEntry, err error) {
	var open int64
	err = row.Scan(&e.ID, &e.Kind, &e.Cron, &open, &e.SkipBankHolidays, &e.Set)
	e.OpenFor = programme.Span(time.Duration(open) * time.Millisecond)
	return e, err
}

// settledRows selects members who have not left, as a council file names them.
const settledRows = `
	SELECT t.name, m.name, m.email, COALESCE(a.account, ''), m.roles, m.works, m.observer
	FROM member m JOIN team t ON t.id = m.team_id
	LEFT JOIN account a ON a.member_id = m.id AND a.platform = 'slack'
	WHERE m.council_id = $1 AND m.left_at IS NULL`

func scanSettled(row scanner) (p programme.Settled, err error) {
	var works []time.Weekday
	err = row.Scan(&p.Team, &p.Name, &p.Email, &p.Slack, fromJSON{&p.Roles}, fromJSON{&works}, &p.Observer)
	p.Works = programme.WorksWords(works)
	return p, err
}

func aroundOf(ctx context.Context, q querier, council, team int64) (around programme.Around, err error) {
	around.Zone, err = one(ctx, q, "That council is not here.", word, `SELECT zone FROM council WHERE id = $1`, council)
	if err != nil {
		return around, err
	}
	if around.Calendar, err = calendarOf(ctx, q, council); err != nil {
		return around, err
	}
	around.Services, err = all(ctx, q, word, `SELECT name FROM service WHERE council_id = $1 ORDER BY name`, council)
	if err != nil {
		return around, err
	}
	around.Teams, err = all(ctx, q, func(row scanner) (n programme.Neighbour, err error) {
		return n, row.Scan(&n.Name, &n.Channel, &n.TeamsChannel)
	}, `SELECT name, channel, teams_channel FROM team WHERE council_id = $1 AND id <> $2 ORDER BY name`, council, team)
	if err != nil {
		return around, err
	}
	around.People, err = all(ctx, q, scanSettled, settledRows+` AND m.team_id <> $2 ORDER BY m.id`, council, team)
	return around, err
}

// CouncilFile is a council as it is now, as a file that Apply takes without changing anything.
func (s *Store) CouncilFile(ctx context.Context, council int64) (file programme.CouncilFile, err error) {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return file, err
	}
	defer func() { err = errors.Join(err, ignoreDone(tx.Rollback())) }()
	c, err := one(ctx, tx, "That council is not here.", scanCouncil, councils+` WHERE c.id = $1`, council)
	if err != nil {
		return file, err
	}
	file.Council = programme.CouncilEntry{Name: c.Name, Nation: c.Nation, TimeZone: c.Zone, EmailDomains: c.EmailDomains, Celebrations: c.Celebrations}
	if err := declareHolidays(ctx, tx, council, &file.Council); err != nil {
		return file, err
	}
	services, err := all(ctx, tx, word, `SELECT name FROM service WHERE council_id = $1 ORDER BY id`, council)
	if err != nil {
		return file, err
	}
	for _, name := range services {
		file.Services = append(file.Services, programme.ServiceEntry{Name: name})
	}
	teams, err := all(ctx, tx, number, `SELECT id FROM team WHERE council_id = $1 ORDER BY id`, council)
	if err != nil {
		return file, err
	}
	for _, team := range teams {
		service, entry, err := entryOf(ctx, tx, council, team)
		if err != nil {
			return file, err
		}
		i := slices.Index(services, service)
		file.Services[i].Teams = append(file.Services[i].Teams, entry)
	}
	return file, nil
}
