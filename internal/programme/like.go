package programme

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// MostAlike is how many like changes a proposer sees before filing.
const MostAlike = 3

// alikeFrom is how alike two changes must be to be worth a look: found by trying pairs
// that people would and would not call the same (TestLikeness).
const alikeFrom = 0.34

// Alike are those of some changes that are most like what somebody is about to propose, the
// likest first and at most MostAlike. It only suggests: people merge, the program never does.
func Alike(title, why string, among []Change) []Change {
	type scored struct {
		Change
		score float64
	}
	var close []scored
	for _, c := range among {
		if score := Likeness(title, why, c.Title, c.Why); score >= alikeFrom {
			close = append(close, scored{c, score})
		}
	}
	slices.SortStableFunc(close, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	out := make([]Change, 0, MostAlike)
	for _, c := range close[:min(len(close), MostAlike)] {
		out = append(out, c.Change)
	}
	return out
}

// Likeness says how alike two ideas are, from 0 to 1. Titles count most, by the words they
// share and, since people inflect and misspell, by the letters they share three by three.
// The whys can only add to that. Titles with other numbers, such as room 1 and room 2, are
// not alike.
func Likeness(title, why, otherTitle, otherWhy string) float64 {
	if a, b := numbers(title), numbers(otherTitle); len(a) > 0 && len(b) > 0 && !slices.Equal(a, b) {
		return 0
	}
	mine, other := Telling(title), Telling(otherTitle)
	byTitle := (overlap(stems(mine), stems(other)) + overlap(trigrams(mine), trigrams(other))) / 2
	all, otherAll := Telling(title+" "+why), Telling(otherTitle+" "+otherWhy)
	return max(byTitle, (byTitle+overlap(stems(all), stems(otherAll)))/2)
}

// numbers are the numbers in a text, in their order.
func numbers(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsDigit(r) })
}

// Telling are the words of a text that say what it is about: in small letters, each once,
// without those that every text has.
func Telling(text string) []string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	var out []string
	for _, word := range words {
		if len(word) > 1 && !common[word] && !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	return out
}

var common = wordSet(`a about after all also an and any are as at be because been before but by can could do does
	each every for from get had has have help how i idea ideas if in into is it its just make many more most much my need needs new no not
	now of on one or our out over people same should so some such team than that the their them then there these they this
	time times to too up us use used using very want was way we were what when where which while who why will with work would you your`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(words) {
		set[word] = true
	}
	return set
}

// stemLength cuts most endings off: form, forms; referral, referrals; recording, recorded.
const stemLength = 6

// Stem is the beginning of a word, without a plural's end.
func Stem(word string) string {
	runes := []rune(word)
	if len(runes) > stemLength {
		return string(runes[:stemLength])
	}
	if len(runes) > 3 {
		return strings.TrimSuffix(word, "s")
	}
	return word
}

func stems(words []string) map[string]bool {
	set := map[string]bool{}
	for _, word := range words {
		set[Stem(word)] = true
	}
	return set
}

func trigrams(words []string) map[string]bool {
	set := map[string]bool{}
	for _, word := range words {
		runes := []rune(" " + word + " ")
		for i := 0; i+3 <= len(runes); i++ {
			set[string(runes[i:i+3])] = true
		}
	}
	return set
}

// overlap is how much of two sets they share (Dice): 0 nothing, 1 all.
func overlap(a, b map[string]bool) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	shared := 0
	for member := range a {
		if b[member] {
			shared++
		}
	}
	return 2 * float64(shared) / float64(len(a)+len(b))
}
