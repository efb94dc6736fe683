package slack

import (
	"regexp"
	"strings"

	"github.com/slack-go/slack"

	"smallchanges/internal/chat"
)

// Where spans become markup. Rich text is drawn from literal elements, so it needs
// no escaping at all and is used wherever Slack takes it. Section and context blocks
// take only text objects: plain_text when there is nothing but plain words, mrkdwn
// when the words hold nothing that mrkdwn would read as formatting. Where neither
// shows the words as typed, the caller draws rich text instead. (Slack has no way to
// escape a formatting character in mrkdwn, only "&", "<" and ">".)

var (
	escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	// personID is what Slack's own ids of people look like.
	personID = regexp.MustCompile(`^[UW][A-Z0-9]{1,30}$`)
	// formatting is what mrkdwn may read as more than letters: emphasis, code,
	// a quote at the start of a line, an emoji between colons.
	formatting = regexp.MustCompile("[*_~`]|(?m:^\\s*>)|:[^\\s:]+:")
	// webPage is the only sort of address a link may lead to.
	webPage = regexp.MustCompile(`^https?://[^\s|<>]+$`)
)

var bold = &slack.RichTextSectionTextStyle{Bold: true}

// richText is text as literal elements: nothing in a plain span can become a
// mention, a link, an emoji or an emphasis.
func richText(t chat.Text) []slack.RichTextSectionElement {
	var out []slack.RichTextSectionElement
	word := func(s string, style *slack.RichTextSectionTextStyle) {
		if s == "" {
			return
		}
		if n := len(out); n > 0 { // words of one style are one element
			if before, ok := out[n-1].(*slack.RichTextSectionTextElement); ok && before.Style == style {
				before.Text += s
				return
			}
		}
		out = append(out, slack.NewRichTextSectionTextElement(s, style))
	}
	for _, span := range t {
		switch v := span.(type) {
		case chat.Plain:
			word(string(v), nil)
		case chat.Bold:
			word(string(v), bold)
		case chat.Link:
			if webPage.MatchString(v.URL) {
				out = append(out, slack.NewRichTextSectionLinkElement(v.URL, v.Label, nil))
				continue
			}
			word(v.Label, nil)
		case chat.Mention:
			if personID.MatchString(v.Person.ID) {
				out = append(out, slack.NewRichTextSectionUserElement(v.Person.ID, nil))
				continue
			}
			word("@"+v.Person.Name, nil)
		}
	}
	return out
}

// textObject is text for a section or a context block, or false where no text
// object would show it as typed.
func textObject(t chat.Text) (*slack.TextBlockObject, bool) {
	if onlyPlain(t) {
		return plain(t.String()), true
	}
	marked, ok := mrkdwn(t)
	if !ok {
		return nil, false
	}
	return &slack.TextBlockObject{Type: slack.MarkdownType, Text: marked, Verbatim: true}, true
}

func onlyPlain(t chat.Text) bool {
	for _, span := range t {
		if _, ok := span.(chat.Plain); !ok {
			return false
		}
	}
	return true
}

// plain is a text object that shows its letters and turns no :word: into an emoji.
func plain(s string) *slack.TextBlockObject {
	no := false
	return &slack.TextBlockObject{Type: slack.PlainTextType, Text: s, Emoji: &no}
}

// mrkdwn is text in Slack's markup, or false where Slack would not show it as typed.
func mrkdwn(t chat.Text) (string, bool) {
	if formatting.MatchString(t.String()) {
		return "", false
	}
	var b strings.Builder
	for i, span := range t {
		switch v := span.(type) {
		case chat.Plain:
			b.WriteString(escaper.Replace(string(v)))
		case chat.Bold:
			if !standsFree(t, i) {
				return "", false
			}
			b.WriteString("*" + escaper.Replace(string(v)) + "*")
		case chat.Link:
			if !webPage.MatchString(v.URL) || strings.ContainsAny(v.Label, "|\n") {
				return "", false
			}
			b.WriteString("<" + escaper.Replace(v.URL) + "|" + escaper.Replace(v.Label) + ">")
		case chat.Mention:
			if !personID.MatchString(v.Person.ID) {
				return "", false
			}
			b.WriteString("<@" + v.Person.ID + ">")
		}
	}
	return b.String(), true
}

// standsFree reports whether mrkdwn would show span i as bold: Slack wants the stars
// to hug one line of words and to have a space or the end of the text around them.
func standsFree(t chat.Text, i int) bool {
	s := string(t[i].(chat.Bold))
	if s == "" || s != strings.TrimSpace(s) || strings.Contains(s, "\n") {
		return false
	}
	before, after := t[:i].String(), t[i+1:].String()
	return (before == "" || strings.HasSuffix(before, " ") || strings.HasSuffix(before, "\n")) &&
		(after == "" || strings.HasPrefix(after, " ") || strings.HasPrefix(after, "\n"))
}
