package programme

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"smallchanges/internal/fault"
)

// How often something comes, as a form offers it.
const (
	Weekly    = "weekly"
	Monthly   = "monthly"   // on the first
	Quarterly = "quarterly" // on the first of every third month
	Off       = "off"
	AsItIs    = "as it is" // as a council file says, in a way that the form cannot show
)

// The rhythm of pulses. The months have no bank holiday on their first in England.
const (
	monthlyCron   = "0 10 1 * *"
	quarterlyCron = "0 10 1 3,6,9,12 *"
)

// usualDays is how long a reflection stays open when nothing else is said.
const usualDays = 4

// Rhythm is when a team is asked, as plain choices.
type Rhythm struct {
	Reflection   string // Weekly, Off or AsItIs
	Day          time.Weekday
	Hour, Minute int
	Days         int // open for
	SkipHolidays bool
	Pulse        string // Monthly, Quarterly, Off or AsItIs
	Set          string
}

// UsualRhythm is what a form opens on where there is nothing yet: Thursdays at 9am.
func UsualRhythm() Rhythm {
	return Rhythm{
		Reflection: Off, Day: time.Thursday, Hour: 9, Days: usualDays, SkipHolidays: true,
		Pulse: Off, Set: BaselineSet,
	}
}

// HalfHours are the times of day at which a reflection can be asked for: 8am to 5:30pm.
func HalfHours() []time.Duration {
	var times []time.Duration
	for at := 8 * time.Hour; at < 18*time.Hour; at += 30 * time.Minute {
		times = append(times, at)
	}
	return times
}

// Of are the team's schedules of a kind.
func (t TeamEntry) Of(kind ScheduleKind) []ScheduleEntry {
	var list []ScheduleEntry
	for _, e := range t.Schedules {
		if e.Kind == kind {
			list = append(list, e)
		}
	}
	return list
}

// Rhythm is the team's rhythm as plain choices.
func (t TeamEntry) Rhythm() Rhythm {
	r := UsualRhythm()
	if list := t.Of(ReflectionSchedule); len(list) > 0 {
		r.Reflection = AsItIs
		if plain, ok := list[0].weekly(); ok && len(list) == 1 {
			r.Reflection, r.Day, r.Hour, r.Minute = Weekly, plain.Day, plain.Hour, plain.Minute
			r.Days, r.SkipHolidays = plain.Days, plain.SkipHolidays
		}
	}
	if list := t.Of(PulseSchedule); len(list) > 0 {
		r.Pulse = AsItIs
		often := map[string]string{monthlyCron: Monthly, quarterlyCron: Quarterly}[strings.Join(strings.Fields(list[0].Cron), " ")]
		set := list[0].Set
		if set == "" {
			set = BaselineSet
		}
		if often != "" && len(list) == 1 && (set == BaselineSet || set == ImpactSet) {
			r.Pulse, r.Set = often, set
		}
	}
	return r
}

// weekly reads a schedule that is one time on one working day.
func (e ScheduleEntry) weekly() (r Rhythm, ok bool) {
	parts := strings.Fields(e.Cron)
	if len(parts) != 5 || parts[2] != "*" || parts[3] != "*" {
		return r, false
	}
	minute, minuteErr := strconv.Atoi(parts[0])
	hour, hourErr := strconv.Atoi(parts[1])
	r.Day = weekday(parts[4])
	at := time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute
	open := time.Duration(e.OpenFor)
	if open == 0 {
		open = usualDays * 24 * time.Hour
	}
	r.Hour, r.Minute, r.Days, r.SkipHolidays = hour, minute, int(open/(24*time.Hour)), e.SkipBankHolidays
	ok = minuteErr == nil && hourErr == nil && slices.Contains(HalfHours(), at) && workday(r.Day) &&
		open%(24*time.Hour) == 0 && r.Days >= 1 && r.Days <= 7
	return r, ok
}

// weekday reads cron's words for one day of the week; what is none of them is a Sunday.
func weekday(word string) time.Weekday {
	for day := time.Monday; day <= time.Saturday; day++ {
		if word == strconv.Itoa(int(day)) || strings.EqualFold(word, day.String()[:3]) {
			return day
		}
	}
	return time.Sunday
}

func workday(d time.Weekday) bool { return d >= time.Monday && d <= time.Friday }

// SetRhythm sets when the team is asked. What was chosen as it is stays, in its own words.
// Fields: reflection, day, time, days, pulse, set.
func (s *Setup) SetRhythm(r Rhythm) error {
	now := s.Entry.Rhythm()
	wrong := wrongFields{}
	at := time.Duration(r.Hour)*time.Hour + time.Duration(r.Minute)*time.Minute
	wrong.when(!slices.Contains([]string{Weekly, Off, now.Reflection}, r.Reflection), "reflection", "Choose one of these.")
	wrong.when(!workday(r.Day), "day", "Choose a day from Monday to Friday.")
	wrong.when(!slices.Contains(HalfHours(), at), "time", "Choose a time from 8am to 5:30pm.")
	wrong.when(r.Days < 1 || r.Days > 7, "days", "Choose from 1 to 7 days.")
	wrong.when(!slices.Contains([]string{Monthly, Quarterly, Off, now.Pulse}, r.Pulse), "pulse", "Choose one of these.")
	wrong.when(r.Set != BaselineSet && r.Set != ImpactSet, "set", "Choose one of these.")
	if err := fault.Wrong(wrong); err != nil {
		return err
	}
	if r.Reflection != AsItIs && !r.sameReflection(now) {
		s.replace(ReflectionSchedule, r.Reflection != Off, func(e *ScheduleEntry) {
			e.Cron = fmt.Sprintf("%d %d * * %s", r.Minute, r.Hour, strings.ToUpper(r.Day.String()[:3]))
			e.OpenFor, e.SkipBankHolidays = Span(time.Duration(r.Days)*24*time.Hour), r.SkipHolidays
		})
	}
	if r.Pulse != AsItIs && (r.Pulse != now.Pulse || r.Set != now.Set) {
		s.replace(PulseSchedule, r.Pulse != Off, func(e *ScheduleEntry) {
			e.Cron, e.Set = map[string]string{Monthly: monthlyCron, Quarterly: quarterlyCron}[r.Pulse], r.Set
		})
	}
	return nil
}

func (r Rhythm) sameReflection(o Rhythm) bool {
	r.Pulse, r.Set = o.Pulse, o.Set
	return r == o || r.Reflection == Off && o.Reflection == Off
}

// replace puts one schedule, or none, in the place of the team's schedules of a kind. It keeps
// the id of the first of them, and with it what became of its slots.
func (s *Setup) replace(kind ScheduleKind, on bool, change func(*ScheduleEntry)) {
	e := ScheduleEntry{ID: slug(s.Entry.Name) + "-" + string(kind), Kind: kind}
	if kind == PulseSchedule {
		e.OpenFor = Span(5 * 24 * time.Hour)
	}
	if had := s.Entry.Of(kind); len(had) > 0 {
		e = had[0]
	}
	s.Entry.Schedules = slices.DeleteFunc(slices.Clone(s.Entry.Schedules), func(o ScheduleEntry) bool { return o.Kind == kind })
	if on {
		change(&e)
		s.Entry.Schedules = append(s.Entry.Schedules, e)
	}
}

// slug is a name as part of an id: small letters, digits and hyphens.
func slug(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.Join(words, "-")
}
