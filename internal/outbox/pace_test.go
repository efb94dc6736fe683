package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"

	"github.com/google/go-cmp/cmp"
)

// memory is a Store in memory, for tests in which time itself is simulated.
type memory struct {
	mu   sync.Mutex
	rows []*row
}

type row struct {
	programme.Parcel
	due, lease time.Time
}

func (m *memory) Claim(_ context.Context, now time.Time, lease time.Duration, limit int) (claimed []programme.Parcel, _ error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.rows {
		open := r.State == programme.Due || r.State == programme.Sending
		if open && !r.due.After(now) && !r.lease.After(now) && len(claimed) < limit {
			if r.Attempts++; r.State == programme.Due {
				r.AttemptedAt = now
			}
			claimed = append(claimed, r.Parcel)
			r.State, r.lease = programme.Sending, now.Add(lease)
		}
	}
	return claimed, nil
}

func (m *memory) Settle(_ context.Context, outcomes []programme.Outcome) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, o := range outcomes {
		r := m.rows[o.ID]
		if r.State, r.lease = o.State, (time.Time{}); o.At.IsZero() {
			r.Attempts--
		}
		switch o.State {
		case programme.Due:
			r.due = o.Due
		case programme.Sending:
			r.lease = o.Due
		}
	}
	return nil
}

func (m *memory) Release(context.Context) error { return nil }

func (m *memory) NextDue(context.Context) (next time.Time, ok bool, _ error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.rows {
		at := r.due
		if r.lease.After(at) {
			at = r.lease
		}
		if (r.State == programme.Due || r.State == programme.Sending) && (!ok || at.Before(next)) {
			next, ok = at, true
		}
	}
	return next, ok, nil
}

func (m *memory) add(subject int64, channel string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rows = append(m.rows, &row{due: time.Now(), Parcel: programme.Parcel{
		ID: int64(len(m.rows)), State: programme.Due, Notice: programme.Notice{Subject: subject, Channel: channel},
	}})
}

// runFor works an outbox in simulated time, and says when each message arrived.
func runFor(t *testing.T, d time.Duration, rate float64, fill func(*memory, *platform)) map[string][]time.Duration {
	m, p, arrived := &memory{}, newPlatform(), map[string][]time.Duration{}
	began := time.Now()
	p.after = func(place string) { arrived[place] = append(arrived[place], time.Since(began)) }
	fill(m, p)
	w := New(m, p, p, Config{Now: time.Now, Log: slog.New(slog.DiscardHandler), Rate: rate})
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	if err := w.Run(ctx); err != nil {
		t.Error(err)
	}
	return arrived
}

func TestOneMessageASecondToOnePlace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		arrived := runFor(t, time.Minute, 0, func(m *memory, _ *platform) {
			for range 5 {
				m.add(1, "a")
			}
			m.add(1, "b")
		})
		if len(arrived["a"]) != 5 || len(arrived["b"]) != 1 || arrived["b"][0] > time.Second {
			t.Fatalf("arrived: %v", arrived)
		}
		for i, at := range arrived["a"][1:] {
			if gap := at - arrived["a"][i]; gap < between || gap > 2*between {
				t.Errorf("message %d came %v after the one before", i+2, gap)
			}
		}
	})
}

func TestAWorkspaceHasItsOwnRate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		arrived := runFor(t, time.Minute, 5, func(m *memory, _ *platform) {
			for i := range 50 {
				m.add(1, fmt.Sprint("one ", i))
			}
			m.add(2, "two")
		})
		var last time.Duration
		for _, at := range arrived {
			last = max(last, at[0])
		}
		if len(arrived) != 51 || arrived["two"][0] > 100*time.Millisecond {
			t.Errorf("%d arrived, the other workspace's after %v", len(arrived), arrived["two"])
		}
		if last < 49*200*time.Millisecond || last > 12*time.Second {
			t.Errorf("50 messages at 5 a second took %v", last)
		}
	})
}

func TestNothingIsSentBeforeRetryAfterIsOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		arrived := runFor(t, time.Minute, 5, func(m *memory, p *platform) {
			for i := range 20 {
				m.add(1, fmt.Sprint("one ", i))
			}
			p.refusal["W1"] = fault.After(10*time.Second, errors.New("too many requests"))
			m.add(2, "two")
		})
		if len(arrived) != 21 || arrived["two"][0] > time.Second {
			t.Errorf("%d arrived, the other workspace's after %v", len(arrived), arrived["two"])
		}
		early := 0
		for place, at := range arrived {
			if place != "two" && at[0] < 10*time.Second {
				early++
			}
		}
		if early > 0 {
			t.Errorf("%d messages did not wait", early)
		}
	})
}

func TestAKickIsHeardAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m, p := &memory{}, newPlatform()
		arrived := make(chan time.Time, 1)
		p.after = func(string) { arrived <- time.Now() }
		w := New(m, p, p, Config{Now: time.Now, Log: slog.New(slog.DiscardHandler)})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- w.Run(ctx) }()
		synctest.Wait()
		m.add(1, "a")
		kicked := time.Now()
		w.Kick()
		if waited := (<-arrived).Sub(kicked); waited != 0 {
			t.Errorf("it came %v after the kick", waited)
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestStoppingFinishesWhatWasBegun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m, p := &memory{}, newPlatform()
		gate := make(chan struct{})
		p.gate["W1"] = gate
		for i := range 20 {
			m.add(1, fmt.Sprint("place ", i))
		}
		w := New(m, p, p, Config{Now: time.Now, Log: slog.New(slog.DiscardHandler)})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- w.Run(ctx) }()
		synctest.Wait()
		cancel()
		synctest.Wait()
		close(gate)
		if err := <-done; err != nil {
			t.Error(err)
		}
		got := states{}
		for _, r := range m.rows {
			got[r.State]++
		}
		if diff := cmp.Diff(states{programme.Sent: mostInFlight, programme.Due: 20 - mostInFlight}, got); diff != "" {
			t.Errorf("after the stop (-want +got):\n%s", diff)
		}
	})
}

func TestDrainLeavesNothingOfACrowd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m, p := &memory{}, newPlatform()
		gate := make(chan struct{})
		p.gate["W1"] = gate
		for i := range 2 * mostHeld {
			m.add(1, fmt.Sprint("place ", i))
		}
		stands := time.Now()
		w := New(m, p, p, Config{Now: func() time.Time { return stands }, Log: slog.New(slog.DiscardHandler)})
		done := make(chan error)
		go func() { done <- w.Drain(t.Context()) }()
		synctest.Wait() // the platform is slow, and everyone waits for it
		close(gate)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		got := states{}
		for _, r := range m.rows {
			got[r.State]++
		}
		if diff := cmp.Diff(states{programme.Sent: 2 * mostHeld}, got); diff != "" {
			t.Errorf("after the drain (-want +got):\n%s", diff)
		}
	})
}

// Slack counts what goes under a message in the channel that the message is in.
func TestAThreadIsNoPlaceOfItsOwn(t *testing.T) {
	t.Parallel()
	p, now := newPacer(0), time.Now()
	willow := chat.Place{Workspace: "W1", ID: "C1"}
	if at := p.grant(1, willow, now, true); !at.Equal(now) {
		t.Errorf("the first waits until %v", at)
	}
	under := willow
	under.Thread = "C1/1.000100"
	if at := p.grant(2, under, now, true); !at.Equal(now.Add(between)) {
		t.Errorf("an answer under it may go at %v", at)
	}
}
