package slack

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"smallchanges/internal/chat"
	"smallchanges/internal/slack/blockkit"
)

var update = flag.Bool("update", false, "write the golden drawings anew")

// golden compares a drawing with the one that was looked at and kept.
func golden(t *testing.T, name string, drawn any) {
	t.Helper()
	var got bytes.Buffer
	enc := json.NewEncoder(&got)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(drawn); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", name+".json")
	if *update {
		if err := os.WriteFile(path, got.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Error(diff)
	}
}

var (
	ana   = chat.Person{Workspace: "T1", ID: "U0ANA0001", Name: "Ana Ortiz"}
	shown = chat.Card{
		Kind: "change.shown", Title: "SC-12: One form for reviews",
		Body: []chat.Node{
			chat.Para{Text: chat.Text{chat.Mention{Person: ana}, chat.Plain(" proposed this. See the "), chat.Link{Label: "board", URL: "https://bot.example/"}, chat.Plain(".")}},
			chat.Facts{{Label: "Step", Value: chat.Words("trying")}, {Label: "Owner", Value: chat.Text{chat.Mention{Person: ana}}}},
			chat.Heading("Like this one"),
			chat.Row{Text: chat.Text{chat.Bold("SC-3"), chat.Plain(" Fewer e-mails")}, Buttons: []chat.Button{{ID: "show", Label: "Show", Arg: "SC-3", Spoken: "Show SC-3"}}},
			chat.Row{Text: chat.Words("SC-4 No forms"), Buttons: []chat.Button{{ID: "show", Label: "Show", Arg: "SC-4"}, {ID: "support", Label: "Support", Arg: "SC-4"}}},
			chat.Row{Text: chat.Words("SC-5 Only words")},
			chat.Note{Text: chat.Words("Three people support it.")},
		},
		Buttons: []chat.Button{
			{ID: "update", Label: "Update", Arg: "SC-12", Opens: "change.update", Style: chat.Primary},
			{ID: "stop", Label: "Stop", Arg: "SC-12", Style: chat.Danger},
		},
	}
	everyField = chat.Form{
		ID: "change.update", State: "SC-12 3", Title: "Update SC-12", Send: "Save",
		Intro: []chat.Node{chat.P("Ben moved this on.")},
		Fields: []chat.Field{
			{ID: "title", Label: "Title", Kind: chat.Line, Max: 80, Value: hostileTitle},
			{ID: "why", Label: "Why", Hint: "One sentence is enough.", Kind: chat.Paragraph, Optional: true},
			{ID: "strand", Label: "Strand", Kind: chat.Choice, Value: "m", Options: []chat.Option{{Value: "r", Label: "Recording", Hint: "Notes and forms"}, {Value: "m", Label: "Meetings"}}},
			{ID: "ours", Label: "Is it ours to change?", Kind: chat.Pick, Options: []chat.Option{{Value: "yes", Label: "Our team can"}, {Value: "no", Label: "It needs a yes"}}},
			{ID: "days", Label: "On which days?", Kind: chat.Several, Value: "mon wed", Options: []chat.Option{{Value: "mon", Label: "Monday"}, {Value: "tue", Label: "Tuesday", Hint: "When the office is full"}, {Value: "wed", Label: "Wednesday"}}},
			{ID: "else", Label: "And else?", Kind: chat.Several, Optional: true, Options: []chat.Option{{Value: "sun", Label: "Sunday"}}},
			{ID: "review", Label: "Review on", Kind: chat.Day, Value: "2026-12-24"},
			{ID: "people", Label: "Who helps", Kind: chat.People, Value: "U0ANA0001 U0BEN0002", Optional: true},
		},
	}
)

func TestGoldenDrawings(t *testing.T) {
	t.Parallel()
	hostile := chat.Words(hostileTitle)
	for name, c := range map[string]chat.Card{
		"card": shown,
		"hostile": {Title: hostileTitle, Body: []chat.Node{
			chat.Para{Text: hostile},
			chat.Heading(hostileTitle),
			chat.Facts{{Label: "Title", Value: hostile}},
			chat.Note{Text: hostile},
			chat.Row{Text: append(chat.Text{chat.Bold("SC-1"), chat.Plain(" ")}, hostile...), Buttons: []chat.Button{{ID: "show", Label: hostileTitle}}},
			chat.Row{Text: hostile, Buttons: []chat.Button{{ID: "show", Label: "Show"}}},
		}},
	} {
		d, err := drawCard(c)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, name, map[string]any{"text": d.text, "blocks": d.blocks})
	}
	view, err := drawForm(everyField, origin{ResponseURL: "https://hooks.slack.com/x", Channel: "C1", TS: "1.2"})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "form", view)
	home, err := drawHome(shown)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "home", home)
}

// chat's limits are Slack's or smaller: the largest card of its kind is taken.
func TestChatLimitsFitSlack(t *testing.T) {
	t.Parallel()
	text := chat.Words(strings.Repeat("ü", chat.MaxText))
	rows := chat.Row{Text: text}
	for range chat.MaxRow {
		rows.Buttons = append(rows.Buttons, chat.Button{
			ID: "b" + string(rune('a'+len(rows.Buttons))), Label: strings.Repeat("ü", chat.MaxLabel), Arg: strings.Repeat("ü", chat.MaxArg), Spoken: strings.Repeat("ü", chat.MaxLabel),
		})
	}
	if _, err := drawCard(chat.Card{Title: strings.Repeat("ü", chat.MaxTitle), Body: []chat.Node{
		chat.Para{Text: text}, chat.Note{Text: text}, rows, chat.Row{Text: text, Buttons: rows.Buttons[:1]},
	}}); err != nil {
		t.Error(err)
	}
	f := chat.Form{ID: "f", State: strings.Repeat("x", chat.MaxState), Title: strings.Repeat("ü", chat.MaxFormTitle), Send: "Send"}
	for _, kind := range []chat.FieldKind{chat.Choice, chat.Pick, chat.Several} {
		field := chat.Field{ID: "f" + string(rune('a'+kind)), Label: "L", Kind: kind}
		for i := range map[chat.FieldKind]int{chat.Choice: chat.MaxOptions, chat.Pick: chat.MaxPicks, chat.Several: chat.MaxPicks}[kind] {
			field.Options = append(field.Options, chat.Option{Value: strings.Repeat("v", i+1), Label: strings.Repeat("ü", chat.MaxLabel), Hint: strings.Repeat("ü", chat.MaxLabel)})
		}
		f.Fields = append(f.Fields, field)
	}
	if _, err := drawForm(f, origin{ResponseURL: "https://hooks.slack.com/" + strings.Repeat("x", 200)}); err != nil {
		t.Error(err)
	}
}

// Every manner of drawing knows its surface: what fits a message fits a page.
func TestBlocksAreNeverNull(t *testing.T) {
	t.Parallel()
	for _, on := range []blockkit.Surface{blockkit.Message, blockkit.Home} {
		raw, err := json.Marshal(cardBlocks(chat.Card{}, on, ""))
		if err != nil || string(raw) != "[]" {
			t.Errorf("surface %d: %s %v", on, raw, err)
		}
	}
}
