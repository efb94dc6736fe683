package programme

import "slices"

// Names of the built-in sets of questions.
const (
	BaselineSet = "baseline" // how things are; asked again later as the follow-up
	ImpactSet   = "impact"   // what small changes did
)

const cantSay = "Can't say"

// Set is a built-in set of questions, those of DOMAIN.md section 6. ok is false for any
// other name. The questions are the caller's own: changing them changes no other pulse.
func Set(name string) (title string, questions []Question, ok bool) {
	switch name {
	case BaselineSet:
		return "How things are in our team", baseline(), true
	case ImpactSet:
		return "What our small changes did", impact(), true
	default:
		return "", nil, false
	}
}

func baseline() []Question {
	return []Question{
		extent("satisfaction", "How far are you satisfied with your job?"),
		extent("teamwork", "How far does your team work well together to help families?"),
		extent("bring_change", "How far can you bring about change?"),
		extent("valued", "How far do you feel valued in your role?"),
		shareOfWeek("direct_share", "How much of your working time last week was direct work with children and families?"),
	}
}

func impact() []Question {
	const effect = "How far have small changes had a positive effect on "
	return []Question{
		extent("satisfaction", effect+"your job satisfaction?"),
		extent("teamwork", effect+"how well you work as a team?"),
		extent("bring_change", effect+"your ability to bring about change?"),
		extent("valued", effect+"how valued you feel?"),
		extent("own_direct", effect+"your own time in direct work?"),
		extent("team_direct", effect+"your team's time in direct work?"),
		extent("harder", "Has any small change made your work harder?"),
	}
}

// extent is a question on the scale of the published evaluations.
func extent(id, text string) Question {
	return Question{
		ID: id, Text: text,
		Options: []string{"Not at all", "Small extent", "Moderate extent", "Large extent", cantSay},
		Split:   2, Width: 2,
		Upper: "moderate or large extent", Lower: "small, none or can't say",
	}
}

// agree is a statement to agree or disagree with.
func agree(id, text string) Question {
	return Question{
		ID: id, Text: text,
		Options: []string{"Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree", cantSay},
		Split:   3, Width: 2,
		Upper: "agree or strongly agree", Lower: "neither, disagree or can't say",
	}
}

// shareOfWeek is a share of last week's working time in bands of ten points.
//
// The upper group starts at 20%, which is about what social workers in England report
// (DOMAIN.md section 1). Near that figure a team's answers fall on both sides, so a change
// can be seen. A line at half of the week would show "0 or 1 of 8" before and after.
func shareOfWeek(id, text string) Question {
	return Question{
		ID: id, Text: text,
		Options: []string{
			"0–9%", "10–19%", "20–29%", "30–39%", "40–49%",
			"50–59%", "60–69%", "70–79%", "80–89%", "90–100%", cantSay,
		},
		Split: 2, Width: 8,
		Upper: "20% of the week or more", Lower: "less than 20%, or can't say",
	}
}

// inUpper reports whether an option, by its index, is of the upper group.
func (q Question) inUpper(option int) bool {
	return option >= q.Split && option < q.Split+q.Width
}

// topDown are the options' indexes from the top of the scale down. What stands after the
// upper group, such as "Can't say", comes last, so that each group is a run of neighbours.
func (q Question) topDown() []int {
	var scale, rest []int
	for i := range q.Options {
		if i < q.Split+q.Width {
			scale = append(scale, i)
		} else {
			rest = append(rest, i)
		}
	}
	slices.Reverse(scale)
	return append(scale, rest...)
}
