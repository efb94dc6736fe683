package programme

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"smallchanges/internal/fault"
)

// Limits of a team's setup. What a council file declared beyond them stays; a form adds no more.
const (
	MaxName      = 80 // of a service, a team or a member, in a council file too
	MaxStatement = 500
	MaxValues    = 10
	MaxStrands   = 12
	MaxBarriers  = 12 // of each scope
	MaxAtOnce    = 10
	MaxPeople    = 40
)

// Next computes a schedule's first slot after an instant. Neither a rule nor the storage
// knows calendars, so whoever sets something up brings it.
type Next func(cron, zone string, after time.Time) (Slot, error)

// Setup is a team as a council file would declare it, with what it has to fit in.
type Setup struct {
	TeamID  int64 // 0 for a team that is to be made
	Service string
	Entry   TeamEntry
	Around  Around
	Skipped []Skip // the last slots of its schedules that were passed over, the latest first
	Bank    Bank   // its prompts, of which no council file knows
	Pause   Pause  // that it is in; the zero one covers no day
}

// Around is the rest of the council, as far as a team's setup has to fit in.
type Around struct {
	Zone     string // the council's own
	Calendar Calendar
	Services []string
	Teams    []Neighbour
	People   []Settled // of the other teams
}

// Neighbour is another team of the council.
type Neighbour struct{ Name, Channel, TeamsChannel string }

// Settled is a person with the team that they are in.
type Settled struct {
	MemberEntry
	Team string
}

// SetupRule changes a team's setup, or refuses to.
type SetupRule func(*Setup) error

// MaySetUp reports whether a member may set up a team: a champion or deputy their own, a
// coordinator any of the council.
func (m Member) MaySetUp(team int64) bool {
	return m.Is(Coordinator) || team != 0 && team == m.TeamID && m.Is(Champion, Deputy)
}

// Zone is the team's time zone by its IANA name: its own, or its council's.
func (s *Setup) Zone() string { return cmp.Or(s.Entry.TimeZone, s.Around.Zone) }

// Allows refuses whoever may not set up this team, and says which role can.
func (s *Setup) Allows(by Member) error {
	switch {
	case by.MaySetUp(s.TeamID):
		return nil
	case s.TeamID == 0:
		return fault.New(fault.Denied, "A coordinator of your council makes new teams. Please tell them which team is missing.")
	case s.Entry.has(Champion) || s.Entry.has(Deputy):
		return fault.New(fault.Denied, s.Entry.Name+" is set up by its champion or deputy, or by a coordinator. Please tell them what you would like to change.")
	}
	return fault.New(fault.Denied, s.Entry.Name+" has no champion yet, so a coordinator sets it up. Please tell them what you would like to change.")
}

func (t TeamEntry) has(role Role) bool {
	return slices.ContainsFunc(t.Members, func(m MemberEntry) bool { return slices.Contains(m.Roles, role) })
}

