package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
)

// Ids of the page about being written to, of its buttons and of its forms.
const (
	pressQuiet      = "quiet"
	pressRest       = pressQuiet + ".rest"
	pressRestEnd    = pressQuiet + ".rest.end"
	pressQuietAsk   = pressQuiet + ".ask"
	pressQuietAllow = pressQuiet + ".allow"
	pressLeaveDrop  = pressQuiet + ".leave.remove"
	formQuiet       = pressQuiet + ".change"
	formLeave       = pressQuiet + ".leave"
)

// rest is for how many days one tap leaves somebody alone.
const rest = 7

// quietStore is what the page about being written to needs of storage.
type quietStore interface {
	Attention(ctx context.Context, council, member int64, now time.Time) (programme.Attention, error)
	Calendar(ctx context.Context, council int64) (programme.Calendar, error)
	ChooseQuiet(ctx context.Context, by programme.By, c programme.QuietChoice) (programme.Member, error)
	Snooze(ctx context.Context, by programme.By, until programme.Day) (programme.Member, error)
	AskAgain(ctx context.Context, by programme.By) (programme.Member, error)
	TakeLeave(ctx context.Context, by programme.By, l programme.Leave) (programme.Member, error)
	DropLeave(ctx context.Context, by programme.By, leave int64) (programme.Member, error)
	StoppedNudges(ctx context.Context, council, member int64) (int, error)
	AllowNudges(ctx context.Context, by programme.By) error
	Pause(ctx context.Context, council, team int64, on programme.Day) (programme.Pause, error)
	PauseTeam(ctx context.Context, by programme.By, team int64, p programme.Pause) error
}

// quiets adds the talks about being written to, and about leaving a team alone, to those of
// the bot.
func (b *Bot) quiets() {
	b.words["quiet"], b.presses[pressQuiet] = b.quiet, b.quiet
	b.presses[formQuiet], b.forms[formQuiet] = b.openQuiet, b.sentQuiet
	b.presses[formLeave], b.forms[formLeave] = b.openLeave, b.sentLeave
	b.presses[formPause], b.forms[formPause] = b.openPause, b.sentPause
	b.presses[pressGoOn] = b.goOn
	b.presses[pressRest] = b.quietly(func(ctx context.Context, s scene) (string, error) {
		_, err := b.store.Snooze(ctx, s.by(), s.myDay().Add(rest))
		return "Done. Enjoy the quiet.", err
	})
	b.presses[pressRestEnd] = b.quietly(func(ctx context.Context, s scene) (string, error) {
		_, err := b.store.Snooze(ctx, s.by(), "")
		return "Welcome back.", err
	})
	b.presses[pressQuietAsk] = b.quietly(func(ctx context.Context, s scene) (string, error) {
		m, err := b.store.AskAgain(ctx, s.by())
		if m.Quiet.Budget == 0 {
			return "You are asked again. With 0 messages a week, the next question waits on Home.", err
		}
		return "You will get the next question of " + s.team.Name + ".", err
	})
	b.presses[pressQuietAllow] = b.quietly(func(ctx context.Context, s scene) (string, error) {
		return "We will remind you again.", b.store.AllowNudges(ctx, s.by())
	})
	b.presses[pressLeaveDrop] = b.quietly(func(ctx context.Context, s scene) (string, error) {
		leave, _ := strconv.ParseInt(s.arg, 10, 64) // what is no number is no leave
		_, err := b.store.DropLeave(ctx, s.by(), leave)
		return "That leave is removed.", err
	})
}

// myDay is today where the person works.
func (s scene) myDay() programme.Day { return programme.DayOf(s.At, s.me.Location()) }

// quietly is one tap on the page, which then shows what is so, with a word about what was done.
func (b *Bot) quietly(do func(context.Context, scene) (string, error)) talk {
	return func(ctx context.Context, s scene) (chat.Reply, error) {
		news, err := do(ctx, s)
		if err != nil {
			return nil, err
		}
		return b.quietNow(ctx, s, news)
	}
}

// quiet shows the person how often they are written to, and what they said about it.
func (b *Bot) quiet(ctx context.Context, s scene) (chat.Reply, error) {
	page, err := b.quietPage(ctx, s)
	return chat.Tell{Card: quietCard(page, "")}, err
}

