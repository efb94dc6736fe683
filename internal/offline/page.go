package offline

// page is one browser tab that listens for news.
type page struct {
	person string
	news   chan obj
}

// mostNews is how much news a slow page may be behind before it loses some; it fetches
// everything anew when it connects again.
const mostNews = 64

func (w *Workspace) listen(person string) *page {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fresh > 0 {
		w.fresh--
		w.loseWhispers(person)
	}
	p := &page{person: person, news: make(chan obj, mostNews)}
	w.pages = append(w.pages, p)
	return p
}

func (w *Workspace) leave(p *page) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, other := range w.pages {
		if other == p {
			w.pages = append(w.pages[:i], w.pages[i+1:]...)
			return
		}
	}
}

// tell gives news to the pages of everybody who may have it. The caller holds mu.
func (w *Workspace) tell(news obj, may func(person string) bool) {
	for _, p := range w.pages {
		if !may(p.person) {
			continue
		}
		select {
		case p.news <- news:
		default: // too slow; the page fetches anew when it comes back
		}
	}
	w.changed()
}

func (w *Workspace) tellAll(news obj) { w.tell(news, func(string) bool { return true }) }

func (w *Workspace) tellOne(person string, news obj) {
	w.tell(news, func(other string) bool { return other == person })
}

// Trouble is something the app got wrong where Slack itself would say nothing or little.
type Trouble struct{ Person, Text string }

// Troubles are all so far.
func (w *Workspace) Troubles() []Trouble {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]Trouble(nil), w.troubles...)
}

// trouble says loudly what went wrong. The caller holds mu.
func (w *Workspace) trouble(person, text string) {
	w.troubles = append(w.troubles, Trouble{person, text})
	w.tellOne(person, obj{"type": "trouble", "text": text})
}
