package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"smallchanges/internal/programme"
)

const (
	mostCandidates = 50    // changes that are compared with a proposal
	mostTelling    = 12    // words of a proposal that are looked up
	mostRanked     = 2_000 // rows that the index may have to rank for it
)

// Candidates are changes of a council that share telling words with what somebody is about
// to propose. Those merged into another are left out. Words that very many changes have tell
// little, and ranking all of those takes long: they count only when there are no others,
// and then together.
func (s *Store) Candidates(ctx context.Context, council int64, title, why string) ([]programme.Change, error) {
	rare, all, err := s.telling(ctx, council, title, why)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	if len(rare) > 0 {
		return s.candidates(ctx, council, strings.Join(rare, " OR "), bestFirst)
	}
	list, err := s.candidates(ctx, council, strings.Join(all, " "), "found.rowid DESC")
	if err == nil && len(list) == 0 && len(all) > 2 {
		return s.candidates(ctx, council, all[0]+" "+all[1], "found.rowid DESC")
	}
	return list, err
}

func (s *Store) candidates(ctx context.Context, council int64, words, order string) ([]programme.Change, error) {
	return all(ctx, s.read, scanChange, changeRows+` WHERE c.id IN (
		SELECT c.id FROM `+found+` WHERE `+strings.ReplaceAll(matching, "?", "$1")+`
			AND c.council_id = $2 AND c.state <> 'merged' ORDER BY `+order+` LIMIT $3) ORDER BY c.id DESC`, words, council, mostCandidates)
}

// telling are the words of a proposal that some change has, however they end, each as a term
// of a search: all of them, and the rare ones among them.
func (s *Store) telling(ctx context.Context, council int64, title, why string) (rare, all []string, err error) {
	total := int64(0)
	for _, word := range programme.Telling(title + " " + why) {
		term := quoted(programme.Stem(word)) + "*"
		if len(all) == mostTelling {
			break
		}
		if slices.Contains(all, term) {
			continue
		}
		rows, err := one(ctx, s.read, "", number, `SELECT count(*) FROM (
			SELECT 1 FROM `+found+` WHERE `+strings.ReplaceAll(matching, "?", "$1")+` AND c.council_id = $2 LIMIT $3)`, term, council, mostRanked)
		if err != nil {
			return nil, nil, fmt.Errorf("how often a word is used: %w", err)
		}
		if rows > 0 {
			all = append(all, term)
		}
		if rows > 0 && total+rows < mostRanked {
			total += rows
			rare = append(rare, term)
		}
	}
	return rare, all, nil
}
