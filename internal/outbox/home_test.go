package outbox

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
	"smallchanges/internal/store/storetest"
)

// hall is a platform with Home pages, scripted: what a page says, what drawing and showing
// answer, and how often each page was shown.
type hall struct {
	says    map[int64]string
	drawing map[int64]error
	showing map[int64][]error
	shown   map[int64]int
	drawn   int
	during  func(member int64) // while it is being drawn
}

func newHall() *hall {
	return &hall{says: map[int64]string{}, drawing: map[int64]error{}, showing: map[int64][]error{}, shown: map[int64]int{}}
}

func (h *hall) Home(_ context.Context, council, member int64) (chat.Person, chat.Card, error) {
	h.drawn++
	card := chat.Card{Kind: "home", Body: []chat.Node{chat.P("Says: " + h.says[member])}}
	if h.during != nil {
		h.during(member)
	}
	if h.says[member] == "panic" {
		panic("typed words that no log may have")
	}
	return chat.Person{Workspace: "T1", ID: string(rune('A' + member))}, card, h.drawing[member]
}

func (h *hall) ShowHome(_ context.Context, who chat.Person, _ chat.Card) error {
	member := int64([]rune(who.ID)[0] - 'A')
	if answers := h.showing[member]; len(answers) > 0 {
		h.showing[member] = answers[1:]
		if answers[0] != nil {
			return answers[0]
		}
	}
	h.shown[member]++
	return nil
}

// house is a real database in which some people of Willow have opened their pages.
type house struct {
	*storetest.Fixture
	*hall
	*Homes
	t   *testing.T
	log bytes.Buffer
}

func openHouse(t *testing.T, people ...string) *house {
	t.Helper()
	h := &house{Fixture: storetest.Open(t), hall: newHall(), t: t}
	h.Homes = NewHomes(h.Fixture, h.hall, h.hall, h.Clock.Now, slog.New(slog.NewTextHandler(&h.log, nil)))
	h.Idea("cora", "One form")
	for _, who := range people {
		_, card, err := h.Home(t.Context(), h.Council, h.Person(who).ID)
		h.must(err)
		h.must(h.HomeOpened(t.Context(), h.Person(who), card.Digest(), h.Clock.Now()))
	}
	h.later(2 * time.Hour) // the comparison after opening, and that of the day
	h.drawn = 0
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// later is some time after, with all that fell due shown.
func (h *house) later(d time.Duration) {
	h.t.Helper()
	h.Clock.Add(d)
	h.must(h.Drain(h.t.Context()))
}

// news is something that happens to a change of Willow.
func (h *house) news(who string, on bool) {
	h.t.Helper()
	_, err := h.Support(h.t.Context(), h.By(who, ""), 1, on)
	h.must(err)
}

// supported gives somebody's support, and what Ana's page says then.
func (h *house) supported(who, says string) {
	h.t.Helper()
	h.says[h.Person("ana").ID] = says
	h.news(who, true)
}

func (h *house) want(who string, times int) {
	h.t.Helper()
	if got := h.shown[h.Person(who).ID]; got != times {
		h.t.Errorf("the page of %s was shown %d times, want %d", who, got, times)
	}
}

func TestAPageIsShownAgainWhenItSaysSomethingElse(t *testing.T) {
	t.Parallel()
	h := openHouse(t, "ana")
	if h.later(24 * time.Hour); h.shown[h.Person("ana").ID] != 0 {
		t.Error("nothing happened, and it was shown")
	}
	for _, who := range []string{"ben", "dan", "ela"} {
		h.supported(who, "three supporters")
	}
	h.later(time.Second) // too soon: more may come
	h.want("ana", 0)
	h.later(homeRest)
	h.want("ana", 1)
	h.news("ben", true) // a second time is no news to anybody
	h.later(homeRest)
	h.want("ana", 1)
	h.want("ben", 0) // whose page was never opened
}

// homeRest is what storage waits for more to come.
const homeRest = 5 * time.Second

// What happens while a page is being drawn is not lost, whatever the clocks say.
func TestNewsWhileAPageIsDrawnIsShownToo(t *testing.T) {
	t.Parallel()
	h := openHouse(t, "ana")
	h.supported("ben", "one supporter")
	h.during = func(int64) {
		h.during = nil
		by := h.By("dan", "")
		by.At = by.At.Add(-3 * time.Second) // it was received before, and is kept now
		_, err := h.Support(t.Context(), by, 1, true)
		h.must(err)
		h.says[h.Person("ana").ID] = "two supporters"
	}
	h.later(homeRest)
	h.want("ana", 1)
	h.later(homeRest)
	h.want("ana", 2)
}

// The answer to opening a page and a page of the worker's can cross. Whatever came last, the
// page is right in the end.
func TestAPageOpenedWhileAnotherIsOnItsWay(t *testing.T) {
	t.Parallel()
	h := openHouse(t, "ana")
	ana := h.Person("ana")
	h.supported("ben", "one supporter")
	h.during = func(int64) { // the worker's page is drawn; now she opens hers, which says more
		h.during = nil
		h.says[ana.ID] = "two supporters"
		_, card, err := h.Home(t.Context(), h.Council, ana.ID)
		h.must(err)
		h.must(h.HomeOpened(t.Context(), ana, card.Digest(), h.Clock.Now()))
	}
	h.later(homeRest)
	h.want("ana", 1) // the old one, perhaps after her own
	h.later(homeRest)
	h.want("ana", 2)
	h.later(time.Hour)
	h.want("ana", 2)
}

func TestTroubleWithAPage(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		drawing, showing error
		again            time.Duration // when it is tried again; 0 is never
		logged           bool
	}{
		"the platform is busy":    {nil, fault.After(30*time.Second, errors.New("429")), 30 * time.Second, false},
		"busy without a time":     {nil, &fault.Error{Kind: fault.Busy}, time.Second, false},
		"it may have arrived":     {nil, &fault.Error{Kind: fault.Unsure}, grace, false},
		"the person is gone":      {nil, &fault.Error{Kind: fault.Missing}, 0, false},
		"there is no Home tab":    {nil, &fault.Error{Kind: fault.Denied}, 0, false},
		"nobody knows why":        {nil, errors.New("strange"), homeTryLate, true},
		"there is no account":     {fault.New(fault.Missing, "no account"), nil, 0, false},
		"it cannot be drawn":      {errors.New("strange"), nil, homeTryLate, true},
		"the database is too":     {&fault.Error{Kind: fault.Busy}, nil, time.Second, false},
		"what draws it panicking": {nil, nil, homeTryLate, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := openHouse(t, "ana")
			ana := h.Person("ana").ID
			h.supported("ben", "one supporter")
			h.drawing[ana] = c.drawing
			h.showing[ana] = []error{c.showing}
			if name == "what draws it panicking" {
				h.says[ana] = "panic"
			}
			h.later(homeRest)
			h.want("ana", 0)
			if logged := h.log.String(); strings.Contains(logged, "cannot be shown") != c.logged || strings.Contains(logged, "typed words") {
				t.Errorf("logged: %s", logged)
			}
			h.drawing[ana], h.says[ana] = nil, "one supporter"
			h.later(max(c.again, time.Second) - time.Millisecond)
			h.want("ana", 0)
			h.later(time.Millisecond)
			if c.again == 0 {
				h.later(time.Hour)
				h.want("ana", 0)
				return
			}
			h.want("ana", 1)
		})
	}
}

