package guard

import (
	"strconv"
	"strings"
)

var (
	months = set("january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec")
	born   = set("born dob birthday birthdate")
)

// birthDates finds full dates beside words about a birth. A date alone is no birth date:
// this package has no clock, and people at work write dates all the time.
func (t *tokens) birthDates() []Finding {
	var found []Finding
	for i := range t.tokens {
		if !t.isBirth(i) {
			continue
		}
		const before, after = 8, 6 // words between which the date may stand
		for n := max(0, i-before); n <= min(i+after, len(t.tokens)-1); n++ {
			if last, ok := t.date(n); ok {
				f, _ := t.span(BirthDate, n, last)
				found = append(found, f)
				break
			}
		}
	}
	return found
}

// isBirth reports whether a word, with those around it, is about a birth.
func (t *tokens) isBirth(i int) bool {
	word := t.tokens[i].lower
	return born[word] ||
		word == "birth" && (t.at(i-1).lower == "of" && t.at(i-2).lower == "date" || t.at(i+1).lower == "date") ||
		word == "d" && t.gap(i) == "." && t.at(i+1).lower == "o" && t.gap(i+1) == "." && t.at(i+2).lower == "b"
}

// date reads a full date that begins with a token, and says which is its last.
func (t *tokens) date(i int) (last int, ok bool) {
	a, b, c := t.at(i), t.at(i+1), t.at(i+2)
	if number(a) > 0 && len(a.text) == 8 && a.digits == 8 {
		return i, true // 03052012
	}
	if signs := spaces + hyphens + "/."; a.digits == len(a.text) && joins(t.gap(i), signs) && joins(t.gap(i+1), signs) {
		year, month, day := number(c), number(b), number(a)
		if len(a.text) == 4 {
			year, day = day, year
		}
		if c.digits == len(c.text) && year >= 0 && isDay(day) && isDay(month) && min(day, month) <= 12 && (len(a.text) == 4 || len(c.text) == 2 || len(c.text) == 4) {
			return i + 2, true
		}
	}
	day, month := i, i+1
	if t.at(month).lower == "of" {
		month++
	}
	year := month + 1
	if months[a.lower] { // May 3, 2012
		day, month, year = i+1, i, i+2
	}
	if y := t.at(year); months[t.at(month).lower] && isDay(ordinal(t.at(day))) && y.digits == len(y.text) && (len(y.text) == 2 || len(y.text) == 4) && joins(t.gap(year-1), spaces+hyphens+",.'’/") {
		return year, true
	}
	return 0, false
}

func isDay(n int) bool { return n >= 1 && n <= 31 }

// number is the value of a token of a few digits, or -1.
func number(one token) int {
	if one.digits == 0 || one.digits != len(one.text) || one.digits > 8 {
		return -1
	}
	n, err := strconv.Atoi(one.text)
	if err != nil {
		return -1
	}
	return n
}

// ordinal is the value of "3" or "3rd", or -1.
func ordinal(one token) int {
	for _, end := range []string{"st", "nd", "rd", "th"} {
		if digits, ok := strings.CutSuffix(one.lower, end); ok && digits != "" {
			return number(token{text: digits, digits: one.digits})
		}
	}
	return number(one)
}

var (
	inWords = map[string]int{
		"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
		"thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
	}
	years    = set("year years yr yrs")
	fewWeeks = set("month months mth mths week weeks wk wks day days")
	// things are what is some years old and is no child.
	things = set(`system systems form forms laptop laptops computer computers policy policies process processes template templates building buildings
		car cars database spreadsheet document documents guidance procedure procedures contract contracts printer phone phones kit equipment software
		report reports idea rule rules version list request requests problem habit file files backlog referral referrals record records message e email website`)
	// beyond are words after which an age is one end of a range, and so a group.
	beyond = set("to plus upwards through until")
	// sides follow "and" and "or" where they say the same: "aged 5 and under".
	sides = set("over under above below up older younger")
	// oldest is whom a service for children and care leavers is for.
	oldest = 25
)

