package bot

import (
	"strings"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
)

// round is the made-up question of the gallery.
func (s sample) round() programme.Round {
	return programme.Round{ID: 3, Prompt: programme.Prompts()[0], Opens: s.noon, Closes: s.noon.AddDate(0, 0, 4)}
}

// reflections are the cards and forms of reflecting, of the digest and of looking back.
func (s sample) reflections() Show {
	round := s.round()
	closed := round
	closed.Closed = true
	posted := programme.Digest{State: programme.Sent, Message: "m1", Rounds: []programme.Round{closed}}
	write := func(share programme.Share, words string) programme.Reflection {
		r := programme.Reflection{ID: 17, Round: 3, Question: round.Prompt.Text, Share: share, Words: words, At: s.noon}
		if share != programme.ShareUnnamed {
			r.Author = s.ana.Ref()
		}
		return r
	}
	named, unnamed := write(programme.ShareNamed, "I put the laptop away."), write(programme.ShareUnnamed, "A walk helped.")
	private, thought := write(programme.SharePrivate, "Too many meetings."), write(programme.SharePrivate, "Slow down on Fridays.")
	thought.Round, thought.Question = 0, ""
	skipped := write(programme.SharePrivate, "")
	skipped.Skipped = true
	long := write(programme.ShareNamed, strings.Repeat("Words that go on. ", 80))
	shared := []programme.Reflection{named, long, named, named, named, unnamed}
	many := []programme.Reflection{named, unnamed, private, thought, long, long, long, long, named, named, named}
	month := looked{span: lookBacks[0], since: "2026-12-01", team: s.team.Name, questions: 2, answers: 40, list: append(shared, many[4:]...)}
	return Show{
		Cards: []chat.Card{
			answeredCard(answer{Reflection: named, round: round}), answeredCard(answer{Reflection: named, round: closed}),
			answeredCard(answer{Reflection: unnamed, round: closed, digest: posted}), answeredCard(answer{Reflection: private, round: closed, digest: posted}),
			answeredCard(answer{Reflection: thought}), answeredCard(answer{Reflection: skipped, round: round}),
			withdrawCard(answer{Reflection: named, round: round}, time.UTC), withdrawCard(answer{Reflection: long, round: closed, digest: posted}, time.UTC),
			withdrawCard(answer{Reflection: named, round: closed, digest: programme.Digest{State: programme.Unknown, Rounds: posted.Rounds}}, time.UTC),
			withdrawCard(answer{Reflection: thought}, time.UTC), withdrawnCard(round, s.noon, time.UTC), withdrawnCard(programme.Round{}, s.noon, time.UTC),
			digestCard([]told{{round.Prompt.Text, shared}, {"What gave you time back?", shared[5:]}}), digestCard(nil),
			detailsCard(told{round.Prompt.Text, shared}), detailsCard(told{question: round.Prompt.Text}),
			reflectionsCard(many, time.UTC), reflectionsCard(nil, time.UTC), exportCard(many, time.UTC), exportCard(nil, time.UTC),
			lookBackCard(month), lookBackCard(looked{span: lookBacks[2], team: s.team.Name}),
		},
		Forms: []chat.Form{
			page{round: round, last: named, zone: time.UTC}.opened(""), page{round: round, before: named, last: long, zone: time.UTC}.opened(""),
			page{round: round, before: long, last: long, zone: time.UTC}.opened("Something else"),
			page{}.opened(""), page{before: thought, last: named, zone: time.UTC}.opened(""),
		},
	}
}
