package bot

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// Ids of the form of a prompt and of the buttons around a team's prompts.
const (
	formSetupPrompt    = "setup.prompt"
	pressPrompts       = "setup.prompts"
	pressPromptsPage   = pressPrompts + ".page"
	pressPromptOff     = formSetupPrompt + ".off"
	pressPromptOn      = formSetupPrompt + ".on"
	pressPromptRemove  = formSetupPrompt + ".remove"
	pressSetupBack     = "setup.back"
	promptsOnPage      = 20
	nothing            = "-" // in the state of a form
	promptExampleHint  = "For example: What made you smile this week?"
	promptCountedWords = "No names of children or families, and no digits. At most 25 words, in plain English."
)

// promptStore is what a team's prompts need of storage.
type promptStore interface {
	AddPrompt(ctx context.Context, by programme.By, team int64, p programme.Prompt, seen string) (programme.Setup, error)
	RemovePrompt(ctx context.Context, by programme.By, team int64, prompt string) (programme.Setup, error)
	SwitchPrompt(ctx context.Context, by programme.By, team int64, prompt string, on bool) (programme.Setup, error)
}

// themeWords name what prompts are about.
var themeWords = map[string]string{
	"relationships": "Relationships", "time_with_families": "Time with families", "barriers": "Barriers", "learning": "Learning",
	"wellbeing_appreciation": "Wellbeing and appreciation", "team": "Our team",
}

// prompts adds the talks about a team's prompts to those of the bot.
func (b *Bot) prompts() {
	b.presses[pressPrompts], b.presses[pressPromptsPage] = b.showPrompts, b.showPrompts
	b.presses[pressPromptOff], b.presses[pressPromptOn] = b.switchPrompt(false), b.switchPrompt(true)
	b.presses[pressPromptRemove], b.presses[pressSetupBack] = b.removePrompt, b.backToSetup
	b.presses[formSetupPrompt], b.forms[formSetupPrompt] = b.openPrompt, b.sentPrompt
}

// promptPlace is a place among the prompts of a team, as buttons and forms carry it.
type promptPlace struct {
	team   string
	page   int
	prompt string // "-" is none
	seen   string // for a form: the mark of the prompt as it was; "-" is none
	asked  string // for a form: the mark of words that were asked about; "-" is none
}

// onPage is a page of a team's prompts.
func onPage(team int64, page int) promptPlace {
	return promptPlace{idValue(team), page, nothing, nothing, nothing}
}

func (p promptPlace) String() string {
	return strings.Join([]string{p.team, strconv.Itoa(p.page), p.prompt, p.seen, p.asked}, " ")
}

// readPlace reads what a button or form carries.
func readPlace(s string) (promptPlace, error) {
	parts := strings.Fields(s)
	if len(parts) != 5 || parts[0] == "0" {
		return promptPlace{}, formGone(errors.New("a place among prompts has another form"))
	}
	page, err := strconv.Atoi(parts[1])
	if err != nil {
		return promptPlace{}, formGone(err)
	}
	return promptPlace{team: parts[0], page: page, prompt: parts[2], seen: parts[3], asked: parts[4]}, nil
}

// promptsOf reads a place and the setup of its team, for somebody who may change it.
func (b *Bot) promptsOf(ctx context.Context, s scene, place string) (promptPlace, programme.Setup, error) {
	at, err := readPlace(place)
	if err != nil {
		return at, programme.Setup{}, err
	}
	set, err := b.setupOf(ctx, s, at.team)
	return at, set, err
}

func (b *Bot) showPrompts(ctx context.Context, s scene) (chat.Reply, error) {
	at, set, err := b.promptsOf(ctx, s, s.arg)
	if err != nil {
		return nil, err
	}
	return chat.Replace{Card: promptsCard(set, at.page, "")}, nil
}

func (b *Bot) backToSetup(ctx context.Context, s scene) (chat.Reply, error) {
	_, set, err := b.promptsOf(ctx, s, s.arg)
	if err != nil {
		return nil, err
	}
	return chat.Replace{Card: b.setupCard(s, set, "")}, nil
}

func (b *Bot) switchPrompt(on bool) talk {
	return func(ctx context.Context, s scene) (chat.Reply, error) {
		at, set, err := b.promptsOf(ctx, s, s.arg)
		if err != nil {
			return nil, err
		}
		if set, err = b.store.SwitchPrompt(ctx, s.by(), set.TeamID, at.prompt, on); err != nil {
			return nil, err
		}
		return chat.Replace{Card: promptsCard(set, at.page, "Saved.")}, nil
	}
}

