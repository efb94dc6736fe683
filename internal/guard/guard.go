// Package guard looks for what could point to a child or a family in free text, before it is
// stored, posted or logged (DOMAIN.md section 9).
//
// It knows what such numbers, addresses and names look like in England. It must not know
// where a text comes from, who wrote it or what becomes of it, and it keeps nothing.
//
//	found := guard.Check("Ring 0161 496 0000", guard.Settings{})
//	found.Stop() // one guard.Phone, with what to say about it
//
// Why rules by hand (November 2026): every rule can be read and explained to whoever was
// stopped, and needs no model and no list of names. The price is that it cannot find every
// name, and never claims to. It would rather let a name pass than question ordinary
// sentences about work: who is asked every week stops reading.
//
// The time it takes grows with the length of the text and nothing else: each rule looks at
// a word and at most ten of its neighbours.
package guard

import (
	"cmp"
	"slices"
	"strings"
)

// Kind is what a finding looks like. It may be counted: it says nothing of the text.
type Kind string

// What is stopped, and what is asked about.
const (
	NHSNumber         Kind = "nhs_number"
	NationalInsurance Kind = "national_insurance_number"
	Postcode          Kind = "postcode"
	Phone             Kind = "phone"
	Email             Kind = "email"
	BirthDate         Kind = "birth_date"
	SystemNumber      Kind = "system_number" // of a system that records are kept in
	CourtNumber       Kind = "court_number"
	UPN               Kind = "upn" // a pupil's

	Age      Kind = "age"
	Initials Kind = "initials"
	Name     Kind = "name"
)

// Action is what has to be done about a finding.
type Action string

// The two actions.
const (
	Stop Action = "stop" // the text is not taken with it
	Ask  Action = "ask"  // its writer is asked whether it points to a child or family
)

// Finding is one thing that was found, at text[From:To] in bytes.
type Finding struct {
	Kind     Kind
	From, To int
}

// Action is what has to be done about it.
func (f Finding) Action() Action {
	if f.Kind == Age || f.Kind == Initials || f.Kind == Name {
		return Ask
	}
	return Stop
}

// In are the words of a text that were found.
func (f Finding) In(text string) string { return text[f.From:f.To] }

// Words say what it looks like, and what to do.
func (f Finding) Words() string { return words[f.Kind] }

var words = map[Kind]string{
	NHSNumber:         "This looks like an NHS number. Please take it out.",
	NationalInsurance: "This looks like a National Insurance number. Please take it out.",
	Postcode:          "This looks like a full postcode. Please take it out, or name the area.",
	Phone:             "This looks like a phone number. Please take it out.",
	Email:             "This looks like an e-mail address from outside the council. Please take it out.",
	BirthDate:         "This looks like a date of birth. Please take it out.",
	SystemNumber:      "This looks like a number from the records system. Please take it out.",
	CourtNumber:       "This looks like a court number. Please take it out.",
	UPN:               "This looks like a pupil number. Please take it out.",
	Age:               "This looks like somebody’s age. If it is a child’s, please leave it out.",
	Initials:          "This looks like somebody’s initials. If it is a child or family, please leave them out.",
	Name:              "This looks like a name. If it is a child or family, please leave it out.",
}

// Settings are what a council lets pass.
type Settings struct {
	Domains   []string // of its own e-mail addresses; those below them count too
	Postcodes []string // of its offices, in any spelling
}

// Result is what was found in a text, in its order. No two findings overlap.
type Result struct{ Findings []Finding }

// Stop are the findings that a text is not taken with.
func (r Result) Stop() []Finding { return r.of(Stop) }

// Ask are the findings that its writer is asked about.
func (r Result) Ask() []Finding { return r.of(Ask) }

func (r Result) of(a Action) []Finding {
	return slices.DeleteFunc(slices.Clone(r.Findings), func(f Finding) bool { return f.Action() != a })
}

// Check finds all that it can. Where two things overlap it keeps what has to be stopped,
// and of two such the longer one.
func Check(text string, s Settings) Result {
	t := read(text)
	var found []Finding
	for i := range t.tokens {
		for _, rule := range rules {
			if f, ok := rule(&t, i); ok {
				found = append(found, f)
			}
		}
	}
	found = append(found, t.birthDates()...)
	found = append(found, t.emails(s.Domains)...)
	found = slices.DeleteFunc(found, func(f Finding) bool { return f.Kind == Postcode && s.ours(f.In(text)) })
	return Result{apart(found)}
}

// rules each look for something that begins with a word.
var rules = []func(*tokens, int) (Finding, bool){
	(*tokens).nhsNumber, (*tokens).nationalInsurance, (*tokens).postcode, (*tokens).phone,
	(*tokens).systemNumber, (*tokens).courtNumber, (*tokens).upn,
	(*tokens).age, (*tokens).initials, (*tokens).name,
}

// apart leaves of findings that overlap the one that matters most.
func apart(found []Finding) []Finding {
	slices.SortFunc(found, func(a, b Finding) int {
		return cmp.Or(a.From-b.From, b.To-a.To, strings.Compare(string(a.Kind), string(b.Kind)))
	})
	var kept []Finding
	for _, f := range found {
		last := len(kept) - 1
		switch {
		case last < 0 || f.From >= kept[last].To:
			kept = append(kept, f)
		case f.weight() > kept[last].weight():
			kept[last] = f
		}
	}
	return kept
}

// weight is how much a finding matters where two overlap.
func (f Finding) weight() int {
	if f.Action() == Stop {
		return 1<<20 + f.To - f.From
	}
	return f.To - f.From
}

func (s Settings) ours(postcode string) bool {
	return slices.ContainsFunc(s.Postcodes, func(p string) bool { return plainCode(p) == plainCode(postcode) })
}

// plainCode is a postcode without its gap, in capitals.
func plainCode(s string) string { return strings.ToUpper(strings.Join(strings.Fields(s), "")) }
