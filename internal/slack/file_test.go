package slack

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
)

var withWords = chat.Card{Kind: "t", Title: "Here it is", Body: []chat.Node{
	chat.P("All that you wrote."),
	chat.File{Name: "my-reflections.txt", Title: "My reflections", Content: []byte("Thursday: quiet")},
}}

// takesFiles makes the fake take uploads and know Ana's direct messages.
func (f *fake) takesFiles() {
	f.takes()
	f.on("conversations.open", `{"ok":true,"channel":{"id":"D1"}}`)
}

// sharing are the calls that share a file.
var sharing = []string{"conversations.open", "files.getUploadURLExternal", "upload", "files.completeUploadExternal"}

// shared fails the test unless Ana got the file in the calls from this one on.
func (f *fake) shared(t *testing.T, from int) {
	t.Helper()
	calls := f.made("")[from:]
	if len(calls) < len(sharing) || !slices.Equal(f.methods()[from:from+len(sharing)], sharing) {
		t.Fatalf("called %q, want %q from %d on", f.methods(), sharing, from)
	}
	if who := calls[0].Form.Get("users"); who != "U1" {
		t.Errorf("opened with %s", who)
	}
	if ask := calls[1].Form; ask.Get("filename") != "my-reflections.txt" || ask.Get("length") != "15" {
		t.Errorf("asked for %v", ask)
	}
	if !strings.Contains(calls[2].Raw, "Thursday: quiet") {
		t.Errorf("uploaded %q", calls[2].Raw)
	}
	if done := calls[3].Form; done.Get("channel_id") != "D1" || done.Has("channels") || !strings.Contains(done.Get("files"), `"title":"My reflections"`) {
		t.Errorf("shared with %v", done)
	}
}

func TestSendSharesAFileAndThenItsCard(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.takesFiles()
	s := f.connect(t)
	at, err := s.Send(t.Context(), under(toAna, "D1/9.000900"), withWords, "k")
	if err != nil || at.ID != "D1/1.000100" {
		t.Fatalf("%+v %v", at, err)
	}
	f.shared(t, 0)
	posted := f.made("chat.postMessage")[0].Form
	if got, want := posted.Get("text"), "Here it is\nAll that you wrote.\nMy reflections. It is next to this message, as the file my-reflections.txt."; got != want {
		t.Errorf("said %q, want %q", got, want)
	}
	if thread := f.made("files.completeUploadExternal")[0].Form.Get("thread_ts"); thread != "9.000900" || posted.Get("thread_ts") != thread {
		t.Errorf("the file is in the thread %q, its card in %q", thread, posted.Get("thread_ts"))
	}
	if _, err := s.Send(t.Context(), toAna, withWords, "another"); err != nil { // the same words again
		t.Fatal(err)
	}
	f.shared(t, 5)
	if err := s.Edit(t.Context(), at, withWords); err != nil || f.methods()[len(f.methods())-1] != "chat.update" || len(f.methods()) != 11 {
		t.Errorf("an edit called %q: %v", f.methods()[10:], err)
	}
}

// A card that is tried again must not bring its file again.
func TestAFileIsSharedOnceForADelivery(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.takesFiles()
	s := f.connect(t)
	f.on("chat.postMessage", `{"ok":false,"error":"ratelimited"}`)
	for range 2 {
		if _, err := s.Send(t.Context(), toAna, withWords, "k"); !fault.Is(err, fault.Busy) {
			t.Fatal(err)
		}
	}
	if n, m := len(f.made("files.completeUploadExternal")), len(f.made("chat.postMessage")); n != 1 || m != 2 {
		t.Errorf("shared %d times, posted %d times", n, m)
	}
}

