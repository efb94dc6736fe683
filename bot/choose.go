package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

const (
	formChoose = "choosing.open"
	formDots   = "choosing.dots"
)

// choose opens a round of choosing together, or joins the one that is open.
func (b *Bot) choose(ctx context.Context, s scene) (chat.Reply, error) {
	round, err := b.store.LastChoosing(ctx, s.me.CouncilID, s.team.ID)
	if err != nil && !fault.Is(err, fault.Missing) {
		return nil, err
	}
	switch {
	case err == nil && round.Open(s.At):
		return b.askDots(ctx, s, round)
	case err == nil && round.Closed && s.At.Sub(round.Closes) < resultFor:
		return b.showChosen(ctx, s, round)
	}
	return b.openChoose(ctx, s)
}

// resultFor is how long the result of a round is shown before another is offered.
const resultFor = 30 * 24 * time.Hour

// showChosen shows the result of a team's last round again, with a way to open another.
func (b *Bot) showChosen(ctx context.Context, s scene, round programme.Choosing) (chat.Reply, error) {
	card, err := b.chosen(ctx, s.me.CouncilID, round, s.team)
	card.Buttons = append(card.Buttons, chat.Button{ID: formChoose, Label: "Open another round", Opens: formChoose})
	return chat.Tell{Card: card}, err
}

// openChoose opens the form for a new round.
func (b *Bot) openChoose(ctx context.Context, s scene) (chat.Reply, error) {
	ideas, err := b.ideas(ctx, s)
	if err != nil {
		return nil, err
	}
	if _, err := programme.OpenChoosing(ideas, programme.ChoosingDays[0], s.me, s.At); err != nil {
		return nil, err
	}
	return chat.Ask{Form: chooseForm(s.team, ideas)}, nil
}

// ideas are those of the team, those with most support first: a round offers only so many.
func (b *Bot) ideas(ctx context.Context, s scene) ([]programme.Change, error) {
	ideas, err := b.store.Changes(ctx, s.me.CouncilID, programme.ChangeFilter{Team: s.team.ID, States: []programme.State{programme.Idea}, Limit: 2_000})
	slices.SortStableFunc(ideas, func(a, b programme.Change) int { return b.Supporters - a.Supporters })
	return ideas, err
}

func chooseForm(team programme.Team, ideas []programme.Change) chat.Form {
	options := make([]chat.Option, len(programme.ChoosingDays))
	for i, days := range programme.ChoosingDays {
		options[i] = chat.Option{Value: strconv.Itoa(days), Label: programme.Count(days, "day", "days")}
	}
	words := fmt.Sprintf("%s has %d ideas. Each person puts two dots. Nobody sees them until the round closes by itself.", team.Name, len(ideas))
	if len(ideas) > programme.MostIdeas {
		words += fmt.Sprintf(" The %d with most support are offered.", programme.MostIdeas)
	}
	intro := []chat.Node{chat.P(words)}
	if team.Channel.ID == "" {
		intro = append(intro, chat.P("Your team has no channel here, so tell your colleagues to type /smallchange choose."))
	}
	return chat.Form{
		ID: formChoose, Title: "Choose together", Send: "Open the round", Intro: intro,
		Fields: []chat.Field{{ID: "days", Label: "How long do people have?", Kind: chat.Pick, Options: options, Value: options[0].Value}},
	}
}

func (b *Bot) sentChoose(ctx context.Context, s scene) (chat.Reply, error) {
	ideas, err := b.ideas(ctx, s)
	if err != nil {
		return nil, err
	}
	f := chooseForm(s.team, ideas)
	days, _ := strconv.Atoi(s.sent["days"]) // OpenChoosing refuses what is no number of days
	round, err := programme.OpenChoosing(ideas, days, s.me, s.At)
	if err != nil {
		return again(f, s.sent, err)
	}
	if round, err = b.store.OpenChoosing(ctx, s.by(), round); err != nil {
		return again(f, s.sent, err)
	}
	return chat.Tell{Card: openedCard(round, s.team)}, nil
}

