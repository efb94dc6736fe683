package bot

import (
	"sync"
	"time"

	"smallchanges/internal/chat"
)

const (
	strangerFor   = 10 * time.Minute // so that somebody new to the roster can write soon
	mostStrangers = 1000
)

// strangers are people who were looked up lately and are nobody's member. Only a guard
// against asking the platform at each of their events: losing it loses nothing.
type strangers struct {
	mu    sync.Mutex
	until map[chat.Person]time.Time
}

func (s *strangers) known(p chat.Person, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return now.Before(s.until[stranger(p)])
}

func (s *strangers) note(p chat.Person, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.until == nil || len(s.until) >= mostStrangers {
		s.until = map[chat.Person]time.Time{}
	}
	s.until[stranger(p)] = now.Add(strangerFor)
}

// stranger is who somebody is, whatever they are called.
func stranger(p chat.Person) chat.Person { return chat.Person{Workspace: p.Workspace, ID: p.ID} }
