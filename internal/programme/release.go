package programme

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Numbers of replies from which the release rule shows more (DOMAIN.md section 6).
const (
	openReplies   = 8  // in open mode: exact counts
	optionReplies = 10 // in default mode: exact groups and, where nobody stands alone, options
)

// Release is the release rule for one team: all that a pulse may ever show, made from its
// totals when it closes. What it leaves out is destroyed with the ballot.
//
// Below five replies nothing is kept, not even how many there were. From five to nine it
// shows two groups, and never whether a group holds nobody or one person. From ten it
// shows the groups exactly, and options merged until none of them holds one person. A team
// that chose open mode before opening sees exact counts from eight replies.
func Release(p Pulse, t Tally) Result {
	r := Result{Asked: p.Asked, OpenMode: p.OpenMode}
	if t.Replies < LeastReplies {
		r.Withheld = true
		return r
	}
	r.Replied = t.Replies
	for _, q := range p.Questions {
		counts := make([]int, len(q.Options))
		copy(counts, t.Counts[q.ID])
		r.Findings = append(r.Findings, find(q, counts, t.Replies, p.OpenMode))
	}
	return r
}

// LostResult is the result of a pulse whose replies are gone.
func LostResult(p Pulse) Result {
	return Result{Asked: p.Asked, OpenMode: p.OpenMode, Withheld: true, Lost: true}
}

// find is what may be said about one question with n replies.
func find(q Question, counts []int, n int, openMode bool) Finding {
	m := 0
	for i, count := range counts {
		if q.inUpper(i) {
			m += count
		}
	}
	f := Finding{Question: q.ID, Text: q.Text}
	switch {
	case openMode && n >= openReplies:
		f.exactly(q, m, n)
		f.Options = everyOption(q, counts)
	case n >= optionReplies:
		f.exactly(q, m, n)
		f.Options = mergedOptions(q, counts)
	case m >= n-1:
		f.Shown = fmt.Sprintf("%d or %d of %d said %s", n-1, n, n, q.Upper)
	case m <= 1:
		f.Shown = fmt.Sprintf("0 or 1 of %d said %s", n, q.Upper)
	default:
		f.exactly(q, m, n)
	}
	return f
}

func (f *Finding) exactly(q Question, m, n int) {
	f.Upper, f.Total = &m, &n
	f.Shown = fmt.Sprintf("%d of %d said %s (%s)", m, n, q.Upper, percent(m, n))
}

// percent is a share with one decimal where it needs one: "75%", "87.5%".
func percent(m, n int) string {
	tenths := math.Round(float64(m) * 1000 / float64(n))
	return strconv.FormatFloat(tenths/10, 'f', -1, 64) + "%"
}

func everyOption(q Question, counts []int) []OptionFinding {
	var shown []OptionFinding
	for _, i := range q.topDown() {
		shown = append(shown, OptionFinding{Label: label(q.Options[i]), Count: counts[i]})
	}
	return shown
}

// mergedOptions joins neighbours until none holds exactly one person. It joins only inside
// one of the two groups: their counts are shown as well, and would give a join across them
// away. When a group is one person there is nothing to join, so no options are shown.
func mergedOptions(q Question, counts []int) []OptionFinding {
	var upper, lower []OptionFinding
	for _, i := range q.topDown() {
		option := OptionFinding{Label: label(q.Options[i]), Count: counts[i]}
		if q.inUpper(i) {
			upper = append(upper, option)
		} else {
			lower = append(lower, option)
		}
	}
	upper, together := merge(upper)
	lower, apart := merge(lower)
	if !together || !apart {
		return nil
	}
	return append(upper, lower...)
}

// merge joins each option of one person to those after it until they are more, and what is
// left over at the end to those before. ok is false when all of them are one person.
func merge(options []OptionFinding) (merged []OptionFinding, ok bool) {
	for _, o := range options {
		if last := len(merged) - 1; last >= 0 && merged[last].Count == 1 {
			merged[last] = merged[last].with(o)
			continue
		}
		merged = append(merged, o)
	}
	for len(merged) > 1 && merged[len(merged)-1].Count == 1 {
		last := len(merged) - 1
		merged = append(merged[:last-1], merged[last-1].with(merged[last]))
	}
	return merged, len(merged) == 0 || merged[len(merged)-1].Count != 1
}

// with joins two neighbours: "large or moderate extent".
func (o OptionFinding) with(next OptionFinding) OptionFinding {
	return OptionFinding{Label: o.Label + " or " + next.Label, Count: o.Count + next.Count}
}

// label is an option inside a sentence: "Small extent" as "small extent". Words that begin
// with more than one capital, as names of services do, stay as they are.
func label(option string) string {
	first, size := utf8.DecodeRuneInString(option)
	second, _ := utf8.DecodeRuneInString(option[size:])
	if unicode.IsUpper(first) && unicode.IsLower(second) {
		return string(unicode.ToLower(first)) + option[size:]
	}
	return option
}

// Words say how many replied: "8 of 10 replied.", or that nothing is shown.
func (r Result) Words() string {
	if r.Lost {
		return "The replies are gone: the database came back from a backup, and a backup holds none."
	}
	if r.Withheld {
		return "Fewer than 5 replies, so nothing is shown."
	}
	return fmt.Sprintf("%d of %d replied.", r.Replied, r.Asked)
}

// Range says what those who did not reply leave open about a finding: "2 did not reply, so
// it is between 6 and 8 of 10." It is "" when all replied or the count is not exact.
func (r Result) Range(f Finding) string {
	missing := r.Asked - r.Replied
	if f.Upper == nil || missing <= 0 {
		return ""
	}
	return fmt.Sprintf("%d did not reply, so it is between %d and %d of %d.", missing, *f.Upper, *f.Upper+missing, r.Asked)
}

// Spread says how many chose each option, where the release rule shows options:
// "3 large extent, 5 moderate extent". Options that nobody chose are left out.
func (f Finding) Spread() string {
	var parts []string
	for _, o := range f.Options {
		if o.Count > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", o.Count, o.Label))
		}
	}
	return strings.Join(parts, ", ")
}
