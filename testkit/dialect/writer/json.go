package writer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// value is JSON with its members in their order and its numbers as they stand.
type value struct {
	kind    byte // { [ " 0 (a number or a word)
	text    string
	members []member
}

type member struct {
	name  string
	value value
}

// readJSON reads an object or an array.
func readJSON(in []byte) (value, bool) {
	in = bytes.TrimSpace(bytes.TrimPrefix(in, []byte("\ufeff")))
	if len(in) < 2 || in[0] != '{' && in[0] != '[' {
		return value{}, false
	}
	d := json.NewDecoder(bytes.NewReader(in))
	d.UseNumber()
	v, err := decodeJSON(d)
	if err != nil {
		return value{}, false
	}
	_, err = d.Token()
	return v, errors.Is(err, io.EOF)
}

func decodeJSON(d *json.Decoder) (value, error) {
	t, err := d.Token()
	if err != nil {
		return value{}, err
	}
	switch t := t.(type) {
	case json.Delim:
		return decodeMembers(d, byte(t))
	case string:
		return value{kind: '"', text: t}, nil
	case nil:
		return value{text: "null"}, nil
	}
	return value{text: fmt.Sprint(t)}, nil
}

// decodeMembers reads the members of an object or the elements of an array.
func decodeMembers(d *json.Decoder, kind byte) (value, error) {
	v := value{kind: kind}
	for d.More() {
		var m member
		if kind == '{' {
			name, err := d.Token()
			if err != nil {
				return v, err
			}
			m.name, _ = name.(string) // names are texts
		}
		var err error
		if m.value, err = decodeJSON(d); err != nil {
			return v, err
		}
		v.members = append(v.members, m)
	}
	_, err := d.Token()
	return v, err
}

// library is how a library writes JSON.
type library struct {
	name, fix string
	rank      int

	comma, colon string // empty: , and :
	indent       string
	hang         string // in front of a colon
	ascii        bool   // \uXXXX for what is not ASCII
	capitals     bool   // with capital digits
	slash        bool   // \/
	html         string // characters written as \u00xx
	sorted       bool
	drop         func(*value) bool
	number       func(string) string
	words        map[string]string
	quote        string // in place of "
	bare         bool   // texts and names without quotes
	named        func(string) string
	equals       string // between name and value
}

func noNull(v *value) bool { return v.kind == 0 && v.text == "null" }

func noEmpty(v *value) bool { return noNull(v) || v.kind == '"' && v.text == "" }

