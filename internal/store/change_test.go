package store_test

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
	"smallchanges/internal/store/storetest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// together runs n goroutines at once and gathers their errors by place.
func together(n int, work func(i int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-start
			errs[i] = work(i)
		})
	}
	close(start)
	all.Wait()
	return errs
}

func TestProposalsAtOnceGetNumbersOfTheirOwn(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	numbers := make([]int, 20)
	for _, err := range together(20, func(i int) error {
		by := f.By("ana", fmt.Sprint("event-", i))
		c, err := programme.Propose(fmt.Sprint("Idea ", i), "", by.Member, by.At)
		if err != nil {
			return err
		}
		c, err = f.Propose(t.Context(), by, c)
		numbers[i] = c.Number
		return err
	}) {
		if err != nil {
			t.Fatal(err)
		}
	}
	seen := map[int]bool{}
	for _, n := range numbers {
		if n < 1 || n > 20 || seen[n] {
			t.Errorf("numbers are not 1 to 20, each once: %v", numbers)
		}
		seen[n] = true
	}
}

func TestEventDeliveredAgainHasOneEffect(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	by := f.By("ana", "event-1")
	idea := programme.Change{TeamID: by.Member.TeamID, Title: "Voice notes", State: programme.Idea, Version: 1, Created: by.At, Updated: by.At}
	repeated := 0
	for _, err := range together(8, func(int) error {
		_, err := f.Propose(t.Context(), by, idea)
		return err
	}) {
		if fault.Is(err, fault.Repeated) {
			repeated++
		} else if err != nil {
			t.Error(err)
		}
	}
	list, err := f.Changes(t.Context(), f.Council, programme.ChangeFilter{})
	if err != nil || len(list) != 1 || repeated != 7 {
		t.Errorf("%d changes, %d repeated, %v", len(list), repeated, err)
	}
	if err := f.PruneEvents(t.Context(), by.At.Add(time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Propose(t.Context(), by, idea); err != nil {
		t.Errorf("a forgotten event: %v", err)
	}
}

// TestRefusedEffectForgetsItsEvent lets somebody mend a form and send it again.
func TestRefusedEffectForgetsItsEvent(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	c := f.Idea("ana", "Voice notes")
	by := f.By("ana", "event-1")
	if _, err := f.EditChange(t.Context(), by, c.Number, step(by, programme.Edit{To: programme.Parked, Version: 1})); !fault.Is(err, fault.Invalid) {
		t.Fatalf("parked without a reason: %v", err)
	}
	parked, err := f.EditChange(t.Context(), by, c.Number, step(by, programme.Edit{To: programme.Parked, Words: "Not now", Version: 1}))
	if err != nil || parked.State != programme.Parked {
		t.Errorf("%+v, %v", parked, err)
	}
}

func step(by programme.By, e programme.Edit) func(*programme.Change) (programme.History, []programme.Notice, error) {
	return func(c *programme.Change) (programme.History, []programme.Notice, error) {
		return c.Apply(e, by.Member, by.At)
	}
}

func TestTwoUpdatesAtOnceOneWins(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	c := f.Idea("ana", "Voice notes")
	won, lost := 0, 0
	for _, err := range together(8, func(i int) error {
		by := f.By("ben", "")
		_, err := f.EditChange(t.Context(), by, c.Number, step(by, programme.Edit{To: programme.Stopped, Words: fmt.Sprint("Reason ", i), Version: c.Version}))
		return err
	}) {
		switch {
		case err == nil:
			won++
		case fault.Is(err, fault.Conflict):
			lost++
		default:
			t.Error(err)
		}
	}
	_, past, err := f.Change(t.Context(), f.Council, c.Number)
	if err != nil || won != 1 || lost != 7 || len(past) != 2 {
		t.Errorf("%d won, %d lost, %d lines of history, %v", won, lost, len(past), err)
	}
}

func TestEveryFactOfAChangeIsKept(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	c := f.Idea("ana", "Voice notes")
	by := f.By("ben", "")
	want := c
	edited, err := f.EditChange(t.Context(), by, c.Number, func(c *programme.Change) (programme.History, []programme.Notice, error) {
		c.Title, c.Why, c.Barrier, c.Scope, c.State = "Voice notes, not typing", "Less typing", "Typed twice", programme.Manager, programme.Trying
		c.Strand, c.Owner = f.Team("Willow").Strands[1], f.Person("cora").Ref()
		c.Blocked, c.Impact, c.ReviewOn, c.Learning = "A licence", "More visits", "2026-12-24", "It works"
		c.Guess, c.Lineage = programme.TimeGiven{Minutes: 10, Times: 5, People: 8}, "SC-3"
		c.BlockedRole, c.ReplyBy = "Head of IT", "2026-12-10"
		c.Permission = programme.Permission{Answer: programme.Talk, Service: f.Team("Alder").Service, By: "2026-12-11", Words: "Tell me more"}
		c.Version, c.Updated = 2, by.At.Add(time.Minute)
		want = *c
		want.Others, want.AtOnce = 0, 0
		return programme.History{At: by.At, What: "edited", From: programme.Idea, To: programme.Trying, Words: "On we go"}, nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	read, past, err := f.Change(t.Context(), f.Council, c.Number)
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range []programme.Change{edited, read} {
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	wantPast := []programme.History{
		{Ref: "SC-1", At: by.At, Who: "Ana Ortiz", WhoID: f.Person("ana").ID, What: "proposed", To: programme.Idea},
		{Ref: "SC-1", At: by.At, Who: "Ben Hale", WhoID: by.Member.ID, What: "edited", From: programme.Idea, To: programme.Trying, Words: "On we go"},
	}
	if diff := cmp.Diff(wantPast, past); diff != "" {
		t.Error(diff)
	}
}

// A rule that finds nothing to change leaves no trace.
func TestNothingChangedIsNothingKept(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	c := f.Idea("ana", "Voice notes")
	f.Clock.Add(time.Hour)
	got, err := f.EditChange(t.Context(), f.By("ben", ""), c.Number, func(*programme.Change) (programme.History, []programme.Notice, error) {
		return programme.History{}, nil, nil
	})
	if err != nil || got.Number != c.Number {
		t.Errorf("got %+v, %v", got, err)
	}
	read, past, err := f.Change(t.Context(), f.Council, c.Number)
	if diff := cmp.Diff(c, read); diff != "" || len(past) != 1 || err != nil {
		t.Errorf("left are %d lines, %v: %s", len(past), err, diff)
	}
}

func TestStrandOfAnotherTeamIsRefused(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	c := f.Idea("ana", "Voice notes")
	_, err := f.EditChange(t.Context(), f.By("ana", ""), c.Number, func(c *programme.Change) (programme.History, []programme.Notice, error) {
		c.Strand = f.Team("Rowan").Strands[0]
		return programme.History{What: "edited", At: c.Updated}, nil, nil
	})
	if !fault.Is(err, fault.Invalid) {
		t.Errorf("another team's strand: %v", err)
	}
}

func TestSupportIsOnceAndRemovable(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	c := f.Idea("ana", "Voice notes")
	count := func() int {
		got, _, err := f.Change(t.Context(), f.Council, c.Number)
		if err != nil {
			t.Fatal(err)
		}
		return got.Supporters
	}
	for _, on := range []bool{true, false} {
		for _, err := range together(8, func(i int) error {
			name := []string{"ben", "cora"}[i%2]
			_, err := f.Support(t.Context(), f.By(name, ""), c.Number, on)
			return err
		}) {
			if err != nil {
				t.Error(err)
			}
		}
		supports, err := f.Supports(t.Context(), f.Council, f.Person("ben").ID, c.Number)
		if want := map[bool]int{true: 2, false: 0}[on]; err != nil || count() != want || supports != on {
			t.Errorf("supporting %v: %d supporters, want %d; ben supports: %v, %v", on, count(), want, supports, err)
		}
	}
}

func TestListsNarrow(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	f.Idea("ana", "Voice notes for recording")
	f.Idea("ben", "Protected afternoons")
	f.Idea("ines", "One café referral form")
	if _, err := f.Support(t.Context(), f.By("ana", ""), 3, true); err != nil {
		t.Fatal(err)
	}
	by := f.By("ben", "")
	if _, err := f.EditChange(t.Context(), by, 2, step(by, programme.Edit{To: programme.Parked, Words: "No room", Blocked: "A licence", BlockedRole: "Head of IT", Version: 1})); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		filter programme.ChangeFilter
		want   []int
	}{
		"all, useful first":   {programme.ChangeFilter{}, []int{3, 1, 2}},
		"first page":          {programme.ChangeFilter{Limit: 2}, []int{3, 1}},
		"parked comes last":   {programme.ChangeFilter{Team: f.Team("Willow").ID, States: programme.States}, []int{1, 2}},
		"team":                {programme.ChangeFilter{Team: f.Team("Willow").ID}, []int{1, 2}},
		"mine and supported":  {programme.ChangeFilter{Member: f.Person("ana").ID}, []int{3, 1}},
		"state":               {programme.ChangeFilter{States: []programme.State{programme.Parked, programme.Kept}}, []int{2}},
		"stuck":               {programme.ChangeFilter{Stuck: true}, []int{2}},
		"an unfinished word":  {programme.ChangeFilter{Words: "notes reco"}, []int{1}},
		"without accents":     {programme.ChangeFilter{Words: "CAFE"}, []int{3}},
		"words of two":        {programme.ChangeFilter{Words: "voice referral"}, nil},
		"team, state, words":  {programme.ChangeFilter{Team: f.Team("Willow").ID, States: []programme.State{programme.Idea}, Words: "voice"}, []int{1}},
		"nothing due":         {programme.ChangeFilter{Due: "2026-12-31"}, nil},
		"an operator is text": {programme.ChangeFilter{Words: "voice OR referral"}, nil},
	} {
		list, err := f.Changes(t.Context(), f.Council, test.filter)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var got []int
		for _, c := range list {
			got = append(got, c.Number)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestAnythingCanBeSearchedFor types whatever it likes into the search.
func TestAnythingCanBeSearchedFor(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	f.Idea("ana", "Voice notes")
	for typed, want := range map[string]int{`"`: 0, `" "`: 0, "***": 0, `"voice" ***`: 1, "": 1} {
		if found, err := f.Changes(t.Context(), f.Council, programme.ChangeFilter{Words: typed}); err != nil || len(found) != want {
			t.Errorf("%q finds %d changes, want %d (%v)", typed, len(found), want, err)
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		words := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z"*:^()\-+ ]{0,20}`)).Draw(r, "words")
		if _, err := f.Changes(t.Context(), f.Council, programme.ChangeFilter{Words: words}); err != nil {
			r.Fatalf("%q: %v", words, err)
		}
	})
}

// TestReplacedWordsAreGone looks into the bytes of the database for words that were edited away.
func TestReplacedWordsAreGone(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	c := f.Idea("ana", "Zebrawood quayside")
	if !holds(t, f.Path(), "zebrawood") || !holds(t, f.Path(), "Zebrawood") {
		t.Fatal("the words were never there, so this test shows nothing")
	}
	_, err := f.EditChange(t.Context(), f.By("ana", ""), c.Number, func(c *programme.Change) (programme.History, []programme.Notice, error) {
		c.Title = "Voice notes"
		return programme.History{What: "edited", At: c.Updated}, nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	f.Close() // also empties the journal beside it
	for _, word := range []string{"zebrawood", "Zebrawood", "quayside"} {
		if holds(t, f.Path(), word) {
			t.Errorf("%q is still in the file", word)
		}
	}
}

// holds reports whether a database's file, or the journal beside it, has a word in it.
func holds(t *testing.T, path, word string) bool {
	t.Helper()
	for _, file := range []string{path, path + "-wal"} {
		content, err := os.ReadFile(file)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if strings.Contains(string(content), word) {
			return true
		}
	}
	return false
}

// Page by page a list gives every change once, in the same order as in one go.
func TestPagesNeitherSkipNorRepeat(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	entries := make([]programme.Entry, 120)
	for i := range entries {
		row := map[string]string{
			"title": fmt.Sprintf("Shorter notes, way %d", i), "team": []string{"Willow", "Rowan"}[i%2], "state": string(programme.States[i%7]),
			"created_at": fmt.Sprintf("2026-11-%02dT09:00:00Z", 1+i%9), "learning": "It works",
		}
		if i%3 == 0 {
			row["blocked"] = "A licence (Head of IT, by 2026-12-10)"
		}
		entries[i] = programme.ReadEntry(i+2, row, f.Clock.Now())
	}
	if done, err := f.ImportChanges(t.Context(), programme.By{Council: f.Council, At: f.Clock.Now()}, entries, false); err != nil || len(done.Wrong) > 0 {
		t.Fatal(err, done.Wrong)
	}
	for name, filter := range map[string]programme.ChangeFilter{
		"council": {}, "team": {Team: f.Team("Willow").ID}, "some states": {States: []programme.State{programme.Kept, programme.Idea}},
		"stuck": {Stuck: true, Today: "2026-12-07"}, "stuck in a team": {Team: f.Team("Rowan").ID, Stuck: true, Today: "2026-12-07"},
		"stuck ideas": {States: []programme.State{programme.Idea}, Stuck: true, Today: "2026-12-07"},
		"a word":      {Words: "short"}, "a common word": {Words: "note"}, "some words": {Words: "notes elephants", Any: true},
	} {
		whole := filter
		whole.Limit = 1000
		want, err := f.Changes(t.Context(), f.Council, whole)
		if err != nil || len(want) < 5 {
			t.Fatalf("%s: %d, %v", name, len(want), err)
		}
		var got []programme.Change
		filter.Limit = 4
		for more := true; more; more = filter.After != "" {
			page, err := f.ChangePage(t.Context(), f.Council, filter)
			if err != nil || len(page.Changes) > 4 || len(got) > len(want) {
				t.Fatalf("%s: a page of %d after %q, %v", name, len(page.Changes), filter.After, err)
			}
			got, filter.After = append(got, page.Changes...), page.Next
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
