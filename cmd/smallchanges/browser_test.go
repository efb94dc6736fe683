package main

import (
	"strings"
	"testing"
	"time"
)

// Where people look in these stories.
const (
	ana, ben   = "U0ANA0001", "U0BEN0002"
	willow     = "C0WILLOW1"
	wins       = "C0WINS001"
	anaDirect  = "D0ANA0001"
	home       = "home"
	oddTitle   = "<!channel> *x* <@U1>"
	dialog     = "[data-test=dialog]"
	message    = "[data-test=message]"
	private    = "[data-private=true]"
	submit     = dialog + " [data-test=dialog-submit]"
	needAnswer = "This needs an answer."
)

// TestBrowserWide goes through everything a team does, with the mouse and the keyboard
// only, in the page that the demo serves.
func TestBrowserWide(t *testing.T) {
	p := openDemo(t, 1280, 800, ana, willow)
	p.sees(message, "I typed the same visit into two forms again today")
	ref := proposeAndUpdate(p)
	oddWords(p)
	supportAsBen(p, ref)
	celebrateAsBen(p)
	turnMessage(p)
	homePage(p)
	day := promptAndPulse(p)
	resultAfter(p, day)
	p.quiet()
}

// TestBrowserNarrow is the core of it on a telephone's width.
func TestBrowserNarrow(t *testing.T) {
	p := openDemo(t, 390, 780, ana, willow)
	p.sees(message, "I typed the same visit into two forms again today")
	p.fits()

	p.say("/smallchange")
	p.click(message+" [data-action='change.new']", "")
	p.sees(dialog, "Propose a small change")
	p.fits()
	p.click(submit, "")
	p.sees(dialog+" [data-block=title] .problem", needAnswer)
	p.fits()
	p.fill("title", "Shorter agendas")
	p.click(submit, "")
	p.sees(private, "Your idea is filed as SC-")
	p.fits()

	p.click(message+" [data-action='change.update']", "Add more")
	p.sees(dialog, "Update SC-")
	p.fits()
	p.press(escape)
	p.gone(dialog)

	turnMessage(p)
	celebrateByForm(p)
	p.click("#drawer-open", "")
	p.fits()
	p.click("[data-place="+wins+"]", "")
	p.sees(message, "Something to celebrate")
	p.fits()
	p.look(ana, home)
	p.sees("[data-test=home]", "Hello Ana")
	p.fits()
	p.quiet()
}

// proposeAndUpdate proposes by a line and by the form, gets both forms wrong first, and
// returns the reference of a chosen change.
func proposeAndUpdate(p *tab) (ref string) {
	p.say("/smallchange propose Walking meetings on Fridays")
	p.sees(private, "Your idea is filed as SC-")
	p.sees(private, "Walking meetings on Fridays")

	p.say("/smallchange")
	p.click(message+" [data-action='change.new']", "Propose a small change")
	p.sees(dialog, "Propose a small change")
	p.fill("why", "Nobody reads to the end.")
	p.click(submit, "")
	p.sees(dialog+" [data-block=title] .problem", needAnswer)
	p.holds("why", "Nobody reads to the end.")
	p.fill("title", "Visit summaries on one page")
	p.click(submit, "")
	p.gone(dialog)
	p.sees(private, "Visit summaries on one page")
	saved := p.words(private, "Visit summaries on one page")
	ref = "SC-" + strings.TrimFunc(after(saved, "filed as SC-", 4), func(r rune) bool { return r < '0' || r > '9' })

	p.click(private+" [data-action='change.update']", "Add more")
	p.sees(dialog, "Update "+ref)
	p.press("M") // the form opens on the step; M finds the first “Move to”
	p.holds("to", "chosen")
	p.fill("words", "We try it for a month.")
	p.click(submit, "")
	p.sees(dialog+" [data-block=strand] .problem", "Choose the strand it belongs to.")
	p.sees(dialog+" [data-block=impact] .problem", "Say what should get better, and for whom.")
	p.holds("words", "We try it for a month.")
	p.holds("to", "chosen")
	p.press("E" + tabKey) // the first wrong field has the focus
	p.press("Families find what matters")
	p.press(enter)
	p.gone(dialog)
	p.sees(message, ref+", chosen")
	p.sees(message, "Mission strand: Effective recording practices")
	return ref
}

// after is at most n bytes behind a mark.
func after(s, mark string, n int) string {
	_, rest, _ := strings.Cut(s, mark)
	return rest[:min(n, len(rest))]
}

// oddWords shares a title that looks like a platform's markup: it must look as typed.
func oddWords(p *tab) {
	p.say("/smallchange propose " + oddTitle)
	p.sees(private, oddTitle)
	p.click(private+" [data-action='change.show']", "")
	p.clickIn(private+":has([data-action='change.more'])", oddTitle, "[data-action='change.more']")
	p.click(private+" [data-action='change.share']", "")
	shared := message + ":not(" + private + ")"
	p.sees(shared, oddTitle)
	p.sees(shared, "Shared by Ana Ortiz.")
	if p.has(message+":has(.mention)", oddTitle) {
		p.t.Errorf("%s became a mention", oddTitle)
	}
}

func supportAsBen(p *tab, ref string) {
	p.click("[data-test=you]", "")
	p.click("[role=menuitemradio]", "Ben Hale")
	p.sees("[data-test=you]", "Ben Hale")
	p.say("/smallchange show " + ref)
	p.click(private+" [data-action='change.support']", "")
	p.sees(private+" [data-action='change.unsupport']", "")
	p.sees(private, "Support: 1 colleague")
}

