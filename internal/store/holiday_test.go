package store_test

import (
	"testing"

	"smallchanges/internal/programme"
	"smallchanges/internal/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// A council's own days follow its file, and no other council has them.
func TestApplyKeepsAndTakesBackACouncilsOwnDays(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	other := southshire(t, f)
	file := storetest.File()
	for _, test := range []struct {
		more, worked []programme.Day
		lines        []string
		want         map[programme.Day]bool
	}{
		{
			[]programme.Day{"2027-05-04"},
			[]programme.Day{"2026-08-31"},
			[]string{"council Northshire: bank holiday Tuesday 4 May 2027: add", "council Northshire: worked bank holiday Monday 31 August 2026: add"},
			map[programme.Day]bool{"2027-05-04": false, "2026-08-31": true},
		},
		{[]programme.Day{"2027-05-04"}, []programme.Day{"2026-08-31"}, nil, map[programme.Day]bool{"2027-05-04": false, "2026-08-31": true}},
		{
			[]programme.Day{"2026-08-31"},
			nil,
			[]string{"council Northshire: bank holiday Monday 31 August 2026: update", "council Northshire: Tuesday 4 May 2027 is as the nation has it"},
			map[programme.Day]bool{"2026-08-31": false},
		},
		{nil, nil, []string{"council Northshire: Monday 31 August 2026 is as the nation has it"}, map[programme.Day]bool{}},
	} {
		file.Council.BankHolidays, file.Council.WorkedBankHolidays = test.more, test.worked
		lines, err := f.Apply(t.Context(), file, storetest.Weekly, false)
		must(t, err)
		got, err := f.Calendar(t.Context(), f.Council)
		must(t, err)
		if diff := cmp.Diff(test.lines, lines) + cmp.Diff(programme.Calendar{Nation: "england", Own: test.want}, got); diff != "" {
			t.Error(diff)
		}
		printed, err := f.CouncilFile(t.Context(), f.Council)
		must(t, err)
		if diff := cmp.Diff(test.more, printed.Council.BankHolidays) + cmp.Diff(test.worked, printed.Council.WorkedBankHolidays); diff != "" {
			t.Error(diff)
		}
		if got, err := f.Calendar(t.Context(), other); err != nil || len(got.Own) > 0 {
			t.Errorf("Southshire has %v, %v", got, err)
		}
	}
}
