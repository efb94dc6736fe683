package bot

import (
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
)

// Show is one of everything that people can see, with made-up people.
type Show struct {
	Cards []chat.Card // the last one is Home
	Forms []chat.Form
}

// Gallery draws every kind of card, form and Home page. The command `cards` prints it for
// designers, and a test holds all of it to the limits of both platforms.
func Gallery() Show {
	noon := time.Date(2026, time.December, 7, 12, 30, 0, 0, time.UTC)
	team := programme.Team{Name: "Willow", Zone: "Europe/London", Strands: []programme.Strand{{ID: 1, Name: "Effective recording practices"}, {ID: 2, Name: "Meetings"}}}
	ana := programme.Member{ID: 1, Name: "Ana Ortiz"}
	members := []programme.Member{ana, {ID: 2, Name: "Ben Hale"}}
	idea := programme.Change{
		Number: 12, Title: "One form for all in-house referrals", Why: "We fill in six forms that ask the same things.",
		State: programme.Idea, Proposer: ana.Ref(), Team: "Willow", Supporters: 3, Version: 1,
	}
	kept := idea
	kept.State, kept.Strand, kept.Impact = programme.Kept, team.Strands[0], "Families wait less for help"
	kept.Owner, kept.ReviewOn, kept.Learning = programme.Who{ID: 2, Name: "Ben Hale"}, "2026-12-07", "One form saves each of us about ten minutes."
	kept.Blocked = "The form server is slow"
	history := []programme.History{
		{At: noon, Who: "Ana Ortiz", What: "proposed", To: programme.Idea},
		{At: noon, Who: "Ben Hale", What: "edited", From: programme.Idea, To: programme.Idea},
		{At: noon, Who: "Ben Hale", What: "stepped", From: programme.Reviewing, To: programme.Kept, Words: kept.Learning},
	}
	round := programme.Round{ID: 3, Prompt: programme.Prompts()[0], Opens: noon, Closes: noon.AddDate(0, 0, 4)}
	shared := []programme.Reflection{
		{Author: ana.Ref(), Share: programme.ShareNamed, Words: "I put the laptop away."},
		{Share: programme.ShareUnnamed, Words: "A walk helped."},
	}
	pulse, withheld := samplePulse(noon), samplePulse(noon)
	withheld.Result = &programme.Result{Asked: 8, Withheld: true}
	thanks := programme.Celebration{By: ana.Ref(), Words: "For the new way of inviting people to reviews.", Change: 12}
	ben := chat.Person{Workspace: "T0NORTH01", ID: "U0BEN0002", Name: "Ben Hale"}
	var waiting []chat.Row
	waiting = append(waiting, chat.Row{Text: chat.Text{chat.Bold("This week's question"), chat.Plain("\n" + round.Prompt.Text)}, Buttons: []chat.Button{reflectButton(3, "Answer")}})

	return Show{
		Cards: []chat.Card{
			menuCard("Ana", "Willow"), helpCard(), savedCard(idea),
			changeCard(idea, history[:1], false, time.UTC), changeCard(kept, history, true, time.UTC), stepCard(kept, history),
			listCard("Willow’s small changes", "", "team", []programme.Change{kept, idea}), listCard("Your small changes", "Nothing here yet.", "mine", nil),
			promptCard(round, ana, team), answeredCard(round, shared[0]), answeredCard(round, programme.Reflection{Skipped: true}),
			digestCard(round, shared), inviteCard(pulse, team), repliedCard(pulse, team), resultCard(pulse), resultCard(withheld),
			celebratingCard(), celebrationCard(thanks, []chat.Person{ben}, &kept),
			homeCard("Ana", "Willow", waiting, []programme.Change{idea}),
		},
		Forms: []chat.Form{
			proposeForm(nil), pickForm([]programme.Change{idea, kept}), changeForm(kept, team.Strands, members),
			reflectForm(round), reflectForm(programme.Round{}), pulseForm(pulse), celebrateForm(),
		},
	}
}

// samplePulse is the published worked example of DOMAIN.md section 6: eight replies, open mode.
func samplePulse(opens time.Time) programme.Pulse {
	title, questions, _ := programme.Set(programme.ImpactSet)
	p := programme.Pulse{ID: 4, Set: programme.ImpactSet, Title: title, Questions: questions, OpenMode: true, Opens: opens, Closes: opens.AddDate(0, 0, 5), Asked: 8}
	counts := map[string][]int{}
	for i, q := range questions {
		upper := []int{6, 8, 7, 7, 8, 8, 0}[i]
		counts[q.ID] = []int{0, 8 - upper, upper - upper/3, upper / 3, 0}
	}
	r := programme.Release(p, programme.Tally{Replies: 8, Counts: counts})
	p.Result = &r
	return p
}
