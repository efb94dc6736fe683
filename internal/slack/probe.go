package slack

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// MaxSkew is how far our clock may be from Slack's before its requests are refused.
const MaxSkew = maxSkew

// Facts are what Slack says of a connection, for its operator.
type Facts struct {
	Reached   bool      // something answered
	Workspace string    // name; "" unless the bot token is right
	Missing   []string  // scopes of the manifest that were not granted
	Scoped    bool      // Slack said which scopes were granted
	Date      time.Time // Slack's clock as it answered; zero when it did not say
}

// Probe asks Slack about the tokens and changes nothing there. bot and app are what is
// wrong with each token, of kind fault.Denied when Slack refuses it, and app is nil
// without one.
func Probe(ctx context.Context, c Config) (facts Facts, bot, app error) {
	heard := &listener{next: http.DefaultTransport}
	client := http.Client{Timeout: 10 * time.Second}
	if c.HTTP != nil {
		client = *c.HTTP
		if c.HTTP.Transport != nil {
			heard.next = c.HTTP.Transport
		}
	}
	client.Transport = heard
	api := slack.New(c.BotToken, slack.OptionAPIURL(strings.TrimSuffix(cmp.Or(c.APIURL, DefaultAPI), "/")+"/"),
		slack.OptionAppLevelToken(c.AppToken), slack.OptionHTTPClient(&client))

	call, wrote := traced(ctx)
	me, err := api.AuthTestContext(call)
	facts.Reached = heard.header != nil
	facts.Date, _ = http.ParseTime(heard.header.Get("Date")) // the zero time when it is not there
	if err != nil {
		bot = unread("auth.test", err, wrote)
	} else {
		facts.Workspace = me.Team
		facts.Missing, facts.Scoped = missing(heard.header.Values("X-Oauth-Scopes"))
	}
	if c.AppToken != "" {
		call, wrote = traced(ctx)
		// The address it gives is used by nobody, and expires.
		if _, _, err := api.StartSocketModeContext(call); err != nil {
			app = unread("apps.connections.open", err, wrote)
		}
	}
	return facts, bot, app
}

// missing are the manifest's scopes that are not among those granted.
func missing(granted []string) (without []string, said bool) {
	have := strings.FieldsFunc(strings.Join(granted, ","), func(r rune) bool { return r == ',' || r == ' ' })
	for _, scope := range scopes {
		if !slices.Contains(have, scope) {
			without = append(without, scope)
		}
	}
	return without, len(granted) > 0
}

// listener keeps the header of the last answer, which slack-go drops when it is a refusal.
type listener struct {
	next   http.RoundTripper
	header http.Header
}

// RoundTrip passes a request on. Probe makes one at a time.
func (l *listener) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := l.next.RoundTrip(r)
	if err == nil {
		l.header = answer.Header
	}
	return answer, err
}
