package bot

import (
	"context"

	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
)

// away is word of somebody's chat status. Whom no council knows is no news here, and nobody is
// looked up for it: most people of a workspace are in no team.
func (b *Bot) away(ctx context.Context, ev chat.Event, did chat.Away) (chat.Reply, error) {
	m, _, err := b.store.Member(ctx, ev.Actor.Workspace, ev.Actor.ID)
	if err == nil {
		err = b.store.Hint(ctx, m.CouncilID, m.ID, programme.BelieveAway(did.Until, ev.At))
	}
	return chat.Done{}, unlessMissing(err)
}
