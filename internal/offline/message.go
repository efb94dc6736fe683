package offline

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// message is one message, or one that only one person sees.
type message struct {
	ts, user, text string
	thread         string // ts of the message it answers
	blocks         json.RawMessage
	metadata       json.RawMessage
	only           string // for this person's eyes only
	edited         string // when, like a ts
	files          []obj
	reactions      []reaction
}

func (m *message) bot() bool { return m.user == botUID }

// nextTS is a time stamp later than all others here: seconds, a point, six digits.
func (w *Workspace) nextTS(c *channel) string {
	c.last = max(w.opt.Now().UnixMicro(), c.last+1)
	return stampOf(c.last)
}

func stampOf(micros int64) string {
	return fmt.Sprintf("%010d.%06d", micros/1e6, micros%1e6)
}

// stamp is the time now, written like a ts.
func (w *Workspace) stamp() string { return stampOf(w.opt.Now().UnixMicro()) }

// post puts a message in its place and tells everyone who may know.
func (w *Workspace) post(c *channel, m *message) {
	m.ts = w.nextTS(c)
	c.messages = append(c.messages, m)
	if !m.bot() {
		w.desk(m.user).read[c.ID] = m.ts
	}
	if m.only == "" {
		w.emitMessage(c, m)
	}
	w.touched(c, m)
}

// emitMessage tells the app of a message in a place it is in, its own ones too.
func (w *Workspace) emitMessage(c *channel, m *message) {
	if !c.Bot {
		return
	}
	kind, sort := "message.channels", "channel"
	switch {
	case c.with != "":
		kind, sort = "message.im", "im"
	case c.Private:
		kind, sort = "message.groups", "group"
	}
	event := w.messageJSON(c, m, true)
	event["channel"], event["channel_type"], event["event_ts"] = c.ID, sort, m.ts
	w.emit(kind, event)
	if strings.Contains(m.text, "<@"+botUID+">") && !m.bot() {
		mention := w.messageJSON(c, m, true)
		mention["type"], mention["channel"], mention["event_ts"] = "app_mention", c.ID, m.ts
		w.emit("app_mention", mention)
	}
}

// touched tells pages and waiters that a message was posted, changed or taken away.
func (w *Workspace) touched(c *channel, m *message) {
	w.tell(obj{"type": "message", "in": c.ID}, func(person string) bool {
		return (m.only == "" || m.only == person) && w.sees(person, c)
	})
}

// find is the message with this ts that is for everybody, or nil.
func (c *channel) find(ts string) *message {
	if m := c.findFor("", ts); m != nil && m.only == "" {
		return m
	}
	return nil
}

// findFor is the message with this ts that the person may see, or nil.
func (c *channel) findFor(person, ts string) *message {
	for _, m := range c.messages {
		if m.ts == ts && (m.only == "" || m.only == person) {
			return m
		}
	}
	return nil
}

func (c *channel) remove(m *message) {
	c.messages = slices.DeleteFunc(c.messages, func(other *message) bool { return other == m })
}

func (c *channel) replies(ts string) int {
	n := 0
	for _, m := range c.messages {
		if m.thread == ts && m.only == "" {
			n++
		}
	}
	return n
}

// loseWhispers takes away what only this person saw, as loading a page anew does.
func (w *Workspace) loseWhispers(person string) {
	for _, c := range w.channels {
		c.messages = slices.DeleteFunc(c.messages, func(m *message) bool { return m.only == person })
	}
}

// messageJSON is a message as the Web API and payloads carry it.
func (w *Workspace) messageJSON(c *channel, m *message, metadata bool) obj {
	o := obj{"type": "message", "user": m.user, "text": m.text, "ts": m.ts, "team": teamID}
	if m.bot() {
		o["bot_id"], o["app_id"] = botID, appID
		o["bot_profile"] = obj{"id": botID, "app_id": appID, "name": w.bot.Name, "team_id": teamID, "deleted": false}
	}
	if len(m.blocks) > 0 {
		o["blocks"] = m.blocks
	}
	if m.thread != "" {
		o["thread_ts"] = m.thread
	}
	if n := c.replies(m.ts); n > 0 {
		o["thread_ts"], o["reply_count"] = m.ts, n
	}
	if m.edited != "" {
		o["edited"] = obj{"user": m.user, "ts": m.edited}
	}
	if len(m.files) > 0 {
		o["files"], o["subtype"] = m.files, "file_share"
	}
	if len(m.reactions) > 0 {
		o["reactions"] = m.reactions
	}
	if metadata && len(m.metadata) > 0 {
		o["metadata"] = m.metadata
	}
	return o
}
