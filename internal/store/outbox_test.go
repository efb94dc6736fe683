package store_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"smallchanges/internal/programme"
	"smallchanges/internal/store/storetest"
)

// due puts n prompts into the outbox, all due now.
func due(t *testing.T, f *storetest.Fixture, n int) {
	t.Helper()
	var list []programme.Notice
	for i := range n {
		list = append(list, programme.Notice{Key: fmt.Sprint("prompt:", i), Kind: programme.NoticePrompt, Subject: 1, Member: f.Person("ana").ID, Due: f.Clock.Now(), AtOnce: true})
	}
	if err := f.Invite(t.Context(), f.Council, list); err != nil {
		t.Fatal(err)
	}
}

func claim(t *testing.T, f *storetest.Fixture, n int) []programme.Parcel {
	t.Helper()
	parcels, err := f.Claim(t.Context(), f.Clock.Now(), time.Minute, n)
	if err != nil {
		t.Fatal(err)
	}
	return parcels
}

func TestParcelIsClaimedOnce(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	due(t, f, 40)
	due(t, f, 40) // the same keys again
	var mu sync.Mutex
	taken := map[int64]int{}
	for _, err := range together(8, func(int) error {
		parcels, err := f.Claim(t.Context(), f.Clock.Now(), time.Minute, 10)
		mu.Lock()
		defer mu.Unlock()
		for _, p := range parcels {
			taken[p.ID]++
		}
		return err
	}) {
		if err != nil {
			t.Fatal(err)
		}
	}
	for id, times := range taken {
		if times != 1 {
			t.Errorf("parcel %d was taken %d times", id, times)
		}
	}
	if len(taken) != 40 {
		t.Errorf("%d parcels taken, want 40", len(taken))
	}
}

// TestLostParcelComesBackToBeLookedFor lets a lease run out, as after a crash.
func TestLostParcelComesBackToBeLookedFor(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	due(t, f, 1)
	first := claim(t, f, 10)
	if len(first) != 1 || first[0].State != programme.Due || first[0].Attempts != 1 || !first[0].AttemptedAt.Equal(storetest.Start) {
		t.Fatalf("first claim: %+v", first)
	}
	if again := claim(t, f, 10); len(again) != 0 {
		t.Errorf("claimed within the lease: %+v", again)
	}
	f.Clock.Add(time.Minute)
	second := claim(t, f, 10)
	if len(second) != 1 || second[0].State != programme.Sending || second[0].Attempts != 2 || !second[0].AttemptedAt.Equal(storetest.Start) {
		t.Fatalf("after the lease: %+v", second)
	}
	if err := f.Release(t.Context()); err != nil { // the process died and started again
		t.Fatal(err)
	}
	if third := claim(t, f, 10); len(third) != 1 || third[0].State != programme.Sending {
		t.Errorf("after a restart: %+v", third)
	}
}

