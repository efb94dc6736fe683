package offline_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"smallchanges/internal/offline"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
)

func TestATicketOpensOneSocketAndTenAreEnough(t *testing.T) {
	t.Parallel()
	b := open(t)
	_, address, err := b.api.StartSocketModeContext(t.Context())
	b.must(err)
	first, resp, err := websocket.DefaultDialer.DialContext(t.Context(), address, nil)
	b.must(err)
	_ = resp.Body.Close()
	defer func() { _ = first.Close() }()
	if _, resp, err := websocket.DefaultDialer.DialContext(t.Context(), address, nil); err == nil || resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("a ticket was good for two sockets: %v", err)
	} else {
		_ = resp.Body.Close()
	}
	var hello envelope
	b.must(first.ReadJSON(&hello))
	for range 9 {
		conn := b.dial()
		b.must(conn.ReadJSON(&hello))
	}
	b.must(b.dial().ReadJSON(&hello))
	if hello.Reason != "too_many_websockets" {
		t.Errorf("the eleventh socket heard %+v", hello)
	}
	b.Refresh()
	b.must(first.ReadJSON(&hello))
	if hello.Type != "disconnect" || hello.Reason != "refresh_requested" {
		t.Errorf("asked to connect anew, the first socket heard %+v", hello)
	}
}

func TestAnAppThatIsSilentIsShown(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *offline.Options) { o.Patience = time.Millisecond })
	b.answer(func(envelope, payload) any { return silent })
	b.must(b.As("U0ANA").Say("C0TEAM", "/do it"))
	b.troubled("operation_timeout")
}

func TestACommandComesEscapedAndAnsweredInPrivate(t *testing.T) {
	t.Parallel()
	b := open(t)
	heard := make(chan string, 1)
	b.answer(func(_ envelope, p payload) any {
		heard <- p.Text
		return map[string]any{"text": "for your eyes"}
	})
	b.must(b.As("U0ANA").Say("C0TEAM", "/do <!channel> & <@U0BEN|Ben>"))
	if got, want := <-heard, "&lt;!channel&gt; &amp; <@U0BEN|ben.hale>"; got != want {
		t.Errorf("the app heard %q, want %q", got, want)
	}
	if mine, others := b.shown("U0ANA"), b.shown("U0BEN"); !strings.Contains(mine, "for your eyes") || strings.Contains(others, "for your eyes") {
		t.Errorf("Ana sees %s, Ben sees %s", mine, others)
	}
	if err := b.As("U0ANA").Say("C0TEAM", "/undo"); err == nil {
		t.Error("a command that nobody declared was taken")
	}
}

// shown is what a person's page shows of the channel.
func (b *bench) shown(person string) string {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.url+"/ui/messages?in=C0TEAM&as="+person, nil)
	b.must(err)
	return fetch(b.t, req)
}

func TestAnswersForOneAreLostWhenTheirPageIsLoadedAnew(t *testing.T) {
	t.Parallel()
	b := open(t)
	_, err := b.api.PostEphemeralContext(t.Context(), "C0TEAM", "U0ANA", text("for your eyes"))
	b.must(err)
	if got := b.shown("U0ANA"); !strings.Contains(got, "for your eyes") {
		t.Fatalf("Ana sees %s", got)
	}
	for _, path := range []string{"/ui/state?as=", "/ui/events?as=U0ANA"} { // the page, and its ear
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.url+path, nil)
		b.must(err)
		resp, err := http.DefaultClient.Do(req)
		b.must(err)
		defer func() { _ = resp.Body.Close() }()
	}
	if got := b.shown("U0ANA"); strings.Contains(got, "for your eyes") {
		t.Errorf("loaded anew, Ana sees %s", got)
	}
}

func TestATriggerOpensOneDialogWithinThreeSeconds(t *testing.T) {
	t.Parallel()
	b := open(t)
	triggers := make(chan string, 3)
	b.answer(func(_ envelope, p payload) any { triggers <- p.TriggerID; return nil })
	for range 2 {
		b.must(b.As("U0ANA").Say("C0TEAM", "/do"))
	}
	first, second := <-triggers, <-triggers
	_, err := b.api.OpenViewContext(t.Context(), first, modal("One", line("a")))
	b.must(err)
	_, err = b.api.OpenViewContext(t.Context(), first, modal("Again", line("a")))
	refused(t, "used twice", err, "exchanged_trigger_id")
	b.clock.add(4 * time.Second)
	_, err = b.api.OpenViewContext(t.Context(), second, modal("Late", line("a")))
	refused(t, "used late", err, "expired_trigger_id")
	_, err = b.api.OpenViewContext(t.Context(), "made.up", modal("None", line("a")))
	refused(t, "made up", err, "invalid_trigger_id")
}

