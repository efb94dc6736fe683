package slack

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"
	"github.com/slack-go/slack/socketmode"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
)

// socketServer is the other end of a Socket Mode connection.
type socketServer struct {
	conns chan *websocket.Conn
}

// openSockets lets the fake hand out socket addresses and take the calls to them.
func (f *fake) openSockets() socketServer {
	server := socketServer{conns: make(chan *websocket.Conn, 10)}
	f.on("apps.connections.open", `{"ok":true,"url":"`+strings.Replace(f.URL, "http", "ws", 1)+`/socket"}`)
	f.script("socket", func(w http.ResponseWriter, r *http.Request) {
		conn, err := (&websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}).Upgrade(w, r, nil)
		if err == nil {
			server.conns <- conn
		}
	})
	return server
}

// next is the next connection, greeted.
func (s socketServer) next(t *testing.T) *websocket.Conn {
	t.Helper()
	conn := <-s.conns
	send(t, conn, `{"type":"hello","num_connections":1,"connection_info":{"app_id":"A1"}}`)
	return conn
}

func send(t *testing.T, conn *websocket.Conn, message string) {
	t.Helper()
	if err := conn.WriteMessage(websocket.TextMessage, []byte(message)); err != nil {
		t.Fatal(err)
	}
}

// ack is the next acknowledgement: the envelope it names and its payload.
func ack(t *testing.T, conn *websocket.Conn) (id string, payload map[string]any) {
	t.Helper()
	var got struct {
		ID      string         `json:"envelope_id"`
		Payload map[string]any `json:"payload"`
	}
	if err := conn.ReadJSON(&got); err != nil {
		t.Fatal(err)
	}
	return got.ID, got.Payload
}

// running starts RunSocket; stop ends it and says what it returned.
func running(t *testing.T, s *Slack, handle chat.Handler) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.RunSocket(ctx, handle) }()
	stop = func() error {
		cancel()
		return <-done
	}
	t.Cleanup(cancel)
	return stop
}

const socketCommand = `{"envelope_id":"e-1","type":"slash_commands","accepts_response_payload":true,"payload":{"team_id":"T1","channel_id":"C1",
	"user_id":"U1","user_name":"ana","command":"/smallchange","text":"list","trigger_id":"11.22.aa","is_enterprise_install":"false"}}`

// Whatever comes over the socket is acknowledged, known or not.
func TestSocketAcknowledges(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, envelope, kind string
	}{
		{"a command", socketCommand, "ephemeral"},
		{"an event", `{"envelope_id":"e-1","type":"events_api","payload":{"type":"event_callback","event_id":"Ev1","event":{"type":"app_home_opened","user":"U1","tab":"home"}}}`, ""},
		{"an unknown event", `{"envelope_id":"e-1","type":"events_api","payload":{"type":"event_callback","event":{"type":"weather_changed"}}}`, ""},
		{"an unknown element", `{"envelope_id":"e-1","type":"interactive","payload":{"type":"block_actions",` + who + `,"actions":[{"type":"laser"}],"message":{"blocks":[{"type":"actions","elements":[{"type":"laser"}]}]}}}`, ""},
		{"an unknown envelope", `{"envelope_id":"e-1","type":"smoke_signal","payload":{}}`, ""},
		{"a payload of the wrong shape", `{"envelope_id":"e-1","type":"slash_commands","payload":[7]}`, ""},
		{"no payload", `{"envelope_id":"e-1","type":"interactive"}`, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			sockets := f.openSockets()
			stop := running(t, f.connect(t), always(chat.Tell{Card: card}))
			conn := sockets.next(t)
			send(t, conn, test.envelope)
			id, payload := ack(t, conn)
			if id != "e-1" || str(payload["response_type"]) != test.kind {
				t.Errorf("acknowledged %q with %v", id, payload)
			}
			if err := stop(); err != nil {
				t.Error(err)
			}
		})
	}
}

