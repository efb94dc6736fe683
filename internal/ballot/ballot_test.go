package ballot_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"smallchanges/internal/ballot"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"

	"github.com/google/go-cmp/cmp"
)

var team = []int64{101, 102, 103, 104, 105, 106, 107, 108}

func pulse(id int64) programme.Pulse {
	_, questions, _ := programme.Set(programme.BaselineSet)
	return programme.Pulse{ID: id, Questions: questions}
}

// answer is a reply that chooses the same option everywhere.
func answer(option int) programme.Reply {
	reply := programme.Reply{}
	for _, q := range pulse(0).Questions {
		reply[q.ID] = option
	}
	return reply
}

func open(t testing.TB, id int64) (*ballot.Ballots, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "ballots")
	return openIn(t, dir, id), dir
}

func openIn(t testing.TB, dir string, id int64) *ballot.Ballots {
	t.Helper()
	b, err := ballot.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Open(t.Context(), pulse(id), team); err != nil {
		t.Fatal(err)
	}
	return b
}

func cast(t testing.TB, b *ballot.Ballots, id, member int64, option int) {
	t.Helper()
	if err := b.Cast(t.Context(), id, member, answer(option)); err != nil {
		t.Fatal(err)
	}
}

func tally(t testing.TB, b *ballot.Ballots, id int64) programme.Tally {
	t.Helper()
	got, err := b.Tally(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestRepliesBecomeTotals(t *testing.T) {
	t.Parallel()
	b, _ := open(t, 1)
	for i, m := range team[:5] {
		cast(t, b, 1, m, i%3)
	}
	got := tally(t, b, 1)
	if got.Replies != 5 || len(got.Counts) != 5 {
		t.Fatalf("got %+v", got)
	}
	if diff := cmp.Diff([]int{2, 2, 1, 0, 0}, got.Counts["satisfaction"]); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{2, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0}, got.Counts["direct_share"]); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
}

func TestEightMembersAtOnceAndSomeTwice(t *testing.T) {
	t.Parallel()
	b, _ := open(t, 1)
	var group sync.WaitGroup
	outcomes := make(chan error, 2*len(team))
	for _, m := range append(team[:len(team):len(team)], team...) {
		group.Go(func() { outcomes <- b.Cast(context.Background(), 1, m, answer(3)) })
	}
	group.Wait()
	close(outcomes)
	closed := 0
	for err := range outcomes {
		if fault.Is(err, fault.Closed) {
			closed++
		} else if err != nil {
			t.Error(err)
		}
	}
	if got := tally(t, b, 1); closed != len(team) || got.Replies != len(team) || got.Counts["valued"][3] != len(team) {
		t.Fatalf("%d refused, tally %+v", closed, got)
	}
}

func TestManyBallotsAtOnce(t *testing.T) {
	t.Parallel()
	b, _ := open(t, 1)
	var group sync.WaitGroup
	for id := range int64(40) {
		group.Go(func() {
			if err := b.Open(context.Background(), pulse(100+id), team); err != nil {
				t.Error(err)
			}
			if err := b.Cast(context.Background(), 100+id, team[0], answer(0)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	for id := range int64(40) {
		if got := tally(t, b, 100+id); got.Replies != 1 {
			t.Errorf("pulse %d: %+v", 100+id, got)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	b, _ := open(t, 1)
	half := answer(0)
	delete(half, "valued")
	other := answer(0)
	delete(other, "valued")
	other["mood"] = 0
	tests := map[string]struct {
		pulse, member int64
		reply         programme.Reply
		want          fault.Kind
	}{
		"not invited":        {1, 999, answer(0), fault.Denied},
		"not open":           {2, 101, answer(0), fault.Closed},
		"option not there":   {1, 101, answer(5), fault.Invalid},
		"option below 0":     {1, 101, answer(-1), fault.Invalid},
		"a question missing": {1, 101, half, fault.Invalid},
		"another question":   {1, 101, other, fault.Invalid},
		"nothing":            {1, 101, nil, fault.Invalid},
	}
	for name, test := range tests {
		if err := b.Cast(t.Context(), test.pulse, test.member, test.reply); !fault.Is(err, test.want) || fault.Words(err) == "" {
			t.Errorf("%s: got %v, want %v with words", name, err, test.want)
		}
	}
	if got := tally(t, b, 1); got.Replies != 0 || got.Counts["satisfaction"][0] != 0 {
		t.Errorf("a refused reply was counted: %+v", got)
	}
	if replied, err := b.Replied(t.Context(), 1, 101); replied || err != nil {
		t.Errorf("a refused member has replied: %v, %v", replied, err)
	}
}

func TestRepliedTellsWhetherOnly(t *testing.T) {
	t.Parallel()
	b, _ := open(t, 1)
	cast(t, b, 1, 102, 4)
	for m, want := range map[int64]bool{101: false, 102: true} {
		if got, err := b.Replied(t.Context(), 1, m); got != want || err != nil {
			t.Errorf("%d: %v, %v", m, got, err)
		}
	}
	if _, err := b.Replied(t.Context(), 1, 999); !fault.Is(err, fault.Denied) {
		t.Errorf("not invited: %v", err)
	}
}

func TestOpeningAgainAfterACrashKeepsReplies(t *testing.T) {
	t.Parallel()
	first, dir := open(t, 1)
	cast(t, first, 1, 101, 2)
	second := openIn(t, dir, 1) // another process on the same folder
	if err := second.Cast(t.Context(), 1, 101, answer(2)); !fault.Is(err, fault.Closed) {
		t.Errorf("a second reply: %v", err)
	}
	cast(t, second, 1, 102, 2)
	if got := tally(t, second, 1); got.Replies != 2 || got.Counts["valued"][2] != 2 {
		t.Errorf("got %+v", got)
	}
}

func TestOnlyTheOwnerCanRead(t *testing.T) {
	t.Parallel()
	b, dir := open(t, 1)
	cast(t, b, 1, 101, 2)
	want := map[string]os.FileMode{".": 0o700, "1.key": 0o600, "1.ballot": 0o600, "1.ballot-journal": 0o600}
	for name, mode := range want {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != mode {
			t.Errorf("%s is %v, want %v", name, info.Mode().Perm(), mode)
		}
		if name == "1.ballot-journal" && info.Size() != 0 {
			t.Errorf("the journal of a reply is still there: %d bytes", info.Size())
		}
	}
}

// The same replies leave the same file, whoever replied first.
func TestTheFileDoesNotTellTheOrder(t *testing.T) {
	t.Parallel()
	_, dir := open(t, 1)
	chosen := map[int64]int{101: 0, 102: 3, 103: 3, 104: 2, 105: 0, 106: 4}
	var files [][]byte
	for _, order := range [][]int64{{101, 102, 103, 104, 105, 106}, {106, 103, 105, 101, 104, 102}} {
		copied := filepath.Join(t.TempDir(), "copy")
		if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		b := openIn(t, copied, 1)
		for _, m := range order {
			cast(t, b, 1, m, chosen[m])
		}
		file, err := os.ReadFile(filepath.Join(copied, "1.ballot"))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	if !bytes.Equal(files[0], files[1]) {
		t.Error("two orders of the same replies left different files")
	}
}

func TestDestroyLeavesNothing(t *testing.T) {
	t.Parallel()
	b, dir := open(t, 1)
	cast(t, b, 1, 101, 1)
	for range 2 { // again is no error
		if err := b.Destroy(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Fatalf("left: %v, %v", left, err)
	}
	_, replied := b.Replied(t.Context(), 1, 101)
	_, counted := b.Tally(t.Context(), 1)
	for _, err := range []error{replied, counted, b.Cast(t.Context(), 1, 102, answer(1))} {
		if !fault.Is(err, fault.Closed) {
			t.Errorf("after the end: %v", err)
		}
	}
}

// What is destroyed is overwritten, not only unlinked: a second name for the same bytes
// sees them change.
func TestDestroyOverwrites(t *testing.T) {
	t.Parallel()
	b, dir := open(t, 1)
	cast(t, b, 1, 101, 1)
	before := map[string][]byte{}
	for _, name := range []string{"1.key", "1.ballot"} {
		var err error
		if before[name], err = os.ReadFile(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		if err := os.Link(filepath.Join(dir, name), filepath.Join(dir, "second-"+name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Destroy(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	key := before["1.key"]
	for name, old := range before {
		now, err := os.ReadFile(filepath.Join(dir, "second-"+name))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Equal(old, now) || bytes.Contains(now, key[:8]) || bytes.Contains(now, []byte("SQLite")) || bytes.Contains(now, []byte("invited")) {
			t.Errorf("%s can still be read", name)
		}
	}
}

func TestACrashWhileDestroyingReopensNothing(t *testing.T) {
	t.Parallel()
	b, dir := open(t, 1)
	cast(t, b, 1, 101, 1)
	if err := os.Remove(filepath.Join(dir, "1.key")); err != nil { // the key goes first
		t.Fatal(err)
	}
	if err := b.Open(t.Context(), pulse(1), team); !fault.Is(err, fault.Closed) {
		t.Errorf("opened again: %v", err)
	}
	if err := b.Cast(t.Context(), 1, 102, answer(1)); !fault.Is(err, fault.Closed) {
		t.Errorf("counted: %v", err)
	}
}

func TestSweepKeepsOnlyOpenPulses(t *testing.T) {
	t.Parallel()
	b, dir := open(t, 1)
	for _, id := range []int64{2, 3} {
		if err := b.Open(t.Context(), pulse(id), team); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "4.key-draft"), []byte("half a key"), 0o600); err != nil {
		t.Fatal(err)
	}
	open := func(ctx context.Context) ([]int64, error) {
		return []int64{2}, b.Open(ctx, pulse(5), team) // another process opens one just now
	}
	if err := b.Sweep(t.Context(), open); err != nil {
		t.Fatal(err)
	}
	cast(t, b, 5, 101, 1)
	left, err := filepath.Glob(filepath.Join(dir, "[134].*"))
	if err != nil || len(left) != 0 {
		t.Errorf("left: %v, %v", left, err)
	}
	cast(t, b, 2, 101, 1)
}

func BenchmarkCast(b *testing.B) {
	ballots, _ := open(b, 1)
	members := make([]int64, b.N)
	for i := range members {
		members[i] = int64(i)
	}
	if err := ballots.Open(b.Context(), pulse(2), members); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for i := range b.N {
		if err := ballots.Cast(b.Context(), 2, int64(i), answer(1)); err != nil {
			b.Fatal(err)
		}
	}
}

// A reply that comes while a pulse closes is in the result or is refused. Nobody is told that
// they are counted when they are not.
func TestATallyIsTheEndOfReplies(t *testing.T) {
	t.Parallel()
	b, _ := open(t, 1)
	cast(t, b, 1, 101, 3)
	before := tally(t, b, 1)
	if err := b.Cast(t.Context(), 1, 102, answer(3)); !fault.Is(err, fault.Closed) {
		t.Errorf("a reply after the tally: %v", err)
	}
	if diff := cmp.Diff(before, tally(t, b, 1)); diff != "" { // as after a crash before the result was kept
		t.Errorf("the second tally differs: %s", diff)
	}
	if replied, err := b.Replied(t.Context(), 1, 102); replied || err != nil {
		t.Errorf("the refused reply left a mark: %v, %v", replied, err)
	}
}
