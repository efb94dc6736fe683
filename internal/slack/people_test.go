package slack

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
)

func TestMembersArePeopleOfThisWorkspace(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.on("conversations.members", `{"ok":true,"members":["U1","U0BOT","U2","U3","U4","U5","U6","USLACKBOT"],"response_metadata":{"next_cursor":""}}`)
	users := map[string]string{
		"U1":        `"team_id":"T1","name":"ana","real_name":"Ana","profile":{"real_name":"Ana Ortiz","email":"ana@n.example"}`,
		"U2":        `"team_id":"T1","is_bot":true`,
		"U3":        `"team_id":"T9","profile":{"email":"x@elsewhere.example"}`,
		"U4":        `"team_id":"T1","deleted":true`,
		"U5":        `"team_id":"T1","name":"ben"`,
		"USLACKBOT": `"team_id":"T1","name":"slackbot"`,
	}
	f.script("users.info", func(w http.ResponseWriter, r *http.Request) {
		id := r.FormValue("user")
		if users[id] == "" {
			_, _ = io.WriteString(w, `{"ok":false,"error":"user_not_found"}`)
			return
		}
		fmt.Fprintf(w, `{"ok":true,"user":{"id":%q,%s}}`, id, users[id])
	})
	s := f.connect(t)
	got, err := s.Members(t.Context(), chat.Place{Workspace: "T1", ID: "C1"})
	want := []chat.Profile{
		{Person: chat.Person{Workspace: "T1", ID: "U1", Name: "Ana Ortiz"}, Email: "ana@n.example"},
		{Person: chat.Person{Workspace: "T1", ID: "U5", Name: "ben"}},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
}

func TestMembersThatCannotBeRead(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	s := f.connect(t)
	many := strings.TrimSuffix(strings.Repeat(`"U1",`, mostPeople+1), ",")
	for name, test := range map[string]struct {
		place  chat.Place
		answer string
		want   fault.Kind
	}{
		"a private channel without the bot": {chat.Place{Workspace: "T1", ID: "C1"}, `{"ok":false,"error":"channel_not_found"}`, fault.Missing},
		"no scope yet":                      {chat.Place{Workspace: "T1", ID: "C1"}, `{"ok":false,"error":"missing_scope"}`, fault.Denied},
		"too many people":                   {chat.Place{Workspace: "T1", ID: "C1"}, `{"ok":true,"members":[` + many + `]}`, fault.Invalid},
		"direct messages":                   {chat.Place{Workspace: "T1", ID: "U1", Direct: true}, "", fault.Missing},
		"another workspace":                 {chat.Place{Workspace: "T9", ID: "C1"}, "", fault.Missing},
	} {
		f.on("conversations.members", test.answer)
		if _, err := s.Members(t.Context(), test.place); !fault.Is(err, test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Profiles(t.Context(), "T1", make([]string, mostPeople+1)); !fault.Is(err, fault.Invalid) {
		t.Errorf("too many at once: %v", err)
	}
}
