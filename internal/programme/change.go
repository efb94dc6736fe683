package programme

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"smallchanges/internal/fault"
)

// State is where a small change is between idea and learning.
type State string

// The states of DOMAIN.md section 4. "Adapted" is not a state: it is going from
// reviewing back to trying, with what was learned.
const (
	Idea      State = "idea"
	Chosen    State = "chosen"
	Trying    State = "trying"
	Reviewing State = "reviewing"
	Kept      State = "kept"
	Stopped   State = "stopped"
	Parked    State = "parked"
	Merged    State = "merged"    // into another, which has its supporters now
	PassedOn  State = "passed on" // to the blueprint, as a systemic barrier
)

// States lists every state in the order a board shows them.
var States = []State{Idea, Chosen, Trying, Reviewing, Kept, Stopped, Parked, PassedOn, Merged}

// Working are the states of what a team works on now. It does at most some at once.
var Working = []State{Chosen, Trying, Reviewing}

// Scope answers "Is it ours to change?".
type Scope string

// The four answers of DOMAIN.md section 4, rule 1; "" is not asked yet.
const (
	Ours         Scope = "team"
	Manager      Scope = "manager"
	OtherService Scope = "service"
	National     Scope = "national"
)

// Limits of what can be typed, in characters.
const (
	MaxTitle = 150
	MaxWords = 1500
	MaxLine  = 200
)

// Change is one small change: one manageable thing a team tries.
type Change struct {
	ID, CouncilID, TeamID int64
	Number                int // the 12 of SC-12: per council, never reused
	Title, Why            string
	Strand                Strand
	Barrier               string
	Scope                 Scope
	State                 State
	Blocked               string // what is in the way; "" when nothing is
	BlockedRole           string // the role of who could lift it; a role, never a person's name
	ReplyBy               Day    // when they should have replied
	Permission            Permission
	Impact                string // intended impact: what should get better, for whom
	Proposer              Who    // ID 0 once erased: then "a colleague"
	Owner                 Who
	ReviewOn              Day
	Learning              string
	Guess                 TimeGiven // the proposer's; zero when there is none
	Lineage               string    // the reference this was tried from, if any
	MergedInto            int       // the number of the change it is part of now; 0 when it is none
	Team, Service, Zone   string    // the team's, in whose days its dates count
	Supporters            int
	EarlierSupporters     int // those of them who are no members here: imported, or erased
	Lent                  int // earlier supporters that the change it was merged into has meanwhile
	Others, AtOnce        int // known only while it is edited: what else its team works on, and the most it may
	Version               int // grows with every step; a form filled from an older one is not applied
	Created, Updated      time.Time
}

// Ref is how people write a change: "SC-12".
func (c Change) Ref() string { return Ref(c.Number) }

// Ref is the written form of a change's number.
func Ref(number int) string { return "SC-" + strconv.Itoa(number) }

var refPattern = regexp.MustCompile(`(?i)^SC-?([1-9][0-9]{0,8})$`)

// ParseRef reads "SC-12", in any letters' size, with or without its hyphen.
func ParseRef(s string) (number int, ok bool) {
	m := refPattern.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return 0, false
	}
	number, err := strconv.Atoi(m[1])
	return number, err == nil
}

// Deed is what a line of history tells of.
type Deed string

// What happens to a small change. History.Told says of which of it those hear who follow it.
const (
	Proposed  Deed = "proposed"
	Stepped   Deed = "stepped" // to another state, also back
	Edited    Deed = "edited"
	MergedIn  Deed = "merged"       // into the change its words begin with
	Joined    Deed = "joined"       // another was merged into this one
	Adopted   Deed = "adopted"      // another team tries it too
	Sorted    Deed = "sorted"       // whose it is to change
	Asked     Deed = "asked"        // for a yes
	Answered  Deed = "answered"     // Yes, Not yet or Ask me about it
	HandedOn  Deed = "handed on"    // to another owner, since the former has left
	Imported  Deed = "imported"     // from a file
	TakenOver Deed = "looked after" // by the one who took it on
)

// History is one line of a change's past. It is only ever added to.
type History struct {
	Ref      string
	At       time.Time
	Who      string
	WhoID    int64 // 0 once erased, and for what no member did
	What     Deed
	From, To State
	Words    string
}

