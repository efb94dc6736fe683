package offline_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"smallchanges/internal/offline"

	"github.com/slack-go/slack"
)

// manyScopes gives the app what most tests do without.
func manyScopes(o *offline.Options) {
	o.Manifest = []byte(strings.Replace(manifest, `"users:read"`,
		`"users:read", "users:read.email", "channels:join", "channels:read", "channels:history", "reactions:write", "files:write"`, 1))
	o.Channels = append(o.Channels, offline.Channel{ID: "C0DARK", Name: "dark", Private: true, Members: []string{"U0BEN"}})
}

func TestTheAppPostsWhereItIsAMember(t *testing.T) {
	t.Parallel()
	b := open(t, manyScopes)
	ctx := t.Context()
	_, _, err := b.api.PostMessageContext(ctx, "C0DARK", text("x"))
	refused(t, "a private channel it is not in", err, "channel_not_found")
	_, err = b.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: "C0DARK"})
	refused(t, "looking at it", err, "channel_not_found")
	_, _, _, err = b.api.JoinConversationContext(ctx, "C0DARK")
	refused(t, "joining it", err, "channel_not_found")

	joined, warning, _, err := b.api.JoinConversationContext(ctx, "C0ELSE")
	if err != nil || !joined.IsMember || warning != "" {
		t.Errorf("joined %+v %q %v", joined, warning, err)
	}
	_, _, err = b.api.PostMessageContext(ctx, "C0ELSE", text("x"))
	b.must(err)
	if _, warning, _, err = b.api.JoinConversationContext(ctx, "C0ELSE"); err != nil || warning != "already_in_channel" {
		t.Errorf("joined again: %q %v", warning, err)
	}
	b.Archive("C0ELSE")
	_, _, _, err = b.api.JoinConversationContext(ctx, "C0ELSE")
	refused(t, "joining an archived channel", err, "is_archived")
	if info, err := b.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: "C0ELSE"}); err != nil || !info.IsArchived {
		t.Errorf("it is not archived: %+v %v", info, err)
	}
}

func TestChannelsAreListedWithTheirMembers(t *testing.T) {
	t.Parallel()
	b := open(t, manyScopes)
	channels, _, err := b.api.GetConversationsContext(t.Context(), &slack.GetConversationsParameters{})
	b.must(err)
	var names []string
	for _, c := range channels {
		names = append(names, c.Name)
	}
	if !slices.Equal(names, []string{"team", "else"}) {
		t.Errorf("the app sees %v", names)
	}
	members, _, err := b.api.GetUsersInConversationContext(t.Context(), &slack.GetUsersInConversationParameters{ChannelID: "C0TEAM"})
	if want := []string{"U0ANA", "U0BEN", b.BotID()}; err != nil || !slices.Equal(members, want) {
		t.Errorf("members are %v (%v), want %v: guests only where they were added", members, err, want)
	}
}

func TestPeopleSeeTheChannelsThatAreForThem(t *testing.T) {
	t.Parallel()
	b := open(t, manyScopes)
	for name, c := range map[string]struct {
		person, in string
		ok         bool
	}{
		"a member in a private channel":         {"U0BEN", "C0DARK", true},
		"somebody else in a private channel":    {"U0ANA", "C0DARK", false},
		"a guest in a public channel":           {"U0GUY", "C0TEAM", false},
		"a guest in direct messages":            {"U0GUY", "D0GUY", true},
		"somebody in another's direct messages": {"U0ANA", "D0BEN", false},
		"nobody":                                {"U0NONE", "C0TEAM", false},
		"the app is no person that types":       {b.BotID(), "C0TEAM", false},
		"a channel that does not exist":         {"U0ANA", "C0NONE", false},
	} {
		if err := b.As(c.person).Say(c.in, "hello"); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, words := range []string{"", "  ", strings.Repeat("x", 12_001)} {
		if b.As("U0ANA").Say("C0TEAM", words) == nil {
			t.Errorf("%d characters were taken", len(words))
		}
	}
	b.Archive("C0TEAM")
	if b.As("U0ANA").Say("C0TEAM", "hello") == nil {
		t.Error("something was said in an archived channel")
	}
}

func TestDirectMessagesHaveOneIDOfTheirOwn(t *testing.T) {
	t.Parallel()
	b := open(t)
	ctx := t.Context()
	in, _, err := b.api.PostMessageContext(ctx, "U0ANA", text("hello"))
	if err != nil || in != "D0ANA" {
		t.Fatalf("posted in %s: %v", in, err)
	}
	again, ts, err := b.api.PostMessageContext(ctx, in, text("hello"))
	if err != nil || again != in {
		t.Errorf("posted again in %s: %v", again, err)
	}
	_, _, _, err = b.api.UpdateMessageContext(ctx, "U0ANA", ts, text("x"))
	refused(t, "an edit under the person's id", err, "channel_not_found")
	b.Deactivate("U0BEN")
	for to, want := range map[string]string{"U0BEN": "user_disabled", "U0NONE": "user_not_found", b.BotID(): "cannot_dm_bot"} {
		_, _, _, err := b.api.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{to}})
		refused(t, to, err, want)
	}
}

