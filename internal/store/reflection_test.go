package store_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
	"smallchanges/internal/store/storetest"

	"pgregory.net/rapid"
)

// diary is what a test remembers of what people of two councils wrote.
type diary struct {
	t      *rapid.T
	f      *storetest.Fixture
	people []programme.Member
	rounds map[int64]programme.Round
	kept   map[int64]programme.Reflection // by id, with their authors
	count  int
}

func newDiary(t *testing.T, rt *rapid.T, f *storetest.Fixture) *diary {
	d := &diary{t: rt, f: f, rounds: map[int64]programme.Round{}, kept: map[int64]programme.Reflection{}}
	southshire(t, f)
	south, _, err := f.Member(t.Context(), "T0SOUTH01", "U0ANA0001")
	must(t, err)
	d.people = []programme.Member{f.Person("ana"), f.Person("ben"), f.Person("cora"), f.Person("ines"), f.Person("jo"), south}
	return d
}

func (d *diary) fine(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// Whatever people of two councils write, edit and withdraw: nobody but its author reads what
// is private, nobody learns whose an unnamed answer is, and the team reads no open round.
func TestNobodyElseReadsWhatIsPrivate(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		f := storetest.Open(t)
		defer f.Close()
		d := newDiary(t, rt, f)
		for range rapid.IntRange(3, 25).Draw(rt, "actions") {
			f.Clock.Add(time.Hour)
			d.act()
		}
		for _, m := range d.people {
			d.reads(m)
		}
		d.exports()
	})
}

// sorted are the keys of a map in order, so that a run can be repeated.
func sorted[V any](m map[int64]V) []int64 { return slices.Sorted(maps.Keys(m)) }

func (d *diary) act() {
	m := rapid.SampledFrom(d.people).Draw(d.t, "who")
	by := programme.By{Council: m.CouncilID, Member: m, At: d.f.Clock.Now()}
	switch rapid.IntRange(0, 9).Draw(d.t, "action") {
	case 0:
		d.count++
		r, _, err := d.f.OpenRound(d.t.Context(), programme.Round{
			CouncilID: m.CouncilID, TeamID: m.TeamID, Schedule: fmt.Sprint("s", d.count), Slot: slot, Opens: by.At, Closes: by.At.Add(96 * time.Hour),
			Prompt: programme.Prompt{ID: "p", Text: fmt.Sprint("Question ", d.count, "?")},
		}, nil, programme.Slot{})
		d.fine(err)
		d.rounds[r.ID] = r
	case 1:
		for _, id := range sorted(d.rounds) {
			r := d.rounds[id]
			if r.TeamID == m.TeamID && !r.Closed {
				d.fine(d.f.CloseRound(d.t.Context(), r.CouncilID, id, nil))
				r.Closed = true
				d.rounds[id] = r
				return
			}
		}
	case 2:
		if ids := sorted(d.kept); len(ids) > 0 {
			d.withdraw(by, rapid.SampledFrom(ids).Draw(d.t, "which"))
		}
	default:
		d.write(m, by)
	}
}

// withdraw tries to take back what somebody wrote, which only they can.
func (d *diary) withdraw(by programme.By, id int64) {
	err := d.f.Withdraw(d.t.Context(), by, id)
	if r := d.kept[id]; r.Author.ID != by.Member.ID {
		if !fault.Is(err, fault.Missing) {
			d.t.Fatalf("%s withdrew what %s wrote: %v", by.Member.Name, r.Author.Name, err)
		}
		return
	}
	d.fine(err)
	delete(d.kept, id)
}

// write answers an open round of the team, or any round, or keeps or edits a thought.
func (d *diary) write(m programme.Member, by programme.By) {
	d.count++
	r := programme.Reflection{
		Words: fmt.Sprint("words ", d.count), Share: rapid.SampledFrom([]programme.Share{programme.ShareNamed, programme.ShareUnnamed, programme.SharePrivate}).Draw(d.t, "share"),
	}
	if r.Share == programme.SharePrivate && rapid.Bool().Draw(d.t, "skip") {
		r.Words, r.Skipped = "", true
	}
	if ids := sorted(d.rounds); len(ids) > 0 {
		r.Round = rapid.SampledFrom(ids).Draw(d.t, "round")
	}
	if rapid.Bool().Draw(d.t, "thought") || r.Round == 0 {
		r.Round, r.Share, r.Skipped, r.Words = 0, programme.SharePrivate, false, fmt.Sprint("thought ", d.count)
		for _, id := range sorted(d.kept) {
			if d.kept[id].Round == 0 && rapid.Bool().Draw(d.t, "edit") {
				r.ID = id
			}
		}
	}
	kept, err := d.f.Reflect(d.t.Context(), by, r)
	mine := d.kept[r.ID].Author.ID
	if fault.Is(err, fault.Missing) || fault.Is(err, fault.Closed) {
		if r.Round == 0 && mine == m.ID {
			d.t.Fatalf("an edit of one's own: %v", err)
		}
		return
	}
	d.fine(err)
	if r.ID != 0 && mine != m.ID {
		d.t.Fatalf("%s edited what another wrote", m.Name)
	}
	d.kept[kept.ID] = kept
}

