package outbox

import (
	"errors"
	"slices"
	"testing"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"

	"github.com/google/go-cmp/cmp"
)

// posted is a bench with a digest that was sent, and whose round has changed since.
func posted(t *testing.T) *bench {
	t.Helper()
	b := newBench(t, 0)
	team, ana := b.Team("Willow"), b.By("ana", "")
	r, _, err := b.OpenRound(t.Context(), programme.Round{
		CouncilID: b.Council, TeamID: team.ID, Schedule: "willow-reflection", Slot: "2026-12-03T09:00", Opens: b.Clock.Now(), Closes: b.Clock.Now().Add(time.Hour),
	}, nil, programme.Slot{})
	b.must(err)
	answer, err := b.Reflect(t.Context(), ana, programme.Reflection{Round: r.ID, Words: "Good", Share: programme.ShareNamed})
	b.must(err)
	b.must(b.CloseRound(t.Context(), b.Council, r.ID, &programme.Notice{Key: "digest", Kind: programme.NoticeDigest, Channel: "a", Due: b.Clock.Now()}))
	b.drain()
	b.wantDepth(map[programme.Delivery]int{programme.Sent: 2}) // the details followed
	b.must(b.Withdraw(t.Context(), ana, answer.ID))
	return b
}

func TestASentMessageThatChangedIsEdited(t *testing.T) {
	t.Parallel()
	b := posted(t)
	b.drain()
	b.wantDepth(map[programme.Delivery]int{programme.Sent: 2})
	if diff := cmp.Diff([]string{"m1", "m1"}, b.edits); diff != "" || b.count("a") != 2 || b.looks != 0 {
		t.Errorf("%s, %d arrived, %d looked up", diff, b.count("a"), b.looks)
	}
}

// Whatever an edit meets, the message is never sent a second time, and it stays sent.
func TestAnEditThatFailsLeavesTheMessageSent(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answers []error
		after   time.Duration
		edits   int
	}{
		"the platform is busy":         {[]error{fault.Hide(fault.Busy, errors.New("ratelimited"), "")}, 10 * time.Minute, 2},
		"the answer is lost":           {[]error{lost}, 10 * time.Minute, 2},
		"the message is gone":          {[]error{fault.Hide(fault.Missing, errors.New("message_not_found"), "")}, 0, 1},
		"the workspace has it that so": {[]error{fault.Hide(fault.Closed, errors.New("edit_window_closed"), "")}, 0, 1},
		"nothing helps":                {slices.Repeat([]error{errors.New("no")}, 2*mostAttempts), 10 * time.Minute, 0},
	} {
		b := posted(t)
		b.answers["a"] = test.answers
		b.drain()
		for range mostAttempts {
			b.Clock.Add(test.after)
			b.drain()
		}
		b.wantDepth(map[programme.Delivery]int{programme.Sent: 2})
		if len(b.edits) != test.edits || b.count("a") != 2 || b.looks != 0 {
			t.Errorf("%s: %d edits, %d messages, %d looked up", name, len(b.edits), b.count("a"), b.looks)
		}
	}
}
