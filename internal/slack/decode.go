package slack

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"smallchanges/internal/chat"
)

// The kinds of things that come in, as metrics name them.
const (
	kindCommand  = "command"
	kindPress    = "press"
	kindSubmit   = "submit"
	kindShortcut = "shortcut"
	kindHome     = "home"
	kindMessage  = "message"
	kindLeft     = "left"
	kindAway     = "away"
	kindOther    = "other"
)

// incoming is one decoded delivery: what happened, and where its answer can go.
// A delivery that means nothing to us has kindOther; it is acknowledged and forgotten.
type incoming struct {
	kind    string
	arrived time.Time // by this machine's clock: Slack waits three seconds from then
	event   chat.Event
	from    origin
	trigger string // opens one dialog within three seconds
	dialog  string // the id of the dialog that was sent or holds the button
}

// room is what the origin leaves room for (chat.Settle degrades the reply to it).
// A command is whispered to in its acknowledgement, other things by response_url. A
// button inside a dialog cannot whisper: the message would be hidden behind it.
func (in incoming) room() chat.Room {
	inSight := in.kind == kindSubmit || in.dialog == ""
	return chat.Room{
		Form:    in.trigger != "" || in.kind == kindSubmit,
		Whisper: in.kind == kindCommand || in.from.ResponseURL != "" && inSight,
		Edit:    in.event.On != nil,
		Post:    in.from.Channel != "",
	}
}

type (
	slackPerson struct {
		ID       string `json:"id"`
		Name     string `json:"name"`
		Username string `json:"username"`
	}
	slackCommand struct {
		TeamID      string `json:"team_id"`
		ChannelID   string `json:"channel_id"`
		UserID      string `json:"user_id"`
		UserName    string `json:"user_name"`
		Command     string `json:"command"`
		Text        string `json:"text"`
		ResponseURL string `json:"response_url"`
		TriggerID   string `json:"trigger_id"`
	}
	slackInteraction struct {
		Type        string `json:"type"`
		Team        struct{ ID string }
		User        slackPerson `json:"user"`
		Channel     struct{ ID string }
		TriggerID   string         `json:"trigger_id"`
		ResponseURL string         `json:"response_url"`
		CallbackID  string         `json:"callback_id"`
		MessageTS   string         `json:"message_ts"`
		Container   slackContainer `json:"container"`
		Message     slackMessage   `json:"message"`
		View        slackView      `json:"view"`
		Actions     []slackAction  `json:"actions"`
	}
	slackContainer struct {
		Type      string `json:"type"`
		MessageTS string `json:"message_ts"`
		ChannelID string `json:"channel_id"`
	}
	slackMessage struct {
		User string `json:"user"`
		Text string `json:"text"`
	}
	slackAction struct {
		Type     string `json:"type"`
		ActionID string `json:"action_id"`
		Value    string `json:"value"`
	}
	slackView struct {
		ID              string `json:"id"`
		Type            string `json:"type"`
		CallbackID      string `json:"callback_id"`
		PrivateMetadata string `json:"private_metadata"`
		State           struct {
			Values map[string]map[string]slackValue `json:"values"`
		} `json:"state"`
	}
	slackValue struct {
		Value           string        `json:"value"`
		SelectedDate    string        `json:"selected_date"`
		SelectedUsers   []string      `json:"selected_users"`
		SelectedOption  slackOption   `json:"selected_option"`
		SelectedOptions []slackOption `json:"selected_options"`
	}
	slackOption struct {
		Value string `json:"value"`
	}
	slackEvent struct {
		Type    string `json:"type"`
		TeamID  string `json:"team_id"`
		EventID string `json:"event_id"`
		Event   struct {
			Type        string    `json:"type"`
			Subtype     string    `json:"subtype"`
			User        slackUser `json:"user"`
			BotID       string    `json:"bot_id"`
			Tab         string    `json:"tab"`
			Channel     string    `json:"channel"`
			ChannelType string    `json:"channel_type"`
			DND         slackDND  `json:"dnd_status"`
		} `json:"event"`
	}
)

