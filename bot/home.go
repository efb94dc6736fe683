package bot

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// How much a Home page shows; the lists have it all.
const (
	mostAtHome  = 5
	mostTeams   = 12
	mostWaiting = 1_000               // for the yes of one service: the first of so many are shown
	cheerWithin = 14 * 24 * time.Hour // how long a kept or stopped change is something to cheer
)

// home is a person's own page: what waits for them, their changes, and what their role asks of them.
func (b *Bot) home(ctx context.Context, s scene) (chat.Reply, error) {
	card, err := b.homeCard(ctx, s)
	if err != nil {
		return nil, err
	}
	if err := b.store.HomeOpened(ctx, s.me, card.Digest(), s.At); err != nil { // it is not kept fresh, but it can be seen
		b.log.Error("a Home page was not noted", "reference", s.Reference(), "workspace", s.Actor.Workspace, "error", err)
	}
	return chat.Home{Card: card}, nil
}

// Home draws a member's page as it is now, and says whose it is on the platform.
// fault.Missing when they have left or have no account.
func (b *Bot) Home(ctx context.Context, council, member int64) (chat.Person, chat.Card, error) {
	m, err := b.store.MemberByID(ctx, council, member)
	if err != nil {
		return chat.Person{}, chat.Card{}, err
	}
	team, err := b.store.Team(ctx, council, m.TeamID)
	if err != nil {
		return chat.Person{}, chat.Card{}, err
	}
	who := chat.Person{Workspace: m.Account.Workspace, ID: m.Account.ID, Name: m.Name}
	if who.ID == "" {
		return who, chat.Card{}, fault.New(fault.Missing, "there is no chat account to show a page to")
	}
	card, err := b.homeCard(ctx, scene{Event: chat.Event{Actor: who, At: b.now()}, me: m, team: team})
	return who, card, err
}

// section is one part of a Home page. It is left out when there is nothing in it, unless
// it says something then.
type section struct {
	title string
	rows  []chat.Node
	none  string
}

func (b *Bot) homeCard(ctx context.Context, s scene) (chat.Card, error) {
	sections := []func(context.Context, scene) (section, error){b.paused, b.waiting, b.myChanges, b.teamTries, b.quietRow}
	if s.me.Is(programme.Champion, programme.Deputy) {
		sections = append(sections, b.cheered(cheerWithin), b.stuckHere, b.reviewsDue)
	}
	if s.me.Is(programme.Coordinator) {
		sections = append(sections, b.teamsAtAGlance, b.waitsByService)
	}
	card := homeCard(s.me.FirstName(), s.team.Name)
	for _, find := range sections {
		part, err := find(ctx, s)
		if err != nil {
			return card, err
		}
		card.Body = fit(card.Body, part.nodes())
	}
	return card, nil
}

// fit adds a section to a page as far as there is room, and says when there is more.
func fit(page, part []chat.Node) []chat.Node {
	room := chat.MaxNodes - len(page)
	if len(part) <= room {
		return append(page, part...)
	}
	if room < 3 { // a heading, a row, and word that there is more
		return page
	}
	return append(append(page, part[:room-1]...), note("There is more: type /smallchange list."))
}

func (p section) nodes() []chat.Node {
	switch {
	case len(p.rows) > 0:
		return append([]chat.Node{chat.Heading(p.title)}, p.rows...)
	case p.none != "":
		return []chat.Node{chat.Heading(p.title), chat.P(p.none)}
	}
	return nil
}

func homeCard(name, team string) chat.Card {
	return chat.Card{
		Kind: "home", Title: "Hello " + name,
		Body: []chat.Node{chat.Row{
			Text:    chat.Words("Small changes that give time back to children and families. You are in " + team + "."),
			Buttons: []chat.Button{proposeButton()},
		}},
		Buttons: []chat.Button{
			celebrateButton(""),
			{ID: pressList, Label: "Team's changes", Arg: "team"},
			{ID: pressList + ".mine", Label: "My changes", Arg: "mine"},
			reflectionsButton("My reflections"),
			{ID: pressHelp, Label: "Help"},
		},
	}
}

// waiting is what waits for this person: questions, a pulse, a round of choosing, reviews,
// and for a leader a yes.
func (b *Bot) waiting(ctx context.Context, s scene) (section, error) {
	part := section{title: "Waiting for you", none: "Nothing. Enjoy the time."}
	for _, find := range []func(context.Context, scene) ([]chat.Node, error){
		b.waitingQuestion, b.waitingPulse, b.waitingDots, b.waitingYes, b.waitingHandOvers, b.waitingStills, b.waitingReviews,
	} {
		rows, err := find(ctx, s)
		if err != nil {
			return part, err
		}
		part.rows = append(part.rows, rows...)
	}
	return part, nil
}

