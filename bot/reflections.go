package bot

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
)

// Ids of the buttons of reading what was written before.
const (
	pressReflections = "reflections"
	pressOlder       = pressReflections + ".older"
	pressExport      = pressReflections + ".export"
	pressLookBack    = pressReflections + ".team"
)

// atOnce is how many reflections are read from storage at a time. A card shows as many of
// them as fit.
const atOnce = 10

// asked is the question that a reflection answers, or what stands in its place.
func asked(r programme.Reflection) string {
	return cmp.Or(r.Question, "A thought of my own")
}

func reflectionsButton(label string) chat.Button {
	return chat.Button{ID: pressReflections, Label: label}
}

// reflections are what the person wrote, the latest first, for their eyes only. A page's
// button says before which one the next begins.
func (b *Bot) reflections(ctx context.Context, s scene) (chat.Reply, error) {
	before, _ := strconv.ParseInt(s.arg, 10, 64) // what is no number begins at the latest
	list, err := b.store.MyReflections(ctx, s.me.CouncilID, s.me.ID, before, atOnce+1)
	if err != nil {
		return nil, err
	}
	return chat.Tell{Card: reflectionsCard(list, s.team.Location())}, nil
}

// reflectionsCard has its buttons in rows, since a card that is read in a dialog keeps only
// those.
func reflectionsCard(list []programme.Reflection, zone *time.Location) chat.Card {
	card := chat.Card{Kind: "reflections", Title: "My reflections"}
	team := lookBackButton(pressLookBack, "Team’s reflections", lookBacks[0], 0)
	if len(list) == 0 {
		card.Body = []chat.Node{chat.Row{Text: chat.Words("There are no words of yours here yet."), Buttons: []chat.Button{reflectButton(0, "Reflect"), team}}}
		return card
	}
	card.Body = []chat.Node{chat.Row{Text: chat.Words("Only you see this page."), Buttons: []chat.Button{{ID: pressExport, Label: "Export"}, team}}}
	shown := programme.Pages(list[:min(len(list), atOnce)])[0]
	for _, r := range shown {
		card.Body = append(card.Body, reflectionRow(r, zone))
	}
	if len(shown) < len(list) {
		more := chat.Button{ID: pressOlder, Label: "Show more", Arg: idValue(shown[len(shown)-1].ID)}
		card.Body = append(card.Body, chat.Row{Text: chat.Words("There are earlier ones."), Buttons: []chat.Button{more}})
	}
	return card
}

// reflectionRow is one reflection of the person's own: what was asked, when they answered
// and for whom, and the words.
func reflectionRow(r programme.Reflection, zone *time.Location) chat.Row {
	day := programme.DayOf(r.At, zone).Short()
	return chat.Row{
		Text: chat.Text{chat.Bold(asked(r)), chat.Plain("\n" + day + ", " + readers[r.Share] + "\n" + r.Words)},
		Buttons: []chat.Button{
			{ID: formReflect, Label: "Edit", Arg: reflectionState(r), Opens: formReflect, Spoken: "Edit what I wrote on " + day},
			withdrawButton(r, "Withdraw what I wrote on "+day),
		},
	}
}

// readers say for whom a reflection is.
var readers = map[programme.Share]string{
	programme.ShareNamed:   "for my team, with my name",
	programme.ShareUnnamed: "for my team, without my name",
	programme.SharePrivate: "for me alone",
}

// exportReflections is everything the person wrote here, as a file for them alone.
func (b *Bot) exportReflections(ctx context.Context, s scene) (chat.Reply, error) {
	var all []programme.Reflection
	for before := int64(0); ; {
		list, err := b.store.MyReflections(ctx, s.me.CouncilID, s.me.ID, before, 100)
		if err != nil {
			return nil, err
		}
		if len(list) == 0 {
			break
		}
		all, before = append(all, list...), list[len(list)-1].ID
	}
	return chat.Tell{Card: exportCard(all, s.team.Location())}, nil
}

func exportCard(list []programme.Reflection, zone *time.Location) chat.Card {
	if len(list) == 0 {
		return chat.Card{Kind: "reflections.export", Title: "My reflections", Body: []chat.Node{chat.P("There are no words of yours here yet.")}}
	}
	return chat.Card{Kind: "reflections.export", Title: "My reflections", Body: []chat.Node{
		chat.P("Here is everything you wrote, " + programme.Count(len(list), "reflection", "reflections") + ". Please keep the file where only you can read it."),
		chat.File{Name: "my-reflections.txt", Title: "My reflections", Content: []byte(exported(list, zone))},
	}}
}

// exported are reflections as plain text that also reads as Markdown, the latest first.
func exported(list []programme.Reflection, zone *time.Location) string {
	var out strings.Builder
	out.WriteString("# My reflections\n")
	for _, r := range list {
		fmt.Fprintf(&out, "\n## %s\n\n%s, %s\n\n%s\n", asked(r), programme.DayOf(r.At, zone), readers[r.Share], r.Words)
	}
	return out.String()
}
