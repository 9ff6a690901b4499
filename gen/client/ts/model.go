package ts

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/client/shape"
	"github.com/jiekou-dev/jiekou/spec"
)

// models are the types of all messages with the tables of their rules.
func (g *generator) models() string {
	g.names = map[string]naming{}
	var b strings.Builder
	for _, i := range g.s.Interfaces {
		if i.Status == spec.Unimplemented || i.Kind == spec.Notify && !g.program.HasPush() || i.Kind != spec.Notify && g.p.Call == nil {
			continue
		}
		n := naming{method: g.method(i.Cmd)}
		n.request = g.unique(spec.GoName(i.Cmd) + map[bool]string{true: "Notification", false: "Request"}[i.Kind == spec.Notify])
		about := comment(strings.TrimSpace(i.Title + " " + i.Section))
		request := g.given(i)
		g.object(&b, n.request, about, request, false)
		fmt.Fprintf(&b, "export const %sFields: Field[] = %s;\n\n", n.method, g.table(request, ""))
		if i.Kind == spec.Notify {
			g.names[i.Cmd] = n
			g.pushes = append(g.pushes, i)
			continue
		}
		n.response = g.unique(spec.GoName(i.Cmd) + "Response")
		g.names[i.Cmd] = n
		g.calls = append(g.calls, i)
		g.object(&b, n.response, about, i.Response, true)
		fmt.Fprintf(&b, "export const %sReply: Field[] = %s;\n\n%s", n.method, g.table(i.Response, ""), g.described(i))
	}
	used := []string{"Field"}
	for _, name := range []string{"Decimal", "Json"} {
		if regexp.MustCompile(`(?m)^  \S+: ` + name + `\b`).MatchString(b.String()) {
			used = append(used, name)
		}
	}
	slices.Sort(used)
	imports := "import type { " + strings.Join(used, ", ") + " } from \"./values.js\";\n"
	if len(g.calls) > 0 {
		imports += "import type { Interface } from \"./client.js\";\n"
	}
	return header + imports + "\n" + strings.TrimRight(b.String(), "\n") + "\n"
}

// given are the fields of a request that its caller gives: the protocol writes the others.
func (g *generator) given(i *spec.Interface) spec.Fields {
	if i.Kind == spec.Notify {
		return i.Request
	}
	return slices.DeleteFunc(slices.Clone(i.Request), func(f *spec.Field) bool {
		return f.In != "" && f.In != "body" && g.own[strings.ToLower(f.In+"."+f.Outer())]
	})
}

// object is the interface of an object, behind those of the objects in it.
func (g *generator) object(b *strings.Builder, name, about string, fields spec.Fields, reply bool) {
	types := map[*spec.Field]string{}
	for _, f := range fields {
		if kind := f.Shape(); kind == spec.List || kind == spec.Record {
			types[f] = g.unique(name + spec.GoName(f.Name))
			g.object(b, types[f], comment(f.Label), f.Fields, reply)
		}
	}
	fmt.Fprintf(b, "/** %s */\nexport interface %s {\n", about, name)
	for _, f := range fields {
		optional := "?"
		if f.IsRequired() && f.Default == "" {
			optional = ""
		}
		typ := typeOf(f, types[f])
		if f.Nullable {
			typ += " | null"
		}
		if optional == "?" && inherited(f.Name) {
			optional, typ = "", typ+" | undefined"
		}
		fmt.Fprintf(b, "  /** %s */\n  %s%s: %s;\n", docOf(f), property(f.Name), optional, typ)
	}
	b.WriteString("}\n\n")
}

// inherited says whether every object has a member of that name: such a field cannot be
// left out in TypeScript, which takes the inherited one for it.
func inherited(name string) bool {
	return slices.Contains([]string{
		"constructor", "toString", "toLocaleString", "valueOf", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable",
	}, name)
}

// maxListed is how many values a type lists; with more it is any text.
const maxListed = 40

// typeOf is the type of a field.
func typeOf(f *spec.Field, named string) string {
	switch f.Shape() {
	case spec.List:
		return named + "[]"
	case spec.Record:
		return named
	case spec.Raw:
		return "Json"
	case spec.Scalars:
		item := typeOf(f.Member(), "")
		if strings.Contains(item, " ") {
			item = "(" + item + ")"
		}
		return item + "[]"
	case spec.Whole:
		if isBig(f) {
			return "bigint"
		}
		return "number"
	case spec.Seconds:
		return "number"
	case spec.Fraction:
		return "Decimal"
	case spec.Truth:
		return "boolean"
	}
	if f.IsClosed() && f.Separator == "" && len(f.Enum.Values) <= maxListed && !f.Blank {
		var out []string
		for _, v := range f.Enum.Values {
			out = append(out, quote(v.Value))
		}
		return strings.Join(out, " | ")
	}
	return "string"
}