func TestTimeStampsRiseWhenTheClockDoesNot(t *testing.T) {
	t.Parallel()
	b := open(t)
	_, before, err := b.api.PostMessageContext(t.Context(), "C0TEAM", text("one"))
	b.must(err)
	b.clock.add(-time.Hour)
	_, after, err := b.api.PostMessageContext(t.Context(), "C0TEAM", text("two"))
	if err != nil || after <= before {
		t.Errorf("%s came after %s (%v)", after, before, err)
	}
	_, elsewhere, err := b.api.PostMessageContext(t.Context(), "U0ANA", text("three"))
	if err != nil || elsewhere != stamp(b.clock.Now()) {
		t.Errorf("elsewhere it is %s (%v)", elsewhere, err)
	}
}

func TestAMessageIsEditedAndTakenBack(t *testing.T) {
	t.Parallel()
	b := open(t, manyScopes)
	ctx := t.Context()
	_, ts, err := b.api.PostMessageContext(ctx, "C0TEAM", text("before"), slack.MsgOptionMetadata(slack.SlackMetadata{EventType: "kept", EventPayload: map[string]any{"key": "k"}}))
	b.must(err)
	b.clock.add(time.Minute)
	_, _, _, err = b.api.UpdateMessageContext(ctx, "C0TEAM", ts, text(strings.Repeat("x", 4001)))
	refused(t, "an edit of more than 4,000 bytes", err, "msg_too_long")
	_, _, _, err = b.api.UpdateMessageContext(ctx, "C0TEAM", ts, text("after"))
	b.must(err)
	history, err := b.api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{ChannelID: "C0TEAM", IncludeAllMetadata: true})
	b.must(err)
	m := history.Messages[0]
	if m.Text != "after" || m.Edited == nil || m.Edited.Timestamp != stamp(b.clock.Now()) || m.Metadata.EventPayload["key"] != "k" {
		t.Errorf("edited: %+v", m)
	}
	whisper, err := b.api.PostEphemeralContext(ctx, "C0TEAM", "U0ANA", text("for Ana"))
	b.must(err)
	_, _, _, err = b.api.UpdateMessageContext(ctx, "C0TEAM", whisper, text("x"))
	refused(t, "an edit of what one person sees", err, "message_not_found")
	_, _, err = b.api.DeleteMessageContext(ctx, "C0TEAM", ts)
	b.must(err)
	_, _, err = b.api.DeleteMessageContext(ctx, "C0TEAM", ts)
	refused(t, "taken back twice", err, "message_not_found")
}

func TestAddressesAreOnlyForAppsWithTheScope(t *testing.T) {
	t.Parallel()
	for want, b := range map[string]*bench{"": open(t), "ana@northshire.example": open(t, manyScopes)} {
		if ana, err := b.api.GetUserInfoContext(t.Context(), "U0ANA"); err != nil || ana.Profile.Email != want {
			t.Errorf("the address is %q (%v), want %q", ana.Profile.Email, err, want)
		}
	}
}

func TestPeopleAreFoundByTheirAddress(t *testing.T) {
	t.Parallel()
	b := open(t, manyScopes)
	ana, err := b.api.GetUserByEmailContext(t.Context(), "ANA@northshire.example")
	if err != nil || ana.ID != "U0ANA" || ana.Profile.Email != "ana@northshire.example" {
		t.Errorf("found %+v %v", ana, err)
	}
	_, err = b.api.GetUserByEmailContext(t.Context(), "nobody@northshire.example")
	refused(t, "nobody", err, "users_not_found")
	b.Deactivate("U0ANA")
	_, err = b.api.GetUserByEmailContext(t.Context(), "ana@northshire.example")
	refused(t, "somebody who left", err, "users_not_found")
	everybody, err := b.api.GetUsersContext(t.Context())
	b.must(err)
	for _, p := range everybody {
		if wantGuest := p.ID == "U0GUY"; p.IsRestricted != wantGuest || p.IsBot != (p.ID == b.BotID()) || p.Deleted != (p.ID == "U0ANA") {
			t.Errorf("listed as %+v", p)
		}
	}
	if len(everybody) != 4 {
		t.Errorf("%d people", len(everybody))
	}
	b.ChangePerson("U0BEN", func(p *offline.Person) { p.Zone = "Australia/Adelaide" })
	if ben, err := b.api.GetUserInfoContext(t.Context(), "U0BEN"); err != nil || ben.TZOffset != 10*3600+1800 {
		t.Errorf("in summer Adelaide is 10½ hours ahead: %+v %v", ben, err)
	}
}
