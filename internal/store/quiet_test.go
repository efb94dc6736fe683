package store_test

import (
	"slices"
	"testing"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
	"smallchanges/internal/store/storetest"
)

// TestWhatSomebodySaidIsTheirs keeps what one member said about being written to, and nothing
// of it for another.
func TestWhatSomebodySaidIsTheirs(t *testing.T) {
	t.Parallel()
	f, ctx := storetest.Open(t), t.Context()
	c := programme.QuietChoice{
		Budget: 0, Works: []time.Weekday{time.Tuesday}, Other: []time.Weekday{time.Friday}, Fortnight: true,
		From: 9*60 + 30, To: 24 * 60, Zone: "Europe/Dublin", Snoozed: "2026-12-10",
	}
	m, err := f.ChooseQuiet(ctx, f.By("ben", "choose"), c)
	q := m.Quiet
	if err != nil || q.Budget != 0 || !slices.Equal(q.Works, c.Works) || !slices.Equal(q.Other, c.Other) || q.Fortnight != "2026-11-23" ||
		q.From != c.From || q.To != c.To || m.Zone != c.Zone || q.Snoozed != c.Snoozed || q.Asks != programme.AsksNo {
		t.Errorf("%+v, %v", m, err)
	}
	if m, err = f.Snooze(ctx, f.By("ben", "end"), ""); err != nil || m.Quiet.Snoozed != "" || m.Quiet.To != c.To {
		t.Errorf("not left alone any more: %+v, %v", m.Quiet, err)
	}
	if m, err = f.AskAgain(ctx, f.By("ben", "ask")); err != nil || !m.IsAsked() || m.Quiet.Budget != 0 {
		t.Errorf("asked again: %+v, %v", m.Quiet, err)
	}
	if m, err = f.TakeLeave(ctx, f.By("ben", "leave"), programme.Leave{First: "2026-12-21"}); err != nil || len(m.Quiet.Leave) != 1 {
		t.Fatalf("leave: %+v, %v", m.Quiet, err)
	}
	leave := m.Quiet.Leave[0]
	if _, err := f.DropLeave(ctx, f.By("cora", "drop"), leave.ID); err != nil {
		t.Error(err)
	}
	if got := f.Person("ben").Quiet.Leave; !slices.Equal(got, []programme.Leave{{ID: leave.ID, First: "2026-12-21", Last: "2026-12-21"}}) {
		t.Errorf("after Cora’s try the leave is %+v", got)
	}
	if m, err = f.DropLeave(ctx, f.By("ben", "drop again"), leave.ID); err != nil || len(m.Quiet.Leave) != 0 {
		t.Errorf("no leave any more: %+v, %v", m.Quiet, err)
	}
	if q := f.Person("cora").Quiet; q.Budget != programme.UsualBudget || q.Zone != "" {
		t.Errorf("Cora said nothing, and has %+v", q)
	}
}

