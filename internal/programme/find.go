package programme

// ChangeFilter says which changes of a council are wanted; what is left zero does not narrow.
// They come the most useful first: what can be acted on before what is over, and of those
// the latest touched. With Words they come newest first.
type ChangeFilter struct {
	Team    int64   // of this team
	Member  int64   // that this member proposed, owns or supports
	Mine    int64   // that this member proposed or owns
	Owner   int64   // that this member owns
	States  []State // in any of these states
	Stuck   bool    // with something in the way, or late: an answer or a review before Today
	Waiting bool    // for a yes
	Service int64   // with Waiting: of the leaders of this service
	Due     Day     // being tried, with a review due on this day or before
	Today   Day     // with Stuck
	Words   string  // with all these words in title, why or learning; the last may be unfinished
	Any     bool    // with Words: with any of them
	After   string  // goes on after a page (ChangePage.Next)
	Limit   int     // at most this many; 0 is 20, the most is 10,000
}

// ChangePage is some of the changes that a filter finds.
type ChangePage struct {
	Changes []Change
	Next    string // for ChangeFilter.After; "" when these are the last
}

// ChangeCount is how many changes of a team stand in one state, under one strand.
type ChangeCount struct {
	TeamID       int64
	Team, Strand string // no strand is ""
	State        State
	Count        int
}

// Waits are how many changes wait for a yes of a service, and how many of them too long.
// They are counted by service and never by person (DOMAIN.md section 4, rule 6).
type Waits struct {
	Service          string
	Waiting, Overdue int
}
