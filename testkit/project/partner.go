package project

import (
	"context"
	"encoding/json"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/postgres"
	"github.com/jiekou-dev/jiekou/spec/diff"
)

// Partners reads the apps of a server's database, with their calls of the last 30 days.
// It changes nothing and reads no key.
func Partners(ctx context.Context, url string) ([]diff.Partner, error) {
	pool, err := postgres.NewPool(ctx, url)
	if err != nil {
		return nil, err
	}
	defer pool.Close()
	list, err := app.NewAdmin(pool, nil, "").List(ctx, "")
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(list)
	if err != nil {
		return nil, err
	}
	return diff.ReadPartners(text)
}