func openedCard(round programme.Choosing, team programme.Team) chat.Card {
	card := chat.Card{Kind: "choosing.opened", Title: "The round is open"}
	words := "Your team’s channel has a message about it, where each of you can put your dots."
	if team.Channel.ID == "" { // then this is the only message
		words = "Tell your colleagues to type /smallchange choose."
		card.Buttons = []chat.Button{dotsButton(round)}
	}
	card.Body = []chat.Node{chat.P(words + " It closes by itself on " + programme.When(round.Closes, team.Location()) + ".")}
	return card
}

func dotsButton(round programme.Choosing) chat.Button {
	return chat.Button{ID: formDots, Label: "Put my two dots", Arg: idValue(round.ID), Opens: formDots, Style: chat.Primary}
}

// choosingCard tells a team that it chooses together.
func choosingCard(round programme.Choosing, team programme.Team) chat.Card {
	card := chat.Card{Kind: "choosing", Title: "Choose together", Body: []chat.Node{
		chat.P("What should " + team.Name + " try next? Each person has two dots. Nobody sees them until the round closes, on " + programme.When(round.Closes, team.Location()) + "."),
	}}
	for ideas := range slices.Chunk(round.Ideas, 10) { // a title is at most 150 letters, a paragraph 3,000
		lines := make([]string, len(ideas))
		for i, idea := range ideas {
			lines[i] = idea.Ref() + " " + idea.Title
		}
		card.Body = append(card.Body, chat.P(strings.Join(lines, "\n")))
	}
	card.Buttons = []chat.Button{dotsButton(round)}
	return card
}

// openDots opens the form for a person's dots, as a button names the round.
func (b *Bot) openDots(ctx context.Context, s scene) (chat.Reply, error) {
	id, _ := strconv.ParseInt(s.arg, 10, 64) // what is no number is no round
	round, err := b.store.Choosing(ctx, s.me.CouncilID, id)
	if err != nil {
		return nil, err
	}
	if err := round.Joins(s.me, s.At); err != nil {
		return nil, err
	}
	return b.askDots(ctx, s, round)
}

func (b *Bot) askDots(ctx context.Context, s scene, round programme.Choosing) (chat.Reply, error) {
	if len(round.Choosable()) == 0 {
		return nil, fault.New(fault.Closed, "None of the ideas of this round is an idea any more. Propose another: /smallchange propose, then one line.")
	}
	mine, err := b.store.Dots(ctx, s.me.CouncilID, round.ID, s.me.ID)
	mine = slices.DeleteFunc(mine, func(d programme.Dot) bool { return !round.Offers(d.Change) })
	return chat.Ask{Form: dotsForm(round, mine, s.team)}, err
}

func dotsForm(round programme.Choosing, mine []programme.Dot, team programme.Team) chat.Form {
	var ideas []chat.Option
	for _, idea := range round.Choosable() {
		ideas = append(ideas, chat.Option{Value: idValue(idea.ID), Label: shorten(idea.Ref()+" "+idea.Title, chat.MaxLabel)})
	}
	f := chat.Form{
		ID: formDots, State: idValue(round.ID), Title: "Your two dots", Send: "Put my dots",
		Intro: []chat.Node{note("Nobody sees them until " + programme.When(round.Closes, team.Location()) + ". Who put which is then deleted. Until then you can move them.")},
	}
	names := [programme.DotsEach]string{"First dot", "Second dot"}
	for i, name := range names {
		dot := programme.Dot{}
		if i < len(mine) {
			dot = mine[i]
		}
		at := func(field string) string { return field + strconv.Itoa(i+1) }
		f.Fields = append(f.Fields,
			chat.Field{ID: at("idea"), Label: name + ": which idea?", Kind: chat.Choice, Options: ideas, Optional: i > 0, Value: idValue(dot.Change)},
			scale(at("difference"), name+": difference it could make", programme.DifferenceWords, dot.Difference, i > 0),
			scale(at("effort"), name+": effort it takes", programme.EffortWords, dot.Effort, i > 0),
		)
	}
	return f
}

