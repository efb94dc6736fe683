package bot

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
)

// explain turns an error into words for the person, and into one log line without content.
// This is the only place where either is made.
func (b *Bot) explain(ev chat.Event, err error) chat.Reply {
	kind := fault.Of(err)
	words := fault.Words(err)
	switch {
	case kind == fault.Repeated:
		return chat.Done{}
	case errors.Is(err, context.DeadlineExceeded):
		b.log.Error("an event took too long", "workspace", ev.Actor.Workspace, "error", err)
		words = "We are very busy just now. Please try again in a moment."
	case kind == fault.Broken, words == "":
		ref := ev.Reference()
		b.log.Error("an event failed", "reference", ref, "workspace", ev.Actor.Workspace, "kind", kind.String(), "error", err)
		words = "That did not work on our side. Please try again. If it happens again, tell your coordinator this reference: " + ref + "."
	default:
		b.log.Info("an event was refused", "kind", kind.String(), "workspace", ev.Actor.Workspace)
	}
	switch ev.Did.(type) {
	case chat.Left, chat.Away: // nobody asked, so there is nobody to tell
		return chat.Done{}
	}
	if form := (unsent{}); errors.As(err, &form) {
		return chat.Ask{Form: form.Form, Problems: form.Beside(map[string]string{"": words})}
	}
	card := chat.Card{Kind: "refused", Body: append([]chat.Node{chat.P(words)}, typedIn(ev)...)}
	if _, home := ev.Did.(chat.HomeOpened); home {
		card.Title = "Small Changes"
		return chat.Home{Card: card}
	}
	return chat.Tell{Card: card}
}

// typedIn are the sentences of a form that could not even be shown again, to be copied.
func typedIn(ev chat.Event) []chat.Node {
	sent, ok := ev.Did.(chat.Submit)
	if !ok {
		return nil
	}
	var nodes []chat.Node
	for _, field := range slices.Sorted(maps.Keys(sent.Values)) {
		if words := sent.Values[field]; strings.Contains(strings.TrimSpace(words), " ") { // what was chosen has none
			nodes = append(nodes, chat.Whole(words)...)
		}
	}
	if len(nodes) == 0 || len(nodes) > chat.MaxNodes-2 {
		return nil
	}
	return append([]chat.Node{chat.P("This is what you wrote:")}, nodes...)
}

// formGone is said when a form comes back that nobody was given like this: it is too old.
func formGone(cause error) error {
	return fault.Hide(fault.Invalid, cause, "That form is too old. Please open it again.")
}

// unsent is a form that could not be taken, through no mistake in a field of it.
type unsent struct {
	chat.Form
	cause error
}

func (u unsent) Error() string { return u.cause.Error() }
func (u unsent) Unwrap() error { return u.cause }

// again shows a refused form with every typed word and the problems beside their fields.
// Any other error goes on to explain, with the form, so that no typed word is lost.
func again(f chat.Form, typed chat.Values, err error) (chat.Reply, error) {
	problems := fault.Fields(err)
	if problems == nil {
		return nil, unsent{filled(f, typed), err}
	}
	return chat.Ask{Form: filled(f, typed), Problems: f.Beside(problems)}, nil
}

// filled is a form with what was typed. A choice that is offered no more, since somebody
// left or was first, gives way to what the form opens on: no platform shows one that is not
// among the options.
func filled(f chat.Form, typed chat.Values) chat.Form {
	opens := f.Fields
	f = f.Filled(typed)
	for i, field := range f.Fields {
		switch {
		case field.Kind == chat.Several:
			ticked := slices.DeleteFunc(strings.Fields(field.Value), func(value string) bool { return !offers(field.Options, value) })
			f.Fields[i].Value = strings.Join(ticked, " ")
		case len(field.Options) > 0 && field.Value != "" && !offers(field.Options, field.Value):
			f.Fields[i].Value = opens[i].Value
		}
	}
	return f
}

func offers(options []chat.Option, value string) bool {
	return slices.ContainsFunc(options, func(o chat.Option) bool { return o.Value == value })
}
