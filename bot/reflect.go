package bot

import (
	"context"
	"strconv"
	"strings"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

const formReflect = "reflect"

// reflect opens the form for this week's question, or for a thought of one's own, with any
// words typed behind the command. It asks who may read them before anything is kept.
func (b *Bot) reflect(ctx context.Context, s scene) (chat.Reply, error) {
	round, err := b.store.OpenRoundOf(ctx, s.me.CouncilID, s.team.ID, s.At)
	if err != nil && !fault.Is(err, fault.Missing) {
		return nil, err
	}
	return b.askReflection(ctx, s, programme.Reflection{Round: round.ID}, s.arg)
}

// openReflect is the button under a prompt or under what was written before.
func (b *Bot) openReflect(ctx context.Context, s scene) (chat.Reply, error) {
	which := readReflection(s.arg)
	if which.Round == 0 && which.ID == 0 {
		s.arg = ""
		return b.reflect(ctx, s)
	}
	return b.askReflection(ctx, s, which, "")
}

// reflectionState says on a form or button which reflection it is for: an answer to "3", the
// third round, or "0 17", a thought of one's own that is there already; "0" is a new one.
func reflectionState(r programme.Reflection) string {
	if r.Round == 0 && r.ID != 0 {
		return "0 " + idValue(r.ID)
	}
	return strconv.FormatInt(r.Round, 10)
}

// readReflection reads what reflectionState says. What it does not say is a new thought.
func readReflection(state string) programme.Reflection {
	round, id, _ := strings.Cut(state, " ")
	var r programme.Reflection
	r.Round, _ = strconv.ParseInt(round, 10, 64)
	r.ID, _ = strconv.ParseInt(id, 10, 64)
	return r
}

// page is all that stands on the form of one reflection.
type page struct {
	round  programme.Round      // the zero one for a thought of one's own
	before programme.Reflection // what is there already
	last   programme.Reflection // the last answer to an earlier question
	zone   *time.Location
}

func (b *Bot) pageOf(ctx context.Context, s scene, which programme.Reflection) (page, error) {
	p := page{zone: s.team.Location()}
	var err error
	switch {
	case which.Round != 0:
		if p.round, err = b.store.Round(ctx, s.me.CouncilID, which.Round); err != nil {
			return p, err
		}
		p.before, err = b.store.Reflection(ctx, s.me.CouncilID, which.Round, s.me.ID)
	case which.ID != 0:
		p.before, err = b.store.OwnReflection(ctx, s.me.CouncilID, s.me.ID, which.ID)
	}
	if unlessMissing(err) != nil || err != nil && which.ID != 0 {
		return p, err
	}
	p.last, err = b.store.LastReflection(ctx, s.me.CouncilID, s.me.ID, which.Round)
	return p, unlessMissing(err)
}

func (b *Bot) askReflection(ctx context.Context, s scene, which programme.Reflection, words string) (chat.Reply, error) {
	p, err := b.pageOf(ctx, s, which)
	if err != nil {
		return nil, err
	}
	if p.round.ID != 0 && p.before.ID == 0 && !p.round.Open(s.At) {
		return nil, fault.New(fault.Closed, "This question has closed. A new one comes soon; /reflect keeps a thought at any time.")
	}
	return chat.Ask{Form: p.opened(words)}, nil
}

func (b *Bot) sentReflect(ctx context.Context, s scene) (chat.Reply, error) {
	which := readReflection(s.form)
	p, err := b.pageOf(ctx, s, which)
	if err != nil {
		return nil, err
	}
	r, err := programme.Reflect(s.sent["words"], programme.Share(s.sent["share"]))
	if err != nil {
		return again(p.form(), s.sent, err)
	}
	if form, err := b.guardReflection(ctx, s, p, r); err != nil || form != nil {
		if err != nil {
			return again(p.form(), s.sent, err)
		}
		return chat.Ask{Form: *form}, nil
	}
	r.ID, r.Round, r.Question = which.ID, which.Round, p.round.Prompt.Text
	if r.Round == 0 { // nobody asked, so nobody reads it
		r.Share = programme.SharePrivate
	}
	if r, err = b.store.Reflect(ctx, s.by(), r); err != nil {
		return again(p.form(), s.sent, err)
	}
	a, err := b.answerOf(ctx, s, r)
	return chat.Replace{Card: answeredCard(a)}, err
}

// guardReflection keeps out of the team's channel what points to a child or family: some things
// are refused, and of others it asks once, in the form again.
func (b *Bot) guardReflection(ctx context.Context, s scene, p page, r programme.Reflection) (*chat.Form, error) {
	if !r.Shared() {
		return nil, nil
	}
	found, err := b.guarded(ctx, s, r.Words)
	if err != nil {
		return nil, err
	}
	if stop := found.Stop(); len(stop) > 0 {
		return nil, fault.Field("words", foundWords(r.Words, stop))
	}
	ask := found.Ask()
	if len(ask) == 0 || s.sent[fieldPoints] == pointsNot {
		return nil, nil
	}
	f := filled(p.form(), s.sent)
	f.Intro = append([]chat.Node{chat.P(shorten(foundWords(r.Words, ask), chat.MaxText))}, f.Intro...)
	f.Fields = append(f.Fields, pointsField())
	return &f, nil
}

// skip is one tap for "not this week". It never takes away words that are there already.
func (b *Bot) skip(ctx context.Context, s scene) (chat.Reply, error) {
	p, err := b.pageOf(ctx, s, programme.Reflection{Round: readReflection(s.arg).Round})
	if err != nil {
		return nil, err
	}
	if p.round.ID == 0 {
		return nil, fault.New(fault.Missing, "This question is not here any more.")
	}
	r := p.before
	if r.ID == 0 || r.Skipped {
		r, err = b.store.Reflect(ctx, s.by(), programme.Reflection{
			Round: p.round.ID, Question: p.round.Prompt.Text, Share: programme.SharePrivate, Skipped: true,
		})
		if err != nil {
			return nil, err
		}
	}
	a, err := b.answerOf(ctx, s, r)
	return chat.Replace{Card: answeredCard(a)}, err
}

// opened is the form as it opens: with the answer that is there already, or with words that
// were typed before it. Where there are both, the answer stands above the words.
func (p page) opened(words string) chat.Form {
	if words != "" {
		return p.form().Filled(chat.Values{"words": words})
	}
	words = p.before.Words
	p.before.Words = ""
	return p.form().Filled(chat.Values{"words": words})
}

// form is the form with an empty box, and with what stands beside it.
func (p page) form() chat.Form {
	f := reflectForm(p.round)
	f.State = reflectionState(programme.Reflection{Round: p.round.ID, ID: p.before.ID})
	if p.before.Words != "" {
		f.Intro = append(f.Intro, chat.Para{Text: chat.Text{chat.Bold("Your answer so far: "), chat.Plain(p.before.Words)}}, note("Saving puts what is in the box in its place."))
	}
	if p.before.Share != "" && !p.before.Skipped {
		f = f.Filled(chat.Values{"share": string(p.before.Share)})
	}
	if p.last.ID != 0 {
		f.Intro = append(f.Intro, note("Last time, "+programme.DayOf(p.last.At, p.zone).Short()+", you wrote: "+shorten(programme.CleanLine(p.last.Words), quotedLength)))
	}
	return f
}

func reflectForm(round programme.Round) chat.Form {
	intro := chat.P("What is on your mind about your work this week?")
	share := programme.SharePrivate
	if round.ID != 0 {
		intro = chat.Para{Text: chat.Text{chat.Bold(round.Prompt.Text)}}
		share = round.Prompt.Share()
	}
	options := []chat.Option{
		{Value: string(programme.ShareNamed), Label: "Share with my team, with my name"},
		{Value: string(programme.ShareUnnamed), Label: "Share without my name", Hint: "The system still knows it is yours, so you can change it."},
		{Value: string(programme.SharePrivate), Label: "Keep to myself"},
	}
	if round.ID == 0 {
		options = options[2:]
	}
	return chat.Form{
		ID: formReflect, Title: "Reflect", Send: "Save",
		Intro: []chat.Node{intro, note("Please leave out names and details of children and families.")},
		Fields: []chat.Field{
			{ID: "words", Label: "Your words", Kind: chat.Paragraph, Max: programme.MaxWords},
			{ID: "share", Label: "Who may read this?", Kind: chat.Pick, Options: options, Value: string(share)},
		},
	}
}

func reflectButton(round int64, label string) chat.Button {
	button := chat.Button{ID: formReflect, Label: label, Arg: strconv.FormatInt(round, 10), Opens: formReflect}
	if round != 0 { // somebody asked, and waits
		button.Style = chat.Primary
	}
	return button
}

// spoken is a button whose name says which question it is about, for whoever only hears it.
func spoken(b chat.Button, round programme.Round) chat.Button {
	if round.ID != 0 {
		b.Spoken = shorten(b.Label+": "+round.Prompt.Text, chat.MaxLabel)
	}
	return b
}

func promptCard(round programme.Round, team programme.Team) chat.Card {
	return chat.Card{
		Kind: "round.prompt", Title: "Two minutes to think",
		Body: []chat.Node{
			chat.Para{Text: chat.Text{chat.Bold(round.Prompt.Text)}},
			note("Answer until " + programme.When(round.Closes, team.Location()) + ". You choose who reads it. Please leave out names and details of children and families."),
		},
		Buttons: []chat.Button{
			spoken(reflectButton(round.ID, "Answer"), round),
			spoken(chat.Button{ID: pressSkip, Label: "Not this week", Arg: strconv.FormatInt(round.ID, 10)}, round),
		},
	}
}

// answeredCard is what a person sees of their answer: who reads it, and how to change it.
func answeredCard(a answer) chat.Card {
	card := chat.Card{Kind: "round.answered", Title: "Thank you"}
	if a.Skipped {
		card.Title = "Not this week"
	}
	if a.Round != 0 {
		card.Body = append(card.Body, chat.Para{Text: chat.Text{chat.Bold(a.round.Prompt.Text)}})
	}
	card.Body = append(card.Body, chat.P(a.whoReads()))
	card.Buttons = []chat.Button{spoken(chat.Button{ID: formReflect, Label: "Change my answer", Arg: reflectionState(a.Reflection), Opens: formReflect}, a.round)}
	if !a.Skipped {
		card.Buttons = append(card.Buttons, withdrawButton(a.Reflection, ""), reflectionsButton("My reflections"))
	}
	return card
}

// whoReads says who reads an answer, and where.
func (a answer) whoReads() string {
	name := map[programme.Share]string{programme.ShareNamed: "with your name", programme.ShareUnnamed: "without your name"}[a.Share]
	switch {
	case a.Skipped:
		return "That is fine. The next question comes in its own time."
	case !a.Shared() && a.digest.Posted():
		return "Only you can read it. What stood of it in the channel goes."
	case !a.Shared():
		return "Only you can read it."
	case a.digest.Posted():
		return "Your team reads it " + name + ". The digest in the channel follows."
	case a.round.Closed:
		return "Your team can read it " + name + ", among the team’s reflections."
	case a.round.Cut: // by a pause, so there will be no digest
		return "Your team will read it " + name + " among the team’s reflections, when the question closes."
	default:
		return "Your team will read it " + name + " when the question closes."
	}
}
