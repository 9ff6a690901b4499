//go:build !unix

package privatepg

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

var errUnix = errors.New("a private PostgreSQL needs Unix: set DATABASE_URL to one that runs already")

// Server is a database to connect to.
type Server struct{ url string }

// Open returns the database of c, which must have a URL: this system runs no private
// server. Nothing is connected yet.
func Open(_ context.Context, c Config) (*Server, error) {
	if c.URL == "" {
		return nil, errUnix
	}
	if _, err := pgx.ParseConfig(c.URL); err != nil { // hides the password
		return nil, fmt.Errorf("DATABASE_URL: %w", err)
	}
	return &Server{url: c.URL}, nil
}

// URL returns the URL for postgres.NewPool. It may have a password.
func (s *Server) URL() string { return s.url }

// Private is false: the server is somebody else's.
func (*Server) Private() bool { return false }

// Stop does nothing.
func (*Server) Stop(context.Context) {}

// Lock is a held data folder.
type Lock struct{}

// Hold refuses: a server's data folder needs Unix.
func Hold(string) (*Lock, error) { return nil, errUnix }

// Release does nothing.
func (*Lock) Release() {}
