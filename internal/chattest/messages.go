package chattest

import (
	"image/color"
	"slices"
	"strings"
	"testing"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
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

func threads(t *testing.T, connect New) {
	b := set(t, connect, chat.Replace{Card: card("Ben was in Rowan")})
	week := b.sent(b.Channel(), card("This week"))
	b.sent(b.Channel(), card("Next week"))
	under := b.Channel()
	under.Thread = week.ID
	first := b.sent(under, card("Ben was in Oak", chat.Button{ID: "mend", Label: "Mend"}))
	b.sent(under, card("Ana was away"))
	if want := b.Channel(); first.Place != want {
		t.Errorf("the message is at %+v, want %+v", first.Place, want)
	}
	shows := func(want ...string) {
		t.Helper()
		b.Until("Ben sees them under the first", func() bool {
			seen := b.Sees(b.Ben(), under)
			return len(seen) == len(want) && !slices.ContainsFunc(seen, func(s string) bool {
				return !slices.ContainsFunc(want, func(w string) bool { return strings.Contains(s, w) })
			})
		})
	}
	shows("Ben was in Oak", "Ana was away")
	for _, words := range []string{"Ben was in Oak", "Ana was away"} {
		b.misses(b.Ben(), words)
	}
	b.sees(b.Ben(), "This week")
	b.sees(b.Ben(), "Next week")

	b.Presses(b.Ben(), "mend")
	shows("Ben was in Rowan", "Ana was away")
	if on := b.event(0).On; on == nil || *on != first {
		t.Errorf("pressed on %+v, want %+v", on, first)
	}
	if err := b.Edit(t.Context(), first, card("Ben was in Elm")); err != nil {
		t.Fatalf("edit: %v", err)
	}
	shows("Ben was in Elm", "Ana was away")

	direct := directly(b.Ana())
	direct.Thread = b.sent(direct, card("A question")).ID
	b.sent(direct, card("And your last answer"))
	b.Until("Ana sees it under the question", func() bool { return b.times(b.Ana(), direct, "And your last answer") == 1 })
}

// reflections is a file as the bot makes them.
func reflections() chat.File {
	return chat.File{Name: "my-reflections.txt", Title: "My reflections", Content: []byte("Thursday 26 November\n\n<b>Fewer</b> forms – quieter.\n")}
}

func files(t *testing.T, connect New) {
	b := set(t, connect)
	b.sent(directly(b.Ana()), fileCard("All that you wrote.", reflections()))
	b.Until("Ana sees its card", func() bool { return b.times(b.Ana(), directly(b.Ana()), "All that you wrote.") == 1 })
	if n := b.times(b.Ana(), directly(b.Ana()), reflections().Title); n != 1 {
		t.Errorf("the card names the file %d times", n)
	}
	b.got(b.Ana(), reflections())
	b.got(b.Ben())
	if _, err := b.Send(t.Context(), b.Channel(), fileCard("For all?", reflections()), "key"); !fault.Is(err, fault.Broken) {
		t.Errorf("sent to a channel: %v", err)
	}
	b.misses(b.Ben(), "For all?")
}

func tellsFile(t *testing.T, connect New) {
	answer := fileCard("All that you wrote.", reflections())
	b := set(t, connect, chat.Tell{Card: answer}, chat.Say{Card: answer})
	b.Types(b.Ana(), "smallchange", "export")
	b.sees(b.Ana(), "All that you wrote.")
	b.sees(b.Ana(), reflections().Title)
	b.got(b.Ana(), reflections())
	b.Types(b.Ben(), "smallchange", "export") // a file makes any answer private
	b.sees(b.Ben(), "All that you wrote.")
	b.got(b.Ben(), reflections())
	b.sees(b.Ana(), "All that you wrote.")
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
