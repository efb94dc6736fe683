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
func (k NoticeKind) Worth() int {
	return map[NoticeKind]int{
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
	}[k]
}

// Asks reports whether a message asks a question that closes: it never has to give way to one.
func (k NoticeKind) asks() bool { return k == NoticePulse || k == NoticePrompt }

// MostTogether is how many things one message holds. More is a list, and nobody reads it.
const MostTogether = 5

// waitsWhenStale is how long a reminder waits for attention before it is dropped.
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
	var h Handing
	var live []Waiting
	for _, w := range a.Waiting {
		if until := w.until(); !until.IsZero() && !now.Before(until) {
			h.Drop = append(h.Drop, w.ID)
			continue
		}
		live = append(live, w)
	}
	if len(live) == 0 {
		return h
	}
	zone := a.Member.Location()
	from := now
	if today := DayOf(now, zone); a.Paused > today {
		from = Instant(midnight(a.Paused), zone)
	}
	reach, ok := a.Member.Reach(from, time.Time{}, closed)
	_, nextWeek := WeekOf(now, zone)
	tomorrow := Tonight(now, zone)
	later := func(t time.Time) time.Time {
		if at, ok := a.Member.Reach(t, time.Time{}, closed); ok {
			return at
		}
		return t.Add(farAhead) // they never work; what waits is dropped when its time is over
	}
	slices.SortStableFunc(live, func(x, y Waiting) int { return cmp.Compare(y.Notice.Kind.Worth(), x.Notice.Kind.Worth()) })
	asks := live[0].Notice.Kind.asks()
	today := len(a.Coming) > 0 && a.Coming[0].Before(tomorrow)
	switch {
	case !ok:
		h.Look = now.Add(farAhead)
	case reach.After(now):
		h.Look = reach
	case a.Used >= a.Member.Quiet.Budget:
		h.Look = later(nextWeek)
	case !asks && today:
		h.Look = a.Coming[0]
	case !asks && a.Member.Quiet.Budget-a.Used <= len(a.Coming):
		h.Look = later(tomorrow)
	default:
		for _, w := range live[:min(len(live), MostTogether)] {
			h.Go = append(h.Go, w.ID)
		}
		h.Look = later(tomorrow)
	}
	return h
}

// until is when a message is worth nothing any more: when its question closes, and for a
// reminder four weeks after it was due.
func (w Waiting) until() time.Time {
	if !w.Notice.Until.IsZero() {
		return w.Notice.Until
	}
	return w.Notice.Due.Add(waitsAtMost)
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
