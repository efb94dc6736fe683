package main

import "testing"

// Days go by, a question comes, and it is answered: with the keyboard alone.
func TestBrowserKeyboard(t *testing.T) {
	p := openDemo(t, 1280, 800, ana, anaDirect)
	for days := 0; !p.has(message+" [data-action='reflect.skip']", ""); days++ {
		if days > 8 {
			t.Fatal("no question in a week")
		}
		p.tabTo("[data-test='clock-+1d']")
		p.press(enter)
		p.clockStands()
	}
	p.tabTo(message + " [data-action=reflect]")
	p.press(enter)
	p.sees(dialog, "Who may read this?")
	p.tabTo(dialog + " textarea")
	p.press("We walked to the visit.")
	p.tabTo(dialog + " [type=radio]")
	p.tabTo(submit)
	p.press(enter)
	p.gone(dialog)
	p.sees(message, "Your team will read it with your name")
	p.tabTo(message + " [data-action='reflect.withdraw']")
	p.quiet()
}

// tabTo presses Tab until the focus is on something like this. It goes round the page once, at
// the most.
func (p *tab) tabTo(selector string) {
	p.t.Helper()
	on := `document.activeElement?.matches(` + quoted(selector) + `) ? 2 : 1`
	for range 300 {
		if ask[int](p, "the focus", on) == 2 {
			return
		}
		p.press("\t")
	}
	p.t.Fatalf("no way to %s with the keyboard", selector)
}
