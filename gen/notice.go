package gen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/spec"
)

// queued reports whether a notification is sent: it is active and filled from
// the rows of a table.
func queued(i *spec.Interface) bool {
	return i.Kind == spec.Notify && i.Status == "active" && i.Row != nil
}

// notice prints the statements of a notification: the one that queues it for
// rows that are there, and the one that walks over the rows of its history.
func notice(f *file, i *spec.Interface) error {
	if !queued(i) {
		return nil
	}
	sql, err := queueSQL(i)
	if err != nil {
		return err
	}
	name := lowerName(i.Cmd) + "QueueSQL"
	statement(f, name, fmt.Sprintf("%s queues the notification of rows that are there, for the app $1, "+
		"or for every subscriber where that is empty; $2 and on are the rows' %s.", name, strings.Join(i.By, ", ")), sql)
	if walked(i) {
		name = lowerName(i.Cmd) + "HistorySQL"
		statement(f, name, fmt.Sprintf("%s gives the next $5 rows to tell of, by their %s: after $1, "+
			"changed from $2 to $3, within the scope $4.", name, strings.Join(i.By, ", ")), historySQL(i))
	}
	return nil
}

// walked reports whether a notification has a history: its rows know when they
// changed.
func walked(i *spec.Interface) bool { return i.Row.Column("modified") != nil }

// queueSQL composes the statement that queues a notification. The rows are
// locked first: whoever changes one later queues later, so that nobody is told
// the older state last. They stand under the name of their table, as in the
// statement of a report.
func queueSQL(i *spec.Interface) (string, error) {
	body, err := jsonObject(i.Fill, "t", i.Row, i.Request, i.System.Zone, true)
	if err != nil {
		return "", fmt.Errorf("%s: %w", i.Pos, err)
	}
	var columns, arrays []string
	for n, name := range i.By {
		columns = append(columns, "t."+name)
		array := fmt.Sprintf("$%d::text[]", n+2)
		if cast := castType(i.Row.Column(name)); cast != "text" {
			array += "::" + cast + "[]"
		}
		arrays = append(arrays, array)
	}
	by := strings.Join(columns, ", ")
	match := by + " = any(" + arrays[0] + ")"
	if len(arrays) > 1 {
		match = "(" + by + ") in (select * from unnest(" + strings.Join(arrays, ", ") + "))"
	}
	column, value, sees := audience([]*spec.Interface{i})
	return fmt.Sprintf("with %s as (\n  select t.* from %s t\n  where %s\n  for share\n)\n"+
		"insert into jiekou.outbox (system, app, cmd, %sbody)\nselect s.system, s.app, s.cmd, %sjson_strip_nulls(%s)\nfrom %s\n"+
		"join jiekou.subscription s on s.system = %s and s.cmd = %s and ($1::text = '' or s.app = $1::text)%s\norder by %s, s.app",
		i.Row.Name, qualified(i.Row), match, column, value, body, together(i, i.Row.Name), quote(i.System.Name), quote(i.Cmd), sees, by), nil
}

// audience is what keeps notifications, told of a row t, from subscriptions whose
// app may not have them or that do not see its project: the column of the outbox
// and its value, each with a comma and empty where none has a project, and the
// condition on the subscription s.
func audience(list []*spec.Interface) (column, value, sees string) {
	var exprs, cases []string
	for _, n := range list {
		expr := "null"
		if of := projectOf(n); of != nil {
			var typ string
			if expr, typ = source(of, "t", n.Row); typ != "string" {
				expr += "::text"
			}
		}
		exprs = append(exprs, expr)
		cases = append(cases, "when "+quote(n.Cmd)+" then "+expr)
	}
	expr := exprs[0]
	if slices.ContainsFunc(exprs, func(e string) bool { return e != expr }) {
		expr = "case s.cmd " + strings.Join(cases, " ") + " end"
	}
	if expr == "null" {
		return "", "", " and s.granted"
	}
	return "project, ", expr + ", ", " and s.granted and jiekou.sees(s.projects, " + expr + ")"
}

// projectOf is what gives the project of a notification, or nil where it is about
// none.
func projectOf(i *spec.Interface) *spec.Assign {
	if a := i.Project(); a != nil && (a.Value == nil || *a.Value != "") {
		return a
	}
	return nil
}

// projectField is the field of a notification that is filled with its project, ""
// where none is.
func projectField(i *spec.Interface) string {
	of := projectOf(i)
	if of == nil || of.Column == "" || of.Map != nil {
		return ""
	}
	for _, a := range i.Fill {
		if a.Column == of.Column && a.Map == nil {
			return a.To
		}
	}
	return ""
}

