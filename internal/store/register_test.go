package store_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
	"smallchanges/internal/store/storetest"

	"pgregory.net/rapid"
)

// people are of three teams: five of Willow, one of Rowan, and the coordinator.
var people = []string{"ana", "ben", "cora", "grace", "hari", "ines", "kit"}

// world is a council in which people do what they like, and what a test remembers of it.
type world struct {
	t     *rapid.T
	f     *storetest.Fixture
	who   map[string]programme.Member
	teams map[int64]programme.Team
	seen  map[int][]programme.History // the past of each change, as it was last read
	count int
}

func newWorld(t *rapid.T, f *storetest.Fixture) *world {
	w := &world{t: t, f: f, who: map[string]programme.Member{}, teams: map[int64]programme.Team{}, seen: map[int][]programme.History{}}
	for _, name := range people {
		w.who[name] = f.Person(name)
	}
	for _, name := range []string{"Willow", "Rowan", "Alder"} {
		team := f.Team(name)
		w.teams[team.ID] = team
	}
	return w
}

// However several people act on several changes, in any order and often wrongly: no rule is
// broken, no line of history is lost or altered, no supporter is lost by merging, and each
// change is left in a state that people can leave.
func TestNoSequenceOfActionsBreaksTheRegister(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		f := storetest.Open(t)
		defer f.Close()
		w := newWorld(rt, f)
		for range rapid.IntRange(1, 4).Draw(rt, "ideas") {
			w.propose()
		}
		for range rapid.IntRange(5, 30).Draw(rt, "actions") {
			f.Clock.Add(time.Duration(rapid.IntRange(0, 100).Draw(rt, "hours")) * time.Hour)
			w.act()
			if rapid.IntRange(0, 4).Draw(rt, "look") == 0 {
				w.check()
			}
		}
		w.check()
		w.canBeLeft()
	})
}

func (w *world) by() programme.By {
	w.count++
	return programme.By{
		Council: w.f.Council, Member: w.who[rapid.SampledFrom(people).Draw(w.t, "who")], Key: fmt.Sprint("event-", w.count), At: w.f.Clock.Now(),
	}
}

func (w *world) propose() {
	by := w.by()
	title := rapid.SampledFrom([]string{"Shorter meetings", "Voice notes", "Walking supervision"}).Draw(w.t, "title")
	c, err := programme.Propose(title, "", by.Member, by.At)
	if err == nil {
		_, err = w.f.Propose(w.t.Context(), by, c)
	}
	w.allowed(err)
}

// allowed fails the test for any error but a refusal in words.
func (w *world) allowed(err error) {
	w.t.Helper()
	if err != nil && (fault.Of(err) == fault.Broken || fault.Words(err) == "") {
		w.t.Fatalf("not a refusal in words: %v (%v)", err, fault.Of(err))
	}
}

// act does one thing to one change, right or wrong.
func (w *world) act() {
	changes := w.changes()
	c := rapid.SampledFrom(changes).Draw(w.t, "change")
	by, ctx := w.by(), w.t.Context()
	edit := func(rule programme.Rule) { w.edit(by, c, rule) }
	version := c.Version - rapid.IntRange(0, 5).Draw(w.t, "behind")/5
	words := rapid.SampledFrom([]string{"", "Because."}).Draw(w.t, "words")
	ending := programme.Ending{Words: words, Version: version}
	service := w.teams[w.who["ana"].TeamID].Service
	switch action := rapid.IntRange(0, 12).Draw(w.t, "action"); action {
	case 0:
		w.propose()
	case 1:
		_, err := w.f.Support(ctx, by, c.Number, rapid.Bool().Draw(w.t, "on"))
		w.allowed(err)
	case 2:
		w.merge(by, c, rapid.SampledFrom(changes).Draw(w.t, "into"), ending)
	case 3:
		_, err := w.f.Adopt(ctx, by, c.Number)
		w.allowed(err)
	case 4:
		edit(func(c *programme.Change) (programme.History, []programme.Notice, error) {
			return c.PassOn(rapid.Bool().Draw(w.t, "national"), ending, by.Member, by.At)
		})
	case 5:
		edit(func(c *programme.Change) (programme.History, []programme.Notice, error) {
			return c.Ask(programme.Request{Scope: programme.Manager, Service: service, Version: version}, by.Member, by.At)
		})
	case 6:
		d := programme.Decision{Answer: rapid.SampledFrom(programme.Answers).Draw(w.t, "answer"), Round: c.Permission.Round - rapid.IntRange(0, 5).Draw(w.t, "late")/5, Service: service.ID, Words: words}
		edit(func(c *programme.Change) (programme.History, []programme.Notice, error) {
			return c.Decide(d, by.Member, by.At)
		})
	case 7:
		edit(func(c *programme.Change) (programme.History, []programme.Notice, error) {
			return c.TakeOn(by.Member, by.At)
		})
	case 8:
		edit(func(c *programme.Change) (programme.History, []programme.Notice, error) {
			return c.Reword(programme.Details{Title: "Voice notes", Version: version}, by.Member, by.At)
		})
	default:
		e := w.anEdit(c, version, words)
		edit(func(c *programme.Change) (programme.History, []programme.Notice, error) {
			return c.Apply(e, by.Member, by.At)
		})
	}
}

