package offline

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

const (
	mostFile  = 1 << 20         // bytes of the largest file taken here
	mostForm  = mostFile + 4096 // and of a form around it
	mostFiles = 100             // the older ones are forgotten
)

// file is a file that the app uploads or has uploaded.
type file struct {
	id, name       string
	upload         string // last part of its upload_url
	path           string // last part of its address for the page, which no payload carries
	length         int64
	arrived, whole bool   // its bytes are here; the upload was completed
	content        []byte // its bytes, once they are here
}

// uploadURL gives an address on the API's own host: slack-go sends its token to no other.
func (w *Workspace) uploadURL(c call) (obj, *refusal) {
	length, err := strconv.ParseInt(c.text("length"), 10, 64)
	switch {
	case c.text("filename") == "":
		return nil, refuse("invalid_arguments", "missing required field: filename")
	case err != nil || length <= 0:
		return nil, refuse("invalid_arguments", "missing required field: length")
	case length > mostFile:
		return nil, refuse("file_upload_size_restricted")
	}
	f := &file{id: w.id("F"), name: c.text("filename"), length: length, upload: secret(w.dice), path: secret(w.road)}
	w.files = append(w.files, f)
	w.files = slices.Delete(w.files, 0, max(0, len(w.files)-mostFiles))
	return obj{"file_id": f.id, "upload_url": "http://" + c.host + "/upload/" + f.upload}, nil
}

// serveUpload takes the bytes of a file: as they are, or as the field "file" of a form.
func (w *Workspace) serveUpload(rw http.ResponseWriter, req *http.Request) {
	req.Body = http.MaxBytesReader(rw, req.Body, mostForm)
	var body io.Reader = req.Body
	if strings.HasPrefix(req.Header.Get("Content-Type"), "multipart/form-data") {
		file, _, err := req.FormFile("file")
		if err != nil {
			http.Error(rw, "missing file", http.StatusBadRequest)
			return
		}
		defer file.Close()
		body = file
	}
	content, err := io.ReadAll(body)
	w.mu.Lock()
	defer w.mu.Unlock()
	f := w.file(func(f *file) bool { return f.upload == req.PathValue("key") && !f.whole })
	switch {
	case f == nil:
		http.Error(rw, "no such upload", http.StatusNotFound)
	case err != nil || int64(len(content)) != f.length:
		http.Error(rw, "the file is not as long as was said", http.StatusBadRequest)
	default:
		f.arrived, f.content = true, content
		_, _ = fmt.Fprintf(rw, "OK - %d", len(content)) // the app has gone: nobody to tell
	}
}

// file is the one file that is meant, or nil. The caller holds mu.
func (w *Workspace) file(meant func(*file) bool) *file {
	if i := slices.IndexFunc(w.files, meant); i >= 0 {
		return w.files[i]
	}
	return nil
}

// completeUpload shares what was uploaded, or only keeps it when no channel is named.
func (w *Workspace) completeUpload(c call) (obj, *refusal) {
	var wanted []struct{ ID, Title string }
	if json.Unmarshal(c.object("files"), &wanted) != nil || len(wanted) == 0 {
		return nil, refuse("invalid_arguments", "missing required field: files")
	}
	shared := make([]obj, len(wanted))
	var files []*file
	for i, want := range wanted {
		f := w.file(func(f *file) bool { return f.id == want.ID && f.arrived && !f.whole })
		if f == nil {
			return nil, refuse("file_not_found")
		}
		files = append(files, f)
		shared[i] = obj{"id": f.id, "name": f.name, "title": want.Title, "size": f.length, "user": botUID}
	}
	places, no := w.shareTargets(c)
	if no != nil {
		return nil, no
	}
	for _, f := range files {
		f.whole = true
	}
	for _, place := range places {
		w.post(place, &message{user: botUID, text: w.cut(c.text("initial_comment")), thread: w.root(place, c.text("thread_ts")), files: shared})
	}
	return obj{"files": shared}, nil
}

// shareTargets are the channels a file is shared in.
func (w *Workspace) shareTargets(c call) ([]*channel, *refusal) {
	var places []*channel
	for id := range strings.FieldsFuncSeq(c.text("channel_id")+","+c.text("channels"), func(r rune) bool { return r == ',' }) {
		place, no := w.target(id)
		if no != nil {
			return nil, no
		}
		places = append(places, place)
	}
	return places, nil
}
