package slack

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"smallchanges/internal/chat"
)

// What is let in. Slack signs the seconds at which it sent a request; older or newer
// than five minutes is refused, so that a copied request is soon worth nothing.
const (
	maxBody   = 1 << 20
	maxSkew   = 5 * time.Minute
	signature = "v0"
)

// Events is the endpoint for commands, interactions and events (POST /slack/events),
// Slack's usual single URL. A repeated request gives an event with the same Key.
//
// The answer is flushed before what comes after it is sent, and the handler returns
// when all is sent, so http.Server.Shutdown waits for both.
func (s *Slack) Events(handle chat.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			http.Error(w, "Only POST is answered here.", http.StatusMethodNotAllowed)
			return
		}
		arrived := time.Now()
		raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			s.refuseBody(w, err)
			return
		}
		form := isForm(r)
		if form && isSSLCheck(raw) {
			return // unsigned, and Slack wants an empty 200
		}
		if words := s.forged(r.Header, raw); words != "" {
			s.log.Warn("a request to the Slack endpoint was refused", "reason", words)
			http.Error(w, words, http.StatusUnauthorized)
			return
		}
		in, challenge, err := s.decodeHTTP(form, raw)
		switch {
		case err != nil:
			s.log.Warn("a signed Slack request could not be read")
			http.Error(w, "The request could not be read.", http.StatusBadRequest)
		case challenge != "":
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			_, _ = io.WriteString(w, challenge)
		default:
			in.arrived = arrived
			s.receive(r.Context(), in, handle, func(payload any) error { return flush(w, payload) })
		}
	})
}

func (s *Slack) refuseBody(w http.ResponseWriter, err error) {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		s.log.Warn("a request to the Slack endpoint was refused", "reason", "too large")
		http.Error(w, "The request is too large.", http.StatusRequestEntityTooLarge)
		return
	}
	s.log.Warn("a request to the Slack endpoint was refused", "reason", "it broke off")
	http.Error(w, "The request could not be read.", http.StatusBadRequest)
}

func isForm(r *http.Request) bool {
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return strings.EqualFold(strings.TrimSpace(kind), "application/x-www-form-urlencoded")
}

// isSSLCheck recognises Slack's check of our certificate. Nothing else in such a
// request is looked at, so leaving off the signature gains nobody anything.
func isSSLCheck(raw []byte) bool {
	if !bytes.Contains(raw, []byte("ssl_check=")) {
		return false
	}
	form, err := url.ParseQuery(string(raw))
	return err == nil && form.Get("ssl_check") == "1"
}

// forged says why a request is not Slack's, or "" when it is (docs.slack.dev,
// "Verifying requests from Slack"). The comparison takes the same time for every
// wrong signature.
func (s *Slack) forged(h http.Header, raw []byte) string {
	stamp := h.Get("X-Slack-Request-Timestamp")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || len(s.secret) == 0 {
		return "The request is not signed."
	}
	if age := s.now().Sub(time.Unix(seconds, 0)); age > maxSkew || age < -maxSkew {
		return "The request is too old, or a clock is wrong."
	}
	mac := hmac.New(sha256.New, s.secret)
	mac.Write([]byte(signature + ":" + stamp + ":"))
	mac.Write(raw)
	claimed, err := hex.DecodeString(strings.TrimPrefix(h.Get("X-Slack-Signature"), signature+"="))
	if err != nil || !hmac.Equal(claimed, mac.Sum(nil)) {
		return "The signature does not match."
	}
	return ""
}

var errUnknown = errors.New("neither a command, an interaction nor an event")

// decodeHTTP tells the three apart by the shape of the body. A challenge is Slack
// asking whether this URL is ours.
func (s *Slack) decodeHTTP(form bool, raw []byte) (in incoming, challenge string, err error) {
	if !form {
		var outer struct{ Type, Challenge string }
		if err := json.Unmarshal(raw, &outer); err != nil {
			return in, "", err
		}
		if outer.Type == "url_verification" {
			return in, outer.Challenge, nil
		}
		in, err = s.eventCallback(raw)
		return in, "", err
	}
	values, err := url.ParseQuery(string(raw))
	if err != nil {
		return in, "", err
	}
	switch {
	case values.Has("payload"):
		in, err = s.interaction([]byte(values.Get("payload")))
		return in, "", err
	case values.Get("command") != "":
		return s.command(slackCommand{
			TeamID: values.Get("team_id"), ChannelID: values.Get("channel_id"),
			UserID: values.Get("user_id"), UserName: values.Get("user_name"),
			Command: values.Get("command"), Text: values.Get("text"),
			ResponseURL: values.Get("response_url"), TriggerID: values.Get("trigger_id"),
		}, raw), "", nil
	}
	return in, "", errUnknown
}

// flush writes a whole response at once, its length told beforehand, so that Slack
// has it while this handler goes on.
func flush(w http.ResponseWriter, payload any) error {
	var body []byte
	if payload != nil {
		var err error
		if body, err = json.Marshal(payload); err != nil {
			return err
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if _, err := w.Write(body); err != nil {
		return err
	}
	if err := http.NewResponseController(w).Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}
