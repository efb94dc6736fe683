package bot

import (
	"context"
	"strings"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// How much of what was shared stands in a digest. The whole of it stands below it.
const (
	mostQuoted   = 5   // answers to each question
	quotedLength = 140 // characters of each answer
)

// told is one question with what its team may read.
type told struct {
	question string
	shared   []programme.Reflection // those with a name first
}

// drawDigest is what a team shared in the rounds that one message tells of. A message that
// is posted already is edited, also when nothing of it is left.
func (b *Bot) drawDigest(ctx context.Context, n programme.Notice) (chat.Card, error) {
	digest, err := b.store.Digest(ctx, n.Council, n.Subject)
	if err != nil {
		return chat.Card{}, err
	}
	var list []told
	for _, round := range digest.Rounds {
		shared, err := b.store.SharedReflections(ctx, n.Council, round.ID)
		if err != nil {
			return chat.Card{}, err
		}
		if len(shared) > 0 {
			list = append(list, told{round.Prompt.Text, shared})
		}
	}
	if len(list) == 0 && !n.Posted {
		return chat.Card{}, fault.New(fault.Stale, "nothing was shared")
	}
	return digestCard(list), nil
}

// digestCard is what a team shared, in short. People who did not answer are never named or
// counted.
func digestCard(list []told) chat.Card {
	card := chat.Card{Kind: "round.digest", Title: "What we noticed this week"}
	for _, t := range list {
		card.Body = append(card.Body, chat.Para{Text: chat.Text{chat.Bold(t.question)}}, chat.Para{Text: inShort(t.shared)})
	}
	if len(list) == 0 {
		card.Body = []chat.Node{takenBack()}
		return card
	}
	card.Body = append(card.Body, note("The answers in whole are in the thread below."))
	card.Buttons = []chat.Button{proposeButton()}
	return card
}

// inShort is how many answers were shared, and the first of them, each in a line.
func inShort(shared []programme.Reflection) chat.Text {
	text := chat.Words(programme.Count(len(shared), "answer", "answers") + " shared.")
	for i, r := range shared {
		if i == mostQuoted {
			text = append(text, chat.Plain("\nAnd "+programme.Count(len(shared)-mostQuoted, "more", "more")+"."))
			break
		}
		if i > 0 && r.Share != shared[i-1].Share {
			text = append(text, chat.Plain("\nWithout a name:"))
		}
		text = append(text, chat.Plain("\n"), chat.Bold(signature(r)+": "), chat.Plain(shorten(programme.CleanLine(r.Words), quotedLength)))
	}
	return text
}

// signature is whose an answer is, for others: what was shared without a name has none.
func signature(r programme.Reflection) string {
	if r.Share != programme.ShareNamed || r.Author.Name == "" {
		return "A colleague"
	}
	return r.Author.Name
}

func takenBack() chat.Node {
	return chat.P("What stood here was withdrawn by those who wrote it.")
}

// drawDetails is a page of a round's answers in whole, and the message under which it goes.
func (b *Bot) drawDetails(ctx context.Context, n programme.Notice) (under string, card chat.Card, err error) {
	digest, err := b.store.Digest(ctx, n.Council, n.Subject)
	if err != nil {
		return "", card, err
	}
	page, err := programme.DetailsPage(n.Key)
	if err != nil {
		return "", card, err
	}
	round, err := b.store.Round(ctx, n.Council, n.Subject)
	if err != nil {
		return "", card, err
	}
	shared, err := b.store.SharedReflections(ctx, n.Council, n.Subject)
	if err != nil {
		return "", card, err
	}
	var these []programme.Reflection
	if pages := programme.Pages(shared); page < len(pages) {
		these = pages[page]
	}
	if !digest.Posted() || len(these) == 0 && !n.Posted {
		return "", card, fault.New(fault.Stale, "there is nothing to say more of")
	}
	return digest.Message, detailsCard(told{round.Prompt.Text, these}), nil
}

// detailsCard is answers to one question, in whole. It stands where everybody can read it.
func detailsCard(t told) chat.Card {
	card := chat.Card{Kind: "round.details", Body: []chat.Node{chat.Para{Text: chat.Text{chat.Bold(t.question)}}}}
	if len(t.shared) == 0 {
		card.Body = append(card.Body, takenBack())
		return card
	}
	for _, r := range t.shared {
		card.Body = append(card.Body, chat.Para{Text: chat.Text{chat.Bold(signature(r) + ": "), chat.Plain(strings.TrimSpace(r.Words))}})
	}
	card.Buttons = []chat.Button{reflectionsButton("Change or withdraw mine")}
	return card
}
