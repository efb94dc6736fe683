// Package blockkit checks messages and views the way Slack does, before they are
// sent, and says what is wrong in Slack's own words.
//
// It knows the limits and the shapes of the block kinds this program draws (the
// tables are in blocks.go and elements.go; the numbers come from docs.slack.dev,
// from Slack's published type definitions and from its Python validators). It must
// not know what a message is about, and it never changes or cuts anything.
//
//	for _, p := range blockkit.CheckView(view) {
//		fmt.Println(p) // must be less than 25 characters [json-pointer:/view/title/text]
//	}
//
// Why our own (November 2026): slack-go validates next to nothing, and a refused
// answer to a sent form fails silently at Slack: the person sees "trouble
// connecting" and the program hears nothing. So a mistake must be found before it
// leaves. The same check makes the offline workspace refuse what Slack refuses.
// Price: kinds we do not draw (cards, tables, videos and so on) are called
// unsupported here although Slack knows them.
package blockkit

import (
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// Surface is where blocks are shown. It decides which kinds and how many are allowed.
type Surface int

const (
	// Message is a message in a channel or direct message: at most 50 blocks, no inputs.
	Message Surface = iota
	// Modal is a dialog: at most 100 blocks.
	Modal
	// Home is a person's own page: at most 100 blocks.
	Home
)

// Problem is one thing Slack would refuse.
type Problem struct {
	Words   string // as Slack says it, e.g. "must be less than 25 characters"
	Pointer string // JSON pointer (RFC 6901) from the request's own root, e.g. "/view/title/text"
}

// String is the problem as Slack writes it in response_metadata.messages, without "[ERROR] ".
func (p Problem) String() string {
	return p.Words + " [json-pointer:" + p.Pointer + "]"
}

// Check lists what is wrong with the blocks of a message, modal or Home page; nil
// means Slack would take them. Pointers begin with /blocks for a message and with
// /view/blocks otherwise. Absent blocks ("" or null) are fine in a message.
func Check(surface Surface, blocks json.RawMessage) []Problem {
	k := checker{surface: surface}
	at := "/blocks"
	if surface != Message {
		at = "/view/blocks"
	}
	if len(blocks) == 0 && surface == Message {
		return nil
	}
	if v, ok := k.parse(at, blocks); ok && (v != nil || surface != Message) {
		k.blocks(at, v)
	}
	return k.problems
}

// CheckView lists what is wrong with a whole view, of type modal or home; nil means
// Slack would take it. Pointers begin with /view.
func CheckView(view json.RawMessage) []Problem {
	k := checker{}
	if len(view) > maxView {
		k.say("/view", "view_too_large")
		return k.problems
	}
	v, ok := k.parse("/view", view)
	if !ok {
		return k.problems
	}
	o, ok := k.object("/view", v)
	if !ok {
		return k.problems
	}
	switch o["type"] {
	case "modal":
		k.surface = Modal
		k.shaped("/view", o, modalShape)
		k.submit(o)
	case "home":
		k.surface = Home
		k.shaped("/view", o, homeShape)
	default:
		k.unsupported("/view", o)
	}
	return k.problems
}

// maxView is the size in bytes above which Slack answers view_too_large.
const maxView = 250_000

// submit holds the one rule that spans a whole modal: what asks must be sendable.
func (k *checker) submit(view map[string]any) {
	if k.inputs > 0 && view["submit"] == nil {
		k.say("/view", "must define `submit` to use an `input` block in modals")
	}
}

// checker walks one payload and collects problems.
type checker struct {
	surface  Surface
	problems []Problem
	inputs   int             // input blocks seen
	ids      map[string]bool // block_ids seen
	focused  bool            // an element with focus_on_load was seen
	actions  map[string]bool // action_ids seen in the block at hand
}

func (k *checker) say(at, format string, args ...any) {
	k.problems = append(k.problems, Problem{Words: fmt.Sprintf(format, args...), Pointer: at})
}

func (k *checker) parse(at string, raw json.RawMessage) (any, bool) {
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		k.say(at, "must be valid JSON")
		return nil, false
	}
	return v, true
}

func (k *checker) object(at string, v any) (map[string]any, bool) {
	o, ok := v.(map[string]any)
	if !ok {
		k.say(at, "must be an object")
	}
	return o, ok
}

func (k *checker) unsupported(at string, o map[string]any) {
	if kind, ok := o["type"].(string); ok {
		k.say(at+"/type", "unsupported type: %s", kind)
		return
	}
	k.say(at, "missing required field: type")
}

// rule judges one value found at a pointer.
type rule func(k *checker, at string, v any)

// field is one property of an object: what judges it, and whether it must be there.
type field struct {
	name string
	must bool
	rule rule
}

func must(name string, r rule) field { return field{name, true, r} }
func may(name string, r rule) field  { return field{name, false, r} }

// shape is all that an object may hold, "type" apart.
type shape []field

// shaped judges an object field by field, in the order of the shape, so that the
// same mistake always gives the same answer.
func (k *checker) shaped(at string, o map[string]any, s shape) {
	known := 0
	if _, ok := o["type"]; ok {
		known++
	}
	for _, f := range s {
		v, there := o[f.name]
		if there {
			known++
		}
		switch {
		case v != nil:
			f.rule(k, at+"/"+f.name, v)
		case f.must:
			k.say(at, "missing required field: %s", f.name)
		}
	}
	if known < len(o) {
		k.extra(at, o, s)
	}
}

func (k *checker) extra(at string, o map[string]any, s shape) {
	known := map[string]bool{"type": true}
	for _, f := range s {
		known[f.name] = true
	}
	for _, name := range sortedKeys(o) {
		if !known[name] {
			k.say(at, "invalid additional property: %s", name)
		}
	}
}

// length holds a text to a number of characters; both ends are allowed.
func length(low, high int) rule {
	return func(k *checker, at string, v any) {
		s, ok := v.(string)
		if !ok {
			k.say(at, "must be a string")
			return
		}
		switch n := utf8.RuneCountInString(s); {
		case n < low:
			k.say(at, "must be more than %d characters", low-1)
		case n > high:
			k.say(at, "must be less than %d characters", high+1)
		}
	}
}

// list holds a list to a number of items and judges each; both ends are allowed.
func list(low, high int, each rule) rule {
	return func(k *checker, at string, v any) {
		items, ok := v.([]any)
		if !ok {
			k.say(at, "must be an array")
			return
		}
		if len(items) < low {
			k.say(at, "must provide at least %d items", low)
		}
		if len(items) > high {
			k.say(at, "no more than %d items allowed", high)
		}
		for i, item := range items {
			each(k, at+"/"+strconv.Itoa(i), item)
		}
	}
}

// between is a whole number; both ends are allowed.
func between(low, high float64) rule {
	return func(k *checker, at string, v any) {
		n, ok := v.(float64)
		switch {
		case !ok || n != float64(int64(n)):
			k.say(at, "must be an integer")
		case n < low:
			k.say(at, "must be greater than or equal to %.0f", low)
		case n > high:
			k.say(at, "must be less than or equal to %.0f", high)
		}
	}
}

func boolean(k *checker, at string, v any) {
	if _, ok := v.(bool); !ok {
		k.say(at, "must be a boolean")
	}
}

// oneOf is one of a few words.
func oneOf(words ...string) rule {
	return func(k *checker, at string, v any) {
		for _, w := range words {
			if v == w {
				return
			}
		}
		k.say(at, "must be a valid enum value")
	}
}