// Told reports whether those who follow a change hear of this line.
func (h History) Told() bool {
	switch h.What {
	case Proposed, Edited, Sorted, Joined, Imported:
		return false
	}
	return true
}

// Says reports whether the line's words are somebody's own, as opposed to a plain fact.
func (h History) Says() bool {
	switch h.What {
	case Sorted, Adopted, Joined, HandedOn, Imported:
		return false
	}
	return true
}

// Propose is a new idea from one line. Everything else can come later, from anyone in the team.
func Propose(title, why string, by Member, now time.Time) (Change, error) {
	title, why = CleanLine(title), CleanText(why)
	if say := wrongTitle(title); say != "" {
		return Change{}, fault.Field("title", say)
	}
	if tooLong(why, MaxWords) {
		return Change{}, fault.Field("why", tooManyWords)
	}
	return Change{
		CouncilID: by.CouncilID, TeamID: by.TeamID, Title: title, Why: why,
		State: Idea, Proposer: by.Ref(), Version: 1, Created: now, Updated: now,
	}, nil
}

const tooManyWords = "That is long. Please keep it under 1,500 characters." // MaxWords

// wrongTitle says what is wrong with a title; "" is nothing.
func wrongTitle(title string) string {
	switch {
	case title == "":
		return "Say in one line what you would change."
	case tooLong(title, MaxTitle):
		return fmt.Sprintf("Please keep it to one line of %d characters. You can add more under why.", MaxTitle)
	}
	return ""
}

// Words are the state as people read it.
func (s State) Words() string {
	switch s {
	case Idea:
		return "an idea"
	default:
		return string(s)
	}
}

// StepWords say what a step did, as a person would: "is being tried".
func StepWords(from, to State) string {
	switch {
	case from == Reviewing && to == Trying:
		return "is adapted and being tried again"
	case to == Idea:
		return "is an idea again"
	case to == Trying:
		return "is being tried"
	case to == Reviewing:
		return "is being reviewed"
	default:
		return "is " + string(to)
	}
}

// Today is the day at an instant where the change's team is.
func (c Change) Today(now time.Time) Day { return DayOf(now, Zone(c.Zone)) }

// MayUpdate refuses who may not change this change: it belongs to its team, and coordinators help.
func (c Change) MayUpdate(by Member) error {
	if by.TeamID == c.TeamID || by.Is(Coordinator) {
		return nil
	}
	return fault.New(fault.Denied, c.Ref()+" belongs to "+c.Team+". Only its team can update it; you can support it.")
}

// stepped makes the change go to a state, as a rule allowed it to. Where nobody works on it
// any more, nobody's yes is waited for.
func (c *Change) stepped(to State, now time.Time) {
	c.State = to
	if !c.goesOn() && c.Permission.Open() {
		c.Permission = Permission{}
	}
	c.touched(now)
}

// goesOn reports whether somebody works on the change, or may begin to.
func (c Change) goesOn() bool { return c.State == Idea || slices.Contains(Working, c.State) }

func (c *Change) touched(now time.Time) {
	c.Version++
	c.Updated = now
}

// tell is word of what happened, for those who follow the change.
func (c Change) tell(by Member, now time.Time) []Notice {
	return []Notice{{Kind: NoticeStep, Subject: c.ID, Due: now, Except: by.ID}}
}

// line is a line of the change's past.
func (c Change) line(what Deed, by Member, now time.Time, words string) History {
	return History{Ref: c.Ref(), At: now, Who: by.Name, WhoID: by.ID, What: what, Words: words}
}

// overtaken refuses what was begun before somebody else's step.
func (c Change) overtaken(version int) error {
	if version == c.Version {
		return nil
	}
	return fault.New(fault.Conflict, "Somebody else updated "+c.Ref()+" while you were writing.")
}

// Backable refuses the support of somebody whose backing a change has already: who proposed it.
func (c Change) Backable(by Member) error {
	if c.Proposer.ID != by.ID {
		return nil
	}
	return fault.New(fault.Closed, "You proposed "+c.Ref()+", so it has your support already.")
}
