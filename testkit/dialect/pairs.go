package dialect

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
	"github.com/jiekou-dev/jiekou/testkit/dialect/writer"
)

// order is a way to sort pairs.
type order struct {
	name string
	rank int
	less func(a, b step.Named) int
}

func joined(p step.Named) string { return string(p.Name) + "=" + string(p.Text) }

// orderings are the ways to sort that senders have.
func orderings() []order {
	by := func(f func(step.Named) string) func(a, b step.Named) int {
		return func(a, b step.Named) int { return strings.Compare(f(a), f(b)) }
	}
	lower := func(p step.Named) string { return strings.ToLower(string(p.Name)) }
	name := func(p step.Named) string { return string(p.Name) }
	return []order{
		{"sorted by name", writer.Common, by(name)},
		{"sorted by name without letter case", writer.Common, by(lower)},
		{"sorted by value", writer.Common, by(func(p step.Named) string { return string(p.Text) })},
		{"sorted as whole name=value texts", writer.Common, by(joined)},
		{"sorted as whole texts of name and value", writer.Usual, by(func(p step.Named) string { return string(p.Name) + string(p.Text) })},
		{"sorted by name from Z to A", writer.Usual, func(a, b step.Named) int { return bytes.Compare(b.Name, a.Name) }},
		{"sorted by value from Z to A", writer.Possible, func(a, b step.Named) int { return bytes.Compare(b.Text, a.Text) }},
		{"sorted by value without letter case", writer.Possible, by(func(p step.Named) string { return strings.ToLower(string(p.Text)) })},
		{"sorted by name as localeCompare of JavaScript does: _ before digits, small letters before capitals", writer.Usual, func(a, b step.Named) int { return locale(name(a), name(b)) }},
		{"sorted by name as a locale does that skips _ and -", writer.Usual, func(a, b step.Named) int {
			skip := strings.NewReplacer("_", "", "-", "", ".", "")
			return cmp.Or(locale(skip.Replace(name(a)), skip.Replace(name(b))), locale(name(a), name(b)))
		}},
		{"sorted by the length of the names", writer.Possible, func(a, b step.Named) int { return cmp.Compare(len(a.Name), len(b.Name)) }},
		{"sorted by name, numbers in names by their size", writer.Possible, func(a, b step.Named) int { return natural(name(a), name(b)) }},
		{"sorted by the length of the names, then by name", writer.Possible, func(a, b step.Named) int {
			return cmp.Or(cmp.Compare(len(a.Name), len(b.Name)), bytes.Compare(a.Name, b.Name))
		}},
		{"sorted by name in capitals (C sorts _ behind them)", writer.Usual, by(func(p step.Named) string { return strings.ToUpper(string(p.Name)) })},
	}
}

// locale compares as Unicode's root collation does, for names.
func locale(a, b string) int {
	const marks = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$"
	weight := func(ch byte) int {
		if at := strings.IndexByte(marks, ch); at >= 0 {
			return at
		}
		return 100 + int(lowerOf(ch))
	}
	for i := 0; i < len(a) && i < len(b); i++ {
		if c := cmp.Compare(weight(a[i]), weight(b[i])); c != 0 {
			return c
		}
	}
	if c := cmp.Compare(len(a), len(b)); c != 0 {
		return c
	}
	return strings.Compare(b, a) // small letters come first
}

func lowerOf(ch byte) byte {
	if 'A' <= ch && ch <= 'Z' {
		return ch | 0x20
	}
	return ch
}

// natural compares numbers inside of texts by their size.
func natural(a, b string) int {
	for a != "" && b != "" {
		x, y := digitsOf(a), digitsOf(b)
		if x > 0 && y > 0 {
			if c := cmp.Or(cmp.Compare(x, y), strings.Compare(a[:x], b[:y])); c != 0 {
				return c
			}
			a, b = a[x:], b[y:]
			continue
		}
		if a[0] != b[0] {
			return cmp.Compare(a[0], b[0])
		}
		a, b = a[1:], b[1:]
	}
	return cmp.Compare(len(a), len(b))
}

func digitsOf(s string) int {
	n := 0
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	return n
}

// selection collects the mistakes of one selection.
type selection struct {
	h     *hunt
	it    *plan.Item
	alt   int
	s     *plan.Selection
	pairs []step.Named
	out   []change
}

// selected are mistakes with the pairs that are signed: which ones, in which order,
// and how they are written.
func (h *hunt) selected(it *plan.Item, alt int) []change {
	e := h.declared(it, alt)
	if e.Sel == nil {
		return nil
	}
	s := &selection{h, it, alt, e.Sel, h.pairs(it, alt), nil}
	s.sorted()
	s.joined()
	s.chosen()
	s.single()
	s.added()
	return s.out
}

