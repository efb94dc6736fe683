package bot

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
)

// show is one change and what happened to it, for the person who asked.
func (b *Bot) show(ctx context.Context, s scene) (chat.Reply, error) {
	number, ok := readRef(s.arg)
	if !ok {
		return nil, missingChange(s.arg)
	}
	card, err := b.changeCard(ctx, s, number)
	return chat.Tell{Card: card}, err
}

// share puts a change in front of everyone in the place.
func (b *Bot) share(ctx context.Context, s scene) (chat.Reply, error) {
	number, ok := programme.ParseRef(s.arg)
	if !ok {
		return nil, missingChange(s.arg)
	}
	c, err := b.register(ctx, s, number)
	if err != nil {
		return nil, err
	}
	card := changeWords(c, s)
	card.Body = append(card.Body, note("Shared by "+s.me.Name+"."))
	card.Buttons = []chat.Button{{ID: pressSupportHere, Label: "Support", Arg: c.Ref(), Spoken: "Support " + c.Ref()}, showButton(c.Change)}
	return chat.Say{Card: card}, nil
}

// entry is a change with all that the register knows of it.
type entry struct {
	programme.Change
	history []programme.History
	mine    bool // the person supports it
	given   programme.TimeRange
	still   map[int]map[programme.Still]int // answers by weeks
}

// register reads all that is known of a change.
func (b *Bot) register(ctx context.Context, s scene, number int) (e entry, err error) {
	council := s.me.CouncilID
	if e.Change, e.history, err = b.store.Change(ctx, council, number); err != nil {
		return e, err
	}
	if e.mine, err = b.store.Supports(ctx, council, s.me.ID, number); err != nil {
		return e, err
	}
	if e.given, err = b.store.TimeGiven(ctx, e.Change); err != nil {
		return e, err
	}
	e.still, err = b.store.Stills(ctx, council, e.ID)
	return e, err
}

func (b *Bot) changeCard(ctx context.Context, s scene, number int) (chat.Card, error) {
	e, err := b.register(ctx, s, number)
	return changeCard(e, s), err
}

// kept shows a change after something about it was kept. When it cannot be read again, what
// is known of it is shown: telling the person that it failed would not be true.
func (b *Bot) kept(ctx context.Context, s scene, known entry) chat.Replace {
	card, err := b.changeCard(ctx, s, known.Number)
	if err != nil {
		b.log.Error("a change was kept, but could not be read again", "reference", s.Reference(), "workspace", s.Actor.Workspace, "error", err)
		card = changeCard(known, s)
	}
	return chat.Replace{Card: card}
}

// lastSteps is how many lines of history a card shows; the whole story is one tap away.
const lastSteps = 5

func changeCard(e entry, s scene) chat.Card {
	card := changeWords(e, s)
	if s.ours(e.Change) && e.Permission.Answer == "" {
		card.Body = append(card.Body, gate(e.Change)...)
	}
	card.Buttons = changeButtons(e, s)
	return card
}

// changeWords is all that is known of a change, without what can be done.
func changeWords(e entry, s scene) chat.Card {
	c := e.Change
	card := chat.Card{Kind: "change.shown", Title: c.Ref() + ", " + c.State.Words()}
	card.Body = []chat.Node{chat.Para{Text: chat.Text{chat.Bold(c.Title)}}}
	if c.Why != "" {
		card.Body = append(card.Body, chat.P(c.Why))
	}
	for facts := range slices.Chunk(changeFacts(e, s.today()), chat.MaxFacts) {
		card.Body = append(card.Body, chat.Facts(facts))
	}
	if len(e.history) > 0 {
		card.Body = append(card.Body, chat.Heading("What happened"))
	}
	for _, h := range e.history[max(0, len(e.history)-lastSteps):] {
		card.Body = append(card.Body, note(historyLine(h, s.team.Location())))
	}
	return card
}

// ours reports whether a change is of the person's own team.
func (s scene) ours(c programme.Change) bool { return s.me.TeamID == c.TeamID }

// changeButtons are what the person can do with a change, at most five.
func changeButtons(e entry, s scene) []chat.Button {
	var buttons []chat.Button
	c := e.Change
	mayUpdate := c.MayUpdate(s.me) == nil
	over := slices.Contains([]programme.State{programme.Kept, programme.Stopped, programme.Merged, programme.PassedOn}, c.State)
	if mayUpdate {
		buttons = append(nextStep(c), updateButton(c, "Update"))
	}
	if c.Proposer.ID != s.me.ID {
		buttons = append(buttons, supportButton(c, e.mine))
	}
	switch {
	case !s.ours(c):
		buttons = append(buttons, chat.Button{ID: pressAdopt, Label: "Tried here too", Arg: c.Ref(), Spoken: "My team tries " + c.Ref() + " too"})
	case c.Owner.ID == 0 && !over:
		buttons = append(buttons, chat.Button{ID: pressTakeOn, Label: "I will look after it", Arg: c.Ref(), Spoken: "I will look after " + c.Ref()})
	case c.State == programme.Kept, c.State == programme.Stopped:
		buttons = append(buttons, celebrateButton(c.Ref()))
	}
	return append(buttons, chat.Button{ID: pressMore, Label: "More", Arg: c.Ref(), Spoken: "More about " + c.Ref()})
}

