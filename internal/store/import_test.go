package store_test

import (
	"fmt"
	"testing"
	"time"

	"smallchanges/internal/programme"
	"smallchanges/internal/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// row is a row of a file about a change of Willow.
func row(f *storetest.Fixture, n int, cells map[string]string) programme.Entry {
	all := map[string]string{"title": fmt.Sprintf("Imported idea %d", n), "team": "Willow"}
	for column, text := range cells {
		all[column] = text
	}
	return programme.ReadEntry(n, all, f.Clock.Now())
}

func importing(t *testing.T, f *storetest.Fixture, entries ...programme.Entry) programme.Import {
	t.Helper()
	done, err := f.ImportChanges(t.Context(), programme.By{Council: f.Council, At: f.Clock.Now()}, entries, false)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// An import keeps the changes with all that belongs to them, and bothers nobody.
func TestImportedChangesAreWholeAndQuiet(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	f.Idea("ana", "Here before")
	var entries []programme.Entry
	for i, state := range programme.States {
		cells := map[string]string{"state": string(state), "strand": "meetings", "owner": "ben hale", "proposer": "a colleague", "supporters": "12"}
		switch state {
		case programme.Merged:
			cells["lineage"] = "SC-1, into SC-40" // which comes after it
		case programme.Kept:
			cells["learning"] = "Telephones beat forms"
		}
		entries = append(entries, row(f, i+2, cells))
	}
	entries = append(entries, row(f, 20, map[string]string{"ref": "SC-40", "created_at": "2026-01-02"}))
	done := importing(t, f, entries...)
	if len(done.Wrong)+len(done.Warnings) > 0 {
		t.Fatal(done.Wrong, done.Warnings)
	}
	c, past, err := f.Change(t.Context(), f.Council, done.Entries[8].Change.Number)
	if err != nil || c.Ref() != "SC-49" || c.MergedInto != 40 || c.Lineage != "SC-1" || c.Supporters != 12 || c.Owner.Name != "Ben Hale" || c.Proposer.ID != 0 {
		t.Errorf("%+v %v", c, err)
	}
	want := []programme.History{{Ref: "SC-49", At: storetest.Start, Who: "a colleague", What: programme.Imported, To: programme.Merged}}
	if diff := cmp.Diff(want, past); diff != "" {
		t.Error(diff)
	}
	found, err := f.Changes(t.Context(), f.Council, programme.ChangeFilter{Words: "telephones"})
	if err != nil || len(found) != 1 || found[0].State != programme.Kept {
		t.Errorf("found %+v %v", found, err)
	}
	if asks, err := f.FollowUps(t.Context()); err != nil || len(asks) != 0 {
		t.Errorf("would ask %+v %v", asks, err)
	}
	if parcels, err := f.Claim(t.Context(), f.Clock.Now().AddDate(1, 0, 0), time.Minute, 10); err != nil || len(parcels) != 0 {
		t.Errorf("would send %+v %v", parcels, err)
	}
	if next := f.Idea("ana", "Here after"); next.Ref() != "SC-50" {
		t.Errorf("the next one is %s", next.Ref())
	}
	counted(t, f)
}

// counted compares the kept counts with the changes that are there.
func counted(t *testing.T, f *storetest.Fixture) {
	t.Helper()
	counts, err := f.ChangeCounts(t.Context(), f.Council, 0)
	if err != nil {
		t.Fatal(err)
	}
	list, err := f.ExportChanges(t.Context(), f.Council, 0)
	if err != nil {
		t.Fatal(err)
	}
	type place struct {
		team, strand string
		state        programme.State
	}
	have, want := map[place]int{}, map[place]int{}
	for _, c := range counts {
		have[place{c.Team, c.Strand, c.State}] += c.Count
	}
	for _, c := range list {
		want[place{c.Team, c.Strand.Name, c.State}]++
	}
	if diff := cmp.Diff(want, have); diff != "" || len(list) == 0 {
		t.Error(diff)
	}
}

// One wrong row keeps all others out, and the numbers stay as they were.
func TestImportKeepsAllOrNothing(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	done := importing(t, f, row(f, 2, nil), row(f, 3, map[string]string{"ref": "SC-9", "strand": "Nowhere"}))
	want := []programme.Mistake{{Row: 3, Column: "strand", Say: "Willow has no strand “Nowhere”. It has: Effective recording practices, Meetings."}}
	if diff := cmp.Diff(want, done.Wrong); diff != "" {
		t.Error(diff)
	}
	if c := f.Idea("ana", "The first"); c.Ref() != "SC-1" {
		t.Errorf("the first is %s", c.Ref())
	}
}

// Another council's people, strands and numbers are not this one's.
func TestImportStaysInItsCouncil(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	file := storetest.File()
	file.Council.Name = "Southshire"
	file.Services = file.Services[1:]
	file.Services[0].Teams[0].Name = "Elm"
	file.Services[0].Teams[0].Members = []programme.MemberEntry{{Name: "Nia Ward", Email: "nia@southshire.example"}}
	if _, err := f.Apply(t.Context(), file, storetest.Weekly, false); err != nil {
		t.Fatal(err)
	}
	councils, err := f.Councils(t.Context())
	if err != nil || len(councils) != 2 {
		t.Fatal(councils, err)
	}
	other := f.Council
	for _, c := range councils {
		if c.Name == "Southshire" {
			other = c.ID
		}
	}
	f.Idea("ana", "The first of Northshire")
	entry := programme.ReadEntry(2, map[string]string{"ref": "SC-1", "title": "The first of Southshire", "team": "Elm", "owner": "Nia Ward", "strand": "Working with partners"}, f.Clock.Now())
	by := programme.By{Council: other, At: f.Clock.Now()}
	if done, err := f.ImportChanges(t.Context(), by, []programme.Entry{entry}, false); err != nil || len(done.Wrong) > 0 {
		t.Error(done.Wrong, err)
	}
	done := importing(t, f, row(f, 2, map[string]string{"owner": "Nia Ward"}), row(f, 3, map[string]string{"team": "Elm"}))
	if len(done.Wrong) != 2 {
		t.Errorf("wrong in Northshire: %+v", done.Wrong)
	}
}

// Those who have left are found, and so are strands that have ended.
func TestImportKnowsWhoAndWhatWas(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	file := storetest.File()
	file.Services[0].Teams[0].Members = file.Services[0].Teams[0].Members[:7] // without Hari Patel
	file.Services[0].Teams[0].Strands = file.Services[0].Teams[0].Strands[:1] // without meetings
	if _, err := f.Apply(t.Context(), file, storetest.Weekly, false); err != nil {
		t.Fatal(err)
	}
	done := importing(t, f, row(f, 2, map[string]string{"owner": "Hari Patel", "strand": "Meetings", "proposer": "ANA@northshire.example"}))
	if len(done.Wrong) > 0 {
		t.Fatal(done.Wrong)
	}
	c, _, err := f.Change(t.Context(), f.Council, 1)
	if err != nil || c.Owner.Name != "Hari Patel" || c.Strand.Name != "Meetings" || c.Proposer.Name != "Ana Ortiz" {
		t.Errorf("%+v %v", c, err)
	}
}
