package web_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"smallchanges/internal/programme"
	"smallchanges/internal/web"
)

func TestHealthAndMetrics(t *testing.T) {
	t.Parallel()
	metrics := web.NewMetrics(func() (map[programme.Delivery]int, float64) {
		return map[programme.Delivery]int{programme.Due: 3}, 7
	}, func() bool { return true })
	metrics.Event("command", "ok", 20*time.Millisecond)
	metrics.Delivery("sent")
	metrics.Round(programme.PulseSchedule, "opened")
	var reasons []string
	server := httptest.NewServer(web.Handler(web.Routes{Metrics: metrics, Ready: func(context.Context) []string { return reasons }}))
	t.Cleanup(server.Close)

	for _, want := range []struct {
		path string
		code int
		body string
	}{
		{"/healthz", http.StatusOK, "ok"},
		{"/readyz", http.StatusOK, "ready"},
		{"/slack/events", http.StatusNotFound, "not found"},
		{"/metrics", http.StatusOK, `smallchanges_events_total{kind="command",outcome="ok",platform="slack"} 1`},
		{"/metrics", http.StatusOK, `smallchanges_outbox_depth{state="due"} 3`},
		{"/metrics", http.StatusOK, "smallchanges_outbox_age_seconds 7"},
		{"/metrics", http.StatusOK, `smallchanges_deliveries_total{outcome="sent",platform="slack"} 1`},
		{"/metrics", http.StatusOK, `smallchanges_rounds_total{kind="pulse",outcome="opened"} 1`},
		{"/metrics", http.StatusOK, `smallchanges_platform_connected{platform="slack"} 1`},
	} {
		if code, body := get(t, server.URL+want.path); code != want.code || !strings.Contains(body, want.body) {
			t.Errorf("%s: %d %s; want %d with %q", want.path, code, body, want.code, want.body)
		}
	}
	reasons = []string{"the database does not answer"}
	if code, body := get(t, server.URL+"/readyz"); code != http.StatusServiceUnavailable || !strings.Contains(body, reasons[0]) {
		t.Errorf("not ready: %d %s", code, body)
	}
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// An address that is taken is told with what to do, and nobody reads that it serves.
func TestServeOnATakenAddress(t *testing.T) {
	t.Parallel()
	taken := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(taken.Close)
	var log bytes.Buffer
	metrics := web.NewMetrics(func() (map[programme.Delivery]int, float64) { return nil, 0 }, func() bool { return true })
	err := web.Serve(t.Context(), taken.Listener.Addr().String(), slog.New(slog.NewTextHandler(&log, nil)), web.Routes{Metrics: metrics})
	if err == nil || !strings.Contains(err.Error(), "HTTP_ADDR") || log.Len() > 0 {
		t.Errorf("%v; logged %s", err, &log)
	}
}
