package protocol

import (
	"bytes"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// selected writes the pairs that a selection takes.
func (r *run) selected(s *plan.Selection) (plan.Text, error) {
	r.pairs = r.pairs[:0]
	for i := range s.From {
		if err := r.collect(s, &s.From[i]); err != nil {
			return plan.Text{}, err
		}
	}
	if s.Only != nil {
		if err := r.restrict(s); err != nil {
			return plan.Text{}, err
		}
	}
	list := slices.Clone(r.pairs)
	step.SortNamed(list, s.Sorted)
	if s.Then != nil {
		list = s.Then(list)
	}
	parts := make([][]byte, 0, len(list))
	for _, p := range list {
		t, err := r.pair(s.Pair, p.Name, p.Text, p.Raw)
		if err != nil {
			return t, err
		}
		parts = append(parts, t.B)
	}
	if s.Sorted == "pair" && s.Then == nil {
		slices.SortStableFunc(parts, bytes.Compare)
	}
	return plan.Text{B: bytes.Join(parts, s.Join)}, nil
}

// add takes a pair unless the selection leaves it out.
func (r *run) add(s *plan.Selection, one *plan.Source, name, text, raw []byte) {
	if len(text) == 0 && !s.Empty || step.Skips(s.Skip, string(name)) {
		return
	}
	for _, it := range one.Exclude {
		if it.Name[strings.LastIndexByte(it.Name, '.')+1:] == string(name) {
			return
		}
	}
	r.pairs = append(r.pairs, step.Named{Name: name, Text: text, Raw: raw})
}

// collect takes the pairs of one source.
func (r *run) collect(s *plan.Selection, one *plan.Source) error {
	if one.Part == nil && one.Of == 0 {
		t, err := r.template(one.Pieces, false)
		if err != nil {
			return err
		}
		r.add(s, one, []byte(one.Name), t.B, t.B)
		return nil
	}
	if one.Of == 0 && one.Part.Holder == "header" {
		for name, values := range r.msg.Header {
			text := []byte(strings.Join(values, ","))
			r.add(s, one, []byte(name), text, text)
		}
		if r.msg.Host != "" && r.msg.Header["Host"] == nil {
			r.add(s, one, []byte("Host"), []byte(r.msg.Host), []byte(r.msg.Host))
		}
		return nil
	}
	t, err := r.source(one)
	if err != nil || t == nil {
		return err
	}
	path := one.Path
	if one.Of == 0 {
		path = one.Part.Path
	}
	return t.Each(0, path, func(n *step.Node) {
		if n.File == "" {
			r.add(s, one, n.Name, n.Text, n.Raw)
		}
	})
}

// source is the tree that pairs come from: what came, or on the way out what is
// there so far. It is nil where the body is another.
func (r *run) source(one *plan.Source) (*step.Tree, error) {
	t := &step.Tree{}
	if one.Of > 0 {
		return t, t.JSON(r.slots[one.Of].b, len(one.Path)+2)
	}
	holder := one.Part.Holder
	var err error
	switch {
	case r.f.Body != nil && plan.InBody(holder) && holder != r.f.Decl.Carriage:
		return nil, nil //nolint:nilnil // it has no such pairs
	case r.sending:
		err = r.written(t, holder, one.Exclude)
	case holder == "query":
		err = t.Pairs(r.msg.Query)
	default:
		t, _, err = r.tree(holder)
	}
	return t, err
}

// written reads what is there so far of a message on its way out.
func (r *run) written(t *step.Tree, holder string, exclude []*plan.Item) error {
	b := r.msg.Body
	var err error
	switch {
	case !plan.InBody(holder) || r.f.Body != nil:
		b, err = r.container(holder, exclude)
	case r.f.BodyText != nil:
		b = r.slots[plan.SlotBody].b
	}
	if err != nil {
		return err
	}
	switch holder {
	case "json":
		return t.JSON(b, r.x.Levels)
	case "xml":
		return t.XML(b)
	case "multipart":
		return t.Multipart("multipart/form-data; boundary="+r.boundary, b)
	}
	return t.Pairs(str(b))
}

// restrict keeps the pairs whose names are listed, in the order of the list where
// the selection is not sorted.
func (r *run) restrict(s *plan.Selection) error {
	names, err := r.template(s.Only, false)
	if err != nil {
		return err
	}
	out, err := step.Listed(r.pairs, strings.Split(string(names.B), s.Split), s.Must, s.Fixed)
	r.pairs = append(r.pairs[:0], out...)
	return err
}
