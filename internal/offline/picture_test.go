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

// png begins as every PNG does; nothing here looks any further.
const png = "\x89PNG\r\n\x1a\n and so on"

// upload uploads a file that nobody sees yet.
func (b *bench) upload(name, content string) string {
	b.t.Helper()
	f, err := b.api.UploadFileContext(b.t.Context(), slack.UploadFileParameters{Filename: name, Content: content, FileSize: len(content)})
	b.must(err)
	return f.ID
}

func showing(file string) slack.MsgOption {
	return slack.MsgOptionBlocks(slack.NewImageBlockSlackFile(&slack.SlackFileObject{ID: file}, "Two dots.", "", nil))
}

// pictures are the addresses of the pictures that a page shows in the team's channel.
func (b *bench) pictures(person string) (urls []string) {
	b.t.Helper()
	_, body, _ := strings.Cut(b.shown(person), "{")
	var page struct {
		Messages []struct {
			Blocks []struct {
				File struct{ URL string } `json:"slack_file"`
			}
		}
	}
	b.must(json.Unmarshal([]byte("{"+body), &page))
	for _, m := range page.Messages {
		for _, block := range m.Blocks {
			urls = append(urls, block.File.URL)
		}
	}
	return urls
}

func TestThePageShowsAnUploadedPicture(t *testing.T) {
	t.Parallel()
	b := open(t, manyScopes)
	id := b.upload("grid.png", png)
	_, _, err := b.api.PostMessageContext(t.Context(), "C0TEAM", showing(id))
	b.must(err)
	urls := b.pictures("U0ANA")
	if len(urls) != 1 || !strings.HasPrefix(urls[0], "/files/") || len(urls[0]) < 32 || strings.Contains(urls[0], id) {
		t.Fatalf("the page shows pictures from %q", urls)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.url+urls[0], nil)
	b.must(err)
	resp, err := http.DefaultClient.Do(req)
	b.must(err)
	defer func() { _ = resp.Body.Close() }()
	content, err := io.ReadAll(resp.Body)
	if err != nil || string(content) != png || resp.Header.Get("Content-Type") != "image/png" || resp.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%v %q: %v", resp.Header, content, err)
	}
	if policy := resp.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'self';") || strings.Contains(policy, "img-src") {
		t.Errorf("the page may not load it: %s", policy)
	}
	contains(t, b.get("/files/guessed"), "404 Not Found")

	history, err := b.api.GetConversationHistoryContext(t.Context(), &slack.GetConversationHistoryParameters{ChannelID: "C0TEAM"})
	b.must(err)
	block, ok := history.Messages[0].Blocks.BlockSet[0].(*slack.ImageBlock)
	if !ok || *block.SlackFile != (slack.SlackFileObject{ID: id}) {
		t.Errorf("what the app sent became %+v", history.Messages[0].Blocks.BlockSet[0])
	}
}

func TestAPictureThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	b := open(t, manyScopes)
	ctx := t.Context()
	asked, err := b.api.GetUploadURLExternalContext(ctx, slack.GetUploadURLExternalParameters{FileName: "a.png", FileSize: len(png)})
	b.must(err)
	arrived, err := b.api.GetUploadURLExternalContext(ctx, slack.GetUploadURLExternalParameters{FileName: "a.png", FileSize: len(png)})
	b.must(err)
	b.must(b.api.UploadToURL(ctx, slack.UploadToURLParameters{UploadURL: arrived.UploadURL, Filename: "a.png", Content: png}))
	for name, id := range map[string]string{
		"a file that is not there":   "F99999999",
		"one whose bytes never came": asked.FileID,
		"one that is not completed":  arrived.FileID,
		"one that is no picture":     b.upload("words.png", "a report"),
	} {
		_, _, err := b.api.PostMessageContext(ctx, "C0TEAM", showing(id))
		refused(t, name, err, "invalid_blocks")
		said, _ := errors.AsType[slack.SlackErrorResponse](err)
		contains(t, strings.Join(said.ResponseMetadata.Messages, " "), "invalid slack file [json-pointer:/blocks/0/slack_file]")
	}
	strange := slack.NewImageBlockSlackFile(&slack.SlackFileObject{ID: "F99999999"}, "Two dots.", "", nil)
	_, err = b.api.PublishViewContext(ctx, slack.PublishViewContextRequest{
		UserID: "U0ANA", View: slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: []slack.Block{strange}}},
	})
	refused(t, "on a Home page", err, "invalid_arguments")
}

// The workspace lives in memory, and a demo may run for days.
func TestOnlySoManyPicturesAreKept(t *testing.T) {
	t.Parallel()
	b := open(t, manyScopes)
	ctx := t.Context()
	_, err := b.api.GetUploadURLExternalContext(ctx, slack.GetUploadURLExternalParameters{FileName: "a.png", FileSize: 1<<20 + 1})
	refused(t, "one that is too large", err, "file_upload_size_restricted")
	first := b.upload("large.png", png+strings.Repeat("x", 1<<20-len(png)))
	_, _, err = b.api.PostMessageContext(ctx, "C0TEAM", showing(first))
	b.must(err)
	second := b.upload("second.png", png)
	for range 99 {
		b.upload("more.png", png)
	}
	_, _, err = b.api.PostMessageContext(ctx, "C0TEAM", showing(second))
	b.must(err)
	_, _, err = b.api.PostMessageContext(ctx, "C0TEAM", showing(first))
	refused(t, "one of the past", err, "invalid_blocks")
	if urls := b.pictures("U0ANA"); len(urls) != 2 || urls[0] != "" || urls[1] == "" {
		t.Errorf("the page shows %q", urls)
	}
}
