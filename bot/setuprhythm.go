package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// The buttons of a team's rhythm.
const (
	pressAddReflection  = formSetupSchedule + "." + string(programme.ReflectionSchedule)
	pressAddPulse       = formSetupSchedule + "." + string(programme.PulseSchedule)
	pressChangeSchedule = formSetupSchedule
	pressRemoveSchedule = formSetupSchedule + ".remove"
)

// What the field about bank holidays holds.
const (
	holidaysSkip = "skip"
	holidaysAsk  = "ask"
)

// whenHint shows what can be typed.
const whenHint = "For example: every Thursday at 9am; first Monday of the month at 10am; 1st of March and September at 2pm."

// draft is a schedule that somebody is writing.
type draft struct {
	team, digest string // the team, as it was when the form was opened
	kind         programme.ScheduleKind
	seen         string // which dates were shown; notSeen for none
	id           string // of the schedule; "" for another one
}

const notSeen = "-"

// state is a draft as a form carries it. The id comes last: it may have spaces.
func (d draft) state() string {
	return strings.Join([]string{d.team, d.digest, string(d.kind), d.seen, d.id}, " ")
}

func readDraft(state string) (draft, error) {
	parts := strings.SplitN(state, " ", 5)
	if len(parts) < 5 || parts[0] == "0" {
		return draft{}, formGone(errors.New("the form of a schedule has another state"))
	}
	d := draft{team: parts[0], digest: parts[1], kind: programme.ScheduleKind(parts[2]), seen: parts[3], id: parts[4]}
	if d.kind != programme.ReflectionSchedule && d.kind != programme.PulseSchedule {
		return draft{}, formGone(fmt.Errorf("a schedule of the kind %q", d.kind))
	}
	return d, nil
}

// datesOf marks what decides which dates are shown.
func datesOf(c programme.ScheduleChoice) string {
	h := fnv.New64a()
	fmt.Fprint(h, c.When.Cron, c.SkipHolidays) // a hash never fails
	return strconv.FormatUint(h.Sum64(), 36)
}

// openSchedule opens the form of one schedule: another reflection or pulse, or one there is.
func (b *Bot) openSchedule(ctx context.Context, s scene) (chat.Reply, error) {
	team, id, _ := strings.Cut(s.arg, " ")
	set, err := b.setupOf(ctx, s, team)
	if err != nil {
		return nil, err
	}
	press, _ := s.Did.(chat.Press)
	d := draft{team: team, digest: set.Digest(), seen: notSeen, id: id}
	switch press.Button {
	case pressAddReflection:
		d.kind = programme.ReflectionSchedule
	case pressAddPulse:
		d.kind = programme.PulseSchedule
	default:
		e, ok := set.Entry.Schedule(id)
		if !ok {
			return nil, fault.New(fault.Missing, "That schedule was removed. To see what there is now, type /smallchange setup.")
		}
		d.kind = e.Kind
	}
	return chat.Ask{Form: b.scheduleForm(set, d)}, nil
}

// scheduleForm asks for one schedule. Its rhythm is a line in words, or a cron expression where
// words cannot say it.
func (b *Bot) scheduleForm(set programme.Setup, d draft) chat.Form {
	now, known := set.Entry.Schedule(d.id)
	if !known {
		now = programme.UsualSchedule(d.kind)
	}
	open := openOptions(now.OpenFor)
	holidays := holidaysAsk
	if now.SkipBankHolidays {
		holidays = holidaysSkip
	}
	title := map[programme.ScheduleKind]string{programme.ReflectionSchedule: "A reflection", programme.PulseSchedule: "A pulse"}[d.kind]
	f := chat.Form{ID: formSetupSchedule, State: d.state(), Title: title, Send: "See the dates"}
	f.Intro = []chat.Node{note("Nothing is saved before you have seen the dates.")}
	f.Fields = []chat.Field{
		{ID: "when", Label: "When?", Hint: whenHint, Kind: chat.Line, Max: programme.MaxWhen, Value: b.typedRhythm(now.Cron)},
		{ID: "open", Label: "For how long can people answer?", Kind: chat.Choice, Options: open, Value: spanValue(now.OpenFor)},
		{ID: "holidays", Label: "And on bank holidays?", Kind: chat.Pick, Value: holidays, Options: []chat.Option{
			{Value: holidaysSkip, Label: "Leave it out"}, {Value: holidaysAsk, Label: "Ask all the same", Hint: "It reaches people on their next working day."},
		}},
	}
	if d.kind == programme.PulseSchedule {
		f.Fields = append(f.Fields, chat.Field{ID: "set", Label: "Which pulse?", Kind: chat.Pick, Value: now.Set, Options: []chat.Option{
			{Value: programme.BaselineSet, Label: "How things are in our team"},
			{Value: programme.ImpactSet, Label: "What our small changes did"},
		}})
	}
	return f
}

