package guard

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	// kids are words for a child, and for whom initials are used in place of a name.
	kids = set("child baby kid toddler boy girl twin sibling pupil teenager teen infant newborn yp")
	// kin are words for somebody of a family.
	kin = set(`mum mom mummy mam dad daddy mother father stepmum stepdad stepmother stepfather brother sister stepbrother stepsister son daughter
		gran nan nana nanny grandma grandmother grandad granddad grandpa grandfather grandparent grandparents aunt auntie uncle cousin niece nephew
		parent parents sibling siblings carer carers family partner`)
	// several are those of kin that also follow the names of places and services.
	several = set("family parents carers siblings grandparents partner")
	// places are what a child has and a colleague mostly has not.
	places = set("school nursery teacher headteacher childminder")
	// between may stand between a name and a word for somebody of a family.
	between = set("foster birth step little older younger big elder baby twin half new late")
	// titles begin the name of a grown-up, of whom most here are parents.
	titles = set("Mr Mrs Ms Miss")
	// formal words begin phrases in capital letters, such as "Child Exploitation", as well as sentences.
	formal = set("child baby parent parents carer carers sibling siblings twin teen teenager infant pupil newborn toddler kid yp")
	// work are words after "family" that make it part of the work.
	work = set(`worker workers support hub hubs centre centres time team teams practitioner practitioners group groups nurse nurses court courts service services
		intervention therapy plan plans network meeting meetings conference conferences finding safeguarding practice room rooms learning liaison link law life
		visits help solutions rights star action assessment assessments friendly day days fun event events information directory partnership partnerships
		coach coaches visit members led first work advocate advocates`)
	// ordinary are words with a capital letter that are nobody's name.
	ordinary = set(`monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays
		january february march april may june july august september october november december easter christmas diwali eid ramadan hanukkah
		the a an and or but in on at to of for with from by as if so we you they he she it i our your their his her my this that these those each every any one no all
		some both whole extended foster birth kinship adoptive early help care start act protection benefit benefits need poverty death bank box clinic
		everyone everybody someone somebody anyone anybody nobody noone today tomorrow yesterday tonight week weekend year month morning afternoon
		child children people person parent parents carer carers mother mothers father fathers mum mums dad dads baby family families women men boy girl boys girls
		team teams council service services school nhs england wales scotland ireland britain london english british slack zoom outlook word excel
		what when where which who why how there here then now not also please thank thanks yes let can could would should will do does did has have is are was were
		years evening exploitation arrangements forum support assessment assessments group network allowance connect voice hub plan plans order zone academy
		god mr mrs ms miss dr social young grandparent sibling brother sister friend client colleague manager worker practitioner`)
	// abbreviations are capital letters that are nobody's initials.
	abbreviations = set("uk us usa eu nb ps qa it hr am pm eg ie ok pa cv cp sw tv pe re ot gp hv la id ai sen lac cin ehm ehc gdpr nhs mp cc dob ta pr lo pep iro fgc tac tls dsl vs etc rsvp fyi asap dv ca si os rag")
)

// initials finds "child J", "J.S." and "J’s mum".
func (t *tokens) initials(i int) (Finding, bool) {
	one := t.tokens[i]
	if kids[one.lower] || kin[one.lower] || one.lower == "person" && t.at(i-1).lower == "young" {
		if next := t.at(i + 1); joins(t.gap(i), spaces) && isInitials(next.text) && next.text != "I" {
			return t.span(Initials, i, i+1)
		}
	}
	stem, owns := possessive(one.text)
	if next := t.at(i + 1).lower; owns && isInitials(stem) && joins(t.gap(i), spaces) && (kin[next] || places[next]) {
		return t.span(Initials, i, i+1)
	}
	if !isCapital(one.text) || t.gap(i-1) == "." {
		return Finding{}, false
	}
	last, letters := i, one.lower
	for last < i+2 && t.gap(last) == "." && isCapital(t.at(last+1).text) {
		last++
		letters += t.at(last).lower
	}
	if last == i || abbreviations[letters] {
		return Finding{}, false
	}
	return t.span(Initials, i, last)
}

func isCapital(s string) bool { return len(s) == 1 && s[0] >= 'A' && s[0] <= 'Z' }

