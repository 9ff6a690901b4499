package gen

import (
	"strings"
	"testing"
)

// TestBytesOfColumns reads texts of columns that are longer than the response has bytes.
func TestBytesOfColumns(t *testing.T) {
	t.Parallel()
	c := readCase(t, "testdata/bytes.txtar")
	files := c.print(t)
	pool := migrated(t, files)
	var sql string
	for _, call := range compile(t, files).calls(t) {
		if call.name == "bytesSQL" {
			sql = call.sql
		}
	}
	for text, want := range map[string][2]string{ // by GBK, by UTF-8
		"":                           {"", ""},
		"0123456789abcdefghi":        {"0123456789abcdef", "0123456789abcdef"},
		strings.Repeat("鹭", 9):       {"鹭鹭鹭鹭鹭鹭鹭鹭", "鹭鹭鹭鹭鹭"},
		"1" + strings.Repeat("鹭", 9): {"1鹭鹭鹭鹭鹭鹭鹭", "1鹭鹭鹭鹭鹭"},
		strings.Repeat("𠮷", 5):       {"𠮷𠮷𠮷𠮷", "𠮷𠮷𠮷𠮷"},
		strings.Repeat("é", 20):      {"éééééééé", "éééééééé"},
	} {
		if _, err := pool.Exec(t.Context(), "insert into mini.note (code, name, title) values ('A', $1, $1) on conflict (code) do update set name = $1, title = $1", text); err != nil {
			t.Fatal(err)
		}
		var got [2]string
		if err := pool.QueryRow(t.Context(), sql, "A").Scan(&got[0], &got[1]); err != nil || got != want {
			t.Errorf("%q: %q, %v, want %q", text, got, err, want)
		}
	}
}
