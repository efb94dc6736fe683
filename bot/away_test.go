package bot_test

import (
	"bytes"
	"database/sql"
	"log/slog"
	"strings"
	"testing"
	"time"

	"smallchanges/bot"
	"smallchanges/internal/chat"
	"smallchanges/internal/store/storetest"
)

// A chat status is a hint about a member, for two weeks at most, and no reason to look anybody
// up or to answer.
func TestAwayIsNotedForMembersOnly(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	asked := 0
	var log bytes.Buffer
	b := bot.New(bot.Config{
		Store: f.Store, Now: f.Clock.Now, Log: slog.New(slog.NewTextHandler(&log, nil)),
		Directory: counting{directory{"lena@northshire.example": "U0LENA012"}, &asked},
	})
	says := func(account string, until time.Time) {
		t.Helper()
		reply := b.Handle(t.Context(), chat.Event{Key: account + until.String(), Actor: chat.Person{Workspace: storetest.Workspace, ID: account}, Did: chat.Away{Until: until}})
		if reply != (chat.Done{}) {
			t.Errorf("%s was answered with %#v", account, reply)
		}
	}
	db, err := sql.Open("sqlite", f.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	noted := func(what string, want ...int64) {
		t.Helper()
		var rows, until sql.NullInt64
		if err := db.QueryRowContext(t.Context(), `SELECT count(away_until), max(away_until) FROM quiet`).Scan(&rows, &until); err != nil {
			t.Fatal(err)
		}
		if int(rows.Int64) != len(want) || len(want) > 0 && until.Int64 != want[0] {
			t.Errorf("%s: %d hints, until %d; want %v", what, rows.Int64, until.Int64, want)
		}
	}
	ana, now := f.Person("ana").Account.ID, f.Clock.Now()
	says("U0NOBODY", now.Add(time.Hour))
	says("U0LENA012", now.Add(time.Hour)) // who has never written to the bot
	says(ana, time.Time{})
	noted("of nobody known")
	says(ana, now.AddDate(0, 1, 0))
	noted("for a month", now.AddDate(0, 0, 14).UnixMilli())
	says(ana, time.Time{})
	noted("back")
	if asked != 0 || log.Len() > 0 {
		t.Errorf("looked up %d people, and logged %q", asked, &log)
	}
	f.Close()
	says(ana, now.Add(time.Hour))
	if !strings.Contains(log.String(), "an event failed") {
		t.Errorf("nothing could be noted, and the log says %q", &log)
	}
}
