// Command faulty is the server of the depot with handlers that go wrong behind what
// they have written.
package main

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/server"
	"github.com/jiekou-dev/jiekou/runtime/store"
	"github.com/jiekou-dev/jiekou/runtime/wire"

	"example.com/acme/depot/generated"
	"example.com/acme/depot/generated/depot/station"
	"example.com/acme/depot/handler"
)

type faulty struct{ handler.Depot }

// ParcelMove does what the shelf says.
func (f faulty) ParcelMove(ctx context.Context, call *store.Call, q *station.ParcelMoveRequest, p *station.ParcelMoveResponse) error {
	if err := f.Depot.ParcelMove(ctx, call, q, p); err != nil {
		return err
	}
	switch q.Shelf {
	case "error":
		return errors.New("no such conveyor")
	case "typo":
		return problem.Code("3020")
	case "panic":
		panic(q.ParcelNo)
	case "slow":
		time.Sleep(6 * time.Second) // longer than its deadline, and not so long that the next call with its id gives up
	case "wait":
		<-ctx.Done()
		return ctx.Err()
	case "wrong":
		p.Count = wire.IntOf(0)
	}
	return nil
}

func main() { os.Exit(server.Main(generated.Systems(faulty{}))) }