// slackUser is a person in an event: their id alone, or in user_change all about them.
type slackUser struct {
	ID         string   `json:"id"`
	TeamID     string   `json:"team_id"`
	Deleted    bool     `json:"deleted"`
	IsBot      bool     `json:"is_bot"`
	IsStranger bool     `json:"is_stranger"`
	Enterprise struct { // on Enterprise Grid: every workspace they are of
		Teams []string `json:"teams"`
	} `json:"enterprise_user"`
	Profile struct {
		Emoji string `json:"status_emoji"`
		Until int64  `json:"status_expiration"` // Unix seconds; 0 is none
	} `json:"profile"`
}

// UnmarshalJSON reads either form.
func (u *slackUser) UnmarshalJSON(raw []byte) error {
	if bytes.HasPrefix(raw, []byte(`"`)) {
		return json.Unmarshal(raw, &u.ID)
	}
	type whole slackUser
	return json.Unmarshal(raw, (*whole)(u))
}

// of reports whether this is a person of a workspace.
func (u slackUser) of(workspace string) bool {
	return !u.IsBot && !u.IsStranger && (u.TeamID == workspace || slices.Contains(u.Enterprise.Teams, workspace))
}

func (s *Slack) command(c slackCommand, raw []byte) incoming {
	workspace := s.workspaceOr(c.TeamID)
	actor := chat.Person{Workspace: workspace, ID: c.UserID, Name: c.UserName}
	return incoming{
		kind:    kindCommand,
		trigger: c.TriggerID,
		from:    origin{ResponseURL: c.ResponseURL, Channel: c.ChannelID},
		event: chat.Event{
			Key: key(c.TriggerID, raw), At: s.now(), Actor: actor, Place: place(actor, c.ChannelID),
			Did: chat.Command{Name: strings.TrimPrefix(c.Command, "/"), Words: words(workspace, strings.TrimSpace(c.Text))},
		},
	}
}

// interaction decodes what a person did with a button, a dialog or a shortcut. The
// blocks that come along are not read, so kinds newer than this program do no harm.
func (s *Slack) interaction(raw []byte) (incoming, error) {
	var i slackInteraction
	if err := json.Unmarshal(raw, &i); err != nil {
		return incoming{}, err
	}
	actor := chat.Person{Workspace: s.workspaceOr(i.Team.ID), ID: i.User.ID, Name: i.User.Name}
	if actor.Name == "" {
		actor.Name = i.User.Username
	}
	in := incoming{
		kind: kindOther, trigger: i.TriggerID,
		event: chat.Event{Key: key(i.TriggerID, raw), At: s.now(), Actor: actor},
	}
	switch i.Type {
	case "block_actions":
		in.press(i)
	case "view_submission":
		in.submit(i)
	case "shortcut", "message_action":
		in.shortcut(i)
	}
	if in.from.Channel != "" {
		in.event.Place = place(actor, in.from.Channel)
		in.event.On = in.on()
	}
	return in, nil
}

// on is the card that the event came from: the one with the button, or the one whose
// button opened the dialog. Somebody's own message (a shortcut) is no card of ours.
func (in incoming) on() *chat.Message {
	if in.from.TS == "" {
		return nil
	}
	at := message(in.event.Place, in.from.Channel, in.from.TS)
	return &at
}

func (in *incoming) press(i slackInteraction) {
	in.from = origin{ResponseURL: i.ResponseURL, Channel: i.Container.ChannelID, TS: i.Container.MessageTS}
	switch i.View.Type {
	case "modal":
		in.from, in.dialog = opened(i.View), i.View.ID
	case "home":
		in.from = origin{Home: true}
	}
	for _, a := range i.Actions {
		if a.Type == "button" {
			in.kind, in.event.Did = kindPress, chat.Press{Button: a.ActionID, Arg: a.Value}
			return
		}
	}
}

