package bot_test

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"smallchanges/bot"
	"smallchanges/internal/ballot"
	"smallchanges/internal/chat"
	"smallchanges/internal/outbox"
	"smallchanges/internal/programme"
	"smallchanges/internal/report"
	"smallchanges/internal/schedule"
	"smallchanges/internal/store/storetest"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write the transcripts of the stories as they are now")

// TestStories runs every story in testdata: a script that a social worker can read, and the
// transcript of what everyone saw.
func TestStories(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/stories", UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			env.Values["stage"] = newStage(env.T().(testing.TB))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"as":      act(func(s *stage, args []string) { s.as(args[0]) }),
			"say":     act(func(s *stage, args []string) { s.say(strings.Join(args, " ")) }),
			"send":    act(func(s *stage, args []string) { s.send(args) }),
			"press":   act(func(s *stage, args []string) { s.press(args) }),
			"home":    act(func(s *stage, _ []string) { s.home() }),
			"clock":   act(func(s *stage, args []string) { s.clock(args[0]) }),
			"here":    act(func(s *stage, args []string) { s.here = chat.Place{Workspace: storetest.Workspace, ID: args[0]} }),
			"again":   act(func(s *stage, _ []string) { s.again() }),
			"inbox":   act(func(s *stage, _ []string) { s.read(s.who.ID) }),
			"channel": act(func(s *stage, args []string) { s.read(args[0]) }),
			"pulse":   act(func(s *stage, args []string) { s.openPulse(args) }),
			"reply":   act(func(s *stage, args []string) { s.reply(args) }),
			"leaves":  act(func(s *stage, args []string) { s.leaves(args[0]) }),
			"note":    act(func(s *stage, args []string) { s.write("\n— %s\n", strings.Join(args, " ")) }),
			"transcript": func(ts *testscript.TestScript, _ bool, _ []string) {
				fmt.Fprint(ts.Stdout(), ts.Value("stage").(*stage).out.String())
			},
		},
	})
}

func act(do func(*stage, []string)) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, _ bool, args []string) {
		s := ts.Value("stage").(*stage)
		s.fail = ts.Fatalf
		do(s, args)
	}
}

// stage is a small council with the whole bot behind it, and a transcript of what is seen.
type stage struct {
	*storetest.Fixture
	bot    *bot.Bot
	runner *schedule.Runner
	worker *outbox.Worker
	ctx    context.Context
	fail   func(string, ...any)

	who   chat.Person
	here  chat.Place               // the channel where things happen; the zero one is nowhere
	forms map[string]chat.Form     // the open form, by person
	cards map[string][]seen        // what a person can press, the latest last
	from  map[string]*chat.Message // the message that their open form came from
	last  chat.Event
	gone  map[string]chat.Person // who has left, to see that they hear nothing
	count int
	out   strings.Builder

	mu     sync.Mutex
	mail   map[string][]letter // sent and not yet read, by place
	titles map[string]string   // of the messages sent so far, by id
}

func newStage(t testing.TB) *stage {
	f := storetest.Open(t)
	log := slog.New(slog.DiscardHandler)
	s := &stage{Fixture: f, ctx: t.Context(), forms: map[string]chat.Form{}, cards: map[string][]seen{}, from: map[string]*chat.Message{}, mail: map[string][]letter{}, titles: map[string]string{}, gone: map[string]chat.Person{}}
	ballots, err := ballot.New(filepath.Join(t.TempDir(), "ballots"))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.PauseSchedule(t.Context(), "willow-pulse", true); err != nil { // its slot would meet the question's
		t.Fatal(err)
	}
	s.bot = bot.New(bot.Config{Store: f.Store, Ballots: ballots, Picture: report.Grid, Directory: inOneChannel, Next: schedule.Next, Read: schedule.Timing, Rhythm: schedule.Words, Now: f.Clock.Now, Log: log})
	s.runner = schedule.New(f.Store, ballots, f.Clock.Now, log)
	s.worker = outbox.New(f.Store, s.bot, s, outbox.Config{Now: f.Clock.Now, Log: log})
	return s
}

func (s *stage) write(format string, args ...any) { fmt.Fprintf(&s.out, format, args...) }

func (s *stage) must(err error) {
	if err != nil {
		s.fail("%v", err)
	}
}

