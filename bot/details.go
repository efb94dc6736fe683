package bot

import (
	"context"
	"strconv"
	"strings"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

const formDetails = "change.details"

func detailsForm(c programme.Change) chat.Form {
	f := chat.Form{
		ID: formDetails, State: changeState(c), Title: "Edit " + c.Ref(), Send: "Save",
		Fields: []chat.Field{
			{ID: "title", Label: "What would you change?", Kind: chat.Line, Max: programme.MaxTitle, Value: c.Title},
			{ID: "why", Label: "Why would it help?", Kind: chat.Paragraph, Max: programme.MaxWords, Optional: true, Value: c.Why},
			{ID: "barrier", Label: "What stops you today?", Kind: chat.Line, Max: programme.MaxLine, Optional: true, Value: c.Barrier},
		},
	}
	f.Fields = append(f.Fields, timeFields(c.Guess)...)
	return f
}

// timeFields ask for the time a change gives back: three numbers, or none.
func timeFields(t programme.TimeGiven) []chat.Field {
	field := func(id, label, hint string, n int) chat.Field {
		f := chat.Field{ID: id, Label: label, Hint: hint, Kind: chat.Line, Max: 6, Optional: true}
		if n > 0 {
			f.Value = strconv.Itoa(n)
		}
		return f
	}
	return []chat.Field{
		field("minutes_per_time", "Minutes it gives back each time", "A guess is fine. Reports show a range and how many people answered, never who.", t.Minutes),
		field("times_per_week", "Times a week", "", t.Times),
		field("people", "For how many people?", "", t.People),
	}
}

// readTime reads the three numbers of timeFields; what is no number is refused beside its field.
func readTime(sent chat.Values) (programme.TimeGiven, error) {
	wrong := map[string]string{}
	read := func(field string) int {
		typed := strings.TrimSpace(sent[field])
		n, err := strconv.Atoi(typed)
		if typed != "" && err != nil {
			wrong[field] = "Write a whole number, such as 10."
		}
		return n
	}
	t := programme.TimeGiven{Minutes: read("minutes_per_time"), Times: read("times_per_week"), People: read("people")}
	if len(wrong) > 0 {
		return t, &fault.Error{Kind: fault.Invalid, Say: "Some answers need another look.", Fields: wrong}
	}
	return t, nil
}

func (b *Bot) sentDetails(ctx context.Context, s scene) (chat.Reply, error) {
	f, now, version, err := b.formOf(ctx, s, detailsForm)
	if err != nil {
		return nil, err
	}
	guess, err := readTime(s.sent)
	if err != nil {
		return again(f, s.sent, err)
	}
	d := programme.Details{Title: s.sent["title"], Why: s.sent["why"], Barrier: s.sent["barrier"], Guess: guess, Version: version}
	c, err := b.store.EditChange(ctx, s.by(), now.Number, func(c *programme.Change) (programme.History, []programme.Notice, error) {
		return c.Reword(d, s.me, s.At)
	})
	return b.afterEdit(ctx, s, f, now, c, err)
}
