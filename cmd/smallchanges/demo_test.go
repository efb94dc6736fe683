package main

import (
	"bytes"
	"strings"
	"testing"

	"smallchanges/internal/store"
)

// Two programs on one folder would send every message twice.
func TestADemoLeavesAFolderToWhoeverHasIt(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	unlock, err := store.Lock(database(folder))
	must(t, err)
	defer func() { must(t, unlock()) }()
	var out, errs bytes.Buffer
	code := run(t.Context(), []string{"demo", "--listen", "127.0.0.1:0", "--data", folder}, &out, &errs)
	if code != exitFailed || !strings.Contains(errs.String(), "already serving") {
		t.Errorf("exit %d, %s%s", code, &out, &errs)
	}
}
