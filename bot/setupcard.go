package bot

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
)

// mostFact is how long what is so now is on the card; its form has it all.
const mostFact = 600

// setupCard shows how a team is set up now, with a button for each part.
func (b *Bot) setupCard(s scene, set programme.Setup, news string) chat.Card {
	card := chat.Card{Kind: "setup", Title: "Set up " + set.Entry.Name}
	if news != "" {
		card.Body = append(card.Body, chat.P(news))
	}
	for _, part := range setupParts {
		if part.id == formSetupTeam {
			card.Body = append(append(card.Body, b.rhythmNodes(set)...), promptsRow(set))
		}
		buttons := []chat.Button{setupButton(part.id, part.button, set)}
		if part.id == formSetupPeople && inChannel(s) {
			from := setupButton(part.id, "Add people from this channel", set)
			from.ID, from.Arg = part.id+".channel", from.Arg+" channel"
			buttons = append(buttons, from)
		}
		card.Body = append(card.Body, chat.Row{
			Text:    chat.Text{chat.Bold(part.label), chat.Plain("\n" + shorten(part.fact(b, set, s), mostFact))},
			Buttons: buttons,
		})
	}
	card.Body = append(card.Body, note("Does your council keep a council file? Tell whoever keeps it: applying an older file undoes what you change here."))
	if s.me.Is(programme.Coordinator) {
		card.Buttons = []chat.Button{pickTeamButton("Another team"), makeButton()}
	}
	return card
}

func setupButton(id, label string, set programme.Setup) chat.Button {
	return chat.Button{ID: id, Label: label, Arg: idValue(set.TeamID), Opens: id, Spoken: shorten(label+" of "+set.Entry.Name, chat.MaxLabel)}
}

func pickTeamButton(label string) chat.Button {
	return chat.Button{ID: formSetupPick, Label: label, Opens: formSetupPick}
}

func makeButton() chat.Button {
	return chat.Button{ID: formSetupMake, Label: "Make a team", Arg: "0", Opens: formSetupMake}
}

func chooseTeamCard(teams int) chat.Card {
	return chat.Card{
		Kind: "setup.choose", Title: "Set up a team",
		Body:    []chat.Node{chat.P(fmt.Sprintf("Your council has %d teams. Choose one, or make another.", teams))},
		Buttons: []chat.Button{pickTeamButton("Choose a team"), makeButton()},
	}
}

// inChannel reports whether something happened in a channel, which may be the team's.
func inChannel(s scene) bool { return s.Place.ID != "" && !s.Place.Direct }

// several are the names of the roles for more than one person.
var several = map[programme.Role]string{
	programme.Champion: "champions", programme.Deputy: "deputies", programme.Leader: "leaders",
	programme.Coordinator: "coordinators", programme.Practitioner: "practitioners",
}

func peopleFact(_ *Bot, set programme.Setup, _ scene) string {
	members := set.Entry.Members
	if len(members) == 0 {
		return "Nobody yet."
	}
	var roles []string
	for _, role := range []programme.Role{programme.Champion, programme.Deputy, programme.Leader, programme.Coordinator, programme.Practitioner} {
		n := 0
		for _, m := range members {
			if slices.Contains(m.Roles, role) {
				n++
			}
		}
		if n > 0 {
			roles = append(roles, programme.Count(n, string(role), several[role]))
		}
	}
	words := programme.Count(len(members), "person", "people") + ": " + strings.Join(roles, ", ") + "."
	if !slices.ContainsFunc(members, func(m programme.MemberEntry) bool { return slices.Contains(m.Roles, programme.Champion) }) {
		words += " No champion yet."
	}
	return words
}

func visionFact(_ *Bot, set programme.Setup, _ scene) string {
	words := set.Entry.Vision.Statement
	if words == "" {
		words = "No vision yet."
	}
	if values := set.Entry.Vision.Values; len(values) > 0 {
		words += "\nValues: " + strings.Join(values, "; ")
	}
	return words
}

func strandsFact(_ *Bot, set programme.Setup, _ scene) string {
	if len(set.Entry.Strands) == 0 {
		return "None yet, so no small change can be chosen. To add one, press Strands."
	}
	return strings.Join(set.Entry.Strands, "; ")
}

// scopeWords say who could lift a barrier.
var scopeWords = map[string]string{"team": "Ours to lift", "council": "The council’s to lift", "national": "National"}

func barriersFact(_ *Bot, set programme.Setup, _ scene) string {
	var lines []string
	for _, scope := range programme.Scopes {
		if list := set.Entry.BarriersOf(scope); len(list) > 0 {
			lines = append(lines, scopeWords[scope]+": "+strings.Join(list, "; "))
		}
	}
	if len(lines) == 0 {
		return "None yet."
	}
	return strings.Join(lines, "\n")
}

func openWords(d time.Duration) string {
	if days := int(d / (24 * time.Hour)); d%(24*time.Hour) == 0 {
		return programme.Count(days, "day", "days")
	}
	return programme.Count(int(d/time.Hour), "hour", "hours")
}

func teamFact(_ *Bot, set programme.Setup, s scene) string {
	channel, ours := "none yet", []string{set.Entry.Channel, set.Entry.TeamsChannel}
	switch {
	case s.Place.ID != "" && slices.Contains(ours, s.Place.ID):
		channel = "this one"
	case ours[0]+ours[1] != "" && inChannel(s):
		channel = "another one, not this"
	case ours[0]+ours[1] != "":
		channel = "set"
	}
	return fmt.Sprintf("Service: %s\nTime zone: %s\nAt once: up to %s\nChannel: %s", set.Service, set.Zone(),
		programme.Count(set.Entry.AtOnce, "small change", "small changes"), channel)
}
