package programme

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// CouncilFile is what a coordinator declares of a council: its tree of people and their
// rhythm. The keys are fixed by CONTRACT.md section 7. Reading the file, and refusing what
// is wrong in it line by line, belongs to the command; storage only applies it.
type CouncilFile struct {
	Council  CouncilEntry   `yaml:"council"`
	Services []ServiceEntry `yaml:"services,omitempty"`
}

// CouncilEntry is the council itself.
type CouncilEntry struct {
	Name         string   `yaml:"name"`
	Nation       string   `yaml:"nation,omitempty"`    // england, wales, scotland or northern-ireland
	TimeZone     string   `yaml:"time_zone,omitempty"` // IANA name; Europe/London when empty
	EmailDomains []string `yaml:"email_domains,omitempty"`
	Celebrations string   `yaml:"celebrations,omitempty"` // channel id; empty when there is none

	// What differs here from the bank holidays of the nation: days more, and days that are worked.
	BankHolidays       []Day `yaml:"bank_holidays,omitempty"`
	WorkedBankHolidays []Day `yaml:"worked_bank_holidays,omitempty"`
}

// ServiceEntry is one service and its teams.
type ServiceEntry struct {
	Name  string      `yaml:"name"`
	Teams []TeamEntry `yaml:"teams,omitempty"`
}

// TeamEntry is one team with everything that belongs to it. A team's name is unique in its council.
type TeamEntry struct {
	Name         string          `yaml:"name"`
	Channel      string          `yaml:"channel,omitempty"`       // Slack channel id
	TeamsChannel string          `yaml:"teams_channel,omitempty"` // Microsoft Teams conversation id
	TimeZone     string          `yaml:"time_zone,omitempty"`     // IANA name; the council's when empty
	AtOnce       int             `yaml:"at_once,omitempty"`       // how many changes it works on at most; 5 when empty
	Members      []MemberEntry   `yaml:"members,omitempty"`
	Vision       VisionEntry     `yaml:"vision,omitempty"`
	Strands      []string        `yaml:"strands,omitempty"`
	Barriers     []BarrierEntry  `yaml:"barriers,omitempty"`
	Schedules    []ScheduleEntry `yaml:"schedules,omitempty"`
}

// MemberEntry is one person. E-mail or Slack id says who it is; both is best.
type MemberEntry struct {
	Name  string   `yaml:"name"`
	Email string   `yaml:"email,omitempty"`
	Slack string   `yaml:"slack,omitempty"` // the person's Slack id; matched by e-mail on first contact when empty
	Roles []Role   `yaml:"roles,omitempty"` // practitioner when empty
	Works []string `yaml:"works,omitempty"` // mon … sun; Monday to Friday when empty

	Observer bool `yaml:"observer,omitempty"` // reads along, and is not asked
}

// VisionEntry is what a team wants its practice to be.
type VisionEntry struct {
	Statement string   `yaml:"statement,omitempty"`
	Values    []string `yaml:"values,omitempty"`
}

// BarrierEntry is what stops a team from working as it wants to.
type BarrierEntry struct {
	What  string `yaml:"what"`
	Scope string `yaml:"scope,omitempty"` // team, council or national
}

// ScheduleEntry is one rhythm of a team. Its id is unique in the whole file.
type ScheduleEntry struct {
	ID               string       `yaml:"id"`
	Kind             ScheduleKind `yaml:"kind"`
	Cron             string       `yaml:"cron"`               // five fields, in the team's wall-clock time
	OpenFor          Span         `yaml:"open_for,omitempty"` // 4d for reflections and 5d for pulses when empty
	SkipBankHolidays bool         `yaml:"skip_bank_holidays,omitempty"`
	Set              string       `yaml:"set,omitempty"` // for a pulse: baseline or impact
}

// Span is a length of time as the council file writes it: "4d" or "12h". A day is 24 hours.
type Span time.Duration

// UnmarshalText reads a span of whole days or hours, from one hour to 90 days.
func (s *Span) UnmarshalText(text []byte) error {
	word := string(text)
	unit := 24 * time.Hour
	digits, ok := strings.CutSuffix(word, "d")
	if !ok {
		unit = time.Hour
		digits, ok = strings.CutSuffix(word, "h")
	}
	number, err := strconv.Atoi(digits)
	if err != nil || !ok || number < 1 || number > 2160 {
		return fmt.Errorf("%q is not a length of time; write days as 4d or hours as 12h", word)
	}
	length := time.Duration(number) * unit
	if length > 90*24*time.Hour {
		return fmt.Errorf("%q is too long; the most is 90d", word)
	}
	*s = Span(length)
	return nil
}

// MarshalText writes a span as UnmarshalText reads it.
func (s Span) MarshalText() ([]byte, error) {
	const day = Span(24 * time.Hour)
	if s%day == 0 {
		return fmt.Appendf(nil, "%dd", s/day), nil
	}
	return fmt.Appendf(nil, "%dh", s/Span(time.Hour)), nil
}

// ParseWorks reads working days written mon … sun. None means Monday to Friday, as in Member.
func ParseWorks(words []string) ([]time.Weekday, error) {
	var days []time.Weekday
	for _, word := range words {
		day := indexFold(dayNames, word)
		if day < 0 {
			return nil, fmt.Errorf("%q is not a working day; write mon, tue, wed, thu, fri, sat or sun", word)
		}
		days = append(days, time.Weekday(day))
	}
	return days, nil
}

var dayNames = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// WorksWords writes working days as ParseWorks reads them.
func WorksWords(days []time.Weekday) []string {
	var words []string
	for _, day := range days {
		if day >= time.Sunday && day <= time.Saturday {
			words = append(words, dayNames[day])
		}
	}
	return words
}

func indexFold(names []string, word string) int {
	for i, name := range names {
		if strings.EqualFold(name, word) {
			return i
		}
	}
	return -1
}
