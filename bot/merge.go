package bot

import (
	"context"
	"fmt"

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
		number, ok := programme.ParseRef(s.arg)
		if !ok {
			return nil, missingChange(s.arg)
		}
		c, _, err := b.store.Change(ctx, s.me.CouncilID, number)
		if err != nil {
			return nil, err
		}
		if err := c.MayUpdate(s.me); err != nil { // before they write, and not only after
			return nil, err
		}
		return chat.Ask{Form: form(c)}, nil
	}
}

// formOf is a sent form as it was opened, with the change as it is now.
func (b *Bot) formOf(ctx context.Context, s scene, form func(programme.Change) chat.Form) (chat.Form, programme.Change, int, error) {
	var number, version int
	if _, err := fmt.Sscanf(s.form, "%d %d", &number, &version); err != nil {
		return chat.Form{}, programme.Change{}, 0, formGone(err)
	}
	c, _, err := b.store.Change(ctx, s.me.CouncilID, number)
	return form(c), c, version, err
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

func mergeForm(c programme.Change) chat.Form {
	return chat.Form{
		ID: formMerge, State: changeState(c), Title: "Merge " + c.Ref(), Send: "Merge",
		Intro: []chat.Node{
			chat.Para{Text: chat.Text{chat.Bold(c.Title)}},
			note("Its supporters, and whoever proposed it, support the other one from then on."),
		},
		Fields: []chat.Field{
			{ID: "into", Label: "Which one is it part of?", Hint: "Its number, such as SC-4. To find it, type /smallchange list.", Kind: chat.Line, Max: 12},
			endingWords(c, "Why are they the same?"),
		},
	}
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
	f, now, version, err := b.formOf(ctx, s, mergeForm)
	if err != nil {
		return nil, err
	}
	into, ok := programme.ParseRef(s.sent["into"])
	if !ok {
		return again(f, s.sent, fault.Field("into", "Write it like SC-4."))
	}
	c, err := b.store.Merge(ctx, s.by(), now.Number, into, programme.Ending{Words: s.sent["words"], Version: version})
	return b.afterEdit(ctx, s, f, now, c, err)
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
