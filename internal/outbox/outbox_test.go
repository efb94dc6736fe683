package outbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
	"smallchanges/internal/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// platform is a scripted Sender and Drawer. A notice goes to the channel it names, in the
// workspace named by its subject, or to its member's direct messages.
type platform struct {
	mu      sync.Mutex
	answers map[string][]error         // by place: what the next sends there answer; then they arrive
	refusal map[string]error           // by workspace: what its next call answers, wherever it goes
	drawing map[string]error           // by channel: what drawing answers
	looking error                      // what looking up answers
	arrived map[string][]string        // by place, the keys of what arrived there
	after   func(place string)         // called with each message that arrived
	flight  map[string]int             // by workspace, calls now
	most    map[string]int             // by workspace, most calls at once
	gate    map[string]<-chan struct{} // by workspace, calls wait for it
	edits   []string                   // the ids of the messages that were edited
	looks   int
}

func newPlatform() *platform {
	return &platform{
		answers: map[string][]error{}, refusal: map[string]error{}, drawing: map[string]error{}, arrived: map[string][]string{},
		flight: map[string]int{}, most: map[string]int{}, gate: map[string]<-chan struct{}{},
	}
}

func (p *platform) Draw(_ context.Context, n programme.Notice) (chat.Place, chat.Card, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	to := chat.Place{Workspace: fmt.Sprint("W", n.Subject), ID: n.Channel}
	if n.Member != 0 {
		to.ID, to.Direct = fmt.Sprint("member ", n.Member), true
	}
	return to, chat.Card{Title: "Hello"}, p.drawing[to.ID]
}

// lost is an answer that never comes, to a message that arrived.
var lost = fault.Hide(fault.Unsure, errors.New("the line went dead"), "")

func (p *platform) Send(_ context.Context, to chat.Place, _ chat.Card, key string) (chat.Message, error) {
	p.mu.Lock()
	p.flight[to.Workspace]++
	p.most[to.Workspace] = max(p.most[to.Workspace], p.flight[to.Workspace])
	gate := p.gate[to.Workspace]
	p.mu.Unlock()
	if gate != nil {
		<-gate
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.flight[to.Workspace]--
	answer := p.refusal[to.Workspace]
	delete(p.refusal, to.Workspace)
	if script := p.answers[to.ID]; answer == nil && len(script) > 0 {
		answer, p.answers[to.ID] = script[0], script[1:]
	}
	if answer == nil || errors.Is(answer, lost) {
		p.arrived[to.ID] = append(p.arrived[to.ID], key)
		if p.after != nil {
			p.after(to.ID)
		}
	}
	return chat.Message{Place: to, ID: "m1"}, answer
}

func (p *platform) Edit(_ context.Context, at chat.Message, _ chat.Card) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if script := p.answers[at.Place.ID]; len(script) > 0 {
		answer := script[0]
		p.answers[at.Place.ID] = script[1:]
		if answer != nil {
			return answer
		}
	}
	p.edits = append(p.edits, at.ID)
	return nil
}

func (p *platform) Find(_ context.Context, to chat.Place, key string, _ time.Time) (chat.Message, bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.looks++
	if p.looking != nil {
		return chat.Message{}, false, p.looking
	}
	for _, have := range p.arrived[to.ID] {
		if have == key {
			return chat.Message{Place: to, ID: "found"}, true, nil
		}
	}
	return chat.Message{}, false, nil
}

func (p *platform) count(place string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.arrived[place])
}

// bench is a worker over a real database and a scripted platform.
type bench struct {
	*storetest.Fixture
	*platform
	*Worker
	t    testing.TB
	seen map[string]int // outcomes observed
	mu   sync.Mutex
}

func newBench(t testing.TB, rate float64) *bench {
	t.Helper()
	b := &bench{Fixture: storetest.Open(t), platform: newPlatform(), t: t, seen: map[string]int{}}
	b.Worker = b.worker(rate)
	return b
}

// worker is another process over the same outbox and platform.
func (b *bench) worker(rate float64) *Worker {
	return New(b.Store, b.platform, b.platform, Config{
		Now: b.Clock.Now, Log: slog.New(slog.DiscardHandler), Rate: rate,
		Observe: func(outcome string) {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.seen[outcome]++
		},
	})
}

