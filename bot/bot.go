// Package bot is the conversations: what Small Changes says and does, the same on every
// platform. One file per talk.
//
// It knows the programme's rules, the vocabulary of chat, and its own ports to storage and
// ballots. It must not know any platform, send anything, or call a network: a talk returns
// a value that says what the person should see.
//
//	reply := b.Handle(ctx, chat.Event{Key: "e-1", Actor: ana, Did: chat.Command{Name: "smallchange", Words: chat.Words("propose Shorter forms")}})
//
// Why plain maps (November 2026): a command, button or form finds its talk in one of four
// maps, so go-to-definition always lands. The price is one line here for each new one.
package bot

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
)

// Config is what a bot is made of.
type Config struct {
	Store     Store
	Ballots   Ballots
	Directory Directory
	Picture   Picture
	Next      programme.Next           // the calendar, for a rhythm that is set up
	Read      programme.ReadTiming     // a rhythm that is typed
	Rhythm    func(cron string) string // a rhythm in words
	Now       func() time.Time
	Log       *slog.Logger
}

// Picture draws a grid as a PNG. What it shows is always said in words too.
type Picture func(programme.Grid) ([]byte, error)

// Bot holds the conversations. Make one with New; it is safe for use by many at once.
type Bot struct {
	store     Store
	ballots   Ballots
	directory Directory
	picture   Picture
	next      programme.Next
	read      programme.ReadTiming
	rhythm    func(cron string) string
	now       func() time.Time
	log       *slog.Logger
	strangers strangers

	words     map[string]talk // after /smallchange
	commands  map[string]talk
	presses   map[string]talk
	forms     map[string]talk
	shortcuts map[string]talk
}

// talk answers one kind of event.
type talk func(context.Context, scene) (chat.Reply, error)

// scene is one event with the person it came from.
type scene struct {
	chat.Event
	me   programme.Member
	team programme.Team
	arg  string      // of a button, or what follows a command's first word
	text chat.Text   // the same with its mentions, for a command
	sent chat.Values // of a form
	form string      // a form's state
}

// by is the person acting now, through this event.
func (s scene) by() programme.By {
	return programme.By{Council: s.me.CouncilID, Member: s.me, Key: s.Key, At: s.At}
}

// New is a bot. Its talks are all here, by the name that reaches them.
func New(c Config) *Bot {
	b := &Bot{store: c.Store, ballots: c.Ballots, directory: c.Directory, picture: c.Picture, next: c.Next, read: c.Read, rhythm: c.Rhythm, now: c.Now, log: c.Log}
	b.commands = map[string]talk{
		"smallchange": b.menu, "celebrate": b.celebrate, "reflect": b.reflect, "pulse": b.pulse,
	}
	b.words = map[string]talk{
		"": b.menu, "menu": b.menu, "help": b.help, "propose": b.propose, "update": b.update,
		"list": b.list, "find": b.list, "search": b.list, "show": b.show, "support": b.support, "choose": b.choose,
	}
	b.presses = map[string]talk{
		formPropose: b.openPropose, formUpdate: b.update, formCelebrate: b.openCelebrate,
		formReflect: b.openReflect, formPulse: b.pulse,
		pressList: b.list, pressList + ".mine": b.list, pressList + ".counts": b.list,
		pressShow: b.show, pressShare: b.share, pressMore: b.more, pressStory: b.story,
		pressSupport: b.support, pressSupportHere: b.supportHere, pressUnsupport: b.unsupport, pressAdopt: b.adopt, pressTakeOn: b.takeOn,
		formUpdate + ".next": b.update, pressChooseIdea: b.updateHere, formDetails: b.openDetails, formMerge: b.openMerge, formPassOn: b.opens(passOnForm), formEstimate: b.openEstimate,
		pressGate + "." + string(programme.Ours): b.passGate(programme.Ours), pressGate + "." + string(programme.National): b.passGate(programme.National),
		formAsk: b.ask, formAsk + "." + string(programme.Manager): b.ask, formAsk + "." + string(programme.OtherService): b.ask,
		pressDecide + ".yes": b.decide(programme.Yes), pressDecide + ".talk": b.decide(programme.Talk),
		formDecide: b.openDecide(""), formDecide + ".not": b.openDecide(programme.NotYet),
		formChoose: b.openChoose, formDots: b.openDots, formHandOver: b.openHandOver, pressStill + ".again": b.stillAgain,
		pressSkip: b.skip, pressHelp: b.help,
		pressSnooze: b.snoozeNudge, pressGoing: b.stillGoing, pressLifted: b.lifted, formStop: b.openStop, formLater: b.openLater, pressStopNotes: b.stopNotes, pressAskAgain: b.askAgain,
		pressReflections: b.reflections, pressOlder: b.reflections, pressExport: b.exportReflections,
		pressWithdraw: b.withdraw, pressWithdrawYes: b.withdrawYes, pressKeep: b.keep, pressLookBack: b.lookBack,
	}
	for _, back := range lookBacks {
		b.presses[pressLookBack+"."+back.id] = b.lookBack
	}
	for _, answer := range programme.Stills {
		b.presses[pressStill+"."+string(answer)] = b.still(answer)
	}
	b.forms = map[string]talk{
		formPropose: b.sentPropose, formPick: b.sentPick, formUpdate: b.sentUpdate,
		formCelebrate: b.sentCelebrate, formReflect: b.sentReflect, formPulse: b.sentPulse,
		formDetails: b.sentDetails, formMerge: b.sentMerge, formPassOn: b.sentPassOn, formAsk: b.sentAsk, formDecide: b.sentDecide,
		formEstimate: b.sentEstimate, formChoose: b.sentChoose, formDots: b.sentDots, formHandOver: b.sentHandOver,
		formStop: b.sentStop, formLater: b.sentLater,
	}
	b.setups()
	b.quiets()
	b.shortcuts = map[string]talk{"propose": b.openPropose, "turn": b.turn, "celebrate": b.celebrateMessage}
	return b
}

