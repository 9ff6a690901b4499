// Package handler answers the interfaces that the YAML leaves to Go.
package handler

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/store"
	"github.com/jiekou-dev/jiekou/runtime/wire"

	"example.com/acme/depot/generated/depot/notice"
	"example.com/acme/depot/generated/depot/notification"
	"example.com/acme/depot/generated/depot/station"
)

// places is how many parcels a shelf holds.
const places = 2

// Depot moves parcels between shelves.
type Depot struct{}

// ParcelMove answers parcel_move: a parcel goes to another shelf, if there is room.
func (Depot) ParcelMove(ctx context.Context, call *store.Call, q *station.ParcelMoveRequest, p *station.ParcelMoveResponse) error {
	// One move at a time counts a shelf.
	if _, err := call.Tx.Exec(ctx, "select pg_advisory_xact_lock(hashtext($1))", q.Shelf); err != nil {
		return err
	}
	var count int64
	err := call.Tx.QueryRow(ctx, "select count(*) from depot.parcel where shelf = $1", q.Shelf).Scan(&count)
	if err != nil {
		return err
	}
	if count >= places {
		return problem.Code("3002")
	}
	err = call.Tx.QueryRow(ctx, `update depot.parcel t set shelf = $2, moved_by = $3 from depot.parcel old
		where t.parcel_no = $1 and old.parcel_no = t.parcel_no returning old.shelf`, q.ParcelNo, q.Shelf, call.App).Scan(&p.From)
	if errors.Is(err, pgx.ErrNoRows) {
		return problem.New(problem.NotFound)
	}
	if err != nil {
		return err
	}
	p.Count = wire.IntOf(count + 1)
	if err := notification.QueueParcelNotify(ctx, call, q.ParcelNo); err != nil {
		return err
	}
	err = notice.TellShelfNotify(ctx, call, &notice.ShelfNotifyRequest{Shelf: q.Shelf, Free: wire.IntOf(places - count - 1)})
	if err != nil {
		return fmt.Errorf("shelf %s: %w", q.Shelf, err)
	}
	return nil
}
