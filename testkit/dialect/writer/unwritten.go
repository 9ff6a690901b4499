package writer

import (
	"strconv"
	"strings"
)

// unwritten are objects and arrays that are joined to a text without being written as
// JSON.
func unwritten() (out []Writer) {
	for _, one := range []struct{ word, who, only string }{
		{"[object Object]", "JavaScript joins an object to a text", "{"},
		{"Array", "PHP joins an array to a text", "{["},
		{"System.Collections.Generic.Dictionary`2[System.String,System.Object]", ".NET's ToString of a Dictionary", "{"},
		{"System.Object[]", ".NET's ToString of an array", "["},
		{"System.String[]", ".NET's ToString of an array", "["},
	} {
		out = append(out, Writer{"json", "as " + one.word + ": " + one.who, "write it as JSON", Usual, func(in []byte) []byte {
			if v, ok := readJSON(in); !ok || strings.IndexByte(one.only, v.kind) < 0 {
				return in
			}
			return []byte(one.word)
		}})
	}
	for _, sep := range []string{",", ", "} {
		out = append(out, Writer{"json", "as the elements of its list joined by " + strconv.Quote(sep), "write it as JSON", Usual, func(in []byte) []byte {
			v, ok := readJSON(in)
			if !ok || v.kind != '[' {
				return in
			}
			var list []string
			for _, one := range v.pairs(false) {
				list = append(list, strings.TrimPrefix(one, "="))
			}
			return []byte(strings.Join(list, sep))
		}})
	}
	return out
}
