package offline

import (
	"encoding/json"
	"maps"

	"smallchanges/internal/slack/blockkit"
)

// Slack's limits of views: how many lie on one another, and the size of one in bytes.
const (
	mostModals = 3
	mostView   = 250_000
)

// view is a dialog or a Home page: what the app sent, and what was filled in since.
type view struct {
	id, hash, kind string
	person         string
	root, previous string
	content        map[string]json.RawMessage
	values         map[string]map[string]json.RawMessage
}

// readView checks what the app sent, in Slack's words, and makes a view of it.
func (w *Workspace) readView(raw json.RawMessage, person string) (*view, *refusal) {
	if len(raw) > mostView {
		return nil, refuse("view_too_large")
	}
	var problems []string
	for _, p := range blockkit.CheckView(raw) {
		problems = append(problems, p.String())
	}
	if len(problems) > 0 {
		return nil, refuse("invalid_arguments", problems...)
	}
	v := &view{person: person, values: map[string]map[string]json.RawMessage{}}
	if err := json.Unmarshal(raw, &v.content); err != nil {
		return nil, refuse("invalid_arguments", "view is not valid JSON")
	}
	if strange := w.strangeFiles("/view/blocks", v.content["blocks"]); len(strange) > 0 {
		return nil, refuse("invalid_arguments", strange...)
	}
	v.kind = v.text("type")
	v.content["blocks"] = named(v.content["blocks"])
	v.id, v.hash = w.id("V"), w.id("h")
	v.root = v.id
	return v, nil
}

// named gives every block an id, as Slack does.
func named(raw json.RawMessage) json.RawMessage {
	var blocks []map[string]any
	if json.Unmarshal(raw, &blocks) != nil {
		return raw
	}
	for i, b := range blocks {
		if b["block_id"] == nil || b["block_id"] == "" {
			b["block_id"] = "b" + string(rune('a'+i/26)) + string(rune('a'+i%26))
		}
	}
	out, err := json.Marshal(blocks)
	if err != nil {
		return raw
	}
	return out
}

func (v *view) text(key string) string {
	var s string
	_ = json.Unmarshal(v.content[key], &s) // another kind of value reads as ""
	return s
}

func (v *view) flag(key string) bool {
	var b bool
	_ = json.Unmarshal(v.content[key], &b)
	return b
}

// fill keeps what was filled in.
func (v *view) fill(values map[string]map[string]json.RawMessage) {
	for block, actions := range values {
		if v.values[block] == nil {
			v.values[block] = map[string]json.RawMessage{}
		}
		maps.Copy(v.values[block], actions)
	}
}

// json is the view as payloads and the page carry it.
func (v *view) json() obj {
	o := obj{
		"id": v.id, "team_id": teamID, "app_id": appID, "bot_id": botID, "hash": v.hash,
		"root_view_id": v.root, "previous_view_id": nil, "app_installed_team_id": teamID,
		"private_metadata": "", "callback_id": "", "external_id": "",
		"clear_on_close": false, "notify_on_close": false, "submit": nil, "close": nil,
	}
	for key, value := range v.content {
		o[key] = value
	}
	if v.previous != "" {
		o["previous_view_id"] = v.previous
	}
	o["state"] = obj{"values": v.state()}
	return o
}

// replaceWith puts new content into a view. What was filled in stays where block and action
// are still there, and is lost where they are not.
func (v *view) replaceWith(next *view) {
	next.values = v.values
	v.content, v.hash, v.values = next.content, next.hash, next.state()
}

// top is a person's uppermost dialog, or nil.
func (d *desk) top() *view {
	if len(d.modals) == 0 {
		return nil
	}
	return d.modals[len(d.modals)-1]
}

func (d *desk) modal(id string) *view {
	for _, v := range d.modals {
		if v.id == id || v.text("external_id") == id && id != "" {
			return v
		}
	}
	return nil
}

// open lays a dialog on a person's others.
func (w *Workspace) open(v *view) *refusal {
	d := w.desk(v.person)
	if len(d.modals) >= mostModals {
		return refuse("push_limit_reached")
	}
	if id := v.text("external_id"); id != "" {
		for _, other := range w.desks {
			if other.modal(id) != nil {
				return refuse("duplicate_external_id")
			}
		}
	}
	if under := d.top(); under != nil {
		v.root, v.previous = under.root, under.id
	}
	d.modals = append(d.modals, v)
	w.tellOne(v.person, obj{"type": "view", "view": v.json()})
	return nil
}

// closeTop takes a person's uppermost dialog away; with all, every one.
func (w *Workspace) closeTop(person string, all bool) {
	d := w.desk(person)
	for len(d.modals) > 0 {
		v := d.top()
		d.modals = d.modals[:len(d.modals)-1]
		w.tellOne(person, obj{"type": "closed", "view_id": v.id})
		if !all {
			return
		}
	}
}
