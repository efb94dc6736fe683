package ballot_test

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"smallchanges/internal/ballot"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"

	"github.com/google/go-cmp/cmp"
)

func open(t *testing.T) (*ballot.Ballots, programme.Pulse, string) {
	t.Helper()
	dir := t.TempDir()
	b, err := ballot.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	p := programme.Pulse{ID: 7, Questions: []programme.Question{{ID: "valued", Options: []string{"No", "Yes"}}}}
	if err := b.Open(t.Context(), p, []int64{1, 2, 3, 4, 5, 6, 7, 8}); err != nil {
		t.Fatal(err)
	}
	return b, p, dir
}

func TestEightReplyAtOnceAndTwice(t *testing.T) {
	t.Parallel()
	b, p, _ := open(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	refused := 0
	for i := range 16 {
		wg.Go(func() {
			err := b.Cast(t.Context(), p.ID, int64(i%8+1), programme.Reply{"valued": i % 2})
			if fault.Is(err, fault.Closed) {
				mu.Lock()
				refused++
				mu.Unlock()
			} else if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	got, err := b.Tally(t.Context(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	want := programme.Tally{Replies: 8, Counts: map[string][]int{"valued": {4, 4}}}
	if diff := cmp.Diff(want, got); diff != "" || refused != 8 {
		t.Errorf("tally (-want +got):\n%s\nrefused %d, want 8", diff, refused)
	}
}

func TestWhoMayReply(t *testing.T) {
	t.Parallel()
	b, p, _ := open(t)
	if err := b.Cast(t.Context(), p.ID, 99, programme.Reply{"valued": 1}); !fault.Is(err, fault.Denied) {
		t.Errorf("a stranger's reply: %v, want denied", err)
	}
	if err := b.Cast(t.Context(), p.ID, 1, programme.Reply{"valued": 9}); err == nil {
		t.Error("an answer that is not offered was counted")
	}
	if replied, err := b.Replied(t.Context(), p.ID, 1); err != nil || replied {
		t.Errorf("a refused reply used up the turn: %v %v", replied, err)
	}
	if err := b.Cast(t.Context(), p.ID, 1, programme.Reply{"valued": 1}); err != nil {
		t.Fatal(err)
	}
	if replied, err := b.Replied(t.Context(), p.ID, 1); err != nil || !replied {
		t.Errorf("a reply was not seen: %v %v", replied, err)
	}
}

func TestReopeningKeepsReplies(t *testing.T) {
	t.Parallel()
	b, p, dir := open(t)
	if err := b.Cast(t.Context(), p.ID, 1, programme.Reply{"valued": 1}); err != nil {
		t.Fatal(err)
	}
	after, err := ballot.New(dir) // as a process that was killed and started again
	if err != nil {
		t.Fatal(err)
	}
	if err := after.Open(t.Context(), p, []int64{1, 2}); err != nil {
		t.Fatal(err)
	}
	if err := after.Cast(t.Context(), p.ID, 1, programme.Reply{"valued": 0}); !fault.Is(err, fault.Closed) {
		t.Errorf("a second reply after a restart: %v, want closed", err)
	}
}

func TestFilesAreForTheirOwnerAndGoAway(t *testing.T) {
	t.Parallel()
	b, p, dir := open(t)
	key, err := os.ReadFile(filepath.Join(dir, "pulse-7.key"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files(t, dir) {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, err %v; want 0600", path, info.Mode(), err)
		}
	}
	if err := b.Sweep(t.Context(), []int64{7}); err != nil || len(files(t, dir)) == 0 {
		t.Fatalf("sweeping took an open ballot (err %v)", err)
	}
	if err := b.Sweep(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	for _, path := range files(t, dir) {
		content, _ := os.ReadFile(path)
		t.Errorf("%s is still there; holds the key: %v", path, bytes.Contains(content, key))
	}
	if err := b.Destroy(t.Context(), p.ID); err != nil {
		t.Errorf("destroying twice: %v", err)
	}
	if _, err := b.Tally(t.Context(), p.ID); !fault.Is(err, fault.Closed) {
		t.Errorf("tally of a destroyed ballot: %v, want closed", err)
	}
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return paths
}