// Handle answers one event. When it returns, the event's effect is on disk; an event that
// was handled before has no second effect.
func (b *Bot) Handle(ctx context.Context, ev chat.Event) chat.Reply {
	if ev.At.IsZero() {
		ev.At = b.now()
	}
	reply, err := b.handle(ctx, ev)
	if err != nil {
		return b.explain(ev, err)
	}
	return reply
}

func (b *Bot) handle(ctx context.Context, ev chat.Event) (chat.Reply, error) {
	switch did := ev.Did.(type) {
	case chat.Left:
		return b.left(ctx, ev)
	case chat.Away:
		return b.away(ctx, ev, did)
	}
	s := scene{Event: ev}
	var err error
	if s.me, s.team, err = b.who(ctx, ev.Actor); err != nil {
		return nil, err
	}
	var find talk
	switch did := ev.Did.(type) {
	case chat.Command:
		find, s.text = b.command(did)
		s.arg = s.text.String()
	case chat.Press:
		find, s.arg = b.presses[did.Button], did.Arg
	case chat.Submit:
		find, s.sent, s.form = b.forms[did.Form], did.Values, did.State
	case chat.Shortcut:
		find, s.arg = b.shortcuts[did.Name], did.Words
	case chat.HomeOpened:
		find = b.home
	}
	if find == nil {
		find = b.help
	}
	reply, err := find(ctx, s)
	if err != nil {
		return nil, err
	}
	return b.keepTogether(ctx, s, reply), nil
}

// command finds the talk of a typed line and what follows the words that named it.
func (b *Bot) command(c chat.Command) (talk, chat.Text) {
	if c.Name != "smallchange" {
		return b.commands[c.Name], c.Words
	}
	first, rest := c.Words.Cut()
	find, ok := b.words[strings.ToLower(first)]
	if !ok {
		return b.help, c.Words
	}
	return find, rest
}

// readRef reads a reference where nothing else can stand, so "12" is SC-12 too.
func readRef(s string) (number int, ok bool) {
	if number, ok = programme.ParseRef(s); ok {
		return number, ok
	}
	return programme.ParseRef("SC-" + strings.TrimSpace(s))
}

// who finds the member behind an account. A person who writes for the first time is found
// by e-mail: the only look outside the database. Who is nobody's member is not looked up
// again for a while.
func (b *Bot) who(ctx context.Context, p chat.Person) (programme.Member, programme.Team, error) {
	m, t, err := b.store.Member(ctx, p.Workspace, p.ID)
	if !fault.Is(err, fault.Missing) || b.directory == nil {
		return m, t, err
	}
	if b.strangers.known(p, b.now()) {
		return m, t, err
	}
	email, lookErr := b.directory.Email(ctx, p)
	if lookErr != nil {
		return m, t, err
	}
	if email != "" {
		m, t, err = b.store.LinkAccount(ctx, p.Workspace, p.ID, email)
	}
	if fault.Is(err, fault.Missing) {
		b.strangers.note(p, b.now())
	}
	return m, t, err
}
