package programme_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"smallchanges/internal/programme"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the list of bank holidays as it is now")

// The dates that gov.uk/bank-holidays published, by nation and year.
var published = map[string][]string{
	"england": {
		"2024-01-01 2024-03-29 2024-04-01 2024-05-06 2024-05-27 2024-08-26 2024-12-25 2024-12-26",
		"2025-01-01 2025-04-18 2025-04-21 2025-05-05 2025-05-26 2025-08-25 2025-12-25 2025-12-26",
		"2026-01-01 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-25 2026-12-28",
		"2027-01-01 2027-03-26 2027-03-29 2027-05-03 2027-05-31 2027-08-30 2027-12-27 2027-12-28",
		"2028-01-03 2028-04-14 2028-04-17 2028-05-01 2028-05-29 2028-08-28 2028-12-25 2028-12-26",
	},
	"scotland": {
		"2024-01-01 2024-01-02 2024-03-29 2024-05-06 2024-05-27 2024-08-05 2024-12-02 2024-12-25 2024-12-26",
		"2025-01-01 2025-01-02 2025-04-18 2025-05-05 2025-05-26 2025-08-04 2025-12-01 2025-12-25 2025-12-26",
		"2026-01-01 2026-01-02 2026-04-03 2026-05-04 2026-05-25 2026-06-15 2026-08-03 2026-11-30 2026-12-25 2026-12-28",
		"2027-01-01 2027-01-04 2027-03-26 2027-05-03 2027-05-31 2027-08-02 2027-11-30 2027-12-27 2027-12-28",
		"2028-01-03 2028-01-04 2028-04-14 2028-05-01 2028-05-29 2028-08-07 2028-11-30 2028-12-25 2028-12-26",
	},
	"northern-ireland": {
		"2024-01-01 2024-03-18 2024-03-29 2024-04-01 2024-05-06 2024-05-27 2024-07-12 2024-08-26 2024-12-25 2024-12-26",
		"2025-01-01 2025-03-17 2025-04-18 2025-04-21 2025-05-05 2025-05-26 2025-07-14 2025-08-25 2025-12-25 2025-12-26",
		"2026-01-01 2026-03-17 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-07-13 2026-08-31 2026-12-25 2026-12-28",
		"2027-01-01 2027-03-17 2027-03-26 2027-03-29 2027-05-03 2027-05-31 2027-07-12 2027-08-30 2027-12-27 2027-12-28",
		"2028-01-03 2028-03-17 2028-04-14 2028-04-17 2028-05-01 2028-05-29 2028-07-12 2028-08-28 2028-12-25 2028-12-26",
	},
}

func TestHolidaysAsPublished(t *testing.T) {
	t.Parallel()
	published := map[string][]string{
		"england": published["england"], "wales": published["england"],
		"scotland": published["scotland"], "northern-ireland": published["northern-ireland"],
	}
	for nation, years := range published {
		for i, want := range years {
			if diff := cmp.Diff(strings.Fields(want), holidays(nation, 2024+i)); diff != "" {
				t.Errorf("%s (-published +found):\n%s", nation, diff)
			}
		}
	}
}

// The dates to 2035 as they were generated and read through once: what differs from then on
// was changed on purpose, or by mistake.
func TestHolidaysArePinned(t *testing.T) {
	t.Parallel()
	var list strings.Builder
	for _, nation := range []string{"england", "wales", "scotland", "northern-ireland"} {
		for year := 2024; year <= 2035; year++ {
			fmt.Fprintf(&list, "%s %d\n", nation, year)
			for _, day := range holidays(nation, year) {
				fmt.Fprintln(&list, "\t"+programme.Day(day).Short())
			}
		}
	}
	const path = "testdata/bankholidays.txt"
	if *update {
		if err := os.WriteFile(path, []byte(list.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pinned, err := os.ReadFile(path)
	if diff := cmp.Diff(string(pinned), list.String()); err != nil || diff != "" {
		t.Errorf("(-pinned +found) %v\n%s", err, diff)
	}
}

// What a council says itself counts before what its nation has.
func TestHolidaysOfACouncilsOwn(t *testing.T) {
	t.Parallel()
	c := programme.Calendar{Nation: "wales", Own: map[programme.Day]bool{"2026-08-31": true, "2027-05-04": false}}
	for day, want := range map[programme.Day]bool{"2026-08-31": false, "2027-05-04": true, "2026-12-25": true, "2026-12-24": false} {
		if got := c.Holiday(day); got != want {
			t.Errorf("%s is a holiday: %v", day, got)
		}
	}
	if (programme.Calendar{}).Holiday("2026-12-25") {
		t.Error("no council has a holiday")
	}
}

func TestNoHolidays(t *testing.T) {
	t.Parallel()
	for _, nation := range []string{"", "France", "England"} {
		if got := holidays(nation, 2026); len(got) > 0 {
			t.Errorf("%q has %v", nation, got)
		}
	}
	if programme.Holiday("england", "") || programme.Holiday("england", "Christmas") {
		t.Error("what is no day is a holiday")
	}
}

func TestHolidaysTo2035(t *testing.T) {
	t.Parallel()
	count := map[string]int{"england": 8, "wales": 8, "scotland": 9, "northern-ireland": 10}
	for nation, want := range count {
		for year := 2027; year <= 2035; year++ {
			days := holidays(nation, year)
			if len(days) != want {
				t.Errorf("%s %d has %v, want %d days", nation, year, days, want)
			}
			for _, d := range days {
				if day, err := time.Parse(time.DateOnly, d); err != nil || day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
					t.Errorf("%s: %s is on a weekend", nation, d)
				}
			}
		}
	}
}

// holidays asks about every day of a year.
func holidays(nation string, year int) []string {
	var days []string
	for day := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() == year; day = day.AddDate(0, 0, 1) {
		d := programme.DayOf(day, time.UTC)
		if programme.Holiday(nation, d) {
			days = append(days, string(d))
		}
	}
	return days
}
