package gen

import (
	"context"
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/runtime/schema"
)

// prepared runs the migrations of a program and prepares its statements. The
// arguments and places that the generated code passes must fit the parameters and
// columns that PostgreSQL sees.
func prepared(t *testing.T, p *program) {
	t.Helper()
	called := p.calls(t)
	p.allListed(t, called)
	pool := migrated(t, p.files)
	for _, call := range called {
		call.prepare(t, pool)
	}
}

// migrated is a database with the runtime's tables and those of a case.
func migrated(t *testing.T, files Files) *pgxpool.Pool {
	t.Helper()
	pool := postgrestest.NewFrom(t, "jiekou", func(ctx context.Context, pool *pgxpool.Pool) error {
		return migrate.Up(ctx, pool, []migrate.Set{schema.Migrations()})
	})
	folders := map[string]fstest.MapFS{}
	for name, text := range files {
		if path.Ext(name) != ".sql" {
			continue
		}
		system := path.Base(path.Dir(path.Dir(name)))
		if folders[system] == nil {
			folders[system] = fstest.MapFS{}
		}
		folders[system][path.Base(name)] = &fstest.MapFile{Data: text}
	}
	sets := []migrate.Set{schema.Migrations()}
	for system, fsys := range folders {
		sets = append(sets, migrate.Set{Name: system, FS: fsys})
	}
	if err := migrate.Up(t.Context(), pool, sets); err != nil {
		t.Fatal(err)
	}
	return pool
}

// sqlCall is a place in generated code that runs a statement.
type sqlCall struct {
	name  string // of the constant
	sql   string
	args  []types.Type
	dests []types.Type
	code  bool // the first column is the verdict
	extra int  // columns beyond dests that the runtime itself reads
	keyed bool // the runtime adds the keys of a row, of the types of its columns
}

// prepare compares a call with PostgreSQL's description of its statement.
func (c sqlCall) prepare(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	conn, err := pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	described, err := conn.Conn().PgConn().Prepare(t.Context(), "", c.sql, nil)
	if err != nil {
		t.Errorf("%s: %v\n%s", c.name, err, c.sql)
		return
	}
	if c.keyed && len(described.ParamOIDs) > len(c.args) {
		described.ParamOIDs = described.ParamOIDs[:len(c.args)]
	}
	if len(described.ParamOIDs) != len(c.args) {
		t.Errorf("%s has %d parameters; %d arguments are passed", c.name, len(described.ParamOIDs), len(c.args))
		return
	}
	for i, oid := range described.ParamOIDs {
		if typ := typeName(c.args[i]); !slices.Contains(parameterTypes()[typ], oid) {
			t.Errorf("%s: argument $%d of Go type %s cannot be sent as type %d", c.name, i+1, typ, oid)
		}
	}
	c.columns(t, described.Fields)
}

// columns holds the places against the columns.
func (c sqlCall) columns(t *testing.T, fields []pgconn.FieldDescription) {
	t.Helper()
	if c.code {
		if len(fields) == 0 || fields[0].DataTypeOID != pgtype.TextArrayOID {
			t.Errorf("%s: the first column is no verdict", c.name)
			return
		}
		fields = fields[1:]
	}
	if len(fields) != len(c.dests)+c.extra {
		t.Errorf("%s has %d columns for %d places", c.name, len(fields), len(c.dests)+c.extra)
		return
	}
	for i, dest := range c.dests {
		if typ := typeName(dest); !slices.Contains(columnTypes()[typ], fields[i].DataTypeOID) {
			t.Errorf("%s: column %d of type %d cannot be read into Go type %s", c.name, i+1, fields[i].DataTypeOID, typ)
		}
	}
}

// parameterTypes are the SQL types as which a Go value can be sent.
func parameterTypes() map[string][]uint32 {
	return map[string][]uint32{
		"string": {pgtype.TextOID}, "wire.Text": {pgtype.TextOID}, "wire.Decimal": {pgtype.TextOID},
		"wire.Int": {pgtype.Int8OID}, "wire.Bool": {pgtype.BoolOID}, "bool": {pgtype.BoolOID},
		"wire.Time": {pgtype.TimestamptzOID}, "[]byte": {pgtype.JSONBOID, pgtype.JSONOID},
		"[]string": {pgtype.TextArrayOID}, "[]wire.Text": {pgtype.TextArrayOID}, "[]wire.Decimal": {pgtype.TextArrayOID},
		"[]wire.Int": {pgtype.Int8ArrayOID}, "[]wire.Bool": {pgtype.BoolArrayOID}, "[]wire.Time": {pgtype.TimestamptzArrayOID},
		"int64": {pgtype.Int8OID}, "int": {pgtype.Int8OID},
	}
}

// columnTypes are the SQL types that a Go place can take.
func columnTypes() map[string][]uint32 {
	return map[string][]uint32{
		"*string": {pgtype.TextOID, pgtype.VarcharOID}, "*wire.Text": {pgtype.TextOID, pgtype.VarcharOID},
		"*wire.Decimal": {pgtype.TextOID}, "*wire.Int": {pgtype.Int8OID, pgtype.Int4OID, pgtype.Int2OID},
		"*wire.Bool": {pgtype.BoolOID}, "*[]string": {pgtype.TextArrayOID}, "*wire.Time": {pgtype.TimestamptzOID}, "any": {pgtype.TextOID},
		"*[]byte": {pgtype.JSONBOID},
	}
}

