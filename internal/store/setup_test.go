package store_test

import (
	"slices"
	"testing"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
	"smallchanges/internal/store/storetest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// setUp changes a team as its setup does.
func setUp(t *testing.T, f *storetest.Fixture, who, team, key string, rule programme.SetupRule) (programme.Setup, error) {
	t.Helper()
	id := int64(0)
	if team != "" {
		id = f.Team(team).ID
	}
	return f.ApplyTeam(t.Context(), f.By(who, key), id, rule, storetest.Weekly)
}

func entryNow(t *testing.T, f *storetest.Fixture, team string) programme.TeamEntry {
	t.Helper()
	set, err := f.TeamSetup(t.Context(), f.Council, f.Team(team).ID)
	must(t, err)
	return set.Entry
}

// A team read back is what the file declared, and applying it changes nothing.
func TestATeamIsReadBackAsTheFileDeclaredIt(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	declared := storetest.File()
	want := declared.Services[0].Teams[0]
	want.AtOnce = programme.DefaultAtOnce
	want.Members[1].Roles = []programme.Role{programme.Practitioner}
	slices.Reverse(want.Schedules) // by id
	if diff := cmp.Diff(want, entryNow(t, f, "Willow")); diff != "" {
		t.Error(diff)
	}
	file, err := f.CouncilFile(t.Context(), f.Council)
	must(t, err)
	if lines, err := f.Apply(t.Context(), file, storetest.Weekly, false); err != nil || len(lines) > 0 {
		t.Errorf("applied again: %q, %v", lines, err)
	}
}

// The same thing done by setup and by a file leaves equal teams, and the file finds nothing to do.
func TestSetupAndAFileLeaveTheSame(t *testing.T) {
	t.Parallel()
	chat, filed := storetest.Open(t), storetest.Open(t)
	accounts := []string{"U0ANA0001", "U0CORA003", "U0DAN0004", "U0ELA0005", "U0FEMI006", "U0GRACE07", "U0HARI008", "U0MO00013"}
	for i, rule := range []programme.SetupRule{
		func(s *programme.Setup) error { return s.SetStrands("Meetings\nFeeling valued") },
		func(s *programme.Setup) error { return s.SetVision("More time", "Say it once") },
		func(s *programme.Setup) error {
			return s.SetBarriers(map[string]string{"team": "Too many meetings", "national": "The law"})
		},
		func(s *programme.Setup) error {
			return s.SetTeam(programme.TeamChoice{NewService: "Adolescents", Zone: "Europe/Dublin", AtOnce: 3, Channel: "C0NEW"})
		},
		func(s *programme.Setup) error {
			if err := s.RemoveSchedule("willow-pulse"); err != nil {
				return err
			}
			return s.SetSchedule(programme.ScheduleChoice{
				ID: "willow-reflection", Kind: programme.ReflectionSchedule, When: atNine("TUE"), OpenFor: programme.Span(72 * time.Hour), SkipHolidays: true,
			})
		},
		func(s *programme.Setup) error {
			return s.SetPeople(programme.PeopleChoice{
				Accounts: accounts, Known: []programme.MemberEntry{{Name: "Mo Reed", Email: "mo@northshire.example", Slack: "U0MO00013"}},
				Roles: map[programme.Role][]string{programme.Champion: {"U0ANA0001", "U0CORA003"}, programme.Deputy: {"U0ELA0005"}, programme.Leader: {"U0GRACE07"}},
			}, chat.Person("ana"))
		},
	} {
		_, err := setUp(t, chat, "ana", "Willow", string(rune('a'+i)), rule)
		must(t, err)
	}

	file := storetest.File()
	willow := file.Services[0].Teams[0]
	file.Services[0].Teams = file.Services[0].Teams[1:]
	willow.Strands = []string{"Meetings", "Feeling valued"}
	willow.Vision = programme.VisionEntry{Statement: "More time", Values: []string{"Say it once"}}
	willow.Barriers = []programme.BarrierEntry{{What: "Too many meetings", Scope: "team"}, {What: "The law", Scope: "national"}}
	willow.TimeZone, willow.AtOnce, willow.Channel = "Europe/Dublin", 3, "C0NEW"
	willow.Schedules = willow.Schedules[:1]
	willow.Schedules[0].Cron, willow.Schedules[0].OpenFor = "0 9 * * TUE", programme.Span(72*time.Hour)
	willow.Members = append(slices.Delete(willow.Members, 1, 2), programme.MemberEntry{Name: "Mo Reed", Email: "mo@northshire.example", Slack: "U0MO00013"})
	willow.Members[1].Roles = []programme.Role{programme.Practitioner, programme.Champion}
	file.Services = append(file.Services, programme.ServiceEntry{Name: "Adolescents", Teams: []programme.TeamEntry{willow}})
	_, err := filed.Apply(t.Context(), file, storetest.Weekly, false)
	must(t, err)

	if diff := cmp.Diff(entryNow(t, filed, "Willow"), entryNow(t, chat, "Willow")); diff != "" {
		t.Errorf("by file and by setup: %s", diff)
	}
	byFile, err := filed.Schedule(t.Context(), "willow-reflection")
	must(t, err)
	bySetup, err := chat.Schedule(t.Context(), "willow-reflection")
	must(t, err)
	if diff := cmp.Diff(byFile, bySetup); diff != "" {
		t.Errorf("the schedule: %s", diff)
	}
	if diff := cmp.Diff(willowPeople(t, filed), willowPeople(t, chat), cmpopts.IgnoreFields(programme.Member{}, "ID")); diff != "" {
		t.Errorf("the members: %s", diff)
	}
	if lines, err := chat.Apply(t.Context(), file, storetest.Weekly, false); err != nil || len(lines) > 0 {
		t.Errorf("the file after setup: %q, %v", lines, err)
	}
}

func willowPeople(t *testing.T, f *storetest.Fixture) []programme.Member {
	t.Helper()
	list, err := f.Members(t.Context(), f.Council, f.Team("Willow").ID)
	must(t, err)
	return list
}

// Setting up one team leaves the others as they are, a redelivered event has one effect, and a
// refused rule none.
func TestSetupTouchesOneTeamOnce(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	rowan, alder := entryNow(t, f, "Rowan"), entryNow(t, f, "Alder")
	strands := func(typed string) programme.SetupRule {
		return func(s *programme.Setup) error { return s.SetStrands(typed) }
	}
	_, err := setUp(t, f, "ana", "Willow", "k", strands("One"))
	must(t, err)
	if _, err := setUp(t, f, "ana", "Willow", "k", strands("Two")); !fault.Is(err, fault.Repeated) {
		t.Errorf("redelivered: %v", err)
	}
	refused := fault.New(fault.Conflict, "no")
	if _, err := setUp(t, f, "ana", "Willow", "l", func(s *programme.Setup) error { s.Entry.Strands = nil; return refused }); !fault.Is(err, fault.Conflict) {
		t.Errorf("refused: %v", err)
	}
	if got := entryNow(t, f, "Willow").Strands; !slices.Equal(got, []string{"One"}) {
		t.Errorf("the strands are %q", got)
	}
	if diff := cmp.Diff([]programme.TeamEntry{rowan, alder}, []programme.TeamEntry{entryNow(t, f, "Rowan"), entryNow(t, f, "Alder")}); diff != "" {
		t.Error(diff)
	}
}

func atNine(day string) programme.Timing {
	return programme.Timing{Cron: "0 9 * * " + day, First: 9 * time.Hour, Last: 9 * time.Hour}
}

// A team's clockwork never takes another team's id, in its own council or another.
func TestSchedulesOfAMadeTeamHaveIdsOfTheirOwn(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	made, err := setUp(t, f, "kit", "", "k", func(s *programme.Setup) error {
		s.Service, s.Entry.Name = "Early help", "willow "
		s.Entry.Members = []programme.MemberEntry{{Name: "Mo Reed", Slack: "U0MO00013"}}
		return s.SetSchedule(programme.ScheduleChoice{Kind: programme.ReflectionSchedule, When: atNine("THU"), OpenFor: programme.Span(96 * time.Hour)})
	})
	must(t, err)
	if got := made.Entry.Schedules[0].ID; got != "willow-reflection-2" {
		t.Errorf("its id is %q", got)
	}
	if got := entryNow(t, f, "Willow").Schedules; len(got) != 2 || got[1].ID != "willow-reflection" {
		t.Errorf("Willow has %+v", got)
	}
}

// A setup of another council's team finds nothing and writes nothing.
func TestSetupStaysInItsCouncil(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	other := southshire(t, f)
	willow := f.Team("Willow").ID
	if _, err := f.TeamSetup(t.Context(), other, willow); !fault.Is(err, fault.Missing) {
		t.Errorf("read: %v", err)
	}
	by := programme.By{Council: other, At: f.Clock.Now()}
	if _, err := f.ApplyTeam(t.Context(), by, willow, func(*programme.Setup) error { return nil }, storetest.Weekly); !fault.Is(err, fault.Missing) {
		t.Errorf("written: %v", err)
	}
	set, err := f.TeamSetup(t.Context(), other, 0)
	must(t, err)
	if len(set.Around.Teams) != 1 || len(set.Around.People) != 1 {
		t.Errorf("another council sees %+v", set.Around)
	}
}

// Who left with a closed account and is chosen again is back; saving another part brings back
// nobody.
func TestWhoIsChosenIsHere(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	must(t, f.Leave(t.Context(), f.By("ben", "left")))
	_, err := setUp(t, f, "ana", "Willow", "a", func(s *programme.Setup) error { return s.SetStrands("One") })
	must(t, err)
	_, err = f.Apply(t.Context(), storetest.File(), storetest.Weekly, false)
	must(t, err)
	if _, _, err := f.Member(t.Context(), storetest.Workspace, "U0BEN0002"); !fault.Is(err, fault.Missing) {
		t.Errorf("the file brought Ben back: %v", err)
	}
	_, err = setUp(t, f, "ana", "Willow", "b", func(s *programme.Setup) error {
		s.Entry.Members = append(s.Entry.Members, programme.MemberEntry{Name: "Ben Hale", Email: "ben@northshire.example", Slack: "U0BEN0002"})
		return nil
	})
	must(t, err)
	f.Person("ben")
}
