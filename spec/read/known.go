package read

import (
	"cmp"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// readKnown reads vectors.yaml, which a system need not have. Each answer begins with
// what all share, or with the message of an answer above it.
func (d *reader) readKnown() {
	if !d.exists("vectors.yaml") {
		return
	}
	v := d.read("vectors.yaml", "vectors")
	if v == nil {
		return
	}
	shared := &spec.Known{}
	d.known(shared, v.Get("shared"))
	for _, item := range v.List("vectors") {
		base := shared
		if like := item.Str("like"); like != "" {
			base = d.knownCalled(item.Get("like"))
		}
		one := &spec.Known{
			Places: item.Places(item.Pos), Name: item.Str("name"), Section: item.Str("section"), Push: base.Push, At: base.At,
			App: base.App, Keys: base.Keys, System: base.System, Issued: base.Issued, Secret: base.Secret, Interface: base.Interface,
			Method: base.Method, URL: base.URL, Header: base.Header, Body: base.Body,
		}
		d.known(one, item)
		d.change(one, item)
		d.Known = append(d.Known, one)
	}
}

// knownCalled finds the answer above that another one begins with.
func (d *reader) knownCalled(at *yamltree.Value) *spec.Known {
	var names []string
	for _, k := range d.Known {
		if k.Name == at.Text {
			return k
		}
		names = append(names, k.Name)
	}
	d.Add("JK0531", at.Pos, spec.OneOrNone(at.Text, names, "nothing is above it"), "no known answer above is named %q", at.Text)
	return &spec.Known{}
}

// known reads what a mapping says over what is there.
func (d *reader) known(k *spec.Known, v *yamltree.Value) {
	if v == nil {
		return
	}
	text := func(to *string, key string) {
		if v.Get(key) != nil {
			*to = v.Str(key)
		}
	}
	text(&k.At, "at")
	text(&k.App, "app")
	text(&k.Issued, "issued")
	text(&k.Secret, "secret")
	text(&k.Interface, "interface")
	text(&k.Method, "method")
	text(&k.URL, "url")
	text(&k.Body, "body")
	text(&k.Payload, "payload")
	text(&k.Refused, "refused")
	text(&k.By, "by")
	text(&k.Answer, "answer")
	if v.Get("push") != nil {
		k.Push = v.Flag("push")
	}
	k.Again, k.Only = v.Flag("again"), v.Get("send").Is(false)
	k.Keys, k.System = over(k.Keys, v.Get("keys")), over(k.System, v.Get("system"))
	k.Header = over(k.Header, v.Get("header"))
	k.Values, k.Texts = v.Pairs("values"), v.Pairs("texts")
}

// over puts pairs in the places of those of the same name; nothing takes one away.
func over(list []spec.Pair, v *yamltree.Value) []spec.Pair {
	if v == nil {
		return list
	}
	list = slices.Clone(list)
	for _, m := range v.Members {
		at := slices.IndexFunc(list, func(p spec.Pair) bool { return strings.EqualFold(p.Name, m.Name) })
		one := spec.Pair{Name: m.Name, Value: m.Text, Pos: m.Value.Pos}
		switch {
		case m.Form == yamltree.Null && at >= 0:
			list = slices.Delete(list, at, at+1)
		case m.Form == yamltree.Null:
		case at >= 0:
			list[at] = one
		default:
			list = append(list, one)
		}
	}
	return list
}

// change replaces texts of the message: what differs from the message that an answer
// begins with.
func (d *reader) change(k *spec.Known, v *yamltree.Value) {
	for _, m := range v.Each("change") {
		found := false
		put := func(s string) string {
			found = found || strings.Contains(s, m.Name)
			return strings.Replace(s, m.Name, m.Text, 1)
		}
		k.URL = put(k.URL)
		k.Body = put(k.Body)
		k.Header = slices.Clone(k.Header)
		for i := range k.Header {
			k.Header[i].Value = put(k.Header[i].Value)
		}
		if !found {
			d.Add("JK0531", m.Pos, "take a text of its url, header or body", "the message has no %s", cmp.Or(m.Name, "such text"))
		}
	}
}
