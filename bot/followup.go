package bot

import (
	"context"
	"strconv"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

const formEstimate = "change.estimate"

// still keeps a one-tap answer to "Is it still happening?" and asks, for those who like,
// how much time the change gives back.
func (b *Bot) still(answer programme.Still) talk {
	return func(ctx context.Context, s scene) (chat.Reply, error) {
		id, _ := strconv.ParseInt(s.arg, 10, 64) // what is no number is no follow-up
		if err := b.store.AnswerFollowUp(ctx, s.by(), id, answer); err != nil {
			return nil, err
		}
		f, c, err := b.followUpOf(ctx, s, s.arg)
		return chat.Replace{Card: answeredStillCard(c, f, answer, s.ours(c))}, err
	}
}

// follows reports whether a member proposed a change, looks after it or supports it.
func (b *Bot) follows(ctx context.Context, m programme.Member, c programme.Change) (bool, error) {
	if c.Proposer.ID == m.ID || c.Owner.ID == m.ID {
		return true, nil
	}
	return b.store.Supports(ctx, m.CouncilID, m.ID, c.Number)
}

func followUpCard(c programme.Change, f programme.FollowUp) chat.Card {
	return chat.Card{
		Kind: "change.still", Title: "Is it still happening?",
		Body: []chat.Node{
			chat.P(c.Team + " kept this small change " + strconv.Itoa(f.Weeks) + " weeks ago."),
			chat.Para{Text: chat.Text{chat.Bold(c.Ref() + " " + c.Title)}},
			note("One tap is enough. Others see how many answered what, never who."),
		},
		Buttons: append(stillButtons(f), laterButton(f)),
	}
}

func stillButtons(f programme.FollowUp) []chat.Button {
	buttons := make([]chat.Button, len(programme.Stills))
	for i, answer := range programme.Stills {
		buttons[i] = chat.Button{ID: pressStill + "." + string(answer), Label: answer.Words(), Arg: idValue(f.ID), Spoken: answer.Words() + ", " + f.Ref}
	}
	return buttons
}

func answeredStillCard(c programme.Change, f programme.FollowUp, answer programme.Still, ours bool) chat.Card {
	card := chat.Card{
		Kind: "change.still-kept", Title: "Thank you",
		Body: []chat.Node{
			chat.Para{Text: chat.Text{chat.Bold(c.Ref() + " " + c.Title)}},
			chat.P("Your answer: " + answer.Words() + "."),
		},
	}
	if answer == programme.StillGone && ours {
		card.Body = append(card.Body, chat.P("You can look at it again together."))
		card.Buttons = append(card.Buttons, reviewButton(c, "Review it again"))
	} else if answer != programme.StillGone {
		card.Body = append(card.Body, chat.P("If you have another moment: how much time does it give back?"))
		card.Buttons = append(card.Buttons, chat.Button{ID: formEstimate, Label: "Say how much time", Arg: c.Ref(), Opens: formEstimate, Spoken: "Say how much time " + c.Ref() + " gives back"})
	}
	card.Body = append(card.Body, note("You can change your answer until we ask again."))
	card.Buttons = append(card.Buttons, stillAgainButton(f), showButton(c))
	return card
}

func stillAgainButton(f programme.FollowUp) chat.Button {
	return chat.Button{ID: pressStill + ".again", Label: "Change my answer", Arg: idValue(f.ID), Spoken: "Change my answer about " + f.Ref}
}

// stillAgain shows the question once more, to answer it otherwise.
func (b *Bot) stillAgain(ctx context.Context, s scene) (chat.Reply, error) {
	f, c, err := b.followUpOf(ctx, s, s.arg)
	if err == nil {
		err = f.MayAnswer() // before they choose, and not only after
	}
	return chat.Replace{Card: followUpCard(c, f)}, err
}

func (b *Bot) openEstimate(ctx context.Context, s scene) (chat.Reply, error) {
	number, ok := programme.ParseRef(s.arg)
	if !ok {
		return nil, missingChange(s.arg)
	}
	c, _, err := b.store.Change(ctx, s.me.CouncilID, number)
	return chat.Ask{Form: estimateForm(c)}, err
}

func estimateForm(c programme.Change) chat.Form {
	fields := timeFields(programme.TimeGiven{})
	for i := range fields {
		fields[i].Optional = false // this is all that the form asks
	}
	return chat.Form{
		ID: formEstimate, State: changeState(c), Title: "Time given back", Send: "Save",
		Intro:  []chat.Node{chat.Para{Text: chat.Text{chat.Bold(c.Ref() + " " + c.Title)}}},
		Fields: fields,
	}
}

func (b *Bot) sentEstimate(ctx context.Context, s scene) (chat.Reply, error) {
	f, now, _, err := b.formOf(ctx, s, estimateForm)
	if err != nil {
		return nil, err
	}
	t, err := readTime(s.sent)
	if err != nil {
		return again(f, s.sent, err)
	}
	c, err := b.store.Estimate(ctx, s.by(), now.Number, t)
	if err != nil {
		return again(f, s.sent, err)
	}
	return chat.Tell{Card: estimatedCard(c)}, nil // the card with their other answer stays
}

func estimatedCard(c programme.Change) chat.Card {
	return chat.Card{
		Kind: "change.estimated", Title: "Thank you",
		Body: []chat.Node{
			chat.Para{Text: chat.Text{chat.Bold(c.Ref() + " " + c.Title)}},
			chat.P("We have kept how much time you think it gives back. Others see a range and how many answered, never who."),
		},
		Buttons: []chat.Button{showButton(c)},
	}
}

const formLater = "still.later"

// laterButton puts the question off, or stops it.
func laterButton(f programme.FollowUp) chat.Button {
	return chat.Button{ID: formLater, Label: "Later or never", Arg: idValue(f.ID), Opens: formLater, Spoken: "Later or never, " + f.Ref}
}

// followUpOf reads the question that a button or form is about, with its change.
func (b *Bot) followUpOf(ctx context.Context, s scene, arg string) (programme.FollowUp, programme.Change, error) {
	id, _ := strconv.ParseInt(arg, 10, 64) // what is no number is no follow-up
	f, err := b.store.FollowUp(ctx, s.me.CouncilID, id)
	if err != nil {
		return f, programme.Change{}, err
	}
	c, err := b.store.ChangeByID(ctx, s.me.CouncilID, f.ChangeID)
	return f, c, err
}

func (b *Bot) openLater(ctx context.Context, s scene) (chat.Reply, error) {
	f, c, err := b.followUpOf(ctx, s, s.arg)
	return chat.Ask{Form: laterForm(f, c)}, err
}

func laterForm(f programme.FollowUp, c programme.Change) chat.Form {
	return chat.Form{
		ID: formLater, State: idValue(f.ID), Title: "Later or never", Send: "Save",
		Intro: []chat.Node{chat.Para{Text: chat.Text{chat.Bold(c.Ref() + " " + c.Title)}}, chat.P("Is it still happening?")},
		Fields: []chat.Field{{ID: "stop", Label: "When shall we ask?", Kind: chat.Pick, Value: string(programme.StopWeek), Options: []chat.Option{
			{Value: string(programme.StopWeek), Label: "In a week"},
			{Value: string(programme.StopThis), Label: "Never about this small change"},
			{Value: string(programme.StopKind), Label: "Never about any small change"},
		}}},
	}
}

// sentLater puts the question off by a week, or stops it for one small change or all.
func (b *Bot) sentLater(ctx context.Context, s scene) (chat.Reply, error) {
	f, c, err := b.followUpOf(ctx, s, s.form)
	if err != nil {
		return nil, err
	}
	words := "We will ask you again in a week."
	switch programme.Stop(s.sent["stop"]) {
	case programme.StopWeek:
		err = b.store.SnoozeFollowUp(ctx, s.by(), f.ID)
	case programme.StopThis:
		words, err = "We will not ask you about it again."+backAgain, b.store.StopNudges(ctx, s.by(), programme.NoticeFollowUp, c.ID)
	case programme.StopKind:
		words, err = "We will not ask you whether small changes still happen."+backAgain, b.store.StopNudges(ctx, s.by(), programme.NoticeFollowUp, 0)
	default:
		err = fault.Field("stop", "Choose one of these.")
	}
	if err != nil {
		return again(laterForm(f, c), s.sent, err)
	}
	return chat.Replace{Card: nudgedCard(c, words, showButton(c))}, nil
}
