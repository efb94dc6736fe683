package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const (
	enter, escape, tabKey, backspace = kb.Enter, kb.Escape, kb.Tab, kb.Backspace

	// patience is for a slow machine under the race detector; waiting ends as soon as the
	// page shows what is waited for.
	patience = 60 * time.Second
)

// eyes are how the stories look at the page: what can be seen, and where it can be clicked
// because nothing covers it. A spot has to stand still for some frames, as the page goes on
// following its newest message until it has heard that somebody scrolled.
const eyes = `window.story = {
  seen: (selector, words) => [...document.querySelectorAll(selector)].filter((e) => e.checkVisibility() && e.textContent.includes(words)),
  last: "",
  frames: 0,
  spot(e) {
    if (!e) return null;
    e.scrollIntoView({ block: "nearest" });
    const box = e.getBoundingClientRect();
    const [x, y] = [box.left + Math.min(box.width / 2, 150), box.top + box.height / 2];
    story.frames = story.last === x + " " + y ? story.frames + 1 : 0;
    story.last = x + " " + y;
    if (story.frames < 4 || !e.contains(document.elementFromPoint(x, y))) return null;
    story.frames = 0;
    return { x, y };
  },
}`

// tab is the page of a demo, as a person sees it.
type tab struct {
	t    *testing.T
	ctx  context.Context
	base string

	mu       sync.Mutex
	troubles []string // what the page complained of, and requests that left this machine
}

// openDemo starts the demo as the program does and opens its page.
func openDemo(t *testing.T, width, height int64, as, place string) *tab {
	t.Helper()
	findBrowser(t) // before anything is started
	return openPage(t, startDemo(t), width, height, address(as, place))
}

// openPage opens a page of a workspace that listens at base.
func openPage(t *testing.T, base string, width, height int64, path string) *tab {
	t.Helper()
	browser := findBrowser(t)
	p := &tab{t: t, base: base}
	allocator, stop := chromedp.NewExecAllocator(context.Background(),
		chromedp.ExecPath(browser), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("disable-dev-shm-usage", true))
	t.Cleanup(stop)
	ctx, closeTab := chromedp.NewContext(allocator, chromedp.WithListener(p.heard))
	t.Cleanup(closeTab)
	p.ctx = ctx
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, height), chromedp.Navigate(p.base+path),
		chromedp.Evaluate[chromedp.Void](eyes)); err != nil {
		t.Fatal(err)
	}
	return p
}

// findBrowser skips a test where there is no browser, unless one was promised.
func findBrowser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	const missing = "There is no Chromium or Chrome on this machine, so nobody looked at the page."
	if os.Getenv("SMALLCHANGES_BROWSER") == "required" {
		t.Fatal(missing)
	}
	t.Skip(missing)
	return ""
}

// startDemo runs the demo command until the test ends, and reads its address.
func startDemo(t *testing.T) string {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	out, in := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		code := run(ctx, []string{"demo", "--listen", "127.0.0.1:0"}, in, os.Stderr)
		_ = in.Close() // a pipe's end never fails
		ended <- code
	}()
	t.Cleanup(func() {
		stop()
		if code := <-ended; code != exitDone {
			t.Errorf("the demo ended with exit code %d", code)
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the demo did not say where it is: %v", err)
	}
	for _, word := range strings.Fields(line) {
		if strings.HasPrefix(word, "http://") {
			return word
		}
	}
	t.Fatalf("the demo said %q, which has no address", line)
	return ""
}

// heard collects what nobody should ever hear of.
func (p *tab) heard(event any) {
	var trouble string
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			trouble = fmt.Sprintf("console: %v", e.Args)
		}
	case *runtime.EventExceptionThrown:
		trouble = "exception: " + e.ExceptionDetails.Text
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			trouble = "browser: " + e.Entry.Text + " " + e.Entry.URL
		}
	case *network.EventRequestWillBeSent:
		if !strings.HasPrefix(e.Request.URL, p.base+"/") && !strings.HasPrefix(e.Request.URL, "data:") {
			trouble = "request to " + e.Request.URL
		}
	}
	if trouble != "" {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.troubles = append(p.troubles, trouble)
	}
}

// quiet fails when the page complained, asked elsewhere, or showed an alert.
func (p *tab) quiet() {
	p.t.Helper()
	if p.has("[data-test=alert]", "") {
		p.t.Errorf("the page shows trouble: %s", p.words("[data-test=alert]", ""))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, trouble := range p.troubles {
		p.t.Error(trouble)
	}
}

// ask waits until an expression of the page is true, and returns its value.
func ask[T any](p *tab, what, expression string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	wait := `new Promise((done) => { const look = () => { const found = ` + expression + `; if (found) done(found); else requestAnimationFrame(look); }; look(); })`
	found, err := chromedp.Run(ctx, chromedp.Evaluate[T](wait, chromedp.EvalAwaitPromise))
	if err != nil {
		shown, _ := chromedp.Run(p.ctx, chromedp.Evaluate[string](`document.body.innerText`)) // what helps, if it can be had
		p.mu.Lock()
		defer p.mu.Unlock()
		p.t.Fatalf("waited for %s: %v\nheard: %q\nthe page shows:\n%s", what, err, p.troubles, shown)
	}
	return found
}

func (p *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		p.t.Fatal(err)
	}
}

func seen(selector, words string) string {
	return "story.seen(" + quoted(selector) + ", " + quoted(words) + ")"
}

// quoted is a string in the page's language.
func quoted(s string) string {
	raw, _ := json.Marshal(s) // a string always marshals
	return string(raw)
}

