package spec

import (
	"regexp"
	"slices"
	"strings"
)

// SQLWords are the words of SQL that cannot name a schema, a table, a column or a
// step: those that PostgreSQL reserves (pg_get_keywords(), catcode R and T).
func SQLWords() []string {
	return []string{
		"all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "authorization", "binary", "both",
		"case", "cast", "check", "collate", "collation", "column", "concurrently", "constraint", "create", "cross",
		"current_catalog", "current_date", "current_role", "current_schema", "current_time", "current_timestamp",
		"current_user", "default", "deferrable", "desc", "distinct", "do", "else", "end", "except", "false", "fetch",
		"for", "foreign", "freeze", "from", "full", "grant", "group", "having", "ilike", "in", "initially", "inner",
		"intersect", "into", "is", "isnull", "join", "lateral", "leading", "left", "like", "limit", "localtime",
		"localtimestamp", "natural", "not", "notnull", "null", "offset", "on", "only", "or", "order", "outer", "overlaps",
		"placing", "primary", "references", "returning", "right", "select", "session_user", "similar", "some", "symmetric",
		"table", "tablesample", "then", "to", "trailing", "true", "union", "unique", "user", "using", "variadic",
		"verbose", "when", "where", "window", "with",
	}
}

// RuleNames lists the rules that a code answers, those of runtime/problem.
func RuleNames() []string {
	return []string{
		"required", "type", "length", "enum", "range", "format", "condition", "mobile", "idcard",
		"method", "json", "size", "empty", "interface", "auth", "grant", "app", "sid", "repeated", "notfound",
		"unavailable", "internal",
	}
}

// Breach is a rule that a value can break, with the key of the field that states it.
type Breach struct{ Rule, Key string }

// Breaches are the rules that values of the field can break, those of its members left
// out.
func (f *Field) Breaches() []Breach {
	out := []Breach{{"type", "type"}}
	add := func(on bool, rule, key string) {
		if on {
			out = append(out, Breach{rule, key})
		}
	}
	shape := f.Shape()
	add(f.MinItems > 0, "length", "min_items")
	add(f.MaxItems > 0, "length", "max_items")
	add(f.Keyed != nil, "format", "keys")
	if shape == Scalars || f.HasValues() {
		shape = f.Member().Shape()
	}
	text := shape == Text
	add(f.IsRequired(), "required", "required")
	add(f.IsConditional() && f.Needs(), "condition", "required")
	add(f.Barred(), "condition", "present_if")
	add(text && f.Length > 0, "length", "length")
	add(text && f.MinLength > 0, "length", "min_length")
	add(shape == Fraction && f.Decimals.Set, "length", "places")
	number := shape == Whole || shape == Fraction
	add(f.IsClosed() && (text || number), "enum", "enum")
	add(number && f.Min != "", "range", "min")
	add(number && f.Max != "", "range", "max")
	add(text && f.Pattern != "", "format", "pattern")
	add(text && f.StartsWith != "", "format", "starts_with")
	if text && slices.Contains(Formats(), f.Format) {
		rule := f.Format
		if !slices.Contains(RuleNames(), rule) {
			rule = "format"
		}
		add(true, rule, "format")
	}
	return out
}

// SystemColumns lists the columns that PostgreSQL itself gives every table.
func SystemColumns() []string { return []string{"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"} }

// IsHeaderName says whether HTTP can send a header, or a cookie, of this name.
func IsHeaderName(name string) bool { return headerName.MatchString(name) }

var headerName = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")

// IsHeaderOfHTTP says whether a header is what HTTP and the protocol say of a message, so
// that no interface has a row for it. A request may have one for its Content-Type, a
// reply may not.
func IsHeaderOfHTTP(name string, replied bool) bool {
	name = strings.ToLower(name)
	return slices.Contains(headersOfHTTP, name) && (replied || name != "content-type")
}

var headersOfHTTP = []string{"content-type", "content-length", "content-encoding", "transfer-encoding", "connection", "trailer", "upgrade", "keep-alive", "date"}
