package outbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
	"smallchanges/internal/store"
	"smallchanges/internal/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// What a victim, which is this test's own program started again, is told.
const (
	victimDatabase = "OUTBOX_VICTIM_DATABASE"
	victimReceiver = "OUTBOX_VICTIM_RECEIVER"
	victimAhead    = "OUTBOX_VICTIM_AHEAD" // how far its clock is ahead
)

func TestMain(m *testing.M) {
	if os.Getenv(victimDatabase) == "" {
		os.Exit(m.Run())
	}
	fmt.Fprintln(os.Stderr, victim()) // it is killed, so an end of its own is a failure
	os.Exit(1)
}

// victim serves the outbox as the program does, until it is killed. It ends by itself when
// its standard input closes, so that it never outlives the test.
func victim() error {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		defer cancel()
		_, _ = io.Copy(io.Discard, os.Stdin)
	}()
	ahead, err := time.ParseDuration(os.Getenv(victimAhead))
	if err != nil {
		return err
	}
	if _, err := store.Lock(os.Getenv(victimDatabase)); err != nil {
		return err
	}
	now := func() time.Time { return time.Now().Add(ahead) }
	db, err := store.Open(ctx, os.Getenv(victimDatabase), now)
	if err != nil {
		return err
	}
	line := &wire{url: os.Getenv(victimReceiver), client: &http.Client{}}
	return New(db, line, line, Config{Now: now, Log: slog.New(slog.DiscardHandler)}).Run(ctx)
}

// wire is a Drawer and Sender that reaches a receiver over the network.
type wire struct {
	url    string
	client *http.Client
}

func (w *wire) Draw(_ context.Context, n programme.Notice) (chat.Place, chat.Card, error) {
	return chat.Place{Workspace: "W1", ID: n.Channel, Direct: true}, chat.Card{Title: "Hello"}, nil
}

func (w *wire) Send(ctx context.Context, to chat.Place, _ chat.Card, key string) (chat.Message, error) {
	_, err := w.call(ctx, http.MethodPost, key)
	return chat.Message{Place: to, ID: key}, err
}

// Edit is never asked for: nothing that is sent here changes.
func (w *wire) Edit(context.Context, chat.Message, chat.Card) error {
	return fault.New(fault.Closed, "Nothing is edited here.")
}

func (w *wire) Find(ctx context.Context, to chat.Place, key string, _ time.Time) (chat.Message, bool, error) {
	status, err := w.call(ctx, http.MethodGet, key)
	return chat.Message{Place: to, ID: key}, status == http.StatusOK, err
}

func (w *wire) call(ctx context.Context, method, key string) (status int, err error) {
	request, err := http.NewRequestWithContext(ctx, method, w.url+"?key="+url.QueryEscape(key), http.NoBody)
	if err != nil {
		return 0, err
	}
	answer, err := w.client.Do(request)
	if err != nil {
		return 0, fault.Hide(fault.Unsure, err, "")
	}
	return answer.StatusCode, answer.Body.Close()
}

// moment is when in a call the victim is killed.
type moment int

const (
	beforeItArrives moment = iota // the platform never had the message
	beforeTheAnswer               // the platform has it, and the victim never hears so
	whileAnswering                // whichever comes first
	moments
)

// receiver is the platform: it keeps what arrived, and at one call has the victim killed.
type receiver struct {
	mu      sync.Mutex
	arrived map[string]int
	calls   int
	found   int // look-ups that found the message
	strike  int // the call at which to kill; 0 never
	at      moment
	kill    func()          // asks for the kill
	gone    <-chan struct{} // closed when the victim is dead
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	r.mu.Lock()
	r.calls++
	strike, at, kill, gone := r.calls == r.strike, r.at, r.kill, r.gone
	r.mu.Unlock()
	if strike {
		kill()
		if at == beforeItArrives {
			<-gone
			return
		}
	}
	w.WriteHeader(r.take(request.Method, request.URL.Query().Get("key")))
	if strike && at == beforeTheAnswer {
		<-gone // nothing is written before this returns
	}
}

func (r *receiver) take(method, key string) (status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if method == http.MethodPost {
		r.arrived[key]++
		return http.StatusOK
	}
	if r.arrived[key] == 0 {
		return http.StatusNotFound
	}
	r.found++
	return http.StatusOK
}

// aim has the next victim killed within so many calls.
func (r *receiver) aim(within int, at moment, kill func(), gone <-chan struct{}) (call int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.strike, r.at, r.kill, r.gone = r.calls+1+rand.IntN(within), at, kill, gone
	return r.strike
}

// counts are how many messages arrived, and how many more times than once.
func (r *receiver) counts() (messages, doubled int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, times := range r.arrived {
		doubled += times - 1
	}
	return len(r.arrived), doubled
}

