package bot

import (
	"context"
	"strings"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

const formCelebrate = "celebrate"

// celebrate reads "@person … words" or "SC-12 words", or opens the form when nothing follows.
func (b *Bot) celebrate(ctx context.Context, s scene) (chat.Reply, error) {
	if strings.TrimSpace(s.text.String()) == "" {
		return chat.Ask{Form: celebrateForm()}, nil
	}
	people, words := leadingPeople(s.text)
	first, rest := words.Cut()
	ref := ""
	if _, ok := programme.ParseRef(first); ok && len(people) == 0 {
		ref, words = first, rest
	}
	return b.keepCelebration(ctx, s, chat.Values{
		"people": strings.Join(ids(people), " "), "ref": ref, "words": words.String(),
	})
}

// leadingPeople are the people named before the words, with any "and" or comma between them.
// People named inside the words are celebrated too, and stay in the words by name.
func leadingPeople(text chat.Text) (people []chat.Person, words chat.Text) {
	people = text.People()
	for i, s := range text {
		plain, ok := s.(chat.Plain)
		if ok && strings.Trim(strings.ReplaceAll(string(plain), "and", ""), " ,&") != "" {
			return people, text[i:]
		}
	}
	if len(people) == 0 {
		return nil, text
	}
	return people, nil
}

func ids(people []chat.Person) []string {
	out := make([]string, len(people))
	for i, p := range people {
		out[i] = p.ID
	}
	return out
}

func (b *Bot) openCelebrate(_ context.Context, s scene) (chat.Reply, error) {
	return chat.Ask{Form: celebrateForm().Filled(chat.Values{"ref": s.arg})}, nil
}

// celebrateMessage starts from somebody's message: its author and its words.
func (b *Bot) celebrateMessage(_ context.Context, s scene) (chat.Reply, error) {
	from, ok := s.Did.(chat.Shortcut)
	if !ok {
		return chat.Ask{Form: celebrateForm()}, nil
	}
	words, intro := broughtAlong(programme.CleanText(from.Words))
	f := celebrateForm().Filled(chat.Values{"people": from.Author.ID, "words": words})
	f.Intro = append(intro, f.Intro...)
	return chat.Ask{Form: f}, nil
}

func (b *Bot) sentCelebrate(ctx context.Context, s scene) (chat.Reply, error) {
	return b.keepCelebration(ctx, s, s.sent)
}

func (b *Bot) keepCelebration(ctx context.Context, s scene, typed chat.Values) (chat.Reply, error) {
	c, err := b.readCelebration(ctx, s, typed)
	if err != nil {
		return again(celebrateForm(), typed, err)
	}
	c.By, c.CouncilID, c.At = s.me.Ref(), s.me.CouncilID, s.At
	if _, err := b.store.Celebrate(ctx, s.by(), c); err != nil {
		return again(celebrateForm(), typed, err)
	}
	return chat.Tell{Card: celebratingCard()}, nil
}

func (b *Bot) readCelebration(ctx context.Context, s scene, typed chat.Values) (programme.Celebration, error) {
	accounts := strings.Fields(typed["people"])
	members, err := b.store.Colleagues(ctx, s.me.CouncilID, accounts)
	if err != nil {
		return programme.Celebration{}, err
	}
	if len(members) < len(accounts) {
		return programme.Celebration{}, fault.Field("people", "Somebody here is not in Small Changes yet. Leave them out, or ask your coordinator to add them.")
	}
	people := make([]programme.Who, len(members))
	for i, m := range members {
		people[i] = m.Ref()
	}
	number := 0
	if typed["ref"] != "" {
		var ok bool
		if number, ok = readRef(typed["ref"]); !ok {
			return programme.Celebration{}, fault.Field("ref", "Write it like SC-12.")
		}
		if _, _, err := b.store.Change(ctx, s.me.CouncilID, number); err != nil {
			return programme.Celebration{}, fault.Field("ref", "There is no "+programme.Ref(number)+" here. Check the number.")
		}
	}
	return programme.Celebrate(typed["words"], people, number)
}

func celebrateForm() chat.Form {
	return chat.Form{
		ID: formCelebrate, Title: "Celebrate", Send: "Celebrate",
		Intro: []chat.Node{note("It goes to the celebration channel, with your name. Celebrate colleagues, never families.")},
		Fields: []chat.Field{
			{ID: "people", Label: "Who?", Kind: chat.People, Optional: true},
			{ID: "ref", Label: "Which small change?", Hint: "If it is about one, write it like SC-12.", Kind: chat.Line, Max: 12, Optional: true},
			{ID: "words", Label: "What for?", Kind: chat.Paragraph, Max: programme.MaxWords},
		},
	}
}

func celebrateButton(ref string) chat.Button {
	return chat.Button{ID: formCelebrate, Label: "Celebrate", Arg: ref, Opens: formCelebrate}
}

func celebratingCard() chat.Card {
	return chat.Card{Kind: "celebration.kept", Title: "Thank you", Body: []chat.Node{
		chat.P("Your celebration is on its way to the celebration channel."),
	}}
}

func celebrationCard(c programme.Celebration, people []chat.Person, change *programme.Change) chat.Card {
	card := chat.Card{Kind: "celebration", Title: "Something to celebrate"}
	var named chat.Text
	for i, p := range people {
		if i > 0 {
			named = append(named, chat.Plain(", "))
		}
		named = append(named, mention(p))
	}
	if len(named) > 0 {
		card.Body = append(card.Body, chat.Para{Text: named})
	}
	card.Body = append(card.Body, chat.P(c.Words))
	if change != nil {
		card.Body = append(card.Body, changeRow(*change, "", showButton(*change)))
	}
	by := c.By.Name
	if by == "" {
		by = "a colleague"
	}
	card.Body = append(card.Body, note("From "+by+"."))
	return card
}

// mention names a person; one without a chat account is only named.
func mention(p chat.Person) chat.Span {
	if p.ID == "" {
		return chat.Plain(p.Name)
	}
	return chat.Mention{Person: p}
}
