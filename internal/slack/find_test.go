package slack

import (
	"fmt"
	"net/http"
	"testing"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
)

// delivered is a message of the outbox as Slack gives it back.
func delivered(ts, key string) string {
	return `{"type":"message","ts":"` + ts + `","metadata":{"event_type":"smallchanges_delivery","event_payload":{"key":"` + key + `"}}}`
}

func TestFind(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	s := f.connect(t)
	f.on("conversations.open", `{"ok":true,"channel":{"id":"D1"}}`)
	f.script("conversations.history", func(w http.ResponseWriter, r *http.Request) {
		page := `{"ok":true,"messages":[` + delivered("3.1", "other") + `],"has_more":true,"response_metadata":{"next_cursor":"two"}}`
		if len(f.made("conversations.history"))%2 == 0 {
			page = `{"ok":true,"messages":[` + delivered("2.1", "mine") + `]}`
		}
		fmt.Fprint(w, page)
	})
	got, found, err := s.Find(t.Context(), toAna, "mine", noon)
	if want := (chat.Message{Place: toAna, ID: "D1/2.1"}); err != nil || !found || got != want {
		t.Errorf("got %+v %v %v", got, found, err)
	}
	asked := f.made("conversations.history")
	if first := asked[0].Form; first.Get("oldest") != "1796644740.000000" || first.Get("include_all_metadata") == "" {
		t.Errorf("asked %v", first)
	}
	if asked[1].Form.Get("cursor") != "two" {
		t.Errorf("second page: %v", asked[1].Form)
	}
	if _, found, err := s.Find(t.Context(), toAna, "absent", noon); found || err != nil {
		t.Errorf("absent: %v %v", found, err)
	}
}

func TestFindThatCannotTell(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	s := f.connect(t)
	if _, _, err := s.Find(t.Context(), toWillow, "k", noon); !fault.Is(err, fault.Denied) {
		t.Errorf("a channel: %v", err)
	}
	f.on("conversations.open", `{"ok":true,"channel":{"id":"D1"}}`)
	f.on("conversations.history", `{"ok":true,"messages":[],"response_metadata":{"next_cursor":"more"}}`)
	if _, _, err := s.Find(t.Context(), toAna, "k", noon); !fault.Is(err, fault.Denied) {
		t.Errorf("no end: %v", err)
	}
	if n := len(f.made("conversations.history")); n != findPages {
		t.Errorf("read %d pages", n)
	}
	f.script("conversations.history", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) })
	if _, _, err := s.Find(t.Context(), toAna, "k", noon); !fault.Is(err, fault.Busy) {
		t.Errorf("500 on a reading call: %v", err)
	}
}

// under is a place under a message.
func under(to chat.Place, id string) chat.Place {
	to.Thread = id
	return to
}

func TestSendUnderAMessage(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	s := f.connect(t)
	got, err := s.Send(t.Context(), under(toWillow, "C1/9.000900"), card, "k")
	if want := (chat.Message{Place: toWillow, ID: "C1/1.000100"}); err != nil || got != want {
		t.Errorf("sent to %+v: %v", got, err)
	}
	form := f.made("chat.postMessage")[0].Form
	if form.Get("channel") != "C1" || form.Get("thread_ts") != "9.000900" || form.Get("reply_broadcast") == "true" {
		t.Errorf("sent %v", form)
	}
	for name, to := range map[string]chat.Place{
		"a message of another channel": under(toWillow, "C2/9.000900"),
		"no message":                   under(toWillow, "9.000900"),
	} {
		if _, err := s.Send(t.Context(), to, card, "k"); !fault.Is(err, fault.Broken) {
			t.Errorf("under %s: %v", name, err)
		}
	}
	if n := len(f.made("chat.postMessage")); n != 1 {
		t.Errorf("posted %d times", n)
	}
}

func TestFindUnderAMessage(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		thread, history string
		want            string
		kind            fault.Kind
	}{
		"there":                        {`{"ok":true,"messages":[` + delivered("8.1", "other") + `,` + delivered("8.2", "mine") + `]}`, `{"ok":true}`, "D1/8.2", -1},
		"not there":                    {`{"ok":true,"messages":[]}`, `{"ok":true,"messages":[` + delivered("8.2", "mine") + `]}`, "", -1},
		"by itself, the message gone":  {`{"ok":false,"error":"thread_not_found"}`, `{"ok":true,"messages":[` + delivered("8.2", "mine") + `]}`, "D1/8.2", -1},
		"nowhere, the message gone":    {`{"ok":false,"error":"thread_not_found"}`, `{"ok":true,"messages":[]}`, "", -1},
		"nobody knows":                 {`{"ok":false,"error":"internal_error"}`, `{"ok":true}`, "", fault.Busy},
		"nobody knows, the thread has": {`{"ok":true,"messages":[],"response_metadata":{"next_cursor":"more"}}`, `{"ok":true}`, "", fault.Denied},
	} {
		f := newFake(t)
		f.on("conversations.open", `{"ok":true,"channel":{"id":"D1"}}`)
		f.on("conversations.replies", test.thread)
		f.on("conversations.history", test.history)
		got, found, err := f.connect(t).Find(t.Context(), under(toAna, "D1/8.0"), "mine", noon)
		if found != (test.want != "") || got.ID != test.want || (err == nil) != (test.kind < 0) || err != nil && fault.Of(err) != test.kind {
			t.Errorf("%s: %+v %v %v", name, got, found, err)
		}
		asked := f.made("conversations.replies")[0].Form
		if asked.Get("channel") != "D1" || asked.Get("ts") != "8.0" || asked.Get("oldest") != "1796644740.000000" || asked.Get("include_all_metadata") != "1" {
			t.Errorf("%s: asked %v", name, asked)
		}
	}
}
