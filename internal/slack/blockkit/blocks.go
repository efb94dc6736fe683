package blockkit

import (
	"maps"
	"regexp"
	"slices"
	"unicode/utf8"
)

// The shapes of views and blocks. Limits are characters or items.
var (
	modalShape = shape{
		must("title", plainText(1, 24)),
		must("blocks", allBlocks),
		may("submit", plainText(1, 24)),
		may("close", plainText(1, 24)),
		may("private_metadata", length(0, 3000)),
		may("callback_id", length(0, 255)),
		may("external_id", length(0, 255)),
		may("clear_on_close", boolean),
		may("notify_on_close", boolean),
		may("submit_disabled", boolean),
	}
	homeShape = shape{
		must("blocks", allBlocks),
		may("private_metadata", length(0, 3000)),
		may("callback_id", length(0, 255)),
		may("external_id", length(0, 255)),
	}
	sectionShape = shape{
		may("text", anyText(1, 3000)),
		may("fields", list(1, 10, anyText(1, 2000))),
		may("accessory", elementOf(accessories)),
		may("expand", boolean),
		blockID,
	}
	inputShape = shape{
		must("label", plainText(1, 2000)),
		must("element", elementOf(inputs)),
		may("hint", plainText(1, 2000)),
		may("optional", boolean),
		may("dispatch_action", boolean),
		blockID,
	}
	imageShape = shape{
		may("image_url", length(1, 3000)),
		may("slack_file", slackFile),
		must("alt_text", length(1, 2000)),
		may("title", plainText(1, 2000)),
		blockID,
	}
	slackFileShape = shape{may("id", fileID), may("url", length(1, 3000))}
	headerShape    = shape{must("text", plainText(1, 150)), may("level", between(1, 6)), blockID}
	dividerShape   = shape{blockID}
	contextShape   = shape{must("elements", list(1, 10, contextElement)), blockID}
	actionsShape   = shape{must("elements", list(1, 25, elementOf(interactive))), blockID}
	richTextShape  = shape{must("elements", list(1, 1000, richTextElement)), blockID}
	markdownShape  = shape{must("text", length(1, 12000)), blockID}

	blockID = may("block_id", uniqueBlockID)
)

// blockShape is the shape of a block kind on a surface, or nil where it is not allowed.
func (k *checker) blockShape(kind any) shape {
	switch kind {
	case "section":
		return sectionShape
	case "header":
		return headerShape
	case "divider":
		return dividerShape
	case "context":
		return contextShape
	case "actions":
		return actionsShape
	case "image":
		return imageShape
	case "rich_text":
		return richTextShape
	case "input":
		if k.surface != Message {
			return inputShape
		}
	case "markdown":
		if k.surface == Message {
			return markdownShape
		}
	}
	return nil
}

// allBlocks is the rule of a view's blocks: one list, judged block by block.
func allBlocks(k *checker, at string, v any) { k.blocks(at, v) }

func (k *checker) blocks(at string, v any) {
	high := 100
	if k.surface == Message {
		high = 50
	}
	list(0, high, (*checker).block)(k, at, v)
}

func (k *checker) block(at string, v any) {
	o, ok := k.object(at, v)
	if !ok {
		return
	}
	s := k.blockShape(o["type"])
	if s == nil {
		k.unsupported(at, o)
		return
	}
	k.actions = nil
	k.shaped(at, o, s)
	switch o["type"] {
	case "input":
		k.inputs++
	case "image":
		k.either(at, o, "image_url", "slack_file")
	case "section":
		if o["text"] == nil && o["fields"] == nil {
			k.say(at, "must define either `text` or `fields`")
		}
	}
}

// either wants exactly one of two properties.
func (k *checker) either(at string, o map[string]any, one, other string) {
	if (o[one] == nil) == (o[other] == nil) {
		k.say(at, "must define either `%s` or `%s`", one, other)
	}
}

// slackFile is a picture that was uploaded before.
func slackFile(k *checker, at string, v any) {
	if o, ok := k.object(at, v); ok {
		k.shaped(at, o, slackFileShape)
		k.either(at, o, "id", "url")
	}
}

