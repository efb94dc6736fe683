package store_test

import (
	"fmt"
	"testing"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
	"smallchanges/internal/store"
	"smallchanges/internal/store/storetest"

	"github.com/google/go-cmp/cmp"
)

const slot = "2026-12-03T09:00"

// round is Willow's round of a slot, open for four days from now.
func round(f *storetest.Fixture, slot string) programme.Round {
	now := f.Clock.Now()
	return programme.Round{
		CouncilID: f.Council, TeamID: f.Team("Willow").ID, Schedule: "willow-reflection", Slot: slot,
		Prompt: programme.Prompt{ID: "p1", Theme: "time", Text: "What went well?"},
		Opens:  now, Closes: now.Add(96 * time.Hour), Asked: 8,
	}
}

func prompts(f *storetest.Fixture, slot string) []programme.Notice {
	var list []programme.Notice
	for _, name := range []string{"ana", "ben", "cora"} {
		m := f.Person(name)
		list = append(list, programme.Notice{Key: fmt.Sprint("prompt:", slot, m.ID), Kind: programme.NoticePrompt, Member: m.ID, Due: f.Clock.Now()})
	}
	return list
}

// TestRoundOpensOnce lets eight processes, each with a store of its own, open one slot.
func TestRoundOpensOnce(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	r, notices, next := round(f, slot), prompts(f, slot), programme.Slot{Wall: "2026-12-10T09:00", At: f.Clock.Now().AddDate(0, 0, 14)}
	won := make([]bool, 8)
	for _, err := range together(8, func(i int) error {
		other, err := store.Open(t.Context(), f.URL, f.Clock.Now)
		if err != nil {
			return err
		}
		_, won[i], err = other.OpenRound(t.Context(), r, notices, next)
		if closed := other.Close(); err == nil {
			err = closed
		}
		return err
	}) {
		if err != nil {
			t.Fatal(err)
		}
	}
	winners := 0
	for _, w := range won {
		if w {
			winners++
		}
	}
	depth, _, err := f.OutboxDepth(t.Context())
	if err != nil || winners != 1 || depth[programme.Held] != 3 {
		t.Errorf("%d opened it, outbox %v, %v", winners, depth, err)
	}
	sch, err := f.Schedule(t.Context(), "willow-reflection")
	if err != nil || sch.NextWall != next.Wall || !sch.NextRun.Equal(next.At) {
		t.Errorf("the schedule stands at %s (%v), %v", sch.NextWall, sch.NextRun, err)
	}
	open, err := f.OpenRoundOf(t.Context(), f.Council, r.TeamID, f.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	r.ID = open.ID
	if diff := cmp.Diff(r, open); diff != "" {
		t.Error(diff)
	}
}

func TestExtraRoundLeavesTheSchedule(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	before, err := f.Schedule(t.Context(), "willow-reflection")
	if err != nil {
		t.Fatal(err)
	}
	if _, opened, err := f.OpenRound(t.Context(), round(f, "2026-11-26T09:00:05"), nil, programme.Slot{}); err != nil || !opened {
		t.Fatal(opened, err)
	}
	after, err := f.Schedule(t.Context(), "willow-reflection")
	if diff := cmp.Diff(before, after); err != nil || diff != "" {
		t.Error(diff, err)
	}
}

// TestSkippedSlotStaysSkipped keeps a slot from opening after it was passed over.
func TestSkippedSlotStaysSkipped(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	sch, err := f.Schedule(t.Context(), "willow-reflection")
	if err != nil {
		t.Fatal(err)
	}
	next := programme.Slot{Wall: "2026-12-10T09:00", At: f.Clock.Now().AddDate(0, 0, 14)}
	if err := f.SkipSlot(t.Context(), sch, sch.NextWall, "bank holiday", next); err != nil {
		t.Fatal(err)
	}
	if _, opened, err := f.OpenRound(t.Context(), round(f, sch.NextWall), prompts(f, sch.NextWall), next); err != nil || opened {
		t.Errorf("a skipped slot opened: %v, %v", opened, err)
	}
	at, ok, err := f.NextEvent(t.Context())
	if err != nil || !ok || at.After(next.At) {
		t.Errorf("next event %v, %v, %v", at, ok, err)
	}
}

func TestPausedScheduleIsNotDue(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	later := f.Clock.Now().AddDate(0, 1, 0)
	due := func() int {
		list, err := f.DueSchedules(t.Context(), later)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	if due() != 2 {
		t.Fatalf("%d due, want both", due())
	}
	if err := f.PauseSchedule(t.Context(), "willow-pulse", true); err != nil || due() != 1 {
		t.Errorf("%d due with one paused, %v", due(), err)
	}
	if err := f.PauseSchedule(t.Context(), "willow-pulse", false); err != nil || due() != 2 {
		t.Errorf("%d due after resuming, %v", due(), err)
	}
	if err := f.PauseSchedule(t.Context(), "willow-pulze", true); !fault.Is(err, fault.Missing) {
		t.Errorf("pausing what is not there: %v", err)
	}
}

func TestOneAnswerAPersonAndRound(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	r, _, err := f.OpenRound(t.Context(), round(f, slot), nil, programme.Slot{})
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range together(8, func(i int) error {
		_, err := f.Reflect(t.Context(), f.By("ana", ""), programme.Reflection{Round: r.ID, Words: fmt.Sprint("Words ", i), Share: programme.ShareNamed})
		return err
	}) {
		if err != nil {
			t.Fatal(err)
		}
	}
	first, err := f.Reflection(t.Context(), f.Council, r.ID, f.Person("ana").ID)
	if err != nil {
		t.Fatal(err)
	}
	edited, err := f.Reflect(t.Context(), f.By("ana", ""), programme.Reflection{Round: r.ID, Words: "Last words", Share: programme.ShareNamed})
	if err != nil || edited.ID != first.ID {
		t.Errorf("an edit of %d made %d, %v", first.ID, edited.ID, err)
	}
	shared, err := f.SharedReflections(t.Context(), f.Council, r.ID)
	if err != nil || len(shared) != 1 || shared[0].Words != "Last words" {
		t.Errorf("%+v, %v", shared, err)
	}
}

func TestOnlyWhatIsSharedIsRead(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	r, _, err := f.OpenRound(t.Context(), round(f, slot), nil, programme.Slot{})
	if err != nil {
		t.Fatal(err)
	}
	for name, answer := range map[string]programme.Reflection{
		"ana":  {Words: "named", Share: programme.ShareNamed},
		"ben":  {Words: "unnamed", Share: programme.ShareUnnamed},
		"cora": {Words: "private", Share: programme.SharePrivate},
		"dan":  {Share: programme.ShareNamed, Skipped: true},
	} {
		answer.Round = r.ID
		if _, err := f.Reflect(t.Context(), f.By(name, ""), answer); err != nil {
			t.Fatal(err)
		}
	}
	shared, err := f.SharedReflections(t.Context(), f.Council, r.ID)
	if err != nil {
		t.Fatal(err)
	}
	exported, err := f.ExportReflections(t.Context(), f.Council, r.TeamID)
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range [][]programme.Reflection{shared, exported} {
		authors := map[string]programme.Who{}
		for _, one := range list {
			authors[one.Words] = one.Author
		}
		want := map[string]programme.Who{"named": f.Person("ana").Ref(), "unnamed": {}}
		if diff := cmp.Diff(want, authors); diff != "" {
			t.Error(diff)
		}
	}
	if n, err := f.SharedReflections(t.Context(), f.Council, r.ID); err != nil || len(n) != 2 {
		t.Errorf("shared %v, %v", n, err)
	}
	part, err := f.ExportParticipation(t.Context(), f.Council, 0)
	if diff := cmp.Diff([]store.Participation{{Team: "Willow", Opened: r.Opens, Asked: 8, Answered: 3}}, part); err != nil || diff != "" {
		t.Error(diff, err)
	}
}

func TestClosedRoundTakesEditsOnly(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	r, _, err := f.OpenRound(t.Context(), round(f, slot), nil, programme.Slot{})
	if err != nil {
		t.Fatal(err)
	}
	answer := programme.Reflection{Round: r.ID, Words: "In time", Share: programme.ShareNamed}
	if _, err := f.Reflect(t.Context(), f.By("ana", ""), answer); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Reflect(t.Context(), f.By("ines", ""), answer); !fault.Is(err, fault.Missing) {
		t.Errorf("another team's answer: %v", err)
	}
	f.Clock.Add(97 * time.Hour)
	closing, err := f.RoundsToClose(t.Context(), f.Clock.Now())
	if err != nil || len(closing) != 1 {
		t.Fatalf("%d to close, %v", len(closing), err)
	}
	for range 2 { // two processes close it
		digest := programme.Notice{Key: "digest:1", Kind: programme.NoticeDigest, Channel: "C0WILLOW1", Due: f.Clock.Now()}
		if err := f.CloseRound(t.Context(), f.Council, r.ID, &digest); err != nil {
			t.Fatal(err)
		}
	}
	if depth, _, err := f.OutboxDepth(t.Context()); err != nil || depth[programme.Due] != 1 {
		t.Errorf("outbox %v, %v", depth, err)
	}
	if _, err := f.Reflect(t.Context(), f.By("ben", ""), answer); !fault.Is(err, fault.Closed) {
		t.Errorf("a late first answer: %v", err)
	}
	answer.Words = "Edited later"
	if _, err := f.Reflect(t.Context(), f.By("ana", ""), answer); err != nil {
		t.Errorf("a late edit: %v", err)
	}
	if _, err := f.OpenRoundOf(t.Context(), f.Council, r.TeamID, f.Clock.Now()); !fault.Is(err, fault.Missing) {
		t.Errorf("a closed round is open: %v", err)
	}
}
