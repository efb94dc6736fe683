package offline_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"smallchanges/internal/offline"
)

// Whoever may look into a channel reads its members page by page; the scope depends on the
// kind of channel.
func TestMembersOfAChannelComeInPages(t *testing.T) {
	t.Parallel()
	b := open(t, manyScopes, func(o *offline.Options) {
		o.Manifest = []byte(strings.Replace(string(o.Manifest), `"channels:join"`, `"channels:join", "groups:read"`, 1))
		o.Channels = append(o.Channels, offline.Channel{ID: "C0OURS", Name: "ours", Private: true, Members: []string{"U0BEN"}, Bot: true})
	})
	ask := func(channel, cursor string, limit int) ([]string, string, error) {
		return b.api.GetUsersInConversationContext(t.Context(), &slack.GetUsersInConversationParameters{ChannelID: channel, Cursor: cursor, Limit: limit})
	}
	first, next, err := ask("C0TEAM", "", 2)
	if err != nil || !slices.Equal(first, []string{"U0ANA", "U0BEN"}) || next == "" {
		t.Fatalf("first page %v, then %q: %v", first, next, err)
	}
	last, next, err := ask("C0TEAM", next, 2)
	if err != nil || !slices.Equal(last, []string{b.BotID()}) || next != "" {
		t.Errorf("last page %v, then %q: %v", last, next, err)
	}
	_, _, err = ask("C0TEAM", "nowhere", 2)
	refused(t, "a cursor that is none", err, "invalid_cursor")
	if ours, _, err := ask("C0OURS", "", 0); err != nil || len(ours) != 2 {
		t.Errorf("a private channel that the app is in: %v, %v", ours, err)
	}
	_, _, err = ask("C0DARK", "", 0)
	refused(t, "a private channel that the app is not in", err, "channel_not_found")

	bare := open(t)
	_, _, err = bare.api.GetUsersInConversationContext(t.Context(), &slack.GetUsersInConversationParameters{ChannelID: "C0TEAM"})
	refused(t, "without the scope", err, "missing_scope")
}
