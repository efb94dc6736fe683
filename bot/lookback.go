package bot

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
)

// span is how far a look back goes.
type span struct {
	id, label string
	since     func(programme.Day) programme.Day // nil: from the very first
}

// lookBacks are the looks back, the usual one first.
var lookBacks = []span{
	{"month", "This month", func(today programme.Day) programme.Day { return today[:len("2026-12-")] + "01" }},
	{"quarter", "Last three months", func(today programme.Day) programme.Day { return today.Add(-91) }},
	{"all", "All", nil},
}

// lookBack is what the team shared in some time, by question, the latest first. The
// button's argument is "month 15": how far back, and how many answers come before the page.
// It never says who answered how often.
func (b *Bot) lookBack(ctx context.Context, s scene) (chat.Reply, error) {
	wanted, rest, _ := strings.Cut(s.arg, " ")
	skip, _ := strconv.Atoi(rest) // what is no number begins at the beginning
	of := lookBacks[0]
	for _, one := range lookBacks {
		if one.id == wanted {
			of = one
		}
	}
	back := looked{span: of, team: s.team.Name, skip: max(skip, 0)}
	var since time.Time
	if of.since != nil {
		back.since = of.since(s.today())
		since = startOf(back.since, s.team.Location())
	}
	var err error
	if back.questions, back.answers, err = b.store.TeamShared(ctx, s.me.CouncilID, s.team.ID, since); err != nil {
		return nil, err
	}
	back.list, err = b.store.TeamReflections(ctx, s.me.CouncilID, s.team.ID, since, back.skip, atOnce)
	if err != nil {
		return nil, err
	}
	return chat.Tell{Card: lookBackCard(back)}, nil
}

// startOf is the instant at which a day begins in a zone.
func startOf(day programme.Day, zone *time.Location) time.Time {
	wall, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		return time.Time{}
	}
	return programme.Instant(wall, zone)
}

// looked is a page of a look back.
type looked struct {
	span
	since              programme.Day // "" for all
	team               string
	questions, answers int // in all of that time
	skip               int // answers before the page
	list               []programme.Reflection
}

func lookBackButton(id, label string, back span, skip int) chat.Button {
	return chat.Button{ID: id, Label: label, Arg: fmt.Sprintf("%s %d", back.id, skip)}
}

// lookBackCard has its buttons in rows, since a card that is read in a dialog keeps only
// those.
func lookBackCard(l looked) chat.Card {
	card := chat.Card{Kind: "reflections.team", Title: shorten("What "+l.team+" noticed", chat.MaxTitle), Body: []chat.Node{l.head()}}
	if len(l.list) == 0 {
		return card
	}
	shown := programme.Pages(l.list)[0]
	for i, r := range shown {
		if i == 0 || r.Round != shown[i-1].Round {
			card.Body = append(card.Body, chat.Para{Text: chat.Text{chat.Bold(r.Question)}})
		}
		card.Body = append(card.Body, chat.Para{Text: chat.Text{chat.Bold(signature(r) + ": "), chat.Plain(r.Words)}})
	}
	if next := l.skip + len(shown); next < l.answers {
		more := lookBackButton(pressLookBack, "Show more", l.span, next)
		card.Body = append(card.Body, chat.Row{Text: chat.Words("There are earlier ones."), Buttons: []chat.Button{more}})
	}
	return card
}

// head is how much was shared in the time, and the ways to other times.
func (l looked) head() chat.Row {
	when := "So far"
	if l.since != "" {
		when = "Since " + l.since.Short()
	}
	row := chat.Row{Text: chat.Words(when + ": " + programme.Count(l.answers, "answer", "answers") + " shared to " + programme.Count(l.questions, "question", "questions") + ".")}
	if len(l.list) == 0 {
		row.Text = chat.Words(when + ": nothing to read. Answers come here when their question closes.")
	}
	for _, other := range lookBacks {
		if other.id != l.id {
			row.Buttons = append(row.Buttons, lookBackButton(pressLookBack+"."+other.id, other.label, other, 0))
		}
	}
	row.Buttons = append(row.Buttons, reflectionsButton("My reflections"))
	return row
}
