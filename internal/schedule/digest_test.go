package schedule_test

import (
	"testing"
	"time"

	"smallchanges/internal/programme"
)

// TestOneDigestADayWhenTheLastRoundHasClosed opens a second round by hand, which closes on
// the same day as the first, some hours later.
func TestOneDigestADayWhenTheLastRoundHasClosed(t *testing.T) {
	t.Parallel()
	const digests = `SELECT strftime('%Y-%m-%d %H:%M', due_at/1000, 'unixepoch') FROM outbox WHERE kind = 'round.digest'`
	d := newDesk(t)
	d.until("2026-12-03 09:00")
	share := func(name string) {
		t.Helper()
		round, err := d.OpenRoundOf(t.Context(), d.Council, d.Team("Willow").ID, d.Clock.Now())
		if err == nil {
			_, err = d.Reflect(t.Context(), d.By(name, ""), programme.Reflection{Round: round.ID, Words: "Fewer forms.", Share: programme.ShareNamed})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	share("ana")
	d.Clock.Add(5 * time.Hour)
	if _, err := d.RunNow(t.Context(), "willow-reflection"); err != nil {
		t.Fatal(err)
	}
	share("cora")
	d.until("2026-12-07 09:00")
	d.want(digests, "2026-12-07 14:00")
	d.until("2026-12-07 14:00")
	d.want(digests, "2026-12-07 14:00")
}
