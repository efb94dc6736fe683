package main

import (
	"fmt"
	"math/rand/v2"
	"time"

	"smallchanges/internal/programme"
)

// yearTeams is how many teams of eight the council of the simulated year has. Where the race
// detector watches, fewer: the days and the rules are the same.
func yearTeams() int {
	if underRace {
		return 4
	}
	return 40
}

// Rhythms of the year's teams: one at a time that comes twice and never on the days when the
// clocks change, one on a given weekday of the month, and two that meet.
var yearRhythms = [][]string{
	{"0 9 * * THU"}, {"30 9 * * MON"}, {"0 14 * * TUE"}, {"0 9 * * MON#1", "0 9 * * THU"}, {"30 1 * * SUN"},
}

// yearCouncil declares the council of the simulated year.
func yearCouncil() programme.CouncilFile {
	file := programme.CouncilFile{Council: programme.CouncilEntry{
		Name: "Northshire", Nation: "england", TimeZone: "Europe/London", BankHolidays: []programme.Day{"2027-05-04"},
	}}
	for service := range 4 {
		entry := programme.ServiceEntry{Name: fmt.Sprintf("Service %d", service+1)}
		for n := range yearTeams() / 4 {
			entry.Teams = append(entry.Teams, yearTeam(service*yearTeams()/4+n))
		}
		file.Services = append(file.Services, entry)
	}
	return file
}

func yearTeam(n int) programme.TeamEntry {
	team := programme.TeamEntry{Name: fmt.Sprintf("Team %d", n+1), Channel: fmt.Sprintf("C%08d", n+1), Strands: []string{"Meetings"}}
	for m := range 8 {
		e := programme.MemberEntry{
			Name: fmt.Sprintf("Person %d", n*8+m+1), Slack: fmt.Sprintf("U%08d", n*8+m+1),
			Roles: []programme.Role{[]programme.Role{programme.Champion, programme.Deputy, programme.Leader, programme.Practitioner}[min(m, 3)]},
		}
		switch m {
		case 3:
			e.Works = []string{"mon", "wed"}
		case 7:
			e.Observer = n%5 == 0
		}
		team.Members = append(team.Members, e)
	}
	for i, cron := range yearRhythms[n%len(yearRhythms)] {
		team.Schedules = append(team.Schedules, programme.ScheduleEntry{
			ID: fmt.Sprintf("team-%d-reflection-%d", n+1, i+1), Kind: programme.ReflectionSchedule, Cron: cron,
			OpenFor: programme.Span(96 * time.Hour), SkipBankHolidays: true,
		})
	}
	team.Schedules = append(team.Schedules, programme.ScheduleEntry{
		ID: fmt.Sprintf("team-%d-pulse", n+1), Kind: programme.PulseSchedule, Cron: "0 10 1 3,6,9,12 *",
		OpenFor: programme.Span(120 * time.Hour), Set: programme.BaselineSet, SkipBankHolidays: true,
	})
	return team
}

// act is something that a person of the year does at a time.
type act struct {
	at time.Time
	do func(*year) error
}

// plan is what people do in the year, whatever the program does: how they want to be written
// to, leave, "not now", and small changes that go on or are forgotten.
func (y *year) plan() {
	for i := range y.people {
		p := &y.people[i]
		p.answers = y.random.IntN(4) // 0 never says a word
		y.later(y.start.Add(time.Minute), func(y *year) error { return y.choose(p) })
		for range 2 {
			first := programme.DayOf(y.start, time.UTC).Add(7 + y.random.IntN(340))
			y.later(dayBefore(first), func(y *year) error { return y.takeLeave(p, first) })
		}
		if y.random.IntN(3) == 0 {
			y.later(y.start.AddDate(0, 0, 7+y.random.IntN(340)), func(y *year) error { return y.snooze(p) })
		}
		for range 4 { // another status, at any hour, hints at nothing, and has all that waits looked at
			y.later(y.start.Add(time.Duration(y.random.IntN(360*24))*time.Hour), func(y *year) error {
				p.member.Quiet.Away = time.Time{}
				return y.db.Hint(y.ctx, y.council, p.member.ID, time.Time{})
			})
		}
		if y.random.IntN(10) == 0 {
			y.later(y.start.AddDate(0, 0, 7+y.random.IntN(340)), func(y *year) error { return y.goAway(p) })
		}
	}
	for _, team := range y.teams {
		y.later(time.Date(2027, time.August, 2+y.random.IntN(3), 8, 30, 0, 0, time.UTC), func(y *year) error { return y.pause(team) })
		for week := range 13 {
			at := y.start.AddDate(0, 0, week*28+y.random.IntN(5)).Add(12 * time.Hour)
			y.later(at, func(y *year) error { return y.propose(team) })
		}
	}
}