// quietNow is the page after something on it was done.
func (b *Bot) quietNow(ctx context.Context, s scene, news string) (chat.Reply, error) {
	page, err := b.quietPage(ctx, s)
	return chat.Replace{Card: quietCard(page, news)}, err
}

// quietPage is what the page shows.
type quietPage struct {
	programme.Attention
	team    programme.Team
	today   programme.Day
	comes   programme.Handing // what becomes of what waits
	next    time.Time         // when they can be asked again this week; zero when nothing is to come
	stopped int               // reminders that they do not want
	pause   programme.Pause   // of their team; the zero one covers no day
}

func (b *Bot) quietPage(ctx context.Context, s scene) (p quietPage, err error) {
	p = quietPage{team: s.team, today: s.myDay()}
	if p.Attention, err = b.store.Attention(ctx, s.me.CouncilID, s.me.ID, s.At); err != nil {
		return p, err
	}
	calendar, err := b.store.Calendar(ctx, s.me.CouncilID)
	if err != nil {
		return p, err
	}
	p.comes = p.Hand(s.At, calendar.Holiday)
	if len(p.Coming) > 0 && p.Paused == "" && p.Member.Quiet.Budget > 0 {
		p.next, _ = p.Member.Reach(p.Coming[0], time.Time{}, calendar.Holiday)
	}
	if p.stopped, err = b.store.StoppedNudges(ctx, s.me.CouncilID, s.me.ID); err != nil {
		return p, err
	}
	p.pause, err = b.pauseOf(ctx, s)
	return p, err
}

// quietCard has its buttons in rows, since a card that is read in a dialog keeps only those.
func quietCard(p quietPage, news string) chat.Card {
	card := chat.Card{Kind: "quiet", Title: "How often we write to you"}
	if p.pause.Until != "" {
		card.Body = append(card.Body, p.teamRow())
	}
	if news != "" {
		card.Body = append(card.Body, chat.P(news))
	}
	buttons := []chat.Button{
		{ID: formQuiet, Label: "Change", Opens: formQuiet, Spoken: "Change how often we write to you"},
		{ID: formLeave, Label: "Add leave", Opens: formLeave},
	}
	if p.Member.Quiet.Snoozed <= p.today {
		buttons = append(buttons, chat.Button{ID: pressRest, Label: "No messages for a week"})
	}
	card.Body = append(card.Body, chat.Row{Text: chat.Words(whyBudget(p.Member.Quiet.Budget)), Buttons: buttons}, p.facts())
	card.Body = append(card.Body, p.said()...)
	if p.pause.Until == "" && p.Member.MayPause(p.team.ID) {
		card.Body = append(card.Body, p.teamRow())
	}
	card.Body = append(card.Body, note("Questions, pulses and reminders count. Answers to what you do are free, and so is word of small changes that you follow. With 0 a week nothing is sent, and Home shows everything that is due."))
	return card
}

// whyBudget is why there is a budget, in a few words.
func whyBudget(budget int) string {
	if budget == 0 {
		return "You chose 0, so we start no messages to you. Home shows everything that is due."
	}
	return fmt.Sprintf("You get enough messages already. So we start at most %d a week, in your working hours. What comes together goes into one.", budget)
}

// facts are how the week stands, and when they work.
func (p quietPage) facts() chat.Facts {
	fact := func(label, value string) chat.Fact { return chat.Fact{Label: label, Value: chat.Words(value)} }
	facts := chat.Facts{
		fact("This week", usedWords(p.Member.Quiet, p.Used)),
		fact("Waiting", p.waits()),
	}
	if !p.next.IsZero() {
		facts = append(facts, fact("Next question", p.notBefore(p.next)))
	}
	facts = append(facts, fact("You work", worksWords(p.Member, p.today)))
	if p.Member.IsAsked() {
		facts = append(facts, fact("Questions of "+p.team.Name, "You are asked"))
	}
	return facts
}

// usedWords say how much of a week is used; of nothing, nothing can be.
func usedWords(q programme.Quiet, used int) string {
	if q.Budget == 0 {
		return "No messages"
	}
	return q.Used(used)
}

// waits says what waits for the member, by its kinds, and when they can expect it.
func (p quietPage) waits() string {
	var kinds []string
	for _, w := range p.Waiting {
		if words := kindWords(w.Notice.Kind); !slices.Contains(kinds, words) {
			kinds = append(kinds, words)
		}
	}
	switch {
	case len(kinds) == 0:
		return "Nothing"
	case len(p.comes.Go) > 0:
		return strings.Join(kinds, "; ") + ". It is on its way."
	case p.Member.Quiet.Budget == 0 || p.comes.Look.IsZero():
		return strings.Join(kinds, "; ")
	}
	return strings.Join(kinds, "; ") + ". " + p.notBefore(p.comes.Look) + "."
}

