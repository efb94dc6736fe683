package slack

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"smallchanges/internal/chat"
)

// noon is when every test happens.
var noon = time.Date(2026, 12, 7, 12, 0, 0, 0, time.UTC)

const secret = "a secret of the tests"

// call is one request that reached the fake Slack.
type call struct {
	Method string
	Form   url.Values     // of form methods
	JSON   map[string]any // of JSON methods and response_urls
	Raw    string         // of anything else
}

// fake is just enough of Slack for one connection: it says yes to everything, unless
// a test scripts another answer for a method.
type fake struct {
	*httptest.Server
	mu      sync.Mutex
	calls   []call
	answers map[string]http.HandlerFunc
}

func newFake(t testing.TB) *fake {
	f := &fake{answers: map[string]http.HandlerFunc{}}
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	return f
}

// on scripts the answers to a method; the response_url's method is "hook".
func (f *fake) on(method, body string) {
	f.script(method, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) })
}

func (f *fake) script(method string, h http.HandlerFunc) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answers[method] = h
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	method := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/api"), "/")
	raw, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(raw)) // for a scripted answer
	c := call{Method: method}
	if isForm(r) {
		c.Form, _ = url.ParseQuery(string(raw))
	} else if json.Unmarshal(raw, &c.JSON) != nil {
		c.Raw = string(raw)
	}
	f.mu.Lock()
	f.calls = append(f.calls, c)
	h := f.answers[method]
	f.mu.Unlock()
	if h != nil {
		h(w, r)
		return
	}
	switch method {
	case "auth.test":
		_, _ = io.WriteString(w, `{"ok":true,"team_id":"T1","user_id":"U0BOT"}`)
	case "chat.postMessage", "chat.update":
		channel := c.Form.Get("channel")
		if strings.HasPrefix(channel, "U") {
			channel = "D" + channel[1:]
		}
		fmt.Fprintf(w, `{"ok":true,"channel":%q,"ts":"1.000100"}`, channel)
	default:
		_, _ = io.WriteString(w, `{"ok":true}`)
	}
}

// made are the calls so far, without the one of Start.
func (f *fake) made(method string) []call {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []call
	for _, c := range f.calls {
		if c.Method == method || method == "" && c.Method != "auth.test" {
			out = append(out, c)
		}
	}
	return out
}

func (f *fake) hook() string { return f.URL + "/hook" }

// connect is a started connection to the fake.
func (f *fake) connect(t testing.TB) *Slack {
	t.Helper()
	return f.connectAt(t, func() time.Time { return noon })
}

// connectAt is connect with a clock of the test's own.
func (f *fake) connectAt(t testing.TB, now func() time.Time) *Slack {
	t.Helper()
	s, err := New(Config{
		BotToken: "xoxb-1", AppToken: "xapp-1", SigningSecret: secret, APIURL: f.URL + "/api", Now: now,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func sign(r *http.Request, at time.Time, body string) {
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("v0:" + stamp + ":" + body))
	r.Header.Set("X-Slack-Request-Timestamp", stamp)
	r.Header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
}

const (
	asForm = "application/x-www-form-urlencoded"
	asJSON = "application/json"
)

func request(contentType, body string) *http.Request {
	r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/slack/events", strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	sign(r, noon, body)
	return r
}

// post sends one signed request and returns the acknowledgement, after everything
// that comes behind it was sent too.
func post(t testing.TB, s *Slack, handle chat.Handler, contentType, body string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	s.Events(handle).ServeHTTP(w, request(contentType, body))
	return w
}

// always answers every event with one reply.
func always(reply chat.Reply) chat.Handler {
	return func(context.Context, chat.Event) chat.Reply { return reply }
}

func commandBody(hook, text string) string {
	return url.Values{
		"team_id": {"T1"}, "channel_id": {"C1"}, "channel_name": {"willow"}, "user_id": {"U1"}, "user_name": {"ana"},
		"command": {"/smallchange"}, "text": {text}, "response_url": {hook}, "trigger_id": {"11.22.aa"},
	}.Encode()
}

func payloadBody(json string) string { return url.Values{"payload": {json}}.Encode() }

const who = `"team":{"id":"T1","domain":"n"},"user":{"id":"U1","username":"ana","name":"ana","team_id":"T1"},"trigger_id":"33.44.bb"`

func pressBody(hook string) string {
	return payloadBody(`{"type":"block_actions",` + who + `,"channel":{"id":"C1","name":"willow"},
		"container":{"type":"message","message_ts":"9.000900","channel_id":"C1","is_ephemeral":false},
		"message":{"ts":"9.000900","text":"x","blocks":[{"type":"hologram","elements":[{"type":"laser"}]}]},
		"response_url":"` + hook + `","actions":[{"type":"button","action_id":"support","block_id":"b","value":"SC-12","action_ts":"1"}]}`)
}

func homePressBody() string {
	return payloadBody(`{"type":"block_actions",` + who + `,"container":{"type":"view","view_id":"V9"},
		"view":{"id":"V9","type":"home","private_metadata":"","callback_id":""},
		"actions":[{"type":"button","action_id":"support","block_id":"b","value":"SC-12"}]}`)
}

func submitBody(from origin) string {
	meta, _ := json.Marshal(from)
	quoted, _ := json.Marshal(string(meta))
	return payloadBody(`{"type":"view_submission",` + who + `,"view":{"id":"V1","type":"modal","callback_id":"change.new",
		"private_metadata":` + string(quoted) + `,"hash":"h","state":{"values":{
		"title":{"v":{"type":"plain_text_input","value":"Shorter notes"}},
		"team":{"v":{"type":"static_select","selected_option":{"text":{"type":"plain_text","text":"Willow"},"value":"willow"}}},
		"none":{"v":{"type":"radio_buttons","selected_option":null}},
		"days":{"v":{"type":"checkboxes","selected_options":[{"text":{"type":"plain_text","text":"Monday"},"value":"mon"},{"text":{"type":"plain_text","text":"Friday"},"value":"fri"}]}},
		"day":{"v":{"type":"datepicker","selected_date":"2026-12-24"}},
		"people":{"v":{"type":"multi_users_select","selected_users":["U1","U2"]}}}}},"response_urls":[]}`)
}
