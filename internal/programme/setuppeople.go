package programme

import (
	"fmt"
	"maps"
	"net/mail"
	"slices"
	"strings"

	"smallchanges/internal/fault"
)

// PeopleChoice is who a form wants in a team, by their accounts on the platform.
type PeopleChoice struct {
	Accounts []string          // everybody who has an account
	Roles    map[Role][]string // who has each of the roles that the form offers
	Known    []MemberEntry     // what the platform's directory says of the accounts
	Leaving  string            // the e-mail address of somebody without an account who is taken out
	Move     bool              // bring in those who are in another team
}

// SetPeople sets who is in the team and their roles. Whoever is left out has left; what they
// wrote and did stays. People without an account yet stay, unless they are named. Nobody is taken
// from another team, except by a coordinator who asks for it.
// Fields: people, leaving, move, and each role by its name.
func (s *Setup) SetPeople(c PeopleChoice, by Member) error {
	if !by.Is(Coordinator) { // whatever a form brings
		c.Roles = maps.Clone(c.Roles)
		for _, r := range guarded {
			delete(c.Roles, r)
		}
	}
	p := &people{Setup: s, PeopleChoice: c, by: by, wrong: wrongFields{}}
	p.stay()
	for _, account := range c.Accounts {
		p.join(account)
	}
	for i, m := range p.members {
		p.members[i].Roles = p.rolesOf(m)
	}
	p.check()
	s.Entry.Members = p.members
	return fault.Wrong(p.wrong)
}

// guarded are the roles that only a coordinator gives and takes. A leader says yes to what
// teams ask, so a champion must not make one, least of all of themselves.
var guarded = []Role{Leader, Coordinator}

// people is one change of who is in a team.
type people struct {
	*Setup
	PeopleChoice
	by      Member
	wrong   wrongFields
	members []MemberEntry
	away    []string // words about people who are in other teams
}

func (p *people) known(account string) MemberEntry {
	for _, m := range p.Known {
		if m.Slack == account {
			return m.readable()
		}
	}
	return MemberEntry{}
}

// readable is what a directory says of somebody, as a council file takes it.
func (m MemberEntry) readable() MemberEntry {
	m.Name = CleanLine(m.Name)
	if letters := []rune(m.Name); len(letters) > MaxName {
		m.Name = CleanLine(string(letters[:MaxName]))
	}
	if _, err := mail.ParseAddress(m.Email); err != nil {
		m.Email = ""
	}
	return m
}

// same reports whether an entry is the person with this account.
func (m MemberEntry) same(account string, known MemberEntry) bool {
	if m.Slack != "" {
		return m.Slack == account
	}
	return m.Email != "" && strings.EqualFold(m.Email, known.Email)
}

// stay keeps those of the team who are not left out.
func (p *people) stay() {
	for _, m := range p.Entry.Members {
		chosen := slices.IndexFunc(p.Accounts, func(a string) bool { return m.same(a, p.known(a)) })
		switch {
		case chosen >= 0:
			m.Slack = p.Accounts[chosen]
		case m.Slack != "" || p.Leaving != "" && m.Email == p.Leaving:
			continue
		}
		p.members = append(p.members, m)
	}
}

// join brings in somebody who is not in the team yet.
func (p *people) join(account string) {
	if slices.ContainsFunc(p.members, func(m MemberEntry) bool { return m.Slack == account }) {
		return
	}
	known := p.known(account)
	for _, settled := range p.Around.People {
		if settled.same(account, known) {
			p.move(settled, account)
			return
		}
	}
	if known.Name == "" {
		p.wrong.when(true, "people", "Somebody you chose is no person of this workspace, but an app or a guest from elsewhere. Please take them out.")
		return
	}
	p.members = append(p.members, known)
}

// move takes somebody from another team, when that is asked for and allowed.
func (p *people) move(from Settled, account string) {
	others := slices.ContainsFunc(p.Around.People, func(o Settled) bool {
		return o.Team == from.Team && slices.Contains(o.Roles, Champion) && !slices.Contains(p.Accounts, o.Slack)
	})
	where := from.Name + " is in " + from.Team + "."
	switch {
	case !p.by.Is(Coordinator):
		p.away = append(p.away, where+" A coordinator can move them.")
	case !p.Move:
		p.away = append(p.away, where+" To move them, choose so below.")
	case slices.Contains(from.Roles, Champion) && !others:
		p.away = append(p.away, from.Name+" is the only champion of "+from.Team+". Name another one there first.")
	default:
		moved := from.MemberEntry
		moved.Slack = account
		moved.Roles = slices.DeleteFunc(slices.Clone(moved.Roles), func(r Role) bool { return r != Coordinator })
		p.members = append(p.members, moved)
	}
}

