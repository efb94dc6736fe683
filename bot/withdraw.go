package bot

import (
	"context"
	"strconv"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// Ids of the buttons of taking words back.
const (
	pressWithdraw    = "reflect.withdraw"
	pressWithdrawYes = pressWithdraw + ".yes"
	pressKeep        = "reflect.keep"
)

func withdrawButton(r programme.Reflection, spoken string) chat.Button {
	return chat.Button{ID: pressWithdraw, Label: "Withdraw", Arg: idValue(r.ID), Style: chat.Danger, Spoken: spoken}
}

// withdraw asks once more, and says what withdrawing does and does not.
//
// Why asking and not an undo (November 2026): an undo would have to keep the withdrawn words
// somewhere, in the card if not here. The price is one more tap.
func (b *Bot) withdraw(ctx context.Context, s scene) (chat.Reply, error) {
	a, err := b.ownAnswer(ctx, s)
	if err != nil {
		return nil, err
	}
	return chat.Replace{Card: withdrawCard(a, s.team.Location())}, nil
}

// withdrawYes deletes the words. They also leave what stands in the channel.
func (b *Bot) withdrawYes(ctx context.Context, s scene) (chat.Reply, error) {
	if err := b.store.Fresh(ctx, s.by()); err != nil {
		return nil, err
	}
	a, err := b.ownAnswer(ctx, s)
	if err != nil {
		return nil, err
	}
	if err := b.store.Withdraw(ctx, s.by(), a.ID); err != nil {
		return nil, err
	}
	return chat.Replace{Card: withdrawnCard(a.round, s.At, s.team.Location())}, nil
}

// keep is the way back from being asked once more.
func (b *Bot) keep(ctx context.Context, s scene) (chat.Reply, error) {
	a, err := b.ownAnswer(ctx, s)
	if err != nil {
		return nil, err
	}
	card := answeredCard(a)
	card.Title = "Kept as it was"
	return chat.Replace{Card: card}, nil
}

// answer is one reflection with its round, if it answers one, and the digest that tells of it.
type answer struct {
	programme.Reflection
	round  programme.Round
	digest programme.Digest
}

// ownAnswer is the reflection of the person's own that a button names.
func (b *Bot) ownAnswer(ctx context.Context, s scene) (answer, error) {
	id, err := strconv.ParseInt(s.arg, 10, 64)
	if err != nil {
		return answer{}, fault.Hide(fault.Missing, err, "That button is too old. Type /smallchange and press My reflections.")
	}
	r, err := b.store.OwnReflection(ctx, s.me.CouncilID, s.me.ID, id)
	if err != nil {
		return answer{}, err
	}
	return b.answerOf(ctx, s, r)
}

func (b *Bot) answerOf(ctx context.Context, s scene, r programme.Reflection) (a answer, err error) {
	a.Reflection = r
	if r.Round == 0 {
		return a, nil
	}
	if a.round, err = b.store.Round(ctx, s.me.CouncilID, r.Round); err != nil {
		return a, err
	}
	a.digest, err = b.store.Digest(ctx, s.me.CouncilID, r.Round)
	return a, err
}

// withdrawCard has its buttons in a row, since a card that is read in a dialog keeps only those.
func withdrawCard(a answer, zone *time.Location) chat.Card {
	return chat.Card{Kind: "reflection.withdraw", Title: "Withdraw this?", Body: []chat.Node{
		chat.Para{Text: chat.Text{chat.Bold(asked(a.Reflection)), chat.Plain("\n" + a.Words)}},
		chat.Row{
			Text: chat.Words("Your words are deleted here, and nobody can bring them back." + inTheChannel(a, zone)),
			Buttons: []chat.Button{
				{ID: pressWithdrawYes, Label: "Withdraw it", Arg: idValue(a.ID), Style: chat.Danger},
				{ID: pressKeep, Label: "Keep it", Arg: idValue(a.ID)},
			},
		},
		note("A backup made before today may hold them until it is replaced."),
	}}
}

// inTheChannel says what withdrawing a shared answer does to what the team has read.
func inTheChannel(a answer, zone *time.Location) string {
	switch {
	case !a.Shared():
		return ""
	case a.digest.Posted():
		return " They leave the digest of " + digestDay(a.digest, zone) + " in the channel as well. Who has read them there may remember them."
	case a.digest.State == programme.Unknown:
		return " The digest of " + digestDay(a.digest, zone) + " may stand in the channel, and cannot be changed from here. Please ask your champion to delete it."
	case a.round.Closed:
		return " They leave the team’s reflections as well."
	default:
		return " Nobody else has read them."
	}
}

// digestDay is the day of a digest: that on which its last question closed.
func digestDay(d programme.Digest, zone *time.Location) string {
	var last time.Time
	for _, r := range d.Rounds {
		if r.Closes.After(last) {
			last = r.Closes
		}
	}
	return programme.DayOf(last, zone).Short()
}

func withdrawnCard(round programme.Round, now time.Time, zone *time.Location) chat.Card {
	done := chat.Row{Text: chat.Words("Your words are deleted.")}
	if round.ID != 0 && round.Open(now) {
		done.Text = chat.Words("Your words are deleted. If you like, answer again until " + programme.When(round.Closes, zone) + ".")
		again := reflectButton(round.ID, "Answer")
		again.Style = chat.Normal
		done.Buttons = []chat.Button{again}
	}
	done.Buttons = append(done.Buttons, reflectionsButton("My reflections"))
	return chat.Card{Kind: "reflection.withdrawn", Title: "Withdrawn", Body: []chat.Node{done}}
}
