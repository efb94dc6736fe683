package offline_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"smallchanges/internal/offline"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"
)

// everyField has a field of each kind of entry, with and without a first value.
const everyField = `{"type": "modal", "title": {"type": "plain_text", "text": "All"}, "submit": {"type": "plain_text", "text": "Send"}, "blocks": [
	{"type": "input", "block_id": "line", "label": {"type": "plain_text", "text": "L"}, "element": {"type": "plain_text_input", "action_id": "v", "initial_value": "typed before"}},
	{"type": "input", "block_id": "empty", "label": {"type": "plain_text", "text": "L"}, "element": {"type": "plain_text_input", "action_id": "v"}},
	{"type": "input", "block_id": "day", "label": {"type": "plain_text", "text": "L"}, "element": {"type": "datepicker", "action_id": "v", "initial_date": "2026-12-07"}},
	{"type": "input", "block_id": "people", "label": {"type": "plain_text", "text": "L"}, "element": {"type": "multi_users_select", "action_id": "v"}},
	{"type": "input", "block_id": "pick", "label": {"type": "plain_text", "text": "L"}, "element": {"type": "radio_buttons", "action_id": "v",
		"options": [{"text": {"type": "plain_text", "text": "A"}, "value": "a"}], "initial_option": {"text": {"type": "plain_text", "text": "A"}, "value": "a"}}},
	{"type": "input", "block_id": "several", "label": {"type": "plain_text", "text": "L"}, "element": {"type": "checkboxes", "action_id": "v",
		"options": [{"text": {"type": "plain_text", "text": "A"}, "value": "a"}], "initial_options": [{"text": {"type": "plain_text", "text": "A"}, "value": "a"}]}},
	{"type": "input", "block_id": "none", "label": {"type": "plain_text", "text": "L"}, "element": {"type": "checkboxes", "action_id": "v",
		"options": [{"text": {"type": "plain_text", "text": "A"}, "value": "a"}]}},
	{"type": "actions", "block_id": "row", "elements": [{"type": "button", "action_id": "b", "text": {"type": "plain_text", "text": "B"}}, {"type": "timepicker", "action_id": "t"}]}
]}`

func TestASentDialogHoldsEveryField(t *testing.T) {
	t.Parallel()
	b := open(t)
	var view slack.ModalViewRequest
	b.must(json.Unmarshal([]byte(everyField), &view))
	heard := make(chan json.RawMessage, 1)
	opened := b.dialogRaw(view, func(e envelope) any { heard <- e.Payload; return nil })
	_, err := b.As("U0ANA").Submit(opened.ID, nil)
	b.must(err)
	var got struct {
		View struct {
			State struct{ Values map[string]map[string]any }
		}
	}
	b.must(json.Unmarshal(<-heard, &got))
	type fields = map[string]any
	option := fields{"text": fields{"type": "plain_text", "text": "A"}, "value": "a"}
	want := map[string]map[string]any{
		"line":    {"v": fields{"type": "plain_text_input", "value": "typed before"}},
		"empty":   {"v": fields{"type": "plain_text_input", "value": nil}},
		"day":     {"v": fields{"type": "datepicker", "selected_date": "2026-12-07"}},
		"people":  {"v": fields{"type": "multi_users_select", "selected_users": []any{}}},
		"pick":    {"v": fields{"type": "radio_buttons", "selected_option": option}},
		"several": {"v": fields{"type": "checkboxes", "selected_options": []any{option}}},
		"none":    {"v": fields{"type": "checkboxes", "selected_options": []any{}}},
		"row":     {"t": fields{"type": "timepicker", "selected_time": nil}},
	}
	if diff := cmp.Diff(want, got.View.State.Values); diff != "" {
		t.Error(diff)
	}
}

// dialogRaw is dialog for tests that read the whole envelope.
func (b *bench) dialogRaw(view slack.ModalViewRequest, say func(envelope) any) *slack.ViewResponse {
	b.t.Helper()
	triggers := make(chan string, 1)
	b.answer(func(e envelope, p payload) any {
		if e.Type == "slash_commands" {
			triggers <- p.TriggerID
			return nil
		}
		return say(e)
	})
	b.must(b.As("U0ANA").Say("C0TEAM", "/do"))
	opened, err := b.api.OpenViewContext(b.t.Context(), <-triggers, view)
	b.must(err)
	return opened
}

