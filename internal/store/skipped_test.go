package store_test

import (
	"testing"
	"time"

	"smallchanges/internal/programme"
	"smallchanges/internal/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// Skipped slots are known for 60 days, by team and by council; a setup shows the last three.
func TestSkippedSlotsAreKnownForAWhile(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	other := southshire(t, f)
	willow, err := f.Schedule(t.Context(), "willow-reflection")
	must(t, err)
	var want []programme.Skip
	for _, day := range []string{"2026-12-10", "2026-12-17", "2026-12-24", "2026-12-31"} {
		f.Clock.Add(7 * 24 * time.Hour)
		must(t, f.SkipSlot(t.Context(), willow, day+"T09:00", "It was a bank holiday.", programme.Slot{}))
		want = append([]programme.Skip{{Schedule: willow.ID, Team: "Willow", Kind: willow.Kind, Slot: day + "T09:00", Reason: "It was a bank holiday."}}, want...)
	}
	check := func(council, team int64, want []programme.Skip) {
		t.Helper()
		got, err := f.Skipped(t.Context(), council, team)
		must(t, err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	check(f.Council, 0, want)
	check(f.Council, willow.TeamID, want)
	check(f.Council, f.Team("Rowan").ID, nil)
	check(other, 0, nil)
	check(other, willow.TeamID, nil)
	set, err := f.TeamSetup(t.Context(), f.Council, willow.TeamID)
	must(t, err)
	if diff := cmp.Diff(want[:3], set.Skipped); diff != "" {
		t.Error(diff)
	}
	f.Clock.Add(50 * 24 * time.Hour)
	check(f.Council, 0, want[:2])
}