func (s *selection) add(kind, cause, fix string, rank int, edit func(d *draft) bool) {
	s.out = append(s.out, change{item: s.it, kind: kind, place: s.it.Name, name: cause, fix: fix, rank: rank, edit: edit})
}

// set changes the selection itself.
func (s *selection) set(kind, cause, fix string, rank int, f func(*plan.Selection)) {
	s.add(kind, cause, fix, rank, func(d *draft) bool {
		e := d.expr(s.it, s.alt)
		if e == nil {
			return false
		}
		f(e.Sel)
		return true
	})
}

func (s *selection) then(kind, cause, fix string, rank int, f func([]step.Named) []step.Named) {
	s.add(kind, cause, fix, rank, then(s.it, s.alt, f))
}

func (s *selection) sorted() {
	fix := "sort them as declared: " + s.s.Sorted
	s.set("sort", "in the order in which they came, not sorted", fix, writer.Common, func(x *plan.Selection) { x.Sorted = "listed" })
	for _, o := range orderings() {
		sorted := then(s.it, s.alt, func(list []step.Named) []step.Named {
			slices.SortStableFunc(list, o.less)
			return list
		})
		s.add("sort", o.name, fix, o.rank, sorted)
		s.add("sort", o.name+", equal ones as they came", fix, o.rank+10, func(d *draft) bool {
			e := d.expr(s.it, s.alt)
			if e == nil {
				return false
			}
			e.Sel.Sorted = "listed"
			return sorted(d)
		})
	}
	s.then("sort", "in reversed order", fix, writer.Usual, func(list []step.Named) []step.Named {
		slices.Reverse(list)
		return list
	})
	s.add("sort", "in the reverse of the order in which they came", fix, writer.Possible, func(d *draft) bool {
		e := d.expr(s.it, s.alt)
		if e == nil {
			return false
		}
		e.Sel.Sorted = "listed"
		return then(s.it, s.alt, func(list []step.Named) []step.Named {
			slices.Reverse(list)
			return list
		})(d)
	})
}

// shape is a way to write a pair.
type shape struct {
	name                   string
	front, between, behind string
	names, values          bool
	rank                   int
}

func shapes() []shape {
	return []shape{
		{"as name=value", "", "=", "", true, true, writer.Common},
		{"as name and value without a separator", "", "", "", true, true, writer.Common},
		{"as values alone", "", "", "", false, true, writer.Common},
		{"as names alone", "", "", "", true, false, writer.Possible},
		{"as name:value", "", ":", "", true, true, writer.Usual},
		{"as name: value", "", ": ", "", true, true, writer.Possible},
		{`as name="value"`, "", `="`, `"`, true, true, writer.Usual},
		{"as name=value&, with & at the end too", "", "=", "&", true, true, writer.Common},
		{"as &name=value, with & in front too", "&", "=", "", true, true, writer.Usual},
		{`as name=value\n, with a line end at the end too`, "", "=", "\n", true, true, writer.Usual},
		{"as name_value", "", "_", "", true, true, writer.Possible},
		{"as name-value", "", "-", "", true, true, writer.Rare},
		{"as name|value", "", "|", "", true, true, writer.Possible},
		{"as name,value", "", ",", "", true, true, writer.Rare},
	}
}

// pieces are the template of a pair of this shape.
func (s *shape) pieces(name, value plan.Piece) (out []plan.Piece) {
	out = append(out, litOf([]byte(s.front))...)
	if s.names {
		out = append(out, name)
	}
	out = append(out, litOf([]byte(s.between))...)
	if s.values {
		out = append(out, value)
	}
	return append(out, litOf([]byte(s.behind))...)
}

// joined are other texts between and within the pairs.
func (s *selection) joined() {
	fix := "write the declared text between them: " + visible(string(s.s.Join))
	for _, sep := range []string{"", "&", "\n", ",", ", ", "|", ";", "_", "-", " ", "\r\n", "+", "^", "#"} {
		if sep != string(s.s.Join) {
			s.set("join", "joined by "+visible(sep), fix, writer.Common, func(x *plan.Selection) { x.Join = []byte(sep) })
		}
	}
	declared := s.s.Pair
	name, value := plan.Piece{Slot: plan.SlotName}, plan.Piece{Slot: -1}
	for i, p := range declared {
		switch p.Slot {
		case plan.SlotName:
			name = p
		case plan.SlotValue, plan.SlotRaw:
			value = p
			s.raw(i, p.Slot)
		}
	}
	s.literals(declared)
	if value.Slot < 0 {
		return
	}
	s.set("pair", "as name=value, joined by &", "write the pairs as declared", writer.Common, func(x *plan.Selection) {
		x.Pair, x.Join = clonePieces((&shape{between: "=", names: true, values: true}).pieces(name, value)), []byte("&")
	})
	for _, one := range shapes() {
		s.set("pair", "written "+one.name, "write each pair as declared", one.rank, func(x *plan.Selection) {
			x.Pair = clonePieces(one.pieces(name, value))
			if strings.HasSuffix(one.name, "too") {
				x.Join = nil
			}
		})
	}
}

