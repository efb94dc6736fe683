package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
	"smallchanges/internal/schedule"

	"go.yaml.in/yaml/v3"
)

// complaint is one thing wrong with a council file, with its line.
type complaint struct {
	line int
	say  string
}

// readCouncil reads a council file, and refuses everything wrong in it together, each with
// its line and what would be right.
func readCouncil(text []byte) (programme.CouncilFile, error) {
	var council programme.CouncilFile
	var tree yaml.Node
	if err := yaml.Unmarshal(text, &tree); err != nil {
		return council, fault.Hide(fault.Invalid, err, "The council file is not YAML that can be read. Compare it with docs/example-council.yaml.")
	}
	var wrong []complaint
	if err := decodeStrictly(text, &council); err != nil {
		wrong = append(wrong, typeComplaints(err)...)
	}
	wrong = append(wrong, checkValues(&tree)...)
	wrong = append(wrong, checkNeeded(&tree)...)
	wrong = append(wrong, checkHolidays(&tree)...)
	if len(wrong) == 0 {
		return council, nil
	}
	slices.SortStableFunc(wrong, func(a, b complaint) int { return cmp.Compare(a.line, b.line) })
	lines := make([]string, len(wrong))
	for i, c := range wrong {
		lines[i] = fmt.Sprintf("line %d: %s", c.line, c.say)
	}
	return council, fault.New(fault.Invalid, "The council file needs mending. Nothing was changed.\n"+strings.Join(slices.Compact(lines), "\n"))
}

func decodeStrictly(text []byte, into *programme.CouncilFile) error {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	return decoder.Decode(into)
}

// typeComplaints are the unknown keys and wrong kinds of value that the YAML reader found.
func typeComplaints(err error) []complaint {
	wrongTypes, ok := errors.AsType[*yaml.TypeError](err)
	if !ok {
		return []complaint{{1, err.Error()}}
	}
	var out []complaint
	for _, text := range wrongTypes.Errors {
		var c complaint
		rest := text
		if n, err := fmt.Sscanf(text, "line %d:", &c.line); n == 1 && err == nil {
			_, rest, _ = strings.Cut(text, ": ")
		}
		c.say = rest
		if key, _, found := strings.Cut(strings.TrimPrefix(rest, "field "), " not found in type"); found {
			c.say = "“" + key + "” is not a key we know. docs/council-file.md lists them all."
		}
		out = append(out, c)
	}
	return out
}

// rules check one value by the key it stands under, wherever that is in the file.
var rules = map[string]func(string) error{
	"time_zone": func(s string) error {
		if _, err := time.LoadLocation(s); err != nil || s == "" || s == "Local" {
			return fmt.Errorf("%q is not a time zone we know; write it like Europe/London", s)
		}
		return nil
	},
	"at_once": func(s string) error {
		if n, err := strconv.Atoi(s); err != nil || n < 1 || n > programme.MaxAtOnce {
			return fmt.Errorf("%q is not how many changes a team can work on; write a number from 1 to %d", s, programme.MaxAtOnce)
		}
		return nil
	},
	"name": func(s string) error {
		if n := utf8.RuneCountInString(s); n > programme.MaxName {
			return fmt.Errorf("“%s…” has %d characters; shorten it to %d at most", string([]rune(s)[:30]), n, programme.MaxName)
		}
		return nil
	},
	"cron": func(s string) error { _, err := schedule.Parse(s); return err },
	"works": func(s string) error {
		_, err := programme.ParseWorks([]string{s})
		return err
	},
	"email": func(s string) error {
		if _, err := mail.ParseAddress(s); err != nil {
			return fmt.Errorf("%q is not an e-mail address", s)
		}
		return nil
	},
	"bank_holidays": aDay, "worked_bank_holidays": aDay,
	"nation": oneOf("england", "wales", "scotland", "northern-ireland"),
	"roles":  oneOf("practitioner", "champion", "deputy", "leader", "coordinator"),
	"scope":  oneOf("team", "council", "national"),
	"kind":   oneOf("reflection", "pulse"),
	"set":    oneOf(programme.BaselineSet, programme.ImpactSet),
}

func oneOf(words ...string) func(string) error {
	return func(s string) error {
		if slices.Contains(words, s) {
			return nil
		}
		return fmt.Errorf("%q must be one of: %s", s, strings.Join(words, ", "))
	}
}

func aDay(s string) error {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return fmt.Errorf("%q is not a date; write it like 2027-05-03", s)
	}
	return nil
}

// checkValues walks the whole file and checks every value that has a rule.
func checkValues(n *yaml.Node) []complaint {
	var wrong []complaint
	for i, child := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 1 {
			wrong = append(wrong, checkValue(n.Content[i-1].Value, child)...)
		}
		wrong = append(wrong, checkValues(child)...)
	}
	return wrong
}

