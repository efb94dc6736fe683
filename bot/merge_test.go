package bot_test

import (
	"slices"
	"testing"

	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
	"smallchanges/internal/store/storetest"
)

// Whoever merges finds what is like theirs first, from any team, then their own team's. What
// goes on no more is not offered.
func TestMergingOffersLikeOnesFirst(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	f.Idea("ines", "Voice notes for recording visits")
	f.Idea("ana", "One form for referrals")
	f.Idea("ana", "Walking supervision")
	f.Idea("ben", "Voice notes for recording")
	_, err := f.EditChange(t.Context(), f.By("ana", ""), 3, func(c *programme.Change) (programme.History, []programme.Notice, error) {
		return c.Apply(programme.Edit{To: programme.Stopped, Words: "Too wet.", Version: 1}, f.Person("ana"), f.Clock.Now())
	})
	if err != nil {
		t.Fatal(err)
	}
	var offered []string
	for _, o := range opened(t, f, "ben", "change.merge", "SC-4").Fields[0].Options {
		offered = append(offered, o.Value)
	}
	if want := []string{"SC-1", "SC-2"}; !slices.Equal(offered, want) {
		t.Errorf("offered are %v, want %v", offered, want)
	}
}

// Nothing but a reference can stand in these fields, so a bare number is one.
func TestABareNumberIsAReferenceInAForm(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	f.Idea("ana", "One form")
	f.Idea("ben", "Walking supervision")
	handle(t, f, "ana", chat.Submit{Form: "celebrate", Values: chat.Values{"ref": " 1 ", "words": "Well done."}})
	if c, err := f.Celebration(t.Context(), f.Council, 1); err != nil || c.Change != 1 {
		t.Errorf("the celebration is %+v (%v)", c, err)
	}
	handle(t, f, "ben", chat.Submit{Form: "change.merge", State: "2 1", Values: chat.Values{"into": "1"}})
	if c, _, err := f.Change(t.Context(), f.Council, 2); err != nil || c.MergedInto != 1 {
		t.Errorf("SC-2 is %+v (%v)", c, err)
	}
}
