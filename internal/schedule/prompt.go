package schedule

import (
	"context"
	"time"

	"smallchanges/internal/programme"
)

// nextPrompt is what a schedule's team is asked next. What any schedule of the team asked
// counts, so that two of them do not repeat each other.
func (r *Runner) nextPrompt(ctx context.Context, s programme.Schedule, now time.Time, zone *time.Location) (programme.Prompt, error) {
	bank, err := r.store.Bank(ctx, s.CouncilID, s.TeamID)
	if err != nil {
		return programme.Prompt{}, err
	}
	so, err := r.store.SoFar(ctx, s.CouncilID, s.TeamID, now)
	if err != nil {
		return programme.Prompt{}, err
	}
	return programme.NextPrompt(bank, so, now, zone), nil
}
