// Package offline is a chat workspace on this machine: it speaks Slack's Web API,
// Socket Mode and signed HTTP to an app, and shows itself to people on a web page.
//
// It knows people, channels, messages, views and what Slack allows, limits and
// refuses. It must not know the bot or anything of the programme: the app under it
// is whatever connects with its tokens.
//
//	w, err := offline.New(offline.Options{Name: "Northshire", People: people, Manifest: manifest})
//	server := httptest.NewServer(w.Handler())
//	api := slack.New(w.BotToken(), slack.OptionAPIURL(server.URL+"/api/"))
//	err = w.As("U0ANA0001").Say("C0WILLOW1", "/smallchange list")
//
// It is the chat product of the demo, and the bench for tests of the whole program:
// [Workspace.As] acts as a person without a browser, [Workspace.Fail] makes calls
// fail, [Workspace.Wait] waits without sleeping.
//
// Why our own (November 2026): no emulator at hand has Socket Mode, commands, dialogs,
// checks and limits together. Talking to the unchanged Slack adapter, this one shows
// mistakes before Slack would, and loudly where Slack is silent. The price is that
// Slack's rules are written down twice, here and at Slack.
//
// Everything is in memory and dies with the process. Choices where Slack's pages do
// not settle the matter: a retried event has a new envelope and the same event id; an
// acknowledgement counts on any socket; a response_url that is used up or too old
// answers 404 with used_url or expired_url; a message for one person's eyes is lost
// when that person loads the page anew, not when the page changes to another person.
// An answer that is refused there counts as one of its five uses. Redirects of the app are
// not followed, where Slack follows two: no request leaves for a place nobody named. Of an
// uploaded file only name and size are kept, and of the last hundred the bytes too: messages
// show those that are PNG pictures and offer the others to keep, views do not. What is to go
// under a message that is not there is posted by itself, as Slack does, and is told loudly. A
// status that ran out is gone, and nobody is told. OAuth and token rotation are not here.
package offline

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"smallchanges/internal/fault"
)

// Options say what a workspace is like. Only People is needed.
type Options struct {
	Name     string    // of the workspace; "Offline" when empty
	People   []Person  // everybody but the bot
	Channels []Channel // in the order the page shows them

	// Manifest is the app's manifest (JSON, version 2). Commands, shortcuts, scopes,
	// events and the Home tab are what it says, as after an installation.
	Manifest []byte

	Now    func() time.Time // the workspace's clock; nil means the real one
	Seed   uint64           // decides tokens and which socket hears what
	Limits bool             // answer 429 as Slack does: per method, and 1 a second per channel

	// EventsURL switches from Socket Mode to HTTP: commands, interactions and events
	// are sent there, signed with SigningSecret at the workspace's time.
	EventsURL, SigningSecret string

	Patience time.Duration   // real time to wait for an acknowledgement; 0 means 3 s
	Retries  []time.Duration // real waits before an event is sent again; nil means 0, 1 and 5 s: Slack's 0, 1 and 5 minutes compressed

	// MoveClock moves the workspace's clock ("monday-0900", "+1h", "+1d", "+7d") and
	// says what time it is then. Nil means that it cannot be moved.
	MoveClock func(ctx context.Context, to string) (time.Time, error)

	Log *slog.Logger // for operators, never message text; nil means silence
}

// Workspace is one workspace with one app installed. It is safe for concurrent use.
type Workspace struct {
	opt  Options
	app  app
	bot  Person
	ctx  context.Context
	stop context.CancelFunc
	work sync.WaitGroup
	http *http.Client

	mu       sync.Mutex // guards everything below
	closed   bool
	news     chan struct{}  // closed and replaced whenever something changes
	dice     *rand.Rand     // for what payloads show
	road     *rand.Rand     // for what they do not: tickets, envelopes, which socket
	counts   map[string]int // last number given per kind of id
	base     string         // scheme and host the app reaches us by
	people   []*Person
	channels []*channel
	desks    map[string]*desk
	triggers map[string]*trigger
	hooks    map[string]*hook
	sockets  []*socket
	tickets  map[string]bool
	waiting  map[string]chan json.RawMessage // envelopes not yet acknowledged
	twice    int                             // how many deliveries are still to be doubled
	pages    []*page
	fresh    int // pages loaded that have not said yet who they are for
	faults   map[string][]Fault
	calls    map[string]int
	buckets  map[string]*bucket
	files    []*file // the oldest first, those under way too

	pingEvery time.Duration
	troubles  []Trouble
}

