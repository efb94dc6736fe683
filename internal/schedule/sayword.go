package schedule

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// week reads which week of the month the weekday that follows is in.
func (s *said) week(word string) (bool, error) {
	if slices.Contains([]string{"fifth", "5th"}, word) && s.leadsToWeekday() || word == "last" && !s.leadsToWeekday() {
		return false, wrong("A schedule cannot say “%s %s”. It can say “last Friday of the month at 10am”, or “28th of each month”.", word, s.word(s.at+1))
	}
	n, ok := ordinalNumber(word)
	if word == "last" {
		n, ok = lastWeek, true
	}
	if !ok || !s.leadsToWeekday() {
		return false, nil
	}
	if n > lastWeek || n == 0 {
		return false, wrong("No month has that many weeks.%s", examples)
	}
	if s.nth == nil {
		s.nth = nth{}
	}
	if s.group != 0 && s.ended() {
		s.group = 0
	}
	s.group |= 1 << n
	return true, nil
}

// ended reports whether the weeks before this word had their weekday already.
func (s *said) ended() bool {
	for i := s.at - 1; i >= 0; i-- {
		if _, ok := weekdayNamed(s.word(i)); ok {
			return true
		}
		if _, ok := ordinalNumber(s.word(i)); ok || s.word(i) == "last" {
			return false
		}
	}
	return false
}

// leadsToWeekday reports whether a weekday comes after this word and others of its sort.
func (s *said) leadsToWeekday() bool {
	for i := s.at + 1; ; i++ {
		word := s.word(i)
		if _, ok := weekdayNamed(word); ok {
			return true
		}
		if _, ok := ordinalNumber(word); !ok && word != "and" && word != "the" && word != "last" {
			return false
		}
	}
}

var ordinals = []string{"", "first", "second", "third", "fourth", "fifth"}

var suffixed = regexp.MustCompile(`^(\d{1,2})(st|nd|rd|th)$`)

// ordinalNumber reads "first" to "fifth" and "1st" to "99th".
func ordinalNumber(word string) (int, bool) {
	if i := slices.Index(ordinals, word); i > 0 {
		return i, true
	}
	if m := suffixed.FindStringSubmatch(word); m != nil {
		n, err := strconv.Atoi(m[1])
		return n, err == nil
	}
	return 0, false
}

// weekday reads one weekday, several from one to another, or all that people work on.
func (s *said) weekday(word string) (bool, error) {
	before := s.word(s.at - 1)
	switch {
	case word == "working" && strings.HasPrefix(s.word(s.at+1), "day"):
		s.at++
		fallthrough
	case word == "weekday" || word == "weekdays" || word == "workday" || word == "workdays":
		if _, after := ordinalNumber(before); after {
			return false, wrong("A schedule cannot find that weekday by itself. Name the day, such as “first Monday of the month at 10am”.")
		}
		s.weekdays = append(s.weekdays, fromMonday[:5]...)
		return true, nil
	case word == "weekend" || word == "weekends":
		s.weekdays = append(s.weekdays, time.Saturday, time.Sunday)
		return true, nil
	}
	first, ok := weekdayNamed(word)
	if !ok {
		return false, nil
	}
	last := first
	if to, ok := weekdayNamed(s.word(s.at + 2)); ok && s.word(s.at+1) == "to" {
		last = to
		s.at += 2
	}
	for day := first; ; day = (day + 1) % 7 {
		if s.group != 0 {
			s.nth[day] |= s.group
		} else {
			s.weekdays = append(s.weekdays, day)
		}
		if day == last {
			return true, nil
		}
	}
}

// weekdayNamed reads "monday", "mondays", "mon" and the like.
func weekdayNamed(word string) (time.Weekday, bool) {
	short := map[string]time.Weekday{"tues": time.Tuesday, "weds": time.Wednesday, "thur": time.Thursday, "thurs": time.Thursday}
	if day, ok := short[word]; ok {
		return day, true
	}
	for _, day := range fromMonday {
		if name := strings.ToLower(day.String()); word == name || word == name+"s" || word == name[:3] {
			return day, true
		}
	}
	return 0, false
}

// month reads one month, or several from one to another.
func (s *said) month(word string) (bool, error) {
	first, ok := monthNamed(word)
	if !ok {
		return false, nil
	}
	last := first
	if to, ok := monthNamed(s.word(s.at + 2)); ok && s.word(s.at+1) == "to" {
		last = to
		s.at += 2
	}
	for month := first; ; month = month%12 + 1 {
		s.months = append(s.months, month)
		if month == last {
			return true, nil
		}
	}
}

func monthNamed(word string) (time.Month, bool) {
	for month := time.January; month <= time.December; month++ {
		if name := strings.ToLower(month.String()); word == name || word == name[:3] || word == "sept" && month == time.September {
			return month, true
		}
	}
	return 0, false
}

// date reads a day of the month: "15th", "first", or a number beside its month or after “day”.
func (s *said) date(word string) (bool, error) {
	n, ok := ordinalNumber(word)
	if bare, err := strconv.Atoi(word); err == nil && !ok {
		_, before := monthNamed(s.word(s.at - 1))
		_, after := monthNamed(s.word(s.at + 1))
		n, ok = bare, after || before || s.word(s.at-1) == "day" || s.word(s.at-1) == "the" || s.word(s.at+1) == "of"
	}
	if ok && (n < 1 || n > 31) {
		return false, wrong("No month has a day “%s”.%s", word, examples)
	}
	if ok {
		s.dates = append(s.dates, n)
	}
	return ok, nil
}

var clockShape = regexp.MustCompile(`^(\d{1,2})(?:[.:](\d{2}))?([ap]m)?$`)

// clock reads a time of day.
func (s *said) clock(word string) (bool, error) {
	switch word {
	case "noon", "midday":
		s.clocks = append(s.clocks, 12*time.Hour)
		return true, nil
	case "midnight":
		s.clocks = append(s.clocks, 0)
		return true, nil
	case "morning", "mornings":
		s.half = "am"
		return true, nil
	case "afternoon", "afternoons", "evening", "evenings":
		s.half = "pm"
		return true, nil
	}
	m := clockShape.FindStringSubmatch(word)
	if m == nil {
		return false, nil
	}
	hour, hourErr := strconv.Atoi(m[1])
	minute, _ := strconv.Atoi(m[2]) // without minutes it is 0
	if half := m[3]; half != "" {
		if hour < 1 || hour > 12 {
			return false, wrong("“%s” is no time of the day.%s", word, examples)
		}
		hour = hour%12 + map[string]int{"am": 0, "pm": 12}[half]
	} else if hour >= 1 && hour <= 6 && !strings.HasPrefix(m[1], "0") {
		hour += 12 // nobody means the night
	}
	if hourErr != nil || hour > 23 || minute > 59 {
		return false, wrong("“%s” is no time of the day.%s", word, examples)
	}
	s.clocks = append(s.clocks, time.Duration(hour)*time.Hour+time.Duration(minute)*time.Minute)
	return true, nil
}
