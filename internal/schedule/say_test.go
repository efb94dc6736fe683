package schedule_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/schedule"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestReadUnderstandsWhatPeopleType(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]string{
		"every Thursday at 9.00": "Thursdays at 9am",
		"Thursdays 9am":          "Thursdays at 9am",
		"thursday":               "Thursdays at 9am",
		"Thurs.":                 "Thursdays at 9am",
		"Weekly, on Thursday":    "Thursdays at 9am",
		"once a week on a Thursday at 9 o’clock":                     "Thursdays at 9am",
		"Thursday mornings":                                          "Thursdays at 9am",
		"Thursday afternoon at 2":                                    "Thursdays at 2pm",
		"Thursday at 2":                                              "Thursdays at 2pm",
		"Thursday at 02:00":                                          "Thursdays at 2am",
		"Thursday at 14:30":                                          "Thursdays at 2:30pm",
		"Thursday @ noon":                                            "Thursdays at 12pm",
		"Mondays and Wednesdays at 12.30pm":                          "Mondays and Wednesdays at 12:30pm",
		"mon, wed & fri 9.30 p.m.":                                   "Mondays, Wednesdays and Fridays at 9:30pm",
		"Mon/Wed at 10":                                              "Mondays and Wednesdays at 10am",
		"every weekday at 9":                                         "Monday to Friday at 9am",
		"every working day at 09:00":                                 "Monday to Friday at 9am",
		"Mon–Fri 9:00 am":                                            "Monday to Friday at 9am",
		"Tuesday to Thursday at 8am":                                 "Tuesdays, Wednesdays and Thursdays at 8am",
		"every day at midnight":                                      "Every day at 12am",
		"daily":                                                      "Every day at 9am",
		"first Monday of the month at 10":                            "On the first Monday of each month at 10am",
		"on the 1st Monday every month":                              "On the first Monday of each month at 9am",
		"last Friday of the month at 2pm":                            "On the last Friday of each month at 2pm",
		"first and third Thursday of the month at 9am":               "On the first and third Thursday of each month at 9am",
		"2nd Tue and last Fri of March and June at noon":             "On the second Tuesday and the last Friday of March and June at 12pm",
		"first Monday and Tuesday of the month":                      "On the first Monday and the first Tuesday of each month at 9am",
		"on the 1st of each month at 10am":                           "On the 1st of each month at 10am",
		"1st of March, June, September and December at 10am":         "On the 1st of March, June, September and December at 10am",
		"every month on the 15th":                                    "On the 15th of each month at 9am",
		"monthly on the 15 at 10":                                    "On the 15th of each month at 10am",
		"day 15 of every month":                                      "On the 15th of each month at 9am",
		"the first day of the month":                                 "On the 1st of each month at 9am",
		"1st and 15th of the month":                                  "On the 1st and 15th of each month at 9am",
		"3 December at 10am":                                         "On 3 December each year at 10am",
		"December 3rd, every year":                                   "On 3 December each year at 9am",
		"Thursdays in March to May at 9":                             "Thursdays in March, April and May at 9am",
		"0 9 * * THU":                                                "Thursdays at 9am",
		" 30 12 1 3,6 ? ":                                            "On the 1st of March and June at 12:30pm",
		"0 10 * * mon#1,5#L":                                         "On the first Monday and the last Friday of each month at 10am",
		"*/5 9 * * *":                                                "as “*/5 9 * * *” says",
		"Saturdays, Sundays, Mondays, Tue, Wed, Thu and Fri at 9.15": "Every day at 9:15am",
	} {
		c, err := schedule.Read(words)
		if err != nil {
			t.Errorf("%q: %s", words, fault.Words(err))
		} else if c.Words() != want {
			t.Errorf("%q is read as %q, want %q", words, c.Words(), want)
		}
	}
}

func TestReadRefusesWithTheWordAndExamples(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]string{
		"":                                    "every Thursday at 9am",
		"whenever":                            "do not know “whenever”",
		"Thursdays except in August":          "do not know “except”",
		"every 2 hours":                       "do not know “hours”",
		"every second week":                   "cannot count weeks",
		"fortnightly on Thursday":             "first and third Thursday",
		"bi-weekly":                           "cannot count weeks",
		"every other Thursday at 9":           "cannot count weeks",
		"every 2nd Thursday":                  "cannot count weeks",
		"alternate Mondays":                   "cannot count weeks",
		"every three weeks on Monday":         "cannot count weeks",
		"every quarter":                       "name them",
		"every second month on the 1st":       "name them",
		"first working day of the month":      "Name the day",
		"last day of the month":               "last Friday of the month",
		"fifth Monday of the month":           "cannot say “fifth monday”",
		"6th Monday of the month":             "that many weeks",
		"32nd of the month":                   "a day “32nd”",
		"31st of February":                    "never run",
		"Thursday at 25":                      "“25” is no time",
		"Thursday at 13pm":                    "“13pm” is no time",
		"Thursday at 9.75":                    "“9.75” is no time",
		"Thursday at 9 and 2pm":               "one time of the day",
		"Thursday afternoons":                 "at what time",
		"at 9am":                              "on which day",
		"monthly":                             "on which day",
		"Thursday of the month":               "first Thursday of the month",
		"Thursday and the 1st of the month":   "day of the week or a date",
		"Mondays and the last Friday":         "every week or some weeks",
		"0 9 * *":                             "4 fields",
		"60 9 * * THU":                        "minute cannot be “60”",
		"0 9 1 * MON#1":                       "day of the month has to be *",
		"0 9 * * MON#5":                       "MON#L for the last",
		"0 9 * * MON,TUE#1":                   "cannot be “MON”",
		"0 9 * * MON-FRI#1":                   "cannot be “MON-FRI#1”",
		strings.Repeat("Thursday ", 50):       "That is long",
		"Thursday " + strings.Repeat("ü", 90): "do not know “üü",
	} {
		_, err := schedule.Read(words)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Words(err), want) {
			t.Errorf("%q: %v; want words with %q", words, err, want)
		}
	}
}

