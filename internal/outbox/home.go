package outbox

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// HomeStore is what Homes needs of storage.
type HomeStore interface {
	// DueHomes are pages to draw again, the longest due first, but none of some councils.
	DueHomes(ctx context.Context, now time.Time, most int, besides []int64) ([]programme.HomePage, error)
	// HomeDrawn keeps what a page shows. It stays due when something changed meanwhile.
	HomeDrawn(ctx context.Context, h programme.HomePage) error
	// HomeLater puts a page off that could not be drawn or shown.
	HomeLater(ctx context.Context, h programme.HomePage, until time.Time) error
	// NewDay makes every page due once where a day has begun: not all at the same moment.
	NewDay(ctx context.Context, now time.Time) error
}

// HomeDrawer draws a member's page from what is true now, and says whose it is.
// fault.Missing when there is nobody to show it to.
type HomeDrawer interface {
	Home(ctx context.Context, council, member int64) (chat.Person, chat.Card, error)
}

// HomeShower is a platform that has Home pages. Showing the same page twice does no harm.
// Its errors are those of a Sender.
type HomeShower interface {
	ShowHome(ctx context.Context, who chat.Person, card chat.Card) error
}

const (
	mostHomes   = 20              // pages taken from the table at once
	homesApart  = time.Second     // between two pages shown to one council; Slack allows 100 a minute
	homeTryLate = 5 * time.Minute // after trouble that nobody explained
	dayCheck    = time.Minute     // how often the calendar is looked at
)

// Homes shows Home pages again when something on them has changed: once for all that came
// together, and only when the page says something else than what the person sees.
//
// Why a digest and no hash of Slack's views (November 2026): a person who opens their page is
// answered at once, and that answer and a page of ours can cross. A hash would refuse the
// later one, and had to be kept from every answer. Instead an opened page is compared once
// more when the rest after it is over (storage makes it due): whatever arrived last, the
// page is right some seconds later. The price is a drawing for each opening, nearly always
// without a call. An answer that takes Slack longer than that rest can still win; the next
// opening or change mends it.
type Homes struct {
	store  HomeStore
	drawer HomeDrawer
	shower HomeShower
	now    func() time.Time
	log    *slog.Logger
	kick   chan struct{}

	mu     sync.Mutex          // one round at a time: no page is drawn twice at once
	next   map[int64]time.Time // by council: not before then
	looked time.Time           // when the calendar was looked at
}

// NewHomes does nothing until Run or Drain.
func NewHomes(store HomeStore, drawer HomeDrawer, shower HomeShower, now func() time.Time, log *slog.Logger) *Homes {
	return &Homes{
		store: store, drawer: drawer, shower: shower, now: now, log: log,
		kick: make(chan struct{}, 1), next: map[int64]time.Time{},
	}
}

// Kick says that a page may be due. It never waits.
func (h *Homes) Kick() {
	select {
	case h.kick <- struct{}{}:
	default:
	}
}

// Run shows what is due, every second and when kicked, until ctx ends. It returns nil.
func (h *Homes) Run(ctx context.Context) error {
	for {
		if _, err := h.round(ctx, true); err != nil && ctx.Err() == nil {
			h.log.ErrorContext(ctx, "Home pages cannot be kept fresh", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-h.kick:
		case <-time.After(poll):
		}
	}
}

// Drain shows everything that is due now, without a pace, and returns when nothing is but
// what the platform asked to wait for.
func (h *Homes) Drain(ctx context.Context) error {
	for {
		done, err := h.round(ctx, false)
		if err != nil || done == 0 {
			return err
		}
	}
}

// round takes pages that are due and settles them; done is how many. Those of a council
// that has to wait stay in the table.
func (h *Homes) round(ctx context.Context, paced bool) (done int, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.now()
	if age := now.Sub(h.looked); age >= dayCheck || age < 0 {
		if err := h.store.NewDay(ctx, now); err != nil {
			return 0, fmt.Errorf("begin a day: %w", err)
		}
		h.looked = now
	}
	pages, err := h.store.DueHomes(ctx, now, mostHomes, h.waiting(now))
	if err != nil {
		return 0, fmt.Errorf("find pages: %w", err)
	}
	for _, page := range pages {
		if ctx.Err() != nil || h.next[page.CouncilID].After(now) { // it has had its turn in this round
			continue
		}
		if err := h.fresh(ctx, page, paced); err != nil {
			return done, fmt.Errorf("settle a page: %w", err)
		}
		done++
	}
	return done, nil
}

// waiting are the councils that have to wait, and forgets those that waited.
func (h *Homes) waiting(now time.Time) (councils []int64) {
	for council, until := range h.next {
		if until.After(now) {
			councils = append(councils, council)
		} else {
			delete(h.next, council)
		}
	}
	return councils
}

// fresh draws a page and shows it, when it says something else than before.
func (h *Homes) fresh(ctx context.Context, page programme.HomePage, paced bool) error {
	var who chat.Person
	var card chat.Card
	err := fault.Catch(func() (err error) {
		who, card, err = h.drawer.Home(ctx, page.CouncilID, page.Member)
		return err
	})
	if err != nil {
		return h.judge(ctx, page, err)
	}
	digest := card.Digest()
	if digest == page.Shown {
		return h.store.HomeDrawn(ctx, page)
	}
	if paced {
		h.next[page.CouncilID] = h.now().Add(homesApart)
	}
	call, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if err := h.shower.ShowHome(call, who, card); err != nil {
		return h.judge(ctx, page, err)
	}
	page.Shown = digest
	return h.store.HomeDrawn(ctx, page)
}

// judge decides what trouble means for a page. Showing it twice does no harm, so what may
// have arrived is shown again.
func (h *Homes) judge(ctx context.Context, page programme.HomePage, err error) error {
	if ctx.Err() != nil {
		return nil // it stays due
	}
	switch fault.Of(err) {
	case fault.Busy:
		h.next[page.CouncilID] = h.now().Add(max(fault.Wait(err), homesApart))
		return nil
	case fault.Missing, fault.Denied:
		return h.store.HomeDrawn(ctx, page)
	case fault.Unsure:
		return h.store.HomeLater(ctx, page, h.now().Add(grace))
	}
	h.log.ErrorContext(ctx, "a Home page cannot be shown", "council", page.CouncilID, "member", page.Member, "kind", fault.Of(err).String(), "error", err)
	return h.store.HomeLater(ctx, page, h.now().Add(homeTryLate))
}
