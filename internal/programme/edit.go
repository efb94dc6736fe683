package programme

import (
	"fmt"
	"slices"
	"time"

	"smallchanges/internal/fault"
)

// Rule changes a change, or refuses to. What it did is the line of history, and who is to
// hear of it. The zero History says that there was nothing to change: then nothing is kept.
type Rule func(*Change) (History, []Notice, error)

// Edit is what a person wants of a change: another state, other facts, or both.
// A form sends every field, so an empty one empties the fact.
type Edit struct {
	To          State // the state to go to; "" or the same means stay
	Strand      Strand
	Impact      string
	Owner       Who
	ReviewOn    Day
	Blocked     string
	BlockedRole string // who could lift it: a role
	ReplyBy     Day    // two weeks from today when left empty
	Words       string // what happened: a reason for no, or what was learned
	Version     int    // of the change the person was looking at
}

// Next are the states that can be reached by an edit, the likeliest first. Going back is
// allowed. Merged and PassedOn have rules of their own (Merge, PassOn).
func (s State) Next() []State {
	switch s {
	case Idea:
		return []State{Chosen, Parked, Stopped}
	case Chosen:
		return []State{Trying, Idea, Parked, Stopped}
	case Trying:
		return []State{Reviewing, Chosen, Parked, Stopped}
	case Reviewing:
		return []State{Kept, Trying, Stopped, Parked}
	case Kept:
		return []State{Reviewing}
	default:
		return []State{Idea}
	}
}

// ReplyWithin is how many days somebody has to reply, unless another day is chosen.
const ReplyWithin = 14

// Apply makes an edit, or refuses it with words beside the fields that need mending.
// Its history line says what happened; notices tell those who follow the change of a step.
//
// The rules are those of DOMAIN.md section 4: chosen needs a strand and an intended impact
// (rule 4), trying an owner and a review date (4), leaving reviewing a sentence of learning
// (4), no needs a reason (5), what is blocked names a role (6), an edit of an older version
// is not applied (8), and a team works on so many at once (10).
func (c *Change) Apply(e Edit, by Member, now time.Time) (History, []Notice, error) {
	if err := c.overtaken(e.Version); err != nil {
		return History{}, nil, err
	}
	if err := c.MayUpdate(by); err != nil {
		return History{}, nil, err
	}
	e = e.cleaned()
	if e.To == "" {
		e.To = c.State
	}
	if e.Blocked != "" && e.ReplyBy == "" {
		e.ReplyBy = c.Today(now).Add(ReplyWithin)
	}
	if err := c.allows(e, now); err != nil {
		return History{}, nil, err
	}
	if !e.changes(*c) {
		return History{}, nil, nil
	}
	h := c.line(Edited, by, now, e.Words)
	h.From, h.To = c.State, e.To
	notices := c.tellOwner(e.Owner, by, now)
	if e.To != c.State {
		h.What = Stepped
		step := c.tell(by, now)
		if len(notices) > 0 {
			step[0].Besides = e.Owner.ID
		}
		notices = append(step, notices...)
	}
	if learns(c.State, e.To) {
		c.Learning = e.Words
	}
	c.Strand, c.Impact, c.Owner, c.ReviewOn = e.Strand, e.Impact, e.Owner, e.ReviewOn
	c.Blocked, c.BlockedRole, c.ReplyBy = e.Blocked, e.BlockedRole, e.ReplyBy
	c.comeBack(e.To)
	c.stepped(e.To, now)
	return h, notices, nil
}

// comeBack undoes what went with having left: a merged change has its own supporters again,
// and for one that only national change could solve the question is open again.
func (c *Change) comeBack(to State) {
	switch {
	case to == c.State:
	case c.State == Merged:
		c.MergedInto, c.EarlierSupporters, c.Lent = 0, c.EarlierSupporters+c.Lent, 0
	case c.State == PassedOn && c.Scope == National:
		c.Scope = ""
	}
}

func (e Edit) cleaned() Edit {
	e.Impact, e.Blocked, e.Words = CleanLine(e.Impact), CleanLine(e.Blocked), CleanText(e.Words)
	e.BlockedRole = CleanLine(e.BlockedRole)
	if e.Blocked == "" {
		e.BlockedRole, e.ReplyBy = "", ""
	}
	return e
}

// asItIs is the edit that leaves a change as it is.
func (c Change) asItIs() Edit {
	return Edit{
		To: c.State, Strand: c.Strand, Impact: c.Impact, Owner: c.Owner, ReviewOn: c.ReviewOn,
		Blocked: c.Blocked, BlockedRole: c.BlockedRole, ReplyBy: c.ReplyBy, Version: c.Version,
	}
}

// changes reports whether an edit of this very version would change anything, or says something.
func (e Edit) changes(c Change) bool {
	as := c.asItIs()
	as.Strand.Name, as.Owner.Name = e.Strand.Name, e.Owner.Name // a form may have shortened them
	return e != as
}

// needs are the facts without which a change is not in a state, by the ids of their fields
// (DOMAIN.md section 4, rule 4). What a state needs it also keeps: an edit that stays there
// may not empty it.
func (s State) needs() []string {
	switch s {
	case Chosen:
		return []string{"strand", "impact"}
	case Trying, Reviewing:
		return []string{"strand", "impact", "owner", "review_on"}
	default:
		return nil
	}
}

var needed = map[string]string{
	"strand": "Choose the strand it belongs to.", "impact": "Say what should get better, and for whom.",
	"owner": "Choose who looks after it.", "review_on": "Choose the day you will look at it again.",
}

func (e Edit) has(field string) bool {
	switch field {
	case "strand":
		return e.Strand.ID != 0
	case "impact":
		return e.Impact != ""
	case "owner":
		return e.Owner.ID != 0
	default:
		return e.ReviewOn != ""
	}
}

