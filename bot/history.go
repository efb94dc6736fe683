package bot

import (
	"context"
	"strconv"
	"strings"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
)

// storyPage is how many lines of a change's past stand on one page.
const storyPage = 30

// story is everything that happened to a change, the oldest first. A page's button says
// from which line the next goes on.
func (b *Bot) story(ctx context.Context, s scene) (chat.Reply, error) {
	ref, rest, _ := strings.Cut(s.arg, " ")
	number, ok := programme.ParseRef(ref)
	if !ok {
		return nil, missingChange(ref)
	}
	c, history, err := b.store.Change(ctx, s.me.CouncilID, number)
	if err != nil {
		return nil, err
	}
	from, _ := strconv.Atoi(rest) // what is no number begins at the beginning
	return chat.Tell{Card: storyCard(c, history, min(max(from, 0), len(history)), s.team.Location())}, nil
}

func storyCard(c programme.Change, history []programme.History, from int, zone *time.Location) chat.Card {
	card := chat.Card{Kind: "change.story", Title: "The story of " + c.Ref(), Body: []chat.Node{chat.Para{Text: chat.Text{chat.Bold(c.Title)}}}}
	until := min(from+storyPage, len(history))
	for _, h := range history[from:until] {
		card.Body = append(card.Body, note(shorten(historyLine(h, zone), chat.MaxText)))
	}
	if until < len(history) {
		card.Buttons = append(card.Buttons, chat.Button{ID: pressStory, Label: "Go on", Arg: c.Ref() + " " + strconv.Itoa(until)})
	}
	card.Buttons = append(card.Buttons, showButton(c))
	return card
}

// historyLine is one line of a change's past: when, who, what, and their words.
func historyLine(h programme.History, zone *time.Location) string {
	line := h.At.In(zone).Format("2 January") + ": " + h.Who + " " + deedWords(h)
	switch {
	case h.Words == "":
	case h.Says():
		line += ". “" + h.Words + "”"
	default:
		line += ": " + h.Words
	}
	return line
}

// deedWords say what somebody did to a change.
func deedWords(h programme.History) string {
	switch h.What {
	case programme.Proposed:
		return "proposed it"
	case programme.Stepped:
		return "moved it from “" + string(h.From) + "” to “" + string(h.To) + "”"
	case programme.MergedIn:
		return "merged it into another"
	case programme.Joined:
		return "merged another into it"
	case programme.Adopted:
		return "tries it in another team"
	case programme.Sorted:
		return "said whose it is to change"
	case programme.Asked:
		return "asked for a yes"
	case programme.Answered:
		return "answered"
	case programme.HandedOn:
		return "handed it on"
	case programme.TakenOver:
		return "looks after it now"
	case programme.Imported:
		return "imported it"
	default:
		return "edited it"
	}
}

// mostNews is how many steps one message tells of; the whole story has the others.
const mostNews = 8

// stepCard tells those who follow a change what happened to it since they were last told.
func stepCard(c programme.Change, news []programme.History) chat.Card {
	card := chat.Card{Kind: "change.step", Title: c.Ref() + " is " + c.State.Words(), Body: []chat.Node{chat.Para{Text: chat.Text{chat.Bold(c.Title)}}}}
	if len(news) > 0 {
		card.Title = shorten(c.Ref()+" "+newsWords(news[len(news)-1]), chat.MaxTitle)
	}
	if len(news) > mostNews {
		news = news[len(news)-mostNews:]
		card.Body = append(card.Body, note("More happened before these steps. The whole story is under Show."))
	}
	for i, h := range news {
		if line := newsLine(h, i == len(news)-1); line != "" {
			card.Body = append(card.Body, chat.P(shorten(line, chat.MaxText)))
		}
	}
	card.Body = append(card.Body, note("You hear this because you proposed it, look after it or support it."))
	card.Buttons = []chat.Button{showButton(c)}
	return card
}

// newsLine is what a step says below the title, which says what the last one was.
func newsLine(h programme.History, last bool) string {
	line := ""
	if !last {
		line = "Before that it " + before.Replace(newsWords(h)) + ". "
	}
	switch {
	case h.Words == "":
	case h.Says():
		line += h.Who + ": “" + h.Words + "”"
	case h.What != programme.HandedOn: // the title says to whom
		line += h.Who + ": " + h.Words
	}
	return strings.TrimSpace(line)
}

// newsWords are what happened to a change, after its reference: "is being tried".
func newsWords(h programme.History) string {
	switch h.What {
	case programme.MergedIn:
		into, _, _ := strings.Cut(h.Words, ". ")
		return "is merged " + strings.ToLower(into[:1]) + into[1:]
	case programme.Adopted:
		return "is tried in another team"
	case programme.Asked:
		return "waits for a yes"
	case programme.Answered:
		answer, _, _ := strings.Cut(h.Words, ". ")
		return "has an answer: " + answer
	case programme.HandedOn:
		return "is handed on " + strings.ToLower(h.Words[:1]) + h.Words[1:]
	case programme.TakenOver:
		return "is looked after by " + h.Who
	default:
		return programme.StepWords(h.From, h.To)
	}
}

// before turns what is into what was.
var before = strings.NewReplacer("is being", "was being", "is adapted", "was adapted", "is ", "was ", "has ", "had ", "waits ", "waited ")

// news are the lines that somebody should hear of who was last told at some time. The very
// last is always among them: it is why they are told now.
func news(history []programme.History, told time.Time) []programme.History {
	var lines []programme.History
	for _, h := range history {
		if h.Told() {
			lines = append(lines, h)
		}
	}
	from := max(0, len(lines)-1)
	for from > 0 && lines[from-1].At.After(told) && !told.IsZero() {
		from--
	}
	return lines[from:]
}

// ownerCard tells somebody whom another made a change's owner.
func ownerCard(c programme.Change) chat.Card {
	card := chat.Card{Kind: "change.owner", Title: "You look after " + c.Ref() + " now", Body: []chat.Node{chat.Para{Text: chat.Text{chat.Bold(c.Title)}}}}
	if c.ReviewOn != "" {
		card.Body = append(card.Body, chat.P("Its review is on "+c.ReviewOn.Short()+"."))
	}
	card.Body = append(card.Body, note("If that does not suit you, choose somebody else under Update."))
	card.Buttons = []chat.Button{updateButton(c, "Update"), showButton(c)}
	return card
}