// Digest is a short mark of the team as it is: another team entry has another.
func (s *Setup) Digest() string {
	text, err := json.Marshal([]any{s.Service, s.Entry})
	if err != nil {
		panic("a team entry cannot be written as JSON: " + err.Error()) // found by any test
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// Overtaken is fault.Conflict when the team is not any more what a form showed.
func (s *Setup) Overtaken(digest string) error {
	if s.Digest() == digest {
		return nil
	}
	return fault.New(fault.Conflict, "Somebody else changed the setup of "+s.Entry.Name+" while you were writing.")
}

// SetVision sets the vision and the values, which were typed one a line.
// Fields: statement, values.
func (s *Setup) SetVision(statement, values string) error {
	wrong := wrongFields{}
	before := s.Entry.Vision
	if statement = CleanLine(statement); statement == CleanLine(before.Statement) {
		statement = before.Statement
	}
	wrong.when(statement != before.Statement && tooLong(statement, MaxStatement), "statement", fmt.Sprintf("Please keep the vision under %d characters.", MaxStatement))
	list := wrong.lines("values", values, before.Values, MaxValues)
	s.Entry.Vision = VisionEntry{Statement: statement, Values: list}
	return fault.Wrong(wrong)
}

// SetStrands sets the mission strands, which were typed one a line. Field: strands.
func (s *Setup) SetStrands(typed string) error {
	wrong := wrongFields{}
	s.Entry.Strands = wrong.lines("strands", typed, s.Entry.Strands, MaxStrands)
	return fault.Wrong(wrong)
}

// Scopes are how far a barrier reaches, in the order screens show them.
var Scopes = []string{"team", "council", "national"}

// BarriersOf are the barriers of one scope. One without a scope is the team's own.
func (t TeamEntry) BarriersOf(scope string) []string {
	var list []string
	for _, b := range t.Barriers {
		if b.Scope == scope || b.Scope == "" && scope == Scopes[0] {
			list = append(list, b.What)
		}
	}
	return list
}

// SetBarriers sets the barriers, which were typed one a line for each scope. Each scope is
// a field. The barriers of a scope that was not asked stay.
func (s *Setup) SetBarriers(typed map[string]string) error {
	wrong := wrongFields{}
	var all []BarrierEntry
	seen := map[string]bool{}
	for _, scope := range Scopes {
		list := s.Entry.BarriersOf(scope)
		if text, asked := typed[scope]; asked {
			list = wrong.lines(scope, text, list, MaxBarriers)
		}
		for _, what := range list {
			wrong.when(seen[what], scope, "“"+what+"” stands in another box as well. Please keep it in one.")
			seen[what] = true
			b := BarrierEntry{What: what, Scope: scope}
			if bare := (BarrierEntry{What: what}); scope == Scopes[0] && slices.Contains(s.Entry.Barriers, bare) {
				b = bare
			}
			all = append(all, b)
		}
	}
	s.Entry.Barriers = all
	return fault.Wrong(wrong)
}

// lines reads a field with one thing a line, each once. What was there before keeps its own
// spelling, and is not measured again.
func (w wrongFields) lines(field, typed string, before []string, most int) []string {
	var list []string
	seen := map[string]bool{}
	for line := range strings.Lines(CleanText(typed)) {
		line = CleanLine(line)
		if line == "" || seen[strings.ToLower(line)] {
			continue
		}
		seen[strings.ToLower(line)] = true
		if i := slices.IndexFunc(before, func(b string) bool { return CleanLine(b) == line }); i >= 0 {
			line = before[i]
		} else {
			w.when(tooLong(line, MaxTitle), field, fmt.Sprintf("Please keep each line under %d characters. This one is longer: “%s…”", MaxTitle, string([]rune(line)[:min(30, len([]rune(line)))])))
		}
		list = append(list, line)
	}
	w.when(len(list) > max(most, len(before)), field, fmt.Sprintf("That is %d lines. Please keep to %d, the ones that matter most now.", len(list), max(most, len(before))))
	return list
}

// TeamChoice is what a form says of the team as a whole.
type TeamChoice struct {
	Service    string // one of the council's
	NewService string // another one, which is made
	Zone       string // "" is the council's
	AtOnce     int
	Channel    string // "" leaves the channel as it is
}

// SetTeam sets the service, the zone, how many changes at once, and the channel.
// Fields: service, new_service, zone, at_once, channel.
func (s *Setup) SetTeam(c TeamChoice) error {
	wrong := wrongFields{}
	c.NewService = CleanLine(c.NewService)
	wrong.when(tooLong(c.NewService, MaxName), "new_service", fmt.Sprintf("Please keep the name under %d characters.", MaxName))
	service := c.Service
	if c.NewService != "" {
		service = c.NewService
		if i := indexFold(s.Around.Services, service); i >= 0 {
			service = s.Around.Services[i]
		}
	} else {
		wrong.when(!slices.Contains(s.Around.Services, service), "service", "Choose the service, or name a new one.")
	}
	if c.Zone != "" {
		_, err := time.LoadLocation(c.Zone)
		wrong.when(err != nil || c.Zone == "Local", "zone", "Choose one of the time zones.")
	}
	wrong.when((c.AtOnce < 1 || c.AtOnce > MaxAtOnce) && c.AtOnce != s.Entry.AtOnce, "at_once", fmt.Sprintf("Choose a number from 1 to %d.", MaxAtOnce))
	for _, t := range s.Around.Teams {
		wrong.when(c.Channel != "" && (t.Channel == c.Channel || t.TeamsChannel == c.Channel), "channel", "This is the channel of "+t.Name+" already. Go to your team’s channel and type /smallchange setup there.")
	}
	s.Service, s.Entry.TimeZone, s.Entry.AtOnce = service, c.Zone, c.AtOnce
	switch {
	case strings.HasPrefix(c.Channel, "19:"): // only Microsoft Teams has such ids
		s.Entry.TeamsChannel = c.Channel
	case c.Channel != "":
		s.Entry.Channel = c.Channel
	}
	return fault.Wrong(wrong)
}

// SetName names a team that is to be made. Field: name.
func (s *Setup) SetName(name string) error {
	wrong := wrongFields{}
	name = CleanLine(name)
	wrong.when(name == "", "name", "Give the team a name.")
	wrong.when(tooLong(name, MaxName), "name", fmt.Sprintf("Please keep the name under %d characters.", MaxName))
	taken := slices.ContainsFunc(s.Around.Teams, func(t Neighbour) bool { return strings.EqualFold(t.Name, name) })
	wrong.when(taken, "name", "There is a team called "+name+" already. Choose another name, or set that team up.")
	s.Entry.Name = name
	return fault.Wrong(wrong)
}

// Make makes the team what a form for a new one says, with everything wrong in it at once.
// Fields: those of SetName, SetTeam and SetPeople.
func (s *Setup) Make(name string, t TeamChoice, p PeopleChoice, by Member) error {
	wrong := wrongFields{}
	for _, err := range []error{s.SetName(name), s.SetTeam(t), s.SetPeople(p, by)} {
		for field, say := range fault.Fields(err) {
			wrong.when(true, field, say)
		}
	}
	return fault.Wrong(wrong)
}
