package unseen

import (
	"regexp"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/statement"
	"github.com/jiekou-dev/jiekou/testkit/fault"
)

// wanted is a check that a row is there.
type wanted struct {
	from, until int // of the case in the statement
	table       string
	where       []string
}

var (
	demand = regexp.MustCompile(`(?m)^ +when (not exists \()`)
	chosen = regexp.MustCompile(`^\s*select from \w+\.(\w+) t\s+where `)
)

// verdict is the part of a statement that refuses.
func (s stretch) verdict() (from, until int) {
	if open := strings.Index(s.text, "with verdict as ("); open == 0 {
		return open, closing(s.text, open+len("with verdict as (")-1)
	}
	if s.before || strings.HasPrefix(s.text, "select case\n") {
		return 0, len(s.text)
	}
	return 0, 0
}

// wants are the checks of a statement that a row is there, whatever the request.
func (s stretch) wants() (out []wanted) {
	from, until := s.verdict()
	if until < from {
		until = len(s.text)
	}
	for _, m := range demand.FindAllStringSubmatchIndex(s.text[from:until], -1) {
		open := from + m[3] - 1
		end := closing(s.text, open)
		if end < 0 {
			continue
		}
		inner := s.text[open+1 : end]
		head := chosen.FindStringSubmatch(inner)
		line := strings.IndexByte(s.text[end:], '\n')
		if head == nil || line < 0 || !strings.HasPrefix(strings.TrimSpace(s.text[end+1:]), "then array[") {
			continue
		}
		out = append(out, wanted{from + m[0], end + line, head[1], conjuncts(inner[len(head[0]):])})
	}
	return out
}

// weaker are the faults with which a check refuses less than it should.
var weaker = []string{"check left out", "condition left out", "no condition", "value lost", "another code", "checks exchanged", "nothing for no value"}

// checked is why nobody sees a fault in a check: another check comes to the same.
func (s stretch) checked() string {
	from, until := s.verdict()
	here := s.f.From >= from && s.f.From < until
	weak := slices.Contains(weaker, s.f.Kind) && !s.widens() || s.mismatches()
	switch {
	case here && s.refusedTaken():
		return "the step that writes the row refuses it with the same code"
	case !here || !weak:
		return ""
	case s.sent.before:
		return "a statement before it, which spares the work of hashing, makes the same checks"
	case s.sent.again && s.f.Kind != "another code" && s.f.Kind != "checks exchanged":
		return "the statement after it makes the same checks"
	}
	all := s.wants()
	for n, c := range all {
		if s.f.From < c.from || s.f.From >= c.until {
			continue
		}
		for _, earlier := range all[:n] {
			missing := func(one string) bool { return !slices.Contains(earlier.where, one) }
			if earlier.table == c.table && !slices.ContainsFunc(c.where, missing) {
				return "a check before it asks for the same row of " + c.table + ", and for more"
			}
		}
	}
	return ""
}

// widens reports whether more rows refuse a request than should: of those that must not be there.
func (s stretch) widens() bool {
	clause := s.text[strings.LastIndex(s.text[:s.f.From], " when ")+1 : s.f.From]
	return !strings.Contains(clause, "not exists (") && (s.f.Kind == "condition left out" || s.f.Kind == "no condition")
}

// mismatches reports whether message ids are looked for with a value that no row has there.
func (s stretch) mismatches() bool {
	return s.f.Kind == "another value" && strings.Contains(s.line(), "from jiekou.sid where")
}

// sure is why nobody sees that an update forgets one of its conditions: a check asked for the row
// with all of them, and what is left names no other row.
func (s stretch) sure() string {
	text := s.part()
	m := updates.FindStringSubmatch(text)
	if m == nil || s.f.Kind != "condition left out" {
		return ""
	}
	at := strings.Index(text, s.was)
	if at < 0 || strings.Count(text, s.was) > 1 {
		return ""
	}
	where := func(text string) []string {
		_, after, _ := strings.Cut(text, "\n  where ")
		before, _, _ := strings.Cut(after, "\n  returning ")
		return conjuncts(before)
	}
	left, all := where(text[:at]+text[at+len(s.was):]), where(text)
	t := s.of.System.Table(m[1])
	for _, w := range s.wants() {
		unasked := func(one string) bool { return !slices.Contains(w.where, one) }
		if t == nil || w.table != m[1] || slices.ContainsFunc(all, unasked) {
			continue
		}
		var names []string
		for _, one := range left {
			if c := keyed.FindStringSubmatch(one); c != nil {
				names = append(names, c[1])
			}
		}
		if t.IsUnique(names) || slices.ContainsFunc(names, func(one string) bool { return t.IsUnique([]string{one}) }) {
			return "a check asked for the row of " + m[1] + ", and the other conditions name no further one"
		}
	}
	return ""
}

