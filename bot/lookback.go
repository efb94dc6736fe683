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

func lookBackCard(l looked) chat.Card {
	card := chat.Card{Kind: "reflections.team", Title: shorten("What "+l.team+" noticed", chat.MaxTitle)}
	when := "So far"
	if l.since != "" {
		when = "Since " + l.since.Short()
	}
	card.Body = []chat.Node{note(when + ": " + programme.Count(l.questions, "question", "questions") + ", " + programme.Count(l.answers, "answer", "answers") + " shared.")}
	if len(l.list) == 0 {
		card.Body = append(card.Body, chat.P("Nothing to read in this time. Answers come here when their question closes."))
	} else {
		shown := programme.Pages(l.list)[0]
		before := int64(0)
		for _, r := range shown {
			if r.Round != before {
				card.Body = append(card.Body, chat.Para{Text: chat.Text{chat.Bold(r.Question)}})
				before = r.Round
			}
			card.Body = append(card.Body, chat.Para{Text: chat.Text{chat.Bold(signature(r) + ": "), chat.Plain(r.Words)}})
		}
		if next := l.skip + len(shown); next < l.answers {
			card.Buttons = append(card.Buttons, chat.Button{ID: pressLookBack, Label: "Show more", Arg: fmt.Sprintf("%s %d", l.id, next)})
		}
	}
	for _, other := range lookBacks {
		if other.id != l.id {
			card.Buttons = append(card.Buttons, chat.Button{ID: pressLookBack + "." + other.id, Label: other.label, Arg: other.id})
		}
	}
	card.Buttons = append(card.Buttons, reflectionsButton("My reflections"))
	return card
}
