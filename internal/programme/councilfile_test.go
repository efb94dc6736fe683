package programme

import (
	"testing"
	"time"
)

func TestSpansOfTheCouncilFile(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"4d": 96 * time.Hour, "12h": 12 * time.Hour, "90d": 2160 * time.Hour,
		"": 0, "4": 0, "d": 0, "0d": 0, "-1d": 0, "4w": 0, "4d12h": 0, "4dd": 0, "91d": 0, "1.5h": 0, " 4d": 0,
	} {
		var got Span
		err := got.UnmarshalText([]byte(text))
		if (err != nil) != (want == 0) || time.Duration(got) != want {
			t.Errorf("%q is %v (%v), want %v", text, time.Duration(got), err, want)
		}
	}
}

func TestWorkingDaysOfTheCouncilFile(t *testing.T) {
	t.Parallel()
	days, err := ParseWorks([]string{"mon", "WED", "sun"})
	if err != nil || len(days) != 3 || days[0] != time.Monday || days[1] != time.Wednesday || days[2] != time.Sunday {
		t.Errorf("%v, %v", days, err)
	}
	if days, err := ParseWorks([]string{"mon", "monday"}); err == nil {
		t.Errorf("a wrong day is %v", days)
	}
}
