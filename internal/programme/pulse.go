package programme

import (
	"strconv"
	"time"

	"smallchanges/internal/fault"
)

// LeastReplies is the number of replies below which a pulse shows nothing (k in DOMAIN.md section 6).
const LeastReplies = 5

// Pulse is a short closed survey of one team. Its settings are frozen when it opens.
// It never holds a reply: while it is open replies are totals in its ballot, and when it
// closes only what the release rule allows is kept, in Result.
type Pulse struct {
	ID, CouncilID, TeamID int64
	Team                  string
	Set                   string // baseline, impact, or the name of a custom set
	Title                 string
	Questions             []Question
	OpenMode              bool // exact counts from 8 replies, chosen by the team before opening
	Schedule, Slot        string
	Opens, Closes         time.Time
	Asked                 int     // members who were invited
	Result                *Result // nil while open
}

// Open reports whether replies may still be given.
func (p Pulse) Open(now time.Time) bool { return p.Result == nil && now.Before(p.Closes) }

// Question is one closed question. Options from Split on are the upper group of the two
// that the release rule shows; Upper and Lower are the words for both groups.
type Question struct {
	ID      string
	Text    string
	Options []string
	Split   int // options[Split:Split+Width] are the upper group
	Width   int
	Upper   string // "moderate or large extent"
	Lower   string // "small, none or can't say"
}

// Reply is one member's answers: question id to the index of an option. It exists only
// between a form and the ballot and is never stored.
type Reply map[string]int

// Reply reads the answers of a form (question id to option index in words) or says, beside
// each field, what is missing. It keeps nothing.
func (p Pulse) Reply(values map[string]string) (Reply, error) {
	reply, wrong := Reply{}, map[string]string{}
	for _, q := range p.Questions {
		i, err := strconv.Atoi(values[q.ID])
		if err != nil || i < 0 || i >= len(q.Options) {
			wrong[q.ID] = "Choose one answer. “Can't say” is fine."
			continue
		}
		reply[q.ID] = i
	}
	if len(wrong) > 0 {
		return nil, &fault.Error{Kind: fault.Invalid, Say: "Some questions have no answer yet.", Fields: wrong}
	}
	return reply, nil
}

// Tally is what a ballot holds: how many replied, and for each question how many chose each option.
type Tally struct {
	Replies int
	Counts  map[string][]int
}

// Result is what a pulse released. It is all that is kept of the replies.
type Result struct {
	Asked    int
	Replied  int // 0 when withheld: then not even the number of replies is kept
	Withheld bool
	Lost     bool // withheld since the replies are gone: a backup holds none
	OpenMode bool
	Findings []Finding
}

// Finding is what may be said about one question, in words first.
type Finding struct {
	Question string // its id
	Text     string
	Shown    string // "6 of 8 said moderate or large extent (75%)", "7 or 8 of 8 said …"
	Upper    *int   // the exact count of the upper group, only where exact counts may be shown
	Total    *int   // of how many, only where exact counts may be shown
	Options  []OptionFinding
}

// OptionFinding is the count of one option, or of neighbours that were merged, where the
// release rule allows options to be shown.
type OptionFinding struct {
	Label string // "moderate extent", or "not at all or small extent" when merged
	Count int
}
