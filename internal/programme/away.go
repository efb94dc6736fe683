package programme

import "time"

// MostAway is the longest that a chat status is believed to mean that somebody is away. Who is
// away for longer says so as leave, or shows the status still when it changes the next time.
const MostAway = 14 * 24 * time.Hour

// BelieveAway is until when somebody is taken to be away whose chat status says until. The zero
// time means they are here: the status says so, or ran out before it was heard of.
func BelieveAway(until, now time.Time) time.Time {
	if !until.After(now) {
		return time.Time{}
	}
	if most := now.Add(MostAway); until.After(most) {
		return most
	}
	return until
}
