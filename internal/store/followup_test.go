package store_test

import (
	"testing"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
	"smallchanges/internal/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// goes takes a change to states, one after the other, as Ana does.
func goes(t *testing.T, f *storetest.Fixture, number int, states ...programme.State) {
	t.Helper()
	by := f.By("ana", "")
	for _, to := range states {
		_, err := f.EditChange(t.Context(), by, number, func(c *programme.Change) (programme.History, []programme.Notice, error) {
			return c.Apply(programme.Edit{
				To: to, Strand: f.Team("Willow").Strands[0], Impact: "Time", Owner: by.Member.Ref(), ReviewOn: "2026-12-10", Words: "It works.", Version: c.Version,
			}, by.Member, by.At)
		})
		must(t, err)
	}
}

// asked asks the next follow-up there is.
func asked(t *testing.T, f *storetest.Fixture) programme.FollowUp {
	t.Helper()
	plans, err := f.FollowUps(t.Context())
	must(t, err)
	_, err = f.AskFollowUp(t.Context(), plans[0], nil)
	must(t, err)
	return plans[0]
}

func TestAQuestionClosesWhenALaterOneIsAsked(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	goes(t, f, f.Idea("ana", "Protected afternoons").Number, programme.Chosen, programme.Trying, programme.Reviewing, programme.Kept)
	ana, first := f.By("ana", ""), asked(t, f)
	must(t, f.AnswerFollowUp(t.Context(), ana, first.ID, programme.StillSame))
	second := asked(t, f)
	if err := f.AnswerFollowUp(t.Context(), ana, first.ID, programme.StillGone); !fault.Is(err, fault.Closed) || fault.Words(err) == "" {
		t.Errorf("the first question takes an answer: %v", err)
	}
	open, err := f.OpenFollowUps(t.Context(), f.Council, ana.Member.ID, time.UnixMilli(0))
	if err != nil || len(open) != 1 || open[0].ID != second.ID {
		t.Errorf("open are %+v (%v)", open, err)
	}
	must(t, f.AnswerFollowUp(t.Context(), ana, second.ID, programme.StillMore))
	counts, err := f.Stills(t.Context(), f.Council, first.ChangeID)
	if diff := cmp.Diff(map[int]map[programme.Still]int{4: {programme.StillSame: 1}, 12: {programme.StillMore: 1}}, counts); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// What was answered before a change was taken up again says nothing of how it goes now.
func TestAQuestionClosesWhenTheChangeIsTakenUpAgain(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	number := f.Idea("ana", "Protected afternoons").Number
	goes(t, f, number, programme.Chosen, programme.Trying, programme.Reviewing, programme.Kept)
	ana, first := f.By("ana", ""), asked(t, f)
	must(t, f.AnswerFollowUp(t.Context(), ana, first.ID, programme.StillGone))
	goes(t, f, number, programme.Reviewing, programme.Kept)
	if err := f.AnswerFollowUp(t.Context(), ana, first.ID, programme.StillMore); !fault.Is(err, fault.Closed) {
		t.Errorf("the old question takes an answer: %v", err)
	}
	if counts, err := f.Stills(t.Context(), f.Council, first.ChangeID); err != nil || len(counts) > 0 {
		t.Errorf("counted are %v (%v)", counts, err)
	}
}

// A question stands on the Home pages of those who follow the change, until they answer.
func TestAFollowUpShowsOnHome(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	goes(t, f, f.Idea("ana", "Protected afternoons").Number, programme.Chosen, programme.Trying, programme.Reviewing, programme.Kept)
	_, err := f.Support(t.Context(), f.By("ines", ""), 1, true)
	must(t, err)
	drawn := func() (names []string) {
		f.Clock.Add(time.Minute)
		pages, err := f.DueHomes(t.Context(), f.Clock.Now(), 10, nil)
		must(t, err)
		for _, page := range pages {
			m, err := f.MemberByID(t.Context(), f.Council, page.Member)
			must(t, err)
			names = append(names, m.FirstName())
			must(t, f.HomeDrawn(t.Context(), page))
		}
		return names
	}
	for _, who := range []string{"ana", "ben", "ines"} {
		must(t, f.HomeOpened(t.Context(), f.Person(who), "", f.Clock.Now()))
	}
	drawn()
	question := asked(t, f)
	if diff := cmp.Diff([]string{"Ana", "Ines"}, drawn()); diff != "" {
		t.Errorf("when it is asked (-want +got):\n%s", diff)
	}
	must(t, f.AnswerFollowUp(t.Context(), f.By("ines", ""), question.ID, programme.StillSame))
	if diff := cmp.Diff([]string{"Ines"}, drawn()); diff != "" {
		t.Errorf("when she has answered (-want +got):\n%s", diff)
	}
}
