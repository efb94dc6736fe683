package offline

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// A response_url can be used five times within half an hour.
const (
	hookUses = 5
	hookLife = 30 * time.Minute
)

// hook is a response_url: the right to answer one person in one place.
type hook struct {
	place   *channel
	person  string
	on      *message // the message the button stands on, if any
	uses    int
	expires time.Time
}

// hookClient does not follow the app anywhere else.
func hookClient() *http.Client {
	return &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// hookFor is a new response_url. The caller holds mu.
func (w *Workspace) hookFor(c *channel, person string, on *message) string {
	id := secret(w.dice)
	w.hooks[id] = &hook{place: c, person: person, on: on, expires: w.opt.Now().Add(hookLife)}
	return w.base + "/response/" + id
}

// encode writes a payload as HTTP mode carries it: commands as a form, interactions as a
// form with one payload, events as JSON.
func encode(kind string, payload []byte) (body []byte, contentType string) {
	const form = "application/x-www-form-urlencoded"
	switch kind {
	case "slash_commands":
		var fields map[string]string
		if json.Unmarshal(payload, &fields) != nil {
			return payload, form
		}
		values := url.Values{}
		for key, value := range fields {
			values.Set(key, value)
		}
		return []byte(values.Encode()), form
	case "interactive":
		return []byte(url.Values{"payload": {string(payload)}}.Encode()), form
	}
	return payload, "application/json"
}

// response is what an app answers with: in an acknowledgement or at a response_url.
type response struct {
	Type     string          `json:"response_type"`
	Text     string          `json:"text"`
	Blocks   json.RawMessage `json:"blocks"`
	Replace  loose           `json:"replace_original"`
	Delete   loose           `json:"delete_original"`
	ThreadTS string          `json:"thread_ts"`
}

// loose is true, "true" or 1: Slack takes them all.
type loose bool

// UnmarshalJSON reads any of them.
func (l *loose) UnmarshalJSON(raw []byte) error {
	*l = loose(strings.Trim(string(raw), `"`) == "true" || string(raw) == "1")
	return nil
}

func (w *Workspace) serveHook(rw http.ResponseWriter, req *http.Request) {
	var r response
	if err := json.NewDecoder(http.MaxBytesReader(rw, req.Body, mostBody)).Decode(&r); err != nil {
		http.Error(rw, "invalid_payload", http.StatusBadRequest)
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	h := w.hooks[req.PathValue("id")]
	switch {
	case h == nil || w.opt.Now().After(h.expires):
		http.Error(rw, "expired_url", http.StatusNotFound)
		return
	case h.uses >= hookUses:
		http.Error(rw, "used_url", http.StatusNotFound)
		return
	}
	h.uses++
	if no := w.respond(h, r); no != nil {
		http.Error(rw, no.code, http.StatusBadRequest)
		return
	}
	_, _ = rw.Write([]byte("ok"))
}

// respond does what a response asks for. The caller holds mu.
func (w *Workspace) respond(h *hook, r response) *refusal {
	if bool(r.Delete) && h.on != nil {
		h.place.remove(h.on)
		w.touched(h.place, h.on)
		return nil
	}
	if no := w.checkMessage(r.Text, r.Blocks); no != nil {
		w.trouble(h.person, "An answer was refused: "+no.words())
		return no
	}
	if bool(r.Replace) && h.on != nil {
		h.on.text, h.on.blocks, h.on.edited = r.Text, named(r.Blocks), w.stamp()
		w.touched(h.place, h.on)
		return nil
	}
	m := &message{user: botUID, text: r.Text, blocks: named(r.Blocks), thread: r.ThreadTS}
	if r.Type != "in_channel" {
		m.only = h.person
	}
	w.post(h.place, m)
	return nil
}
