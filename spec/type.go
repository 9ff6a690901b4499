package spec

import "slices"

// Types lists the types of fields.
func Types() []string {
	return []string{
		"string", "int", "long", "number", "double", "float", "decimal", "bool", "datetime", "date", "epoch",
		"array", "object", "map",
	}
}

// Formats lists the formats that a text is held to.
func Formats() []string { return []string{"mobile", "idcard", "email"} }

// Layouts lists the forms in which a time is written: "2006-01-02 15:04:05",
// the same with milliseconds, RFC 3339 with seconds and offset, and the 14 digits
// "20060102150405". Of a time in digits nothing else is read; of the others every
// form of wire.ParseTime, and with rfc3339 an offset as well.
func Layouts() []string { return []string{"seconds", "millis", "rfc3339", "compact"} }

// Numeric says whether a type holds numbers.
func Numeric(typ string) bool {
	return slices.Contains([]string{"int", "long", "number", "double", "float", "decimal", "epoch"}, typ)
}

// Nested says whether a type holds other values.
func Nested(typ string) bool { return slices.Contains([]string{"array", "object", "map"}, typ) }
