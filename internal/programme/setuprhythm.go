package programme

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"smallchanges/internal/fault"
)

// Limits of a schedule that is set up. What a council file declared beyond them stays.
const (
	MaxSchedules = 10  // of a team
	MaxWhen      = 400 // characters of a rhythm in words
	MaxDays      = 7   // that people can answer
)

// How long people can answer when nothing else is said.
const (
	reflectionDays = 4
	pulseDays      = 5
)

// Nobody is written to before and after these times of the day, unless they say so themselves.
const (
	writesFrom = dayStarts * time.Minute
	writesTo   = dayEnds * time.Minute
)

// Timing is when something comes, as the calendar understood what was typed.
type Timing struct {
	Cron        string        // in the wall-clock time of a team
	First, Last time.Duration // the earliest and the latest time of the day, since midnight
}

// ReadTiming understands when something comes, as people type it. What it cannot understand is
// fault.Invalid. Rules do not know calendars, so whoever sets something up brings it.
type ReadTiming func(words string) (Timing, error)

// Skip is a slot of a team's schedule that was passed over.
type Skip struct {
	Schedule, Team string
	Kind           ScheduleKind
	Slot           string // local wall time, "2026-12-24T09:00"
	Reason         string // as champions read it
}

// Words say which day was passed over, and why.
func (s Skip) Words() string {
	day, _, _ := strings.Cut(s.Slot, "T")
	reason := s.Reason
	if first, rest, ok := strings.Cut(reason, " "); ok && !strings.HasPrefix(reason, s.Team) {
		reason = strings.ToLower(first) + " " + rest
	}
	return Day(day).Short() + " was left out: " + reason
}

// ScheduleChoice is what a form says of one schedule.
type ScheduleChoice struct {
	ID           string // "" for another one
	Kind         ScheduleKind
	When         Timing
	OpenFor      Span
	SkipHolidays bool
	Set          string // of a pulse
}

// Schedule is one of the team's schedules, by its id.
func (t TeamEntry) Schedule(id string) (ScheduleEntry, bool) {
	i := slices.IndexFunc(t.Schedules, func(e ScheduleEntry) bool { return e.ID == id })
	if i < 0 {
		return ScheduleEntry{}, false
	}
	return t.Schedules[i], true
}

// UsualSchedule is what a form for another schedule opens on, without its rhythm.
func UsualSchedule(kind ScheduleKind) ScheduleEntry {
	e := ScheduleEntry{Kind: kind, OpenFor: Span(reflectionDays * 24 * time.Hour), SkipBankHolidays: true}
	if kind == PulseSchedule {
		e.OpenFor, e.Set = Span(pulseDays*24*time.Hour), BaselineSet
	}
	return e
}

// SetSchedule adds a schedule, or changes the one with this id, which keeps what became of its
// slots. What is as it was is not looked at again: a council file may say more than a form.
// Fields: when, open, set.
func (s *Setup) SetSchedule(c ScheduleChoice) error {
	list := slices.Clone(s.Entry.Schedules)
	at := slices.IndexFunc(list, func(e ScheduleEntry) bool { return e.ID == c.ID })
	added, was := at < 0, ScheduleEntry{}
	if !added {
		was = list[at]
	}
	wrong := wrongFields{}
	wrong.when(added && len(list) >= MaxSchedules, "when", fmt.Sprintf("Your team has %d schedules. Please remove one before you add another.", len(list)))
	wrong.when((added || c.When.Cron != was.Cron) && (c.When.First < writesFrom || c.When.Last >= writesTo), "when", c.When.tooEarlyOrLate())
	days := time.Duration(c.OpenFor) / (24 * time.Hour)
	whole := time.Duration(c.OpenFor)%(24*time.Hour) == 0
	wrong.when((added || c.OpenFor != was.OpenFor) && (!whole || days < 1 || days > MaxDays), "open", fmt.Sprintf("Choose from 1 to %d days.", MaxDays))
	if c.Kind != PulseSchedule {
		c.Set = ""
	}
	wrong.when(c.Kind == PulseSchedule && (added || c.Set != was.Set) && c.Set != BaselineSet && c.Set != ImpactSet, "set", "Choose one of these.")
	e := ScheduleEntry{ID: c.ID, Kind: c.Kind, Cron: c.When.Cron, OpenFor: c.OpenFor, SkipBankHolidays: c.SkipHolidays, Set: c.Set}
	wrong.when(slices.ContainsFunc(list, e.doubles), "when", "There is one just like this already. Please change that one, or choose another time.")
	if len(wrong) > 0 {
		return fault.Wrong(wrong)
	}
	if e.ID == "" {
		e.ID = s.freeID(c.Kind)
	}
	if added { // a new one, or one that somebody else removed meanwhile: it comes back
		list = append(list, e)
	} else {
		list[at] = e
	}
	s.Entry.Schedules = list
	return nil
}

// doubles reports whether another schedule asks the same at the same times.
func (t ScheduleEntry) doubles(o ScheduleEntry) bool {
	return t.ID != o.ID && t.Kind == o.Kind && t.Set == o.Set && t.Cron == o.Cron
}

func (t Timing) tooEarlyOrLate() string {
	at := t.First
	if at >= writesFrom {
		at = t.Last
	}
	clock := Clock(time.Time{}.Add(at), time.UTC)
	return "That would be at " + clock + ". Nobody is written to before 8am or from 6pm on, so choose a time between."
}

// freeID is an id that no schedule of the team has: "willow-reflection", or with a number.
func (s *Setup) freeID(kind ScheduleKind) string {
	base := slug(s.Entry.Name) + "-" + string(kind)
	id := base
	for n := 2; ; n++ {
		if _, taken := s.Entry.Schedule(id); !taken {
			return id
		}
		id = fmt.Sprintf("%s-%d", base, n)
	}
}

// RemoveSchedule ends a schedule. What is open stays open. fault.Missing when it is not there.
func (s *Setup) RemoveSchedule(id string) error {
	if _, ok := s.Entry.Schedule(id); !ok {
		return fault.New(fault.Missing, "That schedule was removed already. To see what there is now, type /smallchange setup.")
	}
	s.Entry.Schedules = slices.DeleteFunc(slices.Clone(s.Entry.Schedules), func(e ScheduleEntry) bool { return e.ID == id })
	return nil
}

// slug is a name as part of an id: small letters, digits and hyphens.
func slug(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.Join(words, "-")
}