// together is the rows of a notification, as t: one of those that are told
// together, always the same one.
func together(i *spec.Interface, rows string) string {
	if slices.Equal(i.By, i.Row.Key) {
		return rows + " t"
	}
	var by, order []string
	for n, name := range slices.Concat(i.By, i.Row.Key) {
		if column := "t." + name; !slices.Contains(order, column) {
			order = append(order, column)
			if n < len(i.By) {
				by = append(by, column)
			}
		}
	}
	return fmt.Sprintf("(select distinct on (%s) t.* from %s t order by %s) t", strings.Join(by, ", "), rows, strings.Join(order, ", "))
}

// historySQL composes the statement that walks over the rows of a notification.
func historySQL(i *spec.Interface) string {
	var columns, texts, after []string
	for n, name := range i.By {
		columns = append(columns, "t."+name)
		texts = append(texts, "t."+name+"::text")
		after = append(after, fmt.Sprintf("($1::text[])[%d]::%s", n+1, castType(i.Row.Column(name))))
	}
	by := strings.Join(columns, ", ")
	where := []string{
		fmt.Sprintf("($1::text[] is null or (%s) > (%s))", by, strings.Join(after, ", ")),
		"($2::timestamptz is null or t.modified >= $2::timestamptz)",
		"($3::timestamptz is null or t.modified <= $3::timestamptz)",
	}
	for _, a := range i.Scope {
		expr, typ := source(a, "t", i.Row)
		if typ != "string" {
			expr += "::text"
		}
		value := "$4::jsonb ->> " + quote(a.To)
		where = append(where, fmt.Sprintf("(coalesce(%s, '') = '' or %s = %s)", value, expr, value))
	}
	if len(i.Scope) == 0 {
		where = append(where, "$4::jsonb is not null")
	}
	return fmt.Sprintf("select array[%s]\nfrom %s t\nwhere %s\ngroup by %s\norder by %s\nlimit $5::bigint",
		strings.Join(texts, ", "), qualified(i.Row), strings.Join(where, "\n  and "), by, by)
}

// castType is the SQL type that the text of a column's value is cast to.
func castType(c *spec.Column) string {
	switch c.Type {
	case "int":
		return "bigint"
	case "number":
		return "double precision"
	case "decimal":
		return "numeric"
	case "bool":
		return "boolean"
	case "datetime":
		return "timestamptz"
	case "date":
		return "date"
	}
	return "text"
}

// groupNotifications prints the list of a group's notifications, where it has some.
func groupNotifications(f *file, list []*spec.Interface) {
	if !slices.ContainsFunc(list, queued) {
		return
	}
	texts := func(list []string) jen.Code {
		return jen.Index().String().Values(each(list, func(s string) jen.Code { return jen.Lit(s) })...)
	}
	var out []jen.Code
	for _, i := range list {
		if !queued(i) {
			continue
		}
		var scope []string
		for _, a := range i.Scope {
			scope = append(scope, a.To)
		}
		fields := []jen.Code{
			jen.Id("System").Op(":").Lit(i.System.Name), jen.Id("Cmd").Op(":").Lit(i.Cmd), jen.Id("Table").Op(":").Lit(i.Row.Name),
			jen.Id("By").Op(":").Add(texts(i.By)),
		}
		if i.Explicit {
			fields = append(fields, jen.Id("Explicit").Op(":").True())
		}
		if len(scope) > 0 {
			fields = append(fields, jen.Id("Scope").Op(":").Add(texts(scope)))
		}
		if projectOf(i) != nil {
			fields = append(fields, jen.Id("About").Op(":").True())
		}
		if name := projectField(i); name != "" {
			fields = append(fields, jen.Id("Project").Op(":").Lit(name))
		}
		if list := doubts(i); len(list) > 0 {
			fields = append(fields, jen.Id("Doubts").Op(":").Index().Qual(pkgStore, "Doubt").Custom(multiline, list...))
		}
		fields = append(fields, jen.Id("SQL").Op(":").Id(lowerName(i.Cmd)+"QueueSQL"))
		if walked(i) {
			fields = append(fields, jen.Id("History").Op(":").Id(lowerName(i.Cmd)+"HistorySQL"))
		}
		out = append(out, jen.Custom(multiline, fields...))
	}
	f.declare("Notifications lists the notifications of the group that are sent, with the statements that queue them.",
		jen.Func().Id("Notifications").Params().Index().Qual(pkgStore, "Notification").Block(
			jen.Return(jen.Index().Qual(pkgStore, "Notification").Custom(multiline, out...))))
}
