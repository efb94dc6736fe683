package chattest

import (
	"testing"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
)

func repeats(t *testing.T, connect New) {
	b := set(t, connect, chat.Say{Card: card("Said once")}, chat.Say{Card: card("Another time")})
	b.Twice()
	b.Types(b.Ana(), "smallchange", "say it")
	first, again := b.event(0), b.event(1)
	if first.Key == "" || first.Key != again.Key {
		t.Errorf("one deed has the keys %q and %q", first.Key, again.Key)
	}
	b.Types(b.Ana(), "smallchange", "say it")
	if other := b.event(2); other.Key == first.Key {
		t.Errorf("two deeds have the same key %q", first.Key)
	}
	b.sees(b.Ben(), "Another time")
	b.sees(b.Ben(), "Said once")
}

func waits(t *testing.T, connect New) {
	b := set(t, connect)
	b.Busy(7 * time.Second)
	_, err := b.Send(t.Context(), b.Channel(), card("Too soon"), "first")
	if !fault.Is(err, fault.Busy) || fault.Wait(err) != 7*time.Second {
		t.Errorf("got %v (%v, wait %v), want busy for 7 seconds", err, fault.Of(err), fault.Wait(err))
	}
	b.sent(b.Channel(), card("In time"))
	b.sees(b.Ben(), "In time")
	b.misses(b.Ben(), "Too soon")
}

func loses(t *testing.T, connect New) {
	b := set(t, connect)
	b.Gone()
	if _, err := b.Send(t.Context(), b.Channel(), card("Hello?"), "key"); !fault.Is(err, fault.Missing) {
		t.Errorf("got %v (%v), want missing", err, fault.Of(err))
	}
	b.sent(directly(b.Ana()), card("Still here"))
	b.Until("Ana sees it", func() bool { return b.times(b.Ana(), directly(b.Ana()), "Still here") == 1 })
}
