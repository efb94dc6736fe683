package offline

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"smallchanges/internal/fault"
)

// Actor is one person doing things without a browser: what the page does, and tests.
type Actor struct {
	w  *Workspace
	id string
}

// As is the person with this id.
func (w *Workspace) As(id string) Actor { return Actor{w, id} }

// mentionToken is a mention as the page and apps write it.
var mentionToken = regexp.MustCompile(`<@(U[A-Z0-9]+)(\|[^>]*)?>`)

// escape writes typed words as Slack passes them on: & < > as entities, mentions as tokens.
// Commands carry the name in a mention, messages do not.
func (w *Workspace) escape(typed string, names bool) string {
	var out strings.Builder
	plain := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	rest := 0
	for _, at := range mentionToken.FindAllStringSubmatchIndex(typed, -1) {
		p := w.person(typed[at[2]:at[3]])
		if p == nil {
			continue
		}
		out.WriteString(plain.Replace(typed[rest:at[0]]) + "<@" + p.ID)
		if names {
			out.WriteString("|" + p.Handle)
		}
		out.WriteString(">")
		rest = at[1]
	}
	return out.String() + plain.Replace(typed[rest:])
}

// mostTyped is how much one person can type at once.
const mostTyped = 12_000

// Say types into a place: a command when it begins with a slash, else a message.
func (a Actor) Say(in, text string) error { return a.say(in, text, "") }

// Answer types a message under another, whose ts is given.
func (a Actor) Answer(in, ts, text string) error { return a.say(in, text, ts) }

func (a Actor) say(in, text, thread string) error {
	w := a.w
	w.mu.Lock()
	p, err := w.actor(a.id)
	if err == nil && (strings.TrimSpace(text) == "" || len(text) > mostTyped) {
		err = fault.New(fault.Invalid, "Type something, and not more than fits one message.")
	}
	var c *channel
	if err == nil {
		c, err = w.placeFor(a.id, in)
	}
	if err != nil {
		w.mu.Unlock()
		return err
	}
	if !strings.HasPrefix(text, "/") {
		defer w.mu.Unlock()
		if c.archived {
			return fault.New(fault.Closed, "This channel is archived, so nothing new can be said here.")
		}
		w.post(c, &message{user: p.ID, text: w.escape(text, false), thread: w.root(c, thread)})
		return nil
	}
	name, words, _ := strings.Cut(text, " ")
	command, known := w.app.command(name)
	if !known {
		w.mu.Unlock()
		return fault.New(fault.Missing, name+" is not a command here. Type / to see what there is.")
	}
	if command.Escape {
		words = w.escape(words, true)
	}
	payload := w.commandPayload(p, c, name, strings.TrimSpace(words))
	w.mu.Unlock()
	return a.command(c, name, payload)
}

// command delivers a command and shows what its acknowledgement says.
func (a Actor) command(c *channel, name string, payload obj) error {
	answer, err := a.w.send("slash_commands", payload)
	w := a.w
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		w.trouble(a.id, name+" did not answer in 3 seconds (operation_timeout).")
		return nil
	}
	if len(answer) > mostAck {
		w.trouble(a.id, name+" answered with more than 20 KB, which Slack drops.")
		return nil
	}
	var r response
	if len(answer) == 0 || json.Unmarshal(answer, &r) != nil || r.Text == "" && len(r.Blocks) == 0 {
		return nil
	}
	_ = w.respond(&hook{place: c, person: a.id}, r) // a refusal was told as trouble
	return nil
}

// send writes a payload and delivers it.
func (w *Workspace) send(kind string, payload obj) (json.RawMessage, error) {
	raw, err := json.Marshal(payload)
	if err != nil {
		return nil, err
	}
	return w.deliver(kind, raw, 0, "")
}

// press is a pressed button or a chosen option, on a message (in, ts) or a view.
type press struct {
	In, TS, View string
	Values       map[string]map[string]json.RawMessage
	Action       obj
}

