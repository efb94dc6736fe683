package programme_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"

	"github.com/google/go-cmp/cmp"
)

const days = programme.Span(24 * time.Hour)

// willow is a team with a champion, a deputy, a coordinator who has not written yet, and a
// practitioner; Rowan and its only champion are its neighbours.
func willow() *programme.Setup {
	return &programme.Setup{
		TeamID: 1, Service: "Early help",
		Around: programme.Around{
			Zone: "Europe/London", Services: []string{"Children looked after", "Early help"},
			Teams: []programme.Neighbour{{Name: "Rowan", Channel: "C0ROWAN01"}},
			People: []programme.Settled{
				{Team: "Rowan", MemberEntry: programme.MemberEntry{Name: "Ines Costa", Email: "ines@n.example", Slack: "INES", Roles: []programme.Role{programme.Champion}}},
				{Team: "Rowan", MemberEntry: programme.MemberEntry{Name: "Jo Barker", Email: "jo@n.example", Roles: []programme.Role{programme.Practitioner, programme.Coordinator}, Works: []string{"mon"}}},
			},
		},
		Entry: programme.TeamEntry{
			Name: "Willow", AtOnce: 5,
			Members: []programme.MemberEntry{
				{Name: "Ana Ortiz", Slack: "ANA", Roles: []programme.Role{programme.Leader, programme.Champion}},
				{Name: "Ben Hale", Slack: "BEN", Roles: []programme.Role{programme.Practitioner}},
				{Name: "Lena Fox", Email: "lena@n.example", Roles: []programme.Role{programme.Coordinator}},
			},
			Strands:  []string{"Time  with families", "Meetings"},
			Barriers: []programme.BarrierEntry{{What: "Old forms"}, {What: "The law", Scope: "national"}},
		},
	}
}

var (
	champion    = programme.Member{TeamID: 1, Roles: []programme.Role{programme.Champion}, Account: programme.Address{ID: "ANA"}}
	coordinator = programme.Member{TeamID: 2, Roles: []programme.Role{programme.Coordinator}, Account: programme.Address{ID: "KIT"}}
)

