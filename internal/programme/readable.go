package programme

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"smallchanges/internal/fault"
)

// Limits of a prompt (prompts.yaml).
const (
	MaxPromptWords = 25
	MaxGrade       = 8
)

// wordsOf are the words of a text: runs of letters and digits, with the apostrophes and
// hyphens inside them.
func wordsOf(text string) []string {
	letters := []rune(text)
	in := func(i int) bool {
		return i >= 0 && i < len(letters) && (unicode.IsLetter(letters[i]) || unicode.IsDigit(letters[i]))
	}
	var words []string
	var word strings.Builder
	for i, r := range letters {
		switch {
		case in(i), strings.ContainsRune("'’-", r) && in(i-1) && in(i+1):
			word.WriteRune(r)
		case word.Len() > 0:
			words = append(words, word.String())
			word.Reset()
		}
	}
	if word.Len() > 0 {
		words = append(words, word.String())
	}
	return words
}

// sentencesOf counts the sentences of a text: runs that end in a full stop, a question or
// an exclamation mark. Words without such an end are one more.
func sentencesOf(text string) int {
	n, open := 0, false
	for _, r := range text {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r):
			open = true
		case strings.ContainsRune(".?!…", r) && open:
			n, open = n+1, false
		}
	}
	if open {
		n++
	}
	return n
}

// silentEnds are endings before which an e is not heard.
var silentEnds = []string{"eless", "eful", "ely", "ement"}

// exceptions are words that the rules below get wrong.
var exceptions = map[string]int{
	"area": 3, "areas": 3, "being": 2, "business": 2, "carefully": 3, "client": 2, "clients": 2, "colleague": 2,
	"colleagues": 2, "cooperate": 4, "cooperation": 5, "coordinate": 4, "coordinator": 5, "create": 2, "created": 3,
	"creative": 3, "doing": 2, "evening": 2, "every": 2, "everybody": 4, "everything": 3, "everywhere": 3,
	"experience": 4, "going": 2, "homework": 2, "idea": 3, "ideas": 3, "influence": 3, "league": 1, "lifetime": 2,
	"maybe": 2, "poem": 2, "quiet": 2, "quietly": 3, "react": 2, "reality": 4, "reassure": 3, "recipe": 3, "rhythm": 2,
	"safety": 2, "science": 2, "seeing": 2, "social": 2, "somebody": 3, "someone": 2, "someone's": 2, "something": 2,
	"sometime": 2, "sometimes": 2, "somewhere": 2, "special": 2, "wednesday": 2,
}

// syllables guesses how many syllables an English word has. It counts groups of vowels,
// leaves out an e that is not heard, and knows some words that such rules get wrong.
func syllables(word string) int {
	total := 0
	for part := range strings.SplitSeq(strings.ToLower(strings.ReplaceAll(word, "’", "'")), "-") {
		if part != "" {
			total += syllablesOf(part)
		}
	}
	return max(total, 1)
}

func syllablesOf(word string) int {
	if n := exceptions[word]; n > 0 {
		return n
	}
	word = strings.TrimSuffix(word, "'s")
	if n := exceptions[word]; n > 0 {
		return n
	}
	n := vowelGroups(word)
	switch {
	case strings.HasSuffix(word, "le") && len(word) > 2 && !isVowel(word[len(word)-3]): // ta-ble
	case strings.HasSuffix(word, "e") && !strings.HasSuffix(word, "ee") && n > 1 && !isVowel(word[len(word)-2]):
		n--
	case strings.HasSuffix(word, "les") && len(word) > 3 && !isVowel(word[len(word)-4]): // ta-bles
	case strings.HasSuffix(word, "es") && n > 1 && !hisses(word[:len(word)-2]) && !isVowel(word[len(word)-3]):
		n--
	case strings.HasSuffix(word, "ed") && n > 1 && len(word) > 3 && !isVowel(word[len(word)-3]) && !heardBefore(word[:len(word)-2]):
		n--
	}
	for _, end := range silentEnds {
		if stem, ok := strings.CutSuffix(word, end); ok && stem != "" && vowelGroups(stem) > 0 && !isVowel(stem[len(stem)-1]) {
			n--
			break
		}
	}
	return max(n, 1)
}

// hisses reports whether "es" after these letters is heard, as in "boxes".
func hisses(stem string) bool {
	for _, hiss := range []string{"s", "x", "z", "ch", "sh", "c", "g"} {
		if strings.HasSuffix(stem, hiss) {
			return true
		}
	}
	return false
}