// nextStep is the likeliest step from here, as one button: its form opens with what that
// step needs.
func nextStep(c programme.Change) []chat.Button {
	labels := map[programme.State]string{
		programme.Idea: "Choose it", programme.Chosen: "Start trying", programme.Trying: "Review it", programme.Reviewing: "Keep it",
	}
	label := labels[c.State]
	if label == "" {
		return nil
	}
	return []chat.Button{{
		ID: formUpdate + ".next", Label: label, Arg: c.Ref() + " " + string(c.State.Next()[0]), Opens: formUpdate, Spoken: label + ": " + c.Ref(),
	}}
}

func changeFacts(e entry, today programme.Day) []chat.Fact {
	var facts []chat.Fact
	add := func(label, value string) {
		if value != "" {
			facts = append(facts, chat.Fact{Label: label, Value: chat.Words(value)})
		}
	}
	c := e.Change
	proposer := c.Proposer.Name
	if proposer == "" {
		proposer = "A colleague"
	}
	add("Team", c.Team)
	add("Proposed by", proposer)
	add("Mission strand", c.Strand.Name)
	add("Intended impact", c.Impact)
	add("Looked after by", c.Owner.Name)
	if c.ReviewOn != "" && (c.State == programme.Trying || c.State == programme.Reviewing) {
		add("Review on", c.ReviewOn.Short())
	}
	add("In the way", blockedWords(c))
	if yes := permissionWords(c.Permission, today); c.Permission.Open() {
		add(waitingForYes, yes)
	} else {
		add("A manager’s yes", yes)
	}
	add("What stops us", c.Barrier)
	add("What we learned", c.Learning)
	add("Time given back", e.given.Words())
	add("Still happening", stillWords(e.still))
	add("Tried first as", c.Lineage)
	if c.MergedInto != 0 {
		add("Part of", programme.Ref(c.MergedInto))
	}
	if c.Supporters > 0 {
		add("Support", programme.Count(c.Supporters, "colleague", "colleagues"))
	}
	return facts
}

func blockedWords(c programme.Change) string {
	words := c.Blocked
	if c.BlockedRole != "" {
		words += ". Who could lift it: " + c.BlockedRole
	}
	if c.ReplyBy != "" {
		words += ", by " + c.ReplyBy.Short()
	}
	return words
}

func permissionWords(p programme.Permission, today programme.Day) string {
	who := "Leaders of " + p.Service.Name
	switch {
	case p.Answer == "":
		return ""
	case p.Overdue(today):
		return who + " were to answer by " + p.By.Short()
	case p.Answer == programme.AskedFor:
		return who + ", by " + p.By.Short()
	case p.Words != "":
		return who + ": “" + p.Answer.Words() + ". " + p.Words + "”"
	default:
		return who + ": “" + p.Answer.Words() + "”"
	}
}

// stillWords are the answers to the follow-ups: "After 4 weeks: 2 more than before, 1 less".
func stillWords(still map[int]map[programme.Still]int) string {
	var parts []string
	for _, weeks := range programme.FollowUpWeeks {
		var counts []string
		for _, answer := range programme.Stills {
			if n := still[weeks][answer]; n > 0 {
				counts = append(counts, strconv.Itoa(n)+" "+strings.ToLower(answer.Words()))
			}
		}
		if len(counts) > 0 {
			parts = append(parts, "After "+strconv.Itoa(weeks)+" weeks: "+strings.Join(counts, ", "))
		}
	}
	return strings.Join(parts, ". ")
}

// more are the rarer things that can be done with a change.
func (b *Bot) more(ctx context.Context, s scene) (chat.Reply, error) {
	number, ok := programme.ParseRef(s.arg)
	if !ok {
		return nil, missingChange(s.arg)
	}
	e, err := b.register(ctx, s, number)
	if err != nil {
		return nil, err
	}
	return chat.Tell{Card: moreCard(e.Change, e.MayUpdate(s.me) == nil)}, nil
}

func moreCard(c programme.Change, mayUpdate bool) chat.Card {
	card := chat.Card{Kind: "change.more", Title: "More about " + c.Ref()}
	row := func(words string, b chat.Button) {
		b.Arg = c.Ref()
		card.Body = append(card.Body, chat.Row{Text: chat.Words(words), Buttons: []chat.Button{b}})
	}
	row("Everything that happened to it.", chat.Button{ID: pressStory, Label: "Whole story"})
	row("Show it to everyone here.", chat.Button{ID: pressShare, Label: "Share here"})
	if !mayUpdate {
		return card
	}
	row("Change its words, what stops us, or the time it gives back.", chat.Button{ID: formDetails, Label: "Edit", Opens: formDetails})
	if slices.Contains([]programme.State{programme.Kept, programme.Stopped, programme.Merged, programme.PassedOn}, c.State) {
		return card
	}
	if c.Scope == programme.Manager || c.Scope == programme.OtherService {
		own := gateButton(c, programme.Ours, "Our team can do it now")
		card.Body = append(card.Body, chat.Row{Text: chat.Words("No yes is needed after all."), Buttons: []chat.Button{own}})
	}
	row("Somebody has to say yes first.", chat.Button{ID: formAsk, Label: "Ask for a yes", Opens: formAsk})
	row("It is the same as another.", chat.Button{ID: formMerge, Label: "Merge", Opens: formMerge})
	row("No team can solve it. Keep it for the blueprint.", chat.Button{ID: formPassOn, Label: "Pass on", Opens: formPassOn})
	return card
}
