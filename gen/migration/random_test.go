package migration

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/spec"
)

// walks is how many databases go through revisions that chance makes, and legs how many
// revisions each goes through.
const walks, legs = 12, 3

// TestRandom brings databases with rows through revisions that chance makes. Between what
// expands and what contracts, servers of both revisions write and read; in the end the
// database holds the tables of the YAML, and the rows that were there.
func TestRandom(t *testing.T) {
	t.Parallel()
	for seed := range uint64(walks) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			w := &walk{T: t, Rand: rand.New(rand.NewPCG(seed, 14)), pool: postgrestest.New(t)} //nolint:gosec // the same each time
			w.tables = []*randomTable{w.table("goods"), w.table("line")}
			s := freeze(t, shop(t, w.yaml()))
			if err := migrate.Up(t.Context(), w.pool, set(t, s)); err != nil {
				t.Fatal(err)
			}
			for leg := 0; leg < legs && !t.Failed(); leg++ {
				s = w.leg(s)
			}
		})
	}
}

// walk is one database on its way.
type walk struct {
	*testing.T
	*rand.Rand
	pool   *pgxpool.Pool
	tables []*randomTable
	names  int
	rows   int
	// rewritten says that a type changes: no server runs, and no rows are there.
	rewritten bool
	bare      map[string]bool // columns that are required now, without a value for the rows that lack it
}

// randomTable is a table of the YAML.
type randomTable struct {
	name, was   string
	columns     []randomColumn
	key         string
	unique, idx [][]string
}

type randomColumn struct {
	name, was, typ, initial string
	length                  int
	required                bool
}

func (w *walk) name() string { w.names++; return fmt.Sprintf("c%d", w.names) }

func (w *walk) table(name string) *randomTable {
	t := &randomTable{name: name, key: "guid", columns: []randomColumn{{name: "guid", typ: "string", length: 64, required: true, initial: "guid"}}}
	for range 4 {
		t.columns = append(t.columns, w.column())
	}
	t.unique = [][]string{{t.columns[1].name}}
	t.idx = [][]string{{t.columns[2].name, t.columns[3].name}}
	t.settle()
	return t
}

// settle takes literal defaults from columns of which no two rows have the same value.
func (t *randomTable) settle() {
	for i := range t.columns {
		if c := &t.columns[i]; c.initial != "guid" && c.initial != "now" && (c.name == t.key || has(t.unique, []string{c.name})) {
			c.initial = ""
		}
	}
}

func (w *walk) column() randomColumn {
	c := randomColumn{name: w.name(), typ: []string{"string", "string", "string", "int", "decimal", "datetime", "bool"}[w.IntN(7)], required: w.IntN(2) == 0}
	switch c.typ {
	case "string":
		c.length = []int{0, 8, 16, 32}[w.IntN(4)]
		c.initial = []string{"", "", "ab", "guid"}[w.IntN(4)]
		if c.initial == "guid" {
			c.length = 64
		}
	case "int":
		c.initial = []string{"", "7"}[w.IntN(2)]
	case "decimal":
		c.length = []int{10, 12}[w.IntN(2)]
	case "datetime":
		c.initial = []string{"", "now"}[w.IntN(2)]
	case "bool":
		c.initial = []string{"", "true"}[w.IntN(2)]
	}
	return c
}

// yaml is the tables as files.
func (w *walk) yaml() map[string][]byte {
	out := map[string][]byte{}
	for _, t := range w.tables {
		var b strings.Builder
		fmt.Fprintf(&b, "table: %s\ntitle: 表\n", t.name)
		if t.was != "" {
			fmt.Fprintf(&b, "was: %s\n", t.was)
		}
		b.WriteString("columns:\n")
		for _, c := range t.columns {
			fmt.Fprintf(&b, "  %s: {type: %s", c.name, c.typ)
			for _, one := range [][2]string{{"was", c.was}, {"default", c.initial}} {
				if one[1] != "" {
					fmt.Fprintf(&b, ", %s: %s", one[0], one[1])
				}
			}
			if c.length > 0 {
				fmt.Fprintf(&b, ", length: %d", c.length)
			}
			if c.typ == "decimal" {
				b.WriteString(", places: 2")
			}
			if c.required {
				b.WriteString(", required: true")
			}
			b.WriteString("}\n")
		}
		fmt.Fprintf(&b, "key: [%s]\n", t.key)
		sets := func(word string, list [][]string) {
			if len(list) > 0 {
				fmt.Fprintf(&b, "%s: [[%s]]\n", word, strings.Join(each(list, comma), "], ["))
			}
		}
		sets("unique", t.unique)
		sets("index", t.idx)
		out[t.name+".yaml"] = []byte(b.String())
	}
	return out
}

