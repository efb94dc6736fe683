//go:build race

package store_test

import (
	"flag"
	"os"
	"testing"
)

// TestMain has the properties checked fewer times where the race detector watches: it makes
// the database twenty times as slow, and does not find more by repeating one writer's work.
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", "8"); err != nil {
		panic(err) // the flag has another name, as the first run tells
	}
	os.Exit(m.Run())
}
