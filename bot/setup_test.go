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

// inOneChannel are the people whom the platform shows to a story.
var inOneChannel = directory{
	"ana.ortiz@northshire.example": "U0ANA0001", "ben.hale@northshire.example": "U0BEN0002",
	"ines.costa@northshire.example": "U0INES009", "mo.reed@northshire.example": "U0MO00013",
}

// typed is what a story types into a field. In a field for people, names stand for accounts,
// and with + or - they change who is there. A bar begins a new line.
func (s *stage) typed(f chat.Form, id, typed string) string {
	i := slices.IndexFunc(f.Fields, func(field chat.Field) bool { return field.ID == id })
	switch f.Fields[i].Kind {
	case chat.People:
		return s.accounts(f.Fields[i].Value, typed)
	case chat.Paragraph:
		return strings.ReplaceAll(typed, " | ", "\n")
	}
	return option(f, id, typed)
}

func (s *stage) accounts(now, typed string) string {
	var ids []string
	if strings.HasPrefix(typed, "+") || strings.HasPrefix(typed, "-") {
		ids = strings.Fields(now)
	}
	for _, word := range strings.Fields(typed) {
		id := s.account(strings.Trim(word, "+-"))
		if strings.HasPrefix(word, "-") {
			ids = slices.DeleteFunc(ids, func(have string) bool { return have == id })
			continue
		}
		ids = append(ids, id)
	}
	return strings.Join(ids, " ")
}

func (s *stage) account(firstName string) string {
	for email, id := range inOneChannel {
		if strings.HasPrefix(email, firstName+".") {
			return id
		}
	}
	return s.Person(firstName).Account.ID
}

// readable is a form with names in its fields for people.
func (s *stage) readable(f chat.Form) chat.Form {
	var pairs []string
	for email, id := range inOneChannel {
		pairs = append(pairs, id, named(email)+",")
	}
	teams, err := s.Teams(s.ctx, s.Council)
	s.must(err)
	for _, team := range teams {
		members, err := s.Members(s.ctx, s.Council, team.ID)
		s.must(err)
		for _, m := range members {
			if m.Account.ID != "" {
				pairs = append(pairs, m.Account.ID, m.Name+",")
			}
		}
	}
	names := strings.NewReplacer(pairs...)
	f.Fields = slices.Clone(f.Fields)
	for i, field := range f.Fields {
		if field.Kind == chat.People {
			f.Fields[i].Value = strings.TrimSuffix(names.Replace(field.Value), ",")
		}
	}
	return f
}
