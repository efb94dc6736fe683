package offline_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
)

// respond posts to a response_url and wants this answer.
func (b *bench) respond(to, body, want string) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, to, strings.NewReader(body))
	b.must(err)
	if got := fetch(b.t, req); !strings.Contains(got, want) {
		b.t.Errorf("%s gave %s, want %s", body, got, want)
	}
}

// pressed posts a message, or a whisper to Ana, with a button, lets Ana press it, and
// returns the response_url.
func (b *bench) pressed(whisper bool) string {
	b.t.Helper()
	urls := make(chan string, 1)
	b.answer(func(_ envelope, p payload) any { urls <- p.ResponseURL; return nil })
	button := slack.NewActionBlock("", slack.NewButtonBlockElement("go", "v", slack.NewTextBlockObject(slack.PlainTextType, "Go", false, false)))
	ctx, options := b.t.Context(), []slack.MsgOption{text("original"), slack.MsgOptionBlocks(button)}
	var ts string
	var err error
	if whisper {
		ts, err = b.api.PostEphemeralContext(ctx, "C0TEAM", "U0ANA", options...)
	} else {
		_, ts, err = b.api.PostMessageContext(ctx, "C0TEAM", options...)
	}
	b.must(err)
	b.must(b.As("U0ANA").Press("C0TEAM", ts, "go", ""))
	return <-urls
}

// seen is each text a person sees in the channel, with a mark when it is for them alone.
func (b *bench) seen(person string) string {
	b.t.Helper()
	_, body, _ := strings.Cut(b.shown(person), " OK ")
	var page struct {
		Messages []struct {
			Text      string
			Ephemeral bool
			Thread    string `json:"thread_ts"`
		}
	}
	b.must(json.Unmarshal([]byte(body), &page))
	var all []string
	for _, m := range page.Messages {
		line := m.Text
		if m.Ephemeral {
			line += " (only you)"
		}
		if m.Thread != "" {
			line += " in a thread"
		}
		all = append(all, line)
	}
	return strings.Join(all, ", ")
}

func TestAResponseURLDoesWhatItIsAskedTo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		whisper        bool
		body, ana, ben string
	}{
		"an answer is for one person unless it says otherwise": {false, `{"text":"new"}`, "original, new (only you)", "original"},
		"an answer for everybody":                              {false, `{"text":"new","response_type":"in_channel"}`, "original, new", "original, new"},
		"an answer in a thread":                                {false, `{"text":"new","response_type":"in_channel","thread_ts":"1.000000"}`, "original, new in a thread", "original, new in a thread"},
		"the message is replaced":                              {false, `{"text":"new","replace_original":true,"blocks":null}`, "new", "new"},
		"true may be a word":                                   {false, `{"text":"new","replace_original":"true"}`, "new", "new"},
		"false may be a word":                                  {false, `{"text":"new","replace_original":"false"}`, "original, new (only you)", "original"},
		"the message is taken away":                            {false, `{"delete_original":true}`, "", ""},
		"a whisper stays a whisper":                            {true, `{"text":"new","replace_original":true,"response_type":"in_channel"}`, "new (only you)", ""},
		"what the library sends when nothing is set":           {false, `{"text":"new","blocks":null,"metadata":{"event_type":"","event_payload":null},"replace_original":false,"delete_original":false}`, "original, new (only you)", "original"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t)
			b.respond(b.pressed(c.whisper), c.body, "200 OK ok")
			if ana, ben := b.seen("U0ANA"), b.seen("U0BEN"); ana != c.ana || ben != c.ben {
				t.Errorf("Ana sees %q and Ben %q, want %q and %q", ana, ben, c.ana, c.ben)
			}
		})
	}
}

func TestAResponseURLRefusesWhatIsWrong(t *testing.T) {
	t.Parallel()
	b := open(t)
	url := b.pressed(false)
	b.respond(url, `{"text":`, "invalid_payload")
	b.respond(url, `{}`, "no_text")
	b.respond(url, `{"text":"x","blocks":[{"type":"banner"}]}`, "invalid_blocks")
	b.troubled("unsupported type: banner") // the person would only wonder at Slack
	b.respond(b.url+"/response/guessed", `{"text":"x"}`, "404 Not Found expired_url")
	for range 3 { // a refused answer is a use, one that cannot be read is none
		b.respond(url, `{"text":"x"}`, "200 OK")
	}
	b.respond(url, `{"text":"x"}`, "404 Not Found used_url")
}

func TestAResponseURLLastsHalfAnHourToTheSecond(t *testing.T) {
	t.Parallel()
	b := open(t)
	url := b.pressed(false)
	b.clock.add(30 * time.Minute)
	b.respond(url, `{"text":"just in time"}`, "200 OK")
	b.clock.add(time.Second)
	b.respond(url, `{"text":"late"}`, "expired_url")
}
