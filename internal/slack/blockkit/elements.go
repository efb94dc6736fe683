package blockkit

import (
	"reflect"
	"slices"
	"time"
)

// Where an element kind may stand.
var (
	interactive = []string{
		"button", "static_select", "users_select", "conversations_select", "channels_select", "overflow",
		"datepicker", "timepicker", "radio_buttons", "checkboxes",
	}
	accessories = append([]string{"image", "multi_static_select", "multi_users_select", "multi_conversations_select", "multi_channels_select"}, interactive...)
	inputs      = []string{
		"plain_text_input", "number_input", "static_select", "multi_static_select", "users_select", "multi_users_select",
		"conversations_select", "multi_conversations_select", "channels_select", "multi_channels_select",
		"datepicker", "timepicker", "radio_buttons", "checkboxes",
	}
)

// The shapes of elements. Limits are characters or items.
var (
	actionID    = may("action_id", uniqueActionID)
	focus       = may("focus_on_load", onceFocused)
	placeholder = may("placeholder", plainText(1, 150))
	confirm     = may("confirm", confirmDialog)

	imageElementShape = shape{must("image_url", length(1, 3000)), must("alt_text", length(1, 2000))}

	buttonShape = shape{
		must("text", plainText(1, 75)), actionID, may("value", length(0, 2000)), may("url", length(0, 3000)),
		may("style", oneOf("primary", "danger")), may("accessibility_label", length(1, 75)), confirm,
	}
	textInputShape = shape{
		actionID, may("initial_value", length(0, 3000)), may("multiline", boolean),
		may("min_length", between(0, 3000)), may("max_length", between(1, 3000)), may("dispatch_action_config", anyObject),
		focus, placeholder,
	}
	numberInputShape = shape{
		must("is_decimal_allowed", boolean), actionID, may("initial_value", length(1, 255)),
		may("min_value", length(1, 255)), may("max_value", length(1, 255)), may("dispatch_action_config", anyObject),
		focus, placeholder,
	}
	selectShape = shape{
		actionID, may("options", list(1, 100, option)), may("option_groups", list(1, 100, optionGroup)),
		may("initial_option", option), confirm, focus, placeholder,
	}
	multiSelectShape = shape{
		actionID, may("options", list(1, 100, option)), may("option_groups", list(1, 100, optionGroup)),
		may("initial_options", list(1, 100, option)), may("max_selected_items", between(1, 1000)), confirm, focus, placeholder,
	}
	radioShape = shape{
		actionID, must("options", list(1, 10, option)), may("initial_option", option), confirm, focus,
	}
	checkboxShape = shape{
		actionID, must("options", list(1, 10, option)), may("initial_options", list(1, 10, option)), confirm, focus,
	}
	overflowShape = shape{actionID, must("options", list(1, 5, option)), confirm}
	dayShape      = shape{actionID, may("initial_date", clock(time.DateOnly, "YYYY-MM-DD")), confirm, focus, placeholder}
	timeShape     = shape{
		actionID, may("initial_time", clock("15:04", "HH:mm")), may("timezone", length(1, 255)), confirm, focus, placeholder,
	}
)

// elementShape is the shape of an element kind, or nil for one not known here.
func elementShape(kind string) shape {
	switch kind {
	case "button":
		return buttonShape
	case "image":
		return imageElementShape
	case "plain_text_input":
		return textInputShape
	case "number_input":
		return numberInputShape
	case "static_select":
		return selectShape
	case "multi_static_select":
		return multiSelectShape
	case "radio_buttons":
		return radioShape
	case "checkboxes":
		return checkboxShape
	case "overflow":
		return overflowShape
	case "datepicker":
		return dayShape
	case "timepicker":
		return timeShape
	case "users_select":
		return pickerShape("initial_user")
	case "channels_select":
		return pickerShape("initial_channel")
	case "conversations_select":
		return pickerShape("initial_conversation")
	case "multi_users_select":
		return multiPickerShape("initial_users")
	case "multi_channels_select":
		return multiPickerShape("initial_channels")
	case "multi_conversations_select":
		return multiPickerShape("initial_conversations")
	}
	return nil
}

