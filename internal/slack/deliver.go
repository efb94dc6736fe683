package slack

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"

	"github.com/google/uuid"
	"github.com/slack-go/slack"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
)

// deliveryEvent marks a message as one of the outbox's, with its key as payload, so
// that a delivery whose outcome was lost can be found again.
const deliveryEvent = "smallchanges_delivery"

// deliveryNames is the namespace of the client_msg_id made from a key (UUID version 5).
var deliveryNames = uuid.MustParse("5a7c5bf4-1d0e-4c0f-9a53-6f9a4f1c9e0b")

// Send posts a card to a channel, under a message of it, or into a person's direct messages,
// and says where it went. key goes along unseen, for Find. A picture is shown here and by
// Edit only: every other way of answering has no time to upload one, and says its Alt as a
// paragraph. A file goes ahead of its card, as a message of its own. Where the message that a
// card goes under was deleted meanwhile, Slack posts the card by itself.
//
// Errors: fault.Busy (not sent; Wait says how long to wait), fault.Missing (the channel
// or person is gone, or the bot is not in the channel), fault.Unsure (it may have
// arrived), fault.Denied (a scope or the token), fault.Broken (Slack would refuse the card,
// or it has a file and the place is not one person's).
func (s *Slack) Send(ctx context.Context, to chat.Place, card chat.Card, key string) (chat.Message, error) {
	if err := s.ours(to); err != nil {
		return chat.Message{}, err
	}
	if problems := chat.CheckCard(card); problems != nil { // before anything is uploaded
		return chat.Message{}, unfit(problems)
	}
	card, err := s.sendFile(ctx, to, card, key)
	if err != nil {
		return chat.Message{}, err
	}
	d, up, err := s.drawWhole(ctx, card)
	if err != nil {
		return chat.Message{}, err
	}
	at, err := s.post(ctx, to, d, key)
	return at, s.notYet(up, err)
}

// ours refuses a place of another workspace: the same id may be somebody else there.
func (s *Slack) ours(at chat.Place) error {
	if at.Workspace == s.workspace {
		return nil
	}
	return fault.Hide(fault.Missing, fmt.Errorf("workspace %q is not connected", at.Workspace), "")
}

func (s *Slack) post(ctx context.Context, to chat.Place, d drawing, key string) (chat.Message, error) {
	options := []slack.MsgOption{slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl()}
	under, err := threadOf(to)
	if err != nil {
		return chat.Message{}, err
	}
	if under != "" {
		options = append(options, slack.MsgOptionTS(under))
	}
	id := ""
	if key != "" {
		id = uuid.NewSHA1(deliveryNames, []byte(key)).String()
		options = append(options, slack.MsgOptionMetadata(slack.SlackMetadata{
			EventType: deliveryEvent, EventPayload: map[string]any{"key": key},
		}))
	}
	call, wrote := traced(ctx)
	channel, ts, err := s.api.PostMessageContext(call, to.ID, append(options, s.raw("chat.postMessage", d, id))...)
	if err != nil {
		return chat.Message{}, classify("chat.postMessage", err, wrote)
	}
	return message(to, channel, ts), nil
}

// raw puts exactly the checked blocks into a call, and text that Slack must not read
// as markup. client_msg_id may make Slack drop a double; nobody counts on it.
func (s *Slack) raw(method string, d drawing, clientID string) slack.MsgOption {
	return slack.UnsafeMsgOptionEndpoint(s.apiURL+method, func(form url.Values) {
		form.Set("text", d.text)
		form.Set("mrkdwn", "false")
		form.Set("blocks", string(d.blocks))
		if clientID != "" {
			form.Set("client_msg_id", clientID)
		}
	})
}

// Edit turns a message that was posted before into this card. Its file, if it has one, is
// the one that Send sent. Errors are those of Send; fault.Closed means the workspace does
// not allow it any more.
func (s *Slack) Edit(ctx context.Context, at chat.Message, card chat.Card) error {
	if err := s.ours(at.Place); err != nil {
		return err
	}
	d, up, err := s.drawWhole(ctx, withFile(card, beside))
	if err != nil {
		return err
	}
	return s.notYet(up, s.update(ctx, at, d))
}

func (s *Slack) update(ctx context.Context, at chat.Message, d drawing) error {
	channel, ts, err := parts(at.ID)
	if err != nil {
		return err
	}
	call, wrote := traced(ctx)
	if _, _, _, err := s.api.UpdateMessageContext(call, channel, ts, s.raw("chat.update", d, "")); err != nil {
		return classify("chat.update", err, wrote)
	}
	return nil
}

// Email is a person's e-mail address in Slack, to match them with the roster on first
// contact; "" when they have none, are of another workspace, or their account is closed. It
// fails with fault.Missing when they are unknown.
func (s *Slack) Email(ctx context.Context, who chat.Person) (string, error) {
	call, wrote := traced(ctx)
	person, err := s.api.GetUserInfoContext(call, who.ID)
	if err != nil {
		return "", unread("users.info", err, wrote)
	}
	if person.Deleted || !belongs(person, who.Workspace) {
		return "", nil
	}
	return person.Profile.Email, nil
}

// belongs reports whether somebody is of this workspace. In a channel shared with another
// organisation there are people whose addresses only their own administrators vouch for. On
// Enterprise Grid a person is of every workspace that Slack lists for them.
func belongs(person *slack.User, workspace string) bool {
	return !person.IsStranger && (person.TeamID == workspace || slices.Contains(person.Enterprise.Teams, workspace))
}

// ByEmail is the person in Slack with this e-mail address. It fails with fault.Missing when
// there is nobody.
func (s *Slack) ByEmail(ctx context.Context, workspace, email string) (chat.Person, error) {
	call, wrote := traced(ctx)
	person, err := s.api.GetUserByEmailContext(call, email)
	if err != nil {
		return chat.Person{}, unread("users.lookupByEmail", err, wrote)
	}
	if !belongs(person, workspace) {
		return chat.Person{}, fault.Hide(fault.Missing, errors.New("the address is of another workspace"), "")
	}
	return chat.Person{Workspace: workspace, ID: person.ID}, nil
}
