package gen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/spec"
)

// query composes one SQL statement with its arguments. Values of a request are
// always arguments, never text.
type query struct {
	system  *spec.System
	request []*spec.Field
	each    *spec.Field        // the array whose members are rows, or nil
	args    []jen.Code         // Go expressions, in the order of $1, $2, …
	keys    []string           // what each argument stands for, so that none is sent twice
	before  []jen.Code         // Go statements that come before the call
	lists   []listArg          // the columns of each
	steps   []*spec.AnswerStep // in a statement of its own: the steps, whose rows are looked up again
	prefix  string             // of the local names of lists, where one array becomes rows twice
}

// listArg is one column of the rows that a request's array becomes.
type listArg struct {
	field *spec.Field
	name  string // in SQL
	local string // in Go
}

// arg returns the parameter ($1, $2 …) that an argument is bound to.
func (q *query) arg(key string, expr jen.Code) string {
	if i := slices.Index(q.keys, key); i >= 0 {
		return fmt.Sprintf("$%d", i+1)
	}
	q.keys = append(q.keys, key)
	q.args = append(q.args, expr)
	return fmt.Sprintf("$%d", len(q.args))
}

// field is the value of a request field, typed.
func (q *query) field(f *spec.Field) string {
	if q.inside(f) {
		return rowTyped(q.listColumn(f), f, q.system.Zone)
	}
	p := q.arg(f.Path, jen.Id("q").Dot(goPath(f)))
	return typed(p, f, q.system.Zone)
}

// typed casts a parameter to the type of a field.
func typed(p string, f *spec.Field, zone string) string {
	switch kindOf(f) {
	case kindInt:
		return p + "::bigint"
	case kindDecimal:
		return p + "::text::numeric"
	case kindBool:
		return p + "::boolean"
	case kindTime, kindEpoch:
		return p + "::timestamptz"
	case kindDate:
		return "(" + p + "::timestamptz at time zone '" + zone + "')::date"
	case kindTexts:
		return p + "::text[]"
	case kindRaw:
		return p + "::jsonb"
	}
	return p + "::text"
}

// rowTyped is typed for a column of rows, which has a type already but for
// decimals and dates.
func rowTyped(column string, f *spec.Field, zone string) string {
	switch kindOf(f) {
	case kindDecimal:
		return column + "::numeric"
	case kindDate:
		return "(" + column + " at time zone '" + zone + "')::date"
	}
	return column
}

// goPath is the Go selector of a field below the request.
func goPath(f *spec.Field) string {
	if f.Parent == nil {
		return goName(f.Name)
	}
	return goPath(f.Parent) + "." + goName(f.Name)
}

// inside reports whether the field is a member of the arrays that become rows.
func (q *query) inside(f *spec.Field) bool {
	return q.each != nil && f.Parent != nil && (f.Parent == q.each || strings.HasPrefix(q.each.Path, f.Parent.Path+"/"))
}

// listColumn is the column of the rows that holds a member.
func (q *query) listColumn(f *spec.Field) string {
	for _, l := range q.lists {
		if l.field == f {
			return "r." + l.name
		}
	}
	l := listArg{field: f, name: "f_" + spec.Snake(f.Name), local: lowerName(q.prefix+goName(f.Name)) + "s"}
	for slices.ContainsFunc(q.lists, func(o listArg) bool { return o.name == l.name }) {
		l.name += "_" + spec.Snake(f.Parent.Name)
		l.local += goName(f.Parent.Name)
	}
	q.lists = append(q.lists, l)
	return "r." + l.name
}

// absent is the condition that an optional field was not sent, or "" where it
// always is.
func (q *query) absent(f *spec.Field) string {
	if f.Required == "yes" {
		return ""
	}
	if kindOf(f) == kindString {
		return "coalesce(" + q.field(f) + ", '') = ''"
	}
	return q.field(f) + " is null"
}

// where is the condition that a row matches; conditions on optional fields that
// were not sent do not count.
func (q *query) where(alias string, list []*spec.Assign, t *spec.Table) string {
	var parts []string
	for _, a := range list {
		one := alias + "." + a.To + " = " + q.value(a, t.Column(a.To), "")
		if a.Field != nil {
			if absent := q.absent(a.Field); absent != "" {
				one = "(" + absent + " or " + one + ")"
			}
		}
		parts = append(parts, one)
	}
	if len(parts) == 0 {
		return "true"
	}
	return strings.Join(parts, " and ")
}

// value is the expression that fills a column. old is the column's present
// value where an absent field keeps it.
func (q *query) value(a *spec.Assign, c *spec.Column, old string) string {
	switch {
	case a.Value != nil:
		return literal(*a.Value, c)
	case a.Now:
		return "now()"
	case a.App:
		return q.caller()
	case a.Hash != nil:
		return q.hash(a, old)
	case a.SQL != "":
		return q.expression(a.SQL)
	case a.Map != nil && a.Field != nil:
		return q.kept(a, c, old, convert(mapped(a.Map, q.field(a.Field)), !a.Map.Number, c))
	case a.Field != nil:
		return q.column(a, c, old)
	case a.Step != "" && q.steps != nil:
		return q.again(a)
	case a.Step != "":
		return "(select s." + a.Column + " from " + a.Step + " s)"
	}
	return a.Column
}

// caller is the id of the calling app.
func (q *query) caller() string { return q.arg("app", jen.Id("call").Dot("App")) + "::text" }

