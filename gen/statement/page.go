package statement

import (
	"slices"
	"strings"
)

// page completes a paged list: the statement that takes the size of a page and where it
// begins, and the one that counts.
func (r *reader) page(read *Read, x result, where expr) {
	if r.step.Counts() {
		count := selection{columns: []doc{words("count(*)")}, from: from(r.table, "t"), where: &where}
		read.Count = &Statement{
			Doc: "counts the rows of the list", SQL: layout(count.clauses(ends{})), Args: slices.Clone(r.args),
			Columns: []Column{{}}, Uses: uses(where.reads),
		}
	}
	if !r.step.Page.Numbered() {
		r.behind(read, x, where)
		return
	}
	size, offset := r.parameter(Given{"size"}, bigint), r.parameter(Given{"offset"}, bigint)
	s := r.selection(x, where)
	s.limit = docs{words("limit "), size.doc, words(" offset "), offset.doc}
	out := s.clauses(ends{})
	if read.Marked {
		s.limit = docs{words("limit "), size.doc, words(" + (select n from moved) offset "), offset.doc, words(" - (select n from moved)")}
		out = docs{r.moved(where, offset), s.clauses(ends{})}
	}
	read.Statement = r.statement("lists a page of "+r.table.Name, x, out, where.reads...)
}

// behind completes a list whose pages begin behind a row: it is looked up by the columns
// of the order, which an index may serve, and nothing is skipped row by row.
func (r *reader) behind(read *Read, x result, where expr) {
	size := r.parameter(Given{"size"}, bigint)
	var keys []key
	var always expr // of a column that is never null: it is, where the page is the first
	for n, name := range r.step.Order {
		name, falling := strings.CutPrefix(name, "-")
		c := r.table.Column(name)
		read.Keys = append(read.Keys, c)
		k := key{r.column(name), r.parameter(Given{"key " + itoa(n+1)}, columnType(c)), falling}
		if k.column.filled = k.column.filled || slices.Contains(r.table.Key, name); k.column.filled {
			always = k.given
		}
		keys = append(keys, k)
	}
	where = all(where, either(always.test("is null"), beyond(keys)))
	if r.step.Page.Next != nil {
		x.add(keyTexts(keys), Column{})
	}
	s := r.selection(x, where)
	s.limit = docs{words("limit "), size.doc}
	read.Statement = r.statement("lists a page of "+r.table.Name, x, s.clauses(ends{}), where.reads...)
}

// key is a column of the order of a list, with its value in the row behind which a page begins.
type key struct {
	column, given expr
	falling       bool
}

// beyond is the condition that a row is behind the one with the given values of all columns.
// Where none of them may be null and all rise or all fall, it is a comparison of rows.
func beyond(keys []key) expr {
	first, plain := keys[0], true
	var columns, values []expr
	for _, k := range keys {
		plain = plain && k.column.filled && k.falling == first.falling
		columns, values = append(columns, k.column), append(values, k.given)
	}
	sign := ">"
	if first.falling {
		sign = "<"
	}
	switch {
	case len(keys) == 1 && plain:
		return operate(first.column, sign, first.given)
	case plain:
		row := func(list []expr) expr {
			return expr{doc: enclosed("(", commas(list), ")"), operand: true, reads: looks(list...)}
		}
		return operate(row(columns), sign, row(values))
	case len(keys) == 1:
		return first.behind()
	}
	same := expr{doc: docs{first.column.doc, words(" is not distinct from "), first.given.doc}, typ: boolean, reads: first.column.reads}
	return either(first.behind(), all(same, beyond(keys[1:])))
}

// commas are expressions with commas between them.
func commas(of []expr) doc { return list(parts(of), ",", space) }

// behind is the condition that a row is behind the given value of one column. Nulls are
// last where the column rises, and first where it falls.
func (k key) behind() expr {
	switch {
	case k.column.filled && k.falling:
		return operate(k.column, "<", k.given)
	case k.column.filled:
		return operate(k.column, ">", k.given)
	case k.falling:
		return either(operate(k.column, "<", k.given), all(k.given.test("is null"), k.column.test("is not null")))
	}
	return either(operate(k.column, ">", k.given), all(k.given.test("is not null"), k.column.test("is null")))
}

// keyTexts are the values of the columns of an order as texts, from which the runtime makes
// what the request for the next page has. Times are microseconds since 1970.
func keyTexts(keys []key) expr {
	var out []expr
	for _, k := range keys {
		one := k.column
		switch one.typ {
		case text:
		case moment:
			one = expr{doc: docs{words("(extract(epoch from "), one.doc, words(") * 1000000)::bigint::text")}, typ: text, operand: true, reads: one.reads}
		case day:
			one = call("to_char", text, one, constant("YYYY-MM-DD"))
		default:
			one = one.cast(text)
		}
		out = append(out, one)
	}
	return expr{doc: enclosed("array[", commas(out), "]"), typ: texts, operand: true, reads: looks(out...)}
}

// complete is a time up to which a list is complete: that of its row, but at most
// ten seconds ago and at most the beginning of the oldest transaction that writes
// now, because those rows may still be committed.
func complete(modified expr) expr {
	oldest := lines("select min(a.xact_start) from pg_stat_activity a\n" +
		"where a.backend_xid is not null and a.datname = current_database()")
	return expr{doc: docs{words("least("), nested{docs{
		ends{},
		modified.doc, words(","),
		ends{},
		words("now() - interval '10 seconds',"),
		ends{},
		words("("),
		nested{docs{ends{}, oldest}},
		ends{},
		words(")"),
	}}, ends{}, words(")")}, typ: moment, reads: modified.reads}
}

// moved counts the rows that changed within the last minute, at most 1,000 and at
// most as many as precede the page. Each of them may have moved from before the
// page to the end of the list, and a row that the caller has not seen yet may have
// moved into its place; so the page begins earlier by as many rows.
func (r *reader) moved(where, offset expr) doc {
	column := r.column(r.step.Since.Column)
	changed := []expr{where, operate(column, ">=", sql("now() - interval '1 minute'", moment))}
	if r.table.Column("created") != nil {
		changed = append(changed, operate(column, ">", r.column("created"))) // a new row was never before the page
	}
	on := all(changed...)
	s := selection{columns: []doc{docs{words("least(count(*), "), offset.doc, words(", 1000) as n")}}, from: from(r.table, "t"), where: &on}
	return docs{words("with moved as ("), nested{docs{ends{}, s.clauses(ends{})}}, ends{}, words(")"), ends{}}
}
