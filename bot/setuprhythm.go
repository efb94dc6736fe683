package bot

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
)

// What the field about bank holidays holds.
const (
	holidaysSkip = "skip"
	holidaysAsk  = "ask"
)

// rhythmForm asks for the rhythm as plain choices. A rhythm of the council file that they
// cannot show is one more choice, in words, and stays until another is chosen.
func (b *Bot) rhythmForm(_ context.Context, _ scene, set programme.Setup) chat.Form {
	now := set.Entry.Rhythm()
	f := setupForm(formSetupRhythm, "Rhythm", set)
	reflection := []chat.Option{{Value: programme.Weekly, Label: "Every week"}, {Value: programme.Off, Label: "Off"}}
	pulse := []chat.Option{
		{Value: programme.Monthly, Label: "Every month, on the first"},
		{Value: programme.Quarterly, Label: "Every three months, on the first", Hint: "March, June, September and December"},
		{Value: programme.Off, Label: "Off"},
	}
	if now.Reflection == programme.AsItIs {
		reflection = append(reflection, b.asItIs(set.Entry, programme.ReflectionSchedule))
	}
	if now.Pulse == programme.AsItIs {
		pulse = append(pulse, b.asItIs(set.Entry, programme.PulseSchedule))
	}
	f.Fields = append(reflectionFields(now, reflection),
		chat.Field{ID: "pulse", Label: "How often a pulse?", Kind: chat.Pick, Options: pulse, Value: now.Pulse},
		chat.Field{ID: "set", Label: "Which pulse?", Kind: chat.Pick, Value: now.Set, Options: []chat.Option{
			{Value: programme.BaselineSet, Label: "How things are in our team"},
			{Value: programme.ImpactSet, Label: "What our small changes did"},
		}})
	return f
}

func (b *Bot) asItIs(t programme.TeamEntry, kind programme.ScheduleKind) chat.Option {
	return chat.Option{Value: programme.AsItIs, Label: shorten("As it is: "+b.rhythmWords(t, kind), chat.MaxLabel)}
}

func reflectionFields(now programme.Rhythm, often []chat.Option) []chat.Field {
	var days, times, open []chat.Option
	for day := time.Monday; day <= time.Friday; day++ {
		days = append(days, chat.Option{Value: strconv.Itoa(int(day)), Label: day.String()})
	}
	midnight := time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)
	for _, at := range programme.HalfHours() {
		times = append(times, chat.Option{Value: timeValue(at), Label: programme.Clock(midnight.Add(at), time.UTC)})
	}
	for n := 1; n <= 7; n++ {
		open = append(open, chat.Option{Value: strconv.Itoa(n), Label: programme.Count(n, "day", "days")})
	}
	at := time.Duration(now.Hour)*time.Hour + time.Duration(now.Minute)*time.Minute
	holidays := holidaysAsk
	if now.SkipHolidays {
		holidays = holidaysSkip
	}
	return []chat.Field{
		{ID: "reflection", Label: "How often a reflection?", Kind: chat.Pick, Options: often, Value: now.Reflection},
		{ID: "day", Label: "On which day?", Hint: "Whoever does not work then is asked on their next working day.", Kind: chat.Choice, Options: days, Value: strconv.Itoa(int(now.Day))},
		{ID: "time", Label: "At what time?", Kind: chat.Choice, Options: times, Value: timeValue(at)},
		{ID: "days", Label: "For how long can people answer?", Kind: chat.Choice, Options: open, Value: strconv.Itoa(now.Days)},
		{ID: "holidays", Label: "And on bank holidays?", Kind: chat.Pick, Value: holidays, Options: []chat.Option{
			{Value: holidaysSkip, Label: "No question that week"}, {Value: holidaysAsk, Label: "Ask all the same"},
		}},
	}
}

func timeValue(at time.Duration) string {
	return fmt.Sprintf("%02d:%02d", int(at.Hours()), int(at.Minutes())%60)
}

// readRhythm reads what was chosen. What cannot be read is refused by the rule, beside its field.
func readRhythm(sent chat.Values) programme.Rhythm {
	r := programme.Rhythm{Reflection: sent["reflection"], SkipHolidays: sent["holidays"] != holidaysAsk, Pulse: sent["pulse"], Set: sent["set"]}
	day, _ := strconv.Atoi(sent["day"])
	r.Day = time.Weekday(day)
	r.Days, _ = strconv.Atoi(sent["days"])
	if at, err := time.Parse("15:04", sent["time"]); err == nil {
		r.Hour, r.Minute = at.Hour(), at.Minute()
	}
	return r
}
