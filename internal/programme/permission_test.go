package programme_test

import (
	"testing"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

var (
	earlyHelp = programme.Service{ID: 7, Name: "Early help"}
	grace     = programme.Member{ID: 4, CouncilID: 1, TeamID: 1, Name: "Grace Lin", Roles: []programme.Role{programme.Leader}}
)

// asked is an idea that waits for a yes of early help.
func asked(t *testing.T) programme.Change {
	t.Helper()
	c, _ := edited(programme.Idea)
	if _, _, err := c.Ask(programme.Request{Scope: programme.Manager, Service: earlyHelp, Own: 7, Version: c.Version}, ana, noon); err != nil {
		t.Fatal(err)
	}
	return c
}

func yes(c programme.Change) programme.Decision {
	return programme.Decision{Answer: programme.Yes, Round: c.Permission.Round, Service: earlyHelp.ID}
}

func TestWhoMayAnswer(t *testing.T) {
	t.Parallel()
	ben := programme.Member{ID: 2, TeamID: 1, Name: "Ben Hale"}
	selfish := ana
	selfish.Roles = []programme.Role{programme.Leader}
	for name, test := range map[string]struct {
		by      programme.Member
		service int64
		kind    fault.Kind
	}{
		"somebody who is no leader": {ben, 7, fault.Denied}, "a leader elsewhere": {grace, 8, fault.Denied}, "who asked": {selfish, 7, fault.Denied},
	} {
		c := asked(t)
		d := yes(c)
		d.Service = test.service
		if _, _, err := c.Decide(d, test.by, noon); !fault.Is(err, test.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	c := asked(t)
	if _, _, err := c.Decide(yes(c), grace, noon); err != nil || c.Permission.Answer != programme.Yes {
		t.Errorf("a leader: %v, %+v", err, c.Permission)
	}
}

// A yes is given to the words and the request that were read, and to no other.
func TestAYesIsForWhatWasRead(t *testing.T) {
	t.Parallel()
	c := asked(t)
	early := yes(c)
	if _, _, err := c.Reword(programme.Details{Title: "Something else", Version: c.Version}, ana, noon); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Decide(early, grace, noon); !fault.Is(err, fault.Conflict) {
		t.Errorf("a yes to other words: %v", err)
	}
	if _, _, err := c.Decide(yes(c), grace, noon); err != nil {
		t.Fatal(err)
	}
	late := yes(c)
	if _, _, err := c.Ask(programme.Request{Scope: programme.Manager, Service: earlyHelp, Version: c.Version}, ana, noon); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Decide(late, grace, noon); !fault.Is(err, fault.Conflict) {
		t.Errorf("a yes to another request: %v", err)
	}
}

func TestNobodyIsAskedTwiceOrAsksThemselves(t *testing.T) {
	t.Parallel()
	c := asked(t)
	again := programme.Request{Scope: programme.Manager, Service: earlyHelp, Own: 7, Version: c.Version}
	if _, _, err := c.Ask(again, ana, noon); fault.Fields(err)["service"] == "" {
		t.Errorf("asked while they have time to answer: %v", err)
	}
	if _, _, err := c.Ask(again, ana, noon.AddDate(0, 0, 15)); err != nil {
		t.Errorf("asked again when it was late: %v", err)
	}
	own, _ := edited(programme.Idea)
	again.Version = own.Version
	if _, _, err := own.Ask(again, grace, noon); fault.Fields(err)["service"] == "" {
		t.Errorf("a leader asks the leaders of the own service: %v", err)
	}
}