func TestWhatWasTypedStaysWithItsFieldAndGoesWithIt(t *testing.T) {
	t.Parallel()
	b := open(t)
	heard := make(chan payload, 1)
	first := true
	opened := b.dialog(modal("One", line("a"), line("b")), func(p payload) any {
		if first {
			first = false
			return map[string]any{"response_action": "update", "view": modal("Two", line("a"), line("c"))}
		}
		heard <- p
		return nil
	})
	ana := b.As("U0ANA")
	values := typed("a", "stays")
	values["b"] = typed("b", "goes")["b"]
	got, err := ana.Submit(opened.ID, values)
	if err != nil || got.View == nil {
		t.Fatalf("not updated: %+v %v", got, err)
	}
	_, err = b.api.UpdateViewContext(t.Context(), modal("Three", line("a"), line("b")), "", "", opened.ID)
	b.must(err)
	_, err = ana.Submit(opened.ID, nil)
	b.must(err)
	state := (<-heard).View.State.Values
	if len(state) != 2 || state["a"]["a"].Value != "stays" || state["b"]["b"].Value != "" {
		t.Errorf("the app heard %+v", state)
	}
}

func TestAButtonInADialogBringsWhatIsTypedAndCanPushOneOnTop(t *testing.T) {
	t.Parallel()
	b := open(t)
	heard := make(chan payload, 4)
	button := slack.NewActionBlock("row", slack.NewButtonBlockElement("more", "", slack.NewTextBlockObject(slack.PlainTextType, "More", false, false)))
	opened := b.dialog(modal("One", line("a"), button), func(p payload) any { heard <- p; return nil })
	press := func(view string) payload {
		b.page("press", `{"as":"U0ANA","view_id":"`+view+`","type":"button","block_id":"row","action_id":"more","values":{"a":{"a":{"type":"plain_text_input","value":"half"}}}}`, `"ok":true`)
		return <-heard
	}
	top := opened.ID
	for range 2 {
		p := press(top)
		if p.Type != "block_actions" || p.View.ID != top || p.View.State.Values["a"]["a"].Value != "half" {
			t.Errorf("pressed: %+v", p)
		}
		pushed, err := b.api.PushViewContext(t.Context(), p.TriggerID, modal("More", line("a"), button))
		b.must(err)
		if pushed.RootViewID != opened.ID || pushed.PreviousViewID != top {
			t.Errorf("it lies on %s, and at the bottom is %s", pushed.PreviousViewID, pushed.RootViewID)
		}
		top = pushed.ID
	}
	_, err := b.api.PushViewContext(t.Context(), press(top).TriggerID, modal("Fourth", line("a")))
	refused(t, "a fourth dialog", err, "push_limit_reached")
	if n := b.As("U0ANA").Dialogs(); n != 3 {
		t.Errorf("%d dialogs lie on one another", n)
	}
}

// page does what the page does, and wants this in the answer.
func (b *bench) page(what, body, want string) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.url+"/ui/"+what, strings.NewReader(body))
	b.must(err)
	if got := fetch(b.t, req); !strings.Contains(got, want) {
		b.t.Errorf("%s %s gave %s, want %s", what, body, got, want)
	}
}

func TestNothingIsPushedOntoAHomePage(t *testing.T) {
	t.Parallel()
	b := open(t)
	triggers := make(chan string, 1)
	b.answer(func(_ envelope, p payload) any { triggers <- p.TriggerID; return nil })
	button := slack.NewButtonBlockElement("go", "", slack.NewTextBlockObject(slack.PlainTextType, "Go", false, false))
	home := slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewActionBlock("row", button)}}}
	published, err := b.api.PublishViewContext(t.Context(), slack.PublishViewContextRequest{UserID: "U0ANA", View: home})
	b.must(err)
	press := `{"as":"U0ANA","view_id":"` + published.ID + `","type":"button","block_id":"row","action_id":"go"}`
	b.page("press", press, `"ok":true`)
	_, err = b.api.PushViewContext(t.Context(), <-triggers, modal("On top", line("a")))
	refused(t, "pushed onto a Home page", err, "invalid_arguments")
	b.page("press", press, `"ok":true`)
	_, err = b.api.OpenViewContext(t.Context(), <-triggers, modal("Opened", line("a")))
	b.must(err)
}

