package stock

import (
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/spec/load/loadtest"
	"github.com/jiekou-dev/jiekou/testkit/sample"
)

// TestRowsKeepReplies makes rows of every table, whose columns have no rules of their own, and
// holds each value to the rules of the fields that show it: a reply that has a row of ours must
// not be wrong.
func TestRowsKeepReplies(t *testing.T) {
	t.Parallel()
	own, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	systems := own.Systems
	files, err := filepath.Glob("../../gen/testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if set, err := loadtest.Archive(file); err == nil {
			systems = append(systems, set.Systems...)
		}
	}
	held := 0
	for _, s := range systems {
		for _, table := range s.Tables {
			held += keeps(t, table)
		}
	}
	if held < 1000 {
		t.Errorf("%d values were held to a rule", held)
	}
}

// keeps makes rows of a table and returns how many values were held to a rule.
func keeps(t *testing.T, table *spec.Table) (held int) {
	t.Helper()
	for _, c := range table.Columns {
		if c.Enum, c.Min, c.Max = nil, "", ""; c.Type == spec.String {
			c.Length = 0
		}
	}
	maker := Of(table)
	for n := range 12 {
		kind := KindOf(n % 3)
		row := maker.Row(nil, kind, "row "+strconv.Itoa(n), n)
		for _, c := range table.Columns {
			for _, f := range maker.known.Filled(c.Name) {
				if v := row[c.Name]; f.IsText() && !f.IsNested() && f.Length > 0 && f.Size(v) > f.Length {
					t.Errorf("%s.%s is %q in a row of kind %d, which is too long for %s", table.Relation(), c.Name, v, kind, f.Pos)
				}
			}
			for _, f := range maker.known.Shown(c.Name) {
				v, there := row[c.Name]
				if !there || f.IsNested() {
					continue
				}
				held++
				if why := broken(f, v); why != "" {
					t.Errorf("%s.%s is %q in a row of kind %d, and %s shows it: %s", table.Relation(), c.Name, v, kind, f.Pos, why)
				}
			}
		}
	}
	return held
}

// broken is the rule of a field that a value breaks.
func broken(f *spec.Field, v string) string {
	least, most := spec.Match{Order: ">=", Value: f.Min}, spec.Match{Order: "<=", Value: f.Max}
	switch {
	case f.IsClosed() && f.Separator == "" && !f.Enum.Lists(v) && (!f.Blank || strings.Trim(v, "0") != ""):
		return "it is not listed"
	case f.IsNumber() && (f.Min != "" && !least.Meets(v) || f.Max != "" && !most.Meets(v)):
		return "it is out of bounds"
	case f.IsText() && !sample.Meets(f, v):
		return "it has another look than " + f.Pattern
	case f.IsText() && f.Size(v) < f.MinLength:
		return "it is too short"
	case f.IsText() && f.Length > 0 && f.Size(v) > f.Length:
		return "it is too long"
	}
	return ""
}
