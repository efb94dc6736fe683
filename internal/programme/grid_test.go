package programme_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"smallchanges/internal/programme"
)

func marks(dots ...int) (cell []programme.Mark) {
	for i, n := range dots {
		cell = append(cell, programme.Mark{Number: i + 1, Title: "Shorter notes", Dots: n})
	}
	return cell
}

func TestGridInWords(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		grid programme.Grid
		want string
	}{
		"nothing": {programme.Grid{}, "No dots were placed."},
		"one":     {programme.Grid{Cells: [3][3][]programme.Mark{2: {0: marks(1)}}}, "Big difference, little effort: SC-1 (1 dot)."},
		"the biggest difference and the least effort first": {
			programme.Grid{Cells: [3][3][]programme.Mark{
				0: {2: marks(1)},
				1: {1: marks(4)},
				2: {0: marks(3, 1), 2: marks(2)},
			}},
			"Big difference, little effort: SC-1 (3 dots), SC-2 (1 dot). Big difference, a lot of effort: SC-1 (2 dots). " +
				"Medium difference, some effort: SC-1 (4 dots). Small difference, a lot of effort: SC-1 (1 dot).",
		},
	} {
		if got := test.grid.Words(); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

// However much there is, every cell is named, whole words are left, and it fits.
func TestGridInWordsFits(t *testing.T) {
	t.Parallel()
	for _, n := range []int{10, 60, 500} {
		var g programme.Grid
		for i := range 9 {
			g.Cells[i/3][i%3] = marks(make([]int, n)...)
		}
		got := g.Words()
		if letters := utf8.RuneCountInString(got); letters >= 2000 || letters < 1700 && n > 10 {
			t.Errorf("%d marks a cell: %d characters", n, letters)
		}
		sentences := strings.Split(strings.TrimSuffix(got, "."), ". ")
		if len(sentences) != 9 {
			t.Errorf("%d marks a cell: %d sentences: %s", n, len(sentences), got)
		}
		for _, s := range sentences {
			whole := strings.HasSuffix(s, "(0 dots)") || strings.HasSuffix(s, " more")
			if !whole || !strings.Contains(s, ": SC-1 (0 dots)") {
				t.Errorf("%d marks a cell: %q", n, s)
			}
		}
	}
}

func TestGridSaysHowManyMore(t *testing.T) {
	t.Parallel()
	var g programme.Grid
	g.Cells[2][0] = marks(make([]int, 200)...)
	g.Cells[0][2] = marks(1)
	got := g.Words()
	if !strings.Contains(got, " (0 dots) and ") || !strings.Contains(got, " more. Small difference, a lot of effort: SC-1 (1 dot).") {
		t.Errorf("in words: %s", got)
	}
}