func TestAResponseURLIsGoodForFiveAnswersInHalfAnHour(t *testing.T) {
	t.Parallel()
	b := open(t)
	urls := make(chan string, 2)
	b.answer(func(_ envelope, p payload) any { urls <- p.ResponseURL; return nil })
	for range 2 {
		b.must(b.As("U0ANA").Say("C0TEAM", "/do"))
	}
	first, second := <-urls, <-urls
	for range 5 {
		b.must(slack.PostWebhookContext(t.Context(), first, &slack.WebhookMessage{Text: "x"}))
	}
	refused(t, "the sixth", slack.PostWebhookContext(t.Context(), first, &slack.WebhookMessage{Text: "x"}), "404")
	b.clock.add(31 * time.Minute)
	refused(t, "too late", slack.PostWebhookContext(t.Context(), second, &slack.WebhookMessage{Text: "x"}), "404")
}

func TestAnEventIsSentAgainUntilItIsAcknowledged(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *offline.Options) { o.Patience = time.Millisecond })
	type sent struct {
		retry    int
		id, kind string
	}
	heard := make(chan sent, 8)
	b.answer(func(e envelope, p payload) any { heard <- sent{e.Retry, p.EventID, p.Event.Type}; return silent })
	b.As("U0ANA").OpenHome()
	first := <-heard
	for retry := 1; retry <= 3; retry++ {
		if got := <-heard; got != (sent{retry, first.id, "app_home_opened"}) {
			t.Errorf("retry %d was %+v", retry, got)
		}
	}
}

func TestADeliveryCanBeDoubled(t *testing.T) {
	t.Parallel()
	b := open(t)
	heard := make(chan string, 2)
	b.answer(func(e envelope, _ payload) any { heard <- e.ID; return nil })
	b.Double(1)
	b.must(b.As("U0ANA").Say("C0TEAM", "/do"))
	if one, two := <-heard, <-heard; one == two {
		t.Errorf("both came in the envelope %s", one)
	}
}

func TestHTTPCarriesTheSamePayloadsAsSockets(t *testing.T) {
	t.Parallel()
	const secret = "s3cret"
	overHTTP := make(chan string, 4)
	app := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil || !signed(req, body, secret) {
			overHTTP <- "not signed"
			return
		}
		form, err := url.ParseQuery(string(body))
		switch {
		case err == nil && form.Has("payload"):
			overHTTP <- form.Get("payload")
		case err == nil && form.Has("command"):
			fields := map[string]string{}
			for key := range form {
				fields[key] = form.Get(key)
			}
			raw, _ := json.Marshal(fields) // strings always marshal
			overHTTP <- string(raw)
		default:
			overHTTP <- string(body)
		}
	}))
	t.Cleanup(app.Close)
	far := open(t, func(o *offline.Options) { o.EventsURL, o.SigningSecret = app.URL, secret })
	near := open(t)
	overSocket := make(chan string, 4)
	near.answer(func(e envelope, _ payload) any { overSocket <- string(e.Payload); return nil })
	for _, b := range []*bench{far, near} {
		_, ts, err := b.api.PostMessageContext(t.Context(), "C0TEAM", text("hello"))
		b.must(err)
		b.must(b.As("U0ANA").Say("C0TEAM", "/do it & that"))
		b.must(b.As("U0ANA").Shortcut("turn", "C0TEAM", ts))
		b.As("U0ANA").OpenHome()
	}
	for _, what := range []string{"command", "shortcut", "event"} {
		want := strings.ReplaceAll(<-overSocket, near.url, far.url)
		if got := <-overHTTP; got != want {
			t.Errorf("the %s over HTTP is\n%s\nand over a socket\n%s", what, got, want)
		}
	}
}

// signed reports whether Slack's signature is right for the body.
func signed(req *http.Request, body []byte, secret string) bool {
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = fmt.Fprintf(mac, "v0:%s:%s", req.Header.Get("X-Slack-Request-Timestamp"), body)
	return req.Header.Get("X-Slack-Signature") == "v0="+hex.EncodeToString(mac.Sum(nil))
}