func each[A, B any](list []A, f func(A) B) (out []B) {
	for _, one := range list {
		out = append(out, f(one))
	}
	return out
}

// revise changes up to four things.
func (w *walk) revise() {
	for _, t := range w.tables {
		t.was = ""
		for i := range t.columns {
			t.columns[i].was = ""
		}
	}
	for range 1 + w.IntN(4) {
		t := w.tables[w.IntN(len(w.tables))]
		c := &t.columns[1+w.IntN(len(t.columns)-1)]
		switch w.IntN(11) {
		case 0:
			t.columns = append(t.columns, w.column())
		case 1:
			if len(t.columns) > 3 {
				t.forget(c.name)
			}
		case 2:
			if c.was == "" {
				t.rename(c, w.name())
			}
		case 3:
			c.required = !c.required
		case 4:
			if c.typ == "string" && c.initial != "guid" {
				c.length = []int{0, 8, 16, 32, 64}[w.IntN(5)]
			}
		case 5:
			fresh := w.column()
			c.typ, c.length, c.initial = fresh.typ, fresh.length, fresh.initial
		case 6:
			if c.typ == "int" {
				c.initial = []string{"", "7", "8"}[w.IntN(3)]
			}
		case 7:
			if t.key != c.name {
				t.unique = toggle(t.unique, []string{c.name})
			}
		case 8:
			t.idx = toggle(t.idx, []string{c.name})
		case 9:
			if t.was == "" {
				t.was = t.name
				t.name = "t" + w.name()
			}
		case 10:
			w.key(t, c)
		}
		t.settle()
	}
}

// key makes a column the key, or guid again.
func (w *walk) key(t *randomTable, c *randomColumn) {
	switch {
	case t.key != "guid":
		t.key = "guid"
	case c.required && c.typ == "string" && c.initial != "ab" && !has(t.unique, []string{c.name}):
		t.key = c.name
	}
}

// toggle takes a set of columns out or puts it in.
func toggle(list [][]string, x []string) [][]string {
	at := slices.IndexFunc(list, func(o []string) bool { return slices.Equal(o, x) })
	if at < 0 {
		return append(slices.Clone(list), x)
	}
	return slices.Delete(slices.Clone(list), at, at+1)
}

// forget takes a column away.
func (t *randomTable) forget(name string) {
	if t.key == name {
		return
	}
	t.columns = slices.DeleteFunc(slices.Clone(t.columns), func(c randomColumn) bool { return c.name == name })
	gone := func(x []string) bool { return slices.Contains(x, name) }
	t.unique, t.idx = slices.DeleteFunc(slices.Clone(t.unique), gone), slices.DeleteFunc(slices.Clone(t.idx), gone)
}

// rename gives a column another name, and those sets that have it.
func (t *randomTable) rename(c *randomColumn, name string) {
	swap := func(x string) string {
		if x == c.name {
			return name
		}
		return x
	}
	sets := func(list [][]string) [][]string {
		return each(list, func(x []string) []string { return each(x, swap) })
	}
	t.unique, t.idx, t.key = sets(t.unique), sets(t.idx), swap(t.key)
	c.name, c.was = name, c.name
}

// leg goes from one revision to the next.
func (w *walk) leg(before *spec.System) *spec.System {
	w.Helper()
	old := each(w.tables, func(t *randomTable) *randomTable {
		kept := *t
		kept.columns = slices.Clone(t.columns)
		return &kept
	})
	w.write(old)
	var after *spec.System
	var drafted []File
	for tries := 0; ; tries++ {
		w.tables = each(old, func(t *randomTable) *randomTable {
			kept := *t
			kept.columns = slices.Clone(t.columns)
			return &kept
		})
		w.revise()
		after = shop(w.T, w.yaml())
		after.Migrations, after.Released = before.Migrations, before.Released
		var err error
		if drafted, err = w.draft(before, after); err == nil {
			break
		}
		var nothing *ErrNothing
		if tries == 50 || !errors.As(err, &nothing) && !mayRefuse(err) {
			w.Fatalf("%s\n%v", w.text(), err)
		}
	}
	after.Migrations = append(slices.Clone(after.Migrations), placed(drafted)...)
	w.live(before, after, old)
	if w.Failed() {
		w.Logf("%s", w.text())
		for _, f := range drafted {
			w.Logf("-- %s\n%s", f.Name, f.Text)
		}
	}
	return freeze(w.T, after)
}

