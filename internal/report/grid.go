package report

import (
	"fmt"
	"strconv"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"

	"smallchanges/internal/programme"
)

// The measures of the grid, in pixels. It is often seen on a phone, a third as wide, so
// letters begin large.
const (
	gridWidth, gridHeight = 1200, 900
	gridLeft, gridBottom  = 136, 136 // room for the words beside the cells
	gridMargin            = 16
	gridGap               = 12 // between cells
	gridRound             = 18
	cellPadding           = 20
	columnGap             = 14

	axisSize, stepSize = 44, 42
	axisAt, stepAt     = 40, 100 // from the edge to the middle of the words
)

const (
	cellWidth  = (gridWidth - gridLeft - gridMargin - 2*gridGap) / 3.0
	cellHeight = (gridHeight - gridBottom - gridMargin - 2*gridGap) / 3.0
)

// The steps of each scale, from 1 to 3.
var (
	differenceSteps = [3]string{"Small", "Medium", "Big"}
	effortSteps     = [3]string{"Little", "Some", "A lot"}
)

// Grid is a PNG of where a team put its dots: across how much effort a small change takes,
// upwards how big a difference it could make, and in each cell the changes with their dots.
// [programme.Grid.Words] says the same to whoever does not see it.
func Grid(g programme.Grid) ([]byte, error) {
	s, err := drawGrid(g)
	if err != nil {
		return nil, err
	}
	return s.png()
}

func drawGrid(g programme.Grid) (*sheet, error) {
	s, err := newSheet(gridWidth, gridHeight)
	if err != nil {
		return nil, err
	}
	s.axes()
	for difference, row := range g.Cells {
		for effort, marks := range row {
			at := cellAt(difference, effort)
			s.panel(at, gridRound, tint)
			s.marks(inside(at), marks)
		}
	}
	return s, nil
}

// cellAt is the place of a cell; both steps count from 0.
func cellAt(difference, effort int) vg.Rectangle {
	corner := vg.Point{
		X: gridLeft + vg.Length(effort)*(cellWidth+gridGap),
		Y: gridBottom + vg.Length(difference)*(cellHeight+gridGap),
	}
	return vg.Rectangle{Min: corner, Max: corner.Add(vg.Point{X: cellWidth, Y: cellHeight})}
}

func inside(r vg.Rectangle) vg.Rectangle {
	padding := vg.Point{X: cellPadding, Y: cellPadding}
	return vg.Rectangle{Min: r.Min.Add(padding), Max: r.Max.Sub(padding)}
}

func (s *sheet) axes() {
	step, axis := s.face(s.regular, stepSize), s.face(s.bold, axisSize)
	for i := range 3 {
		beside, below := cellAt(i, 0), cellAt(0, i)
		s.upwards(step, vg.Point{X: stepAt, Y: (beside.Min.Y + beside.Max.Y) / 2}, label, differenceSteps[i])
		s.middle(step, vg.Point{X: (below.Min.X + below.Max.X) / 2, Y: stepAt}, label, effortSteps[i])
	}
	centre := cellAt(1, 1)
	s.upwards(axis, vg.Point{X: axisAt, Y: (centre.Min.Y + centre.Max.Y) / 2}, ink, "Difference it could make")
	s.middle(axis, vg.Point{X: (centre.Min.X + centre.Max.X) / 2, Y: axisAt}, ink, "Effort")
}

// layout is how the marks of one cell are set.
type layout struct {
	size    vg.Length // of letters
	columns int
}

// layouts are tried in turn: large letters first, then smaller ones, then two columns. The
// smallest can still be read on a phone held close.
var layouts = []layout{{50, 1}, {44, 1}, {37, 1}, {29, 1}, {34, 2}, {29, 2}, crowded}

var (
	crowded = layout{25, 2}
	narrow  = layout{25, 1} // crowded, for references too long for half a cell
)

const lineHeight = 1.34

// rows is how many lines of a layout fit a height.
func (l layout) rows(height vg.Length) int { return int(height / (l.size * lineHeight)) }

