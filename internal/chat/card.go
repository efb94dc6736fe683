package chat

import (
	"slices"
	"strings"
)

// Text is words made of spans. Only an adapter turns spans into markup, so what a
// person typed can never mention, link or format anything.
type Text []Span

// Span is a piece of text: Plain, Bold, Link or Mention.
type Span interface{ span() }

type (
	// Plain is words as they are.
	Plain string
	// Bold is words that stand out.
	Bold string
	// Link is words that lead to a page.
	Link struct{ Label, URL string }
	// Mention names a person; whether it notifies them is up to the platform.
	Mention struct{ Person Person }
)

func (Plain) span()   {}
func (Bold) span()    {}
func (Link) span()    {}
func (Mention) span() {}

// Words is text without any markup.
func Words(s string) Text { return Text{Plain(s)} }

// String is the text in plain words, for notifications, screen readers and search.
func (t Text) String() string {
	var b strings.Builder
	for _, s := range t {
		switch v := s.(type) {
		case Plain:
			b.WriteString(string(v))
		case Bold:
			b.WriteString(string(v))
		case Link:
			b.WriteString(v.Label + " (" + v.URL + ")")
		case Mention:
			b.WriteString("@" + v.Person.Name)
		}
	}
	return b.String()
}

// Card is a message: what it is about, what it says, what can be done.
type Card struct {
	Kind    string // its meaning, e.g. "change.shown"; an adapter may draw some kinds finer
	Title   string
	Body    []Node
	Buttons []Button
}

// Node is one part of a card: Para, Heading, Facts, Note, Row, Picture or File.
type Node interface{ node() }

type (
	// Para is a paragraph.
	Para struct{ Text Text }
	// Heading starts a part of a long card or a Home page.
	Heading string
	// Facts are short labelled values that belong together; at most ten.
	Facts []Fact
	// Fact is one labelled value.
	Fact struct {
		Label string
		Value Text
	}
	// Note is small print.
	Note struct{ Text Text }
	// Row is an item with buttons of its own, e.g. one change in a list.
	Row struct {
		Text    Text
		Buttons []Button // at most five
	}
	// Picture is a drawing with the same said in words; at most one a card.
	Picture struct {
		Name string // a short file name without extension, e.g. "grid"
		Alt  string // all that the drawing says, for whoever does not see it
		PNG  []byte
	}
	// File is a text file that goes with a card; at most one a card. It is for one person:
	// only direct messages and private answers carry it. Settle makes an answer that has one
	// private, and an adapter refuses to send one to a channel. Where a card can only be
	// read, its title stands for it.
	File struct {
		Name    string // with its extension, e.g. "my-reflections.txt"
		Title   string // what it holds, in words, e.g. "My reflections"
		Content []byte // plain text in UTF-8
	}
)

func (Para) node()    {}
func (Heading) node() {}
func (Facts) node()   {}
func (Note) node()    {}
func (Row) node()     {}
func (Picture) node() {}
func (File) node()    {}

// FileOf is the file among nodes, if there is one.
func FileOf(nodes []Node) (File, bool) {
	for _, n := range nodes {
		if f, ok := n.(File); ok {
			return f, true
		}
	}
	return File{}, false
}

// Whole is plain words of any length, in as many paragraphs as they need.
func Whole(s string) []Node {
	var out []Node
	for part := range slices.Chunk([]rune(s), MaxText) {
		out = append(out, P(string(part)))
	}
	return out
}

// P is a paragraph of plain words.
func P(s string) Para { return Para{Words(s)} }

// Style is how a button stands out.
type Style int

const (
	// Normal is a button like any other.
	Normal Style = iota
	// Primary is the one thing most people do next; at most one in a row.
	Primary
	// Danger cannot be undone with one tap.
	Danger
)

// Button is something to press. Opens names the form it asks for, if it asks for one:
// a meaning, from which an adapter derives what its platform needs.
type Button struct {
	ID, Label, Arg string
	Opens          string
	Spoken         string // what a screen reader says when Label alone is not enough
	Style          Style
}

// Nodes are the title and body of a card as one run of nodes, buttons left out.
func (c Card) Nodes() []Node {
	if c.Title == "" {
		return c.Body
	}
	return append([]Node{Heading(c.Title)}, c.Body...)
}

// Plain is the whole card in plain words, one line a node. Screen readers and
// notifications get this text, so it says everything the drawing says.
func (c Card) Plain() string {
	lines := make([]string, 0, len(c.Body)+2)
	for _, n := range c.Nodes() {
		lines = append(lines, PlainNode(n))
	}
	if names := buttonNames(c.Buttons); names != "" {
		lines = append(lines, names)
	}
	return strings.Join(lines, "\n")
}

// PlainNode is one node in plain words.
func PlainNode(n Node) string {
	switch v := n.(type) {
	case Para:
		return v.Text.String()
	case Heading:
		return string(v)
	case Note:
		return v.Text.String()
	case Facts:
		lines := make([]string, len(v))
		for i, f := range v {
			lines[i] = f.Label + ": " + f.Value.String()
		}
		return strings.Join(lines, "\n")
	case Row:
		if names := buttonNames(v.Buttons); names != "" {
			return v.Text.String() + " " + names
		}
		return v.Text.String()
	case Picture:
		return v.Alt
	case File:
		return v.Title
	}
	return ""
}

func buttonNames(bs []Button) string {
	names := make([]string, len(bs))
	for i, b := range bs {
		names[i] = "[" + b.Label + "]"
	}
	return strings.Join(names, " ")
}

// Cut splits a text after its first word: the word, and the rest with its mentions kept.
func (t Text) Cut() (first string, rest Text) {
	for i, s := range t {
		words, ok := s.(Plain)
		if !ok {
			return "", t[i:]
		}
		trimmed := strings.TrimSpace(string(words))
		if trimmed == "" {
			continue
		}
		first, after, _ := strings.Cut(trimmed, " ")
		if i == len(t)-1 {
			return first, Words(strings.TrimSpace(after))
		}
		return first, append(Words(after+" "), t[i+1:]...)
	}
	return "", nil
}

// People are those the text mentions, each once, in order.
func (t Text) People() []Person {
	var people []Person
	seen := map[string]bool{}
	for _, s := range t {
		if m, ok := s.(Mention); ok && !seen[m.Person.ID] {
			seen[m.Person.ID] = true
			people = append(people, m.Person)
		}
	}
	return people
}
