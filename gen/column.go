package gen

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/spec"
)

// The formats in which to_char writes times; layoutSQL picks one.
const (
	sqlSeconds = "YYYY-MM-DD HH24:MI:SS"
	sqlMillis  = "YYYY-MM-DD HH24:MI:SS.MS"
	sqlDay     = "YYYY-MM-DD"
	sqlRFC3339 = `YYYY-MM-DD"T"HH24:MI:SS"Z"` // in UTC: a moment without a zone cannot show an offset
	sqlCompact = "YYYYMMDDHH24MISS"
)

// output is a column as the value of a response field that is scanned.
func output(a *spec.Assign, alias string, t *spec.Table, f *spec.Field, zone string) (string, error) {
	expr, source := source(a, alias, t)
	if tooLong(a, t, f) {
		expr = fmt.Sprintf("left(%s, %d)", expr, f.Length)
	}
	switch k := kindOf(f); {
	case k == kindString && source == "datetime":
		return "coalesce(to_char(" + expr + " at time zone " + quote(zone) + ", '" + sqlSeconds + "'), '')", nil
	case k == kindString && source == "date":
		return "coalesce(to_char(" + expr + ", '" + sqlDay + "'), '')", nil
	case k == kindString && source == "string":
		return "coalesce(" + expr + ", '')", nil
	case k == kindString:
		return "coalesce((" + expr + ")::text, '')", nil
	case k == kindInt && source == "string":
		return "nullif(" + expr + ", '')::bigint", nil
	case k == kindInt && source == "bool":
		return "(" + expr + ")::int::bigint", nil
	case k == kindInt && source != "int":
		return "(" + expr + ")::bigint", nil
	case k == kindDecimal:
		return "(" + expr + ")::text", nil
	case k == kindBool && source == "int":
		return "(" + expr + " <> 0)", nil
	case k.isTime() && source == "sql":
		return "(" + expr + ")::timestamptz", nil
	case k.isTime() && source == "date":
		return "(" + expr + "::timestamp at time zone " + quote(zone) + ")", nil
	case k == kindTexts && source == "json":
		return "array(select jsonb_array_elements_text(" + expr + "))", nil
	case k == kindTexts:
		return "coalesce((" + expr + ")::text[], '{}')", nil
	case k == kindList, k == kindObject, k == kindRaw:
		return "", fmt.Errorf("response field %s: a column cannot fill an %s", f.Path, f.Type)
	}
	return expr, nil
}

// tooLong reports whether a text of the column may be longer than the response
// field, which must keep the document's length.
func tooLong(a *spec.Assign, t *spec.Table, f *spec.Field) bool {
	if kindOf(f) != kindString || f.Length == 0 || t == nil || a.Column == "" || a.Map != nil || a.SQL != "" {
		return false
	}
	c := t.Column(a.Column)
	return c.Type == "string" && (c.Length == 0 || c.Length > f.Length)
}

// source is what an Assign of a return or a fill takes, and the type of it.
func source(a *spec.Assign, alias string, t *spec.Table) (expr, typ string) {
	switch {
	case a.Value != nil:
		return quote(*a.Value), "string"
	case a.Now:
		return "now()", "datetime"
	case a.SQL != "":
		return "(" + a.SQL + ")", "sql"
	}
	expr, typ = alias+"."+a.Column, "sql"
	if t != nil {
		typ = string(t.Column(a.Column).Type)
	}
	if a.Map != nil {
		typ = "string"
		if a.Map.Number {
			typ = "int"
		}
		expr = "(" + mapped(a.Map, expr) + ")"
	}
	return expr, typ
}

