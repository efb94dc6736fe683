package offline

import (
	"regexp"
	"slices"
)

// reaction is one emoji on a message and who put it there.
type reaction struct {
	Name  string   `json:"name"`
	Users []string `json:"users"`
	Count int      `json:"count"`
}

// emojiName is a name as Slack's emoji have them.
var emojiName = regexp.MustCompile(`^[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?$`)

func (w *Workspace) addReaction(c call) (obj, *refusal) {
	place, no := w.target(c.text("channel"))
	if no != nil {
		return nil, no
	}
	m, name := place.find(c.text("timestamp")), c.text("name")
	switch {
	case m == nil:
		return nil, refuse("message_not_found")
	case !emojiName.MatchString(name):
		return nil, refuse("invalid_name")
	}
	at := slices.IndexFunc(m.reactions, func(r reaction) bool { return r.Name == name })
	if at >= 0 { // only the app reacts here, so it was the app
		return nil, refuse("already_reacted")
	}
	m.reactions = append(m.reactions, reaction{Name: name, Users: []string{botUID}, Count: 1})
	w.touched(place, m)
	return obj{}, nil
}
