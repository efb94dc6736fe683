package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"smallchanges/docs"
	"smallchanges/internal/offline"
	"smallchanges/internal/programme"
	"smallchanges/internal/schedule"
	"smallchanges/internal/slack"
	"smallchanges/internal/store"
)

// office is the sample council at work: its chat workspace is in this test, and the program
// runs as processes of its own on one data folder, as it does for an operator.
type office struct {
	t      *testing.T
	people []offline.Person // of Willow
	folder string           // database, ballots and logs: all that the program leaves behind
	space  *offline.Workspace
	url    string // of the workspace
}

// willowChannel is the team's channel.
const willowChannel = "C0WILLOW1"

func openOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, folder: t.TempDir()}
	council, err := readCouncil(docs.ExampleCouncil)
	o.must(err)
	o.people = peopleOf(council)[:len(council.Services[0].Teams[0].Members)]
	o.space, err = offline.New(offline.Options{
		People: peopleOf(council), Channels: channelsOf(council), Manifest: slack.Manifest(""),
	})
	o.must(err)
	server := httptest.NewServer(o.space.Handler())
	t.Cleanup(func() { o.space.Close(); server.Close() })
	o.url = server.URL
	o.declare(council)
	return o
}

// declare makes the council's database. Its clockwork is paused, so that nothing happens in
// a test but what the test does, whatever the day and hour.
func (o *office) declare(council programme.CouncilFile) {
	o.t.Helper()
	ctx := o.t.Context()
	db := openStore(o.t, "sqlite:"+o.database())
	_, err := db.Apply(ctx, council, schedule.Next, false)
	o.must(err)
	schedules, err := db.Schedules(ctx)
	o.must(err)
	for _, s := range schedules {
		o.must(db.PauseSchedule(ctx, s.ID, true))
	}
	o.must(db.Close())
}

