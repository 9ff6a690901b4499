// Package caller calls the depot as a partner's program does.
package caller

import (
	"context"
	"errors"
	"fmt"

	"github.com/jiekou-dev/jiekou/runtime/client"

	"example.com/acme/depot/generated/depot"
	"example.com/acme/depot/generated/depot/station"
)

// Move moves a parcel and returns the shelf that it stood on.
func Move(ctx context.Context, c *depot.Client, parcel, shelf string) (string, error) {
	moved, err := c.ParcelMove(ctx, &station.ParcelMoveRequest{ParcelNo: parcel, Shelf: shelf})
	if refusal, ok := errors.AsType[*client.Refusal](err); ok && refusal.Code == "3002" {
		return "", fmt.Errorf("shelf %s is full", shelf)
	}
	if err != nil {
		return "", err
	}
	return moved.From, nil
}
