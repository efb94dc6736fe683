package programme

import (
	"fmt"
	"time"

	"smallchanges/internal/fault"
)

// Celebration is thanks or a win, for people or for a change. Colleagues only, never families.
type Celebration struct {
	ID, CouncilID int64
	By            Who
	People        []Who
	Change        int // its number; 0 when it is not about a change
	Words         string
	At            time.Time
}

// Celebrate checks a celebration before it is kept: it needs words, and someone or something.
func Celebrate(words string, people []Who, change int) (Celebration, error) {
	words = CleanText(words)
	switch {
	case len(people) == 0 && change == 0:
		return Celebration{}, fault.Field("people", "Name at least one colleague, or a small change such as SC-12.")
	case words == "":
		return Celebration{}, fault.Field("words", "Say what you want to celebrate.")
	case tooLong(words, MaxWords):
		return Celebration{}, fault.Field("words", fmt.Sprintf("That is long. Please keep it under %d characters.", MaxWords))
	}
	return Celebration{People: people, Change: change, Words: words}, nil
}
