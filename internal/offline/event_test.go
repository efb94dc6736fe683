package offline_test

import (
	"encoding/json"
	"strings"
	"testing"

	"smallchanges/internal/offline"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"
)

// told is what an app hears of a message.
type told struct {
	Type    string `json:"type"`
	Sort    string `json:"channel_type"`
	User    string `json:"user"`
	Text    string `json:"text"`
	BotID   string `json:"bot_id"`
	Channel string `json:"channel"`
}

// hears connects an app that asks for these events, and returns the next one.
func hears(t *testing.T, events string, change ...func(*offline.Options)) (*bench, func() told) {
	t.Helper()
	b := open(t, append([]func(*offline.Options){func(o *offline.Options) {
		o.Manifest = []byte(strings.Replace(manifest, `"user_change"`, events+`, "user_change"`, 1))
	}}, change...)...)
	heard := make(chan told, 16)
	b.answer(func(e envelope, _ payload) any {
		var p struct{ Event told }
		_ = json.Unmarshal(e.Payload, &p) // an empty event shows in the test
		heard <- p.Event
		return nil
	})
	return b, func() told { return <-heard }
}

func TestTheAppHearsOfMessagesWhereItIsAndAskedTo(t *testing.T) {
	t.Parallel()
	b, next := hears(t, `"message.channels", "message.im"`, func(o *offline.Options) {
		o.Channels = append(o.Channels, offline.Channel{ID: "C0DARK", Name: "dark", Private: true, Members: []string{"U0ANA"}, Bot: true})
	})
	ana := b.As("U0ANA")
	for _, c := range []struct{ in, sort string }{{"C0ELSE", ""}, {"C0DARK", ""}, {"C0TEAM", "channel"}, {"D0ANA", "im"}} {
		b.must(ana.Say(c.in, "hello <@U0BEN>"))
		if c.sort == "" {
			continue // it is not a member, or did not ask: heard below if it were
		}
		if diff := cmp.Diff(told{"message", c.sort, "U0ANA", "hello <@U0BEN>", "", c.in}, next()); diff != "" {
			t.Error(diff)
		}
	}
	_, _, err := b.api.PostMessageContext(t.Context(), "U0ANA", text("mine"))
	b.must(err)
	if got := next(); got.Text != "mine" || got.BotID == "" {
		t.Errorf("of its own message the app heard %+v", got)
	}
}

func TestAMentionOfTheAppIsAnEventOfItsOwn(t *testing.T) {
	t.Parallel()
	b, next := hears(t, `"app_mention"`)
	b.must(b.As("U0ANA").Say("C0TEAM", "no mention"))
	b.must(b.As("U0ANA").Say("C0TEAM", "hello <@"+b.BotID()+">"))
	if got := next(); got.Type != "app_mention" || !strings.HasPrefix(got.Text, "hello") {
		t.Errorf("heard %+v", got)
	}
}

func TestWhatPeopleTypeCannotForgeAMention(t *testing.T) {
	t.Parallel()
	b, next := hears(t, `"message.channels"`)
	b.must(b.As("U0ANA").Say("C0TEAM", "<!channel> <@U0NONE> a < b & c"))
	if got, want := next().Text, "&lt;!channel&gt; &lt;@U0NONE&gt; a &lt; b &amp; c"; got != want {
		t.Errorf("heard %s, want %s", got, want)
	}
}

func TestAShortcutOnAMessageBringsTheMessage(t *testing.T) {
	t.Parallel()
	b := open(t)
	heard := make(chan slack.InteractionCallback, 1)
	b.answer(func(e envelope, _ payload) any {
		var i slack.InteractionCallback
		_ = json.Unmarshal(e.Payload, &i) // an empty one shows below
		heard <- i
		return nil
	})
	b.must(b.As("U0BEN").Say("C0TEAM", "a good idea"))
	b.must(b.As("U0ANA").Shortcut("turn", "C0TEAM", stamp(b.clock.Now())))
	got := <-heard
	if got.Type != slack.InteractionTypeMessageAction || got.CallbackID != "turn" || got.User.ID != "U0ANA" || got.Message.Text != "a good idea" || got.Message.User != "U0BEN" {
		t.Errorf("the app heard %+v", got)
	}
	if b.As("U0ANA").Shortcut("turn", "C0TEAM", "1.000000") == nil {
		t.Error("a message that is not there was turned")
	}
}