// updates is a step that changes rows of a table.
var updates = regexp.MustCompile(`^\s*update \w+\.(\w+) t\n`)

var (
	anyScope = regexp.MustCompile(`(\w+)\.(\w+)(?:::text)? = any\(\$(\d+)::text\[\]\)`)
	parent   = regexp.MustCompile(`exists \(\s*select from \w+\.(\w+) (\w+) where (\w+)\.(\w+) = (\w+)\.(\w+)`)
)

// fewer are the faults with which a check that another row has some values refuses less.
var fewer = []string{"check left out", "value lost", "another value"}

// refusedTaken reports whether the last check of a statement refuses less, of values that another
// row has, and the step that writes them refuses them with the same code.
func (s stretch) refusedTaken() bool {
	from, until := s.verdict()
	at := strings.LastIndex(s.text[from:until], "\n    when ")
	if at < 0 || !slices.Contains(fewer, s.f.Kind) || s.f.From <= from+at {
		return false
	}
	last := s.text[from+at : until]
	if but := strings.Index(last, " and (t."); but >= 0 && s.f.From > from+at+but {
		return false // the row itself counts as another one then
	}
	m := taken.FindStringSubmatch(last)
	if m == nil {
		return false
	}
	for _, st := range s.of.Answer.Steps {
		if st.Table == nil || st.Table.Name != m[1] || st.Verb != "insert" && st.Verb != "update" || st.Each != nil {
			continue
		}
		written := stepText(s.text, st.Name)
		for _, u := range st.Unique {
			lacks := func(column string) bool {
				argument := regexp.MustCompile(`\bt\.` + column + ` = (nullif\(\$\d+::text, ''\)|\$\d+::\w+)`).FindStringSubmatch(last)
				return argument == nil || !strings.Contains(written, argument[1]+" as "+column) && !regexp.MustCompile(`(?m)^ +`+column+` = (?:coalesce\()?`+regexp.QuoteMeta(argument[1])).MatchString(written)
			}
			if u.Code == m[2] && !slices.ContainsFunc(u.Columns, lacks) {
				return true
			}
		}
	}
	return false
}

// taken is a check that no other row has some values.
var taken = regexp.MustCompile(`(?s)^\s+when exists \(\s*select from \w+\.(\w+) t\s+where .*\) then array\['([^']*)'\]`)

// within is why nobody sees that a row is not held to the scope of the app: a check asked for
// it, or for the row that it belongs to, within the same scope.
func (s stretch) within() string {
	from, until := s.verdict()
	inCheck := s.f.From >= from && s.f.From < until
	refusing := s.f.Kind == "another text" && strings.HasSuffix(s.text[:s.f.From], "jiekou.refuse('")
	if refusing { // its condition is before it
		s.f = &fault.Fault{From: strings.LastIndex(s.text[:s.f.From], " = any($"), Until: s.f.Until, Kind: s.f.Kind}
		if s.f.From < 0 {
			return ""
		}
		s.was = s.text[s.f.From:closing(s.text, s.f.From+len(" = any"))]
	}
	lost := s.f.Kind == "value lost" && strings.HasPrefix(s.text[s.f.Until:], " is ") // so the app counts as bound to nothing
	if !refusing && !lost && s.f.Kind != "condition left out" && s.f.Kind != "no condition" {
		return ""
	}
	scope := s.scope()
	if scope == "" {
		return ""
	}
	for _, around := range enclosing(s.text, s.f.From) {
		m := anyScope.FindStringSubmatch(around)
		if m == nil || "$"+m[3] != scope {
			continue
		}
		if why := s.bounded(around, m[1], m[2], scope, inCheck); why != "" || lost {
			return why // the parentheses around what is lost are of the column that it bounds
		}
	}
	return ""
}

// bounded is why it does not matter whether a column of the rows at hand is held to a scope.
func (s stretch) bounded(around, alias, column, scope string, inCheck bool) string {
	if p := parent.FindStringSubmatch(around); p != nil && p[2] == alias {
		if s.asked(p[1], p[4], p[5], p[6], scope, inCheck) {
			return "the " + p[1] + " that the row belongs to was asked for within the scope"
		}
		return ""
	}
	t := s.tableOf(alias)
	if t == nil {
		return ""
	}
	for _, w := range s.wants() {
		if inCheck && w.until > s.f.From {
			break
		}
		for _, key := range equated(w, t.Name) {
			if s.asked(t.Name, key, alias, key, scope, inCheck) {
				return "the row of " + t.Name + " was asked for within the scope"
			}
		}
		if s.asked(w.table, column, alias, column, scope, inCheck) || s.fills(alias, column, w, scope) {
			return "the value of " + column + " was asked for within the scope"
		}
	}
	switch step := s.step(alias); {
	case step != "" && s.kept(step, column, scope):
		return "the step changes rows within the scope, and leaves them there"
	case s.refused(step, alias, column, scope):
		return "a step writes a row with the same " + column + ", and is held to the scope"
	}
	return ""
}

