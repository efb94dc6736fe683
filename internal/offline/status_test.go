package offline_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/offline"
)

// changed is what an app hears when somebody changed their status or snoozed.
type changed struct {
	Type string
	User json.RawMessage
	DND  struct {
		Enabled bool  `json:"dnd_enabled"`
		Start   int64 `json:"next_dnd_start_ts"`
		End     int64 `json:"next_dnd_end_ts"`
	} `json:"dnd_status"`
}

type profile struct {
	Emoji string `json:"status_emoji"`
	Text  string `json:"status_text"`
	Until *int64 `json:"status_expiration"`
}

func hearsChanges(t *testing.T) (*bench, func() changed) {
	t.Helper()
	b := open(t, func(o *offline.Options) {
		o.Manifest = []byte(strings.Replace(manifest, `"user_change"`, `"dnd_updated_user", "user_change"`, 1))
	})
	heard := make(chan changed, 16)
	b.answer(func(e envelope, _ payload) any {
		var p struct{ Event changed }
		_ = json.Unmarshal(e.Payload, &p) // an empty event shows in the test
		heard <- p.Event
		return nil
	})
	return b, func() changed { return <-heard }
}

func TestTheAppHearsOfAStatus(t *testing.T) {
	t.Parallel()
	b, next := hearsChanges(t)
	until := b.clock.Now().Add(48 * time.Hour)
	hears := func(what, emoji, words string, end int64) {
		t.Helper()
		got := next()
		var user struct{ Profile profile }
		b.must(json.Unmarshal(got.User, &user))
		p := user.Profile
		if got.Type != "user_change" || p.Emoji != emoji || p.Text != words || p.Until == nil || *p.Until != end {
			t.Errorf("%s: the app heard %s: %s", what, got.Type, got.User)
		}
	}
	b.must(b.As("U0ANA").SetStatus(offline.Status{Emoji: ":palm_tree:", Text: "In the hills", Until: until}))
	hears("from Go", ":palm_tree:", "In the hills", until.Unix())
	contains(t, b.get("/ui/state?as=U0BEN"), `"status_text":"In the hills"`)
	b.clock.add(48 * time.Hour)
	if state := b.get("/ui/state?as=U0BEN"); strings.Contains(state, "In the hills") {
		t.Errorf("it ran out, and stands there still: %s", state)
	}
	b.page("status", `{"as":"U0ANA","emoji":":palm_tree:"}`, `{"ok":true}`)
	hears("from the page", ":palm_tree:", "On holiday", 0)
	b.page("status", `{"as":"U0ANA","emoji":""}`, `{"ok":true}`)
	hears("cleared", "", "", 0)
	b.page("status", `{"as":"U0ANA","emoji":":fire:"}`, "This page has no such status.")
	b.page("status", `{"as":"U0NONE","emoji":""}`, "There is nobody with this id here.")
}

func TestTheAppHearsOfASnoozeAsOthersDo(t *testing.T) {
	t.Parallel()
	b, next := hearsChanges(t)
	now := b.clock.Now()
	b.must(b.As("U0ANA").Snooze(now.Add(2 * time.Hour)))
	if got := next(); got.Type != "dnd_updated_user" || string(got.User) != `"U0ANA"` || !got.DND.Enabled || got.DND.Start != now.Unix() || got.DND.End != now.Add(2*time.Hour).Unix() {
		t.Errorf("the app heard %+v", got)
	}
	b.must(b.As("U0ANA").Snooze(time.Time{}))
	if got := next(); got.DND.Enabled {
		t.Errorf("over, the app heard %+v", got)
	}
	if err := b.As("U0NONE").Snooze(now); !fault.Is(err, fault.Missing) {
		t.Errorf("somebody who is not here: %v", err)
	}
}
