package offline_test

import (
	"encoding/json"
	"testing"

	"github.com/slack-go/slack"
)

// dialog opens a dialog for Ana and gives its view. The app answers submissions with say.
func (b *bench) dialog(view slack.ModalViewRequest, say func(payload) any) *slack.ViewResponse {
	b.t.Helper()
	triggers := make(chan string, 1)
	b.answer(func(_ envelope, p payload) any {
		if p.TriggerID != "" && p.Type == "" { // a command has no type
			triggers <- p.TriggerID
			return nil
		}
		return say(p)
	})
	b.must(b.As("U0ANA").Say("C0TEAM", "/do"))
	opened, err := b.api.OpenViewContext(b.t.Context(), <-triggers, view)
	b.must(err)
	return opened
}

func typed(block, words string) map[string]map[string]json.RawMessage {
	raw, _ := json.Marshal(map[string]string{"type": "plain_text_input", "value": words}) // strings always marshal
	return map[string]map[string]json.RawMessage{block: {block: raw}}
}

func TestADialogComesBackWithEachProblemBesideItsField(t *testing.T) {
	t.Parallel()
	b := open(t)
	heard := make(chan payload, 2)
	opened := b.dialog(modal("Words", line("a")), func(p payload) any {
		heard <- p
		if p.View.State.Values["a"]["a"].Value == "x" {
			return map[string]any{"response_action": "errors", "errors": map[string]string{"a": "Say more."}}
		}
		return nil
	})
	got, err := b.As("U0ANA").Submit(opened.ID, typed("a", "x"))
	if err != nil || got.Errors["a"] != "Say more." {
		t.Errorf("got %+v %v", got, err)
	}
	if _, err := b.As("U0ANA").Submit(opened.ID, typed("a", "enough words")); err != nil {
		t.Errorf("the dialog was not open any more: %v", err)
	}
	if _, err := b.As("U0ANA").Submit(opened.ID, nil); err == nil {
		t.Error("a dialog that was taken is still open")
	}
}

func TestAnAnswerThatSlackWouldDropInSilenceIsToldLoudly(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		say  any
		want string
	}{
		"a problem beside no field":     {map[string]any{"response_action": "errors", "errors": map[string]string{"zzz": "x"}}, "zzz is none"},
		"an answer that does not exist": {map[string]any{"response_action": "dance"}, "dance is not known"},
		"a view without a title":        {map[string]any{"response_action": "update", "view": map[string]any{"type": "modal", "blocks": []any{}}}, "title"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t)
			opened := b.dialog(modal("Words", line("a")), func(payload) any { return c.say })
			if _, err := b.As("U0ANA").Submit(opened.ID, typed("a", "x")); err == nil {
				t.Error("the person was not told")
			}
			b.troubled(c.want)
		})
	}
}

func TestViewsStackThreeHighAndKeepWhatWasTyped(t *testing.T) {
	t.Parallel()
	b := open(t)
	pushed := map[string]any{"response_action": "push", "view": modal("Next", line("a"))}
	opened := b.dialog(modal("Words", line("a")), func(payload) any { return pushed })
	ana := b.As("U0ANA")
	two, err := ana.Submit(opened.ID, typed("a", "first"))
	if err != nil || two.View == nil {
		t.Fatalf("nothing on top: %+v %v", two, err)
	}
	_, err = ana.Submit(opened.ID, nil)
	b.must(err)
	if _, err := ana.Submit(opened.ID, nil); err == nil {
		t.Error("four dialogs lie on one another")
	}
	b.troubled("push_limit_reached")
}

func TestAViewChangedMeanwhileIsNotOverwritten(t *testing.T) {
	t.Parallel()
	b := open(t)
	view := modal("Words", line("a"))
	view.ExternalID = "mine"
	heard := make(chan payload, 1)
	opened := b.dialog(view, func(p payload) any { heard <- p; return nil })
	updated, err := b.api.UpdateViewContext(t.Context(), modal("Other words", line("a"), line("b")), "", opened.Hash, opened.ID)
	b.must(err)
	if updated.ID != opened.ID || updated.Hash == opened.Hash {
		t.Errorf("updated as %s %s, was %s %s", updated.ID, updated.Hash, opened.ID, opened.Hash)
	}
	_, err = b.api.UpdateViewContext(t.Context(), modal("Late", line("a")), "", opened.Hash, opened.ID)
	refused(t, "with the old hash", err, "hash_conflict")
	_, err = b.As("U0ANA").Submit(opened.ID, typed("b", "new field"))
	b.must(err)
	if got := (<-heard).View.State.Values["b"]["b"].Value; got != "new field" {
		t.Errorf("the app heard %q", got)
	}
}

func TestTheAppHearsOfAClosedDialogItAskedAbout(t *testing.T) {
	t.Parallel()
	b := open(t)
	view := modal("Words", line("a"))
	view.NotifyOnClose = true
	heard := make(chan string, 1)
	b.dialog(view, func(p payload) any { heard <- p.Type; return nil })
	b.As("U0ANA").CloseModal()
	if got := <-heard; got != "view_closed" {
		t.Errorf("heard %s", got)
	}
}

func TestHomeIsEachPersonsOwn(t *testing.T) {
	t.Parallel()
	b := open(t)
	home := slack.PublishViewContextRequest{UserID: "U0ANA", View: slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewDividerBlock()}}}}
	first, err := b.api.PublishViewContext(t.Context(), home)
	b.must(err)
	again, err := b.api.PublishViewContext(t.Context(), home)
	b.must(err)
	if first.ID != again.ID {
		t.Errorf("Ana has two Home pages, %s and %s", first.ID, again.ID)
	}
	stale := first.Hash
	home.Hash = &stale
	_, err = b.api.PublishViewContext(t.Context(), home)
	refused(t, "with the old hash", err, "hash_conflict")
	home.UserID, home.Hash = "U0NOBODY", nil
	_, err = b.api.PublishViewContext(t.Context(), home)
	refused(t, "for nobody", err, "user_not_found")
}
