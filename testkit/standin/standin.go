// Package standin serves a stand-in for a server, or one before it, from the YAML as it
// is now: it finds the systems and the apps, reads the YAML again when it changes, and
// listens.
package standin

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jiekou-dev/jiekou/spec"
)

// lookEvery is how often the YAML is looked at for changes. To look costs less than a
// millisecond for a thousand files, works on every file system, and needs no library.
const lookEvery = 200 * time.Millisecond

// Reloading serves the current YAML.
type Reloading struct {
	Make func(*spec.Set) (http.Handler, error) // of what a version of the YAML says

	now atomic.Pointer[http.Handler]
}

// ServeHTTP serves one request.
func (r *Reloading) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	(*r.now.Load()).ServeHTTP(w, q)
}

// Take serves another version of the YAML from now on.
func (r *Reloading) Take(set *spec.Set) error {
	handler, err := r.Make(set)
	if err == nil {
		r.now.Store(&handler)
	}
	return err
}

// Follow loads the YAML again whenever its files below a folder have changed since a state, until ctx
// ends. A version that cannot be loaded or served is not served; the last good one is.
// Each attempt is passed to took.
func (r *Reloading) Follow(ctx context.Context, fsys fs.FS, folder, since string, load func() (*spec.Set, error), took func(*spec.Set, error)) {
	Watch(ctx, fsys, folder, since, func() {
		set, err := load()
		if err == nil {
			err = r.Take(set)
		}
		took(set, err)
	})
}

// Watch calls do whenever files below a folder have changed since a state and then rested, until
// ctx ends.
func Watch(ctx context.Context, fsys fs.FS, folder, since string, do func()) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	done := since
	for last := done; ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now := State(fsys, folder)
		if now == last && now != done {
			done = now
			do()
		}
		last = now
	}
}

// State identifies a state of the YAML's files, by their names, sizes and times.
func State(fsys fs.FS, folder string) string {
	var b strings.Builder
	err := fs.WalkDir(fsys, folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			fmt.Fprintln(&b, path, info.Size(), info.ModTime().UnixNano())
		}
		return err
	})
	if err != nil {
		fmt.Fprintln(&b, err) // a file went away in between; it is looked at again
	}
	return b.String()
}
