package offline_test

import (
	"cmp"
	"context"
	"encoding/json"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/chattest"
	"smallchanges/internal/offline"
	adapter "smallchanges/internal/slack"
)

func TestTheSlackAdapterKeepsWhatTheBotReliesOnOverSocketMode(t *testing.T) {
	t.Parallel()
	chattest.Exercise(t, func(t *testing.T, bot chat.Handler) chattest.Rig { return newRig(t, bot, false) })
}

func TestTheSlackAdapterKeepsWhatTheBotReliesOnOverHTTP(t *testing.T) {
	t.Parallel()
	chattest.Exercise(t, func(t *testing.T, bot chat.Handler) chattest.Rig { return newRig(t, bot, true) })
}

// rig is the real Slack adapter, connected to a workspace of this package.
type rig struct {
	*adapter.Slack
	t        *testing.T
	space    *offline.Workspace
	url      string
	problems map[string]map[string]string // by person, of the form they sent last
}

func newRig(t *testing.T, bot chat.Handler, overHTTP bool) *rig {
	t.Helper()
	r := &rig{t: t, problems: map[string]map[string]string{}}
	const secret = "both know it"
	var events http.Handler // set before anything is sent there
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) { events.ServeHTTP(w, req) }))
	t.Cleanup(app.Close)
	o := offline.Options{
		People:   []offline.Person{{ID: "U0ANA", Name: "Ana Ortiz"}, {ID: "U0BEN", Name: "Ben Hale"}},
		Channels: []offline.Channel{{ID: "C0TEAM", Name: "team", Bot: true}},
		Manifest: adapter.Manifest(""),
	}
	if overHTTP {
		o.EventsURL, o.SigningSecret = app.URL, secret
	}
	var err error
	r.space, err = offline.New(o)
	r.must(err)
	server := httptest.NewServer(r.space.Handler())
	t.Cleanup(func() { r.space.Close(); server.Close() })
	r.url = server.URL
	r.Slack, err = adapter.New(adapter.Config{
		BotToken: r.space.BotToken(), AppToken: r.space.AppToken(), SigningSecret: secret, APIURL: server.URL + "/api/",
	})
	r.must(err)
	events = r.Events(bot)
	r.must(r.Start(t.Context()))
	if !overHTTP {
		r.runSocket(bot)
	}
	return r
}

// runSocket runs the socket until the test ends, and returns when it is open.
func (r *rig) runSocket(bot chat.Handler) {
	ctx, stop := context.WithCancel(r.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.RunSocket(ctx, bot) }()
	r.t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			r.t.Errorf("the socket ended: %v", err)
		}
	})
	r.Until("the adapter is connected", r.space.Connected)
}

func (r *rig) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) Ana() chat.Person { return chat.Person{Workspace: r.space.TeamID(), ID: "U0ANA"} }

func (r *rig) Ben() chat.Person { return chat.Person{Workspace: r.space.TeamID(), ID: "U0BEN"} }

func (r *rig) Channel() chat.Place { return chat.Place{Workspace: r.space.TeamID(), ID: "C0TEAM"} }

func (r *rig) Types(who chat.Person, command, words string) {
	r.t.Helper()
	r.must(r.space.As(who.ID).Say("C0TEAM", "/"+command+" "+words))
}

func (r *rig) Presses(who chat.Person, button string) {
	r.t.Helper()
	for _, m := range r.messages(who, "C0TEAM") { // those in threads too
		if strings.Contains(string(m.Blocks), `"action_id":"`+button+`"`) {
			r.must(r.space.As(who.ID).Press("C0TEAM", m.TS, button, ""))
			return
		}
	}
	r.t.Fatalf("%s sees no button %s", who.ID, button)
}

// shown is a message as the page has it.
type shown struct {
	TS, Text string
	Thread   string `json:"thread_ts"`
	Blocks   json.RawMessage
	Files    []link
}

func (r *rig) messages(who chat.Person, in string) []shown {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, r.url+"/ui/messages?"+url.Values{"as": {who.ID}, "in": {in}}.Encode(), nil)
	r.must(err)
	_, body, _ := strings.Cut(fetch(r.t, req), "{")
	var page struct{ Messages []shown }
	r.must(json.Unmarshal([]byte("{"+body), &page))
	return page.Messages
}

func (r *rig) Sees(who chat.Person, in chat.Place) []string {
	r.t.Helper()
	_, under, _ := strings.Cut(in.Thread, "/")
	var texts []string
	for _, m := range r.messages(who, conversation(in)) {
		if m.Thread == under {
			texts = append(texts, html.UnescapeString(m.Text))
		}
	}
	return texts
}

// conversation is the id under which the page knows a place.
func conversation(in chat.Place) string {
	if in.Direct {
		return "D" + strings.TrimPrefix(in.ID, "U")
	}
	return in.ID
}

