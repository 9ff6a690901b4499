package dialect

import (
	"bytes"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/testkit/dialect/writer"
)

// secret is a secret that a sender may take.
type secret struct {
	name string // in brackets
	slot int    // -1: the protocol does not name it
	text []byte
}

// keyName is a key as people call it.
func (h *hunt) keyName(slot int) string { return "[" + h.form.Infos[slot].Name + "]" }

// knownSecrets are those of the protocol that the app has, and further ones of its
// file.
func (h *hunt) knownSecrets(more map[string]string) (out []secret) {
	for at, info := range h.form.Infos {
		if info.Kind == plan.KindSecret && len(h.q.Text(at)) > 0 {
			out = append(out, secret{h.keyName(at), at, h.q.Text(at)})
		}
	}
	names := make([]string, 0, len(more))
	for name := range more {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		label := "[" + name + "]"
		if slices.ContainsFunc(out, func(s secret) bool { return s.name == label }) {
			label = label + " as it is written, not the bytes that this says"
		}
		same := slices.ContainsFunc(out, func(s secret) bool { return string(s.text) == more[name] })
		if more[name] != "" && !same {
			out = append(out, secret{label, -1, []byte(more[name])})
		}
	}
	return out
}

// keyed are other forms of the secrets that a value is made with, and other secrets in
// their places.
func (h *hunt) keyed() (out []change) {
	for at := range h.form.Infos {
		if !h.uses(at) {
			continue
		}
		text, name := h.q.Text(at), h.keyName(at)
		add := func(form, fix string, rank int, b []byte) {
			if len(b) == 0 || bytes.Equal(b, text) {
				return
			}
			out = append(out, change{
				kind: "key", place: "the key", name: form, fix: fix, rank: rank, edit: func(d *draft) bool { return d.rekey(at, b) },
				look: func() (string, string) { return "", "" },
			})
		}
		for _, f := range writer.Keys() {
			add(name+" "+f.Name, f.Fix, f.Rank, f.Write(text))
		}
		variable := h.form.Infos[at].Name
		for _, of := range slices.Compact([]string{strings.ToUpper(variable), variable}) {
			for _, left := range []string{of, "$" + of, "${" + of + "}", "{" + of + "}", "{{" + of + "}}", "%" + of + "%", "<" + of + ">", "process.env." + of, "YOUR_" + of, "your_" + of} {
				add(left+" in place of "+name, "the placeholder of the setting was not filled in", writer.Possible, []byte(left))
			}
		}
		if app := h.q.Text(plan.SlotApp); len(app) > 0 {
			add("the app id in place of "+name, "take "+name, writer.Usual, app)
			add("the app id in front of "+name, "take "+name+" alone", writer.Usual, slices.Concat(app, text))
			add("the app id behind "+name, "take "+name+" alone", writer.Usual, slices.Concat(text, app))
		}
		for _, s := range h.secrets {
			if own, written := strings.CutPrefix(s.name, name+" "); written {
				add(name+" "+own, "take its bytes", writer.Common, s.text)
				continue
			}
			if s.slot != at {
				add(s.name+" in place of "+name, "take "+name, writer.Common, s.text)
			}
		}
	}
	return out
}

// uses reports whether a value is made with a secret, or with a key that is made of
// one: as the key of a step, or in its text.
func (h *hunt) uses(at int) bool {
	if !h.q.Secret(at) || h.q.Text(at) == nil {
		return false
	}
	for _, it := range h.items {
		e := h.declared(it, 0)
		if e.KeyedBy(at) || slices.Contains(h.form.Needs(e), at) && h.form.Infos[at].Kind == plan.KindSecret {
			return true
		}
	}
	return false
}

// rekey puts another text in the place of a key wherever it is taken.
func (d *draft) rekey(at int, b []byte) bool {
	if _, ok := d.texts[at]; ok {
		return false
	}
	d.texts[at] = b
	for _, it := range d.h.items {
		e := d.exprs[it]
		if e == nil {
			if !d.h.declared(it, 0).KeyedBy(at) {
				continue
			}
			e = d.expr(it, 0)
		}
		e.Steps = freed(e.Steps, at)
		for i := range e.Pieces {
			e.Pieces[i].Steps = freed(e.Pieces[i].Steps, at)
		}
	}
	return true
}

// freed are steps whose key is prepared anew.
func freed(list []*plan.Use, at int) []*plan.Use {
	out := slices.Clone(list)
	for i, u := range out {
		if u.Key == at && u.Pair < 0 {
			one := *u
			one.Prep = -1
			out[i] = &one
		}
	}
	return out
}
