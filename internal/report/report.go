// Package report makes drawings and reports from numbers that may be shown.
//
// It knows what its drawings look like and the nouns of the programme. It must not know where
// numbers are stored, who may see them, or on which platform a drawing is shown.
//
//	png, err := report.Grid(choosing.Grid)
//
// The same numbers always give the same bytes, so that whoever keeps or uploads a drawing can
// tell that it is one they have already.
package report

import (
	"bytes"
	"image/color"
	"math"
	"sync"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"golang.org/x/image/font/opentype"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
)

// The colours of every drawing. On white and on the tint, ink and label have a contrast of
// more than 7 to 1.
var (
	white  = color.NRGBA{0xff, 0xff, 0xff, 0xff}
	tint   = color.NRGBA{0xee, 0xf4, 0xf5, 0xff}
	ink    = color.NRGBA{0x1b, 0x2a, 0x2f, 0xff}
	label  = color.NRGBA{0x40, 0x50, 0x56, 0xff}
	accent = color.NRGBA{0x1d, 0x4f, 0x5c, 0xff}
)

// Two faces are read and not the whole collection of their makers, which adds 3 MB to the program.
var (
	regular = sync.OnceValues(func() (*opentype.Font, error) { return opentype.Parse(liberationsansregular.TTF) })
	bold    = sync.OnceValues(func() (*opentype.Font, error) { return opentype.Parse(liberationsansbold.TTF) })
)

// sheet is a white canvas on which one unit is one pixel, and y grows upwards.
type sheet struct {
	canvas        *vgimg.Canvas
	regular, bold *opentype.Font
}

func newSheet(width, height vg.Length) (*sheet, error) {
	r, err := regular()
	if err != nil {
		return nil, err
	}
	b, err := bold()
	if err != nil {
		return nil, err
	}
	const dpi = 72 // a point is a pixel
	return &sheet{
		canvas:  vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(dpi), vgimg.UseBackgroundColor(white)),
		regular: r, bold: b,
	}, nil
}

func (s *sheet) png() ([]byte, error) {
	var out bytes.Buffer
	_, err := vgimg.PngCanvas{Canvas: s.canvas}.WriteTo(&out)
	return out.Bytes(), err
}

// face is a font in a size. Its capital letters are 0.7 of the size high.
func (s *sheet) face(f *opentype.Font, size vg.Length) font.Face {
	return font.Face{Font: font.Font{Size: size}, Face: f}
}

const capital = 0.7

// middle writes words centred on a point.
func (s *sheet) middle(f font.Face, at vg.Point, c color.Color, words string) {
	s.canvas.SetColor(c)
	s.canvas.FillString(f, vg.Point{X: at.X - f.Width(words)/2, Y: at.Y - f.Font.Size*capital/2}, words)
}

// upwards writes words centred on a point, to be read from below.
func (s *sheet) upwards(f font.Face, at vg.Point, c color.Color, words string) {
	s.canvas.Push()
	defer s.canvas.Pop()
	s.canvas.Translate(at)
	s.canvas.Rotate(math.Pi / 2)
	s.middle(f, vg.Point{}, c, words)
}

// disc is a filled circle.
func (s *sheet) disc(at vg.Point, radius vg.Length, c color.Color) {
	var p vg.Path
	p.Move(vg.Point{X: at.X + radius, Y: at.Y})
	p.Arc(at, radius, 0, 2*math.Pi)
	p.Close()
	s.canvas.SetColor(c)
	s.canvas.Fill(p)
}

// panel is a filled rectangle with round corners.
func (s *sheet) panel(r vg.Rectangle, radius vg.Length, c color.Color) {
	var p vg.Path
	p.Move(vg.Point{X: r.Max.X, Y: r.Max.Y - radius})
	p.Arc(vg.Point{X: r.Max.X - radius, Y: r.Max.Y - radius}, radius, 0, math.Pi/2)
	p.Arc(vg.Point{X: r.Min.X + radius, Y: r.Max.Y - radius}, radius, math.Pi/2, math.Pi/2)
	p.Arc(vg.Point{X: r.Min.X + radius, Y: r.Min.Y + radius}, radius, math.Pi, math.Pi/2)
	p.Arc(vg.Point{X: r.Max.X - radius, Y: r.Min.Y + radius}, radius, 3*math.Pi/2, math.Pi/2)
	p.Close()
	s.canvas.SetColor(c)
	s.canvas.Fill(p)
}
