package caller

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"syscall"

	"github.com/jiekou-dev/jiekou/gen/catalog"
	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/spec"
)

// Call is a caller with the interface that it calls.
type Call struct {
	App       App
	System    *spec.System
	Interface *spec.Interface // nil: not in the document
}

// About quotes the document about the field that a refusal names.
func (by Call) About(reply client.Reply) string {
	if by.Interface == nil {
		return ""
	}
	if reply.Field == "" {
		return by.unproven(reply.Code)
	}
	f := by.Interface.Request.Find(reply.Field)
	if f == nil {
		return ""
	}
	text := fmt.Sprintf("%s is %s, %s", reply.Field, f.Label, f.Type)
	if f.Length > 0 {
		text += fmt.Sprintf(" of at most %d characters", f.Length)
	}
	if f.Condition != "" {
		text += ", required: " + f.Condition
	} else {
		text += ", required: " + string(f.Required)
	}
	if values := catalog.Values(f.Enum); values != "" {
		text += ", one of " + values
	}
	return text + " (" + f.Pos.String() + ")"
}

// Failure says why there is no reply, with a hint.
func (by Call) Failure(err error, sid string) error {
	text, hint := err.Error(), ""
	if errors.Is(err, client.ErrUnsent) {
		return command.Misused("", "%s", text)
	}
	if status, ok := errors.AsType[*client.StatusError](err); ok {
		if status.Status == http.StatusUnauthorized && status.Code == "" {
			hint = fmt.Sprintf("the server does not know app %s of %s, or it is disabled: jiekoud app list",
				by.App.ID, by.System.Name)
		}
		return command.Failed(hint, "%s", text)
	}
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		hint = "no server listens there: start one with make run (jiekoud serve), or name another with --url"
	case errors.Is(err, client.ErrForged):
		hint = "token or appkey of " + by.App.File + " are not those of the server; jiekou explain-signature shows the step"
	case errors.Is(err, context.DeadlineExceeded):
		text, hint = "no reply in time", "give it a longer --timeout"
		if sid != "" {
			hint = "it may have been carried out; repeat it with --sid " + sid
		}
	}
	return command.Failed(hint, "%s", text)
}

// unproven explains a refusal by a signature.
func (by Call) unproven(code string) string {
	if !by.System.Plain() {
		return ""
	}
	rule := func(r problem.Rule) string { return by.System.RuleCode(string(r)) }
	if code == rule(problem.Required) {
		return "" // a code that says many things
	}
	var why []string
	if code == rule(problem.App) {
		why = append(why, fmt.Sprintf("the server does not know app %s of %s, or it is disabled: jiekoud app list", by.App.ID, by.System.Name))
	}
	g := by.Interface.Signed()
	for _, step := range g.Steps {
		if code == cmp.Or(step.Else, rule(problem.Auth)) {
			why = append(why, by.step(step))
		}
	}
	if g.Time != nil && code == cmp.Or(g.Time.Else, rule(problem.Auth)) {
		why = append(why, "the clocks of the two machines differ")
	}
	if g.Nonce != nil && code == cmp.Or(g.Nonce.Else, rule(problem.Repeated)) {
		why = append(why, "the same request was sent before")
	}
	return strings.Join(slices.Compact(why), "; or ")
}

// step explains a step that does not hold.
func (by Call) step(step *spec.SignStep) string {
	switch step.Op {
	case "token":
		return fmt.Sprintf("the token of %s is not good, or no longer: jiekoud app token %s --system %s prints another",
			by.App.File, by.App.ID, by.System.Name)
	case "compare":
		return fmt.Sprintf("the %s of %s is not that of the server", step.With, by.App.File)
	}
	return fmt.Sprintf("the appkey of %s is not that of the server, or the server signs otherwise (--signatures): -v shows each step here, and"+
		" jiekou explain-signature --app APP.json CAPTURE, with the server's secrets and the request that came, the first byte that differs", by.App.File)
}
