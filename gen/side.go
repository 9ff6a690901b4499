package gen

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"

	"github.com/jiekou-dev/jiekou/spec"
)

// all adds the files of all systems. The artefacts are made at the same time, and added in
// order, so that what comes out does not depend on which was first.
func (o *tree) all(set *spec.Set) error {
	type part struct {
		artefact
		system *spec.System
		made   *tree
		err    error
		panic  string
	}
	var parts []*part
	for _, system := range set.Systems {
		for _, a := range o.artefacts() {
			parts = append(parts, &part{artefact: a, system: system, made: &tree{Options: o.Options, files: Files{}}})
		}
	}
	turns := make(chan struct{}, runtime.GOMAXPROCS(0))
	var group sync.WaitGroup
	for _, p := range parts {
		turns <- struct{}{}
		group.Go(func() {
			defer func() { <-turns }()
			defer func() {
				if v := recover(); v != nil {
					p.panic = fmt.Sprintf("%v\n%s", v, debug.Stack())
				}
			}()
			p.err = p.write(p.made, p.system)
		})
	}
	group.Wait()
	for _, p := range parts {
		if p.panic != "" {
			panic(p.panic) //nolint:forbidigo // it is the caller's, from the other goroutine
		}
		err := p.err
		for n := 0; err == nil && n < len(p.made.names); n++ {
			err = o.put(p.made.names[n], p.made.files[p.made.names[n]])
		}
		if err != nil {
			return fmt.Errorf("%s of %s: %w", p.name, p.system.Name, placed(err, p.system))
		}
	}
	return nil
}
