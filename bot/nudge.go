package bot

import (
	"context"
	"slices"
	"strconv"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// Ids of what a reminder's buttons do, and of its form.
const (
	pressSnooze    = "nudge.week"
	pressGoing     = "nudge.going"
	pressLifted    = "nudge.lifted"
	formStop       = "nudge.stop"
	pressStopNotes = "note.stop"
)

// drawNudge reminds of a small change, while it still reminds of anything and nobody has put
// it off or stopped it.
func (b *Bot) drawNudge(ctx context.Context, n programme.Notice, m programme.Member, team programme.Team) (chat.Card, error) {
	nudge, err := b.store.Nudge(ctx, n.Council, m.ID, n.Subject)
	if err != nil {
		return chat.Card{}, err
	}
	c, err := b.store.ChangeByID(ctx, n.Council, nudge.ChangeID)
	if err != nil {
		return chat.Card{}, err
	}
	today := programme.DayOf(b.now(), programme.Zone(c.Zone))
	stopped, err := b.store.Stopped(ctx, n.Council, m.ID, nudge.Kind, c.ID)
	switch {
	case err != nil:
		return chat.Card{}, err
	case stopped:
		return chat.Card{}, fault.New(fault.Stale, "they do not want to be reminded of it")
	case nudge.Again > today:
		return chat.Card{}, fault.New(fault.Stale, "they put it off")
	case !c.Reminds(nudge.Kind, nudge.About, today):
		return chat.Card{}, fault.New(fault.Stale, "there is nothing to be reminded of any more")
	case nudge.Kind == programme.NoticeNudgePermission && c.Permission.Service.ID != team.Service.ID:
		return chat.Card{}, fault.New(fault.Stale, "they are no leader of that service any more")
	}
	return nudgeCard(c, nudge), nil
}

// nudgeCard says what is due, and how to do it, put it off or stop it.
func nudgeCard(c programme.Change, n programme.Nudge) chat.Card {
	card := chat.Card{Kind: string(n.Kind)}
	say := func(title, words string, buttons ...chat.Button) {
		card.Title = title
		card.Body = []chat.Node{chat.Para{Text: chat.Text{chat.Bold(c.Ref() + " " + c.Title)}}, chat.P(words)}
		card.Buttons = slices.Concat(buttons, nudgeButtons(c, n))
	}
	switch n.Kind {
	case programme.NoticeNudgeReview:
		review := reviewButton(c, "Review")
		review.Style = chat.Primary
		say("Time to look at "+c.Ref(), "Its review was set for "+c.ReviewOn.Short()+". One sentence of what you learned is enough.", review)
	case programme.NoticeNudgeBlocked:
		words := "In the way: " + c.Blocked + "."
		if c.BlockedRole != "" {
			words += " Who could lift it: " + c.BlockedRole + "."
		}
		say("Is "+c.Ref()+" still held up?", words, nudgeButton(pressLifted, "It is lifted", c, n), updateButton(c, "Update"))
	case programme.NoticeNudgePermission:
		say(c.Ref()+" still waits for a yes", c.Team+" hoped for an answer by "+c.Permission.By.Short()+". Yours, or another leader’s, is enough.", decideButtons(c)...)
	default:
		say("How is "+c.Ref()+" going?", "There has been no word of it for two weeks. One tap is enough.", nudgeButton(pressGoing, "Still trying it", c, n), updateButton(c, "Update"))
	}
	return card
}

func nudgeButton(id, label string, c programme.Change, n programme.Nudge) chat.Button {
	return chat.Button{ID: id, Label: label, Arg: idValue(n.ID), Spoken: label + ": " + c.Ref()}
}

// nudgeButtons put a reminder off, or stop it.
func nudgeButtons(c programme.Change, n programme.Nudge) []chat.Button {
	stop := nudgeButton(formStop, "Stop reminding", c, n)
	stop.Opens = formStop
	return []chat.Button{nudgeButton(pressSnooze, "In a week", c, n), stop}
}

// nudgeOf reads the reminder that a button or form is about, with its change.
func (b *Bot) nudgeOf(ctx context.Context, s scene, arg string) (programme.Nudge, programme.Change, error) {
	id, _ := strconv.ParseInt(arg, 10, 64) // what is no number is no reminder
	n, err := b.store.Nudge(ctx, s.me.CouncilID, s.me.ID, id)
	if err != nil {
		return n, programme.Change{}, err
	}
	c, err := b.store.ChangeByID(ctx, s.me.CouncilID, n.ChangeID)
	return n, c, err
}

// snoozeNudge puts a reminder off by a week.
func (b *Bot) snoozeNudge(ctx context.Context, s scene) (chat.Reply, error) {
	n, c, err := b.nudgeOf(ctx, s, s.arg)
	if err != nil {
		return nil, err
	}
	if n, err = b.store.SnoozeNudge(ctx, s.by(), n.ID); err != nil {
		return nil, err
	}
	return chat.Replace{Card: nudgedCard(c, "We will remind you again on "+n.Again.Short()+".", showButton(c))}, nil
}

// stillGoing is one tap for a change that goes on: a line in its history, and nobody hears of it.
func (b *Bot) stillGoing(ctx context.Context, s scene) (chat.Reply, error) {
	return b.nudgedOn(ctx, s, "Thank you. It is noted that you are still trying it.", (*programme.Change).StillGoing)
}

// lifted is one tap for a change with nothing in its way any more.
func (b *Bot) lifted(ctx context.Context, s scene) (chat.Reply, error) {
	return b.nudgedOn(ctx, s, "Good. Nothing is in its way any more.", (*programme.Change).Lift)
}

func (b *Bot) nudgedOn(ctx context.Context, s scene, words string, rule func(*programme.Change, programme.By) (programme.History, []programme.Notice, error)) (chat.Reply, error) {
	_, c, err := b.nudgeOf(ctx, s, s.arg)
	if err != nil {
		return nil, err
	}
	c, err = b.store.EditChange(ctx, s.by(), c.Number, func(c *programme.Change) (programme.History, []programme.Notice, error) {
		return rule(c, s.by())
	})
	return chat.Replace{Card: nudgedCard(c, words, updateButton(c, "Update"), showButton(c))}, err
}

func nudgedCard(c programme.Change, words string, buttons ...chat.Button) chat.Card {
	return chat.Card{
		Kind: "nudge.done", Title: "Thank you",
		Body:    []chat.Node{chat.Para{Text: chat.Text{chat.Bold(c.Ref() + " " + c.Title)}}, chat.P(words)},
		Buttons: buttons,
	}
}

// openStop asks what the member does not want to be reminded of any more.
func (b *Bot) openStop(ctx context.Context, s scene) (chat.Reply, error) {
	n, c, err := b.nudgeOf(ctx, s, s.arg)
	return chat.Ask{Form: stopForm(c, n)}, err
}

func stopForm(c programme.Change, n programme.Nudge) chat.Form {
	return chat.Form{
		ID: formStop, State: idValue(n.ID), Title: "Stop reminding", Send: "Stop",
		Intro: []chat.Node{chat.Para{Text: chat.Text{chat.Bold(c.Ref() + " " + c.Title)}}},
		Fields: []chat.Field{{ID: "stop", Label: "What shall we stop?", Kind: chat.Pick, Value: string(programme.StopThis), Options: []chat.Option{
			{Value: string(programme.StopThis), Label: "This reminder, about this small change"},
			{Value: string(programme.StopKind), Label: "All reminders of this kind", Hint: kindWords(n.Kind)},
		}}},
	}
}

// kindWords say what a kind of reminder is about.
func kindWords(k programme.NoticeKind) string {
	return map[programme.NoticeKind]string{
		programme.NoticeNudgeReview: "A review is due", programme.NoticeNudgeSilent: "No word for two weeks",
		programme.NoticeNudgeBlocked: "Something has been in the way for a long time", programme.NoticeNudgePermission: "Your yes, or another leader’s, is overdue",
		programme.NoticePrompt: "This week’s question", programme.NoticePulse: "A pulse", programme.NoticeFollowUp: "Is it still happening?",
		programme.NoticeHandOver: "Small changes to hand over", programme.NoticeAsksStopped: "We stop asking", programme.NoticeChampionsNote: "The champion’s note",
	}[k]
}

func (b *Bot) sentStop(ctx context.Context, s scene) (chat.Reply, error) {
	n, c, err := b.nudgeOf(ctx, s, s.form)
	if err != nil {
		return nil, err
	}
	stop := programme.Stop(s.sent["stop"])
	if err := programme.MayStop(stop); err != nil {
		return again(stopForm(c, n), s.sent, err)
	}
	change, words := c.ID, "We will not remind you of this again."
	if stop == programme.StopKind {
		change, words = 0, "We will not remind you of this kind of thing again: "+lowered(kindWords(n.Kind))+"."
	}
	if err := b.store.StopNudges(ctx, s.by(), n.Kind, change); err != nil {
		return again(stopForm(c, n), s.sent, err)
	}
	return chat.Replace{Card: nudgedCard(c, words+backAgain, showButton(c))}, nil
}

// backAgain says how to be reminded again.
const backAgain = " To have it back, type /smallchange quiet."

// drawStopped says, once, that somebody is not asked any more.
func (b *Bot) drawStopped(m programme.Member, team programme.Team) (chat.Card, error) {
	if m.Quiet.Asks != programme.AsksStopped {
		return chat.Card{}, fault.New(fault.Stale, "they are asked again")
	}
	return stoppedCard(team), nil
}

func stoppedCard(team programme.Team) chat.Card {
	return chat.Card{
		Kind: "round.stopped", Title: "We will stop asking",
		Body: []chat.Node{
			chat.P("Three questions passed without a word from you. That is fine. We will not send you the questions of " + team.Name + " any more."),
			note("You can come back with one tap, now or later. Nobody else is told."),
		},
		Buttons: []chat.Button{askAgainButton()},
	}
}

func askAgainButton() chat.Button { return chat.Button{ID: pressAskAgain, Label: "Ask me again"} }

const pressAskAgain = "reflect.back"

// askAgain is one tap to be asked again.
func (b *Bot) askAgain(ctx context.Context, s scene) (chat.Reply, error) {
	if _, err := b.store.AskAgain(ctx, s.by()); err != nil {
		return nil, err
	}
	return chat.Replace{Card: chat.Card{
		Kind: "round.back", Title: "Welcome back",
		Body:    []chat.Node{chat.P("You will get the next question of " + s.team.Name + ".")},
		Buttons: []chat.Button{reflectButton(0, "Reflect now")},
	}}, nil
}
