package gen

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/spec"
)

// report composes the one statement of a report: verdict, message id, steps,
// notifications, and what is returned.
type report struct {
	query
	i     *spec.Interface
	steps []*spec.AnswerStep // those that write
	ctes  []string
	codes []spec.Pair // constraint -> code
	cases []string    // of the verdict
	gate  string      // the CTE that has one row when everything may be written
	names []string    // of ctes
	held  string      // the CTE of the last step that upserts or updates one row, and so locks it
	err   error       // two of one name
}

// newReport composes the statement of an interface.
func newReport(i *spec.Interface) (*report, error) {
	r := &report{query: query{system: i.System, request: i.Request}, i: i}
	r.steps, _ = split(i.Answer)
	r.verdict()
	for _, s := range r.steps {
		if err := r.step(s); err != nil {
			return nil, err
		}
		if s.Each == nil && (s.Verb == "upsert" || s.Verb == "update") {
			r.held = s.Name
		}
	}
	if err := r.notify(); err != nil {
		return nil, err
	}
	return r, r.err
}

// add adds a common table expression.
func (r *report) add(name, body string) {
	if slices.Contains(r.names, name) && r.err == nil {
		r.err = fmt.Errorf("%s: a part of the statement is called %s already; give the step another name with as", r.i.Answer.Pos, name)
	}
	r.names = append(r.names, name)
	r.ctes = append(r.ctes, name+" as (\n"+indent(body)+"\n)")
}

// indent moves every line two columns in.
func indent(s string) string { return "  " + strings.ReplaceAll(s, "\n", "\n  ") }

// code is the code that answers a rule, as a literal.
func (r *report) code(rule string) string {
	for _, c := range r.system.Rules {
		if c.Rule == rule {
			return quote(c.Code)
		}
	}
	return "''"
}

// verdict composes the checks in their order, and the gate behind them.
func (r *report) verdict() {
	name := r.system.Name
	once := r.system.Envelope.Message != ""
	app, sid := "", ""
	if once {
		app = r.arg("app", jen.Id("call").Dot("App")) + "::text"
		sid = r.arg("sid", jen.Id("call").Dot("Sid")) + "::text"
		r.cases = append(r.cases, fmt.Sprintf("when exists (select from jiekou.sid where system = %s and app = %s and sid = %s) then %s",
			quote(name), app, sid, r.code("repeated")))
	}
	for _, c := range r.i.Answer.Checks {
		r.check(c)
	}
	for _, s := range r.steps {
		r.stepCases(s)
	}
	if len(r.cases) == 0 {
		r.cases = []string{"when false then ''"}
	}
	r.add("verdict", "select case\n"+indent(strings.Join(r.cases, "\n"))+"\nend as code")
	if !once {
		r.gate = "go"
		r.add("go", "select 1 from verdict where code is null")
		return
	}
	r.gate = "sid"
	r.add("sid", fmt.Sprintf("insert into jiekou.sid (system, app, sid, cmd)\nselect %s, %s, %s, %s from verdict where code is null\n"+
		"on conflict do nothing\nreturning 1", quote(name), app, sid, quote(r.i.Cmd)))
}

// check adds the case of a declared check; it is passed when one of its optional
// fields was not sent.
func (r *report) check(c *spec.Check) {
	if c.Each != nil {
		r.checkEach(c)
		return
	}
	r.cases = append(r.cases, fmt.Sprintf("when %s then %s", r.row(c), quote(c.Else)))
}

// row is the condition that a check's row is not as it should be, though the
// optional fields that it is found by were sent.
func (r *report) row(c *spec.Check) string {
	var parts []string
	for _, a := range c.Where {
		if a.Field != nil {
			if absent := r.absent(a.Field); absent != "" {
				parts = append(parts, "not ("+absent+")")
			}
		}
	}
	not := "not "
	if c.Absent {
		not = ""
	}
	return strings.Join(append(parts, fmt.Sprintf("%sexists (select from %s t where %s)", not, qualified(c.Table), r.equal(c.Where, c.Table))), " and ")
}

