package slack

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"smallchanges/internal/chat"
)

const hostileTitle = "<!channel> *x* <@U1>"

// hostile is words that look like every markup Slack knows.
func hostile() *rapid.Generator[string] {
	part := rapid.SampledFrom([]string{
		"<!channel>", "<!here>", "<@U1>", "<@U1|ana>", "<#C1>", "<https://x.example|y>", "@channel", "@here",
		"*x*", "_x_", "~x~", "`x`", "```x```", "> x", "\n> x", "&", "&lt;", "&amp;lt;", ":wave:", "*", " ", "\n", "word", "é", "\u202e",
	})
	return rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOfN(part, 1, 6), func(s []string) string { return strings.Join(s, "") }))
}

// Nothing typed can become a mention, a link, an emoji or formatting in anything we draw.
func TestTypedWordsLookAsTyped(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		typed := hostile().Filter(func(s string) bool { return s != "" && len(s) < 100 }).Draw(t, "typed")
		text := chat.Text{chat.Bold("SC-1"), chat.Plain(" "), chat.Plain(typed)}
		one := []chat.Button{{ID: "b", Label: "Show"}}
		d, err := drawCard(chat.Card{Title: typed, Body: []chat.Node{
			chat.Para{Text: text},
			chat.Heading(typed),
			chat.Facts{{Label: "Why", Value: text}},
			chat.Note{Text: text},
			chat.Note{Text: chat.Words(typed)},
			chat.Row{Text: text, Buttons: one},
			chat.Row{Text: chat.Words(typed), Buttons: one},
		}})
		if err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(d.text, "<>") {
			t.Errorf("the text for screen readers holds markup: %q", d.text)
		}
		var blocks any
		if err := json.Unmarshal(d.blocks, &blocks); err != nil {
			t.Fatal(err)
		}
		harmless(t, blocks, typed)
	})
}

// harmless walks drawn blocks: no element of theirs may do more than show letters.
func harmless(t *rapid.T, v any, typed string) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			harmless(t, item, typed)
		}
	case map[string]any:
		switch v["type"] {
		case "user", "usergroup", "broadcast", "link", "emoji", "channel":
			t.Errorf("%q became a %v", typed, v["type"])
		case "mrkdwn":
			words := strings.Replace(v["text"].(string), "*SC-1*", "", 1)
			if strings.ContainsAny(words, "<>*_~`") || v["verbatim"] != true {
				t.Errorf("%q is read as markup: %v", typed, v)
			}
		case "plain_text":
			if v["emoji"] != false {
				t.Errorf("%q may hold an emoji: %v", typed, v)
			}
		}
		for _, item := range v {
			harmless(t, item, typed)
		}
	}
}

func TestMrkdwnOnlyWhereItIsFaithful(t *testing.T) {
	t.Parallel()
	ana := chat.Mention{Person: chat.Person{ID: "U1", Name: "Ana"}}
	tests := []struct {
		name string
		text chat.Text
		want string // "" means: draw rich text instead
	}{
		{"bold before words", chat.Text{chat.Bold("SC-1"), chat.Plain(" fewer <forms> & calls")}, "*SC-1* fewer &lt;forms&gt; &amp; calls"},
		{"a mention", chat.Text{ana, chat.Plain(" thanks")}, "<@U1> thanks"},
		{"a mention of nobody", chat.Text{chat.Mention{Person: chat.Person{ID: "U1> <!channel", Name: "x"}}}, ""},
		{"a link", chat.Text{chat.Link{Label: "board", URL: "https://b.example/?a=1&b=2"}}, "<https://b.example/?a=1&amp;b=2|board>"},
		{"a link that breaks out", chat.Text{chat.Link{Label: "x", URL: "https://b.example/> <!channel"}}, ""},
		{"a link to a script", chat.Text{chat.Link{Label: "x", URL: "javascript:alert(1)"}}, ""},
		{"bold that touches a word", chat.Text{chat.Bold("SC"), chat.Plain("-1")}, ""},
		{"bold with a space inside its end", chat.Text{chat.Bold("SC ")}, ""},
		{"typed stars", chat.Text{chat.Bold("a"), chat.Plain(" *b*")}, ""},
		{"a typed quote", chat.Text{chat.Bold("a"), chat.Plain(" \n> b")}, ""},
		{"a typed emoji", chat.Text{chat.Bold("a"), chat.Plain(" :wave:")}, ""},
		{"a time is no emoji", chat.Text{chat.Bold("a"), chat.Plain(" 12:30 to 13:30")}, "*a* 12:30 to 13:30"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, ok := mrkdwn(test.text)
			if ok != (test.want != "") || got != test.want && ok {
				t.Errorf("want %q, got %q %v", test.want, got, ok)
			}
		})
	}
}
