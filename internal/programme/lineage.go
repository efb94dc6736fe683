package programme

import (
	"strings"
)

// Exports have one column for what is in a change's way, and one for where it came from and
// went. Block and Lineage are those columns: String writes one and Parse reads it back, the
// same whatever words people chose.

// Block is what is in a change's way, the role of who could lift it, and by when they
// should reply. Without What it is nothing.
type Block struct {
	What, Role string
	By         Day
}

const (
	byDay  = "by "
	noDate = "no date"
)

// String is such as "The youth service has to agree (Youth service manager, by 2026-12-10)".
func (b Block) String() string {
	if b.What == "" {
		return ""
	}
	when := noDate
	if b.By != "" {
		when = byDay + string(b.By)
	}
	tail := when
	if b.Role != "" {
		tail = escapeRole(b.Role) + ", " + when
	}
	if tail == noDate && ParseBlock(b.What) == b {
		return b.What
	}
	return b.What + " (" + tail + ")"
}

// ParseBlock reads what String wrote. Words that do not end in brackets with a day, as people
// write them, are all of them what is in the way.
func ParseBlock(s string) Block {
	open := lastBracket(s)
	if open < 2 || s[open-1] != ' ' {
		return Block{What: s}
	}
	b, tail := Block{What: s[:open-1]}, s[open+1:len(s)-1]
	when := tail
	if comma := strings.LastIndex(tail, ", "); comma > 0 {
		b.Role, when = unescapeRole.Replace(tail[:comma]), tail[comma+2:]
	}
	if when == noDate {
		return b
	}
	day, found := strings.CutPrefix(when, byDay)
	var err error
	if b.By, err = ParseDay(day); !found || day == "" || err != nil {
		return Block{What: s}
	}
	return b
}

var (
	escapeSlash   = strings.NewReplacer(`\`, `\\`)
	escapeBracket = strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`)
	unescapeRole  = strings.NewReplacer(`\\`, `\`, `\(`, "(", `\)`, ")")
)

// escapeRole marks the brackets of a role where they do not pair up, so that the bracket
// around it is found again.
func escapeRole(role string) string {
	depth := 0
	for _, r := range role {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth < 0 {
			break
		}
	}
	if depth != 0 {
		return escapeBracket.Replace(role)
	}
	return escapeSlash.Replace(role)
}

// lastBracket is where the bracket opens that closes at the end of s; -1 when none does.
func lastBracket(s string) int {
	if !strings.HasSuffix(s, ")") {
		return -1
	}
	depth := 0
	for i := len(s) - 1; i >= 0; i-- {
		step := strings.IndexByte(")(", s[i])
		if step < 0 || i < len(s)-1 && escaped(s[:i]) {
			continue
		}
		depth += 1 - 2*step
		if depth == 0 {
			return i
		}
	}
	return -1
}

// escaped reports whether the character after before is marked by a backslash of its own.
func escaped(before string) bool {
	return (len(before)-len(strings.TrimRight(before, `\`)))%2 == 1
}

// Lineage is where a change came from, and the number of the one it is part of now.
type Lineage struct {
	From string // a reference such as SC-4; "" for none
	Into int    // 0 for none
}

const (
	into    = "into "
	nothing = "nothing"
)

// String is such as "SC-4", "into SC-9" or "SC-4, into SC-9".
func (l Lineage) String() string {
	switch {
	case l.Into != 0 && l.From == "":
		return into + Ref(l.Into)
	case l.Into != 0:
		return l.From + ", " + into + Ref(l.Into)
	case ParseLineage(l.From) == l:
		return l.From
	default: // words that look as if they named where it went
		return l.From + ", " + into + nothing
	}
}

// ParseLineage reads what String wrote.
func ParseLineage(s string) Lineage {
	if n, ok := cutInto(s); ok && n != 0 {
		return Lineage{Into: n}
	}
	if comma := strings.LastIndex(s, ", "); comma > 0 {
		if n, ok := cutInto(s[comma+2:]); ok {
			return Lineage{From: s[:comma], Into: n}
		}
	}
	return Lineage{From: s}
}

// cutInto reads "into SC-9", or "into nothing" as 0.
func cutInto(s string) (number int, ok bool) {
	ref, ok := strings.CutPrefix(s, into)
	if !ok || ref == nothing {
		return 0, ok
	}
	return ParseRef(ref)
}
