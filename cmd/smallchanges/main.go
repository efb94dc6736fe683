// Command smallchanges is the Small Changes bot and the tools to run it.
//
// It knows how the parts fit together, the environment and the command line. It must hold
// no rule of the programme and no words of a conversation.
//
//	smallchanges apply council.yaml && smallchanges serve
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // zones on machines that have none

	"smallchanges/internal/fault"

	"github.com/alecthomas/kong"
)

// The exit codes of CONTRACT.md section 1.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// commands is the command line. Each command is in the file of its name.
type commands struct {
	Demo     demoCmd     `cmd:"" help:"Try everything in the browser, with no account. Example: smallchanges demo --open"`
	Serve    serveCmd    `cmd:"" help:"Run the bot, from the settings in the environment. Example: smallchanges serve"`
	Doctor   doctorCmd   `cmd:"" help:"Check settings, tokens, scopes, time zones, database, clock and connection. Example: smallchanges doctor"`
	Apply    applyCmd    `cmd:"" help:"Declare a council: services, teams, people, rhythm. Example: smallchanges apply council.yaml --dry-run"`
	Schedule scheduleCmd `cmd:"" help:"See and steer the clockwork. Example: smallchanges schedule list"`
	Pulse    pulseCmd    `cmd:"" help:"Open, close and read pulses. Example: smallchanges pulse results 4"`
	Import   importCmd   `cmd:"" help:"Bring what was kept elsewhere. Example: smallchanges import changes list.csv"`
	Export   exportCmd   `cmd:"" help:"Write out what the database holds, for spreadsheets and programs. Example: smallchanges export changes --format xlsx --out changes.xlsx"`
	Manifest manifestCmd `cmd:"" help:"Print the app manifest to paste into Slack. Example: smallchanges manifest slack"`
	Cards    cardsCmd    `cmd:"" help:"Print every card, form and Home page. Example: smallchanges cards --platform slack --out cards"`
	Backup   backupCmd   `cmd:"" help:"Copy the database while the bot runs. Open ballots are never in it. Example: smallchanges backup copy.db"`
	Restore  restoreCmd  `cmd:"" help:"Bring the database back from a backup. Example: smallchanges restore copy.db --force"`
	Check    checkCmd    `cmd:"" help:"Check the database. Example: smallchanges check"`
	Healthy  healthyCmd  `cmd:"" hidden:"" help:"Ask a bot on this machine whether it is up, as a container does. Example: smallchanges healthy"`
	Version  versionCmd  `cmd:"" help:"Print the version. Example: smallchanges version --json"`
}

// program is what a command works with besides its flags.
type program struct {
	ctx    context.Context
	out    io.Writer
	config config
	wrong  error // what cannot be used in config; only doctor runs in spite of it
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop() // Exit runs nothing that was deferred
	os.Exit(code)
}

// run is the whole program, as a test can call it.
func run(ctx context.Context, args []string, out, errs io.Writer) int {
	parser, err := kong.New(&commands{}, kong.Name("smallchanges"), kong.Writers(out, errs),
		kong.Description("Small changes that give children's social care teams time back."), kong.UsageOnError())
	if err != nil {
		fmt.Fprintln(errs, err)
		return exitFailed
	}
	chosen, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(errs, "%v. See what is possible with: smallchanges --help\n", err)
		return exitUsage
	}
	settings, err := readConfig()
	if err == nil || chosen.Command() == "doctor" {
		err = chosen.Run(&program{ctx: ctx, out: out, config: settings, wrong: err})
	}
	if err == nil {
		return exitDone
	}
	fmt.Fprintln(errs, words(err))
	if errors.Is(err, errUsage) || fault.Is(err, fault.Invalid) {
		return exitUsage
	}
	return exitFailed
}

var errUsage = errors.New("wrong usage")

// words are an error for the person at the command line, who is its operator too.
func words(err error) string {
	say := fault.Words(err)
	if say == "" || say == err.Error() {
		return err.Error()
	}
	return say + " (" + err.Error() + ")"
}
