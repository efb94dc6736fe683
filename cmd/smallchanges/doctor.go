package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
	"smallchanges/internal/slack"
	"smallchanges/internal/store"
)

type doctorCmd struct {
	JSON bool `help:"For programs."`
}

// finding is one thing looked at: what it is like, or what to do about it.
type finding struct {
	Check string `json:"check"`
	OK    bool   `json:"ok"`
	Words string `json:"words"`
}

func good(check, format string, args ...any) finding {
	return finding{check, true, fmt.Sprintf(format, args...)}
}

func fix(check, format string, args ...any) finding {
	return finding{check, false, fmt.Sprintf(format, args...)}
}

// Run looks at everything that can keep the bot from working. It changes nothing, here or
// at Slack. What cannot be known yet, such as the scopes of a token that Slack refuses, is
// left out: the line of its cause says what to do.
func (c *doctorCmd) Run(p *program) error {
	found := slices.Concat(p.examineSettings(), p.examineSlack(), examineZones(), p.examineDatabase())
	if c.JSON {
		if err := writeJSON(p.out, found); err != nil {
			return err
		}
	}
	bad := 0
	for _, f := range found {
		mark := "ok"
		if !f.OK {
			mark, bad = "fix:", bad+1
		}
		if !c.JSON {
			fmt.Fprintf(p.out, "%s %s: %s\n", mark, f.Check, f.Words)
		}
	}
	if bad > 0 {
		return fault.New(fault.Broken, programme.Count(bad, "thing needs", "things need")+" fixing. Then run: smallchanges doctor")
	}
	return nil
}

func (p *program) examineSettings() []finding {
	if p.wrong == nil {
		return []finding{good("configuration", "All settings can be used.")}
	}
	var found []finding
	for line := range strings.SplitSeq(words(p.wrong), "\n") {
		found = append(found, fix("configuration", "%s", line))
	}
	return found
}

// examineSlack asks Slack once, also without a token: that it answers, and what time it
// has, can be known before there is an app.
func (p *program) examineSlack() []finding {
	c := p.config
	if !isWebAddress(c.SlackAPIURL) {
		return c.missingTokens() // the configuration says what is wrong
	}
	facts, bot, app := slack.Probe(p.ctx, slack.Config{BotToken: c.SlackBotToken, AppToken: c.SlackAppToken, APIURL: c.SlackAPIURL})
	if !facts.Reached {
		return append(c.missingTokens(), fix("reachability",
			"Nothing answers at %s (%v). Check the network, a proxy, and SLACK_API_URL.", c.SlackAPIURL, bot))
	}
	found := []finding{good("reachability", "Slack answers at %s", c.SlackAPIURL)}
	found = append(found, examineClock(facts.Date, time.Now())...)
	if missing := c.missingTokens(); len(missing) > 0 {
		return append(found, missing...)
	}
	found = append(found, c.examineTokens(facts, bot, app)...)
	if bot == nil {
		found = append(found, examineScopes(facts))
	}
	return found
}

func (c config) missingTokens() (found []finding) {
	if c.SlackBotToken == "" {
		found = append(found, fix("tokens", "Set SLACK_BOT_TOKEN to the token of the app that begins with xoxb-."))
	}
	if c.SlackAppToken == "" && c.SlackSigningSecret == "" {
		found = append(found, fix("tokens", "Set SLACK_APP_TOKEN (begins with xapp-) for Socket Mode, or SLACK_SIGNING_SECRET for HTTP."))
	}
	return found
}

