package offline

import (
	"embed"
	"encoding/json"
	"io/fs"
	"net"
	"net/http"
	"time"

	"smallchanges/internal/fault"
)

//go:embed page
var pageFiles embed.FS

// policy keeps the page to its own files: no script of anybody else, and no outside request.
const policy = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Handler is the whole workspace: Web API, sockets, response_urls, and the page for people.
// It answers to this machine's own names only.
func (w *Workspace) Handler() http.Handler {
	files, err := fs.Sub(pageFiles, "page")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/api/{method}", w.serveAPI)
	mux.HandleFunc("GET /socket", w.serveSocket)
	mux.HandleFunc("POST /response/{id}", w.serveHook)
	mux.HandleFunc("POST /upload/{key}", w.serveUpload)
	mux.HandleFunc("GET "+filePath+"{key}", w.serveFile)
	mux.Handle("GET /archives/", http.RedirectHandler("/", http.StatusSeeOther))
	mux.HandleFunc("GET /ui/state", w.uiState)
	mux.HandleFunc("GET /ui/messages", w.uiMessages)
	mux.HandleFunc("GET /ui/home", w.uiHome)
	mux.HandleFunc("GET /ui/events", w.uiEvents)
	for name, do := range map[string]func(*http.Request, uiCall) (obj, error){
		"say": w.uiSay, "press": w.uiPress, "submit": w.uiSubmit, "close": w.uiClose, "shortcut": w.uiShortcut, "clock": w.uiClock,
		"status": w.uiStatus,
	} {
		mux.HandleFunc("POST /ui/"+name, posted(do))
	}
	mux.Handle("GET /page/", http.StripPrefix("/page/", http.FileServerFS(files)))
	mux.HandleFunc("GET /{$}", func(rw http.ResponseWriter, req *http.Request) {
		http.ServeFileFS(rw, req, files, "index.html")
	})
	return w.local(mux)
}

// local refuses requests for other names, which a page elsewhere could make a browser send.
func (w *Workspace) local(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		host, _, err := net.SplitHostPort(req.Host)
		if err != nil {
			host = req.Host
		}
		if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			http.Error(rw, "This workspace answers on this machine only.", http.StatusForbidden)
			return
		}
		if origin := req.Header.Get("Origin"); req.Method == http.MethodPost && origin != "" && origin != "http://"+req.Host {
			http.Error(rw, "This request comes from another page.", http.StatusForbidden)
			return
		}
		w.mu.Lock()
		w.base = "http://" + req.Host
		w.mu.Unlock()
		rw.Header().Set("Content-Security-Policy", policy)
		rw.Header().Set("X-Content-Type-Options", "nosniff")
		rw.Header().Set("Referrer-Policy", "no-referrer")
		rw.Header().Set("Cache-Control", "no-store")
		next.ServeHTTP(rw, req)
	})
}

// uiCall is what the page sends.
type uiCall struct {
	As       string `json:"as"`
	In       string `json:"in"`
	Text     string `json:"text"`
	ThreadTS string `json:"thread_ts"`
	TS       string `json:"ts"`
	ViewID   string `json:"view_id"`
	Callback string `json:"callback_id"`
	To       string `json:"to"`
	Emoji    string `json:"emoji"`

	Values map[string]map[string]json.RawMessage `json:"values"`
	raw    map[string]json.RawMessage
}

// posted reads what the page sent and answers it; a refusal is words for the person.
func posted(do func(*http.Request, uiCall) (obj, error)) http.HandlerFunc {
	return func(rw http.ResponseWriter, req *http.Request) {
		var raw json.RawMessage
		var c uiCall
		err := json.NewDecoder(http.MaxBytesReader(rw, req.Body, mostBody)).Decode(&raw)
		if err != nil || json.Unmarshal(raw, &c) != nil || json.Unmarshal(raw, &c.raw) != nil {
			http.Error(rw, "The page sent something that cannot be read.", http.StatusBadRequest)
			return
		}
		answer, err := do(req, c)
		if err != nil {
			say := fault.Words(err)
			if say == "" {
				say = "That did not work."
			}
			answer = obj{"ok": false, "error": say}
		}
		writeJSON(rw, answer)
	}
}

func (w *Workspace) uiSay(_ *http.Request, c uiCall) (obj, error) {
	return obj{"ok": true}, w.As(c.As).say(c.In, c.Text, c.ThreadTS)
}

// pressed are the parts of a press that say what was pressed or chosen.
var pressed = []string{
	"type", "block_id", "action_id", "value", "selected_option", "selected_options", "selected_user", "selected_users",
	"selected_channel", "selected_date", "selected_time", "text",
}

func (w *Workspace) uiPress(_ *http.Request, c uiCall) (obj, error) {
	action := obj{}
	for _, key := range pressed {
		if value, ok := c.raw[key]; ok {
			action[key] = value
		}
	}
	return obj{"ok": true}, w.As(c.As).press(press{In: c.In, TS: c.TS, View: c.ViewID, Values: c.Values, Action: action})
}

func (w *Workspace) uiSubmit(_ *http.Request, c uiCall) (obj, error) {
	got, err := w.As(c.As).Submit(c.ViewID, c.Values)
	switch {
	case err != nil:
		return nil, err
	case got.Errors != nil:
		return obj{"errors": got.Errors}, nil
	case got.View != nil:
		w.mu.Lock()
		defer w.mu.Unlock()
		return obj{"view": got.View.json()}, nil
	}
	return obj{"ok": true}, nil
}

func (w *Workspace) uiClose(_ *http.Request, c uiCall) (obj, error) {
	w.As(c.As).CloseModal()
	return obj{"ok": true}, nil
}

func (w *Workspace) uiShortcut(_ *http.Request, c uiCall) (obj, error) {
	return obj{"ok": true}, w.As(c.As).Shortcut(c.Callback, c.In, c.TS)
}

func (w *Workspace) uiStatus(_ *http.Request, c uiCall) (obj, error) {
	switch c.Emoji {
	case "":
		return obj{"ok": true}, w.As(c.As).SetStatus(Status{})
	case onHoliday.Emoji:
		return obj{"ok": true}, w.As(c.As).SetStatus(onHoliday)
	}
	return nil, fault.New(fault.Invalid, "This page has no such status.")
}

func (w *Workspace) uiClock(req *http.Request, c uiCall) (obj, error) {
	if w.opt.MoveClock == nil {
		return nil, fault.New(fault.Denied, "The clock cannot be moved here.")
	}
	now, err := w.opt.MoveClock(req.Context(), c.To)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tellAll(obj{"type": "state"})
	return obj{"now": now.UTC().Format(time.RFC3339)}, nil
}

// uiEvents sends news to a page until it goes away.
func (w *Workspace) uiEvents(rw http.ResponseWriter, req *http.Request) {
	p := w.listen(req.URL.Query().Get("as"))
	defer w.leave(p)
	rw.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(rw)
	_, _ = rw.Write([]byte(": here\n\n"))
	_ = out.Flush()
	for {
		select {
		case <-req.Context().Done():
			return
		case <-w.ctx.Done():
			return
		case news := <-p.news:
			line, err := json.Marshal(news)
			if err != nil {
				continue
			}
			if _, err := rw.Write([]byte("data: " + string(line) + "\n\n")); err != nil || out.Flush() != nil {
				return
			}
		}
	}
}
