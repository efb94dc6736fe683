package store_test

import (
	"testing"

	"smallchanges/internal/store/storetest"

	"github.com/google/go-cmp/cmp"
)

func TestCouncilIsThere(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	ana, willow, err := f.Member(t.Context(), storetest.Workspace, "U0ANA0001")
	if err != nil {
		t.Fatal(err)
	}
	if ana.Name != "Ana Ortiz" || willow.Name != "Willow" || willow.Channel.Workspace != storetest.Workspace || len(willow.Strands) != 2 {
		t.Errorf("found %+v in %+v", ana, willow)
	}
	again, err := f.Apply(t.Context(), storetest.File(), storetest.Weekly, false)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string(nil), again); diff != "" {
		t.Errorf("applying the same file again changed something: %s", diff)
	}
	c := f.Idea("ben", "Voice notes for recording")
	if c.Ref() != "SC-1" || c.Team != "Willow" || c.Proposer.Name != "Ben Hale" {
		t.Errorf("proposed %+v", c)
	}
}