// post puts a notice to a channel of workspace W<subject> into the outbox, due now.
func (b *bench) post(kind programme.NoticeKind, subject int64, channels ...string) {
	b.t.Helper()
	var notices []programme.Notice
	for i, channel := range channels {
		notices = append(notices, programme.Notice{
			Key: fmt.Sprintf("%s/%d/%s/%d", kind, subject, channel, i), Kind: kind, Subject: subject, Channel: channel, Due: b.Clock.Now(),
		})
	}
	b.must(b.Invite(b.t.Context(), b.Council, notices))
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) drain() {
	b.t.Helper()
	b.must(b.Drain(b.t.Context()))
}

// depth is how many parcels are in each state.
func (b *bench) depth() map[programme.Delivery]int {
	b.t.Helper()
	depth, _, err := b.OutboxDepth(b.t.Context())
	b.must(err)
	return depth
}

func (b *bench) wantDepth(want map[programme.Delivery]int) {
	b.t.Helper()
	if diff := cmp.Diff(want, b.depth()); diff != "" {
		b.t.Fatalf("parcels by state (-want +got):\n%s", diff)
	}
}

type states = map[programme.Delivery]int

func TestWhatIsDueIsSentOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, 5)
	b.post(programme.NoticeDigest, 1, "a", "b", "c", "a")
	b.drain()
	b.drain()
	b.wantDepth(states{programme.Sent: 4})
	if b.count("a") != 2 || b.count("b") != 1 || b.count("c") != 1 {
		t.Errorf("arrived: %v", b.arrived)
	}
	if b.seen["sent"] != 4 {
		t.Errorf("observed: %v", b.seen)
	}
}

func TestARefusedWorkspaceWaitsAndOthersGoOn(t *testing.T) {
	t.Parallel()
	b := newBench(t, 0)
	b.answers["a"] = []error{fault.After(30*time.Second, errors.New("too many requests"))}
	b.post(programme.NoticeDigest, 1, "a")
	b.drain()
	b.post(programme.NoticeDigest, 1, "b", "c")
	b.post(programme.NoticeDigest, 2, "d", "e")
	b.drain()
	b.wantDepth(states{programme.Due: 3, programme.Sent: 2})
	b.Clock.Add(30*time.Second - time.Millisecond)
	b.drain()
	b.wantDepth(states{programme.Due: 3, programme.Sent: 2})
	b.Clock.Add(time.Millisecond)
	b.drain()
	b.wantDepth(states{programme.Sent: 5})
}

func TestALostAnswerIsLookedUpAfterTheGrace(t *testing.T) {
	t.Parallel()
	b := newBench(t, 0)
	b.answers["a"] = []error{lost}
	b.post(programme.NoticePrompt, 1, "a")
	b.drain()
	b.Clock.Add(grace - time.Millisecond)
	b.drain()
	if b.wantDepth(states{programme.Sending: 1}); b.looks != 0 {
		t.Fatal("looked before the slowest answer could come")
	}
	b.Clock.Add(time.Millisecond)
	b.drain()
	b.wantDepth(states{programme.Sent: 1})
	if b.count("a") != 1 || b.looks != 1 {
		t.Errorf("arrived %d, looked %d times", b.count("a"), b.looks)
	}
}

func TestALostMessageIsSentAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t, 0)
	b.answers["a"] = []error{fault.Hide(fault.Unsure, errors.New("cut off before it arrived"), ""), nil}
	b.post(programme.NoticePrompt, 1, "a")
	b.drain()
	b.Clock.Add(grace)
	b.drain()
	b.wantDepth(states{programme.Sent: 1})
	if b.count("a") != 1 || b.looks != 1 {
		t.Errorf("arrived %d, looked %d times", b.count("a"), b.looks)
	}
}

func TestWhatCannotBeLookedUp(t *testing.T) {
	t.Parallel()
	tests := map[programme.NoticeKind]struct {
		state programme.Delivery
		times int
	}{
		programme.NoticePrompt:      {programme.Unknown, 1}, // a missed one beats a double one
		programme.NoticeCelebration: {programme.Unknown, 1},
		programme.NoticePulse:       {programme.Sent, 2}, // a reply counts once, so it may come twice
	}
	for kind, want := range tests {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			b := newBench(t, 0)
			b.looking = fault.New(fault.Denied, "cannot look")
			b.answers["a"] = []error{lost}
			b.post(kind, 1, "a")
			b.drain()
			b.Clock.Add(grace)
			b.drain()
			b.wantDepth(states{want.state: 1})
			if b.count("a") != want.times {
				t.Errorf("arrived %d times", b.count("a"))
			}
		})
	}
}

