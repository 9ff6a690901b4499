package load

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/store"
)

// FuzzRows reads files of rows as people send them: none panics or goes on for ever, each
// row has a value for each column, and what is taken is a text that PostgreSQL takes.
func FuzzRows(f *testing.F) {
	table := store.Table{Name: "goods", Key: []string{"guid"}}
	for _, typ := range []string{"string", "int", "number", "decimal", "json", "bool", "datetime", "date"} {
		table.Columns = append(table.Columns, store.Column{Name: "c_" + typ, Type: typ})
	}
	table.Columns = append(table.Columns, store.Column{Name: "guid", Type: "string", Length: 8, Required: true})
	f.Add(false, []byte("guid,c_int,c_date\n1,2,2026-01-02\n"))
	f.Add(false, []byte("\ufeffguid,c_json\n\"a\n\"\"b\",{}\n"))
	f.Add(true, []byte(`{"guid":"1","c_json":{"a":[1]},"c_bool":true}`+"\n"+`{"guid":"2","c_number":1e400}`))
	f.Fuzz(func(t *testing.T, lines bool, text []byte) {
		name := "goods.csv"
		if lines {
			name = "goods.jsonl"
		}
		rows, err := Open(name, bytes.NewReader(text), bytes.NewReader(text), table)
		if err != nil {
			return
		}
		loader, err := New(table, rows.Columns(), time.UTC)
		if err != nil {
			return
		}
		for range len(text) + 1 {
			_, row, err := rows.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				continue
			}
			if len(row) != len(rows.Columns()) {
				t.Fatalf("%d values for %d columns", len(row), len(rows.Columns()))
			}
			if _, err := loader.Add(row); err == nil && strings.ContainsRune(strings.Join(row, ""), 0) {
				t.Fatalf("U+0000 was taken: %q", row)
			}
		}
		t.Fatal("more rows than bytes")
	})
}
