package bot_test

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"smallchanges/bot"
	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
	"smallchanges/internal/store/storetest"
)

// applied gives Northshire another Willow.
func applied(t *testing.T, f *storetest.Fixture, change func(willow *programme.TeamEntry)) {
	t.Helper()
	file := storetest.File()
	change(&file.Services[0].Teams[0])
	if _, err := f.Apply(t.Context(), file, storetest.Weekly, false); err != nil {
		t.Fatal(err)
	}
}

// opened is the form that somebody sees who updates SC-1.
func opened(t *testing.T, f *storetest.Fixture, who, button, arg string) chat.Form {
	t.Helper()
	ask, ok := handle(t, f, who, chat.Press{Button: button, Arg: arg}).(chat.Ask)
	if !ok {
		t.Fatal("no form came")
	}
	return ask.Form
}

func TestAChangeOfATeamWithoutAnybodyCanBeUpdated(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	f.Idea("ana", "One form")
	applied(t, f, func(willow *programme.TeamEntry) { willow.Members, willow.Schedules = nil, nil })
	form := opened(t, f, "kit", "change.update", "SC-1") // who coordinates all teams
	if plain := form.Plain(); strings.Contains(plain, "Who looks after it?") || !strings.Contains(plain, "Mission strand") {
		t.Errorf("Kit sees:\n%s", plain)
	}
}

func TestATeamWithoutAStrandReadsHowToAddOne(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	f.Idea("ana", "One form")
	applied(t, f, func(willow *programme.TeamEntry) { willow.Strands = nil })
	const way = "Your champion can add one: /smallchange setup"
	form := opened(t, f, "ben", "change.update", "SC-1")
	if step := form.Fields[0]; !strings.Contains(step.Hint, way) {
		t.Errorf("beside the step Ben reads %q", step.Hint)
	}
	if got := shownBy(handle(t, f, "ben", chat.Press{Button: "change.update.next", Arg: "SC-1 chosen"})); !strings.Contains(got, way) {
		t.Errorf("Ben wants to choose it and reads %q", got)
	}
}

// A team may have more people and strands than a list holds. Who looks after a change is
// among those offered, whatever their name.
func TestALargeTeamCanUpdateItsChanges(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	f.Idea("ana", "One form")
	zoe := programme.MemberEntry{Name: "Zoe Zuma", Slack: "U0ZOE9999"}
	large := func(willow *programme.TeamEntry) {
		for i := range 120 {
			willow.Members = append(willow.Members, programme.MemberEntry{Name: fmt.Sprintf("Bea Person%03d", i), Slack: fmt.Sprintf("U0BEA0%03d", i)})
			willow.Strands = append(willow.Strands, fmt.Sprintf("Strand %03d", i))
		}
		willow.Members, willow.Strands = append(willow.Members, zoe), append(willow.Strands, "Zest")
	}
	applied(t, f, large)
	willow := f.Team("Willow")
	zest := willow.Strands[slices.IndexFunc(willow.Strands, func(s programme.Strand) bool { return s.Name == "Zest" })]
	_, err := f.EditChange(t.Context(), f.By("ana", ""), 1, func(c *programme.Change) (programme.History, []programme.Notice, error) {
		return c.Apply(programme.Edit{To: programme.Chosen, Strand: zest, Impact: "Time", Version: 1}, f.Person("ana"), f.Clock.Now())
	})
	if err != nil {
		t.Fatal(err)
	}
	opened(t, f, "zoe", "change.update.next", "SC-1 trying")
	handle(t, f, "zoe", chat.Press{Button: "change.take-on", Arg: "SC-1"})
	form := opened(t, f, "ana", "change.update", "SC-1").Plain()
	if !strings.Contains(form, "Zoe Zuma") || !strings.Contains(form, "Zest") {
		t.Errorf("the form does not say what is true:\n%s", form)
	}
}

