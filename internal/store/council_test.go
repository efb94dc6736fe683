package store_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
	"smallchanges/internal/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// southshire is another council in the same database, with one team.
func southshire(t *testing.T, f *storetest.Fixture) int64 {
	t.Helper()
	file := programme.CouncilFile{
		Council: programme.CouncilEntry{Name: "Southshire", Celebrations: "C0SOUTH01"},
		Services: []programme.ServiceEntry{{Name: "Early help", Teams: []programme.TeamEntry{{
			Name: "Willow", Members: []programme.MemberEntry{{Name: "Ana Ortiz", Email: "ana@northshire.example", Slack: "U0ANA0001"}},
		}}}},
	}
	if _, err := f.Apply(t.Context(), file, storetest.Weekly, false); err != nil {
		t.Fatal(err)
	}
	if err := f.Register(t.Context(), "slack", "T0SOUTH01"); err != nil {
		t.Fatal(err)
	}
	ana, _, err := f.Member(t.Context(), "T0SOUTH01", "U0ANA0001")
	if err != nil || ana.CouncilID == f.Council {
		t.Fatalf("the same id in another workspace is another person: %+v, %v", ana, err)
	}
	return ana.CouncilID
}

// keptChange is the id of the change that register keeps.
const keptChange = 2

// register lets a change be kept and come back to, one wait for a yes, and the team choose.
func register(t *testing.T, f *storetest.Fixture) (followUp, choosing int64) {
	t.Helper()
	ctx, by := t.Context(), f.By("ana", "")
	kept, asks, another := f.Idea("ana", "Protected afternoons"), f.Idea("ben", "Food vouchers"), f.Idea("cora", "Walking supervision")
	for _, to := range []programme.State{programme.Chosen, programme.Trying, programme.Reviewing, programme.Kept} {
		_, err := f.EditChange(ctx, by, kept.Number, func(c *programme.Change) (programme.History, []programme.Notice, error) {
			return c.Apply(programme.Edit{
				To: to, Strand: f.Team("Willow").Strands[0], Impact: "Time", Owner: by.Member.Ref(), ReviewOn: "2026-12-10", Words: "It works.", Version: c.Version,
			}, by.Member, by.At)
		})
		must(t, err)
	}
	plans, err := f.FollowUps(ctx)
	must(t, err)
	must(t, f.AnswerFollowUp(ctx, by, plans[0].ID, programme.StillSame))
	_, err = f.Estimate(ctx, by, kept.Number, programme.TimeGiven{Minutes: 10, Times: 5, People: 8})
	must(t, err)
	_, err = f.EditChange(ctx, f.By("ben", ""), asks.Number, func(c *programme.Change) (programme.History, []programme.Notice, error) {
		return c.Ask(programme.Request{Scope: programme.Manager, Service: f.Team("Willow").Service, Version: c.Version}, f.Person("ben"), by.At)
	})
	must(t, err)
	round, err := programme.OpenChoosing([]programme.Change{asks, another}, 3, by.Member, by.At)
	must(t, err)
	round, err = f.OpenChoosing(ctx, by, round)
	must(t, err)
	must(t, f.PlaceDots(ctx, by, round.ID, []programme.Dot{{Change: asks.ID, Difference: 3, Effort: 1}}))
	return plans[0].ID, round.ID
}

