package store_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"testing"
	"time"

	"smallchanges/internal/programme"
	"smallchanges/internal/store/storetest"
)

// told are the members whom the outbox tells something of a kind now.
func told(t *testing.T, f *storetest.Fixture, kind programme.NoticeKind) map[int64]int {
	t.Helper()
	parcels, err := f.Claim(t.Context(), f.Clock.Now().AddDate(0, 1, 0), time.Minute, 100)
	must(t, err)
	counts := map[int64]int{}
	outcomes := make([]programme.Outcome, len(parcels))
	for i, p := range parcels {
		if p.Notice.Kind == kind {
			counts[p.Notice.Member]++
		}
		outcomes[i] = programme.Outcome{ID: p.ID, State: programme.Sent, At: f.Clock.Now()}
	}
	must(t, f.Settle(t.Context(), outcomes))
	return counts
}

// Whoever asked for a yes hears the answer, also when they neither proposed the change nor support it.
func TestWhoAskedHearsTheAnswer(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	c := f.Idea("ana", "Food vouchers")
	service := f.Team("Willow").Service
	edit := func(by programme.By, rule programme.Rule) {
		t.Helper()
		_, err := f.EditChange(t.Context(), by, c.Number, rule)
		must(t, err)
	}
	edit(f.By("ben", ""), func(c *programme.Change) (programme.History, []programme.Notice, error) {
		return c.Ask(programme.Request{Scope: programme.Manager, Service: service, Version: c.Version}, f.Person("ben"), f.Clock.Now())
	})
	told(t, f, programme.NoticeStep)
	f.Clock.Add(48 * time.Hour)
	edit(f.By("grace", ""), func(c *programme.Change) (programme.History, []programme.Notice, error) {
		return c.Decide(programme.Decision{Answer: programme.Talk, Round: c.Permission.Round, Service: service.ID}, f.Person("grace"), f.Clock.Now())
	})
	if got := told(t, f, programme.NoticeStep); got[f.Person("ben").ID] != 1 || got[f.Person("ana").ID] != 1 {
		t.Errorf("told are %v", got)
	}
}

// Every team that tries a change too is told of, not only the first.
func TestEachAdoptionIsTold(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	c := f.Idea("ana", "Voice notes")
	for _, name := range []string{"ines", "kit"} {
		_, err := f.Adopt(t.Context(), f.By(name, ""), c.Number)
		must(t, err)
		if got := told(t, f, programme.NoticeStep); got[f.Person("ana").ID] != 1 {
			t.Errorf("when %s adopts it, told are %v", name, got)
		}
		f.Clock.Add(72 * time.Hour)
	}
}

// A new owner hears of it once, in a message of their own.
func TestANewOwnerHearsOnce(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	c, by := f.Idea("ana", "Voice notes"), f.By("ben", "")
	_, err := f.Support(t.Context(), f.By("cora", ""), c.Number, true)
	must(t, err)
	_, err = f.EditChange(t.Context(), by, c.Number, step(by, programme.Edit{
		To: programme.Chosen, Strand: f.Team("Willow").Strands[0], Impact: "Time", Owner: f.Person("cora").Ref(), Version: 1,
	}))
	must(t, err)
	parcels, err := f.Claim(t.Context(), f.Clock.Now(), time.Minute, 100)
	must(t, err)
	var kinds []programme.NoticeKind
	for _, p := range parcels {
		if p.Notice.Member == f.Person("cora").ID {
			kinds = append(kinds, p.Notice.Kind)
		}
	}
	if len(kinds) != 1 || kinds[0] != programme.NoticeOwner {
		t.Errorf("Cora hears %v", kinds)
	}
}

// Merging is undone whole: each change has the supporters that are its own.
func TestMergingCanBeUndone(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	rows := []programme.Entry{
		programme.ReadEntry(2, map[string]string{"ref": "SC-1", "title": "Voice notes", "team": "Willow", "state": "idea", "supporters": "3"}, f.Clock.Now()),
		programme.ReadEntry(3, map[string]string{"ref": "SC-2", "title": "Talking records", "team": "Willow", "state": "idea", "supporters": "2"}, f.Clock.Now()),
	}
	_, err := f.ImportChanges(t.Context(), f.By("ana", ""), rows, false)
	must(t, err)
	supporters := func(ref int) int {
		c, _, err := f.Change(t.Context(), f.Council, ref)
		must(t, err)
		return c.Supporters
	}
	_, err = f.Support(t.Context(), f.By("ben", ""), 1, true)
	must(t, err)
	merged, err := f.Merge(t.Context(), f.By("ana", ""), 1, 2, programme.Ending{Version: 1})
	must(t, err)
	if supporters(2) != 6 {
		t.Errorf("after merging SC-2 has %d supporters", supporters(2))
	}
	_, err = f.Support(t.Context(), f.By("ben", ""), 1, false) // it is taken back where it is now, and where it was
	must(t, err)
	by := f.By("ana", "")
	_, err = f.EditChange(t.Context(), by, 1, step(by, programme.Edit{To: programme.Idea, Version: merged.Version}))
	must(t, err)
	if supporters(1) != 3 || supporters(2) != 2 {
		t.Errorf("after undoing it SC-1 has %d and SC-2 %d", supporters(1), supporters(2))
	}
}

// Nothing tells who put which dot once a round has closed: neither the database, nor its
// journal, nor a backup made while it was open.
func TestDotsAreGone(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	ctx := t.Context()
	ideas := []programme.Change{f.Idea("ana", "Voice notes"), f.Idea("ben", "Shorter meetings")}
	round, err := programme.OpenChoosing(ideas, 1, f.Person("ana"), f.Clock.Now())
	must(t, err)
	round, err = f.OpenChoosing(ctx, f.By("ana", ""), round)
	must(t, err)
	must(t, f.PlaceDots(ctx, f.By("cora", ""), round.ID, []programme.Dot{{Change: ideas[0].ID, Difference: 3, Effort: 3}}))
	backup := filepath.Join(t.TempDir(), "copy.db")
	must(t, f.Backup(ctx, backup))
	must(t, f.CloseChoosing(ctx, f.Council, round.ID))
	if journal, err := os.Stat(f.Path() + "-wal"); err == nil && journal.Size() > 0 {
		t.Errorf("the journal holds %d bytes still", journal.Size())
	}
	for _, path := range []string{backup, f.Path()} {
		if n := dotsIn(ctx, t, path); n != 0 {
			t.Errorf("%s holds %d dots", path, n)
		}
	}
	closed, err := f.Choosing(ctx, f.Council, round.ID)
	if err != nil || closed.People != 1 || !closed.Marked(ideas[0]) {
		t.Errorf("%+v, %v", closed, err)
	}
}

func dotsIn(ctx context.Context, t *testing.T, path string) (n int) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	must(t, err)
	defer db.Close()
	must(t, db.QueryRowContext(ctx, `SELECT count(*) FROM dot`).Scan(&n))
	return n
}
