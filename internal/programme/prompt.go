package programme

import (
	"cmp"
	_ "embed"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"sync"
	"time"

	"go.yaml.in/yaml/v3"
)

// Moment is where a team is with its small changes, as far as a prompt fits it.
type Moment string

// The moments of prompts.yaml.
const (
	AnyMoment    Moment = "any"
	StartMoment  Moment = "start"  // the first weeks, or nothing was tried yet
	TryingMoment Moment = "trying" // a change is being tried
	ReviewMoment Moment = "review" // a change closes, or a month does
)

// Prompt is one reflection question.
type Prompt struct {
	ID           string `yaml:"id"`
	Theme        string `yaml:"theme"`
	ShareDefault string `yaml:"share_default"` // team or private
	Moment       Moment `yaml:"moment"`
	Text         string `yaml:"text"`
}

// Share is what the answer's form starts on.
func (p Prompt) Share() Share {
	if p.ShareDefault == sharePrivately {
		return SharePrivate
	}
	return ShareNamed
}

// Mark is a short sign of a prompt as it is: another one has another.
func (p Prompt) Mark() string {
	h := fnv.New64a()
	fmt.Fprintf(h, "%q", p) // a hash never fails
	return strconv.FormatUint(h.Sum64(), 36)
}

// What ShareDefault can be.
const (
	shareWithTeam  = "team"
	sharePrivately = "private"
)

//go:embed prompts.yaml
var promptFile []byte

// bankFile is prompts.yaml as far as the program reads it.
type bankFile struct {
	Themes  []string `yaml:"themes"`
	Prompts []Prompt `yaml:"prompts"`
}

var readBank = sync.OnceValue(func() bankFile {
	var bank bankFile
	if err := yaml.Unmarshal(promptFile, &bank); err != nil {
		panic("prompts.yaml cannot be read: " + err.Error()) // a broken build, found by any test
	}
	return bank
})

// Prompts are those that come with the program, in the order of the file.
func Prompts() []Prompt { return slices.Clone(readBank().Prompts) }

// Themes are what prompts are about, in the order in which they take turns at first.
func Themes() []string { return slices.Clone(readBank().Themes) }

// How long things last that a choice of prompt depends on (DOMAIN.md section 5).
const (
	week         = 7 * 24 * time.Hour
	NoRepeat     = 20 * week           // until a prompt may come again
	startLasts   = 6 * week            // after a team's first round
	EndedLasts   = 14 * 24 * time.Hour // after a change was kept or stopped
	lastOfMonth  = 7                   // days
	mostPatience = 20 * week           // of a theme that has nothing for the moment
)

// PastPrompt is the last time that a team was asked one prompt.
type PastPrompt struct {
	Prompt Prompt // as it was asked; the bank may have changed since
	At     time.Time
}

// SoFar is what a team was asked and has tried, as far as its next prompt depends on it.
type SoFar struct {
	First     time.Time    // its first round; zero before that
	Past      []PastPrompt // each prompt once, in any order
	Tried     bool         // some small change was tried, or is
	Trying    bool         // one is being tried
	Reviewing bool         // one is in review
	Ended     time.Time    // when one was kept or stopped last; zero when none was of late
}

// MomentsOf are the moments that hold for a team now, AnyMoment not among them: more than
// one may, and none. Days are those of the team's zone.
//
// Start is the first six weeks after its first round, and as long as nothing was tried.
// Trying is while a change is being tried. Review is while one is in review, for 14 days
// after one was kept or stopped, and in the last seven days of a month.
func MomentsOf(s SoFar, now time.Time, zone *time.Location) []Moment {
	var moments []Moment
	holds := func(m Moment, yes bool) {
		if yes {
			moments = append(moments, m)
		}
	}
	holds(StartMoment, s.First.IsZero() || now.Before(s.First.Add(startLasts)) || !s.Tried)
	holds(TryingMoment, s.Trying)
	day := now.In(zone)
	holds(ReviewMoment, s.Reviewing || !s.Ended.IsZero() && now.Before(s.Ended.Add(EndedLasts)) ||
		day.AddDate(0, 0, lastOfMonth).Month() != day.Month())
	return moments
}

// NextPrompt chooses a prompt from a team's bank, which must not be empty.
//
// The rule: of what was not asked within 20 weeks, the theme that has waited longest has
// its turn, every other time with a prompt for the present moment, and with one for another
// moment only when the theme would wait for more than 20 weeks otherwise.
//
// So themes take turns, a theme spends its prompts for a moment slowly, and nobody is asked
// about a change that nobody tries. When everything was asked within 20 weeks, it is the
// prompt that was asked longest ago. The same facts always give the same prompt.
func NextPrompt(bank []Prompt, s SoFar, now time.Time, zone *time.Location) Prompt {
	c := turns{SoFar: s, now: now, moments: MomentsOf(s, now, zone), last: map[string]time.Time{}, turn: map[string]PastPrompt{}}
	for _, a := range s.Past {
		c.last[a.Prompt.ID] = a.At
		if a.At.After(c.turn[a.Prompt.Theme].At) {
			c.turn[a.Prompt.Theme] = a
		}
	}
	longest := func(a, b Prompt) int { return c.last[a.ID].Compare(c.last[b.ID]) }
	fresh := only(bank, func(p Prompt) bool { return c.last[p.ID].IsZero() || now.Sub(c.last[p.ID]) >= NoRepeat })
	if len(fresh) == 0 {
		return slices.MinFunc(bank, longest)
	}
	if fits := only(fresh, c.mayCome); len(fits) > 0 {
		fresh = fits
	}
	return slices.MinFunc(fresh, func(a, b Prompt) int {
		return cmp.Or(
			c.turn[a.Theme].At.Compare(c.turn[b.Theme].At),
			cmp.Compare(themeOrder(bank, a.Theme), themeOrder(bank, b.Theme)),
			cmp.Compare(c.rank(a), c.rank(b)),
			longest(a, b),
		)
	})
}

// turns are what NextPrompt knows.
type turns struct {
	SoFar
	now     time.Time
	moments []Moment
	last    map[string]time.Time  // by prompt
	turn    map[string]PastPrompt // the last of each theme
}

func (c turns) present(p Prompt) bool { return slices.Contains(c.moments, p.Moment) }

func (c turns) mayCome(p Prompt) bool {
	since := c.turn[p.Theme].At
	if since.IsZero() {
		since = c.First
	}
	return c.present(p) || p.Moment == AnyMoment || !since.IsZero() && c.now.Sub(since) >= mostPatience
}

// rank orders the prompts of one theme, the smallest first: one for the present moment and
// one for any take turns.
func (c turns) rank(p Prompt) int {
	before, asked := c.turn[p.Theme]
	general := p.Moment == AnyMoment
	switch {
	case !general && !c.present(p):
		return 2
	case general == (asked && before.Prompt.Moment != AnyMoment):
		return 0
	}
	return 1
}

// themeOrder is where a theme comes first in a bank.
func themeOrder(bank []Prompt, theme string) int {
	return slices.IndexFunc(bank, func(p Prompt) bool { return p.Theme == theme })
}

func only(list []Prompt, keep func(Prompt) bool) []Prompt {
	return slices.DeleteFunc(slices.Clone(list), func(p Prompt) bool { return !keep(p) })
}
