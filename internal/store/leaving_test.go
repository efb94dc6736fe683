package store_test

import (
	"slices"
	"testing"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
	"smallchanges/internal/store/storetest"
)

// owned files a change of Willow that somebody looks after.
func owned(t *testing.T, f *storetest.Fixture, who, title string) programme.Change {
	t.Helper()
	c := f.Idea(who, title)
	c, err := f.EditChange(t.Context(), f.By(who, ""), c.Number, func(c *programme.Change) (programme.History, []programme.Notice, error) {
		return c.TakeOn(f.Person(who), f.Clock.Now())
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// without is the council file without some people, and with other roles for some.
func without(names ...string) programme.CouncilFile {
	file := storetest.File()
	for s := range file.Services {
		for i := range file.Services[s].Teams {
			team := &file.Services[s].Teams[i]
			team.Members = slices.DeleteFunc(team.Members, func(m programme.MemberEntry) bool { return slices.Contains(names, m.Name) })
		}
	}
	return file
}

// parcels are what is due for a member, of a kind.
func parcels(t *testing.T, f *storetest.Fixture, kind programme.NoticeKind) (list []programme.Notice) {
	t.Helper()
	for at := f.Clock.Now().Truncate(24 * time.Hour); at.Before(f.Clock.Now().AddDate(0, 0, 6)); at = at.Add(time.Hour) {
		handOut(t, f, at)
		claimed, err := f.Claim(t.Context(), at, time.Minute, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range claimed {
			if p.Notice.Kind == kind && p.State == programme.Due {
				list = append(list, p.Notice)
			}
		}
	}
	return list
}

// handOut lets go what waits for anybody at a time, as the runner does.
func handOut(t *testing.T, f *storetest.Fixture, at time.Time) {
	t.Helper()
	members, err := f.ToLookAt(t.Context(), at)
	must(t, err)
	must(t, f.HandOut(t.Context(), members, at))
}

// Whoever can hand over is asked, in the order of the rule, once and in working time.
func TestWhoIsAskedToHandOver(t *testing.T) {
	t.Parallel()
	thursday := storetest.Start // 9am
	for name, c := range map[string]struct {
		gone []string // who was there before, and is not
		now  time.Time
		who  string
		due  time.Time
	}{
		"the champion":                {nil, thursday, "ana", thursday},
		"before work":                 {nil, thursday.Add(-2 * time.Hour), "ana", thursday.Add(-time.Hour)},
		"in the evening":              {nil, thursday.Add(10 * time.Hour), "ana", thursday.Add(23 * time.Hour)},
		"at the weekend":              {nil, thursday.AddDate(0, 0, 2), "ana", thursday.AddDate(0, 0, 4)},
		"else the deputy":             {[]string{"Ana Ortiz"}, thursday, "ela", thursday},
		"else a leader":               {[]string{"Ana Ortiz", "Ela Novak"}, thursday, "grace", thursday},
		"else a coordinator":          {[]string{"Ana Ortiz", "Ela Novak", "Grace Lin"}, thursday, "kit", thursday},
		"the champion leaves as well": {nil, thursday, "ela", thursday},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := storetest.Open(t)
			owned(t, f, "dan", "Voice notes")
			owned(t, f, "dan", "A team charter")
			ela, dan := f.Person("ela"), f.By("dan", "left")
			if _, err := f.Apply(t.Context(), without(c.gone...), storetest.Weekly, false); err != nil {
				t.Fatal(err)
			}
			dan.At = c.now
			if err := f.Leave(t.Context(), dan); err != nil {
				t.Fatal(err)
			}
			if name == "the champion leaves as well" {
				ana := f.By("ana", "left too")
				if err := f.Leave(t.Context(), ana); err != nil {
					t.Fatal(err)
				}
			}
			want := ela
			if c.who != "ela" {
				want = f.Person(c.who)
			}
			got := parcels(t, f, programme.NoticeHandOver)
			if len(got) != 1 || got[0].Member != want.ID || got[0].Subject != dan.Member.ID || !got[0].Due.Equal(c.due) {
				t.Errorf("told are %+v, want %s at %s", got, want.Name, c.due)
			}
			if err := f.Leave(t.Context(), dan); !fault.Is(err, fault.Repeated) {
				t.Errorf("the same event again: %v", err)
			}
		})
	}
}

// With nobody to tell it stays visible, and who is not in the council file leaves likewise.
func TestNobodyIsToldWhenThereIsNobody(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	owned(t, f, "dan", "Voice notes")
	all := []string{"Ana Ortiz", "Ela Novak", "Grace Lin", "Kit Moore", "Dan Okoro"}
	lines, err := f.Apply(t.Context(), without(all...), storetest.Weekly, false)
	if err != nil || len(lines) != len(all) {
		t.Fatalf("applied %q (%v)", lines, err)
	}
	if got := parcels(t, f, programme.NoticeHandOver); len(got) != 0 {
		t.Errorf("told are %+v", got)
	}
	list, err := f.Leavers(t.Context(), f.Council)
	if err != nil || len(list) != 1 || list[0].Who.Name != "Dan Okoro" || list[0].Changes != 1 {
		t.Errorf("left to hand over: %+v (%v)", list, err)
	}
	f = storetest.Open(t)
	owned(t, f, "dan", "Voice notes")
	if _, err := f.Apply(t.Context(), without("Dan Okoro"), storetest.Weekly, false); err != nil {
		t.Fatal(err)
	}
	if got := parcels(t, f, programme.NoticeHandOver); len(got) != 1 || got[0].Member != f.Person("ana").ID {
		t.Errorf("told are %+v", got)
	}
}

// Support outlives whoever gave it, and they hear nothing any more.
func TestALeaversSupportStays(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	f.Idea("ana", "One form")
	for _, who := range []string{"dan", "cora"} {
		if _, err := f.Support(t.Context(), f.By(who, ""), 1, true); err != nil {
			t.Fatal(err)
		}
	}
	dan := f.By("dan", "left")
	step := func(to programme.State) {
		by := f.By("ana", "")
		_, err := f.EditChange(t.Context(), by, 1, func(c *programme.Change) (programme.History, []programme.Notice, error) {
			return c.Apply(programme.Edit{To: to, Words: "Later", Version: c.Version}, by.Member, by.At)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	step(programme.Parked) // word of it waits for Dan and Cora
	if err := f.Leave(t.Context(), dan); err != nil {
		t.Fatal(err)
	}
	f.Clock.Add(48 * time.Hour)
	step(programme.Idea)
	c, _, err := f.Change(t.Context(), f.Council, 1)
	if err != nil || c.Supporters != 2 {
		t.Errorf("support is %d (%v)", c.Supporters, err)
	}
	for _, n := range parcels(t, f, programme.NoticeStep) {
		if n.Member == dan.Member.ID {
			t.Errorf("Dan is told: %+v", n)
		}
	}
	if _, _, err := f.Member(t.Context(), storetest.Workspace, "U0DAN0004"); !fault.Is(err, fault.Missing) {
		t.Errorf("Dan is still here: %v", err)
	}
	if _, members, err := f.FollowersOf(t.Context(), f.Council, c.ID); err != nil || len(members) != 2 {
		t.Errorf("asked whether it still happens: %d (%v)", len(members), err)
	}
}

// A closed account keeps somebody out though the file names them, until they use it again.
func TestWhoIsBackWithTheirAccountIsBack(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	at := func() error {
		_, _, err := f.Member(t.Context(), storetest.Workspace, "U0DAN0004")
		return err
	}
	apply := func(file programme.CouncilFile) {
		if _, err := f.Apply(t.Context(), file, storetest.Weekly, false); err != nil {
			t.Fatal(err)
		}
	}
	writes := func() {
		_, _, err := f.LinkAccount(t.Context(), storetest.Workspace, "U0DAN0004", "dan@northshire.example")
		if err != nil && !fault.Is(err, fault.Missing) {
			t.Fatal(err)
		}
	}
	dan := f.By("dan", "")
	leave := func() {
		if err := f.Leave(t.Context(), dan); err != nil {
			t.Fatal(err)
		}
	}
	leave()
	if apply(storetest.File()); at() == nil {
		t.Error("the file alone brings Dan back")
	}
	if writes(); at() != nil {
		t.Errorf("Dan writes: %v", at())
	}
	leave()
	apply(without("Dan Okoro"))
	if writes(); at() == nil {
		t.Error("Dan is back though the file does not name him")
	}
	if apply(storetest.File()); at() != nil {
		t.Errorf("the file names Dan again: %v", at())
	}
	leave()
	file := storetest.File()
	file.Services[0].Teams[0].Members[3].Slack = "U0DAN9999"
	apply(file)
	if _, _, err := f.Member(t.Context(), storetest.Workspace, "U0DAN9999"); err != nil {
		t.Errorf("with another account: %v", err)
	}
}

// All of it goes over, or nothing: who has to be somebody, of the team, and once.
func TestHandOver(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	first, second := owned(t, f, "dan", "Voice notes"), owned(t, f, "dan", "A team charter")
	over := owned(t, f, "dan", "Long ago")
	by := f.By("dan", "")
	_, err := f.EditChange(t.Context(), by, over.Number, func(c *programme.Change) (programme.History, []programme.Notice, error) {
		return c.Apply(programme.Edit{To: programme.Stopped, Owner: c.Owner, Words: "No", Version: c.Version}, by.Member, by.At)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Leave(t.Context(), by); err != nil {
		t.Fatal(err)
	}
	h := programme.HandOver{Leaver: by.Member.ID, Team: by.Member.TeamID, To: f.Person("ines").Ref()}
	if _, err := f.HandOver(t.Context(), f.By("ana", ""), h); fault.Fields(err)["owner"] == "" {
		t.Errorf("to another team: %v", err)
	}
	h.To = f.Person("cora").Ref()
	if _, err := f.HandOver(t.Context(), f.By("ben", ""), h); !fault.Is(err, fault.Denied) {
		t.Errorf("by somebody without a role: %v", err)
	}
	handed, err := f.HandOver(t.Context(), f.By("grace", "over"), h) // of the service, not of the team's champions
	if err != nil || len(handed) != 2 {
		t.Fatalf("handed over %+v (%v)", handed, err)
	}
	for _, ref := range []int{first.Number, second.Number} {
		c, history, err := f.Change(t.Context(), f.Council, ref)
		if last := history[len(history)-1]; err != nil || c.Owner != h.To || last.What != programme.HandedOn || last.Who != "Grace Lin" {
			t.Errorf("%s: %+v, %+v (%v)", c.Ref(), c.Owner, last, err)
		}
	}
	if c, _, err := f.Change(t.Context(), f.Council, over.Number); err != nil || c.Owner.Name != "Dan Okoro" {
		t.Errorf("what is over went to %s (%v)", c.Owner.Name, err)
	}
	if _, err := f.HandOver(t.Context(), f.By("ana", ""), h); !fault.Is(err, fault.Conflict) {
		t.Errorf("a second time: %v", err)
	}
	told := parcels(t, f, programme.NoticeHanded)
	if len(told) != 1 || told[0].Member != h.To.ID {
		t.Fatalf("Cora is told %+v", told)
	}
	list, err := f.Handed(t.Context(), f.Council, told[0].Subject, h.To.ID)
	if err != nil || len(list) != 2 {
		t.Errorf("Cora hears of %+v (%v)", list, err)
	}
}

// inRowan is the council file with Dan in another team.
func inRowan() programme.CouncilFile {
	file := without("Dan Okoro")
	rowan := &file.Services[0].Teams[1]
	rowan.Members = append(rowan.Members, storetest.File().Services[0].Teams[0].Members[3])
	return file
}

// Whoever is in another team now may not update what they looked after in the old one. It is
// for its champion to hand over, by file, by setup and by import, until they are back.
func TestWhoIsInAnotherTeamLeavesTheirChanges(t *testing.T) {
	t.Parallel()
	for name, move := range map[string]func(*storetest.Fixture) error{
		"by file": func(f *storetest.Fixture) error {
			_, err := f.Apply(t.Context(), inRowan(), storetest.Weekly, false)
			return err
		},
		"by setup": func(f *storetest.Fixture) error {
			_, err := setUp(t, f, "kit", "Rowan", "", func(s *programme.Setup) error {
				s.Entry.Members = append(s.Entry.Members, storetest.File().Services[0].Teams[0].Members[3])
				return nil
			})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := storetest.Open(t)
			c, dan := owned(t, f, "dan", "Voice notes"), f.Person("dan")
			must(t, move(f))
			list, err := f.Leavers(t.Context(), f.Council)
			must(t, err)
			if len(list) != 1 || list[0].Who.ID != dan.ID || list[0].Team != "Willow" || !list[0].Moved {
				t.Errorf("left to hand over: %+v", list)
			}
			if got := parcels(t, f, programme.NoticeHandOver); len(got) != 1 || got[0].Member != f.Person("ana").ID {
				t.Errorf("told are %+v", got)
			}
			_, err = f.Apply(t.Context(), storetest.File(), storetest.Weekly, false)
			must(t, err)
			if list, err = f.Leavers(t.Context(), f.Council); err != nil || len(list) != 0 {
				t.Errorf("Dan is back, and left to hand over is %+v (%v)", list, err)
			}
			must(t, move(f))
			h := programme.HandOver{Leaver: dan.ID, Team: dan.TeamID, To: f.Person("cora").Ref()}
			if handed, err := f.HandOver(t.Context(), f.By("ana", ""), h); err != nil || len(handed) != 1 || handed[0].ID != c.ID {
				t.Errorf("handed over %+v (%v)", handed, err)
			}
		})
	}
}

// An import may name an owner of another team.
func TestAnImportedOwnerOfAnotherTeamIsALeaver(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	importing(t, f, row(f, 2, map[string]string{"owner": "Jo Barker"}), row(f, 3, map[string]string{"owner": "Dan Okoro"}))
	list, err := f.Leavers(t.Context(), f.Council)
	if err != nil || len(list) != 1 || list[0].Who.Name != "Jo Barker" || list[0].Team != "Willow" {
		t.Errorf("left to hand over: %+v (%v)", list, err)
	}
}
