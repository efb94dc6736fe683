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
	return b.file(ctx, s, s.sent)
}

func (b *Bot) file(ctx context.Context, s scene, typed chat.Values) (chat.Reply, error) {
	c, err := programme.Propose(typed["title"], typed["why"], s.me, s.At)
	if err != nil {
		return again(proposeForm(nil), typed, err)
	}
	c, err = b.store.Propose(ctx, s.by(), c)
	if err != nil {
		return again(proposeForm(nil), typed, err)
	}
	return chat.Tell{Card: savedCard(c)}, nil
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
		},
	}
}

func savedCard(c programme.Change) chat.Card {
	return chat.Card{
		Kind: "change.saved", Title: "Your idea is filed as " + c.Ref(),
		Body: []chat.Node{
			chat.Para{Text: chat.Text{chat.Bold(c.Title)}},
			chat.P("Your team can support it and take it on. You will hear what becomes of it."),
		},
		Buttons: []chat.Button{updateButton(c, "Add more"), showButton(c)},
	}
}

// missingChange is what a person reads when a reference leads nowhere.
func missingChange(arg string) error {
	arg = programme.CleanLine(arg)
	if arg == "" {
		return fault.New(fault.Invalid, "Say which one by its number, such as SC-12. To find it, type /smallchange list.")
	}
	return fault.New(fault.Missing, "There is no small change called "+shorten(arg, programme.MaxTitle)+" here. To find it, type /smallchange list.")
}
