package programme

import (
	"slices"
	"time"

	"smallchanges/internal/fault"
)

// Barrier is what stops a team from working as it wants to. A change that is passed on
// becomes one, for the blueprint.
type Barrier struct {
	What   string
	Scope  string // team, council or national
	Change int    // the number of the change that was passed on as it; 0 when it is the team's own
}

// Ending is what ends a change's own way without a no: it goes on elsewhere.
type Ending struct {
	Words   string
	Version int
}

// leave is what merging and passing on have in common.
func (c *Change) leave(to State, e Ending, by Member) error {
	if err := c.overtaken(e.Version); err != nil {
		return err
	}
	if err := c.MayUpdate(by); err != nil {
		return err
	}
	wrong := map[string]string{}
	if slices.Contains([]State{Kept, Stopped, Merged, PassedOn}, c.State) {
		wrong[""] = "This one is " + c.State.Words() + ". Make it an idea or take it into review first."
	}
	if learns(c.State, to) && e.Words == "" {
		wrong["words"] = "Say in one sentence what you learned."
	}
	if tooLong(e.Words, MaxWords) {
		wrong["words"] = tooManyWords
	}
	if err := fault.Wrong(wrong); err != nil {
		return err
	}
	if learns(c.State, to) {
		c.Learning = e.Words
	}
	return nil
}

// Merge makes a change part of another, which gets its supporters: storage moves them with
// the same commit. Only people merge, never the program (DOMAIN.md section 4, rule 3).
func (c *Change) Merge(into Change, e Ending, by Member, now time.Time) (History, []Notice, error) {
	e.Words = CleanText(e.Words)
	switch {
	case into.ID == c.ID:
		return History{}, nil, fault.Field("into", "That is the same one. Choose another.")
	case !into.TakesIn():
		return History{}, nil, fault.Field("into", into.Ref()+" is "+into.State.Words()+" itself. Choose one that goes on.")
	}
	if err := c.leave(Merged, e, by); err != nil {
		return History{}, nil, err
	}
	h := c.line(MergedIn, by, now, "Into "+into.Ref())
	if e.Words != "" {
		h.Words += ". " + e.Words
	}
	h.From, h.To = c.State, Merged
	c.MergedInto, c.EarlierSupporters, c.Lent = into.Number, 0, c.EarlierSupporters
	c.stepped(Merged, now)
	return h, c.tell(by, now), nil
}

// TakesIn reports whether another change can become part of this one: it goes on.
func (c Change) TakesIn() bool { return !slices.Contains([]State{Merged, PassedOn, Stopped}, c.State) }

// Join is the other side of Merge: a change takes in another, with the supporters who are
// no members here.
func (c *Change) Join(other Change, by Member, now time.Time) History {
	c.EarlierSupporters += other.EarlierSupporters
	c.touched(now)
	return c.line(Joined, by, now, other.Ref())
}

// PassOn keeps a change as a systemic barrier for the blueprint, with thanks: it is no no
// (DOMAIN.md section 4, rule 1).
func (c *Change) PassOn(national bool, e Ending, by Member, now time.Time) (History, []Notice, error) {
	e.Words = CleanText(e.Words)
	if err := c.leave(PassedOn, e, by); err != nil {
		return History{}, nil, err
	}
	h := c.line(Stepped, by, now, e.Words)
	h.From, h.To = c.State, PassedOn
	switch {
	case national:
		c.Scope = National
	case c.Scope == National:
		c.Scope = ""
	}
	c.Permission = Permission{}
	c.stepped(PassedOn, now)
	return h, c.tell(by, now), nil
}

// Systemic is the barrier that a change is for the blueprint; ok is false unless it was passed on.
func (c Change) Systemic() (b Barrier, ok bool) {
	b = Barrier{What: c.Title, Scope: "council", Change: c.Number}
	if c.Scope == National {
		b.Scope = "national"
	}
	return b, c.State == PassedOn
}

// Adopt is a new change of somebody's team that tries what another team tries. Where it
// came from stays with it.
func (c Change) Adopt(by Member, now time.Time) (Change, error) {
	if by.TeamID == c.TeamID {
		return Change{}, fault.New(fault.Invalid, c.Ref()+" is your own team's. You can support it.")
	}
	if c.State == Merged || c.State == PassedOn {
		return Change{}, fault.New(fault.Closed, c.Ref()+" is "+c.State.Words()+". Choose one that goes on.")
	}
	made, err := Propose(c.Title, c.Why, by, now)
	made.Lineage = c.Ref()
	return made, err
}

// AdoptedBy is the line in the past of a change that another team tries too, with word to
// those who follow it.
func (c *Change) AdoptedBy(other Change, by Member, now time.Time) (History, []Notice) {
	c.touched(now) // so that word of it is not taken for word of the step before
	return c.line(Adopted, by, now, "In "+other.Team+", as "+other.Ref()), c.tell(by, now)
}
