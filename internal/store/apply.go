package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// Next computes a schedule's first slot after an instant. The storage does not know
// calendars, so whoever applies a file brings it.
type Next = programme.Next

// errDry ends a dry run, so that its transaction leaves nothing.
var errDry = errors.New("dry run")

// application is one run over a council file, in one transaction.
type application struct {
	tx      *sql.Tx
	now     time.Time
	next    Next
	council int64
	zone    string         // the council's
	members map[int64]bool // seen in the file
	moved   []int64        // of them, from another team
	lines   []string       // what it did
}

// Apply makes the database say what a council file says, in one transaction, and returns
// what it changed, such as "team Willow: add member Ben Hale". Applying a file twice
// changes nothing the second time. Nothing of anybody is deleted: members who are not in the
// file have left, and strands, barriers and schedules that are not in it have ended. A council is
// known by its name, a member by Slack id or else by e-mail. A dry run changes nothing.
func (s *Store) Apply(ctx context.Context, file programme.CouncilFile, next Next, dryRun bool) ([]string, error) {
	a := &application{now: s.now(), next: next, members: map[int64]bool{}}
	err := s.within(ctx, func(tx *sql.Tx) error {
		a.tx = tx
		if err := a.whole(ctx, file); err != nil {
			return err
		}
		if dryRun {
			return errDry
		}
		return nil
	})
	if err != nil && !errors.Is(err, errDry) {
		return nil, err
	}
	return a.lines, nil
}

func (a *application) whole(ctx context.Context, file programme.CouncilFile) error {
	if err := a.applyCouncil(ctx, file.Council); err != nil {
		return err
	}
	if err := a.applyHolidays(ctx, file.Council); err != nil {
		return err
	}
	for _, service := range file.Services {
		if err := a.applyService(ctx, service); err != nil {
			return err
		}
	}
	if err := a.leave(ctx, 0); err != nil {
		return err
	}
	var named []string
	for _, service := range file.Services {
		for _, team := range service.Teams {
			named = append(named, ids(team.Schedules)...)
		}
	}
	if err := a.endSchedules(ctx, 0, named); err != nil {
		return err
	}
	return errors.Join(join(ctx, a.tx, slack), join(ctx, a.tx, teams))
}

// say notes what was done.
func (a *application) say(format string, args ...any) {
	a.lines = append(a.lines, fmt.Sprintf(format, args...))
}

// put adds a thing or, when it is there already, updates it where it differs. Both
// statements take the same arguments.
func (a *application) put(ctx context.Context, what, insert, update string, args ...any) error {
	for _, step := range []struct{ did, query string }{{"add", insert}, {"update", update}} {
		n, err := exec(ctx, a.tx, step.query, args...)
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		if n > 0 {
			a.say("%s: %s", what, step.did)
			return nil
		}
	}
	return nil
}

func (a *application) applyCouncil(ctx context.Context, c programme.CouncilEntry) error {
	a.zone = cmp.Or(c.TimeZone, "Europe/London")
	err := a.put(ctx, "council "+c.Name, `
		INSERT INTO council (name, nation, zone, celebrations, email_domains) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (name) DO NOTHING`, `
		UPDATE council SET nation = $2, zone = $3, celebrations = $4, email_domains = $5
		WHERE name = $1 AND NOT (nation = $2 AND zone = $3 AND celebrations = $4 AND email_domains = $5)`,
		c.Name, cmp.Or(c.Nation, "england"), a.zone, c.Celebrations, listJSON(c.EmailDomains))
	if err != nil {
		return err
	}
	a.council, err = one(ctx, a.tx, "", number, `SELECT id FROM council WHERE name = $1`, c.Name)
	if err != nil || len(a.lines) == 0 {
		return err
	}
	return dirtyCouncil(ctx, a.tx, a.council, a.now)
}

func (a *application) applyService(ctx context.Context, s programme.ServiceEntry) error {
	service, err := a.service(ctx, s.Name)
	if err != nil {
		return err
	}
	for _, team := range s.Teams {
		if _, err := a.applyTeam(ctx, service, team); err != nil {
			return err
		}
	}
	return nil
}

// service is the council's service with this name, made when it is not there yet.
func (a *application) service(ctx context.Context, name string) (int64, error) {
	n, err := exec(ctx, a.tx, `INSERT INTO service (council_id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING`, a.council, name)
	if err != nil {
		return 0, fmt.Errorf("service %s: %w", name, err)
	}
	if n > 0 {
		a.say("service %s: add", name)
	}
	return one(ctx, a.tx, "", number, `SELECT id FROM service WHERE council_id = $1 AND name = $2`, a.council, name)
}

