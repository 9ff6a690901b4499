package prove

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/gen/statement"
	"github.com/jiekou-dev/jiekou/spec"
)

// Plans asks PostgreSQL how it would carry out each statement once the tables are large,
// and finds those that would read all rows of one to keep some of them: the filters and
// orders that no index serves. Like Statements it leaves nothing in the database, whose
// statements it takes to be accepted.
func Plans(ctx context.Context, pool *pgxpool.Pool, set *spec.Set) (spec.Findings, error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // the database is a scratch
	if err := run(ctx, tx, Large); err != nil {
		return nil, err
	}
	var found spec.Findings
	for _, s := range set.Systems {
		p := &planner{preparer{ctx: ctx, tx: tx, system: s}, map[string]told{}}
		if err := p.all(p.plan); err != nil {
			return nil, err
		}
		found = append(found, p.found...)
	}
	return found, nil
}

// Large makes PostgreSQL plan over empty tables as over large ones, in the transaction: an
// index is taken wherever one serves, and rows of two tables are found one by one, which
// is what it does where both are large and few of their rows match. Cost and statistics
// then decide nothing but which index; a scratch database has neither.
const Large = `set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off;
set local enable_material = off; set local enable_memoize = off; set local jit = off; set local plan_cache_mode = force_custom_plan;`

// ways are the ways in which an index can serve: by the order that is wanted, or by the rows.
var ways = []string{
	"set local enable_sort = off; set local enable_indexscan = on; set local enable_indexonlyscan = on",
	"set local enable_sort = on; set local enable_indexscan = off; set local enable_indexonlyscan = off",
}

// planner asks for the plans of one system.
type planner struct {
	preparer
	told map[string]told // by step, table and column
}

// told is a finding, and how many columns it names.
type told struct{ at, columns int }

// plan looks at the plan of a statement.
func (p *planner) plan(x *spec.Interface, s *statement.Statement) (fine bool, err error) {
	scans, err := p.scans(s)
	if err != nil {
		return false, fmt.Errorf("%s %s: %w", x.Cmd, s.Name, err)
	}
	for _, one := range scans {
		p.report(x, s, one)
	}
	return true, nil
}

// report notes a scan, once for a step, a table and the first column of the index that it
// lacks: the scan that tells most columns.
func (p *planner) report(x *spec.Interface, s *statement.Statement, one Scan) {
	at := x.At("answer")
	of := strings.Join(append([]string{x.Cmd, strings.TrimSuffix(s.Name, "count"), one.Relation}, one.Columns[:min(1, len(one.Columns))]...), " ")
	if x.Answer == nil {
		at = x.At("row")
	}
	const waive = "; or waive it, with the reason for which the table stays small"
	hint := "SQL that an index serves compares its columns with =, < or >" + waive
	if list := strings.Join(one.Columns, ", "); list != "" {
		hint = fmt.Sprintf("add it to index: of the table %s: [%s]", strings.TrimPrefix(one.Relation, p.system.Name+"."), list) + waive
	}
	f := finding(rulePlan, at, hint, strings.TrimSpace("a statement of "+x.Cmd+" "+s.Name)+" "+one.Why)
	before, again := p.told[of]
	switch {
	case !again:
		p.told[of] = told{len(p.found), len(one.Columns)}
		p.found = append(p.found, f)
	case len(one.Columns) > before.columns:
		p.told[of] = told{before.at, len(one.Columns)}
		p.found[before.at] = f
	}
}

// scans are the scans of a statement that grow with a table.
func (p *planner) scans(s *statement.Statement) ([]Scan, error) {
	values := make([]string, len(s.Args))
	for n, a := range s.Args {
		values[n] = sample(a.Type)
	}
	var scans []Scan
	refused, err := p.try(func(tx pgx.Tx) (err error) {
		scans, err = Scans(p.ctx, tx, s.SQL.String(), values)
		return err
	})
	if err == nil && refused != nil {
		err = refused
	}
	return scans, err
}

// sample is a value of a type: one that every cast and every filter takes.
func sample(typ statement.Type) string {
	base, list := strings.CutSuffix(string(typ), "[]")
	value := "1"
	switch base {
	case "timestamptz", "date":
		value = "2026-01-01"
	case "jsonb":
		value = "{}"
	}
	if list {
		value = "{" + value + "}"
	}
	return "'" + value + "'::" + string(typ)
}

// Scans plans a statement with constants for its parameters, as SQL, and returns the scans
// that grow with a table, whichever way it is planned.
func Scans(ctx context.Context, tx pgx.Tx, sql string, values []string) (scans []Scan, err error) {
	execute := "execute planned"
	if len(values) > 0 {
		execute += " (" + strings.Join(values, ", ") + ")"
	}
	if err := run(ctx, tx, "prepare planned as "+sql); err != nil {
		return nil, err
	}
	known, err := indexes(ctx, tx)
	if err != nil {
		return nil, err
	}
	for n, way := range ways {
		w := &walk{indexes: known}
		if err := w.explain(ctx, tx, way+"; explain (format json, verbose, costs off) "+execute); err != nil {
			return nil, err
		}
		if n == 0 {
			scans = w.scans
		}
		scans = slices.DeleteFunc(scans, func(one Scan) bool {
			return !slices.ContainsFunc(w.scans, func(o Scan) bool { return o.Relation == one.Relation })
		})
	}
	return scans, run(ctx, tx, "deallocate planned")
}

// explain walks over a plan.
func (w *walk) explain(ctx context.Context, tx pgx.Tx, sql string) error {
	results, err := tx.Conn().PgConn().Exec(ctx, sql).ReadAll()
	if err != nil {
		return err
	}
	var plans []struct{ Plan *node }
	if err := json.Unmarshal(results[len(results)-1].Rows[0][0], &plans); err != nil {
		return err
	}
	for _, p := range plans {
		w.visit(p.Plan, place{})
	}
	return nil
}

// index is one of a table; an expression among its columns is "".
type index struct {
	relation string
	columns  []string
}

// indexes are all indexes, by the schema's and their own name.
func indexes(ctx context.Context, tx pgx.Tx) (map[string]index, error) {
	const sql = `select n.nspname || '.' || c.relname, n.nspname || '.' || r.relname,
	array(select coalesce(a.attname, '') from unnest(i.indkey::int[]) with ordinality k(num, at)
		left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.num and k.num > 0 order by k.at)::text[]
from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class r on r.oid = i.indrelid join pg_namespace n on n.oid = r.relnamespace
where n.nspname not in ('pg_catalog', 'pg_toast')`
	rows, err := tx.Query(ctx, sql)
	if err != nil {
		return nil, err
	}
	out := map[string]index{}
	var name, relation string
	var columns []string
	_, err = pgx.ForEachRow(rows, []any{&name, &relation, &columns}, func() error {
		out[name] = index{relation, slices.Clone(columns)}
		return nil
	})
	return out, err
}
