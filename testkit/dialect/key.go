package dialect

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
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
		same := slices.ContainsFunc(out, func(s secret) bool { return string(s.text) == more[name] })
		if more[name] != "" && !same {
			out = append(out, secret{"[" + name + "]", -1, []byte(more[name])})
		}
	}
	return out
}

// keyForms are ways to make a key of the secret.
func keyForms() []writer {
	padded := func(n int, with byte) func([]byte) []byte {
		return func(b []byte) []byte {
			if len(b) >= n {
				return b[:n]
			}
			return append(bytes.Clone(b), bytes.Repeat([]byte{with}, n-len(b))...)
		}
	}
	first := func(n int) func([]byte) []byte {
		return func(b []byte) []byte { return b[:min(n, len(b))] }
	}
	decoded := func(f func(string) ([]byte, error)) func([]byte) []byte {
		return func(b []byte) []byte {
			out, err := f(string(b))
			if err != nil || len(out) == 0 {
				return b
			}
			return out
		}
	}
	const plain = "take the secret as it was handed over"
	list := []writer{
		{"", "in upper case", plain, common, bytes.ToUpper},
		{"", "in lower case", plain, common, bytes.ToLower},
		{"", "with a line end at its end", "trim what is read from a file", common, func(b []byte) []byte { return append(bytes.Clone(b), '\n') }},
		{"", `with \r\n at its end`, "trim what is read from a file", usual, func(b []byte) []byte { return append(bytes.Clone(b), "\r\n"...) }},
		{"", "with a blank at its end", "trim it", possible, func(b []byte) []byte { return append(bytes.Clone(b), ' ') }},
		{"", "trimmed", plain, usual, bytes.TrimSpace},
		{"", "with its hex decoded", plain, common, decoded(hex.DecodeString)},
		{"", "with its base64 decoded", plain, common, decoded(base64.StdEncoding.DecodeString)},
		{"", "with its base64 decoded (without padding)", plain, usual, decoded(base64.RawStdEncoding.DecodeString)},
		{"", "in base64", plain, common, to64},
		{"", "in hex", "decode the hex of the secret first", common, toHex},
		{"", "in hex, in upper case", "decode the hex of the secret first", usual, toHEX},
		{"", "as its first 16 bytes", plain, usual, first(16)},
		{"", "as its first 24 bytes", plain, possible, first(24)},
		{"", "as its first 32 bytes", plain, usual, first(32)},
		{"", "as its first 8 bytes", plain, possible, first(8)},
		{"", "filled up to 16 bytes with zeros", plain, usual, padded(16, 0)},
		{"", "filled up to 24 bytes with zeros", plain, possible, padded(24, 0)},
		{"", "filled up to 32 bytes with zeros", plain, usual, padded(32, 0)},
		{"", `filled up to 16 bytes with "0"`, plain, rare, padded(16, '0')},
		{"", "with & at its end", plain, usual, func(b []byte) []byte { return append(bytes.Clone(b), '&') }},
		{"", "without its last character", plain, possible, func(b []byte) []byte { return b[:max(0, len(b)-1)] }},
		{"", "with + as a blank", "the secret has a + that was unescaped", usual, func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("+"), []byte(" ")) }},
		{"", "escaped for URLs", plain, possible, (&escape{safe: "-_.~"}).write},
		{"", "in UTF-16LE", plain, rare, text(func(s string) string {
			var out []byte
			for _, unit := range utf16Of(s) {
				out = append(out, byte(unit), byte(unit>>8))
			}
			return string(out)
		})},
		{"", "backwards", plain, rare, func(b []byte) []byte {
			out := bytes.Clone(b)
			slices.Reverse(out)
			return out
		}},
	}
	for _, name := range hashNames() {
		list = append(list,
			writer{"", "as its " + name + " in hex", plain, usual, func(b []byte) []byte { return toHex(sum(name, b)) }},
			writer{"", "as its " + name + " in hex in upper case", plain, possible, func(b []byte) []byte { return toHEX(sum(name, b)) }},
			writer{"", "as the bytes of its " + name, plain, usual, func(b []byte) []byte { return sum(name, b) }},
			writer{"", "as the first 16 characters of its " + name + " in hex", plain, possible, func(b []byte) []byte { return toHex(sum(name, b))[:16] }},
			writer{"", "as the first 16 bytes of its " + name, plain, possible, func(b []byte) []byte { return sum(name, b)[:16] }},
		)
	}
	return list
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
		for _, f := range keyForms() {
			add(name+" "+f.name, f.fix, f.rank, f.write(text))
		}
		for _, s := range h.secrets {
			if s.slot != at {
				add(s.name+" in place of "+name, "take "+name, common, s.text)
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
