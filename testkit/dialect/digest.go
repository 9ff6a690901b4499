package dialect

import (
	"cmp"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/testkit/dialect/writer"
)

// digested are other digests, keys and forms of a pipe.
func (h *hunt) digested(p *pipe) []change {
	var out []change
	for i, u := range p.uses {
		if !isHash(u) || i >= len(p.stages) {
			continue
		}
		out = append(out, h.otherHashes(p, i, u)...)
		tail := i + 1
		for tail < len(p.uses) && !digests(p.uses[tail]) {
			tail++
		}
		if i+1 < len(p.stages) {
			out = append(out, h.otherForms(p, i, tail)...)
		}
	}
	return out
}

// digester is a digest in place of the declared one.
type digester struct {
	name string
	rank int
	f    func([]byte) []byte
	drop int // slot of a secret that the text loses at the same time, -1: none
}

func (h *hunt) otherHashes(p *pipe, i int, u *plan.Use) (out []change) {
	for _, d := range h.digesters(u) {
		edit := p.replace(i, i+1, own(d.name, d.f))
		c := change{
			item: p.item, kind: "digest", place: p.label, name: d.name, tail: "(declared: " + u.Src + ")", fix: "take " + u.Src, rank: d.rank + p.plus, edit: edit,
		}
		if d.drop >= 0 {
			c.moves = true
			c.edit = func(dr *draft) bool { return edit(dr) && dr.dropSlot(p.item, p.alt, d.drop) }
		}
		out = append(out, c)
	}
	return out
}

func (h *hunt) digesters(u *plan.Use) (out []digester) {
	own, keyed := strings.CutPrefix(wordOf(u), "hmac-")
	add := func(name string, rank int, f func([]byte) []byte) {
		out = append(out, digester{name: name, rank: rank, f: f, drop: -1})
	}
	for _, name := range writer.HashNames() {
		far := 0
		if name != own {
			far = 10
		}
		if !keyed && name != own {
			add(name, writer.Common, func(in []byte) []byte { return writer.Sum(name, in) })
		}
		if keyed {
			key := h.q.Text(u.Key)
			label := h.keyName(u.Key)
			if name != own {
				add("hmac-"+name, writer.Common, func(in []byte) []byte { return writer.MAC(name, key, in) })
			}
			add("hmac-"+name+" with an empty key", writer.Common+far, func(in []byte) []byte { return writer.MAC(name, nil, in) })
			add(name+" of the text alone, without "+label, writer.Common+far, func(in []byte) []byte { return writer.Sum(name, in) })
			add(name+" with "+label+" at the end of the text", writer.Common+far, func(in []byte) []byte { return writer.Sum(name, slices.Concat(in, key)) })
			add(name+" with "+label+" in front of the text", writer.Common+far, func(in []byte) []byte { return writer.Sum(name, slices.Concat(key, in)) })
			add(name+" with "+label+" around the text", writer.Usual+far, func(in []byte) []byte { return writer.Sum(name, slices.Concat(key, in, key)) })
			add(name+" with &key= and "+label+" at the end", writer.Usual+far, func(in []byte) []byte { return writer.Sum(name, slices.Concat(in, []byte("&key="), key)) })
			add(name+" with & and "+label+" at the end", writer.Possible+far, func(in []byte) []byte { return writer.Sum(name, slices.Concat(in, []byte("&"), key)) })
			add("hmac-"+name+" with the text as the key", writer.Possible+far, func(in []byte) []byte { return writer.MAC(name, in, key) })
		}
		for _, s := range h.secrets {
			if keyed && (s.slot == u.Key || name == own) {
				continue // another secret is a mistake of its own
			}
			label := "hmac-" + name + " with " + s.name
			add(label, writer.Usual+far, func(in []byte) []byte { return writer.MAC(name, s.text, in) })
			if !keyed && s.slot >= 0 {
				out = append(out, digester{name: label + ", which is not in the text", rank: writer.Common + far, drop: s.slot, f: func(in []byte) []byte { return writer.MAC(name, s.text, in) }})
			}
		}
	}
	h.twice(add, u, own, keyed)
	return out
}

