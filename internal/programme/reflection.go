package programme

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"smallchanges/internal/fault"
)

// Share is who may read a reflection.
type Share string

// The three ways to answer (DOMAIN.md section 5).
const (
	ShareNamed   Share = "named"   // the team reads it with my name
	ShareUnnamed Share = "unnamed" // the team reads it without my name; the system knows whose it is
	SharePrivate Share = "private" // only I read it
)

// Reflection is one person's answer to a prompt, or a thought of their own (Round 0).
type Reflection struct {
	ID, CouncilID, TeamID int64
	Round                 int64
	Question              string // what was asked; "" for a thought of one's own. Only read, never kept
	Author                Who    // nobody when others read what was shared without a name
	Words                 string
	Share                 Share
	Skipped               bool // "not this week": an answer without words
	At                    time.Time
}

// Shared reports whether the author's team may read it once its question has closed.
func (r Reflection) Shared() bool { return r.Share != SharePrivate && !r.Skipped }

// Reflect checks an answer before it is kept.
func Reflect(words string, share Share) (Reflection, error) {
	words = CleanText(words)
	wrong := map[string]string{}
	switch {
	case words == "":
		wrong["words"] = "Write a few words, or close this and choose “Not this week”."
	case tooLong(words, MaxWords):
		wrong["words"] = fmt.Sprintf("That is long. Please keep it under %d characters.", MaxWords)
	}
	if !slices.Contains([]Share{ShareNamed, ShareUnnamed, SharePrivate}, share) {
		wrong["share"] = "Choose who may read this."
	}
	if err := fault.Wrong(wrong); err != nil {
		return Reflection{}, err
	}
	return Reflection{Words: words, Share: share}, nil
}

// How much of people's words stands in one message: Slack refuses one with some 11,000
// characters (SLACK.md 2.3).
const (
	mostTold      = 15
	mostToldWords = 6000 // characters
)

// Pages cuts reflections into runs of which each fits one message, in their order.
func Pages(list []Reflection) [][]Reflection {
	var pages [][]Reflection
	letters := mostToldWords
	for i, r := range list {
		n := utf8.RuneCountInString(r.Words) + utf8.RuneCountInString(r.Question)
		if last := len(pages) - 1; last >= 0 && letters+n <= mostToldWords && len(pages[last]) < mostTold {
			pages[last] = append(pages[last], list[i])
			letters += n
			continue
		}
		pages, letters = append(pages, []Reflection{r}), n
	}
	return pages
}

// DetailsKey is the key of the message that tells a page of a round's answers in whole,
// counted from 0.
func DetailsKey(round int64, page int) string { return fmt.Sprintf("details:%d:%d", round, page) }

// DetailsPage is the page that a key of DetailsKey tells of.
func DetailsPage(key string) (int, error) {
	return strconv.Atoi(key[strings.LastIndex(key, ":")+1:])
}

// Digest is what became of the message that tells a team what it shared.
type Digest struct {
	State   Delivery // "" when there is none
	Message string   // the platform's id; "" until it is posted
	Rounds  []Round  // the closed rounds that it tells of, in the order they opened
}

// Posted reports whether a digest stands in the channel, where it can be edited.
func (d Digest) Posted() bool { return d.Message != "" }
