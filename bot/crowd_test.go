package bot_test

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"smallchanges/bot"
	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
	"smallchanges/internal/store/storetest"
)

const crowd = 20

// crowdOf is a council whose Willow has twenty people more, all of them leaders, and its bot.
func crowdOf(t *testing.T) (*storetest.Fixture, *bot.Bot) {
	t.Helper()
	f := storetest.Open(t)
	file := storetest.File()
	willow := &file.Services[0].Teams[0]
	for i := range crowd {
		willow.Members = append(willow.Members, programme.MemberEntry{
			Name: fmt.Sprintf("Person%d Smith", i), Slack: crowdID(i), Email: fmt.Sprintf("p%d@northshire.example", i), Roles: []programme.Role{programme.Leader},
		})
	}
	if _, err := f.Apply(t.Context(), file, storetest.Weekly, false); err != nil {
		t.Fatal(err)
	}
	return f, bot.New(bot.Config{Store: f.Store, Now: f.Clock.Now, Log: slog.New(slog.DiscardHandler)})
}

func crowdID(i int) string { return fmt.Sprintf("U0CROWD%02d", i) }

// press is what each of the crowd sees who press the same button at the same moment.
func press(t *testing.T, b *bot.Bot, button, arg string) []chat.Reply {
	t.Helper()
	replies := make([]chat.Reply, crowd)
	var all sync.WaitGroup
	start := make(chan struct{})
	for i := range crowd {
		all.Go(func() {
			<-start
			replies[i] = b.Handle(t.Context(), chat.Event{
				Key: fmt.Sprint("press-", i), Actor: chat.Person{Workspace: storetest.Workspace, ID: crowdID(i)},
				On: &chat.Message{ID: "m"}, Did: chat.Press{Button: button, Arg: arg},
			})
		})
	}
	close(start)
	all.Wait()
	return replies
}

// shownBy is a reply's card in plain words.
func shownBy(reply chat.Reply) string {
	switch r := reply.(type) {
	case chat.Tell:
		return r.Card.Plain()
	case chat.Replace:
		return r.Card.Plain()
	}
	return fmt.Sprintf("%#v", reply)
}

// Twenty people press the same button at the same moment: one wins, and nineteen read what
// happened.
func TestTwentyPressTheSameButton(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		button, arg string
		prepare     programme.Rule
		news        func(programme.Change, programme.History) string // what those read who were late
	}{
		"I will look after it": {
			button: "change.take-on", arg: "SC-1",
			news: func(c programme.Change, _ programme.History) string {
				return c.Owner.Name + " looks after SC-1 already."
			},
		},
		"a leader's yes": {
			button: "permission.yes", arg: "SC-1 2",
			prepare: func(c *programme.Change) (programme.History, []programme.Notice, error) {
				ana := programme.Member{ID: c.Proposer.ID, TeamID: c.TeamID, Name: c.Proposer.Name}
				return c.Ask(programme.Request{Scope: programme.Manager, Service: programme.Service{ID: 1, Name: "Early help"}, Version: c.Version}, ana, c.Created)
			},
			news: func(_ programme.Change, h programme.History) string {
				return h.Who + " was first. Their answer: Yes."
			},
		},
		"our team can do it": {
			button: "change.gate.team", arg: "SC-1 1",
			news: func(programme.Change, programme.History) string {
				return "Somebody else updated SC-1 since. This is how it is now."
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, b := crowdOf(t)
			c := f.Idea("ana", "One form")
			if test.prepare != nil {
				if _, err := f.EditChange(t.Context(), f.By("ana", ""), c.Number, test.prepare); err != nil {
					t.Fatal(err)
				}
			}
			_, before, err := f.Change(t.Context(), f.Council, c.Number)
			if err != nil {
				t.Fatal(err)
			}
			replies := press(t, b, test.button, test.arg)
			now, past, err := f.Change(t.Context(), f.Council, c.Number)
			if err != nil || len(past) != len(before)+1 {
				t.Fatalf("%d lines of history were added, %v", len(past)-len(before), err)
			}
			late := 0
			for _, reply := range replies {
				if strings.Contains(shownBy(reply), test.news(now, past[len(past)-1])) {
					late++
				}
			}
			if late != crowd-1 {
				t.Errorf("%d of %d read what happened: %v", late, crowd-1, shownBy(replies[0]))
			}
		})
	}
}
