package migration

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/runtime/validate"
)

// A draft writes what --fill says as it stands into SQL that runs beside servers. So it is a
// constant of the column's type, and nothing else that SQL would take.
var (
	quotedText  = regexp.MustCompile(`^'(?:[^'\x00]|'')*'$`)
	plainNumber = regexp.MustCompile(`^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$`)
	numeric     = regexp.MustCompile(`^numeric\(([0-9]+),([0-9]+)\)$`)
)

// formats are those of columns.
var formats = map[string]func(text string) bool{"mobile": validate.IsMobile, "idcard": validate.IsIDCard, "email": validate.IsEmail}

// momentLayouts are how a time may be written; without a zone it is of the session's.
var momentLayouts = []string{time.DateOnly, time.DateTime, "2006-01-02 15:04:05.999999", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05Z07", time.RFC3339Nano}

// fills refuses values of --fill that their columns do not take.
func (d *draft) fills(tables []Table) {
	for _, t := range tables {
		for _, c := range t.Columns {
			name := t.Name + "." + c.Name
			value, given := d.Fill[name]
			if !given {
				continue
			}
			if wrong, hint := constant(c, value); wrong != "" {
				d.refuse(c.at, hint, "--fill %s=%s: %s", name, value, wrong)
			}
		}
	}
}

// constant says what is wrong with a value that rows get; empty: nothing.
func constant(c Column, text string) (wrong, hint string) {
	switch {
	case strings.EqualFold(text, "null"):
		return c.refuse("null is no value", "give the rows a value, or leave required out")
	case text == "":
		return c.refuse("there is no value", "an empty text is ''")
	case c.hash:
		return c.refuse("the column keeps hashes, and nobody could log in with it", "leave required out until each has one")
	case chars(c.Type) >= 0, c.Type == "timestamptz", c.Type == "date", c.Type == "jsonb":
		wrong, hint = quotedConstant(c, text)
	case c.Type == "boolean":
		if text != "true" && text != "false" {
			wrong, hint = c.refuse("it is neither true nor false", "write true or false")
		}
	default:
		wrong, hint = numberConstant(c, text)
	}
	if wrong == "" && len(c.Enum) > 0 && !slices.Contains(c.Enum, text) {
		return c.refuse("the column does not take it", fmt.Sprintf("one of: %s", comma(c.Enum)))
	}
	return wrong, hint
}

// refuse is what is wrong, and what to do.
func (Column) refuse(wrong, hint string) (string, string) { return wrong, hint }

// quotedConstant is about values that SQL has in quotes.
func quotedConstant(c Column, text string) (wrong, hint string) {
	if text == "now()" && (c.Type == "timestamptz" || c.Type == "date") {
		return "", ""
	}
	if !quotedText.MatchString(text) {
		return c.refuse("it is no text in quotes", `write 'text' with '' for a quote in it, and for the shell: --fill "TABLE.COLUMN='text'"`)
	}
	value := strings.ReplaceAll(text[1:len(text)-1], "''", "'")
	switch {
	case !utf8.ValidString(value):
		return c.refuse("it is no UTF-8", "write it in UTF-8")
	case value == "" && chars(c.Type) >= 0 && c.Required && !c.blank:
		return c.refuse("it is empty, and a required text is not", "give a text, or say blank: true at the column")
	case formats[c.format] != nil && value != "" && !formats[c.format](value):
		return c.refuse("it is no "+c.format, "give one that is")
	case chars(c.Type) > 0 && utf8.RuneCountInString(value) > chars(c.Type):
		return c.refuse(fmt.Sprintf("it has more than %d characters", chars(c.Type)), "give a shorter one")
	case c.Type == "jsonb" && !json.Valid([]byte(value)):
		return c.refuse("it is no JSON", `write '{}', '[]' or '"text"'`)
	case c.Type == "timestamptz" || c.Type == "date":
		if !slices.ContainsFunc(momentLayouts, func(layout string) bool { _, err := time.Parse(layout, value); return err == nil }) {
			return c.refuse("it is no time", "write '2026-01-02', '2026-01-02 15:04:05+08', or now()")
		}
	}
	return "", ""
}

// numberConstant is about values that SQL has as numbers.
func numberConstant(c Column, text string) (wrong, hint string) {
	number, ok := new(big.Rat).SetString(text)
	if !ok || !plainNumber.MatchString(text) {
		return c.refuse("it is no number", "write digits, without quotes")
	}
	whole, places, _ := strings.Cut(strings.TrimPrefix(text, "-"), ".")
	if c.Type == "bigint" {
		if _, err := strconv.ParseInt(text, 10, 64); err != nil {
			return c.refuse("it is no whole number of 64 bits", "write digits")
		}
	}
	if m := numeric.FindStringSubmatch(c.Type); m != nil {
		precision, _ := strconv.Atoi(m[1])
		scale, _ := strconv.Atoi(m[2])
		if len(strings.TrimLeft(whole, "0")) > precision-scale || len(places) > scale {
			return c.refuse(fmt.Sprintf("the column has %d digits before the point and %d behind it", precision-scale, scale), "give another one")
		}
	}
	for _, limit := range []struct {
		text string
		sign int
	}{{c.Min, -1}, {c.Max, 1}} {
		if bound, ok := new(big.Rat).SetString(limit.text); ok && number.Cmp(bound) == limit.sign {
			return c.refuse(fmt.Sprintf("it is not from %s to %s", cmp.Or(c.Min, "…"), cmp.Or(c.Max, "…")), "give another one")
		}
	}
	return "", ""
}
