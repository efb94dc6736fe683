package programme_test

import (
	"testing"

	"smallchanges/internal/programme"

	"pgregory.net/rapid"
)

func TestBlockAsWritten(t *testing.T) {
	t.Parallel()
	for want, b := range map[string]programme.Block{
		"": {},
		"The youth service has to agree (Youth service manager, by 2026-12-10)": {"The youth service has to agree", "Youth service manager", "2026-12-10"},
		"The form (IT lead (acting), by 2026-12-10)":                            {"The form", "IT lead (acting)", "2026-12-10"},
		"The form (IT lead, no date)":                                           {What: "The form", Role: "IT lead"},
		"The form (by 2026-12-10)":                                              {What: "The form", By: "2026-12-10"},
		"The form (in two parts)":                                               {What: "The form (in two parts)"},
		"The form (by 2026-12-10) (no date)":                                    {What: "The form (by 2026-12-10)"},
		`The form (IT :\), by 2026-12-10)`:                                      {"The form", "IT :)", "2026-12-10"},
	} {
		if got := b.String(); got != want {
			t.Errorf("%+v is written %q, want %q", b, got, want)
		}
		if got := programme.ParseBlock(want); got != b {
			t.Errorf("%q is read as %+v", want, got)
		}
	}
	for _, said := range []string{"The form (by Friday)", "The form (IT lead, by 2026-13-01)", "(by 2026-12-10)", "a)", ") (", "(", "x ()", "x (, by 2026-12-10)"} {
		if got := programme.ParseBlock(said); got.What != said && got.String() != said {
			t.Errorf("%q is read as %+v", said, got)
		}
	}
}

// pieces make words that could be taken for what an export adds.
var pieces = rapid.SampledFrom([]string{
	"(", ")", " ", " (", ", ", `\`, "by ", "no date", "2026-12-10", "into ", "nothing", "SC-9", "sc12", "form", "é", "🙂", "\n", "'", "=",
})

func words(t *rapid.T, label string) string {
	text := ""
	for _, piece := range rapid.SliceOfN(pieces, 0, 8).Draw(t, label) {
		text += piece
	}
	if rapid.Bool().Draw(t, label+" typed") {
		text += rapid.String().Draw(t, label+" words")
	}
	return text
}

func TestBlockReadsBackWhatItWrote(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := programme.Block{What: words(t, "what") + "x", Role: words(t, "role"), By: rapid.SampledFrom([]programme.Day{"", "2026-12-10"}).Draw(t, "by")}
		if rapid.Bool().Draw(t, "ends so") {
			b.What += ")"
		}
		if got := programme.ParseBlock(b.String()); got != b {
			t.Fatalf("%+v, written %q, is read as %+v", b, b, got)
		}
	})
}

func TestLineageAsWritten(t *testing.T) {
	t.Parallel()
	for want, l := range map[string]programme.Lineage{
		"":                        {},
		"SC-4":                    {From: "SC-4"},
		"into SC-9":               {Into: 9},
		"SC-4, into SC-9":         {"SC-4", 9},
		"into SC-9, into SC-3":    {"into SC-9", 3},
		"into SC-9, into nothing": {From: "into SC-9"},
	} {
		if got := l.String(); got != want {
			t.Errorf("%+v is written %q, want %q", l, got, want)
		}
		if got := programme.ParseLineage(want); got != l {
			t.Errorf("%q is read as %+v", want, got)
		}
	}
}

func TestLineageReadsBackWhatItWrote(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := programme.Lineage{From: words(t, "from"), Into: rapid.IntRange(0, 999_999_999).Draw(t, "into")}
		if got := programme.ParseLineage(l.String()); got != l {
			t.Fatalf("%+v, written %q, is read as %+v", l, l, got)
		}
	})
}
