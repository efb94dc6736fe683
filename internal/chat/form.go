package chat

import (
	"slices"
	"strings"
)

// FieldKind is what a field asks for.
type FieldKind int

const (
	// Line is one line of words.
	Line FieldKind = iota
	// Paragraph is several lines of words.
	Paragraph
	// Choice is one of up to 100 options, in a list that opens.
	Choice
	// Pick is one of up to 10 options, all in sight.
	Pick
	// Day is a date; its value is "2026-12-07" or empty.
	Day
	// People is any number of people of this workspace.
	People
	// Several is any number of up to 10 options, all in sight; its value is theirs, in any
	// order, with one space between.
	Several
)

// Form is a dialog: words to read, fields to fill, one button to send.
// State travels with the form and comes back with it; it is not for secrets.
type Form struct {
	ID, State   string
	Title, Send string
	Intro       []Node
	Fields      []Field
}

// Field is one thing a form asks for. Value is what it holds when it opens.
type Field struct {
	ID, Label, Hint string
	Kind            FieldKind
	Max             int // characters; 0 means 3,000
	Optional        bool
	Options         []Option
	Value           string
}

// Holds reports whether an option is the one that the field holds, or among them.
func (f Field) Holds(o Option) bool {
	if f.Kind == Several {
		return slices.Contains(strings.Fields(f.Value), o.Value)
	}
	return o.Value == f.Value
}

// Option is one possible answer. Hint may say more about it.
type Option struct{ Value, Label, Hint string }

// Filled is the form with what was typed in its fields, for showing it again. Nothing typed
// is lost: a field grows to hold words that are too long for it, and words that fit no field
// stand above the form, to be copied.
func (f Form) Filled(v Values) Form {
	fields := make([]Field, len(f.Fields))
	for i, field := range f.Fields {
		if typed, ok := v[field.ID]; ok {
			field.Value = typed
		}
		if letters := []rune(field.Value); len(letters) > MaxText {
			f.Intro = append(slices.Clone(f.Intro), P("This is what you wrote. It is too long for the form, so please shorten it."))
			f.Intro = append(f.Intro, Whole(field.Value)...)
			field.Value = ""
		} else if field.Max > 0 {
			field.Max = max(field.Max, len(letters))
		}
		fields[i] = field
	}
	f.Fields = fields
	return f
}

// Plain is the form in plain words, one line a field.
func (f Form) Plain() string {
	c := Card{Title: f.Title, Body: f.Intro}
	out := c.Plain()
	for _, field := range f.Fields {
		out += "\n" + field.Label + ": " + f.shown(field)
	}
	if f.Send != "" {
		out += "\n[" + f.Send + "]"
	}
	return out
}

func (Form) shown(field Field) string {
	var chosen []string
	for _, o := range field.Options {
		if field.Holds(o) {
			chosen = append(chosen, o.Label)
		}
	}
	if len(chosen) > 0 {
		return strings.Join(chosen, ", ")
	}
	if field.Value == "" {
		return "…"
	}
	return field.Value
}

// Beside keeps problems that belong to a field of this form and puts any other beside its
// first field, so that no problem is without a place to be seen.
func (f Form) Beside(problems map[string]string) map[string]string {
	placed := map[string]string{}
	for id, words := range problems {
		if !f.has(id) && len(f.Fields) > 0 {
			id = f.Fields[0].ID
			words = strings.TrimSpace(placed[id] + " " + words)
		}
		placed[id] = words
	}
	return placed
}

func (f Form) has(id string) bool {
	for _, field := range f.Fields {
		if field.ID == id {
			return true
		}
	}
	return false
}
