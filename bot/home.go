package bot

import (
	"context"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// mostAtHome is how many changes a Home page lists; the list has them all.
const mostAtHome = 8

// home is a person's own page: what waits for them, and their changes.
func (b *Bot) home(ctx context.Context, s scene) (chat.Reply, error) {
	waiting, err := b.waiting(ctx, s)
	if err != nil {
		return nil, err
	}
	mine, err := b.store.Changes(ctx, s.me.CouncilID, programme.ChangeFilter{Member: s.me.ID, Limit: mostAtHome})
	if err != nil {
		return nil, err
	}
	return chat.Home{Card: homeCard(s.me.FirstName(), s.team.Name, waiting, mine)}, nil
}

func (b *Bot) waiting(ctx context.Context, s scene) ([]chat.Row, error) {
	var rows []chat.Row
	round, err := b.store.OpenRoundOf(ctx, s.me.CouncilID, s.team.ID, s.At)
	if err == nil {
		_, err = b.store.Reflection(ctx, s.me.CouncilID, round.ID, s.me.ID)
		if fault.Is(err, fault.Missing) {
			rows = append(rows, chat.Row{Text: chat.Text{chat.Bold("This week's question"), chat.Plain("\n" + round.Prompt.Text)}, Buttons: []chat.Button{reflectButton(round.ID, "Answer")}})
		}
	}
	if err != nil && !fault.Is(err, fault.Missing) {
		return nil, err
	}
	p, err := b.store.OpenPulseOf(ctx, s.me.CouncilID, s.team.ID, s.At)
	if err == nil {
		var replied bool
		replied, err = b.ballots.Replied(ctx, p.ID, s.me.ID)
		switch {
		case fault.Is(err, fault.Denied), fault.Is(err, fault.Closed): // it did not invite them, or is just closing
			err = nil
		case err == nil && !replied:
			rows = append(rows, chat.Row{Text: chat.Text{chat.Bold("A pulse is open"), chat.Plain("\n" + p.Title + ", until " + programme.When(p.Closes, s.team.Location()))}, Buttons: []chat.Button{{ID: formPulse, Label: "Answer", Opens: formPulse, Spoken: "Answer the pulse"}}})
		}
	}
	if err != nil && !fault.Is(err, fault.Missing) {
		return nil, err
	}
	today := programme.DayOf(s.At, s.team.Location())
	due, err := b.store.Changes(ctx, s.me.CouncilID, programme.ChangeFilter{Member: s.me.ID, Due: today, Limit: mostAtHome})
	for _, c := range due {
		row := chat.Row{Text: chat.Text{chat.Bold(c.Ref() + " is due for review"), chat.Plain("\n" + c.Title)}, Buttons: []chat.Button{updateButton(c, "Review")}}
		rows = append(rows, row)
	}
	return rows, err
}

func homeCard(name, team string, waiting []chat.Row, mine []programme.Change) chat.Card {
	card := chat.Card{Kind: "home", Title: "Hello " + name}
	card.Body = append(card.Body, chat.P("Small changes that give time back to children and families. You are in "+team+"."), chat.Heading("Waiting for you"))
	for _, row := range waiting {
		card.Body = append(card.Body, row)
	}
	if len(waiting) == 0 {
		card.Body = append(card.Body, chat.P("Nothing. Enjoy the time."))
	}
	card.Body = append(card.Body, chat.Heading("Your small changes"))
	for _, c := range mine {
		card.Body = append(card.Body, changeRow(c, updateButton(c, "Update")))
	}
	if len(mine) == 0 {
		card.Body = append(card.Body, chat.P("None yet. One line is enough to start."))
	}
	card.Buttons = []chat.Button{
		proposeButton(),
		celebrateButton(""),
		{ID: pressList, Label: "Team's changes", Arg: "team"},
		{ID: pressList + ".mine", Label: "My changes", Arg: "mine"},
		{ID: pressHelp, Label: "Help"},
	}
	return card
}
