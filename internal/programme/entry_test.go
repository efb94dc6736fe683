package programme_test

import (
	"strings"
	"testing"
	"time"

	"smallchanges/internal/programme"

	"github.com/google/go-cmp/cmp"
)

var importedAt = time.Date(2026, time.November, 26, 9, 0, 0, 0, time.UTC)

func TestReadEntry(t *testing.T) {
	t.Parallel()
	e := programme.ReadEntry(2, map[string]string{
		"ref": "sc12", "title": " One\tform\x00 ", "why": "Less\r\ntyping ", "scope": "TEAM", "state": "Merged", "lineage": "SC-3, into SC-4",
		"blocked": "The form (IT lead, by 2026-12-10)", "supporters": "7.0", "minutes_per_time": "15", "times_per_week": "3", "people": "8",
		"review_on": "2026-12-07", "created_at": "2026-11-01T10:00:00+01:00", "updated_at": "2026-11-02",
	}, importedAt)
	want := programme.Change{
		Number: 12, Title: "One form", Why: "Less\ntyping", Scope: programme.Ours, State: programme.Merged, Lineage: "SC-3", MergedInto: 4,
		Blocked: "The form", BlockedRole: "IT lead", ReplyBy: "2026-12-10", EarlierSupporters: 7, Guess: programme.TimeGiven{Minutes: 15, Times: 3, People: 8},
		ReviewOn: "2026-12-07", Version: 1, Created: time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC), Updated: time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC),
	}
	if diff := cmp.Diff(want, e.Change); diff != "" || len(e.Wrong) > 0 {
		t.Error(diff, e.Wrong)
	}
	e = programme.ReadEntry(3, map[string]string{"title": "Only this"}, importedAt)
	if diff := cmp.Diff(programme.Change{Title: "Only this", State: programme.Idea, Version: 1, Created: importedAt, Updated: importedAt}, e.Change); diff != "" || len(e.Wrong) > 0 {
		t.Error(diff, e.Wrong)
	}
}

func TestReadEntryRefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", programme.MaxWords+1)
	for column, values := range map[string][]string{
		"ref":   {"12", "SC-0", "SC-100000000", "SC-1.0"},
		"title": {"", " \x00", long}, "why": {long}, "learning": {long}, "barrier": {long}, "intended_impact": {long}, "lineage": {long, "into SC-3"},
		"blocked": {long, "The form (" + long + ", by 2026-12-10)"}, "scope": {"ours"}, "state": {"adapted"},
		"supporters": {"-1", "1.5", "many", "100001"}, "minutes_per_time": {"481", "x"}, "times_per_week": {"201"}, "people": {"1001", "-1", "99999999999999999999"},
		"review_on": {"7 December", "2026-02-30"}, "created_at": {"yesterday", "1969-12-31T23:59:59Z", "0001-01-01T00:00:00Z"}, "updated_at": {"2026-11-02 10:00"},
	} {
		for _, value := range values {
			cells := map[string]string{"title": "A title", "minutes_per_time": "1", "times_per_week": "1", "people": "1"}
			cells[column] = value
			e := programme.ReadEntry(2, cells, importedAt)
			if len(e.Wrong) != 1 || e.Wrong[column] == "" {
				t.Errorf("%s %.30q: %v", column, value, e.Wrong)
			}
		}
	}
	if e := programme.ReadEntry(2, map[string]string{"title": "x", "state": "merged"}, importedAt); e.Wrong["lineage"] == "" {
		t.Error("merged into nothing is taken as right")
	}
}

func people(name, email string, team int64, ids ...int64) (list []programme.Member) {
	for _, id := range ids {
		list = append(list, programme.Member{ID: id, TeamID: team, Name: name, Email: email})
	}
	return list
}

