package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"sync/atomic"

	"github.com/slack-go/slack"

	"smallchanges/internal/fault"
)

// kinds is what Slack's error words mean for whoever sent: docs.slack.dev lists them
// under each method. Words not listed are our own mistake (fault.Broken).
var kinds = map[string]fault.Kind{
	"channel_not_found": fault.Missing, "not_in_channel": fault.Missing, "is_archived": fault.Missing,
	"user_not_found": fault.Missing, "users_not_found": fault.Missing, "user_disabled": fault.Missing,
	"user_not_visible": fault.Missing, "user_not_in_channel": fault.Missing, "cannot_dm_bot": fault.Missing,
	"account_inactive": fault.Missing, "message_not_found": fault.Missing, "not_found": fault.Missing,
	"messages_tab_disabled": fault.Missing, "thread_not_found": fault.Missing,

	"expired_trigger_id": fault.Closed, "exchanged_trigger_id": fault.Closed, "trigger_expired": fault.Closed,
	"trigger_exchanged": fault.Closed, "used_url": fault.Closed, "expired_url": fault.Closed,
	"edit_window_closed": fault.Closed, "cant_update_message": fault.Closed,

	"hash_conflict": fault.Conflict,

	"ratelimited": fault.Busy, "rate_limited": fault.Busy, "service_unavailable": fault.Busy,
	"request_timeout": fault.Busy, "team_added_to_org": fault.Busy,

	// Slack says of these two that part of the work may have been done.
	"internal_error": fault.Unsure, "fatal_error": fault.Unsure,

	"missing_scope": fault.Denied, "not_authed": fault.Denied, "invalid_auth": fault.Denied,
	"token_revoked": fault.Denied, "token_expired": fault.Denied, "no_permission": fault.Denied,
	"not_allowed_token_type": fault.Denied, "restricted_action": fault.Denied, "access_denied": fault.Denied,
	"ekm_access_denied": fault.Denied, "not_enabled": fault.Denied,
}

// traced is a context that notes whether a request left this machine. Only then can
// it have had an effect.
func traced(ctx context.Context) (context.Context, *atomic.Bool) {
	wrote := new(atomic.Bool)
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteHeaders: func() { wrote.Store(true) },
	}), wrote
}

// classify gives a failed call its fault.Kind: what Slack said, or for a failure of
// the line, fault.Unsure when the request had been written and fault.Busy when not.
func classify(method string, err error, wrote *atomic.Bool) error {
	said := fmt.Errorf("%s: %w", method, withoutURL(err))
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return fault.After(limited.RetryAfter, said)
	}
	if refused, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		return fault.Hide(kinds[refused.Err], explained(said, refused), "")
	}
	if status, ok := errors.AsType[slack.StatusCodeError](err); ok {
		return fault.Hide(statusKind(status.Code), said, "")
	}
	if wrote.Load() {
		return fault.Hide(fault.Unsure, said, "")
	}
	return fault.Hide(fault.Busy, said, "")
}

// unread is classify for calls that only read: repeating them does no harm, so a lost
// answer is no worse than a busy line.
func unread(method string, err error, wrote *atomic.Bool) error {
	failed := classify(method, err, wrote)
	if fault.Is(failed, fault.Unsure) {
		return fault.Hide(fault.Busy, failed, "")
	}
	return failed
}

func statusKind(code int) fault.Kind {
	switch {
	case code == http.StatusTooManyRequests:
		return fault.Busy
	case code >= 500:
		return fault.Unsure
	case code == http.StatusNotFound || code == http.StatusGone:
		return fault.Closed
	}
	return fault.Broken
}

// explained adds what Slack says beyond one word: where the blocks are wrong, which
// scope is missing. Neither holds anybody's words.
func explained(err error, refused slack.SlackErrorResponse) error {
	if len(refused.ResponseMetadata.Messages) > 0 {
		return fmt.Errorf("%w: %q", err, slices.Compact(refused.ResponseMetadata.Messages))
	}
	if refused.Needed != "" {
		return fmt.Errorf("%w: needs the scope %s", err, refused.Needed)
	}
	return err
}

// withoutURL takes the address out of a failed request: a response_url is a key to
// the conversation and has no place in a log.
func withoutURL(err error) error {
	if failed, ok := errors.AsType[*url.Error](err); ok {
		return failed.Err
	}
	return err
}
