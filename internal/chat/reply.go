package chat

// Reply is what the person should now see. A handler returns it; it never sends.
type Reply interface{ reply() }

type (
	// Tell is for the actor's eyes only. A file of its card goes into their direct messages
	// when the answer itself cannot carry it.
	Tell struct{ Card Card }
	// Say is for everyone in the place.
	Say struct{ Card Card }
	// Replace turns the card the event came from into this one.
	Replace struct{ Card Card }
	// Ask opens a form, or shows a refused one again with problems beside its fields.
	// A refused form carries every typed word in its fields' Value.
	Ask struct {
		Form     Form
		Problems map[string]string // by field id
	}
	// Home is the person's own page.
	Home struct{ Card Card }
	// Done needs nothing more to be seen.
	Done struct{}
)

func (Tell) reply()    {}
func (Say) reply()     {}
func (Replace) reply() {}
func (Ask) reply()     {}
func (Home) reply()    {}
func (Done) reply()    {}

// Room is what the origin of one event leaves room for. The adapter fills it in.
type Room struct {
	Form    bool // a form can be opened now
	Whisper bool // a private answer can be shown in place
	Edit    bool // the card the event came from can be replaced
	Post    bool // a message for everyone can be posted in place
}

// Settle turns a reply into one that its origin has room for. All degrading of
// replies lives here, so that no talk needs to know where it was started:
// a Replace without a card and a Say without a place become a Tell, and a Tell
// that cannot be whispered becomes a form that is only read. A card with a File is
// for one person, so a Replace or Say of one becomes a Tell wherever it is.
func Settle(r Reply, room Room) Reply {
	switch v := r.(type) {
	case Replace:
		if _, private := FileOf(v.Card.Body); private || !room.Edit {
			return Settle(Tell(v), room)
		}
	case Say:
		if _, private := FileOf(v.Card.Body); private || !room.Post {
			return Settle(Tell(v), room)
		}
	case Tell:
		if !room.Whisper && room.Form {
			return Ask{Form: reading(v.Card)}
		}
	case nil:
		return Done{}
	}
	return r
}

// reading is a form without fields: a card shown in a dialog, to be read and closed.
func reading(c Card) Form {
	return Form{ID: ReadOnly, Title: "Small Changes", Intro: c.Nodes()}
}

// ReadOnly is the id of a form that has nothing to send.
const ReadOnly = "read"
