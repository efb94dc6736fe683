package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
)

var (
	toWillow = chat.Place{Workspace: "T1", ID: "C1"}
	toAna    = chat.Place{Workspace: "T1", ID: "U1", Direct: true}
)

func TestSend(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	got, err := f.connect(t).Send(t.Context(), toAna, chat.Card{Title: hostileTitle, Body: []chat.Node{chat.P("x")}}, "row-7")
	if err != nil {
		t.Fatal(err)
	}
	if want := (chat.Message{Place: toAna, ID: "D1/1.000100"}); got != want {
		t.Errorf("want %+v, got %+v", want, got)
	}
	form := f.made("chat.postMessage")[0].Form
	for field, want := range map[string]string{
		"channel": "U1", "token": "xoxb-1", "mrkdwn": "false", "unfurl_links": "false", "unfurl_media": "false",
		"text":     "&lt;!channel&gt; *x* &lt;@U1&gt;\nx",
		"metadata": `{"event_type":"smallchanges_delivery","event_payload":{"key":"row-7"}}`,
	} {
		if form.Get(field) != want {
			t.Errorf("%s: want %q, got %q", field, want, form.Get(field))
		}
	}
	if !json.Valid([]byte(form.Get("blocks"))) {
		t.Errorf("blocks: %q", form.Get("blocks"))
	}
	if form.Get("link_names") == "1" || form.Get("parse") == "full" {
		t.Error("Slack is asked to find names in the text")
	}
}

// The same key always gives the same client_msg_id, another key another one.
func TestSendNamesADeliveryByItsKey(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	s := f.connect(t)
	for _, key := range []string{"a", "a", "b", ""} {
		if _, err := s.Send(t.Context(), toWillow, card, key); err != nil {
			t.Fatal(err)
		}
	}
	var ids []string
	for _, c := range f.made("chat.postMessage") {
		ids = append(ids, c.Form.Get("client_msg_id"))
	}
	if ids[0] == "" || ids[0] != ids[1] || ids[0] == ids[2] || ids[3] != "" {
		t.Errorf("ids: %q", ids)
	}
}

// What went wrong tells the outbox whether trying again makes sense.
func TestSendErrors(t *testing.T) {
	t.Parallel()
	says := func(word string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, `{"ok":false,"error":%q}`, word) }
	}
	status := func(code int, header ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			if len(header) > 0 {
				w.Header().Set(header[0], header[1])
			}
			w.WriteHeader(code)
		}
	}
	tests := []struct {
		name   string
		answer http.HandlerFunc
		kind   fault.Kind
		wait   time.Duration
	}{
		{"429", status(429, "Retry-After", "7"), fault.Busy, 7 * time.Second},
		{"429 without a time", status(429), fault.Busy, 0},
		{"ratelimited", says("ratelimited"), fault.Busy, 0},
		{"channel_not_found", says("channel_not_found"), fault.Missing, 0},
		{"not_in_channel", says("not_in_channel"), fault.Missing, 0},
		{"is_archived", says("is_archived"), fault.Missing, 0},
		{"user_disabled", says("user_disabled"), fault.Missing, 0},
		{"cannot_dm_bot", says("cannot_dm_bot"), fault.Missing, 0},
		{"account_inactive", says("account_inactive"), fault.Missing, 0},
		{"missing_scope", says("missing_scope"), fault.Denied, 0},
		{"invalid_blocks", says("invalid_blocks"), fault.Broken, 0},
		{"a word never heard", says("moon_phase"), fault.Broken, 0},
		{"fatal_error", says("fatal_error"), fault.Unsure, 0},
		{"502", status(502), fault.Unsure, 0},
		{"an answer that is no JSON", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") }, fault.Unsure, 0},
		{"cut off after the request", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, fault.Unsure, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			s := f.connect(t)
			f.script("chat.postMessage", test.answer)
			_, err := s.Send(t.Context(), toWillow, card, "k")
			if fault.Of(err) != test.kind || fault.Wait(err) != test.wait || err == nil {
				t.Errorf("want %v after %v, got %v after %v: %v", test.kind, test.wait, fault.Of(err), fault.Wait(err), err)
			}
			if n := len(f.made("chat.postMessage")); n != 1 {
				t.Errorf("posted %d times", n)
			}
		})
	}
}

