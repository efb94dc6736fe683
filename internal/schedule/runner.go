package schedule

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// Store is what a Runner needs of storage.
type Store interface {
	// DueSchedules are those not paused whose next slot has come.
	DueSchedules(ctx context.Context, now time.Time) ([]programme.Schedule, error)
	// Schedule is one schedule; fault.Missing when there is none.
	Schedule(ctx context.Context, id string) (programme.Schedule, error)
	// Roster is a team with the members who can be asked.
	Roster(ctx context.Context, council, team int64) (programme.Team, []programme.Member, error)
	// Bank is what a team can be asked; never nothing.
	Bank(ctx context.Context, council, team int64) ([]programme.Prompt, error)
	// SoFar is what a team was asked and has tried, as of a time.
	SoFar(ctx context.Context, council, team int64, now time.Time) (programme.SoFar, error)
	// Calendar is on which days a council is closed.
	Calendar(ctx context.Context, council int64) (programme.Calendar, error)
	// Pause is the pause that a team is in on a day; fault.Missing when it is in none.
	Pause(ctx context.Context, council, team int64, on programme.Day) (programme.Pause, error)
	// Restored is when the database came back from a backup the last time; zero when it never did.
	Restored(ctx context.Context) (time.Time, error)
	// NextEvent is the earliest slot of a schedule, close of a round, of choosing or of a
	// pulse, or follow-up.
	NextEvent(ctx context.Context) (time.Time, bool, error)

	// OpenRound keeps, in one transaction, the slot, the round, its notices (which get the
	// round's id) and the schedule's next slot. opened is false when another process was
	// first. A zero next leaves the schedule where it is.
	OpenRound(ctx context.Context, r programme.Round, notices []programme.Notice, next programme.Slot) (made programme.Round, opened bool, err error)
	// SkipSlot keeps why a slot was not used, and moves the schedule on.
	SkipSlot(ctx context.Context, s programme.Schedule, slot, reason string, next programme.Slot) error
	// RoundsToClose are open rounds whose window is over.
	RoundsToClose(ctx context.Context, now time.Time) ([]programme.Round, error)
	// LastClose is when the last of a team's open rounds closes that do so before an instant;
	// the zero time when none does.
	LastClose(ctx context.Context, council, team int64, before time.Time) (time.Time, error)
	// CloseRound closes a round with its digest, if any and if anything was shared, in one transaction. A digest whose
	// key is there already tells of this round as well.
	CloseRound(ctx context.Context, council, round int64, digest *programme.Notice) error

	// Silent counts, for those of a team, the last questions that reached them without a word.
	Silent(ctx context.Context, council, team int64) (map[int64]int, error)
	// StopAsking has a member asked no more, and tells them so once.
	StopAsking(ctx context.Context, council, member int64, due time.Time) error

	// NudgeDays are the teams with the day for which each was last looked at.
	NudgeDays(ctx context.Context) ([]programme.NudgeDay, error)
	// Remind looks at the small changes of a team whose day has begun, and posts what each
	// reminds somebody of, in one transaction.
	Remind(ctx context.Context, team programme.NudgeDay, now time.Time) (reminded int, err error)
	// ToLookAt are the members for whom something waits that is to be looked at now.
	ToLookAt(ctx context.Context, now time.Time) ([]int64, error)
	// HandOut lets go what waits for these members as far as each can bear it now, in one
	// transaction.
	HandOut(ctx context.Context, members []int64, now time.Time) error

	// DueFollowUps are those whose time has come and that were not asked.
	DueFollowUps(ctx context.Context, now time.Time) ([]programme.FollowUp, error)
	// FollowUpByID is one of any council; fault.Missing when there is none.
	FollowUpByID(ctx context.Context, id int64) (programme.FollowUp, error)
	// FollowersOf are the members who follow a change, with its team.
	FollowersOf(ctx context.Context, council, change int64) (programme.Team, []programme.Member, error)
	// AskFollowUp marks a follow-up as asked, with its questions, in one transaction. first is
	// false when another process asked it.
	AskFollowUp(ctx context.Context, f programme.FollowUp, notices []programme.Notice) (first bool, err error)

	// ChoosingsToClose are open rounds of choosing whose time is over.
	ChoosingsToClose(ctx context.Context, now time.Time) ([]programme.Choosing, error)
	// CloseChoosing keeps a round's grid, deletes its dots, and tells the team, in one transaction.
	CloseChoosing(ctx context.Context, council, choosing int64) error

	// OpenPulse is as OpenRound, without notices. fault.Closed when the team has one open.
	OpenPulse(ctx context.Context, p programme.Pulse, next programme.Slot) (made programme.Pulse, opened bool, err error)
	// PulsesToInvite are open pulses that have no invitation in the outbox.
	PulsesToInvite(ctx context.Context) ([]programme.Pulse, error)
	// Invite puts all invitations into the outbox or none; the same key is the same message.
	Invite(ctx context.Context, council int64, notices []programme.Notice) error
	// PulseByID is one pulse of any council; fault.Missing when there is none.
	PulseByID(ctx context.Context, id int64) (programme.Pulse, error)
	// OpenPulses are the ids of all pulses that are not released.
	OpenPulses(ctx context.Context) ([]int64, error)
	// PulsesToClose are open pulses whose window is over.
	PulsesToClose(ctx context.Context, now time.Time) ([]programme.Pulse, error)
	// ReleasePulse keeps the result with its notice, if any, in one transaction. A pulse that is
	// released already stays as it is.
	ReleasePulse(ctx context.Context, council, pulse int64, r programme.Result, notice *programme.Notice) error
}

