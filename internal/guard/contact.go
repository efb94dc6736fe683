package guard

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// areas are the letters that a postcode can begin with.
// Source: Royal Mail, postcode areas of the United Kingdom and the Crown dependencies.
var areas = set(`ab al b ba bb bd bh bl bn br bs bt ca cb cf ch cm co cr ct cv cw da dd de dg dh dl dn dt dy e ec eh en ex
	fk fy g gl gu gy ha hd hg hp hr hs hu hx ig im ip iv ka kt kw ky l la ld le ll ln ls lu m me mk ml n ne ng nn np nr nw
	ol ox pa pe ph pl po pr rg rh rm s sa se sg sk sl sm sn so sp sr ss st sw sy ta td tf tn tq tr ts tw ub w wa wc wd wf
	wn wr ws wv yo ze`)

// notInward are the endings of "1st" and the like, and of "2hr", which are no postcode's when
// they are written small.
var notInward = set("st nd rd th hr")

// postcode finds a full one, with or without its gap.
// Source: Royal Mail, Programmers' Guide to the Postcode Address File, chapter on formats;
// the last two letters are never C, I, K, M, O or V.
func (t *tokens) postcode(i int) (Finding, bool) {
	one := t.tokens[i]
	if one.digits == 0 || len(one.text) < 2 || len(one.text) > 7 || !isLetter(one.text[0]) {
		return Finding{}, false
	}
	outward, inward, last := one.lower, t.at(i+1).text, i+1
	if len(outward) >= 5 {
		outward, inward, last = outward[:len(outward)-3], one.text[len(one.text)-3:], i
	} else if !joins(t.gap(i), spaces) {
		return Finding{}, false
	}
	if !isOutward(outward) || !matches(inward, "9AA") || strings.ContainsAny(inward[1:], "CIKMOVcikmov") || notInward[inward[1:]] {
		return Finding{}, false
	}
	return t.span(Postcode, i, last)
}

func isOutward(s string) bool {
	letters := strings.IndexFunc(s, unicode.IsDigit)
	if letters < 1 || !areas[s[:letters]] {
		return false
	}
	rest := s[letters:]
	return matches(rest, "9") || matches(rest, "99") || matches(rest, "9A")
}

// phone finds numbers of the United Kingdom that begin with 01, 02, 03, 07 or 08, and any
// number with its country's code. Groups of digits as people write them may stand apart,
// but the first has three digits or more: dates and times have fewer.
// Source: Ofcom, National Telephone Numbering Plan.
func (t *tokens) phone(i int) (Finding, bool) {
	one := t.tokens[i]
	abroad := one.from > 0 && t.text[one.from-1] == '+'
	if one.digits != len(one.text) || !abroad && (one.text[0] != '0' || len(one.text) < 3) {
		return Finding{}, false
	}
	const most = 15 // digits, in any country
	digits, last := "", -1
	for n := i; n < len(t.tokens) && n < i+most; n++ {
		next := t.tokens[n]
		if next.digits != len(next.text) || n > i && !joins(t.gap(n-1), spaces+hyphens+".()") {
			break
		}
		if digits += next.text; len(digits) > most {
			break
		}
		if isPhone(digits, abroad) {
			last = n
		}
	}
	if last < 0 {
		return Finding{}, false
	}
	f, _ := t.span(Phone, i, last)
	if abroad || f.From > 0 && t.text[f.From-1] == '(' && strings.Contains(f.In(t.text), ")") {
		f.From-- // the plus, or the bracket
	}
	return f, true
}

func isPhone(digits string, abroad bool) bool {
	if local, ok := strings.CutPrefix(digits, "0044"); ok {
		digits, abroad = "44"+local, true
	}
	local, british := strings.CutPrefix(digits, "44")
	switch {
	case abroad && british:
		digits = "0" + strings.TrimPrefix(local, "0") // +44 (0)161 …
	case abroad:
		return len(digits) >= 9
	}
	if len(digits) < 10 || digits[0] != '0' {
		return false
	}
	city := digits[1] == '1' && (digits[2] == '1' || digits[3] == '1') // such as 0161: these have eleven digits
	return len(digits) == 11 && strings.ContainsRune("12378", rune(digits[1])) || len(digits) == 10 && strings.ContainsRune("18", rune(digits[1])) && !city
}

// emails finds addresses outside these domains.
func (t *tokens) emails(domains []string) []Finding {
	var found []Finding
	text := t.text
	for i := strings.IndexByte(text, '@'); i >= 0; {
		from, to := i, i+1
		for from > 0 && inLocal(text[from-1]) {
			from--
		}
		for to < len(text) && (isLetter(text[to]) || isDigit(text[to]) || text[to] == '.' || text[to] == '-') {
			to++
		}
		to = i + 1 + len(strings.TrimRight(text[i+1:to], ".-"))
		from = i - len(strings.TrimLeftFunc(text[from:i], func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }))
		if domain := strings.ToLower(text[i+1 : to]); from < i && isDomain(domain) && !within(domain, domains) {
			found = append(found, Finding{Email, from, to})
		}
		next := strings.IndexByte(text[i+1:], '@')
		if next < 0 {
			break
		}
		i += 1 + next
	}
	return found
}

// inLocal reports whether a byte can stand before the @; letters beyond ASCII can.
func inLocal(b byte) bool {
	return isLetter(b) || isDigit(b) || b >= utf8.RuneSelf || strings.IndexByte("._%+'-", b) >= 0
}

func isDomain(s string) bool {
	dot := strings.LastIndexByte(s, '.')
	return dot > 0 && len(s)-dot > 2 && !strings.ContainsFunc(s[dot+1:], func(r rune) bool { return !unicode.IsLetter(r) })
}

func within(domain string, domains []string) bool {
	return slices.ContainsFunc(domains, func(d string) bool {
		d = strings.ToLower(d)
		return d != "" && (domain == d || strings.HasSuffix(domain, "."+d))
	})
}
