// Package sql carries out the SQL that a YAML has where the verbs of an answer cannot say
// something: expressions and selections of PostgreSQL over rows in memory. What it does not
// know is ErrUnsupported, never a guess.
//
// It shares no code with the generator, which hands such SQL to PostgreSQL as it is
// written: tests hold the two against each other.
package sql

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"
)

// ErrUnsupported is the error of SQL that the package does not know.
var ErrUnsupported = errors.New("SQL that is not known here")

// Relation is rows with named columns.
type Relation struct {
	Columns []string
	Rows    [][]any
	// Find returns the rows that have a value in a column; nil: all are looked at.
	Find func(column int, value any) [][]any
	// Before is how many rows offset leaves out, and Most how many limit lets through; nil:
	// all of them.
	Before int64
	Most   *int64
}

// column is the place of a column, or -1.
func (r *Relation) column(name string) int { return slices.Index(r.Columns, name) }

// Env is what SQL is carried out in.
type Env struct {
	// Table finds a table of a system, or without a system rows that are at hand by their
	// name; nil: there is none.
	Table func(system, name string) *Relation
	Field func(name string) (any, bool) // of the request: what :name stands for
	Row   *Relation                     // the row t at hand; nil: none
	Now   time.Time
	Zone  *time.Location // of the database session
}

// Any is what a column is compared with by "= any (...)".
type Any []any

// Code is SQL that was read.
type Code struct {
	expression *node
	selection  *selection
	parser     *parser // what it found on the way
}

// Expression reads an expression.
func Expression(text string) (c *Code, err error) {
	defer caught(&err)
	p := &parser{tokens: lex(text)}
	c = &Code{expression: p.expr(0)}
	p.done()
	c.parser = p
	return c, nil
}

// Query reads a select statement.
func Query(text string) (c *Code, err error) {
	defer caught(&err)
	p := &parser{tokens: lex(text)}
	c = &Code{selection: p.query()}
	p.done()
	c.parser = p
	return c, nil
}

// Value is the value of an expression.
func (c *Code) Value(env *Env) (v any, err error) {
	defer caught(&err)
	return c.expression.eval(env.frame()), nil
}

// Rows are those of a selection.
func (c *Code) Rows(env *Env) (r *Relation, err error) {
	defer caught(&err)
	return c.selection.run(env.frame()), nil
}

// frame is the outermost one.
func (env *Env) frame() *frame {
	f := &frame{env: env}
	if env.Row != nil && len(env.Row.Rows) == 1 {
		f.vars = []variable{{"t", env.Row.Columns, env.Row.Rows[0]}}
	}
	return f
}

// caught turns a panic of this package into an error.
func caught(err *error) {
	switch e := recover().(type) {
	case nil:
	case unsupported:
		*err = fmt.Errorf("%w: %s", ErrUnsupported, e.what)
	case failed:
		*err = e
	case runtime.Error: // a function with fewer arguments than it takes, an array where there is none
		*err = fmt.Errorf("%w: %w", ErrUnsupported, e)
	default:
		panic(e)
	}
}

// failed is an error that PostgreSQL would give as well.
type failed struct{ what string }

func (f failed) Error() string { return f.what }

// variable is a row under a name.
type variable struct {
	name    string
	columns []string
	row     []any // nil: of NULLs
}

// at is a value of the row.
func (v variable) at(n int) any {
	if v.row == nil {
		return nil
	}
	return v.row[n]
}

// frame is what the names of one select mean.
type frame struct {
	env  *Env
	up   *frame
	vars []variable
	aggs []any                // of the group at hand
	with map[string]*Relation // common table expressions
}

// inner is the frame of a select inside.
func (f *frame) inner() *frame { return &frame{env: f.env, up: f} }

// value is that of a column.
func (f *frame) value(r ref) any {
	for at := f; at != nil; at = at.up {
		for _, v := range at.vars {
			if r.of != "" && v.name != r.of {
				continue
			}
			if n := slices.Index(v.columns, r.name); n >= 0 {
				return v.at(n)
			}
		}
	}
	panic(unsupported{"no column " + r.name})
}

// whole is a variable by its name; ok is false where there is none.
func (f *frame) whole(name string) (variable, bool) {
	for at := f; at != nil; at = at.up {
		for _, v := range at.vars {
			if v.name == name {
				return v, true
			}
		}
	}
	return variable{}, false
}

// table is a table, or rows at hand.
func (f *frame) table(system, name string) *Relation {
	if system == "" {
		for at := f; at != nil; at = at.up {
			if r := at.with[name]; r != nil {
				return r
			}
		}
	}
	if f.env.Table != nil {
		if r := f.env.Table(system, name); r != nil {
			return r
		}
	}
	panic(unsupported{"no table " + name})
}

// ref is the name of a column.
type ref struct{ of, name string }

// node is an expression that was read.
type node struct {
	eval   func(*frame) any
	name   string   // of the column that it makes
	refs   []ref    // columns that it looks at
	column bool     // it is the one column of refs
	sides  [2]*node // of "="
	both   [2]*node // of "and"
	rows   bool     // it is an array that becomes rows
	always bool     // it is a constant
	first  *node    // column of the selection that it is
	among  []*node  // members of the list that it is
	star   bool     // it is all columns, of the row that refs names or of every one
}

// conjuncts are the conditions that all must hold.
func (n *node) conjuncts() []*node {
	if n == nil {
		return nil
	}
	if n.both[0] == nil {
		return []*node{n}
	}
	return append(n.both[0].conjuncts(), n.both[1].conjuncts()...)
}

// looks are the columns that nodes look at.
func looks(list ...*node) (out []ref) {
	for _, n := range list {
		if n != nil {
			out = append(out, n.refs...)
		}
	}
	return out
}
