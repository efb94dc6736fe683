package bot_test

import (
	"log/slog"
	"testing"

	"smallchanges/bot"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
	"smallchanges/internal/store/storetest"
)

// keeps lets Ana take an idea of hers all the way.
func keeps(t *testing.T, f *storetest.Fixture) programme.Change {
	t.Helper()
	c := f.Idea("ana", "One form")
	by := f.By("ana", "")
	for _, to := range []programme.State{programme.Chosen, programme.Trying, programme.Reviewing, programme.Kept} {
		var err error
		c, err = f.EditChange(t.Context(), by, c.Number, func(c *programme.Change) (programme.History, []programme.Notice, error) {
			return c.Apply(programme.Edit{
				To: to, Strand: f.Team("Willow").Strands[0], Impact: "Time", Owner: by.Member.Ref(), ReviewOn: "2026-12-10", Words: "It works.", Version: c.Version,
			}, by.Member, by.At)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// Ben supports it, is to be asked on his next working day, and takes his support back.
func TestWhoFollowsAChangeNoMoreIsNotAsked(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	keeps(t, f)
	plans, err := f.FollowUps(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b := bot.New(bot.Config{Store: f.Store, Now: f.Clock.Now, Log: slog.New(slog.DiscardHandler)})
	for _, on := range []bool{true, false} {
		if _, err := f.Support(t.Context(), f.By("ben", ""), 1, on); err != nil {
			t.Fatal(err)
		}
		for who, asked := range map[string]bool{"ana": true, "ben": on} {
			_, _, err := b.Draw(t.Context(), programme.Notice{Council: f.Council, Kind: programme.NoticeFollowUp, Subject: plans[0].ID, Member: f.Person(who).ID})
			if asked && err != nil || !asked && !fault.Is(err, fault.Stale) {
				t.Errorf("with support %v, %s: %v", on, who, err)
			}
		}
	}
}
