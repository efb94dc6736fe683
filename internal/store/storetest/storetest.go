// Package storetest gives tests a real database with a small council in it.
//
// It knows a fictional council, Northshire, and how to find its people by first name. It
// must not know what a test wants to show, and only tests may import it.
//
//	f := storetest.Open(t)
//	change, err := f.Propose(t.Context(), f.By("ana", "event-1"), programme.Change{…})
package storetest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"smallchanges/internal/programme"
	"smallchanges/internal/store"
)

// The workspace that is registered for Northshire.
const (
	Platform  = "slack"
	Workspace = "T0NORTH01"
)

// Start is when a fixture's clock begins: a Thursday, 9am in London.
var Start = time.Date(2026, time.November, 26, 9, 0, 0, 0, time.UTC)

// Clock is a clock that moves only when told to.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now is the clock's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Add moves the clock.
func (c *Clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Fixture is a store with Northshire in it, and its clock.
type Fixture struct {
	*store.Store
	Clock   *Clock
	Council int64
	URL     string // of the database, for a second process or a look at its bytes

	t     testing.TB
	close func() error
}

// Open makes a database in a folder of the test's own, with File applied and Workspace
// registered. It is closed when the test ends.
func Open(t testing.TB) *Fixture {
	t.Helper()
	f := &Fixture{Clock: &Clock{now: Start}, URL: "sqlite:" + filepath.Join(t.TempDir(), "test.db"), t: t}
	content, err := template()
	f.must(err)
	f.must(os.WriteFile(f.Path(), content, 0o600))
	st, err := store.Open(t.Context(), f.URL, f.Clock.Now)
	f.must(err)
	f.Store, f.close = st, sync.OnceValue(st.Close)
	t.Cleanup(f.Close)
	councils, err := st.Councils(t.Context())
	f.must(err)
	f.Council = councils[0].ID
	return f
}

// template is the file of a database with Northshire in it, made once for all tests: making
// it takes much longer than copying it.
var template = sync.OnceValues(func() (content []byte, err error) {
	folder, err := os.MkdirTemp("", "storetest-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	ctx, path := context.Background(), filepath.Join(folder, "template.db")
	st, err := store.Open(ctx, "sqlite:"+path, func() time.Time { return Start })
	if err != nil {
		return nil, err
	}
	err = st.Migrate(ctx)
	if err == nil {
		_, err = st.Apply(ctx, File(), Weekly, false)
	}
	if err == nil {
		err = st.Register(ctx, Platform, Workspace)
	}
	if err := errors.Join(err, st.Close()); err != nil { // a closed database is one file
		return nil, err
	}
	return os.ReadFile(path)
})

func (f *Fixture) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// Close closes the database before the test ends, to look at its bytes or open it again.
func (f *Fixture) Close() {
	f.t.Helper()
	f.must(f.close())
}

// Path is the database's file.
func (f *Fixture) Path() string { return strings.TrimPrefix(f.URL, "sqlite:") }

// Team is a team by its name, such as "Willow".
func (f *Fixture) Team(name string) programme.Team {
	f.t.Helper()
	teams, err := f.Teams(f.t.Context(), f.Council)
	f.must(err)
	for _, team := range teams {
		if team.Name == name {
			full, err := f.Store.Team(f.t.Context(), f.Council, team.ID)
			f.must(err)
			return full
		}
	}
	f.t.Fatalf("there is no team %s", name)
	return programme.Team{}
}

// Person is a member by first name, in any letters' size, such as "ana".
func (f *Fixture) Person(firstName string) programme.Member {
	f.t.Helper()
	teams, err := f.Teams(f.t.Context(), f.Council)
	f.must(err)
	for _, team := range teams {
		members, err := f.Members(f.t.Context(), f.Council, team.ID)
		f.must(err)
		for _, m := range members {
			if strings.EqualFold(m.FirstName(), firstName) {
				return m
			}
		}
	}
	f.t.Fatalf("there is nobody called %s", firstName)
	return programme.Member{}
}

// By is a person acting now, through an event with this key ("" for none).
func (f *Fixture) By(firstName, key string) programme.By {
	f.t.Helper()
	return programme.By{Council: f.Council, Member: f.Person(firstName), Key: key, At: f.Clock.Now()}
}

// Idea files an idea of this person's team, with just a title.
func (f *Fixture) Idea(firstName, title string) programme.Change {
	f.t.Helper()
	by := f.By(firstName, "")
	c, err := programme.Propose(title, "", by.Member, by.At)
	f.must(err)
	c, err = f.Propose(f.t.Context(), by, c)
	f.must(err)
	return c
}

// Weekly stands in for the calendar: every schedule's next slot is 9am, seven days on.
func Weekly(_, zone string, after time.Time) (programme.Slot, error) {
	day := after.In(programme.Zone(zone)).AddDate(0, 0, 7)
	at := time.Date(day.Year(), day.Month(), day.Day(), 9, 0, 0, 0, day.Location())
	return programme.Slot{Wall: at.Format("2006-01-02T15:04"), At: at}, nil
}

// File declares Northshire: two services, three teams, Willow with eight members.
func File() programme.CouncilFile {
	return programme.CouncilFile{
		Council: programme.CouncilEntry{
			Name: "Northshire", Nation: "england", TimeZone: "Europe/London",
			EmailDomains: []string{"northshire.example"}, Celebrations: "C0WINS001",
		},
		Services: []programme.ServiceEntry{
			{Name: "Early help", Teams: []programme.TeamEntry{willow(), rowan()}},
			{Name: "Children looked after", Teams: []programme.TeamEntry{alder()}},
		},
	}
}

func willow() programme.TeamEntry {
	return programme.TeamEntry{
		Name: "Willow", Channel: "C0WILLOW1",
		Members: []programme.MemberEntry{
			person("Ana Ortiz", "U0ANA0001", programme.Champion),
			{Name: "Ben Hale", Email: "ben@northshire.example", Slack: "U0BEN0002", Works: []string{"mon", "wed"}},
			person("Cora Singh", "U0CORA003", programme.Practitioner),
			person("Dan Okoro", "U0DAN0004", programme.Practitioner),
			person("Ela Novak", "U0ELA0005", programme.Deputy),
			person("Femi Adeyemi", "U0FEMI006", programme.Practitioner),
			person("Grace Lin", "U0GRACE07", programme.Leader),
			person("Hari Patel", "U0HARI008", programme.Practitioner),
		},
		Vision:   programme.VisionEntry{Statement: "More time with families", Values: []string{"Relationships first"}},
		Strands:  []string{"Effective recording practices", "Meetings"},
		Barriers: []programme.BarrierEntry{{What: "Notes are typed twice", Scope: "team"}},
		Schedules: []programme.ScheduleEntry{
			{ID: "willow-reflection", Kind: programme.ReflectionSchedule, Cron: "0 9 * * THU", OpenFor: programme.Span(96 * time.Hour), SkipBankHolidays: true},
			{ID: "willow-pulse", Kind: programme.PulseSchedule, Cron: "0 10 1 * *", OpenFor: programme.Span(120 * time.Hour), Set: "baseline"},
		},
	}
}

func rowan() programme.TeamEntry {
	return programme.TeamEntry{
		Name: "Rowan", Channel: "C0ROWAN01", Strands: []string{"Time with families"},
		Members: []programme.MemberEntry{
			person("Ines Costa", "U0INES009", programme.Champion),
			person("Jo Barker", "U0JO00010", programme.Practitioner),
		},
	}
}

func alder() programme.TeamEntry {
	return programme.TeamEntry{
		Name: "Alder", Channel: "C0ALDER01", Strands: []string{"Working with partners"},
		Members: []programme.MemberEntry{
			person("Kit Moore", "U0KIT0011", programme.Coordinator, programme.Leader),
			{Name: "Lena Fox", Email: "lena@northshire.example"}, // matched by e-mail on first contact
		},
	}
}

func person(name, account string, roles ...programme.Role) programme.MemberEntry {
	first, _, _ := strings.Cut(strings.ToLower(name), " ")
	return programme.MemberEntry{Name: name, Email: first + "@northshire.example", Slack: account, Roles: roles}
}
