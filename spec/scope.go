package spec

import (
	"cmp"
	"iter"
	"regexp"
	"slices"
	"strings"
)

// Scope is one way in which the rows of a system belong to somebody: a project, a tenant, an
// account. An app that is bound to some of its values reaches the rows of these alone;
// outside of them no row is there for it.
type Scope struct {
	Places
	Name   string // as operators name it: "project"
	Title  string // for partners
	Column string // of tables that are in the scope by their own column
	Else   string // code of a report that would write a row outside
	Own    []Pair // table -> the column that says its value, where it is another one than Column
	Reach  []*Reach
	Shared []Item // tables whose rows belong to nobody
	Except []Pair // interface -> why its statements look at all rows
}

// Reach says by which other table's row the rows of a table belong to somebody.
type Reach struct {
	Places
	Name  string // of the table
	By    string // name of the other table
	On    []Pair // its column -> the column of Name
	Table *Table // nil: there is none
	To    *Table // nil: there is none
}

// Bound is how the rows of a table are bound by a scope.
type Bound struct {
	Column string // of the table itself; empty: To
	To     *Table
	On     []Pair // column of To -> column of the table
}

// Bound is how a table is bound; nil where its rows belong to nobody.
func (s *Scope) Bound(t *Table) *Bound {
	for _, p := range s.Own {
		if p.Name == t.Name {
			return &Bound{Column: p.Value}
		}
	}
	for _, r := range s.Reach {
		if r.Name == t.Name && r.To != nil {
			return &Bound{To: r.To, On: r.On}
		}
	}
	if s.Column != "" && !s.Shares(t.Name) && t.Column(s.Column) != nil {
		return &Bound{Column: s.Column}
	}
	return nil
}

// Shares reports whether a table is said to belong to nobody.
func (s *Scope) Shares(table string) bool {
	return slices.ContainsFunc(s.Shared, func(one Item) bool { return one.Text == table })
}

// Excepts reports whether the statements of an interface look at all rows. Those of
// notifications do: who gets one is said by the subscription.
func (s *Scope) Excepts(x *Interface) bool {
	return x.Kind == Notify || slices.ContainsFunc(s.Except, func(p Pair) bool { return p.Name == x.Cmd })
}

// ScopesOf are the scopes that bind an interface.
func (s *System) ScopesOf(x *Interface) []*Scope {
	return slices.DeleteFunc(slices.Clone(s.Scopes), func(one *Scope) bool { return one.Excepts(x) })
}

// SQL yields the SQL that the YAML of an answer has, with its place.
func (a *Answer) SQL() iter.Seq2[Pos, string] {
	return func(yield func(Pos, string) bool) {
		lists := [][]*Assign{a.Return}
		for _, c := range a.Checks {
			lists = append(lists, c.Where)
		}
		for _, st := range a.Steps {
			if st.SQL != "" && !yield(st.Pos, st.SQL) {
				return
			}
			lists = append(lists, st.Where, st.Set, st.Return)
		}
		for _, one := range slices.Concat(lists...) {
			if one.SQL != "" && !yield(one.Pos, one.SQL) {
				return
			}
		}
	}
}

// Loose reports whether SQL names a table otherwise than behind from or join, where no scope
// can bind it.
func (t *Table) Loose(text string) bool {
	if !strings.Contains(strings.ToLower(text), strings.ToLower(cmp.Or(t.Existing, t.Name))) {
		return false // most do not; the expressions below cost more
	}
	if t.Existing != "" {
		return regexp.MustCompile(`(?i)\b` + regexp.QuoteMeta(t.Relation()) + `\b`).MatchString(text)
	}
	name := regexp.QuoteMeta(t.System.Name) + `\s*\.\s*` + regexp.QuoteMeta(t.Name) + `\b`
	all := regexp.MustCompile(`(?i)\b`+name).FindAllString(text, -1)
	bound := regexp.MustCompile(`(?i)\b(from|join)[\s(]+`+name).FindAllString(text, -1)
	return len(all) != len(bound)
}