// anEdit is a step with mostly what it needs.
func (w *world) anEdit(c programme.Change, version int, words string) programme.Edit {
	e := programme.Edit{To: rapid.SampledFrom(c.State.Next()).Draw(w.t, "to"), Version: version, Words: words}
	if rapid.IntRange(0, 5).Draw(w.t, "complete") > 0 {
		e.Strand, e.Impact, e.Owner = w.teams[c.TeamID].Strands[0], "Time", w.who["cora"].Ref()
		e.ReviewOn = programme.DayOf(w.f.Clock.Now().AddDate(0, 0, 14), time.UTC)
	}
	if rapid.IntRange(0, 5).Draw(w.t, "stuck") == 0 {
		e.Blocked, e.BlockedRole = "A licence", rapid.SampledFrom([]string{"", "Head of IT"}).Draw(w.t, "role")
	}
	return e
}

func (w *world) edit(by programme.By, c programme.Change, rule programme.Rule) {
	_, err := w.f.EditChange(w.t.Context(), by, c.Number, rule)
	w.allowed(err)
}

// merge merges, and looks that whoever backed either backs what goes on.
func (w *world) merge(by programme.By, c, into programme.Change, e programme.Ending) {
	before := union(w.backers(c), w.backers(into))
	_, err := w.f.Merge(w.t.Context(), by, c.Number, into.Number, e)
	w.allowed(err)
	if err != nil {
		return
	}
	if after := w.backers(into); len(union(before, after)) != len(after) {
		w.t.Fatalf("merging %s into %s lost backing: %v, then %v", c.Ref(), into.Ref(), before, after)
	}
}

// backers are who proposed a change and who supports it.
func (w *world) backers(c programme.Change) []int64 {
	ids := []int64{c.Proposer.ID}
	for _, name := range people {
		m := w.who[name]
		if on, err := w.f.Supports(w.t.Context(), w.f.Council, m.ID, c.Number); err != nil {
			w.t.Fatal(err)
		} else if on {
			ids = append(ids, m.ID)
		}
	}
	return ids
}

func union(a, b []int64) []int64 {
	both := slices.Concat(a, b)
	slices.Sort(both)
	return slices.Compact(both)
}

func (w *world) changes() []programme.Change {
	list, err := w.f.Changes(w.t.Context(), w.f.Council, programme.ChangeFilter{Limit: 1000})
	if err != nil {
		w.t.Fatal(err)
	}
	slices.SortFunc(list, func(a, b programme.Change) int { return cmp.Compare(a.Number, b.Number) })
	return list
}

// check holds every change and its past to the rules.
func (w *world) check() {
	working := map[int64]int{}
	counted := map[programme.State]int{}
	for _, c := range w.changes() {
		w.facts(c)
		w.past(c)
		counted[c.State]++
		if slices.Contains(programme.Working, c.State) {
			working[c.TeamID]++
		}
		barrier := w.barrier(c)
		if want := c.State == programme.PassedOn; barrier != want {
			w.t.Fatalf("%s is %s, and a barrier of its is open: %v", c.Ref(), c.State, barrier)
		}
	}
	for team, n := range working {
		if n > programme.DefaultAtOnce {
			w.t.Fatalf("team %d works on %d at once", team, n)
		}
	}
	counts, err := w.f.ChangeCounts(w.t.Context(), w.f.Council, 0)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, n := range counts {
		counted[n.State] -= n.Count
	}
	for state, off := range counted {
		if off != 0 {
			w.t.Fatalf("the count of %s is off by %d", state, off)
		}
	}
}

