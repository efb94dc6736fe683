package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"smallchanges/internal/chat"
	"smallchanges/internal/fault"
)

// dialogAnswer is what a sent form may be answered with in its acknowledgement.
type dialogAnswer struct {
	Action string                  `json:"response_action"` // errors or update
	Errors map[string]string       `json:"errors,omitempty"`
	View   *slack.ModalViewRequest `json:"view,omitempty"`
}

// unopened is a form that Slack did not open.
type unopened struct{ error }

func (u unopened) Unwrap() error { return u.error }

// ask shows a form: in the dialog that is open, else in a new one.
func (s *Slack) ask(ctx context.Context, in incoming, a chat.Ask) (answer, error) {
	form := a.Form
	if len(a.Problems) > 0 {
		if in.kind == kindSubmit && len(strays(form, a.Problems)) == 0 {
			return answer{ack: dialogAnswer{Action: "errors", Errors: a.Problems}}, nil
		}
		form = listed(form, a.Problems)
	}
	view, err := drawForm(form, in.from)
	if err != nil {
		return answer{}, err
	}
	switch {
	case in.kind == kindSubmit:
		return s.nextView(in, view)
	case in.dialog != "":
		return later(func(ctx context.Context) error { return s.updateView(ctx, in.dialog, view) }), nil
	}
	return answer{}, s.open(ctx, in.trigger, view)
}

// strays are the problems for which the form has no field, in a steady order.
func strays(f chat.Form, problems map[string]string) []string {
	var out []string
	for id := range problems {
		if !slices.ContainsFunc(f.Fields, func(field chat.Field) bool { return field.ID == id }) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// nextView answers a sent form with another view. One too large for an
// acknowledgement is sent right after it, into the same dialog.
func (s *Slack) nextView(in incoming, view slack.ModalViewRequest) (answer, error) {
	next := dialogAnswer{Action: "update", View: &view}
	if fits(next) {
		return answer{ack: next}, nil
	}
	wait, err := drawForm(chat.Form{
		ID: chat.ReadOnly, Title: "Small Changes", Intro: []chat.Node{chat.P("One moment.")},
	}, in.from)
	if err != nil {
		return answer{}, err
	}
	return answer{
		ack:  dialogAnswer{Action: "update", View: &wait},
		then: []func(context.Context) error{func(ctx context.Context) error { return s.updateView(ctx, in.dialog, view) }},
	}, nil
}

func (s *Slack) open(ctx context.Context, trigger string, view slack.ModalViewRequest) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	call, wrote := traced(ctx)
	if _, err := s.api.OpenViewContext(call, trigger, view); err != nil {
		return unopened{classify("views.open", err, wrote)}
	}
	return nil
}

func (s *Slack) updateView(ctx context.Context, id string, view slack.ModalViewRequest) error {
	call, wrote := traced(ctx)
	if _, err := s.api.UpdateViewContext(call, view, "", "", id); err != nil {
		return classify("views.update", err, wrote)
	}
	return nil
}

// ShowHome shows a card as a person's Home page, in place of the one they see. Errors are
// those of Send; showing the same twice does no harm.
func (s *Slack) ShowHome(ctx context.Context, who chat.Person, card chat.Card) error {
	if err := s.ours(chat.Place{Workspace: who.Workspace, ID: who.ID}); err != nil {
		return err
	}
	return s.publish(ctx, who, card)
}

// publish shows a card as a person's Home page.
func (s *Slack) publish(ctx context.Context, who chat.Person, card chat.Card) error {
	view, err := drawHome(card)
	if err != nil {
		return err
	}
	call, wrote := traced(ctx)
	if _, err := s.api.PublishViewContext(call, slack.PublishViewContextRequest{UserID: who.ID, View: view}); err != nil {
		return classify("views.publish", err, wrote)
	}
	return nil
}

var errNoResponseURL = errors.New("there is no response_url")

// respond answers by a response_url, which Slack takes five times in 30 minutes.
func (s *Slack) respond(ctx context.Context, to string, r reply) error {
	if to == "" {
		return fault.Hide(fault.Closed, errNoResponseURL, "")
	}
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	call, wrote := traced(ctx)
	req, err := http.NewRequestWithContext(call, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return fault.Hide(fault.Broken, errors.New("the response_url is no address"), "")
	}
	req.Header.Set("Content-Type", "application/json")
	got, err := s.http.Do(req)
	if err != nil {
		return classify("response_url", err, wrote)
	}
	defer got.Body.Close()
	return responded(got)
}

// responded reads Slack's verdict: a status, or words in a JSON body of status 200.
func responded(got *http.Response) error {
	body, err := io.ReadAll(io.LimitReader(got.Body, 4096))
	if got.StatusCode != http.StatusOK {
		refused := fault.Hide(statusKind(got.StatusCode), fmt.Errorf("response_url: %s", got.Status), "")
		if seconds, err := strconv.Atoi(got.Header.Get("Retry-After")); err == nil {
			refused.Wait = time.Duration(seconds) * time.Second
		}
		return refused
	}
	if err != nil {
		return fault.Hide(fault.Unsure, fmt.Errorf("response_url: %w", err), "")
	}
	verdict := slack.SlackResponse{Ok: true}
	if json.Unmarshal(body, &verdict) == nil && !verdict.Ok {
		return fault.Hide(kinds[verdict.Error], fmt.Errorf("response_url: %s", verdict.Error), "")
	}
	return nil
}
