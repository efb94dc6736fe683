package offline_test

import (
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
	if m.Text != "Here it is" || len(m.Files) != 1 || m.Files[0].ID != file.ID || m.Files[0].Size != len(content) {
		t.Errorf("shared as %+v", m)
	}
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
