package bot_test

import (
	"context"
	"slices"
	"strings"

	"smallchanges/internal/chat"
)

// Members are everybody in this list: it is one channel.
func (d directory) Members(ctx context.Context, place chat.Place) ([]chat.Profile, error) {
	var ids []string
	for _, id := range d {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return d.Profiles(ctx, place.Workspace, ids)
}

// Profiles are those of the list with these ids.
func (d directory) Profiles(_ context.Context, workspace string, ids []string) ([]chat.Profile, error) {
	var people []chat.Profile
	for _, id := range ids {
		for email, has := range d {
			if has == id {
				people = append(people, chat.Profile{Person: chat.Person{Workspace: workspace, ID: id, Name: named(email)}, Email: email})
			}
		}
	}
	return people, nil
}

// named is the name in an address such as "mo.reed@northshire.example".
func named(email string) string {
	local, _, _ := strings.Cut(email, "@")
	var words []string
	for _, word := range strings.Split(local, ".") {
		words = append(words, strings.ToUpper(word[:1])+word[1:])
	}
	return strings.Join(words, " ")
}
