package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// TestReflectionsUseIndexes asks the engine how it would read the pages of reflections.
func TestReflectionsUseIndexes(t *testing.T) {
	t.Parallel()
	s := seeded(t, 20)
	if _, err := s.write.ExecContext(t.Context(), `PRAGMA optimize`); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		query string
		args  []any
		want  []string
		sorts string // what may be sorted: what an index has found
	}{
		"mine":         {myReflections, []any{1, 1, 0, 10}, []string{"SEARCH r USING INDEX reflection_of_member (member_id=?"}, ""},
		"mine, older":  {myReflections, []any{1, 1, 7, 10}, []string{"SEARCH r USING INDEX reflection_of_member (member_id=?"}, ""},
		"the last":     {lastReflection, []any{1, 1, 3}, []string{"SEARCH r USING INDEX reflection_of_member (member_id=?"}, ""},
		"the team’s":   {teamReflections, []any{1, 1, 0, 10, 0}, []string{"SEARCH q USING INDEX round_of_team (team_id=? AND opens_at>?", "SEARCH r USING INDEX reflection_once (round_id=?"}, "LAST 3 TERMS"},
		"of one round": {sharedReflections, []any{1, 1}, []string{"SEARCH r USING INDEX reflection_once (round_id=?"}, "ORDER BY"},
	} {
		plan := explain(t, s, test.query, test.args...)
		for _, want := range test.want {
			if !strings.Contains(plan, want) {
				t.Errorf("%s: want %s in\n%s", name, want, plan)
			}
		}
		if strings.Contains(plan, "TEMP B-TREE") && (test.sorts == "" || !strings.Contains(plan, test.sorts)) || strings.Contains(plan, "SCAN") {
			t.Errorf("%s: reads or sorts a whole table:\n%s", name, plan)
		}
	}
}

// TestAPauseLeavesParticipation leaves out a round that a pause cut short.
func TestAPauseLeavesParticipation(t *testing.T) {
	t.Parallel()
	s := seeded(t, 1)
	for cut := range 2 {
		_, err := s.write.ExecContext(t.Context(), `
			INSERT INTO round (council_id, team_id, schedule_id, slot, prompt_id, prompt, asked, opens_at, closes_at, cut)
			VALUES (1, 1, 's', $1, 'p', '{}', 8, $1, $1, $1)`, cut)
		if err != nil {
			t.Fatal(err)
		}
	}
	list, err := s.ExportParticipation(t.Context(), 1, 0)
	if err != nil || len(list) != 1 || list[0].Opened.UnixMilli() != 0 {
		t.Errorf("%+v, %v", list, err)
	}
}

// TestWhoMovedStillHasWhatTheyWrote lets somebody edit and withdraw an answer after they
// joined another team, whose questions are the only new ones they answer.
func TestWhoMovedStillHasWhatTheyWrote(t *testing.T) {
	t.Parallel()
	s := seeded(t, 1)
	now := time.UnixMilli(1795683600000)
	by := programme.By{Council: 1, Member: programme.Member{ID: 1, CouncilID: 1, TeamID: 1}, At: now}
	var rounds []programme.Round
	for i := range 2 {
		r, _, err := s.OpenRound(t.Context(), programme.Round{CouncilID: 1, TeamID: 1, Schedule: "s", Slot: fmt.Sprint(i), Opens: now, Closes: now.Add(time.Hour)}, nil, programme.Slot{})
		if err != nil {
			t.Fatal(err)
		}
		rounds = append(rounds, r)
	}
	answer := programme.Reflection{Round: rounds[0].ID, Words: "Good", Share: programme.ShareNamed}
	if _, err := s.Reflect(t.Context(), by, answer); err != nil {
		t.Fatal(err)
	}
	by.Member.TeamID = 2
	answer.Words = "Better"
	kept, err := s.Reflect(t.Context(), by, answer)
	if err != nil {
		t.Fatal(err)
	}
	shared, err := s.SharedReflections(t.Context(), 1, rounds[0].ID)
	if err != nil || len(shared) != 1 || shared[0].Words != "Better" || shared[0].TeamID != 1 {
		t.Errorf("%+v, %v", shared, err)
	}
	answer.Round = rounds[1].ID
	if _, err := s.Reflect(t.Context(), by, answer); !fault.Is(err, fault.Missing) {
		t.Errorf("a question of the former team: %v", err)
	}
	if err := s.Withdraw(t.Context(), by, kept.ID); err != nil {
		t.Error(err)
	}
}
