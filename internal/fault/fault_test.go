package fault_test

import (
	"errors"
	"strings"
	"testing"

	"smallchanges/internal/fault"
)

func TestTheKindAndTheWordsOutliveWrapping(t *testing.T) {
	t.Parallel()
	cause := errors.New("disk")
	err := errors.Join(errors.New("outer"), fault.Hide(fault.Busy, cause, "Try again."))
	if fault.Of(err) != fault.Busy || fault.Words(err) != "Try again." || !errors.Is(err, cause) {
		t.Errorf("got %v %q %v", fault.Of(err), fault.Words(err), err)
	}
	if fault.Is(nil, fault.Broken) || fault.Of(cause) != fault.Broken || fault.Words(cause) != "" {
		t.Error("no error is of a kind, or a plain one has words")
	}
}

func TestAPanicIsAnErrorThatSaysWhereAndNotWhat(t *testing.T) {
	t.Parallel()
	err := fault.Catch(func() error { panic("Ana's words") })
	if err == nil || strings.Contains(err.Error(), "Ana") || !strings.Contains(err.Error(), "fault_test.go") {
		t.Errorf("got %v", err)
	}
	if fault.Of(err) != fault.Broken {
		t.Errorf("it is %v", fault.Of(err))
	}
	if err := fault.Catch(func() error { return fault.New(fault.Stale, "old") }); !fault.Is(err, fault.Stale) {
		t.Errorf("an ordinary error became %v", err)
	}
}

func TestSeveralWrongFieldsAreOneRefusal(t *testing.T) {
	t.Parallel()
	if err := fault.Wrong(map[string]string{}); err != nil {
		t.Errorf("nothing wrong is refused: %v", err)
	}
	err := fault.Wrong(map[string]string{"title": "Say it in one line."})
	if !fault.Is(err, fault.Invalid) || fault.Words(err) == "" || fault.Fields(err)["title"] != "Say it in one line." {
		t.Errorf("got %v %q %v", fault.Of(err), fault.Words(err), fault.Fields(err))
	}
}
