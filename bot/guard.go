package bot

import (
	"context"
	"hash/fnv"
	"strconv"
	"strings"

	"smallchanges/internal/chat"
	"smallchanges/internal/guard"
)

// What the question about a child or family holds.
const (
	fieldPoints = "points"
	pointsMay   = "may"
	pointsNot   = "not"
)

// guarded looks in free text for what may point to a child or family, as the council lets pass.
func (b *Bot) guarded(ctx context.Context, s scene, text string) (guard.Result, error) {
	council, err := b.store.Council(ctx, s.me.CouncilID)
	if err != nil {
		return guard.Result{}, err
	}
	return guard.Check(text, guard.Settings{Domains: council.EmailDomains}), nil
}

// foundWords say what was found in a text and what to do, each with the words themselves.
func foundWords(text string, found []guard.Finding) string {
	words := make([]string, len(found))
	for i, f := range found {
		words[i] = "“" + f.In(text) + "”: " + f.Words()
	}
	return strings.Join(words, " ")
}

// pointsField asks, once for the same words, whether what was found points to a child or family.
func pointsField() chat.Field {
	return chat.Field{ID: fieldPoints, Label: "Does this point to a child or family?", Kind: chat.Pick, Value: pointsMay, Options: []chat.Option{
		{Value: pointsMay, Label: "It may, so I will change the words"}, {Value: pointsNot, Label: "It is fine"},
	}}
}

// markOf marks words that somebody was asked about, so that another answer does not count for others.
func markOf(text string) string {
	h := fnv.New64a()
	h.Write([]byte(text)) // a hash never fails
	return strconv.FormatUint(h.Sum64(), 36)
}