func TestMatchFindsPeople(t *testing.T) {
	t.Parallel()
	roster := programme.Roster{
		Teams: []programme.Team{{ID: 1, Name: "Willow"}, {ID: 2, Name: "Rowan"}, {ID: 3, Name: "Alder"}},
		Members: append(append(people("Ana Ortiz", "", 1, 10), people("Ana Ortiz", "ana@rowan.example", 2, 20)...),
			people("Ben  Hale", "", 2, 21)...),
		Left: append(people("Ana Ortiz", "", 1, 11), people("Cora Singh", "", 3, 30, 31)...),
	}
	for _, test := range []struct {
		name, team string
		want       int64 // 0 is a mistake
	}{
		{"Ana Ortiz", "Willow", 10},
		{"ana ortiz ", "Rowan", 20},
		{"Ana Ortiz", "Alder", 0},
		{"ANA@rowan.example", "Alder", 20},
		{"ben hale", "Willow", 21},
		{"Cora Singh", "Alder", 0},
		{"Nobody", "Willow", 0},
	} {
		entries := []programme.Entry{{Row: 2, Change: programme.Change{Team: test.team, Owner: programme.Who{Name: test.name}}}}
		roster.Match(entries)
		if got := entries[0]; got.Change.Owner.ID != test.want || (got.Wrong["owner"] != "") != (test.want == 0) {
			t.Errorf("%s in %s is %+v, %v", test.name, test.team, got.Change.Owner, got.Wrong)
		}
	}
	entries := []programme.Entry{{Change: programme.Change{Team: "Willow", Owner: programme.Who{Name: "A colleague"}}}}
	roster.Match(entries)
	if got := entries[0]; got.Change.Owner.ID != 0 || len(got.Wrong) > 0 {
		t.Errorf("a colleague is %+v, %v", got.Change.Owner, got.Wrong)
	}
}

// refs are rows with these references, each merged into another (0: into none).
func refs(pairs ...[2]int) []programme.Entry {
	var list []programme.Entry
	for i, pair := range pairs {
		list = append(list, programme.Entry{Row: i + 2, Change: programme.Change{Team: "Willow", Number: pair[0], MergedInto: pair[1]}})
	}
	return list
}

func TestMatchGivesNumbersAndFollowsMerges(t *testing.T) {
	t.Parallel()
	roster := programme.Roster{Teams: []programme.Team{{ID: 1, Name: "Willow"}}, Numbers: []int{1, 7}, Last: 7}
	for name, test := range map[string]struct {
		entries []programme.Entry
		numbers []int
		wrong   []string // by row
	}{
		"next":          {refs([2]int{}, [2]int{5}, [2]int{}), []int{8, 5, 9}, []string{"", "", ""}},
		"above":         {refs([2]int{}, [2]int{20}, [2]int{}), []int{21, 20, 22}, []string{"", "", ""}},
		"taken":         {refs([2]int{7}, [2]int{9}, [2]int{9}), []int{7, 9, 9}, []string{"ref", "", "ref"}},
		"into a row":    {refs([2]int{9, 10}, [2]int{10, 11}, [2]int{11}), []int{9, 10, 11}, []string{"", "", ""}},
		"into the past": {refs([2]int{9, 1}, [2]int{0, 7}), []int{9, 10}, []string{"", ""}},
		"into nothing":  {refs([2]int{9, 2}), []int{9}, []string{"lineage"}},
		"into itself":   {refs([2]int{9, 9}), []int{9}, []string{"lineage"}},
		"in a circle":   {refs([2]int{8, 9}, [2]int{9, 10}, [2]int{10, 9}, [2]int{11, 1}), []int{8, 9, 10, 11}, []string{"", "lineage", "lineage", ""}},
	} {
		roster.Match(test.entries)
		for i, e := range test.entries {
			wrong := ""
			for column := range e.Wrong {
				wrong = column
			}
			if e.Change.Number != test.numbers[i] || wrong != test.wrong[i] {
				t.Errorf("%s: row %d is %s, %v", name, e.Row, e.Change.Ref(), e.Wrong)
			}
		}
	}
}
