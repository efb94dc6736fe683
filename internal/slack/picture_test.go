package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
)

var pictured = chat.Card{Kind: "t", Title: "The grid", Body: []chat.Node{
	chat.Picture{Name: "grid", Alt: "Two dots <here> for SC-12.", PNG: []byte("\x89PNG bytes")},
	chat.P("Well done."),
}}

// takes makes the fake take uploads: they become F00000001, F00000002 and so on.
func (f *fake) takes() {
	n := 0
	f.script("files.getUploadURLExternal", func(w http.ResponseWriter, _ *http.Request) {
		n++
		fmt.Fprintf(w, `{"ok":true,"upload_url":"%s/upload","file_id":"F%08d"}`, f.URL, n)
	})
	f.script("files.completeUploadExternal", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"ok":true,"files":[{"id":"F%08d"}]}`, n)
	})
}

func (f *fake) methods() (names []string) {
	for _, c := range f.made("") {
		names = append(names, c.Method)
	}
	return names
}

// image is the picture block of a posted message.
type image struct {
	Type string
	Alt  string              `json:"alt_text"`
	File struct{ ID string } `json:"slack_file"`
}

func posted(t *testing.T, c call) image {
	t.Helper()
	var blocks []image
	if err := json.Unmarshal([]byte(c.Form.Get("blocks")), &blocks); err != nil {
		t.Fatal(err)
	}
	return blocks[1]
}

func TestSendUploadsAPictureAndThenShowsIt(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.takes()
	s := f.connect(t)
	if _, err := s.Send(t.Context(), toWillow, pictured, "k"); err != nil {
		t.Fatal(err)
	}
	if want := []string{"files.getUploadURLExternal", "upload", "files.completeUploadExternal", "chat.postMessage"}; !slices.Equal(f.methods(), want) {
		t.Fatalf("called %q, want %q", f.methods(), want)
	}
	calls := f.made("")
	if ask := calls[0].Form; ask.Get("filename") != "grid.png" || ask.Get("length") != "10" {
		t.Errorf("asked for %v", ask)
	}
	if !strings.Contains(calls[1].Raw, "\x89PNG bytes") {
		t.Errorf("uploaded %q", calls[1].Raw)
	}
	if done := calls[2].Form; done.Has("channel_id") || done.Has("channels") {
		t.Errorf("the file is shared by itself: %v", done)
	}
	if got := posted(t, calls[3]); got.Type != "image" || got.File.ID != "F00000001" || got.Alt != "Two dots <here> for SC-12." {
		t.Errorf("shown as %+v", got)
	}
	if got := calls[3].Form.Get("text"); !strings.Contains(got, "Two dots &lt;here&gt; for SC-12.") {
		t.Errorf("in words: %q", got)
	}
}

// A message that is tried again must not bring a file that Slack has not looked at either.
func TestAPictureSlackStillLooksAtIsSentAgain(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.takes()
	now := noon
	s := f.connectAt(t, func() time.Time { return now })
	refuse := func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"ok":false,"error":"invalid_blocks","errors":["invalid slack file [json-pointer:/blocks/1/slack_file]"]}`)
	}
	for _, step := range []struct {
		name   string
		after  time.Duration
		answer http.HandlerFunc
		want   fault.Kind
		file   string
	}{
		{"at once", 0, refuse, fault.Busy, "F00000001"},
		{"soon", 4 * time.Minute, refuse, fault.Busy, "F00000001"},
		{"much later", 2 * time.Minute, refuse, fault.Broken, "F00000001"},
		{"with another file", time.Minute, refuse, fault.Busy, "F00000002"},
		{"when it was looked at", time.Minute, nil, -1, "F00000002"},
		{"to the next person", time.Minute, nil, -1, "F00000002"},
		{"the day after", 24 * time.Hour, nil, -1, "F00000003"},
	} {
		now = now.Add(step.after)
		f.script("chat.postMessage", step.answer)
		_, err := s.Send(t.Context(), toWillow, pictured, "k")
		if (err == nil) != (step.want < 0) || err != nil && (fault.Of(err) != step.want || fault.Wait(err) != 0) {
			t.Errorf("%s: %v", step.name, err)
		}
		posts := f.made("chat.postMessage")
		if got := posted(t, posts[len(posts)-1]).File.ID; got != step.file {
			t.Errorf("%s: sent with the file %s, want %s", step.name, got, step.file)
		}
	}
}

