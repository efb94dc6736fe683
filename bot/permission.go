package bot

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
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
	return askForm(c, scope, services, s.today()), c, nil
}

func askForm(c programme.Change, scope programme.Scope, services []programme.Service, today programme.Day) chat.Form {
	var options []chat.Option
	var own programme.Service // of the change's team
	for _, v := range services {
		if v.Name == c.Service {
			own = v
		}
		if scope == programme.OtherService && v.Name == c.Service || len(options) == chat.MaxOptions {
			continue
		}
		options = append(options, chat.Option{Value: idValue(v.ID), Label: leadersOf(v.Name)})
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
		{ID: "reply_by", Label: "When should they answer?", Kind: chat.Day, Value: string(today.Add(programme.ReplyWithin))},
		{ID: "words", Label: "What do they need to know?", Kind: chat.Paragraph, Max: programme.MaxWords, Optional: true},
	}
	return f
}

func leadersOf(service string) string { return shorten("Leaders of "+service, chat.MaxLabel) }

func (b *Bot) sentAsk(ctx context.Context, s scene) (chat.Reply, error) {
	var number, version int
	var scope string
	if n, err := fmt.Sscanf(s.form, "%d %d %s", &number, &version, &scope); n < 2 {
		return nil, formGone(err)
	}
	f, now, err := b.askForm(ctx, s, number, programme.Scope(scope))
	if err != nil {
		return nil, err
	}
	day, err := programme.ParseDay(s.sent["reply_by"])
	if err != nil {
		return again(f, s.sent, fault.Field("reply_by", "Write the day like 2026-12-07."))
	}
	service, label := chosen(f, "service", s.sent)
	request := programme.Request{Scope: programme.Manager, Service: programme.Service{ID: service}, Own: s.team.Service.ID, By: day, Words: s.sent["words"], Version: version}
	if label != leadersOf(now.Service) {
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
	shown := b.kept(ctx, s, entry{Change: c})
	return chat.Replace{Card: b.askedWhom(ctx, s, c, shown.Card)}, nil
}

// askedWhom says above a card what became of a request that was just made. When there is
// nobody whom it could reach, it is better to know that now than to wait.
func (b *Bot) askedWhom(ctx context.Context, s scene, c programme.Change, card chat.Card) chat.Card {
	if !c.Permission.Open() {
		return card
	}
	leaders, err := b.store.Leaders(ctx, s.me.CouncilID, c.Permission.Service.ID)
	if err != nil { // the request is kept whatever can be said of it
		return card
	}
	words := "We asked the leaders of " + c.Permission.Service.Name + " in private. You will hear their answer, by " + c.Permission.By.Short() + " we hope."
	if len(leaders) == 0 {
		words = "Nobody is a leader in " + c.Permission.Service.Name + " here yet, so nobody was asked. Tell your coordinator. The first leader will see it on their Home."
	}
	card.Body = append([]chat.Node{chat.P(words)}, card.Body...)
	return card
}

// decide keeps a leader's answer of one tap. The button says which change and which round
// of asking the leader was looking at. When another leader was first, theirs is shown.
func (b *Bot) decide(answer programme.Answer) talk {
	return func(ctx context.Context, s scene) (chat.Reply, error) {
		number, round, err := readRequest(s.arg)
		if err != nil {
			return nil, err
		}
		c, err := b.decided(ctx, s, number, programme.Decision{Answer: answer, Round: round})
		if fault.Is(err, fault.Conflict) {
			return b.askedAgain(ctx, s, number)
		}
		return chat.Replace{Card: decidedCard(c, "Thank you. Those who follow "+c.Ref()+" will hear it.")}, err
	}
}

// readRequest reads "SC-12 5": a change, and a round of asking for its yes.
func readRequest(arg string) (number, round int, err error) {
	ref, rest, _ := strings.Cut(arg, " ")
	number, ok := programme.ParseRef(ref)
	if !ok {
		return 0, 0, missingChange(ref)
	}
	round, _ = strconv.Atoi(rest) // what is no number is no round that anybody asked in
	return number, round, nil
}

func request(c programme.Change) string { return fmt.Sprintf("%s %d", c.Ref(), c.Permission.Round) }

func (b *Bot) decided(ctx context.Context, s scene, number int, d programme.Decision) (programme.Change, error) {
	d.Service = s.team.Service.ID
	return b.store.EditChange(ctx, s.by(), number, func(c *programme.Change) (programme.History, []programme.Notice, error) {
		return c.Decide(d, s.me, s.At)
	})
}

// askedAgain shows a leader the request as it is now: another leader's answer, or other
// words than those that they read.
func (b *Bot) askedAgain(ctx context.Context, s scene, number int) (chat.Reply, error) {
	now, history, err := b.store.Change(ctx, s.me.CouncilID, number)
	words := newsOfRequest(now, history, s.me)
	if now.Permission.Answer == programme.AskedFor {
		card := requestCard(now, history, s.me)
		card.Body = append([]chat.Node{chat.P(words)}, card.Body...)
		return chat.Replace{Card: card}, err
	}
	return chat.Replace{Card: decidedCard(now, words)}, err
}

// newsOfRequest says why an answer was not taken.
func newsOfRequest(now programme.Change, history []programme.History, me programme.Member) string {
	if answeredBy(now, history, me) {
		return "You answered already: " + now.Permission.Answer.Words() + "."
	}
	if h, ok := last(history, programme.Answered); ok && now.Permission.Answer != programme.AskedFor {
		return h.Who + " was first. Their answer: " + now.Permission.Answer.Words() + "."
	}
	return now.Ref() + " was changed since you were asked. This is how it is now."
}

// answeredBy reports whether the answer that stands is this leader's own.
func answeredBy(now programme.Change, history []programme.History, me programme.Member) bool {
	h, ok := last(history, programme.Answered)
	return ok && h.WhoID == me.ID && now.Permission.Answer != programme.AskedFor
}

// openDecide opens the form for an answer with words, for those who can answer. The button
// names the answer it is for. On a leader's own earlier answer it opens with that.
func (b *Bot) openDecide(answer programme.Answer) talk {
	return func(ctx context.Context, s scene) (chat.Reply, error) {
		number, _, err := readRequest(s.arg)
		if err != nil {
			return nil, err
		}
		c, history, err := b.store.Change(ctx, s.me.CouncilID, number)
		if err != nil {
			return nil, err
		}
		if err := c.MayDecide(s.me, s.team.Service.ID); err != nil {
			return nil, err
		}
		if !answeredBy(c, history, s.me) {
			return chat.Ask{Form: decideForm(c, s.arg, answer)}, nil
		}
		f := decideForm(c, request(c), cmp.Or(answer, c.Permission.Answer))
		if answer == "" || answer == c.Permission.Answer { // their words are for that answer
			f = f.Filled(chat.Values{"words": c.Permission.Words})
		}
		f.Intro = append(f.Intro, note(newsOfRequest(c, history, s.me)+" You can change it."))
		return chat.Ask{Form: f}, nil
	}
}

func (b *Bot) sentDecide(ctx context.Context, s scene) (chat.Reply, error) {
	number, round, err := readRequest(s.form)
	if err != nil {
		return nil, err
	}
	c, _, err := b.store.Change(ctx, s.me.CouncilID, number)
	if err != nil {
		return nil, err
	}
	edited, err := b.decided(ctx, s, number, programme.Decision{Answer: programme.Answer(s.sent["answer"]), Words: s.sent["words"], Round: round})
	if fault.Is(err, fault.Conflict) { // their words are kept, and can be sent as a change of the answer
		now, history, err := b.store.Change(ctx, s.me.CouncilID, number)
		f := filled(decideForm(now, request(now), ""), s.sent)
		f.Intro = append([]chat.Node{chat.P(newsOfRequest(now, history, s.me) + " Your words are still here. To answer all the same, send them again.")}, f.Intro...)
		return chat.Ask{Form: f}, err
	}
	if err != nil {
		return again(decideForm(c, s.form, ""), s.sent, err)
	}
	return chat.Replace{Card: decidedCard(edited, "Thank you. Those who follow "+c.Ref()+" will hear it.")}, nil
}

func decideForm(c programme.Change, request string, answer programme.Answer) chat.Form {
	options := make([]chat.Option, len(programme.Answers))
	for i, a := range programme.Answers {
		options[i] = chat.Option{Value: string(a), Label: a.Words()}
	}
	return chat.Form{
		ID: formDecide, State: request, Title: "Your answer", Send: "Answer",
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
	arg := request(c)
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
		{ID: formDecide, Label: "Change it or add words", Arg: request(c), Opens: formDecide, Spoken: "Change the answer to " + c.Ref()},
		showButton(c),
	}
	return card
}
