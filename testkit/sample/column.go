package sample

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/matching"
)

// Value is the value of a column of a row of the world: always the same for the
// same row, and one that the column's rules allow. unlike says that no two rows have
// the same.
func (t *Table) Value(name, variant string, unlike bool) string {
	c := t.columns[name]
	seed := Seed(t.of.System.Name, t.of.Name, c.Name, variant)
	switch {
	case c.Enum != nil && len(c.Enum.Values) > 0:
		return c.Enum.Values[0].Value
	case c.Format == "mobile" || strings.Contains(c.Name, "mobile"):
		return Mobile(seed % 1_000_000_000)
	case c.Format == "idcard" || c.Name == "cert_num":
		return IDCard(seed)
	}
	if c.look != nil {
		if s := ruled(c.look, c.Column, seed); s != "" {
			return s
		}
	}
	switch c.Type {
	case spec.Int:
		if unlike {
			return c.unlikeNumber(seed)
		}
		return cmp.Or(c.Min, "1")
	case spec.Number, spec.Decimal:
		if c.Type == spec.Decimal && c.Length > 0 && c.Length <= c.Decimals {
			return cmp.Or(c.Min, "0") // there is no room in front of the point
		}
		return cmp.Or(c.Min, "1")
	case spec.Bool:
		return "true"
	case spec.Datetime, spec.Date:
		at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		if unlike {
			at = at.Add(-time.Duration(seed%20_000) * time.Hour)
		}
		if c.Type == spec.Date {
			return at.Format(time.DateOnly)
		}
		return at.Format(time.DateTime)
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

// unlikeNumber is a whole number of a column that no two rows have alike, as far as the bounds of
// the fields that find or fill it let it.
func (c *column) unlikeNumber(seed uint64) string {
	low, high := int64(1), int64(1_000_000)
	for _, f := range c.filled {
		if n, err := strconv.ParseInt(f.Min, 10, 64); err == nil {
			low = max(low, n)
		}
		if n, err := strconv.ParseInt(f.Max, 10, 64); err == nil {
			high = min(high, n)
		}
	}
	return strconv.FormatInt(low+int64(seed%uint64(max(1, high-low+1))), 10)
}

// ruled is a text that the rules of a field and the length of a column take; "" where none is
// known.
func ruled(f *spec.Field, c *spec.Column, seed uint64) string {
	switch {
	case f.Pattern == "" && f.Format == "mobile":
		return Mobile(seed % 1_000_000_000)
	case f.Pattern == "" && f.Format == "idcard" && len(f.FormatIf) == 0:
		return IDCard(seed)
	case f.Pattern == "":
		return ""
	}
	most := f.Length
	if c.Length > 0 && (most == 0 || c.Length < most) {
		most = c.Length
	}
	for least := 12; least >= max(1, f.MinLength); least-- {
		if s, ok := matching.Varying(f.Pattern, seed, least, most); ok {
			return s
		}
	}
	return ""
}

// Meets reports whether a text meets the pattern of a field, where it has one.
func Meets(f *spec.Field, text string) bool {
	if f.Pattern == "" || f.StartsWith != "" {
		return f.StartsWith == ""
	}
	re, err := regexp.Compile("^(?:" + f.Pattern + ")$")
	return err == nil && re.MatchString(text)
}
