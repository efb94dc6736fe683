package chattest

import (
	"maps"
	"testing"

	"smallchanges/internal/chat"
)

// form asks for every kind of answer there is.
func form() chat.Form {
	options := []chat.Option{{Value: "tea", Label: "Tea"}, {Value: "coffee", Label: "Coffee"}}
	extras := []chat.Option{{Value: "milk", Label: "Milk"}, {Value: "sugar", Label: "Sugar"}, {Value: "honey", Label: "Honey"}}
	return chat.Form{
		ID: "chattest.form", State: "SC-12", Title: "Your idea", Send: "Propose",
		Fields: []chat.Field{
			{ID: "title", Label: "Title", Kind: chat.Line},
			{ID: "why", Label: "Why", Kind: chat.Paragraph, Optional: true, Value: "It saves time."},
			{ID: "drink", Label: "Drink", Kind: chat.Choice, Options: options},
			{ID: "treat", Label: "Treat", Kind: chat.Pick, Options: options, Value: "tea"},
			{ID: "extras", Label: "Extras", Kind: chat.Several, Options: extras, Value: "milk"},
			{ID: "none", Label: "Without", Kind: chat.Several, Options: extras, Optional: true},
			{ID: "day", Label: "Day", Kind: chat.Day, Optional: true},
			{ID: "with", Label: "With", Kind: chat.People, Optional: true},
		},
	}
}

// answers are what a person fills in; the rest holds what it opened with.
func (b bench) answers() chat.Values {
	return chat.Values{"title": "Shorter <standup>", "drink": "coffee", "extras": "milk honey", "day": "2026-12-07", "with": b.Ben().ID + " " + b.Ana().ID}
}

// whole is what then comes back.
func (b bench) whole() chat.Values {
	all := b.answers()
	all["why"], all["treat"], all["none"] = "It saves time.", "tea", ""
	return all
}

func (b bench) opens(title string) {
	b.t.Helper()
	b.Until("the form "+title+" opens", func() bool { return b.Form(b.Ana()).Title == title })
}

func (b bench) closes() {
	b.t.Helper()
	b.Until("the form closes", func() bool { return !b.Form(b.Ana()).Open() })
}

// submitted is the sent form at this place of the order of events.
func (b bench) submitted(n int) chat.Submit {
	b.t.Helper()
	did, ok := b.event(n).Did.(chat.Submit)
	if !ok {
		b.t.Fatalf("event %d is %+v, not a sent form", n, b.event(n).Did)
	}
	return did
}

func asks(t *testing.T, connect New) {
	b := set(t, connect, chat.Ask{Form: form()}, chat.Tell{Card: card("Proposed")})
	at := b.sent(b.Channel(), card("Any ideas?", chat.Button{ID: "propose", Label: "Propose", Opens: "chattest.form"}))
	b.sees(b.Ana(), "Any ideas?")
	b.Presses(b.Ana(), "propose")
	b.opens("Your idea")
	if b.Form(b.Ben()).Open() {
		t.Error("the form is in front of Ben too")
	}
	b.Sends(b.Ana(), b.answers())
	b.closes()
	did := b.submitted(1)
	if did.Form != "chattest.form" || did.State != "SC-12" || !maps.Equal(did.Values, b.whole()) {
		t.Errorf("the bot heard %+v, want values %+v", did, b.whole())
	}
	if on := b.event(1).On; on == nil || *on != at {
		t.Errorf("the form was opened on %+v, want %+v", on, at)
	}
	b.sees(b.Ana(), "Proposed")
	b.misses(b.Ben(), "Proposed")
}

func refuses(t *testing.T, connect New) {
	problem := "Say it in fewer words."
	b := set(t, connect, chat.Ask{Form: form()})
	b.replies = append(b.replies, chat.Ask{Form: form().Filled(b.whole()), Problems: map[string]string{"title": problem}})
	b.Types(b.Ana(), "smallchange", "propose")
	b.opens("Your idea")
	b.Sends(b.Ana(), b.answers())
	b.Until("the problem is shown", func() bool { return len(b.Form(b.Ana()).Problems) > 0 })
	shown := b.Form(b.Ana())
	if !maps.Equal(shown.Problems, map[string]string{"title": problem}) || !maps.Equal(shown.Values, b.whole()) {
		t.Errorf("the form shows %+v, want the values %+v", shown, b.whole())
	}
	b.Sends(b.Ana(), chat.Values{"title": "Standup"})
	b.closes()
	want := b.whole()
	want["title"] = "Standup"
	if did := b.submitted(2); !maps.Equal(did.Values, want) {
		t.Errorf("the bot heard %+v, want %+v", did.Values, want)
	}
}
