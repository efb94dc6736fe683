package guard

import (
	"slices"
	"strings"
)

// nhsNumber finds ten digits whose last one is right, modulo 11, in a range that has been
// issued in England, Wales and the Isle of Man.
// Source: NHS Data Model and Dictionary, "NHS Number".
func (t *tokens) nhsNumber(i int) (Finding, bool) {
	code, last, ok := t.together(i, "9999999999", spaces+hyphens)
	if !ok || !strings.ContainsRune("467", rune(code[0])) {
		return Finding{}, false
	}
	sum := 0
	for n := range 9 {
		sum += int(code[n]-'0') * (10 - n)
	}
	if check := (11 - sum%11) % 11; check != int(code[9]-'0') {
		return Finding{}, false
	}
	return t.span(NHSNumber, i, last)
}

// neverNI are prefixes that are never given out.
var neverNI = []string{"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}

// nationalInsurance finds two letters, six digits and a letter from A to D. The last letter
// has to be there: without it too much else looks like one.
// Source: HMRC, National Insurance Manual, "NIM39110".
func (t *tokens) nationalInsurance(i int) (Finding, bool) {
	code, last, ok := t.together(i, "AA999999A", spaces+hyphens)
	if !ok || code[8] > 'D' ||
		strings.ContainsAny(code[:2], "DFIQUV") || code[1] == 'O' || slices.Contains(neverNI, code[:2]) {
		return Finding{}, false
	}
	return t.span(NationalInsurance, i, last)
}

// upnLetters stand for the remainders 0 to 22.
const upnLetters = "ABCDEFGHJKLMNPQRTUVWXYZ"

// upn finds a unique pupil number: a check letter and twelve digits, of which the last is a
// letter while the number is a temporary one.
// Source: DfE, "Unique pupil numbers: guide for schools and local authorities".
func (t *tokens) upn(i int) (Finding, bool) {
	if len(t.tokens[i].text) != 13 {
		return Finding{}, false
	}
	code := strings.ToUpper(t.tokens[i].text)
	if !matches(code, "A999999999999") && !matches(code, "A99999999999A") {
		return Finding{}, false
	}
	sum := 0
	for n := 1; n < len(code); n++ {
		value := int(code[n] - '0')
		if !isDigit(code[n]) {
			value = strings.IndexByte(upnLetters, code[n])
		}
		if value < 0 { // I, O and S are not used
			return Finding{}, false
		}
		sum += value * (n + 1)
	}
	if upnLetters[sum%len(upnLetters)] != code[0] {
		return Finding{}, false
	}
	return t.span(UPN, i, i)
}

// courtNumber finds the number of family proceedings, such as ZE23C00123: two letters for
// the court, the year, a letter for what they are about, five digits.
// Source: HMCTS, how family courts number their proceedings.
func (t *tokens) courtNumber(i int) (Finding, bool) {
	_, last, ok := t.together(i, "AA99A99999", spaces+hyphens+"/")
	if !ok {
		return Finding{}, false
	}
	return t.span(CourtNumber, i, last)
}

var (
	// systems are where councils keep records of children and families.
	systems = set("lcs liquidlogic ics mosaic ehm eclipse caredirector carefirst frameworki fwi azeus pid")
	// records are words that make a number somebody's when "number" or the like follows.
	records = set("case client person child family pupil student record file service patient")
	numbers = set("id ids no number num nr ref reference")
	// people are those of records that a long number can follow at once.
	people = set("case client person child pupil patient")
	// otherPrefixes begin references that are nobody's: small changes and children's homes
	// (SC), purchase orders, nurseries at Ofsted, articles of a help desk.
	otherPrefixes = set("sc po ey kb")
)

// systemNumber finds a number of a records system: by the name of the system, by words such
// as "client number", or by its shape, one or two letters with six to nine digits.
func (t *tokens) systemNumber(i int) (Finding, bool) {
	word := t.tokens[i].lower
	if n := t.tokens[i].digits; n >= 5 && n <= 9 {
		prefix := word[:len(word)-n]
		short := n >= 6 && (matches(word, "A999999999"[:1+n]) || matches(word, "AA999999999"[:2+n]))
		if short && !otherPrefixes[prefix] || systems[prefix] {
			return t.span(SystemNumber, i, i)
		}
	}
	var least int // digits that make it such a number
	switch {
	case records[word] && numbers[t.at(i+1).lower]:
		least = 4
	case systems[word]:
		least = 5
	case word == "id", people[word]:
		least = 6
	default:
		return Finding{}, false
	}
	for n := i + 1; n <= i+4 && joins(t.gap(n-1), spaces+hyphens+":#/."); n++ {
		switch one := t.at(n); {
		case one.digits >= least && len(one.text) <= 12:
			return t.span(SystemNumber, i, n)
		case !numbers[one.lower] && !records[one.lower] && one.lower != "is":
			return Finding{}, false
		}
	}
	return Finding{}, false
}

func set(words string) map[string]bool {
	all := map[string]bool{}
	for _, word := range strings.Fields(words) {
		all[word] = true
	}
	return all
}
