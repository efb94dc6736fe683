package bot

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// Ids of the forms of a team's setup, and of the buttons that open them.
const (
	formSetupPick     = "setup.pick"
	formSetupPeople   = "setup.people"
	formSetupVision   = "setup.vision"
	formSetupStrands  = "setup.strands"
	formSetupBarriers = "setup.barriers"
	formSetupSchedule = "setup.schedule"
	formSetupDates    = "setup.dates"
	formSetupTeam     = "setup.team"
	formSetupMake     = "setup.make"
)

// setupStore is what setting up a team needs of storage.
type setupStore interface {
	promptStore

	Teams(ctx context.Context, council int64) ([]programme.Team, error)
	TeamSetup(ctx context.Context, council, team int64) (programme.Setup, error)
	ApplyTeam(ctx context.Context, by programme.By, team int64, rule programme.SetupRule, next programme.Next) (programme.Setup, error)
}

// setupPart is one part of a team's setup: what is so now, the form that changes it, and what
// a sent form means.
type setupPart struct {
	id, label, button string
	fact              func(*Bot, programme.Setup, scene) string
	form              func(*Bot, context.Context, scene, programme.Setup) chat.Form
	rule              func(*Bot, context.Context, scene, programme.Setup) (programme.SetupRule, error)
}

// setupParts are the parts in the order of the card. The rhythm, which has a form for each
// schedule, comes before the last.
var setupParts = []setupPart{
	{formSetupPeople, "People", "People", peopleFact, (*Bot).openPeopleForm, (*Bot).peopleRule},
	{formSetupVision, "Vision and values", "Vision and values", visionFact, plainForm(visionForm), plainRule(sentVision)},
	{formSetupStrands, "Mission strands", "Strands", strandsFact, plainForm(strandsForm), plainRule(sentStrands)},
	{formSetupBarriers, "Barriers", "Barriers", barriersFact, plainForm(barriersForm), plainRule(sentBarriers)},
	{formSetupTeam, "Team", "Team", teamFact, plainForm(teamForm), plainRule(func(s scene, now *programme.Setup) error {
		return now.SetTeam(readTeam(s))
	})},
}

// makePart makes a team. It is no part of the card of one.
var makePart = setupPart{id: formSetupMake, form: (*Bot).openMakeForm, rule: (*Bot).makeRule}

func plainForm(form func(scene, programme.Setup) chat.Form) func(*Bot, context.Context, scene, programme.Setup) chat.Form {
	return func(_ *Bot, _ context.Context, s scene, set programme.Setup) chat.Form { return form(s, set) }
}

func plainRule(rule func(scene, *programme.Setup) error) func(*Bot, context.Context, scene, programme.Setup) (programme.SetupRule, error) {
	return func(_ *Bot, _ context.Context, s scene, _ programme.Setup) (programme.SetupRule, error) {
		return func(now *programme.Setup) error { return rule(s, now) }, nil
	}
}

// setups adds the talks of setting up a team to those of the bot.
func (b *Bot) setups() {
	if b.rhythm == nil {
		b.rhythm = func(cron string) string { return "as “" + cron + "” says" }
	}
	b.words["setup"] = b.setup
	b.presses[formSetupPick], b.forms[formSetupPick] = b.pickTeam, b.sentPickTeam
	for _, part := range append([]setupPart{makePart}, setupParts...) {
		b.presses[part.id], b.forms[part.id] = b.openSetup(part), b.sentSetup(part)
	}
	b.presses[formSetupPeople+".channel"] = b.presses[formSetupPeople]
	b.presses[pressAddReflection], b.presses[pressAddPulse] = b.openSchedule, b.openSchedule
	b.presses[pressChangeSchedule], b.presses[pressRemoveSchedule] = b.openSchedule, b.removeSchedule
	b.forms[formSetupSchedule], b.forms[formSetupDates] = b.sentSchedule, b.sentSchedule
	b.prompts()
}

// setup shows how a team is set up: a champion and a deputy their own, and a coordinator the
// one that they name or choose.
func (b *Bot) setup(ctx context.Context, s scene) (chat.Reply, error) {
	team := s.team.ID
	if s.me.Is(programme.Coordinator) {
		teams, err := b.store.Teams(ctx, s.me.CouncilID)
		if err != nil {
			return nil, err
		}
		name := programme.CleanLine(s.arg)
		if name == "" && len(teams) > 1 {
			return chat.Tell{Card: chooseTeamCard(len(teams))}, nil
		}
		if name != "" {
			if team, err = teamCalled(teams, name); err != nil {
				return nil, err
			}
		}
	}
	set, err := b.setupOf(ctx, s, idValue(team))
	if err != nil {
		return nil, err
	}
	return chat.Tell{Card: b.setupCard(s, set, "")}, nil
}

