package prove

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/jiekou-dev/jiekou/spec"
)

// origin is a place that something generated follows from.
type origin struct {
	spec.Pos
	written bool // what is wrong was written there as it is: SQL
}

// named finds in the YAML what a text about generated code names: the first word
// that is the Go name of a field, the name of a column, a group or a system; else
// the beginning of the file from which the code was generated.
func named(set *spec.Set, source, text string) spec.Pos {
	names := namesOf(set, source)
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if at, ok := names[word]; ok {
			return at
		}
	}
	return fileOf(set, source)
}

// fileOf is the beginning of a file of YAML, or of the first system where no file is
// named.
func fileOf(set *spec.Set, source string) spec.Pos {
	if source != "" {
		return spec.Pos{File: source, Line: 1, Col: 1}
	}
	return set.Systems[0].Pos
}

// namesOf are the Go names that the YAML of a file gives.
func namesOf(set *spec.Set, source string) map[string]spec.Pos {
	names := map[string]spec.Pos{}
	add := func(name string, at spec.Pos) {
		names[name] = cmp.Or(names[name], at)
	}
	for _, s := range set.Systems {
		if s.Pos.File == source {
			for _, g := range s.Groups {
				add(g.Name, g.Pos)
			}
			add(s.Name, s.Pos)
		}
		for _, x := range s.Interfaces {
			if x.File == source {
				fieldNames(x, add)
			}
		}
	}
	return names
}

// fieldNames adds the Go names of an interface and its fields.
func fieldNames(x *spec.Interface, add func(name string, at spec.Pos)) {
	for f := range slices.Concat(x.Request, x.Response).All() {
		add(f.GoName(), f.Pos)
	}
	add(spec.GoName(x.Cmd), x.At("interface"))
}

// fragment is SQL that a person wrote.
type fragment struct {
	sql string
	at  spec.Pos
}

// fragments is the SQL in the answer of an interface, or in what fills a notification.
func fragments(x *spec.Interface) (list []fragment) {
	add := func(assigns ...[]*spec.Assign) {
		for _, some := range assigns {
			for _, a := range some {
				if a.SQL != "" {
					list = append(list, fragment{a.SQL, a.Pos})
				}
			}
		}
	}
	add(x.Fill, x.Scope)
	for _, n := range x.Notify { // their contents are part of the statement
		add(n.Fill, n.Scope)
	}
	if x.Answer == nil {
		return list
	}
	for _, c := range x.Answer.Checks {
		add(c.Where)
	}
	for _, st := range x.Answer.Steps {
		add(st.Where, st.Set, st.Return)
		if st.SQL != "" {
			list = append(list, fragment{st.SQL, st.At("sql")})
		}
		for _, c := range st.Children {
			add(c.Return)
		}
	}
	add(x.Answer.Return)
	return list
}

// blame is the place of the SQL at which PostgreSQL points: a fragment that is there
// or ends just before it, or else the answer.
func blame(x *spec.Interface, sql string, position int) origin {
	list, word := fragments(x), wordAt(sql, position)
	for _, f := range list {
		if f.around(sql, position) {
			return origin{f.at, true}
		}
	}
	for _, f := range list {
		if len(word) > 1 && strings.Contains(f.sql, word) {
			return origin{f.at, true}
		}
	}
	if x.Answer != nil {
		return origin{Pos: x.At("answer")}
	}
	return origin{Pos: x.At("row")}
}

// parameter is a :field in SQL, which the statement has as $1::text.
var parameter = regexp.MustCompile(`:[\pL_][\pL\pN_/]*`)

// behind is how far behind its cause PostgreSQL may find a fault of syntax.
const behind = 40

// around reports whether a place in a statement lies in the fragment or just behind it.
// The statement may have other white space than the fragment.
func (f fragment) around(sql string, position int) bool {
	longest := ""
	for _, part := range parameter.Split(f.sql, -1) {
		if part = squeezed(part); len(part) > len(longest) {
			longest = part
		}
	}
	text, length := squeezed(sql), len(squeezed(f.sql))
	place := len(squeezed(string([]rune(sql)[:min(max(position-1, 0), len([]rune(sql)))])))
	for from := 0; longest != ""; {
		at := strings.Index(text[from:], longest)
		if at < 0 {
			return false
		}
		from += at
		if place >= from-length && place <= from+2*length+behind {
			return true
		}
		from += len(longest)
	}
	return false
}

// squeezed is a text without white space.
func squeezed(text string) string { return strings.Join(strings.Fields(text), "") }

// wordAt is the word of a statement at a place that counts characters from 1; empty: none.
func wordAt(sql string, position int) string {
	text := []rune(sql)
	if position < 1 || position > len(text) {
		return ""
	}
	end := position - 1
	for end < len(text) && (text[end] == '_' || unicode.IsLetter(text[end]) || unicode.IsDigit(text[end])) {
		end++
	}
	return string(text[position-1 : end])
}

// excerpt is the rest of the line at a place of a statement, shortened.
func excerpt(sql string, position int) string {
	text := []rune(sql)
	if position < 1 || position > len(text) {
		return ""
	}
	line, _, _ := strings.Cut(string(text[position-1:]), "\n")
	const most = 60
	if short := []rune(line); len(short) > most {
		line = string(short[:most]) + "…"
	}
	return line
}

// tableAt is the place of the table that a part of a migration is about.
func tableAt(s *spec.System, sql string, position int) origin {
	text := []rune(sql)
	if position < 1 || position > len(text) {
		position = len(text)
	}
	before := string(text[:position])
	at, last := s.Pos, -1
	for _, t := range s.Tables {
		if found := strings.LastIndex(before, "table "+s.Name+"."+t.Name+" "); found > last {
			at, last = t.Pos, found
		}
	}
	return origin{Pos: at}
}
