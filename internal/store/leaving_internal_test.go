package store

import (
	"strings"
	"testing"
)

// Each Home page of a coordinator asks who has left: that must not read every change.
func TestLeaversAreFoundWithoutReadingAllChanges(t *testing.T) {
	t.Parallel()
	plan := explain(t, seeded(t, 100), leaverRows, 1)
	for _, step := range []string{"SEARCH m USING INDEX member_gone", "SEARCH c USING INDEX change_of_owner"} {
		if !strings.Contains(plan, step) {
			t.Errorf("without %q:\n%s", step, plan)
		}
	}
	if strings.Contains(plan, "SCAN") {
		t.Errorf("a whole table is read:\n%s", plan)
	}
}
