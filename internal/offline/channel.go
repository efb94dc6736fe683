package offline

import (
	"slices"
	"strings"

	"smallchanges/internal/fault"
)

// Channel is a place where many people talk.
type Channel struct {
	ID      string // begins with C
	Name    string // without the #
	Topic   string
	Private bool
	Members []string // ids of people; nil means everybody but guests
	Bot     bool     // the app is a member
}

// channel is a channel, or direct messages between the app and one person.
type channel struct {
	Channel
	with     string // the person of direct messages, else ""
	archived bool
	messages []*message // by ts, rising
	last     int64      // µs of the newest ts given out here
}

func (w *Workspace) channelOf(c Channel) *channel {
	if c.Members == nil {
		for _, p := range w.people {
			if !p.Guest {
				c.Members = append(c.Members, p.ID)
			}
		}
	}
	c.Members = slices.Clone(c.Members)
	return &channel{Channel: c}
}

func (w *Workspace) channel(id string) *channel {
	for _, c := range w.channels {
		if c.ID == id {
			return c
		}
	}
	return nil
}

// direct is the direct messages between the app and a person, made when needed.
// Their id is the person's with D for U.
func (w *Workspace) direct(person string) *channel {
	id := "D" + strings.TrimPrefix(person, "U")
	if c := w.channel(id); c != nil {
		return c
	}
	c := &channel{Channel: Channel{ID: id, Bot: true, Private: true, Members: []string{person}}, with: person}
	w.channels = append(w.channels, c)
	return c
}

// sees reports whether a person may read here.
func (w *Workspace) sees(person string, c *channel) bool {
	if slices.Contains(c.Members, person) {
		return true
	}
	p := w.person(person)
	return !c.Private && p != nil && !p.Guest
}

// placeFor is a place as one person may use it, or the reason why not.
func (w *Workspace) placeFor(person, id string) (*channel, error) {
	c := w.channel(id)
	if c == nil && id == "D"+strings.TrimPrefix(person, "U") {
		c = w.direct(person)
	}
	if c == nil || !w.sees(person, c) {
		return nil, fault.New(fault.Missing, "There is no such channel for you here.")
	}
	return c, nil
}

// Archive closes a channel for everybody.
func (w *Workspace) Archive(id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c := w.channel(id); c != nil {
		c.archived = true
		w.tellAll(obj{"type": "state"})
	}
}

// channelJSON is a conversation as conversations.info gives it.
func (c *channel) channelJSON() obj {
	o := obj{
		"id": c.ID, "is_archived": c.archived, "is_private": c.Private, "is_member": c.Bot,
		"is_im": c.with != "", "is_channel": c.with == "" && !c.Private, "is_group": c.with == "" && c.Private,
		"is_mpim": false, "is_general": false, "context_team_id": teamID,
	}
	if c.with != "" {
		o["user"] = c.with
		return o
	}
	o["name"], o["name_normalized"] = c.Name, c.Name
	o["num_members"] = len(c.memberIDs())
	o["topic"] = obj{"value": c.Topic, "creator": "", "last_set": 0}
	o["purpose"] = obj{"value": "", "creator": "", "last_set": 0}
	return o
}

func (c *channel) memberIDs() []string {
	ids := slices.Clone(c.Members)
	if c.Bot {
		ids = append(ids, botUID)
	}
	return ids
}

// shownName is the channel's name as payloads carry it.
func (c *channel) shownName() string {
	if c.with != "" {
		return "directmessage"
	}
	return c.Name
}