// reads asks for everything in the name of one member.
func (d *diary) reads(m programme.Member) {
	ctx := d.t.Context()
	mine, err := d.f.MyReflections(ctx, m.CouncilID, m.ID, 0, 100)
	d.fine(err)
	own := 0
	for id, r := range d.kept {
		if r.Author.ID == m.ID && !r.Skipped {
			own++
		}
		if _, err := d.f.OwnReflection(ctx, m.CouncilID, m.ID, id); (err == nil) != (r.Author.ID == m.ID) {
			d.t.Errorf("%s reads %q of %s: %v", m.Name, r.Words, r.Author.Name, err)
		}
	}
	if len(mine) != own {
		d.t.Errorf("%s finds %d of %d", m.Name, len(mine), own)
	}
	for _, r := range mine {
		d.belongs(m, r)
	}
	if last, err := d.f.LastReflection(ctx, m.CouncilID, m.ID, 0); err == nil {
		d.belongs(m, last)
	}
	shared, err := d.f.TeamReflections(ctx, m.CouncilID, m.TeamID, time.Time{}, 0, 100)
	d.fine(err)
	questions, answers, err := d.f.TeamShared(ctx, m.CouncilID, m.TeamID, time.Time{})
	d.fine(err)
	asked := map[int64]bool{}
	for _, r := range shared {
		asked[r.Round] = true
		if round := d.rounds[r.Round]; !round.Closed || round.TeamID != m.TeamID {
			d.t.Errorf("%s reads an answer of round %+v", m.Name, round)
		}
	}
	if answers != len(shared) || questions != len(asked) {
		d.t.Errorf("%d answers to %d questions, counted as %d to %d", len(shared), len(asked), answers, questions)
	}
	for id := range d.rounds {
		if r, err := d.f.Reflection(ctx, m.CouncilID, id, m.ID); err == nil {
			d.belongs(m, r)
		}
		list, err := d.f.SharedReflections(ctx, m.CouncilID, id)
		d.fine(err)
		shared = append(shared, list...)
	}
	d.onlyShared(m.CouncilID, shared)
}

func (d *diary) belongs(m programme.Member, r programme.Reflection) {
	if r.Author.ID != m.ID || d.kept[r.ID].Words != r.Words {
		d.t.Errorf("%s reads %+v as their own", m.Name, r)
	}
}

func (d *diary) exports() {
	for _, council := range []int64{d.people[0].CouncilID, d.people[len(d.people)-1].CouncilID} {
		list, err := d.f.ExportReflections(d.t.Context(), council, 0)
		d.fine(err)
		d.onlyShared(council, list)
	}
}

// onlyShared looks at what others may read: nothing private or withdrawn, nothing of
// another council, and nobody's name where there is to be none.
func (d *diary) onlyShared(council int64, list []programme.Reflection) {
	for _, r := range list {
		wrote, there := d.kept[r.ID]
		unnamed := r.Share == programme.ShareUnnamed && r.Author != programme.Who{}
		named := r.Share == programme.ShareNamed && r.Author != wrote.Author
		if !there || r.CouncilID != council || wrote.CouncilID != council || !wrote.Shared() || r.Words != wrote.Words || unnamed || named || strings.HasPrefix(r.Words, "thought") {
			d.t.Errorf("others read %+v of %+v", r, wrote)
		}
	}
}

func TestAThoughtIsEditedByItsAuthorOnly(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	first, err := f.Reflect(t.Context(), f.By("ana", ""), programme.Reflection{Words: "One", Share: programme.SharePrivate})
	must(t, err)
	_, err = f.Reflect(t.Context(), f.By("ana", ""), programme.Reflection{Words: "Two", Share: programme.SharePrivate})
	must(t, err)
	edit := programme.Reflection{ID: first.ID, Words: "One more", Share: programme.SharePrivate}
	if _, err := f.Reflect(t.Context(), f.By("ben", ""), edit); !fault.Is(err, fault.Missing) {
		t.Errorf("Ben edits Ana's: %v", err)
	}
	_, err = f.Reflect(t.Context(), f.By("ana", ""), edit)
	must(t, err)
	list, err := f.MyReflections(t.Context(), f.Council, f.Person("ana").ID, 0, 10)
	if err != nil || len(list) != 2 || list[1].Words != "One more" || list[0].Words != "Two" {
		t.Errorf("%+v, %v", list, err)
	}
	older, err := f.MyReflections(t.Context(), f.Council, f.Person("ana").ID, list[0].ID, 10)
	if err != nil || len(older) != 1 || older[0].ID != first.ID {
		t.Errorf("%+v, %v", older, err)
	}
}
