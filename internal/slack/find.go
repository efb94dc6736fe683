package slack

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
)

// How far Find looks back, in pages of the direct messages or of a thread in them.
const (
	findPage  = 100
	findPages = 5
	findSkew  = time.Minute // Slack's clock may be behind ours
)

// parts are Slack's channel and time stamp of a message.
func parts(id string) (channel, ts string, err error) {
	channel, ts, ok := strings.Cut(id, "/")
	if !ok {
		return "", "", fault.Hide(fault.Broken, fmt.Errorf("%q is no message of Slack's", id), "")
	}
	return channel, ts, nil
}

// threadOf is the time stamp of the message that something goes under, "" when it goes under
// none. Slack would post what goes under a message of another channel by itself, unasked.
func threadOf(to chat.Place) (string, error) {
	if to.Thread == "" {
		return "", nil
	}
	channel, ts, err := parts(to.Thread)
	if err == nil && !to.Direct && channel != to.ID {
		err = fault.Hide(fault.Broken, fmt.Errorf("message %s is not in channel %s", to.Thread, to.ID), "")
	}
	return ts, err
}

// dm is the id (D…) of the direct messages with a person.
func (s *Slack) dm(ctx context.Context, person string) (string, error) {
	call, wrote := traced(ctx)
	with, _, _, err := s.api.OpenConversationContext(call, &slack.OpenConversationParameters{Users: []string{person}})
	if err != nil {
		return "", unread("conversations.open", err, wrote)
	}
	return with.ID, nil
}

// Find looks for the message that Send posted with this key at or after since: in the thread
// that it was to go under, else in the whole direct messages. Only those can be looked
// through; for a channel it fails with fault.Denied, since Slack gives apps like this one
// next to no reading of channels.
func (s *Slack) Find(ctx context.Context, to chat.Place, key string, since time.Time) (chat.Message, bool, error) {
	if err := s.ours(to); err != nil {
		return chat.Message{}, false, err
	}
	if !to.Direct {
		return chat.Message{}, false, fault.New(fault.Denied, "Messages in channels cannot be looked up.")
	}
	under, err := threadOf(to)
	if err != nil {
		return chat.Message{}, false, err
	}
	dm, err := s.dm(ctx, to.ID)
	if err != nil {
		return chat.Message{}, false, err
	}
	read := s.history(dm)
	if under != "" {
		read = s.replies(dm, under)
	}
	ts, found, err := s.lookThrough(ctx, read, key, since)
	if under != "" && fault.Is(err, fault.Missing) { // what was to go under a message that is gone stands by itself
		ts, found, err = s.lookThrough(ctx, s.history(dm), key, since)
	}
	if !found {
		return chat.Message{}, false, err
	}
	return message(to, dm, ts), true, nil
}

// pages reads one page of messages posted at or after a time stamp, and says what the next is.
type pages func(ctx context.Context, oldest, cursor string) (page []slack.Message, next string, err error)

func (s *Slack) history(channel string) pages {
	return func(ctx context.Context, oldest, cursor string) ([]slack.Message, string, error) {
		call, wrote := traced(ctx)
		page, err := s.api.GetConversationHistoryContext(call, &slack.GetConversationHistoryParameters{
			ChannelID: channel, Limit: findPage, IncludeAllMetadata: true, Inclusive: true, Oldest: oldest, Cursor: cursor,
		})
		if err != nil {
			return nil, "", unread("conversations.history", err, wrote)
		}
		return page.Messages, page.ResponseMetaData.NextCursor, nil
	}
}

func (s *Slack) replies(channel, under string) pages {
	return func(ctx context.Context, oldest, cursor string) ([]slack.Message, string, error) {
		call, wrote := traced(ctx)
		page, _, next, err := s.api.GetConversationRepliesContext(call, &slack.GetConversationRepliesParameters{
			ChannelID: channel, Timestamp: under, Limit: findPage, IncludeAllMetadata: true, Inclusive: true, Oldest: oldest, Cursor: cursor,
		})
		if err != nil {
			return nil, "", unread("conversations.replies", err, wrote)
		}
		return page, next, nil
	}
}

// lookThrough is the time stamp of the delivery with this key.
func (s *Slack) lookThrough(ctx context.Context, read pages, key string, since time.Time) (ts string, found bool, err error) {
	from, cursor := since.Add(-findSkew), ""
	oldest := fmt.Sprintf("%d.%06d", from.Unix(), from.Nanosecond()/1000)
	for range findPages {
		page, next, err := read(ctx, oldest, cursor)
		if err != nil {
			return "", false, err
		}
		for _, m := range page {
			if m.Metadata.EventType == deliveryEvent && m.Metadata.EventPayload["key"] == key {
				return m.Timestamp, true, nil
			}
		}
		if cursor = next; cursor == "" {
			return "", false, nil
		}
	}
	return "", false, fault.Hide(fault.Denied, fmt.Errorf("more than %d messages since %s", findPage*findPages, since), "")
}