// facts are what a state needs.
func (w *world) facts(c programme.Change) {
	switch {
	case slices.Contains(programme.Working, c.State) && (c.Strand.ID == 0 || c.Impact == ""):
		w.t.Fatalf("%s is %s without a strand or an intended impact", c.Ref(), c.State)
	case (c.State == programme.Trying || c.State == programme.Reviewing) && (c.Owner.ID == 0 || c.ReviewOn == ""):
		w.t.Fatalf("%s is %s without an owner or a review date", c.Ref(), c.State)
	case (c.Blocked == "") != (c.BlockedRole == "") || (c.Blocked == "") != (c.ReplyBy == ""):
		w.t.Fatalf("%s is blocked by %q, which %q could lift by %q", c.Ref(), c.Blocked, c.BlockedRole, c.ReplyBy)
	case (c.State == programme.Merged) != (c.MergedInto != 0):
		w.t.Fatalf("%s is %s into %d", c.Ref(), c.State, c.MergedInto)
	case c.Permission.Open() && c.State != programme.Idea && !slices.Contains(programme.Working, c.State):
		w.t.Fatalf("%s is %s and waits for a yes still", c.Ref(), c.State)
	case c.Permission.Open() && (c.Permission.Service.ID == 0 || c.Permission.By == ""):
		w.t.Fatalf("%s waits for %+v", c.Ref(), c.Permission)
	}
}

// past is added to and never altered, its states follow one another, and a no has a reason.
func (w *world) past(c programme.Change) {
	_, past, err := w.f.Change(w.t.Context(), w.f.Council, c.Number)
	if err != nil {
		w.t.Fatal(err)
	}
	before := w.seen[c.Number]
	if len(past) < len(before) || !slices.Equal(past[:len(before)], before) {
		w.t.Fatalf("the past of %s was %+v and is %+v", c.Ref(), before, past)
	}
	w.seen[c.Number] = past
	now := programme.Idea
	for _, h := range past {
		if h.From == h.To || h.From == "" {
			continue
		}
		if h.From != now {
			w.t.Fatalf("%s was %s, and then %s became %s", c.Ref(), now, h.From, h.To)
		}
		if no := h.To == programme.Parked || h.To == programme.Stopped; no && h.Words == "" {
			w.t.Fatalf("%s was %s without a reason", c.Ref(), h.To)
		}
		if h.From == programme.Reviewing && h.Words == "" {
			w.t.Fatalf("%s left review without learning", c.Ref())
		}
		now = h.To
	}
	if now != c.State {
		w.t.Fatalf("%s is %s, and its past says %s", c.Ref(), c.State, now)
	}
}

func (w *world) barrier(c programme.Change) bool {
	list, err := w.f.Barriers(w.t.Context(), w.f.Council, c.TeamID)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, b := range list {
		if b.Change == c.Number {
			return true
		}
	}
	return false
}

// canBeLeft takes every change on to another state, as its team could.
func (w *world) canBeLeft() {
	for _, c := range w.changes() {
		member := w.who["kit"] // a coordinator may help any team
		by := programme.By{Council: w.f.Council, Member: member, At: w.f.Clock.Now()}
		left := false
		for _, to := range c.State.Next() {
			e := programme.Edit{To: to, Strand: w.teams[c.TeamID].Strands[0], Impact: "Time", Owner: member.Ref(), ReviewOn: c.Today(by.At).Add(7), Words: "On we go.", Version: c.Version}
			_, err := w.f.EditChange(w.t.Context(), by, c.Number, func(c *programme.Change) (programme.History, []programme.Notice, error) {
				return c.Apply(e, member, by.At)
			})
			if left = err == nil; left {
				break
			}
		}
		if !left {
			w.t.Fatalf("nobody can take %s on from %s", c.Ref(), c.State)
		}
	}
}
