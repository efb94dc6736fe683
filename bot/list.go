package bot

import (
	"context"
	"strconv"
	"strings"

	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
)

const pageSize = 10

// list shows changes: of the team, mine, the council's, those stuck, or those with words.
// A page's button says "words|before", the number that the next page starts below.
func (b *Bot) list(ctx context.Context, s scene) (chat.Reply, error) {
	asked, before := s.arg, ""
	if _, pressed := s.Did.(chat.Press); pressed { // what is typed may hold any sign
		asked, before, _ = strings.Cut(s.arg, "|")
	}
	asked = programme.CleanLine(asked)
	f, title, none := s.filter(asked)
	f.Before, _ = strconv.Atoi(before)
	f.Limit = pageSize + 1
	changes, err := b.store.Changes(ctx, s.me.CouncilID, f)
	if err != nil {
		return nil, err
	}
	return chat.Tell{Card: listCard(title, none, asked, changes)}, nil
}

func (s scene) filter(asked string) (f programme.ChangeFilter, title, none string) {
	none = "Nothing here yet."
	switch strings.ToLower(asked) {
	case "", "team":
		return programme.ChangeFilter{Team: s.team.ID}, s.team.Name + "’s small changes", none
	case "mine":
		return programme.ChangeFilter{Member: s.me.ID}, "Your small changes", none
	case "council":
		return programme.ChangeFilter{}, "Small changes across the council", none
	case "stuck":
		return programme.ChangeFilter{Team: s.team.ID, Blocked: true}, "Stuck in " + s.team.Name, "Nothing is in the way of any small change here."
	default:
		return programme.ChangeFilter{Words: asked}, shorten("Small changes about “"+asked+"”", chat.MaxTitle),
			"None has all of these words. Try fewer, or the start of one."
	}
}

func listCard(title, none, asked string, changes []programme.Change) chat.Card {
	card := chat.Card{Kind: "change.list", Title: title}
	more := len(changes) > pageSize
	if more {
		changes = changes[:pageSize]
	}
	for _, c := range changes {
		card.Body = append(card.Body, changeRow(c, showButton(c)))
	}
	if len(changes) == 0 {
		card.Body = []chat.Node{chat.P(none)}
		card.Buttons = []chat.Button{proposeButton()}
	}
	if more {
		arg := shorten(asked, 100) + "|" + strconv.Itoa(changes[pageSize-1].Number)
		card.Buttons = []chat.Button{{ID: pressList, Label: "Show more", Arg: arg}}
	}
	return card
}

// changeRow is a change in one row: what it is, how far it has come, and what is in its way.
func changeRow(c programme.Change, buttons ...chat.Button) chat.Row {
	about := "\n" + capital(c.State.Words()) + ", " + c.Team
	if c.Supporters > 0 {
		about += ", " + programme.Count(c.Supporters, "supporter", "supporters")
	}
	if c.Blocked != "" {
		about += ". In the way: " + c.Blocked
	}
	return chat.Row{Text: chat.Text{chat.Bold(c.Ref() + " " + c.Title), chat.Plain(about)}, Buttons: buttons}
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func showButton(c programme.Change) chat.Button {
	return chat.Button{ID: pressShow, Label: "Show", Arg: c.Ref(), Spoken: "Show " + c.Ref()}
}
