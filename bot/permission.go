package bot

import (
	"context"
	"fmt"
	"strings"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

const (
	formAsk    = "change.ask"
	formDecide = "permission.decide"
)

// ask opens the form that asks for a yes. What follows the reference says whose: a
// manager's, which is the own service's, or another service's.
func (b *Bot) ask(ctx context.Context, s scene) (chat.Reply, error) {
	ref, scope, _ := strings.Cut(s.arg, " ")
	number, ok := programme.ParseRef(ref)
	if !ok {
		return nil, missingChange(ref)
	}
	f, _, err := b.askForm(ctx, s, number, programme.Scope(scope))
	if err != nil {
		return nil, err
	}
	return chat.Ask{Form: f}, nil
}

func (b *Bot) askForm(ctx context.Context, s scene, number int, scope programme.Scope) (chat.Form, programme.Change, error) {
	c, _, err := b.store.Change(ctx, s.me.CouncilID, number)
	if err != nil {
		return chat.Form{}, c, err
	}
	services, err := b.store.Services(ctx, s.me.CouncilID)
	if err != nil {
		return chat.Form{}, c, err
	}
	return askForm(c, scope, services, s.team.Service, s.today()), c, nil
}

// usualWait is how many days somebody has to answer, unless another day is chosen.
const usualWait = 14

func askForm(c programme.Change, scope programme.Scope, services []programme.Service, own programme.Service, today programme.Day) chat.Form {
	var options []chat.Option
	for _, v := range services {
		if scope == programme.OtherService && v.ID == own.ID {
			continue
		}
		options = append(options, chat.Option{Value: idValue(v.ID), Label: shorten("Leaders of "+v.Name, chat.MaxLabel)})
	}
	f := chat.Form{
		ID: formAsk, State: fmt.Sprintf("%d %d %s", c.Number, c.Version, scope), Title: "Ask for a yes", Send: "Ask",
		Intro: []chat.Node{
			chat.Para{Text: chat.Text{chat.Bold(c.Ref() + " " + c.Title)}},
			note("Each of them is asked in private. Their answer comes back to you and to the small change."),
		},
	}
	if len(options) == 0 { // a council with one service
		f.Intro = append(f.Intro, chat.P("There is no other service here. Ask your coordinator to add it."))
		f.Send = ""
		return f
	}
	first := ""
	if scope != programme.OtherService {
		first = idValue(own.ID)
	}
	f.Fields = []chat.Field{
		{ID: "service", Label: "Whose yes does it need?", Kind: chat.Choice, Options: options, Value: first},
		{ID: "reply_by", Label: "When should they answer?", Kind: chat.Day, Value: string(today.Add(usualWait))},
		{ID: "words", Label: "What do they need to know?", Kind: chat.Paragraph, Max: programme.MaxWords, Optional: true},
	}
	return f
}

func (b *Bot) sentAsk(ctx context.Context, s scene) (chat.Reply, error) {
	var number, version int
	var scope string
	if n, err := fmt.Sscanf(s.form, "%d %d %s", &number, &version, &scope); n < 2 {
		return nil, fmt.Errorf("state of the form that asks: %w", err)
	}
	f, now, err := b.askForm(ctx, s, number, programme.Scope(scope))
	if err != nil {
		return nil, err
	}
	day, err := programme.ParseDay(s.sent["reply_by"])
	if err != nil {
		return again(f, s.sent, fault.Field("reply_by", "Write the day like 2026-12-07."))
	}
	service, _ := chosen(f, "service", s.sent)
	request := programme.Request{Scope: programme.Manager, Service: programme.Service{ID: service}, By: day, Words: s.sent["words"], Version: version}
	if service != s.team.Service.ID {
		request.Scope = programme.OtherService
	}
	c, err := b.store.EditChange(ctx, s.by(), number, func(c *programme.Change) (programme.History, []programme.Notice, error) {
		return c.Ask(request, s.me, s.At)
	})
	if fault.Is(err, fault.Conflict) {
		return b.overtaken(ctx, s, f, now)
	}
	if err != nil {
		return again(f, s.sent, err)
	}
	return b.kept(ctx, s, entry{Change: c}), nil
}

// decide keeps a leader's answer of one tap. The button says which change and which answer
// the leader was looking at.
func (b *Bot) decide(answer programme.Answer) talk {
	return func(ctx context.Context, s scene) (chat.Reply, error) {
		number, was, err := readRequest(s.arg)
		if err != nil {
			return nil, err
		}
		return b.decided(ctx, s, number, programme.Decision{Answer: answer, Was: was})
	}
}

// readRequest reads "SC-12 asked".
func readRequest(arg string) (number int, was programme.Answer, err error) {
	ref, rest, _ := strings.Cut(arg, " ")
	number, ok := programme.ParseRef(ref)
	if !ok {
		return 0, "", missingChange(ref)
	}
	return number, programme.Answer(rest), nil
}

func (b *Bot) decided(ctx context.Context, s scene, number int, d programme.Decision) (chat.Reply, error) {
	d.Service = s.team.Service.ID
	c, err := b.store.EditChange(ctx, s.by(), number, func(c *programme.Change) (programme.History, []programme.Notice, error) {
		return c.Decide(d, s.me, s.At)
	})
	if fault.Is(err, fault.Conflict) { // another leader was first
		now, history, readErr := b.store.Change(ctx, s.me.CouncilID, number)
		words := fault.Words(err)
		if h, ok := last(history, programme.Answered); ok {
			words = h.Who + " was first. This is their answer."
		}
		return chat.Replace{Card: decidedCard(now, words)}, readErr
	}
	if err != nil {
		return nil, err
	}
	return chat.Replace{Card: decidedCard(c, "Thank you. Those who follow "+c.Ref()+" will hear it.")}, nil
}

// openDecide opens the form for an answer with words. The button names the answer it is for.
func (b *Bot) openDecide(answer programme.Answer) talk {
	return func(ctx context.Context, s scene) (chat.Reply, error) {
		number, was, err := readRequest(s.arg)
		if err != nil {
			return nil, err
		}
		c, _, err := b.store.Change(ctx, s.me.CouncilID, number)
		if err != nil {
			return nil, err
		}
		return chat.Ask{Form: decideForm(c, was, answer)}, nil
	}
}

func (b *Bot) sentDecide(ctx context.Context, s scene) (chat.Reply, error) {
	number, was, err := readRequest(s.form)
	if err != nil {
		return nil, err
	}
	c, _, err := b.store.Change(ctx, s.me.CouncilID, number)
	if err != nil {
		return nil, err
	}
	reply, err := b.decided(ctx, s, number, programme.Decision{Answer: programme.Answer(s.sent["answer"]), Words: s.sent["words"], Was: was})
	if err != nil {
		return again(decideForm(c, was, ""), s.sent, err)
	}
	return reply, nil
}

func decideForm(c programme.Change, was, answer programme.Answer) chat.Form {
	options := make([]chat.Option, len(programme.Answers))
	for i, a := range programme.Answers {
		options[i] = chat.Option{Value: string(a), Label: a.Words()}
	}
	return chat.Form{
		ID: formDecide, State: c.Ref() + " " + string(was), Title: "Your answer", Send: "Answer",
		Intro: []chat.Node{chat.Para{Text: chat.Text{chat.Bold(c.Ref() + " " + c.Title)}}},
		Fields: []chat.Field{
			{ID: "answer", Label: "May they do it?", Kind: chat.Pick, Options: options, Value: string(answer)},
			{ID: "words", Label: "What would you like to say?", Hint: "The person who proposed it will see it. “Not yet” needs a reason.", Kind: chat.Paragraph, Max: programme.MaxWords, Optional: true},
		},
	}
}

// requestCard asks a leader for a yes.
func requestCard(c programme.Change, history []programme.History, me programme.Member) chat.Card {
	card := chat.Card{Kind: "change.ask", Title: c.Team + " asks for your yes", Body: []chat.Node{
		chat.P("Hello " + me.FirstName() + ". " + c.Team + " needs a yes from a leader of " + c.Permission.Service.Name + " for this small change."),
		chat.Para{Text: chat.Text{chat.Bold(c.Ref() + " " + c.Title)}},
	}}
	if c.Why != "" {
		card.Body = append(card.Body, chat.P(c.Why))
	}
	if c.Impact != "" {
		card.Body = append(card.Body, chat.Facts{{Label: "Intended impact", Value: chat.Words(c.Impact)}})
	}
	if h, ok := last(history, programme.Asked); ok && h.Words != "" {
		card.Body = append(card.Body, chat.P(h.Who+" asks: “"+h.Words+"”"))
	}
	card.Body = append(card.Body, note("Please answer by "+c.Permission.By.Short()+". One answer is enough, yours or another leader’s."))
	card.Buttons = append(decideButtons(c), showButton(c))
	return card
}

// last is the latest line of a change's past that tells of a deed.
func last(history []programme.History, deed programme.Deed) (h programme.History, ok bool) {
	for i := len(history) - 1; i >= 0; i-- {
		if history[i].What == deed {
			return history[i], true
		}
	}
	return h, false
}

// decideButtons are the answers: yes and “ask me about it” are one tap, “not yet” needs words.
func decideButtons(c programme.Change) []chat.Button {
	arg := c.Ref() + " " + string(c.Permission.Answer)
	return []chat.Button{
		{ID: pressDecide + ".yes", Label: programme.Yes.Words(), Arg: arg, Spoken: "Yes to " + c.Ref(), Style: chat.Primary},
		{ID: formDecide + ".not", Label: programme.NotYet.Words(), Arg: arg, Opens: formDecide, Spoken: "Not yet to " + c.Ref()},
		{ID: pressDecide + ".talk", Label: programme.Talk.Words(), Arg: arg, Spoken: "Ask me about " + c.Ref()},
	}
}

// decidedCard is what stands in place of a request once it has an answer.
func decidedCard(c programme.Change, words string) chat.Card {
	card := chat.Card{Kind: "permission.kept", Title: c.Ref() + ": " + c.Permission.Answer.Words(), Body: []chat.Node{
		chat.Para{Text: chat.Text{chat.Bold(c.Title)}}, chat.P(words),
	}}
	if c.Permission.Words != "" && c.Permission.Answer != programme.AskedFor {
		card.Body = append(card.Body, chat.P("“"+c.Permission.Words+"”"))
	}
	card.Buttons = []chat.Button{
		{ID: formDecide, Label: "Change it or add words", Arg: c.Ref() + " " + string(c.Permission.Answer), Opens: formDecide, Spoken: "Change the answer to " + c.Ref()},
		showButton(c),
	}
	return card
}
