package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets scripts run the program itself, as a command of its name.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"smallchanges": main})
}

// TestCommands runs the scripts in testdata: what an operator types, and what comes back.
func TestCommands(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			example, err := os.ReadFile(filepath.Join("..", "..", "docs", "example-council.yaml"))
			if err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(env.WorkDir, "council.yaml"), example, 0o600)
		},
	})
}

func TestCommandsThatNeedNoDatabase(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"version"}, {"cards"}, {"manifest", "slack"}} {
		var out, errs bytes.Buffer
		if code := run(t.Context(), args, &out, &errs); code != exitDone || errs.Len() > 0 || out.Len() == 0 {
			t.Errorf("%s: exit %d, stderr %q", strings.Join(args, " "), code, errs.String())
		}
	}
}
