package programme

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"smallchanges/internal/fault"
)

// Limits of a team's own bank of prompts.
const (
	LeastPrompts   = 8  // stay on
	MostOwnPrompts = 40 // that a team may have
)

// ownPrefix begins the id of a prompt that a team added. None of the program's own does.
const ownPrefix = "own-"

// OwnPrompt is the id of a team's own prompt, from its number in storage.
func OwnPrompt(number int64) string { return ownPrefix + strconv.FormatInt(number, 10) }

// OwnNumber is the number in storage of a team's own prompt; ok is false for any other.
func OwnNumber(id string) (number int64, ok bool) {
	digits, own := strings.CutPrefix(id, ownPrefix)
	number, err := strconv.ParseInt(digits, 10, 64)
	return number, own && err == nil
}

// Bank is what a team can be asked: the prompts that come with the program, those of them
// that it switched off, and its own.
type Bank struct {
	Off []string // ids of the program's prompts
	Own []Prompt
}

// BankRule changes a team's bank, or refuses to.
type BankRule func(*Bank) error

// All are the prompts that come with the program and the team's own, by theme.
func (b Bank) All() []Prompt {
	all := append(Prompts(), b.Own...)
	themes := Themes()
	slices.SortStableFunc(all, func(x, y Prompt) int { return slices.Index(themes, x.Theme) - slices.Index(themes, y.Theme) })
	return all
}

// On are the prompts that the team can be asked; never none. Should a later version of the
// program take away so many that nothing is left on, all are.
func (b Bank) On() []Prompt {
	on := only(b.All(), func(p Prompt) bool { return !slices.Contains(b.Off, p.ID) })
	if len(on) == 0 {
		return b.All()
	}
	return on
}

// IsOn reports whether a team can be asked this one.
func (b Bank) IsOn(id string) bool {
	return slices.ContainsFunc(b.On(), func(p Prompt) bool { return p.ID == id })
}

// Prompt is one of the bank, on or off. fault.Missing when there is none.
func (b Bank) Prompt(id string) (Prompt, error) {
	all := b.All()
	if i := slices.IndexFunc(all, func(p Prompt) bool { return p.ID == id }); i >= 0 {
		return all[i], nil
	}
	return Prompt{}, fault.New(fault.Missing, "That prompt is not here any more.")
}

// Switch switches one of the program's prompts off or on. The last eight stay on; one's own
// is removed instead, which is fault.Missing here.
func (b *Bank) Switch(id string, on bool) error {
	if !slices.ContainsFunc(Prompts(), func(p Prompt) bool { return p.ID == id }) {
		return fault.New(fault.Missing, "That prompt is not here any more.")
	}
	off := slices.Contains(b.Off, id)
	switch {
	case on:
		b.Off = slices.DeleteFunc(slices.Clone(b.Off), func(o string) bool { return o == id })
	case !off:
		if err := b.keepsEnough(); err != nil {
			return err
		}
		b.Off = append(slices.Clone(b.Off), id)
	}
	return nil
}

// Remove takes out one of the team's own prompts, unless too few would stay on.
func (b *Bank) Remove(id string) error {
	i := slices.IndexFunc(b.Own, func(p Prompt) bool { return p.ID == id })
	if i < 0 {
		return fault.New(fault.Missing, "That prompt is not here any more.")
	}
	if err := b.keepsEnough(); err != nil {
		return err
	}
	b.Own = slices.Delete(slices.Clone(b.Own), i, i+1)
	return nil
}

func (b *Bank) keepsEnough() error {
	if len(b.On()) > LeastPrompts {
		return nil
	}
	return fault.New(fault.Closed, fmt.Sprintf("At least %d prompts stay on, so that questions do not come again too soon. Switch on or add another one first.", LeastPrompts))
}

// Put adds a prompt of the team's own, or with an id changes it, as long as it is still the
// one whose mark its writer saw: otherwise it is fault.Conflict. Two prompts may not say the
// same. Field: text.
func (b *Bank) Put(p Prompt, seen string) error {
	i := slices.IndexFunc(b.Own, func(o Prompt) bool { return o.ID == p.ID })
	switch {
	case p.ID != "" && i < 0:
		return fault.New(fault.Missing, "That prompt is not here any more.")
	case p.ID != "" && b.Own[i].Mark() != seen:
		return fault.New(fault.Conflict, "Somebody else changed this prompt while you were writing. It is now: “"+b.Own[i].Text+"”")
	case p.ID == "" && len(b.Own) >= MostOwnPrompts:
		return fault.Field("text", fmt.Sprintf("Your team has %d prompts of its own, the most there can be. Remove one first.", MostOwnPrompts))
	}
	for _, other := range b.All() {
		if other.ID != p.ID && sameWords(other.Text, p.Text) {
			return fault.Field("text", "This one is here already: “"+other.Text+"”")
		}
	}
	b.Own = slices.Clone(b.Own)
	if i < 0 {
		b.Own = append(b.Own, p)
	} else {
		b.Own[i] = p
	}
	return nil
}

// sameWords compares two texts by their words alone, whatever their letters' size and signs.
func sameWords(a, b string) bool {
	return strings.EqualFold(strings.Join(wordsOf(a), " "), strings.Join(wordsOf(b), " "))
}
