package project_test

import (
	"errors"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/project"
)

// TestRefused wants the refusals of the generator as findings, with the place
// and the hint, and everything else as our bug.
func TestRefused(t *testing.T) {
	t.Parallel()
	at := spec.Pos{File: "spec/shop/table/goods.yaml", Line: 3, Col: 5}
	err := project.Refused(errors.Join(errors.New("gen"), spec.Refuse(at, "a report returns no %s", "goods/name")))
	want := "spec/shop/table/goods.yaml:3:5: JK0435 a report returns no goods/name\n" +
		"hint: say it another way, or make it answer: {handler: true} and write it in Go"
	if findings, ok := errors.AsType[spec.Findings](err); !ok || findings.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if bug, ok := errors.AsType[*command.Error](project.Refused(errors.New("odd"))); !ok || bug.Code != command.Ours {
		t.Errorf("got %v, want a bug of ours", bug)
	}
}
