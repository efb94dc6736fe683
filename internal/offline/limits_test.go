package offline_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"smallchanges/internal/offline"

	"github.com/slack-go/slack"
)

func TestEachMethodHasALimitOfItsOwn(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *offline.Options) { o.Limits = true })
	ctx := t.Context()
	list := func() error {
		_, _, err := b.api.GetConversationsContext(ctx, &slack.GetConversationsParameters{})
		return err
	}
	for range 20 { // tier 2: 20 a minute
		b.must(list())
	}
	limited, ok := errors.AsType[*slack.RateLimitedError](list())
	if !ok || limited.RetryAfter < time.Second {
		t.Errorf("the 21st in a minute: %v", limited)
	}
	if _, err := b.api.GetUserInfoContext(ctx, "U0ANA"); err != nil {
		t.Errorf("another method is limited too: %v", err)
	}
	b.clock.add(61 * time.Second)
	b.must(list())
	if n := b.Calls("conversations.list"); n != 22 {
		t.Errorf("%d calls are counted, want 22: the refused one too", n)
	}
}

func TestOneConversationHasOneLimitUnderBothItsNames(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *offline.Options) { o.Limits = true })
	var refusals int
	for range 2 {
		for _, to := range []string{"U0ANA", "D0ANA"} {
			if _, _, err := b.api.PostMessageContext(t.Context(), to, text("x")); err != nil {
				refusals++
			}
		}
	}
	if refusals != 1 {
		t.Errorf("of 4 messages at once %d were refused, want the last", refusals)
	}
	_, _, err := b.api.PostMessageContext(t.Context(), "U0BEN", text("x"))
	b.must(err)
}

func TestWithoutLimitsNothingIsHeldBack(t *testing.T) {
	t.Parallel()
	b := open(t)
	for range 30 {
		_, _, err := b.api.PostMessageContext(t.Context(), "C0TEAM", text("x"))
		b.must(err)
	}
}

// A caller cannot tell a lost answer from a lost request, and this is how to try that.
func TestAnAnswerCanBeLostAfterItsEffect(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault offline.Fault
		seen  string
	}{
		"before the effect": {offline.Fault{Status: http.StatusBadGateway}, ""},
		"after the effect":  {offline.Fault{After: true}, "hello"},
	} {
		b := open(t)
		b.Fail("chat.postMessage", c.fault)
		if _, _, err := b.api.PostMessageContext(t.Context(), "C0TEAM", text("hello")); err == nil {
			t.Errorf("%s: the call did not fail", name)
		}
		if got := b.seen("U0ANA"); got != c.seen {
			t.Errorf("%s: Ana sees %q, want %q", name, got, c.seen)
		}
	}
}

// A number of messages that makes no sense must not end the workspace.
func TestHistoryTakesAnyLimit(t *testing.T) {
	t.Parallel()
	b := open(t, manyScopes)
	for range 3 {
		b.must(b.As("U0ANA").Say("C0TEAM", "hello"))
	}
	for limit, want := range map[string]int{"0": 1, "-3": 1, "2": 2, "9999": 3, "many": 3, "": 3} {
		got := b.get("/api/conversations.history?channel=C0TEAM&token=" + b.BotToken() + "&limit=" + limit)
		if n := strings.Count(got, `"hello"`); n != want {
			t.Errorf("with the limit %q: %d messages, want %d: %s", limit, n, want, got)
		}
	}
}
