package slack

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"smallchanges/internal/chat"
)

var (
	card = chat.Card{Kind: "t", Title: "Done", Body: []chat.Node{chat.P("Thank you.")}}
	form = chat.Form{ID: "change.new", State: "SC-12", Title: "A small change", Send: "Propose", Fields: []chat.Field{
		{ID: "title", Label: "What would you change?", Kind: chat.Line, Max: 80, Value: "Shorter notes"},
	}}
)

// steps are the calls made, in order, as one line.
func steps(f *fake) string {
	var out []string
	for _, c := range f.made("") {
		out = append(out, c.Method)
	}
	return strings.Join(out, " ")
}

func acked(t *testing.T, w *httptest.ResponseRecorder) map[string]any {
	t.Helper()
	if w.Code != http.StatusOK {
		t.Fatalf("acknowledged with %d %s", w.Code, w.Body)
	}
	var out map[string]any
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// The table of DESIGN.md section 2, and what is left when Slack says no.
func TestAnswers(t *testing.T) {
	t.Parallel()
	const gone = `{"ok":false,"error":"expired_url"}`
	tests := []struct {
		name  string
		body  func(hook string) string
		reply chat.Reply
		no    map[string]string // methods that refuse
		ack   string            // response_type or response_action of the acknowledgement
		steps string
	}{
		{"tell a command", command, chat.Tell{Card: card}, nil, "ephemeral", ""},
		{"tell a press", pressBody, chat.Tell{Card: card}, nil, "", "hook"},
		{"tell a press too late", pressBody, chat.Tell{Card: card}, map[string]string{"hook": gone}, "", "hook chat.postMessage"},
		{"tell somebody who wrote to the bot", wrote, chat.Tell{Card: card}, nil, "", "chat.postMessage"},
		{"tell the Home page", homePress, chat.Tell{Card: card}, nil, "", "views.open"},
		{"tell a sent form", sent, chat.Tell{Card: card}, nil, "", "hook"},
		{"tell a form sent from the Home page", sentHome, chat.Tell{Card: card}, nil, "update", ""},
		{"say after a command", command, chat.Say{Card: card}, nil, "", "hook"},
		{
			"say after a command in a channel closed to us", command,
			chat.Say{Card: card},
			map[string]string{"hook": gone, "chat.postMessage": `{"ok":false,"error":"not_in_channel"}`},
			"", "hook chat.postMessage hook chat.postMessage",
		},
		{"say from the Home page", homePress, chat.Say{Card: card}, nil, "", "views.open"},
		{"say after a form", sent, chat.Say{Card: card}, map[string]string{"hook": gone}, "", "hook chat.postMessage"},
		{"replace after a press", pressBody, chat.Replace{Card: card}, nil, "", "hook"},
		{"replace too late for the response_url", pressBody, chat.Replace{Card: card}, map[string]string{"hook": gone}, "", "hook chat.update"},
		{
			"replace what is gone", pressBody,
			chat.Replace{Card: card},
			map[string]string{"hook": gone, "chat.update": `{"ok":false,"error":"message_not_found"}`},
			"", "hook chat.update chat.postMessage",
		},
		{"replace after a command", command, chat.Replace{Card: card}, nil, "ephemeral", ""},
		{"ask after a command", command, chat.Ask{Form: form}, nil, "", "views.open"},
		{"ask too late", command, chat.Ask{Form: form}, map[string]string{"views.open": `{"ok":false,"error":"expired_trigger_id"}`}, "ephemeral", "views.open"},
		{"ask too late after a press", pressBody, chat.Ask{Form: form}, map[string]string{"views.open": `{"ok":false,"error":"expired_trigger_id"}`}, "", "views.open hook"},
		{"ask again", sent, chat.Ask{Form: form, Problems: map[string]string{"title": "Say what."}}, nil, "errors", ""},
		{"ask for more", sent, chat.Ask{Form: form}, nil, "update", ""},
		{"ask with a problem of no field", sent, chat.Ask{Form: form, Problems: map[string]string{"other": "Say what."}}, nil, "update", ""},
		{"ask something too long for an acknowledgement", sent, chat.Ask{Form: longForm()}, nil, "update", "views.update"},
		{"ask in a dialog", dialogPress, chat.Ask{Form: form}, nil, "", "views.update"},
		{"tell in a dialog", dialogPress, chat.Tell{Card: card}, nil, "", "views.update"},
		{"show the Home page", homeOpened, chat.Home{Card: card}, nil, "", "views.publish"},
		{"tell a visitor of the Home page", homeOpened, chat.Tell{Card: card}, nil, "", "views.publish"},
		{"nothing", pressBody, chat.Done{}, nil, "", ""},
		{"no reply at all", pressBody, nil, nil, "", ""},
		{"a card that does not fit", command, chat.Tell{Card: chat.Card{Title: strings.Repeat("x", 151)}}, nil, "ephemeral", ""},
		{"a form that does not fit", pressBody, chat.Ask{Form: chat.Form{ID: "f", Title: strings.Repeat("x", 25)}}, nil, "", "hook"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			s := f.connect(t)
			for method, answer := range test.no {
				f.on(method, answer)
			}
			contentType := asForm
			body := test.body(f.hook())
			if strings.HasPrefix(body, "{") {
				contentType = asJSON
			}
			ack := acked(t, post(t, s, always(test.reply), contentType, body))
			if got := str(ack["response_type"]) + str(ack["response_action"]); got != test.ack {
				t.Errorf("want the acknowledgement %q, got %v", test.ack, ack)
			}
			if got := steps(f); got != test.steps {
				t.Errorf("want the calls %q, got %q", test.steps, got)
			}
		})
	}
}

