package offline

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// obj is one JSON object on its way out.
type obj = map[string]any

// trigger lets the app open one dialog for one person within triggerLife.
type trigger struct {
	person  string
	expires time.Time
	used    bool
	home    bool // made on a Home page, where nothing can be pushed
}

// triggerLife is how long a trigger can be used, on the workspace's clock. Slack: 3 s.
const triggerLife = 3 * time.Second

func (w *Workspace) trigger(person string, home bool) string {
	id := w.id("13345224609.738474920.")
	w.triggers[id] = &trigger{person: person, expires: w.opt.Now().Add(triggerLife), home: home}
	return id
}

// header is what every interaction begins with.
func (w *Workspace) header(kind string, p *Person) obj {
	return obj{
		"type": kind, "token": "offline", "api_app_id": appID, "enterprise": nil, "is_enterprise_install": false,
		"team": obj{"id": teamID, "domain": "offline"},
		"user": obj{"id": p.ID, "username": p.Handle, "name": p.Handle, "team_id": teamID},
	}
}

func (w *Workspace) commandPayload(p *Person, c *channel, command, text string) obj {
	return obj{
		"token": "offline", "team_id": teamID, "team_domain": "offline", "api_app_id": appID,
		"channel_id": c.ID, "channel_name": c.shownName(), "user_id": p.ID, "user_name": p.Handle,
		"command": command, "text": text, "is_enterprise_install": "false",
		"response_url": w.hookFor(c, p.ID, nil), "trigger_id": w.trigger(p.ID, false),
	}
}

func (w *Workspace) messagePressPayload(p *Person, c *channel, m *message, action obj) obj {
	o := w.header("block_actions", p)
	o["container"] = obj{"type": "message", "message_ts": m.ts, "channel_id": c.ID, "is_ephemeral": m.only != ""}
	if m.thread != "" {
		o["container"] = obj{"type": "message", "message_ts": m.ts, "channel_id": c.ID, "is_ephemeral": m.only != "", "thread_ts": m.thread}
	}
	o["channel"] = obj{"id": c.ID, "name": c.shownName()}
	o["trigger_id"], o["response_url"] = w.trigger(p.ID, false), w.hookFor(c, p.ID, m)
	o["state"] = obj{"values": obj{}}
	if m.only == "" { // Slack leaves out a message that only one person sees
		o["message"] = w.messageJSON(c, m, true)
	}
	o["actions"] = []obj{action}
	return o
}

func (w *Workspace) viewPressPayload(p *Person, v *view, action obj) obj {
	o := w.header("block_actions", p)
	o["container"] = obj{"type": "view", "view_id": v.id}
	o["trigger_id"] = w.trigger(p.ID, v.kind == "home")
	o["view"], o["state"] = v.json(), obj{"values": v.state()}
	o["actions"] = []obj{action}
	return o
}

func (w *Workspace) shortcutPayload(p *Person, s Shortcut, c *channel, m *message) obj {
	o := w.header("shortcut", p)
	o["callback_id"], o["action_ts"], o["trigger_id"] = s.CallbackID, w.stamp(), w.trigger(p.ID, false)
	if m != nil {
		o["type"], o["message_ts"] = "message_action", m.ts
		o["channel"] = obj{"id": c.ID, "name": c.shownName()}
		o["message"], o["response_url"] = w.messageJSON(c, m, true), w.hookFor(c, p.ID, nil)
	}
	return o
}

func (w *Workspace) viewPayload(kind string, p *Person, v *view) obj {
	o := w.header(kind, p)
	o["view"] = v.json()
	if kind == "view_submission" {
		o["trigger_id"], o["response_urls"] = w.trigger(p.ID, false), []obj{}
	}
	return o
}

// emit sends an event to the app if the manifest asks for its kind.
func (w *Workspace) emit(kind string, event obj) {
	if !slices.Contains(w.app.events, kind) {
		return
	}
	payload, err := json.Marshal(obj{
		"token": "offline", "team_id": teamID, "api_app_id": appID, "type": "event_callback", "event": event,
		"event_id": w.id("Ev"), "event_time": w.opt.Now().Unix(), "is_ext_shared_channel": false,
		"event_context":  fmt.Sprintf("4-%s-%s", teamID, kind),
		"authorizations": []obj{{"enterprise_id": nil, "team_id": teamID, "user_id": botUID, "is_bot": true, "is_enterprise_install": false}},
	})
	if err != nil {
		w.opt.Log.Error("An event could not be written.", "kind", kind, "err", err)
		return
	}
	w.spawn(func() { w.persist(payload) })
}
