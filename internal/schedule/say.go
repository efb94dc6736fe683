package schedule

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"smallchanges/internal/programme"
)

// maxSaid is how many characters a rhythm in words may have.
const maxSaid = 400

// usualHour is when something comes if no time was said.
const usualHour = 9

// examples end every refusal: what can be written always helps more than what cannot.
const examples = " Write for example “every Thursday at 9am”, “first Monday of the month at 10am” or “1st of March and September at 2pm”."

// Read understands a rhythm as people type it: "Mondays and Wednesdays at 12.30pm", "every
// weekday at 9", "last Friday of the month at 2pm", "1st of March and June", "every month on
// the 15th". Without a time it is 9am, and an hour from 1 to 6 without am or pm is in the
// afternoon. A cron expression is taken as Parse takes it. What Cron.Words says is read back
// as the same rhythm.
//
// What cannot be read is fault.Invalid: the words name what was not understood, with examples.
func Read(words string) (Cron, error) {
	words = strings.TrimSpace(words)
	switch {
	case words == "":
		return Cron{}, wrong("Say when.%s", examples)
	case len(words) > maxSaid:
		return Cron{}, wrong("That is long.%s", examples)
	case looksLikeCron(words):
		return Parse(words)
	}
	typed := tokens(words)
	if err := refuseCounting(strings.Join(typed, " ")); err != nil {
		return Cron{}, err
	}
	s := said{typed: typed}
	for s.at < len(s.typed) {
		if err := s.next(); err != nil {
			return Cron{}, err
		}
	}
	expr, err := s.expression()
	if err != nil {
		return Cron{}, err
	}
	return Parse(expr)
}

// Timing understands a rhythm as Read does, for whoever sets something up.
func Timing(words string) (programme.Timing, error) {
	c, err := Read(words)
	if err != nil {
		return programme.Timing{}, err
	}
	t := programme.Timing{Cron: c.String()}
	t.First, t.Last = c.Hours()
	return t, nil
}

var cronField = regexp.MustCompile(`^[\d*?/,-]+$`)

// looksLikeCron tells an expression from words: its first two fields are the minute and the hour.
func looksLikeCron(words string) bool {
	parts := strings.Fields(words)
	return strings.Contains(words, "*") || len(parts) == len(fields) && cronField.MatchString(parts[0]) && cronField.MatchString(parts[1])
}

var (
	spellings = strings.NewReplacer("a.m.", "am", "p.m.", "pm", "’", "'", "–", "-", "—", "-", "&", " and ", "+", " and ", "@", " at ",
		",", " and ", ";", " and ", "(", " ", ")", " ", "bi-weekly", "fortnightly", "biweekly", "fortnightly", "o'clock", "", "o’clock", "")
	joined  = regexp.MustCompile(`([a-z])\s*-\s*([a-z])`)
	either  = regexp.MustCompile(`([a-z])/([a-z])`)
	apart   = regexp.MustCompile(`(\d)\s+([ap]m)\b`)
	trailed = regexp.MustCompile(`[.!]+(\s|$)`)
)

// tokens are the words, in small letters and one spelling.
func tokens(words string) []string {
	words = spellings.Replace(strings.ToLower(words))
	words = joined.ReplaceAllString(words, "$1 to $2")
	words = either.ReplaceAllString(words, "$1 and $2")
	words = trailed.ReplaceAllString(words, " ")
	return strings.Fields(apart.ReplaceAllString(words, "$1$2"))
}

var (
	fortnight = regexp.MustCompile(`\bfortnight|\balternate\b|\b(every|each) (other|\d+|two|three|four|second|2nd|third|3rd|fourth|4th) (weeks?|(mon|tue|wed|thu|fri|sat|sun)[a-z]*)\b`)
	monthsOff = regexp.MustCompile(`\bquarter|\b(every|each) (other|\d+|two|three|four|six|second|2nd|third|3rd) months?\b`)
)

// refuseCounting says what can be said in place of a rhythm that counts weeks or months,
// which no cron expression does.
func refuseCounting(words string) error {
	switch {
	case fortnight.MatchString(words) && !strings.Contains(words, "month"):
		return wrong("A schedule cannot count weeks, so it cannot leave every second one out. It can say “first and third Thursday of the month at 9am”, which is close.")
	case monthsOff.MatchString(words):
		return wrong("A schedule cannot count months. Please name them: “1st of March, June, September and December at 10am”.")
	}
	return nil
}

