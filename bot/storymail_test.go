package bot_test

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
)

// Send takes a message as a platform would.
func (s *stage) Send(_ context.Context, to chat.Place, card chat.Card, _ string) (chat.Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	how := "it says"
	if to.Thread != "" {
		how = "under “" + s.titles[to.Thread] + "” it says"
	}
	id := strconv.Itoa(len(s.titles) + 1)
	s.titles[id] = card.Title
	s.mail[to.ID] = append(s.mail[to.ID], letter{s.Clock.Now(), card, how, to.Thread != "", &chat.Message{Place: to, ID: id}})
	return chat.Message{Place: to, ID: id}, nil
}

// letter is a message with the time it came. Those that come together have no order of
// their own, so a story shows them by their words.
type letter struct {
	at   time.Time
	card chat.Card
	how  string // it came: as a message, under one, or in place of one
	deep bool   // it stands under another
	is   *chat.Message
}

func byTime(a, b letter) int {
	if a.at.Equal(b.at) && a.deep != b.deep {
		return map[bool]int{true: 1, false: -1}[a.deep]
	}
	return cmp.Or(a.at.Compare(b.at), strings.Compare(a.card.Plain(), b.card.Plain()))
}

// Edit changes a message, and is seen as news with a mark.
func (s *stage) Edit(_ context.Context, at chat.Message, card chat.Card) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mail[at.Place.ID] = append(s.mail[at.Place.ID], letter{at: s.Clock.Now(), card: card, how: "an earlier message becomes", deep: at.Place.Thread != "", is: &at})
	return nil
}

// Find finds nothing: no story loses an answer.
func (s *stage) Find(context.Context, chat.Place, string, time.Time) (chat.Message, bool, error) {
	return chat.Message{}, false, nil
}

// read shows what came to a person or channel since it was last read.
func (s *stage) read(place string) {
	s.work()
	s.mu.Lock()
	letters := s.mail[place]
	delete(s.mail, place)
	s.mu.Unlock()
	s.write("\nNew in %s: %s\n", s.name(place), programme.Count(len(letters), "message", "messages"))
	for _, l := range slices.SortedFunc(slices.Values(letters), byTime) {
		s.show(l.how, l.card, l.is)
	}
}

func (s *stage) name(place string) string {
	if place == s.who.ID {
		return s.who.Name + "’s direct messages"
	}
	return place
}