func (c config) examineTokens(facts slack.Facts, bot, app error) []finding {
	var found []finding
	for name, err := range map[string]error{"SLACK_BOT_TOKEN": bot, "SLACK_APP_TOKEN": app} {
		switch {
		case fault.Is(err, fault.Denied):
			found = append(found, fix("tokens", "Slack refuses %s (%v). Copy it again from the app's pages at api.slack.com/apps.", name, err))
		case fault.Is(err, fault.Busy):
			found = append(found, fix("tokens", "Slack was too busy to look at %s (%v). Try again in a minute.", name, err))
		case err != nil:
			found = append(found, fix("tokens", "What answers does not seem to be Slack (%v). Check SLACK_API_URL.", err))
		}
	}
	slices.SortFunc(found, func(a, b finding) int { return strings.Compare(a.Words, b.Words) })
	switch {
	case len(found) > 0:
		return found
	case c.SlackAppToken == "":
		return []finding{good("tokens", "The bot belongs to the workspace %s. Slack's first request will prove the signing secret.", facts.Workspace)}
	}
	return []finding{good("tokens", "The bot belongs to the workspace %s, and may use Socket Mode.", facts.Workspace)}
}

func examineScopes(facts slack.Facts) finding {
	switch {
	case !facts.Scoped:
		return good("scopes", "What answers does not say which scopes it gave. Slack itself does.")
	case len(facts.Missing) > 0:
		return fix("scopes", "The app lacks %s. Paste the manifest again (smallchanges manifest slack), then reinstall the app.", and(facts.Missing))
	}
	return good("scopes", "The app has every scope of its manifest.")
}

// examineClock compares with Slack's clock, when Slack told it.
func examineClock(slacks, ours time.Time) []finding {
	if slacks.IsZero() {
		return nil
	}
	apart := ours.Sub(slacks).Abs().Round(time.Second)
	if apart > slack.MaxSkew {
		return []finding{fix("clock", "The clock here is %s away from Slack's, which allows %s. Let a time service set it.", apart, slack.MaxSkew)}
	}
	return []finding{good("clock", "The clock here is %s away from Slack's, which allows %s.", apart, slack.MaxSkew)}
}

// examineZones tries what prompts rely on: that a zone is known, with its summer time.
func examineZones() []finding {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		return []finding{fix("time zone data", "Europe/London is not known here (%v). Unset ZONEINFO, or install tzdata.", err)}
	}
	if _, offset := time.Date(2027, time.July, 1, 12, 0, 0, 0, london).Zone(); offset != 3600 {
		return []finding{fix("time zone data", "Europe/London has no summer time here. Unset ZONEINFO, or install tzdata.")}
	}
	return []finding{good("time zone data", "Zones and their summer times are known.")}
}

// examineDatabase makes no database: one that is not there is the finding.
func (p *program) examineDatabase() []finding {
	path, err := store.Path(p.config.DatabaseURL)
	if err != nil {
		return nil // the configuration says so already
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return []finding{fix("database", "There is no database %s yet. Make it with: smallchanges apply FILE.yaml", path)}
	}
	db, err := store.Open(p.ctx, p.config.DatabaseURL, time.Now)
	if err != nil {
		return []finding{unreadable(path, err)}
	}
	found, err := p.examineOpen(db, path)
	if err = errors.Join(err, db.Close()); err != nil {
		found = append(found, unreadable(path, err))
	}
	return found
}

func unreadable(path string, err error) finding {
	if say := fault.Words(err); say != "" {
		return fix("database", "%s", say)
	}
	return fix("database", "%s cannot be read (%v). Correct DATABASE_URL, or restore a backup.", path, err)
}

func (p *program) examineOpen(db *store.Store, path string) (found []finding, err error) {
	problems, err := db.Check(p.ctx)
	for _, problem := range problems {
		found = append(found, fix("database", "%s: %s", path, problem))
	}
	if err != nil || len(problems) > 0 {
		return found, err
	}
	schema, _, err := db.Schema(p.ctx)
	if err != nil {
		return nil, err
	}
	councils, err := db.Councils(p.ctx)
	if err != nil {
		return nil, err
	}
	if len(councils) == 0 {
		return []finding{fix("database", "No council is in %s yet. Declare one with: smallchanges apply FILE.yaml", path)}, nil
	}
	return []finding{good("database", "%s is whole, at schema %d, with %s.", path, schema, programme.Count(len(councils), "council", "councils"))}, nil
}