// rolesOf are the roles of a member now: those that the form offers as chosen, and others as
// they were. The order of those kept stays, so that nothing changes that is the same.
func (p *people) rolesOf(m MemberEntry) []Role {
	var roles []Role
	for _, r := range m.Roles {
		if chosen, offered := p.Roles[r]; !offered || m.Slack == "" || slices.Contains(chosen, m.Slack) || r == Coordinator && p.moved(m) {
			roles = append(roles, r)
		}
	}
	for _, r := range Roles {
		if m.Slack != "" && slices.Contains(p.Roles[r], m.Slack) && !slices.Contains(roles, r) {
			roles = append(roles, r)
		}
	}
	if len(roles) == 0 {
		return []Role{Practitioner}
	}
	return roles
}

// moved reports whether somebody comes from another team. Their work for the whole council
// goes with them, though the form could not show it.
func (p *people) moved(m MemberEntry) bool {
	return slices.ContainsFunc(p.Around.People, func(o Settled) bool { return o.Name == m.Name && o.Email == m.Email })
}

// check looks at the team as it would be.
func (p *people) check() {
	const mostSaid = 5
	p.wrong.when(len(p.away) > 0, "people", strings.Join(p.away[:min(len(p.away), mostSaid)], " "))
	p.wrong.when(len(p.members) == 0, "people", "A team needs at least one person.")
	p.wrong.when(len(p.members) > max(MaxPeople, len(p.Entry.Members)), "people", fmt.Sprintf("That is %d people. A team has up to %d here.", len(p.members), MaxPeople))
	for _, role := range Roles {
		for _, account := range p.Roles[role] {
			p.wrong.when(!slices.Contains(p.Accounts, account), string(role), "Everybody here must be among the people above. Add them there too.")
		}
	}
	now := TeamEntry{Members: p.members}
	if p.Entry.has(Champion) && !now.has(Champion) {
		words := p.Entry.Name + " needs a champion. Name another one first."
		if p.by.Is(Champion) && p.by.TeamID == p.TeamID {
			words = "You are the only champion of " + p.Entry.Name + ". Name another one before you give up the role."
		}
		p.wrong.when(true, string(Champion), words)
	}
	p.checkGuarded()
	p.checkCoordinators(now)
}

// checkGuarded keeps whoever has a guarded role from being taken out with it, but by a coordinator.
func (p *people) checkGuarded() {
	for _, m := range p.Entry.Members {
		still := slices.ContainsFunc(p.members, func(o MemberEntry) bool { return o.Name == m.Name && o.Email == m.Email })
		for _, r := range guarded {
			taken := !still && slices.Contains(m.Roles, r) && !p.by.Is(Coordinator)
			p.wrong.when(taken, "people", m.Name+" is a "+string(r)+". Only a coordinator can take them out.")
		}
	}
}

// checkCoordinators keeps the council's coordinators from being lost through one team.
func (p *people) checkCoordinators(now TeamEntry) {
	for _, m := range p.Entry.Members {
		still := slices.ContainsFunc(now.Members, func(o MemberEntry) bool {
			return o.Name == m.Name && o.Email == m.Email && slices.Contains(o.Roles, Coordinator)
		})
		if still || !slices.Contains(m.Roles, Coordinator) {
			continue
		}
		p.wrong.when(m.Slack != "" && m.Slack == p.by.Account.ID, string(Coordinator), "You cannot give up your own role as coordinator. Ask another coordinator.")
	}
}

// Where is the team in which a person is already, by their account or else their e-mail
// address; "" when they are in none.
func (s *Setup) Where(account, email string) string {
	known := MemberEntry{Email: email}
	same := func(m MemberEntry) bool { return m.same(account, known) }
	if slices.ContainsFunc(s.Entry.Members, same) {
		return s.Entry.Name
	}
	for _, p := range s.Around.People {
		if same(p.MemberEntry) {
			return p.Team
		}
	}
	return ""
}
