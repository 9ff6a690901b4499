package project

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/gen/statement"
	"github.com/jiekou-dev/jiekou/runtime/postgres"
	"github.com/jiekou-dev/jiekou/spec"
)

// Taken are the systems with those of their tables alone that are there without jiekou.
func Taken(set *spec.Set) *spec.Set {
	out := &spec.Set{}
	for _, s := range set.Systems {
		one := *s
		one.Tables = slices.DeleteFunc(slices.Clone(s.Tables), func(t *spec.Table) bool { return t.Existing == "" })
		out.Systems = append(out.Systems, &one)
	}
	return out
}

// Lacking says what a database lacks of the tables that the YAML has, those that are there
// without jiekou among them: tables, columns, types, defaults, and unique sets. It changes
// nothing. What the database has beyond them is no matter, unless an insert would fail.
func Lacking(ctx context.Context, url string, set *spec.Set) (spec.Findings, error) {
	pool, err := postgres.NewPool(ctx, url)
	if err != nil {
		return nil, err
	}
	defer pool.Close()
	var out spec.Findings
	for _, s := range set.Systems {
		for _, t := range s.Tables {
			one := &lacking{table: t}
			if err := one.compare(ctx, pool); err != nil {
				return nil, fmt.Errorf("%s: %w", t.Relation(), err)
			}
			out = append(out, one.found...)
		}
	}
	return out, nil
}

// lacking is what a database lacks of one table.
type lacking struct {
	table *spec.Table
	found spec.Findings
}

// stored is a column of the database.
type stored struct {
	name, typ     string
	filled, given bool
}

func (l *lacking) add(at spec.Pos, hint, format string, args ...any) {
	l.found = append(l.found, spec.Finding{Pos: at, ID: "JM0003", Hint: hint, Message: l.table.Relation() + " " + fmt.Sprintf(format, args...)})
}

const columnsSQL = `select attname, format_type(atttypid, atttypmod), attnotnull, atthasdef or attidentity <> ''
from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped order by attnum`

const uniqueSQL = `select c.relname::text, array(select a.attname::text from unnest(i.indkey) as k(n)
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.n order by 1)
from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = to_regclass($1) and i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null`

// compare compares the table with the catalogue.
func (l *lacking) compare(ctx context.Context, pool *pgxpool.Pool) error {
	rows, err := pool.Query(ctx, columnsSQL, l.table.Relation())
	if err != nil {
		return err
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c stored, err error) {
		return c, row.Scan(&c.name, &c.typ, &c.filled, &c.given)
	})
	if err != nil {
		return err
	}
	if len(list) == 0 {
		l.add(l.table.Pos, "make it, or name it with existing:", "is not there")
		return nil
	}
	for _, c := range l.table.Columns {
		at := slices.IndexFunc(list, func(o stored) bool { return o.name == c.Name })
		if at < 0 {
			typ, _ := statement.Definition(c)
			l.add(c.Pos, fmt.Sprintf("alter table %s add column %s %s", l.table.Relation(), c.Name, typ), "has no column %s", c.Name)
			continue
		}
		l.column(c, list[at])
	}
	for _, o := range list {
		if o.filled && !o.given && l.table.Column(o.name) == nil {
			l.add(l.table.Pos, "add it to the columns, or give it a default", "has a required column %s, which the YAML does not have: no row could be inserted", o.name)
		}
	}
	return l.unique(ctx, pool)
}

// column compares one column.
func (l *lacking) column(c *spec.Column, o stored) {
	typ, value := statement.Definition(c)
	if !fits(o.typ, typ) {
		l.add(c.Pos, "change the type in the YAML or in the database", "has %s as %s, and the YAML as %s", c.Name, o.typ, typ)
	}
	switch {
	case c.Required && !o.filled:
		l.add(c.Pos, "leave required out, or set it not null", "has %s, which may be null, and the YAML requires it", c.Name)
	case !c.Required && c.Default == "" && o.filled && !o.given:
		l.add(c.Pos, "add required: true", "requires %s, and the YAML does not", c.Name)
	}
	if value != "" && !o.given {
		l.add(c.Pos, fmt.Sprintf("alter table %s alter column %s set default %s", l.table.Relation(), c.Name, value), "has no default for %s", c.Name)
	}
}

// unique compares the key and the unique sets.
func (l *lacking) unique(ctx context.Context, pool *pgxpool.Pool) error {
	rows, err := pool.Query(ctx, uniqueSQL, l.table.Relation())
	if err != nil {
		return err
	}
	var name string
	var columns []string
	names := map[string][]string{} // of the sets, by their columns
	if _, err := pgx.ForEachRow(rows, []any{&name, &columns}, func() error {
		set := strings.Join(columns, ", ")
		names[set] = append(names[set], name)
		return nil
	}); err != nil {
		return err
	}
	l.unequalled(l.table.Key, l.table.At("key"), names)
	for _, x := range l.table.Unique {
		own := l.table.ConstraintName(x.Columns)
		there := l.unequalled(x.Columns, x.Pos, names)
		if l.table.Existing != "" && there != nil && !slices.Contains(there, own) {
			l.add(x.Pos, "name: "+there[0], "keeps %s unique by %s, and the YAML by %s: a value that is taken would be no code of the document",
				strings.Join(x.Columns, ", "), there[0], own)
		}
	}
	return nil
}

// unequalled wants columns to be unique, and returns the names by which they are.
func (l *lacking) unequalled(columns []string, at spec.Pos, names map[string][]string) []string {
	there := names[strings.Join(slices.Sorted(slices.Values(columns)), ", ")]
	if there == nil {
		list := strings.Join(columns, ", ")
		l.add(at, fmt.Sprintf("create unique index concurrently %s on %s (%s)", l.table.ConstraintName(columns), l.table.Relation(), list),
			"does not keep %s unique", list)
	}
	return there
}

var sized = regexp.MustCompile(`^(varchar|character varying|numeric)\((\d+)(?:,(\d+))?\)$`)

// fits reports whether every value of a type of ours fits into the type of a column.
func fits(is, want string) bool {
	switch want {
	case "text":
		return is == "text" || is == "character varying"
	case "timestamptz":
		return is == "timestamp with time zone"
	}
	w := sized.FindStringSubmatch(want)
	if w == nil {
		return is == want
	}
	if is == "text" || is == "character varying" {
		return w[1] == "varchar"
	}
	if is == "numeric" {
		return w[1] == "numeric"
	}
	i := sized.FindStringSubmatch(is)
	if i == nil || (i[1] == "numeric") != (w[1] == "numeric") || i[3] != w[3] {
		return false
	}
	a, _ := strconv.Atoi(i[2])
	b, _ := strconv.Atoi(w[2])
	return a >= b
}
