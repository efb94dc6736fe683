package bot

import (
	"context"
	"fmt"
	"strings"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

const formHandOver = "handover"

// mostHanded is how many small changes a card about a leaver lists.
const mostHanded = 20

// left is word that somebody's account was closed. Whom no council knows is no news here.
func (b *Bot) left(ctx context.Context, ev chat.Event) (chat.Reply, error) {
	m, _, err := b.store.Member(ctx, ev.Actor.Workspace, ev.Actor.ID)
	if err == nil {
		err = b.store.Leave(ctx, programme.By{Council: m.CouncilID, Member: m, Key: ev.Key, At: ev.At})
	}
	return chat.Done{}, unlessMissing(err)
}

// leaving is what a leaver looked after in a team.
type leaving struct {
	programme.Leaver
	changes []programme.Change // not all, when there are many
}

// leaversFor are those whose small changes a member can hand over.
func (b *Bot) leaversFor(ctx context.Context, m programme.Member, own programme.Team) ([]programme.Leaver, error) {
	if !m.Is(programme.Champion, programme.Deputy, programme.Leader, programme.Coordinator) {
		return nil, nil
	}
	list, err := b.store.Leavers(ctx, m.CouncilID)
	var here []programme.Leaver
	for _, l := range list {
		if l.Here(m, own) {
			here = append(here, l)
		}
	}
	return here, err
}

// changesOf are what a leaver looked after, the most urgent first.
func (b *Bot) changesOf(ctx context.Context, council int64, l programme.Leaver) (leaving, error) {
	list, err := b.store.Changes(ctx, council, programme.ChangeFilter{
		Owner: l.Who.ID, Team: l.TeamID, States: programme.GoingOn, Limit: mostHanded,
	})
	return leaving{l, list}, err
}

// drawHandOver asks somebody to hand over what a leaver looked after, while there is anything.
func (b *Bot) drawHandOver(ctx context.Context, n programme.Notice, m programme.Member, team programme.Team) (chat.Card, error) {
	list, err := b.leaversFor(ctx, m, team)
	if err != nil {
		return chat.Card{}, err
	}
	var all []leaving
	for _, l := range list {
		if l.Who.ID != n.Subject {
			continue
		}
		of, err := b.changesOf(ctx, n.Council, l)
		if err != nil {
			return chat.Card{}, err
		}
		all = append(all, of)
	}
	if len(all) == 0 {
		return chat.Card{}, fault.New(fault.Stale, "somebody looks after them already")
	}
	return handOverCard(all), nil
}

// handOverCard is about one leaver, with a part for each team.
func handOverCard(all []leaving) chat.Card {
	card := chat.Card{Kind: "member.left", Title: shorten(all[0].Who.Name+whereabouts(all[0].Leaver), chat.MaxTitle)}
	for _, l := range all {
		count := programme.Count(l.Changes, "small change", "small changes")
		card.Body = append(card.Body,
			chat.Row{Text: chat.Words("They looked after " + count + " of " + l.Team + "."), Buttons: []chat.Button{handOverButton(l.Leaver)}},
			lines(l.changes, l.Changes))
	}
	after := "They are not asked anything any more."
	if all[0].Moved {
		after = "They cannot update these any more."
	}
	card.Body = append(card.Body, note("Their support still counts. "+after))
	return card
}

// whereabouts says after a leaver's name what became of them.
func whereabouts(l programme.Leaver) string {
	if l.Moved {
		return " is in another team now"
	}
	return " has left"
}

// lines are small changes by their titles, and how many more there are.
func lines(list []programme.Change, all int) chat.Para {
	shown := make([]string, min(len(list), mostHanded))
	for i := range shown {
		shown[i] = shorten(list[i].Ref()+" "+list[i].Title, 110) + ", " + list[i].State.Words()
	}
	if more := all - len(shown); more > 0 {
		shown = append(shown, fmt.Sprintf("and %d more", more))
	}
	return chat.P(strings.Join(shown, "\n"))
}

func handOverButton(l programme.Leaver) chat.Button {
	return chat.Button{
		ID: formHandOver, Label: "Hand over", Arg: handOverState(l), Opens: formHandOver,
		Spoken: shorten("Hand over what "+l.Who.Name+" looked after", chat.MaxLabel),
	}
}

func handOverState(l programme.Leaver) string {
	return fmt.Sprintf("%d %d %d", l.Who.ID, l.TeamID, l.First)
}

// waitingHandOvers are the leavers whose small changes this person can hand over.
func (b *Bot) waitingHandOvers(ctx context.Context, s scene) ([]chat.Node, error) {
	list, err := b.leaversFor(ctx, s.me, s.team)
	var rows []chat.Node
	for _, l := range list[:min(len(list), mostAtHome)] {
		more := programme.Count(l.Changes, "small change of "+l.Team+" needs", "small changes of "+l.Team+" need") + " somebody"
		rows = append(rows, item(l.Who.Name+whereabouts(l), more, handOverButton(l)))
	}
	if more := len(list) - len(rows); more > 0 {
		rows = append(rows, note(fmt.Sprintf("And %d more who have left or are in another team now.", more)))
	}
	return rows, err
}

// handing is the leaver whom a button or form names, and the form to hand over what is
// theirs. ok is false when there is nothing left to hand over.
func (b *Bot) handing(ctx context.Context, s scene, state string) (l programme.Leaver, f chat.Form, ok bool, err error) {
	if _, err := fmt.Sscanf(state, "%d %d %d", &l.Who.ID, &l.TeamID, &l.First); err != nil {
		return l, f, false, formGone(err)
	}
	list, err := b.store.Leavers(ctx, s.me.CouncilID)
	if err != nil {
		return l, f, false, err
	}
	for _, have := range list {
		if have.Who.ID != l.Who.ID || have.TeamID != l.TeamID {
			continue
		}
		if err := have.May(s.me, s.team); err != nil {
			return l, f, false, err
		}
		members, err := b.store.Members(ctx, s.me.CouncilID, have.TeamID)
		if err != nil {
			return l, f, false, err
		}
		of, err := b.changesOf(ctx, s.me.CouncilID, have)
		return have, handOverForm(of, members), true, err
	}
	return l, f, false, nil
}

// nobodyYet is the choice that leaves small changes without anybody.
const nobodyYet = "0"

func handOverForm(l leaving, members []programme.Member) chat.Form {
	var options []chat.Option
	for _, m := range members[:min(len(members), chat.MaxOptions-1)] {
		options = append(options, chat.Option{Value: idValue(m.ID), Label: shorten(m.Name, chat.MaxLabel)})
	}
	options = append(options, chat.Option{Value: nobodyYet, Label: "Nobody yet"})
	return chat.Form{
		ID: formHandOver, State: handOverState(l.Leaver), Title: "Hand over", Send: "Hand over",
		Intro: []chat.Node{
			chat.P(l.Who.Name + " has left " + l.Team + ", and looked after:"),
			lines(l.changes, l.Changes),
		},
		Fields: []chat.Field{{
			ID: "owner", Label: "Who looks after them now?", Kind: chat.Choice, Options: options,
			Hint: "They hear of it in one message. What is being tried or reviewed needs somebody.",
		}},
	}
}

func (b *Bot) openHandOver(ctx context.Context, s scene) (chat.Reply, error) {
	l, f, ok, err := b.handing(ctx, s, s.arg)
	if err != nil {
		return nil, err
	}
	if !ok {
		return b.handedBefore(ctx, s, l)
	}
	return chat.Ask{Form: f}, nil
}

func (b *Bot) sentHandOver(ctx context.Context, s scene) (chat.Reply, error) {
	if err := b.store.Fresh(ctx, s.by()); err != nil { // what it handed over itself is no news
		return nil, err
	}
	l, f, ok, err := b.handing(ctx, s, s.form)
	if err != nil {
		return nil, err
	}
	if !ok {
		return b.handedBefore(ctx, s, l)
	}
	if !offers(f.Fields[0].Options, s.sent["owner"]) {
		return again(f, s.sent, fault.Field("owner", "Choose somebody of "+l.Team+"."))
	}
	id, name := chosen(f, "owner", s.sent)
	h := programme.HandOver{Leaver: l.Who.ID, Team: l.TeamID}
	if id != 0 {
		h.To = programme.Who{ID: id, Name: name}
	}
	handed, err := b.store.HandOver(ctx, s.by(), h)
	if fault.Is(err, fault.Conflict) {
		return b.handedBefore(ctx, s, l)
	}
	if err != nil {
		return again(f, s.sent, err)
	}
	return chat.Replace{Card: handedCard(handed)}, nil
}

// handedBefore says what became of a leaver's small changes, to whoever was not the first.
func (b *Bot) handedBefore(ctx context.Context, s scene, l programme.Leaver) (chat.Reply, error) {
	c, history, err := b.store.Change(ctx, s.me.CouncilID, l.First)
	if err != nil {
		return nil, err
	}
	words := "There is nothing left to hand over."
	if c.Owner.ID == l.Who.ID && c.Owner.ID != 0 {
		words = c.Owner.Name + " is back and looks after them."
	}
	for _, h := range history { // the last one counts
		if h.What == programme.HandedOn && c.Owner.ID != l.Who.ID {
			words = h.Who + " handed them over already."
		}
	}
	card := chat.Card{Kind: "member.handed", Title: "Already handed over", Body: []chat.Node{chat.P(words)}}
	if c.Owner.ID != 0 {
		card.Body = append(card.Body, chat.P(c.Ref()+" is looked after by "+c.Owner.Name+"."))
	}
	return chat.Replace{Card: card}, nil
}

// handedCard is what stands in place of the request once it is done.
func handedCard(handed []programme.Change) chat.Card {
	title := "Nobody looks after them yet"
	if to := handed[0].Owner; to.ID != 0 {
		title = to.Name + " looks after them now"
	}
	return chat.Card{Kind: "member.handed", Title: shorten(title, chat.MaxTitle), Body: []chat.Node{
		lines(handed, len(handed)), note("Those who follow them will hear of it."),
	}}
}

// drawHanded tells somebody of all that they look after now, as far as they still do.
func (b *Bot) drawHanded(ctx context.Context, n programme.Notice, m programme.Member) (chat.Card, error) {
	list, err := b.store.Handed(ctx, n.Council, n.Subject, m.ID)
	switch {
	case err != nil:
		return chat.Card{}, err
	case len(list) == 0:
		return chat.Card{}, fault.New(fault.Stale, "somebody else looks after them now")
	case len(list) == 1:
		return ownerCard(list[0]), nil
	}
	return receivedCard(list), nil
}

func receivedCard(list []programme.Change) chat.Card {
	return chat.Card{
		Kind: "member.received", Title: fmt.Sprintf("You look after %d more small changes now", len(list)),
		Body: []chat.Node{
			chat.P("Whoever looked after them has left or is in another team now."), lines(list, len(list)),
			note("If one does not suit you, choose somebody else under Update."),
		},
		Buttons: []chat.Button{{ID: pressList + ".mine", Label: "My changes", Arg: "mine"}},
	}
}
