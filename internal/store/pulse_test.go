package store_test

import (
	"testing"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
	"smallchanges/internal/store/storetest"

	"github.com/google/go-cmp/cmp"
)

func pulse(f *storetest.Fixture) programme.Pulse {
	now := f.Clock.Now()
	return programme.Pulse{
		CouncilID: f.Council, TeamID: f.Team("Willow").ID, Team: "Willow", Set: "impact", Title: "Impact",
		Questions: []programme.Question{{ID: "job", Text: "How far?", Options: []string{"Small", "Large"}, Split: 1, Width: 1, Upper: "large", Lower: "small"}},
		OpenMode:  true, Opens: now, Closes: now.Add(120 * time.Hour), Asked: 8,
	}
}

func TestOnePulseIsOpenPerTeam(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	opened, closed := 0, 0
	for _, err := range together(8, func(int) error {
		_, _, err := f.OpenPulse(t.Context(), pulse(f), programme.Slot{})
		return err
	}) {
		switch {
		case err == nil:
			opened++
		case fault.Is(err, fault.Closed):
			closed++
		default:
			t.Error(err)
		}
	}
	if opened != 1 || closed != 7 {
		t.Errorf("%d opened, %d refused", opened, closed)
	}
}

// TestPulseFromOpeningToRelease follows one pulse with a slot, and tries each step twice.
func TestPulseFromOpeningToRelease(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	want := pulse(f)
	want.Schedule, want.Slot = "willow-pulse", "2026-12-01T10:00"
	p, opened, err := f.OpenPulse(t.Context(), want, programme.Slot{})
	if err != nil || !opened {
		t.Fatal(opened, err)
	}
	want.ID = p.ID
	if diff := cmp.Diff(want, p); diff != "" {
		t.Error(diff)
	}
	if _, opened, err := f.OpenPulse(t.Context(), want, programme.Slot{}); err != nil || opened {
		t.Errorf("the slot opened twice: %v, %v", opened, err)
	}
	if list, err := f.PulsesToInvite(t.Context()); err != nil || len(list) != 1 {
		t.Errorf("%d to invite, %v", len(list), err)
	}
	invite := []programme.Notice{{Key: "pulse:1:1", Kind: programme.NoticePulse, Subject: p.ID, Member: f.Person("ana").ID, Due: f.Clock.Now()}}
	if err := f.Invite(t.Context(), f.Council, invite); err != nil {
		t.Fatal(err)
	}
	if list, err := f.PulsesToInvite(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%d to invite after inviting, %v", len(list), err)
	}
	f.Clock.Add(121 * time.Hour)
	if list, err := f.PulsesToClose(t.Context(), f.Clock.Now()); err != nil || len(list) != 1 {
		t.Fatalf("%d to close, %v", len(list), err)
	}
	six := 6
	first := programme.Result{Asked: 8, Replied: 8, OpenMode: true, Findings: []programme.Finding{{Question: "job", Shown: "6 of 8", Upper: &six}}}
	notice := programme.Notice{Key: "result:1", Kind: programme.NoticePulseResult, Channel: "C0WILLOW1", Due: f.Clock.Now()}
	for _, result := range []programme.Result{first, {Asked: 8, Withheld: true}} { // nothing reopens or changes it
		if err := f.ReleasePulse(t.Context(), f.Council, p.ID, result, &notice); err != nil {
			t.Fatal(err)
		}
	}
	last, err := f.LastPulse(t.Context(), f.Council, p.TeamID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&first, last.Result); diff != "" {
		t.Error(diff)
	}
	if open, err := f.OpenPulses(t.Context()); err != nil || len(open) != 0 {
		t.Errorf("still open: %v, %v", open, err)
	}
	if depth, _, err := f.OutboxDepth(t.Context()); err != nil || depth[programme.Due]+depth[programme.Held] != 2 {
		t.Errorf("outbox %v, %v", depth, err)
	}
}

func TestCelebrationGoesToItsChannel(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	c := f.Idea("ben", "Voice notes")
	people := []programme.Who{f.Person("cora").Ref(), f.Person("ben").Ref()}
	kept, err := f.Celebrate(t.Context(), f.By("ana", "event-1"), programme.Celebration{People: people, Change: c.Number, Words: "Well done"})
	if err != nil {
		t.Fatal(err)
	}
	want := programme.Celebration{ID: kept.ID, CouncilID: f.Council, By: f.Person("ana").Ref(), People: people, Change: 1, Words: "Well done", At: f.Clock.Now()}
	read, err := f.Celebration(t.Context(), f.Council, kept.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range []programme.Celebration{kept, read} {
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	parcels := claim(t, f, 10)
	if len(parcels) != 1 || parcels[0].Notice.Channel != "C0WINS001" || parcels[0].Notice.Subject != kept.ID {
		t.Errorf("sent %+v", parcels)
	}
	file := storetest.File()
	file.Council.Celebrations = ""
	if _, err := f.Apply(t.Context(), file, storetest.Weekly, false); err != nil {
		t.Fatal(err)
	}
	_, err = f.Celebrate(t.Context(), f.By("ana", ""), programme.Celebration{People: people, Words: "Well done"})
	if !fault.Is(err, fault.Missing) || fault.Words(err) == "" {
		t.Errorf("celebrated without a channel: %v", err)
	}
}