func (s *stage) as(name string) {
	if who, gone := s.gone[name]; gone {
		s.who = who
		return
	}
	m := s.Person(name)
	s.who = chat.Person{Workspace: m.Account.Workspace, ID: m.Account.ID, Name: m.Name}
}

func (s *stage) say(line string) {
	s.write("\n%s: %s\n", s.who.Name, line)
	name, words, _ := strings.Cut(strings.TrimPrefix(line, "/"), " ")
	s.do(chat.Command{Name: name, Words: s.mentions(words)}, nil)
}

// mentions turns "@ben" into a mention of Ben.
func (s *stage) mentions(words string) chat.Text {
	var text chat.Text
	for i, word := range strings.Fields(words) {
		if i > 0 {
			text = append(text, chat.Plain(" "))
		}
		if name, ok := strings.CutPrefix(word, "@"); ok {
			m := s.Person(name)
			text = append(text, chat.Mention{Person: chat.Person{Workspace: m.Account.Workspace, ID: m.Account.ID, Name: m.Name}})
			continue
		}
		text = append(text, chat.Plain(word))
	}
	return joined(text)
}

// joined makes neighbouring plain spans one, as a platform sends them.
func joined(text chat.Text) chat.Text {
	var out chat.Text
	for _, span := range text {
		plain, ok := span.(chat.Plain)
		if before, also := last(out).(chat.Plain); ok && also {
			out[len(out)-1] = before + plain
			continue
		}
		out = append(out, span)
	}
	return out
}

func last(t chat.Text) chat.Span {
	if len(t) == 0 {
		return nil
	}
	return t[len(t)-1]
}

func (s *stage) home() {
	s.write("\n%s opens Home\n", s.who.Name)
	s.do(chat.HomeOpened{}, nil)
}

// press finds a button by its label, with a reference when several are alike.
func (s *stage) press(args []string) {
	cards := s.cards[s.who.ID]
	for i := len(cards) - 1; i >= 0; i-- {
		for _, b := range buttons(cards[i].card) {
			if b.Label == args[0] && (len(args) == 1 || b.Arg == args[1]) {
				s.write("\n%s presses [%s]\n", s.who.Name, strings.Join(args, " "))
				s.do(chat.Press{Button: b.ID, Arg: b.Arg}, cards[i].at)
				return
			}
		}
	}
	s.fail("%s sees no button %q", s.who.Name, args)
}

func buttons(c chat.Card) []chat.Button {
	all := c.Buttons
	for _, n := range c.Body {
		if row, ok := n.(chat.Row); ok {
			all = append(all[:len(all):len(all)], row.Buttons...)
		}
	}
	return all
}

// send fills the open form and sends it. Options may be named by label or value.
func (s *stage) send(args []string) {
	f, ok := s.forms[s.who.ID]
	if !ok {
		s.fail("%s has no open form", s.who.Name)
	}
	values := chat.Values{}
	for _, field := range f.Fields {
		values[field.ID] = field.Value
	}
	for _, arg := range args {
		id, typed, _ := strings.Cut(arg, "=")
		if _, known := values[id]; !known {
			s.fail("the form has no field %q", id)
		}
		values[id] = s.typed(f, id, typed)
	}
	s.write("\n%s sends %s\n", s.who.Name, strings.Join(args, ", "))
	delete(s.forms, s.who.ID)
	s.do(chat.Submit{Form: f.ID, State: f.State, Values: values}, s.from[s.who.ID])
}

func option(f chat.Form, id, typed string) string {
	for _, field := range f.Fields {
		for _, o := range field.Options {
			if field.ID == id && o.Label == typed {
				return o.Value
			}
		}
	}
	return typed
}

func (s *stage) do(did chat.Act, on *chat.Message) {
	s.count++
	s.last = chat.Event{Key: "e" + strconv.Itoa(s.count), At: s.Clock.Now(), Actor: s.who, Place: s.here, Did: did, On: on}
	s.see(s.bot.Handle(s.ctx, s.last))
}

// leaves is somebody's account being closed, as the platform reports it.
func (s *stage) leaves(name string) {
	before := s.who
	s.as(name)
	s.write("\n%s leaves: the account is closed\n", s.who.Name)
	s.gone[name] = s.who
	s.do(chat.Left{}, nil)
	s.who = before
}

