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

// openDetails opens the form of what a change says.
func (b *Bot) openDetails(ctx context.Context, s scene) (chat.Reply, error) {
	return b.opens(s.detailsForm)(ctx, s)
}

// detailsForm has the guess of the time given back for whoever proposed the change alone.
// For anybody else these fields are empty: what they write is an estimate of their own.
func (s scene) detailsForm(c programme.Change) chat.Form {
	f := chat.Form{
		ID: formDetails, State: changeState(c), Title: "Edit " + c.Ref(), Send: "Save",
		Fields: []chat.Field{
			{ID: "title", Label: "What would you change?", Kind: chat.Line, Max: programme.MaxTitle, Value: c.Title},
			{ID: "why", Label: "Why would it help?", Kind: chat.Paragraph, Max: programme.MaxWords, Optional: true, Value: c.Why},
			{ID: "barrier", Label: "What stops you today?", Kind: chat.Line, Max: programme.MaxLine, Optional: true, Value: c.Barrier},
		},
	}
	guess := programme.TimeGiven{}
	if c.Proposer.ID == s.me.ID {
		guess = c.Guess
	}
	f.Fields = append(f.Fields, timeFields(guess)...)
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
	return t, fault.Wrong(wrong)
}

func (b *Bot) sentDetails(ctx context.Context, s scene) (chat.Reply, error) {
	f, now, version, err := b.formOf(ctx, s, s.detailsForm)
	if err != nil {
		return nil, err
	}
	given, err := readTime(s.sent)
	if err != nil {
		return again(f, s.sent, err)
	}
	d := programme.Details{Title: s.sent["title"], Why: s.sent["why"], Barrier: s.sent["barrier"], Guess: given, Version: version}
	if now.Proposer.ID != s.me.ID {
		d.Guess = now.Guess
		// unless other words come with it, no line of the past says whose estimate it is
		if err := b.ownEstimate(ctx, s, now.Number, given); err != nil {
			return again(f, s.sent, err)
		}
	}
	c, err := b.store.EditChange(ctx, s.by(), now.Number, func(c *programme.Change) (programme.History, []programme.Notice, error) {
		return c.Reword(d, s.me, s.At)
	})
	return b.afterEdit(ctx, s, f, now, c, err)
}

// ownEstimate keeps what somebody thinks a change gives back, when they said so, before the
// edit that it came with. The edit has the event's key: an event that comes again because
// the program ended in between keeps the same estimate once more.
func (b *Bot) ownEstimate(ctx context.Context, s scene, number int, given programme.TimeGiven) error {
	if given == (programme.TimeGiven{}) {
		return nil
	}
	by := s.by()
	if err := b.store.Fresh(ctx, by); err != nil {
		return err
	}
	by.Key = ""
	_, err := b.store.Estimate(ctx, by, number, given)
	return err
}