// TestNothingCrossesACouncilsBorder asks for one council's things in the name of another.
func TestNothingCrossesACouncilsBorder(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	other := southshire(t, f)
	c := f.Idea("ana", "Voice notes")
	r, _, err := f.OpenRound(t.Context(), round(f, slot), nil, programme.Slot{})
	must(t, err)
	_, err = f.Reflect(t.Context(), f.By("ana", ""), programme.Reflection{Round: r.ID, Words: "Good", Share: programme.ShareNamed})
	must(t, err)
	p, _, err := f.OpenPulse(t.Context(), pulse(f), programme.Slot{})
	must(t, err)
	party, err := f.Celebrate(t.Context(), f.By("ana", ""), programme.Celebration{Change: c.Number, Words: "Well done"})
	must(t, err)
	_, err = f.Support(t.Context(), f.By("ben", ""), c.Number, true)
	must(t, err)
	rowan := pulse(f)
	rowan.TeamID = f.Team("Rowan").ID
	released, _, err := f.OpenPulse(t.Context(), rowan, programme.Slot{})
	must(t, err)
	must(t, f.ReleasePulse(t.Context(), f.Council, released.ID, programme.Result{Withheld: true}, &programme.Notice{Key: "result", Due: f.Clock.Now()}))
	ana, ctx, now := f.Person("ana"), t.Context(), f.Clock.Now()
	followUp, choosing := register(t, f)
	_, err = f.AddPrompt(ctx, f.By("ana", ""), r.TeamID, own(t, "What made you smile?"), "")
	must(t, err)

	// In its own council each finds something; in the other none does.
	for name, ask := range map[string]func(council int64) (int, error){
		"MemberByID": func(x int64) (int, error) { _, err := f.MemberByID(ctx, x, ana.ID); return 1, err },
		"Colleagues": func(x int64) (int, error) { l, err := f.Colleagues(ctx, x, []string{"U0BEN0002"}); return len(l), err },
		"Team":       func(x int64) (int, error) { _, err := f.Store.Team(ctx, x, ana.TeamID); return 1, err },
		"Members":    func(x int64) (int, error) { l, err := f.Members(ctx, x, ana.TeamID); return len(l), err },
		"Roster":     func(x int64) (int, error) { _, l, err := f.Roster(ctx, x, ana.TeamID); return len(l), err },
		"Change":     func(x int64) (int, error) { _, _, err := f.Change(ctx, x, c.Number); return 1, err },
		"ChangeByID": func(x int64) (int, error) { _, err := f.ChangeByID(ctx, x, c.ID); return 1, err },
		"Changes":    func(x int64) (int, error) { l, err := f.Changes(ctx, x, programme.ChangeFilter{}); return len(l), err },
		"Changes by words": func(x int64) (int, error) {
			l, err := f.Changes(ctx, x, programme.ChangeFilter{Words: "voice"})
			return len(l), err
		},
		"Changes of a team": func(x int64) (int, error) {
			l, err := f.Changes(ctx, x, programme.ChangeFilter{Team: c.TeamID})
			return len(l), err
		},
		"Changes of a member": func(x int64) (int, error) {
			l, err := f.Changes(ctx, x, programme.ChangeFilter{Member: ana.ID})
			return len(l), err
		},
		"OpenRoundOf":       func(x int64) (int, error) { _, err := f.OpenRoundOf(ctx, x, r.TeamID, now); return 1, err },
		"Round":             func(x int64) (int, error) { _, err := f.Round(ctx, x, r.ID); return 1, err },
		"Reflection":        func(x int64) (int, error) { _, err := f.Reflection(ctx, x, r.ID, ana.ID); return 1, err },
		"SharedReflections": func(x int64) (int, error) { l, err := f.SharedReflections(ctx, x, r.ID); return len(l), err },
		"OwnReflection": func(x int64) (int, error) {
			list, err := f.MyReflections(ctx, f.Council, ana.ID, 0, 1)
			must(t, err)
			_, err = f.OwnReflection(ctx, x, ana.ID, list[0].ID)
			return 1, err
		},
		"LastReflection": func(x int64) (int, error) { _, err := f.LastReflection(ctx, x, ana.ID, 0); return 1, err },
		"MyReflections":  func(x int64) (int, error) { l, err := f.MyReflections(ctx, x, ana.ID, 0, 9); return len(l), err },
		"SoFar":          func(x int64) (int, error) { so, err := f.SoFar(ctx, x, r.TeamID, now); return len(so.Past), err },
		"Bank":           func(x int64) (int, error) { l, err := f.Bank(ctx, x, r.TeamID); return len(l) - 40, err }, // the 40 are everybody's
		"Pulse":          func(x int64) (int, error) { _, err := f.Pulse(ctx, x, p.ID); return 1, err },
		"OpenPulseOf":    func(x int64) (int, error) { _, err := f.OpenPulseOf(ctx, x, p.TeamID, now); return 1, err },
		"LastPulse":      func(x int64) (int, error) { _, err := f.LastPulse(ctx, x, rowan.TeamID); return 1, err },
		"ExportPulses":   func(x int64) (int, error) { l, err := f.ExportPulses(ctx, x, 0); return len(l), err },
		"Teams":          func(x int64) (int, error) { l, err := f.Teams(ctx, x); return len(l) / 3, err }, // each has its own
		"Supports": func(x int64) (int, error) {
			on, err := f.Supports(ctx, x, f.Person("ben").ID, c.Number)
			return map[bool]int{true: 1}[on], err
		},
		"Services": func(x int64) (int, error) { l, err := f.Services(ctx, x); return len(l) / 2, err }, // each has its own
		"Barriers": func(x int64) (int, error) { l, err := f.Barriers(ctx, x, ana.TeamID); return len(l), err },
		"Leaders": func(x int64) (int, error) {
			l, err := f.Leaders(ctx, x, f.Team("Willow").Service.ID)
			return len(l), err
		},
		"Candidates":   func(x int64) (int, error) { l, err := f.Candidates(ctx, x, "Notes by voice", ""); return len(l), err },
		"ChangeCounts": func(x int64) (int, error) { l, err := f.ChangeCounts(ctx, x, 0); return len(l), err },
		"Waits":        func(x int64) (int, error) { l, err := f.Waits(ctx, x, "2026-12-07"); return len(l), err },
		"Changes that wait": func(x int64) (int, error) {
			l, err := f.Changes(ctx, x, programme.ChangeFilter{Waiting: true, Service: f.Team("Willow").Service.ID})
			return len(l), err
		},
		"Changes that are stuck": func(x int64) (int, error) {
			l, err := f.Changes(ctx, x, programme.ChangeFilter{Stuck: true, Today: "2027-12-07"})
			return len(l), err
		},
		"LastTold": func(x int64) (int, error) {
			at, err := f.LastTold(ctx, x, c.ID, ana.ID)
			return int(at.Unix()) + 62135596800, err
		},
		"FollowUp":       func(x int64) (int, error) { _, err := f.FollowUp(ctx, x, followUp); return 1, err },
		"FollowUpAnswer": func(x int64) (int, error) { _, err := f.FollowUpAnswer(ctx, x, followUp, ana.ID); return 1, err },
		"FollowersOf":    func(x int64) (int, error) { _, l, err := f.FollowersOf(ctx, x, c.ID); return len(l), err },
		"Stills":         func(x int64) (int, error) { l, err := f.Stills(ctx, x, keptChange); return len(l), err },
		"TimeGiven": func(x int64) (int, error) {
			r, err := f.TimeGiven(ctx, programme.Change{CouncilID: x, ID: keptChange})
			return r.Answers, err
		},
		"TimeGivenBack":       func(x int64) (int, error) { t, err := f.TimeGivenBack(ctx, x, 0); return t.Answers, err },
		"Choosing":            func(x int64) (int, error) { _, err := f.Choosing(ctx, x, choosing); return 1, err },
		"LastChoosing":        func(x int64) (int, error) { _, err := f.LastChoosing(ctx, x, ana.TeamID); return 1, err },
		"Dots":                func(x int64) (int, error) { l, err := f.Dots(ctx, x, choosing, ana.ID); return len(l), err },
		"Celebration":         func(x int64) (int, error) { _, err := f.Celebration(ctx, x, party.ID); return 1, err },
		"ExportChanges":       func(x int64) (int, error) { l, err := f.ExportChanges(ctx, x, 0); return len(l), err },
		"ExportHistory":       func(x int64) (int, error) { l, err := f.ExportHistory(ctx, x, 0); return len(l), err },
		"ExportReflections":   func(x int64) (int, error) { l, err := f.ExportReflections(ctx, x, 0); return len(l), err },
		"ExportCelebrations":  func(x int64) (int, error) { l, err := f.ExportCelebrations(ctx, x, 0); return len(l), err },
		"ExportParticipation": func(x int64) (int, error) { l, err := f.ExportParticipation(ctx, x, 0); return len(l), err },
	} {
		if n, err := ask(f.Council); err != nil || n == 0 {
			t.Errorf("%s finds nothing in its own council: %v", name, err)
		}
		if n, err := ask(other); err == nil && n > 0 || err != nil && !fault.Is(err, fault.Missing) {
			t.Errorf("%s crosses the border: found %d, %v", name, n, err)
		}
	}
	writesStayInside(t, f, other, c, r, p)
}