func (l layout) room(in vg.Rectangle) int { return l.columns * l.rows(in.Size().Y) }

// width is how wide one of its columns may be.
func (l layout) width(in vg.Rectangle) vg.Length {
	return (in.Size().X - vg.Length(l.columns-1)*columnGap) / vg.Length(l.columns)
}

// marks draws what was put into one cell. What does not fit is counted in the last place.
func (s *sheet) marks(in vg.Rectangle, marks []programme.Mark) {
	l := s.choose(in, marks)
	shown, more := marks, 0
	if room := l.room(in); len(marks) > room {
		shown, more = marks[:room-1], len(marks)-room+1
	}
	places := len(shown) + min(more, 1)
	perColumn := (places + l.columns - 1) / l.columns
	step := l.size * lineHeight
	top := (in.Min.Y+in.Max.Y)/2 + step*vg.Length(perColumn-1)/2 // the middle of the first line
	at := func(i int) vg.Point {
		return vg.Point{
			X: in.Min.X + vg.Length(i/perColumn)*(l.width(in)+columnGap),
			Y: top - vg.Length(i%perColumn)*step,
		}
	}
	for i, m := range shown {
		s.mark(l, at(i), l.width(in), m)
	}
	if more > 0 {
		s.write(s.face(s.regular, l.size), at(len(shown)), fmt.Sprintf("and %d more", more))
	}
}

// choose is the first layout that has room for all marks with a disc for each dot, else with
// one disc and a number, else the smallest.
func (s *sheet) choose(in vg.Rectangle, marks []programme.Mark) layout {
	for _, each := range []bool{true, false} {
		for _, l := range layouts {
			if l.room(in) >= len(marks) && s.wideEnough(l, in, marks, each) {
				return l
			}
		}
	}
	if s.wideEnough(crowded, in, marks, false) {
		return crowded
	}
	return narrow
}

func (s *sheet) wideEnough(l layout, in vg.Rectangle, marks []programme.Mark, each bool) bool {
	face := s.face(s.bold, l.size)
	for _, m := range marks {
		if s.markWidth(face, m, each) > l.width(in) {
			return false
		}
	}
	return true
}

// The dots of a mark, in parts of its letters' size.
const (
	dotRadius = 0.25
	dotStep   = 0.63
	dotsAfter = 0.34 // between the reference and the dots
)

// markWidth is how wide a mark is, with a disc for each dot or with one and a number.
func (s *sheet) markWidth(face font.Face, m programme.Mark, each bool) vg.Length {
	size := face.Font.Size
	width := face.Width(programme.Ref(m.Number)) + size*dotsAfter
	if each {
		return width + size*(dotStep*vg.Length(m.Dots-1)+2*dotRadius)
	}
	return width + size*dotStep + face.Width(times(m))
}

func times(m programme.Mark) string { return "×" + strconv.Itoa(m.Dots) }

// mark draws one small change with its dots, from the middle of its left side.
func (s *sheet) mark(l layout, at vg.Point, width vg.Length, m programme.Mark) {
	face := s.face(s.bold, l.size)
	s.write(face, at, programme.Ref(m.Number))
	each := s.markWidth(face, m, true) <= width
	discs := 1
	if each {
		discs = m.Dots
	}
	x := at.X + face.Width(programme.Ref(m.Number)) + l.size*(dotsAfter+dotRadius)
	for range discs {
		s.disc(vg.Point{X: x, Y: at.Y}, l.size*dotRadius, accent)
		x += l.size * dotStep
	}
	if !each {
		s.write(face, vg.Point{X: x - l.size*dotRadius, Y: at.Y}, times(m))
	}
}

// write writes words from the middle of their left side.
func (s *sheet) write(f font.Face, at vg.Point, words string) {
	s.canvas.SetColor(ink)
	s.canvas.FillString(f, vg.Point{X: at.X, Y: at.Y - f.Font.Size*capital/2}, words)
}
