package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"smallchanges/internal/programme"
)

// Changes lists a council's changes as the filter says.
func (s *Store) Changes(ctx context.Context, council int64, f programme.ChangeFilter) ([]programme.Change, error) {
	page, err := s.ChangePage(ctx, council, f)
	return page.Changes, err
}

// ChangePage lists a council's changes as the filter says, and where the next page begins.
func (s *Store) ChangePage(ctx context.Context, council int64, f programme.ChangeFilter) (programme.ChangePage, error) {
	most := limit(f.Limit)
	f.Limit = most + 1
	words, err := s.search(ctx, f)
	if err != nil {
		return programme.ChangePage{}, err
	}
	query, args := listQuery(council, f, words)
	list, err := all(ctx, s.read, scanChange, query, args...)
	if err != nil || len(list) <= most {
		return programme.ChangePage{Changes: list}, err
	}
	return programme.ChangePage{Changes: list[:most], Next: placeOf(list[most-1])}, nil
}

// placeOf is where a change stands in every order, for the page after it.
func placeOf(c programme.Change) string {
	return fmt.Sprintf("%d.%d.%d.%d", urgency[c.State], c.Updated.UnixMilli(), c.Number, c.ID)
}

// urgency repeats the order that the generated column of change has.
var urgency = map[programme.State]int{
	programme.Reviewing: 1, programme.Trying: 2, programme.Chosen: 3, programme.Idea: 4, programme.Kept: 5,
	programme.Stopped: 6, programme.Parked: 7, programme.PassedOn: 8, programme.Merged: 9,
}

// conditions are the parts of a query that narrow it, with what each compares with. Sets are
// queries for the only ids that are wanted.
type conditions struct {
	parts, sets []string
	args        []any
}

// value is how a query names something it compares with.
func (w *conditions) value(v any) string {
	w.args = append(w.args, v)
	return fmt.Sprintf("$%d", len(w.args))
}

// add narrows by a part in which each ? stands for the same value.
func (w *conditions) add(part string, value any) {
	w.parts = append(w.parts, strings.ReplaceAll(part, "?", w.value(value)))
}

// in narrows to changes in one of these states.
func (w *conditions) in(states []programme.State) {
	marks := make([]string, len(states))
	for i, state := range states {
		marks[i] = w.value(urgency[state])
	}
	w.parts = append(w.parts, "c.urgency IN ("+strings.Join(marks, ", ")+")")
}

// listQuery is the query for a page of changes, with words as a search of the index.
func listQuery(council int64, f programme.ChangeFilter, words string) (string, []any) {
	var w conditions
	w.add("c.council_id = ?", council)
	if f.Team != 0 {
		w.add("c.team_id = ?", f.Team)
	}
	if f.Member != 0 {
		me := w.value(f.Member)
		w.sets = append(w.sets, `SELECT id FROM change WHERE proposer_id = `+me+` UNION SELECT id FROM change WHERE owner_id = `+me+`
			UNION SELECT change_id FROM support WHERE member_id = `+me)
	}
	if f.Mine != 0 {
		me := w.value(f.Mine)
		w.sets = append(w.sets, `SELECT id FROM change WHERE proposer_id = `+me+` UNION SELECT id FROM change WHERE owner_id = `+me)
	}
	if f.Owner != 0 {
		w.add("c.owner_id = ?", f.Owner)
	}
	if len(f.States) > 0 {
		w.in(f.States)
	}
	if f.Due != "" {
		w.due(council, f)
	}
	if f.Waiting {
		w.waiting(council, f)
	}
	if f.Stuck {
		w.stuck(council, f)
	}
	return w.ordered(f, words)
}

// due narrows to what is being tried with a review due. Without a person's own changes to
// look among, an index finds them.
func (w *conditions) due(council int64, f programme.ChangeFilter) {
	day := w.value(f.Due)
	w.parts = append(w.parts, "c.state = 'trying' AND c.review_on > '' AND c.review_on <= "+day)
	if len(w.sets) == 0 {
		w.sets = append(w.sets, w.of(council, f)+" AND state IN ('trying', 'reviewing') AND review_on > '' AND review_on <= "+day)
	}
}

// waiting narrows to what waits for a yes, of any service or of one.
func (w *conditions) waiting(council int64, f programme.ChangeFilter) {
	set := w.of(council, f) + " AND permission IN ('asked', 'talk')"
	if f.Service != 0 {
		set += " AND permission_service_id = " + w.value(f.Service)
	}
	w.sets = append(w.sets, set)
}

// of begins a set of ids: those of the council, or of the team.
func (w *conditions) of(council int64, f programme.ChangeFilter) string {
	set := "SELECT id FROM change WHERE council_id = " + w.value(council)
	if f.Team != 0 {
		set += " AND team_id = " + w.value(f.Team)
	}
	return set
}

