package main

import (
	"context"

	"smallchanges/internal/programme"
)

// past is one small change of the sample council: what happened to it so far. They are
// modelled on changes that councils have published (DOMAIN.md section 11), reworded.
type past struct {
	by, team   string
	title, why string
	strand     string
	impact     string
	owner      string
	to         []programme.State
	words      string // what was learned, or the reason for the last step
	blocked    string // what is in the way, and the role of who could lift it
	role       string
	supporters []string
	asks       string // what the leaders are asked for a yes with; "" when nobody is asked
	weeksAgo   int
}

var pasts = []past{
	{
		by: "Cora Singh", team: "Willow", title: "Protected afternoons for direct work", why: "Meetings fill every gap between visits.",
		strand: "Meetings", impact: "Two free afternoons a week with families", owner: "Ana Ortiz",
		to:    []programme.State{programme.Chosen, programme.Trying, programme.Reviewing, programme.Kept},
		words: "Putting it in our e-mail signature made it easy to say no to meetings without a purpose.", supporters: []string{"Ben Hale", "Ela Novak", "Hari Patel"}, weeksAgo: 9,
	},
	{
		by: "Dan Okoro", team: "Willow", title: "Voice notes for first drafts of records", why: "Typing after a visit takes longer than the visit.",
		strand: "Effective recording practices", impact: "Less typing, records done the same day", owner: "Dan Okoro",
		to: []programme.State{programme.Chosen, programme.Trying}, supporters: []string{"Cora Singh", "Femi Adeyemi"}, weeksAgo: 3,
	},
	{
		by: "Ana Ortiz", team: "Willow", title: "One referral form for all in-house services", why: "Six forms ask for the same things.",
		strand: "Effective recording practices", impact: "Families wait less and tell their story once", owner: "Hari Patel",
		to: []programme.State{programme.Chosen}, blocked: "The youth service has to agree", role: "Youth service manager", supporters: []string{"Grace Lin"}, weeksAgo: 2,
	},
	{
		by: "Femi Adeyemi", team: "Willow", title: "A shared calendar for room bookings", why: "We walk round to find a room.",
		strand: "Meetings", impact: "Less searching", owner: "Femi Adeyemi",
		to:    []programme.State{programme.Chosen, programme.Trying, programme.Reviewing, programme.Stopped},
		words: "People book rooms they do not use. Next time we would try shorter slots first.", weeksAgo: 7,
	},
	{
		by: "Ben Hale", team: "Willow", title: "Ask families how they want to be invited to reviews", weeksAgo: 1, supporters: []string{"Ana Ortiz"},
		asks: "It changes the letter that goes out, so we need your yes.",
	},
	{by: "Ela Novak", team: "Willow", title: "A charter for the team", why: "New people guess what we expect of each other.", weeksAgo: 1},
	{by: "Hari Patel", team: "Willow", title: "Supervision on a walk, once a month", weeksAgo: 1, supporters: []string{"Grace Lin", "Cora Singh"}},
	{
		by: "Jude Marsh", team: "Rowan", title: "A short guide to working with interpreters", why: "Every visit starts from nothing.",
		strand: "Time with families", impact: "Better conversations from the first minute", owner: "Ines Costa",
		to: []programme.State{programme.Chosen, programme.Trying}, weeksAgo: 4,
	},
	{
		by: "Kofi Mensah", team: "Alder", title: "Share note-taking with partner agencies", why: "The same person writes every time.",
		strand: "Working with partners", impact: "Shared load and clearer plans", weeksAgo: 5, owner: "Kofi Mensah",
		to: []programme.State{programme.Chosen},
	},
}

// talk is what colleagues have said in a channel when the demo opens.
var talk = []struct{ by, in, text string }{
	{"U0FEMI006", "C0WILLOW1", "I typed the same visit into two forms again today. There must be a better way."},
	{"U0CORA003", "C0WILLOW1", "The protected afternoons are working for me: two direct work sessions this week."},
	{"U0ANA0001", "C0WILLOW1", "Hello all. Type /smallchange to see what you can do here. Any message can become a small change: open the menu beside it."},
	{"U0INES009", "C0ROWAN01", "Our guide to working with interpreters is in its fourth week. Tell me what is missing."},
	{"U0GRACE07", "C0WINS001", "This is the place for thanks and wins. Type /celebrate and a few words."},
}

// seed gives the sample council a past, once. The people hear nothing of it now.
func (d *demo) seed(ctx context.Context) error {
	for _, said := range talk {
		if err := d.space.As(said.by).Say(said.in, said.text); err != nil {
			return err
		}
	}
	councils, err := d.db.Councils(ctx)
	if err != nil {
		return err
	}
	council := councils[0].ID
	before, err := d.db.Changes(ctx, council, programme.ChangeFilter{Limit: 1})
	if err != nil || len(before) > 0 {
		return err
	}
	teams, err := d.db.Teams(ctx, council)
	if err != nil {
		return err
	}
	for _, p := range pasts {
		for _, team := range teams {
			if team.Name != p.team {
				continue
			}
			if err := d.live(ctx, p, council, team.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// live lets one change of the past happen, a week between its steps.
func (d *demo) live(ctx context.Context, p past, council, teamID int64) error {
	team, err := d.db.Team(ctx, council, teamID)
	if err != nil {
		return err
	}
	members, err := d.db.Members(ctx, council, teamID)
	if err != nil {
		return err
	}
	at := d.clock.now().AddDate(0, 0, -7*p.weeksAgo)
	by := programme.By{Council: team.CouncilID, Member: named(members, p.by), At: at}
	c, err := programme.Propose(p.title, p.why, by.Member, at)
	if err != nil {
		return err
	}
	if c, err = d.db.Propose(ctx, by, c, whose(p, team, by)); err != nil {
		return err
	}
	for _, name := range p.supporters {
		s := programme.By{Council: team.CouncilID, Member: named(members, name), At: at}
		if c, err = d.db.Support(ctx, s, c.Number, true); err != nil {
			return err
		}
	}
	by.Member = named(members, p.owner)
	for _, to := range p.to {
		at = at.AddDate(0, 0, 7)
		by.At = at
		edit := programme.Edit{To: to, Strand: strandOf(team, p.strand), Impact: p.impact, Owner: by.Member.Ref(), ReviewOn: programme.DayOf(at.AddDate(0, 0, 14), team.Location())}
		if to == p.to[len(p.to)-1] {
			edit.Words, edit.Blocked, edit.BlockedRole = p.words, p.blocked, p.role
		}
		_, err := d.db.EditChange(ctx, by, c.Number, func(c *programme.Change) (programme.History, []programme.Notice, error) {
			edit.Version = c.Version
			h, _, err := c.Apply(edit, by.Member, at)
			return h, nil, err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// whose says that a change is the team's own to make, or asks its leaders for a yes.
func whose(p past, team programme.Team, by programme.By) programme.Rule {
	return func(c *programme.Change) (programme.History, []programme.Notice, error) {
		if p.asks == "" {
			return c.Own(c.Version, by.Member, by.At)
		}
		return c.Ask(programme.Request{Scope: programme.Manager, Service: team.Service, Words: p.asks, Version: c.Version}, by.Member, by.At)
	}
}

func named(members []programme.Member, name string) programme.Member {
	for _, m := range members {
		if m.Name == name {
			return m
		}
	}
	return programme.Member{}
}

func strandOf(team programme.Team, name string) programme.Strand {
	for _, s := range team.Strands {
		if s.Name == name {
			return s
		}
	}
	return programme.Strand{}
}
