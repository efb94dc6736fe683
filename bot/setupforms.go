package bot

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
)

// What the field about the channel holds.
const (
	channelKeep = "keep"
	channelHere = "here"
)

// mostValue is how long the value of an option can be; what has a longer name cannot be one.
const mostValue = 150

// councilZone stands for no time zone of the team's own.
const councilZone = "council"

func pickTeamForm(teams []programme.Team, own int64) chat.Form {
	f := chat.Form{ID: formSetupPick, Title: "Set up a team", Send: "Next"}
	var options []chat.Option
	for _, t := range teams[:min(len(teams), chat.MaxOptions)] {
		options = append(options, chat.Option{Value: idValue(t.ID), Label: shorten(t.Name+", "+t.Service.Name, chat.MaxLabel)})
	}
	if len(options) == 0 {
		f.Intro, f.Send = []chat.Node{chat.P("There is no team yet. To make the first, type /smallchange setup.")}, ""
		return f
	}
	field := chat.Field{ID: "team", Label: "Which team?", Kind: chat.Choice, Options: options, Value: options[0].Value}
	if offers(options, idValue(own)) {
		field.Value = idValue(own)
	}
	if len(teams) > chat.MaxOptions {
		field.Hint = "Is it not here? Type /smallchange setup and its name."
	}
	f.Fields = []chat.Field{field}
	return f
}

// setupForm is the form of one part of a team's setup, before its fields.
func setupForm(id, title string, set programme.Setup, intro ...chat.Node) chat.Form {
	return chat.Form{ID: id, State: strconv.FormatInt(set.TeamID, 10) + " " + set.Digest(), Title: title, Send: "Save", Intro: intro}
}

// listed is a list as a field shows it: one thing a line.
func listed(list []string) string { return strings.Join(list, "\n") }

// fits reports whether a field can hold a value. A council file may declare what none can.
func fits(value string) bool { return utf8.RuneCountInString(value) <= chat.MaxText }

// opened is a form with what is so now. What fits no field is read and not asked: an empty
// field would take it away with the next word that is saved.
func opened(f chat.Form, now chat.Values) chat.Form {
	const mostPieces = 3
	var fields []chat.Field
	for _, field := range f.Fields {
		if fits(now[field.ID]) {
			fields = append(fields, field)
			continue
		}
		f.Intro = append(slices.Clone(f.Intro),
			chat.Para{Text: chat.Text{chat.Bold(field.Label), chat.Plain(" This is too long to change here, so it stays. The council file can change it.")}})
		pieces := chat.Whole(now[field.ID])
		f.Intro = append(f.Intro, pieces[:min(len(pieces), mostPieces)]...)
		if len(pieces) > mostPieces {
			f.Intro = append(f.Intro, note("There is more of it than fits here."))
		}
	}
	if f.Fields = fields; len(fields) == 0 {
		f.Send = ""
	}
	return f.Filled(now)
}

func sentVision(s scene, now *programme.Setup) error {
	was := now.Entry.Vision
	err := now.SetVision(s.sent["statement"], s.sent["values"])
	if !fits(was.Statement) {
		now.Entry.Vision.Statement = was.Statement
	}
	if !fits(listed(was.Values)) {
		now.Entry.Vision.Values = was.Values
	}
	return err
}

func sentStrands(s scene, now *programme.Setup) error {
	if !fits(listed(now.Entry.Strands)) {
		return nil
	}
	return now.SetStrands(s.sent["strands"])
}

func sentBarriers(s scene, now *programme.Setup) error {
	typed := map[string]string{}
	for _, scope := range programme.Scopes {
		if fits(listed(now.Entry.BarriersOf(scope))) {
			typed[scope] = s.sent[scope]
		}
	}
	return now.SetBarriers(typed)
}

func visionForm(_ scene, set programme.Setup) chat.Form {
	f := setupForm(formSetupVision, "Vision and values", set)
	f.Fields = []chat.Field{
		{ID: "statement", Label: "What should practice in your team be like?", Hint: "For example: more time with families.", Kind: chat.Paragraph, Max: programme.MaxStatement, Optional: true},
		{ID: "values", Label: "How do you want to work?", Hint: "One value a line. For example: relationships first.", Kind: chat.Paragraph, Optional: true},
	}
	return opened(f, chat.Values{"statement": set.Entry.Vision.Statement, "values": listed(set.Entry.Vision.Values)})
}

