package main

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

// lookEvery is how often the YAML is looked at for changes.
const lookEvery = 500 * time.Millisecond

// reloading serves the current YAML.
type reloading struct {
	now  atomic.Pointer[http.Handler]
	make func(*spec.Set) (http.Handler, error)
}

// ServeHTTP serves one request.
func (r *reloading) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	(*r.now.Load()).ServeHTTP(w, q)
}

// take serves another YAML from now on.
func (r *reloading) take(set *spec.Set) error {
	handler, err := r.make(set)
	if err == nil {
		r.now.Store(&handler)
	}
	return err
}

// follow reads the YAML of a project again whenever its files have changed and then
// rested, until ctx ends. A version with findings is not served; the last good one
// is. The built-in YAML never changes.
func (t *tool) follow(ctx context.Context, p project, r *reloading) {
	if p.builtIn {
		return
	}
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	served := stamp(p.fsys)
	for last := served; ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now := stamp(p.fsys)
		if now == last && now != served {
			served = now
			t.again(p, r)
		}
		last = now
	}
}

// again reads the YAML once more and reports the outcome.
func (t *tool) again(p project, r *reloading) {
	set, err := t.load(p)
	if err == nil {
		err = r.take(set)
	}
	if err != nil {
		t.say("the YAML changed and is not served: %s; the last good version still is", err)
		return
	}
	n := 0
	for _, s := range set.Systems {
		n += len(s.Interfaces)
	}
	t.say("the YAML changed: %s, %s are served as it is now", count(len(set.Systems), "system"), count(n, "interface"))
}

// stamp identifies a state of the YAML's files, by their names, sizes and times.
func stamp(fsys fs.FS) string {
	var b strings.Builder
	err := fs.WalkDir(fsys, specFolder, func(path string, d fs.DirEntry, err error) error {
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
