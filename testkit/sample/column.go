package sample

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// Column is the value of a column of a row of the world: always the same for the
// same row, and one that the column's rules allow. unlike says that no two rows have
// the same.
func Column(t *spec.Table, c *spec.Column, variant string, unlike bool) string {
	seed := Seed(t.System.Name, t.Name, c.Name, variant)
	switch {
	case c.Enum != nil && len(c.Enum.Values) > 0:
		return c.Enum.Values[0].Value
	case c.Format == "mobile" || strings.Contains(c.Name, "mobile"):
		return Mobile(seed % 1_000_000_000)
	case c.Format == "idcard" || c.Name == "cert_num":
		return IDCard(seed)
	}
	switch c.Type {
	case spec.Int:
		if unlike {
			return fmt.Sprint(seed%1_000_000 + 1)
		}
		return cmp.Or(c.Min, "1")
	case spec.Number, spec.Decimal:
		return cmp.Or(c.Min, "1")
	case spec.Bool:
		return "true"
	case spec.Datetime:
		return "2026-01-02 03:04:05"
	case spec.Date:
		return "2026-01-02"
	case spec.JSON:
		return "{}"
	}
	if strings.HasSuffix(c.Name, "guid") || strings.HasSuffix(c.Name, "_id") || unlike {
		id := GUID(seed)
		if c.Length > 0 && len(id) > c.Length {
			id = strings.ToUpper(strings.ReplaceAll(id, "-", ""))[:min(c.Length, 32)]
		}
		return id
	}
	return Cut(cmp.Or(c.Label, c.Name), c.Length)
}
