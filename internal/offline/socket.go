package offline

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

const (
	mostSockets = 10
	pingEvery   = 8 * time.Second
	mostAck     = 20_000 // bytes of an acknowledgement's payload; Slack drops what is larger
	mostBody    = 1 << 20
)

// undelivered is a payload that was not acknowledged: why, in Slack's word for the next
// attempt, and whether the app asked not to be tried again.
type undelivered struct {
	reason string
	final  bool
}

func (u undelivered) Error() string { return u.reason }

// socket is one Socket Mode connection of the app.
type socket struct {
	conn  *websocket.Conn
	write sync.Mutex
}

func (s *socket) send(v any) error {
	s.write.Lock()
	defer s.write.Unlock()
	return s.conn.WriteJSON(v)
}

// serveSocket takes a connection for a ticket that was not used yet.
func (w *Workspace) serveSocket(rw http.ResponseWriter, req *http.Request) {
	ticket := req.URL.Query().Get("ticket")
	w.mu.Lock()
	known := w.tickets[ticket]
	delete(w.tickets, ticket)
	w.mu.Unlock()
	if !known {
		http.Error(rw, "invalid ticket", http.StatusUnauthorized)
		return
	}
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }} // the ticket is the proof
	conn, err := up.Upgrade(rw, req, nil)
	if err != nil {
		return // the upgrader has answered
	}
	conn.SetReadLimit(mostBody)
	s := &socket{conn: conn}
	defer conn.Close()
	w.mu.Lock()
	full := len(w.sockets) >= mostSockets
	if !full {
		w.sockets = append(w.sockets, s)
		w.tellAll(obj{"type": "state"})
	}
	count, every := len(w.sockets), w.pingEvery
	w.mu.Unlock()
	if full {
		_ = s.send(obj{"type": "disconnect", "reason": "too_many_websockets"})
		return
	}
	defer w.drop(s)
	_ = s.send(obj{"type": "hello", "num_connections": count, "connection_info": obj{"app_id": appID}, "debug_info": obj{"host": "offline", "approximate_connection_time": 18060}})
	ctx, cancel := context.WithCancel(w.ctx)
	defer cancel()
	go s.ping(ctx, every)
	w.hear(s)
}

// ping keeps the connection alive, and cuts it when the workspace ends.
func (s *socket) ping(ctx context.Context, after time.Duration) {
	every := time.NewTicker(after)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			_ = s.conn.Close()
			return
		case <-every.C:
			if s.conn.WriteControl(websocket.PingMessage, []byte("ping"), time.Now().Add(time.Second)) != nil {
				return
			}
		}
	}
}

// hear takes acknowledgements until the connection ends. One counts on any socket.
func (w *Workspace) hear(s *socket) {
	for {
		var ack struct {
			ID      string          `json:"envelope_id"`
			Payload json.RawMessage `json:"payload"`
		}
		if err := s.conn.ReadJSON(&ack); err != nil {
			return
		}
		w.mu.Lock()
		answer := w.waiting[ack.ID]
		delete(w.waiting, ack.ID)
		w.mu.Unlock()
		if answer != nil {
			answer <- ack.Payload
		}
	}
}

func (w *Workspace) drop(s *socket) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, other := range w.sockets {
		if other == s {
			w.sockets = append(w.sockets[:i], w.sockets[i+1:]...)
			break
		}
	}
	w.tellAll(obj{"type": "state"})
}

// Refresh asks the app to connect anew, as Slack does every few hours.
func (w *Workspace) Refresh() {
	w.mu.Lock()
	sockets := append([]*socket(nil), w.sockets...)
	w.mu.Unlock()
	for _, s := range sockets {
		_ = s.send(obj{"type": "disconnect", "reason": "refresh_requested", "debug_info": obj{"host": "offline"}})
	}
}

// Double delivers the next n envelopes twice, as happens when an acknowledgement gets lost.
func (w *Workspace) Double(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.twice += n
}

// Connected reports whether the app can be reached.
func (w *Workspace) Connected() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.opt.EventsURL != "" || len(w.sockets) > 0
}

// deliver hands the app one payload and waits for its acknowledgement. kind is events_api,
// slash_commands or interactive. An attempt after the first says why there is one.
func (w *Workspace) deliver(kind string, payload []byte, retry int, why string) (json.RawMessage, error) {
	w.mu.Lock()
	double := w.twice > 0
	if double {
		w.twice--
	}
	w.mu.Unlock()
	send := w.overSocket
	if w.opt.EventsURL != "" {
		send = w.overHTTP
	}
	answer, err := send(kind, payload, retry, why)
	if double && err == nil {
		_, err = send(kind, payload, retry+1, "http_timeout")
	}
	return answer, err
}

func (w *Workspace) overSocket(kind string, payload []byte, retry int, why string) (json.RawMessage, error) {
	w.mu.Lock()
	id := "env-" + secret(w.road)
	answer := make(chan json.RawMessage, 1)
	w.waiting[id] = answer
	var s *socket
	if n := len(w.sockets); n > 0 {
		s = w.sockets[w.road.IntN(n)]
	}
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		delete(w.waiting, id)
		w.mu.Unlock()
	}()
	if s == nil {
		return nil, undelivered{reason: "connection_failed"}
	}
	envelope := obj{"envelope_id": id, "type": kind, "payload": json.RawMessage(payload), "accepts_response_payload": kind != "events_api"}
	if kind == "events_api" {
		envelope["retry_attempt"], envelope["retry_reason"] = retry, why
	}
	if err := s.send(envelope); err != nil {
		return nil, undelivered{reason: "connection_failed"}
	}
	patience := time.NewTimer(w.opt.Patience)
	defer patience.Stop()
	select {
	case payload := <-answer:
		return payload, nil
	case <-patience.C:
		return nil, undelivered{reason: "timeout"}
	case <-w.ctx.Done():
		return nil, w.ctx.Err()
	}
}
