package protocol

import (
	"bytes"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// pair is one name and text of a selection.
type pair struct{ name, text []byte }

var errMust = errors.New("a part that must be signed is not among those that are")

// selected writes the pairs that a selection takes.
func (r *run) selected(s *selection) (text, error) {
	r.pairs = r.pairs[:0]
	for i := range s.from {
		if err := r.collect(s, &s.from[i]); err != nil {
			return text{}, err
		}
	}
	if s.only != nil {
		if err := r.restrict(s); err != nil {
			return text{}, err
		}
	}
	list := slices.Clone(r.pairs)
	sortPairs(list, s.sorted)
	if s.plain {
		at := len(r.buf)
		for i, p := range list {
			if i > 0 {
				r.buf = append(r.buf, s.join...)
			}
			r.buf = append(append(append(r.buf, p.name...), '='), p.text...)
		}
		return text{b: r.buf[at:len(r.buf):len(r.buf)]}, nil
	}
	parts := make([][]byte, 0, len(list))
	for _, p := range list {
		t, err := r.pair(s.pair, p.name, p.text)
		if err != nil {
			return t, err
		}
		parts = append(parts, t.b)
	}
	at := len(r.buf)
	for i, p := range parts {
		if i > 0 {
			r.buf = append(r.buf, s.join...)
		}
		r.buf = append(r.buf, p...)
	}
	return text{b: r.buf[at:len(r.buf):len(r.buf)]}, nil
}

func sortPairs(list []pair, how string) {
	switch how {
	case "name":
		slices.SortStableFunc(list, func(a, b pair) int {
			if c := bytes.Compare(a.name, b.name); c != 0 {
				return c
			}
			return bytes.Compare(a.text, b.text)
		})
	case "name-nocase":
		slices.SortStableFunc(list, func(a, b pair) int { return bytes.Compare(bytes.ToLower(a.name), bytes.ToLower(b.name)) })
	case "value":
		slices.SortStableFunc(list, func(a, b pair) int { return bytes.Compare(a.text, b.text) })
	}
}

// add takes a pair unless the selection leaves it out.
func (r *run) add(s *selection, one *source, name, text []byte) {
	if len(text) == 0 && !s.empty {
		return
	}
	for _, it := range one.exclude {
		if it.name[strings.LastIndexByte(it.name, '.')+1:] == string(name) {
			return
		}
	}
	for _, skip := range s.skip {
		if front, star := strings.CutSuffix(skip, "*"); skip == string(name) || star && bytes.HasPrefix(name, []byte(front)) {
			return
		}
	}
	r.pairs = append(r.pairs, pair{name, text})
}

// collect takes the pairs of one source.
func (r *run) collect(s *selection, one *source) error {
	if one.part == nil && !one.payload {
		t, err := r.template(one.pieces, false)
		if err != nil {
			return err
		}
		r.add(s, one, []byte(one.name), t.b)
		return nil
	}
	if !one.payload && one.part.holder == "header" {
		for name, values := range r.msg.Header {
			r.add(s, one, []byte(name), []byte(strings.Join(values, ",")))
		}
		if r.msg.Host != "" && r.msg.Header["Host"] == nil {
			r.add(s, one, []byte("Host"), []byte(r.msg.Host))
		}
		return nil
	}
	t, at, err := r.source(one)
	if err != nil {
		return err
	}
	for c := t.Nodes[at].Down; c != 0; c = t.Nodes[c].Next {
		n := &t.Nodes[c]
		if n.File == "" {
			r.add(s, one, n.Name, n.Text)
		}
	}
	return nil
}

// source is the tree that pairs come from: what came, or on the way out what is
// there so far.
func (r *run) source(one *source) (*message.Tree, int32, error) {
	t := &message.Tree{}
	if one.payload {
		return t, 0, t.JSON(r.slots[slotPayload].b, 2)
	}
	holder := one.part.holder
	var err error
	switch {
	case r.sending:
		var b []byte
		if r.f.bodyText != nil && holder == r.f.decl.Carriage {
			b = r.slots[slotBody].b
		} else if b, err = r.container(holder, one.exclude); err != nil {
			return nil, 0, err
		}
		switch holder {
		case "json":
			err = t.JSON(b, r.x.plan.levels)
		case "xml":
			err = t.XML(b)
		case "multipart":
			err = t.Multipart("multipart/form-data; boundary="+r.boundary, b)
		default:
			err = t.Pairs(str(b))
		}
	case holder == "query":
		err = t.Pairs(r.msg.Query)
	default:
		var at int32
		t, at, err = r.tree(holder)
		_ = at
	}
	if err != nil {
		return nil, 0, err
	}
	at := int32(0)
	for _, name := range one.part.path {
		if at, err = t.Find(at, name); err != nil || at < 0 {
			return nil, 0, errMissing
		}
	}
	return t, at, nil
}

// restrict keeps the pairs whose names are listed, in the order of the list where
// the selection is not sorted.
func (r *run) restrict(s *selection) error {
	names, err := r.template(s.only, false)
	if err != nil {
		return err
	}
	var out []pair
	for word := range strings.SplitSeq(string(names.b), s.split) {
		i := slices.IndexFunc(r.pairs, func(p pair) bool { return sameName(p.name, word) })
		if i < 0 {
			return errMissing
		}
		out = append(out, pair{[]byte(word), r.pairs[i].text})
	}
	for _, must := range s.must {
		if !slices.ContainsFunc(out, func(p pair) bool { return sameName(p.name, must) }) {
			return errMust
		}
	}
	r.pairs = append(r.pairs[:0], out...)
	return nil
}

// sameName compares names as headers are: without letter case.
func sameName(name []byte, word string) bool {
	return strings.EqualFold(string(name), word) || http.CanonicalHeaderKey(word) == string(name)
}
