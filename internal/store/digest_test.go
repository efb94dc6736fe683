package store_test

import (
	"bytes"
	"os"
	"testing"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
	"smallchanges/internal/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// shared is a closed round in which Ana shared an answer, with its digest in the outbox.
func shared(t *testing.T, f *storetest.Fixture, words string) (programme.Round, programme.Reflection) {
	t.Helper()
	r, _, err := f.OpenRound(t.Context(), round(f, slot), nil, programme.Slot{})
	must(t, err)
	answer, err := f.Reflect(t.Context(), f.By("ana", ""), programme.Reflection{Round: r.ID, Words: words, Share: programme.ShareNamed})
	must(t, err)
	closed(t, f, r)
	return r, answer
}

// closed closes a round of Willow with the digest of that day.
func closed(t *testing.T, f *storetest.Fixture, r programme.Round) {
	t.Helper()
	must(t, f.CloseRound(t.Context(), f.Council, r.ID, &programme.Notice{
		Key: "digest:1:2026-12-07", Kind: programme.NoticeDigest, Channel: "C0WILLOW1", Due: f.Clock.Now(),
	}))
}

// send claims everything that is due and settles it as sent, and says what it was.
func send(t *testing.T, f *storetest.Fixture) []string {
	t.Helper()
	var kinds []string
	for _, p := range claim(t, f, 10) {
		what := string(p.Notice.Kind)
		if p.Notice.Posted {
			what += " again"
		}
		kinds = append(kinds, what)
		must(t, f.Settle(t.Context(), []programme.Outcome{{ID: p.ID, State: programme.Sent, At: f.Clock.Now(), Message: "C0WILLOW1/" + p.Notice.Key}}))
	}
	return kinds
}

func wantSent(t *testing.T, f *storetest.Fixture, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, send(t, f)); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
}

// TestWhatWasToldFollowsWhatIsShared edits and withdraws an answer before, while and after
// its digest is sent. The details go out after the digest, once.
func TestWhatWasToldFollowsWhatIsShared(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	r, answer := shared(t, f, "Good")
	edit := func(words string) {
		t.Helper()
		_, err := f.Reflect(t.Context(), f.By("ana", ""), programme.Reflection{Round: r.ID, Words: words, Share: programme.ShareNamed})
		must(t, err)
	}
	edit("Better, before it is sent")
	inFlight := claim(t, f, 10)
	if len(inFlight) != 1 || inFlight[0].Notice.Posted {
		t.Fatalf("claimed %+v", inFlight)
	}
	edit("Better, while it is being sent")
	must(t, f.Settle(t.Context(), []programme.Outcome{{ID: inFlight[0].ID, State: programme.Sent, At: f.Clock.Now(), Message: "C0WILLOW1/1"}}))
	wantSent(t, f, "round.digest again", "round.details")
	wantSent(t, f)
	d, err := f.Digest(t.Context(), f.Council, r.ID)
	if err != nil || d.State != programme.Sent || !d.Posted() || len(d.Rounds) != 1 {
		t.Errorf("%+v, %v", d, err)
	}
	edit("Best, after it was sent")
	wantSent(t, f, "round.digest again", "round.details again")
	must(t, f.Withdraw(t.Context(), f.By("ana", "e1"), answer.ID))
	wantSent(t, f, "round.digest again", "round.details again")
	if err := f.Withdraw(t.Context(), f.By("ana", "e1"), answer.ID); !fault.Is(err, fault.Repeated) {
		t.Errorf("the same event again: %v", err)
	}
	if err := f.Withdraw(t.Context(), f.By("ana", "e2"), answer.ID); !fault.Is(err, fault.Missing) {
		t.Errorf("withdrawn twice: %v", err)
	}
}

// TestRoundsOfOneDayHaveOneDigest closes two rounds on one day, the second one when the
// digest of the first is posted already, or was dropped since nothing was left of it.
func TestRoundsOfOneDayHaveOneDigest(t *testing.T) {
	t.Parallel()
	for name, dropped := range map[string]bool{"posted": false, "dropped": true} {
		f := storetest.Open(t)
		first, _ := shared(t, f, "Good")
		want := []string{"round.digest again", "round.details"}
		if dropped {
			p := claim(t, f, 10)
			must(t, f.Settle(t.Context(), []programme.Outcome{{ID: p[0].ID, State: programme.Dropped, At: f.Clock.Now()}}))
			want = []string{"round.digest"}
		} else {
			wantSent(t, f, "round.digest")
			wantSent(t, f, "round.details")
		}
		second, _, err := f.OpenRound(t.Context(), round(f, "2026-12-03T14:00"), nil, programme.Slot{})
		must(t, err)
		if at, err := f.LastClose(t.Context(), f.Council, second.TeamID, second.Closes.Add(time.Second)); err != nil || !at.Equal(second.Closes) {
			t.Errorf("%s: the last closes at %v, %v", name, at, err)
		}
		_, err = f.Reflect(t.Context(), f.By("ben", ""), programme.Reflection{Round: second.ID, Words: "Tea", Share: programme.ShareUnnamed})
		must(t, err)
		closed(t, f, second)
		d, err := f.Digest(t.Context(), f.Council, first.ID)
		if err != nil || len(d.Rounds) != 2 || d.Rounds[1].ID != second.ID {
			t.Errorf("%s: %+v, %v", name, d, err)
		}
		got := send(t, f)
		if diff := cmp.Diff(want[:1], got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if more := send(t, f); len(more) != len(want)-1 && !dropped || dropped && len(more) != 2 {
			t.Errorf("%s: then %v", name, more)
		}
	}
}

// TestWithdrawnWordsAreGone looks for them in the bytes of the database, and in what is
// exported.
func TestWithdrawnWordsAreGone(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	r, answer := shared(t, f, "Zanzibarquiet")
	wantSent(t, f, "round.digest")
	thought, err := f.Reflect(t.Context(), f.By("ana", ""), programme.Reflection{Words: "Zanzibarprivate", Share: programme.SharePrivate})
	must(t, err)
	must(t, f.Withdraw(t.Context(), f.By("ana", ""), answer.ID))
	must(t, f.Withdraw(t.Context(), f.By("ana", ""), thought.ID))
	if list, err := f.ExportReflections(t.Context(), f.Council, 0); err != nil || len(list) > 0 {
		t.Errorf("exported: %+v, %v", list, err)
	}
	if n, err := f.SharedReflections(t.Context(), f.Council, r.ID); err != nil || len(n) > 0 {
		t.Errorf("%v shared, %v", n, err)
	}
	f.Close()
	content, err := os.ReadFile(f.Path())
	if err != nil || bytes.Contains(content, []byte("Zanzibar")) {
		t.Errorf("the words are still in the file, %v", err)
	}
}
