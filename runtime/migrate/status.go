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
	Phase   Phase     `json:"phase,omitempty"`
	At      time.Time `json:"at,omitzero"` // when it was applied, or its last step; zero: not yet
	Changed bool      `json:"changed,omitempty"`
	Unknown bool      `json:"unknown,omitempty"` // applied, but not in this binary
	Half    bool      `json:"half,omitempty"`    // its first Done steps were applied
	Done    int       `json:"done,omitempty"`

	checksum string
	fresh    bool // the tables are being made: no server has used them
}

// Status lists every migration of the sets, applied or not, by set and version, and
// changes nothing. It also lists the migrations that Up would refuse.
func Status(ctx context.Context, pool *pgxpool.Pool, sets []Set) ([]Applied, error) {
	plan, err := loadAll(sets)
	if err != nil {
		return nil, err
	}
	applied, err := applied(ctx, pool)
	if err != nil {
		return nil, fmt.Errorf("migrate.status: %w", err)
	}
	var list []Applied
	for _, set := range plan {
		list = append(list, merge(set, applied)...)
	}
	return list, nil
}

// applied reads the migrations of a database that may have none, or whose table is that
// of an older jiekou.
func applied(ctx context.Context, pool *pgxpool.Pool) ([]Applied, error) {
	var there, steps bool
	err := pool.QueryRow(ctx, `select to_regclass('jiekou.migration') is not null, exists (`+hasSteps+`)`).Scan(&there, &steps)
	switch {
	case err != nil || !there:
		return nil, err
	case !steps:
		return query(ctx, pool, `set, version, name, applied, checksum, '', -1, false`)
	}
	return read(ctx, pool)
}

// querier is a pool or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// read returns the migrations of the database, by set and version.
func read(ctx context.Context, db querier) ([]Applied, error) {
	return query(ctx, db, `set, version, name, applied, checksum, phase, coalesce(steps, -1), fresh`)
}

func query(ctx context.Context, db querier, columns string) ([]Applied, error) {
	rows, err := db.Query(ctx, `select `+columns+` from jiekou.migration order by set, version`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (a Applied, err error) {
		err = row.Scan(&a.Set, &a.Version, &a.Name, &a.At, &a.checksum, &a.Phase, &a.Done, &a.fresh)
		a.Half, a.Done = a.Done >= 0, max(a.Done, 0)
		return a, err
	})
}

// merge joins one set of the binary with its migrations in the database.
func merge(set loaded, applied []Applied) []Applied {
	var list []Applied
	known := set.migrations
	pending := func(m Migration) {
		list = append(list, Applied{Set: m.Set, Version: m.Version, Name: m.Name, Phase: m.Phase})
	}
	for _, a := range applied {
		if a.Set != set.name {
			continue
		}
		for len(known) > 0 && known[0].Version < a.Version {
			pending(known[0])
			known = known[1:]
		}
		if len(known) > 0 && known[0].Version == a.Version {
			a.Changed = known[0].Checksum != a.checksum && (!a.Half || a.Done > len(known[0].Steps))
			a.Phase = known[0].Phase
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

// work is what is to be done next: one step of one migration.
type work struct {
	*Migration
	at    int  // the index of the step
	fresh bool // no server has used the tables of the set
}

// missing returns the next step to apply, or nil, or why none may be. Contracting
// migrations are left out, unless finish says that they are wanted too.
func missing(plan []loaded, applied []Applied, finish bool) (*work, error) {
	var next *work
	for _, set := range plan {
		one, err := set.missing(applied, finish)
		if err != nil {
			return nil, err
		}
		if next == nil {
			next = one
		}
	}
	return next, nil
}

// missing is the next step of one set.
func (set loaded) missing(applied []Applied, finish bool) (*work, error) {
	merged := merge(set, applied)
	last, fresh := -1, true // the last applied one
	for i, a := range merged {
		if err := a.refused(); err != nil {
			return nil, err
		}
		if !a.At.IsZero() && !a.Unknown {
			last = i
		}
		fresh = fresh && (a.At.IsZero() || a.fresh)
	}
	var pending []*work
	for i, a := range merged {
		switch {
		case a.Half && !a.Unknown:
			pending = append(pending, &work{set.at(a.Version), a.Done, fresh})
		case a.At.IsZero() && i < last:
			return nil, fmt.Errorf("%s comes too late: version %d is applied already; give it a higher number",
				set.at(a.Version).File(), merged[last].Version)
		case a.At.IsZero():
			pending = append(pending, &work{set.at(a.Version), 0, fresh})
		}
	}
	return first(pending, finish || fresh)
}

// first is the first pending migration that may run.
func first(pending []*work, finish bool) (*work, error) {
	if len(pending) == 0 {
		return nil, nil
	}
	if finish || pending[0].Phase != Contract {
		return pending[0], nil
	}
	for _, later := range pending {
		if later.Phase != Contract {
			return nil, fmt.Errorf("%s needs %s before it: %w", later.File(), pending[0].File(), ErrContract)
		}
	}
	return nil, nil
}

// at is the migration of a version.
func (set loaded) at(version int) *Migration {
	for i := range set.migrations {
		if set.migrations[i].Version == version {
			return &set.migrations[i]
		}
	}
	return nil
}

// refused says why a database with this migration is not one for this binary.
func (a Applied) refused() error {
	file := (&Migration{Set: a.Set, Version: a.Version, Name: a.Name}).File()
	switch {
	case a.Unknown && a.Phase != Expand:
		return fmt.Errorf("%s was applied on %s and is unknown here: %w; start the newer one",
			file, a.At.Format(time.DateTime), ErrNewer)
	case a.Changed:
		return fmt.Errorf("%s was applied on %s with other text: %w; restore it and add a new one",
			file, a.At.Format(time.DateTime), ErrChanged)
	}
	return nil
}
