package offline_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"smallchanges/internal/offline"

	"github.com/slack-go/slack"
)

func TestTokensAndArgumentsAreTakenAsSlackTakesThem(t *testing.T) {
	t.Parallel()
	b := open(t)
	const form, json = "application/x-www-form-urlencoded", "application/json"
	for _, c := range []struct{ name, method, token, kind, body, want string }{
		{"token in the header, JSON", "chat.postMessage", b.BotToken(), json, `{"channel":"C0TEAM","text":"hello"}`, `"ok":true`},
		{"token in the body, form", "chat.postMessage", "", form, "channel=C0TEAM&text=hello&token=" + b.BotToken(), `"ok":true`},
		{"blocks of null count as none", "chat.postMessage", b.BotToken(), json, `{"channel":"C0TEAM","text":"hello","blocks":null}`, `"ok":true`},
		{"blocks as JSON in a form", "chat.postMessage", b.BotToken(), form, `channel=C0TEAM&blocks=[{"type":"divider"}]`, `"ok":true`},
		{"no token", "chat.postMessage", "", form, "channel=C0TEAM&text=hello", "not_authed"},
		{"another's token", "chat.postMessage", "xoxb-wrong", json, `{}`, "invalid_auth"},
		{"the app's token is not the bot's", "auth.test", b.AppToken(), json, `{}`, "invalid_auth"},
		{"no such method", "chat.shout", b.BotToken(), json, `{}`, "unknown_method"},
		{"a scope that was not granted", "users.lookupByEmail", b.BotToken(), json, `{"email":"a@b"}`, `"needed":"users:read.email"`},
		{"broken JSON", "chat.postMessage", b.BotToken(), json, `{"channel":`, "invalid_form_data"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.url+"/api/"+c.method, strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", c.kind)
			if c.token != "" {
				req.Header.Set("Authorization", "Bearer "+c.token)
			}
			if got := fetch(t, req); !strings.Contains(got, c.want) {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// fetch is the body of the answer.
func fetch(t *testing.T, req *http.Request) string {
	t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.Status + " " + string(body)
}

func TestWhatSlackRefusesIsRefusedInItsWords(t *testing.T) {
	t.Parallel()
	b := open(t)
	ctx := t.Context()
	b.Deactivate("U0BEN")
	post := func(to string, o ...slack.MsgOption) error {
		_, _, err := b.api.PostMessageContext(ctx, to, o...)
		return err
	}
	refused(t, "nothing to say", post("C0TEAM"), "no_text")
	refused(t, "no such channel", post("C0NONE", text("x")), "channel_not_found")
	refused(t, "the app is not in it", post("C0ELSE", text("x")), "not_in_channel")
	refused(t, "somebody who left", post("U0BEN", text("x")), "user_disabled")
	long := slack.NewSectionBlock(slack.NewTextBlockObject(slack.MarkdownType, strings.Repeat("x", 3_001), false, false), nil, nil)
	err := post("C0TEAM", slack.MsgOptionBlocks(long))
	refused(t, "a block that is too long", err, "invalid_blocks")
	var detail slack.SlackErrorResponse
	if !errors.As(err, &detail) || !strings.Contains(strings.Join(detail.ResponseMetadata.Messages, " "), "json-pointer:/blocks/0") {
		t.Errorf("it does not say which block: %+v", detail.ResponseMetadata)
	}
	_, err = b.api.PostEphemeralContext(ctx, "C0TEAM", "U0GUY", text("x"))
	refused(t, "a whisper to somebody who is not here", err, "user_not_in_channel")
	_, _, _, err = b.api.UpdateMessageContext(ctx, "C0TEAM", "1.000001", text("x"))
	refused(t, "a message that was never sent", err, "message_not_found")
	b.must(b.As("U0ANA").Say("C0TEAM", "mine")) // the first message here, so its time is the clock's
	_, _, _, err = b.api.UpdateMessageContext(ctx, "C0TEAM", stamp(b.clock.Now()), text("x"))
	refused(t, "somebody else's message", err, "cant_update_message")
	b.Archive("C0TEAM")
	refused(t, "an archived channel", post("C0TEAM", text("x")), "is_archived")
}

// stamp is a time as messages carry it.
func stamp(at time.Time) string { return fmt.Sprintf("%d.%06d", at.Unix(), at.Nanosecond()/1000) }

func TestATextThatIsCutOffIsToldLoudly(t *testing.T) {
	t.Parallel()
	b := open(t)
	_, _, err := b.api.PostMessageContext(t.Context(), "C0TEAM", text(strings.Repeat("x", 40_001)))
	b.must(err)
	b.troubled("40,000 characters")
}

func TestMessagesRiseStrictlyAndAreFoundAgain(t *testing.T) {
	t.Parallel()
	b := open(t)
	var stamps []string
	for range 20 { // the clock stands still
		_, ts, err := b.api.PostMessageContext(t.Context(), "U0ANA", text("hello"))
		b.must(err)
		stamps = append(stamps, ts)
	}
	if !slices.IsSorted(stamps) || len(slices.Compact(slices.Clone(stamps))) != 20 || len(stamps[0]) != len("1234567890.123456") {
		t.Errorf("time stamps %v", stamps)
	}
	ch, _, _, err := b.api.OpenConversationContext(t.Context(), &slack.OpenConversationParameters{Users: []string{"U0ANA"}})
	b.must(err)
	var found []string
	cursor := ""
	for {
		page, err := b.api.GetConversationHistoryContext(t.Context(), &slack.GetConversationHistoryParameters{ChannelID: ch.ID, Limit: 8, Cursor: cursor})
		b.must(err)
		for _, m := range page.Messages {
			found = append(found, m.Timestamp)
		}
		if cursor = page.ResponseMetaData.NextCursor; cursor == "" {
			break
		}
	}
	slices.Reverse(found) // the newest comes first
	if !slices.Equal(found, stamps) {
		t.Errorf("found %v, sent %v", found, stamps)
	}
}

func TestPeopleAreWhoTheyAre(t *testing.T) {
	t.Parallel()
	b := open(t)
	heard := make(chan string, 1)
	b.answer(func(_ envelope, p payload) any { heard <- p.Event.Type; return nil })
	ben, err := b.api.GetUserInfoContext(t.Context(), "U0BEN")
	b.must(err)
	if ben.TZ != "Asia/Kolkata" || ben.TZOffset != 5*3600+1800 || ben.Profile.Email != "" {
		t.Errorf("Ben is %+v: his zone is half an hour off, and e-mail needs a scope", ben)
	}
	b.Deactivate("U0BEN")
	if got := <-heard; got != "user_change" {
		t.Errorf("heard %s", got)
	}
	if ben, err = b.api.GetUserInfoContext(t.Context(), "U0BEN"); err != nil || !ben.Deleted {
		t.Errorf("Ben has not left: %+v %v", ben, err)
	}
	if err := b.As("U0BEN").Say("C0TEAM", "hello"); err == nil {
		t.Error("somebody who left can write")
	}
	if err := b.As("U0GUY").Say("C0TEAM", "hello"); err == nil {
		t.Error("a guest writes in a channel they were not added to")
	}
}

func TestLimitsAreSlacks(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *offline.Options) { o.Limits = true })
	var limited *slack.RateLimitedError
	for range 3 {
		_, _, err := b.api.PostMessageContext(t.Context(), "C0TEAM", text("quick"))
		b.must(err)
	}
	if _, _, err := b.api.PostMessageContext(t.Context(), "C0TEAM", text("too quick")); !errors.As(err, &limited) || limited.RetryAfter != time.Second {
		t.Fatalf("a fourth message at once: %v", err)
	}
	b.clock.add(1100 * time.Millisecond)
	if _, _, err := b.api.PostMessageContext(t.Context(), "C0TEAM", text("in time")); err != nil {
		t.Errorf("a second later: %v", err)
	}
	b.Fail("chat.postMessage", offline.Fault{Status: 429, RetryAfter: 30 * time.Second}, offline.Fault{Code: "fatal_error"})
	if _, _, err := b.api.PostMessageContext(t.Context(), "U0ANA", text("x")); !errors.As(err, &limited) || limited.RetryAfter != 30*time.Second {
		t.Errorf("asked to fail with 429: %v", err)
	}
	_, _, err := b.api.PostMessageContext(t.Context(), "U0ANA", text("x"))
	refused(t, "asked to fail in words", err, "fatal_error")
}

func TestOnlyThisMachineIsAnswered(t *testing.T) {
	t.Parallel()
	b := open(t)
	for _, c := range []struct{ name, host, origin, want string }{
		{"another name for this address", "evil.example", "", "403"},
		{"a page from elsewhere", "", "http://evil.example", "403"},
		{"the page itself", "", b.url, "200"},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.url+"/ui/close", strings.NewReader(`{"as":"U0ANA"}`))
		b.must(err)
		if c.host != "" {
			req.Host = c.host
		}
		if c.origin != "" {
			req.Header.Set("Origin", c.origin)
		}
		if got := fetch(t, req); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
