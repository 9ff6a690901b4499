//go:build unix

package privatepg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const (
	look        = 20 * time.Millisecond  // between looks at a server that starts
	usersLook   = 50 * time.Millisecond  // between looks at others that use our server
	watch       = 200 * time.Millisecond // between looks at a server that another runs
	orphanTime  = time.Second            // before an orphan is asked to end
	orphanLimit = 40 * time.Second
	restartMost = 5 * time.Second
)

// keep keeps a server running until Stop: another process's as long as there is
// one, and then our own. The holder of the owner lock runs it.
func (s *Server) keep() {
	defer close(s.done)
	defer func() { s.users.release() }()
	runtime.LockOSThread() // never unlocked: children end with this thread
	for {
		err := s.turn()
		if errors.Is(err, errQuit) {
			return
		}
		if err == nil {
			continue
		}
		select {
		case <-s.ready:
			s.log.Error("the private PostgreSQL cannot be started", "error", err, "in", restartMost)
			if s.pause(restartMost) != nil {
				return
			}
		default:
			s.failed <- err
			return
		}
	}
}

// turn runs the server, or waits a moment while another process does.
func (s *Server) turn() error {
	lock, err := lockTry(filepath.Join(s.place.dir, "owner.lock"))
	if err != nil {
		return err
	}
	if lock == nil {
		return s.borrow()
	}
	defer lock.release()
	defer func() { _ = os.Remove(s.place.socket) }() // the folder; stays where it is not empty
	return s.serve()
}

// borrow waits a moment while another process runs the server.
func (s *Server) borrow() error {
	select {
	case <-s.ready:
		if s.own && time.Since(s.opened) > ownPatience+settled {
			s.users.release() // we live long and survive a change; the process that runs it may end
		}
		return s.pause(watch)
	default:
	}
	if s.own {
		if time.Since(s.opened) < ownPatience {
			return s.pause(look) // without a share: the other one would wait for us
		}
		if s.users == nil {
			share, err := lockShare(s.place.usersFile())
			if err != nil {
				return err
			}
			s.users = share
		}
		if s.users == nil {
			return s.pause(look)
		}
	}
	if conn, err := s.place.ping(context.Background(), database, database); err == nil {
		_ = conn.Close(context.Background()) // it answered
		s.isReady()
		return nil
	}
	return s.pause(look)
}

// isReady lets Open return.
func (s *Server) isReady() { s.readied.Do(func() { close(s.ready) }) }

// pause waits; its error says that Stop was called.
func (s *Server) pause(d time.Duration) error {
	select {
	case <-s.quit:
		return errQuit
	case <-time.After(d):
		return nil
	}
}

// serve runs the server until Stop. A server that dies after it was ready once is
// started again; before that, its death is the error.
func (s *Server) serve() error {
	if err := s.endOrphan(); err != nil {
		return err
	}
	if err := s.create(); err != nil {
		return err
	}
	for gap := look; ; gap = min(2*gap, restartMost) {
		began := time.Now()
		err := s.runOnce()
		if errors.Is(err, errQuit) {
			return err
		}
		select {
		case <-s.ready:
		default:
			return err
		}
		if time.Since(began) > time.Minute {
			gap = look
		}
		s.log.Error("the private PostgreSQL ended and is started again", "error", err, "in", gap)
		if err := s.pause(gap); err != nil {
			return err
		}
	}
}

// runOnce runs the server until it dies or Stop is called.
func (s *Server) runOnce() error {
	if err := errors.Join(s.place.makeSocket(), s.place.unstick()); err != nil {
		return err
	}
	p, err := s.start()
	if err != nil {
		return err
	}
	for waiting := true; waiting; {
		select {
		case <-s.quit:
			s.end(p)
			return errQuit
		case <-p.done:
			return p.death(s.place)
		case <-time.After(look):
			waiting = s.connect() != nil
		}
	}
	s.isReady()
	select {
	case <-s.quit:
		s.end(p)
		return errQuit
	case <-p.done:
		return p.death(s.place)
	}
}

