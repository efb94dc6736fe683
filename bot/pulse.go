package bot

import (
	"context"
	"strconv"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

const formPulse = "pulse"

// pulse opens the team's pulse, or shows the last released result when none is open.
func (b *Bot) pulse(ctx context.Context, s scene) (chat.Reply, error) {
	p, err := b.store.OpenPulseOf(ctx, s.me.CouncilID, s.team.ID, s.At)
	if fault.Is(err, fault.Missing) {
		return b.lastPulse(ctx, s)
	}
	if err != nil {
		return nil, err
	}
	replied, err := b.ballots.Replied(ctx, p.ID, s.me.ID)
	if err != nil {
		return nil, err
	}
	if replied {
		return chat.Tell{Card: repliedCard(p, s.team)}, nil
	}
	return chat.Ask{Form: pulseForm(p)}, nil
}

func (b *Bot) lastPulse(ctx context.Context, s scene) (chat.Reply, error) {
	p, err := b.store.LastPulse(ctx, s.me.CouncilID, s.team.ID)
	if fault.Is(err, fault.Missing) {
		return nil, fault.New(fault.Missing, s.team.Name+" has had no pulse yet. When one opens, you will get a message.")
	}
	if err != nil {
		return nil, err
	}
	return chat.Tell{Card: resultCard(p)}, nil
}

// sentPulse hands a reply to the ballot. It goes nowhere else: not to the database, not to
// the log, and not into the answer.
func (b *Bot) sentPulse(ctx context.Context, s scene) (chat.Reply, error) {
	id, err := strconv.ParseInt(s.form, 10, 64)
	if err != nil {
		return nil, fault.New(fault.Missing, "This pulse is not here any more.")
	}
	p, err := b.store.Pulse(ctx, s.me.CouncilID, id)
	if err != nil {
		return nil, err
	}
	if p.TeamID != s.team.ID || !p.Open(s.At) {
		return nil, fault.New(fault.Closed, "This pulse has closed, so your answers were not counted. Nothing of them was kept.")
	}
	reply, err := p.Reply(s.sent)
	if err != nil {
		return again(pulseForm(p), s.sent, err)
	}
	if err := b.ballots.Cast(ctx, p.ID, s.me.ID, reply); err != nil {
		return nil, err
	}
	return chat.Replace{Card: repliedCard(p, s.team)}, nil
}

// frozen says the settings that a pulse keeps from its opening to its end.
func frozen(p programme.Pulse) string {
	words := "With fewer than 5 replies nothing is shown. "
	if p.OpenMode {
		return words + "Your team chose open mode: from 8 replies, exact numbers are shown."
	}
	return words + "With 5 to 9, answers are shown in two groups, so that nobody stands out."
}

const safe = "Your answers are added to totals and are not kept. No report, backup or log can show what you chose."

func inviteCard(p programme.Pulse, team programme.Team) chat.Card {
	return chat.Card{
		Kind: "pulse.invite", Title: p.Title,
		Body: []chat.Node{
			chat.P(programme.Count(len(p.Questions), "question", "questions") + ", about two minutes, until " + programme.When(p.Closes, team.Location()) + "."),
			chat.P(safe),
			note(frozen(p)),
		},
		Buttons: []chat.Button{{ID: formPulse, Label: "Answer", Opens: formPulse, Style: chat.Primary, Spoken: "Answer the pulse"}},
	}
}

func pulseForm(p programme.Pulse) chat.Form {
	f := chat.Form{
		ID: formPulse, State: strconv.FormatInt(p.ID, 10), Title: "Pulse", Send: "Send my answers",
		Intro: []chat.Node{chat.Para{Text: chat.Text{chat.Bold(p.Title)}}, chat.P(safe), note(frozen(p))},
	}
	for _, q := range p.Questions {
		field := chat.Field{ID: q.ID, Label: q.Text, Kind: chat.Pick}
		if len(q.Options) > chat.MaxPicks {
			field.Kind = chat.Choice
		}
		for i, o := range q.Options {
			field.Options = append(field.Options, chat.Option{Value: strconv.Itoa(i), Label: o})
		}
		f.Fields = append(f.Fields, field)
	}
	return f
}

func repliedCard(p programme.Pulse, team programme.Team) chat.Card {
	return chat.Card{
		Kind: "pulse.replied", Title: "Thank you, you are counted",
		Body: []chat.Node{
			chat.P("The results come to your team's channel after " + programme.When(p.Closes, team.Location()) + "."),
			note("Your answers cannot be changed or looked up, because they were not kept."),
		},
	}
}

// resultCard is what the release rule let through, words first.
func resultCard(p programme.Pulse) chat.Card {
	card := chat.Card{Kind: "pulse.result", Title: p.Title}
	r := p.Result
	if r == nil || r.Withheld {
		card.Body = []chat.Node{chat.P(programme.Result{Withheld: true, Lost: r != nil && r.Lost}.Words())}
		return card
	}
	card.Body = []chat.Node{chat.P(r.Words())}
	for _, f := range r.Findings {
		text := chat.Text{chat.Bold(f.Text), chat.Plain("\n" + f.Shown)}
		if spread := f.Spread(); spread != "" {
			text = append(text, chat.Plain("\n"+spread))
		}
		if reach := r.Range(f); reach != "" {
			text = append(text, chat.Plain("\n"+reach))
		}
		card.Body = append(card.Body, chat.Para{Text: text})
	}
	card.Body = append(card.Body, note("What do we hear in this, and what will we do? Talk it over as a team."))
	return card
}
