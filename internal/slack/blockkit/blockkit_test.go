package blockkit_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"smallchanges/internal/slack/blockkit"
)

func words(problems []blockkit.Problem) []string {
	var out []string
	for _, p := range problems {
		out = append(out, p.String())
	}
	return out
}

func many(n int, one string) string { return strings.TrimSuffix(strings.Repeat(one+",", n), ",") }

func letters(n int) string { return strings.Repeat("ü", n) }

const option = `{"text":{"type":"plain_text","text":"A"},"value":"a"}`

func TestCheckRefusesInSlacksWords(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		surface blockkit.Surface
		blocks  string
		want    string // the first problem; "" means none
	}{
		{"nothing at all", blockkit.Message, ``, ""},
		{"null in a message", blockkit.Message, `null`, ""},
		{"null in a Home page", blockkit.Home, `null`, "must be an array [json-pointer:/view/blocks]"},
		{"not JSON", blockkit.Message, `[`, "must be valid JSON [json-pointer:/blocks]"},
		{"not a list", blockkit.Message, `{}`, "must be an array [json-pointer:/blocks]"},
		{"not a block", blockkit.Message, `[1]`, "must be an object [json-pointer:/blocks/0]"},
		{"no type", blockkit.Message, `[{}]`, "missing required field: type [json-pointer:/blocks/0]"},
		{"unknown block", blockkit.Message, `[{"type":"banner"}]`, "unsupported type: banner [json-pointer:/blocks/0/type]"},
		{"50 blocks in a message", blockkit.Message, `[` + many(50, `{"type":"divider"}`) + `]`, ""},
		{"51 blocks in a message", blockkit.Message, `[` + many(51, `{"type":"divider"}`) + `]`, "no more than 50 items allowed [json-pointer:/blocks]"},
		{"100 blocks on a Home page", blockkit.Home, `[` + many(100, `{"type":"divider"}`) + `]`, ""},
		{"101 blocks on a Home page", blockkit.Home, `[` + many(101, `{"type":"divider"}`) + `]`, "no more than 100 items allowed [json-pointer:/view/blocks]"},
		{"input in a message", blockkit.Message, `[{"type":"input"}]`, "unsupported type: input [json-pointer:/blocks/0/type]"},
		{"markdown on a Home page", blockkit.Home, `[{"type":"markdown","text":"x"}]`, "unsupported type: markdown [json-pointer:/view/blocks/0/type]"},
		{"header of 150", blockkit.Message, `[{"type":"header","text":{"type":"plain_text","text":"` + letters(150) + `"}}]`, ""},
		{"header of 151", blockkit.Message, `[{"type":"header","text":{"type":"plain_text","text":"` + letters(151) + `"}}]`, "must be less than 151 characters [json-pointer:/blocks/0/text/text]"},
		{"header in mrkdwn", blockkit.Message, `[{"type":"header","text":{"type":"mrkdwn","text":"x"}}]`, "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]"},
		{"empty section", blockkit.Message, `[{"type":"section"}]`, "must define either `text` or `fields` [json-pointer:/blocks/0]"},
		{"section of no words", blockkit.Message, `[{"type":"section","text":{"type":"mrkdwn","text":""}}]`, "must be more than 0 characters [json-pointer:/blocks/0/text/text]"},
		{"section with 11 fields", blockkit.Message, `[{"type":"section","fields":[` + many(11, `{"type":"mrkdwn","text":"x"}`) + `]}]`, "no more than 10 items allowed [json-pointer:/blocks/0/fields]"},
		{"emoji in mrkdwn", blockkit.Message, `[{"type":"section","text":{"type":"mrkdwn","text":"x","emoji":true}}]`, "invalid additional property: emoji [json-pointer:/blocks/0/text]"},
		{"property too many", blockkit.Message, `[{"type":"divider","colour":"red"}]`, "invalid additional property: colour [json-pointer:/blocks/0]"},
		{"block_id twice", blockkit.Message, `[{"type":"divider","block_id":"a"},{"type":"divider","block_id":"a"}]`, "`block_id` \"a\" already exists [json-pointer:/blocks/1/block_id]"},
		{"action_id twice in a block", blockkit.Message, `[{"type":"actions","elements":[` + many(2, `{"type":"button","action_id":"a","text":{"type":"plain_text","text":"x"}}`) + `]}]`, "`action_id` \"a\" already exists [json-pointer:/blocks/0/elements/1/action_id]"},
		{"action_id again in another block", blockkit.Message, `[` + many(2, `{"type":"actions","elements":[{"type":"button","action_id":"a","text":{"type":"plain_text","text":"x"}}]}`) + `]`, ""},
		{"no buttons", blockkit.Message, `[{"type":"actions","elements":[]}]`, "must provide at least 1 items [json-pointer:/blocks/0/elements]"},
		{"button of 76", blockkit.Message, `[{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"` + letters(76) + `"}}]}]`, "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]"},
		{"button value of 2001", blockkit.Message, `[{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"x"},"value":"` + letters(2001) + `"}]}]`, "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]"},
		{"button style", blockkit.Message, `[{"type":"actions","elements":[{"type":"button","style":"loud","text":{"type":"plain_text","text":"x"}}]}]`, "must be a valid enum value [json-pointer:/blocks/0/elements/0/style]"},
		{"text input as an action", blockkit.Home, `[{"type":"actions","elements":[{"type":"plain_text_input"}]}]`, "unsupported type: plain_text_input [json-pointer:/view/blocks/0/elements/0/type]"},
		{"11 radio buttons", blockkit.Modal, `[{"type":"actions","elements":[{"type":"radio_buttons","options":[` + many(11, option) + `]}]}]`, "no more than 10 items allowed [json-pointer:/view/blocks/0/elements/0/options]"},
		{"six in an overflow", blockkit.Message, `[{"type":"section","text":{"type":"mrkdwn","text":"x"},"accessory":{"type":"overflow","options":[` + many(6, option) + `]}}]`, "no more than 5 items allowed [json-pointer:/blocks/0/accessory/options]"},
		{"select of nothing", blockkit.Message, `[{"type":"actions","elements":[{"type":"static_select"}]}]`, "must define either `options` or `option_groups` [json-pointer:/blocks/0/elements/0]"},
		{"first choice not among the options", blockkit.Message, `[{"type":"actions","elements":[{"type":"static_select","options":[` + option + `],"initial_option":{"text":{"type":"plain_text","text":"B"},"value":"b"}}]}]`, "`initial_option` must match one of the options [json-pointer:/blocks/0/elements/0/initial_option]"},
		{"first choice in a group", blockkit.Message, `[{"type":"actions","elements":[{"type":"static_select","option_groups":[{"label":{"type":"plain_text","text":"G"},"options":[` + option + `]}],"initial_option":` + option + `}]}]`, ""},
		{"impossible day", blockkit.Message, `[{"type":"actions","elements":[{"type":"datepicker","initial_date":"2026-02-30"}]}]`, "must be in the format YYYY-MM-DD [json-pointer:/blocks/0/elements/0/initial_date]"},
		{"picture without words", blockkit.Message, `[{"type":"image","image_url":"https://x.example/a.png"}]`, "missing required field: alt_text [json-pointer:/blocks/0]"},
		{"picture of 2001 words", blockkit.Message, `[{"type":"image","slack_file":{"id":"F0PICTURE"},"alt_text":"` + letters(2001) + `"}]`, "must be less than 2001 characters [json-pointer:/blocks/0/alt_text]"},
		{"uploaded picture", blockkit.Message, `[{"type":"image","slack_file":{"id":"F0PICTURE"},"alt_text":"` + letters(2000) + `"}]`, ""},
		{"uploaded picture by address", blockkit.Home, `[{"type":"image","slack_file":{"url":"https://x.example/a.png"},"alt_text":"A"}]`, ""},
		{"picture of nothing", blockkit.Message, `[{"type":"image","alt_text":"A"}]`, "must define either `image_url` or `slack_file` [json-pointer:/blocks/0]"},
		{"picture from two places", blockkit.Message, `[{"type":"image","image_url":"https://x.example/a.png","slack_file":{"id":"F0PICTURE"},"alt_text":"A"}]`, "must define either `image_url` or `slack_file` [json-pointer:/blocks/0]"},
		{"file without a name", blockkit.Message, `[{"type":"image","slack_file":{},"alt_text":"A"}]`, "must define either `id` or `url` [json-pointer:/blocks/0/slack_file]"},
		{"file with two names", blockkit.Message, `[{"type":"image","slack_file":{"id":"F0PICTURE","url":"https://x.example/a.png"},"alt_text":"A"}]`, "must define either `id` or `url` [json-pointer:/blocks/0/slack_file]"},
		{"file with a title for a name", blockkit.Message, `[{"type":"image","slack_file":{"id":"grid.png"},"alt_text":"A"}]`, "input must match regex pattern: ^[F][A-Z0-9]{8,}$ [json-pointer:/blocks/0/slack_file/id]"},
		{"file that is none", blockkit.Message, `[{"type":"image","slack_file":"F0PICTURE","alt_text":"A"}]`, "must be an object [json-pointer:/blocks/0/slack_file]"},
		{"11 in small print", blockkit.Message, `[{"type":"context","elements":[` + many(11, `{"type":"mrkdwn","text":"x"}`) + `]}]`, "no more than 10 items allowed [json-pointer:/blocks/0/elements]"},
		{"rich text", blockkit.Message, `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"*x*"},{"type":"user","user_id":"U1","style":{"bold":true}}]}]}]`, ""},
		{"rich text of no words", blockkit.Message, `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":""}]}]}]`, "must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]"},
		{"unknown rich text", blockkit.Message, `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"song"}]}]}]`, "unsupported type: song [json-pointer:/blocks/0/elements/0/elements/0/type]"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := words(blockkit.Check(test.surface, json.RawMessage(test.blocks)))
			switch {
			case test.want == "" && got != nil:
				t.Errorf("want no problem, got %q", got)
			case test.want != "" && (len(got) == 0 || got[0] != test.want):
				t.Errorf("want %q, got %q", test.want, got)
			}
		})
	}
}

