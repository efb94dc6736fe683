package offline_test

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"smallchanges/internal/offline"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// app is an app over HTTP: it notes each request and answers as it is told.
type app struct {
	heard  chan *http.Request // with the body still to be read
	answer http.HandlerFunc
}

func (a *app) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err == nil {
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		a.heard <- r
	}
	a.answer(w, r)
}

// overHTTP opens a workspace that sends everything to an app with this answer.
func overHTTP(t *testing.T, answer http.HandlerFunc, change ...func(*offline.Options)) (*bench, *app) {
	t.Helper()
	a := &app{heard: make(chan *http.Request, 16), answer: answer}
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	return open(t, append(change, func(o *offline.Options) { o.EventsURL, o.SigningSecret = server.URL, "s3cret" })...), a
}

func TestAnEventOverHTTPIsSentAgainAndSaysWhy(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   []string // number and reason of each attempt
	}{
		"the app fails":      {status(http.StatusInternalServerError), []string{" ", "1 http_error", "2 http_error", "3 http_error"}},
		"the app moves away": {status(http.StatusFound), []string{" ", "1 http_error", "2 http_error", "3 http_error"}},
		"the app hangs up":   {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, []string{" ", "1 connection_failed", "2 connection_failed", "3 connection_failed"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, a := overHTTP(t, c.answer)
			b.As("U0ANA").OpenHome()
			var got []string
			for range c.want {
				h := (<-a.heard).Header
				got = append(got, h.Get("X-Slack-Retry-Num")+" "+h.Get("X-Slack-Retry-Reason"))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Which attempts a crowded machine lets through in time is chance, so there are many.
func TestAnEventForASlowAppIsSentAgain(t *testing.T) {
	t.Parallel()
	b, a := overHTTP(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, func(o *offline.Options) {
		o.Patience, o.Retries = 50*time.Millisecond, make([]time.Duration, 1000)
	})
	b.As("U0ANA").OpenHome()
	for reason := ""; reason != "http_timeout"; {
		h := (<-a.heard).Header
		if reason = h.Get("X-Slack-Retry-Reason"); (reason == "") != (h.Get("X-Slack-Retry-Num") == "") {
			t.Errorf("an attempt says %v", h)
		}
	}
}

// What is doubled comes as a repeated event; of anything else the app cannot tell.
func TestOnlyARepeatedEventSaysSo(t *testing.T) {
	t.Parallel()
	b, a := overHTTP(t, status(http.StatusOK))
	b.Double(2)
	b.must(b.As("U0ANA").Say("C0TEAM", "/do"))
	b.As("U0ANA").OpenHome()
	var got []string
	for range 4 {
		got = append(got, (<-a.heard).Header.Get("X-Slack-Retry-Num"))
	}
	if want := []string{"", "", "", "1"}; !slices.Equal(got, want) {
		t.Errorf("the attempts say %q, want %q", got, want)
	}
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// An attempt that should not be would come at once, among the first ones of later events.
func TestAnAppCanAskForNoMoreAttempts(t *testing.T) {
	t.Parallel()
	b, a := overHTTP(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Slack-No-Retry", "1")
		w.WriteHeader(http.StatusInternalServerError)
	})
	for range 10 {
		b.As("U0ANA").OpenHome()
		if n := (<-a.heard).Header.Get("X-Slack-Retry-Num"); n != "" {
			t.Fatalf("attempt %s was made", n)
		}
	}
}

func TestCommandsAndInteractionsAreSentOnceOnly(t *testing.T) {
	t.Parallel()
	b, a := overHTTP(t, status(http.StatusInternalServerError))
	_, ts, err := b.api.PostMessageContext(t.Context(), "C0TEAM", text("hello"))
	b.must(err)
	b.must(b.As("U0ANA").Say("C0TEAM", "/do"))
	b.must(b.As("U0ANA").Shortcut("turn", "C0TEAM", ts))
	if n := len(a.heard); n != 2 {
		t.Errorf("a command and a shortcut made %d requests", n)
	}
	if n := len(b.Troubles()); n != 2 {
		t.Errorf("the person was told %d times: %v", n, b.Troubles())
	}
}

func TestACommandOverHTTPIsAnsweredByTheBody(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ kind, body, want string }{
		"plain words":   {"text/plain", "plain words", "plain words"},
		"a message":     {"application/json; charset=utf-8", `{"text":"a message"}`, "a message"},
		"nothing":       {"text/plain", "", `{"messages":[]}`},
		"blocks alone":  {"application/json", `{"blocks":[{"type":"divider"}]}`, "divider"},
		"null blocks":   {"application/json", `{"text":"no blocks","blocks":null}`, "no blocks"},
		"for everybody": {"application/json", `{"text":"all","response_type":"in_channel"}`, `"ephemeral":false`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, _ := overHTTP(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", c.kind)
				_, _ = io.WriteString(w, c.body)
			})
			b.must(b.As("U0ANA").Say("C0TEAM", "/do"))
			if got := b.shown("U0ANA"); !strings.Contains(got, c.want) {
				t.Errorf("Ana sees %s, want %s; troubles: %v", got, c.want, b.Troubles())
			}
		})
	}
}

func TestAnAnswerOfMoreThan20KBIsDroppedLoudly(t *testing.T) {
	t.Parallel()
	b, _ := overHTTP(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, strings.Repeat("words ", 4_000))
	})
	b.must(b.As("U0ANA").Say("C0TEAM", "/do"))
	b.troubled("more than 20 KB")
	if got := b.shown("U0ANA"); strings.Contains(got, "words ") {
		t.Error("it is shown all the same")
	}
}

