package offline_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/slack-go/slack"
)

// times repeats one JSON value as a list.
func times(n int, one string) string {
	return "[" + strings.TrimSuffix(strings.Repeat(one+",", n), ",") + "]"
}

// raw is a block as it is written, whatever the library would say to it.
type raw struct{ json.RawMessage }

func (raw) BlockType() slack.MessageBlockType { return "raw" }
func (raw) ID() string                        { return "" }

func blocks(t *testing.T, list string) (set []slack.Block) {
	t.Helper()
	var all []json.RawMessage
	if err := json.Unmarshal([]byte(list), &all); err != nil {
		t.Fatal(err)
	}
	for _, one := range all {
		set = append(set, raw{one})
	}
	return set
}

const (
	divider = `{"type":"divider"}`
	words   = `{"type":"plain_text","text":"x"}`
	choice  = `{"text":` + words + `,"value":"v"}`
)

func section(rest string) string {
	return `[{"type":"section","text":` + words + `,` + rest + `}]`
}

func long(n int) string { return `{"type":"plain_text","text":"` + strings.Repeat("x", n) + `"}` }

func TestMessagesAreCheckedInSlacksWords(t *testing.T) {
	t.Parallel()
	b := open(t)
	for name, c := range map[string]struct{ blocks, want string }{
		"50 blocks":              {times(50, divider), ""},
		"51 blocks":              {times(51, divider), "no more than 50 items allowed [json-pointer:/blocks]"},
		"a header of 150":        {`[{"type":"header","text":` + long(150) + `}]`, ""},
		"a header of 151":        {`[{"type":"header","text":` + long(151) + `}]`, "must be less than 151 characters [json-pointer:/blocks/0/text/text]"},
		"text of 3,001":          {`[{"type":"section","text":` + long(3001) + `}]`, "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"},
		"six in an overflow":     {section(`"accessory":{"type":"overflow","options":` + times(6, choice) + `}`), "no more than 5 items allowed [json-pointer:/blocks/0/accessory/options]"},
		"an option value of 151": {section(`"accessory":{"type":"static_select","options":[{"text":` + words + `,"value":"` + strings.Repeat("v", 151) + `"}]}`), "must be less than 151 characters [json-pointer:/blocks/0/accessory/options/0/value]"},
		"26 buttons":             {`[{"type":"actions","elements":` + times(26, `{"type":"button","text":`+words+`}`) + `}]`, "no more than 25 items allowed [json-pointer:/blocks/0/elements]"},
		"no button at all":       {`[{"type":"actions","elements":[]}]`, "must provide at least 1 items [json-pointer:/blocks/0/elements]"},
		"an empty section":       {`[{"type":"section"}]`, "must define either `text` or `fields` [json-pointer:/blocks/0]"},
		"a part left out":        {`[{"type":"image","image_url":"https://x.example/a.png"}]`, "missing required field: alt_text [json-pointer:/blocks/0]"},
		"a part too many":        {`[{"type":"divider","colour":"red"}]`, "invalid additional property: colour [json-pointer:/blocks/0]"},
		"a kind that is none":    {`[{"type":"banner"}]`, "unsupported type: banner [json-pointer:/blocks/0/type]"},
		"a field in a message":   {`[{"type":"input","label":` + words + `,"element":{"type":"plain_text_input"}}]`, "unsupported type: input [json-pointer:/blocks/0/type]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := b.api.PostMessageContext(t.Context(), "C0TEAM", slack.MsgOptionBlocks(blocks(t, c.blocks)...))
			if c.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			said, ok := errors.AsType[slack.SlackErrorResponse](err)
			if !ok || said.Err != "invalid_blocks" {
				t.Fatalf("got %v, want invalid_blocks", err)
			}
			if got := said.ResponseMetadata.Messages; !slices.Equal(got, []string{"[ERROR] " + c.want}) {
				t.Errorf("messages are %q, want %s", got, c.want)
			}
			if got := said.Errors; len(got) != 1 || got[0].Message == nil || *got[0].Message != c.want {
				t.Errorf("errors are %+v, want %s", got, c.want)
			}
		})
	}
}

func TestDialogsAreCheckedInSlacksWords(t *testing.T) {
	t.Parallel()
	b := open(t)
	triggers := make(chan string, 1)
	b.answer(func(_ envelope, p payload) any { triggers <- p.TriggerID; return nil })
	const input = `{"type":"input","label":` + words + `,"element":{"type":"plain_text_input"}}`
	for name, c := range map[string]struct {
		change func(*slack.ModalViewRequest)
		want   string
	}{
		"a title of 25": {func(v *slack.ModalViewRequest) { v.Title.Text = strings.Repeat("x", 25) }, "must be less than 25 characters [json-pointer:/view/title/text]"},
		"a field and nothing to send it": {
			func(v *slack.ModalViewRequest) { v.Submit, v.Blocks.BlockSet = nil, blocks(t, "["+input+"]") },
			"must define `submit` to use an `input` block in modals [json-pointer:/view]",
		},
		"metadata of 3,001": {func(v *slack.ModalViewRequest) { v.PrivateMetadata = strings.Repeat("x", 3001) }, "must be less than 3001 characters [json-pointer:/view/private_metadata]"},
		"a callback of 256": {func(v *slack.ModalViewRequest) { v.CallbackID = strings.Repeat("x", 256) }, "must be less than 256 characters [json-pointer:/view/callback_id]"},
		"101 blocks":        {func(v *slack.ModalViewRequest) { v.Blocks.BlockSet = blocks(t, times(101, divider)) }, "no more than 100 items allowed [json-pointer:/view/blocks]"},
		"a date of no calendar": {func(v *slack.ModalViewRequest) {
			v.Blocks.BlockSet = blocks(t, `[{"type":"input","label":`+words+`,"element":{"type":"datepicker","initial_date":"7.12.2026"}}]`)
		}, "must be in the format YYYY-MM-DD [json-pointer:/view/blocks/0/element/initial_date]"},
		"the same block twice": {func(v *slack.ModalViewRequest) {
			v.Blocks.BlockSet = blocks(t, times(2, `{"type":"divider","block_id":"twice"}`))
		}, "`block_id` \"twice\" already exists [json-pointer:/view/blocks/1/block_id]"},
	} {
		view := modal("Fine", blocks(t, "["+divider+"]")...)
		c.change(&view)
		b.must(b.As("U0ANA").Say("C0TEAM", "/do"))
		_, err := b.api.OpenViewContext(t.Context(), <-triggers, view)
		said, ok := errors.AsType[slack.SlackErrorResponse](err)
		if !ok || said.Err != "invalid_arguments" || fmt.Sprint(said.ResponseMetadata.Messages) != "[[ERROR] "+c.want+"]" {
			t.Errorf("%s: got %v %q, want %s", name, err, said.ResponseMetadata.Messages, c.want)
		}
	}
}