// jsonObject builds the JSON object of a notification or a nested row: every
// member in its wire form. Times are in zone. Members with no value are null, and
// required ones "" or 0.
func jsonObject(list []*spec.Assign, alias string, t *spec.Table, fields []*spec.Field, zone string, cut bool) (string, error) {
	if len(list) > 50 {
		return "", fmt.Errorf("%d members; PostgreSQL builds objects of at most 50", len(list))
	}
	var parts []string
	for _, a := range list {
		f := fieldByPath(fields, a.To)
		if f == nil {
			return "", fmt.Errorf("no field %s", a.To)
		}
		expr, typ := source(a, alias, t)
		switch k := kindOf(f); {
		case k == kindEpoch:
			expr = "extract(epoch from " + expr + ")::bigint"
		case k == kindTime && (typ == "datetime" || f.Layout == "rfc3339" || f.Layout == "compact"):
			if typ == "date" {
				expr = "(" + expr + "::timestamp at time zone " + quote(zone) + ")"
			}
			expr = timeText(expr, f, zone, cut)
		case typ == "date" && k == kindTime:
			expr = "to_char(" + expr + ", '" + sqlSeconds + "')"
		case k == kindDate, typ == "date":
			expr = "to_char(" + expr + ", '" + sqlDay + "')"
		case typ == "datetime":
			expr = "to_char(" + expr + " at time zone " + quote(zone) + ", '" + sqlSeconds + "')"
		case k == kindInt && typ == "bool":
			expr = "(" + expr + ")::int"
		case k == kindBool && typ == "int":
			expr = "(" + expr + " <> 0)"
		case k == kindInt && typ == "string":
			expr = "nullif(" + expr + ", '')::bigint"
		case k == kindString && typ != "string":
			expr = "(" + expr + ")::text"
		}
		expr = completed(expr, a, t, f, cut)
		parts = append(parts, quote(f.Name)+", "+expr)
	}
	return "json_build_object(\n" + indent(strings.Join(parts, ",\n")) + ")", nil
}

// timeText is a moment in the wire form of a field, in zone; or where the runtime
// reads it again, which takes the times of nested rows as UTC, without loss.
func timeText(expr string, f *spec.Field, zone string, cut bool) string {
	format := sqlSeconds
	switch {
	case f.Layout == "compact":
		format = sqlCompact
	case f.Layout == "millis" || !cut:
		format = sqlMillis
	case f.Layout == "rfc3339":
		zone, format = "UTC", sqlRFC3339
	}
	if !cut {
		zone = "UTC"
	}
	return "to_char(" + expr + " at time zone " + quote(zone) + ", '" + format + "')"
}

// completed gives a required member a value and cuts a text to its length, where
// the object is sent. What the column promises already is not said again:
// PostgreSQL prepares every function of a statement each time it runs, needed or not.
func completed(expr string, a *spec.Assign, t *spec.Table, f *spec.Field, cut bool) string {
	k := kindOf(f)
	if k == kindList || k == kindTexts {
		return "coalesce(" + expr + ", '[]'::json)"
	}
	text := k == kindString || k == kindTime || k == kindDate
	if cut && k == kindString && f.Length > 0 && !fits(a, t, f.Length) {
		expr = fmt.Sprintf("left(%s, %d)", expr, f.Length)
	}
	switch {
	case f.Required == "yes" && neverNull(a, t):
		return expr
	case f.Required == "yes" && text:
		return "coalesce(" + expr + ", '')"
	case f.Required == "yes" && k == kindBool:
		return "coalesce(" + expr + ", false)"
	case f.Required == "yes":
		return "coalesce(" + expr + ", 0)"
	case text:
		return "nullif(" + expr + ", '')"
	}
	return expr
}

// fits reports whether what is taken has at most length characters.
func fits(a *spec.Assign, t *spec.Table, length int) bool {
	switch {
	case a.Value != nil:
		return utf8.RuneCountInString(*a.Value) <= length
	case t == nil || a.Column == "" || a.Map != nil || a.SQL != "":
		return false
	}
	c := t.Column(a.Column)
	return c.Type == "string" && c.Length > 0 && c.Length <= length
}

// neverNull reports whether what is taken is never null.
func neverNull(a *spec.Assign, t *spec.Table) bool {
	switch {
	case a.Value != nil || a.Now:
		return true
	case t == nil || a.Column == "" || a.SQL != "":
		return false
	case a.Map != nil:
		return a.Map.Else != ""
	}
	return t.Column(a.Column).Required
}

// fieldByPath finds a field by its path on the wire.
func fieldByPath(fields []*spec.Field, path string) *spec.Field {
	for _, f := range fields {
		if f.Path == path {
			return f
		}
		if inner := fieldByPath(f.Fields, path); inner != nil {
			return inner
		}
	}
	return nil
}