// slack-go gives a silent socket up after 30 seconds.
func TestSocketsArePinged(t *testing.T) {
	t.Parallel()
	if offline.UsualPing > 10*time.Second {
		t.Errorf("a ping every %v is too rare", offline.UsualPing)
	}
	b := open(t)
	b.PingEvery(time.Millisecond)
	conn := b.dial()
	pinged := errors.New("pinged") // ends the reading below
	conn.SetPingHandler(func(string) error { return pinged })
	for {
		if _, _, err := conn.ReadMessage(); err != nil {
			if !errors.Is(err, pinged) {
				t.Errorf("the socket ended: %v", err)
			}
			return
		}
	}
}

func TestTheUnchangedSocketClientServesAndComesBackWhenAskedTo(t *testing.T) {
	t.Parallel()
	b := open(t)
	client := socketmode.New(b.api, socketmode.OptionLog(log.New(io.Discard, "", 0)))
	hellos := make(chan struct{}, 4)
	handler := socketmode.NewSocketmodeHandler(client)
	handler.Handle(socketmode.EventTypeHello, func(*socketmode.Event, *socketmode.Client) { hellos <- struct{}{} })
	handler.HandleSlashCommand("/do", func(e *socketmode.Event, c *socketmode.Client) {
		did, ok := e.Data.(slack.SlashCommand)
		if ok {
			_ = c.AckCtx(t.Context(), e.Request.EnvelopeID, map[string]any{"text": "done: " + did.Text})
		}
	})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = handler.RunEventLoopContext(ctx) // it ends with ctx
	}()
	t.Cleanup(func() { stop(); <-ended })
	<-hellos
	b.Refresh()
	<-hellos
	b.must(b.As("U0ANA").Say("C0TEAM", "/do it"))
	if got := b.shown("U0ANA"); !strings.Contains(got, "done: it") {
		t.Errorf("Ana sees %s; troubles: %v", got, b.Troubles())
	}
}

func TestAnAcknowledgementCountsOnAnySocket(t *testing.T) {
	t.Parallel()
	b := open(t)
	one, two := b.dial(), b.dial()
	var hello envelope
	b.must(one.ReadJSON(&hello))
	b.must(two.ReadJSON(&hello))
	ids := make(chan string, 2)
	for _, conn := range []interface{ ReadJSON(any) error }{one, two} {
		go func() {
			var e envelope
			if conn.ReadJSON(&e) == nil {
				ids <- e.ID
			}
		}()
	}
	done := make(chan error, 1)
	go func() { done <- b.As("U0ANA").Say("C0TEAM", "/do") }()
	ack := map[string]any{"envelope_id": <-ids, "payload": map[string]string{"text": "taken"}}
	b.must(one.WriteJSON(ack)) // one of the two sockets is the wrong one
	b.must(<-done)
	if got := b.shown("U0ANA"); !strings.Contains(got, "taken") {
		t.Errorf("Ana sees %s; troubles: %v", got, b.Troubles())
	}
}

func TestDeliveriesAreSpreadOverTheSockets(t *testing.T) {
	t.Parallel()
	b := open(t)
	heard := make(chan int, 64)
	for n := range 3 {
		b.answer(func(envelope, payload) any { heard <- n; return nil })
	}
	for range 40 {
		b.must(b.As("U0ANA").Say("C0TEAM", "/do"))
	}
	var by [3]int
	for range 40 {
		by[<-heard]++
	}
	if slices.Min(by[:]) == 0 {
		t.Errorf("one socket heard nothing: %v", by)
	}
}

func TestTheSameSeedAndDeedsGiveTheSamePayloads(t *testing.T) {
	t.Parallel()
	var payloads, tokens []string
	for _, seed := range []uint64{7, 7, 8} {
		b := open(t, func(o *offline.Options) { o.Seed = seed })
		heard := make(chan string, 1)
		b.answer(func(e envelope, _ payload) any { heard <- string(e.Payload); return nil })
		b.must(b.As("U0ANA").Say("C0TEAM", "/do"))
		payloads = append(payloads, strings.ReplaceAll(<-heard, b.url, ""))
		tokens = append(tokens, b.BotToken()+b.AppToken())
	}
	for what, by := range map[string][]string{"payloads": payloads, "tokens": tokens} {
		if by[0] != by[1] || by[0] == by[2] {
			t.Errorf("with the seeds 7, 7 and 8 the %s are:\n%s", what, strings.Join(by, "\n"))
		}
	}
}
