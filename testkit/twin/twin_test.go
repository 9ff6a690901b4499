package twin

import (
	"context"
	"sync"
	"testing"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/testkit/model"
)

// TestAtOnce has calls of a twin whose calls do not wait for each other end at once: of
// different tables, and with answers that the model cannot tell. The race detector finds what is wrong.
func TestAtOnce(t *testing.T) {
	t.Parallel()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	s := set.Systems[0]
	beside, err := New(s, "300")
	if err != nil {
		t.Fatal(err)
	}
	beside.KeepWhole(func(context.Context) error { return nil })
	if beside.Alone() || len(s.Tables) < 2 {
		t.Fatalf("calls of %d tables wait for each other", len(s.Tables))
	}
	var all sync.WaitGroup
	for _, table := range s.Tables {
		row := make(model.Row, len(table.Columns))
		for n := range row {
			row[n] = "1"
		}
		all.Go(func() {
			beside.wrote([]model.Change{{Table: table, After: row}})
			if err := beside.catchUp(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if rows, err := beside.Clean(t.Context()); err != nil || rows != len(s.Tables) {
		t.Errorf("%d rows of %d tables are known as written: %v", rows, len(s.Tables), err)
	}
}
