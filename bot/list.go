package bot

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
)

const pageSize = 10

// view is what a list shows, read from the words after "list".
type view struct {
	asked  string // as it was typed
	filter programme.ChangeFilter
	title  string
	none   string // what is said when there is nothing
	counts bool   // how many stand where, instead of a list
}

// list shows changes: mine, of the team or the council, in some state, stuck, waiting for a
// yes, or with words. A page's button says "words|place", where the next page begins.
func (b *Bot) list(ctx context.Context, s scene) (chat.Reply, error) {
	asked, after := s.arg, ""
	if _, pressed := s.Did.(chat.Press); pressed { // what is typed may hold any sign
		if end := strings.LastIndex(s.arg, "|"); end >= 0 {
			asked, after = s.arg[:end], s.arg[end+1:]
		}
	}
	v := s.view(programme.CleanLine(asked))
	if v.counts {
		return b.counts(ctx, s, v)
	}
	v.filter.After, v.filter.Limit = after, pageSize
	page, err := b.store.ChangePage(ctx, s.me.CouncilID, v.filter)
	if err != nil {
		return nil, err
	}
	if len(page.Changes) == 0 && v.filter.Words != "" && after == "" { // none has all of the words
		v.filter.Any = true
		if page, err = b.store.ChangePage(ctx, s.me.CouncilID, v.filter); err != nil {
			return nil, err
		}
		page.Next = "" // which pages only all of the words
	}
	return chat.Tell{Card: listCard(v, page, s.today())}, nil
}

// today is the day where the person's team is.
func (s scene) today() programme.Day { return programme.DayOf(s.At, s.team.Location()) }

// states are the words that narrow a list to a state.
var states = map[string]programme.State{
	"ideas": programme.Idea, "idea": programme.Idea, "chosen": programme.Chosen, "trying": programme.Trying,
	"reviewing": programme.Reviewing, "kept": programme.Kept, "stopped": programme.Stopped, "parked": programme.Parked,
	"merged": programme.Merged, "passed": programme.PassedOn,
}

// view reads what is asked for. A line of words that say whose and which is a list of
// those; any other is a search for the words.
func (s scene) view(asked string) view {
	v := view{asked: asked, none: "Nothing here yet."}
	whose, which := "team", []string{}
	says := func(word string) {
		if !slices.Contains(which, word) {
			which = append(which, word)
		}
	}
	for _, word := range strings.Fields(strings.ToLower(asked)) {
		switch {
		case word == "mine", word == "team", word == "council":
			whose = word
		case states[word] != "":
			if !slices.Contains(v.filter.States, states[word]) {
				v.filter.States = append(v.filter.States, states[word])
			}
			says(plural(states[word]))
		case word == "stuck":
			v.filter.Stuck, v.filter.Today = true, s.today()
			says(word)
		case word == "waiting":
			v.filter.Waiting = true
			says("waiting for a yes")
		case word == "counts":
			v.counts = true
		default:
			return view{
				asked: asked, filter: programme.ChangeFilter{Words: asked},
				title: shorten("Small changes about “"+asked+"”", chat.MaxTitle),
				none:  "Nothing has any of these words. Try others, or the start of one.",
			}
		}
	}
	s.whose(&v, whose)
	if len(which) > 0 {
		v.title += ": " + strings.Join(which, " or ")
	}
	v.title = shorten(v.title, chat.MaxTitle)
	return v
}

// plural is a state as the heading of a list.
func plural(s programme.State) string {
	if s == programme.Idea {
		return "ideas"
	}
	return string(s)
}

// whose narrows a view to mine, the team's, or to what waits for the yes of a leader.
func (s scene) whose(v *view, whose string) {
	switch {
	case whose == "mine":
		v.filter.Member, v.title = s.me.ID, "Your small changes"
	case whose == "council":
		v.title = "Small changes across the council"
	case v.filter.Waiting && s.me.Is(programme.Leader): // it is their yes
		v.filter.Service, v.title = s.team.Service.ID, s.team.Service.Name
	default:
		v.filter.Team, v.title = s.team.ID, s.team.Name+"’s small changes"
	}
	if v.filter.Stuck {
		v.none = "Nothing is in the way of any small change here, and nothing is late."
	}
}

func listCard(v view, page programme.ChangePage, today programme.Day) chat.Card {
	card := chat.Card{Kind: "change.list", Title: v.title}
	if v.filter.Any && len(page.Changes) > 0 {
		card.Body = append(card.Body, chat.P("None has all of these words. These have some of them."))
	}
	for _, c := range page.Changes {
		card.Body = append(card.Body, changeRow(c, today, showButton(c)))
	}
	if len(page.Changes) == 0 {
		card.Body = append(card.Body, chat.P(v.none))
		card.Buttons = append(card.Buttons, proposeButton())
	}
	if next := v.asked + "|" + page.Next; page.Next != "" && utf8.RuneCountInString(next) <= chat.MaxArg {
		card.Buttons = append(card.Buttons, chat.Button{ID: pressList, Label: "Show more", Arg: next})
	} else if page.Next != "" { // the next page would be of another search
		card.Body = append(card.Body, note("There are more. Use fewer words to see them."))
	}
	if v.filter.Words == "" && v.filter.Member == 0 {
		whose := "team"
		if v.filter.Team == 0 {
			whose = "council"
		}
		card.Buttons = append(card.Buttons, chat.Button{ID: pressList + ".counts", Label: "Counts", Arg: whose + " counts", Spoken: "How many stand where"})
	}
	return card
}

