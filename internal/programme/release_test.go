package programme

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// evaluation is the published evaluation of one pilot team: 8 replies (DOMAIN.md section 6).
// Where only the groups were published, the options inside them are made up.
var evaluation = Tally{Replies: 8, Counts: map[string][]int{
	"satisfaction": {0, 2, 4, 2, 0},
	"teamwork":     {0, 0, 3, 5, 0},
	"bring_change": {0, 1, 5, 2, 0},
	"valued":       {0, 0, 3, 4, 1},
	"own_direct":   {0, 0, 5, 3, 0},
	"team_direct":  {0, 4, 4, 0, 0},
	"harder":       {7, 1, 0, 0, 0},
}}

func impactPulse(openMode bool, asked int) Pulse {
	_, questions, _ := Set(ImpactSet)
	return Pulse{Set: ImpactSet, Questions: questions, OpenMode: openMode, Asked: asked}
}

func shown(r Result) map[string]string {
	words := map[string]string{}
	for _, f := range r.Findings {
		words[f.Question] = f.Shown
	}
	return words
}

func TestReleaseOfTheWorkedExampleInOpenMode(t *testing.T) {
	t.Parallel()
	r := Release(impactPulse(true, 10), evaluation)
	want := map[string]string{
		"satisfaction": "6 of 8 said moderate or large extent (75%)",
		"teamwork":     "8 of 8 said moderate or large extent (100%)",
		"bring_change": "7 of 8 said moderate or large extent (87.5%)",
		"valued":       "7 of 8 said moderate or large extent (87.5%)",
		"own_direct":   "8 of 8 said moderate or large extent (100%)",
		"team_direct":  "4 of 8 said moderate or large extent (50%)",
		"harder":       "0 of 8 said moderate or large extent (0%)",
	}
	if diff := cmp.Diff(want, shown(r)); diff != "" {
		t.Errorf("shown (-want +got):\n%s", diff)
	}
	if got, want := r.Findings[4].Spread(), "3 large extent, 5 moderate extent"; got != want {
		t.Errorf("direct work: %q, want %q", got, want)
	}
	if got, want := r.Range(r.Findings[0]), "2 did not reply, so it is between 6 and 8 of 10."; got != want {
		t.Errorf("range: %q, want %q", got, want)
	}
	if got, want := r.Words(), "8 of 10 replied."; got != want {
		t.Errorf("words: %q, want %q", got, want)
	}
}

func TestReleaseOfTheWorkedExampleInDefaultMode(t *testing.T) {
	t.Parallel()
	r := Release(impactPulse(false, 8), evaluation)
	want := map[string]string{
		"satisfaction": "6 of 8 said moderate or large extent (75%)",
		"teamwork":     "7 or 8 of 8 said moderate or large extent",
		"bring_change": "7 or 8 of 8 said moderate or large extent",
		"valued":       "7 or 8 of 8 said moderate or large extent",
		"own_direct":   "7 or 8 of 8 said moderate or large extent",
		"team_direct":  "4 of 8 said moderate or large extent (50%)",
		"harder":       "0 or 1 of 8 said moderate or large extent",
	}
	if diff := cmp.Diff(want, shown(r)); diff != "" {
		t.Errorf("shown (-want +got):\n%s", diff)
	}
	for _, f := range r.Findings {
		if f.Options != nil || r.Range(f) != "" {
			t.Errorf("%s shows options %v and range %q", f.Question, f.Options, r.Range(f))
		}
		if exact := !strings.Contains(f.Shown, " or 8 of") && !strings.Contains(f.Shown, "0 or 1"); (f.Upper != nil) != exact {
			t.Errorf("%s: %q with an exact count %v", f.Question, f.Shown, f.Upper)
		}
	}
}

// oneQuestion is a pulse of one question on the extent scale with the given replies.
func oneQuestion(openMode bool, counts ...int) (Pulse, Tally) {
	p := Pulse{Questions: []Question{extent("q", "How far?")}, OpenMode: openMode, Asked: 40}
	t := Tally{Counts: map[string][]int{"q": counts}}
	for _, c := range counts {
		t.Replies += c
	}
	return p, t
}

