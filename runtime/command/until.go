package command

import (
	"context"
	"fmt"
	"runtime/debug"
)

// Until returns what compute returns, or an error as soon as ctx ends. It is for
// what only computes: nobody waits for it then, and the process ends. A panic of
// compute is one of the caller, with the stack where it began.
func Until(ctx context.Context, compute func() error) error {
	type end struct {
		err   error
		panic any
	}
	done := make(chan end, 1)
	go func() {
		var e end
		defer func() {
			if v := recover(); v != nil {
				e.panic = fmt.Sprintf("%v\n%s", v, debug.Stack())
			}
			done <- e
		}()
		e.err = compute()
	}()
	select {
	case e := <-done:
		if e.panic != nil {
			panic(e.panic) //nolint:forbidigo // it is the caller's, from the other goroutine
		}
		return e.err
	case <-ctx.Done():
		return Failed("", "interrupted")
	}
}
