package twin

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/database"
	"github.com/jiekou-dev/jiekou/testkit/model"
)

// ErrUnclean says that nothing can take back what a run wrote.
var ErrUnclean = errors.New("the server's database is not known, and it is no mock")

// keeper has the rows of a server as they were, and those that a run wrote.
type keeper struct {
	rows  *database.Kept
	whole func(context.Context) error // puts all rows back, in place of rows

	mu    sync.Mutex // messages of different tables are carried out at once
	wrote map[*spec.Table]map[string]bool
}

// Keep copies the rows of the server's database, so that Clean can make those that messages
// write what they were.
func (t *Twin) Keep(ctx context.Context, pool *pgxpool.Pool) error {
	rows, err := database.Keep(ctx, pool, t.System)
	if err == nil {
		t.keeper = &keeper{rows: rows, wrote: map[*spec.Table]map[string]bool{}}
	}
	return err
}

// KeepWhole has Clean put all rows back by a function.
func (t *Twin) KeepWhole(back func(context.Context) error) {
	t.keeper = &keeper{whole: back, wrote: map[*spec.Table]map[string]bool{}}
}

// wrote keeps which rows a message wrote, by the ids of the server.
func (t *Twin) wrote(changes []model.Change) {
	if t.keeper == nil {
		return
	}
	t.keeper.mu.Lock()
	defer t.keeper.mu.Unlock()
	for _, c := range changes {
		if t.keeper.wrote[c.Table] == nil {
			t.keeper.wrote[c.Table] = map[string]bool{}
		}
		for _, r := range []model.Row{c.Before, c.After} {
			if key, ok := database.Key(t.world, c.Table, r); ok {
				t.keeper.wrote[c.Table][t.ids.Theirs(key)] = true
			}
		}
	}
}

// Clean makes the rows that messages wrote what they were before, and returns how many there
// were: new ones are gone, changed and deleted ones are back. Message ids stay used.
func (t *Twin) Clean(ctx context.Context) (rows int, err error) {
	if t.keeper == nil {
		return 0, ErrUnclean
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, table := range slices.Backward(t.System.Tables) {
		keys := slices.Sorted(maps.Keys(t.keeper.wrote[table]))
		if len(keys) == 0 {
			continue
		}
		if t.keeper.rows == nil {
			rows += len(keys)
			continue
		}
		n, err := t.keeper.rows.Restore(ctx, table, keys)
		if err != nil {
			return rows, err
		}
		rows += int(n)
	}
	if t.keeper.whole != nil {
		return rows, t.keeper.whole(ctx)
	}
	t.keeper.rows.Release(ctx)
	t.keeper = nil
	return rows, nil
}
