package slack

import (
	"cmp"
	"context"
	"slices"

	"github.com/slack-go/slack"
	"golang.org/x/sync/errgroup"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
)

// How many people are looked up: at most, and at once. Slack allows about a hundred
// users.info a minute.
const (
	mostPeople   = 60
	lookupsAt    = 10
	slackbotUser = "USLACKBOT" // a bot that users.info does not call one
)

// Members are the people of this workspace who are in a channel, as the directory describes
// them: no bots, apps, closed accounts, or people of other workspaces. It fails with
// fault.Invalid, in words, when there are too many, and with fault.Missing when the bot may not
// look into the channel.
func (s *Slack) Members(ctx context.Context, place chat.Place) ([]chat.Profile, error) {
	if err := s.ours(place); err != nil {
		return nil, err
	}
	if place.Direct || place.ID == "" {
		return nil, fault.New(fault.Missing, "")
	}
	call, wrote := traced(ctx)
	ids, next, err := s.api.GetUsersInConversationContext(call, &slack.GetUsersInConversationParameters{
		ChannelID: place.ID, Limit: mostPeople + 1, // the bot itself may be one of them
	})
	if err != nil {
		return nil, unread("conversations.members", err, wrote)
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { return id == s.bot })
	if len(ids) > mostPeople || next != "" {
		return nil, fault.New(fault.Invalid, "There are many people in this channel. Please choose those of the team by hand.")
	}
	return s.Profiles(ctx, place.Workspace, ids)
}

// Profiles are the people with these ids, in their order, as the directory describes them.
// Bots, apps, closed accounts and people of other workspaces are left out.
func (s *Slack) Profiles(ctx context.Context, workspace string, ids []string) ([]chat.Profile, error) {
	if len(ids) > mostPeople {
		return nil, fault.New(fault.Invalid, "That is too many people at once. Please choose fewer.")
	}
	found := make([]*slack.User, len(ids))
	look, ctx := errgroup.WithContext(ctx)
	look.SetLimit(lookupsAt)
	for i, id := range ids {
		look.Go(func() error {
			call, wrote := traced(ctx)
			person, err := s.api.GetUserInfoContext(call, id)
			if err == nil {
				found[i] = person
				return nil
			}
			if err = unread("users.info", err, wrote); fault.Is(err, fault.Missing) {
				return nil // of another workspace, or gone
			}
			return err
		})
	}
	if err := look.Wait(); err != nil {
		return nil, err
	}
	var people []chat.Profile
	for _, person := range found {
		if person == nil || person.Deleted || person.IsBot || person.IsAppUser || person.ID == slackbotUser || !belongs(person, workspace) {
			continue
		}
		people = append(people, chat.Profile{
			Person: chat.Person{
				Workspace: workspace, ID: person.ID,
				Name: cmp.Or(person.Profile.RealName, person.RealName, person.Profile.DisplayName, person.Name, person.ID),
			},
			Email: person.Profile.Email,
		})
	}
	return people, nil
}
