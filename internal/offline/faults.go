package offline

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Fault is what the next call of a method meets instead of an ordinary answer.
type Fault struct {
	Status     int           // 429, 500, … ; 0 answers 200 with Code
	Code       string        // the error of a 200
	RetryAfter time.Duration // with 429
	After      bool          // the effect happens, and then the answer is lost
}

// Fail makes the next calls of a method meet these faults, one each.
func (w *Workspace) Fail(method string, faults ...Fault) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults[method] = append(w.faults[method], faults...)
}

// Calls is how often the app called a method.
func (w *Workspace) Calls(method string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.calls[method]
}

// nextFault takes the next fault of a method. The caller holds mu.
func (w *Workspace) nextFault(method string) (Fault, bool) {
	list := w.faults[method]
	if len(list) == 0 {
		return Fault{}, false
	}
	w.faults[method] = list[1:]
	return list[0], true
}

// answer writes a fault.
func (f Fault) answer(rw http.ResponseWriter) {
	switch {
	case f.After: // cut the line, so that the caller cannot know
		panic(http.ErrAbortHandler)
	case f.Status == http.StatusTooManyRequests:
		rw.Header().Set("Retry-After", strconv.Itoa(int(f.RetryAfter/time.Second)))
		http.Error(rw, `{"ok":false,"error":"ratelimited"}`, f.Status)
	case f.Status != 0:
		http.Error(rw, "trouble", f.Status)
	default:
		writeJSON(rw, obj{"ok": false, "error": f.Code})
	}
}

// bucket counts calls in a window of the workspace's time.
type bucket struct {
	from  time.Time
	calls int
}

// tiers are calls a minute, per method, by Slack's tiers 2 to 4. Methods that are not here
// have limits of their own or none.
var tiers = map[string]int{
	"conversations.list": 20, "users.list": 20,
	"chat.update": 50, "chat.delete": 50, "conversations.open": 50, "conversations.info": 50, "conversations.history": 50, "conversations.replies": 50,
	"users.lookupByEmail": 50, "team.info": 50, "apps.connections.open": 50,
	"views.open": 100, "views.push": 100, "views.update": 100, "views.publish": 100, "chat.postEphemeral": 100,
	"users.info": 100, "conversations.members": 100,
	"conversations.join": 50, "reactions.add": 50,
	"files.getUploadURLExternal": 100, "files.completeUploadExternal": 100,
}

// burst is how many messages a channel takes at once before 1 a second holds.
const burst = 3

// limited says how many seconds a call has to wait. The caller holds mu.
func (w *Workspace) limited(method, channel string) (int, bool) {
	if !w.opt.Limits {
		return 0, false
	}
	if method == "chat.postMessage" {
		if rest, ok := strings.CutPrefix(channel, "U"); ok {
			channel = "D" + rest // two names of one conversation
		}
		return 1, w.over("channel "+channel, time.Second, burst)
	}
	most, ok := tiers[method]
	return 30, ok && w.over(method, time.Minute, most)
}

func (w *Workspace) over(what string, window time.Duration, most int) bool {
	b := w.buckets[what]
	if now := w.opt.Now(); b == nil || now.Sub(b.from) > window {
		b = &bucket{from: now}
		w.buckets[what] = b
	}
	b.calls++
	return b.calls > most
}

// refusal is a refused call, in Slack's own words.
type refusal struct {
	code     string
	messages []string
	extra    obj
}

func refuse(code string, messages ...string) *refusal {
	return &refusal{code: code, messages: messages}
}

func (r *refusal) words() string {
	if len(r.messages) == 0 {
		return r.code
	}
	return fmt.Sprintf("%s: %s", r.code, r.messages[0])
}

// json is the refusal as the Web API writes it.
func (r *refusal) json() obj {
	o := obj{"ok": false, "error": r.code}
	for key, value := range r.extra {
		o[key] = value
	}
	if len(r.messages) > 0 {
		marked := make([]string, len(r.messages))
		for i, m := range r.messages {
			marked[i] = "[ERROR] " + m
		}
		o["response_metadata"] = obj{"messages": marked}
		if r.code == "invalid_blocks" {
			o["errors"] = r.messages
		}
	}
	return o
}
