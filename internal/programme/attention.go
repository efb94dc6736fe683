package programme

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Worth is how much a message that the bot starts is worth to whoever reads it: in a full
// week the least waits. 0 is a message that takes nothing from a member's week: it goes to a
// channel, or tells of what somebody did (DOMAIN.md section 8).
func (k NoticeKind) Worth() int { return worths[k] }

var worths = map[NoticeKind]int{
	NoticePulse:           90, // a few days, and everybody's answer counts
	NoticePrompt:          80,
	NoticeHandOver:        70, // small changes that nobody looks after
	NoticeNudgePermission: 60, // somebody cannot go on
	NoticeNudgeReview:     50,
	NoticeFollowUp:        40,
	NoticeNudgeBlocked:    30,
	NoticeNudgeSilent:     20,
	NoticeAsksStopped:     15,
	NoticeChampionsNote:   10,
}

// ByWorth puts notices that are worth more before those that are worth less.
func ByWorth(x, y Notice) int { return cmp.Compare(y.Kind.Worth(), x.Kind.Worth()) }

// asks reports whether a message asks a question that closes. Such a one does not give way to
// another that is still to come.
func (k NoticeKind) asks() bool { return k == NoticePulse || k == NoticePrompt }

// MostTogether is how many things one message holds. More is a list, and nobody reads it.
const MostTogether = 5

// waitsAtMost is how long a reminder waits for attention before it is dropped.
const waitsAtMost = 28 * 24 * time.Hour

// Waiting is a message in the outbox that waits until its member can bear it.
type Waiting struct {
	ID     int64 // of its parcel
	Notice Notice
}

// Attention is everything that decides what a member is written now.
type Attention struct {
	Member  Member
	Paused  Day         // their team is left alone until then; "" when it is not
	Waiting []Waiting   // what waits for them, due before the end of today, in the order it came
	Used    int         // messages that the bot started this week
	Coming  []time.Time // when questions are still to come this week, the next first
}

// Handing is what happens to what waits for a member.
type Handing struct {
	Go   []int64 // go out now in one message; the first carries the others
	Drop []int64 // their time is over
	Look time.Time
}

// Hand decides what of all that waits goes to a member now, in one message, and when to look
// again at the rest. closed says which days are bank holidays.
//
// Nothing goes outside working hours or on leave, and nothing when the week's messages are
// used up. What comes together goes together. A reminder does not take a message that a
// question of this week will need: it rides along with that one instead; and so it does when
// the question comes today.
func (a Attention) Hand(now time.Time, closed func(Day) bool) Handing {
	live, over := a.live(now)
	if len(live) == 0 {
		return Handing{Drop: over}
	}
	slices.SortStableFunc(live, func(x, y Waiting) int { return ByWorth(x.Notice, y.Notice) })
	h := Handing{Drop: over}
	if look := a.wait(live[0].Notice.Kind, now, closed); !look.IsZero() {
		h.Look = look
		return h
	}
	for _, w := range live[:min(len(live), MostTogether)] {
		h.Go = append(h.Go, w.ID)
	}
	h.Look = a.reach(Tonight(now, a.Member.Location()), closed)
	return h
}

// live parts what is worth sending from what is not any more.
func (a Attention) live(now time.Time) (live []Waiting, over []int64) {
	for _, w := range a.Waiting {
		if until := w.until(); !now.Before(until) {
			over = append(over, w.ID)
			continue
		}
		live = append(live, w)
	}
	return live, over
}

// wait is when to look again at a message whose best part is of this kind; zero when it can
// go now.
func (a Attention) wait(best NoticeKind, now time.Time, closed func(Day) bool) time.Time {
	zone := a.Member.Location()
	from := now
	if a.Paused > DayOf(now, zone) {
		from = Pause{Until: a.Paused}.Ends(zone)
	}
	tonight := Tonight(now, zone)
	_, nextWeek := WeekOf(now, zone)
	left := a.Member.Quiet.Budget - a.Used
	switch reach := a.reach(from, closed); {
	case reach.After(now):
		return reach
	case left <= 0:
		return a.reach(nextWeek, closed)
	case best.asks():
		return time.Time{}
	case len(a.Coming) > 0 && a.Coming[0].Before(tonight):
		return a.Coming[0]
	case left <= len(a.Coming):
		return a.reach(tonight, closed)
	}
	return time.Time{}
}

// reach is when the member can be reached from an instant on; far ahead for who never works,
// so that what waits is dropped when its time is over.
func (a Attention) reach(from time.Time, closed func(Day) bool) time.Time {
	if at, ok := a.Member.Reach(from, time.Time{}, closed); ok {
		return at
	}
	return from.Add(farAhead)
}

// leaveTime is how long somebody should have to answer a question at the least.
const leaveTime = 4 * time.Hour

// until is when a message is worth nothing any more: some hours before its question closes,
// and for a reminder four weeks after it was due.
func (w Waiting) until() time.Time {
	n := w.Notice
	switch {
	case n.Until.IsZero():
		return n.Due.Add(waitsAtMost)
	case n.Kind.asks():
		return n.Until.Add(-min(leaveTime, n.Until.Sub(n.Due)/2))
	default:
		return n.Until
	}
}

// Tonight is the end of an instant's day, in a zone.
func Tonight(t time.Time, zone *time.Location) time.Time {
	return Instant(startOf(Wall(t, zone)).AddDate(0, 0, 1), zone)
}

func midnight(d Day) time.Time {
	at, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}
	}
	return at
}

// Used says how much of a member's week is used: "1 of 2 used".
func (q Quiet) Used(n int) string { return fmt.Sprintf("%d of %d used", n, q.Budget) }
