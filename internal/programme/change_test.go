package programme_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var (
	noon = time.Date(2026, 12, 3, 12, 0, 0, 0, time.UTC)
	ana  = programme.Member{ID: 1, CouncilID: 1, TeamID: 1, Name: "Ana Ortiz"}
)

// edited is a change in some state, with every fact, and an edit that keeps them.
func edited(state programme.State) (programme.Change, programme.Edit) {
	c := programme.Change{
		ID: 5, Number: 12, CouncilID: 1, TeamID: 1, Team: "Willow", Version: 3, State: state,
		Strand: programme.Strand{ID: 1, Name: "Meetings"}, Impact: "Fewer meetings", Owner: ana.Ref(), ReviewOn: "2026-12-17",
	}
	return c, programme.Edit{Strand: c.Strand, Impact: c.Impact, Owner: c.Owner, ReviewOn: c.ReviewOn, Version: 3}
}

func TestStepsNeedTheirFacts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		from, to programme.State
		without  func(*programme.Edit)
		wrong    []string
	}{
		"choose":                    {programme.Idea, programme.Chosen, nil, nil},
		"choose without a strand":   {programme.Idea, programme.Chosen, func(e *programme.Edit) { e.Strand.ID = 0 }, []string{"strand"}},
		"choose without an impact":  {programme.Idea, programme.Chosen, func(e *programme.Edit) { e.Impact = " " }, []string{"impact"}},
		"try":                       {programme.Chosen, programme.Trying, nil, nil},
		"try without an owner":      {programme.Chosen, programme.Trying, func(e *programme.Edit) { e.Owner.ID = 0 }, []string{"owner"}},
		"try without a review":      {programme.Chosen, programme.Trying, func(e *programme.Edit) { e.ReviewOn = "" }, []string{"review_on"}},
		"try with a review gone by": {programme.Chosen, programme.Trying, func(e *programme.Edit) { e.ReviewOn = "2026-12-02" }, []string{"review_on"}},
		"try with nothing": {
			programme.Chosen, programme.Trying, func(e *programme.Edit) { *e = programme.Edit{Version: 3} },
			[]string{"strand", "impact", "owner", "review_on"},
		},
		"try straight away":     {programme.Idea, programme.Trying, nil, []string{"to"}},
		"keep without learning": {programme.Reviewing, programme.Kept, nil, []string{"words"}},
		"keep":                  {programme.Reviewing, programme.Kept, func(e *programme.Edit) { e.Words = "It works." }, nil},
		"adapt":                 {programme.Reviewing, programme.Trying, func(e *programme.Edit) { e.Words = "Shorter." }, nil},
		"adapt without":         {programme.Reviewing, programme.Trying, nil, []string{"words"}},
		"stop without a reason": {programme.Trying, programme.Stopped, nil, []string{"words"}},
		"park without a reason": {programme.Idea, programme.Parked, nil, []string{"words"}},
		"park":                  {programme.Idea, programme.Parked, func(e *programme.Edit) { e.Words = "August." }, nil},
		"wake what was parked":  {programme.Parked, programme.Idea, nil, nil},
		"stay":                  {programme.Idea, "", func(e *programme.Edit) { *e = programme.Edit{Version: 3} }, nil},
		"long words":            {programme.Idea, "", func(e *programme.Edit) { e.Words = strings.Repeat("a", 1501) }, []string{"words"}},
		"long blocked":          {programme.Idea, "", func(e *programme.Edit) { e.Blocked, e.BlockedRole = strings.Repeat("a", 201), "IT" }, []string{"blocked"}},
		"blocked by nobody":     {programme.Idea, "", func(e *programme.Edit) { e.Blocked = "A licence" }, []string{"blocked_role"}},
		"no such state":         {programme.Idea, "done", nil, []string{"to"}},
	} {
		c, e := edited(test.from)
		e.To = test.to
		if test.without != nil {
			test.without(&e)
			e.To = test.to
		}
		_, _, err := c.Apply(e, ana, noon)
		var wrong []string
		for field := range fault.Fields(err) {
			wrong = append(wrong, field)
		}
		slices.Sort(wrong)
		slices.Sort(test.wrong)
		if !slices.Equal(wrong, test.wrong) || (err != nil) != (test.wrong != nil) {
			t.Errorf("%s: wrong are %v, want %v (%v)", name, wrong, test.wrong, err)
		}
	}
}

func TestApplyTellsWhatHappened(t *testing.T) {
	t.Parallel()
	c, e := edited(programme.Reviewing)
	e.To, e.Words = programme.Kept, "It works."
	h, notices, err := c.Apply(e, ana, noon)
	if err != nil {
		t.Fatal(err)
	}
	want := programme.History{Ref: "SC-12", At: noon, Who: "Ana Ortiz", WhoID: 1, What: "stepped", From: programme.Reviewing, To: programme.Kept, Words: "It works."}
	if diff := cmp.Diff(want, h); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]programme.Notice{{Kind: programme.NoticeStep, Subject: 5, Due: noon, Except: 1}}, notices); diff != "" {
		t.Error(diff)
	}
	if c.Learning != "It works." || c.Version != 4 || c.State != programme.Kept {
		t.Errorf("%+v", c)
	}
}

