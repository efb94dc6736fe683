package programme

import (
	"slices"
	"time"

	"smallchanges/internal/fault"
)

// GoingOn are the states in which a change needs somebody who looks after it, or may soon.
// What is over stays with whoever looked after it, as its past.
var GoingOn = []State{Reviewing, Trying, Chosen, Idea, Parked}

// Leaver is somebody who looked after changes of a team that still go on, and is not in it
// any more: they have left the council, or are in another team now.
type Leaver struct {
	Who     Who
	Moved   bool  // to another team
	TeamID  int64 // of the changes
	Team    string
	Service int64
	Changes int // how many
	First   int // the number of one of them, the longest known
}

// Here reports whether a leaver's changes are for this member of a team to hand over: the
// team's champion or deputy, a leader of its service, or a coordinator.
func (l Leaver) Here(by Member, own Team) bool {
	switch {
	case by.Is(Coordinator):
		return true
	case by.Is(Champion, Deputy) && by.TeamID == l.TeamID:
		return true
	default:
		return by.Is(Leader) && own.Service.ID == l.Service
	}
}

// HandOver is the wish that somebody else looks after all that a leaver looked after in a team.
type HandOver struct {
	Leaver, Team int64
	To           Who // the zero Who is nobody yet
}

// May refuses who must not hand over a leaver's changes. own is their team.
func (l Leaver) May(by Member, own Team) error {
	if l.Here(by, own) {
		return nil
	}
	return fault.New(fault.Denied, "Only a champion or deputy of "+l.Team+", a leader of its service or a coordinator can hand these over.")
}

// HandOn gives a change whose owner is a leaver to somebody else of its team, or to nobody yet.
// What is being tried or reviewed must have somebody (DOMAIN.md section 4, rule 4). Whether
// by may do this is the leaver's rule (Leaver.May). The new owner hears once of all that was
// handed over together, so not of this one as a step.
func (c *Change) HandOn(to Who, by Member, now time.Time) (History, []Notice, error) {
	if to.ID == 0 && slices.Contains([]State{Trying, Reviewing}, c.State) {
		return History{}, nil, fault.Field("owner", c.Ref()+" "+StepWords("", c.State)+", so somebody has to look after it. Choose a person.")
	}
	words := "To " + to.Name
	if to.ID == 0 {
		words = "To nobody yet"
	}
	c.Owner = to
	c.touched(now)
	notices := c.tell(by, now)
	notices[0].Besides = to.ID
	return c.line(HandedOn, by, now, words), notices, nil
}
