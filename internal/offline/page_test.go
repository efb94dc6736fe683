package offline_test

import (
	"bufio"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/offline"

	"github.com/slack-go/slack"
)

// get is what the page fetches.
func (b *bench) get(path string) string {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.url+path, nil)
	b.must(err)
	return fetch(b.t, req)
}

// contains fails the test unless got holds each of these parts.
func contains(t *testing.T, got string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(got, part) {
			t.Errorf("%s is missing in %s", part, got)
		}
	}
}

func TestThePageSaysWhatIsWrongInWords(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.page("say", `{"as":"U0ANA","in":"C0TEAM","text":"hello"}`, `{"ok":true}`)
	b.page("say", `{"as":"U0ANA","in":"C0TEAM","text":"/undo"}`, "/undo is not a command here.")
	b.page("say", `{"as":"U0NONE","in":"C0TEAM","text":"hello"}`, "There is nobody with this id here.")
	b.page("say", `{"as":`, "400 Bad Request")
	b.page("press", `{"as":"U0ANA","view_id":"V0NONE","type":"button"}`, "This dialog is not open any more.")
	b.page("press", `{"as":"U0ANA","in":"C0TEAM","ts":"1.000000","type":"button"}`, "This message is not here any more.")
	b.page("submit", `{"as":"U0ANA","view_id":"V0NONE"}`, "This dialog is not open any more.")
	b.page("shortcut", `{"as":"U0ANA","callback_id":"dance"}`, "There is no such shortcut.")
	b.page("clock", `{"to":"+1h"}`, "The clock cannot be moved here.")
	contains(t, b.get("/ui/messages?as=U0GUY&in=C0TEAM"), "404 Not Found")
	if err := b.As("U0ANA").Press("C0TEAM", "1.000000", "go", ""); !fault.Is(err, fault.Missing) {
		t.Errorf("a button that is not there: %v", err)
	}
}

func TestThePageMovesTheClock(t *testing.T) {
	t.Parallel()
	var b *bench
	b = open(t, func(o *offline.Options) {
		o.MoveClock = func(_ context.Context, to string) (time.Time, error) {
			if to != "+1h" {
				return time.Time{}, errors.New("a cause for operators")
			}
			b.clock.add(time.Hour)
			return b.clock.Now(), nil
		}
	})
	b.page("clock", `{"to":"+1h"}`, `"now":"2026-11-26T10:00:00Z"`)
	b.page("clock", `{"to":"back"}`, `"error":"That did not work."`)
	contains(t, b.get("/ui/state?as=U0BEN"), "Thursday 26 November 2026, 3:30pm", "Asia/Kolkata")
}

func TestThePageCountsWhatWasNotRead(t *testing.T) {
	t.Parallel()
	b := open(t)
	for range 3 {
		b.must(b.As("U0BEN").Say("C0TEAM", "hello"))
	}
	contains(t, b.get("/ui/state?as=U0ANA"), `"unread":3`)
	contains(t, b.get("/ui/state?as=U0BEN"), `"name":"team","topic":"","unread":0`)
	b.shown("U0ANA")
	if state := b.get("/ui/state?as=U0ANA"); strings.Contains(state, `"unread":3`) {
		t.Errorf("Ana has read it all: %s", state)
	}
	contains(t, b.get("/ui/home?as=U0ANA"), `{"view":null}`)
}

// A page hears what is for its person, and nothing that is for another.
func TestThePageHearsWhatIsForItsPerson(t *testing.T) {
	t.Parallel()
	b := open(t)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.url+"/ui/events?as=U0ANA", nil)
	b.must(err)
	resp, err := http.DefaultClient.Do(req)
	b.must(err)
	defer func() { _ = resp.Body.Close() }()
	lines := bufio.NewScanner(resp.Body)
	lines.Scan() // the greeting
	home := slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewDividerBlock()}}}
	for _, person := range []string{"U0BEN", "U0ANA"} {
		_, err = b.api.PostEphemeralContext(t.Context(), "C0TEAM", person, text("x"))
		b.must(err)
	}
	_, err = b.api.PublishViewContext(t.Context(), slack.PublishViewContextRequest{UserID: "U0ANA", View: home})
	b.must(err)
	var heard []string
	for len(heard) < 2 && lines.Scan() {
		if news, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			heard = append(heard, news)
		}
	}
	if want := []string{`{"in":"C0TEAM","type":"message"}`, `{"type":"home"}`}; !slices.Equal(heard, want) {
		t.Errorf("Ana's page heard %v, want %v", heard, want)
	}
}

func TestAWorkspaceThatCannotBeIsRefusedInWords(t *testing.T) {
	t.Parallel()
	ana := offline.Person{ID: "U0ANA", Name: "Ana"}
	for name, c := range map[string]struct {
		options offline.Options
		want    string
	}{
		"a manifest that is no JSON":  {offline.Options{Manifest: []byte("{")}, "not valid JSON"},
		"an id that is no person's":   {offline.Options{People: []offline.Person{{ID: "W0ANA"}}}, "must begin with U"},
		"somebody twice":              {offline.Options{People: []offline.Person{ana, ana}}, "be there once"},
		"the app's own id":            {offline.Options{People: []offline.Person{{ID: "U0BOT"}}}, "be there once"},
		"a zone that does not exist":  {offline.Options{People: []offline.Person{{ID: "U0ANA", Zone: "Mars/North"}}}, "not a time zone"},
		"a channel under a person id": {offline.Options{Channels: []offline.Channel{{ID: "U0TEAM"}}}, "must begin with C"},
	} {
		if _, err := offline.New(c.options); !strings.Contains(fault.Words(err), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}
