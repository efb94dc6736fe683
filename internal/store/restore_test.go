package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
	"smallchanges/internal/store"
	"smallchanges/internal/store/storetest"
)

// A backup is made with one message waiting and one due. When it comes back, the one that is
// due is looked for before it is sent, the one that waits is dropped with a reason, nothing
// more is started that week, and no number is given out twice.
func TestABackupComesBack(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	ana, ctx := f.Person("ana"), t.Context()
	f.Idea("ana", "Protected afternoons")
	must(t, f.Invite(ctx, f.Council, []programme.Notice{
		{Key: "waits", Kind: programme.NoticePrompt, Subject: 1, Member: ana.ID, Due: f.Clock.Now()},
		{Key: "goes", Kind: programme.NoticePrompt, Subject: 1, Member: ana.ID, Due: f.Clock.Now(), AtOnce: true},
	}))
	file := filepath.Join(t.TempDir(), "backup.db")
	must(t, f.Backup(ctx, file))
	f.Idea("ana", "Lost")
	f.Close()
	f.Clock.Add(time.Hour)

	if _, err := store.Restore(ctx, f.URL, file, false, f.Clock.Now); !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Words(err), "--force") {
		t.Fatalf("without force: %v", err)
	}
	replaced, err := store.Restore(ctx, f.URL, file, true, f.Clock.Now)
	must(t, err)
	if _, err := os.Stat(replaced); err != nil {
		t.Errorf("what was there is gone: %v", err)
	}
	db, err := store.Open(ctx, f.URL, f.Clock.Now)
	must(t, err)
	defer db.Close()
	parcels, err := db.Claim(ctx, f.Clock.Now(), time.Minute, 10)
	must(t, err)
	if len(parcels) != 1 || parcels[0].Notice.Key != "goes" || parcels[0].State != programme.Sending {
		t.Errorf("to be sent: %+v", parcels)
	}
	depth, _, err := db.OutboxDepth(ctx)
	if err != nil || depth[programme.Dropped] != 1 || depth[programme.Held] != 0 {
		t.Errorf("outbox %v, %v", depth, err)
	}
	if a, err := db.Attention(ctx, f.Council, ana.ID, f.Clock.Now()); err != nil || a.Used != programme.UsualBudget {
		t.Errorf("this week: %d used, %v", a.Used, err)
	}
	if a, err := db.Attention(ctx, f.Council, ana.ID, f.Clock.Now().AddDate(0, 0, 7)); err != nil || a.Used != 0 {
		t.Errorf("next week: %d used, %v", a.Used, err)
	}
	by := programme.By{Council: f.Council, Member: ana, At: f.Clock.Now()}
	c, err := programme.Propose("New", "", ana, by.At)
	must(t, err)
	if c, err = db.Propose(ctx, by, c); err != nil || c.Number < 100 || c.ID < 1_000_000 {
		t.Errorf("the next is %s with id %d, %v", c.Ref(), c.ID, err)
	}
}

func TestWhatIsNoBackupReplacesNothing(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	file := filepath.Join(t.TempDir(), "notes.txt")
	must(t, os.WriteFile(file, []byte("not a database, but long enough to be looked at"), 0o600))
	for _, name := range []string{file, filepath.Join(t.TempDir(), "none.db")} {
		if _, err := store.Restore(t.Context(), f.URL, name, true, f.Clock.Now); !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Words(err), "Nothing was changed") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := f.Teams(t.Context(), f.Council); err != nil {
		t.Errorf("the database is gone: %v", err)
	}
}

// A database that was lost while its journal stayed, as after a crash: the journal is not read
// into the one that comes back, and is kept aside with it. Twice in a second loses nothing.
func TestABackupIsNotMixedWithAJournalThatStayed(t *testing.T) {
	t.Parallel()
	f, ctx := storetest.Open(t), t.Context()
	file := filepath.Join(t.TempDir(), "backup.db")
	must(t, f.Backup(ctx, file))
	for i := range 50 {
		f.Idea("ana", fmt.Sprint("Lost ", i))
	}
	journal, err := os.ReadFile(f.Path() + "-wal")
	must(t, err)
	f.Close()
	must(t, os.Remove(f.Path()))
	must(t, os.WriteFile(f.Path()+"-wal", journal, 0o600))
	if _, err := store.Restore(ctx, f.URL, file, false, f.Clock.Now); !fault.Is(err, fault.Invalid) {
		t.Errorf("without force: %v", err)
	}
	first, err := store.Restore(ctx, f.URL, file, true, f.Clock.Now)
	must(t, err)
	second, err := store.Restore(ctx, f.URL, file, true, f.Clock.Now)
	must(t, err)
	if first == second || len(first) == 0 {
		t.Errorf("kept as %q, then %q", first, second)
	}
	db, err := store.Open(ctx, f.URL, f.Clock.Now)
	must(t, err)
	defer db.Close()
	changes, err := db.Changes(ctx, f.Council, programme.ChangeFilter{})
	if at, restoredErr := db.Restored(ctx); err != nil || len(changes) > 0 || restoredErr != nil || at.IsZero() {
		t.Errorf("%d changes, %v; restored %s, %v", len(changes), err, at, restoredErr)
	}
	if wrong, err := db.Check(ctx); err != nil || len(wrong) > 0 {
		t.Errorf("%v, %v", wrong, err)
	}
}