// held are steps whose rows a statement holds to a scope at its end.
var held = regexp.MustCompile(`select from (\w+) s\s+where \(s\.(\w+) = any\((\$\d+)::text\[\]\)\) is not true`)

// refused reports whether a statement refuses a row of another step that has the same value in
// the column.
func (s stretch) refused(step, alias, column, scope string) bool {
	for _, m := range held.FindAllStringSubmatch(s.text, -1) {
		if m[1] == step || m[2] != column || m[3] != scope {
			continue
		}
		fill := regexp.MustCompile(`(\$\d+::text) as ` + column + `\b`).FindStringSubmatch(stepText(s.text, m[1]))
		if fill != nil && s.has(alias, column, fill[1]) {
			return true
		}
	}
	return false
}

// line is the line of the fault.
func (s stretch) line() string {
	from := strings.LastIndexByte(s.text[:s.f.From], '\n') + 1
	end := strings.IndexByte(s.text[s.f.Until:], '\n')
	if end < 0 {
		return s.text[from:]
	}
	return s.text[from : s.f.Until+end]
}

// scope is the parameter of the scope that the fault touches; empty: none.
func (s stretch) scope() string {
	for n, a := range s.args {
		_, ok := a.Source.(statement.Scope)
		name := "$" + itoa(n+1)
		if ok && (strings.Contains(s.was, name+"::text[]") || strings.Contains(s.line(), name+"::text[] is ")) {
			return name
		}
	}
	return ""
}

var keyed = regexp.MustCompile(`^t\.(\w+) = \$\d+::`)

// equated are the columns that a check compares with an argument, of a table.
func equated(w wanted, table string) (out []string) {
	if w.table != table {
		return nil
	}
	for _, c := range w.where {
		if m := keyed.FindStringSubmatch(c); m != nil {
			out = append(out, m[1])
		}
	}
	return out
}

// asked reports whether a check asked for a row of a table within the scope, by a column that
// has the same argument as a column of the rows at hand.
func (s stretch) asked(table, key, alias, column, scope string, inCheck bool) bool {
	for _, w := range s.wants() {
		if w.table != table || inCheck && w.until > s.f.From {
			continue
		}
		bounded := slices.ContainsFunc(w.where, func(c string) bool { return strings.Contains(c, "any("+scope+"::text[])") })
		for _, c := range w.where {
			prefix := "t." + key + " = "
			if argument, ok := strings.CutPrefix(c, prefix); ok && bounded && s.has(alias, column, argument) {
				return true
			}
		}
	}
	return false
}

// fills reports whether a column of the rows at hand has the argument that a check held to the
// scope itself.
func (s stretch) fills(alias, column string, w wanted, scope string) bool {
	for _, c := range w.where {
		m := keyed.FindStringSubmatch(c)
		if m == nil {
			continue
		}
		bounded := slices.ContainsFunc(w.where, func(c string) bool { return strings.Contains(c, "t."+m[1]+" = any("+scope+"::text[])") })
		if _, argument, _ := strings.Cut(c, " = "); bounded && s.has(alias, column, argument) {
			return true
		}
	}
	return false
}

// has reports whether a column of the rows at hand has an argument for its value.
func (s stretch) has(alias, column, argument string) bool {
	texts := enclosing(s.text, s.f.From)
	if step := s.step(alias); step != "" {
		texts = append(texts, stepText(s.text, step))
	}
	for n, text := range texts {
		if n == len(texts)-1 && s.step(alias) == "" && len(texts) > 1 {
			break // the whole statement has other rows of that name
		}
		if strings.Contains(text, alias+"."+column+" = "+argument) || strings.Contains(text, argument+" as "+column) ||
			s.step(alias) != "" && strings.Contains(text, "t."+column+" = "+argument) {
			return true
		}
	}
	return false
}

// step is the step whose rows have a name where the fault is; empty: they are of a table.
func (s stretch) step(alias string) string {
	for _, around := range enclosing(s.text, s.f.From) {
		if m := named(alias).FindStringSubmatch(around); m != nil {
			if m[1] == "" {
				return m[2]
			}
			return ""
		}
	}
	return ""
}

// kept reports whether a step changes rows that are within the scope, and not the column that
// says so.
func (s stretch) kept(step, column, scope string) bool {
	text := stepText(s.text, step)
	return strings.HasPrefix(strings.TrimSpace(text), "update ") && strings.Contains(text, "any("+scope+"::text[])") &&
		!regexp.MustCompile(`(?m)^ +`+column+` = `).MatchString(text)
}
