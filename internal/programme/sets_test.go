package programme

import (
	"strings"
	"testing"

	"smallchanges/internal/fault"
)

func TestBuiltInSets(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]int{BaselineSet: 5, ImpactSet: 7} {
		title, questions, ok := Set(name)
		if !ok || title == "" || len(questions) != want {
			t.Fatalf("%s: %q with %d questions, %v; want %d", name, title, len(questions), ok, want)
		}
		seen := map[string]bool{}
		for _, q := range questions {
			if seen[q.ID] || !questionID.MatchString(q.ID) {
				t.Errorf("%s: id %q is wrong or there twice", name, q.ID)
			}
			seen[q.ID] = true
			if words := len(strings.Fields(q.Text)); words >= 25 {
				t.Errorf("%s: %q has %d words", name, q.Text, words)
			}
			if q.Split < 1 || q.Width < 1 || q.Split+q.Width > len(q.Options) || q.Upper == "" || q.Lower == "" {
				t.Errorf("%s: %q does not make two groups", name, q.ID)
			}
		}
	}
	if _, _, ok := Set("mood"); ok {
		t.Error("a set nobody built in is there")
	}
}

func TestSetsAreNotShared(t *testing.T) {
	t.Parallel()
	_, mine, _ := Set(BaselineSet)
	mine[0].Options[0] = "changed"
	if _, fresh, _ := Set(BaselineSet); fresh[0].Options[0] == "changed" {
		t.Error("changing one pulse's questions changed the set")
	}
}

func TestParseSet(t *testing.T) {
	t.Parallel()
	name, title, questions, err := ParseSet([]byte(`
name: supervision
title: How supervision works for us
questions:
  - {kind: extent, text: "How far does supervision help you?"}
  - {id: next_steps, kind: agree, text: "I leave supervision knowing what comes next."}
  - {kind: choice, text: "How often do you have it?", options: [Weekly, Monthly, Less often], upper: [Weekly, Monthly]}
`))
	if err != nil {
		t.Fatal(err)
	}
	if name != "supervision" || title != "How supervision works for us" || len(questions) != 3 {
		t.Fatalf("got %q, %q, %d questions", name, title, len(questions))
	}
	if questions[0].ID != "q1" || questions[1].ID != "next_steps" {
		t.Errorf("ids are %q and %q", questions[0].ID, questions[1].ID)
	}
	q := questions[2]
	if q.Split != 0 || q.Width != 2 || q.Upper != "weekly or monthly" || q.Lower != "less often" {
		t.Errorf("groups of the choice: %+v", q)
	}
}

func TestParseSetSaysEverythingThatIsWrong(t *testing.T) {
	t.Parallel()
	_, _, _, err := ParseSet([]byte(`
name: Baseline!
questions:
  - {kind: mood, text: "How do you feel?"}
  - {kind: extent, text: ""}
  - {kind: extent, text: "How far?", options: [a, b]}
  - {kind: choice, text: "Which?", options: [one]}
  - {kind: choice, text: "Which?", options: [one, one, two], upper: [one]}
  - {kind: choice, text: "Which?", options: [one, two, three], upper: [one, three]}
  - {id: q9, kind: agree, text: "I am heard."}
  - {kind: agree, text: ` + strings.Repeat("word ", 25) + `}
  - {kind: agree, text: "I am heard again."}
  - {id: Bad id, kind: agree, text: "I am heard."}
`))
	if !fault.Is(err, fault.Invalid) {
		t.Fatalf("got %v", err)
	}
	for _, want := range []string{
		"name: use up to 40", "title: write", "Question 1: kind is \"mood\"", "Question 2: text has 0 words",
		"Question 3: only kind choice", "Question 4: there are 1 options", "Question 5: option \"one\" is there twice",
		"Question 6: upper must name options that stand together", "Question 8: text has 25 words",
		"Question 9: another question has the id q9", "Question 10: the id Bad id",
	} {
		if !strings.Contains(fault.Words(err), want) {
			t.Errorf("does not say %q in:\n%s", want, fault.Words(err))
		}
	}
}

func TestParseSetRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"nothing":        "",
		"unknown key":    "name: a\ntitle: b\nfree_text: yes\nquestions: [{kind: extent, text: How far}]",
		"built-in name":  "name: impact\ntitle: b\nquestions: [{kind: extent, text: How far}]",
		"no questions":   "name: a\ntitle: b",
		"thirteen":       "name: a\ntitle: b\nquestions: [" + strings.Repeat("{kind: extent, text: How far},", 13) + "]",
		"too large":      "name: a\n#" + strings.Repeat("x", 64<<10),
		"not yaml":       "\t: {",
		"upper is empty": "name: a\ntitle: b\nquestions: [{kind: choice, text: Which, options: [a, b]}]",
	}
	for name, file := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, _, _, err := ParseSet([]byte(file)); !fault.Is(err, fault.Invalid) || fault.Words(err) == "" {
				t.Errorf("got %v", err)
			}
		})
	}
}
