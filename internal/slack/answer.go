package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
)

// Slack waits three seconds for an acknowledgement, and a trigger lives as long.
const (
	handleWithin = 2500 * time.Millisecond // the handler, counted from receipt
	openWithin   = 2900 * time.Millisecond // a dialog must be open by then, counted from receipt
	afterWithin  = 20 * time.Second        // what is sent after the acknowledgement
)

// maxAck is the most bytes an acknowledgement may hold. Slack drops those of 20 KB
// without a word; the envelope around it needs some of them.
const maxAck = 20_000

// answer is what goes back at once, and what is sent after that.
type answer struct {
	ack  any // the acknowledgement's payload; nil for an empty one
	then []func(context.Context) error
}

// later is an empty acknowledgement with something to send after it.
func later(do func(context.Context) error) answer {
	return answer{then: []func(context.Context) error{do}}
}

// receive runs the handler for one delivery, acknowledges what it answered, and then
// sends the rest. It returns when everything has been sent. Work that has begun is
// finished even when ctx ends meanwhile: what is on disk must also be seen.
func (s *Slack) receive(ctx context.Context, in incoming, handle chat.Handler, ack func(payload any) error) {
	ctx = context.WithoutCancel(ctx)
	if in.kind == kindOther {
		s.acknowledge(in, nil, ack)
		s.observe(in.kind, "ignored", time.Since(in.arrived))
		return
	}
	soon, cancel := context.WithDeadline(ctx, in.arrived.Add(openWithin))
	defer cancel()
	a, outcome := s.answer(soon, in, handle)
	if !s.acknowledge(in, a.ack, ack) {
		outcome = "failed"
	}
	s.observe(in.kind, outcome, time.Since(in.arrived))

	after, cancelAfter := context.WithTimeout(ctx, afterWithin)
	defer cancelAfter()
	for _, do := range a.then {
		if err := fault.Catch(func() error { return do(after) }); err != nil {
			s.trouble(in, err)
		}
	}
}

func (s *Slack) acknowledge(in incoming, payload any, ack func(any) error) bool {
	if err := ack(payload); err != nil {
		s.trouble(in, fmt.Errorf("acknowledge: %w", err))
		return false
	}
	return true
}

// trouble is the one place where the adapter logs what went wrong with an answer.
func (s *Slack) trouble(in incoming, err error) {
	s.log.Error("an answer did not reach Slack as it should",
		"reference", in.event.Reference(), "workspace", in.event.Actor.Workspace, "kind", in.kind, "fault", fault.Of(err), "err", err)
}

// answer asks the handler and draws its reply. A reply that cannot be drawn or opened
// is an operator's error, and the person is told in words.
func (s *Slack) answer(ctx context.Context, in incoming, handle chat.Handler) (answer, string) {
	handling, cancel := context.WithDeadline(ctx, in.arrived.Add(handleWithin))
	reply := s.call(handling, in, handle)
	cancel()
	if in.kind == kindAway { // whoever changed their status asked for nothing
		return answer{}, "ok"
	}
	outcome := "ok"
	var a answer
	err := fault.Catch(func() (err error) {
		a, err = s.drawAnswer(ctx, in, chat.Settle(reply, in.room()))
		return err
	})
	if err != nil {
		s.trouble(in, err)
		outcome = "failed"
		a = s.sorry(in, err)
	}
	if in.from.Home && in.kind != kindHome && changesHome(reply) {
		a.then = append(a.then, func(ctx context.Context) error { return s.freshHome(ctx, in, handle) })
	}
	return a, outcome
}

// call is the handler, except that a panic in it costs one answer and not the process.
func (s *Slack) call(ctx context.Context, in incoming, handle chat.Handler) (reply chat.Reply) {
	panicked := fault.Catch(func() error {
		reply = handle(ctx, in.event)
		return nil
	})
	if panicked != nil {
		s.trouble(in, panicked)
		return chat.Tell{Card: withTyped(in, sorryCard)}
	}
	return reply
}

// changesHome reports whether the Home page may now say something else. A form that
// was only opened, or refused, has changed nothing yet; a page drawn anew is new.
func changesHome(reply chat.Reply) bool {
	switch reply.(type) {
	case chat.Ask, chat.Home:
		return false
	}
	return true
}

func (s *Slack) freshHome(ctx context.Context, in incoming, handle chat.Handler) error {
	again := incoming{kind: kindHome, from: origin{Home: true}, event: chat.Event{
		Key: in.event.Key + "/home", At: s.now(), Actor: in.event.Actor, Did: chat.HomeOpened{},
	}}
	page, ok := s.call(ctx, again, handle).(chat.Home)
	if !ok {
		return nil
	}
	return s.publish(ctx, in.event.Actor, page.Card)
}

// draw turns a settled reply into an answer (the table is in DESIGN.md section 2).
func (s *Slack) draw(ctx context.Context, in incoming, reply chat.Reply) (answer, error) {
	switch v := reply.(type) {
	case chat.Tell:
		return s.tell(in, v.Card)
	case chat.Say:
		return s.say(in, v.Card)
	case chat.Replace:
		return s.replace(in, v.Card)
	case chat.Ask:
		return s.ask(ctx, in, v)
	case chat.Home:
		return later(func(ctx context.Context) error { return s.publish(ctx, in.event.Actor, v.Card) }), nil
	}
	return answer{}, nil
}

