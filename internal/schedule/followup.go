package schedule

import (
	"context"
	"fmt"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// waitFor is how long a question of a follow-up waits for somebody's next working day. Who
// does not work within that time is not asked.
const waitFor = 14 * 24 * time.Hour

// followUp comes back to the changes that were kept some weeks ago.
func (r *Runner) followUp(ctx context.Context, now time.Time) error {
	due := func(ctx context.Context) ([]programme.FollowUp, error) { return r.store.DueFollowUps(ctx, now) }
	return each(ctx, due, func(ctx context.Context, f programme.FollowUp) error {
		_, err := r.askFollowUp(ctx, f, now, false)
		return err
	})
}

// askFollowUp asks everybody who follows the change, each on their next working day that is
// no bank holiday, or at once.
func (r *Runner) askFollowUp(ctx context.Context, f programme.FollowUp, now time.Time, atOnceAll bool) (asked int, err error) {
	team, members, err := r.store.FollowersOf(ctx, f.CouncilID, f.ChangeID)
	if err != nil {
		return 0, err
	}
	who := atOnce(members, now)
	if !atOnceAll {
		if who, err = r.followers(ctx, f, members, f.Begins(now, team.Location())); err != nil {
			return 0, err
		}
	}
	notices := make([]programme.Notice, len(who))
	for i, in := range who {
		notices[i] = programme.Notice{
			Key: fmt.Sprintf("still:%d:%d", f.ID, in.member), Kind: programme.NoticeFollowUp, Member: in.member, Due: in.due,
			AtOnce: atOnceAll,
		}
	}
	first, err := r.store.AskFollowUp(ctx, f, notices)
	if err != nil || !first {
		return 0, err
	}
	r.saw(ctx, programme.FollowUpSchedule, opened, "change", f.Ref, "weeks", f.Weeks)
	return len(who), nil
}

// followers are those of a change's followers who can be asked within the next weeks. Nobody
// is written to when they may have been asked before the database came back from a backup, nor
// weeks too late, when the program was down: the question is on their own page.
func (r *Runner) followers(ctx context.Context, f programme.FollowUp, members []programme.Member, from time.Time) ([]invitee, error) {
	restored, err := r.store.Restored(ctx)
	if err != nil || !f.Due.After(restored) || r.now().Sub(f.Due) > waitFor {
		return nil, err
	}
	calendar, err := r.store.Calendar(ctx, f.CouncilID)
	return invitees(members, from, from.Add(waitFor), calendar.Holiday), err
}

// RunFollowUp asks a follow-up now, whatever the day or hour; asked is how many people. One
// that was asked already is fault.Closed.
func (r *Runner) RunFollowUp(ctx context.Context, id int64) (asked int, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f, err := r.store.FollowUpByID(ctx, id)
	if err != nil {
		return 0, err
	}
	if f.Asked {
		return 0, fault.New(fault.Closed, "That follow-up was asked already.")
	}
	return r.askFollowUp(ctx, f, r.now(), true)
}

// closeChoosings closes the rounds of choosing together whose time is over.
func (r *Runner) closeChoosings(ctx context.Context, now time.Time) error {
	over := func(ctx context.Context) ([]programme.Choosing, error) { return r.store.ChoosingsToClose(ctx, now) }
	return each(ctx, over, func(ctx context.Context, c programme.Choosing) error {
		if err := r.store.CloseChoosing(ctx, c.CouncilID, c.ID); err != nil {
			return err
		}
		r.saw(ctx, programme.ChoosingSchedule, closed, "choosing", c.ID)
		return nil
	})
}