// item is a row that waits for somebody: what it is, more about it, and what to do.
func item(what, more string, buttons ...chat.Button) chat.Node {
	return chat.Row{Text: chat.Text{chat.Bold(what), chat.Plain("\n" + more)}, Buttons: buttons}
}

func (b *Bot) waitingQuestion(ctx context.Context, s scene) ([]chat.Node, error) {
	if s.me.Quiet.Asks == programme.AsksStopped {
		return []chat.Node{item("The questions have stopped", "You let three pass, so we stopped sending them.", askAgainButton())}, nil
	}
	round, err := b.store.OpenRoundOf(ctx, s.me.CouncilID, s.team.ID, s.At)
	if err == nil {
		_, err = b.store.Reflection(ctx, s.me.CouncilID, round.ID, s.me.ID)
		if fault.Is(err, fault.Missing) {
			return []chat.Node{item("This week's question", round.Prompt.Text, reflectButton(round.ID, "Answer"))}, nil
		}
	}
	return nil, unlessMissing(err)
}

func (b *Bot) waitingPulse(ctx context.Context, s scene) ([]chat.Node, error) {
	p, err := b.store.OpenPulseOf(ctx, s.me.CouncilID, s.team.ID, s.At)
	if err != nil {
		return nil, unlessMissing(err)
	}
	replied, err := b.ballots.Replied(ctx, p.ID, s.me.ID)
	if fault.Is(err, fault.Denied) || fault.Is(err, fault.Closed) || replied { // it did not invite them, or is just closing
		return nil, nil
	}
	more := p.Title + ", until " + programme.When(p.Closes, s.team.Location())
	return []chat.Node{item("A pulse is open", more, chat.Button{ID: formPulse, Label: "Answer", Opens: formPulse, Spoken: "Answer the pulse"})}, err
}

func (b *Bot) waitingDots(ctx context.Context, s scene) ([]chat.Node, error) {
	round, err := b.store.LastChoosing(ctx, s.me.CouncilID, s.team.ID)
	if err != nil || !round.Open(s.At) {
		return nil, unlessMissing(err)
	}
	mine, err := b.store.Dots(ctx, s.me.CouncilID, round.ID, s.me.ID)
	if err != nil || len(mine) > 0 {
		return nil, err
	}
	button := dotsButton(round)
	button.Style = chat.Normal
	return []chat.Node{item("Your team chooses together", "Until "+programme.When(round.Closes, s.team.Location()), button)}, nil
}

// waitingYes is what waits for the yes of a leader, what was to be answered first at the top.
func (b *Bot) waitingYes(ctx context.Context, s scene) ([]chat.Node, error) {
	if !s.me.Is(programme.Leader) {
		return nil, nil
	}
	list, err := b.store.Changes(ctx, s.me.CouncilID, programme.ChangeFilter{Waiting: true, Service: s.team.Service.ID, Limit: mostWaiting})
	slices.SortStableFunc(list, func(a, b programme.Change) int { return cmp.Compare(a.Permission.By, b.Permission.By) })
	var rows []chat.Node
	for _, c := range list[:min(len(list), mostAtHome)] {
		more := c.Team + ", by " + c.Permission.By.Short()
		if c.Permission.Overdue(s.today()) {
			more = c.Team + ", since " + c.Permission.By.Short()
		}
		rows = append(rows, item(c.Ref()+" waits for your yes", c.Title+"\n"+more, chat.Button{
			ID: formDecide, Label: "Answer", Arg: request(c), Opens: formDecide, Spoken: "Answer " + c.Ref(),
		}))
	}
	return rows, err
}

// waitingStills are the follow-ups of the last weeks that the person has not answered: one
// tap, here as well.
func (b *Bot) waitingStills(ctx context.Context, s scene) ([]chat.Node, error) {
	list, err := b.store.OpenFollowUps(ctx, s.me.CouncilID, s.me.ID, s.At.AddDate(0, 0, -28))
	if err != nil {
		return nil, err
	}
	var rows []chat.Node
	for _, f := range list {
		c, err := b.store.ChangeByID(ctx, s.me.CouncilID, f.ChangeID)
		if err != nil {
			return nil, err
		}
		rows = append(rows, item("Is "+c.Ref()+" still happening?", c.Title, stillButtons(f)...))
	}
	return rows, nil
}

func (b *Bot) waitingReviews(ctx context.Context, s scene) ([]chat.Node, error) {
	due, err := b.store.Changes(ctx, s.me.CouncilID, programme.ChangeFilter{Mine: s.me.ID, Due: s.today(), Limit: mostAtHome})
	var rows []chat.Node
	for _, c := range due {
		rows = append(rows, item(c.Ref()+" is due for review", c.Title, reviewButton(c, "Review")))
	}
	return rows, err
}

// reviewButton takes a change into review, or goes on with the review.
func reviewButton(c programme.Change, label string) chat.Button {
	b := updateButton(c, label)
	b.Arg += " " + string(programme.Reviewing)
	return b
}

