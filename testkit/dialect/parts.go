package dialect

import (
	"bytes"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/testkit/dialect/writer"
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

// forms are a part as it is, and behind the steps of the hole in whose place it stands.
func (p *part) forms(steps []*plan.Use) []plan.Piece {
	out := []plan.Piece{p.piece()}
	if made, ok := before(p.text, steps); ok && len(steps) > 0 && p.slot < 0 {
		out = append(out, lit(made))
	}
	return out
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
	if came := h.q.Text(h.f.Op.Slot); len(came) > 0 && bytes.Contains(m.Body, came) {
		add("the body with "+h.f.Op.Item.Name+" as nothing in it", bytes.Replace(m.Body, came, nil, 1))
	}
	add("the URL", []byte(m.URL()))
	add("the URL with http", []byte("http://"+strings.TrimPrefix(m.URL(), m.Scheme+"://")))
	add("the URL without its query", []byte("https://"+m.Host+m.Path))
	add("the URL without its query, with http", []byte("http://"+m.Host+m.Path))
	add("host and path", []byte(m.Host+m.Path))
	add("path and query", []byte(m.Path+"?"+m.Query))
	if m.Query != "" {
		add("the query with ? in front", []byte("?"+m.Query))
	}
	for name, values := range m.Header {
		if len(values) == 1 {
			add("header "+name, []byte(values[0]))
		}
	}
	for one := range strings.SplitSeq(m.Query, "&") {
		name, value, _ := strings.Cut(one, "=")
		add("parameter "+name, writer.Unescape([]byte(value), true))
	}
	h.members(add)
	for _, s := range h.secrets {
		add(s.name, s.text)
	}
	for _, name := range slices.Sorted(maps.Keys(h.opts.Parts)) {
		add(name, []byte(h.opts.Parts[name]))
	}
	for _, word := range []string{"POST", "GET", "PUT", "DELETE", "PATCH", "HEAD"} {
		add("the method as "+word, []byte(word))
	}
	add("the word UNSIGNED-PAYLOAD", []byte("UNSIGNED-PAYLOAD"))
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
	body := h.q.Message().Body
	for _, one := range writer.Members(body) {
		add("member "+one.Name, one.Text)
	}
	if bytes.ContainsAny(body, "<{") {
		return
	}
	for one := range bytes.SplitSeq(body, []byte("&")) {
		if name, value, ok := bytes.Cut(one, []byte("=")); ok {
			add("parameter "+string(name), writer.Unescape(value, true))
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
	t.runs()
	t.fields()
	t.exchanged()
	t.segments()
	t.taken()
	t.labelled()
	t.literals()
	t.spelled()
	t.unfilled()
	t.secrets()
	t.parts()
	return t.out
}

// parts is one slip at every hole.
func (t *template) parts() {
	at := slices.DeleteFunc(t.holes(), func(i int) bool { return t.h.q.Secret(t.pieces[i].Slot) })
	if len(at) < 2 {
		return
	}
	for _, w := range t.h.writers {
		if w.Kind != "escape" && w.Kind != "wrap" && w.Kind != "case" && w.Kind != "blanks" && w.Kind != "around" {
			continue
		}
		t.add("each", "each of its parts "+w.Name, w.Fix, w.Rank+10, func(l []plan.Piece) []plan.Piece {
			for _, i := range at {
				l[i].Steps = append(slices.Clone(l[i].Steps), own(w.Name, w.Write))
			}
			return l
		})
	}
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

// wordOfText is a word in a literal, with the = behind it.
var wordOfText = regexp.MustCompile(`[A-Za-z0-9%/_.-]{2,}=?`)

// split cuts literals into words and what separates them.
func split(list []plan.Piece) (out []plan.Piece) {
	for _, p := range list {
		if p.Slot >= 0 {
			out = append(out, p)
			continue
		}
		at := 0
		for _, word := range wordOfText.FindAllIndex(p.Lit, -1) {
			out = append(out, separate(p.Lit[at:word[0]])...)
			out = append(out, lit(p.Lit[word[0]:word[1]]))
			at = word[1]
		}
		out = append(out, separate(p.Lit[at:])...)
	}
	return out
}

// separate cuts a run of one character, such as line ends with nothing between them.
func separate(b []byte) (out []plan.Piece) {
	if len(b) > 1 && len(bytes.Trim(b, string(b[:1]))) == 0 {
		for i := range b {
			out = append(out, lit(b[i:i+1]))
		}
		return out
	}
	return litOf(b)
}

// litOf is a literal, none where it is empty.
func litOf(b []byte) []plan.Piece {
	if len(b) == 0 {
		return nil
	}
	return []plan.Piece{lit(b)}
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

var escapes = strings.NewReplacer("\\", `\\`, "\n", `\n`, "\r", `\r`, "\t", `\t`)

// visible is a text in quotes, with its line ends.
func visible(s string) string { return `"` + escapes.Replace(s) + `"` }

func (t *template) dropped() {
	for i := range t.pieces {
		p := &t.pieces[i]
		name := t.called(i)
		if p.Slot < 0 {
			t.add("parts", "without "+name, "put "+name+" in", writer.Common, func(l []plan.Piece) []plan.Piece { return slices.Delete(l, i, i+1) })
			continue
		}
		fix := "put " + name + " in"
		if n := t.countHoles(i+1, len(t.pieces)-i-1); n > 0 {
			t.add("parts", "without all that is behind "+name, "put it in", writer.Usual, func(l []plan.Piece) []plan.Piece { return l[:i+1] })
		}
		t.add("parts", name+" as nothing, with its separators", fix, writer.Usual, func(l []plan.Piece) []plan.Piece { return slices.Delete(l, i, i+1) })
		if i > 0 && t.pieces[i-1].Slot < 0 {
			t.add("parts", "without "+t.called(i-1)+" and "+name, fix, writer.Common, func(l []plan.Piece) []plan.Piece { return slices.Delete(l, i-1, i+1) })
		}
		if i+1 < len(t.pieces) && t.pieces[i+1].Slot < 0 {
			t.add("parts", "without "+name+" and "+t.called(i+1), fix, writer.Common, func(l []plan.Piece) []plan.Piece { return slices.Delete(l, i, i+2) })
		}
	}
}

// separates reports whether a piece only separates others.
func (t *template) separates(i int) bool { return t.pieces[i].Slot < 0 && len(t.pieces[i].Lit) == 1 }

func (t *template) holes() (at []int) {
	for i := range t.pieces {
		if t.pieces[i].Slot >= 0 {
			at = append(at, i)
		}
	}
	return at
}

// taken are other parts of the message in the place of a hole, or beside the holes.
func (t *template) taken() {
	for i := range t.h.parts {
		one := &t.h.parts[i]
		for _, i := range t.holes() {
			if slices.Equal(t.h.q.Text(t.pieces[i].Slot), one.text) {
				continue
			}
			for _, other := range one.forms(t.pieces[i].Steps) {
				t.add("parts", one.name+" in place of "+t.called(i), "take "+t.called(i), writer.Usual, func(l []plan.Piece) []plan.Piece {
					l[i] = other
					return l
				})
			}
		}
		for i := 0; i <= len(t.pieces); i++ {
			t.beside(one, i)
		}
	}
}

// labelled are the holes with their names in front, as the message has them.
func (t *template) labelled() {
	for _, i := range t.holes() {
		for _, name := range t.names(t.pieces[i].Slot) {
			for _, sep := range []string{"=", ":"} {
				front := name + sep
				t.add("label", visible(front)+" in front of "+t.called(i), "leave "+visible(front)+" out", writer.Usual+5, func(l []plan.Piece) []plan.Piece {
					return slices.Insert(l, i, lit([]byte(front)))
				})
			}
		}
	}
}

// beside are a further part before the piece at i.
func (t *template) beside(one *part, i int) {
	for _, sep := range t.separators() {
		list := []plan.Piece{lit(sep), one.piece()}
		where := "behind " + t.called(max(0, i-1))
		if i == 0 {
			list, where = []plan.Piece{one.piece(), lit(sep)}, "in front"
		}
		t.add("parts", one.name+" "+where+", with "+visible(string(sep))+" between", "leave "+one.name+" out", writer.Usual+5, func(l []plan.Piece) []plan.Piece {
			return slices.Insert(l, i, list...)
		})
	}
}

// separators are what may separate two parts.
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
				t.add("literal", visible(other)+" in place of "+t.called(i), "write "+t.called(i), writer.Usual+5, func(l []plan.Piece) []plan.Piece {
					l[i] = lit([]byte(other))
					return l
				})
			}
			if !seen[string(p.Lit)] {
				t.every(string(p.Lit), other)
			}
		}
		seen[string(p.Lit)] = true
		t.add("literal", t.called(i)+" twice", "write it once", writer.Usual+5, func(l []plan.Piece) []plan.Piece { return slices.Insert(l, i, l[i]) })
		for name, f := range map[string]func([]byte) []byte{"lower": bytes.ToLower, "upper": bytes.ToUpper} {
			if changed := f(p.Lit); !bytes.Equal(changed, p.Lit) {
				t.add("literal", t.called(i)+" in "+name+" case", "write "+t.called(i), writer.Usual, func(l []plan.Piece) []plan.Piece {
					l[i] = lit(changed)
					return l
				})
			}
		}
	}
	for _, sep := range []string{"", "&", "\n", "|", ","} {
		t.add("literal", "its parts joined by "+visible(sep)+" alone", "write the declared text between them", writer.Usual, func(l []plan.Piece) []plan.Piece {
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
	t.add("literal", visible(with)+" between its parts in place of "+visible(old), "write "+visible(old), writer.Common, func(l []plan.Piece) []plan.Piece {
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
			{s.name + " at the end", nil, []string{""}, writer.Common},
			{s.name + " in front", []string{""}, nil, writer.Common},
			{s.name + " in front and at the end", []string{""}, []string{""}, writer.Common},
			{"&key= and " + s.name + " at the end", nil, []string{"&key="}, writer.Common},
			{"&secret= and " + s.name + " at the end", nil, []string{"&secret="}, writer.Possible},
			{"&KEY= and " + s.name + " at the end", nil, []string{"&KEY="}, writer.Possible},
			{"&appkey= and " + s.name + " at the end", nil, []string{"&appkey="}, writer.Possible},
			{"&sign= and " + s.name + " at the end", nil, []string{"&sign="}, writer.Rare},
			{"&token= and " + s.name + " at the end", nil, []string{"&token="}, writer.Rare},
			{"key= and " + s.name + " at the end", nil, []string{"key="}, writer.Usual},
			{"& and " + s.name + " at the end", nil, []string{"&"}, writer.Usual},
			{"a line end and " + s.name + " at the end", nil, []string{"\n"}, writer.Usual},
			{s.name + " and & in front", []string{"&"}, nil, writer.Usual},
			{s.name + " and a line end in front", []string{"\n"}, nil, writer.Possible},
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
		t.add("secret", "without the secret", "put the secret in", writer.Common, t.without)
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
