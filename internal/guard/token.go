package guard

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a run of letters and digits, with the apostrophes inside it.
type token struct {
	from, to int
	text     string
	lower    string
	digits   int  // how many of its bytes are digits
	starts   bool // a sentence, a line or a quotation
}

// tokens are a text cut into words.
type tokens struct {
	text   string
	tokens []token
}

const apostrophes = "'’"

// read cuts a text into words.
func read(text string) tokens {
	const usual = 5 // bytes of a word and what follows it
	t := tokens{text: text, tokens: make([]token, 0, len(text)/usual)}
	open, starts := -1, true
	for i, r := range text {
		switch inside := isInside(r); {
		case inside && open < 0:
			open = i
		case !inside && open >= 0 && strings.ContainsRune(apostrophes, r) && goesOn(text[i+utf8.RuneLen(r):]):
		case !inside && open >= 0:
			t.add(open, i, starts)
			open, starts = -1, begins(r)
		case !inside:
			starts = starts || begins(r)
		}
	}
	if open >= 0 {
		t.add(open, len(text), starts)
	}
	return t
}

func (t *tokens) add(from, to int, starts bool) {
	word := t.text[from:to]
	one := token{from: from, to: to, text: word, lower: strings.ToLower(word), starts: starts}
	for i := range len(word) {
		if isDigit(word[i]) {
			one.digits++
		}
	}
	t.tokens = append(t.tokens, one)
}

// isInside reports whether a sign is part of a word.
func isInside(r rune) bool {
	if r < utf8.RuneSelf {
		return isLetter(byte(r)) || isDigit(byte(r))
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

// goesOn reports whether a letter follows.
func goesOn(rest string) bool {
	r, _ := utf8.DecodeRuneInString(rest)
	return unicode.IsLetter(r)
}

// begins reports whether a word after this sign begins something, so that its capital
// letter says nothing.
func begins(r rune) bool { return strings.ContainsRune(".!?:;…\n\r•*“\"‘(", r) }

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

func isLetter(b byte) bool { return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' }

// at is a token, or an empty one where there is none.
func (t *tokens) at(i int) token {
	if i < 0 || i >= len(t.tokens) {
		return token{}
	}
	return t.tokens[i]
}

// gap is what stands between a token and the next.
func (t *tokens) gap(i int) string {
	if i < 0 || i+1 >= len(t.tokens) {
		return "\n"
	}
	return t.text[t.tokens[i].to:t.tokens[i+1].from]
}

// Signs that can stand inside one number, or between a word and the next of one phrase.
const (
	spaces  = " \t\u00a0\u2009\u202f"
	hyphens = "-\u2010\u2011\u2013"
)

// joins reports whether a gap is short and made of these signs.
func joins(gap, signs string) bool {
	const most = 6 // bytes
	return gap != "" && len(gap) <= most && strings.Trim(gap, signs) == ""
}

// next reports whether only a space or hyphen lies between a token and the one after it.
func (t *tokens) next(i int) bool { return joins(t.gap(i), spaces+hyphens) }

// span is a finding from one token to another.
func (t *tokens) span(k Kind, from, to int) (Finding, bool) {
	return Finding{Kind: k, From: t.tokens[from].from, To: t.tokens[to].to}, true
}

// together puts tokens from i on together as long as they follow a pattern (see matches),
// with only these signs between them, and gives them in capitals.
func (t *tokens) together(i int, pattern, signs string) (code string, last int, ok bool) {
	done := 0
	for last = i; last < len(t.tokens); last++ {
		part := t.tokens[last].text
		if last > i && !joins(t.gap(last-1), signs) || len(part) > len(pattern)-done || !matches(part, pattern[done:done+len(part)]) {
			return "", 0, false
		}
		if done += len(part); done == len(pattern) {
			for _, one := range t.tokens[i : last+1] {
				code += one.text
			}
			return strings.ToUpper(code), last, true
		}
	}
	return "", 0, false
}

// matches compares a code with a pattern: A is a letter, 9 a digit, anything else itself.
func matches(code, pattern string) bool {
	if len(code) != len(pattern) {
		return false
	}
	for i := range len(code) {
		switch pattern[i] {
		case 'A':
			if !isLetter(code[i]) {
				return false
			}
		case '9':
			if !isDigit(code[i]) {
				return false
			}
		default:
			if code[i] != pattern[i] {
				return false
			}
		}
	}
	return true
}
