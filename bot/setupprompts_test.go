package bot_test

import (
	"strconv"
	"strings"
	"testing"

	"smallchanges/internal/chat"
	"smallchanges/internal/programme"
)

// place is a place among Willow's prompts, as buttons carry it.
func (s *setter) place(prompt string) string { return s.willow() + " 1 " + prompt + " - -" }

// What nobody was offered is not done, whatever is sent.
func TestPromptsTakeNothingThatWasNotOffered(t *testing.T) {
	t.Parallel()
	s := newSetter(t, nil)
	form, values := s.opens("ana", "setup.prompt", s.place("-"))
	values["text"] = "What made you smile?"
	for _, button := range []string{"setup.prompts", "setup.prompt", "setup.prompt.off", "setup.prompt.remove", "setup.back"} {
		for name, arg := range map[string]string{"ines": s.place("rel-01"), "ben": s.place("rel-01"), "ana": "", "kit": "0 1 rel-01 - -", "ela": s.willow() + " x rel-01 - -"} {
			if _, refused := s.does(name, chat.Press{Button: button, Arg: arg}).(chat.Tell); !refused {
				t.Errorf("%s is not refused %s of %q", name, button, arg)
			}
		}
	}
	for name, state := range map[string]string{"ines": form.State, "grace": form.State, "ana": "", "kit": "0 1 - - -"} {
		if _, refused := s.does(name, chat.Submit{Form: form.ID, State: state, Values: values}).(chat.Tell); !refused {
			t.Errorf("%s is not refused the form of %q", name, state)
		}
	}
	for _, id := range []string{"rel-99", "own-1", "-"} {
		if tell, ok := s.does("ana", chat.Press{Button: "setup.prompt.off", Arg: s.place(id)}).(chat.Tell); !ok || !strings.Contains(tell.Card.Plain(), "not here any more") {
			t.Errorf("switching %s", id)
		}
	}
	if bank, err := s.Bank(t.Context(), s.Council, s.Team("Willow").ID); err != nil || len(bank) != 40 {
		t.Errorf("%d prompts, %v", len(bank), err)
	}
}

func TestTheLastEightPromptsStayOn(t *testing.T) {
	t.Parallel()
	s := newSetter(t, nil)
	for i, p := range programme.Prompts() {
		reply := s.does("ana", chat.Press{Button: "setup.prompt.off", Arg: s.place(p.ID)})
		if _, done := reply.(chat.Replace); done != (i < 40-programme.LeastPrompts) {
			t.Fatalf("prompt %d: %#v", i, reply)
		}
	}
}

// TestATeamWithManyPrompts shows every page of the fullest bank there can be.
func TestATeamWithManyPrompts(t *testing.T) {
	t.Parallel()
	s := newSetter(t, nil)
	letters := []rune("abcdefghijklmnopqrstuvwxyz")
	for i := range programme.MostOwnPrompts + 1 {
		form, values := s.opens("ana", "setup.prompt", s.place("-"))
		values["text"] = "What made you smile " + string(letters[i/26]) + string(letters[i%26]) + "?"
		_, added := s.does("ana", chat.Submit{Form: form.ID, State: form.State, Values: values}).(chat.Replace)
		if added != (i < programme.MostOwnPrompts) {
			t.Fatalf("prompt %d: %v", i, added)
		}
	}
	seen := 0
	for page := 1; page <= 4; page++ {
		shown, ok := s.does("ana", chat.Press{Button: "setup.prompts", Arg: s.willow() + " " + strconv.Itoa(page) + " - - -"}).(chat.Replace)
		if problems := chat.CheckCard(shown.Card); !ok || problems != nil {
			t.Errorf("page %d: %v", page, problems)
		}
		seen += strings.Count(shown.Card.Plain(), "[Switch off]") + strings.Count(shown.Card.Plain(), "[Change]")
	}
	if seen != 40+programme.MostOwnPrompts {
		t.Errorf("%d prompts are shown", seen)
	}
}

// The council’s own addresses pass; others are stopped, with whatever else is wrong.
func TestAPromptMayNameTheCouncilsAddress(t *testing.T) {
	t.Parallel()
	s := newSetter(t, nil)
	for text, stopped := range map[string]bool{"Who writes to ana@northshire.example?": false, "Who writes to ana@example.com?": true} {
		form, values := s.opens("ana", "setup.prompt", s.place("-"))
		values["text"], values["share"] = text, "everybody"
		ask, ok := s.does("ana", chat.Submit{Form: form.ID, State: form.State, Values: values}).(chat.Ask)
		if !ok || strings.Contains(ask.Problems["text"], "“ana@example.com”") != stopped || ask.Problems["share"] == "" || !strings.Contains(ask.Form.Plain(), text) {
			t.Errorf("%s: %+v", text, ask.Problems)
		}
	}
}
