package prove_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/gen/migration"
	"github.com/jiekou-dev/jiekou/gen/prove"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// sqlText begins a statement that reads or changes rows.
var sqlText = regexp.MustCompile(`(?i)^\s*(with|select|insert|update|delete)\s`)

// small are tables that stay small, with the reason.
var small = map[string]string{
	"jiekou.app":       "a row for each partner",
	"jiekou.receiver":  "a row for each partner",
	"jiekou.revision":  "one row",
	"jiekou.migration": "a row for each file of a release",
}

// allowed are statements that read a whole table, by a part of their text that no other
// has, with the reason.
var allowed = map[string]string{
	"substr(sid, length(app) + 1, 12)": "in the background, over the pages that the BRIN index sid_at leaves",
	"when s.leased_until > now() then": "a list of tasks for people, the youngest first; each team would need an index for it",
}

// TestRuntimePlans plans the statements in the Go of the runtime as those of the YAML are.
func TestRuntimePlans(t *testing.T) {
	t.Parallel()
	texts := runtimeSQL(t)
	tasks, named := tableOfTasks(t)
	planned := 0
	err := prove.Scratch(t.Context(), postgrestest.URL(t), func(pool *pgxpool.Pool) error {
		for _, sql := range tasks {
			if _, err := pool.Exec(t.Context(), sql, pgx.QueryExecModeSimpleProtocol); err != nil {
				return err
			}
		}
		for _, at := range slices.Sorted(maps.Keys(texts)) {
			if planOne(t, pool, at, named.Replace(texts[at])) {
				planned++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if planned < 110 {
		t.Errorf("only %d of %d statements were planned", planned, len(texts))
	}
	t.Logf("%d of %d texts are statements", planned, len(texts))
}

// tableOfTasks are the tables of the first system with history, and what its statements leave open: columns of a table of tasks.
func tableOfTasks(t *testing.T) (tables []string, named *strings.Replacer) {
	t.Helper()
	l, err := load.All(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range l.Set.Systems {
		n := slices.IndexFunc(s.Tables, func(one *spec.Table) bool { return one.History != nil })
		if n < 0 {
			continue
		}
		if tables, err = migration.Together(s); err != nil {
			t.Fatal(err)
		}
		one, h := s.Tables[n], s.Tables[n].History
		return tables, strings.NewReplacer("{table}", s.Name+"."+one.Name, "{key}", one.Key[0], "{app}", h.App, "{name}", h.Name,
			"{notifications}", h.Notifications, "{since}", h.Since, "{until}", h.Until, "{scope}", "", "{status}", h.Status,
			"{started}", h.Started, "{finished}", h.Finished, "{remark}", h.Remark, "{modified}", "")
	}
	t.Fatal("no table has tasks")
	return nil, nil
}

// planOne plans a statement; false: it is none by itself, but a part of one.
func planOne(t *testing.T, pool *pgxpool.Pool, at, sql string) bool {
	t.Helper()
	tx, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(t.Context()) }()
	described, err := tx.Conn().PgConn().Prepare(t.Context(), "", sql, nil)
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok {
		t.Logf("%s: %s", at, refused.Message)
		return false
	}
	if err != nil {
		t.Fatal(at, err)
	}
	if _, err := tx.Exec(t.Context(), prove.Large, pgx.QueryExecModeSimpleProtocol); err != nil {
		t.Fatal(err)
	}
	var values []string
	for _, oid := range described.ParamOIDs {
		values = append(values, value(t, tx, oid))
	}
	scans, err := prove.Scans(t.Context(), tx, sql, values)
	if err != nil {
		t.Errorf("%s: %v\n%s", at, err, sql)
		return true
	}
	for _, s := range scans {
		if small[s.Relation] == "" && !isAllowed(sql) {
			t.Errorf("%s %s; columns %v\n%s", at, s.Why, s.Columns, sql)
		}
	}
	return true
}

func isAllowed(sql string) bool {
	for part := range allowed {
		if strings.Contains(sql, part) {
			return true
		}
	}
	return false
}

// value is a constant of a type.
func value(t *testing.T, tx pgx.Tx, oid uint32) string {
	t.Helper()
	var name string
	if err := tx.QueryRow(t.Context(), `select format_type($1::oid, null)`, oid).Scan(&name); err != nil {
		t.Fatal(err)
	}
	base, list := strings.CutSuffix(name, "[]")
	text := "1"
	switch base {
	case "timestamp with time zone", "date":
		text = "2026-01-01"
	case "json", "jsonb":
		text = "{}"
	case "interval":
		text = "1 hour"
	}
	if list {
		text = "{" + text + "}"
	}
	return fmt.Sprintf("'%s'::%s", text, name)
}

// runtimeSQL are the constant texts in the runtime that begin like a statement, by place.
func runtimeSQL(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(filepath.Join("..", "..", "runtime"), func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() || d.Name() == "postgrestest" {
			return err
		}
		return readSQL(name, out)
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// readSQL adds those of one package.
func readSQL(dir string, out map[string]string) error {
	fset := token.NewFileSet()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return err
	}
	p := constants{}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			return err
		}
		p.add(file)
		files = append(files, file)
	}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			e, ok := n.(ast.Expr)
			if !ok {
				return true
			}
			text, ok := p.text(e)
			if ok && sqlText.MatchString(text) {
				at := fset.Position(n.Pos())
				out[fmt.Sprintf("%s:%d", filepath.ToSlash(at.Filename), at.Line)] = text
			}
			return !ok
		})
	}
	return nil
}

// constants are the constants of a package.
type constants map[string]ast.Expr

func (p constants) add(file *ast.File) {
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == len(spec.Names) {
			for i, name := range spec.Names {
				p[name.Name] = spec.Values[i]
			}
		}
		return true
	})
}

// text is the text of literals and constants that are put together.
func (p constants) text(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		left, ok := p.text(e.X)
		right, fine := p.text(e.Y)
		return left + right, ok && fine
	case *ast.Ident:
		if value, ok := p[e.Name]; ok {
			return p.text(value)
		}
	}
	return "", false
}
