package main

import (
	"context"
	"io"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/load"
	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/server"
	"github.com/jiekou-dev/jiekou/runtime/server/operate"
	"github.com/jiekou-dev/jiekou/runtime/store"
	"github.com/jiekou-dev/jiekou/runtime/system"
)

const (
	exitFine    = command.Fine
	exitRefused = command.Failure
	exitUsage   = command.Usage
)

// base is what a server of the tests stands on.
type base struct {
	pool             *pgxpool.Pool
	master           *app.Master
	refuseDeprecated bool
	signatures       map[string]signature.Override
}

func newHandler(ctx context.Context, b *base, log *slog.Logger) (*server.Mount, func(), error) {
	m, err := server.Handler(ctx, server.Config{
		Systems: systems(), Pool: b.pool, Master: b.master, Logger: log, RefuseDeprecated: b.refuseDeprecated, Signatures: b.signatures,
	})
	if err != nil {
		return nil, nil, err
	}
	return m, m.Close, nil
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	return server.Run(ctx, systems(), args, stdout, stderr)
}

func loadDemo(ctx context.Context, b *base, _ *slog.Logger) error {
	for _, s := range systems() {
		if _, err := load.Demo(ctx, b.pool, s); err != nil {
			return err
		}
	}
	return nil
}

func loadSetup(ctx context.Context, b *base) error {
	for _, s := range systems() {
		if err := load.Setup(ctx, b.pool, s); err != nil {
			return err
		}
	}
	return nil
}

func migrations() []migrate.Set { return operate.Migrations(systems()) }

func syncTasks() []system.History { return system.Histories(systems()) }

func describedSystems() []route.System { return system.Descriptions(systems()) }

func allNotifications() []store.Notification { return system.Notifications(systems()) }

func allTables() []store.Table { return system.Tables(systems()) }

func making(name string, lifetime time.Duration) app.Making {
	return operate.Making(system.Find(systems(), name).System, lifetime)
}
