// Package outbox delivers what the program has to tell: it claims parcels whose time has
// come, has them drawn from what is true now, sends them, and keeps what became of each.
//
// It knows when a parcel may be sent, whether trying again makes sense, and what to do when
// an answer is lost. It must not know what a message says, which platform carries it, or
// how parcels are stored: those are its Drawer, Sender and Store.
//
//	worker := outbox.New(store, bot, slack, outbox.Config{Now: time.Now, Log: log, Rate: 5})
//	err := worker.Run(ctx) // until ctx ends; worker.Kick() when something new is due
//
// # What is promised
//
// Every parcel is attempted until it is sent, is no longer true, or is handed to a person
// with a reason. None is lost without a word. A message arrives twice only if the platform
// accepted it, its answer was lost, and it could not be found again although it was there.
// The mark "sending" is on disk before the call. A parcel still marked when its answer is
// lost or the process dies is looked for before it is sent again, after a grace longer than
// the slowest answer. What cannot be looked up is not repeated but shown as unknown, except
// a pulse's invitation, which may come twice, since a reply counts once.
//
// TestKill measures it: 2,000 prompts, a process killed ten times while it sends them, and a
// receiver that can always be asked. 40 runs lost none and doubled none (November 2026).
//
// A sent parcel that is due again has its message edited, from what is true then. If that
// cannot be done it stays sent, with the reason.
//
// Why paced parcels go back instead of waiting here (November 2026): a parcel that must
// wait for its channel or workspace is due later, in the table. So a slow workspace holds
// nobody up, nothing sleeps, and a stop or a crash finds nothing half done. The price is a
// second claim for each parcel that had to wait.
package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
)

// Store is what the outbox needs of storage.
type Store interface {
	// Claim marks up to limit parcels that are due as being sent, the longest due first,
	// and leases them until now+lease. One whose former lease ran out comes with State
	// Sending and the time of its former attempt. One with a Message was sent, and is to be
	// edited, since what it says has changed.
	Claim(ctx context.Context, now time.Time, lease time.Duration, limit int) ([]programme.Parcel, error)
	// Settle keeps what became of claimed parcels, in one commit.
	Settle(ctx context.Context, outcomes []programme.Outcome) error
	// Release frees the leases of a process that died.
	Release(ctx context.Context) error
	// NextDue is when the next parcel can be claimed; ok is false when there is none.
	NextDue(ctx context.Context) (due time.Time, ok bool, err error)
}

// Drawer makes a notice's message from what is true now, and says where it goes. Its
// fault.Stale drops the notice, and fault.Missing means that there is nobody to tell.
type Drawer interface {
	Draw(ctx context.Context, n programme.Notice) (chat.Place, chat.Card, error)
}

// Sender is a platform. Its errors say what happened: fault.Busy was not sent and may be
// tried again after its Wait, fault.Missing cannot arrive, fault.Unsure may have arrived.
type Sender interface {
	Send(ctx context.Context, to chat.Place, card chat.Card, key string) (chat.Message, error)
	// Edit turns a sent message into this card; again does no harm. fault.Missing when it is
	// gone, fault.Closed when the platform does not allow it any more.
	Edit(ctx context.Context, at chat.Message, card chat.Card) error
	// Find looks for the message that was sent with a key at or after an instant. It fails
	// with fault.Denied where messages cannot be looked up.
	Find(ctx context.Context, to chat.Place, key string, since time.Time) (chat.Message, bool, error)
}

// Config is what a worker can be told. Only Now and Log are needed.
type Config struct {
	Now     func() time.Time
	Log     *slog.Logger
	Rate    float64              // messages a second to one workspace; 0 has no cap but the platform's
	Observe func(outcome string) // sent, retry, unsure, unknown, dropped or dead; for metrics
}

const (
	mostHeld     = 256              // parcels claimed and not settled, in all: each costs a look-up after a crash
	mostQueued   = 64               // of them for one workspace; the others come back later
	mostInFlight = 8                // calls at once to one workspace: each may have arrived when the process dies
	timeout      = 15 * time.Second // for one call
	grace        = 2 * timeout      // after a call, before looking for a message whose answer was lost
	lease        = 5 * time.Minute  // longer than a parcel can be held
	poll         = time.Second      // how often the table is asked without a kick
	shortestRest = 10 * time.Millisecond
)

// Worker works one outbox. Only one process may work it, held by the store's lock.
type Worker struct {
	store  Store
	drawer Drawer
	sender Sender
	Config
	pace *pacer
	kick chan struct{}

	claiming sync.Mutex // one claim at a time, so that there is room for what it takes

	mu       sync.Mutex
	held     map[int64]bool      // parcels claimed and not settled
	lines    map[string]*line    // by workspace
	pending  []programme.Outcome // waiting to be settled with the next commit
	settling bool                // somebody is committing, and will take what is pending
	changed  chan struct{}       // closed and renewed when a parcel is settled
}

// New is a worker that does nothing until Run or Drain.
func New(store Store, drawer Drawer, sender Sender, c Config) *Worker {
	if c.Observe == nil {
		c.Observe = func(string) {}
	}
	return &Worker{
		store: store, drawer: drawer, sender: sender, Config: c, pace: newPacer(c.Rate),
		kick: make(chan struct{}, 1), held: map[int64]bool{}, lines: map[string]*line{}, changed: make(chan struct{}),
	}
}

