package dialect

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
	"github.com/jiekou-dev/jiekou/testkit/dialect/writer"
)

// left is a text that programs leave where a value should be.
type left struct{ text, fix string }

// leftovers are what is in place of a value that a program did not fill in, or did not
// write as a text: name is what the value is called, holes how many there are.
func leftovers(name string, holes int) (out []left) {
	const fill, write = "fill the placeholder in before it is signed", "write the value as a text"
	for n := range holes + 1 {
		for _, form := range []string{"{%d}", "%%%d$s", "$%d", "###%d", "#%d", "@%d"} {
			out = append(out, left{fmt.Sprintf(form, n), fill})
		}
	}
	for _, text := range []string{
		"%s", "%d", "%v", "{}", "?",
		"${" + name + "}", "{" + name + "}", "{{" + name + "}}", "{{ " + name + " }}", "#{" + name + "}", "$" + name, ":" + name, "<" + name + ">", "[" + name + "]", "%(" + name + ")s", name,
		"%!s(MISSING)", "%!d(MISSING)", "%!v(MISSING)", "%!s(<nil>)",
	} {
		out = append(out, left{text, fill})
	}
	for _, text := range []string{"System.Byte[]", "System.String[]", "[object Object]", "[object Promise]", "[object ArrayBuffer]", "Array", "undefined", "null", "None", "nil", "<nil>", "NaN", "True", "true", "1"} {
		out = append(out, left{text, write})
	}
	return out
}

// unfilled are holes in which something else stands than the value.
func (t *template) unfilled() {
	holes := t.holes()
	for _, i := range holes {
		slot := t.pieces[i].Slot
		if t.h.q.Secret(slot) {
			continue // keys have changes of their own
		}
		var list []left
		for _, name := range t.names(slot) {
			list = append(list, leftovers(name, len(holes))...)
		}
		slices.SortFunc(list, func(a, b left) int { return strings.Compare(a.text, b.text) })
		for _, one := range slices.Compact(list) {
			t.add("unfilled", one.text+" in place of "+t.called(i), one.fix, writer.Rare, func(l []plan.Piece) []plan.Piece {
				l[i] = lit([]byte(one.text))
				return l
			})
		}
		t.printed(i)
		t.named(i)
	}
}

// printed are a value as Python prints its bytes.
func (t *template) printed(i int) {
	for _, quote := range []string{"'", `"`} {
		t.add("unfilled", "b"+quote+"…"+quote+" in place of "+t.called(i)+": Python's bytes as a text", "in Python take .decode()", writer.Rare, func(l []plan.Piece) []plan.Piece {
			l[i].Steps = append(slices.Clone(l[i].Steps), own("b", func(b []byte) []byte { return slices.Concat([]byte("b"+quote), b, []byte(quote)) }))
			return l
		})
	}
}

// named are a digest with the name of its algorithm in front, and a path with the method.
func (t *template) named(i int) {
	var fronts []string
	for _, u := range t.pieces[i].Steps {
		if hash := wordOf(u); isHash(u) {
			dashed := strings.Replace(hash, "sha", "sha-", 1)
			for _, word := range []string{hash, strings.ToUpper(hash), dashed, strings.ToUpper(dashed)} {
				fronts = append(fronts, word+"=", word+":", word+" ")
			}
		}
	}
	if at := t.pieces[i].Slot; at == plan.SlotPath || at == plan.SlotTarget || at == plan.SlotURL {
		method := t.h.q.Message().Method
		fronts = append(fronts, method+" ", strings.ToLower(method)+" ")
	}
	slices.Sort(fronts)
	for _, front := range slices.Compact(fronts) {
		t.add("label", visible(front)+" in front of "+t.called(i), "leave "+visible(front)+" out", writer.Usual+5, func(l []plan.Piece) []plan.Piece {
			return slices.Insert(l, i, lit([]byte(front)))
		})
	}
}

// names are what the message and the declaration call a value.
func (t *template) names(slot int) []string {
	name := t.h.form.Infos[slot].Name
	if t.h.q.Secret(slot) || name == "" {
		return nil
	}
	names := []string{name, name[:1], strings.ToUpper(name[:1]) + name[1:]}
	text := string(t.h.q.Text(slot))
	m := t.h.q.Message()
	for header, values := range m.Header {
		if len(values) == 1 && values[0] == text {
			names = append(names, header, strings.ToLower(header))
		}
	}
	for _, one := range writer.Members(m.Body) {
		if string(one.Text) == text {
			names = append(names, one.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// spelled are all words between the holes in another case, and blanks beside what
// separates them.
func (t *template) spelled() {
	for _, one := range []struct {
		name string
		f    func([]byte) []byte
	}{{"lower", bytes.ToLower}, {"upper", bytes.ToUpper}} {
		t.add("literal", "all words between its parts in "+one.name+" case", "write them as declared", writer.Usual, func(l []plan.Piece) []plan.Piece {
			for i := range l {
				if l[i].Slot < 0 {
					l[i] = lit(one.f(l[i].Lit))
				}
			}
			return l
		})
	}
	seen := map[string]bool{}
	for _, p := range t.pieces {
		old := string(p.Lit)
		if p.Slot >= 0 || len(old) != 1 || seen[old] {
			continue
		}
		seen[old] = true
		for _, with := range []string{old + " ", " " + old, " " + old + " ", old + "\n"} {
			t.every(old, with)
		}
	}
}

// unfilled are pairs in which something else stands than the value.
func (s *selection) unfilled() {
	pairs := s.h.pairs(s.it, s.alt)
	for _, p := range pairs {
		name := string(p.Name)
		for _, one := range leftovers(name, 1) {
			s.add("unfilled", one.text+" in place of "+name, one.fix, writer.Rare, then(s.it, s.alt, func(list []step.Named) []step.Named {
				i := slices.IndexFunc(list, func(p step.Named) bool { return string(p.Name) == name })
				if i >= 0 {
					list[i].Text, list[i].Raw = []byte(one.text), []byte(one.text)
				}
				return list
			}))
		}
	}
}