// text is the YAML of a revision.
func (w *walk) text() string {
	var b strings.Builder
	for _, text := range w.yaml() {
		b.Write(text)
	}
	return b.String()
}

// mayRefuse reports whether a draft may be refused for good.
func mayRefuse(err error) bool {
	return strings.Contains(err.Error(), "hint: ")
}

// draft drafts with the words that the refusals ask for.
func (w *walk) draft(before, after *spec.System) ([]File, error) {
	o := Options{Fill: map[string]string{}}
	w.bare, w.rewritten = map[string]bool{}, false
	for _, t := range after.Tables {
		for _, c := range t.Columns {
			old := cmp.Or(before.Table(t.Name), before.Table(t.Was)).Column(cmp.Or(c.Was, c.Name))
			alone := slices.ContainsFunc(t.Unique, func(x *spec.Index) bool { return slices.Equal(x.Columns, []string{c.Name}) })
			if old != nil && c.Required && !old.Required && c.Default == "" && !alone && w.IntN(2) == 0 {
				o.Fill[t.Name+"."+c.Name] = w.constant(t.Name + "." + c.Name)
			} else {
				w.bare[t.Name+"."+c.Name] = true
			}
		}
	}
	for range 3 {
		files, err := Draft(after, "next", o)
		found, ok := errors.AsType[spec.Findings](err)
		if !ok {
			return files, err
		}
		for _, f := range found {
			name := strings.TrimPrefix(strings.Fields(strings.TrimPrefix(strings.TrimPrefix(f.Message, "table "), "column "))[0], "shop.")
			switch {
			case strings.Contains(f.Message, "is gone from the YAML"):
				o.Drop = append(o.Drop, name)
			case strings.Contains(f.Message, "is new and required"), strings.Contains(f.Message, "is required now"):
				o.Fill[name] = w.constant(name)
			case strings.Contains(f.Message, "changes its type"):
				if w.rewritten = w.IntN(2) == 0; !w.rewritten {
					return nil, found
				}
				o.Rewrite = append(o.Rewrite, name)
			default:
				return nil, found
			}
		}
	}
	return Draft(after, "next", o)
}

// constant is a value for a column.
func (w *walk) constant(name string) string {
	table, column, _ := strings.Cut(name, ".")
	for _, t := range w.tables {
		for _, c := range t.columns {
			if t.name == table && c.name == column {
				return w.value(c)
			}
		}
	}
	return "null"
}

// waived reports whether the revision that comes lets rows lack a column.
func (w *walk) waived(t *randomTable, c randomColumn) bool {
	if slices.ContainsFunc(t.unique, func(x []string) bool { return slices.Contains(x, c.name) }) {
		return true // or there could not be two rows
	}
	for _, now := range w.tables {
		for _, n := range now.columns {
			if (now.name == t.name || now.was == t.name) && (n.name == c.name || n.was == c.name) && !n.required {
				return true
			}
		}
	}
	return false
}

// live applies a revision while servers of both write.
func (w *walk) live(before, after *spec.System, old []*randomTable) {
	w.Helper()
	ctx := w.Context()
	if found, err := migrate.Prechecks(ctx, w.pool, set(w.T, after)); err != nil {
		w.Fatal(err)
	} else if w.rewritten || slices.ContainsFunc(found, func(f migrate.InTheWay) bool { return f.Count > 0 }) {
		w.empty(old) // people fix them
	}
	if w.back(before, after, old); w.Failed() {
		return
	}
	if err := migrate.Up(ctx, w.pool, set(w.T, before)); err != nil {
		w.Errorf("the server of before cannot be started again: %v", err)
		return
	}
	if !w.rewritten {
		w.write(old)
		w.write(w.tables)
		w.write(old)
	}
	found, err := migrate.Prechecks(ctx, w.pool, set(w.T, after))
	if err != nil {
		w.Fatal(err)
	}
	if slices.ContainsFunc(found, func(f migrate.InTheWay) bool { return f.Count > 0 }) {
		w.empty(w.tables)
	}
	if err := migrate.Finish(ctx, w.pool, set(w.T, after)); err != nil {
		w.Errorf("contract: %v", err)
		return
	}
	compareWith(w.T, w.pool, after)
	w.write(w.tables)
	w.read(w.tables)
}

// empty deletes all rows.
func (w *walk) empty(tables []*randomTable) {
	for _, t := range tables {
		exec(w.T, w.pool, "delete from shop."+t.name)
	}
}
