package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/offline"
	"smallchanges/internal/slack"
	"smallchanges/internal/store/storetest"
)

// examined is what doctor finds of a workspace that allows what a manifest says, with a
// handler around it and a configuration that may be spoilt.
func examined(t *testing.T, manifest []byte, around func(http.Handler) http.Handler, spoil func(*config)) (lines []string, err error) {
	t.Helper()
	space, err := offline.New(offline.Options{Name: "Northshire", Manifest: manifest})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(space.Close)
	server := httptest.NewServer(around(space.Handler()))
	t.Cleanup(server.Close)
	f := storetest.Open(t)
	p, out := at(t, f)
	p.config.SlackAPIURL, p.config.SlackBotToken, p.config.SlackAppToken = server.URL+"/api/", space.BotToken(), space.AppToken()
	spoil(&p.config)
	err = (&doctorCmd{}).Run(p)
	return strings.Split(strings.TrimSpace(out.String()), "\n"), err
}

func asItIs(h http.Handler) http.Handler { return h }
func nothing(*config)                    {}

func TestDoctorFindsAllWell(t *testing.T) {
	t.Parallel()
	lines, err := examined(t, slack.Manifest(""), asItIs, nothing)
	for _, check := range []string{"configuration", "reachability", "clock", "tokens", "scopes", "time zone data", "database"} {
		if !slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, "ok "+check+": ") }) {
			t.Errorf("%s is not ok in %q", check, lines)
		}
	}
	if err != nil {
		t.Errorf("all is well, but: %v", err)
	}
}

func TestDoctorSaysWhatToFix(t *testing.T) {
	t.Parallel()
	whole := slack.Manifest("")
	fewer := bytes.ReplaceAll(whole, []byte("\"users:read.email\""), []byte("\"users:read\""))
	late := func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Date", time.Now().Add(-11*time.Minute).UTC().Format(http.TimeFormat))
			h.ServeHTTP(w, r)
		})
	}
	stranger := func(http.Handler) http.Handler { return http.NotFoundHandler() }
	garbage := filepath.Join(t.TempDir(), "garbage.db")
	if err := os.WriteFile(garbage, bytes.Repeat([]byte("no database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		manifest []byte
		around   func(http.Handler) http.Handler
		spoil    func(*config)
		want     string
	}{
		"bot token":    {whole, asItIs, func(c *config) { c.SlackBotToken = "xoxb-wrong" }, "fix: tokens: Slack refuses SLACK_BOT_TOKEN (auth.test: invalid_auth)"},
		"app token":    {whole, asItIs, func(c *config) { c.SlackAppToken = "xapp-wrong" }, "fix: tokens: Slack refuses SLACK_APP_TOKEN"},
		"no way in":    {whole, asItIs, func(c *config) { c.SlackAppToken = "" }, "fix: tokens: Set SLACK_APP_TOKEN"},
		"scope":        {fewer, asItIs, nothing, "fix: scopes: The app lacks users:read.email."},
		"clock":        {whole, late, nothing, "fix: clock: The clock here is 11m"},
		"another":      {whole, stranger, nothing, "fix: tokens: What answers does not seem to be Slack"},
		"unreachable":  {whole, asItIs, func(c *config) { c.SlackAPIURL = "http://127.0.0.1:1/api/" }, "fix: reachability: Nothing answers at http://127.0.0.1:1/api/"},
		"no database":  {whole, asItIs, func(c *config) { c.DatabaseURL = "sqlite:" + garbage + ".not" }, "fix: database: There is no database"},
		"not database": {whole, asItIs, func(c *config) { c.DatabaseURL = "sqlite:" + garbage }, "fix: database: The file " + garbage + " holds something other"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lines, err := examined(t, test.manifest, test.around, test.spoil)
			if !slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, test.want) }) {
				t.Errorf("%q is not in %q", test.want, lines)
			}
			if err == nil || fault.Is(err, fault.Invalid) {
				t.Errorf("something needs fixing, which is exit 1: %v", err)
			}
		})
	}
	if _, err := os.Stat(garbage + ".not"); err == nil {
		t.Error("looking has made a database")
	}
}

func TestDoctorSpeaksJSON(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	p, out := at(t, f)
	p.config.SlackAPIURL = "http://127.0.0.1:1/"
	if err := (&doctorCmd{JSON: true}).Run(p); err == nil {
		t.Error("nothing answers, but all is well")
	}
	var found []map[string]any
	if err := json.Unmarshal(out.Bytes(), &found); err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		if len(f) != 3 || f["check"] == "" || f["words"] == "" {
			t.Errorf("a finding has check, ok and words: %v", f)
		}
	}
	if len(found) == 0 || found[0]["check"] != "configuration" || found[0]["ok"] != true {
		t.Errorf("found %v", found)
	}
}

// The token of an app in HTTP mode is enough to look at Slack.
func TestDoctorKnowsHTTPMode(t *testing.T) {
	t.Parallel()
	lines, err := examined(t, slack.Manifest(""), asItIs, func(c *config) { c.SlackAppToken, c.SlackSigningSecret = "", "secret" })
	if err != nil || !slices.ContainsFunc(lines, func(line string) bool { return strings.Contains(line, "prove the signing secret") }) {
		t.Errorf("%q %v", lines, err)
	}
}
