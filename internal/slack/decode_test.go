package slack

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"smallchanges/internal/chat"
)

// Whatever people do arrives as the same event, recorded payloads with ids made up.
func TestDecode(t *testing.T) {
	t.Parallel()
	const hook = "https://hooks.slack.com/actions/1"
	ana := chat.Person{Workspace: "T1", ID: "U1", Name: "ana"}
	willow := chat.Place{Workspace: "T1", ID: "C1"}
	card := &chat.Message{Place: willow, ID: "C1/9.000900"}
	typed := chat.Values{"title": "Shorter notes", "team": "willow", "none": "", "days": "mon fri", "day": "2026-12-24", "people": "U1 U2"}
	tests := []struct {
		name, contentType, body string
		want                    chat.Event
	}{
		{"a command", asForm, commandBody(hook, " propose fewer &lt;forms&gt; with <@U2|ben> "), chat.Event{
			Key: "11.22.aa", At: noon, Actor: ana, Place: willow,
			Did: chat.Command{Name: "smallchange", Words: chat.Text{
				chat.Plain("propose fewer <forms> with "), chat.Mention{Person: chat.Person{Workspace: "T1", ID: "U2", Name: "ben"}},
			}},
		}},
		{"a press on a card with an element newer than us", asForm, pressBody(hook), chat.Event{
			Key: "33.44.bb", At: noon, Actor: ana, Place: willow, On: card, Did: chat.Press{Button: "support", Arg: "SC-12"},
		}},
		{"a press on the Home page", asForm, homePressBody(), chat.Event{
			Key: "33.44.bb", At: noon, Actor: ana, Did: chat.Press{Button: "support", Arg: "SC-12"},
		}},
		{"a press in direct messages", asForm, payloadBody(`{"type":"block_actions",` + who + `,
			"container":{"type":"message","message_ts":"9.000900","channel_id":"D7"},"channel":{"id":"D7"},
			"actions":[{"type":"button","action_id":"answer","value":""}]}`), chat.Event{
			Key: "33.44.bb", At: noon, Actor: ana, Place: chat.Place{Workspace: "T1", ID: "U1", Direct: true},
			On:  &chat.Message{Place: chat.Place{Workspace: "T1", ID: "U1", Direct: true}, ID: "D7/9.000900"},
			Did: chat.Press{Button: "answer"},
		}},
		{"a form opened from a card", asForm, submitBody(origin{ResponseURL: hook, Channel: "C1", TS: "9.000900", State: "SC-12"}), chat.Event{
			Key: "33.44.bb", At: noon, Actor: ana, Place: willow, On: card,
			Did: chat.Submit{Form: "change.new", State: "SC-12", Values: typed},
		}},
		{"a form opened from the Home page", asForm, submitBody(origin{Home: true}), chat.Event{
			Key: "33.44.bb", At: noon, Actor: ana, Did: chat.Submit{Form: "change.new", Values: typed},
		}},
		{"a global shortcut", asForm, payloadBody(`{"type":"shortcut",` + who + `,"callback_id":"propose"}`), chat.Event{
			Key: "33.44.bb", At: noon, Actor: ana, Did: chat.Shortcut{Name: "propose"},
		}},
		{"a shortcut on a message", asForm, payloadBody(`{"type":"message_action",` + who + `,"callback_id":"turn","channel":{"id":"C1"},
			"response_url":"` + hook + `","message_ts":"8.1","message":{"type":"message","user":"U2","ts":"8.1",
			"text":"<!here> ask <@U3> &amp; <#C2|oak> about <https://x.example|this>"}}`), chat.Event{
			Key: "33.44.bb", At: noon, Actor: ana, Place: willow,
			Did: chat.Shortcut{Name: "turn", Words: "@here ask @someone & #oak about this", Author: chat.Person{Workspace: "T1", ID: "U2"}},
		}},
		{"a visit to the Home page", asJSON, `{"type":"event_callback","team_id":"T1","event_id":"Ev1","event":{"type":"app_home_opened","user":"U1","tab":"home"}}`, chat.Event{
			Key: "Ev1", At: noon, Actor: chat.Person{Workspace: "T1", ID: "U1"}, Did: chat.HomeOpened{},
		}},
		{"an account that is closed", asJSON, changedBody(`"team_id":"T1","deleted":true,"is_bot":false`), chat.Event{
			Key: "Ev1", At: noon, Actor: chat.Person{Workspace: "T1", ID: "U1"}, Did: chat.Left{},
		}},
		{"one of an Enterprise Grid", asJSON, changedBody(`"team_id":"E1","deleted":true,"enterprise_user":{"teams":["T9","T1"]}`), chat.Event{
			Key: "Ev1", At: noon, Actor: chat.Person{Workspace: "T1", ID: "U1"}, Did: chat.Left{},
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got []chat.Event
			s := newFake(t).connect(t)
			w := post(t, s, func(_ context.Context, e chat.Event) chat.Reply {
				got = append(got, e)
				return chat.Done{}
			}, test.contentType, test.body)
			if w.Code != 200 || w.Body.Len() != 0 {
				t.Errorf("acknowledged with %d %q", w.Code, w.Body)
			}
			if len(got) == 0 {
				t.Fatal("the handler was not asked")
			}
			if diff := cmp.Diff(test.want, got[0]); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// changedBody is an event about a person with these properties.
func changedBody(properties string) string {
	return `{"type":"event_callback","team_id":"T1","event_id":"Ev1","event":{"type":"user_change","user":{"id":"U1",` + properties + `}}}`
}

// snoozedBody is an event about somebody's do-not-disturb, as it is now.
func snoozedBody(status string) string {
	return `{"type":"event_callback","team_id":"T1","event_id":"Ev1","event":{"type":"dnd_updated_user","user":"U1","dnd_status":{` + status + `}}}`
}

// What means nothing to us is acknowledged all the same, and never reaches the handler.
func TestUnknownIsAcknowledged(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ contentType, body string }{
		"event":           {asJSON, `{"type":"event_callback","event_id":"Ev1","event":{"type":"weather_changed","user":"U1"}}`},
		"outer event":     {asJSON, `{"type":"app_rate_limited","team_id":"T1"}`},
		"other Home tab":  {asJSON, `{"type":"event_callback","event":{"type":"app_home_opened","tab":"messages","user":"U1"}}`},
		"our own words":   {asJSON, messageBody(`"user":"U0BOT","bot_id":"B1"`)},
		"an edit":         {asJSON, messageBody(`"user":"U1","subtype":"message_changed"`)},
		"talk in channel": {asJSON, strings.Replace(messageBody(`"user":"U1"`), `"im"`, `"channel"`, 1)},
		"uninstalled":     {asJSON, `{"type":"event_callback","team_id":"T1","event":{"type":"app_uninstalled"}}`},
		"a bot's profile": {asJSON, changedBody(`"team_id":"T1","is_bot":true,"profile":{"status_emoji":":palm_tree:"}`)},
		"a night to come": {asJSON, snoozedBody(`"dnd_enabled":true,"next_dnd_start_ts":1796677200,"next_dnd_end_ts":1796716800`)},
		"a snooze over":   {asJSON, snoozedBody(`"dnd_enabled":true,"next_dnd_start_ts":1796641000,"next_dnd_end_ts":1796643000,"snooze_enabled":false`)},
		"no snooze ever":  {asJSON, snoozedBody(`"dnd_enabled":false,"next_dnd_start_ts":1,"next_dnd_end_ts":1`)},
		"a closed bot":    {asJSON, changedBody(`"team_id":"T1","deleted":true,"is_bot":true`)},
		"of another team": {asJSON, changedBody(`"team_id":"T2","deleted":true`)},
		"a stranger":      {asJSON, changedBody(`"team_id":"T1","deleted":true,"is_stranger":true`)},
		"interaction":     {asForm, payloadBody(`{"type":"mind_reading",` + who + `}`)},
		"element pressed": {asForm, payloadBody(`{"type":"block_actions",` + who + `,"actions":[{"type":"laser","action_id":"x"}]}`)},
		"view closed":     {asForm, payloadBody(`{"type":"view_closed",` + who + `,"view":{"id":"V1","type":"modal"}}`)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := post(t, newFake(t).connect(t), func(context.Context, chat.Event) chat.Reply {
				t.Error("the handler was asked")
				return chat.Done{}
			}, test.contentType, test.body)
			if w.Code != 200 || w.Body.Len() != 0 {
				t.Errorf("acknowledged with %d %q", w.Code, w.Body)
			}
		})
	}
}

// What a person types comes out as they saw it, whatever it looks like: typed signs
// arrive escaped, so only Slack's own tokens can become a mention.
func TestTypedWordsAreNeverMentions(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		typed := hostile().Draw(t, "typed")
		got := words("T1", escaper.Replace(typed))
		for _, span := range got {
			if _, ok := span.(chat.Plain); !ok {
				t.Errorf("%q became %#v", typed, span)
			}
		}
		if got.String() != typed {
			t.Errorf("%q came out as %q", typed, got.String())
		}
	})
}

// Tokens of any shape, even ones Slack would never make, are read without harm.
func FuzzWords(f *testing.F) {
	for _, seed := range []string{"<@U1|ana> hi", "<|x>", "<>", "<@>", "<!subteam^S1|@team>", "<!date^1^{date}|x>", "<#C1>", "<mailto:a@b.example>", "&amp;lt;"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		for _, span := range words("T1", typed) {
			if m, ok := span.(chat.Mention); ok && !personID.MatchString(m.Person.ID) {
				t.Errorf("%q mentions %q", typed, m.Person.ID)
			}
		}
		if plainWords(typed) == "" && words("T1", typed).String() != "" {
			t.Errorf("%q lost its words", typed)
		}
	})
}
