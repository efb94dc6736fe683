package bot

import (
	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
)

// nudges are the messages that the bot starts about what is due, alone and together.
func (s sample) nudges() Show {
	waiting := s.kept
	waiting.State, waiting.Permission = programme.Trying, programme.Permission{Answer: programme.AskedFor, Service: s.team.Service, By: "2026-12-01"}
	var show Show
	for _, kind := range programme.Nudges {
		show.Cards = append(show.Cards, nudgeCard(waiting, programme.Nudge{ID: 4, Kind: kind}))
	}
	review, prompt := show.Cards[1], promptCard(programme.Round{ID: 3, Prompt: programme.Prompts()[0], Closes: s.noon}, s.team)
	show.Cards = append(show.Cards,
		nudgedCard(waiting, "We will remind you again on Monday 14 December.", showButton(waiting)),
		stoppedCard(s.team), together(s.ana, []chat.Card{prompt, review, followUpCard(s.kept, programme.FollowUp{ID: 5, Weeks: 4, Ref: "SC-12"})}),
		noteCard(s.team, []section{{title: "Could do with your help", rows: []chat.Node{changeRow(waiting, "2026-12-07", showButton(waiting))}}}, true),
	)
	show.Forms = append(show.Forms, laterForm(programme.FollowUp{ID: 5, Ref: "SC-12"}, s.kept), stopForm(waiting, programme.Nudge{ID: 4, Kind: programme.NoticeNudgeReview}))
	return show
}