// A council's pages are shown one a second, and nobody is asked more often.
func TestPagesKeepAPace(t *testing.T) {
	t.Parallel()
	h := openHouse(t, "ana", "ben", "dan")
	for _, who := range []string{"ana", "ben", "dan"} {
		h.says[h.Person(who).ID] = "one supporter"
	}
	h.news("ela", true)
	h.Clock.Add(homeRest)
	for second := 1; second <= 4; second++ {
		for range 3 { // however often it is kicked
			_, err := h.round(t.Context(), true)
			h.must(err)
		}
		shown := 0
		for _, n := range h.shown {
			shown += n
		}
		if shown != min(second, 3) {
			t.Errorf("after %d seconds %d pages were shown", second, shown)
		}
		h.Clock.Add(time.Second)
	}
	if h.drawn != 3 {
		t.Errorf("three pages were drawn %d times", h.drawn)
	}
}

// What is due today is another thing than yesterday. After midnight every opened page is
// compared once, each at a time of its own, and shown only when it says something else.
func TestPagesOfANewDay(t *testing.T) {
	t.Parallel()
	h := openHouse(t, "ana", "ben", "dan")
	h.Clock.Add(time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC).Sub(h.Clock.Now()))
	h.says[h.Person("ana").ID] = "due for review"
	h.later(0)
	if h.drawn == 3 {
		t.Error("all were drawn at once")
	}
	for range 60 {
		h.later(time.Minute)
	}
	if h.drawn != 3 {
		t.Errorf("%d pages were drawn in the first hour", h.drawn)
	}
	h.want("ana", 1)
	h.want("ben", 0)
	for range 22 {
		h.later(time.Hour)
	}
	if h.drawn != 3 {
		t.Errorf("%d pages were drawn on that day", h.drawn)
	}
}

// empty is a store in which nothing is due.
type empty struct{ asked int }

func (e *empty) DueHomes(context.Context, time.Time, int, []int64) ([]programme.HomePage, error) {
	e.asked++
	return nil, nil
}
func (*empty) HomeDrawn(context.Context, programme.HomePage) error            { return nil }
func (*empty) HomeLater(context.Context, programme.HomePage, time.Time) error { return nil }
func (*empty) NewDay(context.Context, time.Time) error                        { return nil }

// With nothing to do the table is asked once a second and when kicked, and the end is heard at once.
func TestNothingDueIsNoWork(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		e, hall := &empty{}, newHall()
		h := NewHomes(e, hall, hall, time.Now, slog.New(slog.DiscardHandler))
		done := make(chan error)
		go func() { done <- h.Run(ctx) }()
		time.Sleep(10*time.Second + time.Millisecond)
		h.Kick()
		h.Kick()
		synctest.Wait()
		if e.asked < 11 || e.asked > 13 {
			t.Errorf("asked %d times in ten seconds and with a kick", e.asked)
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
