package bot

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// Draw makes the message of a notice, from what is true now, and says where it goes.
// fault.Stale means it is no longer true and should be dropped; fault.Missing that there is
// nobody and nowhere to send it to.
func (b *Bot) Draw(ctx context.Context, n programme.Notice) (chat.Place, chat.Card, error) {
	if n.Member != 0 {
		return b.drawForMember(ctx, n)
	}
	council, err := b.store.Council(ctx, n.Council)
	if err != nil {
		return chat.Place{}, chat.Card{}, err
	}
	at := chat.Place{Workspace: council.Workspace, ID: n.Channel}
	var card chat.Card
	if n.Kind == programme.NoticeDetails {
		at.Thread, card, err = b.drawDetails(ctx, n)
	} else {
		card, err = b.drawForChannel(ctx, n)
	}
	if err != nil {
		return chat.Place{}, chat.Card{}, err
	}
	return placed(at, card)
}

func (b *Bot) drawForMember(ctx context.Context, n programme.Notice) (chat.Place, chat.Card, error) {
	m, err := b.store.MemberByID(ctx, n.Council, n.Member)
	if err != nil {
		return chat.Place{}, chat.Card{}, err
	}
	team, err := b.store.Team(ctx, n.Council, m.TeamID)
	if err != nil {
		return chat.Place{}, chat.Card{}, err
	}
	draw := b.drawOne
	if n.Kind.Worth() > 0 {
		draw = b.drawTogether
	}
	card, err := draw(ctx, n, m, team)
	if err != nil {
		return chat.Place{}, chat.Card{}, err
	}
	if m.Account, err = b.account(ctx, m); err != nil {
		return chat.Place{}, chat.Card{}, err
	}
	return placed(chat.Place{Workspace: m.Account.Workspace, ID: m.Account.ID, Direct: true}, card)
}

// drawOne makes the message of one notice for a member.
func (b *Bot) drawOne(ctx context.Context, n programme.Notice, m programme.Member, team programme.Team) (chat.Card, error) {
	switch n.Kind {
	case programme.NoticeStep:
		return b.drawStep(ctx, n, m)
	case programme.NoticeOwner:
		return b.drawOwner(ctx, n, m)
	case programme.NoticeHandOver:
		return b.drawHandOver(ctx, n, m, team)
	case programme.NoticeHanded:
		return b.drawHanded(ctx, n, m)
	case programme.NoticePermission:
		return b.drawRequest(ctx, n, m, team)
	case programme.NoticeFollowUp:
		return b.drawFollowUp(ctx, n, m)
	case programme.NoticePrompt:
		return b.drawPrompt(ctx, n, m, team)
	case programme.NoticePulse:
		return b.drawInvite(ctx, n, team)
	case programme.NoticeAsksStopped:
		return b.drawStopped(m, team)
	case programme.NoticeChampionsNote:
		return b.drawNote(ctx, n, m)
	}
	if n.Kind.Nudged() {
		return b.drawNudge(ctx, n, m, team)
	}
	return chat.Card{}, fmt.Errorf("no drawing of a %s for a member", n.Kind)
}

// account is where a member is reached. Somebody whom the council file knows by e-mail only,
// and who has never written, is looked up on the platform, once.
func (b *Bot) account(ctx context.Context, m programme.Member) (programme.Address, error) {
	if m.Account.ID != "" || m.Email == "" || b.directory == nil {
		return m.Account, nil
	}
	council, err := b.store.Council(ctx, m.CouncilID)
	if err != nil {
		return m.Account, err
	}
	p, err := b.directory.ByEmail(ctx, council.Workspace, m.Email)
	if err != nil {
		return m.Account, err
	}
	m, _, err = b.store.LinkAccount(ctx, council.Workspace, p.ID, m.Email)
	return m.Account, err
}

func placed(at chat.Place, card chat.Card) (chat.Place, chat.Card, error) {
	if at.Workspace == "" || at.ID == "" {
		return at, card, fault.New(fault.Missing, "there is no chat account or channel to send this to")
	}
	return at, card, nil
}