// literals are other texts within each pair.
func (s *selection) literals(declared []plan.Piece) {
	edits := []struct {
		name string
		f    func(string) string
	}{
		{"written without blanks between name and value", func(t string) string { return strings.ReplaceAll(t, " ", "") }},
		{"written with a blank behind the text between name and value", func(t string) string { return t + " " }},
		{"written without the quotes around name and value", func(t string) string { return strings.NewReplacer(`"`, "", "'", "").Replace(t) }},
	}
	for _, one := range edits {
		changed := clonePieces(declared)
		for i, p := range changed {
			if p.Slot < 0 {
				changed[i].Lit = []byte(one.f(string(p.Lit)))
			}
		}
		s.set("pair", one.name, "write each pair as declared", writer.Usual, func(x *plan.Selection) { x.Pair = clonePieces(changed) })
	}
}

// raw are the values as they stood in place of what they say, or the reverse.
func (s *selection) raw(i, slot int) {
	other, label := plan.SlotRaw, "values as they stood, with their escapes or quotes"
	if slot == plan.SlotRaw {
		other, label = plan.SlotValue, "values without their escapes or quotes"
	}
	s.set("raw", label, "take the values as declared", writer.Common, func(x *plan.Selection) {
		if i < len(x.Pair) {
			x.Pair[i].Slot = other
		}
	})
}

// chosen are other choices of what is signed.
func (s *selection) chosen() {
	s.empties()
	s.unfilled()
	s.repeated()
	for i := range s.s.From {
		if len(s.s.From[i].Exclude) > 0 {
			s.itself(i)
		}
		if len(s.s.From) > 1 {
			s.set("from", "without "+sourceName(&s.s.From[i]), "sign them too", writer.Common, func(x *plan.Selection) { x.From = slices.Delete(x.From, i, i+1) })
		}
	}
	for i, name := range s.s.Skip {
		s.set("skip", "with "+name+" among them", "leave it out", writer.Common, func(x *plan.Selection) { x.Skip = slices.Delete(x.Skip, i, i+1) })
	}
	if len(s.s.Skip) > 1 {
		s.set("skip", "with all that is to be left out", "leave it out", writer.Common, func(x *plan.Selection) { x.Skip = nil })
	}
	if s.s.Only != nil {
		s.set("only", "with all that there are, not the listed ones", "sign the listed ones alone", writer.Usual, func(x *plan.Selection) { x.Only = nil })
	}
	for _, holder := range []string{"query", "form", "json", "xml", "multipart", "header"} {
		if slices.ContainsFunc(s.s.From, func(f plan.Source) bool { return f.Part != nil && f.Part.Holder == holder }) {
			continue
		}
		one := plan.Source{Part: &plan.PartRef{Holder: holder}}
		s.set("from", "with "+sourceName(&one)+" too", "leave them out", writer.Usual, func(x *plan.Selection) { x.From = append(x.From, one) })
		s.set("from", "of "+sourceName(&one)+" in their place", "take those that are declared", writer.Usual, func(x *plan.Selection) { x.From = []plan.Source{one} })
	}
}

// empties are other ways with parameters that have no value.
func (s *selection) empties() {
	if s.s.Empty {
		s.set("empty", "without empty parameters", "sign empty parameters too", writer.Common, func(x *plan.Selection) { x.Empty = false })
		return
	}
	s.set("empty", "with empty parameters", "leave empty parameters out", writer.Common, func(x *plan.Selection) { x.Empty = true })
	for _, word := range []string{"null", "None", "nil", "undefined"} {
		s.add("empty", "empty parameters and null as "+word, "leave them out", writer.Usual, s.keeping(-1, func(p *step.Named) {
			if len(p.Text) == 0 {
				p.Text, p.Raw = []byte(word), []byte(word)
			}
		}))
	}
}

// itself are the signature among what it is made of.
func (s *selection) itself(i int) {
	const fix = "leave the signature out of what it is made of"
	s.set("own", "with the signature itself among them", fix, writer.Common, func(x *plan.Selection) { x.From[i].Exclude = nil })
	came := s.h.q.Text(s.h.f.Op.Slot)
	s.add("own", "with the signature among them, empty", fix, writer.Usual, s.keeping(i, func(p *step.Named) {
		if bytes.Equal(p.Text, came) {
			p.Text, p.Raw = nil, nil
		}
	}))
}

