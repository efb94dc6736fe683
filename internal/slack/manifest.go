package slack

import (
	"encoding/json"
	"strings"
)

// scopes is the least that does the work. Each is used by a call named beside it.
var scopes = []string{
	"commands",         // /smallchange, /celebrate, /reflect, /pulse and the shortcuts
	"chat:write",       // chat.postMessage and chat.update, where the bot was invited
	"im:write",         // conversations.open: prompts and news in direct messages
	"im:history",       // conversations.history and .replies: find a delivery again after a crash
	"files:write",      // files.getUploadURLExternal: a picture in a message, a file for one person
	"users:read",       // users.info, which users:read.email builds on, and user_change
	"users:read.email", // users.info: match a person with the roster on first contact
	"channels:read",    // conversations.members: offer a channel's people when a team is set up
	"groups:read",      // the same for a private channel that the bot was invited to
	"dnd:read",         // dnd_updated_user: who has paused their notifications is not written to
}

type manifest struct {
	Metadata    map[string]int    `json:"_metadata"`
	Information map[string]string `json:"display_information"`
	Features    features          `json:"features"`
	OAuth       any               `json:"oauth_config"`
	Settings    map[string]any    `json:"settings"`
}

type features struct {
	Home      map[string]bool    `json:"app_home"`
	Bot       map[string]any     `json:"bot_user"`
	Shortcuts []manifestShortcut `json:"shortcuts"`
	Commands  []manifestCommand  `json:"slash_commands"`
}

type manifestShortcut struct {
	Name        string `json:"name"`
	Type        string `json:"type"` // global or message
	CallbackID  string `json:"callback_id"`
	Description string `json:"description"`
}

type manifestCommand struct {
	Command     string `json:"command"`
	URL         string `json:"url,omitempty"`
	Description string `json:"description"`
	Hint        string `json:"usage_hint,omitempty"`
	Escape      bool   `json:"should_escape"` // people arrive as <@U…>, so a mention is never a guess
}

// Manifest is the app manifest (version 2) to paste at api.slack.com/apps: for Socket
// Mode when publicURL is "", else with publicURL + "/slack/events" as the one endpoint.
func Manifest(publicURL string) []byte {
	endpoint := ""
	if publicURL != "" {
		endpoint = strings.TrimSuffix(publicURL, "/") + "/slack/events"
	}
	m := manifest{
		Metadata: map[string]int{"major_version": 2},
		Information: map[string]string{
			"name":             "Small Changes",
			"description":      "Propose, try and learn from small changes in children's social care.",
			"background_color": "#1d4f5c",
		},
		Features: features{
			Home:      map[string]bool{"home_tab_enabled": true, "messages_tab_enabled": true, "messages_tab_read_only_enabled": false},
			Bot:       map[string]any{"display_name": "Small Changes", "always_online": true},
			Shortcuts: manifestShortcuts(),
			Commands:  manifestCommands(endpoint),
		},
		OAuth:    map[string]any{"scopes": map[string]any{"bot": scopes}},
		Settings: manifestSettings(endpoint),
	}
	out, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		panic(err) // maps of strings always marshal
	}
	return append(out, '\n')
}

func manifestShortcuts() []manifestShortcut {
	return []manifestShortcut{
		{"Propose a small change", "global", "propose", "Tell your team about one thing to do differently."},
		{"Turn into a small change", "message", "turn", "Start a small change from the words of this message."},
		{"Celebrate this", "message", "celebrate", "Thank the people behind this message."},
	}
}

func manifestCommands(endpoint string) []manifestCommand {
	return []manifestCommand{
		{"/smallchange", endpoint, "Propose, update and follow small changes", "propose [one line] · update SC-12 · list · choose · setup · help", true},
		{"/celebrate", endpoint, "Thank people or celebrate a small change", "@person what they did, or SC-12 words", true},
		{"/reflect", endpoint, "Answer this week's prompt, or note a reflection", "[words]", true},
		{"/pulse", endpoint, "Answer the open pulse, or see the last result", "", true},
	}
}

func manifestSettings(endpoint string) map[string]any {
	events := map[string]any{"bot_events": []string{"app_home_opened", "message.im", "user_change", "dnd_updated_user"}}
	interactivity := map[string]any{"is_enabled": true}
	if endpoint != "" {
		events["request_url"], interactivity["request_url"] = endpoint, endpoint
	}
	return map[string]any{
		"event_subscriptions":    events,
		"interactivity":          interactivity,
		"socket_mode_enabled":    endpoint == "",
		"org_deploy_enabled":     false,
		"token_rotation_enabled": false,
	}
}
