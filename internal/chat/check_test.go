package chat_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"smallchanges/internal/chat"
)

func TestAPictureIsCheckedAndSaidInWords(t *testing.T) {
	t.Parallel()
	good := chat.Picture{Name: "grid", Alt: "Two dots for SC-12.", PNG: []byte("png")}
	with := func(change func(*chat.Picture)) []chat.Node {
		p := good
		change(&p)
		return []chat.Node{p}
	}
	for name, test := range map[string]struct {
		body []chat.Node
		want []string
	}{
		"a good one":          {[]chat.Node{good}, nil},
		"the largest":         {with(func(p *chat.Picture) { p.Alt, p.PNG = strings.Repeat("ü", 2000), make([]byte, 1<<20) }), nil},
		"without words":       {with(func(p *chat.Picture) { p.Alt = "" }), []string{"card x: words of picture grid has 0 characters; it needs 1 to 2000"}},
		"with too many words": {with(func(p *chat.Picture) { p.Alt = strings.Repeat("ü", 2001) }), []string{"card x: words of picture grid has 2001 characters; it needs 1 to 2000"}},
		"without a name":      {with(func(p *chat.Picture) { p.Name = "" }), []string{"card x: name of a picture has 0 characters; it needs 1 to 75"}},
		"without bytes":       {with(func(p *chat.Picture) { p.PNG = nil }), []string{"card x: picture grid has 0 bytes; it needs 1 to 1048576"}},
		"too large":           {with(func(p *chat.Picture) { p.PNG = make([]byte, 1<<20+1) }), []string{"card x: picture grid has 1048577 bytes; it needs 1 to 1048576"}},
		"two of them":         {[]chat.Node{good, good}, []string{"card x: 2 pictures; at most 1"}},
	} {
		if diff := cmp.Diff(test.want, chat.CheckCard(chat.Card{Kind: "x", Body: test.body})); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	card := chat.Card{Title: "The grid", Body: []chat.Node{good, chat.P("Well done.")}}
	if got, want := card.Plain(), "The grid\nTwo dots for SC-12.\nWell done."; got != want {
		t.Errorf("in words: %q, want %q", got, want)
	}
}

func TestAFileIsCheckedAndItsTitleStandsForIt(t *testing.T) {
	t.Parallel()
	good := chat.File{Name: "my-reflections.txt", Title: "My reflections", Content: []byte("Thursday: …\n")}
	with := func(change func(*chat.File)) []chat.Node {
		f := good
		change(&f)
		return []chat.Node{f}
	}
	for name, test := range map[string]struct {
		body []chat.Node
		want []string
	}{
		"a good one":           {[]chat.Node{good}, nil},
		"the largest":          {with(func(f *chat.File) { f.Content = make([]byte, 1<<20) }), nil},
		"without a name":       {with(func(f *chat.File) { f.Name = "" }), []string{"card x: name of a file has 0 characters; it needs 1 to 75", `card x: "" is no file name with an extension`}},
		"without an extension": {with(func(f *chat.File) { f.Name = "mine" }), []string{`card x: "mine" is no file name with an extension`}},
		"nothing else":         {with(func(f *chat.File) { f.Name = ".txt" }), []string{`card x: ".txt" is no file name with an extension`}},
		"in another folder":    {with(func(f *chat.File) { f.Name = "../mine.txt" }), []string{`card x: "../mine.txt" is no file name with an extension`}},
		"of two lines":         {with(func(f *chat.File) { f.Name = "a\r\nb.txt" }), []string{`card x: "a\r\nb.txt" is no file name with an extension`}},
		"without a title":      {with(func(f *chat.File) { f.Title = "" }), []string{"card x: title of file my-reflections.txt has 0 characters; it needs 1 to 150"}},
		"empty":                {with(func(f *chat.File) { f.Content = nil }), []string{"card x: file my-reflections.txt has 0 bytes; it needs 1 to 1048576"}},
		"too large":            {with(func(f *chat.File) { f.Content = make([]byte, 1<<20+1) }), []string{"card x: file my-reflections.txt has 1048577 bytes; it needs 1 to 1048576"}},
		"no text":              {with(func(f *chat.File) { f.Content = []byte("\xff") }), []string{"card x: file my-reflections.txt is no text in UTF-8"}},
		"two of them":          {[]chat.Node{good, good}, []string{"card x: 2 files; at most 1"}},
	} {
		if diff := cmp.Diff(test.want, chat.CheckCard(chat.Card{Kind: "x", Body: test.body})); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	card := chat.Card{Title: "Here it is", Body: []chat.Node{chat.P("All you wrote."), good}}
	if got, want := card.Plain(), "Here it is\nAll you wrote.\nMy reflections"; got != want {
		t.Errorf("in words: %q, want %q", got, want)
	}
}

func TestSeveralOptionsAreCheckedAndSaidInWords(t *testing.T) {
	t.Parallel()
	days := []chat.Option{{Value: "mon", Label: "Monday"}, {Value: "tue", Label: "Tuesday"}, {Value: "wed", Label: "Wednesday"}}
	form := func(value string, options ...chat.Option) chat.Form {
		return chat.Form{ID: "x", Title: "Days", Send: "Save", Fields: []chat.Field{{ID: "days", Label: "Which days?", Kind: chat.Several, Options: options, Value: value}}}
	}
	many := make([]chat.Option, 11)
	for i := range many {
		many[i] = chat.Option{Value: strings.Repeat("x", i+1), Label: "X"}
	}
	for name, test := range map[string]struct {
		form  chat.Form
		words string
		want  []string
	}{
		"none":            {form("", days...), "Which days?: …", nil},
		"one":             {form("tue", days...), "Which days?: Tuesday", nil},
		"some":            {form("wed mon", days...), "Which days?: Monday, Wednesday", nil},
		"not an option":   {form("mon sun", days...), "Which days?: Monday", []string{`form x: days opens on "sun", which is not an option`}},
		"twice the same":  {form("mon mon", days...), "Which days?: Monday", nil},
		"nothing to tick": {form(""), "Which days?: …", []string{"form x: days has nothing to choose from"}},
		"too many":        {form("", many...), "Which days?: …", []string{"form x: 11 options of days; at most 10"}},
		"with a space":    {form("", chat.Option{Value: "a b", Label: "A"}), "Which days?: …", []string{`form x: days has the option "a b", which has a space`}},
	} {
		if diff := cmp.Diff(test.want, chat.CheckForm(test.form)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if got := strings.Split(test.form.Plain(), "\n")[1]; got != test.words {
			t.Errorf("%s: in words: %q, want %q", name, got, test.words)
		}
	}
	back := form("mon", days...).Filled(chat.Values{"days": ""})
	if back.Fields[0].Value != "" {
		t.Errorf("nothing ticked came back as %q", back.Fields[0].Value)
	}
}
