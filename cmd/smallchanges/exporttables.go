package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"smallchanges/internal/programme"
	"smallchanges/internal/store"
)

// scope is a council, or one of its teams when team is not 0.
type scope struct {
	db            *store.Store
	council, team int64
}

// table is one thing exported: rows of values in the order of its columns. A value is
// text, a number or a list of words; nil is not known, and absent does not belong there.
type table struct {
	name    string
	columns []string
	rows    [][]any
}

// absent leaves a field out of JSON, and its cell empty elsewhere.
type absent struct{}

// exports are all that can be exported, in the order of `export all`. Their column names
// are those of CONTRACT.md section 5, and programs rely on them.
var exports = []struct {
	what string
	read func(context.Context, scope) (table, error)
}{
	{"changes", changeTable},
	{"history", historyTable},
	{"reflections", reflectionTable},
	{"celebrations", celebrationTable},
	{"pulse", pulseTable},
	{"participation", participationTable},
}

func newTable[T any](columns string, list []T, row func(T) []any) table {
	t := table{columns: strings.Split(columns, ", ")}
	for _, one := range list {
		t.rows = append(t.rows, row(one))
	}
	return t
}

const changeColumns = "ref, title, why, strand, barrier, scope, state, blocked, owner, proposer, team, service, supporters, " +
	"intended_impact, minutes_per_time, times_per_week, people, review_on, learning, lineage, created_at, updated_at"

func changeTable(ctx context.Context, in scope) (table, error) {
	list, err := in.db.ExportChanges(ctx, in.council, in.team)
	return newTable(changeColumns, list, func(c programme.Change) []any {
		block := programme.Block{What: c.Blocked, Role: c.BlockedRole, By: c.ReplyBy}
		lineage := programme.Lineage{From: c.Lineage, Into: c.MergedInto}
		return []any{
			c.Ref(), c.Title, c.Why, c.Strand.Name, c.Barrier, string(c.Scope), string(c.State), block.String(),
			c.Owner.Name, c.Proposer.Name, c.Team, c.Service, c.Supporters, c.Impact, c.Guess.Minutes, c.Guess.Times,
			c.Guess.People, string(c.ReviewOn), c.Learning, lineage.String(), stamp(c.Created), stamp(c.Updated),
		}
	}), err
}

func historyTable(ctx context.Context, in scope) (table, error) {
	list, err := in.db.ExportHistory(ctx, in.council, in.team)
	return newTable("ref, at, who, what, from, to, words", list, func(h programme.History) []any {
		return []any{h.Ref, stamp(h.At), h.Who, string(h.What), string(h.From), string(h.To), h.Words}
	}), err
}

// reflectionTable says only on which day each was shared, and sorts a day by its words. A
// time, or the order in which they came, could tell who wrote what has no name.
func reflectionTable(ctx context.Context, in scope) (table, error) {
	list, err := in.db.ExportReflections(ctx, in.council, in.team)
	if err != nil {
		return table{}, err
	}
	teams, err := in.teamNames(ctx)
	if err != nil {
		return table{}, err
	}
	prompts, err := in.prompts(ctx, list)
	if err != nil {
		return table{}, err
	}
	day := func(r programme.Reflection) string { return r.At.UTC().Format(time.DateOnly) }
	slices.SortFunc(list, func(a, b programme.Reflection) int {
		return strings.Compare(day(a)+a.Words, day(b)+b.Words)
	})
	return newTable("day, team, prompt, author, share, words", list, func(r programme.Reflection) []any {
		return []any{day(r), teams[r.TeamID], prompts[r.Round], r.Author.Name, string(r.Share), r.Words}
	}), nil
}

func (in scope) teamNames(ctx context.Context) (map[int64]string, error) {
	teams, err := in.db.Teams(ctx, in.council)
	names := map[int64]string{}
	for _, t := range teams {
		names[t.ID] = t.Name
	}
	return names, err
}

// prompts are the questions that reflections answer, by round. Round 0 has none.
func (in scope) prompts(ctx context.Context, list []programme.Reflection) (map[int64]string, error) {
	prompts := map[int64]string{0: ""}
	for _, r := range list {
		if _, known := prompts[r.Round]; known {
			continue
		}
		round, err := in.db.Round(ctx, in.council, r.Round)
		if err != nil {
			return nil, err
		}
		prompts[r.Round] = round.Prompt.Text
	}
	return prompts, nil
}

func celebrationTable(ctx context.Context, in scope) (table, error) {
	list, err := in.db.ExportCelebrations(ctx, in.council, in.team)
	return newTable("at, by, people, ref, words", list, func(c programme.Celebration) []any {
		people, ref := make([]string, len(c.People)), ""
		for i, who := range c.People {
			people[i] = who.Name
		}
		if c.Change != 0 {
			ref = programme.Ref(c.Change)
		}
		return []any{stamp(c.At), c.By.Name, people, ref, c.Words}
	}), err
}

// pulseTable has one row for each question. It is made from the released result alone, so
// it cannot hold more than the release rule let through.
func pulseTable(ctx context.Context, in scope) (table, error) {
	pulses, err := in.db.ExportPulses(ctx, in.council, in.team)
	var rows [][]any
	for _, p := range pulses {
		if p.Result != nil {
			rows = append(rows, pulseRows(p, *p.Result)...)
		}
	}
	return newTable("pulse, team, question, asked, replied, shown, moderate_or_large, total", rows, func(row []any) []any { return row }), err
}

func pulseRows(p programme.Pulse, r programme.Result) [][]any {
	var rows [][]any
	if r.Withheld { // not even the number of replies is known
		for _, q := range p.Questions {
			rows = append(rows, []any{p.ID, p.Team, q.Text, r.Asked, nil, r.Words(), absent{}, absent{}})
		}
		return rows
	}
	for _, f := range r.Findings {
		rows = append(rows, []any{p.ID, p.Team, f.Text, r.Asked, r.Replied, f.Shown, exact(f.Upper), exact(f.Total)})
	}
	return rows
}

// exact is a count where the release rule shows it.
func exact(n *int) any {
	if n == nil {
		return absent{}
	}
	return *n
}

func participationTable(ctx context.Context, in scope) (table, error) {
	list, err := in.db.ExportParticipation(ctx, in.council, in.team)
	return newTable("team, opened_at, asked, answered", list, func(p store.Participation) []any {
		return []any{p.Team, stamp(p.Opened), p.Asked, p.Answered}
	}), err
}

// stamp is an instant as exports write it.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
