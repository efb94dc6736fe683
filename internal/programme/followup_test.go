package programme_test

import (
	"testing"
	"time"

	"smallchanges/internal/programme"
)

// A question planned for Thursday 24 December at 9am, by when the program found it.
func TestFollowUpBegins(t *testing.T) {
	t.Parallel()
	london := programme.Zone("Europe/London")
	at := func(wall string) time.Time {
		when, err := time.ParseInLocation("2006-01-02 15:04", wall, london)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	for name, test := range map[string]struct{ due, now, want string }{
		"in time":                      {"2026-12-24 09:00", "2026-12-24 09:00", "2026-12-24 09:00"},
		"a little late":                {"2026-12-24 09:00", "2026-12-24 10:59", "2026-12-24 09:00"},
		"in the afternoon":             {"2026-12-24 09:00", "2026-12-24 15:00", "2026-12-25 09:00"},
		"in the night":                 {"2026-12-24 09:00", "2026-12-26 02:00", "2026-12-26 09:00"},
		"at nine another day":          {"2026-12-24 09:00", "2026-12-26 09:00", "2026-12-26 09:00"},
		"before the clocks go forward": {"2027-03-25 09:00", "2027-03-27 23:00", "2027-03-28 09:00"},
	} {
		f := programme.FollowUp{Due: at(test.due)}
		if got := f.Begins(at(test.now), london); !got.Equal(at(test.want)) {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}
