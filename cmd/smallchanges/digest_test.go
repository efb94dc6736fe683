package main

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"smallchanges/internal/programme"
)

// TestWithdrawnWordsLeaveTheChannel goes the whole way to Slack and back: a digest with its
// thread, and an answer withdrawn from the person's own page, in dialogs.
func TestWithdrawnWordsLeaveTheChannel(t *testing.T) {
	t.Parallel()
	const ana, ben = "U0ANA0001", "U0BEN0002"
	w := openWired(t)
	w.passes(7 * 24 * time.Hour)
	round, err := w.db.OpenRoundOf(t.Context(), w.person(ana).CouncilID, w.person(ana).TeamID, w.now())
	w.must(err)
	for account, words := range map[string]string{ana: "Tea and time.", ben: "A quiet hello."} {
		m := w.person(account)
		_, err := w.db.Reflect(t.Context(), programme.By{Council: m.CouncilID, Member: m, At: w.now()},
			programme.Reflection{Round: round.ID, Words: words, Share: programme.ShareNamed})
		w.must(err)
	}
	w.passes(4 * 24 * time.Hour)
	digest := w.shown("2 answers shared")
	told := func() (list []post) {
		messages, err := w.reads(ben, willowChannel)
		w.must(err)
		return slices.DeleteFunc(messages, func(m post) bool { return m.TS != digest.TS && m.Thread != digest.TS })
	}
	if list := told(); len(list) != 2 || !strings.Contains(list[1].Text, "Tea and time.") {
		t.Fatalf("Ben reads %+v", list)
	}

	w.space.As(ana).OpenHome()
	w.published(1)
	mine := func() []programme.Reflection {
		list, err := w.db.MyReflections(t.Context(), w.person(ana).CouncilID, w.person(ana).ID, 0, 1)
		w.must(err)
		return list
	}
	id := strconv.FormatInt(mine()[0].ID, 10)
	page := w.opens(ana, func() error { return w.pressAtHome(ana, "reflections") })
	page = w.opens(ana, func() error { return w.pressIn(ana, page.ID, "reflect.withdraw", id) })
	w.opens(ana, func() error { return w.pressIn(ana, page.ID, "reflect.withdraw.yes", id) })
	if len(mine()) > 0 {
		t.Fatal("it is not withdrawn")
	}
	w.passes(0)
	list := told()
	if len(list) != 2 {
		t.Fatalf("Ben reads %+v", list)
	}
	for _, m := range list {
		if strings.Contains(m.Text, "Tea") || !strings.Contains(m.Text, "A quiet hello.") || !m.Edited {
			t.Errorf("Ben reads %+v", m)
		}
	}
}