// otherForms are other texts of the digest at i; its declared steps end at tail.
func (h *hunt) otherForms(p *pipe, i, tail int) (out []change) {
	declared := make([]string, 0, 4)
	for _, u := range p.uses[i+1 : tail] {
		declared = append(declared, u.Src)
	}
	want := cmp.Or(strings.Join(declared, "|"), "the bytes")
	for _, f := range writer.Forms() {
		if !p.whole && strings.HasSuffix(f.Name, "at the end") {
			continue // it is that of the text in which it stands
		}
		out = append(out, change{
			item: p.item, kind: "form", behind: true, place: p.label, name: "the digest " + f.Name, tail: "(declared: " + want + ")", fix: "write the digest as declared: " + want,
			rank: f.Rank + p.plus, edit: p.replace(i+1, tail, own(f.Name, f.Write)),
		})
	}
	name := strings.TrimPrefix(wordOf(p.uses[i]), "hmac-")
	for _, front := range []string{name + "=", name + ":", strings.ToUpper(name) + "=", "v1=", "v0=", "sign=", name + " ", "hmac-" + name + "="} {
		out = append(out, change{
			item: p.item, kind: "form", behind: true, place: p.label, name: "with " + front + " in front of the digest", fix: "write the digest alone", rank: writer.Possible + p.plus,
			edit: p.insert(tail, own(front, func(b []byte) []byte { return slices.Concat([]byte(front), b) })),
		})
	}
	return out
}

// twice are digests of a digest, and other things that are no digest of the text
// alone.
func (h *hunt) twice(add func(string, int, func([]byte) []byte), u *plan.Use, own string, keyed bool) {
	one := func(in []byte) []byte { return writer.Sum(own, in) }
	if keyed {
		key := h.q.Text(u.Key)
		one = func(in []byte) []byte { return writer.MAC(own, key, in) }
	}
	add("the text itself with the "+own+" of nothing behind (Go's h.Sum(text), which needs h.Write(text) first)", writer.Usual, func(in []byte) []byte { return slices.Concat(in, one(nil)) })
	for _, name := range writer.HashNames() {
		if keyed || name != own {
			add("the "+name+" of the digest's hex", writer.Usual, func(in []byte) []byte { return writer.Sum(name, writer.Hex(one(in))) })
			add("the "+name+" of the digest's bytes", writer.Possible, func(in []byte) []byte { return writer.Sum(name, one(in)) })
			add("the "+name+" of the digest's base64", writer.Possible, func(in []byte) []byte { return writer.Sum(name, writer.Base64(one(in))) })
		}
		if keyed {
			add("hmac-"+name+", cut to the length of "+wordOf(u), writer.Possible, func(in []byte) []byte {
				b := writer.MAC(name, h.q.Text(u.Key), in)
				return b[:min(len(b), len(one(nil)))]
			})
		}
	}
	add("the digest of the digest's bytes", writer.Usual, func(in []byte) []byte { return one(one(in)) })
	add("the digest of the digest's hex", writer.Common, func(in []byte) []byte { return one(writer.Hex(one(in))) })
	add("the digest of the digest's hex in upper case", writer.Usual, func(in []byte) []byte { return one(writer.HEX(one(in))) })
	add("the digest of the digest's base64", writer.Possible, func(in []byte) []byte { return one(writer.Base64(one(in))) })
	for _, name := range writer.HashNames() {
		if keyed || name != own {
			add("the digest of the digest's hex, both "+name+", without a key", writer.Possible, func(in []byte) []byte { return writer.Sum(name, writer.Hex(writer.Sum(name, in))) })
		}
		add("over the "+name+" of the text in hex", writer.Usual, func(in []byte) []byte { return one(writer.Hex(writer.Sum(name, in))) })
		add("over the "+name+" of the text in hex in upper case", writer.Possible, func(in []byte) []byte { return one(writer.HEX(writer.Sum(name, in))) })
		add("over the bytes of the "+name+" of the text", writer.Usual, func(in []byte) []byte { return one(writer.Sum(name, in)) })
		add("over the "+name+" of the text in base64", writer.Possible, func(in []byte) []byte { return one(writer.Base64(writer.Sum(name, in))) })
	}
}
