package slack

import (
	"time"

	"smallchanges/internal/chat"
)

// awayStatus are the statuses that mean being away: of the five that Slack offers everybody, the
// two for "Vacationing" and "Out sick". (Slack's clients get them as the workspace's preference
// custom_status_presets; the others are a meeting, the way to work, and working remotely.) What
// people write beside an emoji is never read.
var awayStatus = map[string]bool{":palm_tree:": true, ":face_with_thermometer:": true}

// awayFor is how long a status counts that its owner set no end to: they may forget it.
const awayFor = 24 * time.Hour

// slackDND is when somebody has no notifications. Slack documents for events about others only
// dnd_enabled and the next start and end, and tells a snooze to the person's own devices:
// docs.slack.dev/reference/events/dnd_updated_user. Both are read.
type slackDND struct {
	Enabled  bool  `json:"dnd_enabled"`
	Start    int64 `json:"next_dnd_start_ts"` // Unix seconds, as the rest
	End      int64 `json:"next_dnd_end_ts"`
	Snoozed  bool  `json:"snooze_enabled"`
	SnoozeTo int64 `json:"snooze_endtime"`
}

// changed decodes a profile that is another now: an account that was closed, or a status, which
// comes again with every other change.
func (in *incoming) changed(u slackUser) {
	switch {
	case !u.of(in.event.Actor.Workspace):
		return
	case u.Deleted:
		in.kind, in.event.Did = kindLeft, chat.Left{}
	case !awayStatus[u.Profile.Emoji]:
		in.kind, in.event.Did = kindAway, chat.Away{}
	case u.Profile.Until > 0:
		in.kind, in.event.Did = kindAway, chat.Away{Until: time.Unix(u.Profile.Until, 0).UTC()}
	default:
		in.kind, in.event.Did = kindAway, chat.Away{Until: in.event.At.Add(awayFor)}
	}
}

// snoozed decodes somebody's do-not-disturb when it holds now. One that begins later is their
// nightly hours, and one that ended is no news: their status may say still that they are away.
// An event in the night looks like a snooze until the morning, and does no harm: nobody is
// written to at night.
func (in *incoming) snoozed(d slackDND) {
	now := in.event.At.Add(findSkew).Unix()
	switch {
	case d.Snoozed && d.SnoozeTo > 0:
		in.kind, in.event.Did = kindAway, chat.Away{Until: time.Unix(d.SnoozeTo, 0).UTC()}
	case d.Enabled && d.Start <= now && d.End > now:
		in.kind, in.event.Did = kindAway, chat.Away{Until: time.Unix(d.End, 0).UTC()}
	}
}
