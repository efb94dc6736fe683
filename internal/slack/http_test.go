package slack

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"smallchanges/internal/chat"
)

// Everything that is not a fresh, whole request of Slack's own is refused in a plain
// sentence, and the handler never hears of it.
func TestRefusals(t *testing.T) {
	t.Parallel()
	body := commandBody("https://hooks.slack.com/x", "secret words")
	signed := func(at time.Time) *http.Request {
		r := request(asForm, body)
		sign(r, at, body)
		return r
	}
	with := func(change func(*http.Request)) *http.Request {
		r := signed(noon)
		change(r)
		return r
	}
	tests := []struct {
		name    string
		request *http.Request
		status  int
	}{
		{"wrong signature", with(func(r *http.Request) { r.Header.Set("X-Slack-Signature", "v0="+strings.Repeat("0", 64)) }), 401},
		{"cut signature", with(func(r *http.Request) {
			r.Header.Set("X-Slack-Signature", r.Header.Get("X-Slack-Signature")[:20])
		}), 401},
		{"signature of another body", with(func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader(body + "x")) }), 401},
		{"no signature", with(func(r *http.Request) { r.Header.Del("X-Slack-Signature") }), 401},
		{"no time", with(func(r *http.Request) { r.Header.Del("X-Slack-Request-Timestamp") }), 401},
		{"time that is no number", with(func(r *http.Request) { r.Header.Set("X-Slack-Request-Timestamp", "soon") }), 401},
		{"too old", signed(noon.Add(-5*time.Minute - time.Second)), 401},
		{"from the future", signed(noon.Add(5*time.Minute + time.Second)), 401},
		{"5 MiB", request(asForm, "command=%2Fx&text="+strings.Repeat("x", 5<<20)), 413},
		{"1 MiB and a byte", request(asForm, strings.Repeat("x", 1<<20+1)), 413},
		{"broken JSON", request(asJSON, `{"type":`), 400},
		{"JSON of the wrong shape", request(asJSON, `[1]`), 400},
		{"broken form", request(asForm, "command=%zz"), 400},
		{"broken payload", request(asForm, payloadBody(`{"type":`)), 400},
		{"payload of the wrong shape", request(asForm, payloadBody(`{"type":"block_actions","actions":7}`)), 400},
		{"a form that is nothing", request(asForm, "a=b"), 400},
		{"nothing", request(asJSON, ""), 400},
		{"GET", httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/slack/events", nil), 405},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			s := newFake(t).connect(t)
			s.log = slog.New(slog.NewTextHandler(&log, nil))
			w := httptest.NewRecorder()
			s.Events(func(context.Context, chat.Event) chat.Reply {
				t.Error("the handler was asked")
				return chat.Done{}
			}).ServeHTTP(w, test.request)
			if w.Code != test.status {
				t.Errorf("want %d, got %d", test.status, w.Code)
			}
			if told := w.Body.String(); !strings.HasSuffix(told, ".\n") || len(told) > 60 {
				t.Errorf("told %q", told)
			}
			if strings.Contains(log.String(), "secret words") || strings.Contains(log.String(), secret) {
				t.Errorf("the log holds what it must not: %s", &log)
			}
		})
	}
}

func TestSignedTimesOfFiveMinutesAreTaken(t *testing.T) {
	t.Parallel()
	s := newFake(t).connect(t)
	for _, off := range []time.Duration{-5 * time.Minute, 5 * time.Minute} {
		r := request(asForm, command("https://hooks.slack.com/x"))
		sign(r, noon.Add(off), command("https://hooks.slack.com/x"))
		w := httptest.NewRecorder()
		s.Events(always(chat.Done{})).ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			t.Errorf("%v: %d", off, w.Code)
		}
	}
}

// A replayed request is the same event: its Key lets whoever stores the effect do it once.
func TestReplayHasTheSameKey(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"command":            command("https://hooks.slack.com/x"),
		"press":              pressBody("https://hooks.slack.com/x"),
		"form":               submitBody(origin{Home: true}),
		"without any id":     payloadBody(`{"type":"shortcut","callback_id":"propose","user":{"id":"U1"}}`),
		"another without id": payloadBody(`{"type":"shortcut","callback_id":"propose","user":{"id":"U2"}}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			keys := map[string]bool{}
			s := newFake(t).connect(t)
			for range 3 {
				post(t, s, func(_ context.Context, e chat.Event) chat.Reply {
					if e.Did != (chat.HomeOpened{}) {
						keys[e.Key] = true
					}
					return chat.Done{}
				}, asForm, body)
			}
			if len(keys) != 1 || keys[""] {
				t.Errorf("three deliveries gave the keys %v", keys)
			}
		})
	}
}

func TestSlacksOwnQuestions(t *testing.T) {
	t.Parallel()
	s := newFake(t).connect(t)
	w := post(t, s, always(chat.Done{}), asJSON, `{"type":"url_verification","challenge":"3eZbrw1a"}`)
	if w.Code != http.StatusOK || w.Body.String() != "3eZbrw1a" {
		t.Errorf("url_verification: %d %q", w.Code, w.Body)
	}
	unsigned := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/slack/events", strings.NewReader("ssl_check=1&token=x&command=%2Fsmallchange"))
	unsigned.Header.Set("Content-Type", asForm)
	w = httptest.NewRecorder()
	s.Events(func(context.Context, chat.Event) chat.Reply {
		t.Error("an unsigned check reached the handler")
		return chat.Done{}
	}).ServeHTTP(w, unsigned)
	if w.Code != http.StatusOK || w.Body.Len() != 0 {
		t.Errorf("ssl_check: %d %q", w.Code, w.Body)
	}
}

func TestObserve(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	s := f.connect(t)
	var seen []string
	s.observe = func(kind, outcome string, took time.Duration) {
		if took < 0 || took > time.Minute {
			t.Errorf("%s took %v", kind, took)
		}
		seen = append(seen, kind+" "+outcome)
	}
	post(t, s, always(chat.Tell{Card: card}), asForm, command(f.hook()))
	post(t, s, always(chat.Tell{Card: chat.Card{Title: strings.Repeat("x", 151)}}), asForm, pressBody(f.hook()))
	post(t, s, always(chat.Done{}), asJSON, `{"type":"event_callback","event":{"type":"x"}}`)
	if got := strings.Join(seen, ", "); got != "command ok, press failed, other ignored" {
		t.Error(got)
	}
}

// One signed command to its acknowledgement, with a handler that does nothing else.
func BenchmarkCommandToAcknowledgement(b *testing.B) {
	f := newFake(b)
	h := f.connect(b).Events(always(chat.Tell{Card: card}))
	body := command(f.hook())
	b.ReportAllocs()
	for b.Loop() {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, request(asForm, body))
		if w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
}

// A body that never comes whole leaves a trace, as every refusal does: without one nobody
// could tell why Slack says that the app does not answer.
func TestABodyThatBreaksOffIsLogged(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := newFake(t).connect(t)
	s.log = slog.New(slog.NewTextHandler(&log, nil))
	r := request(asForm, "")
	r.Body = io.NopCloser(io.MultiReader(strings.NewReader("text=secret+words"), iotest.ErrReader(io.ErrUnexpectedEOF)))
	w := httptest.NewRecorder()
	s.Events(always(chat.Done{})).ServeHTTP(w, r)
	if w.Code != http.StatusBadRequest || strings.Count(log.String(), "\n") != 1 || strings.Contains(log.String(), "secret") {
		t.Errorf("answered %d and logged: %s", w.Code, &log)
	}
}
