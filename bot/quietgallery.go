package bot

import (
	"time"

	"smallchanges/internal/programme"
)

// quiets are the page about being written to, from nothing said to all that can be, and its
// forms.
func (s sample) quiets(me scene) Show {
	usual := quietPage{team: s.team, today: me.today()}
	usual.Member, usual.Used = s.ana, 1
	usual.Member.Quiet = programme.UsualQuiet()
	full := usual
	full.Member.Roles = []programme.Role{programme.Champion}
	full.Member.Quiet = programme.Quiet{
		Works: []time.Weekday{time.Monday, time.Wednesday}, Other: []time.Weekday{time.Monday, time.Wednesday, time.Friday}, Fortnight: "2026-12-07",
		From: 8*60 + 30, To: 24 * 60, Zone: "Europe/Dublin", Snoozed: "2026-12-14", Asks: programme.AsksStopped,
		Leave: []programme.Leave{{ID: 1, First: "2026-12-21", Last: "2027-01-01"}, {ID: 2, First: "2027-02-01", Last: "2027-02-01"}},
	}
	full.stopped = 2
	full.Waiting = []programme.Waiting{{Notice: programme.Notice{Kind: programme.NoticePulse}}, {Notice: programme.Notice{Kind: programme.NoticeNudgeReview}}}
	waits := usual
	waits.Member.Quiet.Asks, waits.Member.Roles = programme.AsksNo, []programme.Role{programme.Leader}
	waits.Waiting, waits.comes.Look, waits.next = full.Waiting, s.noon.AddDate(0, 0, 7), s.noon.AddDate(0, 0, 3)
	waits.pause = programme.Pause{ID: 1, TeamID: s.team.ID, First: "2026-12-01", Until: "2026-12-14", Reason: "Inspection"}
	coming := usual
	coming.Waiting, coming.comes.Go, coming.Member.Observer = full.Waiting, []int64{1}, true
	show := Show{}
	for _, page := range []quietPage{usual, full, waits, coming} {
		show.Cards = append(show.Cards, quietCard(page, ""))
	}
	me.me = full.Member
	show.Cards = append(show.Cards, quietCard(full, "Saved."))
	show.Forms = append(show.Forms, quietForm(me), leaveForm(), pauseForm(s.team, fromQuiet))
	return show
}
