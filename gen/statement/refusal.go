package statement

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// refusal is a condition that refuses a request, with the code and the field at
// fault.
type refusal struct {
	on          expr
	code, field string
}

// refusing is an expression that gives the first refusal that applies, or null.
func refusing(list []refusal) doc {
	if len(list) == 0 {
		return words("null::text[]")
	}
	out := docs{words("case")}
	for _, one := range list {
		out = append(out, nested{docs{ends{}, words("when "), one.on.doc, words(" then " + refused(one.code, one.field))}})
	}
	return append(out, ends{}, words("end"))
}

// refused is a refusal as the store reads it: the code, and the field at fault where
// the text of the code names one.
func refused(code, field string) string {
	if field == "" {
		return "array[" + quote(code) + "]"
	}
	return "array[" + quote(code) + ", " + quote(field) + "]"
}

// checks compiles the declared checks of an interface that writes nothing; nil
// where it has none.
func checks(i *spec.Interface) (*Statement, error) {
	if len(i.Answer.Checks) == 0 {
		return nil, nil
	}
	c := &composer{i: i}
	var list []refusal
	for _, check := range i.Answer.Checks {
		list = append(list, c.check(check)...)
	}
	if c.err != nil {
		return nil, c.err
	}
	var reads []read
	for _, one := range list {
		reads = append(reads, one.on.reads...)
	}
	return &Statement{
		Name: "checks", Doc: "returns the refusal of the first check that fails, or null",
		SQL: layout(docs{words("select "), refusing(list)}), Args: c.args, Refuses: true, Uses: uses(reads),
	}, nil
}

// refuse adds the refusals of a report, in their order, and the gate after them: a
// used id, the declared checks, and the demands of the steps themselves.
func (r *report) refuse(steps []*spec.AnswerStep) {
	once := r.i.System.Protocol != nil && r.i.System.Protocol.Once
	system := constant(r.i.System.Name)
	if once {
		app, sid := r.caller(), r.message()
		used := all(operate(sql("system", text), "=", system), operate(sql("app", text), "=", app), operate(sql("sid", text), "=", sid))
		// The lock makes the commit of a repeated message wait, as that of the first one did, until
		// a synchronous standby has what was written: a failover must not lose what 1013 confirms.
		seen := selection{from: words("jiekou.sid"), where: &used, limit: words("for key share")}
		r.refusals = append(r.refusals, refusal{on: exists(seen, nil), code: r.repeated()})
	}
	for _, c := range r.i.Answer.Checks {
		r.refusals = append(r.refusals, r.check(c)...)
	}
	for _, s := range steps {
		r.demands(s)
	}
	r.refusals = reachable(r.refusals)
	var reads []read
	for _, one := range r.refusals {
		reads = append(reads, one.on.reads...)
	}
	r.add(part{name: "verdict", doc: docs{words("select "), refusing(r.refusals), words(" as refusal")}, reads: reads})
	if !once {
		r.gate = "go"
		r.add(part{name: "go", doc: words("select 1 from verdict where refusal is null")})
		return
	}
	r.gate = "sid"
	r.add(part{name: "sid", doc: docs{
		words("insert into jiekou.sid (system, app, sid, cmd)"),
		ends{},
		words("select "), list([]doc{system.doc, r.caller().doc, r.message().doc, words(quote(r.i.Cmd))}, ", ", words("")),
		ends{},
		words("from verdict where refusal is null"),
		ends{},
		words("on conflict do nothing"),
		ends{},
		words("returning 1"),
	}})
}

// before compiles the refusals of a report as a statement of its own, for one that hashes
// a password: a request that is refused must not cost a hash. nil where it hashes nothing,
// or refuses nothing.
func before(i *spec.Interface, write *Statement) (*Statement, error) {
	hashes := slices.ContainsFunc(write.Args, func(a Argument) bool { _, ok := a.Source.(Hash); return ok })
	if !hashes {
		return nil, nil
	}
	r := &report{composer: composer{i: i}}
	steps, _ := split(i.Answer)
	r.refuse(steps)
	if r.err != nil || len(r.refusals) == 0 {
		return nil, r.err
	}
	return &Statement{
		Name: "checks", Doc: "returns the refusal of the report, or null, before a password is hashed",
		SQL: layout(docs{words("select "), refusing(r.refusals)}), Args: r.args, Refuses: true, Uses: uses(r.parts[0].reads),
	}, nil
}

// reachable leaves out refusals on a condition that refuses already.
func reachable(list []refusal) []refusal {
	var out []refusal
	for _, one := range list {
		text := flat(one.on.doc)
		if !slices.ContainsFunc(out, func(other refusal) bool { return flat(other.on.doc) == text }) {
			out = append(out, one)
		}
	}
	return out
}

