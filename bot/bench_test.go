package bot_test

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"smallchanges/bot"
	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
	"smallchanges/internal/store/storetest"
)

// many is a council with n changes: half of them Willow's, the others of n/100 teams of
// eight, each person's about a dozen.
func many(b *testing.B, n int) *bot.Bot {
	b.Helper()
	f := storetest.Open(b)
	file := storetest.File()
	big := programme.ServiceEntry{Name: "Everyone else"}
	for t := range n / 100 {
		team := programme.TeamEntry{Name: fmt.Sprintf("Team%d", t), Strands: []string{"Meetings"}}
		for m := range 8 {
			name := fmt.Sprintf("Member%d of%d", m, t)
			team.Members = append(team.Members, programme.MemberEntry{Name: name, Email: fmt.Sprintf("m%d.%d@northshire.example", t, m)})
		}
		big.Teams = append(big.Teams, team)
	}
	file.Services = append(file.Services, big)
	if _, err := f.Apply(b.Context(), file, storetest.Weekly, false); err != nil {
		b.Fatal(err)
	}
	entries := make([]programme.Entry, n)
	for i := range entries {
		entries[i] = programme.ReadEntry(i+2, aRow(i, n), f.Clock.Now())
	}
	if done, err := f.ImportChanges(b.Context(), programme.By{Council: f.Council, At: f.Clock.Now()}, entries, false); err != nil || len(done.Wrong) > 0 {
		b.Fatal(err, done.Wrong)
	}
	return bot.New(bot.Config{Store: f.Store, Now: f.Clock.Now, Log: slog.New(slog.DiscardHandler), Ballots: none{}})
}

// none is no ballot: no pulse is open.
type none struct{ bot.Ballots }

var (
	benchStates = []programme.State{programme.Idea, programme.Idea, programme.Kept, programme.Stopped, programme.Trying, programme.Parked}
	benchWords  = []string{"notes", "meetings", "visits", "forms", "interpreters", "vouchers", "inductions", "calendars", "reviews", "referrals"}
)

func aRow(i, n int) map[string]string {
	state := benchStates[i%len(benchStates)]
	row := map[string]string{
		"title": fmt.Sprintf("Shorter %s with %s, way %d", benchWords[i%len(benchWords)], benchWords[i/7%len(benchWords)], i),
		"why":   "It takes time from families", "state": string(state), "team": "Willow", "supporters": "3",
		"created_at": time.UnixMilli(1_700_000_000_000 + int64(i)*1000).UTC().Format(time.RFC3339),
	}
	if state != programme.Idea {
		row["learning"] = "It works when everybody joins in"
	}
	if i%50 == 0 {
		row["blocked"] = "A licence (Head of IT, by 2026-12-10)"
	}
	if i%2 == 1 {
		team := i / 2 % (n / 100)
		row["team"], row["proposer"] = fmt.Sprintf("Team%d", team), fmt.Sprintf("Member%d of%d", i/2/(n/100)%8, team)
	}
	return row
}

// BenchmarkRegister is what people wait for, in a council with 1,000 changes and in one with
// 100,000: how many times it stays under Slack's three seconds, and for pages of results how
// many times what it costs with 1,000.
func BenchmarkRegister(b *testing.B) {
	const deadline = 3 * time.Second
	cost := map[string]float64{}
	for _, n := range []int{1_000, 100_000} {
		talks := many(b, n)
		for _, ask := range []struct {
			name, who string
			did       chat.Act
		}{
			{"list team", "U0ANA0001", typed("list")},
			{"list council", "U0ANA0001", typed("list council")},
			{"list kept", "U0ANA0001", typed("list kept")},
			{"list next page", "U0ANA0001", chat.Press{Button: "change.list", Arg: fmt.Sprintf("council|4.%d.%d.%d", 1_700_000_000_000+int64(n)*500, n/2, n/2)}},
			{"list stuck", "U0ANA0001", typed("list stuck")},
			{"search, rare", "U0ANA0001", typed(fmt.Sprintf("list way %d", n/2))},
			{"search, common", "U0ANA0001", typed("list shorter")},
			{"search, two words", "U0ANA0001", typed("list forms vouchers")},
			{"show", "U0ANA0001", typed("show SC-500")},
			{"counts", "U0ANA0001", typed("list counts")},
			{"Home of a champion", "U0ANA0001", chat.HomeOpened{}},
			{"Home of a coordinator", "U0KIT0011", chat.HomeOpened{}},
			{"like ideas", "U0ANA0001", typed("propose Shorter visits with interpreters")},
		} {
			b.Run(fmt.Sprintf("%d/%s", n, ask.name), func(b *testing.B) {
				ev := chat.Event{Key: "k", At: storetest.Start, Actor: chat.Person{Workspace: storetest.Workspace, ID: ask.who}, Did: ask.did}
				for b.Loop() {
					talks.Handle(b.Context(), ev)
				}
				took := float64(b.Elapsed()) / float64(b.N)
				b.ReportMetric(float64(deadline)/took, "times-under-3s")
				if n == 1_000 {
					cost[ask.name] = took
				} else {
					b.ReportMetric(took/cost[ask.name], "times-1000")
				}
			})
		}
	}
}

func typed(words string) chat.Act {
	return chat.Command{Name: "smallchange", Words: chat.Words(words)}
}
