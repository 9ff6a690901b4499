package route

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// Revision says that an interface is an earlier revision of another one. Its requests
// are validated by its own rules, converted, and answered by the other one, whose reply
// is converted back.
type Revision struct {
	Of string // cmd of the interface that answers

	// Field, if not empty, chooses among the revisions of one address: a field of the
	// request, whose value is one of Values. Absent: a request without it is meant, too.
	Field  string
	Values []string
	Absent bool
	// Granted chooses the revision for apps that are granted it by its name.
	Granted bool

	Request Conversion // of its requests to those of Of
	Reply   Conversion // of the replies of Of to its own
}

// Shares reports whether the revision comes in where the other interface does, so that
// a field or a grant chooses. Others have a cmd or a path of their own.
func (r *Revision) Shares() bool { return r != nil && (r.Field != "" || r.Granted) }

// Conversion turns an object into another one, which has the members that the moves name,
// in their order. Members that no move names are left out.
type Conversion []Move

// Move fills one member.
type Move struct {
	To     string
	From   string            // of the object that there is; empty: of none
	Alias  []string          // other names of From
	Values map[string]string // JSON of the value that a text or number becomes; others stay
	Fill   string            // JSON, where From is absent, null or ""; empty: the member is absent then, too
	Inside Conversion        // of an object, or of the objects in an array; nil: the value as it is
}

// Apply returns the other object.
func (c Conversion) Apply(object *tree.Value) (*tree.Value, error) {
	out := &tree.Value{Members: []tree.Member{}}
	for _, m := range c {
		value, err := m.value(m.find(object))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.To, err)
		}
		if value != nil {
			out.Members = append(out.Members, tree.Member{Name: m.To, Value: value})
		}
	}
	return out, nil
}

// find is the value that a move begins with, nil where there is none.
func (m *Move) find(object *tree.Value) *tree.Value {
	for _, member := range object.Members {
		if m.From != "" && (member.Name == m.From || slices.Contains(m.Alias, member.Name)) {
			return member.Value
		}
	}
	return nil
}

// value is what a move makes of a value, which may be nil.
func (m *Move) value(from *tree.Value) (*tree.Value, error) {
	if m.Fill != "" && (from == nil || blank(from)) {
		return tree.Parse([]byte(m.Fill))
	}
	switch {
	case from == nil:
		return nil, nil //nolint:nilnil // absent
	case m.Inside != nil && from.Members != nil:
		return m.Inside.Apply(from)
	case m.Inside != nil && from.Items != nil:
		return m.items(from)
	}
	if text, ok := from.Plain(); ok && m.Values[text] != "" {
		return tree.Parse([]byte(m.Values[text]))
	}
	return from, nil
}

// items converts the objects in an array.
func (m *Move) items(from *tree.Value) (*tree.Value, error) {
	out := &tree.Value{Items: make([]*tree.Value, 0, len(from.Items))}
	for _, item := range from.Items {
		if item.Members != nil {
			var err error
			if item, err = m.Inside.Apply(item); err != nil {
				return nil, err
			}
		}
		out.Items = append(out.Items, item)
	}
	return out, nil
}

// blank reports whether a value says nothing.
func blank(v *tree.Value) bool {
	return v.Members == nil && v.Items == nil && (string(v.Scalar) == "null" || string(v.Scalar) == `""`)
}

// named is what the field of the other revision is called in this one.
func (c Conversion) named(field string) string {
	first, rest, nested := strings.Cut(field, "/")
	for _, m := range c {
		if m.To != first || m.From == "" {
			continue
		}
		if nested {
			return m.From + "/" + m.Inside.named(rest)
		}
		return m.From
	}
	return field
}

// Validated returns the interface with a function that validates its requests, for programs
// without generated code. An interface with a Revision needs nothing else.
func Validated(i Interface, judge func(ctx context.Context, call *Call, in *wire.Reader) error) Interface {
	i.valid = judge
	return i
}

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
		if of.serve != nil && (one.judge != nil || one.valid != nil) {
			one.serve = s.revised(one, of)
		}
		if r.Shares() {
			of.revisions = append(of.revisions, s.entries[one.Cmd])
		}
	}
	return nil
}

// revised answers requests of an earlier revision.
func (s *system) revised(one *Interface, of *entry) func(context.Context, *Call, *wire.Reader) (wire.Encoder, error) {
	r := one.Revision
	return func(ctx context.Context, call *Call, in *wire.Reader) (wire.Encoder, error) {
		payload := bytes.Clone(in.Data())
		if err := one.admit(ctx, call, in); err != nil {
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
			return nil, r.refusal(err)
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

// admit validates a request.
func (i *Interface) admit(ctx context.Context, call *Call, in *wire.Reader) error {
	if i.valid != nil {
		return i.valid(ctx, call, in)
	}
	_, err := i.judge(in)
	return err
}

// converted parses an object and converts it.
func converted(c Conversion, object []byte) (*tree.Value, error) {
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

// refusal is a refusal of the other revision with the names of this one.
func (r *Revision) refusal(err error) error {
	refused, ok := errors.AsType[*problem.Error](err)
	if !ok || refused.Field == "" && len(refused.Problems) == 0 {
		return err
	}
	own := *refused
	own.Field = r.Request.named(refused.Field)
	own.Problems = slices.Clone(refused.Problems)
	for i := range own.Problems {
		own.Problems[i].Field = r.Request.named(own.Problems[i].Field)
	}
	return &own
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
