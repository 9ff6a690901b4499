package fire

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
)

// patience is how often somebody who waits looks whether a run has ended.
const patience = 200 * time.Millisecond

// alone waits until no other run of this user changes the rows of the server: those that all
// runs share would be what neither model expects. waits is called where it has to wait. Where
// no file can be locked, nobody waits.
func alone(ctx context.Context, system, server string, waits func()) (release func(), err error) {
	u, err := url.Parse(server)
	if err != nil {
		return func() {}, nil //nolint:nilerr // Run says what is wrong with it
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	dir = filepath.Join(dir, "jiekou", "fire")
	sum := sha256.Sum256([]byte(u.Host + " " + system))
	name := filepath.Join(dir, hex.EncodeToString(sum[:12])+".lock")
	if os.MkdirAll(dir, 0o700) != nil {
		return func() {}, nil
	}
	for first := true; ; first = false {
		f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // in the user's own folder
		if err != nil {
			return func() {}, nil //nolint:nilerr // it is a service
		}
		free, err := lock(f)
		if err != nil {
			_ = f.Close()
			return func() {}, nil //nolint:nilerr // not on this file system
		}
		if free && still(f, name) {
			return func() { _, _ = os.Remove(name), f.Close() }, nil
		}
		_ = f.Close()
		if first && !free && waits != nil {
			waits()
		}
		if err := wait(ctx); err != nil {
			return nil, err
		}
	}
}

// still reports whether a file that was opened has its name yet: whoever had it removes it.
func still(f *os.File, name string) bool {
	opened, err := f.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(name)
	return err == nil && os.SameFile(opened, named)
}

// aloneWith is alone for those who see the same database, from any machine. The lock lasts as
// long as its connection.
func aloneWith(ctx context.Context, database *pgx.ConnConfig, system string, waits func()) (release func(), err error) {
	conn, err := pgx.ConnectConfig(ctx, database)
	if err != nil {
		return func() {}, err
	}
	release = func() { _ = conn.Close(context.WithoutCancel(ctx)) }
	for first := true; ; first = false {
		var free bool
		if err := conn.QueryRow(ctx, `select pg_try_advisory_lock(hashtext('jiekou fire'), hashtext($1))`, system).Scan(&free); err != nil || free {
			return release, err
		}
		if first && waits != nil {
			waits()
		}
		if err := wait(ctx); err != nil {
			return release, err
		}
	}
}

// wait waits for a moment.
func wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(patience):
		return nil
	}
}
