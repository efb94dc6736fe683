package main

import (
	"io"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// TestEveryHelpShowsAnExample walks all commands: each shows an example that the program
// itself understands, so that none goes stale.
func TestEveryHelpShowsAnExample(t *testing.T) {
	t.Parallel()
	parser, err := kong.New(&commands{}, kong.Name("smallchanges"), kong.Writers(io.Discard, io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	err = kong.Visit(parser.Model, func(node kong.Visitable, next kong.Next) error {
		command, ok := node.(*kong.Node)
		if !ok || command.Type != kong.CommandNode {
			return next(nil)
		}
		seen++
		_, example, _ := strings.Cut(command.Help, "Example: smallchanges ")
		chosen, err := parser.Parse(shellWords(example))
		if err != nil {
			t.Errorf("the example of %q is not understood: %v", command.Name, err)
			return next(nil)
		}
		above := chosen.Selected()
		for above != nil && above != command {
			above = above.Parent
		}
		if above == nil {
			t.Errorf("the example of %q is of another command: %q", command.Name, example)
		}
		return next(nil)
	})
	if err != nil || seen < 15 {
		t.Errorf("%d commands were looked at: %v", seen, err)
	}
}

// shellWords splits words as a shell does that knows single quotes only.
func shellWords(line string) []string {
	var words []string
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			words = append(words, part)
			continue
		}
		words = append(words, strings.Fields(part)...)
	}
	return words
}
