package protocol

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/runtime/protocol/refusal"
)

// writeBody writes the body of what is sent.
func (r *run) writeBody() error {
	f := r.f
	if f.BodyText != nil {
		t, err := r.eval(f.BodyText.Expr)
		if err != nil {
			return refusal.Of(f.BodyText.Refuse, f.BodyText.Name, err)
		}
		r.msg.Body = t.B
		r.set(plan.SlotBody, t.B)
		return nil
	}
	if f.Empty {
		r.msg.Body = nil
	}
	if f.Body == nil {
		r.set(plan.SlotBody, r.msg.Body)
		return nil
	}
	b, err := r.container(f.Decl.Carriage, nil)
	if err != nil {
		return fmt.Errorf("protocol: %s: %w", f.Place, err)
	}
	r.msg.Body = b
	r.set(plan.SlotBody, b)
	return nil
}

// container writes a body or the query without some of its places.
func (r *run) container(holder string, exclude []*plan.Item) ([]byte, error) {
	at := len(r.out)
	var err error
	out := r.out
	r.exclude = exclude
	defer func() { r.exclude = nil }()
	switch holder {
	case "json":
		out, err = r.f.Body.AppendJSON(out, r)
	case "xml":
		out, err = r.f.Body.AppendXML(out, r)
	case "form":
		out, err = r.f.Body.AppendPairs(out, r)
	case "query":
		out, err = r.appendQuery(out)
	case "multipart":
		out, err = r.appendParts(out)
	}
	r.out = out
	return out[at:len(out):len(out)], err
}

// Leaf returns what a leaf writes; left: it is left out.
func (r *run) Leaf(n *plan.Node) (t plan.Text, left bool) {
	s := &r.slots[n.Leaf.Slot]
	if slices.Contains(r.exclude, n.Leaf) || !s.ok && n.Rest {
		return t, true
	}
	return plan.Text{B: s.b, JSON: s.json, Safe: s.safe}, n.Optional && len(s.b) == 0
}

// Name returns the name of a node, its holes filled in.
func (r *run) Name(n *plan.Node) ([]byte, error) {
	if !n.Dynamic {
		return view(n.Literal), nil
	}
	if n.Label != nil && r.slots[n.Label.Slot].ok {
		return r.slots[n.Label.Slot].b, nil
	}
	t, err := r.template(n.Name, false)
	return t.B, err
}

// appendQuery writes what the interface has in the query, and behind it what the
// protocol puts there.
func (r *run) appendQuery(dst []byte) ([]byte, error) {
	start := len(dst)
	for one := range strings.SplitSeq(r.draft.Query, "&") {
		name, _, _ := strings.Cut(one, "=")
		if one == "" || r.f.Query != nil && r.f.Query.Names(r, []byte(name)) {
			continue
		}
		if len(dst) > start {
			dst = append(dst, '&')
		}
		dst = append(dst, one...)
	}
	if r.f.Query == nil {
		return dst, nil
	}
	at := len(dst)
	if at > start {
		dst = append(dst, '&')
	}
	from := len(dst)
	dst, err := r.f.Query.AppendPairs(dst, r)
	if len(dst) == from {
		dst = dst[:at]
	}
	return dst, err
}

func (r *run) writeQuery() error {
	if r.f.QueryText != nil {
		t, err := r.eval(r.f.QueryText.Expr)
		if err != nil {
			return refusal.Of(r.f.QueryText.Refuse, r.f.QueryText.Name, err)
		}
		r.msg.Query = str(t.B)
	} else {
		b, err := r.container("query", nil)
		if err != nil {
			return fmt.Errorf("protocol: %s.query: %w", r.f.Place, err)
		}
		r.msg.Query = str(b)
	}
	r.query.Reset()
	r.set(plan.SlotQuery, view(r.msg.Query))
	return nil
}

func (r *run) writePath() error {
	if r.f.Path != nil {
		t, err := r.eval(r.f.Path.Expr)
		if err != nil {
			return refusal.Of(r.f.Path.Refuse, r.f.Path.Name, err)
		}
		r.msg.Path = r.msg.Base + str(t.B)
	}
	r.set(plan.SlotPath, view(r.msg.Path))
	return nil
}

func (r *run) writeHeader(it *plan.Item) error {
	s := r.slots[it.Slot]
	name := it.Name[len("header."):]
	if it.Optional && len(s.b) == 0 {
		return nil
	}
	if strings.ContainsAny(str(s.b), "\r\n\x00") {
		return refusal.Of("json", it.Name, errForm)
	}
	r.msg.Header[name] = []string{string(s.b)}
	return nil
}

// appendParts writes multipart: texts, and of the payload its members.
func (r *run) appendParts(dst []byte) ([]byte, error) {
	var parts []message.Part
	err := r.f.Body.Each(r, func(name, text []byte) {
		parts = append(parts, message.Part{Name: string(name), Body: text})
	})
	if err != nil {
		return dst, err
	}
	return message.AppendMultipart(dst, r.boundary, append(parts, r.files...))
}
