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
	fact, said := halves(h)
	if fact != "" && h.What != programme.MergedIn {
		line += ": " + fact
	}
	if said != "" {
		line += ". “" + said + "”"
	}
	return line
}

// halves part a line's words into the plain fact that the program wrote and what somebody
// said. A merge and an answer have both.
func halves(h programme.History) (fact, said string) {
	switch {
	case h.What == programme.MergedIn, h.What == programme.Answered:
		fact, said, _ = strings.Cut(h.Words, ". ")
	case h.Says():
		said = h.Words
	default:
		fact = h.Words
	}
	return fact, said
}

// lowered is a fact in the middle of a sentence: "into SC-4".
func lowered(fact string) string {
	if fact == "" {
		return ""
	}
	return strings.ToLower(fact[:1]) + fact[1:]
}

// deedWords say what somebody did to a change.
func deedWords(h programme.History) string {
	switch h.What {
	case programme.Proposed:
		return "proposed it"
	case programme.Stepped:
		return "moved it from “" + string(h.From) + "” to “" + string(h.To) + "”"
	case programme.MergedIn:
		into, _ := halves(h)
		return "merged it " + lowered(into)
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

// stepCard tells somebody who follows a change, for these reasons, what happened to it since
// they were last told.
func stepCard(c programme.Change, news []programme.History, reasons []string) chat.Card {
	card := chat.Card{Kind: "change.step", Title: c.Ref() + " is " + c.State.Words(), Body: []chat.Node{chat.Para{Text: chat.Text{chat.Bold(c.Title)}}}}
	if len(news) > 0 {
		card.Title = shorten(c.Ref()+" "+newsWords(news[len(news)-1]), chat.MaxTitle)
	}
	if len(news) > mostNews {
		news = news[len(news)-mostNews:]
		card.Body = append(card.Body, note("More happened before these steps. The whole story is under Show."))
	}
	for i, h := range news {
		last := i == len(news)-1
		if h.What == programme.Asked && !last { // what came of it follows
			continue
		}
		if line := newsLine(h, last); line != "" {
			card.Body = append(card.Body, chat.P(shorten(line, chat.MaxText)))
		}
	}
	card.Body = append(card.Body, note("You hear this because you "+inASentence(reasons)+"."))
	card.Buttons = []chat.Button{showButton(c)}
	return card
}

// newsLine is what a step says below the title, which says what the last one was.
func newsLine(h programme.History, last bool) string {
	line := ""
	if !last {
		line = "Before that it " + before.Replace(newsWords(h)) + ". "
	}
	fact, said := halves(h)
	switch {
	case said != "":
		line += h.Who + ": “" + said + "”"
	case h.What == programme.Answered: // the title says what
		line += h.Who + " answered."
	case h.What == programme.MergedIn:
		line += h.Who + " merged it."
	case fact != "" && h.What != programme.HandedOn: // the title says to whom
		line += h.Who + ": " + fact
	}
	return strings.TrimSpace(line)
}

// newsWords are what happened to a change, after its reference: "is being tried".
func newsWords(h programme.History) string {
	switch h.What {
	case programme.MergedIn:
		into, _ := halves(h)
		return "is merged " + lowered(into)
	case programme.Adopted:
		return "is tried in another team"
	case programme.Asked:
		return "waits for a yes"
	case programme.Answered:
		answer, _ := halves(h)
		return "has an answer: " + answer
	case programme.HandedOn:
		return "is handed on " + lowered(h.Words)
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
