package prove_test

import (
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/gen/prove"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/check"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// TestPlans plans every statement of the four systems.
func TestPlans(t *testing.T) {
	t.Parallel()
	l, err := load.All(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	err = prove.Scratch(t.Context(), postgrestest.URL(t), func(pool *pgxpool.Pool) error {
		found, err := prove.Plans(t.Context(), pool, l.Set)
		found, _ = l.Further(found, check.Planned)
		for _, f := range found {
			t.Errorf("%s: %s\nhint: %s", f.Pos, f.Message, f.Hint)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
