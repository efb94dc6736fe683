package offline_test

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"smallchanges/internal/offline"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
)

const manifest = `{
	"display_information": {"name": "Helper"},
	"features": {
		"app_home": {"home_tab_enabled": true, "messages_tab_enabled": true},
		"bot_user": {"display_name": "Helper"},
		"slash_commands": [{"command": "/do", "should_escape": true}],
		"shortcuts": [{"callback_id": "turn", "name": "Turn it", "type": "message"}]
	},
	"oauth_config": {"scopes": {"bot": ["chat:write", "commands", "im:write", "im:history", "users:read"]}},
	"settings": {"event_subscriptions": {"bot_events": ["user_change", "app_home_opened"]}, "interactivity": {"is_enabled": true}}
}`

// clock stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// bench is a workspace, its server, and the unchanged client library of the app.
type bench struct {
	*offline.Workspace
	t     *testing.T
	clock *clock
	url   string
	api   *slack.Client
}

func open(t *testing.T, change ...func(*offline.Options)) *bench {
	t.Helper()
	b := &bench{t: t, clock: &clock{now: time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)}}
	o := offline.Options{
		People: []offline.Person{
			{ID: "U0ANA", Name: "Ana Ortiz", Email: "ana@northshire.example"},
			{ID: "U0BEN", Name: "Ben Hale", Zone: "Asia/Kolkata"},
			{ID: "U0GUY", Name: "Guy Guest", Guest: true},
		},
		Channels: []offline.Channel{{ID: "C0TEAM", Name: "team", Bot: true}, {ID: "C0ELSE", Name: "else"}},
		Manifest: []byte(manifest), Now: b.clock.Now, Retries: []time.Duration{0, 0, 0},
	}
	for _, c := range change {
		c(&o)
	}
	w, err := offline.New(o)
	if err != nil {
		t.Fatal(err)
	}
	b.Workspace = w
	server := httptest.NewServer(w.Handler())
	t.Cleanup(func() { w.Close(); server.Close() })
	b.url = server.URL
	b.api = slack.New(w.BotToken(), slack.OptionAPIURL(server.URL+"/api/"), slack.OptionAppLevelToken(w.AppToken()))
	return b
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) wait(holds func() bool) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.t.Context(), time.Minute)
	defer stop()
	b.must(b.Wait(ctx, holds))
}

// dial opens one socket, with the hello already read.
func (b *bench) dial() *websocket.Conn {
	b.t.Helper()
	_, address, err := b.api.StartSocketModeContext(b.t.Context())
	b.must(err)
	conn, resp, err := websocket.DefaultDialer.DialContext(b.t.Context(), address, nil)
	b.must(err)
	_ = resp.Body.Close()
	b.t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// envelope is what the app is handed over a socket.
type envelope struct {
	Type    string          `json:"type"`
	Reason  string          `json:"reason"`
	ID      string          `json:"envelope_id"`
	Payload json.RawMessage `json:"payload"`
	Retry   int             `json:"retry_attempt"`
}

// payload is the part of any payload that these tests look at.
type payload struct {
	Type        string `json:"type"`
	Text        string `json:"text"`
	TriggerID   string `json:"trigger_id"`
	ResponseURL string `json:"response_url"`
	EventID     string `json:"event_id"`
	Event       struct {
		Type string `json:"type"`
	} `json:"event"`
	View struct {
		ID    string `json:"id"`
		State struct {
			Values map[string]map[string]struct {
				Value string `json:"value"`
			} `json:"values"`
		} `json:"state"`
	} `json:"view"`
}

// answer connects an app that answers each envelope with what do returns: nil is a bare
// acknowledgement, and silent none at all.
func (b *bench) answer(do func(envelope, payload) any) {
	b.t.Helper()
	conn := b.dial()
	b.wait(b.Connected)
	go func() {
		for {
			var e envelope
			if conn.ReadJSON(&e) != nil {
				return
			}
			if e.ID == "" {
				continue
			}
			var p payload
			_ = json.Unmarshal(e.Payload, &p) // a payload of another shape shows in the test
			ack := map[string]any{"envelope_id": e.ID}
			switch said := do(e, p); said {
			case silent:
				continue
			case nil:
			default:
				ack["payload"] = said
			}
			if conn.WriteJSON(ack) != nil {
				return
			}
		}
	}()
}

const silent = "say nothing"

// troubled waits until the workspace complains of something that holds these words.
func (b *bench) troubled(words string) {
	b.t.Helper()
	b.wait(func() bool {
		for _, trouble := range b.Troubles() {
			if strings.Contains(trouble.Text, words) {
				return true
			}
		}
		return false
	})
}

// refused fails the test unless err is this code of Slack's.
func refused(t *testing.T, what string, err error, code string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), code) {
		t.Errorf("%s: got %v, want %s", what, err, code)
	}
}

func text(words string) slack.MsgOption { return slack.MsgOptionText(words, false) }

func modal(title string, blocks ...slack.Block) slack.ModalViewRequest {
	plain := func(s string) *slack.TextBlockObject {
		return slack.NewTextBlockObject(slack.PlainTextType, s, false, false)
	}
	return slack.ModalViewRequest{Type: slack.VTModal, Title: plain(title), Submit: plain("Send"), Blocks: slack.Blocks{BlockSet: blocks}}
}

func line(id string) slack.Block {
	label := slack.NewTextBlockObject(slack.PlainTextType, "Words", false, false)
	return slack.NewInputBlock(id, label, nil, slack.NewPlainTextInputBlockElement(nil, id))
}
