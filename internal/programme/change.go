package programme

import (
	"fmt"
	"regexp"
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
)

// States lists every state in the order a board shows them.
var States = []State{Idea, Chosen, Trying, Reviewing, Kept, Stopped, Parked}

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
	Impact                string // intended impact: what should get better, for whom
	Proposer              Who    // ID 0 once erased: then "a colleague"
	Owner                 Who
	ReviewOn              Day
	Learning              string
	MinutesPerTime        int // the proposer's guess of minutes given back, each time
	TimesPerWeek          int
	People                int
	Lineage               string // the reference this was tried from, if any
	Team, Service         string
	Supporters            int
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

// ChangeFilter says which changes of a council are wanted; what is left zero does not narrow.
// They come newest first; a page follows the last by asking for those Before its last number.
type ChangeFilter struct {
	Team    int64   // of this team
	Member  int64   // that this member proposed, owns or supports
	States  []State // in any of these states
	Blocked bool    // with something in the way
	Due     Day     // being tried, with a review due on this day or before
	Words   string  // with all these words in title, why or learning; the last may be unfinished
	Before  int     // with a smaller number than this
	Limit   int     // at most this many; 0 is 20, the most is 10,000
}

// History is one line of a change's past. It is only ever added to.
type History struct {
	Ref      string
	At       time.Time
	Who      string
	What     string // proposed, stepped, edited
	From, To State
	Words    string
}

// Propose is a new idea from one line. Everything else can come later, from anyone in the team.
func Propose(title, why string, by Member, now time.Time) (Change, error) {
	title, why = CleanLine(title), CleanText(why)
	if err := checkTitle(title); err != nil {
		return Change{}, err
	}
	if tooLong(why, MaxWords) {
		return Change{}, fault.Field("why", fmt.Sprintf("That is long. Please keep it under %d characters.", MaxWords))
	}
	return Change{
		CouncilID: by.CouncilID, TeamID: by.TeamID, Title: title, Why: why,
		State: Idea, Proposer: by.Ref(), Version: 1, Created: now, Updated: now,
	}, nil
}

func checkTitle(title string) error {
	switch {
	case title == "":
		return fault.Field("title", "Say in one line what you would change.")
	case tooLong(title, MaxTitle):
		return fault.Field("title", fmt.Sprintf("Please keep it to one line of %d characters. You can add more under why.", MaxTitle))
	}
	return nil
}

// Edit is what a person wants of a change: another state, other facts, or both.
// A form sends every field, so an empty one empties the fact.
type Edit struct {
	To       State // the state to go to; "" or the same means stay
	Strand   Strand
	Impact   string
	Owner    Who
	ReviewOn Day
	Blocked  string
	Words    string // what happened: a reason for no, or what was learned
	Version  int    // of the change the person was looking at
}

// Next are the states that can be reached from here, the likeliest first. Going back is allowed.
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

// Apply makes an edit, or refuses it with words beside the fields that need mending.
// Its history line says what happened; notices tell the proposer and supporters of a step.
//
// The rules are those of DOMAIN.md section 4: chosen needs a strand and an intended impact
// (rule 4), trying an owner and a review date (4), leaving reviewing a sentence of learning
// (4), no needs a reason (5), and an edit of an older version is not applied (8).
func (c *Change) Apply(e Edit, by Member, now time.Time) (History, []Notice, error) {
	if e.Version != c.Version {
		return History{}, nil, fault.New(fault.Conflict, "Somebody else updated "+c.Ref()+" while you were writing.")
	}
	if by.TeamID != c.TeamID && !by.Is(Coordinator) {
		return History{}, nil, fault.New(fault.Denied, c.Ref()+" belongs to "+c.Team+". Only its team can update it; you can support it.")
	}
	e = e.cleaned()
	if e.To == "" {
		e.To = c.State
	}
	if err := c.allows(e, now); err != nil {
		return History{}, nil, err
	}
	h := History{Ref: c.Ref(), At: now, Who: by.Name, What: "edited", From: c.State, To: e.To, Words: e.Words}
	if e.To != c.State {
		h.What = "stepped"
	}
	if learns(c.State, e.To) {
		c.Learning = e.Words
	}
	c.State, c.Strand, c.Impact, c.Owner = e.To, e.Strand, e.Impact, e.Owner
	c.ReviewOn, c.Blocked = e.ReviewOn, e.Blocked
	c.Version++
	c.Updated = now
	if h.What == "stepped" {
		return h, []Notice{{Kind: NoticeStep, Subject: c.ID, Due: now, Except: by.ID}}, nil
	}
	return h, nil, nil
}

func (e Edit) cleaned() Edit {
	e.Impact, e.Blocked, e.Words = CleanLine(e.Impact), CleanLine(e.Blocked), CleanText(e.Words)
	return e
}

// allows collects everything wrong with an edit, so that one look mends it all.
func (c *Change) allows(e Edit, now time.Time) error {
	wrong := map[string]string{}
	needs := func(field string, bad bool, say string) {
		if bad && wrong[field] == "" {
			wrong[field] = say
		}
	}
	moved := e.To != c.State
	needs("to", moved && !contains(c.State.Next(), e.To),
		"This one is "+c.State.Words()+". It cannot go straight to "+e.To.Words()+".")
	// What a state needs it also keeps: an edit that stays there may not empty it.
	if e.To == Chosen || e.To == Trying || e.To == Reviewing {
		needs("strand", e.Strand.ID == 0, "Choose the strand it belongs to.")
		needs("impact", e.Impact == "", "Say what should get better, and for whom.")
	}
	if e.To == Trying || e.To == Reviewing {
		needs("owner", e.Owner.ID == 0, "Choose who looks after it.")
		needs("review_on", e.ReviewOn == "", "Choose the day you will look at it again.")
	}
	needs("review_on", moved && e.To == Trying && e.ReviewOn != "" && e.ReviewOn < DayOf(now, time.UTC),
		"That day has passed. Choose a day to come.")
	needs("words", learns(c.State, e.To) && e.Words == "", "Say in one sentence what you learned.")
	needs("words", moved && (e.To == Parked || e.To == Stopped) && e.Words == "",
		"Give a reason. The person who proposed it will see it.")
	needs("impact", tooLong(e.Impact, MaxLine), "Please keep it to one line of 200 characters.")
	needs("blocked", tooLong(e.Blocked, MaxLine), "Please keep it to one line of 200 characters.")
	needs("words", tooLong(e.Words, MaxWords), "That is long. Please keep it under 1,500 characters.")
	if len(wrong) > 0 {
		return &fault.Error{Kind: fault.Invalid, Say: "Some answers need another look.", Fields: wrong}
	}
	return nil
}

// learns reports whether a step leaves reviewing, which needs a sentence of learning.
func learns(from, to State) bool { return from == Reviewing && to != Reviewing }

func contains(states []State, s State) bool {
	for _, have := range states {
		if have == s {
			return true
		}
	}
	return false
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
	case to == Chosen:
		return "is chosen"
	case to == Trying:
		return "is being tried"
	case to == Reviewing:
		return "is being reviewed"
	case to == Kept:
		return "is kept"
	case to == Stopped:
		return "is stopped"
	default:
		return "is parked"
	}
}
