package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/slack/blockkit"
)

// maxPlain is how many bytes of top-level text every way of sending takes:
// chat.update refuses more (msg_too_long).
const maxPlain = 4000

// drawing is a checked message: what is sent is exactly what was checked.
type drawing struct {
	text   string // the whole card in words, escaped; screen readers read only this
	blocks json.RawMessage
}

// drawCard draws a card as a message, its picture as a paragraph. An error is of kind
// fault.Broken and names the limit that was broken, never the words.
func drawCard(c chat.Card) (drawing, error) { return drawWith(c, "") }

// drawWith is drawCard with the id of an uploaded file for the card's picture.
func drawWith(c chat.Card, file string) (drawing, error) {
	if problems := chat.CheckCard(c); problems != nil {
		return drawing{}, unfit(problems)
	}
	raw, err := json.Marshal(cardBlocks(c, blockkit.Message, file))
	if err != nil {
		return drawing{}, err
	}
	if problems := blockkit.Check(blockkit.Message, raw); problems != nil {
		return drawing{}, unfit(problems)
	}
	return drawing{text: spoken(c), blocks: raw}, nil
}

// spoken is the card in words for screen readers and notifications. A card too long
// for that says so, since leaving off its end would be a silent loss.
func spoken(c chat.Card) string {
	words := escaper.Replace(c.Plain())
	if len(words) > maxPlain {
		return escaper.Replace(c.Title) + "\nThis message is long. Open it to read all of it."
	}
	return words
}

// unfit is the error for a card or form that Slack would refuse.
func unfit[P any](problems []P) error {
	lines := make([]error, len(problems))
	for i, p := range problems {
		lines[i] = errors.New(fmt.Sprint(p))
	}
	return fault.Hide(fault.Broken, fmt.Errorf("does not fit Slack: %w", errors.Join(lines...)), "")
}

// drawHome draws a card as a person's Home page.
func drawHome(c chat.Card) (slack.HomeTabViewRequest, error) {
	view := slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: cardBlocks(c, blockkit.Home, "")}}
	if problems := chat.CheckCard(c); problems != nil {
		return view, unfit(problems)
	}
	return view, checkView(view)
}

// checkView holds a finished view against Slack's limits.
func checkView(view any) error {
	raw, err := json.Marshal(view)
	if err != nil {
		return err
	}
	if problems := blockkit.CheckView(raw); problems != nil {
		return unfit(problems)
	}
	return nil
}

// cardBlocks is never nil: Slack takes an empty page, but not "blocks":null in a view.
func cardBlocks(c chat.Card, on blockkit.Surface, file string) []slack.Block {
	blocks := make([]slack.Block, 0, len(c.Body)+2)
	if c.Title != "" {
		blocks = append(blocks, slack.NewHeaderBlock(plain(c.Title)))
	}
	blocks = append(blocks, nodeBlocks(c.Body, on, file)...)
	if len(c.Buttons) > 0 {
		blocks = append(blocks, buttonRow(c.Buttons))
	}
	return blocks
}

// nodeBlocks draws nodes. file is the id of the uploaded picture, "" when there is none.
func nodeBlocks(nodes []chat.Node, on blockkit.Surface, file string) []slack.Block {
	var blocks []slack.Block
	for _, n := range nodes {
		switch v := n.(type) {
		case chat.Para:
			blocks = append(blocks, paragraph(richText(v.Text)))
		case chat.Heading:
			blocks = append(blocks, heading(string(v), on))
		case chat.Facts:
			blocks = append(blocks, paragraph(factLines(v)))
		case chat.Note:
			blocks = append(blocks, smallPrint(v.Text))
		case chat.Row:
			blocks = append(blocks, row(v)...)
		case chat.Picture:
			blocks = append(blocks, picture(v, file))
		case chat.File: // on a Home page, which cannot bring it
			blocks = append(blocks, paragraph(richText(chat.Words(chat.PlainNode(v)))))
		}
	}
	return blocks
}

// picture is what was uploaded, or its words: a place that cannot show it loses nothing.
func picture(p chat.Picture, file string) slack.Block {
	if file == "" {
		return paragraph(richText(chat.Words(p.Alt)))
	}
	return slack.NewImageBlockSlackFile(&slack.SlackFileObject{ID: file}, p.Alt, "", nil)
}

func paragraph(parts []slack.RichTextSectionElement) slack.Block {
	return slack.NewRichTextBlock("", slack.NewRichTextSection(parts...))
}

// heading is a real heading on a Home page, which is long and read by its parts.
// In a message it is one bold line: a message has its title as a heading already.
func heading(s string, on blockkit.Surface) slack.Block {
	if on == blockkit.Home {
		return slack.NewHeaderBlock(plain(s))
	}
	return paragraph(richText(chat.Text{chat.Bold(s)}))
}

// factLines are one line a fact. Slack's two-column fields would look neater, but
// they take markup only, and there a typed star could not be shown as typed.
func factLines(facts chat.Facts) []slack.RichTextSectionElement {
	var lines chat.Text
	for i, f := range facts {
		if i > 0 {
			lines = append(lines, chat.Plain("\n"))
		}
		lines = append(append(lines, chat.Bold(f.Label+":"), chat.Plain(" ")), f.Value...)
	}
	return richText(lines)
}

func smallPrint(t chat.Text) slack.Block {
	if text, ok := textObject(t); ok {
		return slack.NewContextBlock("", text)
	}
	return paragraph(richText(t))
}

// row is an item with its buttons: one stands beside the words, several below.
func row(r chat.Row) []slack.Block {
	if len(r.Buttons) == 1 {
		if text, ok := textObject(r.Text); ok {
			return []slack.Block{slack.NewSectionBlock(text, nil, slack.NewAccessory(button(r.Buttons[0])))}
		}
	}
	blocks := []slack.Block{paragraph(richText(r.Text))}
	if len(r.Buttons) > 0 {
		blocks = append(blocks, buttonRow(r.Buttons))
	}
	return blocks
}

func buttonRow(buttons []chat.Button) slack.Block {
	elements := make([]slack.BlockElement, len(buttons))
	for i, b := range buttons {
		elements[i] = button(b)
	}
	return slack.NewActionBlock("", elements...)
}

var styles = map[chat.Style]slack.Style{chat.Primary: slack.StylePrimary, chat.Danger: slack.StyleDanger}

func button(b chat.Button) *slack.ButtonBlockElement {
	return &slack.ButtonBlockElement{
		Type: slack.METButton, ActionID: b.ID, Value: b.Arg, Text: plain(b.Label),
		Style: styles[b.Style], AccessibilityLabel: strings.TrimSpace(b.Spoken),
	}
}
