package main

import (
	"bytes"
	"testing"
	"time"

	"smallchanges/docs"
	"smallchanges/internal/programme"
	"smallchanges/internal/schedule"

	"github.com/google/go-cmp/cmp"
)

// Whatever words are in a council, its printed file is read as the same council.
func TestAPrintedCouncilIsReadBack(t *testing.T) {
	t.Parallel()
	const day = programme.Span(24 * time.Hour)
	for _, words := range []string{"No", "null", "12", "0x1f", "2026-12-07", "# not a comment", "a: b", "- a", "“quoted” \"and\" 'so'", "ümlaut 🌱", "*a", "&a", "!a", "%a", "@a", "`a`", "{a}", "~", " trailing "} {
		want := programme.CouncilFile{
			Council: programme.CouncilEntry{Name: words, Nation: "wales", TimeZone: "Europe/London", EmailDomains: []string{"a.example"}, BankHolidays: []programme.Day{"2027-05-04", "2029-01-02"}, WorkedBankHolidays: []programme.Day{"2026-08-31"}},
			Services: []programme.ServiceEntry{{Name: words}, {Name: "B", Teams: []programme.TeamEntry{{
				Name: words, AtOnce: 3, Channel: "C0A", TeamsChannel: "19:a@thread.tacv2", TimeZone: "Europe/Dublin",
				Members: []programme.MemberEntry{
					{Name: words, Slack: "U0A", Roles: []programme.Role{programme.Leader, programme.Champion}, Works: []string{"sun", "wed"}},
					{Name: "C", Email: "c@a.example", Observer: true},
				},
				Vision: programme.VisionEntry{Values: []string{words}}, Strands: []string{words}, Barriers: []programme.BarrierEntry{{What: words}},
				Schedules: []programme.ScheduleEntry{
					{ID: words, Kind: programme.PulseSchedule, Cron: "0 10 1 * *", OpenFor: 5 * day, Set: "impact"},
					{ID: "r", Kind: programme.ReflectionSchedule, Cron: "0 9 * * 4", OpenFor: day / 2, SkipBankHolidays: true},
				},
			}}}},
		}
		var printed bytes.Buffer
		must(t, writeCouncil(&printed, want))
		got, err := readCouncil(printed.Bytes())
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: %v %s\n%s", words, err, diff, &printed)
		}
	}
}

// The example is applied, set up in the chat, and printed: applying what was printed changes
// nothing, while the example itself takes back what was set up.
func TestACouncilThatWasSetUpIsPrintedAsItIs(t *testing.T) {
	t.Parallel()
	p := openRoad(t)
	councils, err := p.db.Councils(t.Context())
	must(t, err)
	teams, err := p.db.Teams(t.Context(), councils[0].ID)
	must(t, err)
	_, err = p.db.ApplyTeam(t.Context(), programme.By{Council: councils[0].ID, At: time.Now()}, teams[0].ID,
		func(s *programme.Setup) error { return s.SetStrands("Meetings") }, schedule.Next)
	must(t, err)
	file, err := p.db.CouncilFile(t.Context(), councils[0].ID)
	must(t, err)
	var printed bytes.Buffer
	must(t, writeCouncil(&printed, file))
	read, err := readCouncil(printed.Bytes())
	must(t, err)
	if lines, err := p.db.Apply(t.Context(), read, schedule.Next, false); err != nil || len(lines) > 0 {
		t.Errorf("what was printed changes %q, %v", lines, err)
	}
	example, err := readCouncil(docs.ExampleCouncil)
	must(t, err)
	if lines, err := p.db.Apply(t.Context(), example, schedule.Next, true); err != nil || len(lines) == 0 {
		t.Errorf("the example takes nothing back: %q, %v", lines, err)
	}
}
