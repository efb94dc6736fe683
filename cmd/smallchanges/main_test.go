package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
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
		Dir:  "testdata",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
		Setup: func(env *testscript.Env) error {
			example, err := os.ReadFile(filepath.Join("..", "..", "docs", "example-council.yaml"))
			if err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(env.WorkDir, "council.yaml"), example, 0o600)
		},
	})
}

// exits runs a command that must end with a given exit code: exits 2 smallchanges dance.
func exits(ts *testscript.TestScript, not bool, args []string) {
	if not || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARG]…")
	}
	code := 0
	if failed, ok := errors.AsType[*exec.ExitError](ts.Exec(args[1], args[2:]...)); ok {
		code = failed.ExitCode()
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
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