// checkEach adds the case of a check that is made for every member of an array.
func (r *report) checkEach(c *spec.Check) {
	r.each, r.lists, r.prefix = c.Each, nil, fmt.Sprintf("checked%d", len(r.cases))
	var before, after, codes []string
	for _, f := range c.Same { // a case a field, so that the refusal names it
		before = append(before, "(select count(distinct coalesce(("+r.field(f)+")::text, '')) from ")
		after = append(after, ") > 1")
		codes = append(codes, c.Else+" "+f.DocPath)
	}
	if len(c.Same) == 0 {
		before, after, codes = []string{"exists (select from "}, []string{" where " + r.row(c) + ")"}, []string{r.named(c)}
	}
	var arrays, names []string
	for _, l := range r.lists {
		arrays = append(arrays, r.arg(r.prefix+"/"+l.field.Path, jen.Id(l.local))+"::"+arrayType(l.field))
		names = append(names, l.name)
	}
	rows := fmt.Sprintf("unnest(%s) as r(%s)", strings.Join(arrays, ", "), strings.Join(names, ", "))
	r.before = append(r.before, collectRows(c.Each, r.lists)...)
	r.each, r.prefix = nil, ""
	for n := range codes {
		r.cases = append(r.cases, "when "+before[n]+rows+after[n]+" then "+quote(codes[n]))
	}
}

// named is the code of a check over members, with the array's path behind it where
// the text of the code names a field.
func (r *report) named(c *spec.Check) string {
	if strings.Contains(r.system.ErrorText(c.Else), "%s") {
		return c.Else + " " + c.Each.DocPath
	}
	return c.Else
}

// equal is a condition in which every column counts.
func (r *report) equal(list []*spec.Assign, t *spec.Table) string {
	var parts []string
	for _, a := range list {
		parts = append(parts, "t."+a.To+" = "+r.value(a, t.Column(a.To), ""))
	}
	return strings.Join(parts, " and ")
}

// stepCases adds what a step itself demands: the row to update, and values that
// nobody else has.
func (r *report) stepCases(s *spec.AnswerStep) {
	if s.Table == nil {
		return
	}
	t := qualified(s.Table)
	if s.Verb == "update" && s.Missing != "" {
		r.cases = append(r.cases, fmt.Sprintf("when not exists (select from %s t where %s) then %s",
			t, r.equal(s.Where, s.Table), quote(s.Missing)))
	}
	for _, u := range s.Unique {
		r.codes = append(r.codes, spec.Pair{Name: constraint(s.Table, u.Columns), Value: u.Code})
		if !told(s, u.Columns) {
			continue
		}
		own := ""
		switch s.Verb {
		case "update":
			own = " and (" + r.equal(s.Where, s.Table) + ") is not true"
		case "upsert":
			own = " and (" + r.equal(filling(s, s.Matched()), s.Table) + ") is not true"
		}
		r.cases = append(r.cases, fmt.Sprintf("when exists (select from %s t where %s%s) then %s",
			t, r.equal(filling(s, u.Columns), s.Table), own, quote(u.Code)))
	}
}

// told reports whether the request says with what a step fills columns. Where it
// does not, only the constraint can refuse values that are taken.
func told(s *spec.AnswerStep, columns []string) bool {
	list := filling(s, columns)
	return s.Each == nil && len(list) == len(columns) && !slices.ContainsFunc(list, func(a *spec.Assign) bool {
		return a.Field == nil && a.Value == nil && !a.App
	})
}

// filling are the assignments of a step that fill columns.
func filling(s *spec.AnswerStep, columns []string) []*spec.Assign {
	var out []*spec.Assign
	for _, a := range s.Set {
		if slices.Contains(columns, a.To) {
			out = append(out, a)
		}
	}
	return out
}

// constraint is the name of the constraint that keeps a set of columns unique.
func constraint(t *spec.Table, columns []string) string {
	if slices.Equal(t.Key, columns) {
		return t.Name + "_pkey"
	}
	return t.Name + "_" + strings.Join(columns, "_") + "_key"
}

// step adds what a verb writes.
func (r *report) step(s *spec.AnswerStep) error {
	switch s.Verb {
	case "insert", "append", "replace", "upsert":
		return r.insert(s)
	case "update":
		r.update(s)
		return nil
	}
	return fmt.Errorf("%s: verb %q does not write", s.Pos, s.Verb)
}

