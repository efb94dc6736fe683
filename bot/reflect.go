package bot

import (
	"context"
	"strconv"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

const formReflect = "reflect"

// reflect opens the form for this week's question, or for a thought of one's own, with any
// words typed behind the command. It asks who may read them before anything is kept.
func (b *Bot) reflect(ctx context.Context, s scene) (chat.Reply, error) {
	round, err := b.store.OpenRoundOf(ctx, s.me.CouncilID, s.team.ID, s.At)
	if err != nil && !fault.Is(err, fault.Missing) {
		return nil, err
	}
	return b.askReflection(ctx, s, round, s.arg)
}

// openReflect is the button under a prompt; its argument is the round, or 0 for none.
func (b *Bot) openReflect(ctx context.Context, s scene) (chat.Reply, error) {
	id, err := strconv.ParseInt(s.arg, 10, 64)
	if err != nil || id == 0 {
		s.arg = ""
		return b.reflect(ctx, s)
	}
	round, err := b.store.Round(ctx, s.me.CouncilID, id)
	if err != nil {
		return nil, err
	}
	return b.askReflection(ctx, s, round, "")
}

func (b *Bot) askReflection(ctx context.Context, s scene, round programme.Round, words string) (chat.Reply, error) {
	before := programme.Reflection{}
	if round.ID != 0 {
		var err error
		before, err = b.store.Reflection(ctx, s.me.CouncilID, round.ID, s.me.ID)
		if err != nil && !fault.Is(err, fault.Missing) {
			return nil, err
		}
		if before.ID == 0 && !round.Open(s.At) {
			return nil, fault.New(fault.Closed, "This question has closed. A new one comes soon; /reflect keeps a thought at any time.")
		}
	}
	f := reflectForm(round)
	if before.ID != 0 && !before.Skipped {
		f = f.Filled(chat.Values{"words": before.Words, "share": string(before.Share)})
	}
	if words != "" {
		f = f.Filled(chat.Values{"words": words})
	}
	return chat.Ask{Form: f}, nil
}

func (b *Bot) sentReflect(ctx context.Context, s scene) (chat.Reply, error) {
	round, err := b.roundOf(ctx, s)
	if err != nil {
		return nil, err
	}
	r, err := programme.Reflect(s.sent["words"], programme.Share(s.sent["share"]))
	if err != nil {
		return again(reflectForm(round), s.sent, err)
	}
	r.Round, r.CouncilID, r.TeamID, r.Author, r.At = round.ID, s.me.CouncilID, s.team.ID, s.me.Ref(), s.At
	if _, err := b.store.Reflect(ctx, s.by(), r); err != nil {
		return again(reflectForm(round), s.sent, err)
	}
	return chat.Replace{Card: answeredCard(round, r)}, nil
}

func (b *Bot) roundOf(ctx context.Context, s scene) (programme.Round, error) {
	id, err := strconv.ParseInt(s.form, 10, 64)
	if err != nil || id == 0 {
		return programme.Round{}, nil
	}
	return b.store.Round(ctx, s.me.CouncilID, id)
}

// skip is one tap for "not this week". It never takes away words that are there already.
func (b *Bot) skip(ctx context.Context, s scene) (chat.Reply, error) {
	s.form = s.arg
	round, err := b.roundOf(ctx, s)
	if err != nil {
		return nil, err
	}
	if round.ID == 0 {
		return nil, fault.New(fault.Missing, "This question is not here any more.")
	}
	before, err := b.store.Reflection(ctx, s.me.CouncilID, round.ID, s.me.ID)
	if err == nil && !before.Skipped {
		return chat.Replace{Card: answeredCard(round, before)}, nil
	}
	if err != nil && !fault.Is(err, fault.Missing) {
		return nil, err
	}
	r := programme.Reflection{
		Round: round.ID, CouncilID: s.me.CouncilID, TeamID: s.team.ID, Author: s.me.Ref(),
		Share: programme.SharePrivate, Skipped: true, At: s.At,
	}
	if _, err := b.store.Reflect(ctx, s.by(), r); err != nil {
		return nil, err
	}
	return chat.Replace{Card: answeredCard(round, r)}, nil
}

func reflectForm(round programme.Round) chat.Form {
	intro := chat.P("What is on your mind about your work this week?")
	share := programme.SharePrivate
	if round.ID != 0 {
		intro = chat.Para{Text: chat.Text{chat.Bold(round.Prompt.Text)}}
		share = round.Prompt.Share()
	}
	options := []chat.Option{
		{Value: string(programme.ShareNamed), Label: "Share with my team, with my name"},
		{Value: string(programme.ShareUnnamed), Label: "Share without my name", Hint: "The system still knows it is yours, so you can change it."},
		{Value: string(programme.SharePrivate), Label: "Keep to myself"},
	}
	if round.ID == 0 {
		options = options[2:]
	}
	return chat.Form{
		ID: formReflect, State: strconv.FormatInt(round.ID, 10), Title: "Reflect", Send: "Save",
		Intro: []chat.Node{intro, note("Please leave out names and details of children and families.")},
		Fields: []chat.Field{
			{ID: "words", Label: "Your words", Kind: chat.Paragraph, Max: programme.MaxWords},
			{ID: "share", Label: "Who may read this?", Kind: chat.Pick, Options: options, Value: string(share)},
		},
	}
}

func reflectButton(round int64, label string) chat.Button {
	button := chat.Button{ID: formReflect, Label: label, Arg: strconv.FormatInt(round, 10), Opens: formReflect}
	if round != 0 { // somebody asked, and waits
		button.Style = chat.Primary
	}
	return button
}

func promptCard(round programme.Round, m programme.Member, team programme.Team) chat.Card {
	return chat.Card{
		Kind: "round.prompt", Title: "Two minutes to think",
		Body: []chat.Node{
			chat.Para{Text: chat.Text{chat.Plain("Hello " + m.FirstName() + ". "), chat.Bold(round.Prompt.Text)}},
			note("Answer until " + programme.When(round.Closes, team.Location()) + ". You choose who reads it. Please leave out names and details of children and families."),
		},
		Buttons: []chat.Button{
			reflectButton(round.ID, "Answer"),
			{ID: pressSkip, Label: "Not this week", Arg: strconv.FormatInt(round.ID, 10)},
		},
	}
}

func answeredCard(round programme.Round, r programme.Reflection) chat.Card {
	said := map[programme.Share]string{
		programme.ShareNamed:   "Your team will read it with your name when the question closes.",
		programme.ShareUnnamed: "Your team will read it without your name when the question closes.",
		programme.SharePrivate: "Only you can read it.",
	}[r.Share]
	card := chat.Card{Kind: "round.answered", Title: "Thank you"}
	if r.Skipped {
		card.Title, said = "Not this week", "That is fine. The next question comes in its own time."
	}
	if round.ID != 0 {
		card.Body = append(card.Body, chat.Para{Text: chat.Text{chat.Bold(round.Prompt.Text)}})
		card.Buttons = []chat.Button{{ID: formReflect, Label: "Change my answer", Arg: strconv.FormatInt(round.ID, 10), Opens: formReflect}}
	}
	card.Body = append(card.Body, chat.P(said))
	return card
}

// mostShared is how many answers fit one message; a team is about eight.
const mostShared = 30

// digestCard is what a team shared. People who did not answer are never named or counted.
func digestCard(round programme.Round, shared []programme.Reflection) chat.Card {
	card := chat.Card{Kind: "round.digest", Title: "What we noticed this week", Body: []chat.Node{
		chat.Para{Text: chat.Text{chat.Bold(round.Prompt.Text)}},
	}}
	for i, r := range shared {
		if i == mostShared {
			card.Body = append(card.Body, note(programme.Count(len(shared)-mostShared, "more answer is", "more answers are")+" in the export."))
			break
		}
		name := r.Author.Name
		if r.Share != programme.ShareNamed || name == "" {
			name = "A colleague"
		}
		card.Body = append(card.Body, chat.Para{Text: chat.Text{chat.Bold(name + ": "), chat.Plain(r.Words)}})
	}
	card.Buttons = []chat.Button{proposeButton()}
	return card
}
