package programme

import "time"

// NoticeKind says what a message that the bot starts is about.
type NoticeKind string

// The kinds of message the bot starts.
const (
	NoticeStep            NoticeKind = "change.step"      // something happened to a change; to its proposer, owner and supporters
	NoticeOwner           NoticeKind = "change.owner"     // somebody was made its owner; to them
	NoticePermission      NoticeKind = "change.ask"       // a change needs a yes; to each leader of the service
	NoticeFollowUp        NoticeKind = "change.still"     // is it still happening? to those who follow it
	NoticeHandOver        NoticeKind = "member.left"      // somebody left who looked after changes; to the champion
	NoticeHanded          NoticeKind = "member.handed"    // they were made the owner of what a leaver looked after; to them
	NoticeChoosing        NoticeKind = "choosing"         // a round is open; to the team's channel
	NoticeChosen          NoticeKind = "choosing.end"     // a round has closed; to the team's channel
	NoticePrompt          NoticeKind = "round.prompt"     // a reflection prompt; to one member
	NoticeDigest          NoticeKind = "round.digest"     // what a team shared; to its channel
	NoticeDetails         NoticeKind = "round.details"    // the same in whole; under the digest
	NoticeAsksStopped     NoticeKind = "round.stopped"    // the bot stops asking, after three questions without a word; to one member
	NoticeChampionsNote   NoticeKind = "champion.note"    // what to cheer and who needs help; to the champion
	NoticeNudgeReview     NoticeKind = "nudge.review"     // a review is due; to whoever looks after the change
	NoticeNudgeSilent     NoticeKind = "nudge.silent"     // no word of a change that is tried; to them too
	NoticeNudgeBlocked    NoticeKind = "nudge.blocked"    // something is in the way for long; to them too
	NoticeNudgePermission NoticeKind = "nudge.permission" // a yes is overdue; to each leader of the service
	NoticePulse           NoticeKind = "pulse.invite"     // a pulse is open; to one member
	NoticePulseResult     NoticeKind = "pulse.result"     // a pulse was released; to the team's channel
	NoticeCelebration     NoticeKind = "celebration"      // to the celebration channel
)

// Notice is something to tell somebody later. It holds facts, not words: the message is
// drawn when it is sent, from what is true then.
//
// A rule leaves the addressee open (Member and Channel zero) when storage knows it best: a
// step goes to those who follow the change and a request to the leaders of a service,
// Except the one who did it. NoticeHanded has the first line of history that it tells of
// as its subject.
type Notice struct {
	Key     string // one key is one message, for ever
	Council int64
	Kind    NoticeKind
	Subject int64  // the id of the change, round, pulse, celebration, follow-up or member
	Member  int64  // to this member's direct messages
	Channel string // or to this channel
	Except  int64
	Besides int64 // another who is not told: they hear of it in a message of their own
	Due     time.Time
	Posted  bool      // the message stands already, and is drawn again since what it says changed
	Until   time.Time // from then on it is worth nothing; zero when it stays worth something
	AtOnce  bool      // a person wants it sent now, whatever the hour and the week
}

// Delivery is how far a message has come. The row in the outbox is the truth about it.
type Delivery string

// The states of a delivery: who sets each, and what comes next.
const (
	Held    Delivery = "waiting" // for its member's attention; next: due, merged or dropped
	Rides   Delivery = "merged"  // goes out in the message of another parcel; the end
	Due     Delivery = "due"     // written with what happened; next: sending
	Sending Delivery = "sending" // set by the outbox before the call; next: sent, due again, unknown, dropped or dead
	Sent    Delivery = "sent"    // the platform said yes; the end
	Dropped Delivery = "dropped" // no longer true when its turn came; the end, with a reason
	Unknown Delivery = "unknown" // may have arrived and cannot be looked up; shown to a person, not repeated
	Dead    Delivery = "dead"    // cannot arrive (channel gone, person left); the end, with a reason
)

// Parcel is a notice in the outbox, with how far its delivery has come.
type Parcel struct {
	ID          int64
	Notice      Notice
	State       Delivery
	Attempts    int
	AttemptedAt time.Time // of the last call; zero before the first
	Reason      string
	Message     string // the platform's id of the sent message; with Due or Sending it is to be edited
}

// Outcome is what became of one claimed parcel.
type Outcome struct {
	ID      int64 // the parcel's
	State   Delivery
	Due     time.Time // Due: when to try again. Sending: not before when to look for it
	At      time.Time // when it was settled; zero when no call was made, so that no attempt counts
	Reason  string
	Message string // the platform's id of the sent message
}