func TestAnExternalIDNamesOneDialogOfTheWorkspace(t *testing.T) {
	t.Parallel()
	b := open(t)
	triggers := make(chan string, 1)
	b.answer(func(_ envelope, p payload) any { triggers <- p.TriggerID; return nil })
	view := modal("Mine", line("a"))
	view.ExternalID = "mine"
	b.must(b.As("U0ANA").Say("C0TEAM", "/do"))
	opened, err := b.api.OpenViewContext(t.Context(), <-triggers, view)
	b.must(err)
	b.must(b.As("U0BEN").Say("C0TEAM", "/do"))
	_, err = b.api.OpenViewContext(t.Context(), <-triggers, view)
	refused(t, "the same for somebody else", err, "duplicate_external_id")
	updated, err := b.api.UpdateViewContext(t.Context(), modal("Changed", line("a")), "mine", "", "")
	if err != nil || updated.ID != opened.ID {
		t.Errorf("updated %+v %v", updated, err)
	}
	_, err = b.api.UpdateViewContext(t.Context(), modal("Changed", line("a")), "", "", "V0NONE")
	refused(t, "a dialog that is not open", err, "not_found")
}

func TestAViewOfMoreThan250KBIsTooLarge(t *testing.T) {
	t.Parallel()
	b := open(t)
	var blocks []slack.Block
	for range 90 {
		blocks = append(blocks, slack.NewSectionBlock(slack.NewTextBlockObject(slack.PlainTextType, strings.Repeat("x", 2900), false, false), nil, nil))
	}
	home := slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: blocks}}
	_, err := b.api.PublishViewContext(t.Context(), slack.PublishViewContextRequest{UserID: "U0ANA", View: home})
	refused(t, "261 kB", err, "view_too_large")
	bare := open(t, func(o *offline.Options) { o.Manifest = nil })
	home.Blocks.BlockSet = blocks[:1]
	_, err = bare.api.PublishViewContext(t.Context(), slack.PublishViewContextRequest{UserID: "U0ANA", View: home})
	refused(t, "an app without a Home page", err, "not_enabled")
}

func TestClosingDialogsIsToldAsSlackTellsIt(t *testing.T) {
	t.Parallel()
	type told struct {
		Type    string
		Cleared bool `json:"is_cleared"`
		View    struct{ ID string }
	}
	for name, c := range map[string]struct {
		notify  bool
		close   func(offline.Actor)
		left    int
		cleared bool
		root    bool // the one at the bottom is named
	}{
		"one of two":       {true, offline.Actor.CloseModal, 1, false, false},
		"the whole stack":  {true, offline.Actor.CloseModals, 0, true, true},
		"nobody asked":     {false, offline.Actor.CloseModal, 1, false, false},
		"nobody asked all": {false, offline.Actor.CloseModals, 0, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t)
			root, heard := b.twoDialogs(c.notify)
			c.close(b.As("U0ANA"))
			if n := b.As("U0ANA").Dialogs(); n != c.left {
				t.Errorf("%d dialogs are left, want %d", n, c.left)
			}
			if !c.notify { // a closing is told before it returns
				if len(heard) != 0 {
					t.Errorf("the app heard %s", <-heard)
				}
				return
			}
			var got told
			b.must(json.Unmarshal(<-heard, &got))
			if got.Type != "view_closed" || got.Cleared != c.cleared || (got.View.ID == root) != c.root {
				t.Errorf("the app heard %+v", got)
			}
		})
	}
}

// twoDialogs lays two dialogs on one another before Ana. It returns the id of the lower one,
// and what the app hears from then on.
func (b *bench) twoDialogs(notify bool) (string, chan json.RawMessage) {
	b.t.Helper()
	view := modal("One", line("a"))
	view.NotifyOnClose = notify
	heard := make(chan json.RawMessage, 2)
	opened := b.dialogRaw(view, func(e envelope) any {
		var p payload
		_ = json.Unmarshal(e.Payload, &p) // the type of another payload is ""
		if p.Type == "view_submission" {
			return map[string]any{"response_action": "push", "view": view}
		}
		heard <- e.Payload
		return nil
	})
	pushed, err := b.As("U0ANA").Submit(opened.ID, typed("a", "x"))
	if err != nil || pushed.View == nil {
		b.t.Fatalf("nothing on top: %+v %v", pushed, err)
	}
	return opened.ID, heard
}

func TestASentDialogCanClearTheWholeStack(t *testing.T) {
	t.Parallel()
	b := open(t)
	answers := make(chan any, 2)
	answers <- map[string]any{"response_action": "push", "view": modal("Two", line("a"))}
	answers <- map[string]any{"response_action": "clear"}
	opened := b.dialog(modal("One", line("a")), func(payload) any { return <-answers })
	for range 2 {
		_, err := b.As("U0ANA").Submit(opened.ID, typed("a", "x"))
		b.must(err)
	}
	if n := b.As("U0ANA").Dialogs(); n != 0 {
		t.Errorf("%d dialogs are left", n)
	}
}
