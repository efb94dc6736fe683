package programme_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"smallchanges/internal/fault"
	"smallchanges/internal/programme"

	"pgregory.net/rapid"
)

func TestPromptsDoNotReturnForTwentyRounds(t *testing.T) {
	t.Parallel()
	bank := programme.Prompts()
	themes := map[string]string{}
	for _, p := range bank {
		themes[p.ID] = p.Theme
	}
	var asked []string // the latest first
	for round := range 200 {
		next := programme.NextPrompt(bank, asked)
		if slices.Contains(asked[:min(20, len(asked))], next.ID) {
			t.Fatalf("round %d asks %s again", round, next.ID)
		}
		if round > 0 && themes[asked[0]] == next.Theme {
			t.Fatalf("round %d has the theme %s again", round, next.Theme)
		}
		asked = append([]string{next.ID}, asked...)
	}
	slices.Sort(asked)
	if got := len(slices.Compact(asked)); got < len(bank)/2+1 {
		t.Errorf("200 rounds used only %d prompts", got)
	}
}

func TestNextPromptOfAnyBank(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(1, 45).Draw(t, "size")
		bank := make([]programme.Prompt, size)
		for i := range bank {
			bank[i] = programme.Prompt{ID: string(rune('A' + i)), Theme: rapid.SampledFrom([]string{"one", "two", "three"}).Draw(t, "theme")}
		}
		ids := []string{"gone"}
		for _, p := range bank {
			ids = append(ids, p.ID)
		}
		asked := rapid.Permutation(ids).Draw(t, "asked")[:rapid.IntRange(0, size).Draw(t, "rounds")]
		next := programme.NextPrompt(bank, asked)
		if i := slices.Index(asked, next.ID); i >= 0 && i < min(20, size-1) {
			t.Fatalf("%s was asked %d rounds ago, of %d prompts", next.ID, i+1, size)
		}
	})
}

func TestPromptShare(t *testing.T) {
	t.Parallel()
	if got := (programme.Prompt{ShareDefault: "private"}).Share(); got != programme.SharePrivate {
		t.Errorf("a private prompt starts on %s", got)
	}
	if got := (programme.Prompt{ShareDefault: "team"}).Share(); got != programme.ShareNamed {
		t.Errorf("a team's prompt starts on %s", got)
	}
}

func TestReflect(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		words string
		share programme.Share
		wrong []string
	}{
		"good":            {" Fewer forms. ", programme.ShareUnnamed, nil},
		"long enough":     {strings.Repeat("é", programme.MaxWords), programme.SharePrivate, nil},
		"no words":        {" \n\t\x00", programme.ShareNamed, []string{"words"}},
		"too long":        {strings.Repeat("é", programme.MaxWords+1), programme.ShareNamed, []string{"words"}},
		"no such share":   {"Fewer forms.", "everybody", []string{"share"}},
		"nothing at all":  {"", "", []string{"words", "share"}},
		"hidden controls": {"\u202e", programme.ShareNamed, []string{"words"}},
	} {
		_, err := programme.Reflect(test.words, test.share)
		if (err == nil) != (test.wrong == nil) || len(fault.Fields(err)) != len(test.wrong) {
			t.Errorf("%s: %v, %v", name, err, fault.Fields(err))
		}
		for _, field := range test.wrong {
			if fault.Fields(err)[field] == "" {
				t.Errorf("%s says nothing beside %s", name, field)
			}
		}
	}
}

func TestInstant(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ zone, wall, want string }{
		{"Europe/London", "2026-12-03T09:00", "2026-12-03T09:00"},
		{"Europe/London", "2027-03-28T01:30", "2027-03-28T01:30"}, // never comes: 02:30 in summer time
		{"Europe/London", "2027-10-31T01:30", "2027-10-31T00:30"}, // comes twice: the first
		{"America/New_York", "2026-03-08T02:30", "2026-03-08T07:30"},
		{"America/New_York", "2026-11-01T01:30", "2026-11-01T05:30"},
		{"Pacific/Apia", "2011-12-30T09:00", "2011-12-30T19:00"}, // a day that never came
	} {
		wall, err := time.Parse("2006-01-02T15:04", test.wall)
		if err != nil {
			t.Fatal(err)
		}
		got := programme.Instant(wall, programme.Zone(test.zone)).UTC().Format("2006-01-02T15:04")
		if got != test.want {
			t.Errorf("%s in %s is %s, want %s UTC", test.wall, test.zone, got, test.want)
		}
	}
}
