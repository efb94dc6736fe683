package slack

import (
	"cmp"
	"regexp"
	"strings"

	"smallchanges/internal/chat"
)

var (
	// token is what Slack puts into typed text: <@U1|ana>, <#C1|general>, <!here>,
	// <https://x.example|label>. Typed "<" and ">" arrive escaped, so none is forged.
	token     = regexp.MustCompile(`<([^<>]+)>`)
	unescaper = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
)

// words is typed text as spans: people become mentions, everything else the plain
// letters that the person saw when they typed.
func words(workspace, typed string) chat.Text {
	var out chat.Text
	letters := func(s string) {
		if s == "" {
			return
		}
		if n := len(out); n > 0 {
			if before, ok := out[n-1].(chat.Plain); ok {
				out[n-1] = before + chat.Plain(s)
				return
			}
		}
		out = append(out, chat.Plain(s))
	}
	at := 0
	for _, m := range token.FindAllStringSubmatchIndex(typed, -1) {
		letters(unescaper.Replace(typed[at:m[0]]))
		inside := typed[m[2]:m[3]]
		if person, ok := mentioned(workspace, inside); ok {
			out = append(out, chat.Mention{Person: person})
		} else {
			letters(seen(inside))
		}
		at = m[1]
	}
	letters(unescaper.Replace(typed[at:]))
	return out
}

// mentioned is the person in a token such as "@U1|ana". The name may be missing.
func mentioned(workspace, inside string) (chat.Person, bool) {
	rest, ok := strings.CutPrefix(inside, "@")
	if !ok {
		return chat.Person{}, false
	}
	id, name, _ := strings.Cut(rest, "|")
	if !personID.MatchString(id) {
		return chat.Person{}, false
	}
	return chat.Person{Workspace: workspace, ID: id, Name: unescaper.Replace(name)}, true
}

// seen is what a token that is no person looks like to people.
func seen(inside string) string {
	target, label, _ := strings.Cut(inside, "|")
	label = unescaper.Replace(label)
	switch {
	case strings.HasPrefix(target, "#"):
		return "#" + cmp.Or(label, "channel")
	case label != "":
		return label
	case strings.HasPrefix(target, "!"):
		name, _, _ := strings.Cut(target[1:], "^")
		return "@" + name
	}
	return unescaper.Replace(strings.TrimPrefix(target, "mailto:"))
}

// plainWords is typed text in plain words, for text that is kept rather than
// understood. A mention without a name reads "@someone", since an id tells nobody anything.
func plainWords(typed string) string {
	text := words("", typed)
	for i, span := range text {
		if m, ok := span.(chat.Mention); ok && m.Person.Name == "" {
			text[i] = chat.Plain("@someone")
		}
	}
	return text.String()
}
