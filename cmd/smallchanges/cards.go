package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"smallchanges/bot"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
	"smallchanges/internal/slack"
)

type cardsCmd struct {
	Platform string `enum:"slack,teams,text" default:"text" help:"slack: the JSON that Slack receives. text: what a screen reader says."`
	Out      string `help:"Write one file for each into this folder; printed when left out."`
}

// picture is one thing people see, as a platform receives it.
type picture struct {
	name string // "card menu", "form propose", "home"
	draw func() ([]byte, error)
}

func (c *cardsCmd) Run(p *program) error {
	pictures, ending, err := c.pictures()
	if err != nil {
		return err
	}
	if c.Out != "" {
		if err := makeFolder(c.Out); err != nil {
			return err
		}
	}
	for i, shown := range pictures {
		drawn, err := shown.draw()
		if err != nil {
			return fmt.Errorf("draw %s: %w", shown.name, err)
		}
		if c.Out == "" {
			fmt.Fprintf(p.out, "== %s\n%s\n", shown.name, drawn)
			continue
		}
		path := filepath.Join(c.Out, fmt.Sprintf("%02d %s.%s", i+1, shown.name, ending))
		err = writeFile(path, func(to io.Writer) error {
			_, err := to.Write(drawn)
			return err
		})
		if err != nil {
			return err
		}
	}
	if c.Out != "" {
		fmt.Fprintf(p.out, "%s written into %s.\n", programme.Count(len(pictures), "file is", "files are"), c.Out)
	}
	return nil
}

// pictures are the whole gallery on one platform, and how its files end.
func (c *cardsCmd) pictures() (list []picture, ending string, err error) {
	if c.Platform == "teams" {
		return nil, "", fault.New(fault.Invalid, "Cards for Microsoft Teams come with the Teams adapter, which is not here yet: use --platform slack or text.")
	}
	show, ending := bot.Gallery(), "txt"
	if c.Platform == "slack" {
		ending = "json"
	}
	for _, card := range show.Cards {
		name, draw := "card "+card.Kind, slack.PreviewCard
		if card.Kind == "home" {
			name, draw = "home", slack.PreviewHome
		}
		list = append(list, c.picture(name, card.Plain(), func() ([]byte, error) { return draw(card) }))
	}
	for _, form := range show.Forms {
		list = append(list, c.picture("form "+form.ID, form.Plain(), func() ([]byte, error) { return slack.PreviewForm(form) }))
	}
	return list, ending, nil
}

func (c *cardsCmd) picture(name, plain string, onSlack func() ([]byte, error)) picture {
	if c.Platform == "slack" {
		return picture{name, onSlack}
	}
	return picture{name, func() ([]byte, error) { return []byte(plain + "\n"), nil }}
}

// makeFolder makes a folder that its owner alone can read, unless it is there.
func makeFolder(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return fault.Hide(fault.Invalid, err, "The folder "+path+" cannot be made. Choose another.")
	}
	return nil
}
