package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"smallchanges/internal/programme"
)

// filed is an idea whose proposer was told that it is filed, and as what.
type filed struct{ person, title, ref string }

// Everyone in a team proposes one idea after another, all at the same time. In the middle
// of it the program is killed, at the very moment of an acknowledgement, after 20 others.
// Started again, it has every idea that it said it has.
func TestWhatWasAcknowledgedOutlivesAKill(t *testing.T) {
	t.Parallel()
	const enough = 20
	o := openOffice(t)
	bot := o.serve()
	told := make([][]filed, len(o.people))
	kill := crowdKill{enough: enough, do: sync.OnceFunc(bot.kill)}
	var crowd sync.WaitGroup
	for i, p := range o.people {
		crowd.Go(func() { told[i] = o.proposeUntilKilled(p.ID, &kill) })
	}
	crowd.Wait()
	ideas := slices.Concat(told...)
	if len(ideas) < enough {
		t.Fatalf("only %d ideas were acknowledged:\n%s", len(ideas), o.log())
	}
	bot.gone()

	bot = o.serve()
	for _, idea := range ideas {
		shown, err := o.asks(idea.person, "/smallchange show "+idea.ref)
		if err != nil || !strings.Contains(shown, idea.title) {
			t.Errorf("%s was acknowledged as %s, which now shows %q (%v)", idea.title, idea.ref, shown, err)
		}
	}
	o.holds(ideas)
	bot.stop()
	o.run("check")
}

// ref is a change's number as people read it.
var ref = regexp.MustCompile(`SC-\d+`)

// crowdKill kills the program once enough people know that their ideas are filed.
type crowdKill struct {
	enough int32
	known  atomic.Int32
	done   atomic.Bool
	do     func()
}

// strike is called at each answer, before the person has even looked at it, so that a
// commit only a moment later than its acknowledgement is lost.
func (k *crowdKill) strike() {
	if k.known.Load() >= k.enough {
		k.done.Store(true)
		k.do()
	}
}

// proposeUntilKilled returns the ideas that one person was told of. Where a crowded machine
// makes the program say no, or nothing in time, the person comes with the next.
func (o *office) proposeUntilKilled(person string, kill *crowdKill) (told []filed) {
	for n := 1; !kill.done.Load() && o.space.Connected(); n++ {
		title := fmt.Sprintf("Idea %d of %s", n, person)
		err := o.space.As(person).Say(willowChannel, "/smallchange propose "+title)
		kill.strike()
		answer, readErr := o.whispered(person)
		if err := errors.Join(err, readErr); err != nil {
			o.t.Error(err)
			return told
		}
		if strings.Contains(answer, title) {
			told = append(told, filed{person, title, ref.FindString(answer)})
			kill.known.Add(1)
		}
	}
	return told
}

// holds compares the database with what people were told: every idea is there once. Those
// that were on their way at the kill may be there or not.
func (o *office) holds(ideas []filed) {
	o.t.Helper()
	db := openStore(o.t, "sqlite:"+o.database())
	defer db.Close()
	councils, err := db.Councils(o.t.Context())
	o.must(err)
	changes, err := db.Changes(o.t.Context(), councils[0].ID, programme.ChangeFilter{Limit: 10_000})
	o.must(err)
	titles := map[string]string{}
	for _, c := range changes {
		if titles[c.Title] != "" {
			o.t.Errorf("%s is there twice, as %s and %s", c.Title, titles[c.Title], c.Ref())
		}
		titles[c.Title] = c.Ref()
	}
	for _, idea := range ideas {
		if titles[idea.title] != idea.ref {
			o.t.Errorf("%s was acknowledged as %s, and is in the database as %q", idea.title, idea.ref, titles[idea.title])
		}
	}
	o.t.Logf("%d ideas acknowledged, %d in the database", len(ideas), len(changes))
}
