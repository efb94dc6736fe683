package bot

import (
	"context"
	"fmt"
	"strings"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// The gate is the question "Is it ours to change?" with its four answers (DOMAIN.md section
// 4, rule 1). An answer is one tap on a card, or one pick in the form of a proposal.

// gateAnswers are the answers, in the order people see them.
var gateAnswers = []struct {
	scope programme.Scope
	label string
}{
	{programme.Ours, "Our team can do it now"},
	{programme.Manager, "It needs a manager’s yes"},
	{programme.OtherService, "It needs another service"},
	{programme.National, "It needs national change"},
}

func gateOptions() []chat.Option {
	options := make([]chat.Option, len(gateAnswers))
	for i, a := range gateAnswers {
		options[i] = chat.Option{Value: string(a.scope), Label: a.label}
	}
	return options
}

// gate asks the question on a card, as long as nobody has answered it. A change that needs
// a yes which nobody was asked for can be asked for here.
func gate(c programme.Change) []chat.Node {
	row := chat.Row{Text: chat.Words("Is it ours to change?")}
	switch {
	case c.State != programme.Idea:
		return nil
	case c.Scope == programme.OtherService && c.Permission.Answer == "":
		row.Text = chat.Words("It needs another service. Which one?")
		row.Buttons = []chat.Button{gateButton(c, programme.OtherService, "Choose the service")}
		return []chat.Node{row}
	case c.Scope != "":
		return nil
	}
	for _, a := range gateAnswers {
		row.Buttons = append(row.Buttons, gateButton(c, a.scope, a.label))
	}
	return []chat.Node{row}
}

// gateButton is one answer. Those that need to know whom to ask open a form.
func gateButton(c programme.Change, scope programme.Scope, label string) chat.Button {
	b := chat.Button{ID: pressGate + "." + string(scope), Label: label, Arg: fmt.Sprintf("%s %d", c.Ref(), c.Version)}
	if scope == programme.Manager || scope == programme.OtherService {
		b.ID, b.Opens, b.Arg = formAsk+"."+string(scope), formAsk, c.Ref()+" "+string(scope)
	}
	return b
}

// gateAnswer is what a proposal does at once about its proposer's answer.
func (s scene) gateAnswer(scope programme.Scope) []programme.Rule {
	rule := func(do programme.Rule) []programme.Rule { return []programme.Rule{do} }
	switch scope {
	case programme.Ours:
		return rule(func(c *programme.Change) (programme.History, []programme.Notice, error) {
			return c.Own(c.Version, s.me, s.At)
		})
	case programme.Manager:
		return rule(func(c *programme.Change) (programme.History, []programme.Notice, error) {
			return c.Ask(programme.Request{Scope: programme.Manager, Service: s.team.Service, Own: s.team.Service.ID, Version: c.Version}, s.me, s.At)
		})
	case programme.OtherService: // which one is asked on the card
		return rule(func(c *programme.Change) (programme.History, []programme.Notice, error) {
			return c.NeedsService(c.Version, s.me, s.At)
		})
	case programme.National:
		return rule(func(c *programme.Change) (programme.History, []programme.Notice, error) {
			return c.PassOn(true, programme.Ending{Version: c.Version}, s.me, s.At)
		})
	}
	return nil
}

// passGate keeps the answer of a tapped button: it is ours, or it needs national change.
func (b *Bot) passGate(scope programme.Scope) talk {
	return func(ctx context.Context, s scene) (chat.Reply, error) {
		ref, rest, _ := strings.Cut(s.arg, " ")
		number, ok := programme.ParseRef(ref)
		var version int
		if _, err := fmt.Sscan(rest, &version); !ok || err != nil {
			return nil, missingChange(ref)
		}
		rules := s.gateAnswer(scope)
		c, err := b.store.EditChange(ctx, s.by(), number, func(c *programme.Change) (programme.History, []programme.Notice, error) {
			if c.Version != version {
				return programme.History{}, nil, fault.New(fault.Conflict, "Somebody else updated "+c.Ref()+" since. This is how it is now.")
			}
			return rules[0](c)
		})
		if fault.Is(err, fault.Conflict) {
			return b.newsOf(ctx, s, number, fault.Words(err))
		}
		if err != nil {
			return nil, err
		}
		if scope == programme.Ours { // also answered otherwise after a while, on the card of a change
			return b.kept(ctx, s, entry{Change: c}), nil
		}
		return chat.Replace{Card: savedCard(c)}, nil
	}
}
