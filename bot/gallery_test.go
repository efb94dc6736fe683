package bot_test

import (
	"regexp"
	"strings"
	"testing"

	"smallchanges/bot"
	"smallchanges/internal/chat"
)

// TestGalleryFits holds every card and form to the smaller limits of both platforms.
func TestGalleryFits(t *testing.T) {
	t.Parallel()
	show := bot.Gallery()
	for _, c := range show.Cards {
		for _, problem := range chat.CheckCard(c) {
			t.Error(problem)
		}
	}
	for _, f := range show.Forms {
		for _, problem := range chat.CheckForm(f) {
			t.Error(problem)
		}
	}
}

// forbidden are words that DOMAIN.md section 3 keeps out of everything people see.
var forbidden = regexp.MustCompile(`(?i)\b(cases?|users?|tickets?|initiatives?)\b`)

// TestGalleryWords holds what people read to the words of the programme and to short sentences.
func TestGalleryWords(t *testing.T) {
	t.Parallel()
	show := bot.Gallery()
	var texts []string
	for _, c := range show.Cards {
		texts = append(texts, c.Plain())
	}
	for _, f := range show.Forms {
		texts = append(texts, f.Plain())
	}
	sentence := regexp.MustCompile(`[.?!:…\n]+`)
	for _, text := range texts {
		if word := forbidden.FindString(text); word != "" {
			t.Errorf("%q is not a word for people, in: %s", word, text)
		}
		for _, s := range sentence.Split(text, -1) {
			if n := len(strings.Fields(s)); n > 25 {
				t.Errorf("%d words in one sentence: %s", n, s)
			}
		}
	}
}