func pickerShape(initial string) shape {
	return shape{
		actionID, may(initial, length(1, 255)), may("response_url_enabled", boolean),
		may("default_to_current_conversation", boolean), may("filter", anyObject), confirm, focus, placeholder,
	}
}

func multiPickerShape(initial string) shape {
	return shape{
		actionID, may(initial, list(0, 1000, length(1, 255))), may("max_selected_items", between(1, 1000)),
		may("default_to_current_conversation", boolean), may("filter", anyObject), confirm, focus, placeholder,
	}
}

// elementOf is an element of one of the kinds allowed at its place.
func elementOf(kinds []string) rule {
	return func(k *checker, at string, v any) {
		o, ok := k.object(at, v)
		if !ok {
			return
		}
		kind, _ := o["type"].(string)
		if !slices.Contains(kinds, kind) {
			k.unsupported(at, o)
			return
		}
		k.shaped(at, o, elementShape(kind))
		k.choices(at, o, kind)
	}
}

// choices holds what spans several fields of an element: something to choose from,
// and a choice at the start that is really one of them.
func (k *checker) choices(at string, o map[string]any, kind string) {
	switch kind {
	case "static_select", "multi_static_select":
		k.either(at, o, "options", "option_groups")
	case "plain_text_input":
		if most, ok := o["max_length"].(float64); ok && letters(o["initial_value"]) > int(most) {
			k.say(at+"/initial_value", "must be less than %d characters", int(most)+1)
		}
	}
	if first := o["initial_option"]; first != nil && !among(first, o) {
		k.say(at+"/initial_option", "`initial_option` must match one of the options")
	}
	firsts, _ := o["initial_options"].([]any)
	for _, first := range firsts {
		if !among(first, o) {
			k.say(at+"/initial_options", "`initial_options` must match the options")
			return
		}
	}
}

func among(option any, o map[string]any) bool {
	options, _ := o["options"].([]any)
	groups, _ := o["option_groups"].([]any)
	for _, g := range groups {
		group, _ := g.(map[string]any)
		more, _ := group["options"].([]any)
		options = append(options, more...)
	}
	return slices.ContainsFunc(options, func(x any) bool { return reflect.DeepEqual(x, option) })
}

// option is one choice. The value may have 150 characters (docs.slack.dev and the
// Python validators agree; one comment in Slack's type definitions still says 75).
func option(k *checker, at string, v any) {
	if o, ok := k.object(at, v); ok {
		k.shaped(at, o, shape{
			must("text", anyText(1, 75)), must("value", length(1, 150)), may("description", anyText(1, 75)), may("url", length(1, 3000)),
		})
	}
}

func optionGroup(k *checker, at string, v any) {
	if o, ok := k.object(at, v); ok {
		k.shaped(at, o, shape{must("label", plainText(1, 75)), must("options", list(1, 100, option))})
	}
}

func confirmDialog(k *checker, at string, v any) {
	if o, ok := k.object(at, v); ok {
		k.shaped(at, o, shape{
			must("title", plainText(1, 100)), must("text", anyText(1, 300)), must("confirm", plainText(1, 30)),
			must("deny", plainText(1, 30)), may("style", oneOf("primary", "danger")),
		})
	}
}

func uniqueActionID(k *checker, at string, v any) {
	length(0, 255)(k, at, v)
	id, _ := v.(string)
	if id == "" {
		return
	}
	if k.actions[id] {
		k.say(at, "`action_id` %q already exists", id)
	}
	if k.actions == nil {
		k.actions = map[string]bool{}
	}
	k.actions[id] = true
}

func onceFocused(k *checker, at string, v any) {
	boolean(k, at, v)
	if v == true && k.focused {
		k.say(at, "only one element can have `focus_on_load`")
	}
	k.focused = k.focused || v == true
}

// clock is a date or time in the one form Slack takes.
func clock(layout, shown string) rule {
	return func(k *checker, at string, v any) {
		s, _ := v.(string)
		if _, err := time.Parse(layout, s); err != nil || len(s) != len(layout) {
			k.say(at, "must be in the format %s", shown)
		}
	}
}

func anyObject(k *checker, at string, v any) { k.object(at, v) }
