package offline

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"smallchanges/internal/slack/blockkit"
)

const (
	mostText   = 40_000 // characters of a message
	mostEdited = 4_000  // bytes of an edited one
)

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }

// checkMessage refuses what Slack would refuse of a message.
func (w *Workspace) checkMessage(text string, blocks json.RawMessage) *refusal {
	if len(blocks) == 0 || string(blocks) == "null" || string(blocks) == "[]" {
		if text == "" {
			return refuse("no_text")
		}
		return nil
	}
	var problems []string
	for _, p := range blockkit.Check(blockkit.Message, blocks) {
		problems = append(problems, p.String())
	}
	problems = append(problems, w.strangeFiles("/blocks", blocks)...)
	if len(problems) > 0 {
		return refuse("invalid_blocks", problems...)
	}
	return nil
}

// cut is text as Slack posts it: what is too long loses its end without a word there, and
// loudly here.
func (w *Workspace) cut(text string) string {
	letters := []rune(text)
	if len(letters) <= mostText {
		return text
	}
	w.trouble("", "A message had more than 40,000 characters, and Slack cuts off the rest.")
	return string(letters[:mostText])
}

// target is where the app wants to post: a channel it is in, or somebody's direct messages.
func (w *Workspace) target(id string) (*channel, *refusal) {
	if p := w.person(id); p != nil && strings.HasPrefix(id, "U") {
		if p.Gone {
			return nil, refuse("user_disabled")
		}
		return w.direct(id), nil
	}
	c := w.channel(id)
	switch {
	case c == nil || c.Private && !c.Bot:
		return nil, refuse("channel_not_found")
	case c.archived:
		return nil, refuse("is_archived")
	case !c.Bot:
		return nil, refuse("not_in_channel")
	}
	if p := w.person(c.with); p != nil && p.Gone {
		return nil, refuse("user_disabled")
	}
	return c, nil
}

func (w *Workspace) postMessage(c call) (obj, *refusal) {
	place, no := w.target(c.text("channel"))
	if no != nil {
		return nil, no
	}
	blocks := c.object("blocks")
	if no := w.checkMessage(c.text("text"), blocks); no != nil {
		return nil, no
	}
	m := &message{user: botUID, text: w.cut(c.text("text")), blocks: named(blocks), thread: w.root(place, c.text("thread_ts")), metadata: c.object("metadata")}
	w.post(place, m)
	return obj{"channel": place.ID, "ts": m.ts, "message": w.messageJSON(place, m, true)}, nil
}

func (w *Workspace) postEphemeral(c call) (obj, *refusal) {
	place, no := w.target(c.text("channel"))
	if no != nil {
		return nil, no
	}
	person := c.text("user")
	if p := w.person(person); p == nil || p.Gone || !slices.Contains(place.Members, person) {
		return nil, refuse("user_not_in_channel")
	}
	blocks := c.object("blocks")
	if no := w.checkMessage(c.text("text"), blocks); no != nil {
		return nil, no
	}
	m := &message{user: botUID, text: c.text("text"), blocks: named(blocks), only: person}
	w.post(place, m)
	return obj{"message_ts": m.ts}, nil
}

// own is a message of the app that may be changed.
func (w *Workspace) own(c call) (*channel, *message, *refusal) {
	place := w.channel(c.text("channel"))
	if place == nil {
		return nil, nil, refuse("channel_not_found")
	}
	m := place.find(c.text("ts"))
	switch {
	case m == nil:
		return nil, nil, refuse("message_not_found")
	case !m.bot():
		return nil, nil, refuse("cant_update_message")
	}
	return place, m, nil
}

func (w *Workspace) updateMessage(c call) (obj, *refusal) {
	place, m, no := w.own(c)
	if no != nil {
		return nil, no
	}
	if len(c.text("text")) > mostEdited {
		return nil, refuse("msg_too_long")
	}
	blocks := c.object("blocks")
	if no := w.checkMessage(c.text("text"), blocks); no != nil {
		return nil, no
	}
	m.text, m.blocks, m.edited = c.text("text"), named(blocks), w.stamp()
	if metadata := c.object("metadata"); metadata != nil {
		m.metadata = metadata
	}
	w.touched(place, m)
	return obj{"channel": place.ID, "ts": m.ts, "text": m.text}, nil
}

func (w *Workspace) deleteMessage(c call) (obj, *refusal) {
	place, m, no := w.own(c)
	if no != nil {
		return nil, no
	}
	place.remove(m)
	w.touched(place, m)
	return obj{"channel": place.ID, "ts": m.ts}, nil
}

// permalink is an address of a message; it leads to the page.
func (w *Workspace) permalink(c call) (obj, *refusal) {
	place := w.channel(c.text("channel"))
	switch {
	case place == nil || place.Private && !place.Bot:
		return nil, refuse("channel_not_found")
	case place.find(c.text("message_ts")) == nil:
		return nil, refuse("message_not_found")
	}
	digits := strings.ReplaceAll(c.text("message_ts"), ".", "")
	return obj{"channel": place.ID, "permalink": w.base + "/archives/" + place.ID + "/p" + digits}, nil
}
