package bot_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"smallchanges/bot"
	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
	"smallchanges/internal/store"
	"smallchanges/internal/store/storetest"
)

// handle lets somebody of Northshire do something, and gives what they see. What would not
// fit a platform fails the test.
func handle(t *testing.T, f *storetest.Fixture, who string, did chat.Act) chat.Reply {
	t.Helper()
	b := bot.New(bot.Config{Store: f.Store, Now: f.Clock.Now, Log: slog.New(slog.DiscardHandler)})
	reply := b.Handle(t.Context(), chat.Event{
		Key: t.Name() + who, Actor: chat.Person{Workspace: storetest.Workspace, ID: f.Person(who).Account.ID}, Did: did,
	})
	var problems []string
	switch r := reply.(type) {
	case chat.Ask:
		problems = chat.CheckForm(r.Form)
	case chat.Tell:
		problems = chat.CheckCard(r.Card)
	}
	if problems != nil {
		t.Errorf("what %s sees does not fit: %q", who, problems)
	}
	return reply
}

// Whoever looked after a change leaves, and its strand ends: their team can still update it,
// and what is true of it stands in the form.
func TestAChangeOutlivesItsOwnerAndItsStrand(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	f.Idea("ana", "One form")
	strand := f.Team("Willow").Strands[0]
	_, err := f.EditChange(t.Context(), f.By("ana", "choose"), 1, func(c *programme.Change) (programme.History, []programme.Notice, error) {
		return c.Apply(programme.Edit{
			To: programme.Chosen, Strand: strand, Impact: "Time", Owner: f.Person("dan").Ref(), Version: 1,
		}, f.Person("ana"), f.Clock.Now())
	})
	if err != nil {
		t.Fatal(err)
	}
	file := storetest.File()
	willow := &file.Services[0].Teams[0]
	willow.Members = slices.DeleteFunc(willow.Members, func(m programme.MemberEntry) bool { return m.Name == "Dan Okoro" })
	willow.Strands = willow.Strands[1:]
	if _, err := f.Apply(t.Context(), file, storetest.Weekly, false); err != nil {
		t.Fatal(err)
	}

	ask, ok := handle(t, f, "ben", chat.Press{Button: "change.update", Arg: "SC-1"}).(chat.Ask)
	if !ok {
		t.Fatal("no form came")
	}
	if form := ask.Form.Plain(); !strings.Contains(form, "Dan Okoro") || !strings.Contains(form, strand.Name) {
		t.Errorf("the form does not say what is true of the change:\n%s", form)
	}
	values := chat.Values{}
	for _, field := range ask.Form.Fields {
		values[field.ID] = field.Value
	}
	values["blocked"], values["blocked_role"] = "Nobody looks after it", "Team manager"
	handle(t, f, "ana", chat.Submit{Form: ask.Form.ID, State: ask.Form.State, Values: values})
	c, _, err := f.Change(t.Context(), f.Council, 1)
	if err != nil || c.Blocked != "Nobody looks after it" || c.Owner.Name != "Dan Okoro" || c.Strand.ID != strand.ID {
		t.Errorf("the edit left %+v (%v)", c, err)
	}
}

// However long a mistyped reference is, the person reads what to do next.
func TestAMistypedReferenceOfAnyLengthIsAnswered(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	long := strings.Repeat("x", 10_000)
	reply := handle(t, f, "ana", chat.Command{Name: "smallchange", Words: chat.Words("show " + long)})
	if tell, ok := reply.(chat.Tell); !ok || !strings.Contains(tell.Card.Plain(), "type /smallchange list") {
		t.Errorf("the answer is %#v", reply)
	}
}

// What goes wrong on a page that is nowhere, as Home is, is logged with its workspace.
func TestALogLineNamesTheWorkspaceWhereverItHappened(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	var log bytes.Buffer
	b := bot.New(bot.Config{Store: f.Store, Now: f.Clock.Now, Log: slog.New(slog.NewTextHandler(&log, nil))})
	b.Handle(t.Context(), chat.Event{Actor: chat.Person{Workspace: storetest.Workspace, ID: "U0NOBODY"}, Did: chat.HomeOpened{}})
	if !strings.Contains(log.String(), "workspace="+storetest.Workspace) {
		t.Errorf("logged: %s", &log)
	}
}

