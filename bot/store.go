package bot

import (
	"context"
	"time"

	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
)

// Store is what the talks need of storage. Every method is told whose council it works in,
// and each that writes does so in one transaction with the event's key.
type Store interface {
	setupStore
	quietStore

	Member(ctx context.Context, workspace, account string) (programme.Member, programme.Team, error)
	LinkAccount(ctx context.Context, workspace, account, email string) (programme.Member, programme.Team, error)
	MemberByID(ctx context.Context, council, member int64) (programme.Member, error)
	Colleagues(ctx context.Context, council int64, accounts []string) ([]programme.Member, error)
	Members(ctx context.Context, council, team int64) ([]programme.Member, error)
	Team(ctx context.Context, council, team int64) (programme.Team, error)
	Council(ctx context.Context, council int64) (programme.Council, error)

	Leaders(ctx context.Context, council, service int64) ([]programme.Member, error)
	Services(ctx context.Context, council int64) ([]programme.Service, error)
	Barriers(ctx context.Context, council, team int64) ([]programme.Barrier, error)

	Fresh(ctx context.Context, by programme.By) error
	Propose(ctx context.Context, by programme.By, c programme.Change, then ...programme.Rule) (programme.Change, error)
	Candidates(ctx context.Context, council int64, title, why string) ([]programme.Change, error)
	EditChange(ctx context.Context, by programme.By, number int, edit programme.Rule) (programme.Change, error)
	Merge(ctx context.Context, by programme.By, number, into int, e programme.Ending) (programme.Change, error)
	Adopt(ctx context.Context, by programme.By, number int) (programme.Change, error)
	Support(ctx context.Context, by programme.By, number int, on bool) (programme.Change, error)
	Supports(ctx context.Context, council, member int64, number int) (bool, error)
	Change(ctx context.Context, council int64, number int) (programme.Change, []programme.History, error)
	ChangeByID(ctx context.Context, council, id int64) (programme.Change, error)
	Changes(ctx context.Context, council int64, f programme.ChangeFilter) ([]programme.Change, error)
	ChangePage(ctx context.Context, council int64, f programme.ChangeFilter) (programme.ChangePage, error)
	ChangeCounts(ctx context.Context, council, team int64) ([]programme.ChangeCount, error)
	Waits(ctx context.Context, council int64, today programme.Day) ([]programme.Waits, error)
	LastTold(ctx context.Context, council, change, member int64) (time.Time, error)

	FollowUp(ctx context.Context, council, id int64) (programme.FollowUp, error)
	OpenFollowUps(ctx context.Context, council, member int64, since time.Time) ([]programme.FollowUp, error)
	FollowUpAnswer(ctx context.Context, council, followUp, member int64) (programme.Still, error)
	SnoozeFollowUp(ctx context.Context, by programme.By, followUp int64) error
	AnswerFollowUp(ctx context.Context, by programme.By, followUp int64, answer programme.Still) error
	Stills(ctx context.Context, council, change int64) (map[int]map[programme.Still]int, error)
	Estimate(ctx context.Context, by programme.By, ref int, t programme.TimeGiven) (programme.Change, error)
	TimeGivenBack(ctx context.Context, council, team int64) (programme.TimeTotal, error)
	TimeGiven(ctx context.Context, c programme.Change) (programme.TimeRange, error)

	OpenChoosing(ctx context.Context, by programme.By, c programme.Choosing) (programme.Choosing, error)
	Choosing(ctx context.Context, council, id int64) (programme.Choosing, error)
	LastChoosing(ctx context.Context, council, team int64) (programme.Choosing, error)
	PlaceDots(ctx context.Context, by programme.By, choosing int64, dots []programme.Dot) error
	Dots(ctx context.Context, council, choosing, member int64) ([]programme.Dot, error)

	Leave(ctx context.Context, by programme.By) error
	Hint(ctx context.Context, council, member int64, until time.Time) error
	Leavers(ctx context.Context, council int64) ([]programme.Leaver, error)
	HandOver(ctx context.Context, by programme.By, h programme.HandOver) ([]programme.Change, error)
	Handed(ctx context.Context, council, line, member int64) ([]programme.Change, error)

	Riding(ctx context.Context, council, member int64, key string) ([]programme.Notice, error)
	Together(ctx context.Context, council, member int64, message string) ([]programme.Notice, error)
	Nudge(ctx context.Context, council, member, id int64) (programme.Nudge, error)
	SnoozeNudge(ctx context.Context, by programme.By, id int64) (programme.Nudge, error)
	StopNudges(ctx context.Context, by programme.By, kind programme.NoticeKind, change int64) error
	Stopped(ctx context.Context, council, member int64, kind programme.NoticeKind, change int64) (bool, error)
	Unheeded(ctx context.Context, council, team int64, today programme.Day) ([]programme.Change, error)

	HomeOpened(ctx context.Context, m programme.Member, shown string, now time.Time) error

	OpenRoundOf(ctx context.Context, council, team int64, now time.Time) (programme.Round, error)
	Round(ctx context.Context, council, id int64) (programme.Round, error)
	Reflect(ctx context.Context, by programme.By, r programme.Reflection) (programme.Reflection, error)
	Reflection(ctx context.Context, council, round, member int64) (programme.Reflection, error)
	SharedReflections(ctx context.Context, council, round int64) ([]programme.Reflection, error)
	Withdraw(ctx context.Context, by programme.By, reflection int64) error
	OwnReflection(ctx context.Context, council, member, id int64) (programme.Reflection, error)
	LastReflection(ctx context.Context, council, member, round int64) (programme.Reflection, error)
	MyReflections(ctx context.Context, council, member, before int64, limit int) ([]programme.Reflection, error)
	TeamReflections(ctx context.Context, council, team int64, since time.Time, skip, limit int) ([]programme.Reflection, error)
	TeamShared(ctx context.Context, council, team int64, since time.Time) (questions, answers int, err error)
	Digest(ctx context.Context, council, round int64) (programme.Digest, error)

	Pulse(ctx context.Context, council, id int64) (programme.Pulse, error)
	OpenPulseOf(ctx context.Context, council, team int64, now time.Time) (programme.Pulse, error)
	LastPulse(ctx context.Context, council, team int64) (programme.Pulse, error)

	Celebrate(ctx context.Context, by programme.By, c programme.Celebration) (programme.Celebration, error)
	Celebration(ctx context.Context, council, id int64) (programme.Celebration, error)
}

// Ballots takes replies to open pulses. It never tells what somebody replied.
type Ballots interface {
	Cast(ctx context.Context, pulse, member int64, reply programme.Reply) error
	Replied(ctx context.Context, pulse, member int64) (bool, error)
}

// Directory knows the people of a platform. Email and ByEmail fail with fault.Missing when there
// is nobody. Members and Profiles leave out bots, closed accounts and people of other workspaces.
type Directory interface {
	Email(ctx context.Context, p chat.Person) (string, error)
	ByEmail(ctx context.Context, workspace, email string) (chat.Person, error)
	Members(ctx context.Context, place chat.Place) ([]chat.Profile, error)
	Profiles(ctx context.Context, workspace string, ids []string) ([]chat.Profile, error)
}
