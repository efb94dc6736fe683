package programme

import (
	"fmt"
	"slices"
	"strings"
)

// Roster is what a council has that a file of changes can name.
type Roster struct {
	Teams         []Team   // with all their strands, also those that have ended
	Members, Left []Member // who is here, and who was
	Numbers       []int    // of its changes
	Last          int      // the highest number it has given
}

// Match finds what the rows of a file name, and gives numbers to those without one. What is
// not found is wrong in its entry. Warnings are what can stay as it is, but may surprise.
//
// A merge must lead to a change that is there, since supporters are sent along it. Where a
// change was tried first only tells of the past, so it may be missing here: a list of one
// team comes without the others'.
func (r Roster) Match(entries []Entry) (warnings []Mistake) {
	m := newMatching(r, entries)
	for i := range entries {
		e := &entries[i]
		m.team(e)
		m.ref(e)
		warnings = append(warnings, m.surprises(*e)...)
	}
	for i := range entries {
		if c := &entries[i].Change; c.Number == 0 {
			m.last++
			c.Number = m.last
		}
	}
	return warnings
}

// matching is a roster made ready to be asked, and the references of the file.
type matching struct {
	teams    map[string][]Team // by plain name, as strands and people
	strands  map[int64]map[string][]Strand
	people   map[string][]person
	taken    map[int]bool
	leads    map[int]int      // where each reference of the file goes; 0 is nowhere
	rows     map[int]int      // the row of each reference seen so far
	circles  map[int]bool     // what comes back to itself
	services map[int64]string // of the teams
	last     int
	named    string // the teams, as people read them
}

type person struct {
	Member
	left bool
}

func newMatching(r Roster, entries []Entry) *matching {
	m := &matching{
		teams: map[string][]Team{}, strands: map[int64]map[string][]Strand{}, people: map[string][]person{},
		taken: map[int]bool{}, rows: map[int]int{}, leads: map[int]int{}, services: map[int64]string{}, last: r.Last,
	}
	names := make([]string, len(r.Teams))
	for i, t := range r.Teams {
		names[i] = t.Name
		m.teams[plain(t.Name)] = append(m.teams[plain(t.Name)], t)
		m.services[t.ID] = t.Service.Name
		m.strands[t.ID] = map[string][]Strand{}
		for _, s := range t.Strands {
			m.strands[t.ID][plain(s.Name)] = append(m.strands[t.ID][plain(s.Name)], s)
		}
	}
	m.named = strings.Join(names, ", ")
	for left, list := range map[bool][]Member{false: r.Members, true: r.Left} {
		for _, member := range list {
			m.know(person{member, left})
		}
	}
	for _, number := range r.Numbers {
		m.taken[number] = true
	}
	for _, e := range entries {
		if c := e.Change; c.Number != 0 {
			m.last = max(m.last, c.Number)
			m.leads[c.Number] = c.MergedInto
		}
	}
	m.circles = circles(m.leads)
	return m
}

// know makes a person found by name and by e-mail.
func (m *matching) know(p person) {
	m.people[plain(p.Name)] = append(m.people[plain(p.Name)], p)
	if p.Email != "" && plain(p.Email) != plain(p.Name) {
		m.people[plain(p.Email)] = append(m.people[plain(p.Email)], p)
	}
}

// plain is a name as it is compared: people write its capitals and spaces in their own way.
func plain(name string) string { return strings.ToLower(CleanLine(name)) }