func TestSendThatNeverLeft(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	s := f.connect(t)
	f.Close()
	if _, err := s.Send(t.Context(), toWillow, card, "k"); fault.Of(err) != fault.Busy || err == nil {
		t.Errorf("connection refused: %v, %v", fault.Of(err), err)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := newFake(t).connect(t).Send(over, toWillow, card, "k"); fault.Of(err) != fault.Busy || err == nil {
		t.Errorf("ended before it began: %v, %v", fault.Of(err), err)
	}
}

// A time limit that passes while Slack is thinking leaves the outcome open.
func TestSendThatTookTooLong(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	s := f.connect(t)
	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan struct{})
	f.script("chat.postMessage", func(http.ResponseWriter, *http.Request) {
		cancel()
		<-release
	})
	_, err := s.Send(ctx, toWillow, card, "k")
	close(release)
	if fault.Of(err) != fault.Unsure || err == nil {
		t.Errorf("%v, %v", fault.Of(err), err)
	}
}

func TestSendStaysInItsWorkspace(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	s := f.connect(t)
	elsewhere := chat.Place{Workspace: "T2", ID: "C1"}
	_, err := s.Send(t.Context(), elsewhere, card, "k")
	editErr := s.Edit(t.Context(), chat.Message{Place: elsewhere, ID: "C1/1.0"}, card)
	_, _, findErr := s.Find(t.Context(), elsewhere, "k", noon)
	for _, err := range []error{err, editErr, findErr} {
		if !fault.Is(err, fault.Missing) {
			t.Errorf("want missing, got %v", err)
		}
	}
	if calls := steps(f); calls != "" {
		t.Errorf("called %s", calls)
	}
}

func TestCardsThatDoNotFitAreNotSent(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	s := f.connect(t)
	many := chat.Card{Title: "x"}
	for range 30 { // 30 rows of two blocks each pass chat's own check, but not Slack's 50
		many.Body = append(many.Body, chat.Row{Text: chat.Words("x"), Buttons: []chat.Button{{ID: "a", Label: "A"}, {ID: "b", Label: "B"}}})
	}
	_, err := s.Send(t.Context(), toWillow, many, "k")
	if !fault.Is(err, fault.Broken) || !strings.Contains(fmt.Sprint(err), "no more than 50 items allowed [json-pointer:/blocks]") {
		t.Errorf("got %v", err)
	}
	if calls := steps(f); calls != "" {
		t.Errorf("called %s", calls)
	}
}

func TestEdit(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	s := f.connect(t)
	if err := s.Edit(t.Context(), chat.Message{Place: toAna, ID: "D1/1.000100"}, card); err != nil {
		t.Fatal(err)
	}
	form := f.made("chat.update")[0].Form
	if form.Get("channel") != "D1" || form.Get("ts") != "1.000100" || form.Get("text") != "Done\nThank you." {
		t.Errorf("sent %v", form)
	}
	if err := s.Edit(t.Context(), chat.Message{Place: toAna, ID: "nonsense"}, card); !fault.Is(err, fault.Broken) {
		t.Errorf("got %v", err)
	}
}

// A card too long for the text that screen readers get says so.
func TestLongCardsSaySo(t *testing.T) {
	t.Parallel()
	d, err := drawCard(chat.Card{Title: "All changes", Body: []chat.Node{chat.P(strings.Repeat("a", 3000)), chat.P(strings.Repeat("b", 3000))}})
	if err != nil {
		t.Fatal(err)
	}
	if d.text != "All changes\nThis message is long. Open it to read all of it." {
		t.Errorf("text: %q", d.text)
	}
	if !strings.Contains(string(d.blocks), strings.Repeat("b", 3000)) {
		t.Error("the drawing lost words")
	}
}