// The question stands in the direct messages with its buttons after somebody answered it by
// command. A tap on “Not this week” must not take their words away.
func TestNotThisWeekKeepsAnAnswer(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	round, _, err := f.OpenRound(t.Context(), programme.Round{
		CouncilID: f.Council, TeamID: f.Team("Willow").ID, Schedule: "willow-reflection", Slot: "2026-11-26T09:00",
		Prompt: programme.Prompts()[0], Opens: f.Clock.Now(), Closes: f.Clock.Now().Add(time.Hour),
	}, nil, programme.Slot{})
	if err != nil {
		t.Fatal(err)
	}
	ana := f.By("ana", "")
	if _, err := f.Reflect(t.Context(), ana, programme.Reflection{Round: round.ID, Words: "Fewer forms", Share: programme.ShareNamed}); err != nil {
		t.Fatal(err)
	}
	for _, who := range []string{"ana", "cora"} {
		handle(t, f, who, chat.Press{Button: "reflect.skip", Arg: strconv.FormatInt(round.ID, 10)})
	}
	kept, err := f.Reflection(t.Context(), f.Council, round.ID, ana.Member.ID)
	if err != nil || kept.Words != "Fewer forms" || kept.Skipped {
		t.Errorf("left is %+v (%v)", kept, err)
	}
	skipped, err := f.Reflection(t.Context(), f.Council, round.ID, f.Person("cora").ID)
	if err != nil || !skipped.Skipped {
		t.Errorf("who had not answered skips: %+v (%v)", skipped, err)
	}
}

// Dan leaves between being thanked and the message: the others are still thanked, and so is he.
func TestSomebodyWhoLeftIsThankedAllTheSame(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	c, err := programme.Celebrate("For the rota", []programme.Who{f.Person("ben").Ref(), f.Person("dan").Ref()}, 0)
	if err != nil {
		t.Fatal(err)
	}
	c.By, c.CouncilID, c.At = f.Person("ana").Ref(), f.Council, f.Clock.Now()
	if c, err = f.Celebrate(t.Context(), f.By("ana", "thanks"), c); err != nil {
		t.Fatal(err)
	}
	file := storetest.File()
	willow := &file.Services[0].Teams[0]
	willow.Members = slices.DeleteFunc(willow.Members, func(m programme.MemberEntry) bool { return m.Name == "Dan Okoro" })
	if _, err := f.Apply(t.Context(), file, storetest.Weekly, false); err != nil {
		t.Fatal(err)
	}
	b := bot.New(bot.Config{Store: f.Store, Now: f.Clock.Now, Log: slog.New(slog.DiscardHandler)})
	_, card, err := b.Draw(t.Context(), programme.Notice{Council: f.Council, Kind: programme.NoticeCelebration, Subject: c.ID, Channel: "C0WINS001"})
	if err != nil || !strings.Contains(card.Plain(), "Ben Hale, Dan Okoro") {
		t.Errorf("the channel reads %q (%v)", card.Plain(), err)
	}
}

// A sign that pages use is an ordinary sign when somebody types it.
func TestTypedWordsOfASearchAreNoPage(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	f.Idea("ana", "One form")
	tell, ok := handle(t, f, "ana", chat.Command{Name: "smallchange", Words: chat.Words("list form|1")}).(chat.Tell)
	if !ok || !strings.Contains(tell.Card.Plain(), "form|1") {
		t.Errorf("Ana sees %#v", tell)
	}
}

// blind is a store that keeps support, and then cannot be read.
type blind struct{ *store.Store }

func (blind) Change(context.Context, int64, int) (programme.Change, []programme.History, error) {
	return programme.Change{}, nil, errors.New("no answer")
}

func TestWhatWasKeptIsNotCalledFailed(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	f.Idea("ana", "One form")
	ben := f.Person("ben")
	b := bot.New(bot.Config{Store: blind{f.Store}, Now: f.Clock.Now, Log: slog.New(slog.DiscardHandler)})
	reply := b.Handle(t.Context(), chat.Event{
		Key: "k", Actor: chat.Person{Workspace: storetest.Workspace, ID: ben.Account.ID},
		Did: chat.Command{Name: "smallchange", Words: chat.Words("support SC-1")},
	})
	shown, ok := reply.(chat.Replace)
	if !ok || !strings.Contains(shown.Card.Plain(), "Remove my support") {
		t.Errorf("Ben sees %#v", reply)
	}
}

// counting is a directory that counts how often it is asked.
type counting struct {
	directory
	asked *int
}

func (c counting) Email(ctx context.Context, p chat.Person) (string, error) {
	*c.asked++
	return c.directory.Email(ctx, p)
}

