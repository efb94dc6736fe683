package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
	"smallchanges/internal/store"
	"smallchanges/internal/store/storetest"
)

// TestBackupWhileWorking copies the database while proposals come in, and opens the copy.
func TestBackupWhileWorking(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	f.Idea("ana", "The first")
	file := filepath.Join(t.TempDir(), "copy.db")
	var writing sync.WaitGroup
	by := f.By("ben", "")
	writing.Go(func() {
		for i := range 50 {
			c := programme.Change{TeamID: by.Member.TeamID, Title: fmt.Sprint("Idea ", i), State: programme.Idea, Version: 1, Created: by.At, Updated: by.At}
			if _, err := f.Propose(t.Context(), by, c); err != nil {
				t.Error(err)
			}
		}
	})
	must(t, f.Backup(t.Context(), file))
	writing.Wait()
	if err := f.Backup(t.Context(), file); !fault.Is(err, fault.Invalid) {
		t.Errorf("a backup replaced a file: %v", err)
	}
	private(t, file)
	entries, err := os.ReadDir(filepath.Dir(file))
	if err != nil || len(entries) != 1 {
		t.Errorf("left beside the backup: %v, %v", entries, err)
	}
	copied, err := store.Open(t.Context(), "sqlite:"+file, f.Clock.Now)
	must(t, err)
	defer copied.Close()
	if wrong, err := copied.Check(t.Context()); err != nil || len(wrong) > 0 {
		t.Errorf("the copy: %v, %v", wrong, err)
	}
	if c, past, err := copied.Change(t.Context(), f.Council, 1); err != nil || c.Title != "The first" || len(past) != 1 {
		t.Errorf("the copy holds %+v, %v", c, err)
	}
}

// private checks that only its owner may read a file.
func private(t *testing.T, file string) {
	t.Helper()
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%s: %v, %v", filepath.Base(file), info.Mode(), err)
	}
}

func TestFilesAreTheOwnersOnly(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	unlock, err := store.Lock(f.URL)
	must(t, err)
	defer func() { must(t, unlock()) }()
	for _, file := range []string{f.Path(), f.Path() + "-wal", f.Path() + "-shm", f.Path() + ".lock"} {
		private(t, file)
	}
}

func TestSecondProcessIsRefused(t *testing.T) {
	t.Parallel()
	url := "sqlite:" + filepath.Join(t.TempDir(), "test.db")
	unlock, err := store.Lock(url)
	must(t, err)
	if _, err := store.Lock(url); !fault.Is(err, fault.Busy) || !strings.Contains(fault.Words(err), "already serving") {
		t.Errorf("locked twice: %v", err)
	}
	must(t, unlock())
	unlock, err = store.Lock(url)
	must(t, err)
	must(t, unlock())
}

func TestCloseLeavesOneFile(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	f.Idea("ana", "Voice notes")
	f.Close()
	if _, err := os.Stat(f.Path() + "-wal"); !os.IsNotExist(err) {
		t.Errorf("the journal stayed: %v", err)
	}
}

func TestAddressesThatAreNoDatabase(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"", "smallchanges.db", "sqlite:", "sqlite::memory:", "postgres://localhost/x", "sqlite:" + filepath.Join(t.TempDir(), "no", "folder.db")} {
		st, err := store.Open(t.Context(), url, nil)
		if !fault.Is(err, fault.Invalid) || fault.Words(err) == "" {
			t.Errorf("%q opened %v: %v", url, st, err)
		}
	}
}