// Ballots is what a Runner needs of the ballots of open pulses.
type Ballots interface {
	// Open makes the ballot of a pulse for these members; again is no change.
	Open(ctx context.Context, p programme.Pulse, members []int64) error
	// Tally ends the replies and reads the totals; again is no change. fault.Closed when there is no ballot.
	Tally(ctx context.Context, pulse int64) (programme.Tally, error)
	// Destroy leaves nothing of a ballot; again is no change.
	Destroy(ctx context.Context, pulse int64) error
	// Sweep destroys every ballot but those of open pulses. It asks which are open after it
	// has seen what ballots there are.
	Sweep(ctx context.Context, open func(context.Context) ([]int64, error)) error
}

// What became of a slot or a round, as Observe hears it and the log writes it.
const (
	opened  = "opened"
	skipped = "skipped"
	closed  = "closed"
)

// How often a Runner looks at the clock: between ticks, and after one that failed.
const (
	poll      = time.Second
	afterFail = 15 * time.Second
)

// Runner opens and closes rounds and pulses as their schedules say. Any number of
// processes may run one over the same storage: each slot opens once.
type Runner struct {
	// Observe hears the kind and the outcome ("opened", "skipped", "closed") of every
	// round and pulse, for metrics. Set it before Run, or leave it nil.
	Observe func(kind programme.ScheduleKind, outcome string)

	store   Store
	ballots Ballots
	now     func() time.Time
	log     *slog.Logger
	kick    chan struct{}

	mu    sync.Mutex // one step at a time: a sweep must not meet a ballot being opened
	swept bool       // no ballot of a released pulse is left
	quiet time.Time  // no team's day begins before, unless a team is new
}

// New is a Runner that has not started.
func New(store Store, ballots Ballots, now func() time.Time, log *slog.Logger) *Runner {
	return &Runner{store: store, ballots: ballots, now: now, log: log, kick: make(chan struct{}, 1)}
}

// Run ticks every second, and when kicked, until ctx ends. Trouble is logged here and
// tried again after 15 seconds. It returns nil: being stopped is not an error.
func (r *Runner) Run(ctx context.Context) error {
	for {
		wait := poll
		if err := r.Tick(ctx); err != nil && ctx.Err() == nil {
			r.log.ErrorContext(ctx, "schedule failed", "error", err)
			wait = afterFail
		}
		select {
		case <-ctx.Done():
			return nil
		case <-r.kick:
		case <-time.After(wait):
		}
	}
}

// Kick makes Run tick at once, for when the clock or a schedule was changed.
func (r *Runner) Kick() {
	select {
	case r.kick <- struct{}{}:
	default: // a kick is waiting already
	}
}

// Next is when the next slot, or the close of a round or pulse, comes; ok is false when
// nothing is to come. It is what a clock that can be moved stops at.
func (r *Runner) Next(ctx context.Context) (at time.Time, ok bool, err error) {
	at, ok, err = r.store.NextEvent(ctx)
	if err != nil {
		return at, ok, err
	}
	teams, err := r.store.NudgeDays(ctx)
	for _, t := range teams {
		if next := t.Next(r.now()); !ok || next.Before(at) {
			at, ok = next, true
		}
	}
	return at, ok, err
}

// Tick does everything that is due now. What is over closes first, so that the next pulse
// of a team finds none open. Trouble with one thing does not keep the others waiting;
// whatever was left undone, also by a crash, is done by the next tick.
func (r *Runner) Tick(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	return errors.Join(
		r.sweep(ctx),
		each(ctx, r.store.PulsesToInvite, r.inviteLate),
		r.closeRounds(ctx, now),
		r.closePulses(ctx, now),
		r.closeChoosings(ctx, now),
		r.followUp(ctx, now),
		r.remind(ctx, now),
		r.openDue(ctx, now),
		r.handOut(ctx, now),
	)
}

// each does something with every item of a list, whatever becomes of the others.
func each[T any](ctx context.Context, list func(context.Context) ([]T, error), do func(context.Context, T) error) error {
	items, err := list(ctx)
	problems := []error{err}
	for _, item := range items {
		problems = append(problems, fault.Catch(func() error { return do(ctx, item) }))
	}
	return errors.Join(problems...)
}

func (r *Runner) openDue(ctx context.Context, now time.Time) error {
	due, err := r.store.DueSchedules(ctx, now)
	problems := []error{err}
	for _, s := range due {
		if err := fault.Catch(func() error { return r.due(ctx, s, now) }); err != nil {
			problems = append(problems, fmt.Errorf("schedule %s: %w", s.ID, err))
		}
	}
	return errors.Join(problems...)
}

// saw tells the log and the metrics what became of a round or pulse.
func (r *Runner) saw(ctx context.Context, kind programme.ScheduleKind, outcome string, about ...any) {
	r.log.InfoContext(ctx, string(kind)+" "+outcome, about...)
	if r.Observe != nil {
		r.Observe(kind, outcome)
	}
}
