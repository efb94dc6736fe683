package bot

import (
	"context"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/guard"
	"smallchanges/internal/programme"
)

// after adds this to what is shown already.
func (s Show) after(before Show) Show {
	return Show{Cards: append(before.Cards, s.Cards...), Forms: append(before.Forms, s.Forms...)}
}

// setups are the cards and forms of setting up a team.
func (s sample) setups(me scene) Show {
	b := sampleCalendar()
	plain, bare := sampleSetup(), programme.Setup{TeamID: 3, Service: "Early help", Around: sampleSetup().Around}
	bare.Entry = programme.TeamEntry{
		Name: "Alder", AtOnce: programme.DefaultAtOnce, Members: []programme.MemberEntry{{Name: "Lena Fox", Email: "lena@northshire.example"}},
		Schedules: []programme.ScheduleEntry{{ID: "alder", Kind: programme.ReflectionSchedule, Cron: "0 10 1 * *", OpenFor: programme.Span(12 * time.Hour)}},
	}
	here := me
	here.Place = chat.Place{Workspace: "T0NORTH01", ID: "C0ELSE001"}
	boss := here
	boss.me.Roles = []programme.Role{programme.Coordinator}
	found := channelPeople{accounts: []string{"U0MO00013"}, words: []chat.Node{chat.P("From this channel: Mo Reed."), note("Ines Costa is in Rowan, so they are left out here.")}}
	show := Show{
		Cards: []chat.Card{b.setupCard(me, plain, ""), b.setupCard(boss, bare, "Saved."), chooseTeamCard(3)},
		Forms: []chat.Form{
			pickTeamForm([]programme.Team{s.team}, s.team.ID), pickTeamForm(nil, 0),
			peopleForm(here, plain, found), peopleForm(boss, bare, channelPeople{}), makeForm(boss, programme.Setup{Around: plain.Around}, found),
		},
	}
	for _, part := range setupParts[1:] {
		show.Forms = append(show.Forms, part.form(b, context.Background(), here, plain), part.form(b, context.Background(), boss, bare))
	}
	show.Forms = append(show.Forms, s.schedules(b, me, plain)...)
	return samplePrompts(plain).after(show)
}

// samplePrompts are a team's prompts, some of them off and two its own, and the form of one.
func samplePrompts(set programme.Setup) Show {
	set.Bank = programme.Bank{Off: []string{"rel-01", "tea-06"}, Own: []programme.Prompt{
		{ID: "own-1", Theme: "relationships", ShareDefault: "team", Moment: programme.AnyMoment, Text: "What made you smile this week?"},
		{ID: "own-2", Theme: "team", ShareDefault: "private", Moment: programme.StartMoment, Text: "Whose desk would you like to share for a day?"},
	}}
	at := onPage(set.TeamID, 1)
	show := Show{Forms: []chat.Form{promptForm(at)}}
	for page := range 3 {
		show.Cards = append(show.Cards, promptsCard(set, page+1, "Saved."))
	}
	at.prompt = "own-1"
	const text = "What did Jayden’s mum say?"
	typed := chat.Values{"text": text, "theme": "learning", "share": "team", "moment": "any"}
	if asked, ok := askedAgain(at, typed, text, "“Jayden’s mum”: "+guard.Finding{Kind: guard.Name}.Words()).(chat.Ask); ok {
		show.Forms = append(show.Forms, asked.Form)
	}
	return show
}

// schedules are the forms of one schedule, and of its dates.
func (s sample) schedules(b *Bot, me scene, set programme.Setup) []chat.Form {
	adds := draft{team: "1", digest: set.Digest(), kind: programme.ReflectionSchedule, seen: notSeen}
	changes := adds
	changes.kind, changes.id = programme.PulseSchedule, "willow-pulse"
	forms := []chat.Form{b.scheduleForm(set, adds), b.scheduleForm(set, changes)}
	for _, skip := range []bool{true, false} {
		choice := programme.ScheduleChoice{ID: "willow-pulse", Kind: programme.PulseSchedule, When: programme.Timing{Cron: "0 9 * * THU"}, SkipHolidays: skip}
		if f, err := b.datesForm(me, set, changes, choice); err == nil {
			forms = append(forms, f)
		}
	}
	return forms
}

// sampleCalendar is a bot that knows two rhythms, one of them weekly from Thursday 10 December.
func sampleCalendar() *Bot {
	words := map[string]string{"0 9 * * THU": "Thursdays at 9am", "0 10 1 * *": "On the 1st of each month at 10am"}
	return &Bot{
		rhythm: func(cron string) string { return words[cron] },
		read: func(typed string) (programme.Timing, error) {
			for cron, said := range words {
				if typed == said {
					return programme.Timing{Cron: cron}, nil
				}
			}
			return programme.Timing{Cron: typed}, nil
		},
		next: func(_, _ string, after time.Time) (programme.Slot, error) {
			at := time.Date(2026, time.December, 10, 9, 0, 0, 0, time.UTC)
			for !at.After(after) {
				at = at.AddDate(0, 0, 7)
			}
			return programme.Slot{Wall: at.Format("2006-01-02T15:04"), At: at}, nil
		},
	}
}

func sampleSetup() programme.Setup {
	const day = programme.Span(24 * time.Hour)
	return programme.Setup{
		TeamID: 1, Service: "Early help",
		Around:  programme.Around{Zone: "Europe/London", Calendar: programme.Calendar{Nation: "england", Own: map[programme.Day]bool{"2026-12-24": false}}, Services: []string{"Children looked after", "Early help"}},
		Skipped: []programme.Skip{{Team: "Willow", Slot: "2026-12-24T09:00", Reason: "It was a bank holiday."}},
		Entry: programme.TeamEntry{
			Name: "Willow", Channel: "C0WILLOW1", AtOnce: programme.DefaultAtOnce,
			Members: []programme.MemberEntry{
				{Name: "Ana Ortiz", Slack: "U0ANA0001", Roles: []programme.Role{programme.Champion}},
				{Name: "Ben Hale", Slack: "U0BEN0002", Roles: []programme.Role{programme.Practitioner}},
			},
			Vision:   programme.VisionEntry{Statement: "More time with families", Values: []string{"Relationships first", "Say it once"}},
			Strands:  []string{"Effective recording practices", "Meetings"},
			Barriers: []programme.BarrierEntry{{What: "Notes are typed twice", Scope: "team"}, {What: "Six forms ask the same things", Scope: "council"}},
			Schedules: []programme.ScheduleEntry{
				{ID: "willow-pulse", Kind: programme.PulseSchedule, Cron: "0 10 1 * *", OpenFor: 5 * day, Set: programme.BaselineSet},
				{ID: "willow-reflection", Kind: programme.ReflectionSchedule, Cron: "0 9 * * THU", OpenFor: 4 * day, SkipBankHolidays: true},
			},
		},
	}
}