// notBefore is the earliest time of something, in the member's zone.
func (p quietPage) notBefore(t time.Time) string {
	return "Not before " + programme.When(t, p.Member.Location())
}

// said is what the member said about being written to, each with the tap that ends it.
func (p quietPage) said() []chat.Node {
	q := p.Member.Quiet
	var rows []chat.Node
	if q.Snoozed > p.today {
		rows = append(rows, item("Left alone", "Until "+q.Snoozed.Short(), chat.Button{ID: pressRestEnd, Label: "End it", Spoken: "End being left alone"}))
	}
	for _, l := range q.Leave {
		if l.Last >= p.today {
			words := leaveWords(l)
			rows = append(rows, item("On leave", words, chat.Button{ID: pressLeaveDrop, Label: "Remove", Arg: idValue(l.ID), Spoken: shorten("Remove leave: "+words, chat.MaxLabel)}))
		}
	}
	if !p.Member.IsAsked() {
		why := map[programme.Asks]string{
			programme.AsksAsFile:  "You read along, so you are not asked.",
			programme.AsksNo:      "You said no, so you are not asked.",
			programme.AsksStopped: "Three passed without a word from you, so we stopped.",
		}[q.Asks]
		rows = append(rows, item("Questions of "+p.team.Name, why, chat.Button{ID: pressQuietAsk, Label: "Ask me again"}))
	}
	if p.stopped > 0 {
		rows = append(rows, item("Reminders", "You stopped "+programme.Count(p.stopped, "reminder", "reminders")+".",
			chat.Button{ID: pressQuietAllow, Label: "Remind me again of all"}))
	}
	return rows
}

// leaveWords are the days of a leave.
func leaveWords(l programme.Leave) string {
	if l.First == l.Last {
		return l.First.Short()
	}
	return l.First.Short() + " to " + l.Last.Short()
}

// worksWords are when and where somebody works: "Monday and every other Friday, 8am to 6pm,
// Europe/London".
func worksWords(m programme.Member, today programme.Day) string {
	words := "No day"
	if days := daysWords(m.Weeks(today)); days != "" {
		words = days
	}
	return fmt.Sprintf("%s, %s to %s, %s", words, clockWords(m.Quiet.From), clockWords(m.Quiet.To), m.Location())
}

// daysWords are the working days of two weeks that take turns.
func daysWords(one, other []time.Weekday) string {
	workweek := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	if slices.Equal(one, workweek) && slices.Equal(other, workweek) {
		return "Monday to Friday"
	}
	var words []string
	for _, day := range weekdays {
		switch first, second := slices.Contains(one, day), slices.Contains(other, day); {
		case first && second:
			words = append(words, day.String())
		case first || second:
			words = append(words, "every other "+day.String())
		}
	}
	return inASentence(words)
}

// weekdays are the days of a week as people here count them.
var weekdays = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}

// clockWords are minutes of a day as people say them: "8:30am".
func clockWords(minutes int) string {
	if minutes == 24*60 {
		return "midnight"
	}
	return programme.Clock(time.Time{}.Add(time.Duration(minutes)*time.Minute), time.UTC)
}

// quietRow is the way to the page from Home.
func (b *Bot) quietRow(ctx context.Context, s scene) (section, error) {
	a, err := b.store.Attention(ctx, s.me.CouncilID, s.me.ID, s.At)
	words := usedWords(a.Member.Quiet, a.Used) + " this week"
	if q := a.Member.Quiet; q.Snoozed > s.myDay() {
		words += ". You are left alone until " + q.Snoozed.Short() + "."
	} else if l, on := q.LeaveOn(s.myDay()); on {
		words += ". You are on leave until " + l.Last.Short() + "."
	}
	return section{title: "How often we write to you", rows: []chat.Node{chat.Row{Text: chat.Words(words), Buttons: []chat.Button{quietButton()}}}}, err
}

func quietButton() chat.Button {
	return chat.Button{ID: pressQuiet, Label: "Quiet", Spoken: "Quiet: how often we write to you"}
}
