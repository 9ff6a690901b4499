package command_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/command"
)

func TestUntil(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	want := errors.New("no luck")
	if err := command.Until(ctx, func() error { return want }); !errors.Is(err, want) {
		t.Errorf("%v", err)
	}
	func() {
		defer func() {
			if v, _ := recover().(string); !strings.HasPrefix(v, "no room\n") || !strings.Contains(v, "until_test.go") {
				t.Errorf("panic %v", v)
			}
		}()
		_ = command.Until(ctx, func() error { panic("no room") })
	}()
	forever := make(chan struct{})
	defer close(forever)
	began := make(chan struct{})
	go func() { <-began; cancel() }()
	err := command.Until(ctx, func() error { close(began); <-forever; return nil })
	if e, ok := errors.AsType[*command.Error](err); !ok || e.Code != command.Failure || e.Text != "interrupted" {
		t.Errorf("%v", err)
	}
}
