package migrate

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Applied is one migration, as the binary and the database see it.
type Applied struct {
	Set     string    `json:"set"`
	Version int       `json:"version"`
	Name    string    `json:"name"`
	At      time.Time `json:"at,omitzero"` // when it was applied; zero: not yet
	Changed bool      `json:"changed,omitempty"`
	Unknown bool      `json:"unknown,omitempty"` // applied, but not in this binary

	checksum string
}

// Status lists every migration of the sets, applied or not, by set and version, and
// changes nothing. It also lists the migrations that Up would refuse.
func Status(ctx context.Context, pool *pgxpool.Pool, sets []Set) ([]Applied, error) {
	plan, err := loadAll(sets)
	if err != nil {
		return nil, err
	}
	var there bool
	if err := pool.QueryRow(ctx, `select to_regclass('jiekou.migration') is not null`).Scan(&there); err != nil {
		return nil, fmt.Errorf("migrate.status: %w", err)
	}
	var applied []Applied
	if there {
		if applied, err = read(ctx, pool); err != nil {
			return nil, fmt.Errorf("migrate.status: %w", err)
		}
	}
	var list []Applied
	for _, set := range plan {
		list = append(list, merge(set, applied)...)
	}
	return list, nil
}

// querier is a pool or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// read returns the migrations of the database, by set and version.
func read(ctx context.Context, db querier) ([]Applied, error) {
	rows, err := db.Query(ctx, `select set, version, name, applied, checksum from jiekou.migration order by set, version`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (a Applied, err error) {
		return a, row.Scan(&a.Set, &a.Version, &a.Name, &a.At, &a.checksum)
	})
}

// merge joins one set of the binary with its migrations in the database.
func merge(set loaded, applied []Applied) []Applied {
	var list []Applied
	known := set.migrations
	pending := func(m Migration) { list = append(list, Applied{Set: m.Set, Version: m.Version, Name: m.Name}) }
	for _, a := range applied {
		if a.Set != set.name {
			continue
		}
		for len(known) > 0 && known[0].Version < a.Version {
			pending(known[0])
			known = known[1:]
		}
		if len(known) > 0 && known[0].Version == a.Version {
			a.Changed = known[0].Checksum != a.checksum
			known = known[1:]
		} else {
			a.Unknown = true
		}
		list = append(list, a)
	}
	for _, m := range known {
		pending(m)
	}
	return list
}

// missing returns the first migration to apply, or nil, or why none may be.
func missing(plan []loaded, applied []Applied) (*Migration, error) {
	var next *Migration
	for _, set := range plan {
		merged := merge(set, applied)
		last := -1 // the last applied one
		for i, a := range merged {
			file := (&Migration{Set: a.Set, Version: a.Version, Name: a.Name}).File()
			switch {
			case a.Unknown:
				return nil, fmt.Errorf("%s was applied on %s and is unknown here: %w; start the newer one",
					file, a.At.Format(time.DateTime), ErrNewer)
			case a.Changed:
				return nil, fmt.Errorf("%s was applied on %s with other text: %w; restore it and add a new one",
					file, a.At.Format(time.DateTime), ErrChanged)
			case !a.At.IsZero():
				last = i
			}
		}
		for i, a := range merged[:last+1] {
			if a.At.IsZero() {
				return nil, fmt.Errorf("%s comes too late: version %d is applied already; give it a higher number",
					set.migrations[i].File(), merged[last].Version)
			}
		}
		if next == nil && last+1 < len(merged) {
			next = &set.migrations[last+1]
		}
	}
	return next, nil
}
