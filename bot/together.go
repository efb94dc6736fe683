package bot

import (
	"cmp"
	"context"
	"slices"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// drawTogether makes the one message of a notice and of those that ride along in it, from
// what is true of each now. When nothing is, the notice's own reason is the error.
func (b *Bot) drawTogether(ctx context.Context, n programme.Notice, m programme.Member, team programme.Team) (chat.Card, error) {
	riding, err := b.store.Riding(ctx, n.Council, n.Member, n.Key)
	if err != nil {
		return chat.Card{}, err
	}
	slices.SortStableFunc(riding, programme.ByWorth)
	cards, err := b.drawAll(ctx, append([]programme.Notice{n}, riding...), m, team)
	if err != nil {
		return chat.Card{}, err
	}
	return together(m, cards), nil
}

// drawAll draws what is still true of some notices. One that cannot be drawn does not keep
// back the others. When nothing is left, the error is the first one's reason.
func (b *Bot) drawAll(ctx context.Context, list []programme.Notice, m programme.Member, team programme.Team) ([]chat.Card, error) {
	var cards []chat.Card
	var reason error
	for _, n := range list {
		var card chat.Card
		err := fault.Catch(func() (err error) {
			card, err = b.drawOne(ctx, n, m, team)
			return err
		})
		if err == nil {
			cards = append(cards, card)
			continue
		}
		if broken := !fault.Is(err, fault.Stale) && !fault.Is(err, fault.Missing); broken && len(list) > 1 {
			b.log.Error("a part of a message cannot be drawn", "kind", n.Kind, "member", m.ID, "error", err)
		}
		reason = cmp.Or(reason, err)
	}
	if len(cards) == 0 {
		return nil, reason
	}
	return cards, nil
}

// together is one card as it is, or several in one message: each a part with its own title
// and buttons.
func together(m programme.Member, cards []chat.Card) chat.Card {
	if len(cards) == 1 {
		return greeted(m, cards[0])
	}
	card := chat.Card{Kind: "together", Title: programme.Count(len(cards), "thing", "things") + " for you", Body: []chat.Node{
		chat.P("Hello " + m.FirstName() + ". These came together, so that you get one message."),
	}}
	card.Body = addParts(card.Body, cards)
	return card
}

// mostWords is how many characters one message has at most: Slack refuses about 11,000.
const mostWords = 8000

// addParts adds cards to a message as far as there is room. What is left out stands on Home.
func addParts(body []chat.Node, cards []chat.Card) []chat.Node {
	for _, c := range cards {
		longer := fit(body, part(c))
		if len(chat.Card{Body: longer}.Plain()) > mostWords {
			return append(body, note("There is more on your Home page."))
		}
		body = longer
	}
	return body
}

// part is a card as a part of another: its title, its words in one row with its buttons, and
// then what is more than words.
func part(c chat.Card) []chat.Node {
	var words chat.Text
	var nodes, more []chat.Node
	if c.Title != "" {
		nodes = []chat.Node{chat.Heading(c.Title)}
	}
	for _, n := range c.Body {
		p, ok := n.(chat.Para)
		if !ok || len(more) > 0 {
			more = append(more, n)
			continue
		}
		if len(words) > 0 {
			words = append(words, chat.Plain("\n"))
		}
		words = append(words, p.Text...)
	}
	return append(append(nodes, chat.Row{Text: words, Buttons: c.Buttons}), more...)
}

// greeted is a card that begins with the reader's name, as a message of its own does.
func greeted(m programme.Member, c chat.Card) chat.Card {
	hello := chat.Plain("Hello " + m.FirstName() + ". ")
	if len(c.Body) > 0 {
		if first, ok := c.Body[0].(chat.Para); ok {
			c.Body = append([]chat.Node{chat.Para{Text: append(chat.Text{hello}, first.Text...)}}, c.Body[1:]...)
		}
	}
	return c
}

// keepTogether sees to it that an answer to one thing of a message leaves the others in it:
// the message is drawn again, with what was just done first and what is done already left out.
func (b *Bot) keepTogether(ctx context.Context, s scene, reply chat.Reply) chat.Reply {
	done, ok := reply.(chat.Replace)
	if !ok || s.On == nil || !s.On.Place.Direct {
		return reply
	}
	card, err := b.withOthers(ctx, s, done.Card)
	if err != nil { // what was done is done; only the others are missing from the message
		b.log.Error("the other parts of a message cannot be drawn", "reference", s.Reference(), "workspace", s.Actor.Workspace, "error", err)
		return reply
	}
	return chat.Replace{Card: card}
}

// withOthers is a card of what was just done in a message, with what else the message is about.
func (b *Bot) withOthers(ctx context.Context, s scene, done chat.Card) (chat.Card, error) {
	list, err := b.store.Together(ctx, s.me.CouncilID, s.me.ID, s.On.ID)
	if err != nil || len(list) == 0 {
		return done, err
	}
	slices.SortStableFunc(list, programme.ByWorth)
	cards, err := b.drawAll(ctx, list, s.me, s.team)
	if err != nil && !fault.Is(err, fault.Stale) && !fault.Is(err, fault.Missing) {
		return done, err
	}
	before, err := b.doneBefore(ctx, s, list, done)
	if err != nil || len(cards)+len(before) == 0 { // this was the last of them
		return done, err
	}
	card := chat.Card{Kind: "together", Title: done.Title}
	done.Title = ""
	card.Body = part(done)
	if len(cards) > 0 {
		card.Body = append(card.Body, chat.Heading("And "+programme.Count(len(cards), "more thing", "more things")))
	}
	card.Body = addParts(card.Body, cards)
	if len(before) > 0 {
		card.Body = fit(card.Body, append([]chat.Node{chat.Heading("Done")}, before...))
	}
	return card, nil
}

// doneBefore are the answers that were given in a message before the one just given, each in a
// line, with the way to change it.
func (b *Bot) doneBefore(ctx context.Context, s scene, list []programme.Notice, done chat.Card) ([]chat.Node, error) {
	var rows []chat.Node
	for _, n := range list {
		var row chat.Node
		var err error
		switch {
		case n.Kind == programme.NoticePrompt && !ofReflection[done.Kind]:
			row, err = b.answeredRow(ctx, s, n.Subject)
		case n.Kind == programme.NoticeFollowUp && !ofFollowUp[done.Kind]:
			row, err = b.stillRow(ctx, s, n.Subject)
		}
		if err != nil && !fault.Is(err, fault.Missing) {
			return nil, err
		}
		if err == nil && row != nil {
			rows = append(rows, row)
		}
	}
	return rows, nil
}

// The kinds of card that are about an answer to a question, and to whether something happens still.
var (
	ofReflection = map[string]bool{"round.answered": true, "reflection.withdraw": true, "reflection.withdrawn": true, "round.prompt": true}
	ofFollowUp   = map[string]bool{"change.still": true, "change.still-kept": true}
)

// answeredRow is a question that was answered, in a line. fault.Missing when it was not.
func (b *Bot) answeredRow(ctx context.Context, s scene, round int64) (chat.Node, error) {
	r, err := b.store.Reflection(ctx, s.me.CouncilID, round, s.me.ID)
	if err != nil {
		return nil, err
	}
	a, err := b.answerOf(ctx, s, r)
	if err != nil {
		return nil, err
	}
	card := answeredCard(a)
	return chat.Row{Text: chat.Text{chat.Bold(a.round.Prompt.Text), chat.Plain("\n" + a.whoReads())}, Buttons: card.Buttons}, nil
}

// stillRow is an answer to whether something happens still, in a line. fault.Missing when there is none.
func (b *Bot) stillRow(ctx context.Context, s scene, followUp int64) (chat.Node, error) {
	answer, err := b.store.FollowUpAnswer(ctx, s.me.CouncilID, followUp, s.me.ID)
	if err != nil {
		return nil, err
	}
	f, c, err := b.followUpOf(ctx, s, idValue(followUp))
	if err != nil {
		return nil, err
	}
	return item(c.Ref()+" "+c.Title, "Your answer: "+answer.Words()+".", stillAgainButton(f)), nil
}
