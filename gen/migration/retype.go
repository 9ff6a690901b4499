package migration

import (
	"fmt"
	"strings"
)

// class is what kind of values a type has: it tells which other types have some of them.
func class(typ string) string {
	switch {
	case chars(typ) >= 0:
		return "text"
	case typ == "bigint", typ == "double precision", strings.HasPrefix(typ, "numeric"):
		return "number"
	case typ == "date", typ == "timestamptz":
		return "time"
	}
	return typ
}

// What texts look like that are values of other types, and nothing else: a text with leading
// zeros or with a time of day is another one as a number or as a date.
const (
	numberText = `^-?(0|[1-9][0-9]{0,250})([.][0-9]{1,250})?$`
	dateText   = `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`
	momentText = `^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?( ?(Z|[+-][0-9]{2}(:?[0-9]{2})?))?$`
)

// unlike is the condition under which a value of one type is none of another type, or another
// one there; empty: there is none. It can be asked of every row.
func unlike(name, was, now string) string {
	from, to := class(was), class(now)
	switch {
	case to == "text" && chars(now) > 0:
		return fmt.Sprintf("char_length(%s::text) > %d", name, chars(now))
	case to == "text", from == "text" && to == "jsonb": // a text that is no JSON fails, and changes nothing
		return ""
	case from == "number" && to == "number":
		return inexact(name+"::numeric", now)
	case from == "text" && to == "number":
		return fmt.Sprintf("case when %s !~ '%s' then true else %s end", name, numberText, inexact(name+"::numeric", now))
	case from == "text" && now == "boolean":
		return name + " not in ('true', 'false')"
	case from == "text" && now == "date":
		return fmt.Sprintf("%s !~ '%s'", name, dateText)
	case from == "text" && now == "timestamptz":
		return fmt.Sprintf("%s !~ '%s'", name, momentText)
	case was == "timestamptz" && now == "date":
		return name + " <> " + name + "::date::timestamptz"
	case from == "time" && to == "time":
		return ""
	}
	return name + " is not null" // no value of the one is one of the other
}

// inexact is the condition under which a number is another one in a type of numbers.
func inexact(value, now string) string {
	var precision, scale int
	if n, _ := fmt.Sscanf(now, "numeric(%d,%d)", &precision, &scale); n == 2 {
		return fmt.Sprintf("%[1]s <> round(%[1]s, %[2]d) or abs(%[1]s) >= 1e%[3]d", value, scale, precision-scale)
	}
	switch now {
	case "bigint":
		return fmt.Sprintf("%[1]s <> trunc(%[1]s) or abs(%[1]s) > 9223372036854775807", value)
	case "double precision":
		return fmt.Sprintf("%[1]s <> %[1]s::double precision::numeric", value)
	}
	return "false" // numeric without a bound
}
