package programme_test

import (
	"strings"
	"testing"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

func TestReflect(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		words string
		share programme.Share
		wrong []string
	}{
		"good":            {" Fewer forms. ", programme.ShareUnnamed, nil},
		"long enough":     {strings.Repeat("é", programme.MaxWords), programme.SharePrivate, nil},
		"no words":        {" \n\t\x00", programme.ShareNamed, []string{"words"}},
		"too long":        {strings.Repeat("é", programme.MaxWords+1), programme.ShareNamed, []string{"words"}},
		"no such share":   {"Fewer forms.", "everybody", []string{"share"}},
		"nothing at all":  {"", "", []string{"words", "share"}},
		"hidden controls": {"\u202e", programme.ShareNamed, []string{"words"}},
	} {
		_, err := programme.Reflect(test.words, test.share)
		if (err == nil) != (test.wrong == nil) || len(fault.Fields(err)) != len(test.wrong) {
			t.Errorf("%s: %v, %v", name, err, fault.Fields(err))
		}
		for _, field := range test.wrong {
			if fault.Fields(err)[field] == "" {
				t.Errorf("%s says nothing beside %s", name, field)
			}
		}
	}
}

func TestInstant(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ zone, wall, want string }{
		{"Europe/London", "2026-12-03T09:00", "2026-12-03T09:00"},
		{"Europe/London", "2027-03-28T01:30", "2027-03-28T01:30"}, // never comes: 02:30 in summer time
		{"Europe/London", "2027-10-31T01:30", "2027-10-31T00:30"}, // comes twice: the first
		{"America/New_York", "2026-03-08T02:30", "2026-03-08T07:30"},
		{"America/New_York", "2026-11-01T01:30", "2026-11-01T05:30"},
		{"Pacific/Apia", "2011-12-30T09:00", "2011-12-30T19:00"}, // a day that never came
	} {
		wall, err := time.Parse("2006-01-02T15:04", test.wall)
		if err != nil {
			t.Fatal(err)
		}
		got := programme.Instant(wall, programme.Zone(test.zone)).UTC().Format("2006-01-02T15:04")
		if got != test.want {
			t.Errorf("%s in %s is %s, want %s UTC", test.wall, test.zone, got, test.want)
		}
	}
}
