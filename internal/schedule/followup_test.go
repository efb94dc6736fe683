package schedule_test

import (
	"testing"

	"smallchanges/internal/programme"
)

// Ana's idea, which Ben looks after, is kept on Thursday 26 November, so he is asked on 24 December at 9am. The
// program is back on the 26th at 2am only, a Saturday, and Monday is Boxing Day's holiday.
func TestALateFollowUpComesInTheMorningOfAWorkingDay(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.apply("0 9 1 1 *", "0 10 1 1 *") // nothing else comes due
	d.Idea("ana", "Protected afternoons")
	by := d.By("ana", "")
	for _, to := range []programme.State{programme.Chosen, programme.Trying, programme.Reviewing, programme.Kept} {
		_, err := d.EditChange(t.Context(), by, 1, func(c *programme.Change) (programme.History, []programme.Notice, error) {
			return c.Apply(programme.Edit{
				To: to, Strand: d.Team("Willow").Strands[0], Impact: "Time", Owner: d.Person("ben").Ref(), ReviewOn: "2026-12-10", Words: "It works.", Version: c.Version,
			}, by.Member, by.At)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	d.until("2026-12-26 02:00")
	d.want(`SELECT m.name || ' ' || strftime('%Y-%m-%d %H:%M', o.due_at/1000, 'unixepoch') FROM outbox o JOIN member m ON m.id = o.member_id
		WHERE o.kind = 'change.still' ORDER BY m.id`, "Ana Ortiz 2026-12-29 09:00", "Ben Hale 2026-12-30 09:00")
}
