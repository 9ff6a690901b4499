package store_test

import (
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// TestValuesTravel sends values as generated statements do and reads them back: nothing
// of a decimal is lost, and arrays and JSON come back as they went.
func TestValuesTravel(t *testing.T) {
	t.Parallel()
	pool := postgrestest.New(t)
	for _, text := range []string{"0.10", "12345678901234.56", "-0.01", "9999999999999999", "100"} {
		var back wire.Decimal
		err := pool.QueryRow(t.Context(), "select ($1::text::numeric)::text", wire.DecimalOf(text)).Scan(&back)
		if err != nil || !back.Set || back.Value != text {
			t.Errorf("%s comes back as %+v, %v", text, back, err)
		}
	}
	for _, tt := range []struct {
		sql  string
		arg  any
		want string
	}{
		{"select to_jsonb($1::text[])", []string{"甲", `a"b`}, `["甲", "a\"b"]`},
		{"select to_jsonb($1::bigint[])", []wire.Int{wire.IntOf(1), {}, wire.IntOf(-7)}, "[1, null, -7]"},
		{"select to_jsonb($1::text[]::numeric[])", []wire.Decimal{wire.DecimalOf("0.10"), wire.DecimalOf("7")}, "[0.10, 7]"},
		{"select to_jsonb($1::boolean[])", []wire.Bool{wire.BoolOf(true), wire.BoolOf(false)}, "[true, false]"},
		{"select $1::jsonb", []byte(`{"a": [1, "x"]}`), `{"a": [1, "x"]}`},
		{"select to_jsonb($1::bigint[])", []wire.Int(nil), ""},
	} {
		var back []byte
		if err := pool.QueryRow(t.Context(), tt.sql, tt.arg).Scan(&back); err != nil || string(back) != tt.want {
			t.Errorf("%s: %s, %v; want %s", tt.sql, back, err, tt.want)
		}
	}
	var found bool
	err := pool.QueryRow(t.Context(), "select 2 = any($1::bigint[])", []wire.Int{wire.IntOf(1), wire.IntOf(2)}).Scan(&found)
	if err != nil || !found {
		t.Errorf("a number among numbers: %v, %v", found, err)
	}
}