// stuck narrows to what is in somebody's way or late, as long as somebody may work on it.
// Each kind has an index. Of what is blocked, which can be much, only a page is read when
// nothing else narrows it.
func (w *conditions) stuck(council int64, f programme.ChangeFilter) {
	blocked := w.of(council, f) + ` AND blocked <> '' AND state IN ('idea', 'chosen', 'trying', 'reviewing', 'parked')`
	if len(w.sets) == 0 && len(f.States) == 0 {
		blocked += w.after(f, "") + " ORDER BY urgency, recency, newness LIMIT " + fmt.Sprint(f.Limit)
	}
	of, today := w.of(council, f), w.value(f.Today)
	w.sets = append(w.sets, `SELECT * FROM (`+blocked+`)
		UNION `+of+` AND state IN ('trying', 'reviewing') AND review_on > '' AND review_on < `+today+`
		UNION `+of+` AND permission IN ('asked', 'talk') AND permission_by < `+today)
}

// place is where a page ended (placeOf).
type place struct{ urgency, updated, number, id int64 }

// placeIn reads a place; what is none of ours is the beginning.
func placeIn(after string) (p place, ok bool) {
	n, err := fmt.Sscanf(after, "%d.%d.%d.%d", &p.urgency, &p.updated, &p.number, &p.id)
	return p, n == 4 && err == nil
}

// after narrows to what comes after the place where a page ended, of the table called so.
func (w *conditions) after(f programme.ChangeFilter, table string) string {
	p, ok := placeIn(f.After)
	if !ok {
		return ""
	}
	return fmt.Sprintf(" AND (%[1]surgency, %[1]srecency, %[1]snewness) > (%[2]s, %[3]s, %[4]s)", table, w.value(p.urgency), w.value(-p.updated), w.value(-p.number))
}

// ordered ends a query: the most useful first, or for words (a search) the newest, which
// the index of words can give without reading all that it finds. The page is found by ids
// first, so that names and supporters are read for it alone.
func (w *conditions) ordered(f programme.ChangeFilter, words string) (string, []any) {
	from, order := "change c", "c.urgency, c.recency, c.newness"
	for i, set := range w.sets {
		if i == 0 && words == "" { // the set is much smaller than what it is of
			from = "(" + set + ") wanted " + thenEach + " change c ON c.id = wanted.id"
		} else {
			w.parts = append(w.parts, "c.id IN ("+set+")")
		}
	}
	where := ""
	if words == "" {
		where = w.after(f, "c.")
	} else {
		from, order = found, "found.rowid DESC"
		w.add(matching, words)
		if p, ok := placeIn(f.After); ok {
			w.add("found.rowid < ?", p.id)
		}
	}
	page := "SELECT c.id FROM " + from + " WHERE " + strings.Join(w.parts, " AND ") + where + " ORDER BY " + order + " LIMIT " + fmt.Sprint(f.Limit)
	return changeRows + " WHERE c.id IN (" + page + ") ORDER BY " + strings.Replace(order, "found.rowid", "c.id", 1), w.args
}

// limit is how many changes a list may hold: 20 when nobody said, and never over 10,000.
func limit(asked int) int {
	if asked <= 0 {
		return 20
	}
	return min(asked, 10_000)
}

// ChangeCounts are how many changes stand where, of a team or, when it is 0, of the council.
func (s *Store) ChangeCounts(ctx context.Context, council, team int64) ([]programme.ChangeCount, error) {
	return all(ctx, s.read, func(row scanner) (c programme.ChangeCount, err error) {
		return c, row.Scan(&c.TeamID, &c.Team, &c.Strand, &c.State, &c.Count)
	}, `SELECT n.team_id, t.name, COALESCE(s.name, ''), n.state, n.count
		FROM change_count n JOIN team t ON t.id = n.team_id LEFT JOIN strand s ON s.id = n.strand_id
		WHERE n.council_id = $1 AND $2 IN (0, n.team_id) AND n.count > 0 ORDER BY t.name, s.id, n.state`, council, team)
}

// Waits counts by service what waits for a yes.
func (s *Store) Waits(ctx context.Context, council int64, today programme.Day) ([]programme.Waits, error) {
	return all(ctx, s.read, func(row scanner) (w programme.Waits, err error) {
		var overdue sql.NullInt64
		err = row.Scan(&w.Service, &w.Waiting, &overdue)
		w.Overdue = int(overdue.Int64)
		return w, err
	}, `SELECT s.name, count(*), sum(CASE WHEN c.permission_by < $2 THEN 1 ELSE 0 END)
		FROM change c JOIN service s ON s.id = c.permission_service_id
		WHERE c.council_id = $1 AND c.permission IN ('asked', 'talk') GROUP BY s.name ORDER BY s.name`, council, today)
}
