package main

import (
	"fmt"
	"testing"
)

const (
	cora        = "U0CORA003"
	grace       = "U0GRACE07"
	graceDirect = "D0GRACE07"
)

// TestBrowserRegister takes small changes on their way in the page that the demo serves, at
// both widths: like ideas, a manager's yes, choosing together, and coming back later.
func TestBrowserRegister(t *testing.T) {
	for _, width := range []int64{1280, 390} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			p := openDemo(t, width, 844, ben, willow)
			likeIdeas(p)
			managersYes(p)
			chooseTogether(p)
			stillHappening(p)
			p.look(ana, home)
			p.sees("[data-test=home]", "Stuck")
			p.fits()
			p.quiet()
		})
	}
}

// likeIdeas shows Ben an idea like his before his is filed.
func likeIdeas(p *tab) {
	p.say("/smallchange propose Recording visits with voice notes")
	p.sees(dialog, "These are like yours. Nothing is filed yet.")
	p.sees(dialog, "Voice notes for first drafts of records")
	p.fits()
	p.click(dialog+" [data-block=like] label.choice", "support it")
	p.click(submit, "")
	p.gone(dialog)
	p.sees(private, "Remove my support")
	p.fits()
}

// managersYes asks Grace for a yes, and she gives it with one tap.
func managersYes(p *tab) {
	p.say("/smallchange propose A quiet room for calls")
	p.click(private+" [data-action='change.ask.manager']", "")
	p.sees(dialog, "Ask for a yes")
	p.fits()
	p.click(submit, "")
	p.gone(dialog)
	p.sees(private, "Leaders of Early help")
	p.look(grace, home)
	p.sees("[data-test=home]", "waits for your yes")
	p.fits()
	p.look(grace, graceDirect)
	p.sees(message, "A quiet room for calls")
	p.clickIn(message, "A quiet room for calls", "[data-action='permission.yes']")
	p.sees(message, "Those who follow")
	p.fits()
}

// chooseTogether opens a round, puts dots, and waits for the picture.
func chooseTogether(p *tab) {
	p.look(ana, willow)
	p.say("/smallchange choose")
	p.sees(dialog, "Each person puts two dots")
	p.fits()
	p.click(submit, "")
	p.gone(dialog)
	for _, who := range []string{ana, cora} {
		p.look(who, willow)
		p.click(message+" [data-action='choosing.dots']", "Put my two dots")
		p.sees(dialog, "Who put which is then deleted")
		p.fits()
		p.click(dialog+" [data-block=idea1] label", "")
		p.press("S") // every idea begins with its reference
		p.click(dialog+" [data-block=difference1] label.choice", "Big")
		p.click(dialog+" [data-block=effort1] label.choice", "Little")
		p.click(submit, "")
		p.gone(dialog)
		p.sees(private, "Your dots are in")
	}
	p.look(ana, willow)
	p.click("[data-test='clock-+7d']", "")
	p.clockStands()
	p.sees(message, "2 people put dots")
	p.sees(message, "Big difference, little effort: SC-")
	ask[bool](p, "the picture", `[...document.querySelectorAll("[data-test=message] img")].some((i) => i.complete && i.naturalWidth > 600 && i.alt.startsWith("A grid of three by three"))`)
	p.fits()
}

// stillHappening answers the question that came four weeks after a change was kept.
func stillHappening(p *tab) {
	p.look(ana, anaDirect)
	p.sees(message, "Is it still happening?")
	p.click(message+" [data-action='still.same']", "The same")
	p.sees(message, "Your answer: The same.")
	p.click(message+" [data-action='change.estimate']", "Say how much time")
	p.sees(dialog, "Time given back")
	p.fits()
	p.fill("minutes_per_time", "30")
	p.fill("times_per_week", "2")
	p.fill("people", "8")
	p.click(submit, "")
	p.gone(dialog)
	p.sees(private, "We have kept how much time you think it gives back.")
	p.click(private+" [data-action='change.show']", "Show")
	p.sees(private, "1 answer so far")
	p.sees(message, "Your answer: The same.") // and the way to change it is still there
	p.click(message+" [data-action='still.again']", "Change my answer")
	p.sees(message+" [data-action='still.same']", "The same")
	p.fits()
}
