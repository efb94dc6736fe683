package programme

import (
	"slices"
	"time"

	"smallchanges/internal/fault"
)

// Permission is a yes that a change needs, of those with a role in a service: never of a
// named person (DOMAIN.md section 4, rule 6). It is zero when none was asked for.
type Permission struct {
	Answer  Answer
	Service Service // whose leaders were asked
	By      Day     // when they should have answered
	Words   string  // of the latest answer
	Asker   int64   // the member who asked, and hears the answer too
	Round   int     // of asking and answering: an answer to an earlier one is not taken
}

// Service is a part of a council with its own leaders.
type Service struct {
	ID   int64
	Name string
}

// Answer is how far a permission has come.
type Answer string

// How far it can have come.
const (
	AskedFor Answer = "asked" // and not answered
	Yes      Answer = "yes"
	NotYet   Answer = "not yet"
	Talk     Answer = "talk" // ask me about it
)

// Answers are what a leader can say, in the order of the buttons.
var Answers = []Answer{Yes, NotYet, Talk}

// Words are the answer as people read it.
func (a Answer) Words() string {
	switch a {
	case Yes:
		return "Yes"
	case NotYet:
		return "Not yet"
	case Talk:
		return "Ask me about it"
	default:
		return "No answer yet"
	}
}

// Open reports whether an answer is still waited for.
func (p Permission) Open() bool { return p.Answer == AskedFor || p.Answer == Talk }

// Overdue reports whether an answer is waited for longer than was agreed.
func (p Permission) Overdue(today Day) bool { return p.Open() && p.By < today }

// Request asks for a yes.
type Request struct {
	Scope   Scope // Manager or OtherService
	Service Service
	Own     int64 // the service of the asker's own team
	By      Day   // two weeks from today when left empty
	Words   string
	Version int
}

// Ask asks the leaders of a service for a yes, each in private.
func (c *Change) Ask(r Request, by Member, now time.Time) (History, []Notice, error) {
	if err := c.overtaken(r.Version); err != nil {
		return History{}, nil, err
	}
	if err := c.MayUpdate(by); err != nil {
		return History{}, nil, err
	}
	r.Words = CleanText(r.Words)
	if r.By == "" {
		r.By = c.Today(now).Add(ReplyWithin)
	}
	wrong := map[string]string{}
	if r.Service.ID == 0 {
		wrong["service"] = "Choose whose yes it needs."
	}
	if r.By < c.Today(now) {
		wrong["reply_by"] = "That day has passed. Choose a day to come."
	}
	if tooLong(r.Words, MaxWords) {
		wrong["words"] = tooManyWords
	}
	switch {
	case by.Is(Leader) && r.Service.ID == r.Own:
		wrong["service"] = "You are a leader there yourself. If it is yours to say, choose “our team can do it now”."
	case c.Permission.Open() && c.Permission.Service.ID == r.Service.ID && !c.Permission.Overdue(c.Today(now)):
		wrong["service"] = "They were asked already, and have until " + c.Permission.By.Short() + "."
	}
	if !c.goesOn() {
		wrong["service"] = "This one is " + c.State.Words() + ", so nobody needs to be asked. Make it an idea first."
	}
	if err := fault.Wrong(wrong); err != nil {
		return History{}, nil, err
	}
	c.Scope = r.Scope
	c.touched(now)
	c.Permission = Permission{Answer: AskedFor, Service: r.Service, By: r.By, Words: r.Words, Asker: by.ID, Round: c.Version}
	h := c.line(Asked, by, now, r.Words)
	return h, []Notice{{Kind: NoticePermission, Subject: c.ID, Due: now, Except: by.ID}}, nil
}

// Decision is what a leader says when a change waits for their yes.
type Decision struct {
	Answer  Answer
	Words   string
	Round   int   // that the leader was looking at
	Service int64 // of the leader's own team
}

// MayDecide refuses who cannot answer a request, or not any more: before they write a reason.
// Nobody answers what they asked for themselves.
func (c Change) MayDecide(by Member, service int64) error {
	switch {
	case c.Permission.Answer == "" || !c.goesOn():
		return fault.New(fault.Closed, c.Ref()+" does not wait for a yes any more.")
	case !by.Is(Leader) || service != c.Permission.Service.ID:
		return fault.New(fault.Denied, "Only leaders in "+c.Permission.Service.Name+" can answer this.")
	case by.ID == c.Permission.Asker:
		return fault.New(fault.Denied, "You asked for this yes yourself. Another leader has to answer.")
	}
	return nil
}

// Decide keeps a leader's answer. When another leader was first, it is refused with their
// answer. Not yet needs a reason, which the proposer sees (rule 5).
func (c *Change) Decide(d Decision, by Member, now time.Time) (History, []Notice, error) {
	d.Words = CleanText(d.Words)
	if err := c.MayDecide(by, d.Service); err != nil {
		return History{}, nil, err
	}
	switch {
	case d.Round != c.Permission.Round:
		return History{}, nil, fault.New(fault.Conflict, "Somebody else was first. Their answer to "+c.Ref()+" is: "+c.Permission.Answer.Words()+".")
	case !slices.Contains(Answers, d.Answer):
		return History{}, nil, fault.Field("answer", "Choose an answer.")
	case d.Answer == NotYet && d.Words == "":
		return History{}, nil, fault.Field("words", "Give a reason. The person who proposed it will see it.")
	case tooLong(d.Words, MaxWords):
		return History{}, nil, fault.Field("words", tooManyWords)
	}
	c.touched(now)
	c.Permission.Answer, c.Permission.Words, c.Permission.Round = d.Answer, d.Words, c.Version
	h := c.line(Answered, by, now, d.Answer.Words())
	if d.Words != "" {
		h.Words += ". " + d.Words
	}
	return h, c.tell(by, now), nil
}

// NeedsService answers "Is it ours to change?" with another service, before anybody knows which.
func (c *Change) NeedsService(version int, by Member, now time.Time) (History, []Notice, error) {
	return c.sorted(OtherService, "It needs another service", version, by, now)
}

// Own answers "Is it ours to change?" with yes, we can do it now. A yes that was waited for
// is needed no more.
func (c *Change) Own(version int, by Member, now time.Time) (History, []Notice, error) {
	return c.sorted(Ours, "Our team can do it now", version, by, now)
}

func (c *Change) sorted(scope Scope, words string, version int, by Member, now time.Time) (History, []Notice, error) {
	if err := c.overtaken(version); err != nil {
		return History{}, nil, err
	}
	if err := c.MayUpdate(by); err != nil {
		return History{}, nil, err
	}
	c.Scope, c.Permission = scope, Permission{}
	c.touched(now)
	return c.line(Sorted, by, now, words), nil, nil
}
