package bot

import (
	"bytes"
	"image"
	"image/png"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
)

// Show is one of everything that people can see, with made-up people.
type Show struct {
	Cards []chat.Card // the last one is Home
	Forms []chat.Form
}

// sample is the made-up council of the gallery.
type sample struct {
	noon       time.Time
	team       programme.Team
	ana, ben   programme.Member
	idea, kept programme.Change
	history    []programme.History
}

func newSample() sample {
	s := sample{noon: time.Date(2026, time.December, 7, 12, 30, 0, 0, time.UTC)}
	s.team = programme.Team{
		ID: 1, Name: "Willow", Zone: "Europe/London", Service: programme.Service{ID: 1, Name: "Early help"}, AtOnce: programme.DefaultAtOnce,
		Channel: programme.Address{ID: "C0WILLOW1"}, Strands: []programme.Strand{{ID: 1, Name: "Effective recording practices"}, {ID: 2, Name: "Meetings"}},
	}
	s.ana = programme.Member{ID: 1, TeamID: 1, Name: "Ana Ortiz"}
	s.ben = programme.Member{ID: 2, TeamID: 1, Name: "Ben Hale", Roles: []programme.Role{programme.Leader}}
	s.idea = programme.Change{
		ID: 12, Number: 12, Title: "One form for all in-house referrals", Why: "We fill in six forms that ask the same things.",
		State: programme.Idea, Proposer: s.ana.Ref(), TeamID: 1, Team: "Willow", Service: "Early help", Supporters: 3, Version: 1,
	}
	s.kept = s.idea
	s.kept.State, s.kept.Strand, s.kept.Impact, s.kept.Scope = programme.Kept, s.team.Strands[0], "Families wait less for help", programme.Manager
	s.kept.Owner, s.kept.ReviewOn, s.kept.Learning = s.ben.Ref(), "2026-12-07", "One form saves each of us about ten minutes."
	s.kept.Blocked, s.kept.BlockedRole, s.kept.ReplyBy = "The form server is slow", "Head of IT", "2026-12-14"
	s.kept.Permission = programme.Permission{Answer: programme.Yes, Service: s.team.Service, By: "2026-12-01", Words: "Good idea"}
	s.kept.Lineage, s.kept.Barrier = "SC-3", "Six forms ask the same things"
	s.history = []programme.History{
		{At: s.noon, Who: "Ana Ortiz", What: programme.Proposed, To: programme.Idea},
		{At: s.noon, Who: "Ana Ortiz", What: programme.Asked, Words: "It needs no money."},
		{At: s.noon, Who: "Grace Lin", What: programme.Answered, Words: "Yes. Good idea"},
		{At: s.noon, Who: "Ben Hale", What: programme.Edited, From: programme.Idea, To: programme.Idea},
		{At: s.noon, Who: "Ben Hale", What: programme.Stepped, From: programme.Reviewing, To: programme.Kept, Words: s.kept.Learning},
	}
	return s
}

// Gallery draws every kind of card, form and Home page. The command `cards` prints it for
// designers, and a test holds all of it to the limits of both platforms.
func Gallery() Show {
	s := newSample()
	me := scene{me: s.ana, team: s.team, Event: chat.Event{At: s.noon}}
	changes, forms := s.changes(me)
	talks, moreForms := s.talks()
	show := Show{Cards: append(talks, changes...), Forms: append(moreForms, forms...)}
	show = s.setups(me).after(show)
	show = s.reflections().after(show)
	show = s.nudges().after(show)
	show = s.quiets(me).after(show)
	home := homeCard("Ana", "Willow")
	home.Body = append(home.Body, section{title: "Waiting for you", rows: []chat.Node{item("This week's question", "What helped?", reflectButton(3, "Answer"))}}.nodes()...)
	home.Body = append(home.Body, section{title: "Your small changes", rows: []chat.Node{changeRow(s.idea, me.today(), updateButton(s.idea, "Update"))}}.nodes()...)
	home.Body = append(home.Body, section{title: "How often we write to you", rows: []chat.Node{chat.Row{Text: chat.Words("1 of 2 used this week"), Buttons: []chat.Button{quietButton()}}}}.nodes()...)
	home.Body = append(home.Body, section{title: "Stuck", none: "Nothing."}.nodes()...)
	show.Cards = append(show.Cards, home)
	return show
}

