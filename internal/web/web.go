// Package web is the HTTP server: health, metrics, and the platforms' endpoints.
//
// It knows limits, headers and how ready the program is. It must not know what a platform's
// request says, or any table: handlers and checks come in from outside.
//
//	err := web.Serve(ctx, "127.0.0.1:8080", log, web.Routes{Slack: slack.Events(bot.Handle), Ready: ready, Metrics: metrics})
package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Routes are what the server serves.
type Routes struct {
	Slack   http.Handler                   // POST /slack/events; nil when Slack comes over Socket Mode
	Ready   func(context.Context) []string // reasons why the program is not ready; none means it is
	Metrics *Metrics
}

// Handler is the whole site.
func Handler(r Routes) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, req *http.Request) {
		if reasons := r.Ready(req.Context()); len(reasons) > 0 {
			http.Error(w, strings.Join(reasons, "\n"), http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write([]byte("ready\n"))
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(r.Metrics.registry, promhttp.HandlerOpts{}))
	if r.Slack != nil {
		mux.Handle("/slack/events", r.Slack)
	}
	return guarded(mux)
}

// guarded sets the headers that every answer carries.
func guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		w.Header().Set("Referrer-Policy", "no-referrer")
		next.ServeHTTP(w, req)
	})
}

// stopWithin is how long requests in work have to finish when the program stops.
const stopWithin = 20 * time.Second

// Serve serves routes on an address until ctx ends, then lets requests in work finish.
func Serve(ctx context.Context, addr string, log *slog.Logger, r Routes) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("cannot listen on %s (set HTTP_ADDR to a free address): %w", addr, err)
	}
	log.Info("serving", "address", listener.Addr().String())
	server := &http.Server{
		Handler:           Handler(r),
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second,
		WriteTimeout: 30 * time.Second, // an answer is flushed first, then the rest is sent in the same handler
		IdleTimeout:  2 * time.Minute, MaxHeaderBytes: 64 << 10,
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	err = server.Shutdown(stop)
	if served := <-done; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
