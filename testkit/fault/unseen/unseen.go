// Package unseen says why no message shows a fault of a server: from the model, from the
// statement that has it, and from how protocols carry fields.
//
// A reason is for a fault that test cases did not see. It says what makes that so: a value that
// no row has, a check that another one comes before, a row that was looked for in the same scope
// already. What has none is a gap of the cases.
package unseen

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/statement"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/fault"
)

// Reasons knows the statements of some systems.
type Reasons struct {
	systems    []*spec.System
	statements map[string]sent // by their text
}

// sent is a statement, and what it is of.
type sent struct {
	of     *spec.Interface
	args   []statement.Argument
	write  bool // it writes
	before bool // its checks are made in a statement before it
	again  bool // its checks are made again in a statement after it
}

// New compiles the answers of systems.
func New(systems []*spec.System) (*Reasons, error) {
	r := &Reasons{systems, map[string]sent{}}
	for _, s := range systems {
		for _, i := range s.Interfaces {
			if i.Answer == nil || i.Answer.Handler || i.Kind == spec.Notify {
				continue
			}
			a, err := statement.Compile(i)
			if err != nil {
				return nil, fmt.Errorf("unseen: %s: %w", i.Cmd, err)
			}
			for _, st := range a.Statements() {
				r.statements[st.SQL.String()] = sent{i, st.Args, st == a.Write, st == a.Write && a.Before != nil, st == a.Before}
			}
		}
	}
	return r, nil
}

// Why is why no message shows a fault; empty: one may.
func (r *Reasons) Why(f *fault.Fault) string {
	switch {
	case f.Same != "":
		return f.Same
	case f.Was != "":
		return r.ofStatement(f)
	}
	return r.ofCode(f)
}

// ofStatement is Why of a changed statement.
func (r *Reasons) ofStatement(f *fault.Fault) string {
	s := stretch{Reasons: r, sent: r.statements[f.Was], f: f, text: f.Was, was: f.Was[f.From:f.Until]}
	if s.of == nil {
		return ""
	}
	if f.Kind == "another number" { // of characters
		s.was = shortened.FindString(f.Was[:f.From]) + s.was
	}
	for _, reason := range []func() string{s.value, s.argument, s.checked, s.within, s.conflict, s.constant, s.ordered, s.sure, s.still, s.short} {
		if why := reason(); why != "" {
			return why
		}
	}
	return ""
}

// shortened is the call of left, up to its number.
var shortened = regexp.MustCompile(`left\([\w.]+, $`)

// stretch is what a fault changes of a statement.
type stretch struct {
	*Reasons
	sent
	f         *fault.Fault
	text, was string
}

// value is why another function of a column has the same value in all rows.
func (s stretch) value() string {
	m := ofColumn.FindStringSubmatch(s.was)
	if m == nil {
		return ""
	}
	alias, column, t := m[2], m[3], s.tableOf(m[2])
	if t == nil { // of rows that are selected from others
		if m := regexp.MustCompile(`\b(\w+)\.(`+m[3]+`,|\w+ as `+m[3]+`\b)`).FindAllStringSubmatch(s.text, -1); len(m) > 0 {
			alias = m[len(m)-1][1]
			column, _, _ = strings.Cut(strings.TrimSuffix(m[len(m)-1][2], ","), " as ")
			t = s.tableNamed(alias)
		}
	}
	c := t.Column(column)
	if c == nil {
		return s.literal(m[3])
	}
	bare := s.f.Kind == "not told" && !strings.Contains(s.was, "coalesce(") && !strings.Contains(s.was, "case ")
	if s.isUnset(alias, c) && (bare || s.f.Kind == "always" || s.f.Kind == "empty is no value") {
		return "the new row has nothing in " + t.Name + "." + c.Name
	}
	d := domainOf(t, c)
	d.null = d.null || regexp.MustCompile(`left join (?:\w+\.)?\w+ `+alias+`\b`).MatchString(s.text)
	switch kind := s.f.Kind; {
	case kind == "empty is no value" && !d.blank:
		return "no row has \"\" in " + t.Name + "." + c.Name
	case kind == "nothing for no value" && !d.null:
		return "each row has " + t.Name + "." + c.Name
	case kind == "cut" && d.longest > 0 && d.longest <= cutTo, kind == "another number" && d.longest > 0 && d.longest <= number(s.was[strings.LastIndexByte(s.was, ' ')+1:]):
		return fmt.Sprintf("no %s.%s is longer than %d characters", t.Name, c.Name, d.longest)
	}
	return ""
}

