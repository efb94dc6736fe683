package programme_test

import (
	"testing"
	"time"

	"smallchanges/internal/programme"
)

func TestAStatusIsBelievedForTwoWeeks(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 12, 7, 12, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct{ says, want time.Time }{
		"back":              {time.Time{}, time.Time{}},
		"ran out":           {now, time.Time{}},
		"until tomorrow":    {now.Add(24 * time.Hour), now.Add(24 * time.Hour)},
		"for two weeks":     {now.AddDate(0, 0, 14), now.AddDate(0, 0, 14)},
		"for ever and ever": {now.AddDate(100, 0, 0), now.AddDate(0, 0, 14)},
	} {
		if got := programme.BelieveAway(test.says, now); !got.Equal(test.want) {
			t.Errorf("%s: until %v, want %v", name, got, test.want)
		}
	}
}