var fileIDPattern = regexp.MustCompile(`^F[A-Z0-9]{8,}$`)

func fileID(k *checker, at string, v any) {
	if id, ok := v.(string); !ok || !fileIDPattern.MatchString(id) {
		k.say(at, "input must match regex pattern: ^[F][A-Z0-9]{8,}$")
	}
}

func uniqueBlockID(k *checker, at string, v any) {
	length(0, 255)(k, at, v)
	id, _ := v.(string)
	if id == "" {
		return
	}
	if k.ids[id] {
		k.say(at, "`block_id` %q already exists", id)
	}
	if k.ids == nil {
		k.ids = map[string]bool{}
	}
	k.ids[id] = true
}

// plainText is a text object that shows exactly its letters.
func plainText(low, high int) rule { return textObject(low, high, "plain_text") }

// anyText is a text object of either kind.
func anyText(low, high int) rule { return textObject(low, high, "plain_text", "mrkdwn") }

func textObject(low, high int, kinds ...string) rule {
	s := shape{must("text", length(low, high)), may("emoji", boolean), may("verbatim", boolean)}
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
		k.shaped(at, o, s)
		if kind == "mrkdwn" && o["emoji"] != nil {
			k.say(at, "invalid additional property: emoji")
		}
	}
}

func contextElement(k *checker, at string, v any) {
	o, ok := k.object(at, v)
	switch {
	case !ok:
	case o["type"] == "image":
		k.shaped(at, o, imageElementShape)
	default:
		anyText(1, 3000)(k, at, v)
	}
}

// richTextElement is one part of a rich text block. Slack publishes no limit for
// its words; they are held to those of a section so that a message stays readable.
func richTextElement(k *checker, at string, v any) {
	o, ok := k.object(at, v)
	if !ok {
		return
	}
	switch o["type"] {
	case "rich_text_section":
		k.shaped(at, o, shape{must("elements", list(0, 1000, richTextPart))})
	case "rich_text_list":
		k.shaped(at, o, shape{
			must("elements", list(1, 1000, richTextElement)),
			must("style", oneOf("bullet", "ordered")),
			may("indent", between(0, 8)), may("offset", between(0, 1_000_000)), may("border", between(0, 1)),
		})
	case "rich_text_quote", "rich_text_preformatted":
		k.shaped(at, o, shape{must("elements", list(0, 1000, richTextPart)), may("border", between(0, 1))})
	default:
		k.unsupported(at, o)
	}
}

func richTextPart(k *checker, at string, v any) {
	o, ok := k.object(at, v)
	if !ok {
		return
	}
	style := may("style", richTextStyle)
	switch o["type"] {
	case "text":
		k.shaped(at, o, shape{must("text", length(1, 3000)), style})
	case "link":
		k.shaped(at, o, shape{must("url", length(1, 3000)), may("text", length(0, 3000)), may("unsafe", boolean), style})
	case "user":
		k.shaped(at, o, shape{must("user_id", length(1, 255)), style})
	case "emoji":
		k.shaped(at, o, shape{must("name", length(1, 255)), may("unicode", length(1, 255)), style})
	case "date":
		k.shaped(at, o, shape{must("timestamp", between(0, 1e12)), must("format", length(1, 255)), may("fallback", length(1, 255)), style})
	case "channel":
		k.shaped(at, o, shape{must("channel_id", length(1, 255)), style})
	default:
		k.unsupported(at, o)
	}
}

func richTextStyle(k *checker, at string, v any) {
	if o, ok := k.object(at, v); ok {
		k.shaped(at, o, shape{
			may("bold", boolean), may("italic", boolean), may("strike", boolean), may("code", boolean), may("underline", boolean),
		})
	}
}

func sortedKeys(o map[string]any) []string { return slices.Sorted(maps.Keys(o)) }

// letters counts characters as Slack does for its limits.
func letters(v any) int {
	s, _ := v.(string)
	return utf8.RuneCountInString(s)
}