// TestKill has a process killed ten times, at calls chosen at random, while it sends 2,000
// prompts, and counts at the receiver what was lost and what came twice.
func TestKill(t *testing.T) {
	t.Parallel()
	const prompts, kills = 2000, 10
	f := storetest.Open(t)
	fill(t, f, prompts, time.Now())
	f.Close()
	r := &receiver{arrived: map[string]int{}}
	var ahead time.Duration
	for i := range kills {
		if i%2 == 1 {
			ahead += grace // every other time it is down for longer than the grace
		}
		murder(t, r, f.URL, ahead, moment(i)%moments)
	}
	depth := finishOff(t, r, f.URL, ahead+grace)
	messages, doubled := r.counts()
	t.Logf("%d prompts, %d kills: %d lost, %d doubled, %d found again", prompts, kills, prompts-messages, doubled, r.found)
	if diff := cmp.Diff(states{programme.Sent: prompts}, depth); diff != "" {
		t.Errorf("parcels by state (-want +got):\n%s", diff)
	}
	if messages != prompts || doubled != 0 {
		t.Errorf("%d lost, %d doubled", prompts-messages, doubled)
	}
	if r.found == 0 {
		t.Error("no kill fell between a message and its mark, so this test showed nothing")
	}
}

// fill posts prompts, each to a place of its own.
func fill(t testing.TB, f *storetest.Fixture, prompts int, due time.Time) {
	t.Helper()
	var notices []programme.Notice
	for i := range prompts {
		notices = append(notices, programme.Notice{
			Key: fmt.Sprint("prompt/", i), Kind: programme.NoticePrompt, Subject: 1, Channel: fmt.Sprint("place ", i), Due: due,
		})
	}
	if err := f.Invite(t.Context(), f.Council, notices); err != nil {
		t.Fatal(err)
	}
}

// murder starts a victim and returns when it was killed, and what it sent has arrived or
// never will.
func murder(t *testing.T, r *receiver, database string, ahead time.Duration, at moment) {
	t.Helper()
	server := httptest.NewServer(r)
	defer server.Close() // waits for the calls that had begun
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	process := exec.CommandContext(t.Context(), program)
	process.Env = append(os.Environ(), victimDatabase+"="+database, victimReceiver+"="+server.URL, victimAhead+"="+ahead.String())
	var said strings.Builder
	process.Stderr = &said
	if _, err := process.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	struck, gone := make(chan struct{}), make(chan struct{})
	defer close(gone)
	const within = 120 // calls; ten times that is well under all there are
	r.aim(within, at, sync.OnceFunc(func() { close(struck) }), gone)
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- process.Wait() }()
	select {
	case err := <-ended:
		t.Fatalf("the victim ended by itself: %v: %s", err, said.String())
	case <-struck:
		_ = process.Process.Kill() // SIGKILL
		<-ended
	}
}

// finishOff is the process that is left alone: it comes after every grace is over and
// sends the rest. It returns how many parcels are in each state then.
func finishOff(t *testing.T, r *receiver, database string, ahead time.Duration) states {
	t.Helper()
	server := httptest.NewServer(r)
	defer server.Close()
	now := func() time.Time { return time.Now().Add(ahead) }
	db, err := store.Open(t.Context(), database, now)
	if err != nil {
		t.Fatal(err)
	}
	line := &wire{url: server.URL, client: server.Client()}
	worker := New(db, line, line, Config{Now: now, Log: slog.New(slog.DiscardHandler)})
	err = errors.Join(db.Release(t.Context()), worker.Drain(t.Context()))
	depth, _, depthErr := db.OutboxDepth(t.Context())
	if err := errors.Join(err, depthErr, db.Close()); err != nil {
		t.Fatal(err)
	}
	return depth
}

// BenchmarkThousandParcels is the way of 1,000 prompts from the table over the network to
// a receiver on this machine, and their marks on disk.
func BenchmarkThousandParcels(b *testing.B) {
	const parcels = 1000
	for b.Loop() {
		b.StopTimer()
		f, r := storetest.Open(b), &receiver{arrived: map[string]int{}}
		fill(b, f, parcels, f.Clock.Now())
		server := httptest.NewServer(r)
		line := &wire{url: server.URL, client: server.Client()}
		worker := New(f, line, line, Config{Now: f.Clock.Now, Log: slog.New(slog.DiscardHandler)})
		b.StartTimer()
		if err := worker.Drain(b.Context()); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		server.Close()
		if messages, doubled := r.counts(); messages != parcels || doubled != 0 {
			b.Fatalf("%d arrived, %d twice", messages, doubled)
		}
		f.Close()
		b.StartTimer()
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/parcels, "µs/parcel")
}
