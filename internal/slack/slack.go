// Package slack connects the bot to one Slack workspace: it decodes what people do
// there into chat.Event, draws chat.Reply as Block Kit, and delivers cards.
//
// It knows Slack's wire formats, limits and errors. It must not know any rule of the
// programme or where anything is stored, and it imports only chat, fault and blockkit.
//
//	s, err := slack.New(slack.Config{BotToken: "xoxb-…", AppToken: "xapp-…", Log: log})
//	if err == nil {
//		err = s.Start(ctx)
//	}
//	if err == nil {
//		err = s.RunSocket(ctx, bot.Handle) // or mount s.Events(bot.Handle) as POST /slack/events
//	}
//
// One way through, whichever way it came (November 2026): Socket Mode and HTTP hand
// the same payload to the same decoder, get the same answer, acknowledge it after the
// handler has returned, and do afterwards what may come afterwards. We read payloads
// with small structs of our own: slack-go refuses whole envelopes that hold an element
// it does not know, and Slack then calls the person's tap failed. Price: some forty
// lines of struct tags.
//
// Nothing here repeats a POST. Whoever sends (the outbox) decides from the fault.Kind.
package slack

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"
	"golang.org/x/time/rate"

	"smallchanges/internal/fault"
)

// DefaultAPI is Slack's own Web API.
const DefaultAPI = "https://slack.com/api/"

// Config says how to reach a workspace. BotToken is always needed, AppToken for
// RunSocket, SigningSecret for Events.
type Config struct {
	BotToken, AppToken, SigningSecret string

	APIURL string           // another Web API base; "" means DefaultAPI
	HTTP   *http.Client     // nil means one with a 20-second limit
	Log    *slog.Logger     // nil means silence
	Now    func() time.Time // nil means time.Now

	// Observe hears of every delivery, for metrics: its kind (command, press, submit,
	// shortcut, home, message, left, away, other), its outcome (ok, failed, ignored), and the time from
	// receipt to acknowledgement.
	Observe func(kind, outcome string, took time.Duration)
}

// Slack is the connection to one workspace. Its methods may be called at once.
type Slack struct {
	api     *slack.Client
	apiURL  string
	http    *http.Client
	secret  []byte
	log     *slog.Logger
	now     func() time.Time
	observe func(kind, outcome string, took time.Duration)

	workspace, bot string // learnt by Start, before anything else runs

	uploads   uploads
	connected atomic.Bool
	heard     atomic.Int64 // Unix milliseconds of the last bytes from the socket
}

// New is a connection that has not been used yet.
func New(c Config) (*Slack, error) {
	if c.BotToken == "" {
		return nil, errors.New("the Slack bot token is missing: set SLACK_BOT_TOKEN to the xoxb- token of the app")
	}
	if c.AppToken == "" && c.SigningSecret == "" {
		return nil, errors.New("set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)")
	}
	s := &Slack{
		apiURL:  strings.TrimSuffix(cmp.Or(c.APIURL, DefaultAPI), "/") + "/",
		http:    c.HTTP,
		secret:  []byte(c.SigningSecret),
		log:     c.Log,
		now:     c.Now,
		observe: c.Observe,
	}
	if s.http == nil {
		s.http = &http.Client{Timeout: 20 * time.Second}
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.observe == nil {
		s.observe = func(string, string, time.Duration) {}
	}
	s.api = slack.New(c.BotToken,
		slack.OptionAPIURL(s.apiURL), slack.OptionAppLevelToken(c.AppToken), slack.OptionHTTPClient(paced(s.http)))
	return s, nil
}

// Start asks Slack who we are. Call it before anything else; it fails with
// fault.Denied when the token is wrong and with fault.Busy when Slack cannot be reached.
func (s *Slack) Start(ctx context.Context) error {
	call, wrote := traced(ctx)
	me, err := s.api.AuthTestContext(call)
	if err != nil {
		err = unread("auth.test", err, wrote)
		if fault.Is(err, fault.Denied) {
			err = fault.Hide(fault.Denied, err, "Slack does not take SLACK_BOT_TOKEN. Copy it anew from the app's page, then run: smallchanges doctor")
		}
		return err
	}
	s.workspace, s.bot = me.TeamID, me.UserID
	return nil
}

// Workspace is the workspace's id (T…), known after Start.
func (s *Slack) Workspace() string { return s.workspace }

// BotUser is the bot's own id as a person of the workspace (U…), known after Start.
func (s *Slack) BotUser() string { return s.bot }

func (s *Slack) workspaceOr(id string) string { return cmp.Or(id, s.workspace) }

// Health reports whether the socket is open, and when it last carried anything,
// Slack's pings included (UTC; zero when never). Over HTTP it is always false and zero.
func (s *Slack) Health() (connected bool, last time.Time) {
	if ms := s.heard.Load(); ms != 0 {
		last = time.UnixMilli(ms).UTC()
	}
	return s.connected.Load(), last
}

// pacer slows down one method. slack-go reconnects at once after every "disconnect",
// about a thousand times a second when Slack answers too_many_websockets, and Slack
// allows about fifty apps.connections.open a minute.
type pacer struct {
	next  http.RoundTripper
	opens *rate.Limiter
}

func paced(c *http.Client) *http.Client {
	slow := *c
	next := c.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	slow.Transport = pacer{next: next, opens: rate.NewLimiter(rate.Every(2*time.Second), 3)}
	return &slow
}

// RoundTrip waits for its turn when the request opens a socket, and for nothing else.
func (p pacer) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/apps.connections.open") {
		if err := p.opens.Wait(r.Context()); err != nil {
			return nil, err
		}
	}
	return p.next.RoundTrip(r)
}
