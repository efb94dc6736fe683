package bot

import (
	"context"
	"strconv"
	"strings"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

const (
	formPick   = "change.pick"
	formUpdate = "change.update"
)

// update opens the form of the change named, or asks which one. A state after the
// reference is the step that the form opens on.
func (b *Bot) update(ctx context.Context, s scene) (chat.Reply, error) {
	if s.arg == "" {
		return b.pick(ctx, s)
	}
	ref, to, _ := strings.Cut(s.arg, " ")
	return b.openUpdate(ctx, s, ref, programme.State(to))
}

// updateHere opens the form from a card that everybody sees.
func (b *Bot) updateHere(ctx context.Context, s scene) (chat.Reply, error) {
	reply, err := b.update(ctx, s)
	if ask, ok := reply.(chat.Ask); ok {
		ask.Form.State += aside
		return ask, err
	}
	return reply, err
}

func (b *Bot) pick(ctx context.Context, s scene) (chat.Reply, error) {
	changes, err := b.store.Changes(ctx, s.me.CouncilID, programme.ChangeFilter{Team: s.team.ID, Limit: chat.MaxOptions})
	if err != nil {
		return nil, err
	}
	if len(changes) == 0 {
		return nil, fault.New(fault.Missing, s.team.Name+" has no small changes yet. Propose the first: /smallchange propose, then one line.")
	}
	return chat.Ask{Form: pickForm(changes)}, nil
}

func (b *Bot) sentPick(ctx context.Context, s scene) (chat.Reply, error) {
	return b.openUpdate(ctx, s, s.sent["ref"], "")
}

func (b *Bot) openUpdate(ctx context.Context, s scene, arg string, to programme.State) (chat.Reply, error) {
	number, ok := readRef(arg)
	if !ok {
		return nil, missingChange(arg)
	}
	f, c, err := b.updateForm(ctx, s, number)
	if err != nil {
		return nil, err
	}
	if err := c.MayUpdate(s.me); err != nil { // before they write, and not only after
		return nil, err
	}
	if err := strandFirst(f, c, to); err != nil {
		return nil, err
	}
	return chat.Ask{Form: s.stepFor(f, c, to)}, nil
}

// updateForm is the form filled with what is true of the change now.
func (b *Bot) updateForm(ctx context.Context, s scene, number int) (chat.Form, programme.Change, error) {
	c, _, err := b.store.Change(ctx, s.me.CouncilID, number)
	if err != nil {
		return chat.Form{}, c, err
	}
	team, err := b.store.Team(ctx, s.me.CouncilID, c.TeamID)
	if err != nil {
		return chat.Form{}, c, err
	}
	members, err := b.store.Members(ctx, s.me.CouncilID, c.TeamID)
	if err != nil {
		return chat.Form{}, c, err
	}
	return changeForm(c, team.Strands, members), c, nil
}

func (b *Bot) sentUpdate(ctx context.Context, s scene) (chat.Reply, error) {
	u, err := readUpdating(s.form)
	if err != nil {
		return nil, err
	}
	full, now, err := b.updateForm(ctx, s, u.number)
	if err != nil {
		return nil, err
	}
	f := s.stepFor(full, now, u.to)
	if u.public {
		f.State += aside
	}
	s.sent = whole(full, u, s.sent)
	edit, err := readEdit(full, s.sent, u.version)
	if err != nil {
		return again(f, s.sent, err)
	}
	c, err := b.store.EditChange(ctx, s.by(), u.number, func(c *programme.Change) (programme.History, []programme.Notice, error) {
		return c.Apply(edit, s.me, s.At)
	})
	if fault.Is(err, fault.Conflict) {
		return b.overtaken(ctx, s, f, now)
	}
	if err != nil {
		return again(f, s.sent, err)
	}
	shown := b.kept(ctx, s, entry{Change: c})
	if u.public {
		return chat.Tell(shown), nil
	}
	return shown, nil
}

// overtaken brings the form back when somebody else was first: with their news, and with
// every word that was typed.
func (b *Bot) overtaken(ctx context.Context, s scene, f chat.Form, c programme.Change) (chat.Reply, error) {
	_, history, err := b.store.Change(ctx, s.me.CouncilID, c.Number)
	if err != nil {
		return nil, err
	}
	news := "Somebody else updated " + c.Ref() + " while you were writing."
	if len(history) > 0 {
		last := history[len(history)-1]
		news = last.Who + " updated " + c.Ref() + " while you were writing. It is now " + c.State.Words() + "."
	}
	f = filled(f, s.sent)
	f.Intro = append([]chat.Node{chat.P(news + " Your words are still here. Check them, then send again.")}, f.Intro...)
	return chat.Ask{Form: f}, nil
}

// readEdit turns a sent form into an edit. Names of strand and owner come from the form's
// own options, so nothing that was not offered can be chosen.
func readEdit(f chat.Form, sent chat.Values, version int) (programme.Edit, error) {
	day, err := programme.ParseDay(sent["review_on"])
	if err != nil {
		return programme.Edit{}, fault.Field("review_on", "Write the day like 2026-12-07.")
	}
	reply, err := programme.ParseDay(sent["reply_by"])
	if err != nil {
		return programme.Edit{}, fault.Field("reply_by", "Write the day like 2026-12-07.")
	}
	strand, strandName := chosen(f, "strand", sent)
	owner, ownerName := chosen(f, "owner", sent)
	return programme.Edit{
		To: programme.State(sent["to"]), Strand: programme.Strand{ID: strand, Name: strandName},
		Impact: sent["impact"], Owner: programme.Who{ID: owner, Name: ownerName}, ReviewOn: day,
		Blocked: sent["blocked"], BlockedRole: sent["blocked_role"], ReplyBy: reply, Words: sent["words"], Version: version,
	}, nil
}

func chosen(f chat.Form, field string, sent chat.Values) (id int64, label string) {
	for _, have := range f.Fields {
		for _, o := range have.Options {
			if have.ID == field && o.Value == sent[field] {
				id, err := strconv.ParseInt(o.Value, 10, 64)
				if err == nil {
					return id, o.Label
				}
			}
		}
	}
	return 0, ""
}

func pickForm(changes []programme.Change) chat.Form {
	options := refOptions(changes)
	return chat.Form{
		ID: formPick, Title: "Update a small change", Send: "Next",
		Fields: []chat.Field{{ID: "ref", Label: "Which one?", Kind: chat.Choice, Options: options, Value: options[0].Value}},
	}
}

// refOptions offer changes by reference and title.
func refOptions(changes []programme.Change) []chat.Option {
	options := make([]chat.Option, len(changes))
	for i, c := range changes {
		options[i] = chat.Option{Value: c.Ref(), Label: shorten(c.Ref()+" "+c.Title, chat.MaxLabel)}
	}
	return options
}

// shorten is for labels of things that have a full name one tap away; the cut is shown.
func shorten(s string, most int) string {
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most-1]) + "…"
}

