package programme

import (
	"fmt"
	"slices"
	"time"

	"smallchanges/internal/fault"
)

// Choosing is a round in which a team chooses together what to try next. Each member puts
// two dots. What was put is hidden until the round closes; then only the grid is kept, and
// nobody's name (DOMAIN.md section 4, rule 10).
type Choosing struct {
	ID, CouncilID, TeamID int64
	Opens, Closes         time.Time
	Closed                bool
	Ideas                 []Change // in the order they are offered
	People                int      // who put a dot; known when it has closed
	Grid                  Grid     // empty while it is open
}

// Open reports whether dots can be put.
func (c Choosing) Open(now time.Time) bool { return !c.Closed && now.Before(c.Closes) }

// Dot is one person's view of one idea.
type Dot struct {
	Change             int64 // the id of the idea
	Difference, Effort int   // 1 to 3
}

const (
	// DotsEach is how many dots a person has.
	DotsEach = 2
	// MostIdeas is how many ideas a round can offer: what still fits one message.
	MostIdeas = 20
	// DefaultAtOnce is how many changes a team works on at most, unless it says otherwise.
	DefaultAtOnce = 5
)

// Difference and Effort are the three steps of each scale, in words.
var (
	DifferenceWords = [3]string{"small", "medium", "big"}
	EffortWords     = [3]string{"little", "some", "a lot"}
)

// ChoosingDays are the lengths a round can have, in days, the usual first.
var ChoosingDays = []int{3, 1, 7}

// OpenChoosing is a new round over a team's ideas. It needs two, or there is nothing to choose.
func OpenChoosing(ideas []Change, days int, by Member, now time.Time) (Choosing, error) {
	if !slices.Contains(ChoosingDays, days) {
		return Choosing{}, fault.Field("days", "Choose how long people have.")
	}
	if len(ideas) < 2 {
		return Choosing{}, fault.New(fault.Invalid, "Choosing together needs at least two ideas. Propose another first: /smallchange propose, then one line.")
	}
	ideas = ideas[:min(len(ideas), MostIdeas)]
	zone := Zone(ideas[0].Zone)
	wall := Wall(now, zone).AddDate(0, 0, days)
	for wall.Weekday() == time.Saturday || wall.Weekday() == time.Sunday { // the result comes on a working day
		wall = wall.AddDate(0, 0, 1)
	}
	closes := Instant(wall, zone)
	return Choosing{CouncilID: by.CouncilID, TeamID: by.TeamID, Opens: now, Closes: closes, Ideas: ideas}, nil
}

// Choosable are the ideas of a round that are ideas still: the others went their way meanwhile.
func (c Choosing) Choosable() []Change {
	return slices.DeleteFunc(slices.Clone(c.Ideas), func(idea Change) bool { return idea.State != Idea })
}

// Offers reports whether a dot can be put on a change.
func (c Choosing) Offers(change int64) bool {
	return slices.ContainsFunc(c.Choosable(), func(idea Change) bool { return idea.ID == change })
}

// Joins refuses who cannot put dots: another team's members, and whoever comes too late. It
// is asked before they choose their dots as well.
func (c Choosing) Joins(by Member, now time.Time) error {
	switch {
	case c.TeamID != by.TeamID:
		return fault.New(fault.Denied, "Another team is choosing here. Yours can choose too: /smallchange choose")
	case !c.Open(now):
		return fault.New(fault.Closed, "This round has closed. To see the result, type /smallchange choose.")
	}
	return nil
}

// Place checks a person's dots before they are kept in place of any they put before.
func (c Choosing) Place(dots []Dot, by Member, now time.Time) error {
	if err := c.Joins(by, now); err != nil {
		return err
	}
	if len(dots) == 0 {
		return fault.Field("idea1", "Choose at least one idea.")
	}
	wrong := map[string]string{}
	for i, d := range dots[:min(len(dots), DotsEach)] {
		at := func(field string) string { return fmt.Sprintf("%s%d", field, i+1) }
		if !c.Offers(d.Change) {
			wrong[at("idea")] = "Choose one of the ideas."
		}
		if d.Difference < 1 || d.Difference > 3 {
			wrong[at("difference")] = "Say how big a difference it could make."
		}
		if d.Effort < 1 || d.Effort > 3 {
			wrong[at("effort")] = "Say how much effort it takes."
		}
		if i > 0 && dots[0].Change == d.Change {
			wrong[at("idea")] = "Both dots are on the same idea. Choose another, or leave this one empty."
		}
	}
	if len(dots) > DotsEach {
		wrong["idea1"] = "Each person has two dots."
	}
	return fault.Wrong(wrong)
}

// Tally is the grid of what everybody put. It computes no score: people look and talk.
func (c Choosing) Tally(dots []Dot) Grid {
	var g Grid
	for _, idea := range c.Ideas { // in their own order, so that it says nothing of who put what
		var count [3][3]int
		for _, d := range dots {
			if d.Change == idea.ID {
				count[d.Difference-1][d.Effort-1]++
			}
		}
		for difference := range count {
			for effort, n := range count[difference] {
				if n > 0 {
					cell := &g.Cells[difference][effort]
					*cell = append(*cell, Mark{Number: idea.Number, Title: idea.Title, Dots: n})
				}
			}
		}
	}
	return g
}

// Marked reports whether somebody put a dot on an idea, once the round has closed.
func (c Choosing) Marked(idea Change) bool {
	for _, row := range c.Grid.Cells {
		for _, cell := range row {
			if slices.ContainsFunc(cell, func(m Mark) bool { return m.Number == idea.Number }) {
				return true
			}
		}
	}
	return false
}