// writesStayInside tries to write to one council's things in the name of another.
func writesStayInside(t *testing.T, f *storetest.Fixture, other int64, c programme.Change, r programme.Round, p programme.Pulse) {
	t.Helper()
	ana, _, err := f.Member(t.Context(), "T0SOUTH01", "U0ANA0001")
	must(t, err)
	by := programme.By{Council: other, Member: ana, At: f.Clock.Now()}
	for name, write := range map[string]func(context.Context) error{
		"EditChange": func(ctx context.Context) error {
			_, err := f.EditChange(ctx, by, c.Number, step(by, programme.Edit{To: programme.Parked, Words: "No", Version: 1}))
			return err
		},
		"Propose": func(ctx context.Context) error {
			_, err := f.Propose(ctx, by, programme.Change{TeamID: c.TeamID})
			return err
		},
		"Support": func(ctx context.Context) error { _, err := f.Support(ctx, by, c.Number, true); return err },
		"Withdraw": func(ctx context.Context) error {
			list, err := f.MyReflections(ctx, f.Council, f.Person("ana").ID, 0, 1)
			must(t, err)
			return f.Withdraw(ctx, by, list[0].ID)
		},
		"Reflect": func(ctx context.Context) error {
			_, err := f.Reflect(ctx, by, programme.Reflection{Round: r.ID})
			return err
		},
		"SwitchPrompt": func(ctx context.Context) error {
			_, err := f.SwitchPrompt(ctx, by, c.TeamID, "rel-01", true)
			return err
		},
		"AddPrompt": func(ctx context.Context) error {
			_, err := f.AddPrompt(ctx, by, c.TeamID, programme.Prompt{Text: "What?"}, "")
			return err
		},
		"RemovePrompt": func(ctx context.Context) error {
			_, err := f.RemovePrompt(ctx, by, c.TeamID, programme.OwnPrompt(1))
			return err
		},
		"Celebrate a change": func(ctx context.Context) error {
			_, err := f.Celebrate(ctx, by, programme.Celebration{Change: c.Number, Words: "Hm"})
			return err
		},
		"Celebrate a person": func(ctx context.Context) error {
			_, err := f.Celebrate(ctx, by, programme.Celebration{People: []programme.Who{f.Person("ben").Ref()}, Words: "Hm"})
			return err
		},
	} {
		if err := write(t.Context()); !fault.Is(err, fault.Missing) {
			t.Errorf("%s across the border: %v", name, err)
		}
	}
	must(t, f.ReleasePulse(t.Context(), other, p.ID, programme.Result{Withheld: true}, &programme.Notice{Key: "x"}))
	must(t, f.CloseRound(t.Context(), other, r.ID, &programme.Notice{Key: "y"}))
	if open, err := f.OpenPulses(t.Context()); err != nil || len(open) != 1 {
		t.Errorf("another council released the pulse: %v, %v", open, err)
	}
	if still, err := f.Round(t.Context(), f.Council, r.ID); err != nil || still.Closed {
		t.Errorf("another council closed the round: %v, %v", still, err)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestFirstContactLinksByEmail(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	if _, _, err := f.Member(t.Context(), storetest.Workspace, "U0LENA012"); !fault.Is(err, fault.Missing) {
		t.Fatalf("known before first contact: %v", err)
	}
	if _, _, err := f.LinkAccount(t.Context(), storetest.Workspace, "U0LENA012", "lena@elsewhere.example"); !fault.Is(err, fault.Missing) {
		t.Errorf("linked by a foreign e-mail: %v", err)
	}
	lena, alder, err := f.LinkAccount(t.Context(), storetest.Workspace, "U0LENA012", "LENA@Northshire.example")
	if err != nil || lena.Name != "Lena Fox" || alder.Name != "Alder" || lena.Account.ID != "U0LENA012" {
		t.Errorf("%+v, %+v, %v", lena, alder, err)
	}
	if again, _, err := f.LinkAccount(t.Context(), storetest.Workspace, "U0LENA012", "ana@northshire.example"); err != nil || again.Name != "Lena Fox" {
		t.Errorf("a linked account became %s, %v", again.Name, err)
	}
	if _, _, err := f.LinkAccount(t.Context(), storetest.Workspace, "U0FALSE99", "lena@northshire.example"); !fault.Is(err, fault.Denied) {
		t.Errorf("a second account of the same e-mail: %v", err)
	}
}

// TestWorkspaceIsNotGuessed registers two workspaces where only one council waits.
func TestWorkspaceIsNotGuessed(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	must(t, f.Register(t.Context(), "slack", "T0OTHER01"))
	must(t, f.Register(t.Context(), "slack", "T0OTHER02"))
	file := programme.CouncilFile{Council: programme.CouncilEntry{Name: "Southshire"}}
	_, err := f.Apply(t.Context(), file, storetest.Weekly, false)
	must(t, err)
	councils, err := f.Councils(t.Context())
	must(t, err)
	got := map[string]string{}
	for _, c := range councils {
		got[c.Name] = c.Workspace
	}
	if diff := cmp.Diff(map[string]string{"Northshire": storetest.Workspace, "Southshire": ""}, got); diff != "" {
		t.Error(diff)
	}
}

func TestApplySaysWhatItChanges(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	before, err := f.Schedule(t.Context(), "willow-reflection")
	must(t, err)
	f.Clock.Add(8 * 24 * time.Hour) // the slot is overdue, and applying must not lose it
	file := storetest.File()
	willow := &file.Services[0].Teams[0]
	willow.Strands = []string{"Meetings", "Feeling valued"}
	willow.Members = slices.Delete(willow.Members, 1, 2) // Ben left
	willow.Members[0].Name = "Ana Ortiz-Hill"
	willow.Schedules = willow.Schedules[:1]
	willow.Schedules[0].SkipBankHolidays = false
	file.Services[0].Teams[1].Members = append(file.Services[0].Teams[1].Members, programme.MemberEntry{Name: "Mo Reed", Email: "mo@northshire.example"})
	want := []string{
		`team Willow: strand "Feeling valued": add`,
		`team Willow: end strand "Effective recording practices"`,
		`team Willow: update member Ana Ortiz-Hill`,
		`team Willow: schedule willow-reflection: update`,
		`team Rowan: add member Mo Reed`,
		`team Willow: Ben Hale has left`,
		`schedule willow-pulse: end`,
	}
	for _, dry := range []bool{true, false} {
		got, err := f.Apply(t.Context(), file, storetest.Weekly, dry)
		must(t, err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("dry run %v: %s", dry, diff)
		}
	}
	again, err := f.Apply(t.Context(), file, storetest.Weekly, false)
	if err != nil || len(again) > 0 {
		t.Errorf("the second time: %v, %v", again, err)
	}
	if _, _, err := f.Member(t.Context(), storetest.Workspace, "U0BEN0002"); !fault.Is(err, fault.Missing) {
		t.Errorf("Ben is still here: %v", err)
	}
	after, err := f.Schedule(t.Context(), "willow-reflection")
	if err != nil || after.NextWall != before.NextWall || after.SkipHolidays {
		t.Errorf("the schedule went from %+v to %+v, %v", before, after, err)
	}
	_, err = f.Apply(t.Context(), storetest.File(), storetest.Weekly, false)
	must(t, err)
	if ben := f.Person("ben"); ben.Account.ID != "U0BEN0002" {
		t.Errorf("Ben came back as %+v", ben)
	}
}

func TestApplyRefusesWholly(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	for name, spoil := range map[string]func(*programme.CouncilFile){
		"two people with one e-mail": func(file *programme.CouncilFile) {
			file.Services[0].Teams[0].Members[2].Email = "ANA@northshire.example"
		},
		"one person twice": func(file *programme.CouncilFile) {
			team := &file.Services[0].Teams[1]
			team.Members = append(team.Members, storetest.File().Services[0].Teams[0].Members[0])
		},
		"another council's schedule": func(file *programme.CouncilFile) { file.Council.Name = "Southshire" },
	} {
		file := storetest.File()
		spoil(&file)
		file.Services = slices.Insert(file.Services, 0, programme.ServiceEntry{Name: "A new service"})
		_, err := f.Apply(t.Context(), file, storetest.Weekly, false)
		if !fault.Is(err, fault.Invalid) || strings.TrimSpace(fault.Words(err)) == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	lines, err := f.Apply(t.Context(), storetest.File(), storetest.Weekly, false)
	if err != nil || len(lines) > 0 {
		t.Errorf("a refused file left something behind: %v, %v", lines, err)
	}
}