// tell is for the actor's eyes only. A command is answered in its acknowledgement,
// which is one journey less; everything else by its response_url.
func (s *Slack) tell(in incoming, card chat.Card) (answer, error) {
	if in.kind == kindHome {
		return later(func(ctx context.Context) error { return s.publish(ctx, in.event.Actor, card) }), nil
	}
	d, err := drawCard(card)
	if err != nil {
		return answer{}, err
	}
	if in.kind == kindMessage { // in the direct messages nobody else reads along
		return later(func(ctx context.Context) error { return s.direct(ctx, in, d) }), nil
	}
	whisper := ephemeral(d)
	if in.kind == kindCommand && fits(whisper) {
		return answer{ack: whisper}, nil
	}
	return later(func(ctx context.Context) error { return s.whisper(ctx, in, d) }), nil
}

func (s *Slack) say(in incoming, card chat.Card) (answer, error) {
	d, err := drawCard(card)
	if err != nil {
		return answer{}, err
	}
	return later(func(ctx context.Context) error {
		err := s.respond(ctx, in.from.ResponseURL, inChannel(d))
		if refused(err) {
			_, err = s.post(ctx, channelOf(in), d, "")
		}
		return s.told(ctx, in, err, cannotPost)
	}), nil
}

// channelOf is where chat.postMessage posts in place: the conversation itself.
func channelOf(in incoming) chat.Place {
	return chat.Place{Workspace: in.event.Actor.Workspace, ID: in.from.Channel}
}

func (s *Slack) replace(in incoming, card chat.Card) (answer, error) {
	d, err := drawCard(card)
	if err != nil {
		return answer{}, err
	}
	return later(func(ctx context.Context) error {
		err := s.respond(ctx, in.from.ResponseURL, instead(d))
		if refused(err) {
			err = s.update(ctx, *in.event.On, d)
		}
		if refused(err) { // the old card cannot be reached, but its news can
			s.trouble(in, err)
			return s.direct(ctx, in, d)
		}
		return err
	}), nil
}

// refused reports whether a call surely had no effect, so that another way is safe.
func refused(err error) bool { return err != nil && !fault.Is(err, fault.Unsure) }

// whisper shows something to the actor alone: where they are, or when that is no
// longer possible (a response_url lasts 30 minutes) in the direct messages.
func (s *Slack) whisper(ctx context.Context, in incoming, d drawing) error {
	err := s.respond(ctx, in.from.ResponseURL, ephemeral(d))
	if refused(err) {
		return s.direct(ctx, in, d)
	}
	return err
}

func (s *Slack) direct(ctx context.Context, in incoming, d drawing) error {
	who := in.event.Actor
	_, err := s.post(ctx, chat.Place{Workspace: who.Workspace, ID: who.ID, Direct: true}, d, "")
	return err
}

// told passes err on, and tells the person when something they asked for did not happen.
func (s *Slack) told(ctx context.Context, in incoming, err error, card chat.Card) error {
	if !refused(err) {
		return err
	}
	d, drawErr := drawCard(card)
	if drawErr != nil {
		return drawErr
	}
	s.trouble(in, err)
	return s.whisper(ctx, in, d)
}

var (
	sorryCard = chat.Card{Kind: "slack.sorry", Body: []chat.Node{
		chat.P("Sorry, I could not show you the answer. What you did may have been saved. Please look before you try again."),
	}}
	tooLate = chat.Card{Kind: "slack.late", Body: []chat.Node{
		chat.P("Sorry, Slack did not let me open the form in time. Please try again."),
	}}
	noFile = chat.Card{Kind: "slack.no-file", Body: []chat.Node{
		chat.P("Sorry, I could not send you the file. Please try again. If it happens again, ask whoever looks after Slack for you whether I may send files."),
	}}
	cannotPost = chat.Card{Kind: "slack.cannot-post", Body: []chat.Node{
		chat.P("I cannot post in this channel. Invite me with /invite @Small Changes, then try again."),
	}}
)

// sorry is the answer when there was one that could not be given.
func (s *Slack) sorry(in incoming, cause error) answer {
	card := sorryCard
	var opening unopened
	if errors.As(cause, &opening) && fault.Is(opening.error, fault.Closed) {
		card = tooLate
	}
	if in.kind == kindHome {
		return answer{}
	}
	a, err := s.tell(in, withTyped(in, card))
	if err != nil {
		s.trouble(in, err)
	}
	return a
}

// withTyped is a card with the command that the person typed, which Slack does not keep for
// them. What was typed into a form is still in it.
func withTyped(in incoming, card chat.Card) chat.Card {
	did, ok := in.event.Did.(chat.Command)
	if !ok || len(did.Words) == 0 {
		return card
	}
	card.Body = append(slices.Clone(card.Body), chat.P("This is what you typed:"))
	card.Body = append(card.Body, chat.Whole("/"+did.Name+" "+did.Words.String())...)
	return card
}

// reply is a message as an acknowledgement or a response_url takes it.
type reply struct {
	ResponseType    string          `json:"response_type,omitempty"`
	ReplaceOriginal bool            `json:"replace_original"`
	Text            string          `json:"text"`
	Markup          bool            `json:"mrkdwn"` // always false: no text is read as markup
	Blocks          json.RawMessage `json:"blocks"`
}

func ephemeral(d drawing) reply {
	return reply{ResponseType: "ephemeral", Text: d.text, Blocks: d.blocks}
}

func inChannel(d drawing) reply {
	return reply{ResponseType: "in_channel", Text: d.text, Blocks: d.blocks}
}

func instead(d drawing) reply {
	return reply{ReplaceOriginal: true, Text: d.text, Blocks: d.blocks}
}

// fits reports whether Slack would take a payload as an acknowledgement.
func fits(payload any) bool {
	raw, err := json.Marshal(payload)
	return err == nil && len(raw) < maxAck
}
