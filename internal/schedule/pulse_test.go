package schedule_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"smallchanges/internal/ballot"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"

	"github.com/google/go-cmp/cmp"
)

func TestAPulseFromSlotToResult(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.until("2026-12-01 10:00") // a Tuesday
	pulse, err := d.OpenPulseOf(t.Context(), d.Council, d.Team("Willow").ID, d.Clock.Now())
	if err != nil || pulse.Asked != 8 || pulse.Slot != "2026-12-01T10:00" {
		t.Fatalf("%+v, %v", pulse, err)
	}
	for _, name := range []string{"ana", "ben", "cora", "dan", "ela", "femi"} {
		reply := programme.Reply{}
		for _, q := range pulse.Questions {
			reply[q.ID] = q.Split
		}
		if err := d.ballots.Cast(t.Context(), pulse.ID, d.Person(name).ID, reply); err != nil {
			t.Fatal(err)
		}
	}
	d.until("2026-12-06 10:00")
	pulse, err = d.Pulse(t.Context(), d.Council, pulse.ID)
	if err != nil || pulse.Result == nil || pulse.Result.Replied != 6 || pulse.Result.Withheld {
		t.Fatalf("%+v, %v", pulse.Result, err)
	}
	d.want(toPlaces, "pulse.result C0WILLOW1")
	d.wantNoBallots()
	if diff := cmp.Diff([]string{"pulse opened", "pulse closed", "reflection skipped"}, d.heard); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
}

func (d *desk) wantNoBallots() {
	d.t.Helper()
	files, err := os.ReadDir(d.folder)
	if err != nil || len(files) > 0 {
		d.t.Errorf("left in the folder of ballots: %v, %v", files, err)
	}
}

func TestAScheduledPulseWaitsForTheOpenOne(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if _, err := d.open(20 * 24 * time.Hour); err != nil {
		t.Fatal(err)
	}
	d.until("2026-12-01 10:00")
	if got := d.rows(slots); len(got) != 1 || !strings.Contains(got[0], "skipped This team has a pulse open already.") {
		t.Errorf("got %q", got)
	}
}

// open opens Willow's baseline pulse now.
func (d *desk) open(closeAfter time.Duration) (programme.Pulse, error) {
	title, questions, _ := programme.Set("baseline")
	team := d.Team("Willow")
	return d.OpenPulse(d.t.Context(), programme.Pulse{
		CouncilID: team.CouncilID, TeamID: team.ID, Set: "baseline", Title: title, Questions: questions,
	}, closeAfter)
}

// OpenPulse is the runner's: the fixture's store has one, too.
func (d *desk) OpenPulse(ctx context.Context, p programme.Pulse, closeAfter time.Duration) (programme.Pulse, error) {
	return d.Runner.OpenPulse(ctx, p, closeAfter)
}

func TestClosingAPulseEarly(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, length := range []time.Duration{0, time.Minute, 91 * 24 * time.Hour} {
		if _, err := d.open(length); !fault.Is(err, fault.Invalid) {
			t.Errorf("open for %s: %v", length, err)
		}
	}
	pulse, err := d.open(120 * time.Hour)
	if err != nil || pulse.Asked != 8 {
		t.Fatalf("%+v, %v", pulse, err)
	}
	if _, err := d.open(time.Hour); !fault.Is(err, fault.Closed) {
		t.Errorf("a second one: %v", err)
	}
	pulse, err = d.ClosePulse(t.Context(), pulse.ID)
	if err != nil || pulse.Result == nil || !pulse.Result.Withheld {
		t.Fatalf("%+v, %v", pulse.Result, err)
	}
	d.wantNoBallots()
	if _, err := d.ClosePulse(t.Context(), pulse.ID); !fault.Is(err, fault.Closed) {
		t.Errorf("closed twice: %v", err)
	}
	if _, err := d.ClosePulse(t.Context(), 4711); !fault.Is(err, fault.Missing) {
		t.Errorf("no such pulse: %v", err)
	}
}

// dying are ballots of a process that is killed at one step, before or after it.
type dying struct {
	*ballot.Ballots
	step  string
	after bool
}

var errKilled = errors.New("killed")

func (b *dying) Open(ctx context.Context, p programme.Pulse, members []int64) error {
	return b.at("open", func() error { return b.Ballots.Open(ctx, p, members) })
}

func (b *dying) Destroy(ctx context.Context, pulse int64) error {
	return b.at("destroy", func() error { return b.Ballots.Destroy(ctx, pulse) })
}

func (b *dying) at(step string, do func() error) error {
	if b.step != step {
		return do()
	}
	if b.after {
		return errors.Join(do(), errKilled)
	}
	return errKilled
}

func TestACrashBetweenPulseBallotAndInvitationsIsMended(t *testing.T) {
	t.Parallel()
	for _, after := range []bool{false, true} {
		d := newDesk(t)
		d.Runner = d.runner(&dying{d.ballots, "open", after})
		if _, err := d.open(120 * time.Hour); !errors.Is(err, errKilled) {
			t.Fatal(err)
		}
		if got := d.rows(dueTimes); len(got) > 0 {
			t.Errorf("invited before there is a ballot: %q", got)
		}
		d.Runner = d.runner(d.ballots)
		for range 2 {
			if err := d.Tick(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if got := len(d.rows(dueTimes)); got != 8 {
			t.Errorf("%d invited", got)
		}
		pulse, err := d.OpenPulseOf(t.Context(), d.Council, d.Team("Willow").ID, d.Clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		if replied, err := d.ballots.Replied(t.Context(), pulse.ID, d.Person("ana").ID); err != nil || replied {
			t.Errorf("Ana's ballot: %v, %v", replied, err)
		}
	}
}

func TestACrashBeforeTheBallotIsDestroyedIsMended(t *testing.T) {
	t.Parallel()
	for _, restart := range []bool{false, true} {
		d := newDesk(t)
		killed := &dying{d.ballots, "destroy", false}
		d.Runner = d.runner(killed)
		if err := d.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		pulse, err := d.open(120 * time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.ClosePulse(t.Context(), pulse.ID); !errors.Is(err, errKilled) {
			t.Fatal(err)
		}
		killed.step = ""
		if restart {
			d.Runner = d.runner(d.ballots)
		}
		if err := d.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		d.wantNoBallots()
		d.want(toPlaces, "pulse.result C0WILLOW1")
	}
}

func TestAnExtraPulseInvitesEverybodyAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if asked, err := d.RunNow(t.Context(), "willow-pulse"); err != nil || asked != 8 {
		t.Fatalf("asked %d, %v", asked, err)
	}
	for _, row := range d.rows(dueTimes) {
		if !strings.HasSuffix(row, "2026-11-26 09:00") {
			t.Errorf("invited later: %s", row)
		}
	}
	d.Clock.Add(time.Second)
	if _, err := d.RunNow(t.Context(), "willow-pulse"); !fault.Is(err, fault.Closed) {
		t.Errorf("beside an open pulse: %v", err)
	}
}