// end stops our server once nobody else uses it, or they take too long. A process
// that comes meanwhile waits in use.
func (s *Server) end(p *process) {
	s.users.release()
	all := s.alone(p)
	defer all.release()
	p.end(s.hard)
}

// alone waits for the whole of users.lock; nil says that it did not get it.
func (s *Server) alone(p *process) *fileLock {
	late := time.After(s.grace)
	for {
		all, err := lockTry(s.place.usersFile())
		if all != nil {
			return all
		}
		if err != nil {
			s.log.Warn("the other users of the private PostgreSQL are unknown", "error", err)
			return nil
		}
		select {
		case <-s.hard:
			return nil
		case <-p.done:
			return nil
		case <-late:
			s.log.Warn("the private PostgreSQL ends although another process uses it; that one takes it over")
			return nil
		case <-time.After(usersLook):
		}
	}
}

// usersFile is the file that every user of the server locks in shared mode.
func (p *place) usersFile() string { return filepath.Join(p.dir, "users.lock") }

// use takes a share of the server: its owner does not end it meanwhile. It waits
// while a server is ending.
func (p *place) use(ctx context.Context) (*fileLock, error) {
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	for {
		share, err := lockShare(p.usersFile())
		if share != nil || err != nil {
			return share, err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("another process is ending it: %w", context.Cause(ctx))
		case <-time.After(look):
		}
	}
}

// connect looks whether our server answers, and makes its database and the role that
// owns it. That role is no superuser, because statements of answers run as it: a
// superuser could start programs. In a cluster that was made before, it still is one.
func (s *Server) connect() error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	conn, err := s.place.ping(ctx, database, database)
	if err == nil {
		s.warnSuperuser(ctx, conn)
		return conn.Close(ctx)
	}
	var first []string
	pg, _ := errors.AsType[*pgconn.PgError](err)
	switch {
	case pg != nil && pg.Code == "28000": // invalid_authorization_specification: there is no such role
		first = []string{"create role " + database + " login createdb"}
	case pg == nil || pg.Code != "3D000": // invalid_catalog_name
		return err
	}
	if conn, err = s.place.ping(ctx, superuser, "postgres"); err != nil {
		if conn, err = s.place.ping(ctx, database, "postgres"); err != nil {
			return err
		}
	}
	for _, sql := range append(first, "create database "+database+" owner "+database) {
		if _, err = conn.Exec(ctx, sql); err != nil {
			break
		}
	}
	return errors.Join(err, conn.Close(ctx))
}

// warnSuperuser says that a cluster is from a time when its role was a superuser.
func (s *Server) warnSuperuser(ctx context.Context, conn *pgx.Conn) {
	var super bool
	if err := conn.QueryRow(ctx, "select rolsuper from pg_roles where rolname = current_user").Scan(&super); err == nil && super {
		s.log.Warn("the role of this private PostgreSQL is a superuser; a new data folder, with the rows restored from pg_dump, has one that is not",
			"folder", s.place.data)
	}
}

// endOrphan waits for the end of a server whose process is gone: on Linux it is
// ending by itself, elsewhere it must be asked.
func (s *Server) endOrphan() error {
	began, asked := time.Now(), syscall.Signal(0)
	for {
		pid := s.place.owner()
		if pid == 0 || !runsPostgres(pid) {
			return nil
		}
		want := syscall.Signal(0)
		switch age := time.Since(began); {
		case age > orphanLimit:
			return fmt.Errorf("another PostgreSQL, process %d, uses %s and does not end; type: kill -QUIT %d",
				pid, s.place.data, pid)
		case age > orphanLimit/2:
			want = syscall.SIGQUIT
		case age > orphanTime:
			want = syscall.SIGINT
		}
		if want != asked {
			s.log.Warn("ending a PostgreSQL that lost its process", "pid", pid, "folder", s.place.data)
			_ = syscall.Kill(pid, want) // fails only where it has just ended
			asked = want
		}
		if err := s.pause(look); err != nil {
			return err
		}
	}
}