// dayBefore is late on the day before a leave begins: nothing is sent between.
func dayBefore(d programme.Day) time.Time {
	at, _ := time.Parse(time.DateOnly, string(d)) // it is one of ours
	return at.Add(-5 * time.Hour)
}

// choose is how somebody wants to be written to, from the first day on.
func (y *year) choose(p *person) error {
	c := programme.QuietChoice{Budget: y.random.IntN(4), Works: weekdays(p.member.Works), From: 8 * 60, To: 18 * 60, Asked: p.member.IsAsked()}
	switch y.random.IntN(6) {
	case 0:
		c.Fortnight, c.Other = true, []time.Weekday{time.Tuesday}
	case 1:
		c.From, c.To = 10*60, 14*60
	case 2:
		c.Zone = "Asia/Kolkata"
	case 3:
		return nil
	}
	return y.now(p)(y.db.ChooseQuiet(y.ctx, y.by(p.member), c))
}

func weekdays(works []time.Weekday) []time.Weekday {
	if len(works) > 0 {
		return works
	}
	return []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
}

func (y *year) takeLeave(p *person, first programme.Day) error {
	return y.now(p)(y.db.TakeLeave(y.ctx, y.by(p.member), programme.Leave{First: first, Last: first.Add(y.random.IntN(14))}))
}

func (y *year) snooze(p *person) error {
	return y.now(p)(y.db.Snooze(y.ctx, y.by(p.member), programme.DayOf(y.clock.Now(), time.UTC).Add(7)))
}

func (y *year) goAway(p *person) error {
	until := y.clock.Now().Add(30 * time.Hour)
	p.member.Quiet.Away = until
	return y.db.Hint(y.ctx, y.council, p.member.ID, until)
}

func (y *year) pause(team programme.Team) error {
	champion := y.people[y.first[team.ID]].member
	p := programme.Pause{Until: "2027-08-16", Reason: "August"}
	y.paused[team.ID] = programme.Pause{First: programme.DayOf(y.clock.Now(), team.Location()), Until: p.Until}
	return y.db.PauseTeam(y.ctx, y.by(champion), team.ID, p)
}

// propose has somebody of a team propose a small change and start it. Some of those are then
// forgotten, some wait for a yes, some are held up, and some are kept.
func (y *year) propose(team programme.Team) error {
	p := y.people[y.first[team.ID]+y.random.IntN(7)].member
	y.ideas++
	c, err := programme.Propose(fmt.Sprintf("Idea %d", y.ideas), "", p, y.clock.Now())
	if err != nil {
		return err
	}
	if c, err = y.db.Propose(y.ctx, y.by(p), c); err != nil {
		return err
	}
	fate, today := y.random.IntN(4), programme.DayOf(y.clock.Now(), team.Location())
	edit := programme.Edit{To: programme.Chosen, Strand: team.Strands[0], Impact: "Time", Owner: p.Ref(), ReviewOn: today.Add(21)}
	if fate == 1 {
		edit.Blocked, edit.BlockedRole = "The printer", "Head of IT"
	}
	for _, to := range []programme.State{programme.Chosen, programme.Trying} {
		edit.To = to
		if err := y.edit(p, c.Number, edit); err != nil {
			return err
		}
	}
	switch fate {
	case 2:
		_, err := y.db.EditChange(y.ctx, y.by(p), c.Number, func(c *programme.Change) (programme.History, []programme.Notice, error) {
			return c.Ask(programme.Request{Scope: programme.Manager, Service: team.Service, Version: c.Version}, p, y.clock.Now())
		})
		return err
	case 3:
		y.later(y.clock.Now().AddDate(0, 0, 20), func(y *year) error { return y.keep(p, c.Number, edit) })
	}
	return nil
}

func (y *year) keep(p programme.Member, number int, edit programme.Edit) error {
	for _, to := range []programme.State{programme.Reviewing, programme.Kept} {
		edit.To, edit.Words = to, "It works."
		if err := y.edit(p, number, edit); err != nil {
			return err
		}
	}
	return nil
}

func (y *year) edit(p programme.Member, number int, e programme.Edit) error {
	_, err := y.db.EditChange(y.ctx, y.by(p), number, func(c *programme.Change) (programme.History, []programme.Notice, error) {
		e.Version = c.Version
		return c.Apply(e, p, y.clock.Now())
	})
	return err
}

func newRandom() *rand.Rand { return rand.New(rand.NewPCG(2027, 4)) } //nolint:gosec // the same year every time
