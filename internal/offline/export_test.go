package offline

import (
	"encoding/json"
	"time"
)

// Dialog is a person's uppermost dialog as their page has it, or nil.
func (a Actor) Dialog() json.RawMessage {
	a.w.mu.Lock()
	defer a.w.mu.Unlock()
	v := a.w.desk(a.id).top()
	if v == nil {
		return nil
	}
	raw, err := json.Marshal(v.json())
	if err != nil {
		panic(err) // it was JSON when it came
	}
	return raw
}

// Dialogs is how many lie on one another.
func (a Actor) Dialogs() int {
	a.w.mu.Lock()
	defer a.w.mu.Unlock()
	return len(a.w.desk(a.id).modals)
}

// PingEvery changes how often sockets opened from now on are pinged.
func (w *Workspace) PingEvery(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pingEvery = d
}

// UsualPing is how often they are pinged otherwise.
const UsualPing = pingEvery
