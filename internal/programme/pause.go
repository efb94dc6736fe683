package programme

import (
	"time"

	"smallchanges/internal/fault"
)

// Pause is "not now": a team is left alone, as for an inspection or in August, and goes on
// by itself. Weeks of a pause are in no figure (DOMAIN.md section 5).
type Pause struct {
	ID, TeamID int64
	First      Day
	Until      Day // the first day after it
	Reason     string
}

// maxPause is how long a team can be left alone at once, in days.
const maxPause = 92

// On reports whether a day is part of the pause.
func (p Pause) On(d Day) bool { return p.First <= d && d < p.Until }

// Ends is when the team goes on: at the start of the first day after the pause.
func (p Pause) Ends(zone *time.Location) time.Time { return Instant(midnight(p.Until), zone) }

// Words are until when and why, as people read it after "Not now": "Until Monday 14 December:
// Inspection".
func (p Pause) Words() string {
	words := "Until " + p.Until.Short()
	if p.Reason != "" {
		words += ": " + p.Reason
	}
	return words
}

// MayPause reports whether a member may have a team left alone, and end it: a champion, deputy
// or leader their own, a coordinator any of the council.
func (m Member) MayPause(team int64) bool {
	return m.Is(Coordinator) || team == m.TeamID && m.Is(Champion, Deputy, Leader)
}

// AllowsPause is fault.Denied for whoever may not have a team left alone, nor end it.
func (m Member) AllowsPause(team int64) error {
	if m.MayPause(team) {
		return nil
	}
	return fault.New(fault.Denied, "Ask a champion or leader of the team to do this. For yourself, type /smallchange quiet.")
}

// NewPause checks a pause before it is kept. Wrong is fault.Invalid beside its field: until, reason.
func NewPause(p Pause, today Day) (Pause, error) {
	p.First, p.Reason = today, CleanLine(p.Reason)
	wrong := wrongFields{}
	wrong.when(p.Until <= today, "until", "Choose a day to come.")
	wrong.when(p.Until > today.Add(maxPause), "until", "Choose a day within three months.")
	wrong.when(tooLong(p.Reason, MaxLine), "reason", "Please keep it to one line of 200 characters.")
	return p, fault.Wrong(wrong)
}
