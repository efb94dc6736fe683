package offline

import "encoding/json"

// field is an element of a view that a person can fill in or choose from.
type field struct {
	Type     string `json:"type"`
	ActionID string `json:"action_id"`
}

// held is the entry of state.values that each kind of field has.
var held = map[string]string{
	"plain_text_input": "value", "number_input": "value",
	"static_select": "option", "radio_buttons": "option", "multi_static_select": "options", "checkboxes": "options",
	"users_select": "user", "multi_users_select": "users", "channels_select": "channel", "multi_channels_select": "channels",
	"conversations_select": "conversation", "multi_conversations_select": "conversations",
	"datepicker": "date", "timepicker": "time",
}

// state is what every field holds: what was filled in, else what it opened with. Slack sends
// all of them, the empty ones too, and none that is not in the view any more.
func (v *view) state() map[string]map[string]json.RawMessage {
	var blocks []struct {
		BlockID   string            `json:"block_id"`
		Element   json.RawMessage   `json:"element"`
		Accessory json.RawMessage   `json:"accessory"`
		Elements  []json.RawMessage `json:"elements"`
	}
	_ = json.Unmarshal(v.content["blocks"], &blocks) // checked when the view came
	all := map[string]map[string]json.RawMessage{}
	for _, b := range blocks {
		for _, raw := range append(b.Elements, b.Element, b.Accessory) {
			var f field
			if json.Unmarshal(raw, &f) != nil || held[f.Type] == "" {
				continue
			}
			if all[b.BlockID] == nil {
				all[b.BlockID] = map[string]json.RawMessage{}
			}
			all[b.BlockID][f.ActionID] = v.entry(b.BlockID, f, raw)
		}
	}
	return all
}

// entry is what one field holds.
func (v *view) entry(block string, f field, element json.RawMessage) json.RawMessage {
	if filled, ok := v.values[block][f.ActionID]; ok {
		return filled
	}
	var properties map[string]json.RawMessage
	_ = json.Unmarshal(element, &properties) // it was an object a moment ago
	kind := held[f.Type]
	key := "selected_" + kind
	if kind == "value" {
		key = kind
	}
	first := properties["initial_"+kind]
	switch {
	case first == nil && key[len(key)-1] == 's':
		first = json.RawMessage("[]")
	case first == nil:
		first = json.RawMessage("null")
	}
	entry, err := json.Marshal(obj{"type": f.Type, key: first})
	if err != nil {
		return nil
	}
	return entry
}
