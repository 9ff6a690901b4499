package statement

import (
	"fmt"

	"github.com/jiekou-dev/jiekou/spec"
)

// Definition is how PostgreSQL declares a column: its type, and its default as an
// expression, empty where it has none.
func Definition(c *spec.Column) (typ, value string) {
	typ = string(columnType(c))
	switch {
	case c.Type == spec.Decimal:
		typ = fmt.Sprintf("numeric(%d,%d)", c.Length, c.Decimals)
	case c.Type == spec.String && c.Length > 0:
		typ = fmt.Sprintf("varchar(%d)", c.Length)
	}
	switch c.Default {
	case "":
		return typ, ""
	case "guid":
		return typ, "gen_random_uuid()::text"
	case "now":
		return typ, "now()"
	}
	return typ, flat(literal(c.Default, c).doc)
}

// Constant is a value of a column as SQL.
func Constant(c *spec.Column, text string) string { return flat(literal(text, c).doc) }

// Quote writes a text constant on one line.
func Quote(s string) string { return quote(s) }
