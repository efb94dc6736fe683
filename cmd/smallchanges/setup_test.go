package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"smallchanges/internal/chat"
)

// A champion's card comes over the whole way, and the adapter finds who is in a channel of the
// offline workspace: people with their addresses, and not the bot.
func TestSetupOverTheWholeWay(t *testing.T) {
	t.Parallel()
	p := openRoad(t)
	told, err := p.asks(t.Context(), "/smallchange setup")
	must(t, err)
	for _, want := range []string{"Set up Willow", "Add people from this channel", "setup.schedule.pulse"} {
		if !strings.Contains(told, want) {
			t.Errorf("the card has no %q: %s", want, told)
		}
	}
	people, err := p.slack.Members(t.Context(), chat.Place{Workspace: p.slack.Workspace(), ID: willowChannel})
	must(t, err)
	addresses := map[string]string{}
	for _, person := range people {
		addresses[person.Name] = person.Email
	}
	if len(people) != 13 || addresses["Lena Fox"] != "lena@northshire.example" || addresses["Small Changes"] != "" {
		t.Errorf("in the channel are %v", addresses)
	}
}

// In the running program Ana takes Hari out, and brings him back from the channel: the form
// opens on who is there, and what is sent is what the database holds.
func TestPeopleComeAndGoOverTheRealSocket(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	bot := o.serve()
	const ana, hari = "U0ANA0001", "U0HARI008"
	asks := func(button string) openForm {
		told, err := o.asks(ana, "/smallchange setup")
		o.must(err)
		if !strings.Contains(told, "Set up Willow") {
			t.Fatalf("Ana reads %q", told)
		}
		messages, err := o.reads(ana, willowChannel)
		o.must(err)
		card := messages[len(messages)-1].TS
		return o.opens(ana, func() error { return o.space.As(ana).Press(willowChannel, card, button, "") })
	}
	send := func(d openForm, people []string) {
		typed, err := json.Marshal(map[string]any{"type": "multi_users_select", "selected_users": people})
		o.must(err)
		got, err := o.space.As(ana).Submit(d.ID, map[string]map[string]json.RawMessage{"people": {"v": typed}})
		o.must(err)
		if got.Errors != nil {
			t.Fatalf("refused: %v", got.Errors)
		}
	}
	form := asks("setup.people")
	everybody := form.users("people")
	if len(everybody) != 8 {
		t.Fatalf("the form opens on %v", everybody)
	}
	send(form, slices.DeleteFunc(slices.Clone(everybody), func(id string) bool { return id == hari }))
	if printed := o.run("apply", "--print"); strings.Contains(printed, "Hari Patel") || !strings.Contains(printed, "Ana Ortiz") {
		t.Errorf("without Hari it is\n%s", printed)
	}
	form = asks("setup.people.channel")
	if again := form.users("people"); len(again) != 8 || again[7] != hari {
		t.Errorf("from the channel come %v", again)
	}
	send(form, form.users("people"))
	if printed := o.run("apply", "--print"); !strings.Contains(printed, "Hari Patel") {
		t.Errorf("with Hari it is\n%s", printed)
	}
	bot.stop()
}

// In the running program Ana writes a schedule in words and is shown its dates in the same
// dialog. Nothing is kept before she sends them.
func TestAScheduleIsWrittenOverTheRealSocket(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	bot := o.serve()
	const ana = "U0ANA0001"
	_, err := o.asks(ana, "/smallchange setup")
	o.must(err)
	messages, err := o.reads(ana, willowChannel)
	o.must(err)
	card := messages[len(messages)-1].TS
	form := o.opens(ana, func() error {
		return o.space.As(ana).Press(willowChannel, card, "setup.schedule.reflection", "")
	})
	send := func(typed string) error {
		words, err := json.Marshal(map[string]any{"type": "plain_text_input", "value": typed})
		o.must(err)
		got, err := o.space.As(ana).Submit(form.ID, map[string]map[string]json.RawMessage{"when": {"v": words}})
		if got.Errors != nil {
			t.Fatalf("refused: %v", got.Errors)
		}
		return err
	}
	const typed = "last Friday of the month at 2pm"
	dates := o.opens(ana, func() error { return send(typed) })
	if printed := o.run("apply", "--print"); dates.ID != form.ID || strings.Contains(printed, "FRI#L") {
		t.Errorf("before the dates are sent, dialog %s shows %s, and it is\n%s", dates.ID, form.ID, printed)
	}
	o.must(send(typed))
	if printed := o.run("apply", "--print"); !strings.Contains(printed, "id: willow-reflection-2") || !strings.Contains(printed, "0 14 * * FRI#L") {
		t.Errorf("then it is\n%s", printed)
	}
	bot.stop()
}

// users are the people whom a field of a form opens on.
func (d openForm) users(field string) []string {
	for _, b := range d.Blocks {
		if b.ID == field {
			return b.Element.Users
		}
	}
	return nil
}
