//go:build unix

package privatepg

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	defaultDataDir = ".jiekou"
	database       = "jiekou" // name of the private database and of the role that owns it
	superuser      = "jiekou_admin"
	startPatience  = 2 * time.Minute
	stopPatience   = 30 * time.Second // waiting for other users included
	usersPatience  = 20 * time.Second // for other users, before the server is taken from them
	ownPatience    = 10 * time.Second // of Config.Own
	settled        = 5 * time.Second  // after Open a Config.Own no longer delays others
)

// Server is a database to connect to.
type Server struct {
	url     string
	place   *place // nil: not private
	log     *slog.Logger
	fast    bool
	bin     string
	own     bool
	users   *fileLock     // our share of users.lock; of keep alone
	opened  time.Time     // when Open began
	grace   time.Duration // how long the end of our server waits for other users
	ready   chan struct{} // closed when connections are answered
	failed  chan error    // why it never became ready; one value at most
	quit    chan struct{} // closed by Stop
	hard    chan struct{} // closed when Stop has no more time
	done    chan struct{} // closed when nothing of ours runs any more
	stop    sync.Once
	readied sync.Once
}

// Open returns the database of c. With a URL it only checks its form: nothing
// is connected yet. Without one it returns when the private server answers,
// which another process may run already, or was started (50 ms warm, a second
// on first use). It gives up when ctx ends, at the latest after two minutes.
func Open(ctx context.Context, c Config) (*Server, error) {
	log := cmp.Or(c.Log, slog.New(slog.DiscardHandler))
	if c.URL != "" {
		if _, err := pgx.ParseConfig(c.URL); err != nil { // hides the password
			return nil, fmt.Errorf("DATABASE_URL: %w", err)
		}
		return &Server{url: c.URL, log: log}, nil
	}
	p, err := settle(cmp.Or(c.DataDir, defaultDataDir), log)
	if err != nil {
		return nil, fmt.Errorf("private PostgreSQL: %w", err)
	}
	bin, err := p.binaries(ctx, c.Bin)
	if err != nil {
		return nil, fmt.Errorf("private PostgreSQL: %w", err)
	}
	s := &Server{
		url: p.url(database, database), place: p, log: log, fast: c.Fast, bin: bin,
		own: c.Own, opened: time.Now(), grace: usersPatience,
		ready: make(chan struct{}), failed: make(chan error, 1),
		quit: make(chan struct{}), hard: make(chan struct{}), done: make(chan struct{}),
	}
	if !s.own {
		if s.users, err = p.use(ctx); err != nil {
			return nil, fmt.Errorf("private PostgreSQL: %w", err)
		}
	}
	go s.keep()
	if err := s.wait(ctx); err != nil {
		s.Stop(ctx)
		return nil, fmt.Errorf("private PostgreSQL: %w", err)
	}
	return s, nil
}

// wait returns when the server answers, failed, or takes too long.
func (s *Server) wait(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	select {
	case <-s.ready:
		return nil
	case err := <-s.failed:
		return err
	case <-ctx.Done():
		return fmt.Errorf("no answer on %s: %w; see %s", s.place.socket, context.Cause(ctx), s.place.logFile)
	}
}

// URL returns the URL for postgres.NewPool. It may have a password.
func (s *Server) URL() string { return s.url }

// Private says whether the server lives in the data folder, whichever process runs
// it.
func (s *Server) Private() bool { return s.place != nil }

// Stop ends the private server if this process runs it. It waits up to 20
// seconds for other processes that use the server, which would lose it in the
// middle of their work; then clients' transactions are rolled back. When ctx
// ends, or after 30 seconds, it is ended at once; committed data stays in either
// case. Later calls do nothing.
func (s *Server) Stop(ctx context.Context) {
	if s.place == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, stopPatience)
	defer cancel()
	s.stop.Do(func() {
		close(s.quit)
		select {
		case <-s.done:
		case <-ctx.Done():
			close(s.hard)
		}
	})
	<-s.done
}

// url returns the address of a database of the private server, for a role.
func (p *place) url(role, name string) string {
	q := url.Values{"host": {p.socket}, "port": {"5432"}, "sslmode": {"disable"}}
	return "postgres://" + role + "@/" + name + "?" + q.Encode()
}

// ping connects to a database of the private server, as a role.
func (p *place) ping(ctx context.Context, role, name string) (*pgx.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return pgx.Connect(ctx, p.url(role, name))
}

var errQuit = errors.New("stopped")