// unlessMissing is no error when something is just not there.
func unlessMissing(err error) error {
	if fault.Is(err, fault.Missing) {
		return nil
	}
	return err
}

func (b *Bot) myChanges(ctx context.Context, s scene) (section, error) {
	part := section{title: "Your small changes", none: "None yet. One line is enough to start."}
	mine, err := b.store.Changes(ctx, s.me.CouncilID, programme.ChangeFilter{Member: s.me.ID, Limit: mostAtHome})
	for _, c := range mine {
		button := showButton(c)
		if s.ours(c) {
			button = updateButton(c, "Update")
		}
		part.rows = append(part.rows, changeRow(c, s.today(), button))
	}
	return part, err
}

// teamTries is what the team works on now, without what stands above as the person's own.
func (b *Bot) teamTries(ctx context.Context, s scene) (section, error) {
	part := section{title: "What " + s.team.Name + " works on"}
	list, err := b.store.Changes(ctx, s.me.CouncilID, programme.ChangeFilter{Team: s.team.ID, States: programme.Working, Limit: mostAtHome})
	for _, c := range list {
		if c.Proposer.ID != s.me.ID && c.Owner.ID != s.me.ID {
			part.rows = append(part.rows, changeRow(c, s.today(), showButton(c)))
		}
	}
	return part, err
}

// cheered is what the team kept, or stopped with a lesson, in the last days.
func (b *Bot) cheered(within time.Duration) func(context.Context, scene) (section, error) {
	return func(ctx context.Context, s scene) (section, error) {
		part := section{title: "To cheer"}
		list, err := b.store.Changes(ctx, s.me.CouncilID, programme.ChangeFilter{Team: s.team.ID, States: []programme.State{programme.Kept, programme.Stopped}, Limit: mostAtHome})
		for _, c := range list {
			if c.Learning != "" && s.At.Sub(c.Updated) < within {
				part.rows = append(part.rows, item(c.Ref()+" "+programme.StepWords("", c.State), c.Title+"\n"+shorten(c.Learning, mostFact), celebrateButton(c.Ref())))
			}
		}
		return part, err
	}
}

func (b *Bot) stuckHere(ctx context.Context, s scene) (section, error) {
	part := section{title: "Stuck"}
	list, err := b.store.Changes(ctx, s.me.CouncilID, programme.ChangeFilter{Team: s.team.ID, Stuck: true, Today: s.today(), Limit: mostAtHome})
	for _, c := range list {
		part.rows = append(part.rows, changeRow(c, s.today(), showButton(c)))
	}
	return part, err
}

// reviewsDue are the team's reviews that are due today; those overdue are among what is stuck.
func (b *Bot) reviewsDue(ctx context.Context, s scene) (section, error) {
	part := section{title: "Reviews due today"}
	list, err := b.store.Changes(ctx, s.me.CouncilID, programme.ChangeFilter{Team: s.team.ID, Due: s.today(), Limit: 2 * mostAtHome})
	for _, c := range list {
		if c.ReviewOn == s.today() && c.Owner.ID != s.me.ID && c.Proposer.ID != s.me.ID {
			part.rows = append(part.rows, changeRow(c, s.today(), reviewButton(c, "Review")))
		}
	}
	return part, err
}

// teamsAtAGlance is a line for each team of the council: how many changes stand where.
func (b *Bot) teamsAtAGlance(ctx context.Context, s scene) (section, error) {
	part := section{title: "Teams at a glance"}
	list, err := b.store.ChangeCounts(ctx, s.me.CouncilID, 0)
	if err != nil {
		return part, err
	}
	var names []string
	byTeam := map[string]map[programme.State]int{}
	for _, n := range list { // in the order of their teams' names
		if byTeam[n.Team] == nil {
			byTeam[n.Team] = map[programme.State]int{}
			names = append(names, n.Team)
		}
		byTeam[n.Team][n.State] += n.Count
	}
	var facts chat.Facts
	for i, name := range names {
		if i == mostTeams {
			break
		}
		facts = append(facts, chat.Fact{Label: name, Value: chat.Words(stateCounts(byTeam[name]))})
		if len(facts) == chat.MaxFacts {
			part.rows, facts = append(part.rows, facts), nil
		}
	}
	if len(facts) > 0 {
		part.rows = append(part.rows, facts)
	}
	if n := len(names) - mostTeams; n > 0 {
		part.rows = append(part.rows, note(fmt.Sprintf("And %s more. Type /smallchange list council counts.", programme.Count(n, "team", "teams"))))
	}
	return part, nil
}

func (b *Bot) waitsByService(ctx context.Context, s scene) (section, error) {
	waits, err := b.store.Waits(ctx, s.me.CouncilID, s.today())
	return section{title: waitingForYes, rows: waitNodes(waits)}, err
}