func teamCalled(teams []programme.Team, name string) (int64, error) {
	for _, t := range teams {
		if strings.EqualFold(t.Name, name) {
			return t.ID, nil
		}
	}
	return 0, fault.New(fault.Missing, "There is no team called "+shorten(name, programme.MaxName)+" here. To choose from all, type /smallchange setup.")
}

// setupOf reads the setup of a team for somebody who may change it. The id "0" is a team that
// is to be made.
func (b *Bot) setupOf(ctx context.Context, s scene, id string) (programme.Setup, error) {
	team, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return programme.Setup{}, formGone(fmt.Errorf("which team to set up: %w", err))
	}
	set, err := b.store.TeamSetup(ctx, s.me.CouncilID, team)
	if err != nil {
		return set, err
	}
	return set, set.Allows(s.me)
}

func (b *Bot) pickTeam(ctx context.Context, s scene) (chat.Reply, error) {
	teams, err := b.store.Teams(ctx, s.me.CouncilID)
	if err != nil {
		return nil, err
	}
	return chat.Ask{Form: pickTeamForm(teams, s.team.ID)}, nil
}

func (b *Bot) sentPickTeam(ctx context.Context, s scene) (chat.Reply, error) {
	set, err := b.setupOf(ctx, s, s.sent["team"])
	if err != nil {
		return nil, err
	}
	return chat.Replace{Card: b.setupCard(s, set, "")}, nil
}

// openSetup opens the form of a part. The button says which team, and perhaps more.
func (b *Bot) openSetup(part setupPart) talk {
	return func(ctx context.Context, s scene) (chat.Reply, error) {
		team, _, _ := strings.Cut(s.arg, " ")
		set, err := b.setupOf(ctx, s, team)
		if err != nil {
			return nil, err
		}
		return chat.Ask{Form: part.form(b, ctx, s, set)}, nil
	}
}

// sentSetup keeps what a form of a part says, unless the team is not any more what the form
// showed.
func (b *Bot) sentSetup(part setupPart) talk {
	return func(ctx context.Context, s scene) (chat.Reply, error) {
		if err := b.store.Fresh(ctx, s.by()); err != nil {
			return nil, err
		}
		team, digest, _ := strings.Cut(s.form, " ")
		set, err := b.setupOf(ctx, s, team)
		if err != nil {
			return nil, err
		}
		if (set.TeamID == 0) != (part.id == formSetupMake) { // no form that we gave out says so
			return nil, formGone(fmt.Errorf("form %s for team %d", part.id, set.TeamID))
		}
		rule, err := part.rule(b, ctx, s, set)
		if err != nil {
			return again(part.form(b, ctx, s, set), s.sent, err)
		}
		return b.saveSetup(ctx, s, part, set, digest, rule)
	}
}

// saveSetup lets a rule change a team's setup, and shows what it is then.
func (b *Bot) saveSetup(ctx context.Context, s scene, part setupPart, set programme.Setup, digest string, rule programme.SetupRule) (chat.Reply, error) {
	now, err := b.store.ApplyTeam(ctx, s.by(), set.TeamID, func(now *programme.Setup) error {
		if err := now.Allows(s.me); err != nil {
			return err
		}
		if set.TeamID != 0 {
			if err := now.Overtaken(digest); err != nil {
				return err
			}
		}
		return rule(now)
	}, b.next)
	switch {
	case fault.Is(err, fault.Conflict):
		return b.setupOvertaken(ctx, s, part, idValue(set.TeamID), fault.Words(err))
	case err != nil:
		return again(part.form(b, ctx, s, set), s.sent, err)
	case set.TeamID == 0:
		return chat.Replace{Card: b.setupCard(s, now, now.Entry.Name+" is made. Add a mission strand next: no small change can be chosen without one.")}, nil
	}
	return chat.Replace{Card: b.setupCard(s, now, "Saved.")}, nil
}

// setupOvertaken brings a form back when somebody else was first: with what is so now, and
// with every word that was typed.
func (b *Bot) setupOvertaken(ctx context.Context, s scene, part setupPart, team, news string) (chat.Reply, error) {
	set, err := b.setupOf(ctx, s, team)
	if err != nil {
		return nil, err
	}
	f := filled(part.form(b, ctx, s, set), s.sent)
	f.Intro = append([]chat.Node{
		chat.P(news + " Your words are still here. Check them, then send again."),
		chat.Para{Text: chat.Text{chat.Bold(part.label + " now: "), chat.Plain(part.fact(b, set, s))}},
	}, f.Intro...)
	return chat.Ask{Form: f}, nil
}