func TestCheckViewRefusesInSlacksWords(t *testing.T) {
	t.Parallel()
	const input = `{"type":"input","label":{"type":"plain_text","text":"L"},"element":{"type":"plain_text_input","action_id":"v"}}`
	title := func(s string) string { return `"title":{"type":"plain_text","text":"` + s + `"}` }
	tests := []struct {
		name, view string
		want       []string
	}{
		{"a modal", `{"type":"modal",` + title(letters(24)) + `,"submit":{"type":"plain_text","text":"Send"},"blocks":[` + input + `]}`, nil},
		{"a Home page", `{"type":"home","blocks":[]}`, nil},
		{"title of 25", `{"type":"modal",` + title(letters(25)) + `,"blocks":[]}`, []string{"must be less than 25 characters [json-pointer:/view/title/text]"}},
		{"no title", `{"type":"modal","blocks":[]}`, []string{"missing required field: title [json-pointer:/view]"}},
		{"input without a way to send it", `{"type":"modal",` + title("T") + `,"blocks":[` + input + `]}`, []string{"must define `submit` to use an `input` block in modals [json-pointer:/view]"}},
		{"private metadata of 3001", `{"type":"home","blocks":[],"private_metadata":"` + letters(3001) + `"}`, []string{"must be less than 3001 characters [json-pointer:/view/private_metadata]"}},
		{"title on a Home page", `{"type":"home","blocks":[],` + title("T") + `}`, []string{"invalid additional property: title [json-pointer:/view]"}},
		{"no type", `{}`, []string{"missing required field: type [json-pointer:/view]"}},
		{"unknown type", `{"type":"page"}`, []string{"unsupported type: page [json-pointer:/view/type]"}},
		{"not JSON", `{`, []string{"must be valid JSON [json-pointer:/view]"}},
		{"too large", `{"type":"home","blocks":[],"private_metadata":"` + strings.Repeat("x", 250_000) + `"}`, []string{"view_too_large [json-pointer:/view]"}},
		{
			"value longer than the box", `{"type":"modal",` + title("T") + `,"submit":{"type":"plain_text","text":"S"},"blocks":[{"type":"input","label":{"type":"plain_text","text":"L"},"element":{"type":"plain_text_input","max_length":2,"initial_value":"abc"}}]}`,
			[]string{"must be less than 3 characters [json-pointer:/view/blocks/0/element/initial_value]"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, words(blockkit.CheckView(json.RawMessage(test.view)))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Whatever JSON comes, the check answers and answers the same twice.
func TestCheckIsTotalAndSteady(t *testing.T) {
	t.Parallel()
	value := rapid.Deferred(func() *rapid.Generator[any] { return anyJSON(4) })
	rapid.Check(t, func(t *rapid.T) {
		raw, err := json.Marshal([]any{value.Draw(t, "block")})
		if err != nil {
			t.Fatal(err)
		}
		surface := rapid.SampledFrom([]blockkit.Surface{blockkit.Message, blockkit.Modal, blockkit.Home}).Draw(t, "surface")
		first, second := blockkit.Check(surface, raw), blockkit.Check(surface, raw)
		if diff := cmp.Diff(first, second); diff != "" {
			t.Error(diff)
		}
	})
}

// anyJSON is JSON that looks enough like Block Kit to get past the first question.
func anyJSON(depth int) *rapid.Generator[any] {
	word := rapid.SampledFrom([]string{"section", "input", "actions", "button", "plain_text", "rich_text", "rich_text_section", "rich_text_list", "text", ""})
	leaf := rapid.OneOf(rapid.Map(word, func(s string) any { return s }), rapid.Map(rapid.Float64(), func(f float64) any { return f }), rapid.Just[any](nil), rapid.Just[any](true))
	if depth == 0 {
		return leaf
	}
	key := rapid.SampledFrom([]string{"type", "text", "elements", "element", "options", "initial_option", "block_id", "label", "style", "accessory", "fields"})
	deeper := anyJSON(depth - 1)
	object := rapid.Map(rapid.MapOfN(key, deeper, 1, 5), func(m map[string]any) any { return m })
	return rapid.OneOf(leaf, object, object, rapid.Map(rapid.SliceOfN(deeper, 0, 3), func(l []any) any { return l }))
}
