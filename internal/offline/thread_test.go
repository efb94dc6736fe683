package offline_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/slack-go/slack"
)

// under posts a message of the app under another.
func (b *bench) under(ts, words string) string {
	b.t.Helper()
	_, at, err := b.api.PostMessageContext(b.t.Context(), "C0TEAM", text(words), slack.MsgOptionTS(ts))
	b.must(err)
	return at
}

// thread is a page of what goes under a message of the team's channel, as "words of first".
func (b *bench) thread(p slack.GetConversationRepliesParameters) (list []string, next string) {
	b.t.Helper()
	p.ChannelID = "C0TEAM"
	page, more, next, err := b.api.GetConversationRepliesContext(b.t.Context(), &p)
	b.must(err)
	if more != (next != "") {
		b.t.Errorf("more is %v, and the next page is %q", more, next)
	}
	for _, m := range page {
		list = append(list, m.Text+" of "+m.ThreadTimestamp)
	}
	return list, next
}

func TestAnswersHangOnTheMessageTheyAnswer(t *testing.T) {
	t.Parallel()
	b := open(t, manyScopes)
	ctx := t.Context()
	_, root, err := b.api.PostMessageContext(ctx, "C0TEAM", text("root"))
	b.must(err)
	b.under(root, "one")
	second := b.under(root, "two")
	b.must(b.As("U0BEN").Answer("C0TEAM", root, "three"))

	history, err := b.api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{ChannelID: "C0TEAM"})
	b.must(err)
	if m := history.Messages; len(m) != 1 || m[0].Text != "root" || m[0].ReplyCount != 3 || m[0].ThreadTimestamp != root {
		t.Errorf("in the channel there is %+v", m)
	}
	of := func(words ...string) (list []string) {
		for _, word := range words {
			list = append(list, word+" of "+root)
		}
		return list
	}
	for name, c := range map[string]struct {
		ask  slack.GetConversationRepliesParameters
		want []string
		more bool
	}{
		"the whole thread":    {slack.GetConversationRepliesParameters{Timestamp: root}, of("root", "one", "two", "three"), false},
		"from one of its own": {slack.GetConversationRepliesParameters{Timestamp: second}, of("root", "one", "two", "three"), false},
		"a page":              {slack.GetConversationRepliesParameters{Timestamp: root, Limit: 2}, of("root", "one", "two"), true},
		"the next page":       {slack.GetConversationRepliesParameters{Timestamp: root, Limit: 2, Cursor: second}, of("root", "three"), false},
		"the latter part":     {slack.GetConversationRepliesParameters{Timestamp: root, Oldest: second}, of("root", "two", "three"), false},
	} {
		if got, next := b.thread(c.ask); !slices.Equal(got, c.want) || c.more != (next != "") {
			t.Errorf("%s: %v, then %q; want %v", name, got, next, c.want)
		}
	}
	_, _, _, err = b.api.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{ChannelID: "C0TEAM", Timestamp: "1.000000"})
	refused(t, "of a message that is not there", err, "thread_not_found")
	_, _, _, err = open(t).api.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{ChannelID: "C0TEAM", Timestamp: root})
	refused(t, "without the scope", err, "missing_scope")
}

// Slack is silent about both, and a bot that counts on threads would not notice.
func TestAnAnswerToNothingIsToldLoudly(t *testing.T) {
	t.Parallel()
	b := open(t, manyScopes)
	_, root, err := b.api.PostMessageContext(t.Context(), "C0TEAM", text("root"))
	b.must(err)
	first := b.under(root, "one")
	b.under(first, "to the answer")
	b.under("1.000000", "to nothing")
	if got, _ := b.thread(slack.GetConversationRepliesParameters{Timestamp: root}); len(got) != 3 || got[2] != "to the answer of "+root {
		t.Errorf("the thread holds %v", got)
	}
	if got := b.seen("U0BEN"); !strings.Contains(got, "to nothing") {
		t.Errorf("Ben sees %q", got)
	}
	said := b.Troubles()
	if len(said) != 2 || !strings.Contains(said[0].Text, "under an answer") || !strings.Contains(said[1].Text, "not there") {
		t.Errorf("troubles: %+v", said)
	}
}
