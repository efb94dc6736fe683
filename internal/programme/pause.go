package programme

import "smallchanges/internal/fault"

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

// Words are the pause as people read it.
func (p Pause) Words() string {
	words := "Not now, until " + p.Until.Short()
	if p.Reason != "" {
		words += ": " + p.Reason
	}
	return words
}

// NewPause checks a pause before it is kept. Champions, deputies, leaders and coordinators may
// ask for one; anybody else is fault.Denied. Wrong is fault.Invalid beside its field: until, reason.
func NewPause(by Member, p Pause, today Day) (Pause, error) {
	if !by.Is(Champion, Deputy, Leader, Coordinator) {
		return p, fault.New(fault.Denied, "Ask your champion to set this for the team. For yourself, use “snooze” or leave.")
	}
	p.First, p.Reason = today, CleanLine(p.Reason)
	wrong := wrongFields{}
	wrong.when(p.Until <= today, "until", "Choose a day to come.")
	wrong.when(p.Until > today.Add(maxPause), "until", "Choose a day within three months.")
	wrong.when(tooLong(p.Reason, MaxLine), "reason", "Please keep it to one line of 200 characters.")
	return p, fault.Wrong(wrong)
}
