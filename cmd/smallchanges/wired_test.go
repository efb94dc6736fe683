package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"smallchanges/bot"
	"smallchanges/internal/ballot"
	"smallchanges/internal/chat"
	"smallchanges/internal/offline"
	"smallchanges/internal/outbox"
	"smallchanges/internal/programme"
	"smallchanges/internal/report"
	"smallchanges/internal/schedule"
	"smallchanges/internal/slack"
	"smallchanges/internal/store"
	"smallchanges/internal/store/storetest"
)

// wired is Northshire with everything wired as serve does, in this process: the offline
// workspace, the Slack adapter, the bot and a database, under a clock that stands still.
type wired struct {
	office
	db     *store.Store
	worker *outbox.Worker
	homes  *outbox.Homes
	runner *schedule.Runner
	left   chan struct{} // hears of each account whose end was dealt with

	mu    sync.Mutex
	clock time.Time
}

func (w *wired) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock
}

func openWired(t *testing.T) *wired {
	t.Helper()
	w := &wired{office: office{t: t, folder: t.TempDir()}, clock: storetest.Start, left: make(chan struct{}, 8)}
	file := storetest.File()
	var err error
	w.db, err = store.Open(t.Context(), "sqlite:"+w.database(), w.now)
	w.must(err)
	t.Cleanup(func() { w.db.Close() })
	w.must(w.db.Migrate(t.Context()))
	_, err = w.db.Apply(t.Context(), file, schedule.Next, false)
	w.must(err)
	w.space, err = offline.New(offline.Options{People: peopleOf(file), Channels: channelsOf(file), Manifest: slack.Manifest(""), Now: w.now})
	w.must(err)
	server := httptest.NewServer(w.space.Handler())
	t.Cleanup(func() { w.space.Close(); server.Close() })
	w.url = server.URL
	w.must(w.db.Register(t.Context(), "slack", w.space.TeamID()))
	w.connect()
	return w
}

// connect brings the bot up, and ends it before the workspace.
func (w *wired) connect() {
	adapter, err := slack.New(slack.Config{BotToken: w.space.BotToken(), AppToken: w.space.AppToken(), APIURL: w.url + "/api/", Now: w.now})
	w.must(err)
	w.must(adapter.Start(w.t.Context()))
	ballots, err := ballot.New(filepath.Join(w.folder, "ballots"))
	w.must(err)
	log := slog.New(slog.DiscardHandler)
	talks := bot.New(bot.Config{Store: w.db, Ballots: ballots, Picture: report.Grid, Directory: adapter, Now: w.now, Log: log})
	w.worker = outbox.New(w.db, talks, adapter, outbox.Config{Now: w.now, Log: log})
	w.homes = outbox.NewHomes(w.db, talks, adapter, w.now, log)
	w.runner = schedule.New(w.db, ballots, w.now, log)
	ctx, stop := context.WithCancel(w.t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- adapter.RunSocket(ctx, func(ctx context.Context, ev chat.Event) chat.Reply {
			reply := talks.Handle(ctx, ev)
			if _, left := ev.Did.(chat.Left); left {
				w.left <- struct{}{}
			}
			return reply
		})
	}()
	w.t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			w.t.Errorf("the socket ended: %v", err)
		}
	})
	w.must(w.space.Wait(w.t.Context(), w.space.Connected))
}

// passes lets time go by, with all that falls due at its end.
func (w *wired) passes(d time.Duration) {
	w.t.Helper()
	w.mu.Lock()
	w.clock = w.clock.Add(d)
	w.mu.Unlock()
	w.must(w.runner.Tick(w.t.Context()))
	w.must(w.worker.Drain(w.t.Context()))
	w.must(w.homes.Drain(w.t.Context()))
}

func (w *wired) person(account string) programme.Member {
	w.t.Helper()
	m, _, err := w.db.Member(w.t.Context(), w.space.TeamID(), account)
	w.must(err)
	return m
}

// directly is all that the bot wrote to a person.
func (w *wired) directly(account string) string {
	w.t.Helper()
	messages, err := w.reads(account, direct(account))
	w.must(err)
	var texts []string
	for _, m := range messages {
		texts = append(texts, m.Text)
	}
	return strings.Join(texts, "\n")
}

func direct(account string) string { return "D" + strings.TrimPrefix(account, "U") }

// latest presses a button on the latest message that a person sees in a place, once it has it.
func (w *wired) latest(account, in, button string) error {
	return w.space.Wait(w.t.Context(), func() bool {
		messages, err := w.reads(account, in)
		return err == nil && w.space.As(account).Press(in, messages[len(messages)-1].TS, button, "") == nil
	})
}

// shown is the message in the team's channel with these words, once it is there.
func (w *wired) shown(words string) (found post) {
	w.t.Helper()
	w.must(w.space.Wait(w.t.Context(), func() bool {
		messages, err := w.reads("U0ANA0001", willowChannel)
		i := slices.IndexFunc(messages, func(m post) bool { return strings.Contains(m.Text, words) })
		if err == nil && i >= 0 {
			found = messages[i]
		}
		return found.TS != ""
	}))
	return found
}

