package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"smallchanges/bot"
	"smallchanges/internal/ballot"
	"smallchanges/internal/fault"
	"smallchanges/internal/outbox"
	"smallchanges/internal/programme"
	"smallchanges/internal/report"
	"smallchanges/internal/schedule"
	"smallchanges/internal/store"
)

// The council lives through a whole year, as fast as the machine can: every slot comes once,
// nobody is written to on a bank holiday, outside their hours, on leave, or more often than
// they want. The clocks change twice, the program is down twice, and in the middle the
// database comes back from a backup that was made while questions were going out.
func TestAYearOfACouncil(t *testing.T) {
	t.Parallel()
	y := newYear(t)
	y.plan()
	backup := filepath.Join(y.folder, "backup.db")
	y.live("2027-05-10 12:00") // then the program is down for nine days
	y.sleep("2027-05-19 11:00")
	y.live("2027-07-01 09:00") // a Thursday: questions are due, and nothing is sent yet
	y.tick()
	y.must(y.db.Backup(y.ctx, backup))
	y.hold = true              // what people say from now on would be lost
	y.live("2027-07-05 12:00") // four days later the disk is lost
	y.hold = false
	y.restore(backup)
	y.live("2027-09-09 08:30")
	y.sleep("2027-09-09 10:15") // down over the slots of 9am, and back within their grace
	y.live("2028-01-03 00:00")
	y.check()
	t.Log(y.tally())
}

// person is somebody of the year: how they are written to, and how often they answer.
type person struct {
	member  programme.Member
	answers int            // of four questions; 0 is none
	weeks   map[string]int // messages that the bot started, by week
}

// year is a council, the program that serves it, its clock, and the platform between them.
type year struct {
	t       *testing.T
	ctx     context.Context
	folder  string
	start   time.Time
	clock   *yearClock
	db      *store.Store
	runner  *schedule.Runner
	worker  *outbox.Worker
	random  *rand.Rand
	council int64
	teams   []programme.Team
	people  []person
	first   map[int64]int // of a team's people
	paused  map[int64]programme.Pause
	own     programme.Calendar
	acts    []act
	ideas   int
	keys    int
	hold    bool // nobody does anything
	events  int

	mu       sync.Mutex
	byID     map[string]*person // by chat account
	arrived  map[string]string  // message ids by the key that each was sent with
	numbers  int                // of messages sent
	restored int                // their number when the database came back
	kinds    map[string]int     // messages sent, by the kind of their card
	wrong    []string
}

// yearClock is the clock of the year; the program reads it from many goroutines.
type yearClock struct {
	mu sync.Mutex
	at time.Time
}