// changes are the cards and forms of the register.
func (s sample) changes(me scene) ([]chat.Card, []chat.Form) {
	asked, merged, passed, waiting := s.idea, s.idea, s.idea, s.idea
	asked.Scope, asked.Permission = programme.Manager, programme.Permission{Answer: programme.AskedFor, Service: s.team.Service, By: "2026-12-21"}
	merged.State, merged.MergedInto = programme.Merged, 3
	passed.State, passed.Scope = programme.PassedOn, programme.National
	waiting.Scope = programme.OtherService
	full := entry{
		Change: s.kept, history: s.history, mine: true, given: programme.TimeRange{Low: 50, High: 300, Answers: 3},
		still: map[int]map[programme.Still]int{4: {programme.StillSame: 2, programme.StillLess: 1}},
	}
	another := scene{me: programme.Member{ID: 3, TeamID: 2, Name: "Ines Costa"}, team: s.team, Event: me.Event}
	followUp := programme.FollowUp{ID: 6, Weeks: 4, Ref: s.kept.Ref()}
	counts := []programme.ChangeCount{{Team: "Willow", State: programme.Idea, Count: 3}, {Team: "Willow", Strand: "Meetings", State: programme.Kept, Count: 1}}
	round := programme.Choosing{ID: 7, TeamID: 1, Opens: s.noon, Closes: s.noon.AddDate(0, 0, 3), Ideas: []programme.Change{s.idea}, People: 2}
	round.Grid = round.Tally([]programme.Dot{{Change: 12, Difference: 3, Effort: 1}, {Change: 12, Difference: 2, Effort: 2}})
	gone := leaving{programme.Leaver{Who: s.ana.Ref(), TeamID: 1, Team: "Willow", Changes: 25, First: 12}, []programme.Change{s.kept, s.idea}}
	empty := round
	empty.People, empty.Grid = 0, programme.Grid{}
	cards := []chat.Card{
		savedCard(s.idea), savedCard(asked), savedCard(passed), savedCard(waiting),
		changeCard(entry{Change: s.idea, history: s.history[:1]}, me), changeCard(full, me), changeCard(entry{Change: merged}, another),
		moreCard(s.idea, true), storyCard(s.kept, s.history, 0, time.UTC), stepCard(s.kept, s.history[1:], []string{"proposed it", "support it"}), ownerCard(s.kept),
		listCard(view{title: "Willow’s small changes"}, programme.ChangePage{Changes: []programme.Change{s.kept, asked}, Next: "4.1.2.3"}, "2026-12-07"),
		listCard(view{title: "Your small changes", none: "Nothing here yet."}, programme.ChangePage{}, "2026-12-07"),
		countsCard("Willow’s small changes", counts, []programme.Waits{{Service: "Early help", Waiting: 3, Overdue: 1}}, programme.TimeTotal{TimeRange: programme.TimeRange{Low: 50, High: 300, Answers: 3}, Kept: 2, Answered: 1}),
		requestCard(asked, s.history[:2], s.ben), decidedCard(s.kept, "Thank you."),
		followUpCard(s.kept, followUp), answeredStillCard(s.kept, followUp, programme.StillSame, true), answeredStillCard(s.kept, followUp, programme.StillGone, true), estimatedCard(s.kept),
		openedCard(round, s.team), choosingCard(round, s.team), placedCard(round, s.team),
		handOverCard([]leaving{gone}), handedCard([]programme.Change{s.kept}), handedCard([]programme.Change{s.idea}), receivedCard([]programme.Change{s.kept, s.idea}),
		chosenCard(round, s.team, 2, dotPicture()), chosenCard(empty, s.team, 2, nil),
	}
	forms := []chat.Form{
		proposeForm(nil), likeForm([]programme.Change{s.kept}, another.me), pickForm([]programme.Change{s.idea, s.kept}),
		changeForm(s.kept, s.team.Strands, []programme.Member{s.ana, s.ben}), me.detailsForm(s.kept), mergeForm(s.idea, []programme.Change{s.kept}), mergeForm(s.idea, nil), passOnForm(s.idea),
		askForm(s.idea, programme.Manager, []programme.Service{s.team.Service}, "2026-12-07"),
		askForm(s.idea, programme.OtherService, []programme.Service{s.team.Service}, "2026-12-07"),
		decideForm(asked, request(asked), programme.NotYet), estimateForm(s.kept), chooseForm(s.team, []programme.Change{s.idea, s.kept}),
		handOverForm(gone, []programme.Member{s.ben}), dotsForm(round, []programme.Dot{{Change: 12, Difference: 3, Effort: 1}}, s.team),
	}
	return cards, append(forms, s.steps(me)...)
}

// steps are the short forms, one for the likeliest step from each state that is worked on.
func (s sample) steps(me scene) []chat.Form {
	var forms []chat.Form
	for _, from := range []programme.State{programme.Idea, programme.Chosen, programme.Trying, programme.Reviewing} {
		c := s.kept
		c.State = from
		forms = append(forms, me.stepFor(changeForm(c, s.team.Strands, []programme.Member{s.ana, s.ben}), c, from.Next()[0]))
	}
	return forms
}

// talks are the cards and forms of all else.
func (s sample) talks() ([]chat.Card, []chat.Form) {
	round := s.round()
	pulse, withheld := samplePulse(s.noon), samplePulse(s.noon)
	withheld.Result = &programme.Result{Asked: 8, Withheld: true}
	thanks := programme.Celebration{By: s.ana.Ref(), Words: "For the new way of inviting people to reviews.", Change: 12}
	ben := chat.Person{Workspace: "T0NORTH01", ID: "U0BEN0002", Name: "Ben Hale"}
	cards := []chat.Card{
		menuCard("Ana", "Willow"), helpCard(),
		promptCard(round, s.team), inviteCard(pulse, s.team), repliedCard(pulse, s.team), resultCard(pulse), resultCard(withheld),
		celebratingCard(), celebrationCard(thanks, []chat.Person{ben}, &s.kept),
	}
	return cards, []chat.Form{
		pulseForm(pulse), celebrateForm(),
	}
}

// dotPicture is the smallest picture there is, in place of a drawing.
func dotPicture() []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		panic("a picture of one dot cannot be written: " + err.Error()) // found by any test
	}
	return b.Bytes()
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