func TestReleaseOptions(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		openMode bool
		counts   []int
		want     string
	}{
		"nine in default mode":         {false, []int{2, 2, 3, 2, 0}, ""},
		"seven in open mode":           {true, []int{1, 2, 3, 1, 0}, ""},
		"eight in open mode":           {true, []int{1, 2, 3, 1, 1}, "1 large extent, 3 moderate extent, 2 small extent, 1 not at all, 1 can't say"},
		"nobody alone":                 {false, []int{2, 2, 3, 3, 0}, "3 large extent, 3 moderate extent, 2 small extent, 2 not at all"},
		"one at the top":               {false, []int{2, 2, 5, 1, 0}, "6 large extent or moderate extent, 2 small extent, 2 not at all"},
		"one at the end":               {false, []int{2, 3, 3, 3, 1}, "3 large extent, 3 moderate extent, 3 small extent, 3 not at all or can't say"},
		"one in a group of its own":    {false, []int{0, 1, 5, 6, 0}, ""},
		"one beside empty neighbours":  {false, []int{0, 2, 5, 5, 1}, "5 large extent, 5 moderate extent, 3 small extent or not at all or can't say"},
		"two alone in the lower group": {false, []int{1, 1, 5, 5, 0}, "5 large extent, 5 moderate extent, 2 small extent or not at all"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := Release(oneQuestion(test.openMode, test.counts...))
			if got := r.Findings[0].Spread(); got != test.want {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

func drawCounts(t *rapid.T, options, n int) []int {
	counts := make([]int, options)
	for range n {
		counts[rapid.IntRange(0, options-1).Draw(t, "answer")]++
	}
	return counts
}

func TestReleaseShowsNothingBelowFive(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, LeastReplies-1).Draw(t, "n")
		p, tally := oneQuestion(rapid.Bool().Draw(t, "open"), drawCounts(t, 5, n)...)
		want := Result{Asked: p.Asked, Withheld: true, OpenMode: p.OpenMode}
		if diff := cmp.Diff(want, Release(p, tally)); diff != "" {
			t.Fatalf("%d replies show something (-want +got):\n%s", n, diff)
		}
	})
}

// One person's reply at an edge, or inside its group, must not show.
func TestReleaseHidesOneReply(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(LeastReplies, optionReplies-1).Draw(t, "n")
		others := drawCounts(t, 2, n-1) // lower, upper
		if edge := rapid.SampledFrom([]int{0, n - 1, -1}).Draw(t, "upper of the others"); edge >= 0 {
			others = []int{n - 1 - edge, edge}
		}
		reply := func(option int) Result {
			counts := []int{others[0], 0, 0, others[1], 0}
			counts[option]++
			p, tally := oneQuestion(false, counts...)
			return Release(p, tally)
		}
		a, b := rapid.IntRange(0, 4).Draw(t, "one"), rapid.IntRange(0, 4).Draw(t, "another")
		q := extent("q", "")
		atEdge := others[1] == 0 || others[1] == n-1
		if !atEdge && q.inUpper(a) != q.inUpper(b) {
			return // a group of two to n-2 is shown exactly, as the rule says
		}
		if diff := cmp.Diff(reply(a), reply(b)); diff != "" {
			t.Fatalf("option %d and %d differ beside %v:\n%s", a, b, others, diff)
		}
	})
}

func TestReleaseNeverShowsOnePersonsOption(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := rapid.SampledFrom([]Question{extent("q", ""), agree("q", ""), shareOfWeek("q", "")}).Draw(t, "question")
		n := rapid.IntRange(optionReplies, 30).Draw(t, "n")
		counts := drawCounts(t, len(q.Options), n)
		r := Release(Pulse{Questions: []Question{q}, Asked: n}, Tally{Replies: n, Counts: map[string][]int{"q": counts}})
		f := r.Findings[0]
		if f.Options == nil {
			if upper := *f.Upper; upper != 1 && upper != n-1 {
				t.Fatalf("%v shows no options though no group is one person", counts)
			}
			return
		}
		sum, upper, labels := 0, 0, ""
		for _, o := range f.Options {
			if o.Count == 1 {
				t.Fatalf("%v shows %v", counts, f.Options)
			}
			if sum += o.Count; sum == *f.Upper {
				upper = sum // a border between the groups is a border between options
			}
			labels += " or " + o.Label
		}
		if sum != n || upper != *f.Upper {
			t.Fatalf("%v: options %v add up to %d of %d, upper group %d", counts, f.Options, sum, n, *f.Upper)
		}
		want := ""
		for _, i := range q.topDown() {
			want += " or " + label(q.Options[i])
		}
		if labels != want {
			t.Fatalf("options are not runs of neighbours: %q", labels)
		}
		if !slices.Contains(counts, 1) && len(f.Options) != len(q.Options) {
			t.Fatalf("%v was merged without need: %v", counts, f.Options)
		}
	})
}

func TestReleaseChangesNothingOfThePulse(t *testing.T) {
	t.Parallel()
	p, before := impactPulse(false, 12), impactPulse(false, 12)
	tally := Tally{Replies: 12, Counts: map[string][]int{"satisfaction": {1, 3, 3, 4, 1}}}
	first, second := Release(p, tally), Release(p, tally)
	if diff := cmp.Diff(before, p); diff != "" {
		t.Errorf("the pulse changed:\n%s", diff)
	}
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("the same totals were released differently:\n%s", diff)
	}
}
