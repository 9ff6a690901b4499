// Package testkit serves systems in tests: on a private PostgreSQL, in a database
// that is the test's own, over HTTP, with apps to call them.
//
//	s := testkit.Serve(t, testkit.Config{Systems: generated.Systems()})
package testkit

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/load"
	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/runtime/server"
	"github.com/jiekou-dev/jiekou/runtime/server/operate"
	"github.com/jiekou-dev/jiekou/runtime/system"
)

// Config configures Serve. Systems is required.
type Config struct {
	Systems   []system.System
	Demo      bool                 // the tables have the demo rows
	Setup     bool                 // the tables have the rows that the fixtures need
	Configure func(*server.Config) // changes how the systems are served; nil: nothing
}

// Server is a server under test. Its background work does not run before Start.
type Server struct {
	*server.Mount
	URL    string
	Client *http.Client
	Pool   *pgxpool.Pool
	Master *app.Master
	Admin  *app.Admin
	Log    *Log // JSON lines of every level

	config Config
}

// Serve serves systems until the test ends. Databases of the same systems and rows
// are copies of one that is made once for a test binary.
func Serve(t testing.TB, c Config) *Server {
	t.Helper()
	key := fmt.Sprint("testkit", c.Demo, c.Setup)
	for _, s := range c.Systems {
		key += " " + s.Name
	}
	return On(t, postgrestest.NewFrom(t, key, c.Prepare), c)
}

// Prepare makes the tables of the systems and fills them as c says.
func (c Config) Prepare(ctx context.Context, pool *pgxpool.Pool) error {
	if err := migrate.Up(ctx, pool, operate.Migrations(c.Systems)); err != nil {
		return err
	}
	for _, s := range c.Systems {
		tables, err := load.Tables(s.Zone, s.Tables, s.Notifications)
		if err != nil {
			return err
		}
		if c.Demo {
			if _, err := load.Demo(ctx, pool, tables, s.Demo.Rows); err != nil {
				return err
			}
		}
		if c.Setup {
			if err := load.Setup(ctx, pool, tables, s.Setup); err != nil {
				return err
			}
		}
	}
	return nil
}

// On is Serve on a database that is there.
func On(t testing.TB, pool *pgxpool.Pool, c Config) *Server {
	t.Helper()
	master, err := app.OpenMaster(filepath.Join(t.TempDir(), "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Pool: pool, Master: master, Admin: app.NewAdmin(pool, master, "test"), Log: new(Log), config: c}
	s.Mount = s.Another(t, c.Configure)
	listener := httptest.NewUnstartedServer(s.Mount)
	listener.Config.ErrorLog = slog.NewLogLogger(s.Log.logger().Handler(), slog.LevelWarn)
	listener.Start()
	t.Cleanup(listener.Close)
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(transport.CloseIdleConnections)
	s.URL, s.Client = listener.URL, &http.Client{Transport: transport, Timeout: 30 * time.Second}
	return s
}

// Another mounts the systems again, on the same database and with the same apps,
// until the test ends.
func (s *Server) Another(t testing.TB, configure func(*server.Config)) *server.Mount {
	t.Helper()
	c := server.Config{Systems: s.config.Systems, Pool: s.Pool, Master: s.Master, Logger: s.Log.logger()}
	if configure != nil {
		configure(&c)
	}
	m, err := server.Handler(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return m
}

// App registers an app with grants for calls and notifications, or with all if none
// is given.
func (s *Server) App(t testing.TB, name, id string, grants ...string) app.Credentials {
	t.Helper()
	of := system.Find(s.config.Systems, name)
	if of == nil {
		t.Fatalf("testkit: no system %s", name)
	}
	if len(grants) == 0 {
		grants = []string{"*"}
	}
	how := operate.Making(of.Protocol, time.Hour)
	if err := s.Admin.FirstSystemKeys(t.Context(), name, how); err != nil {
		t.Fatal(err)
	}
	c, err := s.Admin.Add(t.Context(), app.New{System: name, ID: id, Grants: grants, Making: how})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Log is a log that can be read while it is written.
type Log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write appends to the log.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// String returns what was logged.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// logger writes to the log.
func (l *Log) logger() *slog.Logger {
	return slog.New(slog.NewJSONHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}