func TestWhoMayEdit(t *testing.T) {
	t.Parallel()
	other := programme.Member{ID: 9, TeamID: 2}
	coordinator := programme.Member{ID: 9, TeamID: 2, Roles: []programme.Role{programme.Coordinator}}
	c, e := edited(programme.Idea)
	e.Words = "We talked about it."
	if _, _, err := c.Apply(e, other, noon); !fault.Is(err, fault.Denied) {
		t.Errorf("another team: %v", err)
	}
	if _, _, err := c.Apply(e, coordinator, noon); err != nil {
		t.Errorf("a coordinator: %v", err)
	}
	if _, _, err := c.Apply(e, ana, noon); !fault.Is(err, fault.Conflict) {
		t.Errorf("an older version: %v", err)
	}
}

// What is saved as it was leaves no line, and is not in the way of what others write.
func TestNothingToChangeIsNoEdit(t *testing.T) {
	t.Parallel()
	c, e := edited(programme.Trying)
	c.Blocked, c.BlockedRole, c.ReplyBy = "The lock is on order", "Office manager", "2026-12-17"
	c.Strand, c.Owner = programme.Strand{ID: 1, Name: "Meetings that are worth it"}, ana.Ref()
	e.Strand, e.Owner, e.Impact, e.ReviewOn = programme.Strand{ID: 1, Name: "Meetings…"}, ana.Ref(), c.Impact, c.ReviewOn
	e.To, e.Blocked, e.BlockedRole, e.ReplyBy, e.Words = "", " "+c.Blocked, c.BlockedRole, c.ReplyBy, " "
	before := c
	h, notices, err := c.Apply(e, ana, noon)
	if diff := cmp.Diff(before, c); diff != "" || h != (programme.History{}) || notices != nil || err != nil {
		t.Errorf("an edit left %+v, %v, %v: %s", h, notices, err, diff)
	}
	d := programme.Details{Title: c.Title + " ", Why: c.Why, Barrier: c.Barrier, Guess: c.Guess, Version: c.Version - 1}
	h, _, err = c.Reword(d, ana, noon)
	if diff := cmp.Diff(before, c); diff != "" || h != (programme.History{}) || err != nil {
		t.Errorf("the same words left %+v, %v: %s", h, err, diff)
	}
	d.Why = "It takes an hour."
	if _, _, err := c.Reword(d, ana, noon); !fault.Is(err, fault.Conflict) {
		t.Errorf("other words over an older version: %v", err)
	}
}

func TestWhatAStepAsksFor(t *testing.T) {
	t.Parallel()
	full, _ := edited(programme.Reviewing)
	bare := programme.Change{State: programme.Trying}
	for _, tc := range []struct {
		change programme.Change
		to     programme.State
		want   []string
	}{
		{full, programme.Chosen, []string{"strand", "impact"}},
		{full, programme.Trying, []string{"owner", "review_on"}},
		{full, programme.Reviewing, nil},
		{full, programme.Kept, nil},
		{bare, programme.Trying, []string{"strand", "impact", "owner", "review_on"}},
		{bare, programme.Reviewing, []string{"strand", "impact", "owner", "review_on"}},
		{bare, programme.Stopped, nil},
	} {
		if got := tc.change.StepNeeds(tc.to); !slices.Equal(got, tc.want) {
			t.Errorf("to %s with %+v: %v, want %v", tc.to, tc.change, got, tc.want)
		}
	}
}

// drawEdit is any edit: often good enough to be applied, often not.
func drawEdit(t *rapid.T, version int) programme.Edit {
	words := rapid.SampledFrom([]string{"", " ", "It works.", strings.Repeat("a", 1501)})
	return programme.Edit{
		To:       rapid.SampledFrom(append([]programme.State{"", "done"}, programme.States...)).Draw(t, "to"),
		Strand:   programme.Strand{ID: rapid.Int64Range(0, 2).Draw(t, "strand")},
		Impact:   words.Draw(t, "impact"),
		Owner:    programme.Who{ID: rapid.Int64Range(0, 2).Draw(t, "owner")},
		ReviewOn: rapid.SampledFrom([]programme.Day{"", "2026-12-01", "2026-12-17"}).Draw(t, "review"),
		Blocked:  words.Draw(t, "blocked"),
		Words:    words.Draw(t, "words"),
		Version:  version - rapid.IntRange(0, 4).Draw(t, "behind")/4,
	}
}

