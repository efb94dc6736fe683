package bot

import (
	"context"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

func (b *Bot) support(ctx context.Context, s scene) (chat.Reply, error) {
	return b.setSupport(ctx, s, true)
}

func (b *Bot) unsupport(ctx context.Context, s scene) (chat.Reply, error) {
	return b.setSupport(ctx, s, false)
}

func (b *Bot) setSupport(ctx context.Context, s scene, on bool) (chat.Reply, error) {
	number, ok := readRef(s.arg)
	if !ok {
		return nil, missingChange(s.arg)
	}
	c, err := b.store.Support(ctx, s.by(), number, on)
	if err != nil {
		return nil, err
	}
	return b.kept(ctx, s, entry{Change: c, mine: on}), nil
}

// supportHere is support given on a card that everybody sees, which stays as it is.
func (b *Bot) supportHere(ctx context.Context, s scene) (chat.Reply, error) {
	reply, err := b.support(ctx, s)
	if card, ok := reply.(chat.Replace); ok {
		return chat.Tell(card), err
	}
	return reply, err
}

// adopt files a change of another team as one that the person's own team tries too.
func (b *Bot) adopt(ctx context.Context, s scene) (chat.Reply, error) {
	number, ok := programme.ParseRef(s.arg)
	if !ok {
		return nil, missingChange(s.arg)
	}
	return b.adopted(ctx, s, number)
}

func (b *Bot) adopted(ctx context.Context, s scene, number int) (chat.Reply, error) {
	c, err := b.store.Adopt(ctx, s.by(), number)
	if err != nil {
		return nil, err
	}
	return chat.Tell{Card: savedCard(c)}, nil
}

// takeOn makes the person the owner of a change that has none. Who was not the first is
// told who was, and sees the change as it is.
func (b *Bot) takeOn(ctx context.Context, s scene) (chat.Reply, error) {
	number, ok := programme.ParseRef(s.arg)
	if !ok {
		return nil, missingChange(s.arg)
	}
	c, err := b.store.EditChange(ctx, s.by(), number, func(c *programme.Change) (programme.History, []programme.Notice, error) {
		return c.TakeOn(s.me, s.At)
	})
	if fault.Is(err, fault.Conflict) {
		return b.newsOf(ctx, s, number, fault.Words(err))
	}
	if err != nil {
		return nil, err
	}
	return b.kept(ctx, s, entry{Change: c}), nil
}

// newsOf shows a change as it is now under the news of why something was not done.
func (b *Bot) newsOf(ctx context.Context, s scene, number int, words string) (chat.Reply, error) {
	card, err := b.changeCard(ctx, s, number)
	card.Body = append([]chat.Node{chat.P(words)}, card.Body...)
	return chat.Tell{Card: card}, err
}

func supportButton(c programme.Change, supported bool) chat.Button {
	if supported {
		return chat.Button{ID: pressUnsupport, Label: "Remove my support", Arg: c.Ref(), Spoken: "Remove my support from " + c.Ref()}
	}
	return chat.Button{ID: pressSupport, Label: "Support", Arg: c.Ref(), Spoken: "Support " + c.Ref()}
}
