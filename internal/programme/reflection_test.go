package programme

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// However long people's answers are, every one stands on one page, in order, and each page
// fits one message.
func TestPagesHoldEveryReflectionOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var list []Reflection
		for i := range rapid.IntRange(0, 60).Draw(t, "answers") {
			list = append(list, Reflection{ID: int64(i), Words: strings.Repeat("é", rapid.IntRange(1, MaxWords).Draw(t, "length"))})
		}
		pages := Pages(list)
		for i, page := range pages {
			letters := 0
			for _, r := range page {
				letters += utf8.RuneCountInString(r.Words)
			}
			if len(page) == 0 || len(page) > mostTold || letters > mostToldWords {
				t.Errorf("page %d has %d answers of %d characters", i, len(page), letters)
			}
			if got, err := DetailsPage(DetailsKey(12, i)); err != nil || got != i {
				t.Errorf("the key of page %d says %d, %v", i, got, err)
			}
		}
		if !slices.Equal(list, slices.Concat(pages...)) {
			t.Errorf("%d of %d stand on a page", len(slices.Concat(pages...)), len(list))
		}
	})
}
