package offline

import (
	"net/http"
	"time"
)

// mostShown is how many messages of a place the page gets.
const mostShown = 200

func (w *Workspace) uiState(rw http.ResponseWriter, req *http.Request) {
	me := req.URL.Query().Get("as")
	w.mu.Lock()
	defer w.mu.Unlock()
	if me == "" { // what a page asks first, when it was loaded anew
		w.fresh++
	}
	now := w.opt.Now()
	zone := london
	if p := w.person(me); p != nil {
		zone = p.Zone
	}
	local := now
	if loc, err := time.LoadLocation(zone); err == nil {
		local = now.In(loc)
	}
	writeJSON(rw, obj{
		"workspace": obj{"name": w.opt.Name}, "now": now.UTC().Format(time.RFC3339),
		"now_words": local.Format("Monday 2 January 2006, 3:04pm"), "zone": zone,
		"people": w.uiPeople(), "bot": obj{"id": botUID, "name": w.bot.Name},
		"channels": w.uiChannels(me), "dms": w.uiDirect(me),
		"commands": orEmpty(w.app.commands), "shortcuts": orEmpty(w.app.shortcuts),
		"clock": w.opt.MoveClock != nil, "connected": w.opt.EventsURL != "" || len(w.sockets) > 0,
	})
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func (w *Workspace) uiPeople() []obj {
	list := []obj{}
	for _, p := range w.people {
		list = append(list, obj{"id": p.ID, "name": p.Name, "title": p.Title, "bot": false, "deleted": p.Gone, "status": w.statusJSON(p)})
	}
	return list
}

func (w *Workspace) uiChannels(me string) []obj {
	list := []obj{}
	for _, c := range w.channels {
		if c.with == "" && w.sees(me, c) {
			list = append(list, obj{"id": c.ID, "name": c.Name, "topic": c.Topic, "member": true, "unread": w.unread(me, c)})
		}
	}
	return list
}

// uiDirect is the app's direct messages: there are no others here.
func (w *Workspace) uiDirect(me string) []obj {
	if w.person(me) == nil {
		return []obj{}
	}
	c := w.direct(me)
	return []obj{{"id": c.ID, "with": botUID, "name": w.bot.Name, "unread": w.unread(me, c)}}
}

func (w *Workspace) unread(me string, c *channel) int {
	n, read := 0, w.desk(me).read[c.ID]
	for _, m := range c.messages {
		if m.ts > read && m.user != me && (m.only == "" || m.only == me) {
			n++
		}
	}
	return n
}

func (w *Workspace) uiMessages(rw http.ResponseWriter, req *http.Request) {
	me, in := req.URL.Query().Get("as"), req.URL.Query().Get("in")
	w.mu.Lock()
	defer w.mu.Unlock()
	c, err := w.placeFor(me, in)
	if err != nil {
		http.Error(rw, "There is no such place for you.", http.StatusNotFound)
		return
	}
	list := []obj{}
	for _, m := range c.messages {
		if m.only != "" && m.only != me {
			continue
		}
		list = append(list, w.uiMessage(c, m))
		w.desk(me).read[c.ID] = m.ts
	}
	writeJSON(rw, obj{"messages": list[max(0, len(list)-mostShown):]})
}

func (w *Workspace) uiMessage(c *channel, m *message) obj {
	o := obj{
		"ts": m.ts, "user": m.user, "name": "Somebody", "bot": m.bot(), "text": m.text,
		"ephemeral": m.only != "", "edited": m.edited != "", "thread_ts": m.thread, "reply_count": c.replies(m.ts),
	}
	if p := w.person(m.user); p != nil {
		o["name"] = p.Name
	}
	if len(m.blocks) > 0 {
		o["blocks"] = w.withPictures(m.blocks)
	}
	if len(m.files) > 0 {
		o["files"] = w.uiFiles(m)
	}
	return o
}

func (w *Workspace) uiHome(rw http.ResponseWriter, req *http.Request) {
	me := req.URL.Query().Get("as")
	if req.URL.Query().Get("again") == "" {
		w.As(me).OpenHome()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if v := w.desk(me).home; v != nil {
		writeJSON(rw, obj{"view": v.json()})
		return
	}
	writeJSON(rw, obj{"view": nil})
}