// drawCron is an expression of any sort whose rhythm can be said in words, and others.
func drawCron(t *rapid.T) string {
	numbers := func(name string, low, high, most int) string {
		if rapid.Bool().Draw(t, "any "+name) {
			return "*"
		}
		var list []string
		for _, n := range rapid.SliceOfNDistinct(rapid.IntRange(low, high), 1, most, rapid.ID).Draw(t, name) {
			list = append(list, strconv.Itoa(n))
		}
		return strings.Join(list, ",")
	}
	day, weekday := numbers("day", 1, 28, 5), "*"
	if day == "*" {
		switch rapid.IntRange(0, 3).Draw(t, "sort of weekday") {
		case 0:
			weekday = numbers("weekday", 0, 6, 7)
		case 1:
			weekday = "MON-FRI"
		case 2:
			var list []string
			for _, item := range rapid.SliceOfNDistinct(rapid.IntRange(0, 34), 1, 6, rapid.ID).Draw(t, "weeks") {
				list = append(list, fmt.Sprintf("%d#%c", item/5, "1234L"[item%5]))
			}
			weekday = strings.Join(list, ",")
		}
	}
	return fmt.Sprintf("%d %d %s %s %s", rapid.IntRange(0, 59).Draw(t, "minute"), rapid.IntRange(0, 23).Draw(t, "hour"), day, numbers("month", 1, 12, 12), weekday)
}

func TestWordsAreReadAsTheSameRhythm(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		expr := drawCron(t)
		words := schedule.Words(expr)
		if strings.HasPrefix(words, "as “") {
			return
		}
		back, err := schedule.Read(words)
		if err != nil {
			t.Fatalf("%q says %q: %v", expr, words, err)
		}
		if back.Words() != words {
			t.Fatalf("%q says %q, and then %q", expr, words, back.Words())
		}
		from := drawFrom(t)
		if diff := cmp.Diff(wallsOf(t, expr, from), wallsOf(t, back.String(), from)); diff != "" {
			t.Fatalf("%q says %q, read as %q: %s", expr, words, back, diff)
		}
	})
}

func wallsOf(t *rapid.T, expr string, from time.Time) []string {
	list, err := schedule.Preview(expr, "Europe/London", from, 20)
	if err != nil {
		t.Fatal(err)
	}
	walls := make([]string, len(list))
	for i, s := range list {
		walls[i] = s.Wall
	}
	return walls
}

// A walk over every day says which are the first Monday and the last Friday, without cron.
func TestWeeksOfTheMonth(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		day, week, from := rapid.IntRange(0, 6).Draw(t, "weekday"), rapid.IntRange(1, 5).Draw(t, "week"), drawFrom(t)
		from = time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, time.UTC)
		got, err := schedule.Preview(fmt.Sprintf("30 9 * * %d#%c", day, "1234L"[week-1]), "UTC", from, 14)
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for at := from.Add(9*time.Hour + 30*time.Minute); len(want) < len(got); at = at.AddDate(0, 0, 1) {
			before := 0 // of the same weekday in this month
			for d := at.AddDate(0, 0, -7); d.Month() == at.Month(); d = d.AddDate(0, 0, -7) {
				before++
			}
			last := at.AddDate(0, 0, 7).Month() != at.Month()
			if int(at.Weekday()) == day && (week < 5 && before == week-1 || week == 5 && last) {
				want = append(want, at.Format("2006-01-02T15:04"))
			}
		}
		for i, slot := range got {
			if slot.Wall != want[i] {
				t.Fatalf("slot %d is %s, want %s", i, slot.Wall, want[i])
			}
		}
	})
}

// FuzzRead holds that whatever is typed is refused in words or is a rhythm that comes.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{"every Thursday at 9.00", "first and last Friday of March to May", "0 9 * * MON#1", "last", "1st and", "mon to", "day", "every"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, words string) {
		c, err := schedule.Read(words)
		if err != nil {
			if !fault.Is(err, fault.Invalid) || fault.Words(err) == "" {
				t.Fatalf("%q: %v", words, err)
			}
			return
		}
		if again, err := schedule.Parse(c.String()); err != nil || again.Words() != c.Words() {
			t.Fatalf("%q is %q: %v", words, c, err)
		}
	})
}

// The hours of a rhythm are all those at which it can come.
func TestHoursOfARhythm(t *testing.T) {
	t.Parallel()
	for expr, want := range map[string][]time.Duration{
		"30 9 * * THU":    {9*time.Hour + 30*time.Minute, 9*time.Hour + 30*time.Minute},
		"*/30 8-17 * * *": {8 * time.Hour, 17*time.Hour + 30*time.Minute},
		"* * * * *":       {0, 24*time.Hour - time.Minute},
	} {
		c, err := schedule.Parse(expr)
		if err != nil {
			t.Fatal(err)
		}
		if first, last := c.Hours(); !slices.Equal(want, []time.Duration{first, last}) {
			t.Errorf("%s is from %s to %s", expr, first, last)
		}
	}
}
