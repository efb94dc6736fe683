package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"smallchanges/bot"
	"smallchanges/internal/ballot"
	"smallchanges/internal/fault"
	"smallchanges/internal/outbox"
	"smallchanges/internal/programme"
	"smallchanges/internal/report"
	"smallchanges/internal/schedule"
	"smallchanges/internal/slack"
	"smallchanges/internal/store"
	"smallchanges/internal/web"

	"golang.org/x/sync/errgroup"
)

type serveCmd struct{}

func (c *serveCmd) Run(p *program) (err error) {
	if p.config.SlackBotToken == "" {
		return fault.New(fault.Invalid, "No platform is set up. Set SLACK_BOT_TOKEN (starts with xoxb-), and SLACK_APP_TOKEN or SLACK_SIGNING_SECRET.")
	}
	unlock, err := store.Lock(p.config.DatabaseURL)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	return p.withStore(func(db *store.Store) error { return p.serve(db) })
}

// serve wires the parts together and runs them until the program is told to stop.
func (p *program) serve(db *store.Store) error {
	log, err := p.config.logger()
	if err != nil {
		return err
	}
	ballots, err := p.ballots()
	if err != nil {
		return err
	}
	s := &server{db: db, log: log, ballots: ballots}
	s.metrics = web.NewMetrics(s.depth, s.connected)
	if err := s.connect(p); err != nil {
		return err
	}
	return s.run(p)
}

// server is everything that runs while the program serves.
type server struct {
	db      *store.Store
	log     *slog.Logger
	ballots *ballot.Ballots
	metrics *web.Metrics
	slack   *slack.Slack
}

// connect proves the token and joins its workspace to the council that waits for one.
func (s *server) connect(p *program) (err error) {
	s.slack, err = slack.New(slack.Config{
		BotToken: p.config.SlackBotToken, AppToken: p.config.SlackAppToken, SigningSecret: p.config.SlackSigningSecret,
		APIURL: p.config.SlackAPIURL, Log: s.log, Observe: s.metrics.Event,
	})
	if err != nil {
		return err
	}
	if err := s.slack.Start(p.ctx); err != nil {
		return err
	}
	s.log.Info("Slack knows the bot", "workspace", s.slack.Workspace())
	return s.db.Register(p.ctx, "slack", s.slack.Workspace())
}

func (s *server) run(p *program) error {
	talks := bot.New(bot.Config{Store: s.db, Ballots: s.ballots, Picture: report.Grid, Next: schedule.Next, Read: schedule.Timing, Rhythm: schedule.Words, Directory: s.slack, Now: time.Now, Log: s.log})
	rate, _ := p.config.rate() // checked when it was read
	worker := outbox.New(s.db, talks, s.slack, outbox.Config{
		Now: time.Now, Log: s.log, Rate: rate, Observe: s.metrics.Delivery,
	})
	homes := outbox.NewHomes(s.db, talks, s.slack, time.Now, s.log)
	runner := schedule.New(s.db, s.ballots, time.Now, s.log)
	runner.Observe = s.metrics.Round

	routes := web.Routes{Ready: s.ready(p.config.SlackAppToken != ""), Metrics: s.metrics}
	work, ctx := errgroup.WithContext(p.ctx)
	if p.config.SlackAppToken != "" {
		work.Go(func() error { return s.slack.RunSocket(ctx, talks.Handle) })
	} else {
		routes.Slack = s.slack.Events(talks.Handle)
	}
	work.Go(func() error { return worker.Run(ctx) })
	work.Go(func() error { return homes.Run(ctx) })
	work.Go(func() error { return runner.Run(ctx) })
	work.Go(func() error { return s.prune(ctx) })
	work.Go(func() error { return web.Serve(ctx, p.config.HTTPAddr, s.log, routes) })
	return work.Wait()
}

// keepEvents is how long a handled event's key is remembered. No platform delivers one
// again after so long.
const keepEvents = 72 * time.Hour

func (s *server) prune(ctx context.Context) error {
	every := time.NewTicker(time.Hour)
	defer every.Stop()
	for {
		if err := s.db.PruneEvents(ctx, time.Now().Add(-keepEvents)); err != nil && ctx.Err() == nil {
			s.log.Error("old event keys could not be removed", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-every.C:
		}
	}
}

func (s *server) depth() (map[programme.Delivery]int, float64) {
	ctx, cancel := context.WithTimeout(context.Background(), mostAsking)
	defer cancel()
	depth, oldest, err := s.db.OutboxDepth(ctx)
	if err != nil {
		s.log.Error("the outbox cannot be counted", "error", err)
	}
	if oldest.IsZero() {
		return depth, 0
	}
	return depth, max(0, time.Since(oldest).Seconds())
}

func (s *server) connected() bool {
	up, _ := s.slack.Health()
	return up
}

// mostAsking is how long the database has to answer whoever watches the program.
const mostAsking = 5 * time.Second

// mostWait is how old the oldest due message may be before the program says it is not ready.
const mostWait = 15 * time.Minute

// ready gives the reasons why the program does not do its work.
func (s *server) ready(socket bool) func(context.Context) []string {
	return func(ctx context.Context) []string {
		ctx, cancel := context.WithTimeout(ctx, mostAsking)
		defer cancel()
		var reasons []string
		if err := s.db.Writable(ctx); err != nil {
			s.log.Error("the database takes nothing", "error", err)
			reasons = append(reasons, "nothing can be written to the database; is the disk full?")
		}
		depth, oldest, err := s.db.OutboxDepth(ctx)
		if err != nil {
			reasons = append(reasons, "the database does not answer")
		}
		if !oldest.IsZero() && time.Since(oldest) > mostWait {
			reasons = append(reasons, fmt.Sprintf("%d messages wait, the oldest since %s", depth[programme.Due], oldest.UTC().Format(time.RFC3339)))
		}
		if up, last := s.slack.Health(); socket && !up {
			reasons = append(reasons, "Slack is not connected; last heard of at "+last.Format(time.RFC3339))
		}
		return reasons
	}
}