func TestEmail(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	s := f.connect(t)
	f.on("users.info", `{"ok":true,"user":{"id":"U1","team_id":"T1","profile":{"email":"ana@northshire.example"}}}`)
	if got, err := s.Email(t.Context(), chat.Person{Workspace: "T1", ID: "U1"}); err != nil || got != "ana@northshire.example" {
		t.Errorf("got %q %v", got, err)
	}
	for name, user := range map[string]string{
		"of another organisation": `"team_id":"T9"`,
		"a stranger":              `"team_id":"T1","is_stranger":true`,
		"of nobody knows where":   `"name":"x"`,
	} {
		f.on("users.info", `{"ok":true,"user":{"id":"U1",`+user+`,"profile":{"email":"ana@northshire.example"}}}`)
		if got, err := s.Email(t.Context(), chat.Person{Workspace: "T1", ID: "U1"}); err != nil || got != "" {
			t.Errorf("%s: vouched for %q %v", name, got, err)
		}
	}
	f.on("users.info", `{"ok":true,"user":{"id":"W1","team_id":"T9","enterprise_user":{"teams":["T9","T1"]},"profile":{"email":"ana@northshire.example"}}}`)
	if got, err := s.Email(t.Context(), chat.Person{Workspace: "T1", ID: "W1"}); err != nil || got != "ana@northshire.example" {
		t.Errorf("of this workspace too, on Enterprise Grid: %q %v", got, err)
	}
	f.on("users.info", `{"ok":false,"error":"user_not_found"}`)
	if _, err := s.Email(t.Context(), chat.Person{Workspace: "T1", ID: "U1"}); !fault.Is(err, fault.Missing) {
		t.Errorf("got %v", err)
	}
}

func TestByEmail(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	s := f.connect(t)
	f.on("users.lookupByEmail", `{"ok":true,"user":{"id":"U1","team_id":"T1"}}`)
	if got, err := s.ByEmail(t.Context(), "T1", "ana@northshire.example"); err != nil || got != (chat.Person{Workspace: "T1", ID: "U1"}) {
		t.Errorf("got %v %v", got, err)
	}
	f.on("users.lookupByEmail", `{"ok":true,"user":{"id":"U1","team_id":"T9"}}`)
	if _, err := s.ByEmail(t.Context(), "T1", "ana@northshire.example"); !fault.Is(err, fault.Missing) {
		t.Errorf("somebody of another organisation: %v", err)
	}
	f.on("users.lookupByEmail", `{"ok":false,"error":"users_not_found"}`)
	if _, err := s.ByEmail(t.Context(), "T1", "nobody@northshire.example"); !fault.Is(err, fault.Missing) {
		t.Errorf("got %v", err)
	}
}

func TestStart(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	s := f.connect(t)
	if s.Workspace() != "T1" || s.BotUser() != "U0BOT" {
		t.Errorf("we are %s in %s", s.BotUser(), s.Workspace())
	}
	f.on("auth.test", `{"ok":false,"error":"invalid_auth"}`)
	if err := s.Start(t.Context()); !fault.Is(err, fault.Denied) {
		t.Errorf("got %v", err)
	}
	for _, c := range []Config{{}, {AppToken: "xapp-1"}, {BotToken: "xoxb-1"}} {
		if _, err := New(c); err == nil {
			t.Errorf("%+v was taken", c)
		}
	}
}

// A response_url is a key to the conversation: no error may carry it into a log.
func TestErrorsKeepResponseURLsSecret(t *testing.T) {
	t.Parallel()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	s := newFake(t).connect(t)
	for _, to := range []string{closed.URL + "/T1/key", "http://bad host/key", "::key"} {
		err := s.respond(t.Context(), to, reply{})
		if err == nil || strings.Contains(err.Error(), "key") {
			t.Errorf("got %v", err)
		}
	}
	if err := s.respond(t.Context(), "", reply{}); !errors.Is(err, errNoResponseURL) {
		t.Errorf("got %v", err)
	}
}