func changeForm(c programme.Change, strands []programme.Strand, members []programme.Member) chat.Form {
	fields := []chat.Field{{ID: "to", Label: "Step", Kind: chat.Choice, Options: steps(c.State), Value: string(c.State)}}
	ofTeam := make([]chat.Option, len(strands))
	for i, st := range strands {
		ofTeam[i] = chat.Option{Value: idValue(st.ID), Label: shorten(st.Name, chat.MaxLabel)}
	}
	owners := make([]chat.Option, len(members))
	for i, m := range members {
		owners[i] = chat.Option{Value: idValue(m.ID), Label: shorten(m.Name, chat.MaxLabel)}
	}
	if len(strands) == 0 && c.Strand.ID == 0 { // and no step that needs one can be taken
		fields[0].Hint = "The team has no mission strand yet. Your champion can add one: /smallchange setup"
	}
	fields = choice(fields, chat.Field{ID: "strand", Label: "Mission strand", Hint: "Needed from “chosen” on."}, ofTeam, c.Strand.ID, c.Strand.Name)
	fields = append(fields, chat.Field{ID: "impact", Label: "Intended impact", Hint: "What should get better, and for whom? Needed from “chosen” on.", Kind: chat.Line, Max: programme.MaxLine, Optional: true, Value: c.Impact})
	fields = choice(fields, chat.Field{ID: "owner", Label: "Who looks after it?", Hint: "Needed from “trying” on."}, owners, c.Owner.ID, c.Owner.Name)
	fields = append(fields,
		chat.Field{ID: "review_on", Label: "When will you look at it again?", Hint: "Needed from “trying” on.", Kind: chat.Day, Optional: true, Value: string(c.ReviewOn)},
		chat.Field{ID: "blocked", Label: "Is anything in the way?", Kind: chat.Line, Max: programme.MaxLine, Optional: true, Value: c.Blocked},
		chat.Field{ID: "blocked_role", Label: "Who could lift it?", Hint: "If something is in the way: a role, not a name. They have two weeks to reply.", Kind: chat.Line, Max: programme.MaxLine, Optional: true, Value: c.BlockedRole},
	)
	if c.Blocked != "" { // the rule chooses a day, and here it can be another
		fields = append(fields, chat.Field{ID: "reply_by", Label: "By when should they reply?", Kind: chat.Day, Optional: true, Value: string(c.ReplyBy)})
	}
	fields = append(fields,
		chat.Field{ID: "words", Label: "What happened?", Hint: "What you learned, or the reason for a no. Needed to keep, park or stop it. The person who proposed it will see this.", Kind: chat.Paragraph, Max: programme.MaxWords, Optional: true},
	)
	return chat.Form{
		ID: formUpdate, State: changeState(c), Title: "Update " + c.Ref(), Send: "Save",
		Intro:  []chat.Node{chat.Para{Text: chat.Text{chat.Bold(c.Title)}}},
		Fields: fields,
	}
}

// choice adds a field with options, unless there are none: no platform shows that.
func choice(fields []chat.Field, f chat.Field, options []chat.Option, now int64, name string) []chat.Field {
	f.Kind, f.Optional, f.Options, f.Value = chat.Choice, true, withPresent(options, now, name), idValue(now)
	if len(f.Options) == 0 {
		return fields
	}
	return append(fields, f)
}

// withPresent offers as many as fit, and what is true now among them, also when the team has
// it no more: a strand that ended or a person who left stays with the change until somebody
// chooses another.
func withPresent(options []chat.Option, id int64, name string) []chat.Option {
	value := idValue(id)
	options = options[:min(len(options), chat.MaxOptions)]
	if id == 0 || offers(options, value) {
		return options
	}
	return append(options[:min(len(options), chat.MaxOptions-1)], chat.Option{Value: value, Label: shorten(name, chat.MaxLabel)})
}

func steps(now programme.State) []chat.Option {
	options := []chat.Option{{Value: string(now), Label: "Stay at “" + string(now) + "”"}}
	for _, to := range now.Next() {
		label := "Move to “" + string(to) + "”"
		if now == programme.Reviewing && to == programme.Trying {
			label = "Adapt it: back to “trying”"
		}
		options = append(options, chat.Option{Value: string(to), Label: label})
	}
	return options
}

func idValue(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}

func updateButton(c programme.Change, label string) chat.Button {
	return chat.Button{ID: formUpdate, Label: label, Arg: c.Ref(), Opens: formUpdate, Spoken: label + ": " + c.Ref()}
}