func TestALookUpThatFailsIsRepeatedThenShown(t *testing.T) {
	t.Parallel()
	b := newBench(t, 0)
	b.looking = fault.After(time.Minute, errors.New("history is limited"))
	b.answers["a"] = []error{lost}
	b.post(programme.NoticePrompt, 1, "a")
	b.drain()
	b.Clock.Add(grace)
	for range 3 {
		b.drain()
		b.wantDepth(states{programme.Sending: 1})
		b.Clock.Add(time.Minute)
	}
	for range mostAttempts {
		b.drain()
		b.Clock.Add(time.Minute)
	}
	b.wantDepth(states{programme.Unknown: 1})
	if b.count("a") != 1 {
		t.Errorf("arrived %d times", b.count("a"))
	}
}

func TestAProcessThatDiedBetweenPostAndMark(t *testing.T) {
	t.Parallel()
	b := newBench(t, 0)
	b.post(programme.NoticePrompt, 1, "arrived", "not sent yet")
	parcels, err := b.Claim(t.Context(), b.Clock.Now(), lease, 10) // marked, and then the process died
	b.must(err)
	b.arrived["arrived"] = []string{key(parcels[0])}
	b.must(b.Release(t.Context()))

	b.drain()
	b.wantDepth(states{programme.Sending: 2}) // what was in flight may still arrive
	b.Clock.Add(grace)
	b.drain()
	b.wantDepth(states{programme.Sent: 2})
	if b.count("arrived") != 1 || b.count("not sent yet") != 1 {
		t.Errorf("arrived: %v", b.arrived)
	}
}

func TestProcessesThatDiedAreNoFailuresOfAParcel(t *testing.T) {
	t.Parallel()
	b := newBench(t, 0)
	b.post(programme.NoticePrompt, 1, "a")
	for range mostAttempts + 1 {
		_, err := b.Claim(t.Context(), b.Clock.Now(), lease, 10) // and then the process died, with no call made
		b.must(err)
		b.must(b.Release(t.Context()))
		b.Clock.Add(grace)
	}
	b.drain()
	b.wantDepth(states{programme.Sent: 1})
	if b.count("a") != 1 {
		t.Errorf("arrived %d times", b.count("a"))
	}
}

func TestWhatEndsAParcel(t *testing.T) {
	t.Parallel()
	b := newBench(t, 0)
	b.answers["gone"] = []error{fault.New(fault.Missing, "the channel is archived")}
	b.drawing["nobody"] = fault.New(fault.Missing, "they left")
	b.drawing["old"] = fault.New(fault.Stale, "already answered")
	b.post(programme.NoticePrompt, 1, "gone", "nobody", "old")
	b.drain()
	b.wantDepth(states{programme.Dead: 2, programme.Dropped: 1})
	if want := map[string]int{"dead": 2, "dropped": 1}; !cmp.Equal(want, b.seen) {
		t.Errorf("observed %v, want %v", b.seen, want)
	}
}

func TestWhatFailsAgainAndAgainIsGivenUp(t *testing.T) {
	t.Parallel()
	b := newBench(t, 0)
	for range mostAttempts {
		b.answers["a"] = append(b.answers["a"], errors.New("invalid blocks"))
	}
	b.post(programme.NoticePrompt, 1, "a")
	shortest := firstWait * 3 / 4
	for i := range mostAttempts - 1 {
		b.drain()
		b.wantDepth(states{programme.Due: 1})
		due, _, err := b.NextDue(t.Context())
		b.must(err)
		if waits := due.Sub(b.Clock.Now()); waits < min(shortest<<i, longestWait*3/4)-time.Millisecond {
			t.Errorf("attempt %d is followed by %v", i+1, waits)
		}
		b.Clock.Add(longestWait * 5 / 4)
	}
	b.drain()
	b.wantDepth(states{programme.Dead: 1})
}

func TestAPassingTroubleIsNeverGivenUp(t *testing.T) {
	t.Parallel()
	b := newBench(t, 0)
	for range 3 * mostAttempts {
		b.answers["a"] = append(b.answers["a"], fault.Hide(fault.Busy, errors.New("connection refused"), ""))
	}
	b.post(programme.NoticePrompt, 1, "a")
	for range 3*mostAttempts + 1 {
		b.drain()
		b.Clock.Add(longestWait * 5 / 4)
	}
	b.wantDepth(states{programme.Sent: 1})
}