func str(v any) string { s, _ := v.(string); return s }

func command(hook string) string { return commandBody(hook, "list") }
func homePress(string) string    { return homePressBody() }
func sent(hook string) string {
	return submitBody(origin{ResponseURL: hook, Channel: "C1", TS: "9.000900"})
}
func sentHome(string) string { return submitBody(origin{Home: true}) }

// wrote is words in the direct messages.
func wrote(string) string { return messageBody(`"user":"U1"`) }

func messageBody(who string) string {
	return `{"type":"event_callback","team_id":"T1","event_id":"Ev2","event":{"type":"message","channel":"D1","channel_type":"im","text":"How do I begin?",` + who + `}}`
}

func homeOpened(string) string {
	return `{"type":"event_callback","event_id":"Ev1","event":{"type":"app_home_opened","user":"U1","tab":"home"}}`
}

func dialogPress(hook string) string {
	return payloadBody(`{"type":"block_actions",` + who + `,"container":{"type":"view","view_id":"V1"},
		"view":{"id":"V1","type":"modal","private_metadata":"{\"u\":\"` + hook + `\",\"c\":\"C1\"}","callback_id":"read"},
		"actions":[{"type":"button","action_id":"show","value":"SC-12"}]}`)
}

// longForm fits a dialog but not an acknowledgement.
func longForm() chat.Form {
	f := form
	for range 8 {
		f.Intro = append(f.Intro, chat.P(strings.Repeat("words ", 490)))
	}
	return f
}

// After something was done on the Home page, the page is drawn anew.
func TestHomeIsFreshAfterward(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body  string
		reply chat.Reply
		steps string
	}{
		"press":        {homePressBody(), chat.Done{}, "views.publish"},
		"press, told":  {homePressBody(), chat.Tell{Card: card}, "views.open views.publish"},
		"form opened":  {homePressBody(), chat.Ask{Form: form}, "views.open"},
		"form sent":    {submitBody(origin{Home: true}), chat.Done{}, "views.publish"},
		"form refused": {submitBody(origin{Home: true}), chat.Ask{Form: form, Problems: map[string]string{"title": "No."}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			post(t, f.connect(t), func(_ context.Context, e chat.Event) chat.Reply {
				if e.Did == (chat.HomeOpened{}) {
					return chat.Home{Card: card}
				}
				return test.reply
			}, asForm, test.body)
			if got := steps(f); got != test.steps {
				t.Errorf("want the calls %q, got %q", test.steps, got)
			}
		})
	}
}

