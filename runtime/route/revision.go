package route

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/tree"
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

// Refusal is a refusal of the other revision with the names of this one.
func (r *Revision) Refusal(err error) error {
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
