package store_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"smallchanges/internal/programme"
	"smallchanges/internal/store/storetest"
)

// pagesDue are the members whose pages are to be drawn again, in a while.
func pagesDue(t *testing.T, f *storetest.Fixture) []int64 {
	t.Helper()
	pages, err := f.DueHomes(t.Context(), f.Clock.Now().Add(time.Minute), 100, nil)
	must(t, err)
	var members []int64
	for _, p := range pages {
		members = append(members, p.Member)
		must(t, f.HomeDrawn(t.Context(), p))
	}
	return members
}

// A page is drawn again too for whoever something no longer concerns.
func TestPagesAreFreshForWhoIsOutOfIt(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	c, kit, ines := f.Idea("ana", "One form"), f.Person("kit"), f.Person("ines")
	for _, m := range []programme.Member{kit, ines} {
		must(t, f.HomeOpened(t.Context(), m, "", f.Clock.Now().Add(-time.Hour)))
	}
	edit := func(rule programme.Rule) {
		t.Helper()
		_, err := f.EditChange(t.Context(), f.By("ana", ""), c.Number, rule)
		must(t, err)
	}
	edit(func(c *programme.Change) (programme.History, []programme.Notice, error) {
		return c.Ask(programme.Request{Scope: programme.OtherService, Service: f.Team("Alder").Service, Version: c.Version}, f.Person("ana"), f.Clock.Now())
	})
	pagesDue(t, f)
	edit(func(c *programme.Change) (programme.History, []programme.Notice, error) {
		return c.Own(c.Version, f.Person("ana"), f.Clock.Now())
	})
	if !slices.Contains(pagesDue(t, f), kit.ID) {
		t.Error("the leader whose yes is needed no more still sees that it waits")
	}
	for _, on := range []bool{true, false} {
		_, err := f.Support(t.Context(), f.By("ines", ""), c.Number, on)
		must(t, err)
		if !slices.Contains(pagesDue(t, f), ines.ID) {
			t.Errorf("after support %v the page of who gave it is as it was", on)
		}
	}
}

// What a council file or a team's setup changes is seen on the pages of those whom it
// concerns, and of nobody else; a file that changes nothing draws nothing.
func TestPagesAreFreshAfterAFile(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	names := map[int64]string{}
	for _, who := range []string{"ana", "ben", "ines", "kit"} {
		m := f.Person(who)
		names[m.ID] = who
		must(t, f.HomeOpened(t.Context(), m, "", f.Clock.Now().Add(-time.Hour)))
	}
	pagesDue(t, f)
	file := storetest.File()
	willow, rowan := &file.Services[0].Teams[0], &file.Services[0].Teams[1]
	for _, step := range []struct {
		what   string
		change func()
		want   string
	}{
		{"nothing", func() {}, ""},
		{"a role", func() { willow.Members[1].Roles = []programme.Role{programme.Deputy} }, "ana ben kit"},
		{"a name", func() { rowan.Members[1].Name = "Jo Baker" }, "ines kit"},
		{"a strand", func() { willow.Strands = willow.Strands[1:] }, "ana ben kit"},
		{"a move", func() {
			rowan.Members = append(rowan.Members, willow.Members[7])
			willow.Members = willow.Members[:7]
		}, "ana ben ines kit"},
		{"somebody gone", func() { willow.Members = willow.Members[:6] }, "ana ben kit"},
		{"the council", func() { file.Council.TimeZone = "Europe/Dublin" }, "ana ben ines kit"},
	} {
		step.change()
		_, err := f.Apply(t.Context(), file, storetest.Weekly, false)
		must(t, err)
		var due []string
		for _, m := range pagesDue(t, f) {
			due = append(due, names[m])
		}
		slices.Sort(due)
		if got := strings.Join(due, " "); got != step.want {
			t.Errorf("after %s the pages of %q are drawn, want %q", step.what, got, step.want)
		}
	}
	_, err := setUp(t, f, "ana", "Willow", "k", func(s *programme.Setup) error { return s.SetStrands("Feeling valued") })
	must(t, err)
	if due := pagesDue(t, f); len(due) != 3 {
		t.Errorf("after the setup %d pages are drawn", len(due))
	}
}

// A page that is being drawn while an import ends is drawn once more.
func TestPagesAreFreshAfterAnImport(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	must(t, f.HomeOpened(t.Context(), f.Person("ana"), "", f.Clock.Now().Add(-time.Hour)))
	pages, err := f.DueHomes(t.Context(), f.Clock.Now(), 1, nil)
	must(t, err)
	importing(t, f, row(f, 2, nil))
	must(t, f.HomeDrawn(t.Context(), pages[0]))
	if len(pagesDue(t, f)) != 1 {
		t.Error("what was imported is not seen")
	}
}