func strandsForm(_ scene, set programme.Setup) chat.Form {
	f := setupForm(formSetupStrands, "Mission strands", set,
		note("A strand that you take out ends. Small changes that belong to it keep it."))
	if len(set.Entry.Strands) == 0 {
		f.Intro = []chat.Node{note("There is none yet. A small change can be chosen once there is one.")}
	}
	f.Fields = []chat.Field{
		{ID: "strands", Label: "What is your team working towards?", Hint: "One strand a line. For example: effective recording practices.", Kind: chat.Paragraph, Optional: true},
	}
	return opened(f, chat.Values{"strands": listed(set.Entry.Strands)})
}

func barriersForm(_ scene, set programme.Setup) chat.Form {
	f := setupForm(formSetupBarriers, "Barriers", set, note("What stops you from working as you want to? One barrier a line."))
	now := chat.Values{}
	for _, scope := range programme.Scopes {
		label := map[string]string{"team": "What could your team lift?", "council": "What could the council lift?", "national": "What needs national change?"}[scope]
		f.Fields = append(f.Fields, chat.Field{ID: scope, Label: label, Kind: chat.Paragraph, Optional: true})
		now[scope] = listed(set.Entry.BarriersOf(scope))
	}
	return opened(f, now)
}

func teamForm(s scene, set programme.Setup) chat.Form {
	f := setupForm(formSetupTeam, "The team", set)
	f.Fields = serviceFields(s, set)
	zone := set.Entry.TimeZone
	zones := []chat.Option{{Value: councilZone, Label: "As the council: " + set.Around.Zone}}
	for _, name := range []string{"Europe/London", "Europe/Belfast", "Europe/Isle_of_Man", "Europe/Jersey", "Europe/Guernsey", "Europe/Dublin", zone} {
		if name != "" && !offers(zones, name) {
			zones = append(zones, chat.Option{Value: name, Label: name})
		}
	}
	if zone == "" {
		zone = councilZone
	}
	var numbers []chat.Option
	for n := 1; n <= max(programme.MaxAtOnce, min(set.Entry.AtOnce, chat.MaxOptions)); n++ {
		numbers = append(numbers, chat.Option{Value: strconv.Itoa(n), Label: strconv.Itoa(n)})
	}
	most := chat.Field{ID: "at_once", Label: "How many small changes at once, at most?", Kind: chat.Choice, Options: numbers, Value: strconv.Itoa(set.Entry.AtOnce)}
	if !offers(numbers, most.Value) {
		most.Value = strconv.Itoa(programme.DefaultAtOnce)
	}
	f.Fields = append(f.Fields, chat.Field{ID: "zone", Label: "Time zone", Kind: chat.Choice, Options: zones, Value: zone}, most)
	if inChannel(s) && set.Entry.Channel != s.Place.ID && set.Entry.TeamsChannel != s.Place.ID {
		f.Fields = append(f.Fields, channelField(channelKeep, "Leave it as it is"))
	}
	return f
}

func channelField(opens, keep string) chat.Field {
	return chat.Field{
		ID: "channel", Label: "Which channel is the team’s?", Hint: "News and results for the whole team go there.", Kind: chat.Pick, Value: opens,
		Options: []chat.Option{{Value: channelHere, Label: "This one"}, {Value: channelKeep, Label: keep}},
	}
}

// serviceFields ask for the service. Only a coordinator can name a new one.
func serviceFields(s scene, set programme.Setup) []chat.Field {
	var options []chat.Option
	for _, name := range set.Around.Services {
		if len([]rune(name)) <= mostValue && len(options) < chat.MaxOptions-1 || name == set.Service {
			options = append(options, chat.Option{Value: name, Label: shorten(name, chat.MaxLabel)})
		}
	}
	maker := s.me.Is(programme.Coordinator)
	var fields []chat.Field
	if len(options) > 0 {
		fields = append(fields, chat.Field{ID: "service", Label: "Service", Kind: chat.Choice, Options: options, Value: set.Service, Optional: maker})
	}
	if maker {
		fields = append(fields, chat.Field{ID: "new_service", Label: "Or a new service", Kind: chat.Line, Max: programme.MaxName, Optional: true})
	}
	return fields
}

func readTeam(s scene) programme.TeamChoice {
	number, _ := strconv.Atoi(s.sent["at_once"]) // what is no number is refused as 0
	c := programme.TeamChoice{Service: s.sent["service"], Zone: s.sent["zone"], AtOnce: number}
	if c.Zone == councilZone {
		c.Zone = ""
	}
	if s.me.Is(programme.Coordinator) {
		c.NewService = s.sent["new_service"]
	}
	if s.sent["channel"] == channelHere && inChannel(s) {
		c.Channel = s.Place.ID
	}
	return c
}
