package dialect

import (
	"bytes"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
)

// word is the name of a step without its arguments.
func wordOf(u *plan.Use) string {
	name, _, _ := strings.Cut(u.Do.Name, " ")
	return name
}

// digests reports whether a step makes a digest or a signature, or encrypts: what is
// behind it is no text.
func digests(u *plan.Use) bool {
	return u.Do.Verify != nil || isHash(u) || u.Key >= 0
}

func isHash(u *plan.Use) bool {
	name := strings.TrimPrefix(wordOf(u), "hmac-")
	_, ok := hashes()[name]
	return ok
}

// familyOf is the kind of writers that a step belongs to.
func familyOf(u *plan.Use) string {
	switch wordOf(u) {
	case "url":
		return "escape"
	case "compact", "canonical", "json":
		return "json"
	case "gbk", "gb18030", "latin1", "utf16le", "utf16be":
		return "charset"
	case "lower", "upper":
		return "case"
	case "trim", "no-blanks", "one-blank":
		return "blanks"
	case "unix", "unix-ms", "unix-us", "time":
		return "time"
	}
	return ""
}

// rewritten tries every writer at every text of a pipe.
func (h *hunt) rewritten(p *pipe) []change {
	if p.secret {
		return nil // keys have changes of their own
	}
	end := len(p.uses)
	for i, u := range p.uses {
		if digests(u) {
			end = i
			break
		}
	}
	var out []change
	for i, u := range p.uses[:end] {
		out = append(out, h.replaced(p, i, u)...)
	}
	for _, w := range h.writers {
		for i := 0; i <= end; i++ {
			if i > 0 && i < end && familyOf(p.uses[i-1]) == "" && familyOf(p.uses[i]) == "" {
				continue
			}
			if p.given && i == 0 && len(p.uses) == 0 && w.kind != "escape" && w.kind != "wrap" {
				continue // it is tried where it is made
			}
			if c := h.inserted(p, i, end, w); c != nil {
				out = append(out, *c)
			}
		}
	}
	return append(out, h.removed(p, end)...)
}

// differs reports whether a writer changes what comes before the step at i.
func (p *pipe) differs(i int, w *writer) bool {
	if p.each != nil || p.stages == nil {
		for _, one := range p.each {
			for _, u := range p.uses[:i] {
				b, err := u.Do.Apply(nil, one, nil)
				if u.Key >= 0 || err != nil {
					return true
				}
				one = b
			}
			if !bytes.Equal(w.write(one), one) {
				return true
			}
		}
		return false
	}
	return i < len(p.stages) && !bytes.Equal(w.write(p.stages[i]), p.stages[i])
}

// inserted is a writer before the step at i.
func (h *hunt) inserted(p *pipe, i, end int, w writer) *change {
	if !p.differs(i, &w) {
		return nil
	}
	c := &change{
		item: p.item, kind: w.kind, place: p.label, name: w.name, fix: w.fix, rank: w.rank + p.plus,
		edit: p.insert(i, own(w.name, w.write)), look: p.looks(i, w.write),
	}
	if p.whole {
		c.rank += 3
	}
	if w.kind == "escape" && strings.HasPrefix(w.name, "escaped") {
		c.fix = "sign it as it is, and escape it only where it is sent"
		for _, u := range p.uses[:end] {
			if familyOf(u) == "escape" {
				c.name, c.fix, c.rank = "escaped once more, "+strings.TrimPrefix(w.name, "escaped "), "escape it once", c.rank+20
			}
		}
	}
	return c
}

// looks are the text before and after a writer, for people.
func (p *pipe) looks(i int, f func([]byte) []byte) func() (string, string) {
	if p.each != nil || p.whole || i >= len(p.stages) {
		return nil
	}
	return func() (string, string) { return string(p.stages[i]), string(f(p.stages[i])) }
}

// replaced are the writers in place of a step of their family.
func (h *hunt) replaced(p *pipe, i int, u *plan.Use) []change {
	family := familyOf(u)
	if family == "" {
		return nil
	}
	var out []change
	for _, w := range h.writers {
		if w.kind != family {
			continue
		}
		fix := w.fix
		if family != "escape" || !strings.HasPrefix(u.Src, "url rfc3986") || fix == "" {
			fix = "write it as declared: " + u.Src
		}
		if strings.HasPrefix(w.name, "without its %") || strings.HasPrefix(w.name, "with") && family == "escape" {
			continue
		}
		out = append(out, change{
			item: p.item, kind: family, place: p.label, name: w.name, tail: "(declared: " + u.Src + ")", fix: fix, rank: w.rank + p.plus - 5,
			edit: p.replace(i, i+1, own(w.name, w.write)), look: p.replacedLooks(i, w.write),
		})
	}
	return out
}

func (p *pipe) replacedLooks(i int, f func([]byte) []byte) func() (string, string) {
	if p.each != nil || p.whole || i+1 >= len(p.stages) {
		return nil
	}
	return func() (string, string) { return string(p.stages[i+1]), string(f(p.stages[i])) }
}

// removed are the steps of a text that a sender leaves out, one or all.
func (h *hunt) removed(p *pipe, end int) []change {
	var out []change
	for i, u := range p.uses[:end] {
		out = append(out, change{
			item: p.item, kind: "step", place: p.label, name: "without " + u.Src, fix: "write it as declared: " + u.Src, rank: common + p.plus,
			edit: p.replace(i, i+1), look: p.replacedLooks(i, bytes.Clone),
		})
		if u.Do.Undo != nil || familyOf(u) == "escape" {
			out = append(out, change{
				item: p.item, kind: "step", place: p.label, name: u.Src + " twice", fix: "carry it out once", rank: usual + p.plus,
				edit: p.insert(i, u),
			})
		}
		for j := i + 1; j < end; j++ {
			v := p.uses[j]
			out = append(out, change{
				item: p.item, kind: "step", place: p.label, name: v.Src + " before " + u.Src, fix: "carry them out in the declared order", rank: usual + p.plus,
				edit: func(d *draft) bool { return p.replace(i, i+1, v)(d) && p.replace(j, j+1, u)(d) },
			})
		}
	}
	if !p.whole && len(p.uses) > 0 && (end < len(p.uses) || end > 1) {
		src := make([]string, len(p.uses))
		for i, u := range p.uses {
			src[i] = u.Src
		}
		all := strings.Join(src, "|")
		out = append(out, change{
			item: p.item, kind: "step", place: p.label, name: "the text itself, not its " + all, fix: "write it as declared: " + all, rank: common + p.plus,
			edit: p.replace(0, len(p.uses)), look: func() (string, string) { return string(p.stages[len(p.stages)-1]), string(p.stages[0]) },
		})
	}
	return out
}

// everywhere are the charsets and line ends of a platform: at every text that a digest
// or a signature is made of.
func (h *hunt) everywhere(pipes []*pipe) (out []change) {
	var list []*pipe
	var at []int
	for _, p := range pipes {
		if i := slices.IndexFunc(p.uses, digests); i >= 0 && !p.secret && p.alt == 0 {
			list, at = append(list, p), append(at, i)
		}
	}
	if len(list) < 2 {
		return nil
	}
	for _, w := range h.writers {
		if w.kind != "charset" && w.kind != "lines" && w.kind != "case" {
			continue
		}
		out = append(out, change{
			item: h.f.Op.Item, kind: w.kind, place: "every text that a digest is made of", name: w.name, fix: w.fix, rank: w.rank + 2,
			edit: func(d *draft) bool {
				for i, p := range list {
					if !p.insert(at[i], own(w.name, w.write))(d) {
						return false
					}
				}
				return true
			},
		})
	}
	return out
}