// A form knows where it was opened, so its answer finds the way back.
func TestFormsCarryTheirOrigin(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	post(t, f.connect(t), always(chat.Ask{Form: form}), asForm, pressBody(f.hook()))
	view, _ := f.made("views.open")[0].JSON["view"].(map[string]any)
	var got origin
	if err := json.Unmarshal([]byte(str(view["private_metadata"])), &got); err != nil {
		t.Fatal(err)
	}
	if want := (origin{ResponseURL: f.hook(), Channel: "C1", TS: "9.000900", State: "SC-12"}); got != want {
		t.Errorf("want %+v, got %+v", want, got)
	}
}

// A private answer is never posted where others see it, even when all else fails.
func TestTellStaysPrivate(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.on("hook", `{"ok":false,"error":"used_url"}`)
	post(t, f.connect(t), always(chat.Tell{Card: card}), asForm, pressBody(f.hook()))
	if whisper := f.made("hook")[0].JSON; whisper["response_type"] != "ephemeral" || whisper["replace_original"] != false {
		t.Errorf("whispered as %v", whisper)
	}
	if got := f.made("chat.postMessage")[0].Form.Get("channel"); got != "U1" {
		t.Errorf("posted to %s", got)
	}
}

// A message that may have arrived is not sent a second time another way.
func TestUnsureIsNotRepeated(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.script("hook", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	post(t, f.connect(t), always(chat.Say{Card: card}), asForm, pressBody(f.hook()))
	if got := steps(f); got != "hook" {
		t.Errorf("calls: %q", got)
	}
}

// Slack keeps no command that was typed, so what cannot be answered brings it back.
func TestWhatWasTypedComesBackWhenThereIsNoAnswer(t *testing.T) {
	t.Parallel()
	const typed = "propose One form for &lt;us&gt;"
	panics := func(context.Context, chat.Event) chat.Reply { panic("boom") }
	for name, handle := range map[string]chat.Handler{
		"the handler panics":      panics,
		"the form does not open":  always(chat.Ask{Form: form}),
		"the card cannot be sent": always(chat.Tell{Card: chat.Card{Title: strings.Repeat("x", 10_000)}}),
		"the drawing panics":      always(chat.Tell{Card: chat.Card{Body: []chat.Node{(*unheardOf)(nil)}}}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			f.on("views.open", `{"ok":false,"error":"expired_trigger_id"}`)
			got := acked(t, post(t, f.connect(t), handle, asForm, commandBody(f.hook(), typed)))
			raw, err := json.Marshal(got["blocks"])
			if err != nil || !strings.Contains(string(raw), `/smallchange propose One form for \u003cus\u003e`) {
				t.Errorf("it is not in %s", raw)
			}
			if got["response_type"] != "ephemeral" || strings.Contains(str(got["text"]), "boom") {
				t.Errorf("answered %v", got)
			}
		})
	}
}

// unheardOf is a part of a card that nothing can draw.
type unheardOf struct{ chat.Para }

// Slack has the acknowledgement while the message behind it is still on its way.
func TestAcknowledgedBeforeTheRest(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	arrived, release := make(chan struct{}), make(chan struct{})
	f.script("hook", func(http.ResponseWriter, *http.Request) {
		close(arrived)
		<-release
	})
	ours := httptest.NewServer(f.connect(t).Events(always(chat.Say{Card: card})))
	defer ours.Close()
	defer close(release)
	r := request(asForm, command(f.hook()))
	r.RequestURI, r.URL.Scheme, r.URL.Host = "", "http", strings.TrimPrefix(ours.URL, "http://")
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	if _, err := io.ReadAll(got.Body); err != nil || got.StatusCode != http.StatusOK {
		t.Errorf("acknowledged with %d, %v", got.StatusCode, err)
	}
	<-arrived
}