// heardBefore reports whether "ed" after these letters is heard, as in "wanted" and "handled".
func heardBefore(stem string) bool {
	last, before := stem[len(stem)-1], stem[len(stem)-2]
	return last == 't' || last == 'd' || last == 'l' && !isVowel(before) && before != 'l' && before != 'r'
}

func isVowel(letter byte) bool { return strings.IndexByte("aeiouy", letter) >= 0 }

// vowelGroups counts runs of vowels. Some pairs of them are two syllables.
func vowelGroups(word string) int {
	n, before := 0, byte(0)
	for i := range len(word) {
		letter := word[i]
		switch {
		case !isVowel(letter):
		case i == 0 && letter == 'y': // a consonant there
			letter = 0
		case !isVowel(before), parted(word, i):
			n++
		}
		before = letter
	}
	return n
}

// parted reports whether two vowels, of which the second stands at i, are heard apart: as in
// "trial", "trying", "video" and "actual", but not in "people" and "language".
func parted(word string, i int) bool {
	pair, before := word[i-1:i+1], byte(0)
	if i > 1 {
		before = word[i-2]
	}
	switch pair {
	case "ia", "yi":
		return true
	case "io": // but not "nation"
		return before != 0 && strings.IndexByte("tscgx", before) < 0
	case "eo":
		return before != 0 && before != 'p'
	case "ua":
		return before != 0 && before != 'q' && before != 'g'
	}
	return false
}

// Grade is the Flesch–Kincaid grade level of a text (Kincaid, Fishburne, Rogers and Chissom
// 1975): roughly the number of years at a US school that it takes to read it with ease. A
// text without words has grade 0.
func Grade(text string) float64 {
	words := wordsOf(text)
	if len(words) == 0 {
		return 0
	}
	sounds := 0
	for _, w := range words {
		sounds += syllables(w)
	}
	n := float64(len(words))
	return 0.39*n/float64(max(sentencesOf(text), 1)) + 11.8*float64(sounds)/n - 15.59
}

// NewPrompt checks the words of a prompt that a team adds: at most 25 words, Flesch–Kincaid
// grade 8 or lower, no digits, and one question or invitation. Fields: text, theme, share,
// moment. Whether it is there already is asked by Bank.Put.
func NewPrompt(text, theme, share string, moment Moment) (Prompt, error) {
	p := Prompt{Text: CleanLine(text), Theme: theme, ShareDefault: share, Moment: moment}
	wrong := wrongFields{}
	words := wordsOf(p.Text)
	grade := Grade(p.Text)
	wrong.when(len(words) == 0, "text", "Write a question.")
	wrong.when(len(words) > MaxPromptWords, "text", fmt.Sprintf("This has %d words. Please keep to %d.", len(words), MaxPromptWords))
	wrong.when(strings.ContainsFunc(p.Text, unicode.IsDigit), "text", "Please leave out digits. Write a number as a word if it is needed.")
	wrong.when(!strings.HasSuffix(p.Text, "?") && !strings.HasSuffix(p.Text, "."), "text", "End it with a question mark, or with a full stop if it invites people to think.")
	wrong.when(grade > MaxGrade, "text", "This is hard to read. Try two short sentences, or shorter words"+longestOf(words)+".")
	wrong.when(!slices.Contains(Themes(), theme), "theme", "Choose one of these.")
	wrong.when(share != shareWithTeam && share != sharePrivately, "share", "Choose one of these.")
	wrong.when(!slices.Contains([]Moment{AnyMoment, StartMoment, TryingMoment, ReviewMoment}, moment), "moment", "Choose one of these.")
	return p, fault.Wrong(wrong)
}

// longestOf names the words of a text with the most syllables, at most three.
func longestOf(words []string) string {
	const hard = 3 // syllables
	var long []string
	for _, w := range words {
		if syllables(w) >= hard && !slices.ContainsFunc(long, func(l string) bool { return strings.EqualFold(l, w) }) {
			long = append(long, w)
		}
	}
	if len(long) == 0 {
		return ""
	}
	slices.SortStableFunc(long, func(a, b string) int { return cmp.Compare(syllables(b), syllables(a)) })
	for i, w := range long {
		long[i] = "“" + w + "”"
	}
	return " for " + strings.Join(long[:min(len(long), 3)], ", ")
}
