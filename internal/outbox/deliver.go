package outbox

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

const (
	mostAttempts = 8               // of what fails for no reason that passes
	firstWait    = 2 * time.Second // then twice as long each time, and a quarter more or less
	longestWait  = 5 * time.Minute
	whenCrowded  = time.Second // to come back when a workspace's line is full
)

// line is where parcels for one workspace wait for a call.
type line struct {
	calls  chan struct{} // holds one for each call in flight
	queued int
}

// deliver takes one claimed parcel as far as it gets now, and settles it, also when ctx
// ends meanwhile: then a call that was begun is finished, and none is begun.
func (w *Worker) deliver(ending context.Context, p programme.Parcel, paced bool) {
	ctx := context.WithoutCancel(ending)
	outcome := w.attempt(ctx, p, paced, ending.Done())
	outcome.ID = p.ID
	if failed := outcome.State == programme.Sent && outcome.Reason != ""; failed || outcome.State == programme.Dead || outcome.State == programme.Unknown {
		w.Log.WarnContext(ctx, "parcel was not delivered", "parcel", p.ID, "kind", p.Notice.Kind,
			"state", outcome.State, "attempts", p.Attempts, "reason", outcome.Reason)
	}
	if outcome.State != programme.Due && outcome.State != programme.Sending {
		w.pace.forget(p.ID)
	}
	w.settle(ctx, outcome)
}

var errPanic = errors.New("drawing it panicked; the log says where")

// draw is the drawer, except that a panic in it costs one parcel and not the process: that
// would meet the same parcel again as soon as it is started.
func (w *Worker) draw(ctx context.Context, p programme.Parcel) (place chat.Place, card chat.Card, err error) {
	panicked := fault.Catch(func() error {
		place, card, err = w.drawer.Draw(ctx, p.Notice)
		return nil
	})
	if panicked != nil {
		w.Log.ErrorContext(ctx, "parcel cannot be drawn", "parcel", p.ID, "kind", p.Notice.Kind, "error", panicked)
		err = errPanic
	}
	return place, card, err
}

func (w *Worker) attempt(ctx context.Context, p programme.Parcel, paced bool, ending <-chan struct{}) programme.Outcome {
	inDoubt := p.State == programme.Sending && p.Message == "" // editing twice does no harm
	if from := p.AttemptedAt.Add(grace); inDoubt && w.Now().Before(from) {
		return programme.Outcome{State: programme.Sending, Due: from, Reason: p.Reason} // it may still arrive
	}
	place, card, err := w.draw(ctx, p)
	if err != nil {
		return edited(p, w.judge(p, "", err))
	}
	leave, ok := w.join(place.Workspace, paced, ending)
	if !ok {
		return w.later(p, w.Now().Add(whenCrowded))
	}
	defer leave()
	if inDoubt {
		return w.look(ctx, p, place)
	}
	if at := w.pace.grant(p.ID, place, w.Now(), paced); at.After(w.Now()) {
		return w.later(p, at)
	}
	call, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	message := chat.Message{Place: place, ID: p.Message}
	if p.Message != "" {
		err = w.sender.Edit(call, message, card)
	} else {
		message, err = w.sender.Send(call, place, card, key(p))
	}
	if err != nil {
		return edited(p, w.judge(p, place.Workspace, err))
	}
	return w.sent(message)
}

// edited is what trouble with the edit of a sent message means: it is tried again, or the
// message stays as it was sent.
func edited(p programme.Parcel, o programme.Outcome) programme.Outcome {
	if p.Message == "" || o.State == programme.Due || o.State == programme.Sending {
		return o
	}
	o.State, o.Message, o.Reason = programme.Sent, p.Message, "not edited: "+o.Reason
	return o
}

// join waits for one of the workspace's calls. ok is false when no call is to be begun any
// more, or too many wait already. Without pacing nobody is sent away to come back later,
// since on a clock that stands still they never would.
func (w *Worker) join(workspace string, paced bool, ending <-chan struct{}) (leave func(), ok bool) {
	w.mu.Lock()
	at := w.lines[workspace]
	if at == nil {
		at = &line{calls: make(chan struct{}, mostInFlight)}
		w.lines[workspace] = at
	}
	if paced && at.queued >= mostQueued {
		w.mu.Unlock()
		return nil, false
	}
	at.queued++
	w.mu.Unlock()
	leave = func() {
		<-at.calls
		w.mu.Lock()
		defer w.mu.Unlock()
		at.queued--
	}
	at.calls <- struct{}{}
	select {
	case <-ending:
		leave()
		return nil, false
	default:
		return leave, true
	}
}

