package project

import (
	"context"
	"errors"
	"log/slog"
	"os"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/gen/prove"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/privatepg"
	"github.com/jiekou-dev/jiekou/spec"
)

// Statements holds the tables and statements of a set against PostgreSQL, and their plans
// where it accepts them, in a scratch database: on the server of a URL or, where that is empty, on a private one that lives
// as long as the call.
func Statements(ctx context.Context, set *spec.Set, url string) (found spec.Findings, err error) {
	dir, err := os.MkdirTemp("", "jiekou-check-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }() // of a folder for temporary files
	server, err := privatepg.Open(ctx, privatepg.Config{URL: url, DataDir: dir, Fast: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	defer server.Stop(context.WithoutCancel(ctx))
	err = prove.Scratch(ctx, server.URL(), func(pool *pgxpool.Pool) (err error) {
		if found, err = prove.Statements(ctx, pool, set); err == nil && len(found) == 0 {
			found, err = prove.Plans(ctx, pool, set)
		}
		return err
	})
	if _, unreached := errors.AsType[*pgconn.ConnectError](err); unreached && url != "" {
		return nil, command.Misused("check that the server runs, and that the URL is right", "the database is not reached: %w", err)
	}
	if err != nil && url != "" {
		err = command.Hinted(err, "check that the server runs, and that its role may create databases")
	}
	return found, err
}