func TestOutcomesAreKept(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	due(t, f, 5)
	now := f.Clock.Now()
	p := claim(t, f, 10)
	err := f.Settle(t.Context(), []programme.Outcome{
		{ID: p[0].ID, State: programme.Sent, At: now, Message: "1.2"},
		{ID: p[1].ID, State: programme.Due, At: now, Due: now.Add(time.Minute), Reason: "busy"},
		{ID: p[2].ID, State: programme.Due, Due: now.Add(time.Minute), Reason: "paced"},
		{ID: p[3].ID, State: programme.Sending, At: now, Due: now.Add(30 * time.Second), Reason: "unsure"},
		{ID: p[4].ID, State: programme.Dead, At: now, Reason: "channel gone"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if at, ok, err := f.NextDue(t.Context()); err != nil || !ok || !at.Equal(now.Add(30*time.Second)) {
		t.Errorf("next due %v, %v, %v", at, ok, err)
	}
	f.Clock.Add(time.Minute)
	again := claim(t, f, 10)
	got := map[int64]string{}
	for _, p := range again {
		got[p.ID] = fmt.Sprint(p.State, p.Attempts, p.Reason)
	}
	want := map[int64]string{p[1].ID: "due2busy", p[2].ID: "due1paced", p[3].ID: "sending2unsure"}
	if fmt.Sprint(want) != fmt.Sprint(got) {
		t.Errorf("came back %v, want %v", got, want)
	}
	late := []programme.Outcome{{ID: p[0].ID, State: programme.Dead, At: now}}
	if err := f.Settle(t.Context(), late); err != nil {
		t.Fatal(err)
	}
	depth, oldest, err := f.OutboxDepth(t.Context())
	if err != nil || depth[programme.Sent] != 1 || depth[programme.Dead] != 1 || depth[programme.Sending] != 3 || oldest.IsZero() {
		t.Errorf("depth %v, oldest %v, %v", depth, oldest, err)
	}
}

// TestStepsAreToldOnceADay follows a change through several steps on two days.
func TestStepsAreToldOnceADay(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	c := f.Idea("ana", "Voice notes")
	for _, name := range []string{"ben", "cora"} {
		if _, err := f.Support(t.Context(), f.By(name, ""), c.Number, true); err != nil {
			t.Fatal(err)
		}
	}
	take := func(to programme.State) {
		t.Helper()
		by := f.By("cora", "") // who takes the step is not told
		edited, err := f.EditChange(t.Context(), by, c.Number, step(by, programme.Edit{To: to, Words: "Because", Version: c.Version}))
		if err != nil {
			t.Fatal(err)
		}
		c = edited
	}
	take(programme.Parked)
	take(programme.Idea) // merges with the first, which was not sent yet
	first := claim(t, f, 10)
	told := map[int64]bool{}
	for _, p := range first {
		told[p.Notice.Member] = true
		if p.Notice.Subject != c.ID || p.Notice.Kind != programme.NoticeStep {
			t.Errorf("told about %+v", p.Notice)
		}
	}
	if len(first) != 2 || !told[f.Person("ana").ID] || !told[f.Person("ben").ID] {
		t.Fatalf("told %+v, want the proposer and the other supporter", first)
	}
	f.Clock.Add(time.Hour)
	take(programme.Parked) // told today already: waits
	if more := claim(t, f, 10); len(more) != 2 || more[0].State != programme.Sending {
		t.Fatalf("only the unsettled two should come back, to be looked for: %+v", more)
	}
	at := map[string]time.Time{"ana": date(27), "ben": date(30)} // Ben works on Mondays and Wednesdays
	if err := f.Settle(t.Context(), []programme.Outcome{
		{ID: first[0].ID, State: programme.Sent, At: f.Clock.Now()}, {ID: first[1].ID, State: programme.Sent, At: f.Clock.Now()},
	}); err != nil {
		t.Fatal(err)
	}
	f.Clock.Add(5 * 24 * time.Hour)
	for _, p := range claim(t, f, 10) {
		for name, want := range at {
			if p.Notice.Member == f.Person(name).ID {
				delete(at, name)
				if !p.Notice.Due.Equal(want) {
					t.Errorf("%s is told at %v, want %v", name, p.Notice.Due, want)
				}
			}
		}
	}
	if len(at) > 0 {
		t.Errorf("nobody told %v", at)
	}
}

func date(day int) time.Time { return time.Date(2026, time.November, day, 9, 0, 0, 0, time.UTC) }

// A message that cannot arrive does not take with it what rode along in it.
func TestWhatRodeAlongInADeadMessageTriesOnItsOwn(t *testing.T) {
	t.Parallel()
	f, ctx := storetest.Open(t), t.Context()
	ana := f.Person("ana").ID
	must(t, f.Invite(ctx, f.Council, []programme.Notice{
		{Key: "first", Kind: programme.NoticePrompt, Subject: 1, Member: ana, Due: f.Clock.Now()},
		{Key: "second", Kind: programme.NoticeFollowUp, Subject: 1, Member: ana, Due: f.Clock.Now()},
	}))
	handOut(t, f, f.Clock.Now())
	parcels := claim(t, f, 10)
	if len(parcels) != 1 || parcels[0].Notice.Key != "first" {
		t.Fatalf("handed out %+v", parcels)
	}
	must(t, f.Settle(ctx, []programme.Outcome{{ID: parcels[0].ID, State: programme.Dead, At: f.Clock.Now(), Reason: "it cannot be drawn"}}))
	handOut(t, f, f.Clock.Now())
	if parcels = claim(t, f, 10); len(parcels) != 1 || parcels[0].Notice.Key != "second" {
		t.Errorf("then %+v", parcels)
	}
}
