package main

import (
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"smallchanges/bot"
	"smallchanges/internal/offline"
	"smallchanges/internal/outbox"
	"smallchanges/internal/programme"
	"smallchanges/internal/report"
	"smallchanges/internal/schedule"
	"smallchanges/internal/slack"
	"smallchanges/internal/store"
)

// The questions of many teams fall due at once, and the program is killed over and over while
// it opens the rounds and sends them. Each time another process tries to serve the same
// database meanwhile, and is told that it cannot. In the end everybody has one question.
func TestKilledWhileQuestionsGoOut(t *testing.T) {
	t.Parallel()
	kills, teams := 10, 25
	if underRace {
		kills, teams = 3, 8
	}
	o := openFanout(t, teams)
	rest := int32(len(o.people) / (kills + 1)) //nolint:gosec // a few
	for i := range kills {
		bot := o.serve()
		o.refusesAnother(t)
		o.killAfter(bot, o.space.Calls("chat.postMessage")+1+rand.IntN(int(rest)))
		bot.gone()
		t.Logf("kill %d, after %d calls in all", i+1, o.space.Calls("chat.postMessage"))
	}
	o.finish(2 * time.Minute)
	lost, doubled := 0, 0
	for _, p := range o.people {
		n := o.questions(p.ID)
		lost += max(0, 1-n)
		doubled += max(0, n-1)
	}
	t.Logf("%d people, %d kills: %d lost, %d doubled", len(o.people), kills, lost, doubled)
	if lost != 0 || doubled != 0 {
		t.Errorf("%d lost, %d doubled", lost, doubled)
	}
	if left := o.rows(`SELECT state FROM outbox WHERE kind = 'round.prompt' AND state <> 'sent'`); len(left) > 0 {
		t.Errorf("not sent: %q", left)
	}
}

// openFanout is a council of many teams whose questions have just fallen due, on any day and
// at any hour: its people work always.
func openFanout(t *testing.T, teams int) *office {
	t.Helper()
	o := &office{t: t, folder: t.TempDir()}
	council := fanoutCouncil(teams)
	o.people = peopleOf(council)
	var err error
	o.space, err = offline.New(offline.Options{People: o.people, Channels: channelsOf(council), Manifest: slack.Manifest("")})
	o.must(err)
	server := httptest.NewServer(o.space.Handler())
	t.Cleanup(func() { o.space.Close(); server.Close() })
	o.url = server.URL
	db := openStore(t, "sqlite:"+o.database())
	now := time.Now()
	_, err = db.Apply(t.Context(), council, func(_, zone string, _ time.Time) (programme.Slot, error) {
		at := now.Add(-time.Minute)
		return programme.Slot{Wall: programme.Wall(at, programme.Zone(zone)).Format("2006-01-02T15:04"), At: at}, nil
	}, false)
	o.must(err)
	councils, err := db.Councils(t.Context())
	o.must(err)
	list, err := db.Teams(t.Context(), councils[0].ID)
	o.must(err)
	for _, team := range list {
		members, err := db.Members(t.Context(), councils[0].ID, team.ID)
		o.must(err)
		for _, m := range members {
			_, err := db.ChooseQuiet(t.Context(), programme.By{Council: m.CouncilID, Member: m, At: now}, programme.QuietChoice{
				Budget: 2, Works: everyDay, To: 24 * 60, Asked: true,
			})
			o.must(err)
		}
	}
	o.must(db.Close())
	return o
}

var everyDay = []time.Weekday{0, 1, 2, 3, 4, 5, 6}

func fanoutCouncil(teams int) programme.CouncilFile {
	file := programme.CouncilFile{Council: programme.CouncilEntry{Name: "Northshire", Celebrations: "C0WINS001"}}
	today := programme.DayOf(time.Now(), programme.Zone(""))
	file.Council.WorkedBankHolidays = []programme.Day{today, today.Add(1)} // whatever day it is
	service := programme.ServiceEntry{Name: "Early help"}
	for n := range teams {
		team := yearTeam(n)
		team.Schedules = team.Schedules[:1]
		team.Schedules[0].Cron = "0 9 1 1 *" // only the slot that is due now
		for i := range team.Members {
			team.Members[i].Observer = false
		}
		service.Teams = append(service.Teams, team)
	}
	file.Services = []programme.ServiceEntry{service}
	return file
}

// refusesAnother has a second process try to serve the same database.
func (o *office) refusesAnother(t *testing.T) {
	t.Helper()
	command := o.command("serve")
	var said strings.Builder
	command.Stderr = &said
	err := command.Run()
	if err == nil || command.ProcessState.ExitCode() != exitFailed || !strings.Contains(said.String(), "Another process is already serving") {
		t.Errorf("a second process: %v, %s", err, said.String())
	}
}

// killAfter kills the program when it has made so many calls in all, or has nothing left to send.
func (o *office) killAfter(p *process, calls int) {
	o.t.Helper()
	kill := sync.OnceFunc(p.kill)
	o.must(o.space.Wait(o.t.Context(), func() bool {
		done := o.space.Calls("chat.postMessage") >= min(calls, len(o.people))
		if done {
			kill()
		}
		return done
	}))
	kill()
}

// finish is a process that is left alone, with a clock so far ahead that every grace is over.
func (o *office) finish(ahead time.Duration) {
	o.t.Helper()
	ctx, now := o.t.Context(), func() time.Time { return time.Now().Add(ahead) }
	db, err := store.Open(ctx, "sqlite:"+o.database(), now)
	o.must(err)
	defer db.Close()
	log := slog.New(slog.DiscardHandler)
	adapter, err := slack.New(slack.Config{BotToken: o.space.BotToken(), AppToken: o.space.AppToken(), APIURL: o.url + "/api/", Log: log, Now: now})
	o.must(err)
	o.must(adapter.Start(ctx))
	talks := bot.New(bot.Config{Store: db, Picture: report.Grid, Next: schedule.Next, Read: schedule.Timing, Rhythm: schedule.Words, Directory: adapter, Now: now, Log: log})
	o.must(db.Release(ctx))
	for range 3 { // what was looked for and not found is due again
		members, err := db.ToLookAt(ctx, now())
		o.must(err)
		o.must(db.HandOut(ctx, members, now()))
		o.must(outbox.New(db, talks, adapter, outbox.Config{Now: now, Log: log}).Drain(ctx))
	}
}

// questions counts the questions in somebody's direct messages.
func (o *office) questions(person string) (n int) {
	o.t.Helper()
	list, err := o.reads(person, "D"+strings.TrimPrefix(person, "U"))
	o.must(err)
	for _, p := range list {
		if strings.Contains(p.Text, "Two minutes to think") {
			n++
		}
	}
	return n
}

func (o *office) rows(query string) []string {
	o.t.Helper()
	y := &year{t: o.t, ctx: o.t.Context()}
	return y.rows(o.database(), query)
}