// StepNeeds are the facts to ask for when a change is taken to a state, by the ids of their
// fields: those that the step is about, and any other that the state needs and the change
// does not have.
func (c Change) StepNeeds(to State) []string {
	about := map[State][]string{Chosen: {"strand", "impact"}, Trying: {"owner", "review_on"}}[to]
	var ask []string
	for _, field := range to.needs() {
		if slices.Contains(about, field) || !c.asItIs().has(field) {
			ask = append(ask, field)
		}
	}
	return ask
}

// allows collects everything wrong with an edit, so that one look mends it all.
func (c *Change) allows(e Edit, now time.Time) error {
	wrong := wrongFields{}
	moved := e.To != c.State
	wrong.when(moved && !slices.Contains(c.State.Next(), e.To), "to",
		"This one is "+c.State.Words()+". It cannot go straight to "+e.To.Words()+".")
	wrong.when(c.crowds(e.To), "to", c.crowded())
	for _, field := range e.To.needs() {
		wrong.when(!e.has(field), field, needed[field])
	}
	wrong.when(moved && e.To == Trying && e.ReviewOn != "" && e.ReviewOn < c.Today(now), "review_on",
		"That day has passed. Choose a day to come.")
	wrong.when(learns(c.State, e.To) && e.Words == "", "words", "Say in one sentence what you learned.")
	wrong.when(moved && (e.To == Parked || e.To == Stopped) && e.Words == "", "words",
		"Give a reason. The person who proposed it will see it.")
	wrong.when(e.Blocked != "" && e.BlockedRole == "", "blocked_role", "Say who could lift it: a role, not a name.")
	for field, line := range map[string]string{"impact": e.Impact, "blocked": e.Blocked, "blocked_role": e.BlockedRole} {
		wrong.when(tooLong(line, MaxLine), field, fmt.Sprintf("Please keep it to one line of %d characters.", MaxLine))
	}
	wrong.when(tooLong(e.Words, MaxWords), "words", tooManyWords)
	return fault.Wrong(wrong)
}

// crowds reports whether going to a state would have the team work on more changes at once
// than it said it can (DOMAIN.md section 4, rule 10).
func (c *Change) crowds(to State) bool {
	return !slices.Contains(Working, c.State) && slices.Contains(Working, to) && c.AtOnce > 0 && c.Others >= c.AtOnce
}

func (c *Change) crowded() string {
	return fmt.Sprintf("%s works on %d already, the most it does at once. Keep, stop or park one first.", c.Team, c.Others)
}

// tellOwner is word for somebody whom another made a change's owner.
func (c *Change) tellOwner(owner Who, by Member, now time.Time) []Notice {
	if owner.ID == 0 || owner.ID == c.Owner.ID || owner.ID == by.ID {
		return nil
	}
	return []Notice{{
		Key: fmt.Sprintf("owner:%d:%d:%d", c.ID, c.Version+1, owner.ID), Kind: NoticeOwner,
		Subject: c.ID, Member: owner.ID, Due: now,
	}}
}

// learns reports whether a step leaves reviewing, which needs a sentence of learning.
func learns(from, to State) bool { return from == Reviewing && to != Reviewing }

// TakeOn makes somebody the owner of a change that has none. It is one tap, so of several
// people at once the first has it, and the others are told who.
func (c *Change) TakeOn(by Member, now time.Time) (History, []Notice, error) {
	if err := c.MayUpdate(by); err != nil {
		return History{}, nil, err
	}
	switch c.Owner.ID {
	case 0:
	case by.ID:
		return History{}, nil, fault.New(fault.Closed, "You look after "+c.Ref()+" already.")
	default:
		return History{}, nil, fault.New(fault.Conflict, c.Owner.Name+" looks after "+c.Ref()+" already.")
	}
	c.Owner = by.Ref()
	c.touched(now)
	return c.line(TakenOver, by, now, ""), c.tell(by, now), nil
}

// Details are what a change says, as opposed to how far it has come. A form sends them all.
type Details struct {
	Title, Why, Barrier string
	Guess               TimeGiven
	Version             int
}

// Reword changes what a change says. Anyone in its team may (DOMAIN.md section 4, rule 2).
func (c *Change) Reword(d Details, by Member, now time.Time) (History, []Notice, error) {
	if err := c.MayUpdate(by); err != nil {
		return History{}, nil, err
	}
	d.Title, d.Why, d.Barrier = CleanLine(d.Title), CleanText(d.Why), CleanLine(d.Barrier)
	if d == (Details{c.Title, c.Why, c.Barrier, c.Guess, d.Version}) { // somebody else's step is not in its way
		return History{}, nil, nil
	}
	if err := c.overtaken(d.Version); err != nil {
		return History{}, nil, err
	}
	wrong := d.Guess.wrong()
	if say := wrongTitle(d.Title); say != "" {
		wrong["title"] = say
	}
	if tooLong(d.Why, MaxWords) {
		wrong["why"] = tooManyWords
	}
	if tooLong(d.Barrier, MaxLine) {
		wrong["barrier"] = fmt.Sprintf("Please keep it to one line of %d characters.", MaxLine)
	}
	if err := fault.Wrong(wrong); err != nil {
		return History{}, nil, err
	}
	asks := c.Title != d.Title || c.Why != d.Why
	c.Title, c.Why, c.Barrier, c.Guess = d.Title, d.Why, d.Barrier, d.Guess
	c.touched(now)
	if asks && c.Permission.Open() { // a yes is given to the words that were read
		c.Permission.Round = c.Version
	}
	h := c.line(Edited, by, now, "")
	h.From, h.To = c.State, c.State
	return h, nil, nil
}
