package bot

import (
	"context"

	"smallchanges/internal/chat"
)

// Ids of the buttons that open no form. A button that opens one has the form's id.
const (
	pressList        = "change.list"
	pressShow        = "change.show"
	pressShare       = "change.share"
	pressMore        = "change.more"
	pressStory       = "change.story"
	pressSupport     = "change.support"
	pressSupportHere = "change.support.here"
	pressUnsupport   = "change.unsupport"
	pressAdopt       = "change.adopt"
	pressTakeOn      = "change.take-on"
	pressGate        = "change.gate"
	pressChooseIdea  = formUpdate + ".here"
	pressDecide      = "permission"
	pressStill       = "still"
	pressSkip        = "reflect.skip"
	pressHelp        = "help"
)

// menu is what can be done here, as buttons.
func (b *Bot) menu(_ context.Context, s scene) (chat.Reply, error) {
	return chat.Tell{Card: menuCard(s.me.FirstName(), s.team.Name)}, nil
}

func menuCard(name, team string) chat.Card {
	return chat.Card{
		Kind: "menu", Title: "Small Changes",
		Body: []chat.Node{
			chat.P("Hello " + name + ". What would you like to do?"),
			chat.Row{Text: chat.Words("Have an idea that would give you time back?"), Buttons: []chat.Button{proposeButton()}},
			chat.Row{Text: chat.Words("See what " + team + " is working on."), Buttons: []chat.Button{
				{ID: pressList, Label: "Team's changes", Arg: "team"},
				{ID: pressList + ".mine", Label: "My changes", Arg: "mine"},
			}},
			chat.Row{Text: chat.Words("Thank a colleague, or mark a win."), Buttons: []chat.Button{celebrateButton("")}},
			chat.Row{Text: chat.Words("Take two minutes to think."), Buttons: []chat.Button{reflectButton(0, "Reflect"), reflectionsButton("My reflections")}},
			chat.Row{Text: chat.Words("Too many messages, or time off?"), Buttons: []chat.Button{quietButton()}},
		},
		Buttons: []chat.Button{{ID: pressHelp, Label: "Help"}},
	}
}

func (b *Bot) help(context.Context, scene) (chat.Reply, error) {
	return chat.Tell{Card: helpCard()}, nil
}

func helpCard() chat.Card {
	fact := func(typed, does string) chat.Fact { return chat.Fact{Label: typed, Value: chat.Words(does)} }
	return chat.Card{
		Kind: "help", Title: "How to use Small Changes",
		Body: []chat.Node{
			chat.P("Type one of these anywhere. Only you see the answer, unless it says otherwise."),
			chat.Facts{
				fact("/smallchange propose Shorter forms", "files an idea in one line"),
				fact("/smallchange update SC-12", "takes it a step on"),
				fact("/smallchange list", "your team's changes; also mine, council, stuck, waiting, kept, stopped, counts, or any words"),
				fact("/smallchange show SC-12", "one change and what happened to it; support SC-12 backs it"),
				fact("/smallchange choose", "your team chooses together what to try next"),
				fact("/celebrate @Ben for the new rota", "goes to the celebration channel"),
				fact("/reflect", "answers this week's question"),
				fact("/pulse", "the open pulse, or the last result"),
				fact("/smallchange quiet", "how often we write to you: less, not now, leave and working days"),
				fact("/smallchange setup", "the team’s people, vision, strands and rhythm, for champions, deputies and coordinators"),
			},
			note("Please leave out names and details of children and families."),
		},
		Buttons: []chat.Button{proposeButton()},
	}
}

func note(s string) chat.Note { return chat.Note{Text: chat.Words(s)} }

func proposeButton() chat.Button {
	return chat.Button{ID: formPropose, Label: "Propose a small change", Opens: formPropose, Style: chat.Primary}
}
