package chat_test

import (
	"strings"
	"testing"

	"smallchanges/internal/chat"
)

// Whatever somebody typed, however long, is somewhere on the form that comes back, and the
// form can be shown.
func TestAFormComesBackWithEveryTypedWord(t *testing.T) {
	t.Parallel()
	form := chat.Form{ID: "f", Title: "Propose", Send: "Send", Fields: []chat.Field{
		{ID: "title", Label: "What?", Kind: chat.Line, Max: 150},
		{ID: "why", Label: "Why?", Kind: chat.Paragraph, Optional: true},
	}}
	for _, length := range []int{0, 1, 150, 151, 198, chat.MaxText, chat.MaxText + 1, 12_000} {
		typed := strings.Repeat("é", length)
		back := form.Filled(chat.Values{"title": typed, "why": "kept"})
		if problems := chat.CheckForm(back); len(problems) > 0 {
			t.Errorf("%d letters: the form cannot be shown: %v", length, problems)
		}
		seen := back.Fields[0].Value
		for _, node := range back.Intro[min(1, len(back.Intro)):] {
			seen += chat.PlainNode(node)
		}
		if seen != typed || back.Fields[1].Value != "kept" {
			t.Errorf("%d letters: %d came back, and why is %q", length, len([]rune(seen)), back.Fields[1].Value)
		}
	}
}