func scale(id, label string, words [3]string, value int, optional bool) chat.Field {
	options := make([]chat.Option, len(words))
	for i, word := range words {
		options[i] = chat.Option{Value: strconv.Itoa(i + 1), Label: capital(word)}
	}
	return chat.Field{ID: id, Label: label, Kind: chat.Pick, Options: options, Optional: optional, Value: idValue(int64(value))}
}

func (b *Bot) sentDots(ctx context.Context, s scene) (chat.Reply, error) {
	id, err := strconv.ParseInt(s.form, 10, 64)
	if err != nil {
		return nil, formGone(err)
	}
	round, err := b.store.Choosing(ctx, s.me.CouncilID, id)
	if err != nil {
		return nil, err
	}
	if err := b.store.PlaceDots(ctx, s.by(), id, readDots(s.sent)); err != nil {
		return again(dotsForm(round, nil, s.team), s.sent, err)
	}
	return chat.Tell{Card: placedCard(round, s.team)}, nil
}

// readDots reads a person's dots. One whose idea was left empty is none, unless something
// was said of it: then the rule asks which idea was meant.
func readDots(sent chat.Values) []programme.Dot {
	var dots []programme.Dot
	for i := 1; i <= programme.DotsEach; i++ {
		read := func(field string) int64 {
			n, err := strconv.ParseInt(sent[field+strconv.Itoa(i)], 10, 64)
			if err != nil {
				return 0
			}
			return n
		}
		dot := programme.Dot{Change: read("idea"), Difference: int(read("difference")), Effort: int(read("effort"))}
		if dot != (programme.Dot{}) {
			dots = append(dots, dot)
		}
	}
	return dots
}

func placedCard(round programme.Choosing, team programme.Team) chat.Card {
	words := "The result comes to your team’s channel on " + programme.When(round.Closes, team.Location()) + "."
	if team.Channel.ID == "" {
		words = "To see the result, type /smallchange choose after " + programme.When(round.Closes, team.Location()) + "."
	}
	return chat.Card{
		Kind: "choosing.placed", Title: "Your dots are in",
		Body:    []chat.Node{chat.P(words)},
		Buttons: []chat.Button{{ID: formDots, Label: "Move my dots", Arg: idValue(round.ID), Opens: formDots}},
	}
}

// chosenCard shows a team what it put where. It ranks nothing: the team looks, talks, and picks.
func chosenCard(round programme.Choosing, team programme.Team, working int, picture []byte) chat.Card {
	card := chat.Card{Kind: "choosing.end", Title: "What " + team.Name + " thinks"}
	if round.People == 0 {
		card.Body = []chat.Node{chat.P("The round has closed, and nobody put a dot. You can open another when there is time.")}
		return card
	}
	card.Body = []chat.Node{
		chat.P(programme.Count(round.People, "person", "people") + " put dots. There is no score: look, talk, and pick."),
		chat.Picture{Name: "grid", Alt: "A grid of three by three: how big a difference each could make, and how much effort it takes. These are the words for it:", PNG: picture},
		chat.P(strings.ReplaceAll(round.Grid.Words(), ". ", ".\n")), // a cell a line
	}
	for _, idea := range marked(round) {
		card.Body = append(card.Body, chat.Row{Text: chat.Words(idea.Ref() + " " + idea.Title), Buttons: []chat.Button{
			{ID: pressChooseIdea, Label: "Choose", Arg: idea.Ref() + " " + string(programme.Chosen), Opens: formUpdate, Spoken: "Choose " + idea.Ref()},
		}})
	}
	card.Body = append(card.Body, note(fmt.Sprintf("%s works on %d now, and on at most %d at once.", team.Name, working, team.AtOnce)))
	return card
}

// marked are the ideas that somebody put a dot on and that are ideas still, as they were offered.
func marked(round programme.Choosing) []programme.Change {
	return slices.DeleteFunc(round.Choosable(), func(idea programme.Change) bool { return !round.Marked(idea) })
}