// look finds out what became of a parcel whose answer was lost.
func (w *Worker) look(ctx context.Context, p programme.Parcel, place chat.Place) programme.Outcome {
	call, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	now := w.Now()
	message, found, err := w.sender.Find(call, place, key(p), p.AttemptedAt)
	switch {
	case found:
		return w.sent(message)
	case fault.Is(err, fault.Missing):
		return w.judge(p, place.Workspace, err)
	case fault.Is(err, fault.Denied) && p.Notice.Kind != programme.NoticePulse, err != nil && p.Attempts >= mostAttempts:
		return programme.Outcome{State: programme.Unknown, At: now, Reason: "it may have arrived, and could not be looked up"}
	case err != nil && !fault.Is(err, fault.Denied):
		return programme.Outcome{State: programme.Sending, Due: now.Add(wait(err, p.Attempts)), At: now, Reason: reason(err)}
	}
	// It is not there, or is an invitation that may come twice. As a parcel that is due it
	// gets a new time of its attempt, on disk, before it is sent again. That is no failure
	// of its own, however often: a process that died with it, before any call, counts too.
	return programme.Outcome{State: programme.Due, Due: now, At: now}
}

// judge decides what an error means for a parcel. Only a refusal of the platform itself
// names the workspace, and only that one has to wait as a whole.
func (w *Worker) judge(p programme.Parcel, workspace string, err error) programme.Outcome {
	now := w.Now()
	o := programme.Outcome{State: programme.Due, At: now, Reason: reason(err)}
	switch kind := fault.Of(err); {
	case kind == fault.Stale:
		o.State = programme.Dropped
	case kind == fault.Missing, kind == fault.Closed && p.Message != "":
		o.State = programme.Dead
	case workspace != "" && (kind == fault.Unsure || errors.Is(err, context.DeadlineExceeded)):
		o.State, o.Due = programme.Sending, now.Add(grace)
	case kind == fault.Busy:
		o.Due = now.Add(wait(err, p.Attempts))
		if workspace != "" && fault.Wait(err) > 0 {
			w.pace.pause(workspace, o.Due)
		}
	case p.Attempts >= mostAttempts:
		o.State = programme.Dead
	default:
		o.Due = now.Add(wait(err, p.Attempts))
	}
	if p.State == programme.Sending { // still in doubt, since it was neither found nor missed
		switch o.State {
		case programme.Due:
			o.State = programme.Sending
		case programme.Dead:
			o.State = programme.Unknown
		}
	}
	return o
}

func (w *Worker) sent(m chat.Message) programme.Outcome {
	return programme.Outcome{State: programme.Sent, At: w.Now(), Message: m.ID}
}

// later puts a parcel back without having tried it.
func (w *Worker) later(p programme.Parcel, at time.Time) programme.Outcome {
	return programme.Outcome{State: p.State, Due: at, Reason: p.Reason}
}

// wait is how long to wait after an attempt: what the platform asked for, else growing, and
// never the same for parcels that failed together.
func wait(err error, attempts int) time.Duration {
	if asked := fault.Wait(err); asked > 0 {
		return asked
	}
	d := longestWait
	if doublings := attempts - 1; doublings < 8 {
		d = min(firstWait<<max(doublings, 0), longestWait)
	}
	return d*3/4 + rand.N(d/2)
}

// reason is an error as an operator reads it beside a parcel.
func reason(err error) string {
	words := fault.Words(err)
	if words == "" {
		words = err.Error()
	}
	return fmt.Sprintf("%.200s", words)
}

// key marks a parcel's message on its platform, where others can read it: always the same
// for one notice, also when the database came back from a backup, and it tells nothing.
func key(p programme.Parcel) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "notice %d %s", p.Notice.Council, p.Notice.Key))
	return hex.EncodeToString(sum[:16])
}
