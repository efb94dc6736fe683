package bot

import (
	"fmt"
	"slices"
	"strings"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// updating is what an update form carries with it.
type updating struct {
	number, version int
	to              programme.State // the step that a button named; "" in the full form
	public          bool            // it was opened on a card which everybody sees
}

// aside ends the state of a form that was opened on a card which everybody sees: what comes
// of it is shown to the person alone, and the card stays.
const aside = " aside"

// readUpdating reads "12 3 trying aside".
func readUpdating(state string) (u updating, err error) {
	state, u.public = strings.CutSuffix(state, aside)
	if n, err := fmt.Sscanf(state, "%d %d %s", &u.number, &u.version, &u.to); n < 2 {
		return u, formGone(err)
	}
	return u, nil
}

// stepFor is the full form made into a short one for a step that a button named: only what
// that step needs, with what is known or likely filled in. It stays the full form when the
// step cannot be taken from here, since somebody else was first.
func (s scene) stepFor(full chat.Form, c programme.Change, to programme.State) chat.Form {
	if !slices.Contains(c.State.Next(), to) {
		return full
	}
	names := stepNames[to]
	f := chat.Form{
		ID: formUpdate, State: changeState(c) + " " + string(to),
		Title: names.verb + " " + c.Ref(), Send: names.button, Intro: full.Intro,
	}
	needs := c.StepNeeds(to)
	for _, field := range full.Fields {
		if slices.Contains(needs, field.ID) {
			field.Hint, field.Optional = stepHints[field.ID], false
			f.Fields = append(f.Fields, field)
		}
	}
	if words := stepWords(c, to); !words.Optional || len(f.Fields) == 0 { // a form asks something
		f.Fields = append(f.Fields, words)
	}
	return f.Filled(s.suggested(full, c, to))
}

// stepNames are a step as the title of its form says it, and as its buttons do. A title has
// room for few letters besides the reference.
var stepNames = map[programme.State]struct{ verb, button string }{
	programme.Idea:      {"Take up", "Make it an idea again"},
	programme.Chosen:    {"Choose", "Choose it"},
	programme.Trying:    {"Try", "Start trying"},
	programme.Reviewing: {"Review", "Review it"},
	programme.Kept:      {"Keep", "Keep it"},
	programme.Parked:    {"Park", "Park it"},
	programme.Stopped:   {"Stop", "Stop it"},
}

var stepHints = map[string]string{"impact": "What should get better, and for whom?"}

// stepWords asks what happened, as the step needs it said.
func stepWords(c programme.Change, to programme.State) chat.Field {
	f := chat.Field{ID: "words", Label: "What happened?", Hint: "If you like. The person who proposed it will see this.", Kind: chat.Paragraph, Max: programme.MaxWords, Optional: true}
	switch {
	case c.State == programme.Reviewing:
		f.Label, f.Hint, f.Optional = "What did you learn?", "One sentence is enough. The person who proposed it will see this.", false
	case to == programme.Parked || to == programme.Stopped:
		f.Label, f.Hint, f.Optional = "Why?", "The person who proposed it will see this.", false
	}
	return f
}

// suggested is what a step needs and nobody has said yet: the only strand there is, whoever
// takes the step, and a review in two weeks. All of it can be changed before it is sent.
func (s scene) suggested(f chat.Form, c programme.Change, to programme.State) chat.Values {
	v := chat.Values{}
	for _, field := range f.Fields {
		if field.ID == "strand" && len(field.Options) == 1 {
			v["strand"] = field.Options[0].Value
		}
	}
	if _, me := chosen(f, "owner", chat.Values{"owner": idValue(s.me.ID)}); to == programme.Trying && c.Owner.ID == 0 && me != "" {
		v["owner"] = idValue(s.me.ID) // unless the team is too large for all to be offered
	}
	if to == programme.Trying && c.ReviewOn < s.today() {
		v["review_on"] = string(s.today().Add(programme.ReplyWithin))
	}
	return v
}

// strandFirst refuses a step that needs a strand where there is none to choose: before
// somebody writes, and with the way to one.
func strandFirst(full chat.Form, c programme.Change, to programme.State) error {
	if !slices.Contains(c.State.Next(), to) || !slices.Contains(c.StepNeeds(to), "strand") || slices.ContainsFunc(full.Fields, func(f chat.Field) bool { return f.ID == "strand" }) {
		return nil
	}
	return fault.New(fault.Invalid, c.Team+" has no mission strand yet, and a small change that is chosen belongs to one. Your champion can add one: /smallchange setup")
}

// whole is a sent form as the full one would have sent it: what a short form does not ask
// stays as it is.
func whole(full chat.Form, u updating, sent chat.Values) chat.Values {
	if u.to == "" {
		return sent
	}
	all := chat.Values{}
	for _, field := range full.Fields {
		all[field.ID] = field.Value
	}
	all["to"] = string(u.to)
	for id, typed := range sent {
		all[id] = typed
	}
	return all
}
