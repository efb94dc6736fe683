package main

import (
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/store"

	"github.com/kelseyhightower/envconfig"
)

// config is the environment (CONTRACT.md section 2). Nothing else in the program reads it.
// Every setting is text here, so that one that cannot be used is refused in our own words.
type config struct {
	DatabaseURL        string `envconfig:"DATABASE_URL" default:"sqlite:smallchanges.db"`
	HTTPAddr           string `envconfig:"HTTP_ADDR" default:"127.0.0.1:8080"`
	SlackBotToken      string `envconfig:"SLACK_BOT_TOKEN"`
	SlackAppToken      string `envconfig:"SLACK_APP_TOKEN"`
	SlackSigningSecret string `envconfig:"SLACK_SIGNING_SECRET"`
	SlackAPIURL        string `envconfig:"SLACK_API_URL" default:"https://slack.com/api/"`
	SlackWorkspaceRate string `envconfig:"SLACK_WORKSPACE_RATE" default:"5"`
	TimeZone           string `envconfig:"TIME_ZONE" default:"Europe/London"`
	LogLevel           string `envconfig:"LOG_LEVEL" default:"info"`
	LogFormat          string `envconfig:"LOG_FORMAT" default:"text"`
}

// readConfig reads the environment, and refuses everything wrong in it together. What
// could be read is returned in any case.
func readConfig() (config, error) {
	var c config
	if err := envconfig.Process("", &c); err != nil {
		return c, fmt.Errorf("read the settings: %w", err)
	}
	wrong := append(c.complete(), c.problems()...)
	if len(wrong) > 0 {
		return c, fault.New(fault.Invalid, strings.Join(wrong, "\n"))
	}
	return c, nil
}

// complete reads the values that stand in files, named by the variable with _FILE behind
// it, as container secrets do. It says what is wrong with them. A variable that is there
// but empty, as container files leave it, counts as left out.
func (c *config) complete() (wrong []string) {
	settings := reflect.ValueOf(c).Elem()
	for i := range settings.NumField() {
		tag := settings.Type().Field(i).Tag
		name, setting := tag.Get("envconfig"), settings.Field(i)
		path := os.Getenv(name + "_FILE")
		switch {
		case path == "" && setting.String() == "":
			setting.SetString(tag.Get("default"))
		case path == "":
		case os.Getenv(name) != "":
			wrong = append(wrong, fmt.Sprintf("Both %s and %s_FILE are set. Leave one of them out.", name, name))
		default:
			text, err := os.ReadFile(path)
			if err != nil {
				wrong = append(wrong, fmt.Sprintf("%s_FILE names %s, which cannot be read. Check its name and its rights.", name, path))
			}
			setting.SetString(strings.TrimSpace(string(text)))
		}
	}
	return wrong
}

// rate is the most messages a second to one workspace; 0 leaves it to Slack.
func (c config) rate() (float64, bool) {
	number, err := strconv.ParseFloat(c.SlackWorkspaceRate, 64)
	return number, err == nil && number >= 0 && !math.IsInf(number, 0)
}

// problems are the values that cannot be used, each with what would be right. No token is
// ever repeated in one.
func (c config) problems() (wrong []string) {
	check := func(good bool, format string, args ...any) {
		if !good {
			wrong = append(wrong, fmt.Sprintf(format, args...))
		}
	}
	_, err := store.Path(c.DatabaseURL)
	check(err == nil, "DATABASE_URL must be sqlite: and a file, such as sqlite:smallchanges.db.")
	_, _, err = net.SplitHostPort(c.HTTPAddr)
	check(err == nil, "HTTP_ADDR must be an address and a port, such as 127.0.0.1:8080, not %q.", c.HTTPAddr)
	check(isWebAddress(c.SlackAPIURL),
		"SLACK_API_URL must be a web address, such as https://slack.com/api/. Leave it out to use Slack's own.")
	check(c.SlackBotToken == "" || strings.HasPrefix(c.SlackBotToken, "xoxb-"),
		"SLACK_BOT_TOKEN must begin with xoxb-. Copy it from “OAuth & Permissions” of the app.")
	check(c.SlackAppToken == "" || strings.HasPrefix(c.SlackAppToken, "xapp-"),
		"SLACK_APP_TOKEN must begin with xapp-. Copy it from “Basic Information” of the app.")
	_, good := c.rate()
	check(good, "SLACK_WORKSPACE_RATE must be a number of messages a second, such as 5. 0 leaves it to Slack.")
	zone, err := time.LoadLocation(c.TimeZone)
	check(err == nil && c.TimeZone != "" && zone != time.Local, "TIME_ZONE must be a zone such as Europe/London, not %q.", c.TimeZone)
	_, err = c.logger()
	check(err == nil, "%s", fault.Words(err))
	return wrong
}

func isWebAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// logger writes to stderr, so that what a command prints stays clean.
func (c config) logger() (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		return nil, fault.Hide(fault.Invalid, err, fmt.Sprintf("LOG_LEVEL must be debug, info, warn or error, not %q.", c.LogLevel))
	}
	options := &slog.HandlerOptions{Level: level}
	switch c.LogFormat {
	case "text":
		return slog.New(slog.NewTextHandler(os.Stderr, options)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(os.Stderr, options)), nil
	}
	return nil, fault.New(fault.Invalid, fmt.Sprintf("LOG_FORMAT must be text or json, not %q.", c.LogFormat))
}

// ballotDir is the folder of open ballots: beside the database, never in a backup of it.
func (c config) ballotDir() (string, error) {
	path, err := store.Path(c.DatabaseURL)
	if err != nil {
		return "", err
	}
	return filepath.Join(filepath.Dir(path), "ballots"), nil
}