func (r *rig) Files(who chat.Person, in chat.Place) (all []chat.File) {
	r.t.Helper()
	for _, m := range r.messages(who, conversation(in)) {
		for _, f := range m.Files {
			req, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, r.url+f.URL, nil)
			r.must(err)
			all = append(all, chat.File{Name: f.Name, Title: f.Title, Content: []byte(strings.TrimPrefix(fetch(r.t, req), "200 OK "))})
		}
	}
	return all
}

func (r *rig) Pictures(who chat.Person, in chat.Place) (all [][]byte) {
	r.t.Helper()
	for _, m := range r.messages(who, in.ID) {
		var blocks []struct {
			File struct{ URL string } `json:"slack_file"`
		}
		if len(m.Blocks) > 0 {
			r.must(json.Unmarshal(m.Blocks, &blocks))
		}
		for _, b := range blocks {
			if b.File.URL == "" {
				continue
			}
			req, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, r.url+b.File.URL, nil)
			r.must(err)
			all = append(all, []byte(strings.TrimPrefix(fetch(r.t, req), "200 OK ")))
		}
	}
	return all
}

func (r *rig) Until(what string, holds func() bool) {
	r.t.Helper()
	ctx, stop := context.WithTimeout(r.t.Context(), time.Minute)
	defer stop()
	if err := r.space.Wait(ctx, holds); err != nil {
		r.t.Fatalf("waiting until %s: %v; troubles: %v", what, err, r.space.Troubles())
	}
}

func (r *rig) Twice() { r.space.Double(1) }

func (r *rig) Busy(wait time.Duration) {
	r.space.Fail("chat.postMessage", offline.Fault{Status: http.StatusTooManyRequests, RetryAfter: wait})
}

func (r *rig) Gone() { r.space.Archive("C0TEAM") }

// dialog is an open dialog as the page has it.
type dialog struct {
	ID     string
	Title  struct{ Text string }
	Blocks []struct {
		ID      string `json:"block_id"`
		Element struct {
			Type     string
			ActionID string `json:"action_id"`
			Options  []json.RawMessage
		}
	}
	State struct {
		Values map[string]map[string]entry
	}
}

// entry is what one field holds.
type entry struct {
	Value  string   `json:"value"`
	Date   string   `json:"selected_date"`
	Users  []string `json:"selected_users"`
	Option option   `json:"selected_option"`
	Ticked []option `json:"selected_options"`
}

type option struct {
	Value string `json:"value"`
}

func (r *rig) dialog(who chat.Person) (d dialog) {
	r.t.Helper()
	if raw := r.space.As(who.ID).Dialog(); raw != nil {
		r.must(json.Unmarshal(raw, &d))
	}
	return d
}

func (r *rig) Form(who chat.Person) chattest.Form {
	r.t.Helper()
	d := r.dialog(who)
	form := chattest.Form{Title: d.Title.Text, Values: chat.Values{}, Problems: r.problems[who.ID]}
	for block, fields := range d.State.Values {
		for _, e := range fields {
			several := e.Users
			for _, o := range e.Ticked {
				several = append(several, o.Value)
			}
			form.Values[block] = cmp.Or(e.Value, e.Option.Value, e.Date, strings.Join(several, " "))
		}
	}
	return form
}

func (r *rig) Sends(who chat.Person, fill chat.Values) {
	r.t.Helper()
	d := r.dialog(who)
	values := map[string]map[string]json.RawMessage{}
	for _, b := range d.Blocks {
		if typed, ok := fill[b.ID]; ok {
			values[b.ID] = map[string]json.RawMessage{b.Element.ActionID: r.entry(b.Element.Type, b.Element.Options, typed)}
		}
	}
	got, err := r.space.As(who.ID).Submit(d.ID, values)
	r.must(err)
	r.problems[who.ID] = got.Errors
}

// valued are the options with a value.
func valued(options []json.RawMessage, value string) (found []json.RawMessage) {
	for _, option := range options {
		if strings.Contains(string(option), `"value":"`+value+`"`) {
			found = append(found, option)
		}
	}
	return found
}

// entry is a typed value as Slack's entry of state.values.
func (r *rig) entry(kind string, options []json.RawMessage, typed string) json.RawMessage {
	r.t.Helper()
	e := map[string]any{"type": kind}
	switch kind {
	case "plain_text_input":
		e["value"] = typed
	case "datepicker":
		e["selected_date"] = typed
	case "multi_users_select":
		e["selected_users"] = strings.Fields(typed)
	case "checkboxes":
		ticked := []json.RawMessage{}
		for _, value := range strings.Fields(typed) {
			ticked = append(ticked, valued(options, value)...)
		}
		e["selected_options"] = ticked
	default:
		for _, option := range valued(options, typed) {
			e["selected_option"] = option
		}
	}
	raw, err := json.Marshal(e)
	r.must(err)
	return raw
}
