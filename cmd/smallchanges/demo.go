package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"smallchanges/bot"
	"smallchanges/docs"
	"smallchanges/internal/ballot"
	"smallchanges/internal/fault"
	"smallchanges/internal/offline"
	"smallchanges/internal/outbox"
	"smallchanges/internal/programme"
	"smallchanges/internal/report"
	"smallchanges/internal/schedule"
	"smallchanges/internal/slack"
	"smallchanges/internal/store"

	"golang.org/x/sync/errgroup"
)

type demoCmd struct {
	Listen string `default:"127.0.0.1:8700" help:"Address of the page; on this machine only."`
	Open   bool   `help:"Open the page in the browser."`
	Data   string `help:"Keep the data in this folder; left out, it goes when the demo ends." type:"path"`
}

// Run shows the bot at work with no account: a chat workspace in the browser, the real
// Slack adapter connected to it, a sample council, and a clock that can be moved.
func (c *demoCmd) Run(p *program) (err error) {
	listener, err := listenHere(p.ctx, c.Listen)
	if err != nil {
		return err
	}
	folder := c.Data
	if folder == "" {
		if folder, err = os.MkdirTemp("", "smallchanges-demo-"); err != nil {
			return fmt.Errorf("folder for the demo: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	} else if err := os.MkdirAll(folder, 0o700); err != nil {
		return fault.Hide(fault.Invalid, err, "The folder "+folder+" cannot be made.")
	}
	unlock, err := store.Lock(database(folder))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	d := &demo{log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))}
	if err := d.prepare(p.ctx, folder); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.db.Close()) }()
	address := "http://" + listener.Addr().String()
	fmt.Fprintf(p.out, "The demo is at %s — stop it with Ctrl+C.\n", address)
	if c.Open {
		openBrowser(p.ctx, address)
	}
	return d.run(p.ctx, listener, address)
}

// database is the address of the demo's database.
func database(folder string) string { return "sqlite:" + filepath.Join(folder, "smallchanges.db") }

func listenHere(ctx context.Context, addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err != nil || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fault.New(fault.Invalid, "The demo shows itself on this machine only. Use an address such as 127.0.0.1:8700.")
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fault.Hide(fault.Busy, err, "Nothing can listen on "+addr+" now. Choose another: --listen 127.0.0.1:8701")
	}
	return listener, nil
}

// openBrowser tries; the address is printed anyway.
func openBrowser(ctx context.Context, address string) {
	command := map[string]string{"darwin": "open", "windows": "explorer"}[runtime.GOOS]
	if command == "" {
		command = "xdg-open"
	}
	_ = exec.CommandContext(ctx, command, address).Start() // a machine without a browser is fine
}

// demo is the whole program with a clock of its own.
type demo struct {
	log     *slog.Logger
	clock   clock
	db      *store.Store
	ballots *ballot.Ballots
	space   *offline.Workspace
	runner  *schedule.Runner
	worker  *outbox.Worker
	homes   *outbox.Homes
}

// prepare makes the council and what it has done so far.
func (d *demo) prepare(ctx context.Context, folder string) (err error) {
	if d.ballots, err = ballot.New(filepath.Join(folder, "ballots")); err != nil {
		return err
	}
	if d.db, err = store.Open(ctx, database(folder), d.clock.now); err != nil {
		return err
	}
	if err := d.db.Migrate(ctx); err != nil {
		return err
	}
	council, err := readCouncil(docs.ExampleCouncil)
	if err != nil {
		return err
	}
	if _, err := d.db.Apply(ctx, council, schedule.Next, false); err != nil {
		return err
	}
	d.space, err = offline.New(offline.Options{
		Name: council.Council.Name, People: peopleOf(council), Channels: channelsOf(council),
		Manifest: slack.Manifest(""), Now: d.clock.now, MoveClock: d.move, Log: d.log,
	})
	if err != nil {
		return err
	}
	if err := d.db.Register(ctx, "slack", d.space.TeamID()); err != nil {
		return err
	}
	return d.seed(ctx)
}

func (d *demo) run(ctx context.Context, listener net.Listener, address string) error {
	server := &http.Server{Handler: d.space.Handler(), ReadHeaderTimeout: 5 * time.Second}
	work, ctx := errgroup.WithContext(ctx)
	work.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	work.Go(func() error {
		<-ctx.Done()
		d.space.Close()
		return server.Close()
	})
	work.Go(func() error { return d.connect(ctx, work, address) })
	return work.Wait()
}

// connect brings the bot up exactly as serve does, with the workspace in Slack's place.
func (d *demo) connect(ctx context.Context, work *errgroup.Group, address string) error {
	adapter, err := slack.New(slack.Config{
		BotToken: d.space.BotToken(), AppToken: d.space.AppToken(), APIURL: address + "/api/", Log: d.log, Now: d.clock.now,
	})
	if err != nil {
		return err
	}
	if err := adapter.Start(ctx); err != nil {
		return err
	}
	talks := bot.New(bot.Config{Store: d.db, Ballots: d.ballots, Picture: report.Grid, Next: schedule.Next, Read: schedule.Timing, Rhythm: schedule.Words, Directory: adapter, Now: d.clock.now, Log: d.log})
	d.worker = outbox.New(d.db, talks, adapter, outbox.Config{Now: d.clock.now, Log: d.log})
	d.homes = outbox.NewHomes(d.db, talks, adapter, d.clock.now, d.log)
	d.runner = schedule.New(d.db, d.ballots, d.clock.now, d.log)
	close(d.clock.ready())
	work.Go(func() error { return d.worker.Run(ctx) })
	work.Go(func() error { return d.homes.Run(ctx) })
	work.Go(func() error { return d.runner.Run(ctx) })
	return adapter.RunSocket(ctx, talks.Handle)
}

func peopleOf(council programme.CouncilFile) []offline.Person {
	var people []offline.Person
	for _, s := range council.Services {
		for _, t := range s.Teams {
			for _, m := range t.Members {
				first, _, _ := strings.Cut(m.Name, " ")
				id := m.Slack
				if id == "" { // known by e-mail only: the bot finds out who it is when they first write
					id = "U0" + strings.ToUpper(first) + "99"
				}
				role := "practitioner"
				if len(m.Roles) > 0 {
					role = string(m.Roles[0])
				}
				title := strings.ToUpper(role[:1]) + role[1:] + ", " + t.Name
				people = append(people, offline.Person{ID: id, Name: m.Name, Email: m.Email, Title: title})
			}
		}
	}
	return people
}

func channelsOf(council programme.CouncilFile) []offline.Channel {
	var channels []offline.Channel
	for _, s := range council.Services {
		for _, t := range s.Teams {
			channels = append(channels, offline.Channel{ID: t.Channel, Name: strings.ToLower(t.Name), Topic: t.Name + ", " + s.Name, Bot: true})
		}
	}
	return append(channels, offline.Channel{ID: council.Council.Celebrations, Name: "celebrations", Topic: "Thanks and wins, for colleagues", Bot: true})
}
