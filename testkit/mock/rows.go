package mock

import (
	"errors"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/model"
)

// fromRows answers from the rows of a world. What the YAML does not tell is made up.
func (m *Mock) fromRows(w *model.World, call *route.Call, i *spec.Interface, payload []byte, o *order) ([]byte, error) {
	o.wait()
	out, err := w.Answer(model.Call{App: call.App, Sid: call.Sid, Scopes: call.Scopes}, i, payload)
	a := m.answers[i]
	if errors.Is(err, model.ErrUnsure) {
		reply, err := a.reply(m.random(i, payload), payload, o.form)
		if err != nil {
			return nil, problem.Wrap(problem.Internal, err)
		}
		w.Note(model.Call{App: call.App, Sid: call.Sid})
		return []byte(reply.String()), nil
	}
	if err != nil {
		return nil, err
	}
	if m.Push != nil {
		m.Push.Push(call.System, out.Told)
	}
	if err := m.complete(a, out, payload); err != nil {
		return nil, problem.Wrap(problem.Internal, err)
	}
	return []byte(out.Reply.String()), nil
}

// complete makes up the members of a reply whose values the YAML does not tell.
func (m *Mock) complete(a *answers, out *model.Outcome, payload []byte) error {
	if len(out.Unsure) == 0 {
		return nil
	}
	d := &draft{r: m.random(a.i, payload), zone: a.zone, full: whole, most: maxMembers}
	for _, path := range out.Unsure {
		f := a.i.Response.At(withoutPlaces(path))
		if _, told := tree.At([]byte(out.Reply.String()), path); f == nil || told {
			continue // what differs from server to server is still right here
		}
		v, err := d.field(f)
		if err != nil {
			return err
		}
		if err := out.Reply.Set(path, v); err != nil {
			return err
		}
	}
	return nil
}

// withoutPlaces is the path of a field without the places of members of arrays.
func withoutPlaces(path string) string {
	var out []string
	for part := range strings.SplitSeq(path, "/") {
		if strings.Trim(part, "0123456789") != "" {
			out = append(out, part)
		}
	}
	return strings.Join(out, "/")
}
