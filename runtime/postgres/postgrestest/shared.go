package postgrestest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/postgres"
	"github.com/jiekou-dev/jiekou/runtime/privatepg"
)

const (
	slots                 = 64      // binaries that may run at the same time
	insufficientPrivilege = "42501" // SQLSTATE
)

// shared is the server of one test binary.
type shared struct {
	mu      sync.Mutex // of what follows
	opened  bool
	lock    *privatepg.Lock
	private *privatepg.Server
	url     string
	err     error
	prefix  string // of this binary's databases
	count   int

	building  sync.Mutex // of what follows
	templates map[string]string
}

// open starts the server, or takes the one that the environment names; once.
func (s *shared) open(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.opened {
		return s.err
	}
	s.opened = true
	s.prefix = "test_" + strings.ToLower(rand.Text()[:10])
	if s.url = os.Getenv("JIEKOU_TEST_DATABASE"); s.url == "" {
		s.err = s.start(ctx)
	}
	return s.err
}

// start runs a private server in a folder that no other binary uses.
func (s *shared) start(ctx context.Context) error {
	lock, dir, err := slot()
	if err != nil {
		return err
	}
	config := privatepg.Config{DataDir: dir, Fast: true}
	s.private, err = privatepg.Open(ctx, config)
	if err != nil { // of another version, or broken for want of fsync: begin anew
		if wiped := wipe(dir); wiped == nil {
			s.private, err = privatepg.Open(ctx, config)
		}
	}
	if err != nil {
		lock.Release()
		return err
	}
	s.lock, s.url = lock, s.private.URL()
	return sweep(ctx, s.url, "test_")
}

// slot takes the first folder that is free.
func slot() (*privatepg.Lock, string, error) {
	var last error
	for n := range slots {
		dir := filepath.Join(os.TempDir(), fmt.Sprintf("jiekou-test-%d", os.Getuid()), fmt.Sprint(n))
		lock, err := privatepg.Hold(dir)
		if err == nil {
			return lock, dir, nil
		}
		last = err
	}
	return nil, "", fmt.Errorf("no free folder for a server: %w", last)
}

// wipe removes a cluster and, if it is a link, its target.
func wipe(dir string) error {
	at := filepath.Join(dir, "postgres")
	to, err := filepath.EvalSymlinks(at)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if to != "" {
		err = os.RemoveAll(to)
	}
	return errors.Join(err, os.RemoveAll(at))
}

// close drops the remaining schemas, stops the server and frees its folder.
func (s *shared) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.opened || s.err != nil {
		return nil // there was no server
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	err := sweep(ctx, s.url, s.prefix)
	if s.private != nil {
		s.private.Stop(ctx)
		s.lock.Release()
	}
	s.err = errors.New("the tests of this binary are over")
	return err
}

// create makes a database.
func (s *shared) create(ctx context.Context, template string) (url, name string, err error) {
	if err := s.open(ctx); err != nil {
		return "", "", err
	}
	s.mu.Lock()
	s.count++
	name = fmt.Sprintf("%s_%d", s.prefix, s.count)
	s.mu.Unlock()
	if err := s.exec(ctx, "create database "+name+" template "+template); err != nil {
		return "", "", err
	}
	url, err = withDatabase(s.url, name)
	return url, name, err
}

// template returns the name of the database that prepare made for key.
func (s *shared) template(ctx context.Context, key string,
	prepare func(context.Context, *pgxpool.Pool) error,
) (string, error) {
	s.building.Lock()
	defer s.building.Unlock()
	if name := s.templates[key]; name != "" {
		return name, nil
	}
	url, name, err := s.create(ctx, "template0")
	if err != nil {
		return "", err
	}
	p, err := postgres.NewPool(ctx, url)
	if err != nil {
		return "", err
	}
	err = prepare(ctx, p)
	p.Close()
	if err != nil {
		return "", err
	}
	if s.templates == nil {
		s.templates = map[string]string{}
	}
	s.templates[key] = name
	return name, nil
}

// drop ends the sessions of a database and drops it.
func (s *shared) drop(ctx context.Context, name string) error {
	return dropped(ctx, func() error { return s.exec(ctx, "drop database if exists "+name+" with (force)") })
}

// dropped drops a database. A worker of autovacuum that is just starting there belongs to
// no role yet, and PostgreSQL lets nobody but a superuser end it: it is gone after a moment.
func dropped(ctx context.Context, drop func() error) error {
	for {
		err := drop()
		var refusal *pgconn.PgError
		if !errors.As(err, &refusal) || refusal.Code != insufficientPrivilege {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// exec runs one statement on the server's own database.
func (s *shared) exec(ctx context.Context, sql string) error {
	conn, err := pgx.Connect(ctx, s.url)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, sql)
	return errors.Join(err, conn.Close(ctx))
}

// sweep drops the databases whose names begin with prefix.
func sweep(ctx context.Context, url, prefix string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	rows, err := conn.Query(ctx, `select datname from pg_database where starts_with(datname, $1)`, prefix)
	if err != nil {
		return errors.Join(err, conn.Close(ctx))
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	for _, name := range names {
		err = errors.Join(err, dropped(ctx, func() error {
			_, err := conn.Exec(ctx, "drop database if exists "+pgx.Identifier{name}.Sanitize()+" with (force)")
			return err
		}))
	}
	return errors.Join(err, conn.Close(ctx))
}

// withDatabase puts another database into a URL or a keyword string.
func withDatabase(base, name string) (string, error) {
	if !strings.Contains(base, "://") {
		return base + " dbname=" + name, nil
	}
	u, err := url.Parse(base)
	if err != nil {
		return "", err
	}
	u.Path = "/" + name
	return u.String(), nil
}