// keeping keeps empty pairs, and the signature of the source at own, and changes pairs.
func (s *selection) keeping(own int, f func(*step.Named)) func(*draft) bool {
	return func(d *draft) bool {
		e := d.expr(s.it, s.alt)
		if e == nil {
			return false
		}
		e.Sel.Empty = true
		if own >= 0 && own < len(e.Sel.From) {
			e.Sel.From[own].Exclude = nil
		}
		return then(s.it, s.alt, func(list []step.Named) []step.Named {
			for i := range list {
				f(&list[i])
			}
			return list
		})(d)
	}
}

func sourceName(f *plan.Source) string {
	switch {
	case f.Part == nil && f.Of > 0:
		return "the members of the payload"
	case f.Part == nil:
		return f.Name
	case f.Part.Holder == "header":
		return "the headers"
	case f.Part.Holder == "query":
		return "the parameters of the query"
	}
	return "the members of the body"
}

// single are mistakes with one pair alone.
func (s *selection) single() {
	for i, p := range s.pairs {
		name := string(p.Name)
		for _, q := range s.pairs[i+1:] {
			other := string(q.Name)
			s.then("two of them", "without "+name+" and "+other, "sign "+name+" and "+other+" too", writer.Rare, func(list []step.Named) []step.Named {
				return slices.DeleteFunc(list, func(p step.Named) bool { return string(p.Name) == name || string(p.Name) == other })
			})
		}
		s.then("one "+name, "without "+name, "sign "+name+" too", writer.Common, func(list []step.Named) []step.Named {
			return slices.DeleteFunc(list, func(p step.Named) bool { return string(p.Name) == name })
		})
		s.then("one "+name, name+" as empty", "sign "+name+" as it is sent", writer.Usual, s.with(name, func([]byte) []byte { return nil }))
		for _, one := range s.h.parts {
			if !bytes.Equal(one.text, p.Text) {
				s.then("one "+name, one.name+" in place of "+name, "sign "+name+" as it is sent", writer.Possible, s.with(name, func([]byte) []byte { return one.text }))
			}
		}
		for _, w := range s.h.writers {
			if bytes.Equal(w.Write(p.Text), p.Text) || len(s.pairs) == 1 {
				continue
			}
			fix := w.Fix
			if w.Kind == "escape" && strings.HasPrefix(w.Name, "escaped") {
				fix = "sign it as declared, like the others"
			}
			s.then(w.Kind, w.Name, fix, w.Rank+15, s.with(name, w.Write))
			one := &s.out[len(s.out)-1]
			one.place, one.name = name+" alone", w.Name
		}
	}
}

// with changes the value of one pair.
func (s *selection) with(name string, f func([]byte) []byte) func([]step.Named) []step.Named {
	return func(list []step.Named) []step.Named {
		for i := range list {
			if string(list[i].Name) == name {
				list[i].Text = f(list[i].Text)
				list[i].Raw = list[i].Text
			}
		}
		return list
	}
}

// added are pairs that a sender has beside those that are declared: the secret sorted
// among them, values of places.
func (s *selection) added() {
	resort := func(name string, text []byte) func([]step.Named) []step.Named {
		return func(list []step.Named) []step.Named {
			list = append(list, step.Named{Name: []byte(name), Text: text, Raw: text})
			if s.s.Sorted != "listed" {
				slices.SortStableFunc(list, func(a, b step.Named) int { return bytes.Compare(a.Name, b.Name) })
			}
			return list
		}
	}
	for _, one := range s.h.secrets {
		for _, name := range []string{"key", strings.Trim(one.name, "[]"), "secret", "appkey", "appSecret", "app_secret", "token"} {
			s.then("extra", "with "+name+" and "+one.name+" sorted among them", "put the secret where it is declared", writer.Usual, resort(name, one.text))
		}
	}
	for _, one := range s.h.parts {
		_, name, ok := strings.Cut(one.name, " ")
		if !ok || slices.ContainsFunc(s.pairs, func(p step.Named) bool { return string(p.Name) == name }) || strings.HasPrefix(one.name, "the ") {
			continue
		}
		for _, as := range []string{name, strings.ToLower(name)} {
			s.then("extra", "with "+as+" among them ("+one.name+")", "leave it out", writer.Usual, resort(as, one.text))
		}
	}
	for _, at := range []int{plan.SlotMethod, plan.SlotPath, plan.SlotApp, plan.SlotInterface, plan.SlotBody} {
		if text := s.h.q.Text(at); len(text) > 0 && len(text) < 4096 {
			for _, name := range []string{s.h.form.Infos[at].Name, "data", "uri", "appid", "appId", "app_id"} {
				s.then("extra", "with "+name+" among them, which is "+s.h.name(at), "leave it out", writer.Possible, resort(name, text))
			}
		}
	}
}
