package chat_test

import (
	"reflect"
	"testing"

	"smallchanges/internal/chat"
)

// What a reply becomes depends only on what its origin has room for.
func TestSettle(t *testing.T) {
	t.Parallel()
	card := chat.Card{Kind: "x", Title: "Title", Body: []chat.Node{chat.P("words")}}
	private := chat.Card{Kind: "x", Body: []chat.Node{chat.File{Name: "mine.txt", Title: "Mine", Content: []byte("mine")}}}
	read := chat.Ask{Form: chat.Form{ID: chat.ReadOnly, Title: "Small Changes", Intro: card.Nodes()}}
	all := chat.Room{Form: true, Whisper: true, Edit: true, Post: true}
	for _, c := range []struct {
		name  string
		reply chat.Reply
		room  chat.Room
		want  chat.Reply
	}{
		{"nothing to say", nil, all, chat.Done{}},
		{"a private answer", chat.Tell{Card: card}, all, chat.Tell{Card: card}},
		{"a private answer where only a dialog opens", chat.Tell{Card: card}, chat.Room{Form: true}, read},
		{"a private answer with no room at all", chat.Tell{Card: card}, chat.Room{}, chat.Tell{Card: card}},
		{"a card replaced", chat.Replace{Card: card}, all, chat.Replace{Card: card}},
		{"a card that is gone", chat.Replace{Card: card}, chat.Room{Form: true, Whisper: true}, chat.Tell{Card: card}},
		{"a card that is gone, in a dialog", chat.Replace{Card: card}, chat.Room{Form: true}, read},
		{"words for everyone", chat.Say{Card: card}, all, chat.Say{Card: card}},
		{"words for everyone, with no place", chat.Say{Card: card}, chat.Room{Whisper: true}, chat.Tell{Card: card}},
		{"a card with a file, replaced", chat.Replace{Card: private}, all, chat.Tell{Card: private}},
		{"a card with a file, for everyone", chat.Say{Card: private}, all, chat.Tell{Card: private}},
		{"a form", chat.Ask{Form: read.Form}, chat.Room{}, chat.Ask{Form: read.Form}},
	} {
		if got := chat.Settle(c.reply, c.room); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %#v, want %#v", c.name, got, c.want)
		}
	}
}
