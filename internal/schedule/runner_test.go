package schedule_test

import (
	"context"
	"database/sql"
	"io"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"smallchanges/internal/ballot"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
	"smallchanges/internal/schedule"
	"smallchanges/internal/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// desk is a runner over a real database and real ballots, with a clock of its own.
type desk struct {
	*storetest.Fixture
	*schedule.Runner
	t       *testing.T
	ballots *ballot.Ballots
	folder  string
	heard   []string
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{Fixture: storetest.Open(t), t: t, folder: filepath.Join(t.TempDir(), "ballots")}
	d.apply("0 9 * * 4", "0 10 1 1-12 *")
	var err error
	if d.ballots, err = ballot.New(d.folder); err != nil {
		t.Fatal(err)
	}
	d.Runner = d.runner(d.ballots)
	return d
}

// apply gives Willow's two schedules other expressions, and so their next slots.
func (d *desk) apply(reflection, pulse string) {
	d.t.Helper()
	file := storetest.File()
	file.Services[0].Teams[0].Schedules[0].Cron = reflection
	file.Services[0].Teams[0].Schedules[1].Cron = pulse
	if _, err := d.Apply(d.t.Context(), file, schedule.Next, false); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) runner(ballots schedule.Ballots) *schedule.Runner {
	r := schedule.New(d.Store, ballots, d.Clock.Now, slog.New(slog.NewTextHandler(io.Discard, nil)))
	r.Observe = func(kind programme.ScheduleKind, outcome string) { d.heard = append(d.heard, string(kind)+" "+outcome) }
	return r
}

// until moves the clock to an instant in London, and ticks once.
func (d *desk) until(wall string) {
	d.t.Helper()
	d.at(wall)
	d.tick()
}

func (d *desk) tick() {
	d.t.Helper()
	if err := d.Tick(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) at(wall string) {
	d.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", wall, programme.Zone("Europe/London"))
	if err != nil {
		d.t.Fatal(err)
	}
	d.Clock.Add(at.Sub(d.Clock.Now()))
}

func quietLog() *slog.Logger { return slog.New(slog.DiscardHandler) }

// rows reads one text column of the database itself.
func (d *desk) rows(query string) []string {
	d.t.Helper()
	db, err := sql.Open("sqlite", "file:"+d.Path()+"?mode=ro")
	if err != nil {
		d.t.Fatal(err)
	}
	defer db.Close()
	found, err := db.QueryContext(d.t.Context(), query)
	if err != nil {
		d.t.Fatal(err)
	}
	defer found.Close()
	var list []string
	for found.Next() {
		var text string
		if err := found.Scan(&text); err != nil {
			d.t.Fatal(err)
		}
		list = append(list, text)
	}
	if err := found.Err(); err != nil {
		d.t.Fatal(err)
	}
	return list
}

const (
	dueTimes = `SELECT m.name || ' ' || strftime('%Y-%m-%d %H:%M', o.due_at/1000, 'unixepoch') FROM outbox o JOIN member m ON m.id = o.member_id ORDER BY m.id`
	slots    = `SELECT wall || ' ' || outcome || ' ' || reason FROM slot ORDER BY wall`
	toPlaces = `SELECT kind || ' ' || channel FROM outbox WHERE member_id IS NULL`
)

func (d *desk) want(query string, want ...string) {
	d.t.Helper()
	if diff := cmp.Diff(want, d.rows(query)); diff != "" {
		d.t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestARoundReachesEachMemberOnAWorkingDay(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.until("2026-12-03 08:59")
	d.want(dueTimes)
	d.until("2026-12-03 09:00") // a Thursday; Ben works Mondays and Wednesdays, when it closes at 9am
	d.until("2026-12-03 09:01")
	d.want(dueTimes, "Ana Ortiz 2026-12-03 09:00", "Cora Singh 2026-12-03 09:00", "Dan Okoro 2026-12-03 09:00",
		"Ela Novak 2026-12-03 09:00", "Femi Adeyemi 2026-12-03 09:00", "Grace Lin 2026-12-03 09:00", "Hari Patel 2026-12-03 09:00")
	round, err := d.OpenRoundOf(t.Context(), d.Council, d.Team("Willow").ID, d.Clock.Now())
	if err != nil || round.Asked != 7 || round.Slot != "2026-12-03T09:00" {
		t.Fatalf("%+v, %v", round, err)
	}
	d.want(slots, "2026-12-01T10:00 skipped The program was not running at the time.", "2026-12-03T09:00 opened ")
}

func TestARoundSaysSomethingOnlyWhenSomebodyShared(t *testing.T) {
	t.Parallel()
	for share, want := range map[programme.Share][]string{
		programme.ShareNamed: {"round.digest C0WILLOW1"}, programme.ShareUnnamed: {"round.digest C0WILLOW1"}, programme.SharePrivate: nil,
	} {
		d := newDesk(t)
		d.until("2026-12-03 09:00")
		round, err := d.OpenRoundOf(t.Context(), d.Council, d.Team("Willow").ID, d.Clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		answer := programme.Reflection{Round: round.ID, Words: "Fewer forms.", Share: share}
		if _, err := d.Reflect(t.Context(), d.By("ana", ""), answer); err != nil {
			t.Fatal(err)
		}
		d.until("2026-12-07 08:59")
		d.want(toPlaces)
		d.until("2026-12-07 09:00")
		d.until("2026-12-07 09:01")
		d.want(toPlaces, want...)
	}
}

func TestAWindowEndsAtTheSameWallTimeOverAClockChange(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.until("2027-03-25 09:00") // a Thursday before the clocks change; Friday and Monday are bank holidays
	round, err := d.OpenRoundOf(t.Context(), d.Council, d.Team("Willow").ID, d.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	if got := programme.When(round.Closes, programme.Zone("Europe/London")); got != "Monday 29 March at 9am" {
		t.Errorf("it closes %s", got)
	}
}

func TestLateSlots(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ until, want string }{
		"within its grace":      {"2026-12-03 11:00", "2026-12-03T09:00 opened "},
		"beyond its grace":      {"2026-12-03 11:01", "2026-12-03T09:00 skipped The program was not running at the time."},
		"weeks later, in grace": {"2026-12-17 10:00", "2026-12-17T09:00 opened "},
	} {
		d := newDesk(t)
		d.until(test.until)
		got := d.rows(`SELECT wall || ' ' || outcome || ' ' || reason FROM slot WHERE schedule_id = 'willow-reflection' ORDER BY wall DESC LIMIT 1`)
		if diff := cmp.Diff([]string{test.want}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		s, err := d.Schedule(t.Context(), "willow-reflection")
		if err != nil || !s.NextRun.After(d.Clock.Now()) {
			t.Errorf("%s: next at %s, %v", name, s.NextRun, err)
		}
	}
}

func TestOfManyMissedSlotsTheLastOneIsUsed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.apply("0 9-17 * * 1-5", "0 10 1 1-12 *")
	d.until("2026-11-27 14:30") // nothing ran since Thursday 9am
	const outcomes = `SELECT count(*) || ' ' || outcome || ' ' || reason || ' ' || max(wall) FROM slot GROUP BY outcome, reason ORDER BY max(wall)`
	d.want(outcomes,
		"12 skipped The program was not running at the time. 2026-11-27T12:00",
		"1 skipped It came late, and so did the one after it. 2026-11-27T13:00",
		"1 opened  2026-11-27T14:00")
	d.until("2026-11-27 15:00")
	if got := d.rows(slots); len(got) != 15 || got[14] != "2026-11-27T15:00 opened " {
		t.Errorf("got %q", got)
	}
}

func TestNotOnBankHolidays(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.apply("0 9 25 12 *", "0 10 1 1-12 *")
	d.until("2026-12-25 09:00")
	if got := d.rows(slots); len(got) != 2 || got[1] != "2026-12-25T09:00 skipped It was a bank holiday." {
		t.Errorf("got %q", got)
	}
}

func TestAnExtraRound(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	before, err := d.Schedule(t.Context(), "willow-reflection")
	if err != nil {
		t.Fatal(err)
	}
	if asked, err := d.RunNow(t.Context(), "willow-reflection"); err != nil || asked != 8 {
		t.Fatalf("asked %d, %v", asked, err)
	}
	if _, err := d.RunNow(t.Context(), "willow-reflection"); !fault.Is(err, fault.Conflict) {
		t.Errorf("twice in one second: %v", err)
	}
	d.Clock.Add(time.Second)
	if _, err := d.RunNow(t.Context(), "willow-reflection"); err != nil {
		t.Errorf("a second later: %v", err)
	}
	if after, err := d.Schedule(t.Context(), "willow-reflection"); err != nil || !cmp.Equal(before, after) {
		t.Errorf("the schedule moved: %s, %v", cmp.Diff(before, after), err)
	}
	if _, err := d.RunNow(t.Context(), "nothing"); !fault.Is(err, fault.Missing) {
		t.Errorf("no such schedule: %v", err)
	}
}

func TestManyRunnersOpenASlotOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Clock.Add(7 * 24 * time.Hour)
	var group sync.WaitGroup
	for range 8 {
		r := schedule.New(d.Store, d.ballots, d.Clock.Now, slog.New(slog.DiscardHandler))
		group.Go(func() {
			if err := r.Tick(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if got := len(d.rows(dueTimes)); got != 7 {
		t.Errorf("%d messages for 7 people", got)
	}
}

func TestNextIsWhatTheClockCanStopAt(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	at, ok, err := d.Next(t.Context())
	if err != nil || !ok || !at.After(d.Clock.Now().Add(-time.Minute)) {
		t.Errorf("%s, %v, %v", at, ok, err)
	}
}

func TestRunTicksWhenKicked(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	seen := make(chan string, 16)
	d.Observe = func(_ programme.ScheduleKind, outcome string) { seen <- outcome }
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	d.Clock.Add(7 * 24 * time.Hour)
	d.Kick()
	for outcome := range seen {
		if outcome == "opened" {
			break
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