// Kick says that something new may be due. It never waits.
func (w *Worker) Kick() {
	select {
	case w.kick <- struct{}{}:
	default:
	}
}

// Run delivers until ctx ends, then finishes the calls that were begun and returns nil.
// It first frees the leases of a process that died, so call it with the store's lock.
func (w *Worker) Run(ctx context.Context) error {
	if err := w.store.Release(ctx); err != nil {
		return fmt.Errorf("free old leases: %w", err)
	}
	for ctx.Err() == nil {
		took, err := w.take(ctx, true)
		if err != nil && ctx.Err() == nil {
			w.Log.ErrorContext(ctx, "outbox cannot claim", "error", err)
		}
		if took == 0 {
			w.rest(ctx)
		}
	}
	return w.finish(context.WithoutCancel(ctx))
}

// Drain delivers everything that is due now, and returns when nothing is. It does not pace:
// its clock may be one that stands still, where waiting for a second would never end. Wait
// times that a platform asked for are kept, so what was refused stays due for later.
func (w *Worker) Drain(ctx context.Context) error {
	for {
		took, err := w.take(ctx, false)
		if err != nil {
			return err
		}
		if took > 0 {
			continue
		}
		if busy := w.settled(); busy != nil {
			select {
			case <-busy:
			case <-ctx.Done():
				return ctx.Err()
			}
			continue
		}
		return nil
	}
}

// take claims what there is room for and starts delivering it. It takes nothing while less
// than a quarter of the room is free, so that a long queue is claimed in few commits.
func (w *Worker) take(ctx context.Context, paced bool) (took int, err error) {
	w.claiming.Lock()
	defer w.claiming.Unlock()
	w.mu.Lock()
	room := mostHeld - len(w.held)
	w.mu.Unlock()
	if room < mostHeld/4 {
		return 0, nil
	}
	parcels, err := w.store.Claim(ctx, w.Now(), lease, room)
	if err != nil {
		return 0, fmt.Errorf("claim: %w", err)
	}
	for _, p := range parcels {
		if w.hold(p.ID) {
			took++
			go w.deliver(ctx, p, paced)
		}
	}
	return took, nil
}

// hold notes that a parcel is in this process's hands. It is false for one that already
// is: its lease ran out when the clock jumped, and its own delivery will settle it.
func (w *Worker) hold(id int64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.held[id] {
		return false
	}
	w.held[id] = true
	return true
}

// settled is closed when the next parcel is settled; nil when none is held.
func (w *Worker) settled() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.held) == 0 {
		return nil
	}
	return w.changed
}

// rest waits for something to do: a kick, room when there was none, or the next due time.
func (w *Worker) rest(ctx context.Context) {
	var room <-chan struct{}
	w.mu.Lock()
	if mostHeld-len(w.held) < mostHeld/4 {
		room = w.changed
	}
	w.mu.Unlock()
	timer := time.NewTimer(w.untilDue(ctx))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-room:
	case <-w.kick:
	case <-timer.C:
	}
}

// untilDue is how long to rest when nobody kicks: at most the poll, since clocks can jump.
func (w *Worker) untilDue(ctx context.Context) time.Duration {
	due, ok, err := w.store.NextDue(ctx)
	if err != nil || !ok {
		return poll // a store that fails says so at the next claim
	}
	return min(max(due.Sub(w.Now()), shortestRest), poll)
}

// finish waits until nothing is held.
func (w *Worker) finish(ctx context.Context) error {
	for {
		busy := w.settled()
		if busy == nil {
			return nil
		}
		select {
		case <-busy:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// settle keeps an outcome. Whoever comes while nobody is committing commits, for all who
// came meanwhile as well: a lone outcome does not wait, and many share a commit.
func (w *Worker) settle(ctx context.Context, o programme.Outcome) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pending = append(w.pending, o)
	if w.settling {
		return
	}
	w.settling = true
	for len(w.pending) > 0 {
		batch := w.pending
		w.pending = nil
		w.mu.Unlock()
		w.commit(ctx, batch)
		w.mu.Lock()
		for _, o := range batch {
			delete(w.held, o.ID)
		}
		close(w.changed)
		w.changed = make(chan struct{})
	}
	w.settling = false
}

// commit tries three times. Parcels it could not settle stay marked as being sent, so
// when their lease is over they are looked for: nothing is lost, nothing is doubled.
func (w *Worker) commit(ctx context.Context, batch []programme.Outcome) {
	var errs error
	for range 3 {
		err := w.store.Settle(ctx, batch)
		if err == nil {
			w.report(batch)
			return
		}
		errs = errors.Join(errs, err)
	}
	w.Log.ErrorContext(ctx, "outbox cannot settle; the parcels will be looked for", "parcels", len(batch), "error", errs)
}

// report counts what became of parcels. Those that only wait for their turn do not count.
func (w *Worker) report(batch []programme.Outcome) {
	for _, o := range batch {
		switch {
		case o.State == programme.Due && !o.Due.After(w.Now()):
			w.Kick()
			w.Observe("retry")
		case o.At.IsZero():
		case o.State == programme.Due:
			w.Observe("retry")
		case o.State == programme.Sending:
			w.Observe("unsure")
		default:
			w.Observe(string(o.State))
		}
	}
}
