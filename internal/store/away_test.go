package store_test

import (
	"database/sql"
	"testing"
	"time"

	"smallchanges/internal/store/storetest"
)

// hinted is until when a member is noted to be away; the zero time is not at all.
func hinted(t *testing.T, f *storetest.Fixture, name string) time.Time {
	t.Helper()
	db, err := sql.Open("sqlite", f.Path())
	must(t, err)
	defer func() { must(t, db.Close()) }()
	var ms sql.NullInt64
	must(t, db.QueryRowContext(t.Context(), `SELECT max(away_until) FROM quiet WHERE member_id = $1`, f.Person(name).ID).Scan(&ms))
	if !ms.Valid {
		return time.Time{}
	}
	return time.UnixMilli(ms.Int64).UTC()
}

func TestTheLongestHintCountsUntilTheyAreHere(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	other := southshire(t, f)
	ana := f.Person("ana")
	hour, week := f.Clock.Now().Add(time.Hour), f.Clock.Now().AddDate(0, 0, 7)
	for _, step := range []struct {
		name    string
		council int64
		until   time.Time
		want    time.Time
	}{
		{"here, and nobody thought otherwise", f.Council, time.Time{}, time.Time{}},
		{"away, says another council", other, week, time.Time{}},
		{"a snooze", f.Council, hour, hour},
		{"a holiday", f.Council, week, week},
		{"a snooze in the holiday", f.Council, hour, week},
		{"here, says another council", other, time.Time{}, week},
		{"here again", f.Council, time.Time{}, time.Time{}},
		{"a shorter one after that", f.Council, hour, hour},
	} {
		must(t, f.Hint(t.Context(), step.council, ana.ID, step.until))
		if got := hinted(t, f, "ana"); !got.Equal(step.want) {
			t.Errorf("%s: away until %v, want %v", step.name, got, step.want)
		}
		if got := hinted(t, f, "ben"); !got.IsZero() {
			t.Errorf("%s: Ben is away until %v", step.name, got)
		}
	}
}
