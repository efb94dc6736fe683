package bot

import (
	"strings"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
)

// datesShown is how many dates of a schedule are shown before it is saved.
const datesShown = 5

// datesForm shows when a schedule would come, before anything is saved. What was typed can
// still be changed beside the dates.
func (b *Bot) datesForm(s scene, set programme.Setup, d draft, c programme.ScheduleChoice) (chat.Form, error) {
	dates, err := b.dates(s, set, c)
	if err != nil {
		return chat.Form{}, err
	}
	f := b.scheduleForm(set, d)
	f.ID, f.Title, f.Send = formSetupDates, "Check the dates", "Save"
	f.Intro = []chat.Node{
		chat.Para{Text: chat.Text{chat.Bold(capital(b.rhythm(c.When.Cron)))}},
		chat.P("The next five dates:\n" + strings.Join(dates, "\n")),
		note("In a council file: " + c.When.Cron),
		note("Whoever does not work then is asked on their next working day. You can still change everything here, and see other dates before they are saved."),
	}
	return f, nil
}

// dates are the next dates of a schedule in words, with what is special about each.
func (b *Bot) dates(s scene, set programme.Setup, c programme.ScheduleChoice) ([]string, error) {
	zone := set.Zone()
	after := s.At
	var lines []string
	for range datesShown {
		slot, err := b.next(c.When.Cron, zone, after)
		if err != nil {
			return nil, err
		}
		after = slot.At
		day, at := slot.Day(), slot.Clock()
		line := day.Short() + ", " + at
		if thisYear := programme.DayOf(s.At, programme.Zone(zone))[:4]; day[:4] != thisYear {
			line = day.String() + ", " + at
		}
		if why := leftOut(set, c.SkipHolidays, day); why != "" {
			lines = append(lines, line+": left out, "+why)
			continue
		}
		if set.Around.Calendar.Holiday(day) {
			line += " (a bank holiday)"
		}
		with, err := b.goesWith(set, c.ID, day)
		if err != nil {
			return nil, err
		}
		lines = append(lines, line+with)
	}
	return lines, nil
}

// leftOut is why nothing would come on a day, or "" when it would.
func leftOut(set programme.Setup, skipHolidays bool, day programme.Day) string {
	switch {
	case set.Pause.On(day):
		return "your team has said “not now”"
	case skipHolidays && set.Around.Calendar.Holiday(day):
		return "it is a bank holiday"
	}
	return ""
}

// goesWith says what else the team is asked on a day by its other schedules.
func (b *Bot) goesWith(set programme.Setup, id string, day programme.Day) (string, error) {
	midnight, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		return "", err
	}
	before := programme.Instant(midnight, programme.Zone(set.Zone())).Add(-time.Nanosecond)
	var others []string
	for _, e := range inOrder(set.Entry) {
		if e.ID == id || leftOut(set, e.SkipBankHolidays, day) != "" {
			continue
		}
		slot, err := b.next(e.Cron, set.Zone(), before)
		if err != nil {
			return "", err
		}
		if slot.Day() == day {
			others = append(others, "the "+string(e.Kind)+" at "+slot.Clock())
		}
	}
	if len(others) == 0 {
		return "", nil
	}
	return ", goes with " + strings.Join(others, " and "), nil
}
