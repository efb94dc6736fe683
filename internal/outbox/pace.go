package outbox

import (
	"maps"
	"sync"
	"time"

	"smallchanges/internal/chat"
)

// between is the least time between two messages to one channel or person. It is what
// Slack asks of apps (its rate limits: one message a second to a channel).
const between = time.Second

// manyPlaces is when places that are free again are forgotten.
const manyPlaces = 4096

// pacer says when a message may be sent: one a second to one place, the workspaces' own
// rate, and never before a platform's wait is over. Places and workspaces do not hold each
// other up: a place's turn is taken when a message is sent, a workspace's when it is asked
// for, so that everyone who waits for a workspace has a turn of their own.
type pacer struct {
	interval time.Duration // between two messages to one workspace; 0 has no limit

	mu     sync.Mutex
	places map[chat.Place]time.Time // when the place is free again
	next   map[string]time.Time     // the workspace's next turn that nobody has
	paused map[string]time.Time     // until when the platform refuses the workspace
	turns  map[int64]turn           // by parcel
}

type turn struct {
	workspace string
	at        time.Time
}

func newPacer(rate float64) *pacer {
	p := &pacer{
		places: map[chat.Place]time.Time{}, next: map[string]time.Time{},
		paused: map[string]time.Time{}, turns: map[int64]turn{},
	}
	if rate > 0 {
		p.interval = time.Duration(float64(time.Second) / rate)
	}
	return p
}

// grant is when a parcel may be sent: now, or the instant at which to ask again. Without
// pacing only the platform's own waits count.
func (p *pacer) grant(parcel int64, to chat.Place, now time.Time, paced bool) time.Time {
	to.Thread = "" // what goes under a message goes to the same channel
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := p.paused[to.Workspace]; until.After(now) && !paced {
		return until
	}
	if !paced {
		return now
	}
	if free := p.places[to]; free.After(now) {
		return free
	}
	if at := p.turn(parcel, to.Workspace, now); at.After(now) {
		return at
	}
	delete(p.turns, parcel)
	if len(p.places) >= manyPlaces {
		maps.DeleteFunc(p.places, func(_ chat.Place, free time.Time) bool { return !free.After(now) })
	}
	p.places[to] = now.Add(between)
	return now
}

// turn is the parcel's turn with its workspace.
func (p *pacer) turn(parcel int64, workspace string, now time.Time) time.Time {
	if t, ok := p.turns[parcel]; ok {
		return t.at
	}
	at := now
	for _, earliest := range []time.Time{p.next[workspace], p.paused[workspace]} {
		if earliest.After(at) {
			at = earliest
		}
	}
	p.next[workspace] = at.Add(p.interval)
	p.turns[parcel] = turn{workspace, at}
	return at
}

// forget ends the turn of a parcel that will not come for it.
func (p *pacer) forget(parcel int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.turns, parcel)
}

// pause stops a workspace until its platform takes messages again. Turns that were given
// are taken back, and given anew from then on, one after the other.
func (p *pacer) pause(workspace string, until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until.After(p.paused[workspace]) {
		p.paused[workspace] = until
		p.next[workspace] = until
	}
	maps.DeleteFunc(p.turns, func(_ int64, t turn) bool { return t.workspace == workspace })
}
