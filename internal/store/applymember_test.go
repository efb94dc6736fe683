package store_test

import (
	"database/sql"
	"testing"
	"time"

	"smallchanges/internal/store/storetest"
)

// Whoever is added is known to have come then. Nobody else's past is made up, and who reads
// along is written down as such.
func TestApplyNotesWhoIsNewAndWhoReadsAlong(t *testing.T) {
	t.Parallel()
	f := storetest.Open(t)
	db, err := sql.Open("sqlite", f.Path())
	must(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), `UPDATE member SET joined_at = NULL`) // as before anybody wrote it down
	must(t, err)
	f.Clock.Add(time.Hour)
	file := storetest.File()
	willow := &file.Services[0].Teams[0]
	mo := willow.Members[0]
	mo.Name, mo.Email, mo.Slack, mo.Observer = "Mo Reed", "mo@northshire.example", "", true
	willow.Members[1].Observer = true
	willow.Members = append(willow.Members, mo)
	for _, want := range [][]string{{"team Willow: update member " + willow.Members[1].Name, "team Willow: add member Mo Reed"}, nil} {
		lines, err := f.Apply(t.Context(), file, storetest.Weekly, false)
		if err != nil || len(lines) != len(want) {
			t.Errorf("it did %q, %v; want %q", lines, err, want)
		}
	}
	rows, err := db.QueryContext(t.Context(), `SELECT name, observer, joined_at FROM member WHERE council_id = $1 AND (observer = 1 OR joined_at IS NOT NULL) ORDER BY id`, f.Council)
	must(t, err)
	defer rows.Close()
	var got []string
	for rows.Next() {
		var name string
		var observer bool
		var joined sql.NullInt64
		must(t, rows.Scan(&name, &observer, &joined))
		if joined.Valid && (name != "Mo Reed" || joined.Int64 != f.Clock.Now().UnixMilli()) || !observer {
			t.Errorf("%s: observer %v, since %v", name, observer, joined)
		}
		got = append(got, name)
	}
	must(t, rows.Err())
	if len(got) != 2 || got[0] != willow.Members[1].Name || got[1] != "Mo Reed" {
		t.Errorf("written down are %v", got)
	}
	set, err := f.TeamSetup(t.Context(), f.Council, f.Team("Willow").ID)
	must(t, err)
	if !set.Entry.Members[1].Observer || set.Entry.Members[0].Observer {
		t.Errorf("a setup reads %+v", set.Entry.Members[:2])
	}
}