func (b *Bot) drawStep(ctx context.Context, n programme.Notice, m programme.Member) (chat.Card, error) {
	c, err := b.store.ChangeByID(ctx, n.Council, n.Subject)
	if err != nil {
		return chat.Card{}, err
	}
	_, history, err := b.store.Change(ctx, n.Council, c.Number)
	if err != nil {
		return chat.Card{}, err
	}
	told, err := b.store.LastTold(ctx, n.Council, c.ID, n.Member)
	if err != nil {
		return chat.Card{}, err
	}
	supports, err := b.store.Supports(ctx, n.Council, m.ID, c.Number)
	return stepCard(c, news(history, told), reasons(c, m, supports)), err
}

// reasons are why a member hears of a change, each after "you".
func reasons(c programme.Change, m programme.Member, supports bool) []string {
	var list []string
	add := func(is bool, reason string) {
		if is {
			list = append(list, reason)
		}
	}
	add(c.Proposer.ID == m.ID, "proposed it")
	add(c.Owner.ID == m.ID, "look after it")
	add(c.Permission.Asker == m.ID, "asked for a yes")
	add(supports, "support it")
	add(len(list) == 0, "followed it") // and have stopped since
	return list
}

// inASentence are some words as people list them: "one, two and three".
func inASentence(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// drawOwner tells somebody that a change is theirs to look after, if it still is.
func (b *Bot) drawOwner(ctx context.Context, n programme.Notice, m programme.Member) (chat.Card, error) {
	c, err := b.store.ChangeByID(ctx, n.Council, n.Subject)
	if err == nil && c.Owner.ID != m.ID {
		err = fault.New(fault.Stale, "somebody else looks after it now")
	}
	return ownerCard(c), err
}

// drawRequest asks a leader for a yes, unless it has its answer or is needed no more.
func (b *Bot) drawRequest(ctx context.Context, n programme.Notice, m programme.Member, team programme.Team) (chat.Card, error) {
	c, err := b.store.ChangeByID(ctx, n.Council, n.Subject)
	if err != nil {
		return chat.Card{}, err
	}
	if c.Permission.Answer != programme.AskedFor || c.Permission.Service.ID != team.Service.ID {
		return chat.Card{}, fault.New(fault.Stale, "it waits for this yes no more")
	}
	_, history, err := b.store.Change(ctx, n.Council, c.Number)
	return requestCard(c, history, m), err
}

// drawFollowUp comes back to a change that is kept still, unless the member has answered or
// follows it no more.
func (b *Bot) drawFollowUp(ctx context.Context, n programme.Notice, m programme.Member) (chat.Card, error) {
	f, err := b.store.FollowUp(ctx, n.Council, n.Subject)
	if err != nil {
		return chat.Card{}, err
	}
	c, err := b.store.ChangeByID(ctx, n.Council, f.ChangeID)
	if err != nil {
		return chat.Card{}, err
	}
	if f.Ended || c.State != programme.Kept {
		return chat.Card{}, fault.New(fault.Stale, "it was taken up again, or asked of again")
	}
	if follows, err := b.follows(ctx, m, c); err != nil || !follows {
		return chat.Card{}, stale(err, "they follow it no more")
	}
	if _, err := b.store.FollowUpAnswer(ctx, n.Council, f.ID, m.ID); !fault.Is(err, fault.Missing) {
		return chat.Card{}, stale(err, "already answered")
	}
	if stopped, err := b.store.Stopped(ctx, n.Council, m.ID, n.Kind, c.ID); err != nil || stopped {
		return chat.Card{}, stale(err, "they do not want to be asked of it")
	}
	return followUpCard(c, f), nil
}

func (b *Bot) drawPrompt(ctx context.Context, n programme.Notice, m programme.Member, team programme.Team) (chat.Card, error) {
	round, err := b.store.Round(ctx, n.Council, n.Subject)
	if err != nil {
		return chat.Card{}, err
	}
	switch {
	case !round.Open(b.now()), round.Cut:
		return chat.Card{}, fault.New(fault.Stale, "the question has closed")
	case round.TeamID != team.ID:
		return chat.Card{}, fault.New(fault.Stale, "they are in another team now")
	case !m.IsAsked():
		return chat.Card{}, fault.New(fault.Stale, "they do not want to be asked")
	}
	if _, err := b.store.Reflection(ctx, n.Council, round.ID, m.ID); !fault.Is(err, fault.Missing) {
		return chat.Card{}, stale(err, "already answered")
	}
	return promptCard(round, team), nil
}

func (b *Bot) drawInvite(ctx context.Context, n programme.Notice, team programme.Team) (chat.Card, error) {
	p, err := b.store.Pulse(ctx, n.Council, n.Subject)
	if err != nil {
		return chat.Card{}, err
	}
	if !p.Open(b.now()) {
		return chat.Card{}, fault.New(fault.Stale, "the pulse has closed")
	}
	replied, err := b.ballots.Replied(ctx, p.ID, n.Member)
	if err != nil || replied {
		return chat.Card{}, stale(err, "already replied")
	}
	return inviteCard(p, team), nil
}

// stale is the reason to drop a message, unless something went wrong while finding out.
func stale(err error, why string) error {
	if err != nil {
		return err
	}
	return fault.New(fault.Stale, why)
}

func (b *Bot) drawForChannel(ctx context.Context, n programme.Notice) (chat.Card, error) {
	switch n.Kind {
	case programme.NoticeDigest:
		return b.drawDigest(ctx, n)
	case programme.NoticePulseResult:
		p, err := b.store.Pulse(ctx, n.Council, n.Subject)
		return resultCard(p), err
	case programme.NoticeCelebration:
		return b.drawCelebration(ctx, n)
	case programme.NoticeChoosing:
		return b.drawChoosing(ctx, n)
	case programme.NoticeChosen:
		return b.drawChosen(ctx, n)
	default:
		return chat.Card{}, fmt.Errorf("no drawing of a %s for a channel", n.Kind)
	}
}

func (b *Bot) drawChoosing(ctx context.Context, n programme.Notice) (chat.Card, error) {
	round, err := b.store.Choosing(ctx, n.Council, n.Subject)
	if err != nil {
		return chat.Card{}, err
	}
	if !round.Open(b.now()) {
		return chat.Card{}, fault.New(fault.Stale, "the round has closed")
	}
	team, err := b.store.Team(ctx, n.Council, round.TeamID)
	return choosingCard(round, team), err
}

func (b *Bot) drawChosen(ctx context.Context, n programme.Notice) (chat.Card, error) {
	round, err := b.store.Choosing(ctx, n.Council, n.Subject)
	if err != nil {
		return chat.Card{}, err
	}
	team, err := b.store.Team(ctx, n.Council, round.TeamID)
	if err != nil {
		return chat.Card{}, err
	}
	return b.chosen(ctx, n.Council, round, team)
}

// chosen is the card of a round's result, with its picture.
func (b *Bot) chosen(ctx context.Context, council int64, round programme.Choosing, team programme.Team) (chat.Card, error) {
	working, err := b.store.Changes(ctx, council, programme.ChangeFilter{Team: team.ID, States: programme.Working, Limit: 100})
	if err != nil {
		return chat.Card{}, err
	}
	picture, err := b.picture(round.Grid)
	return chosenCard(round, team, len(working), picture), err
}

func (b *Bot) drawCelebration(ctx context.Context, n programme.Notice) (chat.Card, error) {
	c, err := b.store.Celebration(ctx, n.Council, n.Subject)
	if err != nil {
		return chat.Card{}, err
	}
	var people []chat.Person
	for _, who := range c.People {
		m, err := b.store.MemberByID(ctx, n.Council, who.ID)
		if fault.Is(err, fault.Missing) { // they have left, and are thanked all the same
			people = append(people, chat.Person{Name: cmp.Or(who.Name, "A colleague")})
			continue
		}
		if err != nil {
			return chat.Card{}, err
		}
		people = append(people, chat.Person{Workspace: m.Account.Workspace, ID: m.Account.ID, Name: m.Name})
	}
	if c.Change == 0 {
		return celebrationCard(c, people, nil), nil
	}
	change, _, err := b.store.Change(ctx, n.Council, c.Change)
	if err != nil {
		return chat.Card{}, err
	}
	return celebrationCard(c, people, &change), nil
}
