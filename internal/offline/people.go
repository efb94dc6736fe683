package offline

import (
	"fmt"
	"strings"
	"time"

	"smallchanges/internal/fault"
)

const london = "Europe/London"

// Person is somebody in the workspace.
type Person struct {
	ID     string // begins with U
	Name   string
	Handle string // short name, as in @ana; made from Name when empty
	Title  string // shown under the name, e.g. "Practitioner, Willow"
	Email  string
	Zone   string // IANA name; "Europe/London" when empty
	Guest  bool   // may see only the channels they were added to
	Gone   bool   // deactivated: stays in old messages, can do and be sent nothing
	Bot    bool

	Status Status // beside the name
}

// admit adds a person who has everything a person needs.
func (w *Workspace) admit(p Person) error {
	if len(p.ID) < 2 || p.ID[0] != 'U' || p.ID == botUID || w.person(p.ID) != nil {
		return fault.New(fault.Invalid, fmt.Sprintf("Person id %q must begin with U and be there once.", p.ID))
	}
	if p.Zone == "" {
		p.Zone = london
	}
	if p.Handle == "" {
		p.Handle = strings.ToLower(strings.ReplaceAll(p.Name, " ", "."))
	}
	if _, err := time.LoadLocation(p.Zone); err != nil {
		return fault.Hide(fault.Invalid, err, fmt.Sprintf("%q is not a time zone.", p.Zone))
	}
	w.people = append(w.people, &p)
	return nil
}

// person is the person or bot with this id, or nil.
func (w *Workspace) person(id string) *Person {
	if id == botUID {
		return &w.bot
	}
	for _, p := range w.people {
		if p.ID == id {
			return p
		}
	}
	return nil
}

// actor is a person who can do something now, or the reason why not.
func (w *Workspace) actor(id string) (*Person, error) {
	p := w.person(id)
	if p == nil || p.Bot {
		return nil, fault.New(fault.Missing, "There is nobody with this id here.")
	}
	if p.Gone {
		return nil, fault.New(fault.Denied, p.Name+" has left this workspace.")
	}
	return p, nil
}

// ChangePerson changes a person's profile; the app hears user_change.
func (w *Workspace) ChangePerson(id string, change func(*Person)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.person(id)
	if p == nil {
		return
	}
	change(p)
	p.ID = id
	w.emit("user_change", obj{"type": "user_change", "user": w.personJSON(p, true), "event_ts": w.stamp()})
	w.tellAll(obj{"type": "state"})
}

// Deactivate takes a person's account away, as an administrator would.
func (w *Workspace) Deactivate(id string) {
	w.ChangePerson(id, func(p *Person) { p.Gone = true })
}

// desk is what one person has in front of them.
type desk struct {
	modals []*view // open dialogs, the root first
	home   *view
	read   map[string]string // ts of the newest message read, by channel
}

func (w *Workspace) desk(id string) *desk {
	d := w.desks[id]
	if d == nil {
		d = &desk{read: map[string]string{}}
		w.desks[id] = d
	}
	return d
}

// personJSON is a user as users.info gives it. The e-mail address needs its own scope.
func (w *Workspace) personJSON(p *Person, email bool) obj {
	profile := w.statusJSON(p)
	profile["real_name"], profile["display_name"], profile["title"], profile["team"] = p.Name, p.Handle, p.Title, teamID
	if email && p.Email != "" {
		profile["email"] = p.Email
	}
	if p.Bot {
		profile["bot_id"], profile["api_app_id"] = botID, appID
	}
	o := obj{
		"id": p.ID, "team_id": teamID, "name": p.Handle, "real_name": p.Name, "deleted": p.Gone,
		"is_bot": p.Bot, "is_app_user": false, "is_admin": false, "is_owner": false,
		"is_restricted": p.Guest, "is_ultra_restricted": false, "is_stranger": false,
		"updated": w.opt.Now().Unix(), "profile": profile,
	}
	if !p.Gone {
		w.addZone(o, p.Zone)
	}
	return o
}

func (w *Workspace) addZone(o obj, name string) {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return // a name that ChangePerson broke: Slack leaves the zone out too
	}
	label, offset := w.opt.Now().In(zone).Zone()
	o["tz"], o["tz_label"], o["tz_offset"] = name, label, offset
}
