package chat

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits are the smaller of Slack's and Teams' own (SLACK.md 2.3, TEAMS.md): a card
// that keeps them is never clipped on either. Counts are characters or items.
const (
	MaxTitle     = 150
	MaxFormTitle = 24
	MaxText      = 3000
	MaxLabel     = 75
	MaxRow       = 5
	MaxFacts     = 10
	MaxOptions   = 100
	MaxPicks     = 10
	MaxNodes     = 40
	MaxArg       = 2000
	MaxState     = 2000
	MaxAlt       = 2000
	MaxPictures  = 1
	MaxPNG       = 1 << 20 // bytes
	MaxFiles     = 1
	MaxContent   = 1 << 20 // bytes of a file
)

// CheckCard lists what would not fit or not be understood; nil means all is well.
// A test walks the whole gallery with it; adapters call it before they send.
func CheckCard(c Card) []string {
	k := checker{at: "card " + c.Kind}
	k.card(c)
	return k.problems
}

// CheckForm lists what would not fit or not be understood; nil means all is well.
func CheckForm(f Form) []string {
	k := checker{at: "form " + f.ID}
	k.form(f)
	return k.problems
}

type checker struct {
	at       string
	problems []string
}

func (k *checker) say(format string, args ...any) {
	k.problems = append(k.problems, k.at+": "+fmt.Sprintf(format, args...))
}

func (k *checker) length(what, s string, low, high int) {
	if n := utf8.RuneCountInString(s); n < low || n > high {
		k.say("%s has %d characters; it needs %d to %d", what, n, low, high)
	}
}

func (k *checker) count(what string, n, high int) {
	if n > high {
		k.say("%d %s; at most %d", n, what, high)
	}
}

func (k *checker) card(c Card) {
	k.length("title", c.Title, 0, MaxTitle)
	k.nodes(c.Body)
	k.buttons(c.Buttons)
}

func (k *checker) nodes(nodes []Node) {
	k.count("nodes", len(nodes), MaxNodes)
	pictures, files := 0, 0
	for _, n := range nodes {
		switch v := n.(type) {
		case Heading:
			k.length("heading", string(v), 1, MaxTitle)
		case Facts:
			k.count("facts", len(v), MaxFacts)
			for _, f := range v {
				k.length("fact "+f.Label, f.Label+f.Value.String(), 2, 1900)
			}
		case Row:
			k.length("row", v.Text.String(), 1, MaxText)
			k.buttons(v.Buttons)
		case Picture:
			pictures++
			k.picture(v)
		case File:
			files++
			k.file(v)
		default:
			k.length("text", PlainNode(n), 1, MaxText)
		}
	}
	k.count("pictures", pictures, MaxPictures)
	k.count("files", files, MaxFiles)
}

func (k *checker) picture(p Picture) {
	k.length("name of a picture", p.Name, 1, MaxLabel)
	k.length("words of picture "+p.Name, p.Alt, 1, MaxAlt)
	if n := len(p.PNG); n == 0 || n > MaxPNG {
		k.say("picture %s has %d bytes; it needs 1 to %d", p.Name, n, MaxPNG)
	}
}

// file holds a name to what every system takes for the name of a file in one folder.
func (k *checker) file(f File) {
	k.length("name of a file", f.Name, 1, MaxLabel)
	if ext := path.Ext(f.Name); len(ext) < 2 || ext == f.Name || strings.ContainsFunc(f.Name, notInName) {
		k.say("%q is no file name with an extension", f.Name)
	}
	k.length("title of file "+f.Name, f.Title, 1, MaxTitle)
	if n := len(f.Content); n == 0 || n > MaxContent {
		k.say("file %s has %d bytes; it needs 1 to %d", f.Name, n, MaxContent)
	}
	if !utf8.Valid(f.Content) {
		k.say("file %s is no text in UTF-8", f.Name)
	}
}

func notInName(r rune) bool {
	return unicode.IsControl(r) || strings.ContainsRune(`/\:*?"<>|`, r)
}

func (k *checker) buttons(bs []Button) {
	k.count("buttons in a row", len(bs), MaxRow)
	seen := map[string]bool{}
	for _, b := range bs {
		k.length("button "+b.ID, b.Label, 1, MaxLabel)
		k.length("argument of button "+b.ID, b.Arg, 0, MaxArg)
		k.length("spoken label of button "+b.ID, b.Spoken, 0, MaxLabel)
		if b.ID == "" || seen[b.ID] {
			k.say("button id %q is empty or twice in a row", b.ID)
		}
		seen[b.ID] = true
	}
}

func (k *checker) form(f Form) {
	k.length("title", f.Title, 1, MaxFormTitle)
	k.length("state", f.State, 0, MaxState)
	if len(f.Fields) > 0 {
		k.length("send label", f.Send, 1, MaxFormTitle)
	}
	k.nodes(f.Intro)
	seen := map[string]bool{}
	for _, field := range f.Fields {
		if field.ID == "" || seen[field.ID] {
			k.say("field id %q is empty or twice", field.ID)
		}
		seen[field.ID] = true
		k.field(field)
	}
}

func (k *checker) field(f Field) {
	k.length("label of "+f.ID, f.Label, 1, 200)
	k.length("hint of "+f.ID, f.Hint, 0, 200)
	switch f.Kind {
	case Pick, Several:
		k.count("options of "+f.ID, len(f.Options), MaxPicks)
	case Choice:
		k.count("options of "+f.ID, len(f.Options), MaxOptions)
	default:
		return
	}
	if len(f.Options) == 0 {
		k.say("%s has nothing to choose from", f.ID)
	}
	opens := []string{f.Value}
	if f.Kind == Several {
		opens = strings.Fields(f.Value)
	}
	for _, o := range f.Options {
		k.length("option of "+f.ID, o.Label, 1, MaxLabel)
		k.length("option value of "+f.ID, o.Value, 1, 150)
		k.length("option hint of "+f.ID, o.Hint, 0, MaxLabel)
		if f.Kind == Several && strings.Contains(o.Value, " ") {
			k.say("%s has the option %q, which has a space", f.ID, o.Value)
		}
	}
	for _, value := range opens {
		if value != "" && !slices.ContainsFunc(f.Options, func(o Option) bool { return o.Value == value }) {
			k.say("%s opens on %q, which is not an option", f.ID, value)
		}
	}
}
