package programme

import (
	"time"

	"smallchanges/internal/fault"
)

// FollowUp is coming back to a change some weeks after it was kept: is it still happening?
type FollowUp struct {
	ID, CouncilID, ChangeID int64
	Weeks                   int
	Due                     time.Time
	Asked                   bool
	Ended                   bool   // the change was taken up again, or a later question was asked
	Ref, Team, Zone         string // for lists
}

// FollowUpWeeks are how long after a change was kept the program comes back
// (DOMAIN.md section 4, rule 7).
var FollowUpWeeks = []int{4, 12}

// followUpHour is when, in the team's zone.
const followUpHour = NudgeHour

// Still is an answer to "Is it still happening?".
type Still string

// The answers, in the order of the buttons.
const (
	StillMore Still = "more"
	StillSame Still = "same"
	StillLess Still = "less"
	StillGone Still = "gone"
)

// Stills lists every answer.
var Stills = []Still{StillMore, StillSame, StillLess, StillGone}

// Words are the answer as people read it.
func (s Still) Words() string {
	switch s {
	case StillMore:
		return "More than before"
	case StillSame:
		return "The same"
	case StillLess:
		return "Less"
	default:
		return "Not any more"
	}
}

// FollowUps are when to come back to a change that was just kept.
func (c Change) FollowUps(now time.Time) []FollowUp {
	zone := Zone(c.Zone)
	wall := Wall(now, zone)
	out := make([]FollowUp, len(FollowUpWeeks))
	for i, weeks := range FollowUpWeeks {
		day := time.Date(wall.Year(), wall.Month(), wall.Day()+7*weeks, followUpHour, 0, 0, 0, time.UTC)
		out[i] = FollowUp{CouncilID: c.CouncilID, ChangeID: c.ID, Weeks: weeks, Due: Instant(day, zone)}
	}
	return out
}

// followUpGrace is how late questions are sent all the same: it is the morning still.
const followUpGrace = 2 * time.Hour

// Begins is from when the questions are sent: as planned or, when the program was not
// running then, from the next time at that hour. Nobody is asked in the middle of the night.
func (f FollowUp) Begins(now time.Time, zone *time.Location) time.Time {
	if !now.After(f.Due.Add(followUpGrace)) {
		return f.Due
	}
	wall := Wall(now, zone)
	at := time.Date(wall.Year(), wall.Month(), wall.Day(), followUpHour, 0, 0, 0, time.UTC)
	if at.Before(wall) {
		at = at.AddDate(0, 0, 1)
	}
	return Instant(at, zone)
}

// MayAnswer refuses an answer to a question that is asked no more.
func (f FollowUp) MayAnswer() error {
	if f.Ended {
		return fault.New(fault.Closed, "That question has closed. See how it goes: /smallchange show "+f.Ref)
	}
	return nil
}
