package programme_test

import (
	"testing"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// Who may not put dots hears so before they choose them, and again if they send some.
func TestWhoJoinsARound(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 12, 7, 9, 0, 0, 0, time.UTC)
	open := programme.Choosing{TeamID: 1, Closes: now.Add(time.Hour), Ideas: []programme.Change{{ID: 5, State: programme.Idea}}}
	over := open
	over.Closed = true
	for name, tc := range map[string]struct {
		round programme.Choosing
		team  int64
		at    time.Time
		want  fault.Kind
		takes bool
	}{
		"a member of the team": {round: open, team: 1, at: now, takes: true},
		"of another team":      {round: open, team: 2, at: now, want: fault.Denied},
		"when its time is up":  {round: open, team: 1, at: now.Add(time.Hour), want: fault.Closed},
		"when it was closed":   {round: over, team: 1, at: now, want: fault.Closed},
	} {
		by := programme.Member{ID: 3, TeamID: tc.team}
		dots := []programme.Dot{{Change: 5, Difference: 3, Effort: 1}}
		for _, err := range []error{tc.round.Joins(by, tc.at), tc.round.Place(dots, by, tc.at)} {
			if tc.takes != (err == nil) || !tc.takes && fault.Of(err) != tc.want {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
