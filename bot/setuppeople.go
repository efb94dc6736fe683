package bot

import (
	"context"
	"slices"
	"strings"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// What the field about people of other teams holds.
const (
	moveTell = "tell"
	moveHere = "move"
)

// lookWithin is how long the directory may take to say who is in a channel: the form has to
// be open within three seconds.
const lookWithin = 1500 * time.Millisecond

// openPeopleForm shows who is in the team, and, when the button says so, who of the channel
// could join.
func (b *Bot) openPeopleForm(ctx context.Context, s scene, set programme.Setup) chat.Form {
	var found channelPeople
	if _, from, _ := strings.Cut(s.arg, " "); from == "channel" {
		found = b.fromChannel(ctx, s, set)
	}
	return peopleForm(s, set, found)
}

// channelPeople are the people of a channel who could join a team, with words about them.
type channelPeople struct {
	accounts []string
	words    []chat.Node
}

// fromChannel finds who of the channel is in no team yet. Without an answer from the platform
// people are chosen by hand, and the form says so.
func (b *Bot) fromChannel(ctx context.Context, s scene, set programme.Setup) (found channelPeople) {
	people, err := b.channelMembers(ctx, s)
	if err != nil {
		say := fault.Words(err)
		if say == "" {
			say = "I cannot see who is in this channel. Invite me with /invite @Small Changes, or choose people by hand."
		}
		b.log.Info("the people of a channel were not read", "kind", fault.Of(err).String(), "workspace", s.Actor.Workspace)
		return channelPeople{words: []chat.Node{chat.P(say)}}
	}
	const mostNamed = 5
	var names []string
	elsewhere := 0
	for _, p := range people {
		switch where := set.Where(p.ID, p.Email); {
		case where == "":
			names = append(names, p.Name)
			found.accounts = append(found.accounts, p.ID)
		case where != set.Entry.Name || set.TeamID == 0:
			if elsewhere++; elsewhere <= mostNamed {
				found.words = append(found.words, note(p.Name+" is in "+where+", so they are left out here."))
			}
		}
	}
	added := "Nobody in this channel is without a team."
	if len(names) > 0 {
		added = "From this channel: " + shorten(strings.Join(names, ", "), mostFact) + "."
	}
	found.words = append([]chat.Node{chat.P(added)}, found.words...)
	return found
}

func (b *Bot) channelMembers(ctx context.Context, s scene) ([]chat.Profile, error) {
	if b.directory == nil || !inChannel(s) {
		return nil, fault.New(fault.Missing, "")
	}
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	return b.directory.Members(ctx, s.Place)
}

func peopleForm(s scene, set programme.Setup, found channelPeople) chat.Form {
	f := setupForm(formSetupPeople, "People", set, found.words...)
	accounts, waiting := accountsOf(set.Entry), []chat.Option(nil)
	for _, m := range set.Entry.Members {
		if m.Slack == "" && m.Email != "" && len(m.Email) <= mostValue && len(waiting) < chat.MaxOptions {
			waiting = append(waiting, chat.Option{Value: m.Email, Label: shorten(m.Name, chat.MaxLabel)})
		}
	}
	f.Fields = []chat.Field{{
		ID: "people", Label: "Who is in " + shorten(set.Entry.Name, 100) + "?", Kind: chat.People, Optional: true,
		Hint:  "Whoever you take out is marked as having left. What they wrote and did stays here.",
		Value: strings.Join(append(accounts, found.accounts...), " "),
	}}
	for _, role := range formRoles(s.me) {
		f.Fields = append(f.Fields, roleField(role, set.Entry))
	}
	if len(waiting) > 0 {
		f.Fields = append(f.Fields, chat.Field{
			ID: "leaving", Label: "Has one of these left?", Hint: "They have not written to me yet, so they are not in the list above.",
			Kind: chat.Choice, Options: waiting, Optional: true,
		})
	}
	if s.me.Is(programme.Coordinator) {
		f.Fields = append(f.Fields, moveField())
	} else {
		f.Intro = append(slices.Clone(f.Intro), note("A coordinator says who is leader."))
	}
	return f
}

func accountsOf(t programme.TeamEntry, roles ...programme.Role) []string {
	var accounts []string
	for _, m := range t.Members {
		has := len(roles) == 0 || slices.ContainsFunc(m.Roles, func(r programme.Role) bool { return slices.Contains(roles, r) })
		if m.Slack != "" && has {
			accounts = append(accounts, m.Slack)
		}
	}
	return accounts
}

// formRoles are the roles that somebody can give. Whoever has none is a practitioner.
func formRoles(by programme.Member) []programme.Role {
	roles := []programme.Role{programme.Champion, programme.Deputy}
	if by.Is(programme.Coordinator) {
		roles = append(roles, programme.Leader, programme.Coordinator)
	}
	return roles
}

func roleField(role programme.Role, t programme.TeamEntry) chat.Field {
	hint := map[programme.Role]string{
		programme.Champion: "They encourage, celebrate and nudge.", programme.Deputy: "They stand in for the champion.",
		programme.Leader: "They are asked for a yes.", programme.Coordinator: "They follow all teams of the council.",
	}[role]
	return chat.Field{
		ID: string(role), Label: "Who is " + string(role) + "?", Hint: hint, Kind: chat.People, Optional: true,
		Value: strings.Join(accountsOf(t, role), " "),
	}
}

func moveField() chat.Field {
	return chat.Field{ID: "move", Label: "What if somebody is in another team?", Kind: chat.Pick, Value: moveTell, Options: []chat.Option{
		{Value: moveTell, Label: "Tell me first"}, {Value: moveHere, Label: "Move them here"},
	}}
}

// peopleRule looks up who is new, before the transaction, and sets who is in the team.
func (b *Bot) peopleRule(ctx context.Context, s scene, set programme.Setup) (programme.SetupRule, error) {
	choice, err := b.readPeople(ctx, s, set)
	return func(now *programme.Setup) error { return now.SetPeople(choice, s.me) }, err
}

func (b *Bot) readPeople(ctx context.Context, s scene, set programme.Setup) (programme.PeopleChoice, error) {
	c := programme.PeopleChoice{
		Accounts: strings.Fields(s.sent["people"]), Roles: map[programme.Role][]string{},
		Leaving: s.sent["leaving"], Move: s.sent["move"] == moveHere,
	}
	for _, role := range formRoles(s.me) {
		if ids, offered := s.sent[string(role)]; offered {
			c.Roles[role] = strings.Fields(ids)
		}
	}
	have := accountsOf(set.Entry)
	added := slices.DeleteFunc(slices.Clone(c.Accounts), func(id string) bool { return slices.Contains(have, id) })
	if len(added) == 0 {
		return c, nil
	}
	if len(added) > programme.MaxPeople {
		return c, fault.Field("people", "That is too many people at once. Please choose fewer.")
	}
	if b.directory == nil {
		return c, fault.Field("people", "I cannot look people up here. Ask your coordinator to add them.")
	}
	profiles, err := b.directory.Profiles(ctx, s.Actor.Workspace, added)
	if err != nil {
		return c, fault.Hide(fault.Busy, err, "I could not look up the people you added just now. Please send again in a moment.")
	}
	for _, p := range profiles {
		c.Known = append(c.Known, programme.MemberEntry{Name: p.Name, Email: p.Email, Slack: p.ID})
	}
	return c, nil
}

// openMakeForm asks for a new team, with the people of the channel who have none yet.
func (b *Bot) openMakeForm(ctx context.Context, s scene, set programme.Setup) chat.Form {
	var found channelPeople
	if _, sent := s.Did.(chat.Submit); inChannel(s) && !sent {
		found = b.fromChannel(ctx, s, set)
	}
	return makeForm(s, set, found)
}

func makeForm(s scene, set programme.Setup, found channelPeople) chat.Form {
	f := setupForm(formSetupMake, "Make a team", set, found.words...)
	f.Send = "Make"
	f.Fields = append([]chat.Field{{ID: "name", Label: "What is the team called?", Kind: chat.Line, Max: programme.MaxName}}, serviceFields(s, set)...)
	f.Fields = append(f.Fields,
		chat.Field{ID: "people", Label: "Who is in it?", Kind: chat.People, Value: strings.Join(found.accounts, " "), Optional: true},
		roleField(programme.Champion, set.Entry), moveField())
	if inChannel(s) {
		f.Fields = append(f.Fields, channelField(channelHere, "None yet"))
	}
	return f
}

func (b *Bot) makeRule(ctx context.Context, s scene, set programme.Setup) (programme.SetupRule, error) {
	people, err := b.readPeople(ctx, s, set)
	team := readTeam(s)
	team.AtOnce = programme.DefaultAtOnce
	return func(now *programme.Setup) error { return now.Make(s.sent["name"], team, people, s.me) }, err
}