func TestAFileThatCannotBeSent(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.takesFiles()
	s := f.connect(t)
	if _, err := s.Send(t.Context(), toWillow, withWords, "k"); !fault.Is(err, fault.Broken) {
		t.Errorf("to a channel: %v", err)
	}
	empty := chat.Card{Kind: "t", Body: []chat.Node{chat.File{Name: "a.txt", Title: "A"}}}
	if _, err := s.Send(t.Context(), toAna, empty, "k"); !fault.Is(err, fault.Broken) {
		t.Errorf("an empty one: %v", err)
	}
	if len(f.made("")) != 0 {
		t.Errorf("called %q", f.methods())
	}
	f.on("files.completeUploadExternal", `{"ok":false,"error":"internal_error"}`)
	if _, err := s.Send(t.Context(), toAna, withWords, "k"); !fault.Is(err, fault.Busy) {
		t.Errorf("half done: %v", err)
	}
	f.on("conversations.open", `{"ok":false,"error":"user_disabled"}`)
	if _, err := s.Send(t.Context(), toAna, withWords, "k"); !fault.Is(err, fault.Missing) {
		t.Errorf("to somebody who is gone: %v", err)
	}
	f.takesFiles()
	f.on("files.getUploadURLExternal", `{"ok":false,"error":"missing_scope","needed":"files:write"}`)
	if _, err := s.Send(t.Context(), toAna, withWords, "k"); err != nil {
		t.Errorf("without the right: %v", err)
	}
	posts := f.made("chat.postMessage")
	if len(posts) != 1 || !strings.Contains(posts[0].Form.Get("text"), "My reflections. I may not send the file my-reflections.txt") {
		t.Errorf("said %v", posts)
	}
}

// Wherever a private answer is given, its file goes into the direct messages and the answer says so.
func TestAnAnswerSendsItsFileToItsPerson(t *testing.T) {
	t.Parallel()
	const look = "Look for the file my-reflections.txt in our direct messages."
	for name, test := range map[string]struct {
		body  func(hook string) string
		reply chat.Reply
		says  string
		steps int // before the file
	}{
		"to a command":                 {command, chat.Tell{Card: withWords}, look, 0},
		"to a press":                   {pressBody, chat.Tell{Card: withWords}, look, 1},
		"in place of a card":           {pressBody, chat.Replace{Card: withWords}, look, 1},
		"for everyone, which is not":   {command, chat.Say{Card: withWords}, look, 0},
		"to a press on the Home page":  {func(string) string { return homePressBody() }, chat.Tell{Card: withWords}, look, 1},
		"to somebody who wrote to us":  {wrote, chat.Tell{Card: withWords}, "It is next to this message, as the file my-reflections.txt.", 1},
		"with a form to go on writing": {command, chat.Ask{Form: chat.Form{ID: "f", Title: "More", Send: "Send", Intro: withWords.Body, Fields: form.Fields}}, look, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			f.takesFiles()
			body := test.body(f.hook())
			kind := asForm
			if strings.HasPrefix(body, "{") {
				kind = asJSON
			}
			said := post(t, f.connect(t), always(test.reply), kind, body).Body.String()
			f.shared(t, test.steps)
			for _, c := range f.made("")[:test.steps] {
				said += fmt.Sprint(c.Form, c.JSON)
			}
			if !strings.Contains(said, test.says) || strings.Contains(said, "Thursday") {
				t.Errorf("said %s", said)
			}
		})
	}
}

func TestAnAnswerWhoseFileDidNotArriveSaysSo(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	empty := chat.Card{Kind: "t", Body: []chat.Node{chat.File{Name: "a.txt", Title: "A"}}}
	said := post(t, f.connect(t), always(chat.Tell{Card: empty}), asForm, command(f.hook())).Body.String()
	if !strings.Contains(said, "I could not show you the answer") || len(f.made("")) != 0 {
		t.Errorf("for an empty file: said %s, and called %q", said, f.methods())
	}
	for _, refusal := range []string{"missing_scope", "storage_limit_reached"} {
		f := newFake(t)
		f.takesFiles()
		f.script("files.getUploadURLExternal", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, `{"ok":false,"error":%q}`, refusal) })
		post(t, f.connect(t), always(chat.Tell{Card: withWords}), asForm, command(f.hook()))
		hooks := f.made("hook")
		if len(hooks) != 1 || !strings.Contains(fmt.Sprint(hooks[0].JSON), "I could not send you the file.") {
			t.Errorf("%s: said %+v", refusal, hooks)
		}
	}
}