func (in *incoming) submit(i slackInteraction) {
	in.kind, in.from, in.dialog = kindSubmit, opened(i.View), i.View.ID
	in.event.Did = chat.Submit{Form: i.View.CallbackID, State: in.from.State, Values: values(i.View)}
}

func (in *incoming) shortcut(i slackInteraction) {
	in.kind, in.from = kindShortcut, origin{ResponseURL: i.ResponseURL, Channel: i.Channel.ID}
	did := chat.Shortcut{Name: i.CallbackID}
	if i.Type == "message_action" {
		did.Words = plainWords(i.Message.Text)
		did.Author = chat.Person{Workspace: in.event.Actor.Workspace, ID: i.Message.User}
	}
	in.event.Did = did
}

// opened is where a dialog was opened. Metadata that is not ours reads as nowhere.
func opened(v slackView) origin {
	var from origin
	if json.Unmarshal([]byte(v.PrivateMetadata), &from) != nil {
		return origin{}
	}
	return from
}

// values are the fields of a sent form; each holds one kind of value and no other.
func values(v slackView) chat.Values {
	out := make(chat.Values, len(v.State.Values))
	for field, actions := range v.State.Values {
		typed := actions[valueAction]
		several := typed.SelectedUsers
		for _, o := range typed.SelectedOptions {
			several = append(several, o.Value)
		}
		out[field] = typed.Value + typed.SelectedOption.Value + typed.SelectedDate + strings.Join(several, " ")
	}
	return out
}

// eventCallback decodes what Slack reports by itself: a visit to the Home page, an account that
// was closed, a status or a snooze, and words in the direct messages. Those are not read: whoever
// writes is shown what they can do, since only a command can open a form.
func (s *Slack) eventCallback(raw []byte) (incoming, error) {
	var e slackEvent
	if err := json.Unmarshal(raw, &e); err != nil {
		return incoming{}, err
	}
	actor := chat.Person{Workspace: s.workspaceOr(e.TeamID), ID: e.Event.User.ID}
	in := incoming{kind: kindOther, event: chat.Event{Key: key(e.EventID, raw), At: s.now(), Actor: actor}}
	switch e.Event.Type {
	case "app_home_opened":
		if e.Event.Tab == "home" {
			in.kind, in.event.Did, in.from.Home = kindHome, chat.HomeOpened{}, true
		}
	case "message":
		if e.Event.ChannelType == "im" && e.Event.Subtype == "" && e.Event.BotID == "" && actor.ID != "" {
			in.kind, in.event.Did, in.from.Channel = kindMessage, chat.Command{Name: "smallchange"}, e.Event.Channel
			in.event.Place = place(actor, e.Event.Channel)
		}
	case "user_change":
		in.changed(e.Event.User)
	case "dnd_updated_user":
		in.snoozed(e.Event.DND)
	case "app_uninstalled", "tokens_revoked":
		s.log.Error("the workspace has taken the app away", "workspace", actor.Workspace, "event", e.Event.Type)
	}
	if e.Type == "app_rate_limited" {
		s.log.Warn("events are being dropped: more than 30,000 an hour", "workspace", actor.Workspace)
	}
	return in, nil
}

// key is Slack's own id of what happened: the same when a delivery is repeated, and
// other when a person does the same thing twice. Without an id the bytes themselves
// are the key, since a repeated delivery repeats them.
func key(id string, raw []byte) string {
	if id != "" {
		return id
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:16])
}

// place is a channel, or the direct messages with the actor: Slack's D… ids name a
// conversation, while the person's own id is what messages are sent to.
func place(actor chat.Person, channel string) chat.Place {
	if strings.HasPrefix(channel, "D") {
		return chat.Place{Workspace: actor.Workspace, ID: actor.ID, Direct: true}
	}
	return chat.Place{Workspace: actor.Workspace, ID: channel}
}

// message names a posted card. Its id holds Slack's channel as well as its time
// stamp: chat.update wants the D… id of a conversation, which Place does not hold.
func message(at chat.Place, channel, ts string) chat.Message {
	at.Thread = ""
	return chat.Message{Place: at, ID: channel + "/" + ts}
}
