package offline

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// mostFile is the largest file taken here, in bytes; nothing is kept but its name and size.
const mostFile = mostBody / 2

// upload is a file on its way in.
type upload struct {
	id, name string
	length   int64
	arrived  bool
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
	up := &upload{id: w.id("F"), name: c.text("filename"), length: length}
	key := secret(w.dice)
	w.uploads[key] = up
	return obj{"file_id": up.id, "upload_url": w.base + "/upload/" + key}, nil
}

// serveUpload takes the bytes of a file: as they are, or as the field "file" of a form.
func (w *Workspace) serveUpload(rw http.ResponseWriter, req *http.Request) {
	req.Body = http.MaxBytesReader(rw, req.Body, mostBody)
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
	size, err := io.Copy(io.Discard, body)
	w.mu.Lock()
	defer w.mu.Unlock()
	up := w.uploads[req.PathValue("key")]
	switch {
	case up == nil:
		http.Error(rw, "no such upload", http.StatusNotFound)
	case err != nil || size != up.length:
		http.Error(rw, "the file is not as long as was said", http.StatusBadRequest)
	default:
		up.arrived = true
		_, _ = fmt.Fprintf(rw, "OK - %d", size) // the app has gone: nobody to tell
	}
}

// completeUpload shares what was uploaded, or only keeps it when no channel is named.
func (w *Workspace) completeUpload(c call) (obj, *refusal) {
	var wanted []struct{ ID, Title string }
	if json.Unmarshal(c.object("files"), &wanted) != nil || len(wanted) == 0 {
		return nil, refuse("invalid_arguments", "missing required field: files")
	}
	files := make([]obj, len(wanted))
	var keys []string
	for i, f := range wanted {
		key, up := w.uploaded(f.ID)
		if up == nil {
			return nil, refuse("file_not_found")
		}
		keys = append(keys, key)
		files[i] = obj{"id": up.id, "name": up.name, "title": f.Title, "size": up.length, "user": botUID}
	}
	places, no := w.shareTargets(c)
	if no != nil {
		return nil, no
	}
	for _, key := range keys { // a file is completed once
		delete(w.uploads, key)
	}
	for _, place := range places {
		w.post(place, &message{user: botUID, text: w.cut(c.text("initial_comment")), thread: c.text("thread_ts"), files: files})
	}
	return obj{"files": files}, nil
}

// uploaded is a file whose bytes have arrived, or nil.
func (w *Workspace) uploaded(id string) (string, *upload) {
	for key, up := range w.uploads {
		if up.id == id && up.arrived {
			return key, up
		}
	}
	return "", nil
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
