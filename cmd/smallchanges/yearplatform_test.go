package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// rationedCards are the kinds of card that take something of somebody's week.
var rationedCards = []string{"round.prompt", "round.stopped", "pulse.invite", "together", "change.still", "champion.note", "member.left", "nudge."}

// Send is the platform: mostly it takes a message, and now and then it is busy or its answer
// is lost.
func (y *year) Send(_ context.Context, to chat.Place, card chat.Card, key string) (chat.Message, error) {
	y.mu.Lock()
	defer y.mu.Unlock()
	luck := y.random.IntN(1000)
	if luck < 10 {
		return chat.Message{}, fault.After(30*time.Second, errors.New("busy"))
	}
	if luck < 13 {
		return chat.Message{}, fault.Hide(fault.Unsure, errors.New("no answer"), "")
	}
	if y.arrived[key] != "" {
		y.wrong = append(y.wrong, "sent twice: "+card.Kind)
	}
	y.numbers++
	y.arrived[key] = fmt.Sprint(y.numbers)
	y.kinds[card.Kind]++
	if to.Direct {
		y.got(y.byID[to.ID], card)
	} else if open := y.own.Open(y.clock.Now(), programme.Zone("")); open.After(y.clock.Now()) {
		y.wrong = append(y.wrong, fmt.Sprintf("%s: %s in a channel before %s", y.clock.Now(), card.Kind, open))
	}
	if luck < 16 {
		return chat.Message{}, fault.Hide(fault.Unsure, errors.New("no answer"), "")
	}
	return chat.Message{Place: to, ID: y.arrived[key]}, nil
}

// Edit always works.
func (y *year) Edit(context.Context, chat.Message, chat.Card) error { return nil }

// Find knows every message that arrived, but cannot look into channels, as with Slack.
func (y *year) Find(_ context.Context, to chat.Place, key string, _ time.Time) (chat.Message, bool, error) {
	if !to.Direct {
		return chat.Message{}, false, fault.New(fault.Denied, "")
	}
	y.mu.Lock()
	defer y.mu.Unlock()
	id := y.arrived[key]
	return chat.Message{Place: to, ID: id}, id != "", nil
}

// got checks a message that somebody gets against what they want.
func (y *year) got(p *person, card chat.Card) {
	if !slices.ContainsFunc(rationedCards, func(kind string) bool { return strings.HasPrefix(card.Kind, kind) }) {
		return
	}
	now, m := y.clock.Now(), p.member
	wall := programme.Wall(now, m.Location())
	day, minute := programme.DayOf(now, m.Location()), wall.Hour()*60+wall.Minute()
	problem := func(bad bool, what string) {
		if bad {
			y.wrong = append(y.wrong, fmt.Sprintf("%s: %s for %s %s", wall.Format("2006-01-02 15:04"), card.Kind, m.Name, what))
		}
	}
	problem(!m.WorksOn(day), "on a day off")
	problem(y.own.Holiday(day), "on a bank holiday")
	problem(m.Quiet.Resting(day), "on leave")
	problem(now.Before(m.Quiet.Away), "when they are away")
	problem(y.paused[m.TeamID].On(day), "though their team said not now")
	problem(minute < m.Quiet.From || minute >= m.Quiet.To, "outside their hours")
	from, _ := programme.WeekOf(now, m.Location())
	p.weeks[from.Format(time.DateOnly)]++
	problem(p.weeks[from.Format(time.DateOnly)] > m.Quiet.Budget, fmt.Sprintf("beyond their %d a week", m.Quiet.Budget))
	if card.Kind == "round.prompt" && y.random.IntN(4) < p.answers {
		y.insert(now.Add(3*time.Hour), func(y *year) error { return y.answer(p) })
	}
}
