package statement

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/spec"
)

// Type is the SQL type of a value, for example "bigint"; that of an array ends in
// [].
type Type string

// The types of values. The type of SQL in the YAML is not known.
const (
	unknown Type = ""
	text    Type = "text"
	bigint  Type = "bigint"
	double  Type = "double precision"
	numeric Type = "numeric"
	boolean Type = "boolean"
	moment  Type = "timestamptz"
	day     Type = "date"
	jsonb   Type = "jsonb"
	texts   Type = "text[]"
)

// columnType is the type of a column's values.
func columnType(c *spec.Column) Type {
	switch c.Type {
	case spec.Int:
		return bigint
	case spec.Number:
		return double
	case spec.Decimal:
		return numeric
	case spec.Bool:
		return boolean
	case spec.Datetime:
		return moment
	case spec.Date:
		return day
	case spec.JSON:
		return jsonb
	}
	return text
}

// isArray reports whether a type is that of arrays.
func (t Type) isArray() bool { return strings.HasSuffix(string(t), "[]") }

// expr is an SQL expression.
type expr struct {
	doc
	typ     Type
	operand bool // it may be beside an operator as it is
	filled  bool // it is never null
	full    bool // it is never ""
	length  int  // characters of the text at most; 0: not known
	reads   []read
	terms   []expr // of a condition that all of them make
	always  bool   // it is the condition of nothing
}

// read is a column that an expression looks at.
type read struct {
	table  *spec.Table
	step   string // of the same statement, whose row it is; "": the table's own
	column string
}

// row is a row that expressions take columns of.
type row struct {
	alias string
	table *spec.Table // nil: of SQL in the YAML
	step  string      // that wrote it; "": it is read from the table
	of    string      // the step whose row it is; "": of none
}

// column is a column of a row.
func (r row) column(name string) expr {
	e := expr{doc: words(r.alias + "." + name), operand: true}
	if r.table == nil {
		return e
	}
	c := r.table.Column(name)
	e.typ, e.filled, e.reads = columnType(c), c.Required, []read{{r.table, r.step, name}}
	if e.typ == text {
		e.length = c.Length
	}
	return e
}

// columns are columns of a row.
func (r row) columns(names []string) []expr {
	var out []expr
	for _, name := range names {
		out = append(out, r.column(name))
	}
	return out
}

// sql is an expression of a type that is written here.
func sql(s string, typ Type) expr { return expr{doc: words(s), typ: typ, operand: true} }

// constant is a text.
func constant(s string) expr {
	return expr{doc: words(quote(s)), typ: text, operand: true, filled: true, length: utf8.RuneCountInString(s)}
}

// number is a constant that is written as it is: a number, true or false.
func number(s string, typ Type) expr {
	return expr{doc: words(s), typ: typ, operand: true, filled: true}
}

// now is the time of the transaction.
func now() expr { return expr{doc: words("now()"), typ: moment, operand: true, filled: true} }

