package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

const (
	formMerge  = "change.merge"
	formPassOn = "change.pass-on"
)

// opens is a talk that opens a form about the change that the button names, for those who
// may change it.
func (b *Bot) opens(form func(programme.Change) chat.Form) talk {
	return func(ctx context.Context, s scene) (chat.Reply, error) {
		c, err := b.named(ctx, s)
		if err != nil {
			return nil, err
		}
		return chat.Ask{Form: form(c)}, nil
	}
}

// named is the change that a button names, for those who may change it: the others hear so
// before they write, and not only after.
func (b *Bot) named(ctx context.Context, s scene) (programme.Change, error) {
	number, ok := programme.ParseRef(s.arg)
	if !ok {
		return programme.Change{}, missingChange(s.arg)
	}
	c, _, err := b.store.Change(ctx, s.me.CouncilID, number)
	if err != nil {
		return c, err
	}
	return c, c.MayUpdate(s.me)
}

// formOf is a sent form as it was opened, with the change as it is now.
func (b *Bot) formOf(ctx context.Context, s scene, form func(programme.Change) chat.Form) (chat.Form, programme.Change, int, error) {
	c, version, err := b.sentOf(ctx, s)
	if err != nil {
		return chat.Form{}, c, 0, err
	}
	return form(c), c, version, nil
}

// sentOf is the change that a sent form is about, as it is now, and its version then.
func (b *Bot) sentOf(ctx context.Context, s scene) (c programme.Change, version int, err error) {
	var number int
	if _, err := fmt.Sscanf(s.form, "%d %d", &number, &version); err != nil {
		return c, 0, formGone(err)
	}
	c, _, err = b.store.Change(ctx, s.me.CouncilID, number)
	return c, version, err
}

// afterEdit is what a person sees once their form was taken, or was not.
func (b *Bot) afterEdit(ctx context.Context, s scene, f chat.Form, now, edited programme.Change, err error) (chat.Reply, error) {
	if fault.Is(err, fault.Conflict) {
		return b.overtaken(ctx, s, f, now)
	}
	if err != nil {
		return again(f, s.sent, err)
	}
	return b.kept(ctx, s, entry{Change: edited}), nil
}

func changeState(c programme.Change) string { return fmt.Sprintf("%d %d", c.Number, c.Version) }

// openMerge opens the form that merges a change into another.
func (b *Bot) openMerge(ctx context.Context, s scene) (chat.Reply, error) {
	c, err := b.named(ctx, s)
	if err != nil {
		return nil, err
	}
	others, err := b.mergeable(ctx, c)
	return chat.Ask{Form: mergeForm(c, others)}, err
}

// mergeable are the changes that another is likely to be part of: those like it, from the
// whole council, and then its team's.
func (b *Bot) mergeable(ctx context.Context, c programme.Change) ([]programme.Change, error) {
	near, err := b.store.Candidates(ctx, c.CouncilID, c.Title, c.Why)
	if err != nil {
		return nil, err
	}
	team, err := b.store.Changes(ctx, c.CouncilID, programme.ChangeFilter{Team: c.TeamID, Limit: chat.MaxOptions})
	if err != nil {
		return nil, err
	}
	cannot := func(other programme.Change) bool { return other.ID == c.ID || !other.TakesIn() }
	list := programme.Alike(c.Title, c.Why, slices.DeleteFunc(near, cannot))
	for _, other := range slices.DeleteFunc(team, cannot) {
		if !slices.ContainsFunc(list, func(have programme.Change) bool { return have.ID == other.ID }) {
			list = append(list, other)
		}
	}
	return list[:min(len(list), chat.MaxOptions)], nil
}

// mergeForm offers some changes in a list, and any other by its number.
func mergeForm(c programme.Change, others []programme.Change) chat.Form {
	f := chat.Form{
		ID: formMerge, State: changeState(c), Title: "Merge " + c.Ref(), Send: "Merge",
		Intro: []chat.Node{
			chat.Para{Text: chat.Text{chat.Bold(c.Title)}},
			note("Its supporters, and whoever proposed it, support the other one from then on."),
		},
	}
	number := chat.Field{ID: "into", Label: "Or another, by its number", Hint: "Such as SC-4. To find it, type /smallchange list.", Kind: chat.Line, Max: 12, Optional: true}
	if len(others) > 0 {
		f.Fields = append(f.Fields, chat.Field{ID: "one", Label: "Which one is it part of?", Kind: chat.Choice, Options: refOptions(others), Optional: true})
	} else {
		number.Label, number.Optional = "Which one is it part of?", false
	}
	f.Fields = append(f.Fields, number, endingWords(c, "Why are they the same?"))
	return f
}

// endingWords is the field for what somebody says of a change that goes on elsewhere.
func endingWords(c programme.Change, label string) chat.Field {
	f := chat.Field{ID: "words", Label: label, Kind: chat.Paragraph, Max: programme.MaxWords, Optional: true}
	if c.State == programme.Reviewing {
		f.Label, f.Optional = "What did you learn?", false
	}
	return f
}

func (b *Bot) sentMerge(ctx context.Context, s scene) (chat.Reply, error) {
	now, version, err := b.sentOf(ctx, s)
	if err != nil {
		return nil, err
	}
	others, err := b.mergeable(ctx, now)
	if err != nil {
		return nil, err
	}
	f := mergeForm(now, others)
	into, field, err := readInto(s.sent)
	if err != nil {
		return again(f, s.sent, err)
	}
	c, err := b.store.Merge(ctx, s.by(), now.Number, into, programme.Ending{Words: s.sent["words"], Version: version})
	if say := fault.Fields(err)["into"]; say != "" { // beside where they said it
		err = fault.Field(field, say)
	}
	return b.afterEdit(ctx, s, f, now, c, err)
}

// readInto is the number that was typed or, when none was, that of the one that was chosen;
// and the field that said so.
func readInto(sent chat.Values) (number int, field string, err error) {
	field, say := "into", "Write it like SC-4."
	if strings.TrimSpace(sent[field]) == "" {
		field, say = "one", "Choose the one it is part of, or write its number."
	}
	number, ok := readRef(sent[field])
	if !ok {
		return 0, field, fault.Field(field, say)
	}
	return number, field, nil
}

func passOnForm(c programme.Change) chat.Form {
	reach := "council"
	if c.Scope == programme.National {
		reach = "national"
	}
	return chat.Form{
		ID: formPassOn, State: changeState(c), Title: "Pass on " + c.Ref(), Send: "Pass on",
		Intro: []chat.Node{
			chat.Para{Text: chat.Text{chat.Bold(c.Title)}},
			note("It is kept for the blueprint as a systemic barrier, with thanks. It can become an idea again."),
		},
		Fields: []chat.Field{
			{ID: "reach", Label: "Who would have to change?", Kind: chat.Pick, Value: reach, Options: []chat.Option{
				{Value: "council", Label: "The council, or its partners"}, {Value: "national", Label: "National law or guidance"},
			}},
			endingWords(c, "What stops you?"),
		},
	}
}

func (b *Bot) sentPassOn(ctx context.Context, s scene) (chat.Reply, error) {
	f, now, version, err := b.formOf(ctx, s, passOnForm)
	if err != nil {
		return nil, err
	}
	ending := programme.Ending{Words: s.sent["words"], Version: version}
	c, err := b.store.EditChange(ctx, s.by(), now.Number, func(c *programme.Change) (programme.History, []programme.Notice, error) {
		return c.PassOn(s.sent["reach"] == "national", ending, s.me, s.At)
	})
	return b.afterEdit(ctx, s, f, now, c, err)
}
