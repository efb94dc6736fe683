package slack

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/slack-go/slack"

	"smallchanges/internal/chat"
	"smallchanges/internal/slack/blockkit"
)

// valueAction is the action_id of every field; the block_id says which field it is.
// Both stay the same when a form is shown again, so Slack keeps what was typed.
const valueAction = "v"

// origin is where a form was opened, and so where its answer goes. It travels in the
// form's private_metadata (at most 3,000 characters) and comes back with it.
type origin struct {
	ResponseURL string `json:"u,omitempty"` // good for five answers in 30 minutes
	Channel     string `json:"c,omitempty"`
	TS          string `json:"t,omitempty"` // the card whose button opened the form
	Home        bool   `json:"h,omitempty"` // it was opened on the Home page
	State       string `json:"s,omitempty"` // chat.Form.State
}

// drawForm draws a form as a modal view. An error is of kind fault.Broken.
func drawForm(f chat.Form, from origin) (slack.ModalViewRequest, error) {
	if problems := chat.CheckForm(f); problems != nil {
		return slack.ModalViewRequest{}, unfit(problems)
	}
	from.State = f.State
	meta, err := json.Marshal(from)
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	view := slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: f.ID, PrivateMetadata: string(meta),
		Title: plain(f.Title), Close: plain("Close"),
		Blocks: slack.Blocks{BlockSet: nodeBlocks(f.Intro, blockkit.Modal, "")},
	}
	for _, field := range f.Fields {
		view.Blocks.BlockSet = append(view.Blocks.BlockSet, input(field))
	}
	if len(f.Fields) > 0 {
		view.Submit, view.Close = plain(f.Send), plain("Cancel")
	}
	return view, checkView(view)
}

func input(f chat.Field) slack.Block {
	b := &slack.InputBlock{
		Type: slack.MBTInput, BlockID: f.ID, Label: plain(f.Label), Optional: f.Optional, Element: inputElement(f),
	}
	if f.Hint != "" {
		b.Hint = plain(f.Hint)
	}
	return b
}

func inputElement(f chat.Field) slack.BlockElement {
	switch f.Kind {
	case chat.Choice:
		all, chosen := options(f)
		return &slack.SelectBlockElement{Type: slack.OptTypeStatic, ActionID: valueAction, Options: all, InitialOption: first(chosen)}
	case chat.Pick:
		all, chosen := options(f)
		return &slack.RadioButtonsBlockElement{Type: slack.METRadioButtons, ActionID: valueAction, Options: all, InitialOption: first(chosen)}
	case chat.Several:
		all, chosen := options(f)
		return &slack.CheckboxGroupsBlockElement{Type: slack.METCheckboxGroups, ActionID: valueAction, Options: all, InitialOptions: chosen}
	case chat.Day:
		return &slack.DatePickerBlockElement{Type: slack.METDatepicker, ActionID: valueAction, InitialDate: f.Value}
	case chat.People:
		return &slack.MultiSelectBlockElement{
			Type: slack.MultiOptTypeUser, ActionID: valueAction, InitialUsers: strings.Fields(f.Value),
		}
	default: // Line and Paragraph
		return &slack.PlainTextInputBlockElement{
			Type: slack.METPlainTextInput, ActionID: valueAction, InitialValue: f.Value,
			Multiline: f.Kind == chat.Paragraph, MaxLength: cmp.Or(f.Max, chat.MaxText),
		}
	}
}

// options are the choices of a field, and those it opens on.
func options(f chat.Field) (all, chosen []*slack.OptionBlockObject) {
	for _, o := range f.Options {
		option := slack.NewOptionBlockObject(o.Value, plain(o.Label), nil)
		if o.Hint != "" {
			option.Description = plain(o.Hint)
		}
		if f.Holds(o) {
			chosen = append(chosen, option)
		}
		all = append(all, option)
	}
	return all, chosen
}

func first(chosen []*slack.OptionBlockObject) *slack.OptionBlockObject {
	if len(chosen) == 0 {
		return nil
	}
	return chosen[0]
}

// listed is a refused form with its problems as words at the top, for problems that
// Slack cannot show beside a field because the form has no such field.
func listed(f chat.Form, problems map[string]string) chat.Form {
	var lines []chat.Node
	for _, field := range f.Fields {
		if words, ok := problems[field.ID]; ok {
			lines = append(lines, chat.Para{Text: chat.Text{chat.Bold(asked(field.Label)), chat.Plain(words)}})
		}
	}
	for _, id := range strays(f, problems) {
		lines = append(lines, chat.P(problems[id]))
	}
	f.Intro = append(lines, f.Intro...)
	return f
}

// asked is a label before what is said of it. A question ends with its own mark.
func asked(label string) string {
	if strings.HasSuffix(label, "?") {
		return label + " "
	}
	return label + ": "
}
