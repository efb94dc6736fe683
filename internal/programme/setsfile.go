package programme

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"smallchanges/internal/fault"

	"go.yaml.in/yaml/v3"
)

// Limits of a council's own set. Screens show at most 10 options in sight, and a pulse may
// ask a person at most 12 questions a month (DOMAIN.md section 6).
const (
	maxSetBytes  = 64 << 10
	maxQuestions = 12
	maxOptions   = 10
	maxOption    = 75 // characters
	maxText      = 24 // words
)

var (
	setName    = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)
	unknownKey = regexp.MustCompile(`field (\S+) not found in type .*`)
	questionID = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)
)

// setFile is a council's own set as it is written.
type setFile struct {
	Name      string `yaml:"name"`
	Title     string `yaml:"title"`
	Questions []struct {
		ID      string   `yaml:"id"` // q1, q2, … when left out
		Kind    string   `yaml:"kind"`
		Text    string   `yaml:"text"`
		Options []string `yaml:"options"`
		Upper   []string `yaml:"upper"`
	} `yaml:"questions"`
}

// ParseSet reads a council's own questions:
//
//	name: supervision
//	title: How supervision works for us
//	questions:
//	  - {kind: extent, text: "How far does supervision help you?"}
//	  - {kind: agree, text: "I leave supervision knowing what comes next."}
//	  - {kind: choice, text: "How often do you have it?", options: [Weekly, Monthly, Less often], upper: [Weekly, Monthly]}
//
// The kinds are extent, agree and choice. A choice says which of its options, standing
// together, are the upper of the two groups that the release rule shows. There is no kind
// for free text. Everything that is wrong is refused together, question by question.
func ParseSet(file []byte) (name, title string, questions []Question, err error) {
	if len(file) > maxSetBytes {
		return "", "", nil, fault.New(fault.Invalid, "The file of questions is too large. Keep it under 64 KB.")
	}
	var set setFile
	decoder := yaml.NewDecoder(bytes.NewReader(file))
	decoder.KnownFields(true)
	if err := decoder.Decode(&set); err != nil && !errors.Is(err, io.EOF) {
		return "", "", nil, fault.Hide(fault.Invalid, err, "The file of questions cannot be read: "+readable(err))
	}
	set.Title = CleanLine(set.Title)
	wrong := set.problems()
	for i, q := range set.Questions {
		if q.ID == "" {
			q.ID = fmt.Sprintf("q%d", i+1)
		}
		question, problem := ask(q.ID, q.Kind, CleanLine(q.Text), q.Options, q.Upper)
		if problem == "" && slices.ContainsFunc(questions, func(other Question) bool { return other.ID == q.ID }) {
			problem = "another question has the id " + q.ID + " already; give each its own"
		}
		if problem != "" {
			wrong = append(wrong, fmt.Sprintf("Question %d: %s.", i+1, problem))
		}
		questions = append(questions, question)
	}
	if len(wrong) > 0 {
		return "", "", nil, fault.New(fault.Invalid, strings.Join(wrong, "\n"))
	}
	return set.Name, set.Title, questions, nil
}

// readable is the decoder's complaint without the names of our types.
func readable(err error) string {
	return unknownKey.ReplaceAllString(strings.TrimPrefix(err.Error(), "yaml: "), "there is no key $1 here")
}

// problems are what is wrong with the set as a whole.
func (s setFile) problems() []string {
	var wrong []string
	if !setName.MatchString(s.Name) {
		wrong = append(wrong, "name: use up to 40 small letters, digits and hyphens, such as supervision.")
	}
	if _, _, taken := Set(s.Name); taken {
		wrong = append(wrong, "name: "+s.Name+" is a built-in set. Choose another name.")
	}
	if s.Title == "" || tooLong(s.Title, MaxTitle) {
		wrong = append(wrong, "title: write one line of up to 150 characters.")
	}
	if n := len(s.Questions); n < 1 || n > maxQuestions {
		wrong = append(wrong, fmt.Sprintf("questions: there are %d. Ask between 1 and %d.", n, maxQuestions))
	}
	return wrong
}

// ask makes one question, or says what would be right.
func ask(id, kind, text string, options, upper []string) (q Question, problem string) {
	if !questionID.MatchString(id) {
		return q, "the id " + id + " must be up to 40 small letters, digits and underscores"
	}
	if words := len(strings.Fields(text)); words == 0 || words > maxText || tooLong(text, MaxLine) {
		return q, fmt.Sprintf("text has %d words; write between 1 and %d, and at most %d characters", words, maxText, MaxLine)
	}
	if kind != "choice" && len(options)+len(upper) > 0 {
		return q, "only kind choice has options and upper; leave them out"
	}
	switch kind {
	case "extent":
		return extent(id, text), ""
	case "agree":
		return agree(id, text), ""
	case "choice":
		return choice(id, text, options, upper)
	default:
		return q, fmt.Sprintf("kind is %q; use extent, agree or choice", kind)
	}
}

// choice is a question with options of its own. upper names those of the upper group.
func choice(id, text string, options, upper []string) (q Question, problem string) {
	options, upper = cleanLines(options), cleanLines(upper)
	if n := len(options); n < 2 || n > maxOptions {
		return q, fmt.Sprintf("there are %d options; give between 2 and %d", n, maxOptions)
	}
	for i, option := range options {
		switch {
		case option == "" || tooLong(option, maxOption):
			return q, fmt.Sprintf("option %d needs 1 to %d characters", i+1, maxOption)
		case slices.Contains(options[:i], option):
			return q, fmt.Sprintf("option %q is there twice", option)
		}
	}
	if len(upper) == 0 || len(upper) == len(options) {
		return q, "upper must name some of the options, but not all"
	}
	split := slices.Index(options, upper[0])
	if split < 0 || split+len(upper) > len(options) || !slices.Equal(options[split:split+len(upper)], upper) {
		return q, "upper must name options that stand together, in their order"
	}
	return Question{
		ID: id, Text: text, Options: options, Split: split, Width: len(upper),
		Upper: joined(upper), Lower: joined(slices.Concat(options[:split], options[split+len(upper):])),
	}, ""
}

func cleanLines(lines []string) []string {
	clean := make([]string, len(lines))
	for i, line := range lines {
		clean[i] = CleanLine(line)
	}
	return clean
}

// joined are options in one phrase: "weekly or monthly".
func joined(options []string) string {
	labels := make([]string, len(options))
	for i, option := range options {
		labels[i] = label(option)
	}
	return strings.Join(labels, " or ")
}
