package dialect

import (
	"bytes"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
)

// part is something of the message that a sender may sign in place of something else.
type part struct {
	name string
	text []byte
	slot int // of a secret, which shows by its name; -1: none
}

// piece is a part in a template.
func (p *part) piece() plan.Piece {
	if p.slot >= 0 {
		return plan.Piece{Slot: p.slot}
	}
	return lit(p.text)
}

// partsOf lists what a sender may put into a text.
func (h *hunt) partsOf() (out []part) {
	seen := map[string]bool{"": true}
	add := func(name string, b []byte) {
		if !seen[string(b)] && len(b) <= 4096 || name == "the body" {
			seen[string(b)] = true
			out = append(out, part{name, b, h.secretSlot(name)})
		}
	}
	for at, info := range h.form.Infos {
		text := h.q.Text(at)
		switch {
		case at == plan.SlotName || at == plan.SlotValue || at == plan.SlotRaw || at == plan.SlotRandom || at == plan.SlotNow || info.Name == "":
		case at == h.f.Op.Slot, info.Item != nil && info.Item.Leaf, text == nil:
		case h.q.Secret(at):
			if info.Kind == plan.KindSecret {
				add(h.keyName(at), text)
			}
		default:
			add(h.name(at), text)
		}
	}
	m := h.q.Message()
	add("the URL", []byte(m.URL()))
	add("the URL with http", []byte("http://"+strings.TrimPrefix(m.URL(), m.Scheme+"://")))
	add("the URL without its query", []byte("https://"+m.Host+m.Path))
	add("the URL without its query, with http", []byte("http://"+m.Host+m.Path))
	add("host and path", []byte(m.Host+m.Path))
	add("path and query", []byte(m.Path+"?"+m.Query))
	for name, values := range m.Header {
		if len(values) == 1 {
			add("header "+name, []byte(values[0]))
		}
	}
	for one := range strings.SplitSeq(m.Query, "&") {
		name, value, _ := strings.Cut(one, "=")
		add("parameter "+name, unescape([]byte(value), true))
	}
	h.members(add)
	for _, s := range h.secrets {
		add(s.name, s.text)
	}
	for _, name := range slices.Sorted(maps.Keys(h.opts.Parts)) {
		add(name, []byte(h.opts.Parts[name]))
	}
	for _, word := range []string{"POST", "GET", "PUT", "DELETE"} {
		add("the method as "+word, []byte(word))
	}
	return out
}

// secretSlot is the slot of a secret by its name, -1 where it is none of the protocol.
func (h *hunt) secretSlot(name string) int {
	for _, s := range h.secrets {
		if s.name == name {
			return s.slot
		}
	}
	return -1
}

// members adds the members of a body that is JSON or a form.
func (h *hunt) members(add func(string, []byte)) {
	m := h.q.Message()
	if v, ok := readJSON(m.Body); ok && v.kind == '{' {
		for i := range v.members {
			one := &v.members[i].value
			text := []byte(one.text)
			if one.kind == '{' || one.kind == '[' {
				text = (&library{}).append(nil, one, "\n")
			}
			add("member "+v.members[i].name, text)
		}
		return
	}
	if !bytes.ContainsAny(m.Body, "<{") {
		for one := range bytes.SplitSeq(m.Body, []byte("&")) {
			name, value, ok := bytes.Cut(one, []byte("="))
			if ok {
				add("parameter "+string(name), unescape(value, true))
			}
		}
	}
}

func lit(b []byte) plan.Piece { return plan.Piece{Lit: b, Slot: -1} }

// templated are mistakes with the parts of a template: left out, exchanged, moved,
// taken from elsewhere, joined by something else.
func (h *hunt) templated(it *plan.Item, alt int) (out []change) {
	e := h.declared(it, alt)
	if e.Kind != plan.FromTemplate || len(e.Pieces) == 1 && (e.Pieces[0].Slot < 0 || h.q.Secret(e.Pieces[0].Slot)) {
		return nil
	}
	t := &template{h, it, alt, split(clonePieces(e.Pieces)), nil}
	t.dropped()
	t.exchanged()
	t.taken()
	t.literals()
	t.secrets()
	return t.out
}

// template collects the mistakes of one template.
type template struct {
	h      *hunt
	it     *plan.Item
	alt    int
	pieces []plan.Piece
	out    []change
}

func (t *template) add(kind, cause, fix string, rank int, edit func([]plan.Piece) []plan.Piece) {
	t.out = append(t.out, change{
		item: t.it, kind: kind, place: t.it.Name, name: cause, fix: fix, rank: rank, moves: true,
		edit: func(d *draft) bool {
			e := d.expr(t.it, t.alt)
			if e == nil {
				return false
			}
			list := split(e.Pieces)
			if len(list) != len(t.pieces) {
				return false
			}
			e.Pieces = edit(list)
			return true
		},
	})
}

