package slack

import (
	"bytes"
	"encoding/json"

	"smallchanges/internal/chat"
)

// previewFile stands for the id that Slack gives a picture when it is uploaded.
const previewFile = "F00000000"

// PreviewCard is the JSON of a card as Slack would receive it in a message.
func PreviewCard(c chat.Card) ([]byte, error) {
	d, err := drawWith(withFile(c, beside), previewFile)
	if err != nil {
		return nil, err
	}
	return preview(struct {
		Text   string          `json:"text"`
		Blocks json.RawMessage `json:"blocks"`
	}{d.text, d.blocks})
}

// PreviewHome is the JSON of a card as Slack would receive it for a Home page.
func PreviewHome(c chat.Card) ([]byte, error) {
	view, err := drawHome(c)
	if err != nil {
		return nil, err
	}
	return preview(view)
}

// PreviewForm is the JSON of a form as Slack would receive it.
func PreviewForm(f chat.Form) ([]byte, error) {
	view, err := drawForm(f, origin{})
	if err != nil {
		return nil, err
	}
	return preview(view)
}

// preview writes what was drawn for people to look at, or to paste into a viewer of blocks.
func preview(drawn any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(drawn)
	return text.Bytes(), err
}
