package programme

import (
	"testing"

	"smallchanges/internal/fault"

	"github.com/google/go-cmp/cmp"
)

func TestReplyNeedsEveryQuestion(t *testing.T) {
	t.Parallel()
	p := Pulse{Questions: []Question{extent("a", "A?"), extent("b", "B?"), extent("c", "C?")}}
	_, err := p.Reply(map[string]string{"a": "4", "b": "5", "c": ""})
	if fields := fault.Fields(err); len(fields) != 2 || fields["b"] == "" || fields["c"] == "" {
		t.Fatalf("got %v", fields)
	}
	reply, err := p.Reply(map[string]string{"a": "4", "b": "0", "c": "2", "d": "9"})
	if diff := cmp.Diff(Reply{"a": 4, "b": 0, "c": 2}, reply); err != nil || diff != "" {
		t.Fatalf("%v\n%s", err, diff)
	}
}
