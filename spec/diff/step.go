package diff

import (
	"maps"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// answers compares two answers. Those of the earlier one are said by later names.
type answers struct {
	*differ
	before, after naming
	was, is       *spec.Interface
}

// answer compares what an interface does with what is stored.
func (d *differ) answer(was, is *spec.Interface) {
	x := answers{d, d.tableNames.of(was, is), naming{}.within(is.Answer), was, is}
	a, b := was.Answer, is.Answer
	if a.Token != b.Token {
		d.add("storage-token-"+upDown(b.Token > a.Token), "", a.Token.String(), b.Token.String(), a.At("token"), b.At("token"))
	}
	x.checks(a, b)
	x.steps(a, b)
	x.maps("return", "", x.before.assigned(a.Return, nil, only(a)), x.after.assigned(b.Return, nil, only(b)), a.At("return"), b.At("return"), x.filled)
}

// only is the table that columns of a return are of where they do not say it.
func only(a *spec.Answer) *spec.Table {
	if len(a.Steps) == 0 {
		return nil
	}
	return a.Steps[len(a.Steps)-1].Table
}

// filled reports whether a member of the response is there in both revisions: one that is
// new or gone is a change of the reply already.
func (x answers) filled(path string) bool {
	return x.is.Response.At(path) != nil && slices.Contains(slices.Collect(maps.Values(x.before.replied)), path)
}

// maps compares what is said by name.
func (x answers) maps(part, at string, before, after map[string]string, from, to spec.Pos, tell func(name string) bool) {
	all := maps.Clone(before)
	maps.Copy(all, after)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		a, there := before[name]
		b, still := after[name]
		path := strings.TrimPrefix(at+"."+name, ".")
		switch {
		case a == b && there == still, tell != nil && !tell(name):
		case !there:
			x.add("storage-"+part+"-added", path, "", b, from, to)
		case !still:
			x.add("storage-"+part+"-removed", path, a, "", from, to)
		default:
			x.add("storage-"+part+"-changed", path, a, b, from, to)
		}
	}
}

// checks compares the checks: what is asked of one table with one code is one check.
func (x answers) checks(a, b *spec.Answer) {
	from, to := a.At("check"), b.At("check")
	said := func(n naming, list []*spec.Check) (out []string) {
		for _, c := range list {
			out = append(out, n.checked(c))
		}
		return out
	}
	before, after := said(x.before, a.Checks), said(x.after, b.Checks)
	var gone []int
	var kept []string
	for i, text := range before {
		if slices.Contains(after, text) {
			kept = append(kept, text)
		} else {
			gone = append(gone, i)
		}
	}
	for i, text := range after {
		if slices.Contains(before, text) {
			continue
		}
		c := b.Checks[i]
		old := slices.IndexFunc(gone, func(g int) bool {
			o := a.Checks[g]
			return x.before.table(o.Table) == x.after.table(c.Table) && o.Else == c.Else && o.Absent == c.Absent
		})
		if old < 0 {
			x.add("storage-check-added", "", "", text, from, c.Pos)
			continue
		}
		x.add("storage-check-changed", "", before[gone[old]], text, a.Checks[gone[old]].Pos, c.Pos)
		gone = slices.Delete(gone, old, old+1)
	}
	for _, g := range gone {
		x.add("storage-check-removed", "", before[g], "", a.Checks[g].Pos, to)
	}
	still := slices.DeleteFunc(slices.Clone(after), func(text string) bool { return !slices.Contains(kept, text) })
	if !slices.Equal(kept, still) {
		x.add("storage-checks-moved", "", strings.Join(kept, "; "), strings.Join(still, "; "), from, to)
	}
}

// steps compares the steps, by name, and those without a counterpart by place.
func (x answers) steps(a, b *spec.Answer) {
	find := func(name string) *spec.AnswerStep {
		for _, st := range b.Steps {
			if st.Name == name {
				return st
			}
		}
		return nil
	}
	taken, pairs := map[*spec.AnswerStep]bool{}, map[*spec.AnswerStep]*spec.AnswerStep{}
	for _, st := range a.Steps {
		if now := find(x.before.step(st)); now != nil && !taken[now] {
			pairs[st], taken[now] = now, true
		}
	}
	var kept []string
	for i, st := range a.Steps {
		if now := pairs[st]; now != nil {
			kept = append(kept, now.Name)
			x.step(st, now)
		} else if i < len(b.Steps) && !taken[b.Steps[i]] {
			taken[b.Steps[i]] = true
			x.step(st, b.Steps[i])
		} else {
			x.weigh(x.add("storage-step-removed", x.before.step(st), st.Verb, "", st.Pos, b.Pos), st)
		}
	}
	var still []string
	for _, st := range b.Steps {
		if slices.Contains(kept, st.Name) {
			still = append(still, st.Name)
		}
	}
	if !slices.Equal(kept, still) {
		x.add("storage-steps-moved", "", strings.Join(kept, ", "), strings.Join(still, ", "), a.At("steps"), b.At("steps"))
	}
	for _, st := range b.Steps {
		if !taken[st] {
			x.weigh(x.add("storage-step-added", st.Name, "", st.Verb, a.Pos, st.Pos), st)
		}
	}
}

