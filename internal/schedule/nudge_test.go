package schedule_test

import (
	"path/filepath"
	"testing"
	"time"

	"smallchanges/internal/programme"
	"smallchanges/internal/schedule"
	"smallchanges/internal/store"
)

// tried is a small change of Willow that Ana looks after, with a review on a day.
func (d *desk) tried(review programme.Day) programme.Change {
	d.t.Helper()
	c := d.Idea("ana", "Walking meetings")
	for _, to := range []programme.State{programme.Chosen, programme.Trying} {
		by := d.By("ana", "")
		var err error
		c, err = d.EditChange(d.t.Context(), by, c.Number, func(c *programme.Change) (programme.History, []programme.Notice, error) {
			return c.Apply(programme.Edit{
				To: to, Strand: d.Team("Willow").Strands[0], Impact: "Time", Owner: by.Member.Ref(), ReviewOn: review, Version: c.Version,
			}, by.Member, by.At)
		})
		if err != nil {
			d.t.Fatal(err)
		}
	}
	return c
}

const nudges = `SELECT kind || ' ' || key || ' ' || state FROM outbox WHERE kind LIKE 'nudge.%' ORDER BY id`

func TestAReminderComesOnceForEachStateOfThings(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.apply("0 9 1 1 *", "0 10 1 1 *") // no question comes in between
	d.tried("2026-12-05")              // a Saturday
	d.until("2026-12-05 09:00")
	d.want(nudges)
	for _, day := range []string{"2026-12-07 09:00", "2026-12-08 09:00", "2026-12-14 09:00"} {
		d.until(day)
	}
	d.want(nudges, "nudge.review nudge:1 due")
}

// Put off on a Friday, it would come on Christmas Day, and comes on the next working day.
func TestAReminderThatWasPutOffComesBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.apply("0 9 1 1 *", "0 10 1 1 *")
	d.tried("2026-12-18")
	d.until("2026-12-18 09:00")
	if _, err := d.SnoozeNudge(t.Context(), d.By("ana", ""), 1); err != nil {
		t.Fatal(err)
	}
	d.until("2026-12-25 09:00")
	d.until("2026-12-28 09:00")
	const keys = `SELECT key FROM outbox WHERE kind LIKE 'nudge.%' ORDER BY id`
	d.want(keys, "nudge:1")
	d.until("2026-12-29 09:00")
	d.until("2026-12-30 09:00")
	d.want(keys, "nudge:1", "nudge:1:2026-12-25")
}

// Who does not want to be reminded has decided: nobody else is reminded in their place.
func TestWhoStoppedAReminderPassesItToNobody(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.Idea("ben", "Voice notes")
	by := d.By("ana", "")
	for _, to := range []programme.State{programme.Chosen, programme.Trying} {
		_, err := d.EditChange(t.Context(), by, c.Number, func(c *programme.Change) (programme.History, []programme.Notice, error) {
			return c.Apply(programme.Edit{To: to, Strand: d.Team("Willow").Strands[0], Impact: "Time", Owner: by.Member.Ref(), ReviewOn: "2026-12-07", Version: c.Version}, by.Member, by.At)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := d.StopNudges(t.Context(), by, programme.NoticeNudgeReview, c.ID); err != nil {
		t.Fatal(err)
	}
	d.until("2026-12-07 09:00")
	d.want(nudges)
}

// The champion hears of what had no effect only a week after it reached somebody, and not of
// what still waits for somebody on leave.
func TestTheChampionHearsOnlyOfWhatReachedSomebody(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.apply("0 9 1 1 *", "0 10 1 1 *")
	d.tried("2026-12-07")
	if _, err := d.TakeLeave(t.Context(), d.By("ana", ""), programme.Leave{First: "2026-12-07", Last: "2026-12-13"}); err != nil {
		t.Fatal(err)
	}
	for _, day := range []string{"2026-12-07 09:00", "2026-12-14 09:00"} {
		d.until(day)
		d.deliver()
	}
	const raised = `SELECT raised_on FROM nudge`
	d.want(raised, "")
	d.until("2026-12-21 09:00")
	d.want(raised, "2026-12-21")
}

// A backup of Wednesday comes back on Saturday. Thursday's reminder, which it does not know, is
// not given again, and neither is a digest posted for a round that closed meanwhile.
func TestABackupThatComesBackOnASaturday(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.tried("2026-12-10")
	d.until("2026-12-03 09:00") // a question opens, until Monday
	d.answer("cora", "We walked.")
	file := filepath.Join(t.TempDir(), "backup.db")
	if err := d.Backup(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	d.Close()
	d.at("2026-12-12 12:00")
	if _, err := store.Restore(t.Context(), d.URL, file, true, d.Clock.Now); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), d.URL, d.Clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	d.Runner = schedule.New(db, d.ballots, d.Clock.Now, quietLog())
	d.tick()
	d.until("2026-12-14 09:00")
	d.want(nudges)
	d.want(`SELECT kind FROM outbox WHERE channel <> ''`)
	d.want(`SELECT wall || ' ' || outcome FROM slot WHERE wall > '2026-12-04' ORDER BY wall`, "2026-12-10T09:00 skipped")
}

func TestADigestWaitsForAWorkingDay(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.apply("0 9 * * THU", "0 10 1 1 *")
	d.until("2027-05-27 09:00") // the Monday on which it closes is the spring bank holiday
	d.answer("cora", "We walked.")
	d.until("2027-05-31 09:00")
	d.want(`SELECT strftime('%Y-%m-%d %H:%M', due_at/1000, 'unixepoch') FROM outbox WHERE kind = 'round.digest'`, "2027-06-01 07:00") // 8am in summer
}

func (d *desk) answer(who, words string) {
	d.t.Helper()
	round, err := d.OpenRoundOf(d.t.Context(), d.Council, d.Team("Willow").ID, d.Clock.Now())
	if err == nil {
		_, err = d.Reflect(d.t.Context(), d.By(who, ""), programme.Reflection{Round: round.ID, Words: words, Share: programme.ShareNamed, At: time.Time{}})
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

// deliver has everything arrive that is due.
func (d *desk) deliver() {
	d.t.Helper()
	parcels, err := d.Claim(d.t.Context(), d.Clock.Now(), time.Minute, 100)
	if err != nil {
		d.t.Fatal(err)
	}
	outcomes := make([]programme.Outcome, len(parcels))
	for i, p := range parcels {
		outcomes[i] = programme.Outcome{ID: p.ID, State: programme.Sent, At: d.Clock.Now(), Message: "m"}
	}
	if err := d.Settle(d.t.Context(), outcomes); err != nil {
		d.t.Fatal(err)
	}
}