// insert adds rows: one, or one for each member of an array.
func (r *report) insert(s *spec.AnswerStep) error {
	r.each, r.lists = s.Each, nil
	var columns, values []string
	for _, a := range s.Set {
		columns = append(columns, a.To)
		values = append(values, r.value(a, s.Table.Column(a.To), ""))
	}
	from := "\nfrom " + r.gate
	if s.Each != nil {
		rows, err := r.members(s)
		if err != nil {
			return err
		}
		from += ", " + rows
	}
	if s.Verb == "replace" {
		from += "\nwhere (select count(*) from " + s.Name + "_gone) >= 0" // so that the old rows go first
	}
	body := fmt.Sprintf("insert into %s (%s)\nselect %s%s", qualified(s.Table), strings.Join(columns, ", "), strings.Join(values, ", "), from)
	if s.Verb == "upsert" {
		body += r.onConflict(s, columns)
	}
	r.each = nil
	returning := r.needed(s)
	if s.Keep {
		returning += ", xmax = 0 as is_new"
	}
	r.add(s.Name, body+"\nreturning "+returning)
	return nil
}

// members are the members of an array that become rows of the table.
func (r *report) members(s *spec.AnswerStep) (string, error) {
	if s.Verb == "upsert" {
		return r.lastRows(s)
	}
	rows, err := r.rows(s)
	return rows + " r", err
}

// rows adds the CTE that turns an array of the request into rows, and, for
// replace, the one that deletes what they replace. It returns the rows' name.
func (r *report) rows(s *spec.AnswerStep) (string, error) {
	name := s.Name + "_rows"
	var arrays, columns []string
	for _, l := range r.lists {
		arrays = append(arrays, r.arg(s.Name+"/"+l.field.Path, jen.Id(l.local))+"::"+arrayType(l.field))
		columns = append(columns, l.name)
	}
	if len(arrays) == 0 {
		return "", fmt.Errorf("%s: no member of %s is written", s.Pos, s.Each.Path)
	}
	numbered := ""
	if s.Verb == "upsert" {
		numbered, columns = " with ordinality", append(columns, "place")
	}
	r.add(name, fmt.Sprintf("select * from unnest(%s)%s as r(%s)", strings.Join(arrays, ", "), numbered, strings.Join(columns, ", ")))
	r.before = append(r.before, collectRows(s.Each, r.lists)...)
	if s.Verb != "replace" {
		return name, nil
	}
	var match []string
	for _, column := range s.Match {
		for _, a := range s.Set {
			if a.To == column {
				match = append(match, "t."+column+" is not distinct from "+r.value(a, s.Table.Column(column), ""))
			}
		}
	}
	r.add(s.Name+"_gone", fmt.Sprintf("delete from %s t\nusing %s, %s r\nwhere %s\nreturning 1",
		qualified(s.Table), r.gate, name, strings.Join(match, " and ")))
	return name, nil
}

// arrayType is the SQL type of a column of rows.
func arrayType(f *spec.Field) string {
	switch kindOf(f) {
	case kindInt:
		return "bigint[]"
	case kindBool:
		return "boolean[]"
	case kindTime, kindEpoch, kindDate:
		return "timestamptz[]"
	}
	return "text[]"
}

// update changes the rows that match.
func (r *report) update(s *spec.AnswerStep) {
	var sets []string
	for _, a := range s.Set {
		sets = append(sets, a.To+" = "+r.value(a, s.Table.Column(a.To), "t."+a.To))
	}
	r.add(s.Name, fmt.Sprintf("update %s t\nset %s\nfrom %s\nwhere %s\nreturning %s",
		qualified(s.Table), strings.Join(sets, ",\n  "), r.gate, r.equal(s.Where, s.Table), r.needed(s)))
}

