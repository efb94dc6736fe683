package offline_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/slack-go/slack"
)

// The library sends its token to the API's own host and port only, so this passes only when
// the upload goes there.
func TestAFileIsUploadedAndSharedByTheUnchangedLibrary(t *testing.T) {
	t.Parallel()
	b := open(t, manyScopes)
	ctx := t.Context()
	const content = "a report"
	file, err := b.api.UploadFileContext(ctx, slack.UploadFileParameters{
		Filename: "report.txt", Title: "The report", Content: content, FileSize: len(content), Channel: "C0TEAM", InitialComment: "Here it is",
	})
	if err != nil || file.Title != "The report" {
		t.Fatalf("uploaded %+v: %v", file, err)
	}
	history, err := b.api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{ChannelID: "C0TEAM"})
	b.must(err)
	m := history.Messages[0]
	if m.SubType != "file_share" || m.Text != "Here it is" || len(m.Files) != 1 || m.Files[0].ID != file.ID || m.Files[0].Size != len(content) {
		t.Errorf("shared as %+v", m)
	}
}

// A file is never a page of the workspace's own address, whatever is in it.
func TestAFileIsKeptAndNeverShown(t *testing.T) {
	t.Parallel()
	b := open(t, manyScopes)
	ctx := t.Context()
	dm, _, _, err := b.api.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{"U0ANA"}})
	b.must(err)
	for _, test := range []struct{ name, content, kind, says string }{
		{"my-reflections.txt", "<script>alert(1)</script> – my words", "text/plain; charset=utf-8", "attachment; filename=my-reflections.txt"},
		{"a\"b.html", "<h1>my words</h1>", "text/plain; charset=utf-8", `attachment; filename="a\"b.html"`},
		{"bytes.txt", "\xff\xfe", "application/octet-stream", "attachment; filename=bytes.txt"},
	} {
		_, err = b.api.UploadFileContext(ctx, slack.UploadFileParameters{
			Filename: test.name, Title: "My words", Content: test.content, FileSize: len(test.content), Channel: dm.ID,
		})
		b.must(err)
		link := b.files("U0ANA", dm.ID)
		last := link[len(link)-1]
		if last.Title != "My words" || last.Name != test.name || !strings.HasPrefix(last.URL, "/files/") || len(last.URL) < 32 {
			t.Fatalf("the page shows %+v", last)
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.url+last.URL, nil)
		b.must(err)
		resp, err := http.DefaultClient.Do(req)
		b.must(err)
		content, err := io.ReadAll(resp.Body)
		b.must(errors.Join(err, resp.Body.Close()))
		h := resp.Header
		if string(content) != test.content || h.Get("Content-Type") != test.kind || h.Get("Content-Disposition") != test.says || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v %q", test.name, h, content)
		}
	}
	if got := b.get("/ui/messages?as=U0BEN&in=" + dm.ID); !strings.Contains(got, "404 Not Found") {
		t.Errorf("Ben sees %s", got)
	}
}

// link is a file as a page shows it.
type link struct{ Name, Title, URL string }

// files are those that the page shows a person in a place.
func (b *bench) files(person, in string) (all []link) {
	b.t.Helper()
	_, body, _ := strings.Cut(b.get("/ui/messages?as="+person+"&in="+in), "{")
	var page struct{ Messages []struct{ Files []link } }
	b.must(json.Unmarshal([]byte("{"+body), &page))
	for _, m := range page.Messages {
		all = append(all, m.Files...)
	}
	return all
}

func TestAnUploadIsRefusedWhen(t *testing.T) {
	t.Parallel()
	b := open(t, manyScopes)
	ctx := t.Context()
	ask := func(size int) *slack.GetUploadURLExternalResponse {
		t.Helper()
		got, err := b.api.GetUploadURLExternalContext(ctx, slack.GetUploadURLExternalParameters{FileName: "a.txt", FileSize: size})
		b.must(err)
		return got
	}
	complete := func(id, channel string) error {
		_, err := b.api.CompleteUploadExternalContext(ctx, slack.CompleteUploadExternalParameters{Files: []slack.FileSummary{{ID: id}}, Channel: channel})
		return err
	}
	send := func(to, content string) error {
		return b.api.UploadToURL(ctx, slack.UploadToURLParameters{UploadURL: to, Filename: "a.txt", Content: content})
	}
	_, err := b.api.GetUploadURLExternalContext(ctx, slack.GetUploadURLExternalParameters{FileName: "a.bin", FileSize: 1 << 30})
	refused(t, "it is far too large", err, "file_upload_size_restricted")
	up := ask(5)
	refused(t, "its bytes have not come", complete(up.FileID, ""), "file_not_found")
	refused(t, "it is longer than was said", send(up.UploadURL, "123456"), "400")
	refused(t, "nobody asked for it", send(b.url+"/upload/guessed", "12345"), "404")
	b.must(send(up.UploadURL, "12345"))
	refused(t, "the app is not in the channel", complete(up.FileID, "C0ELSE"), "not_in_channel")
	b.must(complete(up.FileID, ""))
	refused(t, "it was completed before", complete(up.FileID, ""), "file_not_found")
	huge := ask(5)
	refused(t, "it never ends", send(huge.UploadURL, strings.Repeat("x", 2<<20)), "")
}

func TestReactionsAndPermalinks(t *testing.T) {
	t.Parallel()
	b := open(t, manyScopes)
	ctx := t.Context()
	_, ts, err := b.api.PostMessageContext(ctx, "C0TEAM", text("well done"))
	b.must(err)
	at := slack.NewRefToMessage("C0TEAM", ts)
	b.must(b.api.AddReactionContext(ctx, "tada", at))
	refused(t, "the same twice", b.api.AddReactionContext(ctx, "tada", at), "already_reacted")
	refused(t, "no emoji", b.api.AddReactionContext(ctx, "not an emoji", at), "invalid_name")
	refused(t, "no message", b.api.AddReactionContext(ctx, "tada", slack.NewRefToMessage("C0TEAM", "1.000000")), "message_not_found")
	history, err := b.api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{ChannelID: "C0TEAM"})
	b.must(err)
	if r := history.Messages[0].Reactions; len(r) != 1 || r[0].Name != "tada" || r[0].Count != 1 || r[0].Users[0] != b.BotID() {
		t.Errorf("reactions: %+v", r)
	}
	link, err := b.api.GetPermalinkContext(ctx, &slack.PermalinkParameters{Channel: "C0TEAM", Ts: ts})
	if want := b.url + "/archives/C0TEAM/p" + strings.ReplaceAll(ts, ".", ""); err != nil || link != want {
		t.Errorf("permalink %s (%v), want %s", link, err, want)
	}
	_, err = b.api.GetPermalinkContext(ctx, &slack.PermalinkParameters{Channel: "C0DARK", Ts: ts})
	refused(t, "a channel the app does not see", err, "channel_not_found")
}
