package programme

import "time"

// HomePage is somebody's own page that is due to be drawn again.
type HomePage struct {
	CouncilID, Member int64
	Due               time.Time
	News              int64  // counts what has changed on it
	Shown             string // a digest of what the person sees now
}
