package main

import (
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
	for _, want := range []string{"Set up Willow", "Add people from this channel", "setup.rhythm"} {
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
	if len(people) != 12 || addresses["Lena Fox"] != "lena@northshire.example" || addresses["Small Changes"] != "" {
		t.Errorf("in the channel are %v", addresses)
	}
}
