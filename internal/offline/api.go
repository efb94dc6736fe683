package offline

import (
	"bytes"
	"crypto/subtle"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// call is one call of the Web API with its arguments, however they came.
type call struct {
	method string
	args   map[string]json.RawMessage
	host   string // we were reached by
}

// text is an argument as a word; numbers and booleans as they are written.
func (c call) text(key string) string {
	raw := c.args[key]
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	if string(raw) == "null" {
		return ""
	}
	return string(raw)
}

// object is an argument that is JSON: as it is, or as a string in a form.
func (c call) object(key string) json.RawMessage {
	raw := c.args[key]
	var s string
	if json.Unmarshal(raw, &s) == nil {
		raw = json.RawMessage(s)
	}
	if !json.Valid(raw) || string(raw) == "null" {
		return nil
	}
	return raw
}

// method answers one call with its result, or refuses it. mu is held.
type method struct {
	do    func(*Workspace, call) (obj, *refusal)
	scope string
}

var methods = map[string]method{
	"auth.test":             {(*Workspace).authTest, ""},
	"apps.connections.open": {(*Workspace).openConnection, ""},
	"team.info":             {(*Workspace).teamInfo, ""},
	"chat.postMessage":      {(*Workspace).postMessage, "chat:write"},
	"chat.postEphemeral":    {(*Workspace).postEphemeral, "chat:write"},
	"chat.update":           {(*Workspace).updateMessage, "chat:write"},
	"chat.delete":           {(*Workspace).deleteMessage, "chat:write"},
	"conversations.open":    {(*Workspace).openConversation, "im:write"},
	"conversations.info":    {(*Workspace).conversationInfo, ""},
	"conversations.history": {(*Workspace).history, "im:history"},
	"conversations.replies": {(*Workspace).threadOf, "im:history"},
	"conversations.members": {(*Workspace).conversationMembers, ""},
	"conversations.list":    {(*Workspace).conversationList, ""},
	"conversations.join":    {(*Workspace).join, "channels:join"},
	"chat.getPermalink":     {(*Workspace).permalink, ""},
	"reactions.add":         {(*Workspace).addReaction, "reactions:write"},
	"users.info":            {(*Workspace).userInfo, "users:read"},
	"users.list":            {(*Workspace).userList, "users:read"},
	"users.lookupByEmail":   {(*Workspace).userByEmail, "users:read.email"},
	"views.open":            {(*Workspace).viewsOpen, ""},
	"views.push":            {(*Workspace).viewsPush, ""},
	"views.update":          {(*Workspace).viewsUpdate, ""},
	"views.publish":         {(*Workspace).viewsPublish, ""},

	"files.getUploadURLExternal":   {(*Workspace).uploadURL, "files:write"},
	"files.completeUploadExternal": {(*Workspace).completeUpload, "files:write"},
}

func (w *Workspace) serveAPI(rw http.ResponseWriter, req *http.Request) {
	c, token, err := readCall(rw, req)
	if err != nil {
		writeJSON(rw, obj{"ok": false, "error": "invalid_form_data"})
		return
	}
	rw.Header().Set("X-Oauth-Scopes", strings.Join(w.app.scopes, ","))
	answer, fault, faulty := w.answer(c, token)
	if faulty {
		fault.answer(rw)
		return
	}
	writeJSON(rw, answer)
}

// answer does a call. A fault with After happens once the effect is there.
func (w *Workspace) answer(c call, token string) (obj, Fault, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls[c.method]++
	m, known := methods[c.method]
	want := w.BotToken()
	if c.method == "apps.connections.open" {
		want = w.AppToken()
	}
	switch {
	case !known:
		return obj{"ok": false, "error": "unknown_method", "req_method": c.method}, Fault{}, false
	case token == "":
		return obj{"ok": false, "error": "not_authed"}, Fault{}, false
	case subtle.ConstantTimeCompare([]byte(token), []byte(want)) != 1:
		return obj{"ok": false, "error": "invalid_auth"}, Fault{}, false
	case m.scope != "" && !slices.Contains(w.app.scopes, m.scope):
		return obj{"ok": false, "error": "missing_scope", "needed": m.scope, "provided": strings.Join(w.app.scopes, ",")}, Fault{}, false
	}
	fault, faulty := w.nextFault(c.method)
	if faulty && !fault.After {
		return nil, fault, true
	}
	if wait, over := w.limited(c.method, c.text("channel")); over {
		return nil, Fault{Status: http.StatusTooManyRequests, RetryAfter: seconds(wait)}, true
	}
	result, no := m.do(w, c)
	if no != nil {
		return no.json(), fault, faulty
	}
	result["ok"] = true
	return result, fault, faulty
}

// readCall reads arguments from JSON, a form or the address, and the token from the header
// or the body: slack-go uses both.
func readCall(rw http.ResponseWriter, req *http.Request) (call, string, error) {
	c := call{method: req.PathValue("method"), args: map[string]json.RawMessage{}, host: req.Host}
	body, err := io.ReadAll(http.MaxBytesReader(rw, req.Body, mostBody))
	if err != nil {
		return c, "", err
	}
	kind, _, _ := mime.ParseMediaType(req.Header.Get("Content-Type"))
	if kind == "application/json" && len(bytes.TrimSpace(body)) > 0 {
		if err := json.Unmarshal(body, &c.args); err != nil {
			return c, "", err
		}
	} else {
		req.Body = io.NopCloser(bytes.NewReader(body))
		if err := req.ParseMultipartForm(mostBody); err != nil && err != http.ErrNotMultipart {
			return c, "", err
		}
		for key := range req.Form {
			c.args[key], _ = json.Marshal(req.Form.Get(key)) // a string always marshals
		}
	}
	token, _ := strings.CutPrefix(req.Header.Get("Authorization"), "Bearer ")
	if token == "" {
		token = c.text("token")
	}
	return c, token, nil
}

func writeJSON(rw http.ResponseWriter, v any) {
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(rw).Encode(v) // the other side has gone: nobody to tell
}

func (w *Workspace) authTest(call) (obj, *refusal) {
	return obj{"url": "http://offline/", "team": w.opt.Name, "user": w.bot.Handle, "team_id": teamID, "user_id": botUID, "bot_id": botID, "is_enterprise_install": false}, nil
}

func (w *Workspace) teamInfo(call) (obj, *refusal) {
	return obj{"team": obj{"id": teamID, "name": w.opt.Name, "domain": "offline"}}, nil
}

func (w *Workspace) openConnection(c call) (obj, *refusal) {
	ticket := secret(w.road)
	w.tickets[ticket] = true
	return obj{"url": "ws://" + c.host + "/socket?ticket=" + ticket}, nil
}

func (w *Workspace) userInfo(c call) (obj, *refusal) {
	p := w.person(c.text("user"))
	if p == nil {
		return nil, refuse("user_not_found")
	}
	return obj{"user": w.personJSON(p, slices.Contains(w.app.scopes, "users:read.email"))}, nil
}

func (w *Workspace) userList(call) (obj, *refusal) {
	email := slices.Contains(w.app.scopes, "users:read.email")
	members := []obj{w.personJSON(&w.bot, false)}
	for _, p := range w.people {
		members = append(members, w.personJSON(p, email))
	}
	return obj{"members": members, "response_metadata": obj{"next_cursor": ""}}, nil
}

func (w *Workspace) userByEmail(c call) (obj, *refusal) {
	for _, p := range w.people {
		if p.Email != "" && strings.EqualFold(p.Email, c.text("email")) && !p.Gone {
			return obj{"user": w.personJSON(p, true)}, nil
		}
	}
	return nil, refuse("users_not_found")
}

func (w *Workspace) openConversation(c call) (obj, *refusal) {
	p := w.person(c.text("users"))
	switch {
	case p == nil:
		return nil, refuse("user_not_found")
	case p.Bot:
		return nil, refuse("cannot_dm_bot")
	case p.Gone:
		return nil, refuse("user_disabled")
	}
	return obj{"channel": w.direct(p.ID).channelJSON()}, nil
}

func (w *Workspace) conversationInfo(c call) (obj, *refusal) {
	ch := w.channel(c.text("channel"))
	if ch == nil || ch.Private && !ch.Bot {
		return nil, refuse("channel_not_found")
	}
	return obj{"channel": ch.channelJSON()}, nil
}

func (w *Workspace) conversationMembers(c call) (obj, *refusal) {
	ch := w.channel(c.text("channel"))
	if ch == nil || ch.Private && !ch.Bot {
		return nil, refuse("channel_not_found")
	}
	if no := w.mayRead(ch); no != nil {
		return nil, no
	}
	most := 100
	if n, err := strconv.Atoi(c.text("limit")); err == nil { // no number means the default
		most = min(max(n, 1), 1000)
	}
	ids, cursor := ch.memberIDs(), c.text("cursor")
	from := 0
	if cursor != "" {
		if from = slices.Index(ids, cursor); from < 0 {
			return nil, refuse("invalid_cursor")
		}
	}
	page, next := ids[from:], ""
	if len(page) > most {
		page, next = page[:most], page[most]
	}
	return obj{"members": page, "response_metadata": obj{"next_cursor": next}}, nil
}

// mayRead refuses an app that asks about a conversation without the scope for its kind.
func (w *Workspace) mayRead(ch *channel) *refusal {
	scope := "channels:read"
	switch {
	case ch.with != "":
		scope = "im:read"
	case ch.Private:
		scope = "groups:read"
	}
	if slices.Contains(w.app.scopes, scope) {
		return nil
	}
	return &refusal{code: "missing_scope", extra: obj{"needed": scope, "provided": strings.Join(w.app.scopes, ",")}}
}

func (w *Workspace) conversationList(call) (obj, *refusal) {
	var list []obj
	for _, ch := range w.channels {
		if ch.with == "" && (!ch.Private || ch.Bot) {
			list = append(list, ch.channelJSON())
		}
	}
	return obj{"channels": list, "response_metadata": obj{"next_cursor": ""}}, nil
}

// history gives what the app may read, the newest first. What goes under a message is not in
// it: that is its thread.
func (w *Workspace) history(c call) (obj, *refusal) {
	ch, no := w.readable(c)
	if no != nil {
		return nil, no
	}
	most := c.limit()
	oldest, latest := c.text("oldest"), c.text("cursor")
	var list []obj
	more := false
	for _, m := range slices.Backward(ch.messages) {
		if m.only != "" || m.thread != "" || m.ts < oldest || latest != "" && m.ts >= latest {
			continue
		}
		if more = len(list) == most; more {
			break
		}
		list = append(list, w.messageJSON(ch, m, c.text("include_all_metadata") != ""))
	}
	cursor := ""
	if more {
		cursor, _ = list[len(list)-1]["ts"].(string)
	}
	return obj{"messages": list, "has_more": more, "response_metadata": obj{"next_cursor": cursor}}, nil
}

// join makes the app a member of a public channel.
func (w *Workspace) join(c call) (obj, *refusal) {
	ch := w.channel(c.text("channel"))
	switch {
	case ch == nil || ch.Private && !ch.Bot:
		return nil, refuse("channel_not_found")
	case ch.Private:
		return nil, refuse("method_not_supported_for_channel_type")
	case ch.archived:
		return nil, refuse("is_archived")
	}
	answer := obj{}
	if ch.Bot {
		answer["warning"], answer["response_metadata"] = "already_in_channel", obj{"warnings": []string{"already_in_channel"}}
	}
	ch.Bot = true
	answer["channel"] = ch.channelJSON()
	return answer, nil
}
