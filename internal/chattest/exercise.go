package chattest

import (
	"testing"
)

// Exercise holds an adapter to everything the bot relies on. Each part has a rig of its own.
func Exercise(t *testing.T, connect New) {
	t.Helper()
	for _, part := range []struct {
		name string
		run  func(*testing.T, New)
	}{
		{"a card is posted for everybody", posts},
		{"a card in direct messages is for one person", postsDirectly},
		{"a posted card is edited and not posted again", edits},
		{"a card goes under another, and not between the others", threads},
		{"a file goes with a card in direct messages", files},
		{"a file of a private answer is for one person", tellsFile},
		{"a picture is seen, and said in words", pictures},
		{"a command can be answered for everybody", says},
		{"a private answer is seen by one person", tells},
		{"a pressed button brings its argument, and its card is replaced", replaces},
		{"a form brings back what was typed and where it was opened", asks},
		{"a refused form keeps its words, with each problem beside its field", refuses},
		{"a repeated delivery has the same key, and another deed another key", repeats},
		{"too many messages are a matter of waiting", waits},
		{"a channel that is gone is missing", loses},
	} {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel()
			part.run(t, connect)
		})
	}
}
