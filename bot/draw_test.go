package bot_test

import (
	"context"
	"strings"
	"testing"

	"smallchanges/bot"
	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
	"smallchanges/internal/store/storetest"
)

// directory is a platform's list of people, by e-mail address.
type directory map[string]string

func (d directory) Email(_ context.Context, p chat.Person) (string, error) {
	for email, id := range d {
		if id == p.ID {
			return email, nil
		}
	}
	return "", fault.New(fault.Missing, "")
}

func (d directory) ByEmail(_ context.Context, workspace, email string) (chat.Person, error) {
	id, ok := d[email]
	if !ok {
		return chat.Person{}, fault.New(fault.Missing, "")
	}
	return chat.Person{Workspace: workspace, ID: id}, nil
}

// Lena is in the council file with her e-mail address only, and has never written.
func TestSomebodyKnownByEmailOnlyIsFoundWhenThereIsSomethingToTell(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	lena := f.Person("lena")
	change := f.Idea("lena", "Ask families how they want to be invited")
	notice := programme.Notice{Council: f.Council, Kind: programme.NoticeStep, Subject: change.ID, Member: lena.ID}

	nobody := bot.New(bot.Config{Store: f.Store, Directory: directory{}, Now: f.Clock.Now})
	if _, _, err := nobody.Draw(t.Context(), notice); !fault.Is(err, fault.Missing) {
		t.Fatalf("with no such e-mail on the platform: %v", err)
	}
	known := bot.New(bot.Config{Store: f.Store, Directory: directory{"lena@northshire.example": "U0LENA012"}, Now: f.Clock.Now})
	to, _, err := known.Draw(t.Context(), notice)
	if want := (chat.Place{Workspace: storetest.Workspace, ID: "U0LENA012", Direct: true}); err != nil || to != want {
		t.Fatalf("goes to %+v, want %+v: %v", to, want, err)
	}
	if to, _, err = nobody.Draw(t.Context(), notice); err != nil || to.ID != "U0LENA012" {
		t.Errorf("found once, she is looked up again: %+v %v", to, err)
	}
}

// Each person reads why they of all people hear of a step: every reason that holds for them.
func TestAStepSaysWhyOneHearsOfIt(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	c := f.Idea("ana", "A key safe")
	service := f.Team("Willow").Service
	for who, rule := range map[string]programme.Rule{
		"ana": func(c *programme.Change) (programme.History, []programme.Notice, error) {
			return c.TakeOn(f.Person("ana"), f.Clock.Now())
		},
		"cora": func(c *programme.Change) (programme.History, []programme.Notice, error) {
			return c.Ask(programme.Request{Scope: programme.Manager, Service: service, Own: service.ID, Version: c.Version}, f.Person("cora"), f.Clock.Now())
		},
	} {
		if _, err := f.EditChange(t.Context(), f.By(who, ""), c.Number, rule); err != nil {
			t.Fatal(who, err)
		}
	}
	for _, who := range []string{"cora", "ben"} {
		if _, err := f.Support(t.Context(), f.By(who, ""), c.Number, true); err != nil {
			t.Fatal(who, err)
		}
	}
	b := bot.New(bot.Config{Store: f.Store, Now: f.Clock.Now})
	for who, why := range map[string]string{
		"ana": "you proposed it and look after it.", "cora": "you asked for a yes and support it.",
		"ben": "you support it.", "dan": "you followed it.", // he has stopped since word of it was on its way
	} {
		_, card, err := b.Draw(t.Context(), programme.Notice{Council: f.Council, Kind: programme.NoticeStep, Subject: c.ID, Member: f.Person(who).ID})
		if err != nil || !strings.Contains(card.Plain(), "You hear this because "+why) {
			t.Errorf("%s reads %q (%v)", who, card.Plain(), err)
		}
	}
}
