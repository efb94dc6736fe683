package offline

import (
	"encoding/json"
	"slices"

	"smallchanges/internal/fault"
)

// outcome is what a sent dialog led to.
type outcome struct {
	Errors map[string]string // by block id; the dialog stays
	View   *view             // the dialog now shows this
}

// viewAnswer is the payload of an acknowledgement to a sent dialog.
type viewAnswer struct {
	Action string            `json:"response_action"`
	Errors map[string]string `json:"errors"`
	View   json.RawMessage   `json:"view"`
}

var errConnecting = fault.New(fault.Busy, "We had some trouble connecting. Try again?")

// Submit sends a dialog with what was filled in, by block and action, as in state.values.
func (a Actor) Submit(viewID string, values map[string]map[string]json.RawMessage) (outcome, error) {
	w := a.w
	w.mu.Lock()
	p, err := w.actor(a.id)
	v := w.desk(a.id).modal(viewID)
	if err == nil && v == nil {
		err = fault.New(fault.Missing, "This dialog is not open any more.")
	}
	var payload obj
	if err == nil {
		v.fill(values)
		payload = w.viewPayload("view_submission", p, v)
	}
	w.mu.Unlock()
	if err != nil {
		return outcome{}, err
	}
	raw, err := w.send("interactive", payload)
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		w.trouble(a.id, "The dialog did not answer in 3 seconds.")
		return outcome{}, errConnecting
	}
	return w.settleSubmit(v, raw)
}

// settleSubmit does what the acknowledgement of a sent dialog says. What Slack refuses there
// it does not tell the app; here it is told loudly.
func (w *Workspace) settleSubmit(v *view, raw json.RawMessage) (outcome, error) {
	var answer viewAnswer
	switch {
	case len(raw) > mostAck:
		return w.refuseAnswer(v, "it is larger than 20 KB")
	case len(raw) > 0 && json.Unmarshal(raw, &answer) != nil:
		return w.refuseAnswer(v, "it is not valid JSON")
	}
	switch answer.Action {
	case "":
		w.closeTop(v.person, false)
		return outcome{}, nil
	case "clear":
		w.closeTop(v.person, true)
		return outcome{}, nil
	case "errors":
		if bad := v.notInputs(answer.Errors); bad != "" || len(answer.Errors) == 0 {
			return w.refuseAnswer(v, "errors must name input blocks; "+bad+" is none")
		}
		return outcome{Errors: answer.Errors}, nil
	case "update", "push":
		next, no := w.readView(answer.View, v.person)
		if no != nil {
			return w.refuseAnswer(v, no.words())
		}
		if answer.Action == "push" {
			if no := w.open(next); no != nil {
				return w.refuseAnswer(v, no.words())
			}
			return outcome{View: next}, nil
		}
		v.replaceWith(next)
		w.tellOne(v.person, obj{"type": "view", "view": v.json()})
		return outcome{View: v}, nil
	}
	return w.refuseAnswer(v, "response_action "+answer.Action+" is not known")
}

func (w *Workspace) refuseAnswer(v *view, why string) (outcome, error) {
	w.trouble(v.person, "The app's answer to this dialog was refused: "+why)
	return outcome{}, errConnecting
}

// notInputs is the first block id that is not one of the view's input blocks.
func (v *view) notInputs(errs map[string]string) string {
	var blocks []struct {
		Type    string `json:"type"`
		BlockID string `json:"block_id"`
	}
	_ = json.Unmarshal(v.content["blocks"], &blocks) // checked when the view came
	var inputs []string
	for _, b := range blocks {
		if b.Type == "input" {
			inputs = append(inputs, b.BlockID)
		}
	}
	for id := range errs {
		if !slices.Contains(inputs, id) {
			return id
		}
	}
	return ""
}

// CloseModal closes the uppermost dialog; the app hears of it if it asked to.
func (a Actor) CloseModal() { a.close(false) }

// CloseModals closes every open dialog, as the cross in Slack's corner does. The app hears of
// the one at the bottom, and that all are gone.
func (a Actor) CloseModals() { a.close(true) }

func (a Actor) close(all bool) {
	w := a.w
	w.mu.Lock()
	d := w.desk(a.id)
	p := w.person(a.id)
	if d.top() == nil || p == nil {
		w.mu.Unlock()
		return
	}
	v := d.top()
	if all {
		v = d.modals[0]
	}
	w.closeTop(a.id, all)
	var payload obj
	if v.flag("notify_on_close") {
		payload = w.viewPayload("view_closed", p, v)
		payload["is_cleared"] = all
	}
	w.mu.Unlock()
	if payload != nil {
		_, _ = w.send("interactive", payload) // nobody waits for this answer
	}
}
