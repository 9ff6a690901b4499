package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/user"
	"path/filepath"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/pflag"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/postgres"
	"github.com/jiekou-dev/jiekou/runtime/privatepg"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
)

// settings are what every command shares. Flags win over the environment.
type settings struct {
	databaseURL string
	dataDir     string
	masterKey   string

	serving bool // runs for long: rather waits for a short command that runs the private PostgreSQL
	needKey bool // cannot do without the master key; else base.master may be nil where its file is missing
	lostKey bool // a new master key may be made although apps exist
}

// flags adds the shared flags.
func (s *settings) flags(f *pflag.FlagSet) {
	f.StringVar(&s.databaseURL, "database-url", os.Getenv("DATABASE_URL"),
		"PostgreSQL to use; empty: a private one in the data folder (DATABASE_URL)")
	f.Lookup("database-url").DefValue = "" // may hold a password
	f.StringVar(&s.dataDir, "data-dir", cmp.Or(os.Getenv("JIEKOU_DATA_DIR"), ".jiekou"), "data folder (JIEKOU_DATA_DIR)")
	f.StringVar(&s.masterKey, "master-key", os.Getenv("JIEKOU_MASTER_KEY_FILE"),
		"file of the key that seals the apps' secrets; made on the first run; default master.key in the data folder (JIEKOU_MASTER_KEY_FILE)")
}

// keyFile is where the master key stands.
func (s *settings) keyFile() string {
	return cmp.Or(s.masterKey, filepath.Join(s.dataDir, "master.key"))
}

// base is what a command that works on the database stands on.
type base struct {
	server *privatepg.Server
	pool   *pgxpool.Pool
	master *app.Master

	refuseDeprecated bool                          // of serve
	signatures       map[string]signature.Override // of serve, by system
}

// open reaches the database, brings its tables up to date and reads the master
// key. It starts a private PostgreSQL where nothing else is running.
func (s *settings) open(ctx context.Context, log *slog.Logger) (*base, error) {
	if err := os.MkdirAll(s.dataDir, 0o711); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	server, err := privatepg.Open(ctx, privatepg.Config{URL: s.databaseURL, DataDir: s.dataDir, Log: log, Own: s.serving})
	if err != nil {
		return nil, err
	}
	b := &base{server: server}
	if b.pool, err = postgres.NewPool(ctx, server.URL()); err != nil {
		b.close()
		return nil, err
	}
	if err := migrate.Up(ctx, b.pool, migrations()); err != nil {
		b.close()
		if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
			err = hinted{err, "check that the database runs and that DATABASE_URL is right"}
		}
		return nil, err
	}
	if b.master, err = s.openMaster(ctx, b.pool); err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

// openMaster reads the master key, and makes it where there is nothing yet that
// was sealed with one. Without a file, what needs no key gets nil.
func (s *settings) openMaster(ctx context.Context, pool *pgxpool.Pool) (*app.Master, error) {
	var apps bool // looked for before the file: who added one has made it before
	if err := pool.QueryRow(ctx, `select exists (select from jiekou.app)`).Scan(&apps); err != nil {
		return nil, fmt.Errorf("apps: %w", err)
	}
	name := s.keyFile()
	if _, err := os.Stat(name); apps && !s.lostKey && errors.Is(err, fs.ErrNotExist) {
		if !s.needKey {
			return nil, nil
		}
		return nil, hinted{
			fmt.Errorf("key file %s is missing; the apps' secrets were sealed with it: restore it, or rotate every app", name),
			"where it is lost for good: jiekoud app rotate --lost-key ID makes a new key and new credentials",
		}
	}
	return app.OpenMaster(name)
}

// close lets go of what open reached, and ends a PostgreSQL that it started.
func (b *base) close() {
	if b.pool != nil {
		b.pool.Close()
	}
	b.server.Stop(context.Background())
}

// actor names who runs a command, for the audit of changes.
func actor() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "unknown"
}

// quiet is the logger of commands: warnings only.
func quiet(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelWarn}))
}
