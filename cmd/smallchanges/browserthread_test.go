package main

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/offline"
	"smallchanges/internal/slack"
)

// The page shows what goes under a message when it is asked to, gives files to keep, and lets
// people say that they are away: with the mouse, with the keyboard, and on a telephone's width.
func TestBrowserThreadsFilesAndStatus(t *testing.T) {
	findBrowser(t)
	for name, width := range map[string]int64{"wide": 1280, "narrow": 390} {
		t.Run(name, func(t *testing.T) {
			space, bot := openWorkspace(t)
			place := chat.Place{Workspace: space.TeamID(), ID: willow}
			send := func(to chat.Place, body ...chat.Node) chat.Message {
				t.Helper()
				at, err := bot.Send(t.Context(), to, chat.Card{Kind: "t", Title: "What we heard this week", Body: body}, "")
				if err != nil {
					t.Fatal(err)
				}
				return at
			}
			under := place
			under.Thread = send(place, chat.P("Eight answers, three themes.")).ID
			send(under, chat.P("Ben shared: two visits in a row without the laptop."))
			send(under, chat.P("Cora shared: one form instead of two."))
			send(chat.Place{Workspace: place.Workspace, ID: ana, Direct: true},
				chat.P("All that you wrote."), chat.File{Name: "my-reflections.txt", Title: "My reflections", Content: []byte("Thursday")})
			p := openPage(t, space.url, width, 780, address(ana, willow))
			readThread(p)
			setStatus(p, space)
			p.look(ana, anaDirect)
			p.sees(message, "My reflections. It is next to this message")
			p.sees("[data-test=file]", "My reflections")
			p.fits()
			p.quiet()
		})
	}
}

// readThread opens and closes a thread, and writes into it.
func readThread(p *tab) {
	const replies, reply = "[data-test=replies]", ".message-reply"
	p.sees(replies, "2 replies")
	if p.has(reply, "") {
		p.t.Error("the replies are in sight before anybody asked for them")
	}
	p.click(replies, "")
	p.sees(reply, "two visits in a row")
	p.fits()
	p.press(enter) // the focus is where it was
	p.gone(reply)
	p.press(" ")
	p.sees(reply, "one form instead of two")
	p.clickIn(message, "Eight answers", "[data-test=message-more]")
	p.click(".menu-item", "Reply in thread")
	p.say("Thank you all")
	p.sees(replies, "3 replies")
	p.sees(reply, "Thank you all")
	p.fits()
}

// setStatus says that Ana is on holiday, and that she is back.
func setStatus(p *tab, space workspace) {
	drawer := p.has("#drawer-open", "")
	menu := func() {
		if drawer {
			p.click("#drawer-open", "")
		}
		p.click("#you", "")
	}
	menu()
	p.click(".menu-item", "Set your status to On holiday")
	p.sees("#you [data-test=status]", "On holiday")
	p.fits()
	space.hears(p.t, true)
	p.click("#you", "")
	p.click(".menu-item", "Clear your status")
	p.gone("#you [data-test=status]")
	space.hears(p.t, false)
	if drawer {
		p.click("#drawer-close", "")
	}
}

// workspace is one with the real adapter in it, and what its bot heard.
type workspace struct {
	*offline.Workspace
	url   string
	heard chan chat.Event
}

// hears takes the next thing the bot hears, which is a status.
func (w workspace) hears(t *testing.T, away bool) {
	t.Helper()
	select {
	case e := <-w.heard:
		if did, ok := e.Did.(chat.Away); !ok || did.Until.IsZero() == away || e.Actor.ID != ana {
			t.Errorf("the bot heard %+v", e)
		}
	case <-time.After(patience):
		t.Fatal("the bot heard nothing")
	}
}

func openWorkspace(t *testing.T) (workspace, *slack.Slack) {
	t.Helper()
	w := workspace{heard: make(chan chat.Event, 8)}
	var err error
	w.Workspace, err = offline.New(offline.Options{
		Name:     "Northshire",
		People:   []offline.Person{{ID: ana, Name: "Ana Ortiz", Title: "Champion, Willow"}, {ID: ben, Name: "Ben Hale", Title: "Practitioner, Willow"}},
		Channels: []offline.Channel{{ID: willow, Name: "willow", Bot: true}}, Manifest: slack.Manifest(""),
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(w.Handler())
	w.url = server.URL
	s, err := slack.New(slack.Config{BotToken: w.BotToken(), AppToken: w.AppToken(), APIURL: server.URL + "/api/"})
	if err == nil {
		err = s.Start(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- s.RunSocket(ctx, func(_ context.Context, e chat.Event) chat.Reply {
			w.heard <- e
			return chat.Done{}
		})
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the socket ended: %v", err)
		}
		w.Close()
		server.Close()
	})
	return w, s
}
