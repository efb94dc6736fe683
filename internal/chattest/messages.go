package chattest

import (
	"image/color"
	"testing"

	"smallchanges/internal/chat"
)

func posts(t *testing.T, connect New) {
	b := set(t, connect)
	b.sent(b.Channel(), card("Tea at <three> & *four*"))
	for _, who := range []chat.Person{b.Ana(), b.Ben()} {
		b.sees(who, "Tea at <three> & *four*")
	}
}

func postsDirectly(t *testing.T, connect New) {
	b := set(t, connect)
	at := b.sent(directly(b.Ana()), card("Between us"))
	if want := directly(b.Ana()); at.Place != want {
		t.Errorf("the message is at %+v, want %+v", at.Place, want)
	}
	b.Until("Ana sees it", func() bool { return b.times(b.Ana(), directly(b.Ana()), "Between us") == 1 })
	b.misses(b.Ana(), "Between us")
	if n := b.times(b.Ben(), directly(b.Ben()), "Between us"); n != 0 {
		t.Error("Ben sees what is for Ana")
	}
}

func edits(t *testing.T, connect New) {
	b := set(t, connect)
	at := b.sent(b.Channel(), card("Before"))
	b.sees(b.Ben(), "Before")
	if err := b.Edit(t.Context(), at, card("After")); err != nil {
		t.Fatalf("edit: %v", err)
	}
	b.sees(b.Ben(), "After")
	b.misses(b.Ben(), "Before")
}

func pictures(t *testing.T, connect New) {
	b := set(t, connect, chat.Tell{Card: pictured("Nobody put a dot.", color.Black)})
	one, other := pictured("Two dots for SC-12.", color.White), pictured("Three dots for SC-12.", color.Black)
	at := b.sent(b.Channel(), one)
	b.sees(b.Ben(), "Two dots for SC-12.")
	b.shows(b.Ben(), one)
	if err := b.Edit(t.Context(), at, other); err != nil {
		t.Fatalf("edit: %v", err)
	}
	b.sees(b.Ben(), "Three dots for SC-12.")
	b.shows(b.Ben(), other)

	b.Types(b.Ben(), "smallchange", "list") // an answer has its words at least
	b.sees(b.Ben(), "Nobody put a dot.")
}

func says(t *testing.T, connect New) {
	b := set(t, connect, chat.Say{Card: card("For all")})
	b.Types(b.Ana(), "smallchange", "say it")
	b.sees(b.Ana(), "For all")
	b.sees(b.Ben(), "For all")
}

func tells(t *testing.T, connect New) {
	b := set(t, connect, chat.Tell{Card: card("For Ana")})
	b.Types(b.Ana(), "smallchange", "list mine")
	b.sees(b.Ana(), "For Ana")
	b.misses(b.Ben(), "For Ana")
	e := b.event(0)
	did, ok := e.Did.(chat.Command)
	if !ok || did.Name != "smallchange" || did.Words.String() != "list mine" {
		t.Errorf("the bot heard %+v", e.Did)
	}
	if e.Actor.ID != b.Ana().ID || e.Actor.Workspace != b.Ana().Workspace || e.Place != b.Channel() {
		t.Errorf("the bot heard it from %+v in %+v", e.Actor, e.Place)
	}
}

func replaces(t *testing.T, connect New) {
	b := set(t, connect, chat.Replace{Card: card("Ben supports it")})
	at := b.sent(b.Channel(), card("An idea", chat.Button{ID: "support", Label: "Support", Arg: "SC-12"}))
	b.sees(b.Ben(), "An idea")
	b.Presses(b.Ben(), "support")
	b.sees(b.Ana(), "Ben supports it")
	b.misses(b.Ana(), "An idea")
	e := b.event(0)
	if e.Did != (chat.Press{Button: "support", Arg: "SC-12"}) {
		t.Errorf("the bot heard %+v", e.Did)
	}
	if e.On == nil || *e.On != at {
		t.Errorf("pressed on %+v, want %+v", e.On, at)
	}
}
