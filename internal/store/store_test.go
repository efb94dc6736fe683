package store_test

import (
	"context"
	"testing"
	"time"

	"smallchanges/internal/programme"
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

// A rule that panics costs its own transaction: the next one finds the writer free.
func TestPanicInsideATransactionFreesTheWriter(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	f.Idea("ana", "One form")
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		_, _ = f.EditChange(context.Background(), f.By("ana", "event-1"), 1, func(*programme.Change) (programme.History, []programme.Notice, error) {
			panic("a broken rule")
		})
	}()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if _, err := f.Support(ctx, f.By("ben", "event-2"), 1, true); err != nil {
		t.Errorf("after a panic nobody can write any more: %v", err)
	}
}