// Nobody sees an upload, so whatever happened to one it may be tried again.
func TestAnUploadThatFailed(t *testing.T) {
	t.Parallel()
	says := func(word string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, `{"ok":false,"error":%q}`, word) }
	}
	limited := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusTooManyRequests)
	}
	cut := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	for name, test := range map[string]struct {
		method string
		answer http.HandlerFunc
		kind   fault.Kind
		wait   time.Duration
	}{
		"too many":           {"files.getUploadURLExternal", limited, fault.Busy, 7 * time.Second},
		"half done":          {"files.completeUploadExternal", says("internal_error"), fault.Busy, 0},
		"cut off":            {"upload", cut, fault.Busy, 0},
		"cut off at the end": {"files.completeUploadExternal", cut, fault.Busy, 0},
		"no room":            {"files.completeUploadExternal", says("storage_limit_reached"), fault.Broken, 0},
	} {
		f := newFake(t)
		f.takes()
		f.script(test.method, test.answer)
		_, err := f.connect(t).Send(t.Context(), toWillow, pictured, "k")
		if err == nil || fault.Of(err) != test.kind || fault.Wait(err) != test.wait {
			t.Errorf("%s: %v, %v after %v", name, err, fault.Of(err), fault.Wait(err))
		}
		if n := len(f.made("chat.postMessage")); n != 0 {
			t.Errorf("%s: posted %d times", name, n)
		}
	}
}

// The outbox takes a call that met its time limit for a message that may have arrived.
func TestAnUploadThatTookTooLongIsNoDoubtAboutTheMessage(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.takes()
	s := f.connect(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	f.script("upload", func(http.ResponseWriter, *http.Request) { cancel(context.DeadlineExceeded) })
	_, err := s.Send(ctx, toWillow, pictured, "k")
	if !fault.Is(err, fault.Busy) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		t.Errorf("%v: %v", fault.Of(err), err)
	}
}

func TestWithoutTheRightToUploadAPictureIsSaidInWords(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.on("files.getUploadURLExternal", `{"ok":false,"error":"missing_scope","needed":"files:write","provided":"chat:write"}`)
	if _, err := f.connect(t).Send(t.Context(), toWillow, pictured, "k"); err != nil {
		t.Fatal(err)
	}
	blocks := f.made("chat.postMessage")[0].Form.Get("blocks")
	if strings.Contains(blocks, "image") || !strings.Contains(blocks, "for SC-12.") {
		t.Errorf("sent %s", blocks)
	}
}

func TestAnEditShowsThePictureToo(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.takes()
	s := f.connect(t)
	at := chat.Message{Place: toWillow, ID: "C1/1.000100"}
	if err := s.Edit(t.Context(), at, pictured); err != nil {
		t.Fatal(err)
	}
	if got := posted(t, f.made("chat.update")[0]); got.File.ID != "F00000001" {
		t.Errorf("shown as %+v", got)
	}
	f.on("chat.update", `{"ok":false,"error":"invalid_blocks"}`)
	if err := s.Edit(t.Context(), at, pictured); !fault.Is(err, fault.Busy) {
		t.Errorf("refused at first: %v", err)
	}
}

func TestElsewhereAPictureIsSaidInWords(t *testing.T) {
	t.Parallel()
	whisper, err := drawCard(pictured)
	if err != nil {
		t.Fatal(err)
	}
	home, err := drawHome(pictured)
	if err != nil {
		t.Fatal(err)
	}
	form, err := drawForm(chat.Form{ID: chat.ReadOnly, Title: "The grid", Intro: pictured.Body}, origin{})
	if err != nil {
		t.Fatal(err)
	}
	for name, drawn := range map[string]any{"an answer for one person": whisper.blocks, "a Home page": home, "a dialog": form} {
		raw, err := json.Marshal(drawn)
		if err != nil || strings.Contains(string(raw), "image") || !strings.Contains(string(raw), "for SC-12.") {
			t.Errorf("%s: %s %v", name, raw, err)
		}
	}
	preview, err := PreviewCard(pictured)
	if err != nil || !strings.Contains(string(preview), `"slack_file"`) {
		t.Errorf("a preview is no message: %s %v", preview, err)
	}
}
