package gate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// revise prepares the revisions of a system's interfaces. One whose other interface is
// not answered is not answered either.
func (s *system) revise() error {
	for i := range s.Interfaces {
		one := &s.Interfaces[i]
		r := one.Revision
		if r == nil {
			continue
		}
		of := s.entries[r.Of]
		switch {
		case of == nil:
			return fmt.Errorf("%s is a revision of %s, which is not there", one.Cmd, r.Of)
		case of.Revision != nil:
			return fmt.Errorf("%s is a revision of a revision, %s", one.Cmd, r.Of)
		}
		if of.serve != nil && one.Validates() {
			s.entries[one.Cmd].serve = s.revised(one, of)
		}
		if r.Shares() {
			of.revisions = append(of.revisions, s.entries[one.Cmd])
		}
	}
	return nil
}

// revised answers requests of an earlier revision.
func (s *system) revised(one *route.Interface, of *entry) func(context.Context, *route.Call, *wire.Reader) (wire.Encoder, error) {
	r := one.Revision
	return func(ctx context.Context, call *route.Call, in *wire.Reader) (wire.Encoder, error) {
		payload := bytes.Clone(in.Data())
		if err := one.Admit(ctx, call, in); err != nil {
			return nil, err
		}
		object, err := converted(r.Request, payload)
		if err != nil {
			return nil, err
		}
		newer := *call
		newer.Cmd = of.Cmd
		again := new(wire.Reader)
		outside, object := of.outsideOf(object)
		again.ResetMerged([]byte(object.String()), outside, s.zone, s.Limits)
		response, err := of.serve(ctx, &newer, again)
		if err != nil {
			return nil, r.Refusal(err)
		}
		var out wire.Writer
		out.Reset(s.zone)
		out.Begin()
		response.Encode(&out)
		out.End()
		reply, err := converted(r.Reply, out.Bytes())
		if err != nil {
			return nil, err
		}
		return members(reply.Members), nil
	}
}

// converted parses an object and converts it.
func converted(c route.Conversion, object []byte) (*tree.Value, error) {
	v, err := tree.Parse(object)
	if err == nil && v.Members == nil {
		err = errors.New("no JSON object")
	}
	if err == nil {
		v, err = c.Apply(v)
	}
	if err != nil {
		return nil, problem.Wrap(problem.Internal, fmt.Errorf("conversion between revisions: %w", err))
	}
	return v, nil
}

// outsideOf puts the members of an object that the interface has outside its payload in
// front, as a merged request has them.
func (e *entry) outsideOf(object *tree.Value) ([]wire.Outside, *tree.Value) {
	if len(e.outside) == 0 {
		return nil, object
	}
	out := &tree.Value{}
	outside := slices.Clone(e.outside)
	for i := range outside {
		value := object.Get(outside[i].Name)
		if value == nil {
			value = tree.Raw("null")
		}
		out.Members = append(out.Members, tree.Member{Name: outside[i].Name, Value: value})
	}
	for _, m := range object.Members {
		if !slices.ContainsFunc(outside, func(o wire.Outside) bool { return o.Name == m.Name }) {
			out.Members = append(out.Members, m)
		}
	}
	return outside, out
}

// members are those of a JSON object, in its order.
type members []tree.Member

// Encode writes the members.
func (m members) Encode(out *wire.Writer) {
	for _, one := range m {
		out.Raw(one.Name, []byte(one.Value.String()))
	}
}

// choose finds the revision that a request to an interface means: by a field of the
// request, then by the grant of the app, else the interface itself.
func (e *entry) choose(r *http.Request, x *exchange, w *way) (*entry, error) {
	for _, one := range e.revisions {
		if one.Revision.Field == "" {
			continue
		}
		text, set, err := one.sent(r, x, w, one.Revision.Field)
		if err != nil {
			return nil, err
		}
		if set && slices.Contains(one.Revision.Values, text) || !set && one.Revision.Absent {
			return one, nil
		}
	}
	for _, one := range e.revisions {
		if one.Revision.Granted && x.app.Named != nil && x.app.Named(one.Cmd) {
			return one, nil
		}
	}
	return e, nil
}

// sent is the value of a field as a request sends it. In a payload that cannot be read it
// has none: who reads it says why.
func (e *entry) sent(r *http.Request, x *exchange, w *way, name string) (text string, set bool, err error) {
	for i, at := range e.Outside {
		if at.Name == name {
			o := e.outside[i]
			f := fields{r: r, body: x.body}
			if err := f.find(e, &o, at); err != nil {
				return "", false, problem.Wrap(problem.JSON, err)
			}
			return o.Text, o.Set && o.Text != "", nil
		}
	}
	payload := x.admitted.Payload()
	if payload == nil && w.own {
		payload = x.admitted.Own(x.body)
	}
	text = member(payload, name)
	return text, text != "", nil
}

// member is the text of a scalar among the members of an object, empty where there is none.
func member(object []byte, name string) string {
	in := wire.NewReader(object, nil, wire.Limits{})
	o := in.Object([]string{name})
	var value []byte
	for o.Next() {
		if o.Key() == name {
			o.Any(0, &value)
		} else {
			o.Skip()
		}
	}
	v, err := tree.Parse(value)
	if err != nil {
		return ""
	}
	text, _ := v.Plain()
	return text
}
