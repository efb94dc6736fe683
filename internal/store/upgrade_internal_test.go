package store

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"smallchanges/internal/programme"
)

// TestReleasedSchemasUpgrade fills the schema of each release with rows of its time, brings
// it up to date, and reads everything back. A release adds its number and a file of rows.
func TestReleasedSchemasUpgrade(t *testing.T) {
	t.Parallel()
	for _, version := range []int64{1, 2} {
		t.Run(fmt.Sprintf("%04d", version), func(t *testing.T) {
			t.Parallel()
			s := released(t, version)
			if err := s.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			if wrong, err := s.Check(t.Context()); err != nil || len(wrong) > 0 {
				t.Errorf("after the upgrade: %v, %v", wrong, err)
			}
			readsBack(t, s)
			if version >= 2 {
				readsRegister(t, s)
			}
		})
	}
}

// released is a database as a release with this schema left it.
func released(t *testing.T, version int64) *Store {
	t.Helper()
	s, err := Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "test.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() }) // the test is over whatever it says
	steps, err := s.steps()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := steps.UpTo(t.Context(), version); err != nil {
		t.Fatal(err)
	}
	rows, err := os.ReadFile(fmt.Sprintf("testdata/%04d.sql", version))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.write.ExecContext(t.Context(), string(rows)); err != nil {
		t.Fatal(err)
	}
	return s
}

func readsBack(t *testing.T, s *Store) {
	t.Helper()
	ana, willow, err := s.Member(t.Context(), "T0NORTH01", "U0ANA0001")
	if err != nil || !ana.Is(programme.Champion) || ana.WorksOn("2026-12-01") || willow.Strands[0].Name != "Meetings" {
		t.Errorf("%+v in %+v, %v", ana, willow, err)
	}
	found, err := s.Changes(t.Context(), 1, programme.ChangeFilter{Words: "voice rec"})
	if err != nil || len(found) != 1 || found[0].Supporters != 1+found[0].EarlierSupporters {
		t.Errorf("found %+v, %v", found, err)
	}
	round, err := s.Round(t.Context(), 1, 1)
	if err != nil || round.Prompt.Text != "What went well?" {
		t.Errorf("%+v, %v", round, err)
	}
	if shared, err := s.SharedReflections(t.Context(), 1, 1); err != nil || len(shared) != 1 {
		t.Errorf("%+v, %v", shared, err)
	}
	if digest, err := s.Digest(t.Context(), 1, 1); err != nil || !digest.Posted() || len(digest.Rounds) != 1 {
		t.Errorf("%+v, %v", digest, err)
	}
	last, err := s.LastPulse(t.Context(), 1, 1)
	if err != nil || last.Result == nil || !last.Result.Withheld {
		t.Errorf("%+v, %v", last, err)
	}
	if party, err := s.Celebration(t.Context(), 1, 1); err != nil || len(party.People) != 1 {
		t.Errorf("%+v, %v", party, err)
	}
	parcels, err := s.Claim(t.Context(), time.UnixMilli(1795683600000), time.Minute, 10)
	if err != nil || len(parcels) != 1 {
		t.Errorf("%+v, %v", parcels, err)
	}
	if schedules, err := s.Schedules(t.Context()); err != nil || schedules[0].OpenFor != 96*time.Hour {
		t.Errorf("%+v, %v", schedules, err)
	}
}

// readsRegister reads what the register has kept since schema 2.
func readsRegister(t *testing.T, s *Store) {
	t.Helper()
	c, err := s.ChangeByID(t.Context(), 1, 1)
	if err != nil || c.BlockedRole != "Head of IT" || !c.Permission.Open() || c.Permission.Service.Name != "Early help" || c.EarlierSupporters != 2 {
		t.Errorf("%+v, %v", c, err)
	}
	if merged, err := s.ChangeByID(t.Context(), 1, 2); err != nil || merged.MergedInto != 1 {
		t.Errorf("%+v, %v", merged, err)
	}
	if still, err := s.Stills(t.Context(), 1, 1); err != nil || still[4][programme.StillSame] != 1 {
		t.Errorf("%+v, %v", still, err)
	}
	if given, err := s.TimeGiven(t.Context(), c); err != nil || given.High != 400 {
		t.Errorf("%+v, %v", given, err)
	}
	round, err := s.LastChoosing(t.Context(), 1, 1)
	if err != nil || len(round.Ideas) != 1 {
		t.Errorf("%+v, %v", round, err)
	}
	if dots, err := s.Dots(t.Context(), 1, 1, 1); err != nil || len(dots) != 1 {
		t.Errorf("%+v, %v", dots, err)
	}
	if homes, err := s.DueHomes(t.Context(), time.UnixMilli(1795683600000), 10, nil); err != nil || len(homes) != 1 {
		t.Errorf("%+v, %v", homes, err)
	}
}