// isInitials reports whether a word is one or two capital letters that stand for no word.
func isInitials(s string) bool {
	return isCapital(s) || len(s) == 2 && isCapital(s[:1]) && isCapital(s[1:]) && !abbreviations[strings.ToLower(s)]
}

// possessive is a word without its 's.
func possessive(word string) (stem string, ok bool) {
	for _, end := range []string{"'s", "’s"} {
		if stem, ok := strings.CutSuffix(word, end); ok {
			return stem, true
		}
	}
	return word, false
}

// isProper reports whether a word is written like a name, and is no ordinary word.
func isProper(word string) bool {
	first, size := utf8.DecodeRuneInString(word)
	return unicode.IsUpper(first) && len(word) > size && strings.ContainsFunc(word[size:], unicode.IsLower) &&
		!strings.ContainsAny(word, "0123456789") && !ordinary[strings.ToLower(word)]
}

// name finds names by the company they keep: "the Smith family", "Jayden’s mum", "his
// brother Kai", "a girl called Mia", "Mrs Khan". A name alone is nothing to it: most are
// colleagues'.
func (t *tokens) name(i int) (Finding, bool) {
	one := t.tokens[i]
	if f, ok := t.belongsTo(i); ok {
		return f, true
	}
	next := i + 1
	switch {
	case titles[one.text] && joins(t.gap(i), spaces+"."):
	case (kin[one.lower] || kids[one.lower]) && one.lower != "family" && one.lower != "partner" && (one.text == one.lower || one.starts && !formal[one.lower]) && joins(t.gap(i), spaces):
		if called := t.at(next).lower; (called == "called" || called == "named") && joins(t.gap(next), spaces) {
			next++
		}
	case one.lower == "the":
		return t.theFamily(i)
	default:
		return Finding{}, false
	}
	name, _ := possessive(t.at(next).text)
	surname := strings.HasPrefix(one.text, "Mr") && name != "" && !isDigit(name[0]) && !ordinary[strings.ToLower(name)] // Mrs khan
	if !surname && !isProper(name) {
		return Finding{}, false
	}
	return t.span(Name, i, next)
}

// belongsTo finds a name with somebody or something of a family after it.
func (t *tokens) belongsTo(i int) (Finding, bool) {
	name, written := t.owner(i)
	if name == "" || !isProper(name) || ordinary[strings.TrimSuffix(strings.ToLower(name), "s")] || t.at(i-1).lower == "st" { // a school may be a saint's
		return Finding{}, false
	}
	last := i + 1
	if between[t.at(last).lower] && joins(t.gap(last), spaces) {
		last++
	}
	word, _ := possessive(t.at(last).lower)
	theirs := kin[word] && (written || !several[word]) || written && places[word]
	if !theirs || word == "family" && t.next(last) && work[t.at(last+1).lower] {
		return Finding{}, false
	}
	return t.span(Name, i, last)
}

// owner is the word that something belongs to: "Jayden" of "Jayden’s mum", "James" of "James’
// mum" and, not at the start of a sentence, "Jaydens" of "Jaydens mum", which is not written
// as it should be. It is "" where nothing belongs to a word.
func (t *tokens) owner(i int) (name string, written bool) {
	stem, owns := possessive(t.tokens[i].text)
	gap := t.gap(i)
	plural := !owns && strings.HasSuffix(stem, "s")
	switch {
	case owns && joins(gap, spaces), plural && joins(gap, spaces+apostrophes) && strings.ContainsAny(gap, apostrophes):
		return stem, true
	case plural && joins(gap, spaces) && !t.tokens[i].starts:
		return stem, false
	}
	return "", false
}

// theFamily finds one or two names between "the" and "family".
func (t *tokens) theFamily(i int) (Finding, bool) {
	for last := i + 1; last <= i+3 && t.next(last-1); last++ {
		one := t.at(last)
		if one.lower == "family" && last > i+1 {
			if t.next(last) && work[t.at(last+1).lower] {
				return Finding{}, false
			}
			return t.span(Name, i, last)
		}
		if !isProper(one.text) {
			return Finding{}, false
		}
	}
	return Finding{}, false
}
