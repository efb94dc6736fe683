package bot

import (
	"context"
	"fmt"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// mostNoted is how many things each part of the champion's note has; the lists have all.
const mostNoted = 3

// week is how far the champion's note looks back, so that it tells of each thing once.
const week = 7 * 24 * time.Hour

// drawNote is the champion's note of the week: what to cheer, who could do with help, what is
// due, who is new, and what is stuck. Without news it is not sent.
func (b *Bot) drawNote(ctx context.Context, n programme.Notice, m programme.Member) (chat.Card, error) {
	team, err := b.store.Team(ctx, n.Council, n.Subject)
	if err != nil {
		return chat.Card{}, err
	}
	if m.TeamID != team.ID || !m.Is(programme.Champion, programme.Deputy) {
		return chat.Card{}, fault.New(fault.Stale, "they are no champion of this team any more")
	}
	s := scene{Event: chat.Event{At: b.now()}, me: m, team: team}
	news, err := sections(ctx, s, b.cheered(week), b.unheeded, b.dueThisWeek, b.newHere)
	if err != nil {
		return chat.Card{}, err
	}
	if len(news) == 0 { // what is stuck stands on Home, and is no news week after week
		return chat.Card{}, fault.New(fault.Stale, "there is nothing to tell the champion this week")
	}
	stuck, err := b.stuckHere(ctx, s)
	if len(stuck.rows) > 0 {
		news = append(news, stuck)
	}
	return noteCard(team, news, len(stuck.rows) > 0), err
}

// sections are the parts of a page that have anything in them.
func sections(ctx context.Context, s scene, finds ...func(context.Context, scene) (section, error)) ([]section, error) {
	var parts []section
	for _, find := range finds {
		part, err := find(ctx, s)
		if err != nil {
			return nil, err
		}
		if len(part.rows) > 0 {
			parts = append(parts, part)
		}
	}
	return parts, nil
}

func noteCard(team programme.Team, news []section, stuck bool) chat.Card {
	card := chat.Card{Kind: "champion.note", Title: "Your week as champion", Body: []chat.Node{
		chat.P("This is what happens in " + team.Name + ". It comes once a week, when there is something."),
	}}
	for _, part := range news {
		if more := len(part.rows) - mostNoted; more > 0 {
			part.rows = append(part.rows[:mostNoted:mostNoted], note(fmt.Sprintf("And %d more.", more)))
		}
		card.Body = fit(card.Body, part.nodes())
	}
	list := chat.Button{ID: pressList, Label: "Team's changes", Arg: "team"}
	if stuck {
		list = chat.Button{ID: pressList, Label: "See what is stuck", Arg: "stuck"}
	}
	card.Buttons = []chat.Button{list, {ID: pressStopNotes, Label: "Stop this note"}}
	return card
}

// unheeded are the changes whose owners were reminded a week ago, with no step since. The
// champion hears of each once.
func (b *Bot) unheeded(ctx context.Context, s scene) (section, error) {
	part := section{title: "Could do with your help"}
	list, err := b.store.Unheeded(ctx, s.me.CouncilID, s.team.ID, s.today())
	for _, c := range list {
		part.rows = append(part.rows, changeRow(c, s.today(), showButton(c)))
	}
	return part, err
}

// dueThisWeek are the reviews of the team that come in the next seven days.
func (b *Bot) dueThisWeek(ctx context.Context, s scene) (section, error) {
	part := section{title: "Reviews this week"}
	list, err := b.store.Changes(ctx, s.me.CouncilID, programme.ChangeFilter{Team: s.team.ID, Due: s.today().Add(6), Limit: 2 * mostAtHome})
	for _, c := range list {
		if c.ReviewOn >= s.today() {
			part.rows = append(part.rows, changeRow(c, s.today(), showButton(c)))
		}
	}
	return part, err
}

// newHere are those who joined the team in the last week. When a team is made, nobody in it is new.
func (b *Bot) newHere(ctx context.Context, s scene) (section, error) {
	part := section{title: "New in the team"}
	members, err := b.store.Members(ctx, s.me.CouncilID, s.team.ID)
	var names []string
	for _, m := range programme.Newcomers(members, s.At) {
		if m.ID != s.me.ID {
			names = append(names, m.Name)
		}
	}
	if len(names) > 0 {
		part.rows = []chat.Node{chat.P(inASentence(names) + ". Say hello, and show them one small change.")}
	}
	return part, err
}

// stopNotes is one tap to get no champion's note any more.
func (b *Bot) stopNotes(ctx context.Context, s scene) (chat.Reply, error) {
	if err := b.store.StopNudges(ctx, s.by(), programme.NoticeChampionsNote, 0); err != nil {
		return nil, err
	}
	return chat.Replace{Card: chat.Card{
		Kind: "note.stopped", Title: "The note has stopped",
		Body: []chat.Node{chat.P("Home shows the same, whenever you look. To have the note back, type /smallchange quiet.")},
	}}, nil
}
