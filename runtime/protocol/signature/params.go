package signature

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
)

// params is a compiled Params.
type params struct {
	Params
	from       []source
	pair, join string
}

// source is where pairs come from: a whole place, or one value or secret.
type source struct {
	whole bool
	ref   ref    // of a place only its kind
	name  string // of a single one
}

// pair is one name and value of a request. secret says that the value is one.
type pair struct {
	place       place
	secret      bool
	name, value string
}

// compileParams reads how {params} is written. Single values are required.
func (c *Codec) compileParams(p *Params) (*params, error) {
	if p == nil {
		return nil, nil
	}
	out := &params{Params: *p, pair: separator(p.Pair, "="), join: separator(p.Join, "&")}
	var err error
	if out.Order, err = crypt.OneOf("order", p.Order, "sorted", "values", "listed"); err != nil {
		return nil, err
	}
	if len(p.From) == 0 {
		return nil, errors.New("params: from is missing: take query, form, body, or single values")
	}
	for _, word := range p.From {
		s, err := c.compileSource(word)
		if err != nil {
			return nil, fmt.Errorf("params: from: %w", err)
		}
		out.from = append(out.from, s)
	}
	return out, nil
}

func (c *Codec) compileSource(word string) (source, error) {
	switch word {
	case "query", "form", "body":
		at := named()[word]
		c.listed[at] = true
		return source{whole: true, ref: ref{place: at}}, nil
	}
	name, full, renamed := strings.Cut(word, "=")
	if !renamed {
		full = word
	}
	r, err := c.resolve(full)
	if err != nil {
		return source{}, err
	}
	short := full
	if r.place != inSecret {
		v := &c.values[r.at]
		v.required = v.required || v.place >= inHeader
		short = v.short()
	}
	if !renamed {
		name = short
	}
	return source{ref: r, name: name}, nil
}

// separator reads a separator: the default for "", nothing for "-".
func separator(written, usual string) string {
	if written == "-" {
		return ""
	}
	return cmp.Or(written, usual)
}

// pairs appends {params} to dst.
func (w *writer) pairs(dst []byte) []byte {
	p := w.params
	list := w.collect()
	switch p.Order {
	case "sorted":
		slices.SortStableFunc(list, func(a, b pair) int { return strings.Compare(a.name, b.name) })
	case "values":
		slices.SortStableFunc(list, func(a, b pair) int { return strings.Compare(a.value, b.value) })
	}
	for i := range list {
		if i > 0 {
			dst = append(dst, p.join...)
		}
		if !p.Values {
			dst = p.put(dst, list[i].name)
			dst = append(dst, p.pair...)
		}
		if w.mask && list[i].secret {
			dst = append(append(append(dst, '['), list[i].name...), ']')
		} else {
			dst = p.put(dst, list[i].value)
		}
	}
	return dst
}

func (p *params) put(dst []byte, text string) []byte {
	if p.URL {
		return escape(dst, text)
	}
	return append(dst, text...)
}

// collect lists the pairs in the order of From, in the message's room for it.
func (w *writer) collect() []pair {
	list := w.m.list[:0]
	for _, s := range w.params.from {
		switch {
		case s.whole:
			list = w.ofPlace(list, s.ref.place)
		case s.ref.place == inSecret:
			list = append(list, pair{name: s.name, secret: true, value: w.k.secrets[s.ref.at]})
		default:
			list = append(list, pair{name: s.name, value: w.m.values[s.ref.at]})
		}
	}
	w.m.list = slices.DeleteFunc(list, func(one pair) bool {
		return one.value == "" && !w.params.Empty || slices.Contains(w.params.Except, one.name)
	})
	return w.m.list
}

// ofPlace appends the pairs of a place that the signature itself does not make.
func (w *writer) ofPlace(list []pair, in place) []pair {
	for _, one := range w.m.pairs {
		if one.place == in && !w.c.makes(one) {
			list = append(list, one)
		}
	}
	return list
}

// makes reports whether a sign step makes this value.
func (c *Codec) makes(one pair) bool {
	for i := range c.steps {
		if s := &c.steps[i]; s.Op == "sign" && s.to.place == one.place && c.values[s.to.at].name == one.name {
			return true
		}
	}
	return false
}