// A change goes back and forth between two messages, with as many words as the rules allow.
func TestAMessageTellsOfTheLastStepsWhenThereWereMany(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	idea := f.Idea("ana", "One form")
	f.Clock.Add(time.Second) // all of it is news to Ana
	words := strings.Repeat("w", programme.MaxWords)
	for i := range 44 {
		to := []programme.State{programme.Parked, programme.Idea}[i%2]
		_, err := f.EditChange(t.Context(), f.By("ben", ""), 1, func(c *programme.Change) (programme.History, []programme.Notice, error) {
			return c.Apply(programme.Edit{To: to, Words: words, Version: c.Version}, f.Person("ben"), f.Clock.Now())
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	b := bot.New(bot.Config{Store: f.Store, Now: f.Clock.Now, Log: slog.New(slog.DiscardHandler)})
	_, card, err := b.Draw(t.Context(), programme.Notice{Council: f.Council, Kind: programme.NoticeStep, Subject: idea.ID, Member: f.Person("ana").ID})
	if err != nil || chat.CheckCard(card) != nil {
		t.Fatal(err, chat.CheckCard(card))
	}
	if plain := card.Plain(); !strings.Contains(plain, "The whole story is under Show") || strings.Count(plain, words) != 8 {
		t.Errorf("Ana is told of %d steps:\n%.600s", strings.Count(plain, words), plain)
	}
}

func TestCountsOfALargeCouncilFit(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	file := storetest.File()
	var entries []programme.Entry
	for i := range 25 {
		strand := fmt.Sprintf("Strand %02d", i)
		file.Services = append(file.Services, programme.ServiceEntry{Name: fmt.Sprintf("Service %02d", i), Teams: []programme.TeamEntry{{
			Name: fmt.Sprintf("Team %02d", i), Strands: []string{strand},
			Members: []programme.MemberEntry{{Name: "Lea Der", Slack: fmt.Sprintf("U0LEA0%03d", i), Roles: []programme.Role{programme.Leader}}},
		}}})
		entries = append(entries, programme.ReadEntry(i+2, map[string]string{
			"title": "One form", "state": "idea", "team": fmt.Sprintf("Team %02d", i), "strand": strand,
		}, f.Clock.Now()))
	}
	if _, err := f.Apply(t.Context(), file, storetest.Weekly, false); err != nil {
		t.Fatal(err)
	}
	if done, err := f.ImportChanges(t.Context(), programme.By{Council: f.Council, At: f.Clock.Now()}, entries, false); err != nil || len(done.Wrong) > 0 {
		t.Fatal(err, done.Wrong)
	}
	for i := range 25 {
		team := f.Team(fmt.Sprintf("Team %02d", i))
		lead, err := f.Members(t.Context(), f.Council, team.ID)
		if err != nil {
			t.Fatal(err)
		}
		_, err = f.EditChange(t.Context(), programme.By{Council: f.Council, Member: lead[0], At: f.Clock.Now()}, i+1, func(c *programme.Change) (programme.History, []programme.Notice, error) {
			return c.Ask(programme.Request{Scope: programme.Manager, Service: team.Service, Version: 1}, lead[0], f.Clock.Now())
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	tell, ok := handle(t, f, "kit", chat.Command{Name: "smallchange", Words: chat.Words("list council counts")}).(chat.Tell)
	if !ok || !strings.Contains(tell.Card.Plain(), "Service 24: 1 small change") {
		t.Errorf("Kit sees:\n%s", tell.Card.Plain())
	}
}

func TestAWordSaidTwiceInAListCountsOnce(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	tell, ok := handle(t, f, "ana", chat.Command{Name: "smallchange", Words: chat.Words("list idea" + strings.Repeat(" kept ideas", 100))}).(chat.Tell)
	if want := "Willow’s small changes: ideas or kept"; !ok || tell.Card.Title != want {
		t.Errorf("the title is %q", tell.Card.Title)
	}
}

// A page's button holds the whole search, whatever it is made of, or there is none.
func TestThePagesOfASearchAreOfTheSameSearch(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	long := strings.Repeat("phone ", 40) + "mail"
	for i := range 15 {
		f.Idea("ana", fmt.Sprintf("Way %d: phone|mail", i))
	}
	f.Idea("ana", "A phone alone")
	for search, paged := range map[string]bool{"phone|mail": true, long: true, strings.Repeat("phone mail ", 190): false} {
		tell, _ := handle(t, f, "ana", chat.Command{Name: "smallchange", Words: chat.Words("list " + search)}).(chat.Tell)
		more := slices.IndexFunc(tell.Card.Buttons, func(b chat.Button) bool { return b.Label == "Show more" })
		if (more >= 0) != paged || strings.Contains(tell.Card.Plain(), "Use fewer words") == paged {
			t.Errorf("a search of %d letters shows:\n%s", len(search), tell.Card.Plain())
		}
		if more < 0 {
			continue
		}
		next, _ := handle(t, f, "ben", chat.Press{Button: "change.list", Arg: tell.Card.Buttons[more].Arg}).(chat.Tell)
		if next.Card.Title != tell.Card.Title || strings.Count(next.Card.Plain(), "phone|mail\n") != 5 {
			t.Errorf("page 2 of %.20s shows:\n%s", search, next.Card.Plain())
		}
	}
}