// literal is why the value of a column of SQL is the same in all rows: SQL has a text for it.
func (s stretch) literal(name string) string {
	m := regexp.MustCompile(`('[^']*') as ` + name + `\b`).FindStringSubmatch(s.text)
	if m == nil || s.f.Kind != "nothing for no value" {
		return ""
	}
	return name + " is always " + m[1]
}

// still is why nobody sees which transactions that are under way a list waits for.
func (s stretch) still() string {
	for _, around := range enclosing(s.text, s.f.From) {
		if strings.HasPrefix(strings.TrimSpace(around), "select min(a.xact_start) from pg_stat_activity a") {
			return "no transaction is under way while cases are fired"
		}
	}
	return ""
}

// short is why nobody sees how much is kept of a text of numbers.
func (s stretch) short() string {
	all := enclosing(s.text, s.f.From)
	if s.f.Kind != "another number" || !strings.HasSuffix(s.text[:s.f.From], ", ") || number(s.was[strings.LastIndexByte(s.was, ' ')+1:]) < longNumbers {
		return ""
	}
	columns := regexp.MustCompile(`\b(\w+)\.(\w+)`).FindAllStringSubmatch(all[0], -1)
	for _, m := range columns {
		t := s.tableOf(m[1])
		c := t.Column(m[2])
		if c == nil || c.Type != spec.Int && c.Type != spec.Decimal || strings.Contains(all[0], "||") || len(columns) > 3 {
			return ""
		}
	}
	if len(columns) == 0 {
		return ""
	}
	return "some numbers have fewer characters"
}

// longNumbers is how many characters three numbers never have.
const longNumbers = 90

// counted is the count of rows of a step, for the sake of order.
var counted = regexp.MustCompile(`\(select count\(\*\) from (\w+)\) $`)

// ordered is why nobody sees that something waits for a row of a step: the step always has one.
func (s stretch) ordered() string {
	m := counted.FindStringSubmatch(s.text[:s.f.From])
	if m == nil || !strings.HasPrefix(s.f.Kind, "compared otherwise ") || s.was != ">=" {
		return ""
	}
	for _, st := range s.of.Answer.Steps {
		always := st.Verb == "insert" || st.Verb == "upsert" && !st.Keep || st.Verb == "update" && st.Missing != ""
		if st.Name == m[1] && always && st.Each == nil {
			return "the step " + m[1] + " always has a row"
		}
	}
	return ""
}

// isUnset reports whether a row that a step makes has no value in a column.
func (s stretch) isUnset(alias string, c *spec.Column) bool {
	text := stepText(s.text, s.step(alias))
	made := strings.HasPrefix(strings.TrimSpace(text), "insert into ")
	if strings.Contains(text, "on conflict") { // only new rows are told
		made = made && strings.Contains(enclosing(s.text, s.f.From)[0]+s.part(), "is_new")
	}
	return c.Default == "" && made &&
		!regexp.MustCompile(`(?s)\(\s*(?:\w+,\s*)*`+c.Name+`(?:,\s*\w+)*\s*\)`).MatchString(text)
}

// comparedWith is the column that what follows is compared with.
var comparedWith = regexp.MustCompile(`\b(\w+)\.(\w+) = $`)

// argument is why another function of an argument has the same value in all requests.
func (s stretch) argument() string {
	m := ofArgument.FindStringSubmatch(s.was)
	if m == nil || number(m[1]) > len(s.args) || number(m[1]) < 1 {
		return ""
	}
	if left := comparedWith.FindStringSubmatch(s.text[:s.f.From]); left != nil && s.f.Kind == "empty is no value" {
		if t := s.tableOf(left[1]); t.Column(left[2]) != nil && !domainOf(t, t.Column(left[2])).blank {
			return "no row has \"\" in " + t.Name + "." + left[2]
		}
	}
	v, ok := s.args[number(m[1])-1].Source.(statement.Value)
	if !ok || v.Field.Shape() != spec.Text {
		return ""
	}
	switch kind := s.f.Kind; {
	case kind == "nothing for no value" && !v.Field.TellsAbsent():
		return v.Field.Path + " is \"\" where it is not sent"
	case kind == "empty is no value" && v.Field.IsRequired() && !v.Field.Blank:
		return v.Field.Path + " is never \"\""
	case kind == "cut" && v.Field.Length > 0 && v.Field.Length <= cutTo:
		return fmt.Sprintf("%s has %d characters at most", v.Field.Path, v.Field.Length)
	}
	return ""
}
