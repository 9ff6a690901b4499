package diff

import (
	"maps"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// answerRules are the changes of what an interface does with what is stored.
func answerRules() []Rule {
	r := func(id, mirror, title, zh string, wire, data Level) Rule {
		return row("storage-"+id, "storage-"+mirror, title, zh, Levels{Wire: wire, Data: data}, whole)
	}
	return []Rule{
		r("step-added", "step-removed", "an answer has a further step", "处理增加步骤", Warning, Warning),
		r("step-removed", "step-added", "an answer no longer has a step", "处理减少步骤", Warning, Warning),
		r("steps-moved", "steps-moved", "the steps of an answer have another order", "处理步骤的次序改变", Warning, Warning),
		r("verb-changed", "verb-changed", "an answer does something else with rows", "对数据的操作改变", Warning, Warning),
		r("table-changed", "table-changed", "an answer is about another table", "所处理的表改变", Warning, Warning),
		r("where-added", "where-removed", "rows must meet a further condition", "取数条件增加", Warning, None),
		r("where-removed", "where-added", "rows need no longer meet a condition", "取数条件减少", Warning, None),
		r("where-changed", "where-changed", "rows must meet another condition", "取数条件改变", Warning, None),
		r("order-changed", "order-changed", "rows come in another order", "排序改变", Warning, None),
		r("set-added", "set-removed", "a further column is written", "写入的列增加", Info, Warning),
		r("set-removed", "set-added", "a column is no longer written", "写入的列减少", Info, Warning),
		r("set-changed", "set-changed", "something else is written into a column", "写入列的内容改变", Info, Warning),
		r("return-added", "return-removed", "a further member is filled from what is stored", "由数据填写的成员增加", Info, None),
		r("return-removed", "return-added", "a member is no longer filled from what is stored", "由数据填写的成员减少", Warning, None),
		r("return-changed", "return-changed", "a member is filled from something else", "成员的数据来源改变", Warning, None),
		r("check-added", "check-removed", "a request must pass a further check", "增加数据检查", Warning, None),
		r("check-removed", "check-added", "a request need no longer pass a check", "取消数据检查", Info, None),
		r("check-changed", "check-changed", "a check asks for something else", "数据检查改变", Warning, None),
		r("checks-moved", "checks-moved", "checks are made in another order: another one may answer first", "数据检查的次序改变", Warning, None),
		r("unique-added", "unique-removed", "a taken value has a code of its own", "重复值的错误码增加", Warning, None),
		r("unique-removed", "unique-added", "a taken value no longer has a code of its own", "重复值的错误码取消", Warning, None),
		r("match-changed", "match-changed", "the row that is there is found by other columns", "查找已有数据的列改变", Warning, Warning),
		r("keep-set", "keep-unset", "a row that is there stays as it is", "已有数据保持不变", Warning, Warning),
		r("keep-unset", "keep-set", "a row that is there is written over", "已有数据被更新", Warning, Warning),
		r("each-changed", "each-changed", "rows are written for another array", "按其他数组写入", Warning, Warning),
		r("drop-changed", "drop-changed", "other members delete their rows", "删除数据的成员改变", Warning, Warning),
		r("into-changed", "into-changed", "rows come in another member", "数据所在的成员改变", Warning, None),
		r("page-changed", "page-changed", "a list has its pages in another way", "分页方式改变", Warning, None),
		r("since-changed", "since-changed", "what changed since a time is found in another way", "增量条件改变", Warning, None),
		r("child-added", "child-removed", "the rows of a list have a further array", "列表数据增加子数组", Info, None),
		r("child-removed", "child-added", "the rows of a list no longer have an array", "列表数据减少子数组", Warning, None),
		r("child-changed", "child-changed", "an array of the rows of a list is filled from something else", "列表数据的子数组改变", Warning, None),
		r("sql-changed", "sql-changed", "a statement is another one", "SQL语句改变", Warning, Warning),
		r("token-raised", "token-lowered", "a token lasts longer", "令牌有效期加长", Info, None),
		r("token-lowered", "token-raised", "a token lasts shorter", "令牌有效期缩短", Warning, None),
	}
}

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
// new or gone is told with its field.
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
	still := slices.DeleteFunc(stepNames(b), func(name string) bool { return !slices.Contains(kept, name) })
	if !slices.Equal(kept, still) {
		x.add("storage-steps-moved", "", strings.Join(kept, ", "), strings.Join(still, ", "), a.At("steps"), b.At("steps"))
	}
	for _, st := range b.Steps {
		if !taken[st] {
			x.weigh(x.add("storage-step-added", st.Name, "", st.Verb, a.Pos, st.Pos), st)
		}
	}
}

func stepNames(a *spec.Answer) (out []string) {
	for _, st := range a.Steps {
		out = append(out, st.Name)
	}
	return out
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
	x.maps("where", is.Name, n.assigned(was.Where, was.Table, was.Table), m.assigned(is.Where, is.Table, is.Table), was.At("where"), is.At("where"), nil)
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
	changed("drop", "drop", n.drop(was), m.drop(is))
	changed("into", "into", n.field(was.Into), m.field(is.Into))
	changed("page", "page", n.page(was), m.page(is))
	changed("since", "since", n.since(was), m.since(is))
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

func (n naming) drop(st *spec.AnswerStep) string {
	if st.Drop == nil {
		return ""
	}
	return n.field(st.Drop.Field) + "=" + st.Drop.Value
}

// page is how a list has its pages, as text.
func (n naming) page(st *spec.AnswerStep) string {
	p := st.Page
	if p == nil {
		return ""
	}
	var parts []string
	for _, one := range []struct {
		word string
		of   *spec.Field
	}{
		{"page", p.Page}, {"offset", p.Offset}, {"cursor", p.Cursor}, {"after", p.After}, {"size", p.Size}, {"total", p.Total},
		{"rows", p.Rows}, {"echo", p.Echo}, {"more", p.More}, {"next", p.Next},
	} {
		if one.of != nil {
			parts = append(parts, one.word+" "+n.field(one.of))
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
