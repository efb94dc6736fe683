package store_test

import (
	"fmt"
	"testing"

	"smallchanges/internal/programme"
	"smallchanges/internal/store/storetest"
)

// Where very many changes have a word, it finds nothing by itself: but a rare word does, and
// common words do together.
func TestCandidatesAreFoundAmongVeryMany(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	entries := make([]programme.Entry, 6_300)
	for i := range entries {
		title := fmt.Sprintf("Shorter %s, way %d", []string{"meetings", "visits", "forms"}[i%3], i)
		switch i {
		case 100:
			title = "Shorter visits with interpreters"
		case 200:
			title = "Visits before meetings with families"
		}
		entries[i] = programme.ReadEntry(i+2, map[string]string{"title": title, "team": "Willow", "state": "idea"}, f.Clock.Now())
	}
	if done, err := f.ImportChanges(t.Context(), programme.By{Council: f.Council, At: f.Clock.Now()}, entries, false); err != nil || len(done.Wrong) > 0 {
		t.Fatal(err, done.Wrong)
	}
	for title, want := range map[string]string{
		"An interpreter for every visit": "Shorter visits with interpreters",
		"Visits and meetings":            "Visits before meetings with families",
		"Meetings, visits and forms":     "Visits before meetings with families", // no change has all three
	} {
		list, err := f.Candidates(t.Context(), f.Council, title, "")
		if err != nil || len(list) == 0 || list[0].Title != want {
			t.Errorf("%s: %d found, %v: %.200v", title, len(list), err, list)
		}
	}
	if list, err := f.Candidates(t.Context(), f.Council, "Elephants", "and of the"); err != nil || len(list) > 0 {
		t.Errorf("nothing is like it, and %d were found, %v", len(list), err)
	}
}