// quote writes a text constant on one line.
func quote(s string) string {
	if strings.ContainsAny(s, "\n\r") {
		return "E'" + strings.NewReplacer(`\`, `\\`, "'", `\'`, "\n", `\n`, "\r", `\r`).Replace(s) + "'"
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// beside is the expression as one side of an operator.
func (e expr) beside() doc {
	if e.operand {
		return e.doc
	}
	return enclosed("(", e.doc, ")")
}

// cast is the expression as another type.
func (e expr) cast(typ Type) expr {
	e.doc = docs{e.beside(), words("::" + string(typ))}
	e.typ, e.operand = typ, true
	return e
}

// zoned is a moment as the time of a zone, or the moment of such a time.
func (e expr) zoned(zone string, typ Type) expr {
	e.doc = docs{e.beside(), words(" at time zone " + quote(zone))}
	e.typ, e.operand = typ, false
	return e
}

// call is the call of a function.
func call(name string, typ Type, args ...expr) expr {
	return expr{doc: enclosed(name+"(", list(parts(args), ",", space), ")"), typ: typ, operand: true, reads: looks(args...)}
}

// orElse is the expression, or another where that is null.
func (e expr) orElse(other expr) expr {
	out := call("coalesce", e.typ, e, other)
	out.filled = other.filled
	if e.length > 0 {
		out.length = max(e.length, other.length)
	}
	return out
}

// orNull is a text, null where it is "".
func (e expr) orNull() expr {
	if e.full {
		return e
	}
	out := call("nullif", e.typ, e, constant(""))
	out.length, out.full = e.length, true
	return out
}

// shortened is a text of so many characters at most.
func (e expr) shortened(length int) expr {
	if e.length > 0 && e.length <= length {
		return e
	}
	out := call("left", text, e, number(itoa(length), bigint))
	out.filled, out.length = e.filled, length
	return out
}

// shortenedTo is a text that is no longer than a field may be.
func (e expr) shortenedTo(f *spec.Field) expr {
	if f.LengthIn == "" {
		return e.shortened(f.Length)
	}
	if e.length > 0 && 4*e.length <= f.Length {
		return e
	}
	size := "octet_length(c)" // of "" it is 0, and of null there are no rows
	if f.LengthIn == spec.LengthGBK {
		size = "coalesce((array[1, 2, 2, 4])[octet_length(c)], 0)"
	}
	out := expr{doc: docs{
		words("(select string_agg(c, '' order by n) from (select c, n, sum(" + size + ") over (order by n) as size from regexp_split_to_table("),
		e.doc, words(", '') with ordinality as c(c, n)) c where size <= " + itoa(f.Length) + ")"),
	}, typ: text, reads: e.reads}
	out.filled, out.length = e.filled, f.Length
	return out
}

// operate puts an operator between two expressions.
func operate(a expr, operator string, b expr) expr {
	return expr{doc: docs{a.beside(), words(" " + operator + " "), b.beside()}, typ: boolean, reads: looks(a, b)}
}

// test is a condition on the expression: "is null", "is not true".
func (e expr) test(condition string) expr {
	return expr{doc: docs{e.beside(), words(" " + condition)}, typ: boolean, reads: e.reads}
}

// not turns a condition round.
func not(e expr) expr {
	return expr{doc: docs{words("not "), e.beside()}, typ: boolean, reads: e.reads}
}

// all is the condition that all hold.
func all(list ...expr) expr {
	var terms []expr
	for _, e := range list {
		switch {
		case e.always:
		case len(e.terms) > 0:
			terms = append(terms, e.terms...)
		default:
			terms = append(terms, e)
		}
	}
	switch len(terms) {
	case 0:
		e := sql("true", boolean)
		e.always = true
		return e
	case 1:
		return terms[0]
	}
	rest := docs{}
	for _, e := range terms[1:] {
		rest = append(rest, space, words("and "), e.doc)
	}
	return expr{doc: group{docs{terms[0].doc, nested{rest}}}, typ: boolean, reads: looks(terms...), terms: terms}
}

// either is the condition that one of two holds, in parentheses.
func either(a, b expr) expr {
	inner := docs{a.doc, space, words("or "), b.doc}
	return expr{doc: enclosed("(", inner, ")"), typ: boolean, operand: true, reads: looks(a, b)}
}

// when is one case of an expression.
type when struct{ on, then doc }

// cases is an expression of cases.
func cases(of doc, list []when, other doc) doc {
	head := docs{words("case")}
	if of != nil {
		head = append(head, words(" "), of)
	}
	var inner docs
	for _, w := range list {
		inner = append(inner, space, group{docs{words("when "), w.on, words(" then "), w.then}})
	}
	if other != nil {
		inner = append(inner, space, docs{words("else "), other})
	}
	return group{docs{head, nested{inner}, space, words("end")}}
}

// mapped is a mapping applied to an expression.
func (e expr) mapped(m *spec.Mapping) expr {
	out := expr{typ: text, filled: m.Else != "", reads: e.reads}
	right := func(s string) doc {
		if m.Number {
			return words(s)
		}
		out.length = max(out.length, utf8.RuneCountInString(s))
		return words(quote(s))
	}
	if e.typ != text {
		e = e.cast(text)
	}
	var list []when
	for _, p := range m.Values {
		list = append(list, when{words(quote(p.Name)), right(p.Value)})
	}
	var other doc
	if m.Else != "" {
		other = right(m.Else)
	}
	if m.Number {
		out.typ = bigint
	}
	out.doc = cases(e.beside(), list, other)
	return out
}

// parts are the docs of expressions.
func parts(args []expr) []doc {
	var out []doc
	for _, a := range args {
		out = append(out, a.doc)
	}
	return out
}

// looks are the columns that expressions look at.
func looks(args ...expr) []read {
	var out []read
	for _, a := range args {
		out = append(out, a.reads...)
	}
	return out
}

// selection is a select statement.
type selection struct {
	columns []doc
	from    doc
	where   *expr
	order   doc
	limit   doc
}

// doc lays a selection out, one part a line where it does not fit on one.
func (s selection) layout() doc { return group{s.clauses(space)} }

// clauses are the parts of a selection with the ends of their lines.
func (s selection) clauses(end doc) doc {
	out := docs{words("select")}
	switch len(s.columns) {
	case 0:
	case 1:
		out = append(out, words(" "), s.columns[0])
	default:
		out = append(out, group{nested{docs{space, list(s.columns, ",", space)}}})
	}
	if s.from != nil {
		lead := end
		if len(s.columns) == 0 {
			lead = words(" ")
		}
		out = append(out, lead, words("from "), s.from)
	}
	if s.where != nil {
		out = append(out, end, words("where "), s.where.doc)
	}
	if s.order != nil {
		out = append(out, end, words("order by "), s.order)
	}
	if s.limit != nil {
		out = append(out, end, s.limit)
	}
	return out
}

// exists is the condition that a selection has a row.
func exists(s selection, reads []read) expr {
	return expr{doc: enclosed("exists (", s.layout(), ")"), typ: boolean, operand: true, reads: reads}
}

// scalar is the one value of a selection.
func scalar(s selection, typ Type, reads []read) expr {
	return expr{doc: enclosed("(", s.layout(), ")"), typ: typ, operand: true, reads: reads}
}

// order is an order by clause over an alias; nil where there are no columns.
func order(alias string, columns []string) doc {
	var out []string
	for _, c := range columns {
		name, descends := strings.CutPrefix(c, "-")
		if descends {
			name += " desc"
		}
		out = append(out, alias+"."+name)
	}
	if len(out) == 0 {
		return nil
	}
	return words(strings.Join(out, ", "))
}

// qualified is a table's name in SQL.
func qualified(t *spec.Table) string { return t.Relation() }

// from is a table under an alias.
func from(t *spec.Table, alias string) doc { return words(qualified(t) + " " + alias) }

// uses sorts the read columns by table.
func uses(reads []read) []Use {
	var out []Use
	for _, r := range reads {
		if r.table != nil && !slices.ContainsFunc(out, func(u Use) bool { return u.Table == r.table }) {
			out = append(out, Use{Table: r.table})
		}
	}
	for n := range out {
		for _, c := range out[n].Table.Columns {
			if slices.ContainsFunc(reads, func(r read) bool { return r.table == out[n].Table && r.column == c.Name }) {
				out[n].Columns = append(out[n].Columns, c.Name)
			}
		}
	}
	slices.SortFunc(out, func(a, b Use) int { return cmp.Compare(a.Table.Name, b.Table.Name) })
	return out
}

// itoa is a number in SQL.
func itoa(n int) string { return strconv.Itoa(n) }