func TestWhoMaySetUpATeam(t *testing.T) {
	t.Parallel()
	bare := willow()
	bare.Entry.Members = bare.Entry.Members[1:]
	for name, test := range map[string]struct {
		by  programme.Member
		set *programme.Setup
		say string
	}{
		"its champion":              {champion, willow(), ""},
		"its deputy":                {programme.Member{TeamID: 1, Roles: []programme.Role{programme.Deputy}}, willow(), ""},
		"a coordinator":             {coordinator, willow(), ""},
		"another team's champion":   {programme.Member{TeamID: 2, Roles: []programme.Role{programme.Champion}}, willow(), "champion or deputy"},
		"its leader":                {programme.Member{TeamID: 1, Roles: []programme.Role{programme.Leader}}, willow(), "champion or deputy"},
		"a member without champion": {programme.Member{TeamID: 1}, bare, "no champion yet"},
		"a champion, a new team":    {programme.Member{Roles: []programme.Role{programme.Champion}}, &programme.Setup{}, "A coordinator of your council makes new teams"},
	} {
		err := test.set.Allows(test.by)
		if (err == nil) != (test.say == "") || !strings.Contains(fault.Words(err), test.say) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestADigestIsOfTheWholeTeam(t *testing.T) {
	t.Parallel()
	was := willow().Digest()
	if willow().Digest() != was {
		t.Error("the same team has two digests")
	}
	for name, change := range map[string]func(*programme.Setup){
		"service": func(s *programme.Setup) { s.Service = "x" },
		"roles":   func(s *programme.Setup) { s.Entry.Members[0].Roles = nil },
		"strands": func(s *programme.Setup) { s.Entry.Strands = s.Entry.Strands[1:] },
	} {
		s := willow()
		change(s)
		if err := s.Overtaken(was); !fault.Is(err, fault.Conflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLinesOfASetup(t *testing.T) {
	t.Parallel()
	s := willow()
	if err := s.SetStrands(" Time with families \r\n\nmeetings\nMEETINGS\nRecording\u202e"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Time  with families", "meetings", "Recording"}, s.Entry.Strands); diff != "" {
		t.Error(diff)
	}
	many := strings.Repeat("%d\n", programme.MaxStrands+1)
	for i := range programme.MaxStrands + 1 {
		many = strings.Replace(many, "%d", fmt.Sprint("strand ", i), 1)
	}
	for name, typed := range map[string]string{"too many": many, "too long": strings.Repeat("x", programme.MaxTitle+1)} {
		if err := willow().SetStrands(typed); fault.Fields(err)["strands"] == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	crowded := willow()
	crowded.Entry.Strands = strings.Fields(strings.ReplaceAll(many, "strand ", "s"))
	crowded.Entry.Strands[0] = strings.Repeat("x", programme.MaxTitle+1)
	if err := crowded.SetStrands(strings.Join(crowded.Entry.Strands, "\n")); err != nil {
		t.Errorf("what a file declared is refused: %v", err)
	}
}

func TestBarriersAndVision(t *testing.T) {
	t.Parallel()
	s := willow()
	if err := s.SetBarriers(map[string]string{"team": "Old forms\nNoise", "national": "The law"}); err != nil {
		t.Fatal(err)
	}
	want := []programme.BarrierEntry{{What: "Old forms"}, {What: "Noise", Scope: "team"}, {What: "The law", Scope: "national"}}
	if diff := cmp.Diff(want, s.Entry.Barriers); diff != "" {
		t.Error(diff)
	}
	if err := s.SetBarriers(map[string]string{"council": ""}); err != nil || len(s.Entry.Barriers) != len(want) {
		t.Errorf("what is not asked does not stay: %+v, %v", s.Entry.Barriers, err)
	}
	if err := willow().SetBarriers(map[string]string{"team": "Noise", "council": "Noise"}); fault.Fields(err)["council"] == "" {
		t.Errorf("in two boxes: %v", err)
	}
	if err := willow().SetVision(strings.Repeat("x", programme.MaxStatement+1), ""); fault.Fields(err)["statement"] == "" {
		t.Errorf("a long vision: %v", err)
	}
}

func TestTheTeamItself(t *testing.T) {
	t.Parallel()
	good := programme.TeamChoice{Service: "Early help", AtOnce: 5}
	for field, change := range map[string]func(*programme.TeamChoice){
		"service":     func(c *programme.TeamChoice) { c.Service = "Elsewhere" },
		"new_service": func(c *programme.TeamChoice) { c.NewService = strings.Repeat("x", programme.MaxName+1) },
		"zone":        func(c *programme.TeamChoice) { c.Zone = "Mars/North" },
		"at_once":     func(c *programme.TeamChoice) { c.AtOnce = 0 },
		"channel":     func(c *programme.TeamChoice) { c.Channel = "C0ROWAN01" },
	} {
		c := good
		change(&c)
		if err := willow().SetTeam(c); fault.Fields(err)[field] == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
	s := willow()
	good.NewService, good.Channel = "EARLY HELP", "19:x@thread.tacv2"
	if err := s.SetTeam(good); err != nil || s.Service != "Early help" || s.Entry.TeamsChannel == "" || s.Entry.Channel != "" {
		t.Errorf("%+v, %v", s, err)
	}
	for _, name := range []string{"", " ", "rowan", strings.Repeat("x", programme.MaxName+1)} {
		if err := (&programme.Setup{Around: willow().Around}).SetName(name); fault.Fields(err)["name"] == "" {
			t.Errorf("the name %q: %v", name, err)
		}
	}
}

func TestPeopleOfATeam(t *testing.T) {
	t.Parallel()
	roles := func(ids ...string) map[programme.Role][]string {
		return map[programme.Role][]string{programme.Champion: ids, programme.Leader: {"ANA"}, programme.Deputy: nil}
	}
	mo := programme.MemberEntry{Name: "Mo  Reed", Email: "mo at n", Slack: "MO"}
	for name, test := range map[string]struct {
		by     programme.Member
		choice programme.PeopleChoice
		want   string // names with roles
		wrong  string // field: words
	}{
		"as it is":                       {champion, programme.PeopleChoice{Accounts: []string{"ANA", "BEN"}, Roles: roles("ANA")}, "Ana Ortiz[leader champion] Ben Hale[practitioner] Lena Fox[coordinator]", ""},
		"somebody joins, and is deputy":  {champion, programme.PeopleChoice{Accounts: []string{"ANA", "BEN", "MO"}, Known: []programme.MemberEntry{mo}, Roles: map[programme.Role][]string{programme.Deputy: {"MO"}}}, "Ana Ortiz[leader champion] Ben Hale[practitioner] Lena Fox[coordinator] Mo Reed[deputy]", ""},
		"somebody leaves":                {champion, programme.PeopleChoice{Accounts: []string{"ANA"}, Roles: roles("ANA")}, "Ana Ortiz[leader champion] Lena Fox[coordinator]", ""},
		"another champion":               {champion, programme.PeopleChoice{Accounts: []string{"ANA", "BEN"}, Roles: roles("BEN")}, "Ana Ortiz[leader] Ben Hale[practitioner champion] Lena Fox[coordinator]", ""},
		"found by e-mail":                {champion, programme.PeopleChoice{Accounts: []string{"ANA", "LENA"}, Known: []programme.MemberEntry{{Name: "L", Email: "LENA@n.example", Slack: "LENA"}}, Roles: roles("ANA")}, "Ana Ortiz[leader champion] Lena Fox[coordinator]", ""},
		"the last champion":              {champion, programme.PeopleChoice{Accounts: []string{"ANA", "BEN"}, Roles: roles()}, "", "champion: You are the only champion of Willow."},
		"the last champion leaves":       {coordinator, programme.PeopleChoice{Accounts: []string{"BEN"}}, "", "champion: Willow needs a champion."},
		"nobody":                         {coordinator, programme.PeopleChoice{Leaving: "lena@n.example"}, "", "people: A team needs at least one person."},
		"a champion takes a coordinator": {champion, programme.PeopleChoice{Accounts: []string{"ANA"}, Roles: roles("ANA"), Leaving: "lena@n.example"}, "", "people: Lena Fox is a coordinator."},
		"a champion makes a coordinator": {champion, programme.PeopleChoice{Accounts: []string{"ANA"}, Roles: map[programme.Role][]string{programme.Coordinator: {"ANA"}}}, "Ana Ortiz[leader champion] Lena Fox[coordinator]", ""},
		"a champion makes a leader":      {champion, programme.PeopleChoice{Accounts: []string{"ANA", "BEN"}, Roles: map[programme.Role][]string{programme.Leader: {"ANA", "BEN"}}}, "Ana Ortiz[leader champion] Ben Hale[practitioner] Lena Fox[coordinator]", ""},
		"a champion unmakes a leader":    {champion, programme.PeopleChoice{Accounts: []string{"ANA", "BEN"}, Roles: map[programme.Role][]string{programme.Leader: nil}}, "Ana Ortiz[leader champion] Ben Hale[practitioner] Lena Fox[coordinator]", ""},
		"a champion takes a leader":      {champion, programme.PeopleChoice{Accounts: []string{"BEN"}, Roles: map[programme.Role][]string{programme.Champion: {"BEN"}}}, "", "people: Ana Ortiz is a leader."},
		"a coordinator makes a leader":   {coordinator, programme.PeopleChoice{Accounts: []string{"ANA", "BEN"}, Roles: map[programme.Role][]string{programme.Leader: {"BEN"}}}, "Ana Ortiz[champion] Ben Hale[practitioner leader] Lena Fox[coordinator]", ""},
		"one with a role only":           {champion, programme.PeopleChoice{Accounts: []string{"ANA"}, Roles: roles("ANA", "BEN")}, "", "champion: Everybody here must be among the people above."},
		"an app":                         {champion, programme.PeopleChoice{Accounts: []string{"ANA", "APP"}}, "", "people: Somebody you chose is no person"},
		"of another team":                {champion, programme.PeopleChoice{Accounts: []string{"ANA", "INES"}, Move: true}, "", "people: Ines Costa is in Rowan. A coordinator can move them."},
		"of another team, by e-mail":     {champion, programme.PeopleChoice{Accounts: []string{"ANA", "JO"}, Known: []programme.MemberEntry{{Name: "J", Email: "jo@n.example", Slack: "JO"}}}, "", "people: Jo Barker is in Rowan."},
		"a coordinator is told first":    {coordinator, programme.PeopleChoice{Accounts: []string{"ANA", "INES"}}, "", "people: Ines Costa is in Rowan. To move them, choose so below."},
		"the last champion elsewhere":    {coordinator, programme.PeopleChoice{Accounts: []string{"ANA", "INES"}, Move: true}, "", "people: Ines Costa is the only champion of Rowan."},
		"moved with the council's work":  {coordinator, programme.PeopleChoice{Accounts: []string{"ANA", "JO"}, Known: []programme.MemberEntry{{Name: "J", Email: "jo@n.example", Slack: "JO"}}, Move: true, Roles: map[programme.Role][]string{programme.Coordinator: nil}}, "Ana Ortiz[leader champion] Lena Fox[coordinator] Jo Barker[coordinator]", ""},
	} {
		s := willow()
		err := s.SetPeople(test.choice, test.by)
		if field, words, _ := strings.Cut(test.wrong, ": "); test.wrong != "" {
			if !strings.HasPrefix(fault.Fields(err)[field], words) {
				t.Errorf("%s: %v", name, fault.Fields(err))
			}
			continue
		}
		var got []string
		for _, m := range s.Entry.Members {
			got = append(got, fmt.Sprint(m.Name, m.Roles))
		}
		if all := strings.Join(got, " "); err != nil || all != test.want {
			t.Errorf("%s: %s, %v", name, all, err)
		}
	}
}

// A directory's word is made fit for a council file, and a work pattern goes along.
func TestWhoComesIn(t *testing.T) {
	t.Parallel()
	s := willow()
	err := s.SetPeople(programme.PeopleChoice{
		Accounts: []string{"ANA", "BEN", "MO", "JO"}, Move: true,
		Known: []programme.MemberEntry{{Name: " Mo\nReed ", Email: "none", Slack: "MO"}, {Name: "J", Email: "jo@n.example", Slack: "JO"}},
	}, coordinator)
	if err != nil {
		t.Fatal(err)
	}
	want := []programme.MemberEntry{
		{Name: "Mo Reed", Slack: "MO", Roles: []programme.Role{programme.Practitioner}},
		{Name: "Jo Barker", Email: "jo@n.example", Slack: "JO", Roles: []programme.Role{programme.Coordinator}, Works: []string{"mon"}},
	}
	if diff := cmp.Diff(want, s.Entry.Members[3:]); diff != "" {
		t.Error(diff)
	}
	for account, team := range map[string]string{"ANA": "Willow", "INES": "Rowan", "NEW": ""} {
		if got := willow().Where(account, ""); got != team {
			t.Errorf("%s is in %q", account, got)
		}
	}
	if got := willow().Where("NEW", "Lena@n.example"); got != "Willow" {
		t.Errorf("by e-mail in %q", got)
	}
}

func TestSchedulesOfATeam(t *testing.T) {
	t.Parallel()
	nine := programme.Timing{Cron: "0 9 * * 4", First: 9 * time.Hour, Last: 9 * time.Hour}
	weekly := programme.ScheduleEntry{ID: "w", Kind: programme.ReflectionSchedule, Cron: "0 9 * * THU", OpenFor: 4 * days, SkipBankHolidays: true}
	odd := programme.ScheduleEntry{ID: "o", Kind: programme.PulseSchedule, Cron: "0 6 1 * *", OpenFor: days / 2, Set: "own"}
	adds := programme.ScheduleChoice{Kind: programme.ReflectionSchedule, When: nine, OpenFor: 2 * days}
	added := programme.ScheduleEntry{ID: "willow-tree-reflection", Kind: programme.ReflectionSchedule, Cron: "0 9 * * 4", OpenFor: 2 * days}
	taken, second := added, added
	taken.Cron, second.ID = "0 10 * * 4", "willow-tree-reflection-2"
	changed := weekly
	changed.Cron, changed.SkipBankHolidays = "0 9 * * 4", false
	oddChanged := odd
	oddChanged.SkipBankHolidays = true
	for name, test := range map[string]struct {
		had, want []programme.ScheduleEntry
		change    programme.ScheduleChoice
	}{
		"a first one":                     {nil, []programme.ScheduleEntry{added}, adds},
		"another one":                     {[]programme.ScheduleEntry{weekly}, []programme.ScheduleEntry{weekly, added}, adds},
		"a free id":                       {[]programme.ScheduleEntry{taken}, []programme.ScheduleEntry{taken, second}, adds},
		"the rhythm, with its own id":     {[]programme.ScheduleEntry{odd, weekly}, []programme.ScheduleEntry{odd, changed}, programme.ScheduleChoice{ID: "w", Kind: weekly.Kind, When: nine, OpenFor: 4 * days, Set: "no pulse"}},
		"back after it was removed":       {nil, []programme.ScheduleEntry{changed}, programme.ScheduleChoice{ID: "w", Kind: weekly.Kind, When: nine, OpenFor: 4 * days}},
		"what a form cannot say may stay": {[]programme.ScheduleEntry{odd}, []programme.ScheduleEntry{oddChanged}, programme.ScheduleChoice{ID: "o", Kind: odd.Kind, When: programme.Timing{Cron: odd.Cron}, OpenFor: odd.OpenFor, Set: "own", SkipHolidays: true}},
	} {
		s := &programme.Setup{TeamID: 1, Entry: programme.TeamEntry{Name: " Willow, Tree!", Schedules: slices.Clone(test.had)}}
		before := s.Entry.Schedules
		if err := s.SetSchedule(test.change); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(test.want, s.Entry.Schedules); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if diff := cmp.Diff(slices.Clone(test.had), before); diff != "" {
			t.Errorf("%s: what was given is changed: %s", name, diff)
		}
	}
	for name, test := range map[string]struct {
		field string
		spoil func(*programme.ScheduleChoice)
	}{
		"before the day":  {"when", func(c *programme.ScheduleChoice) { c.When.First = 8*time.Hour - time.Minute }},
		"after the day":   {"when", func(c *programme.ScheduleChoice) { c.When.Last = 18 * time.Hour }},
		"like another":    {"when", func(c *programme.ScheduleChoice) { c.When.Cron = weekly.Cron }},
		"for no day":      {"open", func(c *programme.ScheduleChoice) { c.OpenFor = 0 }},
		"for hours":       {"open", func(c *programme.ScheduleChoice) { c.OpenFor = days / 2 }},
		"for too long":    {"open", func(c *programme.ScheduleChoice) { c.OpenFor = 8 * days }},
		"a set of no use": {"set", func(c *programme.ScheduleChoice) { c.Kind, c.Set = programme.PulseSchedule, "own" }},
	} {
		s, c := willow(), adds
		s.Entry.Schedules = []programme.ScheduleEntry{weekly}
		test.spoil(&c)
		if err := s.SetSchedule(c); fault.Fields(err)[test.field] == "" || len(s.Entry.Schedules) != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
	s := willow()
	s.Entry.Schedules = nil
	for i := range programme.MaxSchedules {
		s.Entry.Schedules = append(s.Entry.Schedules, programme.ScheduleEntry{ID: strconv.Itoa(i)})
	}
	if err := s.SetSchedule(adds); fault.Fields(err)["when"] == "" {
		t.Errorf("one too many: %v", err)
	}
	if err := s.RemoveSchedule("3"); err != nil || len(s.Entry.Schedules) != programme.MaxSchedules-1 {
		t.Errorf("removed: %v", err)
	}
	if err := s.RemoveSchedule("3"); !fault.Is(err, fault.Missing) {
		t.Errorf("removed twice: %v", err)
	}
}

func TestWordsOfWhatWasLeftOut(t *testing.T) {
	t.Parallel()
	for reason, want := range map[string]string{
		"It was a bank holiday.":              "Thursday 24 December was left out: it was a bank holiday.",
		"Willow has a pulse open already.":    "Thursday 24 December was left out: Willow has a pulse open already.",
		"Nobody in the team works that time.": "Thursday 24 December was left out: nobody in the team works that time.",
	} {
		if got := (programme.Skip{Team: "Willow", Slot: "2026-12-24T09:00", Reason: reason}).Words(); got != want {
			t.Errorf("%q: %q", reason, got)
		}
	}
}

func TestAMadeTeamSaysAllThatIsWrong(t *testing.T) {
	t.Parallel()
	err := (&programme.Setup{Around: willow().Around}).Make("rowan", programme.TeamChoice{AtOnce: 5}, programme.PeopleChoice{Accounts: []string{"INES"}}, coordinator)
	for _, field := range []string{"name", "service", "people"} {
		if fault.Fields(err)[field] == "" {
			t.Errorf("nothing is said beside %s: %v", field, err)
		}
	}
}
