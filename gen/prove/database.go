package prove

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/gen/migration"
	"github.com/jiekou-dev/jiekou/gen/statement"
	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/schema"
	"github.com/jiekou-dev/jiekou/spec"
)

// patience is how long the scratch database may take to go away.
const patience = 30 * time.Second

// Scratch makes a database on the server that a connection reaches, calls use with its
// URL's configuration, and drops it. The role must be allowed to create databases;
// nothing else on the server is read or changed.
func Scratch(ctx context.Context, url string, use func(*pgxpool.Pool) error) (err error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }() // nothing is pending
	var random [8]byte
	_, _ = rand.Read(random[:]) // never fails
	name := "jiekou_check_" + hex.EncodeToString(random[:])
	if _, err := conn.Exec(ctx, "create database "+name+" template template0 encoding 'UTF8'"); err != nil {
		return fmt.Errorf("scratch database: %w", err)
	}
	defer func() {
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		if _, dropped := conn.Exec(late, "drop database "+name+" with (force)"); err == nil && dropped != nil {
			err = fmt.Errorf("scratch database: %w", dropped)
		}
	}()
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return err
	}
	config.ConnConfig.Database, config.MaxConns = name, 1
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return err
	}
	defer pool.Close()
	if err := migrate.Up(ctx, pool, []migrate.Set{schema.Migrations()}); err != nil {
		return err
	}
	return use(pool)
}

// Statements runs the migrations of every system from zero and prepares what its
// answers and notifications run, in a database that has the runtime's own tables. It
// leaves nothing in it.
func Statements(ctx context.Context, pool *pgxpool.Pool, set *spec.Set) (spec.Findings, error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // the database is a scratch
	var found spec.Findings
	for _, s := range set.Systems {
		p := &preparer{ctx: ctx, tx: tx, system: s}
		if err := p.all(p.prepares); err != nil {
			return nil, err
		}
		found = append(found, p.found...)
	}
	return found, nil
}

// preparer asks PostgreSQL about one system.
type preparer struct {
	ctx    context.Context //nolint:containedctx // of one call of Statements
	tx     pgx.Tx
	system *spec.System
	found  spec.Findings
}

// all migrates and, where that works, does something with each statement of each
// interface. It goes on with the next interface where that says so.
func (p *preparer) all(each func(x *spec.Interface, s *statement.Statement) (fine bool, err error)) error {
	list, err := migration.Together(p.system)
	if err != nil {
		return err
	}
	for _, sql := range list {
		refused, err := p.try(func(tx pgx.Tx) error { return run(p.ctx, tx, sql) })
		if err != nil {
			return err
		}
		if refused != nil {
			p.refuse(ruleMigration, tableAt(p.system, sql, int(refused.Position)), sql, "the migration of "+p.system.Name, refused)
			return nil
		}
	}
	for _, x := range p.system.Interfaces {
		list, err := compileAll(x)
		if err != nil {
			return err
		}
		for _, s := range list {
			if fine, err := each(x, s); err != nil {
				return err
			} else if !fine {
				break
			}
		}
	}
	return nil
}

// run carries out several statements.
func run(ctx context.Context, tx pgx.Tx, sql string) error {
	_, err := tx.Conn().PgConn().Exec(ctx, sql).ReadAll()
	return err
}

// try does something that PostgreSQL may refuse, and goes on as if it had not been done.
// err is anything else than a refusal.
func (p *preparer) try(do func(pgx.Tx) error) (refused *pgconn.PgError, err error) {
	inner, err := p.tx.Begin(p.ctx)
	if err != nil {
		return nil, err
	}
	if err = do(inner); err == nil {
		return nil, inner.Commit(p.ctx)
	}
	if rolled := inner.Rollback(p.ctx); rolled != nil {
		return nil, rolled
	}
	if errors.As(err, &refused) {
		return refused, nil
	}
	return nil, err
}

// prepares prepares a statement. Where it is refused, the others of its interface would
// repeat the fault.
func (p *preparer) prepares(x *spec.Interface, s *statement.Statement) (fine bool, err error) {
	sql := s.SQL.String()
	refused, err := p.try(func(tx pgx.Tx) error {
		_, err := tx.Conn().PgConn().Prepare(p.ctx, "", sql, nil)
		return err
	})
	if refused != nil {
		p.refuse(ruleStatement, blame(x, sql, int(refused.Position)), sql, strings.TrimSpace("a statement of "+x.Cmd+" "+s.Name), refused)
	}
	return refused == nil, err
}

// compileAll are the statements of an interface.
func compileAll(x *spec.Interface) ([]*statement.Statement, error) {
	switch {
	case statement.Sent(x):
		n, err := statement.Notify(x)
		if err != nil || n.History == nil {
			return []*statement.Statement{n.Queue}, err
		}
		return []*statement.Statement{n.Queue, n.History}, nil
	case x.Answer == nil || x.Answer.Handler:
		return nil, nil
	}
	a, err := statement.Compile(x)
	if err != nil {
		return nil, err
	}
	return a.Statements(), nil
}

// What to do about a refusal: of SQL that a person wrote, and of SQL that follows from
// the YAML.
const (
	HintWritten   = "fix this SQL; jiekou generate shows the whole statement"
	hintGenerated = "say it another way: the columns, the fields that fill them and their types decide what is generated"
)

// refuse notes what PostgreSQL refused, with the text that it points at.
func (p *preparer) refuse(id string, at origin, sql, what string, why *pgconn.PgError) {
	message := fmt.Sprintf("PostgreSQL refuses %s: %s (%s)", what, why.Message, why.Code)
	if near := excerpt(sql, int(why.Position)); near != "" {
		message += ", at " + near
	}
	hint := hintGenerated
	if at.written {
		hint = HintWritten
	}
	p.found = append(p.found, finding(id, at.Pos, hint, message))
}
