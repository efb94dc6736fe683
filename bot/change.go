package bot

import (
	"context"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
)

// show is one change and what happened to it, for the person who asked.
func (b *Bot) show(ctx context.Context, s scene) (chat.Reply, error) {
	number, ok := programme.ParseRef(s.arg)
	if !ok {
		return nil, missingChange(s.arg)
	}
	return b.changeReply(ctx, s, number, func(card chat.Card) chat.Reply { return chat.Tell{Card: card} })
}

// share puts a change in front of everyone in the place.
func (b *Bot) share(ctx context.Context, s scene) (chat.Reply, error) {
	number, ok := programme.ParseRef(s.arg)
	if !ok {
		return nil, missingChange(s.arg)
	}
	c, history, err := b.store.Change(ctx, s.me.CouncilID, number)
	if err != nil {
		return nil, err
	}
	card := changeCard(c, history, false, s.team.Location())
	card.Body = append(card.Body, note("Shared by "+s.me.Name+"."))
	card.Buttons = []chat.Button{showButton(c)}
	return chat.Say{Card: card}, nil
}

func (b *Bot) support(ctx context.Context, s scene) (chat.Reply, error) {
	return b.setSupport(ctx, s, true)
}

func (b *Bot) unsupport(ctx context.Context, s scene) (chat.Reply, error) {
	return b.setSupport(ctx, s, false)
}

func (b *Bot) setSupport(ctx context.Context, s scene, on bool) (chat.Reply, error) {
	number, ok := programme.ParseRef(s.arg)
	if !ok {
		return nil, missingChange(s.arg)
	}
	c, err := b.store.Support(ctx, s.by(), number, on)
	if err != nil {
		return nil, err
	}
	return b.kept(ctx, s, c, on), nil
}

// kept shows a change after something about it was kept. When it cannot be read again, what
// is known of it is shown: telling the person that it failed would not be true.
func (b *Bot) kept(ctx context.Context, s scene, c programme.Change, supported bool) chat.Reply {
	replace := func(card chat.Card) chat.Reply { return chat.Replace{Card: card} }
	reply, err := b.changeReply(ctx, s, c.Number, replace)
	if err != nil {
		b.log.Error("a change was kept, but could not be read again", "reference", s.Reference(), "workspace", s.Actor.Workspace, "error", err)
		return replace(changeCard(c, nil, supported, s.team.Location()))
	}
	return reply
}

// changeReply reads a change as it is now and puts its card into a reply.
func (b *Bot) changeReply(ctx context.Context, s scene, number int, reply func(chat.Card) chat.Reply) (chat.Reply, error) {
	c, history, err := b.store.Change(ctx, s.me.CouncilID, number)
	if err != nil {
		return nil, err
	}
	mine, err := b.store.Supports(ctx, s.me.CouncilID, s.me.ID, number)
	if err != nil {
		return nil, err
	}
	return reply(changeCard(c, history, mine, s.team.Location())), nil
}

// lastSteps is how many lines of history a card shows; the export has them all.
const lastSteps = 5

func changeCard(c programme.Change, history []programme.History, supported bool, zone *time.Location) chat.Card {
	card := chat.Card{Kind: "change.shown", Title: c.Ref() + ", " + c.State.Words()}
	card.Body = []chat.Node{chat.Para{Text: chat.Text{chat.Bold(c.Title)}}}
	if c.Why != "" {
		card.Body = append(card.Body, chat.P(c.Why))
	}
	card.Body = append(card.Body, changeFacts(c))
	if len(history) > 0 {
		card.Body = append(card.Body, chat.Heading("What happened"))
	}
	for _, h := range history[max(0, len(history)-lastSteps):] {
		card.Body = append(card.Body, note(historyLine(h, zone)))
	}
	card.Buttons = append(card.Buttons, updateButton(c, "Update"), supportButton(c, supported))
	if c.State == programme.Kept || c.State == programme.Stopped {
		card.Buttons = append(card.Buttons, celebrateButton(c.Ref()))
	}
	card.Buttons = append(card.Buttons, chat.Button{ID: pressShare, Label: "Share here", Arg: c.Ref(), Spoken: "Share " + c.Ref() + " with everyone here"})
	return card
}

func changeFacts(c programme.Change) chat.Facts {
	var facts chat.Facts
	add := func(label, value string) {
		if value != "" {
			facts = append(facts, chat.Fact{Label: label, Value: chat.Words(value)})
		}
	}
	proposer := c.Proposer.Name
	if proposer == "" {
		proposer = "A colleague"
	}
	add("Team", c.Team)
	add("Proposed by", proposer)
	add("Mission strand", c.Strand.Name)
	add("Intended impact", c.Impact)
	add("Looked after by", c.Owner.Name)
	if c.ReviewOn != "" {
		add("Review on", c.ReviewOn.Short())
	}
	add("In the way", c.Blocked)
	add("What we learned", c.Learning)
	if c.Supporters > 0 {
		add("Support", programme.Count(c.Supporters, "colleague", "colleagues"))
	}
	return facts
}

func historyLine(h programme.History, zone *time.Location) string {
	line := h.At.In(zone).Format("2 January") + ": " + h.Who
	switch h.What {
	case "proposed":
		line += " proposed it"
	case "stepped":
		line += " moved it from “" + string(h.From) + "” to “" + string(h.To) + "”"
	default:
		line += " edited it"
	}
	if h.Words != "" {
		line += ". “" + h.Words + "”"
	}
	return line
}

func supportButton(c programme.Change, supported bool) chat.Button {
	if supported {
		return chat.Button{ID: pressUnsupport, Label: "Remove my support", Arg: c.Ref(), Spoken: "Remove my support from " + c.Ref()}
	}
	return chat.Button{ID: pressSupport, Label: "Support", Arg: c.Ref(), Spoken: "Support " + c.Ref()}
}

// stepCard tells the proposer and supporters what became of a change.
func stepCard(c programme.Change, history []programme.History) chat.Card {
	card := chat.Card{Kind: "change.step", Title: c.Ref() + " " + "is " + c.State.Words()}
	for i := len(history) - 1; i >= 0; i-- {
		if h := history[i]; h.What == "stepped" {
			card.Title = c.Ref() + " " + programme.StepWords(h.From, h.To)
			card.Body = append(card.Body, chat.Para{Text: chat.Text{chat.Bold(c.Title)}})
			if h.Words != "" {
				card.Body = append(card.Body, chat.P(h.Who+": “"+h.Words+"”"))
			}
			break
		}
	}
	card.Body = append(card.Body, note("You hear this because you proposed or support it."))
	card.Buttons = []chat.Button{showButton(c)}
	return card
}
