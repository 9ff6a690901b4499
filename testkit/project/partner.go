package project

import (
	"context"
	"encoding/json"
	"os"
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/command"
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

// Partner reads who an app is: from a file, or from a database by its id.
func Partner(ctx context.Context, named, url string) (diff.Partner, error) {
	var p diff.Partner
	text, err := os.ReadFile(named)
	if err == nil {
		if err := json.Unmarshal(text, &p); err != nil || p.System == "" || p.Grants == nil {
			return p, command.Misused("jiekoud app show ID --json prints such a file", "%s does not say what an app may call", named)
		}
		return p, nil
	}
	if url == "" {
		return p, command.Misused("name a file, or the database with --database", "no file %s, and no database to look the app up in", named)
	}
	list, err := Partners(ctx, url)
	if err != nil {
		return p, err
	}
	list = slices.DeleteFunc(list, func(one diff.Partner) bool { return one.ID != named })
	switch len(list) {
	case 1:
		return list[0], nil
	case 0:
		return p, command.Misused("jiekoud app list shows them", "no app %q", named)
	}
	return p, command.Misused("jiekoud app show "+named+" --system S --json prints a file for --app", "several systems have an app %q", named)
}