// Press presses the button with this action and value on a message. An empty value presses
// the first with that action.
func (a Actor) Press(in, ts, actionID, value string) error {
	a.w.mu.Lock()
	c, err := a.w.placeFor(a.id, in)
	var block string
	if err == nil {
		if m := c.findFor(a.id, ts); m != nil {
			block, value = findButton(m.blocks, actionID, value)
		}
	}
	a.w.mu.Unlock()
	if err == nil && block == "" {
		err = fault.New(fault.Missing, "There is no such button.")
	}
	if err != nil {
		return err
	}
	return a.press(press{In: in, TS: ts, Action: obj{"type": "button", "block_id": block, "action_id": actionID, "value": value}})
}

// findButton is the block and value of a button.
func findButton(blocks json.RawMessage, actionID, value string) (block, found string) {
	type button struct {
		ActionID string `json:"action_id"`
		Value    string `json:"value"`
	}
	var list []struct {
		BlockID   string   `json:"block_id"`
		Elements  []button `json:"elements"`
		Accessory button   `json:"accessory"`
	}
	_ = json.Unmarshal(blocks, &list) // blocks of other shapes hold no button
	for _, b := range list {
		for _, e := range append(b.Elements, b.Accessory) {
			if e.ActionID == actionID && (value == "" || value == e.Value) {
				return b.BlockID, e.Value
			}
		}
	}
	return "", ""
}

func (a Actor) press(pr press) error {
	w := a.w
	w.mu.Lock()
	p, err := w.actor(a.id)
	var payload obj
	if err == nil {
		pr.Action["action_ts"] = w.stamp()
		payload, err = w.pressPayload(p, pr)
	}
	w.mu.Unlock()
	if err != nil {
		return err
	}
	if _, err := w.send("interactive", payload); err != nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.trouble(a.id, "The button did not answer in 3 seconds (operation_timeout).")
	}
	return nil
}

func (w *Workspace) pressPayload(p *Person, pr press) (obj, error) {
	d := w.desk(p.ID)
	if pr.View != "" {
		v := d.modal(pr.View)
		if v == nil && d.home != nil && d.home.id == pr.View {
			v = d.home
		}
		if v == nil {
			return nil, fault.New(fault.Missing, "This dialog is not open any more.")
		}
		v.fill(pr.Values)
		return w.viewPressPayload(p, v, pr.Action), nil
	}
	c, err := w.placeFor(p.ID, pr.In)
	if err != nil {
		return nil, err
	}
	m := c.findFor(p.ID, pr.TS)
	if m == nil {
		return nil, fault.New(fault.Missing, "This message is not here any more.")
	}
	return w.messagePressPayload(p, c, m, pr.Action), nil
}

// Shortcut starts a shortcut: a global one, or with in and ts one on a message.
func (a Actor) Shortcut(callback, in, ts string) error {
	w := a.w
	w.mu.Lock()
	p, err := w.actor(a.id)
	s, known := w.app.shortcut(callback)
	if err == nil && !known {
		err = fault.New(fault.Missing, "There is no such shortcut.")
	}
	var c *channel
	var m *message
	if err == nil && s.Type == "message" {
		if c, err = w.placeFor(a.id, in); err == nil {
			if m = c.find(ts); m == nil {
				err = fault.New(fault.Missing, "This message is not here any more.")
			}
		}
	}
	var payload obj
	if err == nil {
		payload = w.shortcutPayload(p, s, c, m)
	}
	w.mu.Unlock()
	if err != nil {
		return err
	}
	if _, err := w.send("interactive", payload); err != nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.trouble(a.id, s.Name+" did not answer in 3 seconds (operation_timeout).")
	}
	return nil
}

// OpenHome looks at the app's Home page; the app hears of it.
func (a Actor) OpenHome() {
	w := a.w
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.app.home && slices.Contains(w.app.events, "app_home_opened") {
		w.emit("app_home_opened", obj{"type": "app_home_opened", "user": a.id, "channel": w.direct(a.id).ID, "tab": "home", "event_ts": w.stamp()})
	}
}
