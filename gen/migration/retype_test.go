package migration

import (
	"math/big"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
)

// samples are values by type.
var samples = map[string][]string{
	"text":             {"", "7", "007", "-0", "1.5", "1.234", "12345678901", "99999999999999999999", "abc", "true", "t", "2026-01-02", "2026-01-02 03:04", "2026-13-41", "{}", "1e3", " 7", "0.1"},
	"varchar(8)":       {"", "12.50", "abc"},
	"bigint":           {"0", "7", "-7", "9007199254740993", "9223372036854775807"},
	"numeric(10,2)":    {"0", "1.50", "-7", "99999999.99"},
	"numeric(38,10)":   {"0.0000000001", "12345678901234567890.5", "7"},
	"double precision": {"0.1", "1e300", "7", "1.005", "NaN", "Infinity"},
	"boolean":          {"true", "false"},
	"date":             {"2026-01-02"},
	"timestamptz":      {"2026-01-02 00:00:00+00", "2026-01-02 03:04:05.678+00"},
	"jsonb":            {"{}", "7", "null", `"text"`},
}

// TestUnlike changes values of each type into each other type: those that the precheck does
// not name are the same there, or the change fails and leaves all as it is.
func TestUnlike(t *testing.T) {
	t.Parallel()
	pool := postgrestest.New(t)
	exec(t, pool, "set time zone 'UTC'")
	kept, named := 0, 0
	for was, values := range samples {
		for now := range samples {
			if was == now || class(was) == "text" && class(now) == "text" {
				continue // a length is no other type
			}
			condition := unlike("v", was, now)
			if condition == "" {
				condition = "false"
			}
			for _, value := range values {
				row := "(select '" + value + "'::" + was + " as v) as one"
				var inTheWay bool
				if err := pool.QueryRow(t.Context(), "select coalesce("+condition+", false) from "+row).Scan(&inTheWay); err != nil {
					t.Errorf("%s %q as %s: the precheck fails: %v", was, value, now, err)
					continue
				}
				if inTheWay {
					named++
					continue
				}
				var before, after string
				if err := pool.QueryRow(t.Context(), "select v::text, ("+cast("v", was, now)+")::text from "+row).Scan(&before, &after); err != nil {
					if value != "2026-13-41" && now != "jsonb" {
						t.Errorf("%s %q as %s: %v", was, value, now, err)
					}
					continue
				}
				if kept++; now != "jsonb" && !alikeAs(before, after) {
					t.Errorf("%s %q is %q as %s, and no precheck names it: %s", was, before, after, now, condition)
				}
			}
		}
	}
	if kept < 60 || named < 150 {
		t.Errorf("%d values are the same, %d are named", kept, named)
	}
	for _, c := range [][3]string{{"text", "1.5", "numeric(10,2)"}, {"text", "7", "bigint"}, {"numeric(10,2)", "-7", "bigint"}, {"text", "2026-01-02", "date"}, {"bigint", "7", "text"}} {
		var inTheWay bool
		sql := "select " + unlike("v", c[0], c[2]) + " from (select '" + c[1] + "'::" + c[0] + " as v) as one"
		if unlike("v", c[0], c[2]) == "" {
			continue
		}
		if err := pool.QueryRow(t.Context(), sql).Scan(&inTheWay); err != nil || inTheWay {
			t.Errorf("%v: %v, %v", c, inTheWay, err)
		}
	}
}

// alikeAs reports whether two texts are one value: the same, or one number, or one time.
func alikeAs(a, b string) bool {
	x, okX := new(big.Rat).SetString(a)
	y, okY := new(big.Rat).SetString(b)
	if okX && okY {
		return x.Cmp(y) == 0
	}
	whole := func(s string) string {
		for strings.HasSuffix(s, ":00") || strings.HasSuffix(s, "+00") {
			s = s[:len(s)-3]
		}
		return strings.TrimSuffix(s, " 00")
	}
	return whole(a) == whole(b)
}
