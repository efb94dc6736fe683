package programme

import (
	"testing"

	"pgregory.net/rapid"
)

func TestSyllables(t *testing.T) {
	t.Parallel()
	for n, words := range map[int][]string{
		1: {"the", "she", "we", "asked", "helped", "called", "use", "used", "names", "rules", "whole", "hours", "eye", "queue", "league", "fire", "through", "14", "e"},
		2: {"table", "little", "people", "wanted", "needed", "handle", "handled", "settled", "changes", "boxes", "voices", "tables", "person’s", "statement", "useful", "likely", "going", "something", "sign-off", "Create", "impact", "colleague", "nation", "rhythm"},
		3: {"area", "family", "families", "recording", "manager", "quality", "redesign", "opening", "creative", "energy", "writing-up", "effective", "nobody", "created"},
		4: {"practitioner", "community", "appreciate", "evaluate", "safeguarding", "bureaucracy", "experience"},
		5: {"initiative", "organisation", "individual", "coordinator", "cooperation"},
		6: {"responsibility"},
	} {
		for _, word := range words {
			if got := syllables(word); got != n {
				t.Errorf("%s has %d syllables, not %d", word, n, got)
			}
		}
	}
}

// TestSyllablesOfAnything finds words that break the rules.
func TestSyllablesOfAnything(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.OneOf(rapid.String(), rapid.StringMatching(`[aeyld'-]{0,6}(es|ed|le|ely|e)`)).Draw(t, "word")
		if n := syllables(word); n < 1 || n > max(1, len(word)) {
			t.Fatalf("%q has %d syllables", word, n)
		}
	})
}

func TestWordsAndSentences(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]int{
		"":                                  {0, 0},
		" … ?":                              {0, 0},
		"What helped?":                      {2, 1},
		"What helped":                       {2, 1},
		"What's in the set-up? Think. ":     {5, 2},
		"Really?! – Yes…":                   {2, 2},
		"‘Say it once’ – did we? And then":  {7, 2},
		"Whose sign-off do we wait for -it": {7, 1},
	} {
		if got := [2]int{len(wordsOf(text)), sentencesOf(text)}; got != want {
			t.Errorf("%q has %d words and sentences, want %d", text, got, want)
		}
	}
}
