package operate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/pflag"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/postgres"
	"github.com/jiekou-dev/jiekou/runtime/privatepg"
	"github.com/jiekou-dev/jiekou/runtime/schema"
	"github.com/jiekou-dev/jiekou/runtime/system"
)

// Settings are those of all commands. Flags win over the environment.
type Settings struct {
	Systems     []system.System
	DatabaseURL string // empty: a private PostgreSQL in the data folder
	DataDir     string
	MasterKey   string // file; empty: master.key in the data folder

	NoDDL   bool // tables are changed by people only; Open refuses a database that lacks something
	Serving bool // runs for long: rather waits for a short command that runs the private PostgreSQL
	NeedKey bool // cannot do without the master key; else Backing.Master may be nil where its file is missing
	lostKey bool // a new master key may be made although apps exist
}

// FromEnvironment returns the settings that the environment gives.
func FromEnvironment(systems []system.System) *Settings {
	return &Settings{
		Systems:     systems,
		DatabaseURL: os.Getenv("DATABASE_URL"),
		DataDir:     cmp.Or(os.Getenv("JIEKOU_DATA_DIR"), ".jiekou"),
		MasterKey:   os.Getenv("JIEKOU_MASTER_KEY_FILE"),
		NoDDL:       os.Getenv("JIEKOU_NO_DDL") == "true",
	}
}

// Flags adds the shared flags. The values of s are their defaults.
func (s *Settings) Flags(f *pflag.FlagSet) {
	f.StringVar(&s.DatabaseURL, "database-url", s.DatabaseURL,
		"PostgreSQL to use; empty: a private one in the data folder (DATABASE_URL)")
	f.Lookup("database-url").DefValue = "" // may hold a password
	f.StringVar(&s.DataDir, "data-dir", s.DataDir, "data folder (JIEKOU_DATA_DIR)")
	f.StringVar(&s.MasterKey, "master-key", s.MasterKey,
		"file of the key that seals the apps' secrets; made on the first run; default master.key in the data folder (JIEKOU_MASTER_KEY_FILE)")
	f.BoolVar(&s.NoDDL, "no-ddl", s.NoDDL, "change no tables: refuse a database that lacks a migration (JIEKOU_NO_DDL=true)")
}

// keyFile is the file of the master key.
func (s *Settings) keyFile() string {
	return cmp.Or(s.MasterKey, filepath.Join(s.DataDir, "master.key"))
}

// Backing is the database and the keys of a command.
type Backing struct {
	Pool   *pgxpool.Pool
	Master *app.Master

	server *privatepg.Server
	own    bool // the pool, beside one that was there
}

// reach opens the database, and changes nothing in it. It starts a private PostgreSQL
// where nothing else is running.
func (s *Settings) reach(ctx context.Context, log *slog.Logger) (*Backing, error) {
	if err := os.MkdirAll(s.DataDir, 0o711); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	if s.DatabaseURL == "" {
		log.Info("starting the private PostgreSQL", "folder", s.DataDir)
	}
	server, err := privatepg.Open(ctx, privatepg.Config{URL: s.DatabaseURL, DataDir: s.DataDir, Log: log, Own: s.Serving})
	if err != nil {
		return nil, err
	}
	b := &Backing{server: server}
	if b.Pool, err = postgres.NewPool(ctx, server.URL()); err == nil {
		err = postgres.Check(ctx, b.Pool)
	}
	if err != nil {
		b.Close()
		return nil, reached(err)
	}
	return b, nil
}

// Open reaches the database, brings its tables up to date and reads the master
// key. It starts a private PostgreSQL where nothing else is running.
func (s *Settings) Open(ctx context.Context, log *slog.Logger) (*Backing, error) {
	b, err := s.reach(ctx, log)
	if err != nil {
		return nil, err
	}
	if !s.NoDDL {
		log.Info("bringing the tables up to date")
	}
	if err := s.apply(ctx, b.Pool, false); err != nil {
		b.Close()
		return nil, reached(err)
	}
	if b.Master, err = s.openMaster(ctx, b.Pool); err != nil {
		b.Close()
		return nil, err
	}
	return b, nil
}

// Use is Open on a pool that is there, with a master key that is there; nil: of the
// settings. A pool that postgres.NewPool did not make says how to connect: its connections do not know the
// values of messages, so others like them are opened. Close leaves the pool open.
func (s *Settings) Use(ctx context.Context, pool *pgxpool.Pool, master *app.Master, log *slog.Logger) (*Backing, error) {
	if pool == nil {
		b, err := s.Open(ctx, log)
		if err == nil && master != nil {
			b.Master = master
		}
		return b, err
	}
	err := s.apply(ctx, pool, false)
	if err != nil {
		return nil, err
	}
	b := &Backing{Master: master}
	if master == nil {
		if err := os.MkdirAll(filepath.Dir(s.keyFile()), 0o711); err != nil {
			return nil, fmt.Errorf("data folder: %w", err)
		}
		if b.Master, err = s.openMaster(ctx, pool); err != nil {
			return nil, err
		}
	}
	if b.Pool, b.own, err = postgres.Like(ctx, pool); err != nil {
		return nil, reached(err)
	}
	return b, nil
}

// apply brings the tables up to date, with contract also beyond the revision before, or, with
// NoDDL, refuses tables that are not.
func (s *Settings) apply(ctx context.Context, pool *pgxpool.Pool, contract bool) error {
	sets, run := Migrations(s.Systems), migrate.Up
	if contract {
		run = migrate.Finish
	}
	if !s.NoDDL {
		return run(ctx, pool, sets)
	}
	if err := migrate.Ready(ctx, pool, sets, contract); err != nil {
		return command.Hinted(err, "jiekoud migrate plan prints the SQL for psql; with --no-ddl no command changes a table")
	}
	return nil
}

// reached gives the error of a database that is not there its hint.
func reached(err error) error {
	if hint := postgres.Hint(err); hint != "" {
		return command.Hinted(err, hint)
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return command.Hinted(err, "check that the database runs and that DATABASE_URL is right")
	}
	return err
}

// openMaster reads the master key, and makes it if nothing was sealed with one yet.
// Without a file, a command that needs no key gets nil.
func (s *Settings) openMaster(ctx context.Context, pool *pgxpool.Pool) (*app.Master, error) {
	var apps bool // looked for before the file: a process that added an app has made the file before
	if err := pool.QueryRow(ctx, `select exists (select from jiekou.key)`).Scan(&apps); err != nil {
		return nil, fmt.Errorf("apps: %w", err)
	}
	name := s.keyFile()
	if _, err := os.Stat(name); apps && !s.lostKey && errors.Is(err, fs.ErrNotExist) {
		if !s.NeedKey {
			return nil, nil
		}
		return nil, command.Failed("where it is lost for good: jiekoud app rotate --lost-key ID makes a new key and new credentials",
			"key file %s is missing; the apps' secrets were sealed with it: restore it, or rotate every app", name)
	}
	return app.OpenMaster(name)
}

// Close releases everything that Open opened, and ends a PostgreSQL that it
// started.
func (b *Backing) Close() {
	if b.Pool != nil && (b.server != nil || b.own) { // else it is somebody else's
		b.Pool.Close()
	}
	if b.server != nil {
		b.server.Stop(context.Background())
	}
}

// Migrations are those of the runtime and of every system.
func Migrations(systems []system.System) []migrate.Set {
	return append([]migrate.Set{schema.Migrations()}, system.Migrations(systems)...)
}
