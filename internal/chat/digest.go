package chat

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Digest tells cards apart that a person would: by what they say and what their buttons do.
// Two drawings of the same facts have the same.
func (c Card) Digest() string {
	sum := sha256.New()
	fmt.Fprintf(sum, "%q\n", c.Plain())
	write := func(buttons []Button) {
		for _, b := range buttons {
			fmt.Fprintf(sum, "%q %q %q %q %d\n", b.ID, b.Arg, b.Opens, b.Spoken, b.Style)
		}
	}
	for _, n := range c.Body {
		if row, ok := n.(Row); ok {
			write(row.Buttons)
		}
	}
	write(c.Buttons)
	return hex.EncodeToString(sum.Sum(nil))
}
