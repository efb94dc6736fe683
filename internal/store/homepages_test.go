package store_test

import (
	"slices"
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