// needed lists the columns of a step's rows that the rest of the statement looks
// at: PostgreSQL keeps the rows until its end, and wide ones cost more than the
// write itself.
func (r *report) needed(s *spec.AnswerStep) string {
	used := map[string]bool{}
	words := func(sql string) {
		for _, word := range wordPattern.FindAllString(sql, -1) {
			used[word] = true
		}
	}
	look := func(list []*spec.Assign, row bool) {
		for _, a := range list {
			if a.Step == s.Name || row && a.Step == "" {
				used[a.Column] = true
			}
			words(a.SQL)
		}
	}
	_, reads := split(r.i.Answer)
	look(slices.DeleteFunc(slices.Clone(r.i.Answer.Return), func(a *spec.Assign) bool { return fill(reads, a) }), false)
	for _, other := range r.steps {
		look(other.Set, false)
		look(other.Where, false)
	}
	for _, n := range r.i.Notify {
		if r.source(n) == s {
			look(n.Fill, true)
			if of := projectOf(n); of != nil {
				look([]*spec.Assign{of}, true)
			}
			for _, column := range n.By {
				used[column] = true
			}
		}
	}
	prefix := ""
	if s.Verb == "update" {
		prefix = "t."
	}
	var columns []string
	for _, c := range s.Table.Columns {
		if used[c.Name] {
			columns = append(columns, prefix+c.Name)
		}
	}
	if len(columns) == 0 {
		columns = []string{prefix + s.Table.Key[0]}
	}
	return strings.Join(columns, ", ")
}

// wordPattern finds the words of an SQL expression, columns among them.
var wordPattern = regexp.MustCompile(`[a-z_][a-z0-9_]*`)

// notify queues notifications for their subscribers, filled from the rows that
// the steps wrote: one insert for all that are filled from one step and tell the
// same rows together.
func (r *report) notify() error {
	for _, n := range r.i.Notify {
		if r.source(n) == nil {
			return fmt.Errorf("%s: no step writes the row that fills %s", r.i.Pos, n.Cmd)
		}
	}
	for _, s := range r.steps {
		var lists [][]*spec.Interface
		for _, n := range r.i.Notify {
			if r.source(n) != s {
				continue
			}
			at := slices.IndexFunc(lists, func(l []*spec.Interface) bool { return slices.Equal(l[0].By, n.By) })
			if at < 0 {
				lists, at = append(lists, nil), len(lists)
			}
			lists[at] = append(lists[at], n)
		}
		for i, list := range lists {
			name := s.Name + "_notified"
			if i > 0 {
				name += itoa(i + 1)
			}
			if err := r.queue(name, s, list); err != nil {
				return err
			}
		}
	}
	return nil
}

// queue adds the insert of notifications that tell the same rows together.
func (r *report) queue(name string, s *spec.AnswerStep, list []*spec.Interface) error {
	var cmds, bodies []string
	for _, n := range list {
		body, err := jsonObject(n.Fill, "t", n.Row, n.Request, r.system.Zone, true)
		if err != nil {
			return fmt.Errorf("%s: %w", n.Pos, err)
		}
		cmds = append(cmds, quote(n.Cmd))
		bodies = append(bodies, fmt.Sprintf("when %s then json_strip_nulls(%s)", quote(n.Cmd), body))
	}
	from, only := s.Name+" t", ""
	if s.Each != nil {
		from = together(list[0], s.Name)
	}
	if s.Keep {
		only = "\nwhere t.is_new"
	}
	column, value, sees := audience(list)
	r.add(name, fmt.Sprintf("insert into jiekou.outbox (system, app, cmd, %sbody)\n"+
		"select s.system, s.app, s.cmd, %scase s.cmd\n%s\nend\nfrom %s\njoin jiekou.subscription s on s.system = %s and s.cmd in (%s)%s%s",
		column, value, indent(strings.Join(bodies, "\n")), from, quote(r.system.Name), strings.Join(cmds, ", "), sees, only))
	return nil
}

// source is the step that writes the row of a notification: the last of several.
func (r *report) source(n *spec.Interface) *spec.AnswerStep {
	var source *spec.AnswerStep
	for _, s := range r.steps {
		if n.Row != nil && s.Table == n.Row {
			source = s
		}
	}
	return source
}

// sql is the whole statement.
func (r *report) sql(returns []string) string {
	verdict := "coalesce((select code from verdict), '')"
	if r.gate == "sid" {
		verdict = "coalesce((select code from verdict), case when not exists (select from sid) then " + r.code("repeated") + " end, '')"
	}
	return "with " + strings.Join(r.ctes, ",\n") + "\nselect " + strings.Join(append([]string{verdict}, returns...), ",\n  ")
}
