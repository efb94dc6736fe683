package bot_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"testing"

	"smallchanges/bot"
	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
	"smallchanges/internal/schedule"
	"smallchanges/internal/store/storetest"
)

// Members are everybody in this list: it is one channel.
func (d directory) Members(ctx context.Context, place chat.Place) ([]chat.Profile, error) {
	var ids []string
	for _, id := range d {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return d.Profiles(ctx, place.Workspace, ids)
}

// Profiles are those of the list with these ids.
func (d directory) Profiles(_ context.Context, workspace string, ids []string) ([]chat.Profile, error) {
	var people []chat.Profile
	for _, id := range ids {
		for email, has := range d {
			if has == id {
				people = append(people, chat.Profile{Person: chat.Person{Workspace: workspace, ID: id, Name: named(email)}, Email: email})
			}
		}
	}
	return people, nil
}

// named is the name in an address such as "mo.reed@northshire.example".
func named(email string) string {
	local, _, _ := strings.Cut(email, "@")
	var words []string
	for _, word := range strings.Split(local, ".") {
		words = append(words, strings.ToUpper(word[:1])+word[1:])
	}
	return strings.Join(words, " ")
}

// inOneChannel are the people whom the platform shows to a story.
var inOneChannel = directory{
	"ana.ortiz@northshire.example": "U0ANA0001", "ben.hale@northshire.example": "U0BEN0002",
	"ines.costa@northshire.example": "U0INES009", "mo.reed@northshire.example": "U0MO00013",
}

// typed is what a story types into a field. In a field for people, names stand for accounts,
// and with + or - they change who is there. A bar begins a new line.
func (s *stage) typed(f chat.Form, id, typed string) string {
	i := slices.IndexFunc(f.Fields, func(field chat.Field) bool { return field.ID == id })
	switch f.Fields[i].Kind {
	case chat.People:
		return s.accounts(f.Fields[i].Value, typed)
	case chat.Paragraph:
		return strings.ReplaceAll(typed, " | ", "\n")
	case chat.Several:
		var ticked []string
		for label := range strings.SplitSeq(typed, ", ") {
			ticked = append(ticked, option(f, id, label))
		}
		return strings.Join(ticked, " ")
	}
	return option(f, id, typed)
}

func (s *stage) accounts(now, typed string) string {
	var ids []string
	if strings.HasPrefix(typed, "+") || strings.HasPrefix(typed, "-") {
		ids = strings.Fields(now)
	}
	for _, word := range strings.Fields(typed) {
		id := s.account(strings.Trim(word, "+-"))
		if strings.HasPrefix(word, "-") {
			ids = slices.DeleteFunc(ids, func(have string) bool { return have == id })
			continue
		}
		ids = append(ids, id)
	}
	return strings.Join(ids, " ")
}

func (s *stage) account(firstName string) string {
	for email, id := range inOneChannel {
		if strings.HasPrefix(email, firstName+".") {
			return id
		}
	}
	return s.Person(firstName).Account.ID
}

// readable is a form with names in its fields for people.
func (s *stage) readable(f chat.Form) chat.Form {
	var pairs []string
	for email, id := range inOneChannel {
		pairs = append(pairs, id, named(email)+",")
	}
	teams, err := s.Teams(s.ctx, s.Council)
	s.must(err)
	for _, team := range teams {
		members, err := s.Members(s.ctx, s.Council, team.ID)
		s.must(err)
		for _, m := range members {
			if m.Account.ID != "" {
				pairs = append(pairs, m.Account.ID, m.Name+",")
			}
		}
	}
	names := strings.NewReplacer(pairs...)
	f.Fields = slices.Clone(f.Fields)
	for i, field := range f.Fields {
		if field.Kind == chat.People {
			f.Fields[i].Value = strings.TrimSuffix(names.Replace(field.Value), ",")
		}
	}
	return f
}

// setter is a bot with the calendar and a list of people, and somebody who sets up a team.
type setter struct {
	*storetest.Fixture
	t   *testing.T
	bot *bot.Bot
	n   int
}

func newSetter(t *testing.T, people bot.Directory) *setter {
	f := storetest.Open(t)
	return &setter{Fixture: f, t: t, bot: bot.New(bot.Config{
		Store: f.Store, Directory: people, Next: schedule.Next, Read: schedule.Timing, Rhythm: schedule.Words, Now: f.Clock.Now, Log: slog.New(slog.DiscardHandler),
	})}
}

func (s *setter) does(who string, did chat.Act) chat.Reply {
	s.t.Helper()
	s.n++
	reply := s.bot.Handle(s.t.Context(), chat.Event{
		Key: "k" + strconv.Itoa(s.n), Actor: chat.Person{Workspace: storetest.Workspace, ID: s.Person(who).Account.ID},
		Place: chat.Place{Workspace: storetest.Workspace, ID: "C0WILLOW1"}, Did: did,
	})
	if ask, ok := reply.(chat.Ask); ok {
		if problems := chat.CheckForm(ask.Form); problems != nil {
			s.t.Errorf("what %s sees does not fit: %q", who, problems)
		}
	}
	return reply
}

// opens is the form that a button opens, with what its fields hold.
func (s *setter) opens(who, button, arg string) (chat.Form, chat.Values) {
	s.t.Helper()
	ask, ok := s.does(who, chat.Press{Button: button, Arg: arg}).(chat.Ask)
	if !ok {
		s.t.Fatalf("%s opens no form", button)
	}
	values := chat.Values{}
	for _, field := range ask.Form.Fields {
		values[field.ID] = field.Value
	}
	return ask.Form, values
}

func (s *setter) willow() string { return strconv.FormatInt(s.Team("Willow").ID, 10) }

// What a form was not opened for is not done, whatever is sent: another team's setup, a
// coordinator's fields, or a team by somebody who was champion when the form was opened.
func TestSetupTakesNothingThatWasNotOffered(t *testing.T) {
	t.Parallel()
	s := newSetter(t, inOneChannel)
	form, values := s.opens("ana", "setup.strands", s.willow())
	values["strands"] = "Taken over"
	if tell, ok := s.does("ines", chat.Submit{Form: form.ID, State: form.State, Values: values}).(chat.Tell); !ok || !strings.Contains(tell.Card.Plain(), "champion or deputy") {
		t.Error("another team's champion is not refused")
	}
	for _, button := range []string{"setup.make", "setup.people"} {
		if _, refused := s.does("ana", chat.Press{Button: button, Arg: "0"}).(chat.Tell); !refused {
			t.Errorf("a champion opens %s of no team", button)
		}
	}
	form, values = s.opens("ana", "setup.team", s.willow())
	values["new_service"] = "Mine"
	s.does("ana", chat.Submit{Form: form.ID, State: form.State, Values: values})
	form, values = s.opens("ana", "setup.people", s.willow())
	values["coordinator"], values["move"] = values["champion"], "move"
	s.does("ana", chat.Submit{Form: form.ID, State: form.State, Values: values})
	if team := s.Team("Willow"); team.Service.Name != "Early help" || len(team.Strands) != 2 || s.Person("ana").Is(programme.Coordinator) {
		t.Errorf("Willow is %+v, and Ana %+v", team, s.Person("ana"))
	}
	for _, state := range []string{"", "x", "1", "1 a reflection -", "0 a reflection - ", "1 a dance - ", "99 a reflection - "} {
		if _, asked := s.does("ana", chat.Submit{Form: "setup.schedule", State: state, Values: chat.Values{"when": "Mondays"}}).(chat.Ask); asked {
			t.Errorf("a schedule with the state %q is taken", state)
		}
	}
	for _, button := range []string{"setup.schedule.reflection", "setup.schedule.remove"} {
		if _, refused := s.does("ines", chat.Press{Button: button, Arg: s.willow() + " willow-reflection"}).(chat.Tell); !refused {
			t.Errorf("another team's champion presses %s", button)
		}
	}
	for _, state := range []string{"", "x", "1", "99 abc"} {
		if _, refused := s.does("ana", chat.Submit{Form: "setup.strands", State: state, Values: chat.Values{"strands": "x"}}).(chat.Replace); refused {
			t.Errorf("a form with the state %q is taken", state)
		}
	}
}

// What a council file declares and no field can hold is shown, and saving the form keeps it.
func TestASetupThatNoFieldHoldsStays(t *testing.T) {
	t.Parallel()
	s := newSetter(t, nil)
	file := storetest.File()
	willow := &file.Services[0].Teams[0]
	var many []string
	for i := range 32 {
		many = append(many, strconv.Itoa(i)+strings.Repeat(" long", 20))
	}
	willow.Strands, willow.Vision.Values, willow.Barriers = many, many, nil
	for _, what := range many {
		willow.Barriers = append(willow.Barriers, programme.BarrierEntry{What: what, Scope: "council"})
	}
	willow.Barriers = append(willow.Barriers, programme.BarrierEntry{What: "Notes are typed twice", Scope: "team"})
	if _, err := s.Apply(t.Context(), file, schedule.Next, false); err != nil {
		t.Fatal(err)
	}
	for part, typed := range map[string]chat.Values{
		"vision": {"statement": "Time"}, "strands": {}, "barriers": {"team": "Noise"},
	} {
		form, values := s.opens("ana", "setup."+part, s.willow())
		if plain := form.Plain(); !strings.Contains(plain, many[31]) || !strings.Contains(plain, "so it stays") {
			t.Errorf("%s shows\n%s", part, plain)
		}
		for field, words := range typed {
			values[field] = words
		}
		s.does("ana", chat.Submit{Form: form.ID, State: form.State, Values: values})
	}
	set, err := s.TeamSetup(t.Context(), s.Council, s.Team("Willow").ID)
	if err != nil {
		t.Fatal(err)
	}
	if e := set.Entry; !slices.Equal(e.Strands, many) || !slices.Equal(e.Vision.Values, many) || !slices.Equal(e.BarriersOf("council"), many) {
		t.Errorf("left is %+v", e)
	}
	if e := set.Entry; e.Vision.Statement != "Time" || !slices.Equal(e.BarriersOf("team"), []string{"Noise"}) {
		t.Errorf("what was changed is %q and %q", e.Vision.Statement, e.BarriersOf("team"))
	}
}

// silent is a platform that does not say who is where.
type silent struct{ directory }

func (silent) Members(context.Context, chat.Place) ([]chat.Profile, error) {
	return nil, errors.New("no answer")
}

func (silent) Profiles(context.Context, string, []string) ([]chat.Profile, error) {
	return nil, errors.New("no answer")
}

// When the platform does not answer, the form opens all the same, and nothing typed is lost.
func TestPeopleAreChosenByHandWhenTheChannelCannotBeRead(t *testing.T) {
	t.Parallel()
	for name, people := range map[string]bot.Directory{"silent": silent{}, "none": nil} {
		s := newSetter(t, people)
		form, values := s.opens("ana", "setup.people.channel", s.willow()+" channel")
		if !strings.Contains(form.Plain(), "choose people by hand") || len(strings.Fields(values["people"])) != 8 {
			t.Errorf("%s: the form is\n%s", name, form.Plain())
		}
		values["people"] += " U0MO00013"
		ask, ok := s.does("ana", chat.Submit{Form: form.ID, State: form.State, Values: values}).(chat.Ask)
		if !ok || len(ask.Problems) == 0 || !strings.Contains(ask.Form.Plain(), "U0MO00013") {
			t.Errorf("%s: %#v", name, ask)
		}
	}
}

// However much somebody types, the form comes back with it.
func TestASetupOfAnyLengthComesBack(t *testing.T) {
	t.Parallel()
	s := newSetter(t, inOneChannel)
	for _, part := range []string{"vision", "strands", "barriers"} {
		form, values := s.opens("ana", "setup."+part, s.willow())
		long := strings.Repeat("Many meetings\n", 20) + strings.Repeat("é", 2000)
		for field := range values {
			values[field] = long
		}
		ask, ok := s.does("ana", chat.Submit{Form: form.ID, State: form.State, Values: values}).(chat.Ask)
		if !ok || len(ask.Problems) == 0 || !strings.Contains(ask.Form.Plain(), long) {
			t.Errorf("%s: %#v", part, ask.Problems)
		}
	}
}

// Lena has not written yet, so no list of people can show her: she stays until she is named.
func TestWhoHasNotWrittenYetStaysUntilNamed(t *testing.T) {
	t.Parallel()
	s := newSetter(t, inOneChannel)
	alder := strconv.FormatInt(s.Team("Alder").ID, 10)
	for _, leaving := range []string{"", "lena@northshire.example"} {
		form, values := s.opens("kit", "setup.people", alder)
		if !strings.Contains(form.Plain(), "Has one of these left?") {
			t.Fatalf("the form is\n%s", form.Plain())
		}
		values["leaving"] = leaving
		s.does("kit", chat.Submit{Form: form.ID, State: form.State, Values: values})
		members, err := s.Members(t.Context(), s.Council, s.Team("Alder").ID)
		if left := len(members) == 1; err != nil || left != (leaving != "") || members[0].Name != "Kit Moore" {
			t.Errorf("with %q there are %+v (%v)", leaving, members, err)
		}
	}
}
