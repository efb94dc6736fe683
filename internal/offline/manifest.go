package offline

import (
	"encoding/json"
	"slices"

	"smallchanges/internal/fault"
)

// Command is a typed command as the manifest declares it.
type Command struct {
	Command     string `json:"command"` // with the slash
	UsageHint   string `json:"usage_hint"`
	Description string `json:"description"`
	Escape      bool   `json:"should_escape"`
}

// Shortcut is a menu action as the manifest declares it; Type is "global" or "message".
type Shortcut struct {
	CallbackID string `json:"callback_id"`
	Name       string `json:"name"`
	Type       string `json:"type"`
}

// app is what a manifest says that matters here.
type app struct {
	name          string
	commands      []Command
	shortcuts     []Shortcut
	scopes        []string
	events        []string
	home          bool
	messages      bool
	readOnly      bool
	interactivity bool
}

// manifest is the part of Slack's manifest format (version 2) that is read here.
type manifest struct {
	Display struct {
		Name string `json:"name"`
	} `json:"display_information"`
	Features struct {
		Home struct {
			Home     bool `json:"home_tab_enabled"`
			Messages bool `json:"messages_tab_enabled"`
			ReadOnly bool `json:"messages_tab_read_only_enabled"`
		} `json:"app_home"`
		Bot struct {
			Name string `json:"display_name"`
		} `json:"bot_user"`
		Commands  []Command  `json:"slash_commands"`
		Shortcuts []Shortcut `json:"shortcuts"`
	} `json:"features"`
	OAuth struct {
		Scopes struct {
			Bot []string `json:"bot"`
		} `json:"scopes"`
	} `json:"oauth_config"`
	Settings struct {
		Events struct {
			Bot []string `json:"bot_events"`
		} `json:"event_subscriptions"`
		Interactivity struct {
			Enabled bool `json:"is_enabled"`
		} `json:"interactivity"`
	} `json:"settings"`
}

// readManifest reads a manifest. Without one the app has no commands and no scopes.
func readManifest(raw []byte) (app, error) {
	var m manifest
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &m); err != nil {
			return app{}, fault.Hide(fault.Invalid, err, "The app's manifest is not valid JSON.")
		}
	}
	a := app{
		name: m.Features.Bot.Name, commands: m.Features.Commands, shortcuts: m.Features.Shortcuts,
		scopes: m.OAuth.Scopes.Bot, events: m.Settings.Events.Bot,
		home: m.Features.Home.Home, messages: m.Features.Home.Messages, readOnly: m.Features.Home.ReadOnly,
		interactivity: m.Settings.Interactivity.Enabled,
	}
	if a.name == "" {
		a.name = m.Display.Name
	}
	if a.name == "" {
		a.name = "App"
	}
	return a, nil
}

func (a app) command(name string) (Command, bool) {
	i := slices.IndexFunc(a.commands, func(c Command) bool { return c.Command == name })
	if i < 0 {
		return Command{}, false
	}
	return a.commands[i], true
}

func (a app) shortcut(callback string) (Shortcut, bool) {
	i := slices.IndexFunc(a.shortcuts, func(s Shortcut) bool { return s.CallbackID == callback })
	if i < 0 {
		return Shortcut{}, false
	}
	return a.shortcuts[i], true
}