// Both ways in give the handler the same event.
func TestSocketAndHTTPAgree(t *testing.T) {
	t.Parallel()
	body := pressBody("https://hooks.slack.com/x")
	f := newFake(t)
	sockets := f.openSockets()
	s := f.connect(t)
	events := make(chan chat.Event, 2)
	handle := func(_ context.Context, e chat.Event) chat.Reply {
		events <- e
		return chat.Done{}
	}
	post(t, s, handle, asForm, body)
	stop := running(t, s, handle)
	conn := sockets.next(t)
	r := request(asForm, body)
	if err := r.ParseForm(); err != nil {
		t.Fatal(err)
	}
	send(t, conn, `{"envelope_id":"e-1","type":"interactive","payload":`+r.PostForm.Get("payload")+`}`)
	if diff := cmp.Diff(<-events, <-events); diff != "" {
		t.Error(diff)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

// What has begun when the program is told to stop is finished and acknowledged.
func TestSocketFinishesWhatItBegan(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	sockets := f.openSockets()
	begun, release := make(chan struct{}), make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	s := f.connect(t)
	go func() {
		done <- s.RunSocket(ctx, func(ctx context.Context, _ chat.Event) chat.Reply {
			close(begun)
			<-release
			if ctx.Err() != nil {
				return chat.Done{}
			}
			return chat.Tell{Card: card}
		})
	}()
	conn := sockets.next(t)
	send(t, conn, socketCommand)
	<-begun
	cancel()
	select {
	case err := <-done:
		t.Fatalf("it did not wait: %v", err)
	default:
	}
	close(release)
	if id, payload := ack(t, conn); id != "e-1" || payload["response_type"] != "ephemeral" {
		t.Errorf("acknowledged %q with %v", id, payload)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// After a disconnect the socket is opened again, and an answer that was being made
// meanwhile goes out on the new one.
func TestSocketComesBack(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	sockets := f.openSockets()
	begun, release := make(chan struct{}), make(chan struct{})
	s := f.connect(t)
	stop := running(t, s, func(context.Context, chat.Event) chat.Reply {
		close(begun)
		<-release
		return chat.Tell{Card: card}
	})
	first := sockets.next(t)
	send(t, first, socketCommand)
	<-begun
	send(t, first, `{"type":"disconnect","reason":"refresh_requested"}`)
	second := sockets.next(t)
	close(release)
	if id, _ := ack(t, second); id != "e-1" {
		t.Errorf("acknowledged %q", id)
	}
	// What comes over a socket is taken in its order, so the hello was before this.
	send(t, second, `{"envelope_id":"e-2","type":"events_api","payload":{"event_id":"Ev2","event":{"type":"unheard_of"}}}`)
	if id, _ := ack(t, second); id != "e-2" {
		t.Errorf("acknowledged %q", id)
	}
	if connected, last := s.Health(); !connected || !last.Equal(noon) {
		t.Errorf("health: %v %v", connected, last)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	if connected, _ := s.Health(); connected {
		t.Error("still said to be connected")
	}
}

// An acknowledgement that was lost under its connection is sent again.
func TestLostAcknowledgementIsSentAgain(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	sockets := f.openSockets()
	s := f.connect(t)
	line := socketLine{slack: s, client: socketmode.New(s.api), gate: make(chan struct{}, 1)}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() { _ = line.client.RunContext(ctx) }()
	conn := sockets.next(t)
	line.event(ctx, socketmode.Event{Type: socketmode.EventTypeErrorWriteFailed, Data: &socketmode.ErrorWriteFailed{
		Cause: io.ErrClosedPipe, Response: &socketmode.Response{EnvelopeID: "e-9"},
	}})
	if id, _ := ack(t, conn); id != "e-9" {
		t.Errorf("acknowledged %q", id)
	}
	line.work.Wait()
}

func TestSocketRefused(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.on("apps.connections.open", `{"ok":false,"error":"invalid_auth"}`)
	if err := f.connect(t).RunSocket(t.Context(), always(chat.Done{})); !fault.Is(err, fault.Denied) {
		t.Errorf("got %v", err)
	}
}

// Only opening sockets is slowed down. The fourth opening in a row has to wait, and
// gives up at once when there is no time for that.
func TestReconnectsArePaced(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	client := paced(&http.Client{})
	get := func(path string) error {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, f.URL+path, nil)
		if err != nil {
			return err
		}
		got, err := client.Do(r)
		if err != nil {
			return err
		}
		_, _ = io.Copy(io.Discard, got.Body)
		return got.Body.Close()
	}
	for i := range 3 {
		if err := get("/api/apps.connections.open"); err != nil {
			t.Fatalf("opening %d: %v", i+1, err)
		}
	}
	if err := get("/api/apps.connections.open"); err == nil {
		t.Error("the fourth opening did not wait")
	}
	for range 10 {
		if err := get("/api/chat.postMessage"); err != nil {
			t.Error(err)
		}
	}
}

func TestManifest(t *testing.T) {
	t.Parallel()
	for _, publicURL := range []string{"", "https://bot.northshire.example/"} {
		var m struct {
			Information struct{ Name, Description string } `json:"display_information"`
			Features    struct {
				Shortcuts []manifestShortcut
				Commands  []manifestCommand `json:"slash_commands"`
			}
			OAuth struct {
				Scopes struct{ Bot []string }
			} `json:"oauth_config"`
			Settings struct {
				SocketMode    bool `json:"socket_mode_enabled"`
				Subscriptions struct {
					URL    string   `json:"request_url"`
					Events []string `json:"bot_events"`
				} `json:"event_subscriptions"`
				Interactivity struct {
					URL string `json:"request_url"`
				}
			}
		}
		if err := json.Unmarshal(Manifest(publicURL), &m); err != nil {
			t.Fatal(err)
		}
		within := func(what, s string, most int) {
			if n := len([]rune(s)); n == 0 || n > most {
				t.Errorf("%s has %d characters; at most %d", what, n, most)
			}
		}
		within("name", m.Information.Name, 35)
		within("description", m.Information.Description, 140)
		endpoint := ""
		if publicURL != "" {
			endpoint = "https://bot.northshire.example/slack/events"
		}
		var commands []string
		for _, c := range m.Features.Commands {
			within(c.Command, c.Command, 32)
			within(c.Command+" description", c.Description, 2000)
			if !c.Escape || c.URL != endpoint || len(c.Hint) > 1000 {
				t.Errorf("%+v", c)
			}
			commands = append(commands, c.Command)
		}
		if got := strings.Join(commands, " "); got != "/smallchange /celebrate /reflect /pulse" {
			t.Errorf("commands %s", got)
		}
		var names []string
		for _, c := range m.Features.Shortcuts {
			within(c.Name, c.Name, 24)
			within(c.Name+" description", c.Description, 150)
			names = append(names, c.Type+"/"+c.CallbackID)
		}
		if got := strings.Join(names, " "); got != "global/propose message/turn message/celebrate" {
			t.Errorf("shortcuts %s", got)
		}
		if got := strings.Join(m.OAuth.Scopes.Bot, " "); got != "commands chat:write im:write im:history files:write users:read users:read.email channels:read groups:read dnd:read" {
			t.Errorf("scopes %s", got)
		}
		if m.Settings.SocketMode != (publicURL == "") || m.Settings.Subscriptions.URL != endpoint || m.Settings.Interactivity.URL != endpoint {
			t.Errorf("settings %+v", m.Settings)
		}
	}
}

// What is sent after an acknowledgement may be slow, as when Slack holds calls back. It
// keeps nobody else from being acknowledged within the three seconds.
func TestSlowAnswersHoldUpNoAcknowledgement(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	sockets := f.openSockets()
	held := make(chan struct{})
	f.script("views.publish", func(w http.ResponseWriter, _ *http.Request) {
		<-held
		_, _ = io.WriteString(w, `{"ok":true}`)
	})
	stop := running(t, f.connect(t), always(chat.Home{Card: card}))
	conn := sockets.next(t)
	const envelopes = atOnce + 1
	for range envelopes {
		send(t, conn, `{"envelope_id":"e-1","type":"events_api","payload":{"type":"event_callback","event_id":"Ev1","event":{"type":"app_home_opened","user":"U1","tab":"home"}}}`)
	}
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	for i := range envelopes {
		var got struct {
			ID string `json:"envelope_id"`
		}
		if err := conn.ReadJSON(&got); err != nil || got.ID != "e-1" {
			t.Errorf("acknowledgement %d of %d: %q, %v", i+1, envelopes, got.ID, err)
			break
		}
	}
	close(held)
	if err := stop(); err != nil {
		t.Error(err)
	}
}
