package programme

import (
	"slices"
	"strings"
	"time"
)

// Address is where a person or a channel is found on a platform.
type Address struct {
	Workspace string // the platform's id of the workspace, e.g. a Slack team id
	ID        string // the platform's id of the person or channel; empty when not known
}

// Council is the top of the tree for rosters and results, and the border no query crosses.
type Council struct {
	ID           int64
	Name         string
	Nation       string // england, wales, scotland or northern-ireland: whose bank holidays
	Zone         string // IANA name, the default for its teams
	Workspace    string // the chat workspace it lives in; empty until first contact
	Celebrations string // channel id for celebrations; empty when there is none
	EmailDomains []string
}

// Team is a group of about eight who try small changes together.
type Team struct {
	ID, CouncilID int64
	Name          string
	Service       Service
	Zone, Nation  string // its own, or its council's
	Channel       Address
	Celebrations  Address // its council's celebration channel
	Vision        string
	Values        []string
	Strands       []Strand
	AtOnce        int // how many changes it works on, at most
}

// Location is the team's zone.
func (t Team) Location() *time.Location { return Zone(t.Zone) }

// Strand is a mission strand: a goal made from one or more barriers.
type Strand struct {
	ID   int64
	Name string
}

// Role is what a member does in the programme besides their work.
type Role string

// The roles of DOMAIN.md section 2. A member may have several.
const (
	Practitioner Role = "practitioner"
	Champion     Role = "champion"
	Deputy       Role = "deputy"
	Leader       Role = "leader"
	Coordinator  Role = "coordinator"
)

// Roles lists every role, in the order screens show them.
var Roles = []Role{Practitioner, Champion, Deputy, Leader, Coordinator}

// Member is one person in one team.
type Member struct {
	ID, CouncilID, TeamID int64
	Name, Email           string
	Account               Address
	Roles                 []Role
	Works                 []time.Weekday // working days of the council file; empty means Monday to Friday
	Zone                  string         // where they work: their own, their team's, or their council's
	Observer              bool           // reads along, and is not asked
	Joined                time.Time      // zero when nobody wrote it down
	Quiet                 Quiet
}

// Is reports whether the member has any of these roles.
func (m Member) Is(roles ...Role) bool {
	return slices.ContainsFunc(roles, func(r Role) bool { return slices.Contains(m.Roles, r) })
}

// FirstName is how the bot speaks to somebody.
func (m Member) FirstName() string {
	first, _, _ := strings.Cut(m.Name, " ")
	return first
}

// Who is a member as other things refer to them: enough to name and address them.
type Who struct {
	ID   int64
	Name string
}

// Ref is the member as other things refer to them.
func (m Member) Ref() Who { return Who{m.ID, m.Name} }