// verdict is the refusal of the whole statement, or null. An id that another
// message took meanwhile refuses as well. A message in the log of PostgreSQL gives the
// transaction something to commit, so that it waits for the standby as the other one did.
func (r *report) verdict() doc {
	verdict, list := words("(select refusal from verdict)"), r.undone
	if r.gate == "sid" {
		taken := words("not exists (select from sid) and pg_logical_emit_message(true, 'jiekou', '') is not null")
		list = append([]when{{taken, words(refused(r.repeated(), ""))}}, list...)
	}
	if len(list) == 0 {
		return verdict
	}
	return docs{words("coalesce("), verdict, words(", "), cases(nil, list, nil), words(")")}
}

// repeated is the code that answers an id that was used.
func (c *composer) repeated() string {
	return c.i.System.RuleCode("repeated")
}

// check are the refusals of a declared check.
func (c *composer) check(check *spec.Check) []refusal {
	if check.Each == nil {
		return []refusal{{on: values{composer: c}.broken(check), code: check.Else}}
	}
	v := c.of(check.Each)
	if len(check.Same) == 0 {
		broken := v.broken(check)
		from := v.unnested("")
		return []refusal{{exists(selection{from: from, where: &broken}, broken.reads), check.Else, c.named(check)}}
	}
	var out []refusal
	for _, f := range check.Same { // one a field, so that the refusal names it
		v := c.of(check.Each)
		value := v.field(f)
		if value.typ != text {
			value = value.cast(text)
		}
		count := docs{words("count(distinct "), value.orElse(constant("")).doc, words(")")}
		several := operate(scalar(selection{columns: []doc{count}, from: v.unnested("")}, bigint, nil), ">", number("1", bigint))
		out = append(out, refusal{several, check.Else, f.DocPath})
	}
	return out
}

// named is the path of the array whose members are checked, where the text of the
// code names a field.
func (c *composer) named(check *spec.Check) string {
	for _, g := range c.i.System.Errors {
		for _, e := range g.Errors {
			if e.Code == check.Else && strings.Contains(e.Text, "%s") {
				return check.Each.DocPath
			}
		}
	}
	return ""
}

// broken is the condition that a check's row is not as it should be, though the
// optional fields that it is found by were sent.
func (v values) broken(check *spec.Check) expr {
	at := row{alias: "t", table: check.Table}
	var out []expr
	for _, a := range check.Where {
		if a.Field != nil {
			if sent, may := v.present(a.Field); may {
				out = append(out, sent)
			}
		}
	}
	where := v.bounded(at, v.match(at, check.Where))
	there := exists(selection{from: from(check.Table, "t"), where: &where}, where.reads)
	if !check.Absent {
		there = not(there)
	}
	return all(append(out, there)...)
}

// demands adds the conditions of the step itself: the row to update exists, and no
// other row has its unique values.
func (r *report) demands(s *spec.AnswerStep) {
	if s.Table == nil {
		return
	}
	v, at := values{composer: &r.composer}, row{alias: "t", table: s.Table}
	there := func(where expr) expr {
		return exists(selection{from: from(s.Table, "t"), where: &where}, where.reads)
	}
	if s.Verb == "update" && s.Missing != "" {
		r.refusals = append(r.refusals, refusal{on: not(there(v.bounded(at, v.match(at, s.Where)))), code: s.Missing})
	}
	for _, u := range s.Unique {
		r.taken = append(r.taken, spec.Pair{Name: s.Table.ConstraintName(u.Columns), Value: u.Code})
		if !known(s, u.Columns) {
			continue
		}
		where := []expr{v.match(at, filling(s, u.Columns))}
		if own := ownRow(s); own != nil {
			where = append(where, v.match(at, own).test("is not true"))
		}
		r.refusals = append(r.refusals, refusal{on: there(all(where...)), code: u.Code})
	}
}

// ownRow says which row a step changes, whose values are not somebody else's; nil
// where its rows are new.
func ownRow(s *spec.AnswerStep) []*spec.Assign {
	switch s.Verb {
	case "update":
		return s.Where
	case "upsert":
		return filling(s, s.Matched())
	}
	return nil
}

// known reports whether the request has the values that a step writes into columns.
// If not, only the constraint can refuse values that another row has.
func known(s *spec.AnswerStep, columns []string) bool {
	list := filling(s, columns)
	return s.Each == nil && len(list) == len(columns) && !slices.ContainsFunc(list, func(a *spec.Assign) bool {
		return a.Field == nil && a.Value == nil && !a.App
	})
}
