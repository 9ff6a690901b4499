package script

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/gen/program"
)

// quote is a JavaScript string of bytes.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		switch ch := s[i]; {
		case ch == '"' || ch == '\\':
			b.WriteByte('\\')
			b.WriteByte(ch)
		case ch == '\n':
			b.WriteString(`\n`)
		case ch < ' ' || ch > '~':
			fmt.Fprintf(&b, `\x%02x`, ch)
		default:
			b.WriteByte(ch)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// literal is a text of the declaration, written so that people can read it.
func literal(s string) string {
	if !utf8.ValidString(s) || strings.IndexFunc(s, func(r rune) bool { return r > '~' }) < 0 {
		return quote(s)
	}
	return "utf8(" + strconv.Quote(s) + ")"
}

// isIdentifier reports whether a name can follow a dot.
func isIdentifier(s string) bool {
	for i, r := range s {
		letter := r == '_' || r == '$' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}

// property is a name as a member of an object.
func property(name string) string {
	if isIdentifier(name) {
		return name
	}
	return quote(name)
}

// under is a member of an object.
func under(object, name string) string {
	if isIdentifier(name) {
		return object + "." + name
	}
	return object + "[" + quote(name) + "]"
}

func indent(s string) string { return "  " + strings.ReplaceAll(s, "\n", "\n  ") }

// js is a part of a program in JavaScript.
func js(n program.Node) string {
	switch n := n.(type) {
	case program.Name:
		return quote(string(n))
	case program.Bytes:
		return quote(string(n))
	case program.Text:
		return literal(string(n))
	case program.Int:
		return strconv.FormatInt(int64(n), 10)
	case program.Big:
		return strconv.FormatInt(int64(n), 10) + "n"
	case program.Flag:
		return strconv.FormatBool(bool(n))
	case program.Value:
		return under("v", string(n))
	case program.Maybe:
		if n.Call {
			return under("m.call.values", n.Name)
		}
		return under("m.values", n.Name)
	case program.IsJSON:
		return "m.json[" + quote(string(n)) + "]"
	case program.Param:
		return string(n)
	case program.Ref:
		return string(n)
	case program.Pair:
		return under("m.keys", string(n))
	case program.Part:
		return n.Form + "Form." + n.Member
	case program.Pattern:
		return "new RegExp(" + quote("^(?:"+string(n)+")$") + ", \"u\")"
	case program.Word:
		if n.Plain {
			return "[" + quote(n.Text) + "]"
		}
		return quote(n.Text)
	}
	return compound(n)
}

// compound is a part that has others in it.
func compound(n program.Node) string {
	switch n := n.(type) {
	case program.Call:
		return called(n)
	case program.Put:
		note := "set(m, " + quote(n.Member) + ", m." + n.Member + ")"
		if n.Text == nil {
			return note
		}
		text := js(n.Text)
		if n.Member == "path" {
			text = "m.base + " + text
		}
		return "m." + n.Member + " = " + text + ";\n" + note
	case program.Sync:
		return "m." + string(n) + " = v." + string(n)
	case program.Concat:
		return joined(n, " + ")
	case program.Sorted:
		sort := map[string]string{"value": ".sort()", "name": ".sort()", "name-nocase": ".sort((a, b) => (lower(a) < lower(b) ? -1 : 1))"}[n.By]
		return "[" + joined(n.Texts, ", ") + "]" + sort + ".join(" + js(n.Join) + ")"
	case program.And:
		if len(n) == 0 {
			return "true"
		}
		return joined(n, " && ")
	case program.List:
		if !n.Long || len(n.Items) == 0 {
			return "[" + joined(n.Items, ", ") + "]"
		}
		var parts []string
		for _, one := range n.Items {
			parts = append(parts, "\n"+indent(js(one)))
		}
		return "[" + strings.Join(parts, ",") + "]"
	case program.Func:
		return "(" + strings.Join(n.Params, ", ") + ") => " + js(n.Body)
	case program.Again:
		if n.Fold {
			return "[" + js(n.Make) + ", true]"
		}
		return "[" + js(n.Make) + "]"
	case program.Object:
		return described(n)
	}
	panic(fmt.Sprintf("script: no such part of a program: %T", n)) //nolint:forbidigo // the kinds are listed: another one is a bug
}

func joined(list []program.Node, by string) string {
	var out []string
	for _, one := range list {
		out = append(out, js(one))
	}
	return strings.Join(out, by)
}

// called is a call of the library.
func called(c program.Call) string {
	args := make([]string, 0, len(c.Args)+1)
	for _, one := range c.Args {
		args = append(args, js(one))
	}
	switch c.Func {
	case "part":
		from := map[string]string{"false": "m", "true": "m.call"}[args[0]]
		return "part(" + from + ", " + strings.Join(args[1:], ", ") + ")[0]"
	case "holds":
		return "holds(m, " + strings.Join(args, ", ") + ")"
	case "zeros":
		return `"\0".repeat(` + args[0] + ")"
	case "takeFixed":
		return "first(" + strings.Join(args, ", ") + ").length"
	case "isEmpty":
		return `if (m.body) throw form("the body")`
	case "rsaSign", "rsaVerify":
		args = append(args, quote(args[len(args)-1]))
	}
	if c.On {
		args = append([]string{"m"}, args...)
	}
	return c.Func + "(" + strings.Join(args, ", ") + ")"
}

// described is an object that says something to the library.
func described(o program.Object) string {
	var members []string
	for _, m := range o.Members {
		text := js(m.Node)
		if n, ok := m.Node.(program.Int); ok && m.Name == "pad" && n <= 0 {
			text = quote(map[program.Int]string{0: "zero", -1: "none"}[n])
		}
		members = append(members, m.Name+": "+text)
	}
	return "{" + strings.Join(members, ", ") + "}"
}

// line is a line of a function.
func line(n program.Node) string { return js(n) + ";" }

// quoted is a list of JavaScript strings.
func quoted(list []string) string {
	var out []string
	for _, one := range list {
		out = append(out, quote(one))
	}
	return strings.Join(out, ", ")
}