func (b *Bot) removePrompt(ctx context.Context, s scene) (chat.Reply, error) {
	at, set, err := b.promptsOf(ctx, s, s.arg)
	if err != nil {
		return nil, err
	}
	gone, err := set.Bank.Prompt(at.prompt)
	if err != nil {
		return nil, err
	}
	if set, err = b.store.RemovePrompt(ctx, s.by(), set.TeamID, at.prompt); err != nil {
		return nil, err
	}
	return chat.Replace{Card: promptsCard(set, at.page, "Removed: "+gone.Text)}, nil
}

// openPrompt opens the form of another prompt, or of one of the team's own.
func (b *Bot) openPrompt(ctx context.Context, s scene) (chat.Reply, error) {
	at, set, err := b.promptsOf(ctx, s, s.arg)
	if err != nil {
		return nil, err
	}
	if at.prompt == nothing {
		return chat.Ask{Form: promptForm(at)}, nil
	}
	p, err := set.Bank.Prompt(at.prompt)
	if err != nil {
		return nil, err
	}
	at.seen = p.Mark()
	return chat.Ask{Form: promptForm(at).Filled(chat.Values{
		"text": p.Text, "theme": p.Theme, "share": p.ShareDefault, "moment": string(p.Moment),
	})}, nil
}

// sentPrompt keeps a prompt that can be read with ease and points to nobody.
func (b *Bot) sentPrompt(ctx context.Context, s scene) (chat.Reply, error) {
	if err := b.store.Fresh(ctx, s.by()); err != nil {
		return nil, err
	}
	at, set, err := b.promptsOf(ctx, s, s.form)
	if err != nil {
		return nil, err
	}
	p, wrong := programme.NewPrompt(s.sent["text"], s.sent["theme"], s.sent["share"], programme.Moment(s.sent["moment"]))
	found, err := b.guarded(ctx, s, p.Text)
	if err != nil {
		return again(promptForm(at), s.sent, err)
	}
	if stop := found.Stop(); len(stop) > 0 {
		fields := maps.Clone(fault.Fields(wrong))
		if fields == nil {
			fields = map[string]string{}
		}
		fields["text"] = foundWords(p.Text, stop)
		wrong = fault.Wrong(fields)
	}
	if wrong != nil {
		return again(promptForm(at), s.sent, wrong)
	}
	if ask := found.Ask(); len(ask) > 0 && (at.asked != markOf(p.Text) || s.sent[fieldPoints] != pointsNot) {
		return askedAgain(at, s.sent, p.Text, foundWords(p.Text, ask)), nil
	}
	if p.ID = at.prompt; at.prompt == nothing {
		p.ID = ""
	}
	now, err := b.store.AddPrompt(ctx, s.by(), set.TeamID, p, at.seen)
	if fault.Is(err, fault.Conflict) {
		return promptOvertaken(at, set, s.sent, fault.Words(err)), nil
	}
	if err != nil {
		return again(promptForm(at), s.sent, err)
	}
	news := "Added: " + p.Text
	if p.ID != "" {
		news = "Changed: " + p.Text
	}
	return chat.Replace{Card: promptsCard(now, pageOf(now.Bank, p), news)}, nil
}

// promptOvertaken brings the form back when somebody else changed the prompt first.
func promptOvertaken(at promptPlace, set programme.Setup, typed chat.Values, news string) chat.Reply {
	if p, err := set.Bank.Prompt(at.prompt); err == nil {
		at.seen = p.Mark()
	}
	f := filled(promptForm(at), typed)
	f.Intro = append([]chat.Node{chat.P(news + " Your words are still here. Check them, then send again.")}, f.Intro...)
	return chat.Ask{Form: f}
}

// askedAgain brings the form back with the question whether what was found points to
// somebody. Who was asked about the same words before has not answered it.
func askedAgain(at promptPlace, typed chat.Values, text, words string) chat.Reply {
	before := at.asked == markOf(text)
	at.asked = markOf(text)
	f := promptForm(at)
	f.Intro = append([]chat.Node{chat.P(words)}, f.Intro...)
	f.Fields = append(f.Fields, pointsField())
	if !before {
		typed = maps.Clone(typed)
		delete(typed, fieldPoints) // of other words
		return chat.Ask{Form: filled(f, typed)}
	}
	return chat.Ask{Form: filled(f, typed), Problems: map[string]string{fieldPoints: "Change the words, or say that it is fine."}}
}