// split cuts literals into words and what stands between them.
func split(list []plan.Piece) (out []plan.Piece) {
	word := regexp.MustCompile(`[A-Za-z0-9%/_.-]{2,}=?`)
	for _, p := range list {
		if p.Slot >= 0 {
			out = append(out, p)
			continue
		}
		rest := p.Lit
		for len(rest) > 0 {
			n := len(rest)
			if at := word.FindIndex(rest); at != nil {
				if n = at[0]; n == 0 {
					n = at[1]
				}
			}
			out = append(out, lit(rest[:n]))
			rest = rest[n:]
		}
	}
	return out
}

// called is a piece as people call it.
func (t *template) called(i int) string {
	p := &t.pieces[i]
	if p.Slot < 0 {
		return visible(string(p.Lit))
	}
	if t.h.q.Secret(p.Slot) {
		return t.h.keyName(p.Slot)
	}
	return t.h.name(p.Slot)
}

// visible is a text in quotes, with its line ends.
func visible(s string) string {
	return `"` + strings.NewReplacer("\\", `\\`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(s) + `"`
}

func (t *template) dropped() {
	for i := range t.pieces {
		p := &t.pieces[i]
		name := t.called(i)
		if p.Slot < 0 {
			t.add("parts", "without "+name, "put "+name+" in", common, func(l []plan.Piece) []plan.Piece { return slices.Delete(l, i, i+1) })
			continue
		}
		fix := "put " + name + " in"
		t.add("parts", name+" as nothing, with its separators", fix, usual, func(l []plan.Piece) []plan.Piece { return slices.Delete(l, i, i+1) })
		if i > 0 && t.pieces[i-1].Slot < 0 {
			t.add("parts", "without "+t.called(i-1)+" and "+name, fix, common, func(l []plan.Piece) []plan.Piece { return slices.Delete(l, i-1, i+1) })
		}
		if i+1 < len(t.pieces) && t.pieces[i+1].Slot < 0 {
			t.add("parts", "without "+name+" and "+t.called(i+1), fix, common, func(l []plan.Piece) []plan.Piece { return slices.Delete(l, i, i+2) })
		}
	}
}

func (t *template) exchanged() {
	for i := range t.pieces {
		for j := i + 1; j < len(t.pieces); j++ {
			if t.separates(i) != t.separates(j) && (j != i+1 || len(t.pieces) > 2) {
				continue
			}
			t.add("order", t.called(i)+" and "+t.called(j)+" exchanged", "keep the declared order", common, func(l []plan.Piece) []plan.Piece {
				l[i], l[j] = l[j], l[i]
				return l
			})
		}
	}
	if at := t.holes(); len(at) > 2 && len(at) <= 5 {
		for _, order := range orders(len(at)) {
			t.add("order", "its parts in another order", "keep the declared order", possible, func(l []plan.Piece) []plan.Piece {
				old := slices.Clone(l)
				for i, from := range order {
					l[at[i]] = old[at[from]]
				}
				return l
			})
		}
	}
}

// separates reports whether a piece is only what stands between others.
func (t *template) separates(i int) bool { return t.pieces[i].Slot < 0 && len(t.pieces[i].Lit) == 1 }

func (t *template) holes() (at []int) {
	for i := range t.pieces {
		if t.pieces[i].Slot >= 0 {
			at = append(at, i)
		}
	}
	return at
}

// orders are the orders of n things that are no exchange of two.
func orders(n int) (out [][]int) {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	var walk func(int)
	walk = func(k int) {
		if k == n {
			moved := 0
			for i, at := range list {
				if i != at {
					moved++
				}
			}
			if moved > 2 {
				out = append(out, slices.Clone(list))
			}
			return
		}
		for i := k; i < n; i++ {
			list[k], list[i] = list[i], list[k]
			walk(k + 1)
			list[k], list[i] = list[i], list[k]
		}
	}
	walk(0)
	return out
}

// taken are other parts of the message in the place of a hole, or beside the holes.
func (t *template) taken() {
	for _, one := range t.h.parts {
		for _, i := range t.holes() {
			if slices.Equal(t.h.q.Text(t.pieces[i].Slot), one.text) {
				continue
			}
			t.add("parts", one.name+" in place of "+t.called(i), "take "+t.called(i), usual, func(l []plan.Piece) []plan.Piece {
				l[i] = one.piece()
				return l
			})
		}
		for i := 0; i <= len(t.pieces); i++ {
			for _, sep := range t.separators() {
				list := []plan.Piece{lit(sep), one.piece()}
				where := "behind " + t.called(max(0, i-1))
				if i == 0 {
					list, where = []plan.Piece{one.piece(), lit(sep)}, "in front"
				}
				t.add("parts", one.name+" "+where+", with "+visible(string(sep))+" between", "leave "+one.name+" out", usual+5, func(l []plan.Piece) []plan.Piece {
					return slices.Insert(l, i, list...)
				})
			}
		}
	}
}

// separators are what may stand between two parts.
func (t *template) separators() [][]byte {
	out := [][]byte{{}}
	for i := range t.pieces {
		if p := &t.pieces[i]; p.Slot < 0 && len(p.Lit) <= 2 && !slices.ContainsFunc(out, func(b []byte) bool { return bytes.Equal(b, p.Lit) }) {
			out = append(out, p.Lit)
		}
	}
	for _, more := range []string{"&", "\n"} {
		if len(out) < 3 && !slices.ContainsFunc(out, func(b []byte) bool { return string(b) == more }) {
			out = append(out, []byte(more))
		}
	}
	return out
}

// literals are other texts between the holes.
func (t *template) literals() {
	others := []string{"", "&", "\n", "|", ",", ":", "+", " ", "\r\n", "_", "-", ".", ";", "#", "=", "/", "\\n", "?", "$", "@", "\t", "^", "*"}
	seen := map[string]bool{}
	for i := range t.pieces {
		p := &t.pieces[i]
		if p.Slot >= 0 {
			continue
		}
		for _, other := range others {
			if other != string(p.Lit) && other != "" {
				t.add("literal", visible(other)+" in place of "+t.called(i), "write "+t.called(i), usual+5, func(l []plan.Piece) []plan.Piece {
					l[i] = lit([]byte(other))
					return l
				})
			}
			if !seen[string(p.Lit)] {
				t.every(string(p.Lit), other)
			}
		}
		seen[string(p.Lit)] = true
		for name, f := range map[string]func([]byte) []byte{"lower": bytes.ToLower, "upper": bytes.ToUpper} {
			if changed := f(p.Lit); !bytes.Equal(changed, p.Lit) {
				t.add("literal", t.called(i)+" in "+name+" case", "write "+t.called(i), usual, func(l []plan.Piece) []plan.Piece {
					l[i] = lit(changed)
					return l
				})
			}
		}
	}
	for _, sep := range []string{"", "&", "\n", "|", ","} {
		t.add("literal", "its parts joined by "+visible(sep)+" alone", "write the declared text between them", usual, func(l []plan.Piece) []plan.Piece {
			var out []plan.Piece
			for _, p := range l {
				if p.Slot < 0 {
					continue
				}
				if len(out) > 0 && sep != "" {
					out = append(out, lit([]byte(sep)))
				}
				out = append(out, p)
			}
			return out
		})
	}
}

// every changes all literals of one text at once.
func (t *template) every(old, with string) {
	if old == with || len(old) > 2 {
		return
	}
	t.add("literal", visible(with)+" between its parts in place of "+visible(old), "write "+visible(old), common, func(l []plan.Piece) []plan.Piece {
		for i := range l {
			if l[i].Slot < 0 && string(l[i].Lit) == old {
				l[i] = lit([]byte(with))
			}
		}
		return l
	})
}

// secrets are mistakes with where the key stands.
func (t *template) secrets() {
	for _, s := range t.h.secrets {
		key := (&part{text: s.text, slot: s.slot}).piece()
		for _, one := range []struct {
			name          string
			front, behind []string
			rank          int
		}{
			{s.name + " at the end", nil, []string{""}, common},
			{s.name + " in front", []string{""}, nil, common},
			{s.name + " in front and at the end", []string{""}, []string{""}, common},
			{"&key= and " + s.name + " at the end", nil, []string{"&key="}, common},
			{"&secret= and " + s.name + " at the end", nil, []string{"&secret="}, possible},
			{"&KEY= and " + s.name + " at the end", nil, []string{"&KEY="}, possible},
			{"&appkey= and " + s.name + " at the end", nil, []string{"&appkey="}, possible},
			{"&sign= and " + s.name + " at the end", nil, []string{"&sign="}, rare},
			{"&token= and " + s.name + " at the end", nil, []string{"&token="}, rare},
			{"key= and " + s.name + " at the end", nil, []string{"key="}, usual},
			{"& and " + s.name + " at the end", nil, []string{"&"}, usual},
			{"a line end and " + s.name + " at the end", nil, []string{"\n"}, usual},
			{s.name + " and & in front", []string{"&"}, nil, usual},
			{s.name + " and a line end in front", []string{"\n"}, nil, possible},
		} {
			t.add("secret", one.name, "put the secret where it is declared", one.rank, func(l []plan.Piece) []plan.Piece {
				l = t.without(l)
				for _, sep := range one.front {
					l = slices.Insert(l, 0, key, lit([]byte(sep)))
				}
				for _, sep := range one.behind {
					l = append(l, lit([]byte(sep)), key)
				}
				return l
			})
		}
	}
	if len(t.without(slices.Clone(t.pieces))) != len(t.pieces) {
		t.add("secret", "without the secret", "put the secret in", common, t.without)
	}
}

// without takes the secrets out, each with the text in front of it that names it.
func (t *template) without(list []plan.Piece) []plan.Piece {
	var out []plan.Piece
	for _, p := range list {
		if p.Slot >= 0 && t.h.q.Secret(p.Slot) {
			if n := len(out); n > 0 && out[n-1].Slot < 0 && bytes.HasSuffix(out[n-1].Lit, []byte("=")) && len(out[n-1].Lit) > 1 {
				out = out[:n-1]
			}
			if n := len(out); n > 0 && out[n-1].Slot < 0 && len(out[n-1].Lit) == 1 {
				out = out[:n-1]
			}
			continue
		}
		out = append(out, p)
	}
	return out
}

// dropSlot takes a hole out of the template of an item.
func (d *draft) dropSlot(it *plan.Item, alt, slot int) bool {
	e := d.expr(it, alt)
	if e == nil || !slices.ContainsFunc(e.Pieces, func(p plan.Piece) bool { return p.Slot == slot }) {
		return false
	}
	t := &template{h: d.h}
	e.Pieces = t.without(e.Pieces)
	return true
}

// listed are mistakes with a list of texts: its order, what joins it, what it lacks.
func (h *hunt) listed(it *plan.Item, alt int) (out []change) {
	e := h.declared(it, alt)
	if e.Kind != plan.FromList {
		return nil
	}
	add := func(kind, cause, fix string, rank int, edit func(*plan.Expr)) {
		out = append(out, change{item: it, kind: kind, place: it.Name, name: cause, fix: fix, rank: rank, moves: true, edit: func(d *draft) bool {
			e := d.expr(it, alt)
			if e == nil {
				return false
			}
			edit(e)
			return true
		}})
	}
	name := func(i int) string {
		t := &template{h: h, pieces: e.List[i]}
		var out []string
		for j := range e.List[i] {
			out = append(out, t.called(j))
		}
		return strings.Join(out, " ")
	}
	const order = "join them in the declared order"
	add("order", "its parts as they are listed", order, common, func(e *plan.Expr) { e.Sorted = "listed" })
	add("order", "its parts sorted by their texts", order, common, func(e *plan.Expr) { e.Sorted = "value" })
	add("order", "its parts sorted without letter case", order, common, func(e *plan.Expr) { e.Sorted = "name-nocase" })
	if n := len(e.List); n <= 5 {
		for _, order := range append(orders(n), swaps(n)...) {
			names := make([]string, n)
			for i, from := range order {
				names[i] = name(from)
			}
			add("order", "joined as "+strings.Join(names, " + "), "join them in the declared order", usual, func(e *plan.Expr) {
				old := slices.Clone(e.List)
				for i, from := range order {
					e.List[i] = old[from]
				}
				e.Sorted = "listed"
			})
		}
	}
	for _, sep := range []string{"", "&", "\n", ",", "|", ":", ";", "_", "-", "+", " "} {
		if sep != string(e.Join) {
			add("literal", "its parts joined by "+visible(sep), "join them by "+visible(string(e.Join)), common, func(e *plan.Expr) { e.Join = []byte(sep) })
		}
	}
	for i := range e.List {
		add("parts", "without "+name(i), "put "+name(i)+" in", common, func(e *plan.Expr) { e.List = slices.Delete(e.List, i, i+1) })
		for _, one := range h.parts {
			add("parts", one.name+" in place of "+name(i), "take "+name(i), usual, func(e *plan.Expr) { e.List[i] = []plan.Piece{one.piece()} })
		}
	}
	for _, one := range h.parts {
		for i := 0; i <= len(e.List); i++ {
			add("parts", "with "+one.name+" too", "leave "+one.name+" out", usual, func(e *plan.Expr) {
				e.List = slices.Insert(e.List, i, []plan.Piece{one.piece()})
			})
		}
	}
	return out
}

func swaps(n int) (out [][]int) {
	for i := range n {
		for j := i + 1; j < n; j++ {
			one := make([]int, n)
			for k := range one {
				one[k] = k
			}
			one[i], one[j] = j, i
			out = append(out, one)
		}
	}
	return out
}
