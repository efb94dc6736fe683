package programme

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Grid is where a team put its dots when it chose together: how big a difference a small
// change could make, and how much effort it takes. It holds no names.
type Grid struct {
	Cells [3][3][]Mark // by difference-1, then effort-1
}

// Mark is one small change in one cell.
type Mark struct {
	Number int // the 12 of SC-12
	Title  string
	Dots   int // how many were put there
}

// mostGridWords is how many characters every platform takes beside a picture.
const mostGridWords = 1999

var (
	differences = [3]string{"Small difference", "Medium difference", "Big difference"}
	efforts     = [3]string{"little effort", "some effort", "a lot of effort"}
)

// Words is the grid for whoever does not see it: a sentence for each cell that has dots, the
// biggest difference and the least effort first. Where everything would be too long, each
// cell names its first marks and says how many more there are.
func (g Grid) Words() string {
	most := 0
	for _, row := range g.Cells {
		for _, cell := range row {
			most = max(most, len(cell))
		}
	}
	if most == 0 {
		return "No dots were placed."
	}
	words := g.words(most)
	for utf8.RuneCountInString(words) > mostGridWords && most > 1 {
		most--
		words = g.words(most)
	}
	return words
}

// words names at most so many marks a cell.
func (g Grid) words(most int) string {
	var sentences []string
	for difference := 2; difference >= 0; difference-- {
		for effort, cell := range g.Cells[difference] {
			if len(cell) == 0 {
				continue
			}
			named := cell[:min(len(cell), most)]
			marks := make([]string, len(named))
			for i, m := range named {
				marks[i] = m.words()
			}
			more := ""
			if n := len(cell) - len(named); n > 0 {
				more = fmt.Sprintf(" and %d more", n)
			}
			sentences = append(sentences, fmt.Sprintf("%s, %s: %s%s.", differences[difference], efforts[effort], strings.Join(marks, ", "), more))
		}
	}
	return strings.Join(sentences, " ")
}

func (m Mark) words() string {
	if m.Dots == 1 {
		return Ref(m.Number) + " (1 dot)"
	}
	return fmt.Sprintf("%s (%d dots)", Ref(m.Number), m.Dots)
}