func checkValue(key string, value *yaml.Node) []complaint {
	rule, ok := rules[key]
	if !ok {
		return nil
	}
	values := []*yaml.Node{value}
	if value.Kind == yaml.SequenceNode {
		values = value.Content
	}
	var wrong []complaint
	for _, v := range values {
		if v.Kind != yaml.ScalarNode {
			continue
		}
		if err := rule(v.Value); err != nil {
			wrong = append(wrong, complaint{v.Line, key + ": " + words(err)})
		}
	}
	return wrong
}

// needed are the keys that each entry of a list must have.
var needed = map[string][]string{
	"services": {"name"}, "teams": {"name"}, "members": {"name"}, "barriers": {"what"},
	"schedules": {"id", "kind", "cron"},
}

// checkNeeded finds what is missing, and names and ids that stand twice.
func checkNeeded(tree *yaml.Node) []complaint {
	if len(tree.Content) == 0 {
		return []complaint{{1, "the file is empty; compare it with docs/example-council.yaml"}}
	}
	top := tree.Content[0]
	var wrong []complaint
	if council := valueOf(top, "council"); council == nil || valueOf(council, "name") == nil {
		wrong = append(wrong, complaint{top.Line, "the council needs a name: council: {name: Northshire}"})
	}
	once := map[string]int{}
	var walk func(*yaml.Node)
	walk = func(n *yaml.Node) {
		for i, child := range n.Content {
			if n.Kind == yaml.MappingNode && i%2 == 1 {
				list := n.Content[i-1].Value
				wrong = append(wrong, checkEntries(list, child, once)...)
			}
			walk(child)
		}
	}
	walk(top)
	return wrong
}

// checkHolidays finds days that cannot be what the council says they are: one that is both,
// and one that is worked without being a bank holiday, which would be a slip of the pen.
func checkHolidays(tree *yaml.Node) []complaint {
	if len(tree.Content) == 0 {
		return nil
	}
	council := valueOf(tree.Content[0], "council")
	if council == nil {
		return nil
	}
	nation := "england"
	if n := valueOf(council, "nation"); n != nil {
		nation = n.Value
	}
	var wrong []complaint
	more := listOf(council, "bank_holidays")
	for _, worked := range listOf(council, "worked_bank_holidays") {

		both := slices.ContainsFunc(more, func(n *yaml.Node) bool { return n.Value == worked.Value })
		switch {
		case both:
			wrong = append(wrong, complaint{worked.Line, worked.Value + " is in bank_holidays and in worked_bank_holidays; keep it in one"})
		case aDay(worked.Value) == nil && !programme.Holiday(nation, programme.Day(worked.Value)):
			wrong = append(wrong, complaint{worked.Line, fmt.Sprintf("worked_bank_holidays: %s is no bank holiday in %s; take it out", worked.Value, nation)})
		}
	}
	return wrong
}

// listOf are the entries of a list under a key of a mapping.
func listOf(mapping *yaml.Node, key string) []*yaml.Node {
	if list := valueOf(mapping, key); list != nil && list.Kind == yaml.SequenceNode {
		return list.Content
	}
	return nil
}

func checkEntries(list string, entries *yaml.Node, once map[string]int) []complaint {
	var wrong []complaint
	for _, entry := range entries.Content {
		for _, key := range needed[list] {
			if v := valueOf(entry, key); v == nil || v.Value == "" {
				wrong = append(wrong, complaint{entry.Line, "each of " + list + " needs " + key})
			}
		}
		for _, key := range []string{"id", "slack", "email"} {
			v := valueOf(entry, key)
			if needed[list] == nil || v == nil || v.Value == "" {
				continue
			}
			at := key + " " + strings.ToLower(v.Value)
			if first := once[at]; first != 0 {
				wrong = append(wrong, complaint{v.Line, fmt.Sprintf("%s %q stands on line %d already", key, v.Value, first)})
			} else {
				once[at] = v.Line
			}
		}
		if list == "members" && valueOf(entry, "email") == nil && valueOf(entry, "slack") == nil {
			wrong = append(wrong, complaint{entry.Line, "a member needs an email or a slack id, so that we know who writes"})
		}
		if kind := valueOf(entry, "kind"); kind != nil && kind.Value == "pulse" && valueOf(entry, "set") == nil {
			wrong = append(wrong, complaint{entry.Line, "a pulse needs a set: baseline or impact"})
		}
	}
	return wrong
}

// valueOf is the value under a key of a mapping, or nil.
func valueOf(mapping *yaml.Node, key string) *yaml.Node {
	if mapping.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1]
		}
	}
	return nil
}