// home is somebody's page as it is, without opening it.
func (w *wired) home(account string) (id, content string) {
	w.t.Helper()
	body, err := w.visit("/ui/home", url.Values{"as": {account}, "again": {"1"}})
	w.must(err)
	defer body.Close()
	var page struct {
		View struct {
			ID     string
			Blocks json.RawMessage
		}
	}
	w.must(json.NewDecoder(body).Decode(&page))
	return page.View.ID, string(page.View.Blocks)
}

// pressAtHome presses a button of somebody's page.
func (w *wired) pressAtHome(account, button string) error {
	id, _ := w.home(account)
	return w.pressIn(account, id, button, "")
}

// pressIn presses a button of a dialog or a page, with the value that the button has there.
func (w *wired) pressIn(account, view, button, value string) error {
	body, err := json.Marshal(map[string]string{"as": account, "view_id": view, "type": "button", "action_id": button, "value": value})
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.url+"/ui/press", bytes.NewReader(body))
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	if answer.StatusCode >= http.StatusBadRequest {
		err = errors.New(answer.Status)
	}
	return errors.Join(err, answer.Body.Close())
}

// published waits until so many pages were published, and says when there are more.
func (w *wired) published(want int) {
	w.t.Helper()
	w.must(w.space.Wait(w.t.Context(), func() bool { return w.space.Calls("views.publish") >= want }))
	if got := w.space.Calls("views.publish"); got != want {
		w.t.Errorf("%d pages were published, want %d", got, want)
	}
}

func TestAClosedAccountReachesTheChampion(t *testing.T) {
	t.Parallel()
	const ana, cora, dan = "U0ANA0001", "U0CORA003", "U0DAN0004"
	w := openWired(t)
	for _, title := range []string{"Voice notes", "A team charter"} {
		w.must(w.space.As(dan).Say(willowChannel, "/smallchange propose "+title))
	}
	by := programme.By{Council: w.person(dan).CouncilID, Member: w.person(dan), At: w.now()}
	for number := 1; number <= 2; number++ {
		_, err := w.db.EditChange(t.Context(), by, number, func(c *programme.Change) (programme.History, []programme.Notice, error) {
			return c.TakeOn(by.Member, by.At)
		})
		w.must(err)
	}
	w.space.ChangePerson(dan, func(p *offline.Person) { p.Title = "Senior practitioner" }) // no news
	w.space.Deactivate(dan)
	<-w.left
	w.passes(0)
	if read := w.directly(ana); strings.Count(read, "Dan Okoro has left") != 1 || !strings.Contains(read, "SC-2 A team charter") {
		t.Fatalf("Ana reads %q", read)
	}

	form := w.opens(ana, func() error { return w.latest(ana, direct(ana), "handover") })
	w.sends(ana, form, "Cora Singh")
	w.passes(24 * time.Hour)
	if read := w.directly(cora); strings.Count(read, "You look after 2 more small changes now") != 1 {
		t.Errorf("Cora reads %q", read)
	}
	w.passes(14 * 24 * time.Hour) // two weekly questions
	if read := w.directly(dan); read != "" {
		t.Errorf("Dan reads %q", read)
	}
	if err := w.space.As(dan).Say(willowChannel, "/smallchange list"); err == nil {
		t.Error("Dan can still type")
	}
	if len(w.left) > 0 {
		t.Error("a changed profile counts as leaving")
	}
}

func TestAHomePageIsFreshAndQuiet(t *testing.T) {
	t.Parallel()
	const ana, ben = "U0ANA0001", "U0BEN0002"
	w := openWired(t)
	w.must(w.space.As(ana).Say(willowChannel, "/smallchange propose Voice notes"))
	w.must(w.space.As(ana).Say(willowChannel, "/smallchange show SC-1"))
	w.must(w.latest(ana, willowChannel, "change.more"))
	w.must(w.latest(ana, willowChannel, "change.share"))
	shared := w.shown("Shared by Ana")
	w.space.As(ana).OpenHome()
	w.published(1)
	w.passes(time.Minute)
	w.published(1) // nothing changed

	supporters := []string{ben, "U0CORA003", "U0DAN0004", "U0ELA0005", "U0FEMI006", "U0GRACE07", "U0HARI008", "U0INES009", "U0JO00010", "U0KIT0011"}
	var all sync.WaitGroup
	for _, who := range supporters {
		all.Go(func() {
			if err := w.space.As(who).Press(willowChannel, shared.TS, "change.support.here", ""); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	w.passes(time.Second)
	w.published(1) // not at once: more may come
	w.passes(5 * time.Second)
	w.published(2)
	if _, page := w.home(ana); !strings.Contains(page, strconv.Itoa(len(supporters))+" supporters") {
		t.Errorf("Ana sees %s", page)
	}
	w.passes(time.Hour)
	w.published(2) // and nobody else's, who never opened theirs

	// Ben does something on his own page: it answers at once, and not a second time.
	w.space.As(ben).OpenHome()
	w.published(3)
	form := w.opens(ben, func() error { return w.pressAtHome(ben, "change.new") })
	raw, err := json.Marshal(map[string]string{"type": "plain_text_input", "value": "Fewer meetings"})
	w.must(err)
	if _, err := w.space.As(ben).Submit(form.ID, map[string]map[string]json.RawMessage{"title": {"v": raw}}); err != nil {
		t.Fatal(err)
	}
	w.published(4)
	if _, page := w.home(ben); !strings.Contains(page, "Fewer meetings") {
		t.Errorf("Ben sees %s", page)
	}
	w.passes(time.Minute)
	w.published(4)
}
