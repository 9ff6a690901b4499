package caller

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"syscall"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/catalog"
	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
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
		if status.Code != "" {
			hint = by.unproven(status.Code)
		} else if status.Status == http.StatusUnauthorized {
			hint = fmt.Sprintf("the server does not know app %s of %s, or it is disabled: jiekoud app list",
				by.App.ID, by.System.Name)
		}
		return command.Failed(hint, "%s", text)
	}
	switch {
	case errors.Is(err, syscall.ECONNREFUSED), isUnknownAuthority(err):
		hint = Unreached(err)
	case errors.Is(err, client.ErrForged):
		hint = "the keys of " + by.App.File + " are not those of the server; jiekou explain-signature shows the step"
	case errors.Is(err, context.DeadlineExceeded):
		text, hint = "no reply in time", "give it a longer --timeout"
		if sid != "" {
			hint = "it may have been carried out; repeat it with --sid " + sid
		}
	}
	return command.Failed(hint, "%s", text)
}

// Unreached is the hint for an error of a connection to a server.
func Unreached(err error) string {
	if isUnknownAuthority(err) {
		return "no authority that this machine knows has signed the certificate of the server: name the file of the one that did with --ca"
	}
	return "no server listens there: start one with make run (jiekoud serve), or name another with --url"
}

func isUnknownAuthority(err error) bool {
	_, ok := errors.AsType[x509.UnknownAuthorityError](err)
	return ok
}

// unproven explains a refusal of the protocol: by the values and the guards that
// refuse with its code.
func (by Call) unproven(code string) string {
	p, err := bind.Protocol(by.System)
	if err != nil || p.Call == nil || code == by.System.RuleCode(string(problem.Required)) {
		return "" // or a code that says many things
	}
	calls, _ := p.Call.Parts()
	main := calls[len(calls)-1]
	var why []string
	if code == by.System.RuleCode(string(problem.App)) {
		why = append(why, fmt.Sprintf("the server does not know app %s of %s, or it is disabled: jiekoud app list", by.App.ID, by.System.Name))
	}
	var keys []string
	signs := false
	for i := range main.Values {
		if v := &main.Values[i]; v.Role != protocol.RoleGiven && v.Role != protocol.RoleDerived && by.means(v.Code, code) {
			keys, signs = append(keys, v.Keys...), signs || v.Keyed || v.Hides
		}
	}
	why = append(why, by.wrongKeys(keys, signs))
	for i := range main.Guards {
		if g := &main.Guards[i]; by.means(g.Code, code) {
			why = append(why, by.guard(g))
		}
	}
	why = slices.DeleteFunc(why, func(s string) bool { return s == "" })
	return strings.Join(slices.Compact(why), "; or ")
}

// means reports whether a code, or the rule that it answers, is the code of a reply.
func (by Call) means(declared, code string) bool {
	return declared != "" && (declared == code || by.System.RuleCode(declared) == code)
}

// wrongKeys explains values that do not hold, by the keys that they are made with: for
// a signature the sender may also do something else than the server.
func (by Call) wrongKeys(keys []string, signs bool) string {
	if len(keys) == 0 {
		return ""
	}
	slices.Sort(keys)
	text := fmt.Sprintf("the %s of %s is not that of the server", strings.Join(slices.Compact(keys), " or "), by.App.File)
	if signs {
		text += ", or the server signs otherwise (--signatures): -v shows each step here, and jiekou explain-signature --app APP.json CAPTURE," +
			" with the server's secrets and the request that came, the first byte that differs"
	}
	return text
}

// guard explains a guard that does not hold.
func (by Call) guard(g *protocol.Guard) string {
	switch g.Kind {
	case "issued":
		return fmt.Sprintf("the token of %s is not good, or no longer: jiekoud app token %s --system %s prints another",
			by.App.File, by.App.ID, by.System.Name)
	case "window", "since", "until":
		return "the clocks of the two machines differ"
	case "once":
		return "the same request was sent before"
	}
	return ""
}