// age finds "14 year old", "14yo", "aged 7", "Mia (14)", "15th birthday" and "born in 2012". Groups, such as "aged 11 to
// 18", are nobody, and things may have an age.
func (t *tokens) age(i int) (Finding, bool) {
	one := t.tokens[i]
	switch one.lower {
	case "aged", "age":
		return t.aged(i)
	case "born":
		return t.bornIn(i)
	}
	if f, ok := t.beside(i); ok {
		return f, true
	}
	n, unit := t.years(i)
	if unit < 0 {
		return Finding{}, false
	}
	last, after := unit, t.at(unit+1).lower
	switch {
	case unit == i && strings.HasSuffix(one.lower, "yo"):
		return t.span(Age, i, i)
	case t.at(unit).lower == "y" && after == "o" && joins(t.gap(unit), "/."):
		return t.span(Age, i, unit+1)
	case after == "of" && t.at(unit+2).lower == "age" && n <= oldest && t.next(unit) && t.next(unit+1):
		return t.span(Age, i, unit+2)
	case after != "old" || !t.next(unit):
		return Finding{}, false
	}
	last++
	whose := ""
	if t.next(last) {
		whose = t.at(last + 1).lower
	}
	needsSomebody := fewWeeks[t.at(unit).lower] || n > oldest
	if things[whose] || t.thingBefore(i) || needsSomebody && !kids[whose] && !kin[whose] {
		return Finding{}, false
	}
	return t.span(Age, i, last)
}

// beside reads what only its neighbours make an age: "Mia (14)", inside a sentence, and "15th
// birthday".
func (t *tokens) beside(i int) (Finding, bool) {
	const grown = 18
	one := t.tokens[i]
	if n := number(t.at(i + 1)); n >= 1 && n <= grown && !one.starts && joins(t.gap(i), spaces+"(") && strings.HasSuffix(t.gap(i), "(") &&
		strings.HasPrefix(t.text[t.at(i+1).to:], ")") && isProper(one.text) {
		f, _ := t.span(Age, i, i+1)
		f.To++ // the bracket
		return f, true
	}
	if one.digits > 0 && t.at(i+1).lower == "birthday" && t.next(i) {
		if n := ordinal(one); n >= 1 && n <= oldest && one.digits < len(one.text) {
			return t.span(Age, i, i+1)
		}
	}
	return Finding{}, false
}

// bornIn reads "born in 2012".
func (t *tokens) bornIn(i int) (Finding, bool) {
	year := i + 1
	if t.at(year).lower == "in" {
		year++
	}
	if n := number(t.at(year)); n >= 1900 && n < 2100 && t.next(i) && t.next(year-1) {
		return t.span(Age, i, year)
	}
	return Finding{}, false
}

// thingBefore reports whether one of the four words before is a thing: "this form is ten years old".
func (t *tokens) thingBefore(i int) bool {
	for n := i - 1; n >= i-4 && n >= 0; n-- {
		if things[t.tokens[n].lower] {
			return true
		}
	}
	return false
}

// years reads a number of years, months or weeks, and where their unit stands: -1 when it
// is none.
func (t *tokens) years(i int) (n, unit int) {
	one := t.tokens[i]
	n, spelt := inWords[one.lower]
	if !spelt {
		if one.digits == 0 || one.digits > 2 {
			return 0, -1
		}
		digits := strings.TrimRight(one.lower, "abcdefghijklmnopqrstuvwxyz")
		if n = number(token{text: digits, digits: len(digits)}); digits == "" || len(digits) > 2 || n < 0 {
			return 0, -1
		}
		if rest := one.lower[len(digits):]; rest != "" {
			if rest == "yo" || years[rest] || fewWeeks[rest] {
				return n, i
			}
			return 0, -1
		}
	}
	if after := t.at(i + 1).lower; t.next(i) && (years[after] || fewWeeks[after] || after == "y") {
		return n, i + 1
	}
	return 0, -1
}

// aged reads what follows "aged" or "age".
func (t *tokens) aged(i int) (Finding, bool) {
	if !joins(t.gap(i), spaces+":") {
		return Finding{}, false
	}
	one, after := t.at(i+1), t.at(i+2)
	n, spelt := inWords[one.lower]
	if !spelt {
		if n = number(one); n < 0 {
			return Finding{}, false
		}
	}
	gap := t.gap(i + 1)
	also := after.lower == "and" || after.lower == "or"
	group := joins(gap, spaces) && (beyond[after.lower] || also && sides[t.at(i+3).lower]) || after.digits > 0 && joins(gap, spaces+hyphens+"/") || strings.HasPrefix(t.text[one.to:], "+")
	if n > oldest || group {
		return Finding{}, false
	}
	return t.span(Age, i, i+1)
}