// said is a rhythm being read, word by word.
type said struct {
	typed []string
	at    int // the word that is read next

	clocks   []time.Duration // times of the day
	half     string          // am or pm, when it was said apart from the time
	weekdays []time.Weekday
	nth      nth
	group    weeks // the weeks that the next weekday is in
	dates    []int // days of the month
	months   []time.Month
	everyDay bool
	monthly  bool
}

// Words that say nothing of their own.
var filler = []string{"every", "each", "on", "the", "at", "of", "in", "and", "a", "week", "weekly", "once", "year", "yearly", "annually", "from", "then", "also"}

func (s *said) word(i int) string {
	if i < 0 || i >= len(s.typed) {
		return ""
	}
	return s.typed[i]
}

// next reads one word, or several that belong together.
func (s *said) next() error {
	word := s.word(s.at)
	for _, read := range []func(string) (bool, error){s.week, s.weekday, s.month, s.date, s.clock} {
		if known, err := read(word); known || err != nil {
			s.at++
			return err
		}
	}
	switch {
	case slices.Contains(filler, word):
	case word == "day" || word == "days" || word == "daily":
		s.everyDay = s.everyDay || word == "daily" || !s.afterDate()
	case word == "month" || word == "months" || word == "monthly":
		s.monthly = true
	default:
		return notUnderstood(word)
	}
	s.at++
	return nil
}

// afterDate reports whether "day" only goes with a number beside it: "first day", "day 15".
func (s *said) afterDate() bool {
	_, before := ordinalNumber(s.word(s.at - 1))
	_, after := strconv.Atoi(s.word(s.at + 1))
	return before || after == nil
}

func notUnderstood(word string) error {
	letters := []rune(word)
	return wrong("I do not know “%s” in a schedule.%s", string(letters[:min(len(letters), 40)]), examples)
}

// expression is all that was read, as cron writes it.
func (s *said) expression() (string, error) {
	at, err := s.time()
	if err != nil {
		return "", err
	}
	day, weekday := "*", "*"
	switch {
	case len(s.dates) > 0 && (len(s.weekdays) > 0 || s.nth != nil):
		return "", wrong("Say either a day of the week or a date in the month. Two schedules can do both.%s", examples)
	case s.nth != nil && len(s.weekdays) > 0:
		return "", wrong("Say either every week or some weeks of the month. Two schedules can do both.%s", examples)
	case s.nth != nil:
		weekday = s.nth.expression()
	case len(s.dates) > 0:
		day = numbers(s.dates)
	case len(s.weekdays) > 0 && s.monthly:
		return "", wrong("Say which of the month, such as “first %s of the month at 10am”.", s.weekdays[0])
	case len(s.weekdays) > 0:
		weekday = weekdayExpression(s.weekdays)
	case !s.everyDay:
		return "", wrong("Say on which day.%s", examples)
	}
	month := "*"
	if len(s.months) > 0 {
		month = numbers(s.months)
	}
	return fmt.Sprintf("%d %d %s %s %s", int(at.Minutes())%60, int(at.Hours()), day, month, weekday), nil
}

// time is the one time of the day that was said, or 9am.
func (s *said) time() (time.Duration, error) {
	slices.Sort(s.clocks)
	s.clocks = slices.Compact(s.clocks)
	switch {
	case len(s.clocks) > 1:
		return 0, wrong("Say one time of the day. Another time can be another schedule.%s", examples)
	case len(s.clocks) == 1 && s.half == "pm" && s.clocks[0] < 12*time.Hour:
		return s.clocks[0] + 12*time.Hour, nil
	case len(s.clocks) == 1:
		return s.clocks[0], nil
	case s.half == "pm":
		return 0, wrong("Say at what time.%s", examples)
	}
	return usualHour * time.Hour, nil
}

// numbers are a list of them, each once and in order, as cron writes it.
func numbers[N time.Month | int](list []N) string {
	slices.Sort(list)
	var words []string
	for _, n := range slices.Compact(list) {
		words = append(words, strconv.Itoa(int(n)))
	}
	return strings.Join(words, ",")
}

func weekdayExpression(days []time.Weekday) string {
	var names []string
	for _, day := range fromMonday {
		if slices.Contains(days, day) {
			names = append(names, cronName(day))
		}
	}
	switch {
	case len(names) == len(fromMonday):
		return "*"
	case strings.Join(names, ",") == "MON,TUE,WED,THU,FRI":
		return "MON-FRI"
	}
	return strings.Join(names, ",")
}

func cronName(day time.Weekday) string { return strings.ToUpper(day.String()[:3]) }