// changeRow is a change in one row: what it is, how far it has come, and what is in its way.
func changeRow(c programme.Change, today programme.Day, buttons ...chat.Button) chat.Row {
	about := "\n" + capital(c.State.Words()) + ", " + c.Team
	if c.Supporters > 0 {
		about += ", " + programme.Count(c.Supporters, "supporter", "supporters")
	}
	for _, line := range troubles(c, today) {
		about += "\n" + line
	}
	return chat.Row{Text: chat.Text{chat.Bold(c.Ref() + " " + c.Title), chat.Plain(about)}, Buttons: buttons}
}

// troubles are what holds a change up, in lines: what is in the way, and what is late.
func troubles(c programme.Change, today programme.Day) []string {
	var lines []string
	if c.Blocked != "" && slices.Contains(programme.GoingOn, c.State) { // else it is in nobody's way
		lines = append(lines, "In the way: "+c.Blocked)
	}
	switch {
	case c.Permission.Overdue(today):
		lines = append(lines, "Waits for a yes since "+c.Permission.By.Short())
	case c.Permission.Open():
		lines = append(lines, "Waits for a yes until "+c.Permission.By.Short())
	}
	if slices.Contains([]programme.State{programme.Trying, programme.Reviewing}, c.State) && c.ReviewOn != "" && c.ReviewOn <= today {
		lines = append(lines, "Review was due on "+c.ReviewOn.Short())
		if c.ReviewOn == today {
			lines[len(lines)-1] = "Review is due today"
		}
	}
	return lines
}

// counts shows how many changes stand where, by state and by strand, and how many wait.
func (b *Bot) counts(ctx context.Context, s scene, v view) (chat.Reply, error) {
	list, err := b.store.ChangeCounts(ctx, s.me.CouncilID, v.filter.Team)
	if err != nil {
		return nil, err
	}
	waits, err := b.store.Waits(ctx, s.me.CouncilID, s.today())
	if err != nil {
		return nil, err
	}
	given, err := b.store.TimeGivenBack(ctx, s.me.CouncilID, v.filter.Team)
	return chat.Tell{Card: countsCard(v.title, list, waits, given)}, err
}

func countsCard(title string, list []programme.ChangeCount, waits []programme.Waits, given programme.TimeTotal) chat.Card {
	card := chat.Card{Kind: "change.counts", Title: title}
	byState := map[programme.State]int{}
	byStrand := map[string]map[programme.State]int{}
	var strands []string
	for _, n := range list {
		byState[n.State] += n.Count
		if byStrand[n.Strand] == nil {
			byStrand[n.Strand] = map[programme.State]int{}
			strands = append(strands, n.Strand)
		}
		byStrand[n.Strand][n.State] += n.Count
	}
	if len(list) == 0 {
		card.Body = []chat.Node{chat.P("None yet.")}
		return card
	}
	card.Body = append(card.Body, chat.P(stateCounts(byState)), chat.Heading("By mission strand"))
	slices.Sort(strands)
	const most = 20 // strands; a council has more only when its teams name theirs differently
	var facts []chat.Fact
	for _, strand := range strands[:min(len(strands), most)] {
		facts = append(facts, chat.Fact{Label: cmp.Or(strand, "No strand yet"), Value: chat.Words(stateCounts(byStrand[strand]))})
	}
	card.Body = append(card.Body, inFacts(facts)...)
	if len(strands) > most {
		card.Body = append(card.Body, note(fmt.Sprintf("And %s more. The export has them all.", programme.Count(len(strands)-most, "strand", "strands"))))
	}
	if words := given.Words(); words != "" {
		card.Body = append(card.Body, chat.Heading("Time given back"), chat.P(capital(words)+"."))
	}
	card.Body = fit(card.Body, section{title: waitingForYes, rows: waitNodes(waits)}.nodes())
	return card
}

// inFacts are facts in as few nodes as they fit.
func inFacts(facts []chat.Fact) []chat.Node {
	var nodes []chat.Node
	for some := range slices.Chunk(facts, chat.MaxFacts) {
		nodes = append(nodes, chat.Facts(some))
	}
	return nodes
}

const waitingForYes = "Waiting for a yes"

// waitNodes say how many changes wait for a yes, by service.
func waitNodes(waits []programme.Waits) []chat.Node {
	facts := make([]chat.Fact, len(waits))
	for i, w := range waits {
		count := programme.Count(w.Waiting, "small change", "small changes")
		if w.Overdue > 0 {
			count += fmt.Sprintf(", %d longer than agreed", w.Overdue)
		}
		facts[i] = chat.Fact{Label: w.Service, Value: chat.Words(count)}
	}
	return inFacts(facts)
}

// stateCounts are numbers by state, in the order of a board: "2 trying, 1 idea, 4 kept".
func stateCounts(by map[programme.State]int) string {
	var parts []string
	for _, state := range programme.States {
		n := by[state]
		switch {
		case n == 0:
		case state == programme.Idea:
			parts = append(parts, programme.Count(n, "idea", "ideas"))
		default:
			parts = append(parts, fmt.Sprintf("%d %s", n, state))
		}
	}
	return strings.Join(parts, ", ")
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func showButton(c programme.Change) chat.Button {
	return chat.Button{ID: pressShow, Label: "Show", Arg: c.Ref(), Spoken: "Show " + c.Ref()}
}
