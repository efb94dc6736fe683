package main

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"smallchanges/internal/store"

	"github.com/kelseyhightower/envconfig"
)

// config is the environment (CONTRACT.md section 2). Nothing else in the program reads it.
type config struct {
	DatabaseURL        string  `envconfig:"DATABASE_URL" default:"sqlite:smallchanges.db"`
	HTTPAddr           string  `envconfig:"HTTP_ADDR" default:"127.0.0.1:8080"`
	SlackBotToken      string  `envconfig:"SLACK_BOT_TOKEN"`
	SlackAppToken      string  `envconfig:"SLACK_APP_TOKEN"`
	SlackSigningSecret string  `envconfig:"SLACK_SIGNING_SECRET"`
	SlackAPIURL        string  `envconfig:"SLACK_API_URL"`
	SlackWorkspaceRate float64 `envconfig:"SLACK_WORKSPACE_RATE" default:"5"`
	LogLevel           string  `envconfig:"LOG_LEVEL" default:"info"`
	LogFormat          string  `envconfig:"LOG_FORMAT" default:"text"`
}

// readConfig reads the environment. A value may stand in a file instead, named by the
// variable with _FILE behind it, as container secrets do.
func readConfig() (config, error) {
	var c config
	if err := fromFiles(reflect.TypeFor[config]()); err != nil {
		return c, err
	}
	if err := envconfig.Process("", &c); err != nil {
		return c, fmt.Errorf("a setting in the environment cannot be used: %w", err)
	}
	return c, nil
}

func fromFiles(settings reflect.Type) error {
	for i := range settings.NumField() {
		name := settings.Field(i).Tag.Get("envconfig")
		path, set := os.LookupEnv(name + "_FILE")
		if !set {
			continue
		}
		value, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("%s_FILE names a file that cannot be read: %w", name, err)
		}
		if err := os.Setenv(name, strings.TrimSpace(string(value))); err != nil {
			return fmt.Errorf("set %s: %w", name, err)
		}
	}
	return nil
}

// logger writes to stderr, so that what a command prints stays clean.
func (c config) logger() (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		return nil, fmt.Errorf("LOG_LEVEL must be debug, info, warn or error, not %q", c.LogLevel)
	}
	options := &slog.HandlerOptions{Level: level}
	switch c.LogFormat {
	case "text":
		return slog.New(slog.NewTextHandler(os.Stderr, options)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(os.Stderr, options)), nil
	}
	return nil, fmt.Errorf("LOG_FORMAT must be text or json, not %q", c.LogFormat)
}

// ballotDir is the folder of open ballots: beside the database, never in a backup of it.
func (c config) ballotDir() (string, error) {
	path, err := store.Path(c.DatabaseURL)
	if err != nil {
		return "", err
	}
	return filepath.Join(filepath.Dir(path), "ballots"), nil
}