// typedRhythm is a rhythm as somebody could have typed it.
func (b *Bot) typedRhythm(cron string) string {
	words := b.rhythm(cron)
	if t, err := b.read(words); cron == "" || err != nil || b.rhythm(t.Cron) != words {
		return cron
	}
	return words
}

// openOptions are how long people can answer. What a council file says beyond them is one more.
func openOptions(now programme.Span) []chat.Option {
	var options []chat.Option
	for n := 1; n <= programme.MaxDays; n++ {
		options = append(options, chat.Option{Value: fmt.Sprintf("%dd", n), Label: programme.Count(n, "day", "days")})
	}
	if value := spanValue(now); !offers(options, value) {
		options = append(options, chat.Option{Value: value, Label: openWords(time.Duration(now))})
	}
	return options
}

func spanValue(s programme.Span) string {
	text, _ := s.MarshalText() // never fails
	return string(text)
}

// sentSchedule shows the dates of a schedule that was written, and keeps it once they were
// seen: what was changed beside them may have others.
func (b *Bot) sentSchedule(ctx context.Context, s scene) (chat.Reply, error) {
	if err := b.store.Fresh(ctx, s.by()); err != nil {
		return nil, err
	}
	d, err := readDraft(s.form)
	if err != nil {
		return nil, err
	}
	set, err := b.setupOf(ctx, s, d.team)
	if err != nil {
		return nil, err
	}
	part := b.schedulePart(d)
	if err := set.Overtaken(d.digest); err != nil {
		return b.setupOvertaken(ctx, s, part, d.team, fault.Words(err))
	}
	choice, err := b.readSchedule(set, d, s.sent)
	if err == nil {
		trial := set
		err = trial.SetSchedule(choice)
	}
	if err != nil {
		return again(part.form(b, ctx, s, set), s.sent, err)
	}
	if dates := datesOf(choice); dates != d.seen {
		d.seen = dates
		f, err := b.datesForm(s, set, d, choice)
		if err != nil {
			return again(part.form(b, ctx, s, set), s.sent, err)
		}
		return chat.Ask{Form: filled(f, s.sent)}, nil
	}
	return b.saveSetup(ctx, s, part, set, d.digest, func(now *programme.Setup) error { return now.SetSchedule(choice) })
}

// schedulePart is the part of a setup that a draft is about.
func (b *Bot) schedulePart(d draft) setupPart {
	return setupPart{
		id: formSetupSchedule, label: "Rhythm",
		fact: func(b *Bot, set programme.Setup, _ scene) string { return b.rhythmWords(set.Entry) },
		form: func(b *Bot, _ context.Context, _ scene, set programme.Setup) chat.Form {
			d.digest, d.seen = set.Digest(), notSeen
			return b.scheduleForm(set, d)
		},
	}
}

// readSchedule reads what was sent. Words that the calendar does not understand are refused
// beside them; a rhythm that was left alone stays in its own words.
func (b *Bot) readSchedule(set programme.Setup, d draft, sent chat.Values) (programme.ScheduleChoice, error) {
	c := programme.ScheduleChoice{ID: d.id, Kind: d.kind, SkipHolidays: sent["holidays"] != holidaysAsk, Set: sent["set"]}
	if err := c.OpenFor.UnmarshalText([]byte(sent["open"])); err != nil {
		return c, fault.Field("open", "Choose for how long.")
	}
	now, known := set.Entry.Schedule(d.id)
	typed := programme.CleanLine(sent["when"])
	if known && typed == programme.CleanLine(b.typedRhythm(now.Cron)) {
		c.When.Cron = now.Cron
		return c, nil
	}
	var err error
	if c.When, err = b.read(typed); err != nil {
		return c, fault.Field("when", fault.Words(err))
	}
	return c, nil
}