func TestCallsAtOnceAreBounded(t *testing.T) {
	t.Parallel()
	b := newBench(t, 0)
	gate := make(chan struct{})
	b.gate["W1"] = gate
	var crowd []string
	for i := range mostQueued - 1 {
		crowd = append(crowd, fmt.Sprint("place ", i))
	}
	b.post(programme.NoticePrompt, 1, crowd...)
	b.post(programme.NoticePrompt, 2, "elsewhere")
	reached := make(chan struct{})
	b.after = func(place string) {
		if place == "elsewhere" {
			close(reached)
		}
	}
	done := make(chan error)
	go func() { done <- b.Drain(context.Background()) }()
	<-reached // the other workspace is not held up by the slow one
	close(gate)
	b.must(<-done)
	if b.most["W1"] > mostInFlight {
		t.Errorf("%d calls at once", b.most["W1"])
	}
	b.wantDepth(states{programme.Sent: mostQueued})
}

func TestAStoreThatCannotSettleDoublesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t, 0)
	b.post(programme.NoticePrompt, 1, "a")
	broken := New(unsettled{b.Store}, b.platform, b.platform, Config{Now: b.Clock.Now, Log: slog.New(slog.DiscardHandler)})
	b.must(broken.Drain(t.Context()))
	b.wantDepth(states{programme.Sending: 1})
	b.Clock.Add(lease)
	b.drain()
	b.wantDepth(states{programme.Sent: 1})
	if b.count("a") != 1 {
		t.Errorf("arrived %d times", b.count("a"))
	}
}

// unsettled is a store whose disk is full.
type unsettled struct{ Store }

func (unsettled) Settle(context.Context, []programme.Outcome) error {
	return errors.New("the disk is full")
}

func TestKeysTellNothingAndStayTheSame(t *testing.T) {
	t.Parallel()
	p := programme.Parcel{ID: 7, Notice: programme.Notice{Key: "pulse/3/member/12"}}
	first := key(p)
	p.ID, p.Attempts, p.State = 8, 3, programme.Sending // also of a database that came back from a backup
	if key(p) != first || len(first) != 32 {
		t.Errorf("%q then %q", first, key(p))
	}
	p.Notice.Key = "pulse/3/member/13"
	if key(p) == first {
		t.Error("two parcels have one key")
	}
}

// broken draws one notice by panicking.
type broken struct{ Drawer }

func (b broken) Draw(ctx context.Context, n programme.Notice) (chat.Place, chat.Card, error) {
	if n.Channel == "bad" {
		panic("a name from the database")
	}
	return b.Drawer.Draw(ctx, n)
}

// A parcel that cannot even be drawn would end the process, and the next one after it was
// started again, for ever. It is given up like one that fails in any other way.
func TestAPanicCostsOneParcelAndNotTheProcess(t *testing.T) {
	t.Parallel()
	b := newBench(t, 0)
	var log bytes.Buffer
	b.Worker = New(b.Store, broken{b.platform}, b.platform, Config{Now: b.Clock.Now, Log: slog.New(slog.NewTextHandler(&log, nil))})
	b.post(programme.NoticeDigest, 1, "bad", "good")
	for range mostAttempts {
		b.drain()
		b.Clock.Add(longestWait * 2)
	}
	b.wantDepth(states{programme.Dead: 1, programme.Sent: 1})
	if !strings.Contains(log.String(), "outbox_test.go") || strings.Contains(log.String(), "a name from the database") {
		t.Errorf("the log should say where it was, and not what: %s", &log)
	}
}

// Turns are only kept for parcels that wait for one.
func TestATurnEndsWithItsParcel(t *testing.T) {
	t.Parallel()
	b := newBench(t, 1)
	round := func() {
		t.Helper()
		_, err := b.take(t.Context(), true)
		b.must(errors.Join(err, b.finish(t.Context())))
	}
	b.post(programme.NoticePrompt, 1, "a", "b", "c")
	round()
	b.wantDepth(states{programme.Sent: 1, programme.Due: 2})
	b.platform.mu.Lock()
	for _, place := range []string{"a", "b", "c"} {
		b.drawing[place] = fault.New(fault.Stale, "already answered")
	}
	b.platform.mu.Unlock()
	b.Clock.Add(time.Minute)
	round()
	b.wantDepth(states{programme.Sent: 1, programme.Dropped: 2})
	if len(b.pace.turns) != 0 {
		t.Errorf("%d turns are kept for ever", len(b.pace.turns))
	}
}