// weigh notes that a step which only reads changes nothing that is stored.
func (x answers) weigh(c *Change, st *spec.AnswerStep) {
	if !st.Writes() && st.SQL == "" {
		c.Levels.Data = None
	}
}

// step compares a step with itself as it was.
func (x answers) step(was, is *spec.AnswerStep) {
	n, m := x.before, x.after
	changed := func(rule, key, before, after string) bool {
		x.value("storage-"+rule+"-changed", is.Name, before, after, was.At(key), is.At(key))
		return before != after
	}
	if changed("table", was.Verb, n.table(was.Table), m.table(is.Table)) {
		return // its columns are told with it
	}
	changed("sql", "sql", was.SQL, is.SQL)
	x.maps("where", is.Name, n.found(was), m.found(is), was.At("where"), is.At("where"), nil)
	changed("order", "order", n.order(was), m.order(is))
	x.maps("set", is.Name, n.assigned(was.Set, was.Table, was.Table), m.assigned(is.Set, is.Table, is.Table), was.At("set"), is.At("set"), func(column string) bool {
		return is.Table.Column(column) != nil && slices.Contains(slices.Collect(maps.Values(n.columns[was.Table])), column)
	})
	x.maps("return", "", n.assigned(was.Return, nil, was.Table), m.assigned(is.Return, nil, is.Table), was.At("return"), is.At("return"), x.filled)
	if changed("verb", is.Verb, was.Verb, is.Verb) {
		return // the rest is of the verb
	}
	changed("match", "match", n.columnList(was.Table, was.Match), m.columnList(is.Table, is.Match))
	switch {
	case is.Keep && !was.Keep:
		x.add("storage-keep-set", is.Name, "", "", was.At("keep"), is.At("keep"))
	case was.Keep && !is.Keep:
		x.add("storage-keep-unset", is.Name, "", "", was.At("keep"), is.At("keep"))
	}
	changed("each", "each", n.field(was.Each), m.field(is.Each))
	changed("drop", "drop", n.drop(was.Drop), m.drop(is.Drop))
	changed("into", "into", n.field(was.Into), m.field(is.Into))
	changed("page", "page", n.page(was), m.page(is))
	changed("since", "since", n.since(was), m.since(is))
	changed("sort", "sort", n.sort(was), m.sort(is))
	before, after := map[string]string{}, map[string]string{}
	n.children(was.Children, was.Table, before)
	m.children(is.Children, is.Table, after)
	x.maps("child", "", before, after, was.At("children"), is.At("children"), x.filled)
	x.maps("unique", is.Name, n.taken(was), m.taken(is), was.At("unique"), is.At("unique"), nil)
}

// taken are the unique sets of a step that have a code; codes tell which.
func (n naming) taken(st *spec.AnswerStep) map[string]string {
	out := map[string]string{}
	for _, t := range st.Unique {
		out[n.columnList(st.Table, t.Columns)] = ""
	}
	return out
}

// order is that of a list, without the key, by which rows come that are alike in the rest.
func (n naming) order(st *spec.AnswerStep) string {
	list := st.Order
	for st.Table != nil && len(list) > 1 && slices.Contains(st.Table.Key, list[len(list)-1]) {
		list = list[:len(list)-1]
	}
	return n.columnList(st.Table, list)
}

func (n naming) drop(d *spec.Drop) string {
	if d == nil {
		return ""
	}
	return n.field(d.Field) + "=" + d.Value
}

// page is how a list has its pages, as text.
func (n naming) page(st *spec.AnswerStep) string {
	p := st.Page
	if p == nil {
		return ""
	}
	var parts []string
	words := []string{"page", "offset", "cursor", "after", "size", "total", "rows", "echo", "more", "next"}
	for i, f := range []*spec.Field{p.Page, p.Offset, p.Cursor, p.After, p.Size, p.Total, p.Rows, p.Echo, p.More, p.Next} {
		if f != nil {
			parts = append(parts, words[i]+" "+n.field(f))
		}
	}
	return strings.Join(parts, ", ")
}

func (n naming) since(st *spec.AnswerStep) string {
	if st.Since == nil {
		return ""
	}
	return joinedBy(", ", []string{n.column(st.Table, st.Since.Column), n.field(st.Since.Field), n.field(st.Since.Last)})
}

// found is what where says, by the columns.
func (n naming) found(st *spec.AnswerStep) map[string]string {
	out := n.assigned(st.Where, st.Table, st.Table)
	for _, p := range st.Picks {
		name := strings.ReplaceAll(n.columnList(st.Table, p.Columns), ", ", "+")
		out[name] = joinedBy(", ", []string{out[name], p.By + " " + n.field(p.Field)})
	}
	return out
}

// sort is how the request chooses the order of a list, as text.
func (n naming) sort(st *spec.AnswerStep) string {
	if st.Sort == nil {
		return ""
	}
	text := "by " + n.field(st.Sort.By)
	for _, o := range st.Sort.Orders {
		text += "; " + o.Value + ": " + n.columnList(st.Table, o.Columns)
	}
	return strings.TrimSuffix(text+"; descending "+n.drop(st.Sort.Down), "; descending ")
}
