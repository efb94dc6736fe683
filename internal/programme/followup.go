package programme

import (
	"time"
)

// FollowUp is coming back to a change some weeks after it was kept: is it still happening?
type FollowUp struct {
	ID, CouncilID, ChangeID int64
	Weeks                   int
	Due                     time.Time
	Asked                   bool
	Ended                   bool   // the change was taken up again
	Ref, Team, Zone         string // for lists
}

// FollowUpWeeks are how long after a change was kept the program comes back
// (DOMAIN.md section 4, rule 7).
var FollowUpWeeks = []int{4, 12}

// followUpHour is when, in the team's zone.
const followUpHour = 10

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
