package migration

import (
	"fmt"
	"strings"
	"time"
)

// value is a value of a column that no other row has.
func (w *walk) value(c randomColumn) string {
	w.rows++
	switch c.typ {
	case "int":
		return fmt.Sprint(w.rows)
	case "decimal":
		return fmt.Sprintf("%d.25", w.rows)
	case "datetime":
		return "'" + time.Date(2026, 1, 1, 0, 0, w.rows, 0, time.UTC).Format(time.RFC3339) + "'"
	case "bool":
		return "true"
	}
	return fmt.Sprintf("'v%d'", w.rows)
}

// write inserts two rows into each table as a server of its revision does, and changes and
// reads them: what has a default is left out of one, and so is what need not be there.
func (w *walk) write(tables []*randomTable) {
	w.Helper()
	for _, t := range tables {
		for _, whole := range []bool{true, false} {
			var names, values []string
			for _, c := range t.columns {
				if c.initial == "guid" || !whole && (c.initial != "" || !c.required) {
					continue
				}
				names, values = append(names, c.name), append(values, w.value(c))
			}
			statement := fmt.Sprintf("insert into shop.%s default values returning guid", t.name)
			if names != nil {
				statement = fmt.Sprintf("insert into shop.%s (%s) values (%s) returning guid", t.name, comma(names), comma(values))
			}
			var guid string
			if err := w.pool.QueryRow(w.Context(), statement).Scan(&guid); err != nil {
				if strings.Contains(err.Error(), "23505") { // a bool that must be unique
					continue
				}
				w.Fatalf("%s: %v", statement, err)
			}
			for _, c := range t.columns[1:] {
				if c.typ != "bool" {
					exec(w.T, w.pool, fmt.Sprintf("update shop.%s set %s = %s where guid = '%s'", t.name, c.name, w.value(c), guid))
				}
			}
		}
	}
	w.read(tables)
}

// read reads all rows as a server of a revision does, which takes no null where there must
// be a value.
func (w *walk) read(tables []*randomTable) {
	w.Helper()
	for _, t := range tables {
		for _, c := range t.columns {
			var lacking int
			if err := w.pool.QueryRow(w.Context(), fmt.Sprintf("select count(*) filter (where %s is null) from shop.%s", c.name, t.name)).Scan(&lacking); err != nil {
				w.Fatal(err)
			}
			if c.required && lacking > 0 && !w.waived(t, c) && !w.bare[t.name+"."+c.name] {
				w.Errorf("%d rows of %s lack %s, which a server of this revision reads", lacking, t.name, c.name)
			}
		}
	}
}