func promptForm(at promptPlace) chat.Form {
	var themes []chat.Option
	for _, theme := range programme.Themes() {
		themes = append(themes, chat.Option{Value: theme, Label: themeWords[theme]})
	}
	title := "Add a prompt"
	if at.prompt != nothing {
		title = "Change a prompt"
	}
	return chat.Form{
		ID: formSetupPrompt, State: at.String(), Title: title, Send: "Save", Intro: []chat.Node{note(promptCountedWords)},
		Fields: []chat.Field{
			{ID: "text", Label: "What would you like to ask your team?", Hint: promptExampleHint, Kind: chat.Line, Max: programme.MaxLine},
			{ID: "theme", Label: "What is it about?", Kind: chat.Choice, Options: themes, Value: themes[len(themes)-1].Value},
			{ID: "share", Label: "Who reads an answer, unless its writer chooses otherwise?", Kind: chat.Pick, Value: "team", Options: []chat.Option{
				{Value: "team", Label: "The team"}, {Value: "private", Label: "Only its writer"},
			}},
			{ID: "moment", Label: "When does it fit?", Kind: chat.Pick, Value: string(programme.AnyMoment), Options: []chat.Option{
				{Value: string(programme.AnyMoment), Label: "At any time"},
				{Value: string(programme.StartMoment), Label: "In the first weeks"},
				{Value: string(programme.TryingMoment), Label: "While a small change is being tried"},
				{Value: string(programme.ReviewMoment), Label: "When a small change or a month ends"},
			}},
		},
	}
}

// promptsRow is the part of the setup card about prompts.
func promptsRow(set programme.Setup) chat.Row {
	return chat.Row{
		Text: chat.Text{chat.Bold("Prompts"), chat.Plain("\n" + promptsFact(set.Bank))},
		Buttons: []chat.Button{{
			ID: pressPrompts, Label: "Prompts", Arg: onPage(set.TeamID, 1).String(),
			Spoken: shorten("Prompts of "+set.Entry.Name, chat.MaxLabel),
		}},
	}
}

func promptsFact(bank programme.Bank) string {
	words := fmt.Sprintf("%d of %d are on", len(bank.On()), len(bank.All()))
	if n := len(bank.Own); n > 0 {
		words += fmt.Sprintf(", with %d of your own", n)
	}
	return words + "."
}

// promptsCard lists a page of a team's prompts by theme. A place past the last page is the last.
func promptsCard(set programme.Setup, page int, news string) chat.Card {
	pages := slices.Collect(slices.Chunk(set.Bank.All(), promptsOnPage))
	page = min(max(page, 1), len(pages))
	at := onPage(set.TeamID, page)
	card := chat.Card{Kind: "setup.prompts", Title: "Prompts of " + set.Entry.Name}
	if news != "" {
		card.Body = append(card.Body, chat.P(news))
	}
	card.Body = append(card.Body, note(promptsFact(set.Bank)+fmt.Sprintf(" At least %d stay on. None comes again within 20 weeks while there is another.", programme.LeastPrompts)))
	theme := ""
	for _, p := range pages[page-1] {
		if p.Theme != theme {
			theme = p.Theme
			card.Body = append(card.Body, chat.Heading(themeWords[theme]))
		}
		card.Body = append(card.Body, promptRow(set.Bank, p, at))
	}
	card.Buttons = []chat.Button{{ID: formSetupPrompt, Label: "Add a prompt", Arg: at.String(), Opens: formSetupPrompt, Style: chat.Primary}}
	if page < len(pages) {
		card.Buttons = append(card.Buttons, pageButton(pressPrompts, "Show more prompts", at, page+1))
	}
	if page > 1 {
		card.Buttons = append(card.Buttons, pageButton(pressPromptsPage, "Show earlier prompts", at, page-1))
	}
	card.Buttons = append(card.Buttons, chat.Button{ID: pressSetupBack, Label: "Back to setup", Arg: at.String()})
	return card
}

func pageButton(id, label string, at promptPlace, page int) chat.Button {
	at.page = page
	return chat.Button{ID: id, Label: label, Arg: at.String()}
}

// pageOf is the page that shows a prompt, found by its words: one that was just added has no id here.
func pageOf(bank programme.Bank, p programme.Prompt) int {
	i := slices.IndexFunc(bank.All(), func(o programme.Prompt) bool { return o.Text == p.Text })
	return max(i, 0)/promptsOnPage + 1
}

func promptRow(bank programme.Bank, p programme.Prompt, at promptPlace) chat.Row {
	at.prompt = p.ID
	button := func(id, label string) chat.Button {
		return chat.Button{ID: id, Label: label, Arg: at.String(), Spoken: shorten(label+": "+p.Text, chat.MaxLabel)}
	}
	if _, own := programme.OwnNumber(p.ID); own {
		change, remove := button(formSetupPrompt, "Change"), button(pressPromptRemove, "Remove")
		change.Opens, remove.Style = formSetupPrompt, chat.Danger
		return chat.Row{Text: chat.Text{chat.Plain(p.Text + "\nYour team’s own")}, Buttons: []chat.Button{change, remove}}
	}
	if !bank.IsOn(p.ID) {
		return chat.Row{Text: chat.Text{chat.Bold("Off: "), chat.Plain(p.Text)}, Buttons: []chat.Button{button(pressPromptOn, "Switch on")}}
	}
	return chat.Row{Text: chat.Words(p.Text), Buttons: []chat.Button{button(pressPromptOff, "Switch off")}}
}