// typeName is how the tables above call a type.
func typeName(t types.Type) string {
	name := types.TypeString(t, func(p *types.Package) string { return p.Name() })
	return strings.ReplaceAll(name, "[]uint8", "[]byte")
}

// calls finds the statements that generated methods run, with what they pass.
func (p *program) calls(t *testing.T) []sqlCall {
	t.Helper()
	var list []sqlCall
	for _, folder := range p.folders() {
		for _, file := range p.syntax[folder] {
			ast.Inspect(file, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					list = append(list, p.call(t, folder, call)...)
				}
				return true
			})
		}
	}
	return list
}

func (p *program) folders() []string {
	var list []string
	for folder := range p.syntax {
		list = append(list, folder)
	}
	slices.Sort(list)
	return list
}

// call reads one call of the store, if it is one.
func (p *program) call(t *testing.T, folder string, call *ast.CallExpr) []sqlCall {
	t.Helper()
	fun, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	object := p.info.Uses[fun.Sel]
	if object == nil || object.Pkg() == nil || object.Pkg().Path() != pkgStore {
		return nil
	}
	a := call.Args
	one := func(sql ast.Expr, args ast.Expr, dests []types.Type) sqlCall {
		return sqlCall{name: fmt.Sprint(sql), sql: p.text(t, sql), args: p.elements(args), dests: dests}
	}
	switch fun.Sel.Name {
	case "Write":
		c := one(a[1], a[3], p.typesOf(a[4:]))
		c.code = true
		return []sqlCall{c}
	case "WriteRead":
		c := one(a[1], a[3], p.elements(a[4]))
		c.code = true
		return []sqlCall{c}
	case "Refused":
		c := one(a[1], a[2], nil)
		c.code = true
		return []sqlCall{c}
	case "Checks":
		c := one(a[0], a[1], nil)
		c.code = true
		return []sqlCall{c}
	case "Row":
		return []sqlCall{one(a[0], a[2], p.typesOf(a[3:]))}
	case "Rows":
		return []sqlCall{one(a[0], a[1], p.row(folder, a[2]))}
	case "PageRows":
		return p.page(t, a, one(p.member(a[0], "Rows"), a[2], p.row(folder, a[3])))
	}
	return nil
}

// page is the call of a paged list: the rows and their count.
func (p *program) page(t *testing.T, a []ast.Expr, rows sqlCall) []sqlCall {
	t.Helper()
	var out []sqlCall
	if count := p.member(a[0], "Count"); count != nil {
		out = append(out, sqlCall{name: fmt.Sprint(count), sql: p.text(t, count), args: rows.args, extra: 1})
	}
	number := types.Typ[types.Int64]
	rows.args = append(slices.Clone(rows.args), number) // limit
	if strings.Contains(rows.sql, "::bigint offset $") || p.member(a[0], "Marked") != nil && p.member(a[0], "Keyed") == nil {
		rows.args = append(rows.args, number) // offset
	} else {
		rows.keyed = true
	}
	for _, further := range []string{"Marked", "Keyed"} {
		if p.member(a[0], further) != nil {
			rows.extra++
		}
	}
	return append(out, rows)
}

// member is the value of a field in a composite literal.
func (p *program) member(literal ast.Expr, name string) ast.Expr {
	for _, e := range literal.(*ast.CompositeLit).Elts {
		if pair := e.(*ast.KeyValueExpr); pair.Key.(*ast.Ident).Name == name {
			return pair.Value
		}
	}
	return nil
}

// text is the value of a constant.
func (p *program) text(t *testing.T, e ast.Expr) string {
	t.Helper()
	v := p.info.Types[e].Value
	if v == nil {
		t.Fatalf("%v is no constant", e)
	}
	return constant.StringVal(v)
}

// elements are the types of the elements of []any{…}; nil has none.
func (p *program) elements(e ast.Expr) []types.Type {
	if literal, ok := e.(*ast.CompositeLit); ok {
		return p.typesOf(literal.Elts)
	}
	return nil
}

func (p *program) typesOf(list []ast.Expr) []types.Type {
	var out []types.Type
	for _, e := range list {
		out = append(out, p.info.Types[e].Type)
	}
	return out
}

// row is the result of the named function of a list.
func (p *program) row(folder string, name ast.Expr) []types.Type {
	for _, file := range p.syntax[folder] {
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if ok && f.Recv == nil && f.Name.Name == name.(*ast.Ident).Name {
				return p.elements(f.Body.List[len(f.Body.List)-1].(*ast.ReturnStmt).Results[0])
			}
		}
	}
	return nil
}

// allListed checks that Statements lists exactly the statements that the methods
// run.
func (p *program) allListed(t *testing.T, called []sqlCall) {
	t.Helper()
	var run, listed []string
	for _, c := range called {
		run = append(run, c.sql)
	}
	for _, folder := range p.folders() {
		for _, file := range p.syntax[folder] {
			ast.Inspect(file, func(n ast.Node) bool {
				literal, ok := n.(*ast.CompositeLit)
				if ok && literal.Type != nil && typeName(p.info.Types[literal].Type) == "[]store.Statement" {
					for _, e := range literal.Elts {
						listed = append(listed, p.text(t, p.member(e, "SQL")))
					}
				}
				return true
			})
		}
	}
	slices.Sort(run)
	slices.Sort(listed)
	if !slices.Equal(slices.Compact(run), slices.Compact(listed)) {
		t.Errorf("%d statements are run and %d are listed, or they differ", len(run), len(listed))
	}
}