// look opens a place as a person, by the page's address.
func (p *tab) look(as, place string) {
	p.t.Helper()
	p.do(chromedp.Evaluate[chromedp.Void](`location.hash = ` + quoted(address(as, place)[2:])))
	ask[bool](p, place+" as "+as, fmt.Sprintf(`!!document.querySelector("[data-place=%s][aria-current=page][href*=%s]")`, place, as))
}

// address opens a place as a person.
func address(as, place string) string { return "/#as=" + as + "&in=" + place }

func (p *tab) sees(selector, words string) {
	p.t.Helper()
	ask[int](p, selector+" “"+words+"”", seen(selector, words)+".length")
}

func (p *tab) gone(selector string) {
	p.t.Helper()
	ask[bool](p, "no more "+selector, seen(selector, "")+".length === 0")
}

// has is whether something can be seen now.
func (p *tab) has(selector, words string) bool {
	p.t.Helper()
	return ask[int](p, selector, seen(selector, words)+".length + 1") > 1
}

// words are the text of the newest thing like this.
func (p *tab) words(selector, words string) string {
	p.t.Helper()
	return ask[string](p, selector, seen(selector, words)+".at(-1)?.textContent")
}

// click presses the mouse on the newest thing like this, where nothing covers it.
func (p *tab) click(selector, words string) {
	p.t.Helper()
	p.clickOn(selector+" “"+words+"”", seen(selector, words)+".at(-1)")
}

// clickIn presses what is inside of the newest thing like this.
func (p *tab) clickIn(selector, words, inside string) {
	p.t.Helper()
	p.clickOn(inside, seen(selector, words)+".at(-1)?.querySelector("+quoted(inside)+")")
}

func (p *tab) clickOn(what, element string) {
	p.t.Helper()
	at := ask[struct{ X, Y float64 }](p, "a free "+what, "story.spot("+element+")")
	p.do(chromedp.MouseEvent(chromedp.MouseMoved, at.X, at.Y), chromedp.MouseClickXY(at.X, at.Y))
}

// press types on the keyboard. A key and its character are one event, as from a real
// keyboard: sent apart, the character comes even where the page took the key for itself.
func (p *tab) press(keys string) {
	p.t.Helper()
	for _, r := range keys {
		events := kb.Encode(r)
		down, up := events[0], events[len(events)-1]
		down.Text = events[len(events)-2].Text
		for _, event := range []*input.DispatchKeyEventParams{down, up} {
			if _, err := chromedp.Call(p.ctx, input.DispatchKeyEvent, *event); err != nil {
				p.t.Fatal(err)
			}
		}
	}
}

// say types a line into the message box and sends it.
func (p *tab) say(line string) {
	p.t.Helper()
	p.click("[data-test=message-box]", "")
	p.press(line + enter)
	ask[bool](p, "the line to be sent", `document.querySelector("[data-test=message-box]").value === ""`)
}

// fill types into a field of the open dialog.
func (p *tab) fill(field, words string) {
	p.t.Helper()
	p.click(dialog+" [data-block="+field+"] [data-action]", "")
	p.press(words)
}

// holds waits until a field of the open dialog holds this.
func (p *tab) holds(field, value string) {
	p.t.Helper()
	control := dialog + " [data-block=" + field + "] [data-action]"
	ask[bool](p, field+" = "+value, seen(control, "")+".at(-1)?.value === "+quoted(value))
}

// fillPulse answers every question, each person in another way, and sends the answers.
func (p *tab) fillPulse(person int) {
	p.t.Helper()
	p.sees(submit, "Send my answers")
	fields := ask[[]string](p, "questions", `[...document.querySelectorAll("`+dialog+` [data-block]")].map((e) => e.dataset.block)`)
	for i, field := range fields {
		box := dialog + " [data-block='" + field + "']"
		if p.has(box+" select", "") { // its options are shares; a digit finds the first that begins with it
			p.click(box+" label", "")
			p.press(strconv.Itoa(1 + (person+i)%3))
			ask[string](p, "a share", seen(box+" select", "")+"[0].value")
			continue
		}
		p.clickOn("an answer", fmt.Sprintf("%s[%d]", seen(box+" label.choice", ""), (person+i)%3))
	}
	p.click(submit, "")
}

// clockStands waits until the clock has done all that falls due on its way.
func (p *tab) clockStands() {
	p.t.Helper()
	ask[bool](p, "the clock to stand", `!document.querySelector(".clock-moving")`)
}

// now is what the page's clock says.
func (p *tab) now() time.Time {
	p.t.Helper()
	now, err := time.Parse("Monday 2 January 2006, 3:04pm", p.words("#clock-words", ""))
	if err != nil {
		p.t.Fatal(err)
	}
	return now
}

// fits fails when anything is wider than the window, or the open dialog cannot be sent.
func (p *tab) fits() {
	p.t.Helper()
	wide := ask[[]string](p, "the widths", `[document.documentElement, ...document.querySelectorAll("main, dialog[open], .dialog-body, [data-test=messages], [data-test=home]")]
    .filter((e) => e.scrollWidth > e.clientWidth + 1 || e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.tagName + "." + e.className)`)
	if len(wide) > 0 {
		p.t.Errorf("wider than the window: %q\n%s", wide, p.words("body", ""))
	}
	if p.has(submit, "") {
		ask[struct{ X, Y float64 }](p, "a button to send with", "story.spot("+seen(submit, "")+".at(-1))")
	}
}