// removeSchedule ends a schedule. Added again, it goes on under its old name.
func (b *Bot) removeSchedule(ctx context.Context, s scene) (chat.Reply, error) {
	team, id, _ := strings.Cut(s.arg, " ")
	set, err := b.setupOf(ctx, s, team)
	if err != nil {
		return nil, err
	}
	was, _ := set.Entry.Schedule(id)
	now, err := b.store.ApplyTeam(ctx, s.by(), set.TeamID, func(now *programme.Setup) error {
		if err := now.Allows(s.me); err != nil {
			return err
		}
		return now.RemoveSchedule(id)
	}, b.next)
	if err != nil {
		return nil, err
	}
	news := "This " + string(was.Kind) + " is removed: " + b.rhythm(was.Cron) + ". What is open now stays open."
	return chat.Replace{Card: b.setupCard(s, now, news)}, nil
}

// rhythmNodes are the team's schedules on its card, each with its buttons, and what was left out.
func (b *Bot) rhythmNodes(set programme.Setup) []chat.Node {
	team := idValue(set.TeamID)
	about := "Nothing is asked by itself."
	if n := len(set.Entry.Schedules); n > 0 {
		about = programme.Count(n, "schedule", "schedules") + ":"
	}
	nodes := []chat.Node{chat.Row{
		Text: chat.Text{chat.Bold("Rhythm"), chat.Plain("\n" + about)},
		Buttons: []chat.Button{
			{ID: pressAddReflection, Label: "Add a reflection", Arg: team, Opens: formSetupSchedule},
			{ID: pressAddPulse, Label: "Add a pulse", Arg: team, Opens: formSetupSchedule},
		},
	}}
	for i, e := range inOrder(set.Entry) {
		if i == programme.MaxSchedules {
			nodes = append(nodes, note(fmt.Sprintf("There are %d more than fit here. The council file has them all.", len(set.Entry.Schedules)-i)))
			break
		}
		nodes = append(nodes, b.scheduleRow(team, e))
	}
	nodes = append(nodes, pauseRow(set.TeamID, set.Entry.Name, set.Pause, fromSetup))
	var skipped []string
	for _, skip := range set.Skipped {
		skipped = append(skipped, skip.Words())
	}
	if len(skipped) > 0 {
		nodes = append(nodes, note(strings.Join(skipped, "\n")))
	}
	return nodes
}

// inOrder are a team's schedules as they are shown: reflections, then pulses.
func inOrder(t programme.TeamEntry) []programme.ScheduleEntry {
	list := slices.Clone(t.Schedules)
	slices.SortStableFunc(list, func(a, b programme.ScheduleEntry) int { return -cmp.Compare(a.Kind, b.Kind) })
	return list
}

// mostID is how long an id of a council file can be to come along with a button and a form.
const mostID = 500

func (b *Bot) scheduleRow(team string, e programme.ScheduleEntry) chat.Row {
	words := b.scheduleWords(e)
	row := chat.Row{Text: chat.Words(shorten(words, mostFact))}
	if len(e.ID) > mostID {
		return row
	}
	arg := team + " " + e.ID
	row.Buttons = []chat.Button{
		{ID: pressChangeSchedule, Label: "Change", Arg: arg, Opens: formSetupSchedule, Spoken: shorten("Change: "+words, chat.MaxLabel)},
		{ID: pressRemoveSchedule, Label: "Remove", Arg: arg, Style: chat.Danger, Spoken: shorten("Remove: "+words, chat.MaxLabel)},
	}
	return row
}

// rhythmWords are all schedules of a team in words, a line each.
func (b *Bot) rhythmWords(t programme.TeamEntry) string {
	if len(t.Schedules) == 0 {
		return "Nothing is asked by itself."
	}
	var lines []string
	for _, e := range inOrder(t) {
		lines = append(lines, b.scheduleWords(e))
	}
	return strings.Join(lines, "\n")
}

// scheduleWords are one schedule in words.
func (b *Bot) scheduleWords(e programme.ScheduleEntry) string {
	words := capital(string(e.Kind)) + ": " + b.rhythm(e.Cron)
	if title, _, ok := programme.Set(e.Set); ok {
		words += ", “" + title + "”"
	}
	words += ", open for " + openWords(time.Duration(e.OpenFor))
	if e.SkipBankHolidays {
		words += ", not on bank holidays"
	}
	return words
}
