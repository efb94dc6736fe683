package slack

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"smallchanges/internal/fault"
)

func TestProbeLearnsWhatSlackSays(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.script("auth.test", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-OAuth-Scopes", "commands, chat:write,im:write")
		w.Header().Set("Date", noon.Format(http.TimeFormat))
		_, _ = io.WriteString(w, `{"ok":true,"team":"Northshire","team_id":"T1","user_id":"U0BOT"}`)
	})
	f.on("apps.connections.open", `{"ok":false,"error":"not_allowed_token_type"}`)
	facts, bot, app := Probe(t.Context(), Config{BotToken: "xoxb-1", AppToken: "xapp-1", APIURL: f.URL + "/api"})
	if bot != nil || !fault.Is(app, fault.Denied) {
		t.Errorf("bot: %v, app: %v", bot, app)
	}
	if !facts.Reached || facts.Workspace != "Northshire" || !facts.Scoped || !facts.Date.Equal(noon) {
		t.Errorf("facts %+v", facts)
	}
	if want := []string{"im:history", "files:write", "users:read", "users:read.email", "channels:read", "groups:read", "dnd:read"}; !slices.Equal(facts.Missing, want) {
		t.Errorf("missing %q, want %q", facts.Missing, want)
	}
}

// A refusal tells the time as well, and a token that is not there is not tried.
func TestProbeOfRefusedToken(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.on("auth.test", `{"ok":false,"error":"invalid_auth"}`)
	facts, bot, app := Probe(t.Context(), Config{BotToken: "xoxb-secret", APIURL: f.URL + "/api/", HTTP: &http.Client{Transport: http.DefaultTransport}})
	if !fault.Is(bot, fault.Denied) || app != nil || strings.Contains(bot.Error(), "secret") {
		t.Errorf("bot: %v, app: %v", bot, app)
	}
	if !facts.Reached || time.Since(facts.Date).Abs() > time.Minute || facts.Scoped || len(f.made("apps.connections.open")) > 0 {
		t.Errorf("facts %+v", facts)
	}
	f.Close()
	facts, bot, _ = Probe(t.Context(), Config{APIURL: f.URL})
	if facts.Reached || !fault.Is(bot, fault.Busy) {
		t.Errorf("nothing answers: %+v %v", facts, bot)
	}
}

// A preview is what is sent, and what cannot be sent has none.
func TestPreviewsAreWhatSlackReceives(t *testing.T) {
	t.Parallel()
	card, err := PreviewCard(shown)
	home, ofHome := PreviewHome(shown)
	form, ofForm := PreviewForm(everyField)
	if err != nil || ofHome != nil || ofForm != nil {
		t.Fatal(err, ofHome, ofForm)
	}
	for kind, text := range map[string][]byte{`"text": "SC-12: One form for reviews`: card, `"type": "home"`: home, `"type": "modal"`: form} {
		if !strings.Contains(string(text), kind) {
			t.Errorf("%s is not in %s", kind, text)
		}
	}
	wrong := shown
	wrong.Title = strings.Repeat("x", 200)
	if _, err := PreviewCard(wrong); err == nil {
		t.Error("a title that Slack refuses was drawn")
	}
	if _, err := PreviewHome(wrong); err == nil {
		t.Error("a page that Slack refuses was drawn")
	}
}
