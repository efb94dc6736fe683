package slack

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/slack-go/slack"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
)

// What stands in a card for its file, which Slack shows in a message of its own. The verb is
// the name of the file.
const (
	beside     = "It is next to this message, as the file %s."
	inDirect   = "Look for the file %s in our direct messages."
	notAllowed = "I may not send the file %s: this workspace has not agreed to files from me yet. Ask whoever looks after Slack for you to install me again."
)

// withFile is a card with words in place of its file.
func withFile(c chat.Card, words string) chat.Card {
	c.Body = fileSaid(c.Body, words)
	return c
}

func fileSaid(nodes []chat.Node, words string) []chat.Node {
	at := slices.IndexFunc(nodes, func(n chat.Node) bool { _, is := n.(chat.File); return is })
	if at < 0 {
		return nodes
	}
	f, _ := chat.FileOf(nodes)
	nodes = slices.Clone(nodes)
	nodes[at] = chat.P(f.Title + ". " + fmt.Sprintf(words, f.Name))
	return nodes
}

// sendFile sends a card's file, if it has one, and gives back the card that goes with it.
// The file goes first: what is tried again after half of it is done may double a file for
// the person it belongs to, and never leaves it out. Without the right to upload the card
// says so.
func (s *Slack) sendFile(ctx context.Context, to chat.Place, card chat.Card, key string) (chat.Card, error) {
	f, ok := chat.FileOf(card.Body)
	if !ok {
		return card, nil
	}
	if !to.Direct {
		return card, fault.Hide(fault.Broken, fmt.Errorf("card %s has a file and is for a channel", card.Kind), "")
	}
	err := s.share(ctx, to, f, key)
	if fault.Is(err, fault.Denied) {
		s.log.WarnContext(ctx, "a file was not sent", "kind", card.Kind, "workspace", s.workspace, "err", err)
		return withFile(card, notAllowed), nil
	}
	return withFile(card, beside), err
}

// share posts a file into the direct messages with somebody. With a key that it had of late
// it does nothing: that delivery brought the file already.
func (s *Slack) share(ctx context.Context, to chat.Place, f chat.File, key string) error {
	sum := sha256.Sum256(append([]byte(to.ID+"\x00"+key+"\x00"+f.Name+"\x00"), f.Content...))
	if _, had := s.uploads.find(sum, s.now().Add(-uploadKept)); had && key != "" {
		return nil
	}
	under, err := threadOf(to)
	if err != nil {
		return err
	}
	dm, err := s.dm(ctx, to.ID)
	if err != nil {
		return inWords(err)
	}
	up, err := s.give(ctx, f.Content, slack.UploadFileParameters{Filename: f.Name, Title: f.Title, Channel: dm, ThreadTimestamp: under})
	if err == nil {
		s.uploads.keep(sum, up)
	}
	return err
}

// drawAnswer draws a settled reply. A private answer can only say where its file is, which
// comes after it.
func (s *Slack) drawAnswer(ctx context.Context, in incoming, reply chat.Reply) (answer, error) {
	words := inDirect
	if in.event.Place.Direct {
		words = beside
	}
	var f chat.File
	var has bool
	switch v := reply.(type) {
	case chat.Tell:
		f, has = chat.FileOf(v.Card.Body)
		v.Card = withFile(v.Card, words)
		reply = v
	case chat.Ask:
		f, has = chat.FileOf(v.Form.Intro)
		v.Form.Intro = fileSaid(v.Form.Intro, words)
		reply = v
	}
	if !has {
		return s.draw(ctx, in, reply)
	}
	if problems := chat.CheckCard(chat.Card{Body: []chat.Node{f}}); problems != nil {
		return answer{}, unfit(problems)
	}
	a, err := s.draw(ctx, in, reply)
	a.then = append(a.then, func(ctx context.Context) error { return s.answerFile(ctx, in, f) })
	return a, err
}

// answerFile sends the file of a private answer into the direct messages with whoever got it.
func (s *Slack) answerFile(ctx context.Context, in incoming, f chat.File) error {
	who := in.event.Actor
	err := s.share(ctx, chat.Place{Workspace: who.Workspace, ID: who.ID, Direct: true}, f, in.event.Key)
	return s.told(ctx, in, err, noFile)
}
