package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// What the field about a team's questions holds.
const (
	askedYes = "yes"
	askedNo  = "no"
)

// halfHour is the step in which working hours are chosen, in minutes.
const halfHour = 30

// openQuiet opens the form about being written to.
func (b *Bot) openQuiet(_ context.Context, s scene) (chat.Reply, error) {
	return chat.Ask{Form: quietForm(s)}, nil
}

// quietForm asks for what holds every week. It carries the day on which it was opened, since
// "this week" and "next week" are counted from there.
func quietForm(s scene) chat.Form {
	q, zone := s.me.Quiet, programme.Zone(s.team.Zone).String()
	this, next := s.me.Weeks(s.myDay())
	if slices.Equal(this, next) {
		next = nil
	}
	asked := askedNo
	if s.me.IsAsked() {
		asked = askedYes
	}
	return chat.Form{
		ID: formQuiet, State: string(s.myDay()), Title: "When we write to you", Send: "Save",
		Fields: []chat.Field{
			{ID: "budget", Label: "How many messages a week may we start?", Kind: chat.Choice, Options: budgetOptions(), Value: strconv.Itoa(q.Budget)},
			{ID: "works", Label: "Which days do you work this week?", Kind: chat.Several, Options: dayOptions(), Value: daysValue(this)},
			{
				ID: "other", Label: "And next week, if it differs?", Kind: chat.Several, Options: dayOptions(), Value: daysValue(next), Optional: true,
				Hint: "The two weeks take turns. Leave all empty if every week is the same.",
			},
			{ID: "from", Label: "When does your day start?", Kind: chat.Choice, Options: clockOptions(0, q.From), Value: strconv.Itoa(q.From)},
			{ID: "to", Label: "When does it end?", Kind: chat.Choice, Options: clockOptions(halfHour, q.To), Value: strconv.Itoa(q.To)},
			{
				ID: "zone", Label: "Time zone", Kind: chat.Line, Max: mostZone, Value: s.me.Location().String(), Optional: true,
				Hint: "Your team’s is " + zone + ". Leave it empty for that.",
			},
			{ID: "asked", Label: "Shall we ask you the questions of your team?", Kind: chat.Pick, Value: asked, Options: []chat.Option{
				{Value: askedYes, Label: "Yes"}, {Value: askedNo, Label: "No"},
			}},
		},
	}
}

// mostZone is how long the name of a time zone can be; the longest there is has 32 letters.
const mostZone = 60

func budgetOptions() []chat.Option {
	var options []chat.Option
	for n := range programme.MostBudget + 1 {
		o := chat.Option{Value: strconv.Itoa(n), Label: strconv.Itoa(n)}
		switch n {
		case 0:
			o.Label = "0: none, and Home shows all that is due"
		case programme.UsualBudget:
			o.Label += ", as usual"
		}
		options = append(options, o)
	}
	return options
}

func dayOptions() []chat.Option {
	options := make([]chat.Option, len(weekdays))
	for i, day := range weekdays {
		options[i] = chat.Option{Value: dayValue(day), Label: day.String()}
	}
	return options
}

func dayValue(d time.Weekday) string { return programme.WorksWords([]time.Weekday{d})[0] }

func daysValue(days []time.Weekday) string { return strings.Join(programme.WorksWords(days), " ") }

// clockOptions are the half hours of a day, from one of them on, and what somebody has now.
func clockOptions(first, now int) []chat.Option {
	var options []chat.Option
	for at := first; at <= 24*60-halfHour+first; at += halfHour {
		if now > at-halfHour && now < at {
			options = append(options, chat.Option{Value: strconv.Itoa(now), Label: clockWords(now)})
		}
		options = append(options, chat.Option{Value: strconv.Itoa(at), Label: clockWords(at)})
	}
	return options
}

// sentQuiet keeps what was chosen.
func (b *Bot) sentQuiet(ctx context.Context, s scene) (chat.Reply, error) {
	c, err := s.quietChoice()
	if err == nil {
		_, err = b.store.ChooseQuiet(ctx, s.by(), c)
	}
	if err != nil {
		return again(quietForm(s), s.sent, err)
	}
	return b.quietNow(ctx, s, "Saved.")
}

// quietChoice reads what was sent. What is no number is out of every range.
func (s scene) quietChoice() (programme.QuietChoice, error) {
	number := func(field string) int {
		n, err := strconv.Atoi(s.sent[field])
		if err != nil {
			return -1
		}
		return n
	}
	c := programme.QuietChoice{
		Budget: number("budget"), From: number("from"), To: number("to"), Asked: s.sent["asked"] != askedNo,
		Zone: strings.TrimSpace(s.sent["zone"]), Snoozed: s.me.Quiet.Snoozed,
	}
	if c.Zone == programme.Zone(s.team.Zone).String() {
		c.Zone = "" // and it stays the team's when that moves
	}
	var err error
	if c.Seen, err = programme.ParseDay(s.form); err != nil {
		return c, formGone(fmt.Errorf("a form about being written to: %w", err))
	}
	if c.Works, err = sentDays(s.sent["works"]); err != nil {
		return c, formGone(err)
	}
	if c.Other, err = sentDays(s.sent["other"]); err != nil {
		return c, formGone(err)
	}
	c.Fortnight = len(c.Other) > 0 && !slices.Equal(c.Works, c.Other)
	return c, nil
}

// sentDays are the days that were ticked, in their order.
func sentDays(value string) ([]time.Weekday, error) {
	ticked, err := programme.ParseWorks(strings.Fields(value))
	var days []time.Weekday
	for _, day := range weekdays {
		if slices.Contains(ticked, day) {
			days = append(days, day)
		}
	}
	return days, err
}

func (b *Bot) openLeave(context.Context, scene) (chat.Reply, error) {
	return chat.Ask{Form: leaveForm()}, nil
}

func leaveForm() chat.Form {
	return chat.Form{
		ID: formLeave, Title: "Add leave", Send: "Save",
		Intro: []chat.Node{chat.P("We start no messages to you on these days. What is still of use comes when you are back.")},
		Fields: []chat.Field{
			{ID: "first", Label: "First day", Kind: chat.Day},
			{ID: "last", Label: "Last day", Kind: chat.Day, Optional: true, Hint: "Leave it empty for one day."},
		},
	}
}

// sentLeave keeps a leave.
func (b *Bot) sentLeave(ctx context.Context, s scene) (chat.Reply, error) {
	var l programme.Leave
	var err error
	if l.First, err = programme.ParseDay(s.sent["first"]); err != nil {
		return again(leaveForm(), s.sent, fault.Field("first", "Choose a day."))
	}
	if l.Last, err = programme.ParseDay(s.sent["last"]); err != nil {
		return again(leaveForm(), s.sent, fault.Field("last", "Choose a day."))
	}
	if _, err = b.store.TakeLeave(ctx, s.by(), l); err != nil {
		return again(leaveForm(), s.sent, err)
	}
	return b.quietNow(ctx, s, "Saved. Have a good time.")
}