func openStore(t testing.TB, databaseURL string) *store.Store {
	t.Helper()
	db, err := store.Open(t.Context(), databaseURL, time.Now)
	if err == nil {
		err = db.Migrate(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) database() string { return filepath.Join(o.folder, "smallchanges.db") }

// command is the program as an operator would start it. What it logs, at its most talkative,
// is kept beside the data. It never outlives the test.
func (o *office) command(args ...string) *exec.Cmd {
	o.t.Helper()
	log, err := os.OpenFile(filepath.Join(o.folder, "smallchanges.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	o.must(err)
	o.t.Cleanup(func() { log.Close() })
	c := exec.CommandContext(o.t.Context(), "smallchanges", args...) // TestMain puts it into the path
	c.Stderr = log
	c.Env = append(os.Environ(), "DATABASE_URL=sqlite:"+o.database(), "HTTP_ADDR=127.0.0.1:0", "LOG_LEVEL=debug",
		"SLACK_API_URL="+o.url+"/api/", "SLACK_WORKSPACE_RATE=0", "SLACK_BOT_TOKEN="+o.space.BotToken(), "SLACK_APP_TOKEN="+o.space.AppToken())
	return c
}

// run does one command to its end and returns what it printed.
func (o *office) run(args ...string) string {
	o.t.Helper()
	out, err := o.command(args...).Output()
	if err != nil {
		o.t.Fatalf("%s: %v\n%s\n%s", strings.Join(args, " "), err, out, o.log())
	}
	return string(out)
}

// log is all that the program has logged so far.
func (o *office) log() string {
	o.t.Helper()
	log, err := os.ReadFile(filepath.Join(o.folder, "smallchanges.log"))
	o.must(err)
	return string(log)
}

// process is the program serving.
type process struct {
	*office
	command *exec.Cmd
	ended   chan error
}

// serve starts the program and returns when it can be reached in the chat.
func (o *office) serve() *process {
	o.t.Helper()
	p := &process{office: o, command: o.command("serve"), ended: make(chan error, 1)}
	o.must(p.command.Start())
	alive, dead := context.WithCancel(o.t.Context())
	go func() {
		p.ended <- p.command.Wait()
		dead()
	}()
	if err := o.space.Wait(alive, o.space.Connected); err != nil {
		o.t.Fatalf("the program ended before it was connected:\n%s", o.log())
	}
	return p
}

// kill ends the program as a crash would (SIGKILL): it can finish nothing.
func (p *process) kill() {
	if err := p.command.Process.Kill(); err != nil {
		p.t.Error(err)
	}
}

// gone waits until a killed program is dead, and the workspace has noticed.
func (p *process) gone() {
	p.t.Helper()
	<-p.ended
	p.must(p.space.Wait(p.t.Context(), func() bool { return !p.space.Connected() }))
}

// stop ends the program as an operator would. It must take its leave and exit with 0.
func (p *process) stop() {
	p.t.Helper()
	p.must(p.command.Process.Signal(syscall.SIGTERM))
	if err := <-p.ended; err != nil {
		p.t.Errorf("after SIGTERM: %v\n%s", err, p.log())
	}
}

// post is a message as a person sees it.
type post struct {
	TS        string `json:"ts"`
	Text      string `json:"text"`
	Ephemeral bool   `json:"ephemeral"`
	Edited    bool   `json:"edited"`
	Thread    string `json:"thread_ts"`
}

// reads is what a person sees in a place, the oldest first.
func (o *office) reads(person, in string) (list []post, err error) {
	body, err := o.visit("/ui/messages", url.Values{"as": {person}, "in": {in}})
	if err != nil {
		return nil, err
	}
	defer body.Close()
	var page struct{ Messages []post }
	err = json.NewDecoder(body).Decode(&page)
	return page.Messages, err
}

func (o *office) visit(path string, query url.Values) (io.ReadCloser, error) {
	request, err := http.NewRequestWithContext(o.t.Context(), http.MethodGet, o.url+path+"?"+query.Encode(), nil)
	if err != nil {
		return nil, err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	return answer.Body, nil
}

// whispered is what a person was told last in the team's channel, for their eyes only.
func (o *office) whispered(person string) (string, error) {
	messages, err := o.reads(person, willowChannel)
	for _, m := range slices.Backward(messages) {
		if m.Ephemeral {
			return m.Text, err
		}
	}
	return "", err
}

// asks types a command and returns its answer.
func (o *office) asks(person, line string) (string, error) {
	if err := o.space.As(person).Say(willowChannel, line); err != nil {
		return "", err
	}
	return o.whispered(person)
}

// openForm is a form that opened before a person.
type openForm struct {
	ID     string
	Blocks []struct {
		ID      string `json:"block_id"`
		Type    string
		Element struct {
			Type    string
			Users   []string `json:"initial_users"`
			Options []struct {
				Text  struct{ Text string } `json:"text"`
				Value string                `json:"value"`
			}
		}
	}
}

// opens does something as a person who sits at the page, and returns the dialog that opens.
func (o *office) opens(person string, do func() error) (d openForm) {
	o.t.Helper()
	page, err := o.visit("/ui/events", url.Values{"as": {person}})
	o.must(err)
	defer page.Close()
	lines := bufio.NewScanner(page)
	lines.Buffer(nil, 1<<20)
	if !lines.Scan() { // the greeting: from here on the page hears everything
		o.t.Fatal("the page ended")
	}
	o.must(do())
	for lines.Scan() {
		news, _ := strings.CutPrefix(lines.Text(), "data: ")
		var event struct {
			Type, Text string
			View       openForm
		}
		if news == "" {
			continue
		}
		o.must(json.Unmarshal([]byte(news), &event))
		switch event.Type {
		case "view":
			return event.View
		case "trouble":
			o.t.Fatal(event.Text)
		}
	}
	o.t.Fatalf("no dialog opened: %v", lines.Err())
	return d
}

// sends fills a dialog in, each question with the answer of this label, and sends it.
func (o *office) sends(person string, d openForm, answers ...string) {
	o.t.Helper()
	values := map[string]map[string]json.RawMessage{}
	for _, b := range d.Blocks {
		for _, option := range b.Element.Options {
			if len(answers) > 0 && option.Text.Text == answers[0] {
				choice, err := json.Marshal(map[string]any{"type": b.Element.Type, "selected_option": option})
				o.must(err)
				values[b.ID] = map[string]json.RawMessage{"v": choice}
			}
		}
		if values[b.ID] != nil {
			answers = answers[1:]
		}
	}
	if len(answers) > 0 {
		o.t.Fatalf("the dialog has no place for %q", answers)
	}
	got, err := o.space.As(person).Submit(d.ID, values)
	o.must(err)
	if got.Errors != nil {
		o.t.Fatalf("the dialog was refused: %v", got.Errors)
	}
}
