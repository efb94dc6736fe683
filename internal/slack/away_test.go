package slack

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"smallchanges/internal/chat"
)

// It is noon, 1796644800 by Slack's clock.
func TestAStatusIsAHint(t *testing.T) {
	t.Parallel()
	status := func(profile string) string {
		return changedBody(`"team_id":"T1","deleted":false,"profile":{` + profile + `}`)
	}
	until := time.Date(2026, 12, 9, 17, 0, 0, 0, time.UTC) // 1796835600
	for name, test := range map[string]struct {
		body string
		want chat.Away
	}{
		"on holiday until Wednesday":  {status(`"status_emoji":":palm_tree:","status_expiration":1796835600`), chat.Away{Until: until}},
		"on holiday, without an end":  {status(`"status_emoji":":palm_tree:","status_text":"Back on Monday","status_expiration":0`), chat.Away{Until: noon.Add(24 * time.Hour)}},
		"off sick":                    {status(`"status_emoji":":face_with_thermometer:"`), chat.Away{Until: noon.Add(24 * time.Hour)}},
		"in a meeting":                {status(`"status_emoji":":spiral_calendar_pad:","status_expiration":1796835600`), chat.Away{}},
		"working at home":             {status(`"status_emoji":":house_with_garden:"`), chat.Away{}},
		"words about a holiday":       {status(`"status_emoji":":speech_balloon:","status_text":"palm_tree"`), chat.Away{}},
		"no status any more":          {status(`"status_emoji":"","status_text":"","status_expiration":0`), chat.Away{}},
		"a snooze":                    {snoozedBody(`"dnd_enabled":true,"next_dnd_start_ts":1796677200,"next_dnd_end_ts":1796716800,"snooze_enabled":true,"snooze_endtime":1796835600`), chat.Away{Until: until}},
		"a snooze as others hear it":  {snoozedBody(`"dnd_enabled":true,"next_dnd_start_ts":1796644800,"next_dnd_end_ts":1796835600`), chat.Away{Until: until}},
		"one that Slack has just now": {snoozedBody(`"dnd_enabled":true,"next_dnd_start_ts":1796644805,"next_dnd_end_ts":1796835600`), chat.Away{Until: until}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			var got []chat.Event
			w := post(t, f.connect(t), func(_ context.Context, e chat.Event) chat.Reply {
				got = append(got, e)
				return chat.Tell{Card: card} // which nobody asked for
			}, asJSON, test.body)
			want := []chat.Event{{Key: "Ev1", At: noon, Actor: chat.Person{Workspace: "T1", ID: "U1"}, Did: test.want}}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if w.Code != 200 || w.Body.Len() != 0 || len(f.made("")) != 0 {
				t.Errorf("acknowledged with %d %q, and called %q", w.Code, w.Body, f.methods())
			}
		})
	}
}