// applyTeam applies a team's entry. When anything of it changed, the Home pages that show the
// team are drawn again.
func (a *application) applyTeam(ctx context.Context, service int64, t programme.TeamEntry) (team int64, err error) {
	said := len(a.lines)
	if err := a.leaveService(ctx, service, t.Name); err != nil {
		return 0, err
	}
	if team, err = a.putTeam(ctx, service, t); err != nil {
		return 0, err
	}
	if err := a.applyParts(ctx, team, t); err != nil || len(a.lines) == said {
		return team, err
	}
	return team, dirtyTeam(ctx, a.tx, a.council, team, a.now)
}

// leaveService has the pages drawn again of those who see a team only as long as it is in
// another service.
func (a *application) leaveService(ctx context.Context, service int64, name string) error {
	moved, err := all(ctx, a.tx, number, `SELECT id FROM team WHERE council_id = $1 AND name = $2 AND service_id <> $3`, a.council, name, service)
	for _, team := range moved {
		err = errors.Join(err, dirtyTeam(ctx, a.tx, a.council, team, a.now))
	}
	return err
}

func (a *application) putTeam(ctx context.Context, service int64, t programme.TeamEntry) (int64, error) {
	err := a.put(ctx, "team "+t.Name, `
		INSERT INTO team (council_id, name, service_id, zone, channel, teams_channel, vision, vision_values, at_once)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (council_id, name) DO NOTHING`, `
		UPDATE team SET service_id = $3, zone = $4, channel = $5, teams_channel = $6, vision = $7, vision_values = $8, at_once = $9
		WHERE council_id = $1 AND name = $2 AND NOT (service_id = $3 AND zone = $4 AND channel = $5
			AND teams_channel = $6 AND vision = $7 AND vision_values = $8 AND at_once = $9)`,
		a.council, t.Name, service, t.TimeZone, t.Channel, t.TeamsChannel, t.Vision.Statement, listJSON(t.Vision.Values),
		cmp.Or(t.AtOnce, programme.DefaultAtOnce))
	if err != nil {
		return 0, err
	}
	return one(ctx, a.tx, "", number, `SELECT id FROM team WHERE council_id = $1 AND name = $2`, a.council, t.Name)
}

func (a *application) applyParts(ctx context.Context, team int64, t programme.TeamEntry) error {
	if err := a.applyStrands(ctx, team, t); err != nil {
		return err
	}
	if err := a.applyBarriers(ctx, team, t); err != nil {
		return err
	}
	for _, m := range t.Members {
		if err := a.applyMember(ctx, team, t.Name, m); err != nil {
			return err
		}
	}
	for _, sch := range t.Schedules {
		if err := a.applySchedule(ctx, team, t, sch); err != nil {
			return err
		}
	}
	return nil
}

func (a *application) applyStrands(ctx context.Context, team int64, t programme.TeamEntry) error {
	for _, name := range t.Strands {
		err := a.put(ctx, fmt.Sprintf("team %s: strand %q", t.Name, name), `
			INSERT INTO strand (council_id, team_id, name) VALUES ($1, $2, $3) ON CONFLICT (team_id, name) DO NOTHING`, `
			UPDATE strand SET ended_at = NULL WHERE council_id = $1 AND team_id = $2 AND name = $3 AND ended_at IS NOT NULL`,
			a.council, team, name)
		if err != nil {
			return err
		}
	}
	have, err := all(ctx, a.tx, word, `SELECT name FROM strand WHERE team_id = $1 AND ended_at IS NULL ORDER BY id`, team)
	if err != nil {
		return err
	}
	for _, name := range without(have, t.Strands) {
		if _, err := exec(ctx, a.tx, `UPDATE strand SET ended_at = $3 WHERE team_id = $1 AND name = $2`, team, name, millis(a.now)); err != nil {
			return err
		}
		a.say("team %s: end strand %q", t.Name, name)
	}
	return nil
}