// TestAPauseCutsWhatIsOpen leaves a round that a pause met out of every figure, for ever, and
// lets only those end a pause who can begin one.
func TestAPauseCutsWhatIsOpen(t *testing.T) {
	t.Parallel()
	f, ctx := storetest.Open(t), t.Context()
	r, _, err := f.OpenRound(ctx, round(f, slot), nil, programme.Slot{})
	if err != nil {
		t.Fatal(err)
	}
	counted := func() int {
		t.Helper()
		list, err := f.ExportParticipation(ctx, f.Council, 0)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	p, willow := programme.Pause{Until: "2026-12-11", Reason: "Inspection"}, f.Team("Willow").ID
	if err := f.PauseTeam(ctx, f.By("ben", "no"), willow, p); !fault.Is(err, fault.Denied) || counted() != 1 {
		t.Errorf("Ben pauses: %v, and %d rounds count", err, counted())
	}
	if err := f.PauseTeam(ctx, f.By("ana", "pause"), willow, p); err != nil || counted() != 0 {
		t.Errorf("Ana pauses: %v, and %d rounds count", err, counted())
	}
	if err := f.PauseTeam(ctx, f.By("ben", "end"), willow, programme.Pause{}); !fault.Is(err, fault.Denied) {
		t.Errorf("Ben ends it: %v", err)
	}
	if got, err := f.Pause(ctx, f.Council, willow, "2026-12-10"); err != nil || got.Reason != "Inspection" || got.First != "2026-11-26" {
		t.Errorf("the pause is %+v, %v", got, err)
	}
	f.Clock.Add(24 * time.Hour)
	if err := f.PauseTeam(ctx, f.By("ana", "end"), willow, programme.Pause{}); err != nil {
		t.Error(err)
	}
	if _, err := f.Pause(ctx, f.Council, willow, "2026-11-27"); !fault.Is(err, fault.Missing) {
		t.Errorf("it is over, and there is %v", err)
	}
	if got, err := f.Round(ctx, f.Council, r.ID); err != nil || !got.Cut || counted() != 0 {
		t.Errorf("the round is %+v, %v, and %d count", got, err, counted())
	}
}

// Who takes a pause back on the day it began made a slip: the question that is open goes on.
func TestAPauseThatWasASlipCutsNothing(t *testing.T) {
	t.Parallel()
	f, ctx := storetest.Open(t), t.Context()
	r, _, err := f.OpenRound(ctx, round(f, slot), nil, programme.Slot{})
	must(t, err)
	willow := f.Team("Willow").ID
	must(t, f.PauseTeam(ctx, f.By("ana", ""), willow, programme.Pause{Until: "2026-12-11"}))
	must(t, f.PauseTeam(ctx, f.By("ana", ""), willow, programme.Pause{}))
	if got, err := f.Round(ctx, f.Council, r.ID); err != nil || got.Cut {
		t.Errorf("the round is %+v, %v", got, err)
	}
}

// What waits for somebody on another day of theirs is still looked at on that day, whatever
// they say meanwhile, and however often their chat status changes.
func TestWhatWaitsForAnotherDayIsNotForgotten(t *testing.T) {
	t.Parallel()
	f, ctx := storetest.Open(t), t.Context()
	ben, due := f.Person("ben"), f.Clock.Now().AddDate(0, 0, 4) // Thursday; he works on Monday
	must(t, f.Invite(ctx, f.Council, []programme.Notice{{Key: "monday", Kind: programme.NoticePrompt, Subject: 1, Member: ben.ID, Due: due}}))
	_, err := f.TakeLeave(ctx, f.By("ben", ""), programme.Leave{First: "2027-01-04"})
	must(t, err)
	must(t, f.Hint(ctx, f.Council, ben.ID, f.Clock.Now().Add(time.Hour)))
	must(t, f.Hint(ctx, f.Council, ben.ID, time.Time{}))
	handOut(t, f, f.Clock.Now())
	handOut(t, f, due)
	if parcels, err := f.Claim(ctx, due, time.Minute, 10); err != nil || len(parcels) != 1 {
		t.Errorf("on Monday: %+v, %v", parcels, err)
	}
}

// What was let go and is not on its way yet comes back, when somebody says that they want to be
// left alone; and what a pause dropped by a slip is sent all the same.
func TestWhatIsNotOnItsWayIsCalledBack(t *testing.T) {
	t.Parallel()
	f, ctx := storetest.Open(t), t.Context()
	r, _, err := f.OpenRound(ctx, round(f, slot), nil, programme.Slot{})
	must(t, err)
	ana := f.Person("ana")
	must(t, f.Invite(ctx, f.Council, []programme.Notice{{Key: "q", Kind: programme.NoticePrompt, Subject: r.ID, Member: ana.ID, Due: f.Clock.Now()}}))
	handOut(t, f, f.Clock.Now())
	_, err = f.Snooze(ctx, f.By("ana", ""), "2026-11-27")
	must(t, err)
	if parcels, err := f.Claim(ctx, f.Clock.Now(), time.Minute, 10); err != nil || len(parcels) > 0 {
		t.Errorf("sent to somebody who is left alone: %+v, %v", parcels, err)
	}
	willow := f.Team("Willow").ID
	must(t, f.PauseTeam(ctx, f.By("ana", ""), willow, programme.Pause{Until: "2026-12-11"}))
	must(t, f.PauseTeam(ctx, f.By("ana", ""), willow, programme.Pause{}))
	tomorrow := f.Clock.Now().Add(24 * time.Hour)
	handOut(t, f, tomorrow)
	if parcels, err := f.Claim(ctx, tomorrow, time.Minute, 10); err != nil || len(parcels) != 1 {
		t.Errorf("after the slip: %+v, %v", parcels, err)
	}
}

// An extra question goes at once, whatever the hour; but when it could not be sent for an hour,
// it waits like any other, and does not come in the night to somebody on leave.
func TestAnExtraQuestionThatCouldNotBeSentWaits(t *testing.T) {
	t.Parallel()
	f, ctx := storetest.Open(t), t.Context()
	must(t, f.Invite(ctx, f.Council, []programme.Notice{{Key: "extra", Kind: programme.NoticePrompt, Subject: 1, Member: f.Person("ana").ID, Due: f.Clock.Now(), AtOnce: true}}))
	saturday := time.Date(2026, time.November, 28, 3, 0, 0, 0, time.UTC)
	handOut(t, f, saturday)
	if parcels, err := f.Claim(ctx, saturday, time.Minute, 10); err != nil || len(parcels) > 0 {
		t.Errorf("on Saturday at 3am: %+v, %v", parcels, err)
	}
	monday := time.Date(2026, time.November, 30, 8, 0, 0, 0, time.UTC)
	handOut(t, f, monday)
	if parcels, err := f.Claim(ctx, monday, time.Minute, 10); err != nil || len(parcels) != 1 {
		t.Errorf("on Monday: %+v, %v", parcels, err)
	}
}