// Ids of the workspace and of the app in it. Slack's have the same first letters.
const (
	teamID = "T0OFFLINE"
	appID  = "A0OFFLINE"
	botID  = "B0OFFLINE"
	botUID = "U0BOT"
)

// New makes a workspace, or says in words what is wrong with the options.
// Close ends it.
func New(o Options) (*Workspace, error) {
	a, err := readManifest(o.Manifest)
	if err != nil {
		return nil, err
	}
	o.fill()
	ctx, stop := context.WithCancel(context.Background())
	w := &Workspace{
		opt: o, app: a, ctx: ctx, stop: stop, http: hookClient(),
		bot:    Person{ID: botUID, Name: a.name, Handle: "small_changes", Zone: london, Bot: true},
		news:   make(chan struct{}),
		dice:   rand.New(rand.NewPCG(o.Seed, 0)),
		road:   rand.New(rand.NewPCG(o.Seed, 1)),
		counts: map[string]int{}, desks: map[string]*desk{},
		triggers: map[string]*trigger{}, hooks: map[string]*hook{},
		tickets: map[string]bool{}, waiting: map[string]chan json.RawMessage{},
		faults: map[string][]Fault{}, calls: map[string]int{}, buckets: map[string]*bucket{},
		pingEvery: pingEvery,
	}
	if err := w.settle(o.People, o.Channels); err != nil {
		stop()
		return nil, err
	}
	return w, nil
}

func (o *Options) fill() {
	if o.Name == "" {
		o.Name = "Offline"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Patience == 0 {
		o.Patience = 3 * time.Second
	}
	if o.Retries == nil {
		o.Retries = []time.Duration{0, time.Second, 5 * time.Second}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
}

// settle moves people and channels in.
func (w *Workspace) settle(people []Person, channels []Channel) error {
	for _, p := range people {
		if err := w.admit(p); err != nil {
			return err
		}
	}
	for _, c := range channels {
		if w.channel(c.ID) != nil || len(c.ID) < 2 || c.ID[0] != 'C' {
			return fault.New(fault.Invalid, fmt.Sprintf("Channel id %q must begin with C and be there once.", c.ID))
		}
		w.channels = append(w.channels, w.channelOf(c))
	}
	return nil
}

// Close ends every connection and waits for what is under way.
func (w *Workspace) Close() {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.stop()
	w.work.Wait()
}

// spawn runs f until it ends or the workspace is closed. The caller holds mu.
func (w *Workspace) spawn(f func()) {
	if !w.closed {
		w.work.Go(f)
	}
}

// TeamID is the id of the workspace, e.g. for comparing with auth.test.
func (w *Workspace) TeamID() string { return teamID }

// BotID is the id of the app's person in the workspace.
func (w *Workspace) BotID() string { return botUID }

// BotToken is what the app calls the Web API with.
func (w *Workspace) BotToken() string { return fmt.Sprintf("xoxb-offline-%016x", w.opt.Seed) }

// AppToken is what the app opens sockets with.
func (w *Workspace) AppToken() string { return fmt.Sprintf("xapp-offline-%016x", w.opt.Seed) }

// Wait returns when the condition holds, or with the context's error. It looks again
// whenever something changes in the workspace; the condition may call any method.
func (w *Workspace) Wait(ctx context.Context, holds func() bool) error {
	for {
		w.mu.Lock()
		news := w.news
		w.mu.Unlock()
		if holds() {
			return nil
		}
		select {
		case <-news:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// changed wakes everyone in Wait. The caller holds mu.
func (w *Workspace) changed() {
	close(w.news)
	w.news = make(chan struct{})
}

// id is the next id of its kind: the same calls give the same ids. The caller holds mu.
func (w *Workspace) id(kind string) string {
	w.counts[kind]++
	return fmt.Sprintf("%s%08d", kind, w.counts[kind])
}

// secret is an id that nobody can guess without the seed. The caller holds mu.
func secret(from *rand.Rand) string {
	return fmt.Sprintf("%016x%016x", from.Uint64(), from.Uint64())
}
