package bot

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// Ids of "not now" for a team: its form, and the button that ends it.
const (
	formPause = "pause"
	pressGoOn = "pause.end"
)

// The cards that lead to "not now"; the one that did is shown again.
const (
	fromQuiet = "quiet"
	fromSetup = "setup"
)

// pauseOf is the pause that the person's team is in; the zero one when it is in none.
func (b *Bot) pauseOf(ctx context.Context, s scene) (programme.Pause, error) {
	p, err := b.store.Pause(ctx, s.me.CouncilID, s.team.ID, s.today())
	return p, unlessMissing(err)
}

// paused is the same on Home, for everybody of the team.
func (b *Bot) paused(ctx context.Context, s scene) (section, error) {
	p, err := b.pauseOf(ctx, s)
	part := section{title: "Not now for " + s.team.Name}
	if p.Until != "" {
		part.rows = []chat.Node{chat.P(p.Words() + "\nUntil then, we start no messages to the team.")}
	}
	return part, err
}

// teamRow says that the team is left alone, or can be. Only those who may say so have its button.
func (p quietPage) teamRow() chat.Row {
	row := pauseRow(p.team.ID, p.team.Name, p.pause, fromQuiet)
	if !p.Member.MayPause(p.team.ID) {
		row.Buttons = nil
	}
	return row
}

// pauseRow has a team left alone, or go on. It is on two cards.
func pauseRow(team int64, name string, p programme.Pause, from string) chat.Row {
	button := chat.Button{ID: formPause, Label: "Not now for the team", Opens: formPause, Spoken: shorten("Not now for "+name, chat.MaxLabel)}
	words := "For an inspection, a duty week or August: the team is left alone, and goes on by itself."
	if p.Until != "" {
		button, words = chat.Button{ID: pressGoOn, Label: "Go on now", Spoken: shorten("Go on now with "+name, chat.MaxLabel)}, p.Words()
	}
	button.Arg = idValue(team) + " " + from
	return chat.Row{Text: chat.Text{chat.Bold("Not now for " + name), chat.Plain("\n" + words)}, Buttons: []chat.Button{button}}
}

// pausing reads which team a button or form is about, and from which card it came. Who may
// not say so is fault.Denied.
func (b *Bot) pausing(ctx context.Context, s scene, arg string) (team programme.Team, from string, err error) {
	id, from, _ := strings.Cut(arg, " ")
	number, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return team, from, formGone(fmt.Errorf("which team to leave alone: %w", err))
	}
	if err := s.me.AllowsPause(number); err != nil {
		return team, from, err
	}
	team, err = b.store.Team(ctx, s.me.CouncilID, number)
	return team, from, err
}

// openPause asks until when a team is left alone.
func (b *Bot) openPause(ctx context.Context, s scene) (chat.Reply, error) {
	team, from, err := b.pausing(ctx, s, s.arg)
	return chat.Ask{Form: pauseForm(team, from)}, err
}

func pauseForm(team programme.Team, from string) chat.Form {
	return chat.Form{
		ID: formPause, State: idValue(team.ID) + " " + from, Title: "Not now for the team", Send: "Not now",
		Intro: []chat.Node{
			chat.P("We start no messages to " + team.Name + " until that day. Then it goes on by itself."),
			note("No question comes later for the time in between, and those weeks count in no figure. What is due about small changes waits, and comes in one message. A question that is open closes without a word in the channel."),
		},
		Fields: []chat.Field{
			{ID: "until", Label: "Until which day?", Kind: chat.Day, Hint: "The first day on which it goes on again."},
			{ID: "reason", Label: "Why?", Kind: chat.Line, Max: programme.MaxLine, Optional: true, Hint: "Your team reads it. For example: Inspection."},
		},
	}
}

// sentPause has a team left alone.
func (b *Bot) sentPause(ctx context.Context, s scene) (chat.Reply, error) {
	team, from, err := b.pausing(ctx, s, s.form)
	if err != nil {
		return nil, err
	}
	until, err := programme.ParseDay(s.sent["until"])
	if err != nil || until == "" {
		return again(pauseForm(team, from), s.sent, fault.Field("until", "Choose a day to come."))
	}
	reason := programme.CleanLine(s.sent["reason"])
	found, err := b.guarded(ctx, s, reason)
	if err == nil && len(found.Findings) > 0 {
		err = fault.Field("reason", foundWords(reason, found.Findings))
	}
	if err == nil {
		err = b.store.PauseTeam(ctx, s.by(), team.ID, programme.Pause{Until: until, Reason: reason})
	}
	if err != nil {
		return again(pauseForm(team, from), s.sent, err)
	}
	return b.pauseDone(ctx, s, team, from, team.Name+" is left alone until "+until.Short()+".")
}

// goOn ends a pause.
func (b *Bot) goOn(ctx context.Context, s scene) (chat.Reply, error) {
	team, from, err := b.pausing(ctx, s, s.arg)
	if err != nil {
		return nil, err
	}
	if err := b.store.PauseTeam(ctx, s.by(), team.ID, programme.Pause{}); err != nil {
		return nil, err
	}
	return b.pauseDone(ctx, s, team, from, team.Name+" goes on from now.")
}

// pauseDone is the card that led here, with the news.
func (b *Bot) pauseDone(ctx context.Context, s scene, team programme.Team, from, news string) (chat.Reply, error) {
	if from != fromSetup {
		return b.quietNow(ctx, s, news)
	}
	set, err := b.setupOf(ctx, s, idValue(team.ID))
	if err != nil {
		return nil, err
	}
	return chat.Replace{Card: b.setupCard(s, set, news)}, nil
}
