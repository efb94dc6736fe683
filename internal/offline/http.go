package offline

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// overHTTP sends the same payload signed, as Slack's HTTP mode does.
func (w *Workspace) overHTTP(kind string, payload []byte, retry int, why string) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(w.ctx, w.opt.Patience)
	defer cancel()
	req, err := w.signed(ctx, kind, payload)
	if err != nil {
		return nil, err
	}
	if retry > 0 && kind == "events_api" { // Slack repeats nothing else
		req.Header.Set("X-Slack-Retry-Num", strconv.Itoa(retry))
		req.Header.Set("X-Slack-Retry-Reason", why)
	}
	resp, err := w.http.Do(req)
	if err != nil {
		return nil, lost(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, mostBody))
	switch {
	case err != nil:
		return nil, lost(err)
	case resp.StatusCode/100 != 2:
		return nil, undelivered{reason: "http_error", final: resp.Header.Get("X-Slack-No-Retry") == "1"}
	case strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json"):
		return answer, nil
	case kind == "slash_commands" && len(answer) > 0: // plain words are the message itself
		return json.Marshal(obj{"text": string(answer)})
	}
	return nil, nil
}

// lost is why a request has no answer.
func lost(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return undelivered{reason: "http_timeout"}
	}
	return undelivered{reason: "connection_failed"}
}

// signed is a payload as a request that only Slack could have sent.
func (w *Workspace) signed(ctx context.Context, kind string, payload []byte) (*http.Request, error) {
	body, contentType := encode(kind, payload)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.opt.EventsURL, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	at := strconv.FormatInt(w.opt.Now().Unix(), 10)
	mac := hmac.New(sha256.New, []byte(w.opt.SigningSecret))
	mac.Write([]byte("v0:" + at + ":"))
	mac.Write(body)
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("X-Slack-Request-Timestamp", at)
	req.Header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
	return req, nil
}

// persist sends an event until it is acknowledged, at most four times, as Slack does.
func (w *Workspace) persist(payload []byte) {
	why := ""
	for retry := 0; ; retry++ {
		_, err := w.deliver("events_api", payload, retry, why)
		if err == nil || retry == len(w.opt.Retries) {
			return
		}
		if failed, ok := errors.AsType[undelivered](err); ok {
			if failed.final {
				return
			}
			why = failed.reason
		}
		wait := time.NewTimer(w.opt.Retries[retry])
		select {
		case <-wait.C:
		case <-w.ctx.Done():
			wait.Stop()
			return
		}
	}
}
