package offline

import (
	"slices"
	"strconv"
	"strings"
)

// root is the ts of the message that a new one goes under, "" when it stands by itself. Slack
// says nothing when that message is not there, and posts the new one by itself; of an answer
// to an answer it makes what it likes. Both are told here. The caller holds mu.
func (w *Workspace) root(c *channel, ts string) string {
	if ts == "" {
		return ""
	}
	m := c.find(ts)
	switch {
	case m == nil:
		w.trouble("", "A message was to go under one that is not there, and Slack posts it by itself.")
		return ""
	case m.thread != "":
		w.trouble("", "A message was to go under an answer. Slack wants the first message of the thread.")
		return m.thread
	}
	return ts
}

// readable is a conversation whose messages the app may read.
func (w *Workspace) readable(c call) (*channel, *refusal) {
	ch := w.channel(c.text("channel"))
	switch {
	case ch == nil:
		return nil, refuse("channel_not_found")
	case ch.with == "" && !slices.Contains(w.app.scopes, "channels:history"):
		return nil, &refusal{code: "missing_scope", extra: obj{"needed": "channels:history", "provided": strings.Join(w.app.scopes, ",")}}
	}
	return ch, nil
}

// limit is how many messages a page may hold.
func (c call) limit() int {
	n, err := strconv.Atoi(c.text("limit"))
	if err != nil { // no number means the default
		return 100
	}
	return min(max(n, 1), 999)
}

// threadOf gives a message and what goes under it, the oldest first.
func (w *Workspace) threadOf(c call) (obj, *refusal) {
	ch, no := w.readable(c)
	if no != nil {
		return nil, no
	}
	first := ch.find(c.text("ts"))
	if first != nil && first.thread != "" { // an answer leads to its thread too
		first = ch.find(first.thread)
	}
	if first == nil {
		return nil, refuse("thread_not_found")
	}
	most, oldest, after := c.limit(), c.text("oldest"), c.text("cursor")
	metadata := c.text("include_all_metadata") != ""
	list := []obj{w.messageJSON(ch, first, metadata)} // on every page, whatever oldest says
	last, more := "", false
	for _, m := range ch.messages {
		if m.thread != first.ts || m.only != "" || m.ts < oldest || m.ts <= after {
			continue
		}
		if more = len(list) > most; more {
			break
		}
		list, last = append(list, w.messageJSON(ch, m, metadata)), m.ts
	}
	if !more {
		last = ""
	}
	return obj{"messages": list, "has_more": more, "response_metadata": obj{"next_cursor": last}}, nil
}
