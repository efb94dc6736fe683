package programme_test

import (
	"testing"

	"smallchanges/internal/programme"

	"pgregory.net/rapid"
)

// Pairs that a social worker would and would not call the same.
func TestLikeness(t *testing.T) {
	t.Parallel()
	for _, pair := range []struct {
		a, whyA, b, whyB string
		alike            bool
	}{
		{"One referral form for all in-house services", "", "A single form for referrals to in-house services", "", true},
		{"Voice notes for recording", "", "Recording visits with voice notes", "Less typing", true},
		{"Voice notes for recording", "", "Voise notes for recordings", "", true},
		{"Protected afternoons for direct work", "Meetings fill every gap", "Protect two afternoons for direct work", "", true},
		{"Shared drive of forms", "We search for forms and templates", "A folder of templates", "People search for forms and templates", true},
		{"Food vouchers without a second signature", "", "Social workers hand out food vouchers themselves", "", true},
		{"A shared calendar for room bookings", "", "A team charter", "", false},
		{"Voice notes for recording", "", "A new induction for staff", "", false},
		{"Shorter team meetings", "", "One referral form", "", false},
		{"Ask families how they want to be invited to reviews", "", "Celebrate success at the end of each week", "", false},
		{"A guide to working with interpreters", "", "A guide to the new duty rota", "", false},
		{"Tea in room 1", "", "Tea in room 2", "", false},
	} {
		found := programme.Alike(pair.a, pair.whyA, []programme.Change{{Title: pair.b, Why: pair.whyB}})
		if got := len(found) == 1; got != pair.alike {
			t.Errorf("%q and %q: alike %v, likeness %.2f", pair.a, pair.b, got, programme.Likeness(pair.a, pair.whyA, pair.b, pair.whyB))
		}
	}
}

// Likeness has no side, is never over 1, and what is the same is wholly alike.
func TestLikenessIsAMeasure(t *testing.T) {
	t.Parallel()
	text := rapid.StringMatching(`([a-zé]{1,9} ){0,6}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b, why, other := text.Draw(t, "a"), text.Draw(t, "b"), text.Draw(t, "why"), text.Draw(t, "other")
		one, two := programme.Likeness(a, why, b, other), programme.Likeness(b, other, a, why)
		if one != two || one < 0 || one > 1 {
			t.Fatalf("likeness %v and back %v", one, two)
		}
		if same := programme.Likeness(a, why, a, why); same != 1 && len(programme.Telling(a)) > 0 {
			t.Fatalf("%q is only %v like itself", a, same)
		}
	})
}

func TestAlikeSuggestsTheLikestThree(t *testing.T) {
	t.Parallel()
	among := []programme.Change{
		{Number: 1, Title: "Voice notes for recording visits"},
		{Number: 2, Title: "Tea on Fridays"},
		{Number: 3, Title: "Voice notes"},
		{Number: 4, Title: "Voice notes for recording"},
		{Number: 5, Title: "Recording by voice"},
	}
	found := programme.Alike("Voice notes for recording", "", among)
	if len(found) != programme.MostAlike || found[0].Number != 4 || found[1].Number != 1 {
		t.Errorf("found %+v", found)
	}
}
