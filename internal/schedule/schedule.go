// Package schedule says which slots of a schedule are due, and opens and closes rounds and
// pulses when they are.
//
// It knows cron expressions and how people say them, zones, both clock changes, bank holidays,
// working days, and how late is too late. It must not know what a message says, how it is sent,
// or how anything is stored: those come in through Store and Ballots.
//
//	slots, err := schedule.Preview("0 9 * * THU", "Europe/London", time.Now(), 5)
//
// Why wall-clock arithmetic (November 2026): robfig/cron reads expressions well, but given
// a zone it leaves out 01:30 in spring, runs it twice in autumn, and panics on some input.
// So it only ever walks in UTC, where no clock changes, over what the clock on the wall
// would show; programme.Instant then finds the instant. A slot is known by its schedule
// and its wall time, for ever, so no process opens it a second time.
package schedule
