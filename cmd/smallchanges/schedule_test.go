package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"smallchanges/internal/programme"
	"smallchanges/internal/store/storetest"
)

// What was left out is listed with its reason, of one team or of all, for people and programs.
func TestScheduleSkippedSaysWhatWasLeftOut(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	db := openStore(t, f.URL) // with the clock that the command has
	willow, err := f.Schedule(t.Context(), "willow-reflection")
	must(t, err)
	for _, day := range []string{"2026-12-17", "2026-12-24"} {
		must(t, db.SkipSlot(t.Context(), willow, day+"T09:00", "It was a bank holiday.", programme.Slot{}))
	}
	must(t, db.Close())
	for team, want := range map[string]int{"": 2, "willow": 2, "Rowan": 0} {
		var out bytes.Buffer
		p := &program{ctx: t.Context(), out: &out, config: config{DatabaseURL: f.URL}}
		must(t, (&scheduleSkippedCmd{Team: team, JSON: true}).Run(p))
		var list []skippedSlot
		must(t, json.Unmarshal(out.Bytes(), &list))
		if len(list) != want || want > 0 && list[0] != (skippedSlot{"willow-reflection", "reflection", "Willow", "2026-12-24T09:00", "It was a bank holiday."}) {
			t.Errorf("of %q: %s", team, &out)
		}
		out.Reset()
		must(t, (&scheduleSkippedCmd{Team: team}).Run(p))
		if said := strings.Count(out.String(), "It was a bank holiday."); said != want || out.Len() == 0 {
			t.Errorf("of %q people read\n%s", team, &out)
		}
	}
}