// However a change is edited: while it is tried it has an owner and a day, no is never
// without a reason, and a refused edit changes nothing.
func TestNoEditsBreakTheRules(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, err := programme.Propose("Shorter meetings", "", ana, noon)
		if err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(1, 30).Draw(t, "edits") {
			before := c
			h, notices, err := c.Apply(drawEdit(t, c.Version), ana, noon)
			if err != nil {
				if diff := cmp.Diff(before, c); diff != "" || len(notices) > 0 || h != (programme.History{}) {
					t.Fatalf("a refused edit changed something: %s", diff)
				}
				continue
			}
			if h == (programme.History{}) { // there was nothing to change
				if diff := cmp.Diff(before, c); diff != "" || len(notices) > 0 {
					t.Fatalf("an edit without a line changed something: %s", diff)
				}
				continue
			}
			checkStep(t, before, c, h)
		}
	})
}

func checkStep(t *rapid.T, before, c programme.Change, h programme.History) {
	moved := before.State != c.State
	switch {
	case c.Version != before.Version+1 || h.From != before.State || h.To != c.State:
		t.Fatalf("history %+v from %+v to %+v", h, before, c)
	case moved && !slices.Contains(before.State.Next(), c.State):
		t.Fatalf("%s went straight to %s", before.State, c.State)
	case slices.Contains([]programme.State{programme.Chosen, programme.Trying, programme.Reviewing}, c.State) && (c.Strand.ID == 0 || c.Impact == ""):
		t.Fatalf("%s without a strand or an intended impact: %+v", c.State, c)
	case slices.Contains([]programme.State{programme.Trying, programme.Reviewing}, c.State) && (c.Owner.ID == 0 || c.ReviewOn == ""):
		t.Fatalf("tried without an owner or a review date: %+v", c)
	case moved && before.State == programme.Reviewing && (c.Learning == "" || c.Learning != h.Words):
		t.Fatalf("left reviewing without learning: %+v", c)
	case moved && slices.Contains([]programme.State{programme.Parked, programme.Stopped}, c.State) && h.Words == "":
		t.Fatalf("said no without a reason: %+v", c)
	}
}

// What a state needs stays there while a change is in it: an edit that stays may not empty it.
func TestFactsStayWhileTheyAreNeeded(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		in      programme.State
		without func(*programme.Edit)
		field   string
	}{
		"chosen without a strand":  {programme.Chosen, func(e *programme.Edit) { e.Strand.ID = 0 }, "strand"},
		"chosen without an impact": {programme.Chosen, func(e *programme.Edit) { e.Impact = "" }, "impact"},
		"trying without an owner":  {programme.Trying, func(e *programme.Edit) { e.Owner.ID = 0 }, "owner"},
		"trying without a review":  {programme.Trying, func(e *programme.Edit) { e.ReviewOn = "" }, "review_on"},
	} {
		c, e := edited(test.in)
		test.without(&e)
		if _, _, err := c.Apply(e, ana, noon); fault.Fields(err)[test.field] == "" {
			t.Errorf("%s is let through: %v", name, err)
		}
	}
}

func TestProposeAndRefs(t *testing.T) {
	t.Parallel()
	c, err := programme.Propose("  Shorter\n meetings ", "", ana, noon)
	if err != nil || c.Title != "Shorter meetings" || c.State != programme.Idea || c.Version != 1 {
		t.Errorf("%+v, %v", c, err)
	}
	for title, why := range map[string]string{"": "", strings.Repeat("a", 151): "", "Good": strings.Repeat("a", 1501)} {
		if _, err := programme.Propose(title, why, ana, noon); len(fault.Fields(err)) != 1 {
			t.Errorf("%.10q because %.10q: %v", title, why, err)
		}
	}
	for text, want := range map[string]int{"SC-12": 12, " sc12 ": 12, "SC-0": 0, "SC-": 0, "12": 0, "SC-1234567890": 0, "SC-1x": 0} {
		if got, ok := programme.ParseRef(text); got != want || ok != (want > 0) {
			t.Errorf("%q is %d, %v", text, got, ok)
		}
	}
}

// A team that works on as many as it can takes no more on, however it comes to that; what it
// works on already goes on.
func TestATeamWorksOnSoManyAtOnce(t *testing.T) {
	t.Parallel()
	for from, to := range map[programme.State]programme.State{
		programme.Idea: programme.Chosen, programme.Kept: programme.Reviewing,
	} {
		for others, full := range map[int]bool{4: false, 5: true, 6: true} {
			c, e := edited(from)
			c.Others, c.AtOnce, e.To, e.Words = others, 5, to, "On we go."
			if _, _, err := c.Apply(e, ana, noon); (fault.Fields(err)["to"] != "") != full {
				t.Errorf("from %s with %d others: %v", from, others, err)
			}
		}
	}
	c, e := edited(programme.Chosen)
	c.Others, c.AtOnce, e.To = 6, 5, programme.Trying
	if _, _, err := c.Apply(e, ana, noon); err != nil {
		t.Errorf("what is worked on already: %v", err)
	}
}
