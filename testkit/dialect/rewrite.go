package dialect

import (
	"bytes"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/testkit/dialect/writer"
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
	_, ok := writer.Hashes()[name]
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
		out = append(out, h.counted(p, i, u)...)
	}
	for _, w := range h.writers {
		for i := 0; i <= end; i++ {
			if i > 0 && i < end && familyOf(p.uses[i-1]) == "" && familyOf(p.uses[i]) == "" {
				continue
			}
			if p.given && i == 0 && len(p.uses) == 0 && w.Kind != "escape" && w.Kind != "wrap" {
				continue // it is tried where it is made
			}
			if c := h.inserted(p, i, end, w); c != nil {
				out = append(out, *c)
			}
		}
	}
	return append(append(out, h.removed(p, end)...), h.untouched(p, end)...)
}

// differs reports whether a writer changes what comes before the step at i.
func (p *pipe) differs(i int, w *writer.Writer) bool {
	if p.each == nil && p.stages != nil {
		return i < len(p.stages) && !bytes.Equal(w.Write(p.stages[i]), p.stages[i])
	}
	return slices.ContainsFunc(p.each, func(one []byte) bool {
		b, ok := before(one, p.uses[:i])
		return !ok || !bytes.Equal(w.Write(b), b)
	})
}

// before is a text behind steps without keys.
func before(b []byte, steps []*plan.Use) (out []byte, ok bool) {
	for _, u := range steps {
		if u.Key >= 0 {
			return nil, false
		}
		var err error
		if b, err = u.Do.Apply(nil, b, nil); err != nil {
			return nil, false
		}
	}
	return b, true
}

// inserted is a writer before the step at i.
func (h *hunt) inserted(p *pipe, i, end int, w writer.Writer) *change {
	if !p.differs(i, &w) {
		return nil
	}
	c := &change{
		item: p.item, kind: w.Kind, place: p.label, name: w.Name, fix: w.Fix, rank: w.Rank + p.plus,
		edit: p.insert(i, own(w.Name, w.Write)), look: p.looks(i, w.Write),
	}
	switch {
	case p.whole:
		c.rank += 3
	case i > 0 && p.each == nil && familyOf(p.uses[i-1]) == "":
		c.place += ", behind " + p.uses[i-1].Src
	}
	if w.Kind == "escape" && strings.HasPrefix(w.Name, "escaped") {
		c.fix = "sign it as it is, and escape it only where it is sent"
		for _, u := range p.uses[:end] {
			if familyOf(u) == "escape" {
				c.name, c.fix, c.rank = "escaped once more, "+strings.TrimPrefix(w.Name, "escaped "), "escape it once", c.rank+20
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
		if w.Kind != family {
			continue
		}
		fix := w.Fix
		if family != "escape" || !strings.HasPrefix(u.Src, "url rfc3986") || fix == "" {
			fix = "write it as declared: " + u.Src
		}
		if strings.HasPrefix(w.Name, "without its %") || strings.HasPrefix(w.Name, "with") && family == "escape" {
			continue
		}
		out = append(out, change{
			item: p.item, kind: family, place: p.label, name: w.Name, tail: "(declared: " + u.Src + ")", fix: fix, rank: w.Rank + p.plus - 5,
			edit: p.replace(i, i+1, own(w.Name, w.Write)), look: p.replacedLooks(i, w.Write),
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
			item: p.item, kind: "step", place: p.label, name: "without " + u.Src, fix: "write it as declared: " + u.Src, rank: writer.Common + p.plus,
			edit: p.replace(i, i+1), look: p.replacedLooks(i, bytes.Clone),
		})
		if u.Do.Undo != nil || familyOf(u) == "escape" {
			out = append(out, change{
				item: p.item, kind: "step", place: p.label, name: u.Src + " twice", fix: "carry it out once", rank: writer.Usual + p.plus,
				edit: p.insert(i, u),
			})
		}
		for j := i + 1; j < end; j++ {
			v := p.uses[j]
			out = append(out, change{
				item: p.item, kind: "step", place: p.label, name: v.Src + " before " + u.Src, fix: "carry them out in the declared order", rank: writer.Usual + p.plus,
				edit: func(d *draft) bool { return p.replace(i, i+1, v)(d) && p.replace(j, j+1, u)(d) },
			})
		}
	}
	if (!p.whole || p.item != h.f.Op.Item) && len(p.uses) > 0 && (end < len(p.uses) || end > 1) {
		src := make([]string, len(p.uses))
		for i, u := range p.uses {
			src[i] = u.Src
		}
		all := strings.Join(src, "|")
		out = append(out, change{
			item: p.item, kind: "step", place: p.label, name: "the text itself, not its " + all, fix: "write it as declared: " + all, rank: writer.Common + p.plus,
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
		if w.Kind != "charset" && w.Kind != "lines" && w.Kind != "case" {
			continue
		}
		out = append(out, change{
			item: h.f.Op.Item, kind: w.Kind, place: "every text that a digest is made of", name: w.Name, fix: w.Fix, rank: w.Rank + 2,
			edit: func(d *draft) bool {
				for i, p := range list {
					if !p.insert(at[i], own(w.Name, w.Write))(d) {
						return false
					}
				}
				return true
			},
		})
	}
	return out
}