// celebrateAsBen names a colleague as people do, from the list of suggestions.
func celebrateAsBen(p *tab) {
	p.click("[data-test=message-box]", "")
	p.press("/celebrate @An")
	p.sees("[data-test=suggestions]", "Ana Ortiz")
	p.press(enter)
	p.press("for the new rota" + enter)
	p.sees(private, "on its way to the celebration channel")
	p.click("[data-place="+wins+"]", "")
	p.sees(message, "for the new rota")
	p.sees(message+" .mention", "@Ana Ortiz")
}

func celebrateByForm(p *tab) {
	p.look(ana, willow)
	p.say("/celebrate")
	p.sees(dialog, "It goes to the celebration channel")
	p.fits()
	p.fill("ref", "SC-999")
	p.fill("words", "Two quiet afternoons a week")
	p.click(submit, "")
	p.sees(dialog+" [data-block=ref] .problem", "There is no SC-999 here")
	p.holds("words", "Two quiet afternoons a week")
	p.fits()
	p.fill("ref", strings.Repeat(backspace, 3)+"1")
	p.holds("ref", "SC-1")
	p.click(submit, "")
	p.gone(dialog)
	p.sees(private, "on its way to the celebration channel")
}

// turnMessage makes a colleague's message into a small change.
func turnMessage(p *tab) {
	p.look(ana, willow)
	const said = "I typed the same visit into two forms again today. There must be a better way."
	p.clickIn(message, said, "[data-test=message-more]")
	p.click("[role=menuitem]", "Turn into a small change")
	p.sees(dialog, "Propose a small change")
	p.holds("title", said)
	p.fits()
	p.click(submit, "")
	p.gone(dialog)
	p.sees(private, said)
}

func homePage(p *tab) {
	p.look(ben, willow)
	p.click("[data-place=home]", "")
	p.sees("[data-test=home]", "Hello Ben")
	p.sees("[data-test=home]", "Waiting for you")
	p.click("[data-test=home] [data-action='change.new']", "")
	p.fill("title", "Fewer passwords")
	p.click(submit, "")
	p.sees(dialog, "Your idea is filed as SC-") // the Home page has no room for an answer
	p.click("[data-test=dialog-close]", "")
	p.gone(dialog)
	p.sees("[data-test=home]", "Fewer passwords")
}

// promptAndPulse lives day by day until the team was asked its question and its pulse, and
// answers both on the day they come. It returns the day of the pulse.
func promptAndPulse(p *tab) (pulseDay time.Time) {
	p.look(ana, willow)
	reflected := false
	for days := 0; !reflected || pulseDay.IsZero(); days++ {
		if days > 40 {
			p.t.Fatal("40 days went by without a question and a pulse")
		}
		p.click("[data-test='clock-+1d']", "")
		p.clockStands()
		if !p.has("[data-place="+anaDirect+"] .badge", "") {
			continue
		}
		p.look(ana, anaDirect)
		p.sees(message, "")
		if !reflected && p.has("[data-action='reflect.skip']", "") {
			answerPrompt(p)
			reflected = true
		}
		if pulseDay.IsZero() && p.has("[data-action=pulse]", "") {
			pulseDay = p.now()
			answerPulse(p)
		}
		p.look(ana, willow)
	}
	if pulseDay.Day() > 4 { // the 1st, or the first working day after it
		p.t.Errorf("the pulse of the 1st came on %s", pulseDay.Format("2 January"))
	}
	return pulseDay
}

func answerPrompt(p *tab) {
	p.click(message+":has([data-action='reflect.skip']) [data-action=reflect]", "Answer")
	p.sees(dialog, "Who may read this?")
	p.click(submit, "")
	p.sees(dialog+" [data-block=words] .problem", needAnswer)
	p.fill("words", "One family, one story, told once.")
	p.click(dialog+" [data-block=share] label", "Share with my team, with my name")
	p.click(submit, "")
	p.gone(dialog)
	p.sees(message, "Your team will read it with your name")
	p.gone(message + " [data-action='reflect.skip']")
}

// answerPulse lets as many reply as the release rule needs: Ana from her invitation, Ben
// from his Home page, the others by the command.
func answerPulse(p *tab) {
	p.click("[data-action=pulse]", "Answer")
	p.sees(dialog, "No report, backup or log can show what you chose.")
	p.fits()
	p.fillPulse(0)
	p.gone(dialog)
	p.sees(message, "Thank you, you are counted")
	p.gone("[data-action=pulse]")

	p.look(ben, home)
	p.click("[data-test=home] [data-action=pulse]", "Answer")
	p.fillPulse(1)
	p.sees(dialog, "Thank you, you are counted")
	p.click("[data-test=dialog-close]", "")
	p.gone(dialog)
	p.gone("[data-test=home] [data-action=pulse]")

	for i, who := range []string{"U0CORA003", "U0DAN0004", "U0ELA0005"} {
		p.look(who, willow)
		p.say("/pulse")
		p.fillPulse(i + 2)
		p.gone(dialog)
		p.sees(private, "Thank you, you are counted")
	}
}

// resultAfter goes on past the end of the pulse, from Monday to Monday.
func resultAfter(p *tab, pulseDay time.Time) {
	p.look(ana, willow)
	ended := time.Date(pulseDay.Year(), pulseDay.Month(), 7, 0, 0, 0, 0, time.UTC)
	for mondays := 0; p.now().Before(ended); mondays++ {
		if mondays > 2 {
			p.t.Fatalf("after %d Mondays it is only %s", mondays, p.now())
		}
		p.click("[data-test=clock-monday-0900]", "")
		p.clockStands()
		if now := p.now(); now.Weekday() != time.Monday || now.Hour() != 9 {
			p.t.Errorf("the clock went to %s, not to Monday 9am", now)
		}
	}
	p.sees(message, "of 5 said")
	p.fits()
	p.look(ben, willow)
	p.sees(message, "of 5 said")
}