// column is a request field as the value of a column.
func (q *query) column(a *spec.Assign, c *spec.Column, old string) string {
	f := a.Field
	v := q.field(f)
	text := kindOf(f) == kindString
	switch {
	case !a.Keep || old == "" || f.Required == "yes":
		if text && !c.Required {
			v = "nullif(" + v + ", '')"
		}
		return convert(v, text, c)
	case text && keeps(f) && a.Clear:
		return "case when " + v + " is null then " + old + " else " + convert("nullif("+v+", '')", text, c) + " end"
	case text:
		return "coalesce(" + convert("nullif("+v+", '')", text, c) + ", " + old + ")"
	case !a.Clear:
		return "coalesce(" + convert(v, text, c) + ", " + old + ")"
	}
	blank := q.arg(f.Path+"/blank", jen.Id("q").Dot(goPath(f)).Dot("Blank"))
	return "case when " + blank + "::boolean then null else coalesce(" + convert(v, text, c) + ", " + old + ") end"
}

// convert casts an expression to the type of a column where the two differ.
func convert(v string, text bool, c *spec.Column) string {
	switch {
	case c.Type == "string" && !text:
		return "(" + v + ")::text"
	case c.Type == "int" && text:
		return "nullif(" + v + ", '')::bigint"
	case c.Type == "decimal" && text, c.Type == "number" && text:
		return "nullif(" + v + ", '')::numeric"
	case c.Type == "date" && strings.HasSuffix(v, "::timestamptz"):
		return "(" + v + ")::date"
	}
	return v
}

// kept is a value that an absent field leaves as it was, where the assignment
// says so.
func (q *query) kept(a *spec.Assign, c *spec.Column, old, v string) string {
	if !a.Keep || old == "" || a.Field.Required == "yes" {
		return v
	}
	clear := ""
	if kindOf(a.Field) != kindString && a.Clear { // "" is no number: it is told apart by its own mark
		blank := q.arg(a.Field.Path+"/blank", jen.Id("q").Dot(goPath(a.Field)).Dot("Blank"))
		clear = "when " + blank + "::boolean then null "
	}
	absent := q.field(a.Field) + " is null"
	if kindOf(a.Field) == kindString && !a.Clear {
		absent = q.absent(a.Field)
	}
	return "case " + clear + "when " + absent + " then " + old + " else " + v + " end"
}

// hash is the stored form of a password; an update without one keeps the old.
func (q *query) hash(a *spec.Assign, old string) string {
	f := a.Hash
	local := lowerName(f.Name) + "Hash"
	sent := jen.Id("q").Dot(goPath(f))
	if keeps(f) {
		sent = sent.Dot("Value")
	}
	if !slices.Contains(q.keys, f.Path+"/hash") {
		q.before = append(q.before,
			jen.List(jen.Id(local), jen.Err()).Op(":=").Qual(pkgStore, "HashPassword").Call(sent),
			jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err())))
	}
	v := q.arg(f.Path+"/hash", jen.Id(local)) + "::text"
	if old != "" {
		return "coalesce(nullif(" + v + ", ''), " + old + ")"
	}
	return v
}

// expression puts arguments for the :fields of an SQL expression, but not inside
// its text constants.
func (q *query) expression(sql string) string {
	parts := strings.Split(sql, "'")
	for i := 0; i < len(parts); i += 2 {
		parts[i] = paramPattern.ReplaceAllStringFunc(parts[i], func(s string) string {
			m := paramPattern.FindStringSubmatch(s)
			if m[2] == spec.CallingApp {
				return m[1] + q.caller()
			}
			f := q.requestField(m[2])
			if f == nil {
				return s
			}
			return m[1] + q.field(f)
		})
	}
	return strings.Join(parts, "'")
}

// requestField finds a field of the request by its path.
func (q *query) requestField(p string) *spec.Field {
	var find func(list []*spec.Field) *spec.Field
	find = func(list []*spec.Field) *spec.Field {
		for _, f := range list {
			if f.Path == p {
				return f
			}
			if inner := find(f.Fields); inner != nil {
				return inner
			}
		}
		return nil
	}
	return find(q.request)
}

// literal is a constant as the value of a column.
func literal(v string, c *spec.Column) string {
	switch c.Type {
	case "int", "number", "decimal", "bool":
		return v
	}
	return quote(v)
}

// quote writes a text literal on one line.
func quote(s string) string {
	if strings.ContainsAny(s, "\n\r") {
		return "E'" + strings.NewReplacer(`\`, `\\`, "'", `\'`, "\n", `\n`, "\r", `\r`).Replace(s) + "'"
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// mapped is a mapping applied to an expression.
func mapped(m *spec.Mapping, v string) string {
	right := func(s string) string {
		if m.Number {
			return s
		}
		return quote(s)
	}
	var b strings.Builder
	b.WriteString("case (" + v + ")::text")
	for _, p := range m.Values {
		b.WriteString(" when " + quote(p.Name) + " then " + right(p.Value))
	}
	if m.Else != "" {
		b.WriteString(" else " + right(m.Else))
	}
	return b.String() + " end"
}

// order is an order by clause over an alias, or "".
func order(alias string, columns []string) string {
	var parts []string
	for _, c := range columns {
		if name, ok := strings.CutPrefix(c, "-"); ok {
			parts = append(parts, alias+"."+name+" desc")
		} else {
			parts = append(parts, alias+"."+c)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "\norder by " + strings.Join(parts, ", ")
}
