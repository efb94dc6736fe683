package offline

import "time"

// Status is what stands beside a person's name for all to see.
type Status struct {
	Emoji string    // as a code, e.g. ":palm_tree:"
	Text  string    // e.g. "On holiday"
	Until time.Time // it is gone then; the zero time leaves it until it is changed
}

// onHoliday is the status that the page offers, as Slack does itself.
var onHoliday = Status{Emoji: ":palm_tree:", Text: "On holiday"}

// SetStatus sets the person's status, or clears it with the zero one; the app hears user_change.
func (a Actor) SetStatus(s Status) error {
	a.w.mu.Lock()
	_, err := a.w.actor(a.id)
	a.w.mu.Unlock()
	if err == nil {
		a.w.ChangePerson(a.id, func(p *Person) { p.Status = s })
	}
	return err
}

// statusJSON is a person's status as a profile holds it: all three are always there. The
// caller holds mu.
func (w *Workspace) statusJSON(p *Person) obj {
	s := p.Status
	if !s.Until.IsZero() && !s.Until.After(w.opt.Now()) {
		s = Status{}
	}
	until := int64(0)
	if !s.Until.IsZero() {
		until = s.Until.Unix()
	}
	return obj{"status_emoji": s.Emoji, "status_text": s.Text, "status_expiration": until}
}

// Snooze asks for no notifications until an instant, and with the zero time for all of them
// again. The app hears dnd_updated_user, which does not say that it is a snooze: as at Slack
// only the person's own devices are told that.
func (a Actor) Snooze(until time.Time) error {
	w := a.w
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, err := w.actor(a.id); err != nil {
		return err
	}
	status := obj{"dnd_enabled": false, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1}
	if !until.IsZero() {
		status = obj{"dnd_enabled": true, "next_dnd_start_ts": w.opt.Now().Unix(), "next_dnd_end_ts": until.Unix()}
	}
	w.emit("dnd_updated_user", obj{"type": "dnd_updated_user", "user": a.id, "dnd_status": status, "event_ts": w.stamp()})
	return nil
}
