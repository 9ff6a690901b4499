package proxy

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/held"
)

// exam has the known facts about a request.
type exam struct {
	call    route.Call
	i       *spec.Interface // nil where none was recognised
	payload []byte
	refusal *problem.Error // nil: the real server would go on to answer
	own     *held.Reply    // the real server's reply to a refused request
	fail    bool           // answer with a failure
	canFail bool           // the request is one that a failure can be answered to
	once    []string       // values of the request that count once
	code    string         // of the document, in the reply; empty: it could not be read
	reply   []byte         // members of the response, where it is a success
}

// examKey is the key of a context with an exam.
type examKey struct{}

// answer ends the examination of a sound request.
func answer(ctx context.Context, _ *route.Call, _ *spec.Interface, _ []byte) ([]byte, error) {
	if e, _ := ctx.Value(examKey{}).(*exam); e != nil {
		e.canFail = true
		if e.fail {
			return nil, problem.New(problem.Internal)
		}
	}
	return nil, nil
}

// judged records the sent request.
func judged(ctx context.Context, call *route.Call, i *spec.Interface, payload []byte, _ error) {
	if e, _ := ctx.Value(examKey{}).(*exam); e != nil {
		e.note(*call)
		e.i, e.payload = i, bytes.Clone(payload)
	}
}

// refused notes why a request was refused.
func refused(ctx context.Context, call route.Call, refusal *problem.Error) {
	if e, _ := ctx.Value(examKey{}).(*exam); e != nil {
		e.note(call)
		e.refusal = refusal
	}
}

// note keeps the call; its message id aliases the message, which others use next.
func (e *exam) note(call route.Call) {
	e.call = call
	e.call.Sid = strings.Clone(call.Sid)
}

// examine lets a request go the road of the real server, up to its answer.
func (p *proxy) examine(ctx context.Context, r *http.Request, body []byte) *exam {
	e := &exam{}
	p.walk(ctx, r, body, e)
	return e
}

// walk takes a copy of the request down the road.
func (p *proxy) walk(ctx context.Context, r *http.Request, body []byte, e *exam) {
	q := r.Clone(context.WithValue(ctx, examKey{}, e))
	q.Body = io.NopCloser(bytes.NewReader(body))
	e.own = held.Serve(p.probe, q)
}

// fail is the document's reply for a failure, to a sound request.
func (p *proxy) fail(ctx context.Context, r *http.Request, body []byte) *held.Reply {
	e := &exam{fail: true}
	p.walk(ctx, r, body, e)
	e.own.Header().Set("Jiekou-Proxy", "the reply breaks the document")
	return e.own
}

// request lists the findings about a request.
func (p *proxy) request(e *exam) []Finding {
	s := p.systems[e.call.System]
	switch {
	case s == nil:
		return []Finding{p.finding(e, Remark, Request, Finding{Rule: ruleUnread, Detail: "no interface has this path"})}
	case e.refusal == nil:
		return p.unknown(e, Request, e.i.Request, e.payload)
	}
	level := Violation
	if e.call.App == "" && (e.refusal.Rule == problem.App || e.refusal.Rule == problem.JSON) {
		level = Remark // not ours, or not to be read: nobody can tell
	}
	if e.i == nil || len(e.refusal.Problems) == 0 {
		return []Finding{p.finding(e, level, Request, p.message(e, s))}
	}
	return append(p.problems(e, Request, e.i.Request, e.payload, e.refusal.Problems), p.unknown(e, Request, e.i.Request, e.payload)...)
}

// message is a finding about a message as a whole.
func (p *proxy) message(e *exam, s *system) Finding {
	code, _ := s.route.Errors.Resolve(e.refusal)
	f := Finding{Rule: string(e.refusal.Rule), Code: code, Field: e.refusal.Field, Detail: e.refusal.Error()}
	if e.refusal.Rule == problem.App {
		f.Detail = "an app whose keys are not known here"
	}
	if f.Rule == "" {
		f.Rule = string(problem.Auth)
	}
	f.YAML = s.Protocol.Pos.String()
	if e.i == nil && e.refusal.Field != "" {
		for _, row := range s.Protocol.Request {
			if row.Path == e.refusal.Field || row.Name == e.refusal.Field {
				f.YAML = row.Pos.String()
			}
		}
	}
	return f
}

// problems are the rules that fields break.
func (p *proxy) problems(e *exam, d Direction, fields spec.Fields, payload []byte, list []problem.Problem) []Finding {
	var out []Finding
	value, err := tree.Parse(payload)
	if err != nil {
		value = nil
	}
	for _, one := range list {
		f := Finding{Rule: string(one.Rule), Field: one.Field, At: one.At}
		if field := fields.Reach(one.Field); field != nil {
			f.Field, f.YAML, f.Detail = field.DocPath, field.Pos.String(), found(value, one.At)+"; wanted: "+wanted(field)
		}
		if d == Request {
			f.Code, _ = p.systems[e.call.System].route.Errors.Resolve(&problem.Error{Rule: one.Rule})
		}
		out = append(out, p.finding(e, Violation, d, f))
	}
	return out
}

// finding fills in the parts that all findings of an exchange share.
func (p *proxy) finding(e *exam, level Level, d Direction, f Finding) Finding {
	f.Time, f.Level, f.Direction = p.Now(), level, d
	f.System, f.Cmd, f.App, f.Sid = e.call.System, e.call.Cmd, e.call.App, e.call.Sid
	if e.i != nil {
		f.Section = e.i.Section
		if f.YAML == "" {
			f.YAML = e.i.Pos.String()
		}
	}
	return f
}

// unknown lists the members that the document does not have.
func (p *proxy) unknown(e *exam, d Direction, fields spec.Fields, payload []byte) []Finding {
	value, err := tree.Parse(payload)
	if err != nil {
		return nil // validated already
	}
	var out []Finding
	seen := map[string]bool{}
	strangers(value, fields, "", func(path string) {
		if !seen[path] && len(out) < maxStrangers {
			seen[path] = true
			out = append(out, p.finding(e, Remark, d, Finding{Rule: ruleUnknown, Field: path}))
		}
	})
	return out
}

// maxStrangers is the most unknown members of one message that are reported.
const maxStrangers = 20

// strangers finds the members without a field. Their places are reported without
// indexes.
func strangers(v *tree.Value, fields spec.Fields, path string, tell func(path string)) {
	for _, m := range v.Members {
		f := fields.Called(m.Name)
		if f == nil {
			tell(path + shown(m.Name))
			continue
		}
		if len(f.Fields) == 0 {
			continue
		}
		strangers(m.Value, f.Fields, path+f.Name+"/", tell)
		for _, item := range m.Value.Items {
			strangers(item, f.Fields, path+f.Name+"/", tell)
		}
	}
}

// plainName is a name that holds nobody's data.
var plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]{0,39}$`)

// shown is a member's name, where it looks like one.
func shown(name string) string {
	if plainName.MatchString(name) {
		return name
	}
	return "(a name of other characters)"
}
