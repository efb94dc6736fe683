package slack

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
)

// Slack looks at an uploaded file for a moment before a message may show it, and refuses
// the message until then. How long a moment lasts is nowhere written.
const (
	stillLooking = 5 * time.Minute // a refusal in this time may only mean "not yet"
	uploadKept   = time.Hour       // the same picture is not uploaded again in this time
)

// uploads are the pictures uploaded of late, by their content. A message that is tried again
// must use the file Slack has had time to look at: a fresh one would always be too fresh.
// The process may forget them at any time, since a picture may be uploaded twice unseen.
type uploads struct {
	mu    sync.Mutex
	known map[[sha256.Size]byte]upload
}

type upload struct {
	id string
	at time.Time
}

// find is the file of a picture that was uploaded after since.
func (u *uploads) find(sum [sha256.Size]byte, since time.Time) (upload, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	maps.DeleteFunc(u.known, func(_ [sha256.Size]byte, up upload) bool { return !up.at.After(since) })
	up, ok := u.known[sum]
	return up, ok
}

func (u *uploads) keep(sum [sha256.Size]byte, up upload) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.known == nil {
		u.known = map[[sha256.Size]byte]upload{}
	}
	u.known[sum] = up
}

func (u *uploads) forget(up upload) {
	u.mu.Lock()
	defer u.mu.Unlock()
	maps.DeleteFunc(u.known, func(_ [sha256.Size]byte, other upload) bool { return other == up })
}

// drawWhole draws a card with its picture, which it uploads first. Without the right to
// upload the picture is said in words: a workspace that has not agreed to a new scope yet
// still gets its messages.
func (s *Slack) drawWhole(ctx context.Context, card chat.Card) (drawing, upload, error) {
	d, err := drawCard(card)
	picture, ok := pictureOf(card)
	if err != nil || !ok {
		return d, upload{}, err
	}
	up, err := s.upload(ctx, picture)
	if fault.Is(err, fault.Denied) {
		s.log.WarnContext(ctx, "a picture was sent as words only", "kind", card.Kind, "workspace", s.workspace, "err", err)
		return d, upload{}, nil
	}
	if err != nil {
		return drawing{}, upload{}, err
	}
	d, err = drawWith(card, up.id)
	return d, up, err
}

func pictureOf(c chat.Card) (chat.Picture, bool) {
	for _, n := range c.Body {
		if p, ok := n.(chat.Picture); ok {
			return p, true
		}
	}
	return chat.Picture{}, false
}

// upload gives a picture to Slack without showing it to anybody.
func (s *Slack) upload(ctx context.Context, p chat.Picture) (upload, error) {
	sum := sha256.Sum256(append([]byte(p.Name+"\x00"), p.PNG...))
	if up, ok := s.uploads.find(sum, s.now().Add(-uploadKept)); ok {
		return up, nil
	}
	up, err := s.give(ctx, p.PNG, slack.UploadFileParameters{Filename: p.Name + ".png", Title: p.Name})
	if err == nil {
		s.uploads.keep(sum, up)
	}
	return up, err
}

// give uploads a file. Whatever goes wrong, it may be given again: it is never fault.Unsure.
func (s *Slack) give(ctx context.Context, content []byte, as slack.UploadFileParameters) (upload, error) {
	as.FileSize, as.Reader = len(content), bytes.NewReader(content)
	call, wrote := traced(ctx)
	file, err := s.api.UploadFileContext(call, as)
	if err != nil {
		return upload{}, inWords(unread("files upload", err, wrote))
	}
	return upload{id: file.ID, at: s.now()}, nil
}

// inWords is an error of what comes before a message, as words alone: an outbox that met the
// time limit of a context in there would take the message itself for one that may have arrived.
func inWords(err error) error {
	return &fault.Error{Kind: fault.Of(err), Wait: fault.Wait(err), Cause: errors.New(err.Error())}
}

// notYet turns the refusal of a message, whose blocks were checked, into fault.Busy when its
// picture may be the reason. It asks for no certain wait, since that holds back the whole
// workspace. A picture that is refused for longer is uploaded anew the next time.
func (s *Slack) notYet(up upload, err error) error {
	refused, ok := errors.AsType[slack.SlackErrorResponse](err)
	if up == (upload{}) || !ok || refused.Err != "invalid_blocks" {
		return err
	}
	if s.now().Sub(up.at) < stillLooking {
		return fault.Hide(fault.Busy, fmt.Errorf("Slack may still be looking at the picture: %w", err), "")
	}
	s.uploads.forget(up)
	return err
}