func (a *application) applyBarriers(ctx context.Context, team int64, t programme.TeamEntry) error {
	var named []string
	for _, b := range t.Barriers {
		named = append(named, b.What)
		err := a.put(ctx, fmt.Sprintf("team %s: barrier %q", t.Name, b.What), `
			INSERT INTO barrier (council_id, team_id, what, scope) VALUES ($1, $2, $3, $4) ON CONFLICT (team_id, what) DO NOTHING`, `
			UPDATE barrier SET ended_at = NULL, scope = $4
			WHERE council_id = $1 AND team_id = $2 AND what = $3 AND NOT (ended_at IS NULL AND scope = $4)`,
			a.council, team, b.What, b.Scope)
		if err != nil {
			return err
		}
	}
	have, err := all(ctx, a.tx, word, `SELECT what FROM barrier WHERE team_id = $1 AND ended_at IS NULL ORDER BY id`, team)
	if err != nil {
		return err
	}
	for _, what := range without(have, named) {
		if _, err := exec(ctx, a.tx, `UPDATE barrier SET ended_at = $3 WHERE team_id = $1 AND what = $2`, team, what, millis(a.now)); err != nil {
			return err
		}
		a.say("team %s: end barrier %q", t.Name, what)
	}
	return nil
}

// without are the words of have that are not in named.
func without(have, named []string) []string {
	return slices.DeleteFunc(have, func(word string) bool { return slices.Contains(named, word) })
}

// applySchedule adds or updates a schedule. Its next slot is computed again only when its
// cron or zone changed or it comes back: applying a file must not lose a slot that is due.
func (a *application) applySchedule(ctx context.Context, team int64, t programme.TeamEntry, e programme.ScheduleEntry) error {
	what := fmt.Sprintf("team %s: schedule %s", t.Name, e.ID)
	zone := cmp.Or(t.TimeZone, a.zone)
	slot, err := a.next(e.Cron, zone, a.now)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	owner, err := one(ctx, a.tx, "", number, `SELECT COALESCE((SELECT council_id FROM schedule WHERE id = $1), $2)`, e.ID, a.council)
	if err != nil {
		return err
	}
	if owner != a.council {
		return fault.New(fault.Invalid, fmt.Sprintf("Another council has a schedule %q. Choose another id.", e.ID))
	}
	openFor, set := time.Duration(e.OpenFor), e.Set
	switch e.Kind {
	case programme.PulseSchedule:
		openFor, set = cmp.Or(openFor, 5*24*time.Hour), cmp.Or(set, "baseline")
	default:
		openFor = cmp.Or(openFor, 4*24*time.Hour)
	}
	return a.put(ctx, what, `
		INSERT INTO schedule (council_id, id, team_id, kind, cron, zone, open_for, skip_holidays, set_name, next_run, next_wall)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING`, `
		UPDATE schedule SET team_id = $3, kind = $4, cron = $5, zone = $6, open_for = $7, skip_holidays = $8, set_name = $9,
			next_run = CASE WHEN cron = $5 AND zone = $6 AND ended_at IS NULL THEN next_run ELSE $10 END,
			next_wall = CASE WHEN cron = $5 AND zone = $6 AND ended_at IS NULL THEN next_wall ELSE $11 END,
			ended_at = NULL
		WHERE council_id = $1 AND id = $2 AND NOT (team_id = $3 AND kind = $4 AND cron = $5 AND zone = $6
			AND open_for = $7 AND skip_holidays = $8 AND set_name = $9 AND ended_at IS NULL)`,
		a.council, e.ID, team, e.Kind, e.Cron, zone, openFor.Milliseconds(), flag(e.SkipBankHolidays), set, millis(slot.At), slot.Wall)
}

func ids(schedules []programme.ScheduleEntry) []string {
	list := make([]string, len(schedules))
	for i, e := range schedules {
		list[i] = e.ID
	}
	return list
}

// endSchedules ends a team's schedules, or with 0 the whole council's, that are not named.
func (a *application) endSchedules(ctx context.Context, team int64, named []string) error {
	have, err := all(ctx, a.tx, word, `
		SELECT id FROM schedule WHERE council_id = $1 AND ended_at IS NULL AND $2 IN (0, team_id) ORDER BY id`, a.council, team)
	if err != nil {
		return err
	}
	for _, gone := range without(have, named) {
		_, err := exec(ctx, a.tx, `UPDATE schedule SET ended_at = $3 WHERE council_id = $1 AND id = $2`, a.council, gone, millis(a.now))
		if err != nil {
			return err
		}
		a.say("schedule %s: end", gone)
	}
	return nil
}
