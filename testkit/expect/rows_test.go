package expect

import (
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/testkit/model"
)

// TestStale wants a row that was written again to have another time of now than before: two such
// times are alike else.
func TestStale(t *testing.T) {
	t.Parallel()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	var table *spec.Table
	for _, s := range set.Systems {
		for _, one := range s.Tables {
			if one.Column("modified") != nil && table == nil {
				table = one
			}
		}
	}
	if table == nil {
		t.Fatal("no table has the time of its last change")
	}
	now := time.Now()
	row := func(at time.Time) model.Row {
		out := make(model.Row, len(table.Columns))
		for n, c := range table.Columns {
			if c.Name == "modified" {
				out[n] = at
			}
		}
		return out
	}
	first, again := now.Add(-time.Second), now
	for name, c := range map[string]struct {
		before model.Row
		came   time.Time
		stale  bool
	}{
		"the time of before":     {row(first), first, true},
		"a new time":             {row(first), now.Add(time.Millisecond), false},
		"a row that is new":      {nil, first, false},
		"a time that stays here": {row(again), again, false},
	} {
		got := stale(table, model.Change{Table: table, Before: c.before, After: row(again)}, row(c.came))
		if (len(got) > 0) != c.stale {
			t.Errorf("%s: %v", name, got)
		}
	}
}
