package bot

import (
	"context"
	"strings"
	"unicode/utf8"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

const formPropose = "change.new"

// What a proposer can do about a like change, before its reference.
const (
	likeNew     = "new"
	likeSupport = "support "
	likeAdopt   = "adopt "
)

// propose files an idea from one typed line, or opens the form when there is none.
func (b *Bot) propose(ctx context.Context, s scene) (chat.Reply, error) {
	if strings.TrimSpace(s.arg) == "" {
		return b.openPropose(ctx, s)
	}
	return b.file(ctx, s, chat.Values{"title": s.arg})
}

func (b *Bot) openPropose(context.Context, scene) (chat.Reply, error) {
	return chat.Ask{Form: proposeForm(nil)}, nil
}

func (b *Bot) sentPropose(ctx context.Context, s scene) (chat.Reply, error) {
	number, ok := programme.ParseRef(s.sent["like"][strings.LastIndex(s.sent["like"], " ")+1:])
	var reply chat.Reply
	var err error
	switch like := s.sent["like"]; {
	case ok && strings.HasPrefix(like, likeSupport):
		s.arg = programme.Ref(number)
		reply, err = b.support(ctx, s)
	case ok && strings.HasPrefix(like, likeAdopt):
		reply, err = b.adopted(ctx, s, number)
	default:
		return b.file(ctx, s, s.sent)
	}
	if err == nil {
		return reply, nil
	}
	alike, readErr := b.alike(ctx, s, programme.Change{CouncilID: s.me.CouncilID, Title: s.sent["title"], Why: s.sent["why"]})
	if readErr != nil || len(alike) == 0 {
		return again(proposeForm(nil), s.sent, err)
	}
	return again(likeForm(alike, s.me), s.sent, err)
}

// file keeps an idea, unless there are like ones that its proposer has not seen: then it
// shows those first, with every typed word.
func (b *Bot) file(ctx context.Context, s scene, typed chat.Values) (chat.Reply, error) {
	form := proposeForm(nil)
	form.State = s.form
	c, err := programme.Propose(typed["title"], typed["why"], s.me, s.At)
	if err != nil {
		return again(form, typed, err)
	}
	if typed["like"] == "" {
		alike, err := b.alike(ctx, s, c)
		if err != nil {
			return again(form, typed, err)
		}
		if len(alike) > 0 {
			return chat.Ask{Form: likeForm(alike, s.me).Filled(typed)}, nil
		}
	}
	c, err = b.store.Propose(ctx, s.by(), c, s.gateAnswer(programme.Scope(typed["scope"]))...)
	if err != nil {
		return again(form, typed, err)
	}
	return chat.Tell{Card: b.askedWhom(ctx, s, c, savedCard(c))}, nil
}

// alike are the changes of the council that are like one about to be proposed. One that was
// proposed by this very event, which came again, is fault.Repeated and not like itself.
func (b *Bot) alike(ctx context.Context, s scene, c programme.Change) ([]programme.Change, error) {
	if err := b.store.Fresh(ctx, s.by()); err != nil {
		return nil, err
	}
	candidates, err := b.store.Candidates(ctx, c.CouncilID, c.Title, c.Why)
	return programme.Alike(c.Title, c.Why, candidates), err
}

// turn makes a message into the start of a small change, to be edited before it is sent.
func (b *Bot) turn(_ context.Context, s scene) (chat.Reply, error) {
	words := programme.CleanText(s.arg)
	title, _, _ := strings.Cut(words, "\n")
	if utf8.RuneCountInString(title) > programme.MaxTitle {
		title = ""
	}
	if words == title { // nothing more to bring along
		words = ""
	}
	words, intro := broughtAlong(words)
	f := proposeForm(intro).Filled(chat.Values{"title": title, "why": words})
	return chat.Ask{Form: f}, nil
}

// broughtAlong is a message's words for a form, or a note that they are too many for it.
func broughtAlong(words string) (fit string, intro []chat.Node) {
	if utf8.RuneCountInString(words) > programme.MaxWords {
		return "", []chat.Node{chat.P("The message is too long to bring along. Please say it in your own words.")}
	}
	return words, nil
}

func proposeForm(intro []chat.Node) chat.Form {
	return chat.Form{
		ID: formPropose, Title: "Propose a small change", Send: "Propose",
		Intro: append(intro, note("One line is enough. Please leave out names and details of children and families.")),
		Fields: []chat.Field{
			{ID: "title", Label: "What would you change?", Hint: "For example: one form for all referrals.", Kind: chat.Line, Max: programme.MaxTitle},
			{ID: "why", Label: "Why would it help?", Kind: chat.Paragraph, Max: programme.MaxWords, Optional: true},
			{ID: "scope", Label: "Is it ours to change?", Kind: chat.Pick, Options: gateOptions(), Optional: true},
		},
	}
}

// likeForm shows what is like a proposal before it is filed, with what can be done about it.
func likeForm(alike []programme.Change, me programme.Member) chat.Form {
	f := proposeForm(nil)
	f.Intro = []chat.Node{chat.P("These are like yours. Nothing is filed yet.")}
	options := []chat.Option{{Value: likeNew, Label: "No, mine is another: propose it"}}
	for _, c := range alike {
		about := capital(c.State.Words()) + ", " + c.Team
		if c.Learning != "" {
			about += ". What they learned: " + c.Learning
		}
		f.Intro = append(f.Intro, chat.Para{Text: chat.Text{chat.Bold(c.Ref() + " " + c.Title), chat.Plain("\n" + about)}})
		if c.Backable(me) == nil {
			options = append(options, chat.Option{Value: likeSupport + c.Ref(), Label: "Yes, " + c.Ref() + ": support it"})
		}
		if c.TeamID != me.TeamID {
			options = append(options, chat.Option{Value: likeAdopt + c.Ref(), Label: "Yes, " + c.Ref() + ": my team tries it too"})
		}
	}
	f.Fields = append([]chat.Field{{ID: "like", Label: "Is one of these what you mean?", Kind: chat.Pick, Options: options, Value: likeNew}}, f.Fields...)
	f.Send = "Go on"
	return f
}

func savedCard(c programme.Change) chat.Card {
	card := chat.Card{
		Kind: "change.saved", Title: "Your idea is filed as " + c.Ref(),
		Body: []chat.Node{
			chat.Para{Text: chat.Text{chat.Bold(c.Title)}},
			chat.P("Your team can support it and take it on. You will hear what becomes of it."),
		},
		Buttons: []chat.Button{updateButton(c, "Add more"), showButton(c)},
	}
	if c.Lineage != "" {
		card.Title = "Your team tries " + c.Lineage + " too, as " + c.Ref()
		card.Body[1] = chat.P("Those who follow " + c.Lineage + " will hear of it. So will you of what becomes of yours.")
	}
	switch c.State {
	case programme.PassedOn:
		card.Title = "Thank you. We have kept " + c.Ref() + " for the blueprint"
		card.Body[1] = chat.P("Only national change can solve this. It is written down as a systemic barrier, so that the council can raise it.")
		card.Buttons = []chat.Button{showButton(c)}
	default:
		card.Body = append(card.Body, gate(c)...)
	}
	return card
}

// missingChange is what a person reads when a reference leads nowhere.
func missingChange(arg string) error {
	arg = programme.CleanLine(arg)
	if arg == "" {
		return fault.New(fault.Invalid, "Say which one by its number, such as SC-12. To find it, type /smallchange list.")
	}
	return fault.New(fault.Missing, "There is no small change called "+shorten(arg, programme.MaxTitle)+" here. To find it, type /smallchange list.")
}