// isBig says whether a whole number may have more digits than a number of JavaScript
// keeps.
func isBig(f *spec.Field) bool {
	if most, err := strconv.ParseInt(f.Max, 10, 64); err == nil {
		return most >= 1<<53
	}
	return f.Item() == spec.Long && f.Length == 0 || f.Length > safeDigits
}

// safeDigits is how many digits every number of JavaScript keeps.
const safeDigits = 15

// docOf is what is said of a field.
func docOf(f *spec.Field) string {
	parts := []string{f.Label}
	add := func(on bool, format string, args ...any) {
		if on {
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	add(f.Required == spec.Conditional, "必须：%s", cmp.Or(f.Condition, "见条件"))
	add(f.Length > 0 && f.Shape() == spec.Text, "最多 %d %s", f.Length, spec.Unit(f))
	add(f.Decimals.Set, "最多 %d 位小数", f.Decimals.N)
	add(f.Shape() == spec.Moment, "时间 %s", timeForm(f.Layout))
	add(f.Shape() == spec.Day, "日期 %s", cmp.Or(f.Layout, "yyyy-MM-dd"))
	add(f.Shape() == spec.Seconds && f.Layout == "", "自 1970 年起的秒数")
	add(f.Shape() == spec.Seconds && f.Layout != "", "自 1970 年起的毫秒数")
	add(f.Default != "", "默认 %s", f.Default)
	if f.Enum != nil {
		var values []string
		for _, v := range f.Enum.Values {
			values = append(values, strings.TrimSpace(v.Value+" "+strings.TrimPrefix(v.Label, v.Value)))
		}
		parts = append(parts, strings.Join(values, "、"))
	}
	return comment(strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "；"))
}

// timeForm is the form of a time in the words of timeText.
func timeForm(layout string) string {
	known := map[string]string{
		"": "yyyy-MM-dd HH:mm:ss", "seconds": "yyyy-MM-dd HH:mm:ss", "millis": "yyyy-MM-dd HH:mm:ss.SSS",
		"rfc3339": "yyyy-MM-ddTHH:mm:ssXXX", "compact": "yyyyMMddHHmmss",
	}
	return cmp.Or(known[layout], layout)
}

// table is the list of the rules of fields.
func (g *generator) table(fields spec.Fields, indent string) string {
	if len(fields) == 0 {
		return "[]"
	}
	var b strings.Builder
	b.WriteString("[\n")
	for _, f := range fields {
		fmt.Fprintf(&b, "%s  { %s },\n", indent, strings.Join(g.rules(f, indent), ", "))
	}
	return b.String() + indent + "]"
}

var kinds = map[spec.Shape]string{
	spec.Text: "text", spec.Whole: "whole", spec.Fraction: "fraction", spec.Truth: "truth", spec.Moment: "time", spec.Day: "time",
	spec.Seconds: "seconds", spec.List: "list", spec.Scalars: "scalars", spec.Record: "record", spec.Raw: "raw",
}

// rules are the members of one row of a table.
func (g *generator) rules(f *spec.Field, indent string) []string {
	kind := f.Shape()
	out := []string{"name: " + quote(f.Name), "kind: " + quote(kinds[kind])}
	add := func(on bool, text string) {
		if on {
			out = append(out, text)
		}
	}
	add(f.Place() != "" && f.Place() != "body", "in: "+quote(f.Place()))
	add(f.Sent != "", "sent: "+quote(f.Sent))
	add(len(f.Alias) > 0, "alias: "+texts(f.Alias))
	add(kind == spec.Whole && isBig(f), "big: true")
	add(f.AsText, "asText: true")
	add(f.Digits && kind == spec.Text, "numeric: true")
	add(f.Nullable, "nullable: true")
	add(f.IsRequired(), "required: true")
	add(f.Blank, "blank: true")
	add(f.Default != "", "byDefault: "+quote(f.Default))
	number, text := kind == spec.Whole || kind == spec.Fraction, kind == spec.Text
	add(f.Length > 0 && text, "length: "+strconv.Itoa(f.Length))
	add(f.MinLength > 0 && text, "minLength: "+strconv.Itoa(f.MinLength))
	add(f.LengthIn != "" && text, "lengthIn: "+quote(f.LengthIn))
	add(kind == spec.Fraction, "digits: "+strconv.Itoa(shape.Digits(f)))
	add(number && f.Decimals.Set, "whole: "+strconv.Itoa(f.WholeDigits())+", places: "+strconv.Itoa(f.Decimals.N))
	add(number && f.Decimals.Set && f.Rounded, "rounded: true")
	add(f.MinItems > 0, "minItems: "+strconv.Itoa(f.MinItems))
	add(f.MaxItems > 0, "maxItems: "+strconv.Itoa(f.MaxItems))
	add(shape.Keys(f) != "", "keys: "+quote(shape.Keys(f)))
	add(number && f.Min != "", "min: "+quote(f.Min))
	add(number && f.Max != "", "max: "+quote(f.Max))
	if listed := shape.Listed(f); text || number {
		add(listed != nil, "listed: "+texts(listed))
		if f.IsSum() {
			sum, _ := f.Enum.Bits()
			add(true, "bits: "+quote(strconv.FormatInt(sum, 10)))
		}
	}
	when, values := shape.Cases(f)
	add(when != nil, "casesIf: "+matches(when)+", casesListed: "+texts(values))
	add(f.Separator != "" && text, "separator: "+quote(f.Separator))
	add(f.StartsWith != "" && text, "startsWith: "+quote(f.StartsWith))
	own := shape.Pattern(f)
	add(text && own != "", "pattern: "+quote(own))
	pattern, rule := shape.Of(f)
	add(pattern != "", "shape: "+quote(pattern)+", shapeRule: "+quote(rule))
	out = append(out, conditions(f)...)
	add(len(f.Fields) > 0, "fields: "+g.table(f.Fields, indent+"  "))
	switch {
	case kind == spec.Scalars:
		out = append(out, "member: { "+strings.Join(g.rules(f.Member(), indent), ", ")+" }")
	case f.HasValues(): // the server holds the values of a map to the rules of the row
		one := f.Member()
		one.Name = f.Name
		out = append(out, "member: { "+strings.Join(g.rules(one, indent), ", ")+" }")
	}
	return out
}

// matches are conditions on fields beside one.
func matches(of []spec.Match) string {
	var list []string
	for _, m := range of {
		order := ""
		if m.Order != "" {
			order = ", order: " + quote(m.Order)
		}
		list = append(list, "{ name: "+quote(m.Name)+", values: "+texts(append([]string{m.Value}, m.Or...))+order+" }")
	}
	return "[" + strings.Join(list, ", ") + "]"
}

// conditions are the members that say when a field must be there, and when it may not. A
// field with a default need never be.
func conditions(f *spec.Field) []string {
	var out []string
	for _, one := range []struct {
		name string
		list []spec.Match
	}{{"requiredIf", f.RequiredIf}, {"requiredUnless", f.RequiredUnless}, {"presentIf", f.PresentIf}, {"absentIf", f.AbsentIf}, {"formatIf", f.FormatIf}} {
		if one.list != nil && (f.Default == "" || !strings.HasPrefix(one.name, "required")) {
			out = append(out, one.name+": "+matches(one.list))
		}
	}
	for _, one := range []struct {
		name string
		list []string
	}{
		{"requiredWith", f.RequiredWith}, {"requiredWithout", f.RequiredWithout}, {"requiredWithoutAll", f.RequiredWithoutAll}, {"absentWith", f.AbsentWith},
	} {
		if len(one.list) > 0 && (f.Default == "" || !strings.HasPrefix(one.name, "required")) {
			out = append(out, one.name+": "+texts(one.list))
		}
	}
	return out
}

func texts(list []string) string {
	var out []string
	for _, one := range list {
		out = append(out, quote(one))
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// quote is a text of TypeScript.
func quote(s string) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if enc.Encode(s) != nil {
		return `""` // a text is always JSON
	}
	return strings.TrimSuffix(b.String(), "\n")
}

var identifier = regexp.MustCompile(`^[\p{L}_$][\p{L}\p{N}_$]*$`)

// property is a name as a member; words of the language may be members.
func property(name string) string {
	if identifier.MatchString(name) {
		return name
	}
	return quote(name)
}

// comment is a text that does not end a comment.
func comment(text string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(text, "*/", "* /")), " ")
}
