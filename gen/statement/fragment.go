package statement

import (
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// A token is a word, a constant, a sign or a stretch of white space of the SQL in
// the YAML.
type token struct {
	kind tokenKind
	text string
}

type tokenKind int

const (
	blankToken tokenKind = iota // white space and comments
	nameToken                   // a word of SQL, a function, a table, a column
	valueToken                  // a constant or a name in quotation marks, a number
	fieldToken                  // :field, without the colon
	signToken
)

// tokens takes SQL apart.
func tokens(sql string) []token {
	var out []token
	for sql != "" {
		last := ""
		if len(out) > 0 {
			last = out[len(out)-1].text
		}
		t, size := next(sql, last != "" && wordy(last[len(last)-1]))
		out = append(out, t)
		sql = sql[size:]
	}
	return out
}

// next is the first token of SQL, and how much it takes of it. A colon right
// behind a name or a number begins no field.
func next(sql string, named bool) (t token, size int) {
	kind := signToken
	switch c := sql[0]; {
	case strings.ContainsRune(" \t\r\n", rune(c)):
		kind, size = blankToken, run(sql, func(c byte) bool { return strings.IndexByte(" \t\r\n", c) >= 0 })
	case strings.HasPrefix(sql, "--"):
		kind, size = blankToken, until(sql, 2, "\n")
	case strings.HasPrefix(sql, "/*"):
		kind, size = blankToken, until(sql, 2, "*/")
	case (c == 'e' || c == 'E') && strings.HasPrefix(sql[1:], "'"):
		kind, size = valueToken, 1+escaped(sql[1:])
	case c == '\'' || c == '"':
		kind, size = valueToken, until(sql, 1, sql[:1])
	case strings.HasPrefix(sql, "$$"):
		kind, size = valueToken, until(sql, 2, "$$")
	case strings.HasPrefix(sql, "::"):
		size = 2
	case c == ':' && !named && len(sql) > 1 && letter(sql[1]):
		size = 1 + run(sql[1:], func(c byte) bool { return wordy(c) || c == '/' })
		return token{fieldToken, sql[1:size]}, size
	case letter(c):
		kind, size = nameToken, run(sql, wordy)
	case wordy(c):
		kind, size = valueToken, run(sql, wordy)
	default:
		size = 1
	}
	return token{kind, sql[:size]}, size
}

// run is how many bytes at the beginning are of a kind.
func run(s string, of func(byte) bool) int {
	n := 0
	for n < len(s) && of(s[n]) {
		n++
	}
	return n
}

// until is the length of SQL up to an end, looked for after its beginning.
func until(sql string, begin int, end string) int {
	if at := strings.Index(sql[begin:], end); at >= 0 {
		return begin + at + len(end)
	}
	return len(sql)
}

// escaped is the length of a constant in which a backslash escapes.
func escaped(sql string) int {
	for n := 1; n < len(sql); n++ {
		switch sql[n] {
		case '\\':
			n++
		case '\'':
			return n + 1
		}
	}
	return len(sql)
}

func letter(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

func wordy(c byte) bool { return letter(c) || c >= '0' && c <= '9' }

// fragment is SQL of the YAML as an expression, with parameters for its fields. Its
// names are columns of the row at hand, and of the steps that it names. SQL of
// several lines stays as it was written; a line that is too long is broken.
func (v values) fragment(sql string, at row) expr {
	list := tokens(strings.TrimSuffix(strings.TrimSpace(sql), ";"))
	out := expr{operand: closed(list), reads: append(at.named(list), v.named(list)...)}
	list = v.confined(list)
	var b strings.Builder
	for n, t := range list {
		if t.kind == fieldToken {
			list[n].text = flat(v.sent(t.text).doc)
		}
		b.WriteString(list[n].text)
	}
	if out.doc = lines(b.String()); !strings.Contains(b.String(), "\n") {
		out.doc = group{(&fragmentLayout{list: list}).until("")}
	}
	return out
}

// sent is what a colon and a name stand for.
func (v values) sent(name string) expr {
	if name == spec.CallingApp {
		return v.caller()
	}
	if f := v.i.Request.At(name); f != nil {
		return v.field(f)
	}
	return sql(":"+name, unknown)
}

// named are the columns of a row that SQL names, alone or behind its alias.
func (r row) named(list []token) []read {
	if r.table == nil {
		return nil
	}
	var out []read
	for n, t := range list {
		if t.kind != nameToken || r.table.Column(t.text) == nil {
			continue
		}
		if owner := owner(list, n); owner == "" || owner == r.alias {
			out = append(out, read{r.table, r.step, t.text})
		}
	}
	return out
}

// named are the columns of tables and steps that SQL names: those of each that it
// names itself.
func (v values) named(list []token) []read {
	var out []read
	look := func(t *spec.Table, step string) {
		for _, one := range list {
			if one.kind == nameToken && t.Column(one.text) != nil {
				out = append(out, read{t, step, one.text})
			}
		}
	}
	for n, t := range list {
		if t.kind != nameToken {
			continue
		}
		system := owner(list, n)
		for _, s := range v.written {
			if system == "" && s.Name == t.text {
				look(s.Table, s.Name)
			}
		}
		for _, table := range v.i.System.Tables {
			if system == v.i.System.Name && table.Name == t.text {
				look(table, "")
			}
		}
	}
	return out
}

// owner is the name before a name and a dot, or "".
func owner(list []token, n int) string {
	if n < 2 || list[n-1].text != "." {
		return ""
	}
	return list[n-2].text
}

// closed reports whether SQL may be beside an operator as it is: one name or
// constant, one call, or any of a list.
func closed(list []token) bool {
	n := 0
	if len(list) > 1 && (list[0].text == "any" || list[0].text == "all") && list[1].kind == blankToken {
		return true
	}
	for n < len(list) && list[n].kind != blankToken && list[n].kind != signToken || n > 0 && n < len(list) && list[n].text == "." {
		n++
	}
	if n == len(list) {
		return true
	}
	if list[n].text != "(" || n > 0 && list[n-1].kind != nameToken {
		return false
	}
	for depth := 0; n < len(list); n++ {
		switch list[n].text {
		case "(":
			depth++
		case ")":
			depth--
		}
		if depth == 0 {
			return n == len(list)-1
		}
	}
	return false
}
