package programme

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of what a file of changes can say, where the forms have none.
const (
	mostSupporters = 100_000
	highestRef     = 99_999_999 // what can be typed has room for many more after it
	oldestYear     = 1970
)

// Entry is one row of a file of changes, and what is wrong in it by column. What the row only
// names, such as a team, has no id until the roster is asked.
type Entry struct {
	Row    int // as a spreadsheet numbers it: the names of the columns are row 1
	Change Change
	Wrong  map[string]string
}

// Mistake is something in a file that has to be mended, or in a warning to be known.
type Mistake struct {
	Row    int    `json:"row"`
	Column string `json:"column"`
	Say    string `json:"say"`
}

// Import is what became of a file of changes. Nothing was kept when anything was wrong.
type Import struct {
	Entries         []Entry
	Wrong, Warnings []Mistake
}

// ReadEntry reads a row of a file of changes, by the names that exports give their columns.
// An imported change may lack what a step would ask for: it says how things are, and the
// next step asks.
func ReadEntry(row int, cells map[string]string, now time.Time) Entry {
	r := reading{cells, map[string]string{}}
	block, lineage := ParseBlock(r.text("blocked")), ParseLineage(r.text("lineage"))
	c := Change{
		Number: r.ref(), Title: r.text("title"), Why: CleanText(cells["why"]), Strand: Strand{Name: cells["strand"]},
		Barrier: r.line("barrier"), Scope: known(r, "scope", "", Ours, Manager, OtherService, National), State: known(r, "state", States...),
		Blocked: block.What, BlockedRole: block.Role, ReplyBy: block.By, Impact: r.line("intended_impact"),
		Owner: Who{Name: cells["owner"]}, Proposer: Who{Name: cells["proposer"]}, Team: cells["team"], Service: cells["service"],
		ReviewOn: r.day("review_on"), Learning: CleanText(cells["learning"]), Lineage: lineage.From, MergedInto: lineage.Into,
		EarlierSupporters: r.supporters(), Version: 1, Created: r.time("created_at"), Updated: r.time("updated_at"),
		Guess: TimeGiven{r.number("minutes_per_time"), r.number("times_per_week"), r.number("people")},
	}
	for column, say := range c.Guess.wrong() {
		r.complain(column, say)
	}
	if say := wrongTitle(c.Title); say != "" {
		r.complain("title", say)
	}
	r.within("blocked", max(utf8.RuneCountInString(block.What), utf8.RuneCountInString(block.Role)), MaxLine)
	r.within("lineage", utf8.RuneCountInString(lineage.From), MaxLine)
	r.within("why", utf8.RuneCountInString(c.Why), MaxWords)
	r.within("learning", utf8.RuneCountInString(c.Learning), MaxWords)
	r.merged(c)
	c.dated(now)
	return Entry{Row: row, Change: c, Wrong: r.wrong}
}

// dated fills in the times that a row does not give.
func (c *Change) dated(now time.Time) {
	switch {
	case c.Created.IsZero() && c.Updated.IsZero():
		c.Created, c.Updated = now, now
	case c.Created.IsZero():
		c.Created = c.Updated
	case c.Updated.IsZero():
		c.Updated = c.Created
	}
}

// reading is one row being read.
type reading struct {
	cells map[string]string
	wrong map[string]string
}

// complain says what is wrong in a column; the first word about it stays.
func (r reading) complain(column, say string) {
	if r.wrong[column] == "" {
		r.wrong[column] = say
	}
}

func (r reading) text(column string) string { return CleanLine(r.cells[column]) }

// line is one line of at most MaxLine characters.
func (r reading) line(column string) string {
	text := r.text(column)
	r.within(column, utf8.RuneCountInString(text), MaxLine)
	return text
}

func (r reading) within(column string, length, most int) {
	if length > most {
		r.complain(column, fmt.Sprintf("This has %d characters. Please keep it to %d.", length, most))
	}
}

// ref is the number of the row's reference; 0 when it has none.
func (r reading) ref() int {
	text := r.text("ref")
	if text == "" {
		return 0
	}
	number, ok := ParseRef(text)
	if !ok || number > highestRef {
		r.complain("ref", quote(text)+" is no reference. Write it like SC-12, or leave it empty for the next number.")
		return 0
	}
	return number
}

// known is one of the words that a column knows, and the first of them when it is empty.
func known[T ~string](r reading, column string, all ...T) T {
	text := T(strings.ToLower(r.text(column)))
	if text == "" {
		return all[0]
	}
	if !slices.Contains(all, text) {
		var words []string
		for _, word := range all {
			if word != "" {
				words = append(words, string(word))
			}
		}
		r.complain(column, quote(r.text(column))+" is not known here. Write one of: "+strings.Join(words, ", ")+".")
		return all[0]
	}
	return text
}

func (r reading) day(column string) Day {
	text := r.text(column)
	day, err := ParseDay(text)
	if err != nil {
		r.complain(column, quote(text)+" is not a day. Write it like 2026-12-07.")
	}
	return day
}

// time is an instant, or the start of a day: people who kept a list know days only.
func (r reading) time(column string) time.Time {
	text := r.text(column)
	if text == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, strings.ToUpper(text))
	if err != nil {
		at, err = time.Parse(time.DateOnly, text)
	}
	if err != nil || at.UTC().Year() < oldestYear || at.UTC().Year() > 9999 {
		r.complain(column, quote(text)+" is not a time. Write it like 2026-12-07T09:30:00Z, or as a day like 2026-12-07.")
		return time.Time{}
	}
	return at.UTC()
}

// number is a whole number; -1, which no column may have, when it is something else.
func (r reading) number(column string) int {
	text := strings.TrimSuffix(r.text(column), ".0") // as some programs write whole numbers
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return n
}

func (r reading) supporters() int {
	n := r.number("supporters")
	if n < 0 || n > mostSupporters {
		r.complain("supporters", fmt.Sprintf("Give a whole number from 0 to %d, or leave it empty.", mostSupporters))
		return 0
	}
	return n
}

// merged compares where a change went with its state.
func (r reading) merged(c Change) {
	switch {
	case r.wrong["state"] != "":
	case c.State == Merged && c.MergedInto == 0:
		r.complain("lineage", "It is merged. Say into which, like: into SC-9")
	case c.State != Merged && c.MergedInto != 0:
		r.complain("lineage", "It went into "+Ref(c.MergedInto)+", but its state is "+string(c.State)+". Write merged as the state, or take that out.")
	}
}

// quote is what stands in a file, shortened to be recognised.
func quote(s string) string {
	letters := []rune(CleanLine(s))
	if len(letters) > 60 {
		letters = append(letters[:60], '…')
	}
	return "“" + string(letters) + "”"
}
