package report

import (
	"bytes"
	"image"
	"image/draw"
	"image/png"
	"testing"

	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
)

func drawn(t *testing.T, g programme.Grid) *image.RGBA {
	t.Helper()
	s, err := drawGrid(g)
	if err != nil {
		t.Fatal(err)
	}
	picture, ok := s.canvas.Image().(*image.RGBA)
	if !ok {
		t.Fatalf("the canvas is a %T", s.canvas.Image())
	}
	return picture
}

// coloured is the smallest rectangle around what two drawings do not share.
func coloured(a, b *image.RGBA) (r image.Rectangle) {
	for i := 0; i < len(a.Pix); i += 4 {
		if !bytes.Equal(a.Pix[i:i+4], b.Pix[i:i+4]) {
			x, y := i%a.Stride/4, i/a.Stride
			r = r.Union(image.Rect(x, y, x+1, y+1))
		}
	}
	return r
}

// blank reports whether a part of a drawing is all white.
func blank(p *image.RGBA, part image.Rectangle) bool {
	for y := part.Min.Y; y < part.Max.Y; y++ {
		row := p.Pix[p.PixOffset(part.Min.X, y):p.PixOffset(part.Max.X, y)]
		if bytes.Count(row, []byte{0xff}) < len(row) {
			return false
		}
	}
	return true
}

// cell is where a cell is in a picture, whose y grows downwards.
func cell(difference, effort int) image.Rectangle {
	at := cellAt(difference, effort)
	return image.Rect(int(at.Min.X), gridHeight-int(at.Max.Y), int(at.Max.X)+1, gridHeight-int(at.Min.Y)+1)
}

func many(n, dots int) (marks []programme.Mark) {
	for i := range n {
		marks = append(marks, programme.Mark{Number: i + 1, Dots: dots})
	}
	return marks
}

// The fullest drawing is a PNG that a card can hold, and the same every time.
func TestTheGridIsAPNG(t *testing.T) {
	t.Parallel()
	var g programme.Grid
	for i := range 9 {
		g.Cells[i/3][i%3] = many(60, 16)
	}
	raw, err := Grid(g)
	if err != nil {
		t.Fatal(err)
	}
	if len(raw) > chat.MaxPNG {
		t.Errorf("it has %d bytes, which no card can hold", len(raw))
	}
	picture, err := png.Decode(bytes.NewReader(raw))
	if err != nil || picture.Bounds() != image.Rect(0, 0, 1200, 900) {
		t.Fatalf("it is no drawing of 1200 by 900: %v", err)
	}
	if again, err := Grid(g); err != nil || !bytes.Equal(raw, again) {
		t.Errorf("it is another one the second time: %v", err)
	}
}

func TestTheEmptyGridHasNineCellsAndItsWords(t *testing.T) {
	t.Parallel()
	empty := drawn(t, programme.Grid{})
	for i := range 3 {
		beside, below := cell(i, 0), cell(0, i)
		beside.Min.X, beside.Max.X = 0, beside.Min.X
		below.Min.Y, below.Max.Y = below.Max.Y, gridHeight
		for _, words := range []image.Rectangle{beside, below} {
			if blank(empty, words) {
				t.Errorf("there are no words at %v", words)
			}
		}
	}
	for i := range 9 {
		middle := cell(i/3, i%3)
		at := empty.At((middle.Min.X+middle.Max.X)/2, (middle.Min.Y+middle.Max.Y)/2)
		if r, g, b, _ := at.RGBA(); uint8(r) != tint.R || uint8(g) != tint.G || uint8(b) != tint.B {
			t.Errorf("cell %d is %v", i, at)
		}
	}
}

func TestADotIsDrawnInItsCellAndNowhereElse(t *testing.T) {
	t.Parallel()
	var g programme.Grid
	g.Cells[2][0] = many(1, 1)
	got := coloured(drawn(t, programme.Grid{}), drawn(t, g))
	if want := cell(2, 0); got.Empty() || !got.In(want) {
		t.Errorf("coloured %v, the cell is %v", got, want)
	}
	if top := cell(2, 0); top.Min.X > gridWidth/4 || top.Min.Y > gridHeight/4 {
		t.Errorf("a big difference for little effort is at %v and not at the top left", top)
	}
}

// Whatever is put into cells, it keeps clear of their edges.
func TestMarksStayInTheirCells(t *testing.T) {
	t.Parallel()
	empty := drawn(t, programme.Grid{})
	for name, marks := range map[string][]programme.Mark{
		"many dots":       many(1, 5_000),
		"some":            many(4, 3),
		"many":            many(60, 16),
		"long references": {{Number: 999_999_999, Dots: 16}, {Number: 999_999_998, Dots: 1}},
	} {
		var g programme.Grid
		for i := range 9 {
			g.Cells[i/3][i%3] = marks
		}
		full := drawn(t, g)
		for i := range 9 { // what is left must be the empty grid
			draw.Draw(full, cell(i/3, i%3).Inset(cellPadding/2), empty, cell(i/3, i%3).Inset(cellPadding/2).Min, draw.Src)
		}
		if got := coloured(empty, full); !got.Empty() {
			t.Errorf("%s: coloured %v, which is in no cell", name, got)
		}
	}
}

// A cell that is full says how many it leaves out, and one that is not draws them all.
func TestACellDrawsWhatItHasRoomFor(t *testing.T) {
	t.Parallel()
	with := func(n int) *image.RGBA {
		var g programme.Grid
		g.Cells[2][0] = many(n, 1)
		return drawn(t, g)
	}
	before := with(0)
	for _, n := range []int{5, 6, 12, 13, 60} {
		next := with(n)
		if coloured(before, next).Empty() {
			t.Errorf("%d marks look like fewer", n)
		}
		before = next
	}
}