// short writes numbers as JavaScript, PHP and Go do.
func short(s string) string {
	v, err := strconv.ParseFloat(s, 64)
	switch {
	case err != nil:
		return s
	case math.Abs(v) >= 1e21:
		return strings.Replace(strconv.FormatFloat(v, 'g', -1, 64), "e+0", "e+", 1)
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// double writes numbers as Java does that read them as double.
func double(s string) string {
	v, err := strconv.ParseFloat(s, 64)
	switch {
	case err != nil:
		return s
	case math.Abs(v) >= 1e7:
		return exponent(v, "E", "")
	case v == math.Trunc(v):
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

func libraries() []library {
	const (
		raw    = "sign the very bytes that are sent: write the JSON once, and sign and send that text"
		gson   = `<>&='`
		golang = "<>&\u2028\u2029"
	)
	return []library{
		{name: "without blanks between its tokens", fix: raw, rank: Common},
		{name: "with numbers at their shortest, 1.0 as 1 (JavaScript's JSON.stringify)", fix: raw, rank: Common, number: short},
		{name: `with <, > and & as \u003c, \u003e and \u0026 (Go's encoding/json)`, fix: raw + "; or json.Encoder with SetEscapeHTML(false)", rank: Common, html: golang},
		{name: `with < > & as \u003c \u003e \u0026, numbers at their shortest and names sorted (a map of Go)`, fix: raw, rank: Usual, html: golang, number: short, sorted: true},
		{name: `with < > & = ' as \u003c \u003e \u0026 \u003d \u0027 (Gson)`, fix: raw + "; or GsonBuilder.disableHtmlEscaping()", rank: Common, html: gson},
		{name: `with < > & = ' as \u003c … and null left out (Gson)`, fix: raw, rank: Usual, html: gson, drop: noNull},
		{name: `with < > & = ' as \u003c … and numbers as 1.0 (Gson into a Map)`, fix: raw, rank: Usual, html: gson, number: double},
		{name: "with numbers as 1.0 (Gson into a Map)", fix: raw, rank: Usual, number: double},
		{name: "with null left out (fastjson, Gson)", fix: raw, rank: Common, drop: noNull},
		{name: "with null and empty texts left out", fix: raw, rank: Usual, drop: noEmpty},
		{name: `with \/ for / and \uXXXX for what is not ASCII (PHP's json_encode)`, fix: raw + "; or JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE", rank: Common, slash: true, ascii: true},
		{name: `with \/ for / (PHP with JSON_UNESCAPED_UNICODE)`, fix: raw + "; or JSON_UNESCAPED_SLASHES", rank: Common, slash: true},
		{name: `with \uXXXX for what is not ASCII, without blanks`, fix: raw, rank: Common, ascii: true},
		{name: `with \/, \uXXXX and numbers at their shortest (PHP)`, fix: raw, rank: Usual, slash: true, ascii: true, number: short},
		{name: `with blanks behind , and : and \uXXXX (Python's json.dumps)`, fix: raw + "; or separators=(',', ':'), ensure_ascii=False", rank: Common, comma: ", ", colon: ": ", ascii: true},
		{name: "with blanks behind , and : (Python's json.dumps with ensure_ascii=False)", fix: raw + "; or separators=(',', ':')", rank: Common, comma: ", ", colon: ": "},
		{name: `with blanks behind , and :, \uXXXX, names sorted (Python's json.dumps with sort_keys)`, fix: raw, rank: Usual, comma: ", ", colon: ": ", ascii: true, sorted: true},
		{name: "with blanks behind , and :, names sorted", fix: raw, rank: Usual, comma: ", ", colon: ": ", sorted: true},
		{name: "with a blank behind : alone", fix: raw, rank: Possible, colon: ": "},
		{name: "with a blank behind , alone", fix: raw, rank: Possible, comma: ", "},
		{name: `with \uXXXX in capitals for what is not ASCII`, fix: raw, rank: Usual, ascii: true, capitals: true},
		{name: "with its names sorted, without blanks", fix: raw, rank: Common, sorted: true},
		{name: "with its names sorted and null left out", fix: raw, rank: Usual, sorted: true, drop: noNull},
		{name: "with its names sorted, null and empty texts left out", fix: raw, rank: Usual, sorted: true, drop: noEmpty},
		{name: `with its names sorted and \uXXXX`, fix: raw, rank: Usual, sorted: true, ascii: true},
		{name: `with its names sorted, \/ and \uXXXX (PHP)`, fix: raw, rank: Usual, sorted: true, ascii: true, slash: true},
		{name: "with its names sorted and numbers at their shortest", fix: raw, rank: Possible, sorted: true, number: short},
		{name: "indented by 2", fix: raw, rank: Common, indent: "  ", colon: ": "},
		{name: "indented by 4", fix: raw, rank: Common, indent: "    ", colon: ": "},
		{name: "indented by tabs", fix: raw, rank: Usual, indent: "\t", colon: ": "},
		{name: `indented by 2, with " : " (Jackson's pretty printer)`, fix: raw, rank: Usual, indent: "  ", hang: " ", colon: ": "},
		{name: "indented by 2, names sorted", fix: raw, rank: Possible, indent: "  ", colon: ": ", sorted: true},
		{name: `indented by 4, with \/ and \uXXXX (PHP with JSON_PRETTY_PRINT)`, fix: raw, rank: Possible, indent: "    ", colon: ": ", slash: true, ascii: true},
		{name: "indented by 2, with \\uXXXX (Python)", fix: raw, rank: Possible, indent: "  ", colon: ": ", ascii: true},
		{name: "indented by 4, with \\uXXXX (Python)", fix: raw, rank: Possible, indent: "    ", colon: ": ", ascii: true},
		{name: `with U+2028, U+2029, <, >, & and ' as \u00XX (.NET's System.Text.Json)`, fix: raw + "; or JavaScriptEncoder.UnsafeRelaxedJsonEscaping", rank: Usual, html: "<>&'+`\"\u2028\u2029", ascii: true, capitals: true},
		{name: "with null as an empty text", fix: raw, rank: Usual, words: map[string]string{"null": `""`}},
		{name: `with true and false as 1 and 0`, fix: raw, rank: Possible, words: map[string]string{"true": "1", "false": "0"}},
		{name: "with its numbers as texts", fix: raw, rank: Usual, number: strconv.Quote},
		{name: "as Java's Map.toString writes it: {a=1, b=2}", fix: "write it as JSON", rank: Common, comma: ", ", bare: true, equals: "="},
		{name: "as Python's str writes it: {'a': 1}", fix: "write it with json.dumps", rank: Common, comma: ", ", colon: ": ", quote: "'", words: map[string]string{"null": "None", "true": "True", "false": "False"}},
		{name: "with names that begin with a small letter (a naming policy of .NET or Jackson)", fix: raw, rank: Usual, named: func(s string) string { return firstLetter(s, strings.ToLower) }},
		{name: "with names that begin with a capital (a struct of Go, a class of .NET)", fix: raw, rank: Usual, named: func(s string) string { return firstLetter(s, strings.ToUpper) }},
		{name: "with names in snake case", fix: raw, rank: Usual, named: snake},
		{name: "with names in camel case", fix: raw, rank: Usual, named: camel},
		{name: "with single quotes", fix: "write it as JSON", rank: Rare, quote: "'"},
	}
}

func jsonWriters() []Writer {
	var out []Writer
	for _, l := range libraries() {
		out = append(out, Writer{"json", "written again as JSON " + l.name, l.fix, l.rank, func(in []byte) []byte {
			v, ok := readJSON(in)
			if !ok {
				return in
			}
			return l.append(nil, &v, "\n")
		}})
	}
	for _, one := range []struct {
		name   string
		sorted bool
	}{{"as name=value joined by &", false}, {"as name=value joined by &, sorted", true}} {
		out = append(out, Writer{"json", "written " + one.name, "sign the JSON as it is sent", Usual, func(in []byte) []byte {
			v, ok := readJSON(in)
			if !ok || v.kind != '{' {
				return in
			}
			return []byte(strings.Join(v.pairs(one.sorted), "&"))
		}})
	}
	out = append(out, unwritten()...)
	return append(out,
		Writer{"json", "as a JSON text, in quotes", "sign the text itself", Common, func(in []byte) []byte {
			b, err := marshal(string(in))
			if err != nil || len(in) == 0 {
				return in
			}
			return b
		}},
		Writer{"json", "with its JSON escapes, without quotes", "sign the text itself", Possible, func(in []byte) []byte {
			b, err := marshal(string(in))
			if err != nil || len(b) < 2 {
				return in
			}
			return b[1 : len(b)-1]
		}},
		Writer{"json", "without its JSON escapes", "sign the text as it is sent", Usual, unquoted},
		Writer{"json", `with / for \/`, `sign \/ as it is sent`, Common, swap(`\/`, `/`)},
		Writer{"json", `with \/ for /`, "do not escape slashes, or sign the very bytes that are sent", Common, swap(`/`, `\/`)},
		Writer{"json", "written again with the members of its objects in reversed order", "", Rare, func(in []byte) []byte {
			v, ok := readJSON(in)
			if !ok {
				return in
			}
			slices.Reverse(v.members)
			return (&library{}).append(nil, &v, "\n")
		}},
	)
}

func marshal(s string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(s)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// unquoted is a text whose escapes are undone: of \uXXXX wherever they stand.
func unquoted(in []byte) []byte {
	var out string
	if bytes.IndexByte(in, '\\') < 0 || json.Unmarshal(slices.Concat([]byte(`"`), bytes.ReplaceAll(in, []byte(`"`), []byte(`\"`)), []byte(`"`)), &out) != nil {
		return in
	}
	return []byte(out)
}

// pairs are the members of an object as name=value.
func (v *value) pairs(sorted bool) []string {
	var out []string
	for i := range v.members {
		m := &v.members[i]
		text := m.value.text
		if m.value.kind == '{' || m.value.kind == '[' {
			text = string((&library{}).append(nil, &m.value, "\n"))
		}
		out = append(out, m.name+"="+text)
	}
	if sorted {
		slices.Sort(out)
	}
	return out
}

// append writes a value; line is the line break with its indent.
func (l *library) append(dst []byte, v *value, line string) []byte {
	switch v.kind {
	case '"':
		return l.string(dst, v.text)
	case '{', '[':
		return l.container(dst, v, line)
	}
	if w, ok := l.words[v.text]; ok {
		return append(dst, w...)
	}
	if l.number != nil && v.text != "null" && v.text != "true" && v.text != "false" {
		return append(dst, l.number(v.text)...)
	}
	return append(dst, v.text...)
}

func (l *library) container(dst []byte, v *value, line string) []byte {
	members := slices.Clone(v.members)
	if l.sorted && v.kind == '{' {
		slices.SortStableFunc(members, func(a, b member) int { return strings.Compare(a.name, b.name) })
	}
	dst = append(dst, v.kind)
	inner := line + l.indent
	first := true
	for i := range members {
		m := &members[i]
		if v.kind == '{' && l.drop != nil && l.drop(&m.value) {
			continue
		}
		if !first {
			dst = append(dst, or(l.comma, ",")...)
		}
		first = false
		if l.indent != "" {
			dst = append(dst, inner...)
		}
		if v.kind == '{' {
			name := m.name
			if l.named != nil {
				name = l.named(name)
			}
			dst = l.string(dst, name)
			dst = append(append(append(dst, l.hang...), or(l.equals, or(l.colon, ":"))...), ""...)
		}
		dst = l.append(dst, &m.value, inner)
	}
	if l.indent != "" && !first {
		dst = append(dst, line...)
	}
	return append(dst, v.kind+2)
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// string writes a text with its escapes.
func (l *library) string(dst []byte, s string) []byte {
	if l.bare {
		return append(dst, s...)
	}
	quote := or(l.quote, `"`)
	dst = append(dst, quote...)
	for _, r := range s {
		switch {
		case strings.ContainsRune(l.html, r), l.ascii && r >= 0x80, r < 0x20 && strings.IndexByte("\b\f\n\r\t", byte(r)) < 0:
			dst = append(dst, l.escaped(r)...)
		case r == rune(quote[0]) || r == '\\' || r == '/' && l.slash:
			dst = append(dst, '\\', byte(r))
		case r < 0x20:
			dst = append(dst, '\\', "bfnrt"[strings.IndexByte("\b\f\n\r\t", byte(r))])
		default:
			dst = append(dst, string(r)...)
		}
	}
	return append(dst, quote...)
}

func (l *library) escaped(r rune) string {
	var b strings.Builder
	for _, unit := range utf16Of(string(r)) {
		if l.capitals {
			fmt.Fprintf(&b, `\u%04X`, unit)
		} else {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}

// Member is a member of a JSON object as a text.
type Member struct {
	Name string
	Text []byte
}

// Members are those of a text that is a JSON object; nil of any other.
func Members(text []byte) (out []Member) {
	v, ok := readJSON(text)
	if !ok || v.kind != '{' {
		return nil
	}
	for i := range v.members {
		one := &v.members[i]
		text := []byte(one.value.text)
		if one.value.kind == '{' || one.value.kind == '[' {
			text = (&library{}).append(nil, &one.value, "\n")
		}
		out = append(out, Member{one.name, text})
	}
	return out
}
