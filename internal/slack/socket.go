package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
)

const (
	// maxFrame is the largest envelope taken from the socket, in bytes.
	maxFrame = 4 << 20
	// atOnce is how many envelopes are worked on, and not acknowledged, at the same time.
	atOnce = 32
	// ackGrace is how long the last acknowledgements get to leave: slack-go queues
	// them and does not tell when they are written.
	ackGrace = 200 * time.Millisecond
)

// RunSocket receives over Socket Mode until ctx ends, and reconnects by itself. When
// ctx ends, nothing new is begun; it returns nil once everything begun is answered.
// It fails with fault.Denied when Slack refuses the app token.
func (s *Slack) RunSocket(ctx context.Context, handle chat.Handler) error {
	client := socketmode.New(s.api,
		socketmode.OptionDialer(s.dialer()),
		socketmode.OptionReadLimit(maxFrame),
		socketmode.OptionLog(log.New(io.Discard, "", 0)))
	life, hangUp := context.WithCancel(context.WithoutCancel(ctx))
	defer hangUp()
	ended := make(chan error, 1)
	go func() { ended <- client.RunContext(life) }()
	defer s.connected.Store(false)

	line := socketLine{slack: s, client: client, handle: handle, gate: make(chan struct{}, atOnce)}
	for {
		select {
		case <-ctx.Done():
			line.work.Wait()
			<-time.After(ackGrace)
			hangUp()
			<-ended
			return nil
		case err := <-ended:
			line.work.Wait()
			return fault.Hide(fault.Denied, fmt.Errorf("socket mode: %w", withoutURL(err)), "")
		case event := <-client.Events:
			line.event(life, event)
		}
	}
}

// dialer is slack-go's own, with an ear on the connection. The write buffer holds
// the largest acknowledgement in one frame; Slack does not join continued frames.
func (s *Slack) dialer() *websocket.Dialer {
	return &websocket.Dialer{
		Proxy:            http.ProxyFromEnvironment,
		HandshakeTimeout: 45 * time.Second,
		WriteBufferSize:  32 * 1024,
		NetDialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return hearing{Conn: conn, heard: &s.heard, now: s.now}, nil
		},
	}
}

// hearing notes when a connection last carried anything: slack-go answers pings
// itself and tells nobody, and a connection can be half open for hours.
type hearing struct {
	net.Conn
	heard *atomic.Int64
	now   func() time.Time
}

// Read notes the time of every arrival.
func (h hearing) Read(p []byte) (int, error) {
	n, err := h.Conn.Read(p)
	if n > 0 {
		h.heard.Store(h.now().UnixMilli())
	}
	return n, err
}

// socketLine is one run of the socket: what is being worked on, and how many may be.
type socketLine struct {
	slack  *Slack
	client *socketmode.Client
	handle chat.Handler
	gate   chan struct{}
	work   sync.WaitGroup
}

// envelope is what every delivery over the socket comes in.
type envelope struct {
	ID      string          `json:"envelope_id"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload"`
}

func (l *socketLine) event(ctx context.Context, event socketmode.Event) {
	switch event.Type {
	case socketmode.EventTypeHello:
		l.slack.connected.Store(true)
		l.slack.log.Info("connected to Slack")
	case socketmode.EventTypeConnecting:
		l.slack.connected.Store(false)
	case socketmode.EventTypeConnectionError:
		if failed, ok := event.Data.(*slack.ConnectionErrorEvent); ok {
			l.slack.log.Warn("Slack cannot be reached", "retry_in", failed.Backoff, "err", withoutURL(failed.ErrorObj))
		}
	case socketmode.EventTypeErrorWriteFailed:
		l.again(ctx, event)
	case socketmode.EventTypeErrorBadMessage:
		l.unread(ctx, event)
	default:
		if r := event.Request; r != nil && r.EnvelopeID != "" {
			l.begin(ctx, envelope{ID: r.EnvelopeID, Type: r.Type, Payload: r.Payload})
		}
	}
}

// again sends an acknowledgement on the next connection when the last one was lost
// under it. Slack knows it by the envelope's id, whichever socket it comes on.
func (l *socketLine) again(ctx context.Context, event socketmode.Event) {
	failed, ok := event.Data.(*socketmode.ErrorWriteFailed)
	if !ok {
		return
	}
	l.work.Go(func() {
		if err := l.client.SendCtx(ctx, *failed.Response); err != nil {
			l.slack.log.Error("an acknowledgement was lost", "envelope", failed.Response.EnvelopeID, "err", err)
		}
	})
}

// unread takes an envelope that slack-go could not read, because it holds an event or
// an element newer than it. Ours may be able to; at the least it is acknowledged,
// else Slack tells the person that the app does not answer.
func (l *socketLine) unread(ctx context.Context, event socketmode.Event) {
	bad, ok := event.Data.(*socketmode.ErrorBadMessage)
	if !ok {
		return
	}
	var e envelope
	if json.Unmarshal(bad.Message, &e) != nil || e.ID == "" {
		l.slack.log.Warn("a message on the Slack socket could not be read")
		return
	}
	l.begin(ctx, e)
}

// begin works on one envelope, in its turn. The turn ends with the acknowledgement: what is
// sent after it may take long, and others have three seconds.
func (l *socketLine) begin(ctx context.Context, e envelope) {
	arrived := time.Now()
	l.gate <- struct{}{}
	next := sync.OnceFunc(func() { <-l.gate })
	l.work.Go(func() {
		defer next()
		in := l.slack.decodeEnvelope(e)
		in.arrived = arrived
		l.slack.receive(ctx, in, l.handle, func(payload any) error {
			defer next()
			return l.client.SendCtx(ctx, socketmode.Response{EnvelopeID: e.ID, Payload: payload})
		})
	})
}

// decodeEnvelope decodes a payload as HTTP would. One that cannot be read, or whose
// kind is new, is of kindOther: there is nobody to refuse it to.
func (s *Slack) decodeEnvelope(e envelope) (in incoming) {
	var err error
	switch e.Type {
	case "slash_commands":
		var c slackCommand
		if err = json.Unmarshal(e.Payload, &c); err == nil {
			return s.command(c, e.Payload)
		}
	case "interactive":
		in, err = s.interaction(e.Payload)
	case "events_api":
		in, err = s.eventCallback(e.Payload)
	}
	if err != nil {
		s.log.Warn("a Slack envelope could not be read", "envelope", e.ID, "type", e.Type)
	}
	if err != nil || in.kind == "" {
		return incoming{kind: kindOther, event: chat.Event{Key: e.ID}}
	}
	return in
}
