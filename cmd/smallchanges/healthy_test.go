package main

import (
	"bytes"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"smallchanges/internal/web"
)

func TestHealthy(t *testing.T) {
	up := httptest.NewServer(web.Handler(web.Routes{Metrics: web.NewMetrics(nil, nil)}))
	defer up.Close()
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	for name, c := range map[string]struct {
		addr string
		code int
		says string
	}{
		"up":         {strings.TrimPrefix(up.URL, "http://"), exitDone, "ok"},
		"everywhere": {"0.0.0.0:" + port(t, up.URL), exitDone, "ok"},
		"other":      {strings.TrimPrefix(other.URL, "http://"), exitFailed, "404"},
		"down":       {"127.0.0.1:1", exitFailed, "Nothing answers"},
		"no address": {"8080", exitUsage, "HTTP_ADDR"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("HTTP_ADDR", c.addr)
			var said bytes.Buffer
			if code := run(t.Context(), []string{"healthy"}, &said, &said); code != c.code || !strings.Contains(said.String(), c.says) {
				t.Errorf("exit %d, wanted %d: %s", code, c.code, said.String())
			}
		})
	}
}

func port(t *testing.T, url string) string {
	t.Helper()
	_, port, err := net.SplitHostPort(strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	return port
}