// again delivers the last event a second time, as a platform does when an answer got lost.
func (s *stage) again() {
	s.write("\nThe same event comes again\n")
	s.see(s.bot.Handle(s.ctx, s.last))
}

func (s *stage) see(reply chat.Reply) {
	var problems []string
	switch r := reply.(type) {
	case chat.Tell:
		s.show("only "+s.who.Name+" sees", r.Card, &chat.Message{ID: "m"})
	case chat.Replace:
		s.show("the message becomes", r.Card, s.last.On)
	case chat.Say:
		s.show("everyone here sees", r.Card, &chat.Message{ID: "m"})
	case chat.Home:
		s.show("Home", r.Card, &chat.Message{ID: "m"})
	case chat.Done:
		s.write("  (nothing new)\n")
	case chat.Ask:
		problems = chat.CheckForm(r.Form)
		s.forms[s.who.ID], s.from[s.who.ID] = r.Form, s.last.On
		s.write("  form:\n%s", indent(s.readable(r.Form).Plain()))
		for _, field := range r.Form.Fields {
			if words := r.Problems[field.ID]; words != "" {
				s.write("    ! %s: %s\n", field.Label, words)
			}
		}
	}
	if problems != nil {
		s.fail("%v", problems)
	}
}

// seen is a card in front of somebody, and the message that it is.
type seen struct {
	card chat.Card
	at   *chat.Message
}

func (s *stage) show(how string, card chat.Card, at *chat.Message) {
	if problems := chat.CheckCard(card); problems != nil {
		s.fail("%v", problems)
	}
	s.cards[s.who.ID] = append(s.cards[s.who.ID], seen{card, at})
	s.write("  %s:\n%s", how, indent(card.Plain()))
}

func indent(s string) string {
	return "    " + strings.ReplaceAll(s, "\n", "\n    ") + "\n"
}

// work does all that is due now.
func (s *stage) work() {
	s.must(s.runner.Tick(s.ctx))
	s.must(s.worker.Drain(s.ctx))
}

// clock moves time forward, doing on the way all that falls due, in order.
func (s *stage) clock(by string) {
	days, _ := strings.CutSuffix(strings.TrimPrefix(by, "+"), "d")
	length, err := time.ParseDuration(strings.TrimPrefix(by, "+"))
	if n, convErr := strconv.Atoi(days); convErr == nil {
		length, err = time.Duration(n)*24*time.Hour, nil
	}
	s.must(err)
	until := s.Clock.Now().Add(length)
	for {
		at, ok, err := s.runner.Next(s.ctx)
		s.must(err)
		if !ok || at.After(until) {
			break
		}
		s.Clock.Add(max(0, at.Sub(s.Clock.Now())))
		s.work()
	}
	s.Clock.Add(until.Sub(s.Clock.Now()))
	s.work()
	s.write("\nIt is now %s\n", programme.When(until, programme.Zone("Europe/London")))
}

func (s *stage) openPulse(args []string) {
	title, questions, _ := programme.Set(args[0])
	_, err := s.runner.OpenPulse(s.ctx, programme.Pulse{
		CouncilID: s.Council, TeamID: s.Team("Willow").ID, Set: args[0], Title: title, Questions: questions,
		OpenMode: len(args) > 1 && args[1] == "open-mode",
	}, 5*24*time.Hour)
	s.must(err)
	s.work()
	s.write("\nA pulse opens for Willow\n")
}

// reply answers the open pulse: a person, and for each question the place of an option,
// counted from 0. The transcript tells only that they replied, as the bot itself would.
func (s *stage) reply(args []string) {
	s.as(args[0])
	s.write("\n%s replies to the pulse\n", s.who.Name)
	ask, ok := s.bot.Handle(s.ctx, chat.Event{Actor: s.who, At: s.Clock.Now(), Did: chat.Command{Name: "pulse"}}).(chat.Ask)
	if !ok {
		s.fail("%s is not asked", s.who.Name)
	}
	values := chat.Values{}
	for i, field := range ask.Form.Fields {
		values[field.ID] = args[i+1]
	}
	s.do(chat.Submit{Form: ask.Form.ID, State: ask.Form.State, Values: values}, &chat.Message{ID: "m"})
}
