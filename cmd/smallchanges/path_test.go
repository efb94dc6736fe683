package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"smallchanges/bot"
	"smallchanges/docs"
	"smallchanges/internal/ballot"
	"smallchanges/internal/offline"
	"smallchanges/internal/schedule"
	"smallchanges/internal/slack"
	"smallchanges/internal/web"
)

// road is the whole way of a command: Slack's signed request over the network, the web
// server, the Slack adapter, the bot, and a database on disk that keeps what is committed.
type road struct {
	server
	url, file string
	isReady   string // the address that says so
	secret    string
	sent      int
}

func openRoad(t testing.TB) *road {
	t.Helper()
	folder := t.TempDir()
	p := &road{file: filepath.Join(folder, "smallchanges.db"), secret: "a secret that both know"}
	p.log = slog.New(slog.DiscardHandler)
	p.db = openStore(t, "sqlite:"+p.file)
	t.Cleanup(func() { p.db.Close() })
	council, err := readCouncil(docs.ExampleCouncil)
	must(t, err)
	_, err = p.db.Apply(t.Context(), council, schedule.Next, false)
	must(t, err)
	p.ballots, err = ballot.New(filepath.Join(folder, "ballots"))
	must(t, err)
	space, err := offline.New(offline.Options{People: peopleOf(council), Channels: channelsOf(council), Manifest: slack.Manifest("")})
	must(t, err)
	chat := httptest.NewServer(space.Handler())
	t.Cleanup(func() { space.Close(); chat.Close() })

	p.metrics = web.NewMetrics(p.depth, p.connected)
	must(t, p.connect(&program{ctx: t.Context(), config: config{
		SlackBotToken: space.BotToken(), SlackSigningSecret: p.secret, SlackAPIURL: chat.URL + "/api/",
	}}))
	talks := bot.New(bot.Config{Store: p.db, Ballots: p.ballots, Directory: p.slack, Now: time.Now, Log: p.log})
	site := httptest.NewServer(web.Handler(web.Routes{Slack: p.slack.Events(talks.Handle), Ready: p.ready(false), Metrics: p.metrics}))
	t.Cleanup(site.Close)
	p.url, p.isReady = site.URL+"/slack/events", site.URL+"/readyz"
	return p
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// asks sends a command of Ana's as Slack would, and returns the acknowledgement.
func (p *road) asks(ctx context.Context, line string) (string, error) {
	p.sent++
	name, words, _ := strings.Cut(line, " ")
	body := url.Values{
		"command": {name}, "text": {words}, "team_id": {p.slack.Workspace()}, "channel_id": {willowChannel},
		"user_id": {"U0ANA0001"}, "trigger_id": {fmt.Sprint("trigger ", p.sent)}, // a new one is a new event
	}.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, strings.NewReader(body))
	if err != nil {
		return "", err
	}
	at := strconv.FormatInt(time.Now().Unix(), 10)
	mac := hmac.New(sha256.New, []byte(p.secret))
	mac.Write([]byte("v0:" + at + ":" + body))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("X-Slack-Request-Timestamp", at)
	request.Header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	told, err := io.ReadAll(answer.Body)
	return string(told), errors.Join(err, answer.Body.Close())
}

// A database that takes nothing makes the program say so, whatever it can still read.
func TestNotReadyWhenNothingCanBeKept(t *testing.T) {
	t.Parallel()
	p := openRoad(t)
	ask := func() (int, string) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.isReady, nil)
		must(t, err)
		answer, err := http.DefaultClient.Do(request)
		must(t, err)
		said, err := io.ReadAll(answer.Body)
		must(t, errors.Join(err, answer.Body.Close()))
		return answer.StatusCode, string(said)
	}
	if code, said := ask(); code != http.StatusOK {
		t.Fatalf("%d %s", code, said)
	}
	must(t, p.db.Close())
	if code, said := ask(); code != http.StatusServiceUnavailable || !strings.Contains(said, "nothing can be written") {
		t.Errorf("%d %s", code, said)
	}
}

// At the moment of the acknowledgement another connection to the database sees the idea.
func TestAnAcknowledgementOverHTTPComesAfterTheCommit(t *testing.T) {
	t.Parallel()
	p := openRoad(t)
	db := openRead(t, p.file)
	defer db.Close()
	for n := range 10 {
		title := fmt.Sprint("Idea ", n)
		told, err := p.asks(t.Context(), "/smallchange propose "+title)
		if err != nil || ref.FindString(told) == "" || !strings.Contains(told, title) {
			t.Fatalf("told %q (%v)", told, err)
		}
		if titles := columnOf[string](t, db, `SELECT title FROM change ORDER BY number DESC LIMIT 1`); len(titles) != 1 || titles[0] != title {
			t.Errorf("%q was acknowledged, and the database ends with %q", title, titles)
		}
	}
}

// BenchmarkCommandToAcknowledgement is how long a person waits after a command, without the
// network between Slack and us. A proposal ends with a commit that is synced to the disk.
func BenchmarkCommandToAcknowledgement(b *testing.B) {
	b.Run("propose", func(b *testing.B) {
		p := openRoad(b)
		p.repeat(b, "/smallchange propose One form for all referrals", "SC-")
		db := openRead(b, p.file)
		defer db.Close()
		if kept := columnOf[int](b, db, `SELECT count(*) FROM change`); kept[0] != p.sent {
			b.Errorf("%d commands made %d changes", p.sent, kept[0])
		}
	})
	b.Run("list-of-10000", func(b *testing.B) {
		p := openRoad(b)
		p.multiply(b, 10_000)
		p.repeat(b, "/smallchange list", "SC-10000")
	})
	b.Run("search-of-10000", func(b *testing.B) {
		p := openRoad(b)
		p.multiply(b, 10_000)
		p.repeat(b, "/smallchange list referrals 77", "SC-7799")
	})
}

func (p *road) repeat(b *testing.B, line, want string) {
	b.Helper()
	for b.Loop() {
		if told, err := p.asks(b.Context(), line); err != nil || !strings.Contains(told, want) {
			b.Fatalf("told %q (%v)", told, err)
		}
	}
}

// multiply makes so many changes out of one that was proposed, without a commit for each.
func (p *road) multiply(b *testing.B, changes int) {
	b.Helper()
	_, err := p.asks(b.Context(), "/smallchange propose One form for all referrals")
	must(b, err)
	db, err := sql.Open("sqlite", "file:"+p.file+"?_pragma=busy_timeout(5000)")
	must(b, err)
	_, err = db.ExecContext(b.Context(), `
		WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
		INSERT INTO change (council_id, team_id, number, title, state, proposer_id, version, created_at, updated_at)
		SELECT council_id, team_id, i, title || ' ' || i, state, proposer_id, version, created_at, updated_at FROM change, n`, changes)
	must(b, errors.Join(err, db.Close()))
}