// Now is the time in the year.
func (c *yearClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *yearClock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

func newYear(t *testing.T) *year {
	t.Helper()
	y := &year{
		t: t, ctx: t.Context(), folder: t.TempDir(), start: time.Date(2027, time.January, 4, 7, 0, 0, 0, time.UTC), random: newRandom(),
		first: map[int64]int{}, paused: map[int64]programme.Pause{}, byID: map[string]*person{}, arrived: map[string]string{}, kinds: map[string]int{},
	}
	y.clock = &yearClock{at: y.start}
	y.open()
	_, err := y.db.Apply(y.ctx, yearCouncil(), schedule.Next, false)
	y.must(err)
	y.must(y.db.Register(y.ctx, "slack", "T1"))
	councils, err := y.db.Councils(y.ctx)
	y.must(err)
	y.council = councils[0].ID
	y.own, err = y.db.Calendar(y.ctx, y.council)
	y.must(err)
	teams, err := y.db.Teams(y.ctx, y.council)
	y.must(err)
	for _, team := range teams {
		team, members, err := y.db.Roster(y.ctx, y.council, team.ID)
		y.must(err)
		slices.SortFunc(members, func(a, b programme.Member) int { return int(a.ID - b.ID) }) // champion, deputy, leader, …
		y.teams, y.first[team.ID] = append(y.teams, team), len(y.people)
		for _, m := range members {
			y.people = append(y.people, person{member: m, weeks: map[string]int{}})
		}
	}
	for i := range y.people {
		y.byID[y.people[i].member.Account.ID] = &y.people[i]
	}
	return y
}

func (y *year) must(err error) {
	y.t.Helper()
	if err != nil {
		y.t.Fatalf("%s: %v", y.clock.Now(), err)
	}
}

func (y *year) database() string { return "sqlite:" + filepath.Join(y.folder, "year.db") }

// open starts the program, as serve does, on whatever database is there.
func (y *year) open() {
	y.t.Helper()
	db, err := store.Open(y.ctx, y.database(), y.clock.Now)
	y.must(err)
	y.must(db.Migrate(y.ctx))
	ballots, err := ballot.New(filepath.Join(y.folder, "ballots"))
	y.must(err)
	log := slog.New(slog.DiscardHandler)
	talks := bot.New(bot.Config{
		Store: db, Ballots: ballots, Picture: report.Grid, Next: schedule.Next, Read: schedule.Timing, Rhythm: schedule.Words, Now: y.clock.Now, Log: log,
	})
	y.db, y.runner = db, schedule.New(db, ballots, y.clock.Now, log)
	y.worker = outbox.New(db, talks, y, outbox.Config{Now: y.clock.Now, Log: log})
	y.t.Cleanup(func() { _ = db.Close() }) // some are closed already, and the test is over
}

// restore loses the database and brings a backup in its place.
func (y *year) restore(backup string) {
	y.must(y.db.Close())
	y.restored = y.numbers
	_, err := store.Restore(y.ctx, y.database(), backup, true, y.clock.Now)
	y.must(err)
	y.open()
	y.must(y.db.Release(y.ctx))
}

func (y *year) by(m programme.Member) programme.By {
	y.keys++
	return programme.By{Council: y.council, Member: m, Key: fmt.Sprint("act ", y.keys), At: y.clock.Now()}
}

// now notes how somebody is to be written to from now on.
func (y *year) now(p *person) func(programme.Member, error) error {
	return func(m programme.Member, err error) error {
		if err == nil {
			p.member.Quiet, p.member.Zone = m.Quiet, m.Zone
		}
		return err
	}
}

func (y *year) later(at time.Time, do func(*year) error) {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.insert(at, do)
}

// insert is later for whoever holds the lock.
func (y *year) insert(at time.Time, do func(*year) error) {
	place, _ := slices.BinarySearchFunc(y.acts, at, func(a act, at time.Time) int {
		if a.at.After(at) {
			return 1
		}
		return -1
	})
	y.acts = slices.Insert(y.acts, place, act{at, do})
}

// live lets time pass until a time in London, stopping wherever something is to happen.
func (y *year) live(wall string) {
	y.t.Helper()
	until := y.wall(wall)
	for {
		y.act()
		y.tick()
		y.must(y.worker.Drain(y.ctx))
		next, ok := y.next()
		if !ok || next.After(until) {
			break
		}
		y.events++
		y.clock.set(next)
	}
	y.clock.set(until)
}

func (y *year) tick() {
	y.t.Helper()
	y.must(y.runner.Tick(y.ctx))
}

// sleep lets time pass with the program down. What people wanted to do meanwhile they do
// when it is back.
func (y *year) sleep(wall string) { y.clock.set(y.wall(wall)) }

func (y *year) wall(wall string) time.Time {
	at, err := time.ParseInLocation("2006-01-02 15:04", wall, programme.Zone("Europe/London"))
	y.must(err)
	return at
}

// act does what people do now. What a rule refuses, because somebody else was first, is no
// failure of the program.
func (y *year) act() {
	y.t.Helper()
	for !y.hold && len(y.acts) > 0 && !y.acts[0].at.After(y.clock.Now()) {
		do := y.acts[0].do
		y.acts = y.acts[1:]
		if err := do(y); err != nil && fault.Of(err) == fault.Broken {
			y.must(err)
		}
	}
}

// next is when something is to happen next: later than now, since all of now is done.
func (y *year) next() (time.Time, bool) {
	y.t.Helper()
	var times []time.Time
	if at, ok, err := y.runner.Next(y.ctx); errors.Join(err) == nil && ok {
		times = append(times, at)
	}
	at, ok, err := y.db.NextDue(y.ctx)
	y.must(err)
	if ok {
		times = append(times, at)
	}
	if len(y.acts) > 0 && !y.hold {
		times = append(times, y.acts[0].at)
	}
	if len(times) == 0 {
		return time.Time{}, false
	}
	next := slices.MinFunc(times, time.Time.Compare)
	if !next.After(y.clock.Now()) {
		next = y.clock.Now().Add(time.Second)
	}
	return next, true
}

func (y *year) answer(p *person) error {
	round, err := y.db.OpenRoundOf(y.ctx, y.council, p.member.TeamID, y.clock.Now())
	if err != nil {
		return err
	}
	r, err := programme.Reflect("We walked to the visit.", programme.ShareNamed)
	if err != nil {
		return err
	}
	r.Round = round.ID
	_, err = y.db.Reflect(y.ctx, y.by(p.member), r)
	return err
}

// rows reads one text column of a database file.
func (y *year) rows(file, query string) []string {
	y.t.Helper()
	db, err := sql.Open("sqlite", "file:"+file+"?mode=ro")
	y.must(err)
	defer db.Close()
	found, err := db.QueryContext(y.ctx, query)
	y.must(err)
	defer found.Close()
	var list []string
	for found.Next() {
		var text string
		y.must(found.Scan(&text))
		list = append(list, text)
	}
	y.must(found.Err())
	return list
}

func (y *year) file() string { return filepath.Join(y.folder, "year.db") }

func (y *year) check() {
	y.t.Helper()
	for i, problem := range y.wrong {
		if i < 20 {
			y.t.Error(problem)
		}
	}
	y.everySlotOnce()
	y.nothingTwice()
	if stuck := y.rows(y.file(), `SELECT kind || ' ' || state || ' ' || reason FROM outbox WHERE state IN ('due', 'sending', 'dead') OR state = 'unknown' AND member_id IS NOT NULL`); len(stuck) > 0 {
		y.t.Errorf("%d messages are neither sent nor dropped: %q", len(stuck), stuck[:min(len(stuck), 5)])
	}
}

// everySlotOnce compares what became of slots with what the calendar says there were.
func (y *year) everySlotOnce() {
	y.t.Helper()
	schedules, err := y.db.Schedules(y.ctx)
	y.must(err)
	for _, s := range schedules {
		slots, err := schedule.Preview(s.Cron, s.Zone, y.start, 70)
		y.must(err)
		var want []string
		for _, slot := range slots {
			if !slot.At.After(y.clock.Now()) {
				want = append(want, slot.Wall)
			}
		}
		got := y.rows(y.file(), `SELECT wall FROM slot WHERE schedule_id = '`+s.ID+`' ORDER BY wall`)
		if !slices.Equal(want, got) {
			y.t.Errorf("%s: slots %q, want %q", s.ID, got, want)
		}
	}
}

// nothingTwice looks for what was sent before the database came back, and again afterwards.
func (y *year) nothingTwice() {
	y.t.Helper()
	lost, err := filepath.Glob(filepath.Join(y.folder, "year.db.replaced-*Z"))
	y.must(err)
	const sent = `SELECT o.key FROM outbox o LEFT JOIN outbox c ON c.id = o.carrier_id
		WHERE COALESCE(c.state, o.state) = 'sent' AND CAST(COALESCE(c.message_ref, o.message_ref) AS INTEGER) `
	before := y.rows(lost[0], sent+`<= `+fmt.Sprint(y.restored))
	after := map[string]bool{}
	for _, key := range y.rows(y.file(), sent+`> `+fmt.Sprint(y.restored)) {
		after[key] = true
	}
	twice := slices.DeleteFunc(before, func(key string) bool { return !after[key] })
	if len(twice) > 0 {
		y.t.Errorf("%d messages were sent again after the backup came back: %q", len(twice), twice[:min(len(twice), 5)])
	}
}

// tally is the year in numbers.
func (y *year) tally() string {
	most := map[int]int{}
	for _, p := range y.people {
		for _, n := range p.weeks {
			most[n]++
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d teams, %d people, %d moments, %d messages\n", len(y.teams), len(y.people), y.events, y.numbers)
	for _, kind := range slices.Sorted(maps.Keys(y.kinds)) {
		fmt.Fprintf(&b, "  %6d %s\n", y.kinds[kind], kind)
	}
	for _, n := range slices.Sorted(maps.Keys(most)) {
		fmt.Fprintf(&b, "  %6d weeks of a person with %d\n", most[n], n)
	}
	for title, query := range map[string]string{
		"slots":   `SELECT printf('%8d %s %s', count(*), outcome, reason) FROM slot GROUP BY outcome, reason ORDER BY 1 DESC`,
		"outbox":  `SELECT printf('%8d %s %s', count(*), state, reason) FROM outbox GROUP BY state, reason ORDER BY 1 DESC`,
		"changes": `SELECT printf('%8d %s', count(*), state) FROM change GROUP BY state ORDER BY 1 DESC`,
	} {
		fmt.Fprintln(&b, title+"\n"+strings.Join(y.rows(y.file(), query), "\n"))
	}
	return b.String()
}
