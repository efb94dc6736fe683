package offline

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"unicode/utf8"
)

const (
	filePath = "/files/"
	pngType  = "image/png"
)

// pictureBlock is what matters here of a block that shows an uploaded picture.
type pictureBlock struct {
	Type string `json:"type"`
	File *struct {
		ID string `json:"id"`
	} `json:"slack_file"`
}

// picture is the uploaded picture that a block shows, and whether it is to show one. The
// picture is nil when it was never completed, is none, or was forgotten.
func (w *Workspace) picture(raw json.RawMessage) (f *file, shows bool) {
	var b pictureBlock
	if json.Unmarshal(raw, &b) != nil || b.Type != "image" || b.File == nil {
		return nil, false
	}
	return w.file(func(f *file) bool { return f.id == b.File.ID && f.whole && f.picture() }), true
}

// strangeFiles are the blocks that are to show a picture which the app has not uploaded, in
// Slack's words. The caller holds mu.
func (w *Workspace) strangeFiles(at string, blocks json.RawMessage) (problems []string) {
	var list []json.RawMessage
	_ = json.Unmarshal(blocks, &list) // judged before
	for i, raw := range list {
		if f, shows := w.picture(raw); shows && f == nil {
			problems = append(problems, fmt.Sprintf("invalid slack file [json-pointer:%s/%d/slack_file]", at, i))
		}
	}
	return problems
}

// withPictures is blocks as the page draws them: with the addresses of uploaded pictures. What
// the app sent stays as it is. The caller holds mu.
func (w *Workspace) withPictures(blocks json.RawMessage) json.RawMessage {
	var list []json.RawMessage
	if json.Unmarshal(blocks, &list) != nil {
		return blocks
	}
	for i, raw := range list {
		f, _ := w.picture(raw)
		var block map[string]json.RawMessage
		if f == nil || json.Unmarshal(raw, &block) != nil {
			continue
		}
		source, err := json.Marshal(obj{"id": f.id, "url": filePath + f.path})
		if err != nil {
			continue
		}
		block["slack_file"] = source
		if list[i], err = json.Marshal(block); err != nil {
			list[i] = raw
		}
	}
	shown, err := json.Marshal(list)
	if err != nil {
		return blocks
	}
	return shown
}

// picture reports whether it can be shown in a message.
func (f *file) picture() bool { return http.DetectContentType(f.content) == pngType }

// serveFile gives the page a file: a picture to show, anything else to keep. Whoever knows its
// address has seen its message. Nothing of a file is ever read as a page.
func (w *Workspace) serveFile(rw http.ResponseWriter, req *http.Request) {
	w.mu.Lock()
	f := w.file(func(f *file) bool { return f.path == req.PathValue("key") && f.whole })
	w.mu.Unlock()
	if f == nil {
		http.NotFound(rw, req)
		return
	}
	rw.Header().Set("Content-Type", pngType)
	if !f.picture() {
		rw.Header().Set("Content-Type", "application/octet-stream")
		if utf8.Valid(f.content) {
			rw.Header().Set("Content-Type", "text/plain; charset=utf-8")
		}
		rw.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.name}))
	}
	_, _ = rw.Write(f.content) // the page has gone: nobody to tell
}

// uiFiles are the files that a message brought, as the page draws them. One that was forgotten
// has no address. The caller holds mu.
func (w *Workspace) uiFiles(m *message) []obj {
	shown := make([]obj, len(m.files))
	for i, shared := range m.files {
		shown[i] = obj{"name": shared["name"], "title": shared["title"]}
		if f := w.file(func(f *file) bool { return f.id == shared["id"] }); f != nil {
			shown[i]["url"] = filePath + f.path
		}
	}
	return shown
}