func TestAStrangerIsLookedUpOnceInAWhile(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	asked := 0
	b := bot.New(bot.Config{
		Store: f.Store, Now: f.Clock.Now, Log: slog.New(slog.DiscardHandler),
		Directory: counting{directory{"guest@elsewhere.example": "U0GUEST"}, &asked},
	})
	visit := func() {
		b.Handle(t.Context(), chat.Event{Actor: chat.Person{Workspace: storetest.Workspace, ID: "U0GUEST", Name: f.Clock.Now().String()}, Did: chat.HomeOpened{}})
		f.Clock.Add(time.Minute)
	}
	for range 5 {
		visit()
	}
	if asked != 1 {
		t.Errorf("asked %d times within minutes", asked)
	}
	f.Clock.Add(10 * time.Minute) // the roster may hold them by now
	if visit(); asked != 2 {
		t.Errorf("asked %d times in all", asked)
	}
}

// Just after midnight in summer it is still yesterday in UTC, and today for Ana.
func TestHistoryHasTheTeamsOwnDays(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	f.Clock.Add(time.Date(2027, 6, 30, 23, 30, 0, 0, time.UTC).Sub(f.Clock.Now()))
	f.Idea("ana", "One form")
	tell, ok := handle(t, f, "ana", chat.Command{Name: "smallchange", Words: chat.Words("show SC-1")}).(chat.Tell)
	if !ok || !strings.Contains(tell.Card.Plain(), "1 July: Ana Ortiz proposed it") {
		t.Errorf("Ana sees %#v", tell)
	}
}

// People leave out what goes without saying: after show, update and support a number is a reference.
func TestABareNumberIsAReference(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	f.Idea("ana", "One form")
	for words, want := range map[string]string{"show 1": "One form", "show 2": "no small change with that reference", "show one": "called one here"} {
		tell, ok := handle(t, f, "ben", chat.Command{Name: "smallchange", Words: chat.Words(words)}).(chat.Tell)
		if !ok || !strings.Contains(tell.Card.Plain(), want) {
			t.Errorf("%s: %#v", words, tell)
		}
	}
}

// A leader writes a reason while another answers: the reason is still there.
func TestALateAnswerKeepsItsWords(t *testing.T) {
	t.Parallel()
	f, b := crowdOf(t)
	f.Idea("ana", "One form")
	handle(t, f, "ana", chat.Press{Button: "change.ask.manager", Arg: "SC-1 manager"})
	service := strconv.FormatInt(f.Team("Willow").Service.ID, 10)
	handle(t, f, "ana", chat.Submit{Form: "change.ask", State: "1 1 manager", Values: chat.Values{"service": service, "reply_by": "2026-12-10"}})
	first := chat.Event{Key: "first", Actor: chat.Person{Workspace: storetest.Workspace, ID: crowdID(1)}, Did: chat.Press{Button: "permission.yes", Arg: "SC-1 2"}}
	b.Handle(t.Context(), first)
	late := chat.Event{Key: "late", Actor: chat.Person{Workspace: storetest.Workspace, ID: crowdID(2)}, Did: chat.Submit{
		Form: "permission.decide", State: "SC-1 2", Values: chat.Values{"answer": "not yet", "words": "Finance has to agree"},
	}}
	ask, ok := b.Handle(t.Context(), late).(chat.Ask)
	if !ok || !strings.Contains(ask.Form.Plain(), "Finance has to agree") || !strings.Contains(ask.Form.Plain(), "was first. Their answer: Yes.") {
		t.Errorf("the late leader sees %#v", ask)
	}
}

// Somebody else of the team was first to try another team's change: what was typed of one's
// own is still there.
func TestAChosenLikeIdeaThatIsTakenKeepsTheWords(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	f.Idea("ines", "Voice notes for recording")
	handle(t, f, "ben", chat.Press{Button: "change.adopt", Arg: "SC-1"})
	ask, ok := handle(t, f, "ana", chat.Submit{Form: "change.new", Values: chat.Values{
		"like": "adopt SC-1", "title": "Recording with voice notes", "why": "Typing takes so long",
	}}).(chat.Ask)
	if !ok || !strings.Contains(ask.Form.Plain(), "Typing takes so long") || !strings.Contains(ask.Problems["like"], "Your team has it already, as SC-2") {
		t.Errorf("Ana sees %#v", ask)
	}
}

// A form that nobody was given changes nothing, and is refused in words.
func TestFormsThatWereNeverGivenAreRefused(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	f.Idea("ana", "One form")
	for form, state := range map[string]string{
		"setup.strands": "0", "setup.make": "1", "change.update": "x", "change.details": "", "change.merge": "1", "change.ask": "?", "choosing.dots": "one",
	} {
		reply := handle(t, f, "kit", chat.Submit{Form: form, State: state, Values: chat.Values{"strands": "One"}})
		if got := shownBy(reply); !strings.Contains(got, "That form is too old. Please open it again.") {
			t.Errorf("%s: %s", form, got)
		}
	}
}
