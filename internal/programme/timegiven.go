package programme

import (
	"fmt"
	"strconv"

	"smallchanges/internal/fault"
)

// TimeGiven is somebody's guess of the time a change gives back: so many minutes each time,
// so many times a week, for so many people. It is zero when nobody guessed.
type TimeGiven struct{ Minutes, Times, People int }

// The most that anybody can mean: a working day, every hour of a week, a large service.
const (
	mostMinutes = 480
	mostTimes   = 200
	mostPeople  = 1000
)

// PerWeek is the guess in minutes a week.
func (t TimeGiven) PerWeek() int { return t.Minutes * t.Times * t.People }

// Check refuses an answer about the time a change gives back that says nothing, is incomplete
// or cannot be, with words beside each field.
func (t TimeGiven) Check() error {
	if t == (TimeGiven{}) {
		return fault.Field("minutes_per_time", "Give all three numbers. A guess is fine. If you cannot say, close this.")
	}
	return fault.Wrong(t.beyond("."))
}

// wrong are the words beside the fields of a guess that cannot be. It can also be left out.
func (t TimeGiven) wrong() map[string]string {
	if t == (TimeGiven{}) {
		return map[string]string{}
	}
	return t.beyond(", or leave all three empty.")
}

func (t TimeGiven) beyond(end string) map[string]string {
	wrong := map[string]string{}
	for field, n := range map[string]struct{ have, most int }{
		"minutes_per_time": {t.Minutes, mostMinutes}, "times_per_week": {t.Times, mostTimes}, "people": {t.People, mostPeople},
	} {
		if n.have < 1 || n.have > n.most {
			wrong[field] = fmt.Sprintf("Give a whole number from 1 to %d%s", n.most, end)
		}
	}
	return wrong
}

// TimeRange is what several people think: from the least to the most, in minutes a week,
// and how many of them answered. It never says who (DOMAIN.md section 4, rule 9).
type TimeRange struct {
	Low, High, Answers int
	Guessed            bool // the guess that came with the idea is among them, which is no secret
}

// And adds one more answer to a range.
func (r TimeRange) And(t TimeGiven) TimeRange {
	minutes := t.PerWeek()
	if r.Answers == 0 {
		return TimeRange{minutes, minutes, 1, r.Guessed}
	}
	return TimeRange{min(r.Low, minutes), max(r.High, minutes), r.Answers + 1, r.Guessed}
}

// Words are the range as people read it, "" when nobody answered.
func (r TimeRange) Words() string {
	switch {
	case r.Answers == 0:
		return ""
	case r.onePersons():
		return "1 answer so far"
	}
	return r.span() + " (" + Count(r.Answers, "answer", "answers") + ")"
}

// onePersons reports whether the range is a single person's private answer.
func (r TimeRange) onePersons() bool { return r.Answers == 1 && !r.Guessed }

func (r TimeRange) span() string {
	if r.Low == r.High {
		return "about " + amount(r.Low) + " a week"
	}
	return amount(r.Low) + " to " + amount(r.High) + " a week"
}

// TimeTotal is what many kept changes give back together, and how much is known of it.
type TimeTotal struct {
	TimeRange
	Kept, Answered int // how many changes were kept, and how many of them somebody answered for
}

// Words are the total as people read it, "" when nobody answered.
func (t TimeTotal) Words() string {
	kept := Count(t.Kept, "kept change", "kept changes")
	switch {
	case t.Answered == 0:
		return ""
	case t.onePersons():
		return "1 answer so far, about 1 of " + kept
	}
	return t.span() + fmt.Sprintf(", from %s about %d of %s", Count(t.Answers, "answer", "answers"), t.Answered, kept)
}

// amount is a length of time in words: minutes up to two hours, then hours and halves.
func amount(minutes int) string {
	if minutes < 120 {
		return Count(minutes, "minute", "minutes")
	}
	halves := (minutes + 15) / 30
	if halves%2 == 1 {
		return strconv.Itoa(halves/2) + "½ hours"
	}
	return strconv.Itoa(halves/2) + " hours"
}
