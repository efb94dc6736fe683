package programme

import (
	"testing"
	"time"

	"smallchanges/internal/fault"
)

// What nobody can see is no word: a title of it would be a row without a name.
func TestWordsThatCannotBeSeenAreNone(t *testing.T) {
	t.Parallel()
	for _, blank := range []string{
		"", " \n\t ", "\u200b", "\ufeff\u2060\u200d", "\u00ad", "\u3164", "\u115f\uffa0", "\u2800", "\U000e0041", "\u200e \u061c", "\ufe0f\u034f",
	} {
		if got := CleanLine(blank) + CleanText(blank); got != "" {
			t.Errorf("%q is cleaned to %q", blank, got)
		}
		if _, err := Propose(blank, "", Member{}, time.Now()); !fault.Is(err, fault.Invalid) {
			t.Errorf("the title %q is taken (%v)", blank, err)
		}
	}
	// Inside words the same characters join letters and pictures, and stay.
	for _, word := range []string{"👩\u200d👩\u200d👧", "می\u200cخواهم", "❤\ufe0f", "שלום", "e\u0301", "a"} {
		if got := CleanLine(word); got != word {
			t.Errorf("%q becomes %q", word, got)
		}
	}
}