// best are those of several with a like name that have exactly this one, or else all.
func best[T any](name string, list []T, nameOf func(T) string) []T {
	var exact []T
	for _, one := range list {
		if nameOf(one) == name {
			exact = append(exact, one)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return list
}

// team finds the row's team, and what is found by it.
func (m *matching) team(e *Entry) {
	c := &e.Change
	found := best(c.Team, m.teams[plain(c.Team)], func(t Team) string { return t.Name })
	switch {
	case plain(c.Team) == "":
		e.complain("team", "Say which team it belongs to. The teams are "+m.named+".")
	case len(found) == 0:
		e.complain("team", "There is no team "+quote(c.Team)+". The teams are "+m.named+".")
	default:
		c.TeamID = found[0].ID
		m.strand(e, found[0])
	}
	c.Owner = m.who(e, "owner", c.Owner.Name)
	c.Proposer = m.who(e, "proposer", c.Proposer.Name)
}

func (m *matching) strand(e *Entry, t Team) {
	c := &e.Change
	if plain(c.Strand.Name) == "" {
		c.Strand = Strand{}
		return
	}
	found := best(c.Strand.Name, m.strands[t.ID][plain(c.Strand.Name)], func(s Strand) string { return s.Name })
	if len(found) > 0 {
		c.Strand = found[0]
		return
	}
	var names []string
	for _, s := range t.Strands {
		names = append(names, s.Name)
	}
	say := t.Name + " has no strand " + quote(c.Strand.Name) + ". "
	if len(names) == 0 {
		e.complain("strand", say+"Leave it empty, or add it to the council file first.")
		return
	}
	e.complain("strand", say+"It has: "+strings.Join(names, ", ")+".")
}

// who finds a member by name or e-mail: of several, the one in the row's team, and of
// several there the one who has not left.
func (m *matching) who(e *Entry, column, name string) Who {
	if plain(name) == "" || plain(name) == erased {
		return Who{}
	}
	found := best(name, m.people[plain(name)], func(p person) string { return p.Name })
	for _, fits := range []func(person) bool{
		func(person) bool { return true },
		func(p person) bool { return p.TeamID == e.Change.TeamID },
		func(p person) bool { return p.TeamID == e.Change.TeamID && !p.left },
	} {
		var some []person
		for _, p := range found {
			if fits(p) {
				some = append(some, p)
			}
		}
		if len(some) == 1 {
			return some[0].Ref()
		}
	}
	if len(found) == 0 {
		e.complain(column, "There is nobody called "+quote(name)+" in this council. Write the name as the council file has it, or leave it empty.")
	} else {
		e.complain(column, fmt.Sprintf("%d people are called %s. Write the e-mail address of the one you mean.", len(found), quote(name)))
	}
	return Who{}
}

// erased is how exports name somebody who is known no more.
const erased = "a colleague"

// ref refuses a reference that is not free, and a merge that leads nowhere.
func (m *matching) ref(e *Entry) {
	c := e.Change
	if first := m.rows[c.Number]; c.Number != 0 && first != 0 {
		e.complain("ref", fmt.Sprintf("%s is in row %d already. Leave it empty for the next number.", c.Ref(), first))
	} else if c.Number != 0 {
		m.rows[c.Number] = e.Row
	}
	if m.taken[c.Number] {
		e.complain("ref", c.Ref()+" is taken here already. Leave it empty for the next number.")
	}
	switch {
	case c.MergedInto == 0:
	case !m.there(c.MergedInto):
		e.complain("lineage", "There is no "+Ref(c.MergedInto)+" here or in the file, so this cannot be part of it.")
	case m.circles[c.Number]:
		e.complain("lineage", "It went into "+Ref(c.MergedInto)+", which comes back to "+c.Ref()+". One of them has to go on.")
	}
}

// there reports whether a reference is here or in the file.
func (m *matching) there(number int) bool {
	_, given := m.leads[number]
	return given || m.taken[number]
}

// surprises are what a row says that is not kept, or that leads nowhere.
func (m *matching) surprises(e Entry) []Mistake {
	var list []Mistake
	if number, ok := ParseRef(e.Change.Lineage); ok && !m.there(number) {
		list = append(list, Mistake{e.Row, "lineage", "There is no " + Ref(number) + " here or in the file. It is kept as words."})
	}
	service, known := m.services[e.Change.TeamID]
	if said := plain(e.Change.Service); known && said != "" && said != plain(service) {
		list = append(list, Mistake{e.Row, "service", e.Change.Team + " belongs to " + service + " here, so " + quote(e.Change.Service) + " is not kept."})
	}
	return list
}

// circles are the numbers that lead back to themselves.
func circles(leads map[int]int) map[int]bool {
	found, done := map[int]bool{}, map[int]bool{}
	for start := range leads {
		var path []int
		at := start
		for ; leads[at] != 0 && !done[at]; at = leads[at] {
			done[at] = true
			path = append(path, at)
		}
		if i := slices.Index(path, at); i >= 0 { // else it ends, or joins a way that was walked before
			for _, number := range path[i:] {
				found[number] = true
			}
		}
	}
	return found
}

// complain says what is wrong in a column; the first word about it stays.
func (e *Entry) complain(column, say string) {
	if e.Wrong == nil {
		e.Wrong = map[string]string{}
	}
	if e.Wrong[column] == "" {
		e.Wrong[column] = say
	}
}
